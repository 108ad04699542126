"""A server to be declared: what it is started by, which of its tools shows all that it holds, which one begins anew; all found by trying."""

from __future__ import annotations

import hashlib
import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from writ_dspy.domains.declared.probing import calls, values
from writ_dspy.domains.observed import Result
from writ_dspy.domains.served import Ask, McpSource, Settings, answers, source, state
from writ_dspy.domains.served.session import Lost, Session
from writ_dspy.domains.sources import canonical
from writ_dspy.errors import ConfigError, DomainError
from writ_dspy.shown import counted
from writ_dspy.task import Call, Json

MCP = "mcp:"
URLS = ("http://", "https://")
DEEP = 3
"""Objects within objects of an answer among which tables are looked for."""
FEWEST = 2
"""Records that an answer has to hold to count as all that there is."""
TRIED = 12
"""Calls of a tool to find one that changes something, which a new beginning can be seen by."""
_EXAMPLE = "'mcp:python server.py'"


class Served:
    """A server whose tools are drafted, with worlds of their own; a session serves the next one as long as nothing has changed in it."""

    def __init__(self, given: str, data: str, out: Path) -> None:
        """Start it, and find out what shows its state and what begins anew.

        Raises:
            ConfigError: It is named wrongly, or nothing shows what it holds.
            DomainError: It does not start.
        """
        self._settings = _settings(given.removeprefix(MCP).strip(), data, out.resolve())
        self._session: Session | None = None
        self._changed = False
        first = self._clean()
        self._output = {tool["name"]: tool.get("outputSchema") or {} for tool in first.listed}
        if not self._settings.database:
            self._settings = self._with_state(first)
        self.tools: McpSource = source(self._settings)
        self.tools.close()  # its tools and the state stay known
        self.base = self.tools.base
        reset = self._reset()
        if reset:
            self._settings = replace(self._settings, reset=Ask(reset))
            self.tools.tools = {name: tool for name, tool in self.tools.tools.items() if name != reset}

    @property
    def declared(self) -> dict[str, Any]:
        """As `tools.mcp` has it."""
        settings, found = self._settings, dict[str, Any]()
        if settings.url:
            found["url"] = settings.url
        else:
            command, *args = settings.command
            found |= {"command": command} | ({"args": args} if args else {})
        if settings.database:
            found["database"] = os.path.relpath(settings.database, settings.home)
        if isinstance(settings.reset, Ask):
            found["reset"] = settings.reset.tool
        if isinstance(settings.state, Ask):
            found["state"] = {"tool": settings.state.tool, "at": settings.at} if settings.at else settings.state.tool
        return found

    def world(self) -> Trial:
        """At the beginning."""
        return Trial(self)

    def close(self) -> None:
        """End its sessions."""
        if self._session is not None:
            self._session.close()
            self._session = None

    # ------------------------------------------------------------------ calls

    def play(self, call: Call) -> tuple[Result, dict[str, Any]]:
        """What a call answers at the beginning, and all that there is after it."""
        session = self._clean()
        result = self._ask(session, call)
        now = self._state(session)
        self._changed = now != self.base
        return result, now

    def _ask(self, session: Session, call: Call) -> Result:
        return answers.result(self._asked(session, call.tool, call.args), self._output.get(call.tool, {}), "")

    def _asked(self, session: Session, tool: str, args: Mapping[str, Json]) -> Mapping[str, Any]:
        try:
            return session.ask(tool, args)
        except Lost as lost:
            self._session = None
            raise DomainError(f"the MCP server `{self._settings.place}` {lost.why} when asked for {tool}. {_words(lost)}Mend it.") from lost  # fmt: skip

    def _clean(self) -> Session:
        """A session in which nothing has changed."""
        if self._session is not None and self._changed:
            if isinstance(self._settings.reset, Ask):
                self._asked(self._session, self._settings.reset.tool, {})
            else:
                self.close()
        self._changed = False
        if self._session is None or self._session.gone:
            try:
                self._session = Session(self._settings)
            except Lost as lost:
                raise DomainError(f"the MCP server `{self._settings.place}` {lost.why}. {_words(lost)}Try the command in {self._settings.home}, and mend it.") from lost  # fmt: skip
        return self._session

    def _state(self, session: Session) -> dict[str, Any]:
        settings = self._settings
        if isinstance(settings.state, Ask):
            where = settings.state.tool
            found = answers.content(self._asked(session, where, {}), self._output.get(where, {}))
        else:
            where = str(session.database)
            found = state.of_file(session.database)
        return state.tables(found, settings.at, settings.keys, where)

    # ------------------------------------------------------------------ what shows the state, and what begins anew

    def _with_state(self, session: Session) -> Settings:
        """With the tool whose answer holds most records; only tools that need no argument, and of a server that others share only those that it says do not write.

        Raises:
            ConfigError: None holds any.
        """
        best: tuple[int, str, str] = (0, "", "")
        asked: list[str] = []
        for tool in _alone(session, reads=bool(self._settings.url)):
            asked.append(tool)
            answer = self._asked(session, tool, {})
            if answer.get("isError"):
                continue
            for at, held in _places(answers.content(answer, self._output.get(tool, {}))):
                best = max(best, (sum(map(len, held)), tool, at), key=lambda one: one[0])
        self._changed = bool(asked)  # one of them may have written
        if best[0] < FEWEST:
            tried = f"asked without arguments, {', '.join(asked)} {'shows' if len(asked) == 1 else 'show'} no tables of records" if asked else "each of its tools needs an argument, or may write"  # fmt: skip
            raise ConfigError(
                f"the MCP server `{self._settings.place}` has {counted(len(session.listed), 'tool')}, and nothing shows what a write changes: {tried}. "
                f"Name its database, as in 'mcp:python server.py --db {{database}}' --data shop.db, or give it a tool that shows all its records."
            )
        tool, at = best[1:]
        found = answers.content(self._asked(session, tool, {}), self._output.get(tool, {}))
        keys = frozenset(key for part in _within(found, at).values() if (key := _key_of(part)))
        return replace(self._settings, state=Ask(tool), at=at, keys=keys)

    def _reset(self) -> str:
        """The tool after which all is as it was, tried where a write has changed something; empty where none does that."""
        named = self._settings.state.tool if isinstance(self._settings.state, Ask) else ""
        candidates = [
            tool for tool in _alone(self._clean(), reads=False) if tool not in (named, *self.tools.said_to_read)
        ]
        pools = values(self.base)
        for name in self.tools.tools if candidates and not self._settings.url else ():
            if name in self.tools.said_to_read or name in candidates:
                continue
            for call in calls(self.tools, name, pools, TRIED):
                self.play(call)
                if not self._changed:
                    continue
                return next((tool for tool in candidates if self._begins_anew(tool)), "")
        return ""

    def _begins_anew(self, tool: str) -> bool:
        """Whether all is as it was after a tool, where something has changed."""
        session = self._session
        if session is None or self._asked(session, tool, {}).get("isError"):
            return False
        self._changed = self._state(session) != self.base
        return not self._changed


class Trial:
    """A world in which one call is tried."""

    def __init__(self, served: Served) -> None:
        self._served, self._now = served, served.base

    def call(self, call: Call) -> Result:
        """What it answers at the beginning."""
        result, self._now = self._served.play(call)
        return result

    def delta(self) -> Mapping[str, str]:
        """What the call changed."""
        return self._served.tools.differences(self._now)

    def digest(self) -> str:
        """Of the whole state."""
        return hashlib.sha256(canonical(self._now).encode()).hexdigest()


def _settings(named: str, data: str, out: Path) -> Settings:
    """How the server is run from beside the declaration.

    Raises:
        ConfigError: It is named wrongly.
    """
    if named.startswith(URLS):
        if data:
            raise ConfigError(
                f"{MCP}{named}: the database of a server behind a URL cannot be copied. Leave --data out."
            )
        return Settings("draft", out.parent, url=named)
    try:
        words = shlex.split(named)
    except ValueError as error:
        raise ConfigError(f"{MCP}{named}: {error}. Write the command as in a shell, in quotes: {_EXAMPLE}.") from error
    if not words or (len(words) == 1 and words[0].endswith(".py")):
        raise ConfigError(f"{MCP}{named} starts no server. Write the whole command, in quotes: {_EXAMPLE}.")
    if bool(data) != any("{database}" in word for word in words):
        raise ConfigError(
            f"{MCP}{named}: the server gets a copy of its database. Name the file with --data, and where it goes in the command: 'mcp:python server.py --db {{database}}'."
        )
    path = Path(data) if data else None
    if path is not None and not path.is_file():
        raise ConfigError(f"--data {data}: there is no file {path.resolve()}. Name one that there is.")
    command, *args = words
    if "/" in command and Path(command).exists():
        command = str(Path(command).absolute())  # a link, as a virtual environment's python is one, stays what it is
    beside = [
        arg if Path(arg).is_absolute() or not Path(arg).is_file() else os.path.relpath(arg, out.parent) for arg in args
    ]
    return Settings("draft", out.parent, command=(command, *beside), database=path.resolve() if path else None)


def _alone(session: Session, *, reads: bool) -> Iterator[str]:
    """Tools that need no argument, those first that the server says only read; or these alone."""
    said = {tool["name"]: bool((tool.get("annotations") or {}).get("readOnlyHint")) for tool in session.listed}
    free = [tool["name"] for tool in session.listed if not (tool.get("inputSchema") or {}).get("required")]
    yield from (name for name in free if said[name])
    yield from (name for name in free if not said[name] and not reads)


def _places(found: Json, at: str = "", deep: int = DEEP) -> Iterator[tuple[str, Sequence[Any]]]:
    """Each object in an answer, with the tables of records that it holds."""
    if not isinstance(found, Mapping):
        return
    yield at, [part for part in found.values() if _is_table(part)]
    for name, part in found.items() if deep else ():
        if "." not in str(name) and not _is_table(part):
            yield from _places(part, f"{at}.{name}" if at else str(name), deep - 1)


def _is_table(part: Json) -> bool:
    """Records by their ids, or a list of records that a field tells apart."""
    if isinstance(part, Mapping):
        return len(part) >= FEWEST and all(isinstance(one, Mapping) for one in part.values())
    return bool(_key_of(part))


def _key_of(part: Json) -> str:
    """The field that tells the records of a list apart: the first that is called an id, else the first; empty where none does."""
    if not isinstance(part, list) or len(part) < FEWEST or not all(isinstance(one, Mapping) for one in part):
        return ""
    apart = [field for field in part[0] if all(isinstance(one.get(field), str) for one in part)]
    apart = [field for field in apart if len({one[field] for one in part}) == len(part)]
    return next((field for field in apart if field.lower().endswith("id")), next(iter(apart), ""))


def _within(found: Json, at: str) -> Mapping[str, Any]:
    held = answers.within(found, at)
    return held if isinstance(held, Mapping) else {}


def _words(lost: Lost) -> str:
    return f'Its last words: "{lost.words}". ' if lost.words else ""
