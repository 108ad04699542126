"""Work that can be handed to another process: filling a cell, playing and judging conversations.

A worker is `python -m writ_dspy.worker`: it reads pickled jobs on its standard input and writes pickled results on its
standard output, so that a plain script or a notebook cell can start workers without a `__main__` guard, and a worker
ends when its parent does.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from queue import SimpleQueue
from typing import IO, Any, Protocol, TypeVar

from writ_dspy.behaviour import assign
from writ_dspy.conversation import Conversation, StopReason
from writ_dspy.domains import load
from writ_dspy.errors import ConfigError, RoleError, WritError, boundary
from writ_dspy.mix import Cell
from writ_dspy.propose import fill
from writ_dspy.roles import Agent, User
from writ_dspy.scripted import CarelessAgent, ScriptedAgent, ScriptedUser
from writ_dspy.simulate import Job, Limits, simulate
from writ_dspy.task import Task
from writ_dspy.verify import Verdict, verify

AGENTS: dict[str, Callable[[], Agent]] = {"scripted": ScriptedAgent, "careless": CarelessAgent}
USERS: dict[str, Callable[[], User]] = {"scripted": ScriptedUser}
CONCURRENCY = 64
T = TypeVar("T")


class Work(Protocol):
    """A job: picklable, a function of its fields alone."""

    def run(self) -> Any: ...


@dataclass(frozen=True)
class Propose:
    """Fill one cell and give its tasks their behaviours."""

    index: int
    cell: Cell
    seed: int
    split: str | None
    start: int

    def run(self) -> tuple[int, list[Task], str | None]:
        """The cell's index, its tasks, and why there are too few."""
        filled = fill(self.cell, self.seed, self.split)
        return self.index, assign(filled.tasks, self.seed, self.start), filled.dry


@dataclass(frozen=True)
class Play:
    """Play some conversations and judge them."""

    jobs: tuple[Job, ...]
    user: str
    agent: str
    limits: Limits

    def run(self) -> list[tuple[Conversation, Verdict | None]]:
        """In the order of the jobs; a crashed conversation has no verdict."""
        return run_async(self._play())

    async def _play(self) -> list[tuple[Conversation, Verdict | None]]:
        domains = {work.task.domain: load(work.task.domain) for work in self.jobs}
        tasks = {work.task.id: work.task for work in self.jobs}
        user, agent = role(USERS, self.user), role(AGENTS, self.agent)
        found: dict[str, tuple[Conversation, Verdict | None]] = {}
        async for talk in simulate(self.jobs, domains, user, agent, self.limits, CONCURRENCY):
            task = tasks[talk.task_id]
            judged = None if talk.stop is StopReason.CRASHED else verify(task, talk, domains[task.domain])
            found[talk.id] = (talk, judged)
        return [found[work.id] for work in self.jobs]


def role(roles: dict[str, Callable[[], T]], name: str) -> T:
    """The role of that name.

    Raises:
        ConfigError: There is none.
    """
    if name not in roles:
        raise ConfigError(f"no role {name!r}; there are {', '.join(roles)}.")
    return roles[name]()


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end, also from inside a running event loop (a notebook cell): then in a thread of its own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


class Crew:
    """A few worker processes; results come as they are done."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._free: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        self._all: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Crew:
        for _ in range(self._size if self._size > 1 else 0):
            worker = subprocess.Popen(
                [sys.executable, "-m", "writ_dspy.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment()
            )
            self._all.append(worker)
            self._free.put(worker)
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._all:
            worker.kill()
            worker.communicate()

    def map(self, jobs: Iterable[Work]) -> Iterator[Any]:
        """The result of each job, first done first.

        Raises:
            WritError: A job failed, or its worker died.
        """
        if not self._all:
            for work in jobs:
                yield work.run()
            return
        with ThreadPoolExecutor(self._size) as threads:
            running: set[Future[Any]] = set()
            source = iter(jobs)
            try:
                for work in source:
                    running.add(threads.submit(self._one, work))
                    if len(running) >= 2 * self._size:
                        done, running = wait(running, return_when=FIRST_COMPLETED)
                        yield from (future.result() for future in done)
                while running:
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    yield from (future.result() for future in done)
            finally:
                if running:
                    for worker in self._all:
                        worker.kill()  # an interrupt: what is under way is not waited for

    def _one(self, work: Work) -> Any:
        worker = self._free.get()
        assert worker.stdin is not None and worker.stdout is not None
        try:
            pickle.dump(work, worker.stdin)
            worker.stdin.flush()
            result = pickle.load(worker.stdout)  # noqa: S301 - our own process
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            raise RoleError(f"a worker process died (exit {worker.poll()}); run the same command again to go on.") from error
        finally:
            self._free.put(worker)
        if isinstance(result, WritError):
            raise result
        return result


def _environment() -> dict[str, str]:
    """The parent's environment, with the parent's import path."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def _serve(source: IO[bytes], sink: IO[bytes]) -> None:
    """Answer jobs until the parent is gone."""
    while True:
        try:
            work: Work = pickle.load(source)  # noqa: S301 - from our own parent
        except EOFError:
            return
        try:
            with boundary(RoleError, f"running {type(work).__name__} in a worker"):
                result = work.run()
        except WritError as error:
            result = error
        pickle.dump(result, sink)
        sink.flush()


if __name__ == "__main__":
    stdout, sys.stdout = sys.stdout, sys.stderr  # whatever a library prints must not mix with the results
    try:
        _serve(sys.stdin.buffer, stdout.buffer)
    except (KeyboardInterrupt, BrokenPipeError):
        os._exit(130)
