"""Work that can be handed to another process: filling a cell, playing and judging conversations.

A worker is another Python that runs `main`: it reads pickled jobs on its standard input and writes pickled
results on its standard output, so that a plain script or a notebook cell can start workers without a
`__main__` guard.
"""

# Longer than 400 lines by a few: what a worker is told and what it answers are read together.

from __future__ import annotations

import _thread
import asyncio
import contextlib
import dataclasses
import gc
import hashlib
import json
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any, Protocol, Self, TypeAlias, TypeVar, cast

from writ_dspy.codec import to_json
from writ_dspy.conversation import Conversation, StopReason, conversation_to_json
from writ_dspy.domains import Domain, load, places
from writ_dspy.errors import UNEXPECTED, RoleError, WritError, boundary
from writ_dspy.lm import conversation
from writ_dspy.propose.accept import wants
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.proposer import Filled, fill
from writ_dspy.propose.twins import Pairing
from writ_dspy.roles import Agent, User
from writ_dspy.run.casting import AGENTS, USERS, Cast, role
from writ_dspy.simulate.behaviour import Dealer, Stretch, deal
from writ_dspy.simulate.loop import Limits, job, simulate
from writ_dspy.simulate.manner import measured, put_right
from writ_dspy.simulate.manner import to_json as to_manner
from writ_dspy.simulate.trials import shown
from writ_dspy.simulate.trials import to_json as to_trials
from writ_dspy.store.jsonl import Record, encode
from writ_dspy.store.memory import sparing
from writ_dspy.store.records import task_on
from writ_dspy.task import COMPOSED, Task
from writ_dspy.verify.checks import verify
from writ_dspy.verify.stepwise import step_faults

CONCURRENCY = 64
"""Conversations at a time within one batch."""
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Proposed: TypeAlias = tuple[int, dict[str, bytes], str | None]
"""A cell's index, the lines of new tasks of it by their ids, and why there are too few, once that is known."""
Played: TypeAlias = list[tuple[Record, Record | None]]
"""Conversations with their verdicts; a crashed one has none."""
Idle: TypeAlias = Callable[[], None]


class Work(Protocol[T_co]):
    """A job: picklable, a function of its fields alone."""

    def run(self) -> T_co:
        """The result, picklable."""


class Team(Protocol):
    """Whoever does the jobs of a run: processes (`Crew`), or models on one event loop (`Live`)."""

    batch: int
    """Conversations per job."""

    @property
    def calls(self) -> int:
        """Replies of models so far."""

    def map(self, jobs: Iterable[Any], idle: Idle | None = None) -> Iterator[Any]:
        """The results of each job, first done first; jobs are drawn only as fast as results are taken.

        Where models play, `idle` is called about once a second while nothing is finished.
        """


@dataclass(frozen=True)
class Pair:
    """Draw the near misses that some cells share: once, where each worker would look for all of them."""

    shared: Pairing
    seed: int
    split: str | None

    def run(self) -> Pairing:
        """The same cells with what they find."""
        return self.shared.drawn(self.seed, self.split)

    async def perform(self, _: Cast) -> AsyncGenerator[Pairing]:
        """The same beside the running loop; no model has a part in it."""
        yield await asyncio.to_thread(self.run)


@dataclass(frozen=True)
class Propose:
    """Fill one cell, as far as the run has not done so yet, and give the new tasks their behaviours."""

    index: int
    cell: Cell
    seed: int
    split: str | None
    stretches: tuple[Stretch, ...]
    kept: tuple[bytes, ...] = ()
    """The lines of the tasks that the run has of this cell."""
    share: range | None = None
    """The places that are to be filled; None for all of the cell."""
    shared: tuple[Pairing, ...] = ()
    """Which cells of the mix share pairs of near misses."""

    def run(self) -> Proposed:
        """The cell's index, the tasks that it lacks, and why there are too few."""
        found, lacking = self._drafted()
        before = len(self.kept) + min(self._places.start, len(found.tasks))
        filled = Filled(self._up_to_here, [task for _, task in lacking], before, found.turned_down)
        tasks = deal(lacking, self.seed, self.stretches)
        return self.index, dict(map(_line, tasks)), filled.dry

    @property
    def _places(self) -> range:
        return range(self.cell.count) if self.share is None else self.share

    @property
    def _up_to_here(self) -> Cell:
        """The cell as far as the places go that are to be filled."""
        return self.cell.model_copy(update={"count": self._places.stop})

    def _drafted(self) -> tuple[Filled, list[tuple[int, Task]]]:
        """What recipes draft for the cell, and those of it that the run lacks, with their places among the cell's tasks.

        What a model composed, or an earlier stage of a run that has grown drafted otherwise, is not asked for again.
        """
        kept = [json.loads(line) for line in self.kept]
        ids = {one["id"] for one in kept}
        composed = [line for line, one in zip(self.kept, kept, strict=True) if one["recipe"] == COMPOSED]
        room = len(self._places) - len(kept)
        wanted = self.cell.model_copy(update={"count": self._places.stop + len(composed)})
        found = fill(wanted, self.seed, self.split, self.shared)
        drafted = {task.id for task in found.tasks}
        others = [line for line, one in zip(self.kept, kept, strict=True) if one["id"] not in drafted]
        known = {wants(task_on(line)) for line in others}
        new = [
            (at, task)
            for at, task in enumerate(found.tasks)
            if at >= self._places.start and task.id not in ids and not (known and wants(task) in known)
        ]
        if composed:
            new = [(len(kept) + number, task) for number, (_, task) in enumerate(new)]
        return found, new[:room]

    async def perform(self, cast: Cast) -> AsyncGenerator[Proposed]:
        """The same with these roles, on the running loop: each task as soon as it has its words, then why there are too few.

        What a model refuses to do right is turned down.
        """
        if not cast.words:
            yield await asyncio.to_thread(self.run)
            return
        kept = [task_on(line) for line in self.kept]
        filled = Filled(self.cell, kept=len(kept))
        async with aclosing(cast.voicing(self._dealt(cast, filled, kept), self.seed, kept)) as tasks:
            async for task in tasks:
                yield self.index, dict([_line(task)]), None
        if filled.dry:
            yield self.index, {}, filled.dry

    async def _dealt(self, cast: Cast, filled: Filled, kept: Sequence[Task]) -> AsyncGenerator[Task]:
        """The tasks that the cell lacks, each with its behaviour."""
        dealer = Dealer(self.seed, self.stretches)
        if cast.proposer is None:
            found, lacking = await asyncio.to_thread(self._drafted)
            for place, task in lacking:
                filled.tasks.append(task)
                yield dealer.deal(place, task)
            filled.turned_down = found.turned_down
            return
        place = len(kept)
        async with aclosing(cast.filling(filled, self.seed, self.split, kept, self.shared)) as tasks:
            async for task in tasks:
                yield dealer.deal(place, task)
                place += 1


def _line(task: Task) -> tuple[str, bytes]:
    """The id of a task and the line that a run keeps of it, which takes a fraction of the room of either form of the task."""
    return encode(Path("tasks.jsonl"), to_json(task))


@dataclass(frozen=True)
class Play:
    """Play some conversations and judge them.

    Lines in, records out, as the run keeps them: they cross the pipe in a fraction of the time that objects take.
    """

    tries: tuple[tuple[bytes, int], ...]
    """The line of a task, and the number of the try."""
    seed: int
    user: str
    agent: str
    limits: Limits

    def run(self) -> Played:
        """Conversation and verdict of each try, in order; a crashed conversation has no verdict."""
        return run_async(lambda: self._play(role("user", USERS, self.user), role("agent", AGENTS, self.agent)))

    async def perform(self, cast: Cast) -> AsyncGenerator[Played]:
        """The same with these roles, on the running loop; a router keeps the requests of one job together."""
        conversation.set(hashlib.sha256(repr(self.tries).encode()).hexdigest()[:16])
        yield await self._play(cast.user, cast.agent)

    async def _play(self, user: User, agent: Agent) -> Played:
        tasks: dict[bytes, Task] = {line: task_on(line) for line in {line for line, _ in self.tries}}
        jobs = [job(tasks[line], attempt, self.seed) for line, attempt in self.tries]
        by_id = {task.id: task for task in tasks.values()}
        domains = {task.domain: load(task.domain) for task in tasks.values()}
        found: dict[str, tuple[Record, Record | None]] = {}
        async for talk in simulate(jobs, domains, user, agent, self.limits, CONCURRENCY, step_faults):
            task = by_id[talk.task_id]
            judged, verdict = _judged(task, talk, domains[task.domain])
            found[talk.id] = conversation_to_json(judged), verdict
        return [found[work.id] for work in jobs]


def _judged(task: Task, talk: Conversation, domain: Domain) -> tuple[Conversation, Record | None]:
    """The conversation with the record of its verdict; one that cannot be judged has crashed."""
    if talk.stop is StopReason.CRASHED:
        return talk, None
    try:
        with boundary(RoleError, f"judging {talk.id}"):
            return talk, judge(task, talk, domain)
    except WritError as failure:
        return dataclasses.replace(talk, stop=StopReason.CRASHED, error=str(failure)), None


def judge(task: Task, talk: Conversation, domain: Domain) -> Record:
    """What a run keeps of a judged conversation: the verdict, and beside it how the user talked, which decides nothing."""
    seen = {"manner": to_manner(measured(task, domain, talk.turns))}
    trials = shown(task, domain, put_right(task, talk.turns))
    return verify(task, talk, domain).to_json() | seen | ({"trials": to_trials(trials)} if trials else {})


def run_async(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """What `work` returns, run to the end in a thread of its own.

    A notebook's cell has a running loop already. And in the main thread asyncio takes ^C for itself, which is then
    lost if it comes while a loop is being closed. The main thread waits in C alone: an interrupt in the middle of
    one of `threading`'s own locks leaves as a complaint about that lock.
    """
    done: SimpleQueue[tuple[T | None, BaseException | None]] = SimpleQueue()

    def run() -> None:
        try:
            done.put((asyncio.run(work()), None))
        except BaseException as error:  # noqa: BLE001 - raised again on the other side
            done.put((None, error))
        done.put((None, None))  # for whoever is interrupted with the result in hand

    begun = False
    try:
        _thread.start_new_thread(run, ())
        begun = True
        result, error = done.get()
    except KeyboardInterrupt:
        if begun:
            done.get()  # what is under way is not left alone
        raise
    if error is not None:
        raise error
    return cast("T", result)


class Crew:
    """Worker processes, started as they are needed, gone when the block is left; one alone is this process.

    A worker is in a process group of its own, so ^C reaches the parent alone. It ends as soon as the parent
    does, in the middle of a job too, because the pipe that it listens on is then closed.
    """

    batch = 8
    """Conversations that a worker plays before it reports."""
    calls = 0
    """No model plays here."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._threads = ThreadPoolExecutor(size, "writ-crew")
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._all: list[_Worker] = []
        self._closed = False
        self._hiring = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._hiring:
            self._closed = True
        for worker in self._all:
            worker.kill()  # nothing that is under way is waited for
        self._threads.shutdown(cancel_futures=True)
        for worker in self._all:
            worker.close()

    def map(self, jobs: Iterable[Work[T]], idle: Idle | None = None) -> Iterator[T]:
        """The result of each job, first done first; jobs are drawn only as fast as results are taken.

        Raises:
            WritError: A job failed, or its worker died; the results of what was done by then come first.
        """
        if self._size == 1:
            for work in jobs:
                yield perform(work)
            return
        running: set[Future[T]] = set()
        for work in jobs:
            running.add(self._threads.submit(self._one, work))
            if len(running) >= 2 * self._size:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from results(done)
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            yield from results(done)

    def relieve(self) -> None:
        """Send those who are idle home, and let others take their places: what they remember of their work takes memory."""
        while True:
            try:
                worker = self._idle.get_nowait()
            except Empty:
                return
            with self._hiring:
                self._all.remove(worker)
            worker.kill()
            worker.close()

    def _one(self, work: Work[T]) -> T:
        """In one of as many threads as there may be workers, so one is idle or may still be started."""
        try:
            worker = self._idle.get_nowait()
        except Empty:
            worker = self._hire()
        result = worker.ask(work)
        self._idle.put(worker)
        if isinstance(result, WritError):
            raise result
        return result

    def _hire(self) -> _Worker:
        with self._hiring:
            if self._closed:
                raise RoleError("the crew has been sent home; start another with `with Crew(size) as crew`.")
            worker = _Worker()
            self._all.append(worker)
        return worker


class _Worker:
    """The parent's end of one worker process."""

    def __init__(self) -> None:
        self._noise = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the worker
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", "from writ_dspy.run.worker import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._noise,
            env=_environment(),
            process_group=0,
        )
        self._jobs = cast("IO[bytes]", self._process.stdin)
        self._answers = cast("IO[bytes]", self._process.stdout)

    def ask(self, work: Work[T]) -> T | WritError:
        """The result of one job, or the error that it ended in.

        Raises:
            RoleError: The process died.
        """
        try:
            pickle.dump(work, self._jobs)
            self._jobs.flush()
            result: T | WritError = pickle.load(self._answers)  # noqa: S301 - from our own worker
        except (EOFError, OSError, ValueError, pickle.UnpicklingError) as error:
            raise RoleError(
                f"worker process {self._process.pid} {self._end()} while at {type(work).__name__}. What "
                "finished is kept: run the same command again to go on, or with fewer --workers."
            ) from error
        return result

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        """Reap the process and let go of its pipes; it has been killed."""
        self._process.wait()
        for pipe in (self._jobs, self._answers, self._noise):
            with contextlib.suppress(OSError):  # a half-written job cannot be flushed to a dead process
                pipe.close()

    def _end(self) -> str:
        """How it ended, with the last line that it complained with."""
        try:
            code = self._process.wait(20)  # on a busy machine the dead are slow to go
        except subprocess.TimeoutExpired:
            return "answered nonsense"
        self._noise.seek(0)
        words = self._noise.read().decode("utf-8", "replace").strip().splitlines()[-1:]
        how = f"ended with exit code {code}"
        if code < 0:
            how = f"was killed by signal {-code} ({signal.strsignal(-code)})"
        return f"{how} ({words[0]})" if words else how


def perform(work: Work[T]) -> T:
    """The result of a job.

    Raises:
        WritError: Whatever it raised, with the traceback of anything unexpected as a note.
    """
    try:
        with boundary(RoleError, f"running {type(work).__name__}"):
            return work.run()
    except WritError as error:
        if error.__cause__ is not None and UNEXPECTED in str(error):  # it would be lost on the way between processes
            error.add_note("".join(traceback.format_exception(error.__cause__)))
        raise


def main() -> None:
    """Be a worker: answer the pickled jobs on standard input, one by one, until that is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull) as nothing:  # noqa: PTH123 - not a path of ours
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)  # whatever a library prints must not mix with the results
    sparing()
    gc.set_threshold(200_000, 50, 100)  # a big unchanging base: collecting it over and over costs a tenth of the time
    inbox: SimpleQueue[Work[object] | None] = SimpleQueue()
    threading.Thread(target=_listen, args=(source, inbox), daemon=True).start()
    while (work := inbox.get()) is not None:
        try:
            result: object = perform(work)
        except WritError as error:
            result = error
        pickle.dump(result, sink)
        sink.flush()


def _listen(source: IO[bytes], inbox: SimpleQueue[Work[object] | None]) -> None:
    """Pass jobs on; when the parent is gone, end this process at once, whatever it is doing."""
    try:
        while True:
            inbox.put(pickle.load(source))  # noqa: S301 - from our own parent
    except EOFError:
        os._exit(0)
    finally:
        inbox.put(None)


def results(done: Iterable[Future[T]]) -> Iterator[T]:
    """Results before failures, so that what is done is kept."""
    for future in sorted(done, key=lambda item: item.exception() is not None):
        yield future.result()


def _environment() -> dict[str, str]:
    """The parent's environment, with the parent's import path, and where it found domains of others."""
    own = {"PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path)}
    return os.environ | own | ({places.VARIABLE: json.dumps(places.met())} if places.met() else {})
