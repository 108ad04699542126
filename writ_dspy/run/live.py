"""A run's work on one event loop, for roles that wait for models: thousands of conversations at a time."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import AsyncGenerator, Coroutine, Iterable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Generic, Protocol, Self, TypeAlias, TypeVar

from writ_dspy.lm.usage import Usage, read_totals, write_totals
from writ_dspy.run.casting import Cast, Casting
from writ_dspy.run.nodes import Nodes
from writ_dspy.run.worker import Idle, Play

T = TypeVar("T")
U = TypeVar("U")
T_co = TypeVar("T_co", covariant=True)
CONCURRENCY = 256
"""Conversations at a time, unless something else is asked for."""
BEAT = 1.0
"""Seconds without a result after which whoever waits is told how far the calls are."""


class LiveWork(Protocol[T_co]):
    """A job that a cast can do."""

    def perform(self, cast: Cast) -> AsyncGenerator[T_co]:
        """The results, each as soon as it is there; a job that only crashed says so in one."""


class Due(Protocol[T_co]):
    """Jobs that wait for room, first come first begun; a deque is one."""

    def __len__(self) -> int:
        """How many wait."""

    def popleft(self) -> T_co:
        """The next one."""


class Live:
    """Does jobs as a `Crew` does, but on one event loop in a thread, with one cast.

    A slow job holds up no other. When the block is left, what is under way is cancelled; results that were
    taken by then are the caller's.

    Args:
        casting: Who plays.
        usage: The file that keeps what the calls of models come to.
        concurrency: Jobs of a kind at a time.
        nodes: Who has the conversations, if not this process.
    """

    batch = 1
    """Conversations per job: each is kept as soon as it ends."""

    def __init__(
        self, casting: Casting, usage: Path, concurrency: int | None = None, nodes: Nodes | None = None
    ) -> None:
        self.cast = Cast(casting)
        self._nodes = nodes
        self._file = usage
        self._before: Mapping[str, Usage] = {}
        self._saved = 0.0
        self._concurrency = concurrency or CONCURRENCY
        self._running: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="writ-live", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        try:
            self._wait(self.cast.ready())
            if self._nodes is not None:
                self._wait(self._nodes.ready())
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if self._nodes is not None:
                self._nodes.close()
            self._wait(_abandoned())
            self._wait(self.cast.aclose())
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def go_on(self) -> None:
        """Count on from what earlier calls have used; the folder is this process's own by now.

        Raises:
            StoreError: What they left cannot be read.
        """
        self._before = read_totals(self._file)

    def _used(self) -> dict[str, Usage]:
        """What the calls of this run of the program have come to, by role."""
        here, there = self.cast.usage(), self._nodes.usage() if self._nodes is not None else {}
        return {name: used + there.get(name, Usage()) for name, used in here.items()}

    @property
    def calls(self) -> int:
        """Replies of models to this call."""
        return sum(used.calls for used in self._used().values())

    @property
    def tokens(self) -> int:
        """Read and written by models, in this call and all before it."""
        both = (*self._before.values(), *self._used().values())
        return sum(used.input_tokens + used.output_tokens for used in both)

    def map(self, jobs: Iterable[LiveWork[T] | None], idle: Idle | None = None) -> Iterator[T]:
        """The results of each job, first done first; jobs are drawn only as fast as there is room for them.

        Raises:
            WritError: A job failed; the results of what was done by then come first.
        """
        return self.flow(jobs, deque[LiveWork[T]](), idle)

    def flow(
        self, jobs: Iterable[LiveWork[T] | None], due: Due[LiveWork[U]], idle: Idle | None = None
    ) -> Iterator[T | U]:
        """As `map`, of jobs that lead to others: whoever takes a result may add to `due` before taking the next one.

        What is due goes first. It has as much room as `jobs` have, of its own, so that none of it waits for them; and
        while some of it waits for room, no further one of `jobs` is begun.

        Args:
            jobs: Drawn in the caller's thread, between two results; None says that the next one waits for a result.
            due: As a deque; it is read only then, too.
            idle: Called about once a second while there is no result.
        """
        news: SimpleQueue[_News[T | U]] = SimpleQueue()
        source, busy = iter(jobs), [0, 0]
        try:
            while True:
                while due and busy[1] < self._concurrency:
                    self._begin(due.popleft(), 1, busy, news)
                while not due and busy[0] < self._concurrency and (job := next(source, None)) is not None:
                    self._begin(job, 0, busy, news)
                if not any(busy):
                    return
                found = self._next(news, idle)
                if isinstance(found, _Result):
                    self._note_usage(pause=2.0)
                    yield found.value
                    continue
                busy[found.lane] -= 1
                if found.failure is not None:
                    yield from _finished(news)
                    raise found.failure
        finally:
            self._wait(self._cancelled())
            self._note_usage()

    def _begin(self, work: LiveWork[T], lane: int, busy: list[int], news: SimpleQueue[_News[T]]) -> None:
        async def perform() -> None:
            try:
                made: AsyncGenerator[Any]
                if self._nodes is not None and isinstance(work, Play):
                    made = self._nodes.perform(work)
                else:
                    made = work.perform(self.cast)
                async with aclosing(made) as results:
                    async for result in results:
                        news.put(_Result(result))
            except BaseException as failure:  # noqa: BLE001 - raised again on the other side
                news.put(_Over(lane, failure))
            else:
                news.put(_Over(lane))

        def begin() -> None:
            task = self._loop.create_task(perform())
            self._running.add(task)
            task.add_done_callback(self._running.discard)

        busy[lane] += 1
        self._loop.call_soon_threadsafe(begin)

    def _next(self, news: SimpleQueue[_News[T]], idle: Idle | None) -> _News[T]:
        while True:
            try:
                return news.get(timeout=BEAT)
            except Empty:
                self._note_usage(pause=2.0)
                if idle is not None:
                    idle()

    async def _cancelled(self) -> None:
        """Nothing runs on unseen."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _note_usage(self, pause: float = 0.0) -> None:
        """Keep what the models' calls have come to, this call's and all earlier ones'; at most every `pause` seconds."""
        if time.monotonic() - self._saved >= pause:
            now = self._used()
            write_totals(self._file, {name: self._before.get(name, Usage()) + now[name] for name in now})
            self._saved = time.monotonic()

    def _wait(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()


@dataclass(frozen=True, slots=True)
class _Result(Generic[T]):
    """Something that a job came to."""

    value: T


@dataclass(frozen=True, slots=True)
class _Over:
    """The end of a job."""

    lane: int
    failure: BaseException | None = None


_News: TypeAlias = _Result[T] | _Over


async def _abandoned() -> None:
    """Nothing else goes on in this loop: not the greeting of a server either, during which the program was ended."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _finished(news: SimpleQueue[_News[T]]) -> Iterator[T]:
    """What is done is kept, though something else failed at the same time."""
    while not news.empty():
        found = news.get()
        if isinstance(found, _Result):
            yield found.value
