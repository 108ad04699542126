"""Sessions for all worlds of a domain: one that nothing is written to, and a few that follow the worlds that are written to.

A session that has seen the first of a world's writes plays the rest; where none has, one begins anew: by the server's own tool if it has one
for that, else in a process of its own. One that is lost is started again, and plays what it had played.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from threading import RLock
from typing import Any, TypeVar

from writ_dspy.domains.observed import Result
from writ_dspy.domains.served import answers, state
from writ_dspy.domains.served.session import Lost, Session
from writ_dspy.domains.served.settings import SNAPSHOT, Ask, Settings
from writ_dspy.domains.sources import Tried
from writ_dspy.domains.worlds import Log
from writ_dspy.errors import DomainError, ServerError
from writ_dspy.task import Call, Json

LOG = logging.getLogger(__name__)
MOST = 4
"""Sessions that follow worlds at the same time, where each has a process; of those that can begin anew, one does for all."""
T = TypeVar("T")


class Pool:
    """All sessions of one domain in this process."""

    def __init__(self, settings: Settings) -> None:
        """Start the session that nothing is written to.

        Raises:
            DomainError: It does not start, or shows no state.
        """
        self._settings = settings
        self._lock = RLock()
        self._output: dict[str, Mapping[str, Json]] = {}
        self._marks: dict[Session, Json] = {}
        """What each session's own snapshot of its beginning is called."""
        self._following: list[Session] = []
        """The one that was used last stands last."""
        self._reading: Session | None = None
        self.base: dict[str, Any] | None = None
        self.base = self.untouched()

    @property
    def reader(self) -> Session:
        """The session that nothing is written to."""
        return self._try("the list of tools", self._reader)

    def first(self, call: Call) -> Result:
        """What a call that is no write answers before anything is written."""
        return self._try(call.tool, lambda: self._ask(self._reader(), call))

    def answer(self, log: Log, call: Call, *, writes: bool) -> Result:
        """What a call answers after some writes."""

        def play() -> Result:
            session = self._at(log)
            return self._play(session, call) if writes else self._ask(session, call)

        return self._try(call.tool, play)

    def state(self, log: Log) -> dict[str, Any]:
        """All that there is after some writes."""
        return self._try("the state", lambda: self._state(self._at(log)))

    def untouched(self) -> dict[str, Any]:
        """All that there is where nothing was written."""
        return self._try("the state", lambda: self._state(self._reader()))

    def tried(self, calls: Iterable[Call]) -> Tried:
        """What comes of these calls, one after the other."""
        known = list(calls)
        return self._try(known[0].tool, lambda: self._tried(known)) if known else Tried(changed=False, worked=False)

    def close(self) -> None:
        """End all sessions."""
        with self._lock:
            for session in filter(None, (self._reading, *self._following)):
                self._drop(session)

    # ------------------------------------------------------------------ sessions

    def _try(self, what: str, play: Callable[[], T]) -> T:
        """Play something; where a session is lost, once more with another one.

        Raises:
            DomainError: No session has ever started.
            ServerError: It was lost a second time.
        """
        with self._lock:
            try:
                return play()
            except Lost as lost:
                self._forget()
                if lost.starting and self.base is None:  # it has never started yet
                    raise DomainError(f"{self._said(what, lost)} {self._remedy}") from lost
                LOG.warning("%s It is started again, and nothing is lost.", self._said(what, lost))
            try:
                return play()
            except Lost as lost:
                self._forget()
                raise ServerError(f"{self._said(what, lost)} That is the second time. {self._remedy}") from lost

    def _said(self, what: str, lost: Lost) -> str:
        words = f' Its last words: "{lost.words}".' if lost.words else ""
        asked = "" if lost.starting else f" when asked for {what}"
        return f"{self._settings.domain}: the MCP server `{self._settings.place}` {lost.why}{asked}.{words}"

    @property
    def _remedy(self) -> str:
        settings = self._settings
        if settings.url:
            return "See whether it is there, and mend `url`, `timeout` or `start` under tools.mcp."
        return f"Try the command in {settings.home}, and mend it, or `env`, `timeout` or `start` under tools.mcp."

    def _forget(self) -> None:
        """Drop the sessions that are gone."""
        for session in [*filter(None, (self._reading,)), *self._following]:
            if session.gone:
                self._drop(session)

    def _drop(self, session: Session) -> None:
        session.close()
        self._marks.pop(session, None)
        self._reading = None if session is self._reading else self._reading
        self._following = [one for one in self._following if one is not session]

    def _reader(self) -> Session:
        if self._reading is None:
            self._reading = self._started()
        return self._reading

    def _started(self) -> Session:
        """A new session, at the beginning."""
        session = Session(self._settings)
        self._output = {tool["name"]: tool.get("outputSchema") or {} for tool in session.listed}
        try:
            self._begin(session)
        except DomainError:
            session.close()
            raise
        return session

    def _begin(self, session: Session) -> None:
        """Bring a session to the beginning.

        Raises:
            DomainError: It is there at another state than the first one was.
        """
        settings = self._settings
        if settings.snapshot and settings.restore:
            if session in self._marks:
                mark = self._marks[session]
                args = {key: mark if value == SNAPSHOT else value for key, value in settings.restore.args.items()}
                self._own(session, Ask(settings.restore.tool, args))
            else:
                self._marks[session] = self._own(session, settings.snapshot)
        elif settings.reset:
            self._own(session, settings.reset)
        session.log = ()
        if self.base is None:
            return
        now = self._state(session)
        other = next((name for name in self.base if now.get(name) != self.base[name]), None)
        if other is not None or now.keys() != self.base.keys():
            raise DomainError(
                f"{settings.domain}: a world of the MCP server `{settings.place}` begins with other {other or 'tables'} than the one before. "
                "Give each its own state: by `reset`, by `snapshot` and `restore`, or by `database`, and let nothing in it depend on the time or on chance."
            )

    def _at(self, log: Log) -> Session:
        """A session that has seen just these writes."""
        near = [one for one in self._following if log[: len(one.log)] == one.log]
        session = max(near, key=lambda one: len(one.log)) if near else self._anew()
        self._following.sort(key=lambda one: one is session)
        for call in log[len(session.log) :]:
            self._play(session, call)
        return session

    def _anew(self) -> Session:
        settings = self._settings
        if self._following and (settings.reset or settings.restore):
            self._begin(self._following[0])
            return self._following[0]
        if len(self._following) >= MOST:
            self._drop(self._following[0])
        session = self._started()
        self._following.append(session)
        return session

    def _tried(self, calls: list[Call]) -> Tried:
        """Played where nothing is written to: whoever changes something there costs a new session."""
        session = self._reader()
        worked = [not self._ask(session, call).error for call in calls]
        changed = self._state(session) != self.base
        if changed:
            self._drop(session)
        return Tried(changed, any(worked))

    # ------------------------------------------------------------------ calls

    def _play(self, session: Session, call: Call) -> Result:
        found = self._ask(session, call)
        session.log = (*session.log, call)
        return found

    def _ask(self, session: Session, call: Call) -> Result:
        settings = self._settings
        found = session.ask(call.tool, {**call.args, **settings.fixed_for(session.takes(call.tool))})
        return answers.result(found, self._output.get(call.tool, {}), settings.answer)

    def _own(self, session: Session, ask: Ask) -> Json:
        """What a tool answers that the source calls for itself.

        Raises:
            DomainError: It refuses.
        """
        settings = self._settings
        args = {**settings.fixed_for(session.takes(ask.tool)), **ask.args}
        found = session.ask(ask.tool, args)
        value = answers.content(found, self._output.get(ask.tool, {}))
        if found.get("isError"):
            raise DomainError(
                f"{settings.domain}: {ask.tool} of the MCP server `{settings.place}` refuses {args or 'to be called'}: {answers.text_of(value)}. Mend it under tools.mcp."
            )
        return value

    def _state(self, session: Session) -> dict[str, Any]:
        settings = self._settings
        if isinstance(settings.state, Ask):
            found, where = self._own(session, settings.state), settings.state.tool
        else:
            where = session.filled(settings.state) if settings.state else str(session.database)
            found = state.of_file(settings.home / where)
        return state.tables(found, settings.at, settings.keys, f"{settings.domain}: {where}")
