"""One session with a server: its process and its folder, calls one after the other, and what is known when it is gone.

The official SDK is asynchronous, and worlds are not: one thread has a loop in which each session is a task that takes its calls from
a queue, so that a session is opened and closed within the same task, as the SDK wants it.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import fcntl
import importlib.util
import logging
import os
import shutil
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Collection, Mapping
from concurrent.futures import Future, wait
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from writ_dspy.domains.served.settings import DATABASE, FOLDER, Settings
from writ_dspy.domains.worlds import Log
from writ_dspy.errors import DomainError
from writ_dspy.task import Json

INSTALL = "pip install 'writ-dspy[mcp]'"
_PREFIX, _NEW = "writ-mcp-", 60.0
"""How the folders of sessions are called, and seconds for which they are new."""
_LEAVE = 8.0
"""Seconds that sessions get to end when the process does."""
_PARTING = 5.0
"""Seconds that the rest of what an ended server wrote is waited for."""
_CLOSED = -32000
_WORDS = 4
"""Lines of what a server wrote to stderr that an error quotes."""
Answer: TypeAlias = Mapping[str, Any]
_Asked: TypeAlias = "tuple[str, Mapping[str, Json], Future[Answer]] | None"


class Lost(Exception):  # noqa: N818 - it is no error yet: the session is started again
    """A session is gone, or as good as that."""

    def __init__(self, why: str, words: str, *, starting: bool = False) -> None:
        super().__init__(why)
        self.why = why
        """What it did, in words that follow the server's name."""
        self.starting = starting
        """It had not begun yet."""
        self.words = words
        """The last that the server wrote to stderr."""


class Session:
    """One session, at the state that every world begins with until something is written."""

    def __init__(self, settings: Settings) -> None:
        """Start it.

        Raises:
            DomainError: The SDK is not installed.
            Lost: It did not start.
        """
        if importlib.util.find_spec("mcp") is None:
            raise DomainError(
                f"{settings.domain} needs the package mcp for the tools of an MCP server, which is not installed. Install it with: {INSTALL}"
            )
        self._settings = settings
        self._root = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._held = _hold(self._root)
        self._errors = self._root / "stderr.log"
        self.folder = self._root / "own"
        self.folder.mkdir()
        self._words: str | None = None
        if settings.database:
            self.database = self._root / settings.database.name
            shutil.copy(settings.database, self.database)
        self.log: Log = ()
        """The writes that it has seen."""
        self.listed: tuple[Answer, ...] = ()
        """Its tools."""
        self.server: Answer = {}
        """What it says of itself."""
        self._calls: asyncio.Queue[_Asked] = asyncio.Queue()
        ready: Future[None] = Future()
        self._over: Future[None] = Future()
        """Done when its process and its folder are gone."""
        self._ended = asyncio.run_coroutine_threadsafe(self._serve(ready), _loop())
        _open.add(self)
        self._await(ready, settings.start, starting=True)

    def ask(self, tool: str, args: Mapping[str, Json]) -> Answer:
        """What the server answers to a call.

        Raises:
            Lost: It is gone, or gave no answer in time.
        """
        answer: Future[Answer] = Future()
        if self.gone:
            raise Lost("has ended", self.words())
        _loop().call_soon_threadsafe(self._calls.put_nowait, (tool, args, answer))
        return self._await(answer, self._settings.timeout)  # type: ignore[no-any-return]

    @property
    def gone(self) -> bool:
        """Whether nothing can be asked any more."""
        return self._ended.done()

    def takes(self, tool: str) -> Collection[str]:
        """The arguments of a tool."""
        found = (one["inputSchema"].get("properties", {}) for one in self.listed if one["name"] == tool)
        return next(found, {})

    def close(self) -> None:
        """End it, without waiting for that."""
        _loop().call_soon_threadsafe(self._calls.put_nowait, None)

    def words(self) -> str:
        """The last lines of what the server wrote to stderr."""
        if self._words is not None:
            return self._words
        try:
            lines = self._errors.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ""
        return " | ".join([line.strip() for line in lines if line.strip()][-_WORDS:])

    def filled(self, text: str) -> str:
        """An argument or a variable, with the session's own folder and database in it."""
        return text.replace(FOLDER, str(self.folder)).replace(
            DATABASE, str(self.database) if self._settings.database else DATABASE
        )

    def _await(self, answer: Future[Any], seconds: float, *, starting: bool = False) -> Any:
        """The answer; or the end of the session, if that comes first."""
        wait((answer, self._ended), seconds, "FIRST_COMPLETED")
        if answer.done() and answer.exception() is None:
            return answer.result()
        late = not answer.done() and not self.gone
        found = answer.exception() if answer.done() else None if late else self._ended.exception()
        if not late:
            wait((self._over,), _PARTING)
        self._ended.cancel()
        what = "did not start" if starting else "gave no answer"
        why = f"{what} within {seconds:g} s" if late else _why(found, what, starting=starting)
        raise Lost(why, self.words(), starting=starting) from found

    # ------------------------------------------------------------------ in the loop

    async def _serve(self, ready: Future[None]) -> None:
        from mcp import ClientSession

        try:
            async with self._streams() as (read, write), ClientSession(read, write) as session:
                first = await session.initialize()
                self.server = _dumped(first).get("serverInfo", {})
                self.listed = tuple([_dumped(tool) async for tool in _tools(session)])
                ready.set_result(None)
                while (asked := await self._calls.get()) is not None:
                    tool, args, answer = asked
                    await _answered(session, tool, args, answer)
        finally:
            self._words = self.words()
            shutil.rmtree(self._root, ignore_errors=True)
            if self._held is not None:
                os.close(self._held)
            _open.discard(self)
            self._over.set_result(None)

    @asynccontextmanager
    async def _streams(self) -> AsyncIterator[tuple[Any, Any]]:
        settings = self._settings
        if settings.url:
            from mcp.client.streamable_http import streamable_http_client

            async with streamable_http_client(settings.url) as streams:
                yield streams[0], streams[1]
            return
        from mcp import StdioServerParameters, stdio_client

        command, *args = settings.command
        parameters = StdioServerParameters(
            command=command,
            args=[self.filled(one) for one in args],
            env={name: self.filled(value) for name, value in settings.env.items()},
            cwd=settings.home,
        )
        with self._errors.open("w", encoding="utf-8") as errors:
            async with stdio_client(parameters, errlog=errors) as streams:
                yield streams[0], streams[1]


async def _answered(session: Any, tool: str, args: Mapping[str, Json], answer: Future[Answer]) -> None:
    """Call a tool; what the protocol calls an error is the tool's answer, and whatever else goes wrong ends the session."""
    try:
        found: Answer = _dumped(await session.call_tool(tool, dict(args)))
    except Exception as error:
        about = getattr(error, "error", None)
        if about is None or about.code == _CLOSED:
            answer.set_exception(error)
            raise
        found = {"isError": True, "content": [{"type": "text", "text": about.message}]}
    answer.set_result(found)


async def _tools(session: Any) -> AsyncIterator[Any]:
    """All tools, page by page."""
    from mcp.types import PaginatedRequestParams

    cursor: str | None = None
    while True:
        page = await session.list_tools(params=PaginatedRequestParams(cursor=cursor))
        for tool in page.tools:
            yield tool
        cursor = _dumped(page).get("nextCursor")
        if not cursor:
            return


def _dumped(found: Any) -> dict[str, Any]:
    """As the protocol writes it, whichever names the SDK has for that."""
    return found.model_dump(mode="json", by_alias=True)  # type: ignore[no-any-return]


def _why(error: BaseException | None, what: str, *, starting: bool) -> str:
    """What a server did, of several errors at once by the first."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    about = getattr(error, "error", None)
    if error is None or (about is not None and about.code == _CLOSED):
        return "ended before it had started" if starting else "ended"
    return f"{what} ({type(error).__name__}: {error})"


# ----------------------------------------------------------------------------- the loop

_open: set[Session] = set()


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """The loop of all sessions, in a thread of its own."""
    _sweep(Path(tempfile.gettempdir()))
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="mcp", daemon=True).start()
    logging.getLogger("mcp").setLevel(logging.CRITICAL)  # what goes wrong is said once, by us
    atexit.register(_end)
    return loop


def _hold(folder: Path) -> int | None:
    """Claim a folder for as long as this process lives; None where somebody else does."""
    claim = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(claim)
        return None
    return claim


def _sweep(place: Path) -> None:
    """Remove the folders of processes that were killed; one that has just been made may not be claimed yet."""
    for folder in place.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):  # gone meanwhile, or of another user
            if time.time() - folder.stat().st_mtime > _NEW and (claim := _hold(folder)) is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(claim)


def _end() -> None:
    """Let all servers end before the process does."""
    ending = list(_open)
    for session in ending:
        session.close()
    wait([session._over for session in ending], _LEAVE)  # noqa: SLF001 - of this module
