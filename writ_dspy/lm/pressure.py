"""How many requests may be under way at one server: learned from what the server does, shared by all who use it."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from dataclasses import dataclass

_GAIN = 0.15
"""A cap that is wider by a share x has to raise the rate of replies by this much of x to be kept."""
_BACK_OFF = 0.7
_HOLD = 4
"""Windows without growth after one that brought nothing."""
_WINDOW = 0.5
"""Least seconds of a window."""


def clock() -> float:
    """The running loop's clock, which a test may set."""
    return asyncio.get_running_loop().time()


@dataclass(frozen=True, slots=True)
class Limits:
    """Where the cap starts and how far it may go."""

    start: int = 32
    most: int = 1024


class Pressure:
    """A cap on requests under way that grows while replies come faster for it. Belongs to one event loop.

    It doubles while the rate of replies grows with it; the first time that it does not, it goes back to the best cap,
    and from then on grows by an eighth, trying again every few windows. A refusal (429, 503), a queue or a timeout
    takes three tenths off, once for all requests that were under way; `Retry-After` holds back every new one. The cap
    grows only while somebody waits for it.
    """

    def __init__(self, fixed: int | None = None, limits: Limits | None = None) -> None:
        limits = limits or Limits()
        self.cap = fixed or min(limits.start, limits.most)
        self.busy = 0
        self.most_busy = 0
        """Largest number of requests that were ever under way."""
        self._fixed = fixed is not None
        self._most = fixed or limits.most
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._not_before = 0.0
        self._alarm: asyncio.TimerHandle | None = None
        self._narrowed = -math.inf
        self._climbing = True
        self._hold = 0
        self._best = (0.0, self.cap)
        self._since, self._done, self._size = clock(), 0, self.cap
        self._crowded = False

    def limit(self, fixed: int) -> None:
        """From now on exactly this cap; the smaller one where two were asked for."""
        self.cap = self._most = min(fixed, self._most) if self._fixed else fixed
        self._fixed = True

    async def acquire(self) -> None:
        """Wait for a turn, first come first served."""
        if self.busy < self.cap and not self._waiting and clock() >= self._not_before:
            self._enter()
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._crowded = self._crowded or self.busy >= self.cap
        self._admit()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.release()
            raise

    def release(self) -> None:
        """A request is over."""
        self.busy -= 1
        self._admit()

    def replied(self) -> None:
        """The server answered in earnest."""
        self._done += 1
        elapsed = clock() - self._since
        if elapsed >= _WINDOW and self._done >= self._size:
            self._judge(self._done / elapsed)

    def narrow(self, sent: float, wait: float | None = None) -> None:
        """The server would not, or could not, serve a request that was sent at `sent` (by the loop's clock).

        Args:
            sent: Requests sent before the last narrowing say nothing new.
            wait: Seconds for which the server asked to be left alone.
        """
        now = clock()
        if wait:
            self._not_before = max(self._not_before, now + wait)
        if self._fixed or sent <= self._narrowed:
            return
        self._narrowed = now
        self.cap = max(1, int(self.cap * _BACK_OFF))
        self._climbing, self._hold, self._best = False, _HOLD, (0.0, self.cap)
        self._open()

    @property
    def crowded(self) -> bool:
        """Whether somebody had to wait for a turn lately."""
        return self._crowded

    def _judge(self, rate: float) -> None:
        """Decide at the end of a window; a disappointing one is first made twice as long."""
        best, at = self._best
        gained = rate >= best * (1 + _GAIN * max(0.0, self.cap / at - 1)) and rate > best
        if self._fixed or not self._crowded:
            self._open()
        elif gained or self._hold == 1:
            self._best, self._hold = (rate, self.cap), 0
            self._grow()
            self._open()
        elif self._hold:
            self._hold -= 1
            self._open()
        elif self._size == self.cap:
            self._size = 2 * self.cap
        else:
            self.cap, self._climbing, self._hold = min(at, self.cap), False, _HOLD
            self._open()

    def _grow(self) -> None:
        step = self.cap if self._climbing else max(1, self.cap // 8)
        self.cap = min(self._most, self.cap + step)
        self._admit()

    def _open(self) -> None:
        """Begin a window."""
        self._since, self._done, self._size = clock(), 0, self.cap
        self._crowded = bool(self._waiting)

    def _enter(self) -> None:
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)

    def _admit(self) -> None:
        pause = self._not_before - clock()
        if pause > 0:
            if self._waiting and self._alarm is None:
                self._alarm = asyncio.get_running_loop().call_later(pause, self._wake)
            return
        while self._waiting and self.busy < self.cap:
            turn = self._waiting.popleft()
            if not turn.done():
                self._enter()
                turn.set_result(None)

    def _wake(self) -> None:
        self._alarm = None
        self._admit()


class Gate:
    """Shut while a server is down: everybody waits for one watcher instead of knocking each for himself."""

    def __init__(self, host: str, port: int) -> None:
        self._where = (host, port)
        self._watch: asyncio.Task[bool] | None = None
        self.outages = 0

    @property
    def shut(self) -> bool:
        return self._watch is not None

    async def wait(self, patience: float) -> bool:
        """Until the server takes connections again; False when it did not within `patience` seconds."""
        if self._watch is None:
            self.outages += 1
            self._watch = asyncio.get_running_loop().create_task(self._until_up(patience))
            self._watch.add_done_callback(self._over)
        return await asyncio.shield(self._watch)

    def _over(self, _: asyncio.Task[bool]) -> None:
        self._watch = None

    async def _until_up(self, patience: float) -> bool:
        end, pause = clock() + patience, 0.1
        while clock() < end:
            await asyncio.sleep(min(pause, max(0.0, end - clock())))
            try:
                _, writer = await asyncio.open_connection(*self._where)
            except OSError:
                pause = min(2.0, pause * 1.5)
                continue
            writer.close()
            return True
        return False

    async def aclose(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
