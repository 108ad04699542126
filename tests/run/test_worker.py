"""A crew of worker processes: quick, modest, and gone when its parent is."""

from __future__ import annotations

import json
import os
import pickle
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest

from tests.calls import ENVIRONMENT, MIX, alive, mix_file, results, still, until, workers_of, writ
from tests.run.jobs import Await, Echo, Fail
from writ_dspy.codec import to_json
from writ_dspy.conversation import StopReason
from writ_dspy.domains import load
from writ_dspy.errors import RoleError, StoreError
from writ_dspy.propose.proposer import fill
from writ_dspy.run import worker
from writ_dspy.run.synth import crew_size
from writ_dspy.run.worker import Crew, Play, Work, run_async
from writ_dspy.simulate.loop import Limits
from writ_dspy.task import Task

Jobs = Sequence[Work[object]]


@pytest.fixture(scope="module")
def two() -> Iterator[Crew]:
    """Two processes that serve all tests that leave them alive."""
    with Crew(2) as crew:
        yield crew


@pytest.fixture(params=[1, 2])
def crew(request: pytest.FixtureRequest) -> Iterator[Crew]:
    """One, which is this process, or those two."""
    if request.param == 1:
        with Crew(1) as alone:
            yield alone
    else:
        yield request.getfixturevalue("two")


def test_there_are_only_so_many_processes_per_core(monkeypatch: pytest.MonkeyPatch) -> None:
    """By default one for each core and some dozens of tasks; however many are asked for, a few per core."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)

    assert [crew_size(None, tasks) for tasks in (1, 30, 60, 10_000)] == [1, 1, 2, 2]
    assert [crew_size(workers, 10_000) for workers in (1, 2, 8, 9, 64)] == [1, 2, 8, 8, 8]


def test_every_job_is_answered_once(crew: Crew, capfd: pytest.CaptureFixture[str]) -> None:
    """Results come as they are done, each once, whatever a library prints; one alone is this process."""
    size = crew._size
    answers = list(crew.map([Echo(number) for number in range(20)]))

    assert sorted(str(word) for word, _ in answers) == sorted(map(str, range(20)))
    processes = {pid for _, pid in answers}
    assert (processes == {os.getpid()}) == (size == 1)
    assert len(processes) <= size
    if size > 1:
        assert capfd.readouterr() == ("", "")


def test_a_slow_job_holds_up_no_other(two: Crew, tmp_path: Path) -> None:
    """What is done first comes first, and one that waits for all the others gets them done."""
    words: list[object] = []
    for word, _ in two.map([Await(tmp_path / "slow"), *(Echo(number) for number in range(5))]):
        words.append(word)
        if len(words) == 5:
            (tmp_path / "slow").touch()

    assert (sorted(map(str, words[:5])), words[5:]) == (["0", "1", "2", "3", "4"], ["slow"])


def test_no_worker_is_started_before_it_is_needed() -> None:
    """A crew without work costs nothing, and one job takes one process."""
    with Crew(2) as crew:
        before = workers_of(os.getpid())
        assert list(crew.map([])) == []
        assert workers_of(os.getpid()) == before
        list(crew.map([Echo("only")]))
        started = workers_of(os.getpid()) - before

    assert len(started) == 1
    assert not any(map(alive, started))


def test_jobs_are_drawn_as_fast_as_results_are_taken(crew: Crew) -> None:
    """Neither jobs nor results pile up: memory stays flat however many there are."""
    drawn = 0

    def jobs() -> Iterator[Echo]:
        nonlocal drawn
        for number in range(60):
            drawn += 1
            yield Echo(number)

    for taken, _ in enumerate(crew.map(jobs()), 1):
        assert drawn <= taken + 2 * crew._size


def test_large_jobs_and_answers_pass(two: Crew) -> None:
    """Far more than a pipe holds goes both ways."""
    word = bytes(8_000_000)

    assert [answer[0] == word for answer in two.map([Echo(word)] * 3)] == [True] * 3


@pytest.mark.parametrize(
    ("how", "kind", "says"),
    [
        ("unexpected", RoleError, "running Fail: ZeroDivisionError: as planned"),
        ("known", StoreError, "disk is full"),
    ],
)
def test_an_error_comes_as_one_of_ours(crew: Crew, how: str, kind: type[Exception], says: str) -> None:
    """What a job raises reaches the caller; the trace of what nobody expected comes as a note."""
    with pytest.raises(kind, match=says) as raised:
        list(crew.map([Fail(how)]))

    notes = "".join(getattr(raised.value, "__notes__", ()))
    assert ("in run" in notes) == (how == "unexpected")


def test_relieved_workers_are_gone_and_others_do_their_work() -> None:
    """What a process holds goes with it; who comes after it answers the same."""
    with Crew(2) as crew:
        before = workers_of(os.getpid())
        list(crew.map([Echo("first")]))
        old = workers_of(os.getpid()) - before
        crew.relieve()
        assert workers_of(os.getpid()) == before
        assert not any(map(alive, old))
        [(word, worker)] = list(crew.map([Echo("second")]))
        assert word == "second"
        assert worker in workers_of(os.getpid()) - before - old


@pytest.mark.parametrize(
    ("how", "says"),
    [("kill", r"was killed by signal 9 \(Killed\)"), ("exit", r"ended with exit code 7 \(last words\)")],
)
def test_a_dead_worker_is_one_clear_error(how: str, says: str) -> None:
    """It says how the process ended, its last words and what to do; the others are sent home."""
    jobs: Jobs = [Echo(1), Fail(how), *(Echo(number) for number in range(9))]
    before = workers_of(os.getpid())
    with Crew(2) as crew, pytest.raises(RoleError, match=says) as raised:
        list(crew.map(jobs))

    assert "run the same command again to go on" in str(raised.value)
    assert workers_of(os.getpid()) == before


def test_what_was_done_comes_before_the_error() -> None:
    """Results that are there when a job fails are handed over first, so they are kept."""
    done: list[Future[int]] = [Future(), Future(), Future()]
    done[0].set_exception(RoleError("died"))
    done[1].set_result(1)
    done[2].set_result(2)
    taken: list[int] = []
    with pytest.raises(RoleError, match="died"):
        taken.extend(worker.results(done))

    assert taken == [1, 2]


def test_a_crew_that_is_left_waits_for_nothing() -> None:
    """Leaving in the middle, as ^C does, kills what is under way."""
    before, threads = workers_of(os.getpid()), set(threading.enumerate())
    with Crew(2) as crew:
        next(crew.map([Echo(1), *(Echo(number, 3600) for number in range(9))]))

    assert workers_of(os.getpid()) == before
    assert not [one for one in set(threading.enumerate()) - threads if one.name.startswith("writ-crew")]


PARENT = """
import sys
from tests.run.jobs import Echo
from writ_dspy.run.worker import Crew
with Crew(2) as crew:
    for word, pid in crew.map([Echo(1), Echo(2), Echo(3, 600), Echo(4, 600)]):
        print(pid, flush=True)
"""


def test_no_worker_outlives_its_parent() -> None:
    """Killed with -9, the parent takes workers with it that are in the middle of a long job."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT], env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)
    with parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        until(lambda: len(workers_of(parent.pid)) == 2)
        parent.stdout.readline()
        time.sleep(0.2)
        workers = workers_of(parent.pid)
        parent.kill()
    until(lambda: not any(map(alive, workers)))

    assert len(workers) == 2


@pytest.mark.slow
def test_a_run_survives_the_death_of_a_worker(tmp_path: Path) -> None:
    """`writ` ends with one line and exit 1; the same command again completes the run as if nothing was."""
    arguments = ("--mix", mix_file(tmp_path))
    moment = "(run / 'tasks.jsonl').stat().st_size > 0"
    with still(tmp_path / "run", moment, "synth", *arguments, "--workers", 2, "--out", tmp_path / "run") as child:
        until(lambda: len(workers_of(child.pid)) == 2)
        os.kill(min(workers_of(child.pid)), signal.SIGKILL)
        os.kill(child.pid, signal.SIGCONT)
        _, err = child.communicate()

    complaints = [line for line in err.splitlines() if not line.startswith(("propose", "simulate"))]
    assert child.returncode == 1, err
    assert len(complaints) == 1
    assert "was killed by signal 9" in complaints[0]
    assert writ("synth", *arguments, "--workers", 1, "--out", tmp_path / "run").code == 0
    assert writ("synth", *arguments, "--workers", 1, "--out", tmp_path / "other").code == 0
    assert results(tmp_path / "run") == results(tmp_path / "other")


def test_what_cannot_be_judged_has_crashed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that raises costs its conversation, not the run, and never lets it pass."""
    task = fill(MIX.cells[0].model_copy(update={"count": 1}), 0, "base").tasks[0]

    def broken(*_: object) -> None:
        raise ZeroDivisionError("a broken check")

    monkeypatch.setattr(worker, "verify", broken)
    ((talk, verdict),) = Play(((_line(task), 0),), 0, "scripted", "scripted", Limits()).run()

    assert verdict is None
    assert talk["stop"] == StopReason.CRASHED.value
    assert f"judging {talk['id']}: ZeroDivisionError: a broken check" in talk["error"]


def _line(task: Task) -> bytes:
    return json.dumps(to_json(task)).encode()


def test_a_job_keeps_what_its_tasks_share() -> None:
    """Several tries at one task travel as one task."""
    task = fill(MIX.cells[0].model_copy(update={"count": 1}), 0, "base").tasks[0]
    line = _line(task)
    one, eight = (
        len(pickle.dumps(Play(tuple((line, k) for k in range(n)), 0, "scripted", "scripted", Limits()))) for n in (1, 8)
    )

    assert eight < 1.5 * one
    assert load(task.domain).name == task.domain


def test_a_coroutine_runs_inside_a_running_loop() -> None:
    """In a loop or not, the result is the same."""

    async def answer() -> int:
        return 42

    async def outer() -> int:
        return run_async(answer)

    assert run_async(answer) == run_async(outer) == 42


INTERRUPTED = """
import asyncio, os, signal
from writ_dspy.run.worker import run_async
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started this may ignore it
caught = 0
async def some(): await asyncio.gather(*(asyncio.sleep(0) for _ in range(3)))
for _ in range(300):
    try:
        os.write(1, b".")
        while True:
            run_async(some)
    except KeyboardInterrupt:
        caught += 1
print(caught)
"""


def test_no_interrupt_is_lost() -> None:
    """Whenever ^C comes, it arrives, once, and nothing that was half closed complains."""
    luck = random.Random(7)
    command, pipe = [sys.executable, "-c", INTERRUPTED], subprocess.PIPE
    with subprocess.Popen(command, env=ENVIRONMENT, stdout=pipe, stderr=pipe, bufsize=0) as child:
        assert child.stdout is not None
        hung = threading.Timer(240, child.kill)  # as one does that has lost an interrupt
        hung.start()
        while (mark := child.stdout.read(1)) == b".":
            time.sleep(luck.uniform(0, 0.003))
            child.send_signal(signal.SIGINT)
        out, err = child.communicate()
        hung.cancel()

    assert (mark + out, err) == (b"300\n", b"")
