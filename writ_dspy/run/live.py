"""A run's work on one event loop, for roles that wait for models: thousands of conversations at a time."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator, Mapping
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Protocol, Self, TypeVar

from writ_dspy.lm.usage import Usage, read_totals, write_totals
from writ_dspy.run.casting import Cast, Casting

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
CONCURRENCY = 256
"""Conversations at a time, unless something else is asked for."""


class LiveWork(Protocol[T_co]):
    """A job that a cast can do."""

    async def perform(self, cast: Cast) -> T_co:
        """The result; a job that only crashed says so in it."""


class Live:
    """Does jobs as a `Crew` does, but on one event loop in a thread, with one cast.

    A slow job holds up no other. When the block is left, what is under way is cancelled; results that were
    taken by then are the caller's.
    """

    batch = 1
    """Conversations per job: each is kept as soon as it ends."""

    def __init__(self, casting: Casting, usage: Path, concurrency: int | None = None) -> None:
        self.cast = Cast(casting)
        self._file = usage
        self._before: Mapping[str, Usage] = {}
        self._saved = 0.0
        self._concurrency = concurrency or CONCURRENCY
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="writ-live", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        try:
            self._wait(self.cast.ready())
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
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

    def map(self, jobs: Iterable[LiveWork[T]]) -> Iterator[T]:
        """The result of each job, first done first; jobs are drawn only as fast as there is room for them.

        Raises:
            WritError: A job failed; the results of what was done by then come first.
        """
        ready: SimpleQueue[tuple[T, None] | tuple[None, BaseException | None]] = SimpleQueue()

        async def pump() -> None:
            try:
                async for result in _together(jobs, self.cast, self._concurrency):
                    ready.put((result, None))
            except BaseException as failure:  # noqa: BLE001 - raised again on the other side
                ready.put((None, failure))
            else:
                ready.put((None, None))

        work = asyncio.run_coroutine_threadsafe(pump(), self._loop)
        try:
            while True:
                result, failure = ready.get()
                if failure is not None:
                    raise failure
                if result is None:
                    return
                self._note_usage(pause=2.0)
                yield result
        finally:
            work.cancel()
            self._note_usage()

    def _note_usage(self, pause: float = 0.0) -> None:
        """Keep what the models' calls have come to, this call's and all earlier ones'; at most every `pause` seconds."""
        if time.monotonic() - self._saved >= pause:
            now = self.cast.usage()
            write_totals(self._file, {name: self._before.get(name, Usage()) + now[name] for name in now})
            self._saved = time.monotonic()

    def _wait(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()


async def _together(jobs: Iterable[LiveWork[T]], cast: Cast, most: int) -> AsyncIterator[T]:
    running: set[asyncio.Task[T]] = set()
    try:
        for work in jobs:
            running.add(asyncio.create_task(work.perform(cast)))
            if len(running) >= most:
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for finished in _failures_last(done):
                    yield finished.result()
        while running:
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for finished in _failures_last(done):
                yield finished.result()
    finally:
        for left in running:
            left.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def _failures_last(done: Iterable[asyncio.Task[T]]) -> list[asyncio.Task[T]]:
    """What is done is kept, though something else failed at the same time."""
    return sorted(done, key=lambda task: task.cancelled() or task.exception() is not None)
