"""Time that does not pass: clocks that jump to what comes next, and requests whose time is up when the server says so."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

if TYPE_CHECKING:
    import aiohttp

    from tests.standins.server import Seen

T = TypeVar("T")
HANGS = "x-hangs"
"""Header by which a request is known to whoever lets it hang."""


class _Jumping(selectors.DefaultSelector):
    """Waits for no timer: where nothing else is ready, it is as late as the next one."""

    late = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(timeout if timeout is None else 0)
        if not ready and timeout:
            self.late += timeout
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._clock = _Jumping()
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.late


def at_once(work: Coroutine[Any, Any, T]) -> T:
    """The result of work that only sleeps and waits for itself, on a clock of its own: exact, and over at once."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(work)


class Hanging:
    """While patched in, no request runs out of time but those that a server of this process lets hang, and they at once."""

    def __init__(self) -> None:
        self._ends: dict[str, tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = {}
        self._names = count()

    def over(self, seen: Seen) -> None:
        """Called by the server, from its own thread: nothing will come of that request."""
        loop, end = self._ends[seen.headers[HANGS]]
        loop.call_soon_threadsafe(lambda: end.done() or end.set_result(None))

    def patch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Race every request of aiohttp against the word of the server."""
        import aiohttp

        whole = aiohttp.ClientSession._request

        async def request(session: aiohttp.ClientSession, *args: Any, **more: Any) -> Any:
            loop, name = asyncio.get_running_loop(), str(next(self._names))
            end: asyncio.Future[None] = loop.create_future()
            self._ends[name] = (loop, end)
            headers = {**(more.pop("headers", None) or {}), HANGS: name}
            more["timeout"] = aiohttp.ClientTimeout(total=None)
            asked = asyncio.ensure_future(whole(session, *args, headers=headers, **more))
            try:
                await asyncio.wait((asked, end), return_when=asyncio.FIRST_COMPLETED)
                if not asked.done():
                    raise TimeoutError
                return asked.result()
            finally:
                del self._ends[name]
                asked.cancel()

        monkeypatch.setattr(aiohttp.ClientSession, "_request", request)
