"""A run that is repeated, killed, interrupted or crashed ends in the same bytes, nothing lost or doubled."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import writ_dspy
from tests.calls import ENVIRONMENT, MIX, alive, mix_file, results, still, tree, until, workers_of, writ
from writ_dspy.conversation import StopReason, Turn
from writ_dspy.domains import Domain
from writ_dspy.errors import ConfigError, StoreError
from writ_dspy.propose import proposer as propose
from writ_dspy.propose.firewall import firewall
from writ_dspy.propose.mix import Cell, Mix
from writ_dspy.propose.proposer import Filled
from writ_dspy.run import worker
from writ_dspy.run.synth import Synthesis, load, synthesize
from writ_dspy.simulate.scripted import ScriptedAgent
from writ_dspy.store.run import Run
from writ_dspy.task import Task

TRIES = 3


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    """A run that nobody disturbed, made by this process alone."""
    return synthesize(mix=MIX, tries=TRIES, out=tmp_path_factory.mktemp("whole") / "run", workers=1)


@pytest.mark.long
def test_the_number_of_workers_changes_nothing(whole: Synthesis, tmp_path: Path) -> None:
    """Another process count, another folder: not a byte of the results differs. Another seed: all do."""
    two = synthesize(mix=MIX, tries=TRIES, out=tmp_path / "two", workers=2)
    other = synthesize(mix=MIX, seed=1, out=tmp_path / "other", workers=1)

    assert results(two.folder) == results(whole.folder)
    assert two.owed == 0
    assert len(two.tasks()) == MIX.count
    theirs, ours = results(other.folder)[1], results(whole.folder)[1]
    assert not set(theirs["tasks"]) & set(ours["tasks"])


@pytest.mark.long
def test_fresh_processes_for_each_stage_change_nothing(
    whole: Synthesis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that is large enough sends its workers home after each stage, with what they remember; not a byte differs."""
    monkeypatch.setattr("writ_dspy.run.synth.RELIEVED", 1)
    relieve, sent = worker.Crew.relieve, list[worker.Crew]()

    def noted(crew: worker.Crew) -> None:
        sent.append(crew)
        relieve(crew)

    monkeypatch.setattr(worker.Crew, "relieve", noted)
    found = synthesize(mix=MIX, tries=TRIES, out=tmp_path / "run", workers=2)

    assert results(found.folder) == results(whole.folder)
    assert len(sent) == 2


def test_the_same_call_again_does_nothing(whole: Synthesis) -> None:
    """Every file stays as it is, in name, content and time of writing, and the report is the same."""
    fixed = set(whole.folder.glob("*.json*"))
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in fixed}
    files, report = tree(whole.folder), whole.report().to_json()
    again = synthesize(mix=MIX, tries=TRIES, out=whole.folder, workers=2)

    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in fixed} == before
    assert tree(whole.folder) == files
    assert again.made == 0
    timing = ("seconds", "trajectories_per_second")
    now = again.report().to_json()
    assert {k: v for k, v in now.items() if k not in timing} == {k: v for k, v in report.items() if k not in timing}
    assert report["trajectories_per_second"] > 0
    assert now["trajectories_per_second"] is None


MOMENTS = {
    "workers start": "(run / 'run.json').exists()",
    "tasks come in": "(run / 'tasks.jsonl').stat().st_size > 0",
    "conversations come in": "(run / 'conversations.jsonl').stat().st_size > 0",
    "verdicts come in": r"(run / 'verdicts.jsonl').read_bytes().count(b'\n') > 12",
    "the dataset is written": "any((run / 'dataset').rglob('*.parquet*'))",
}


@pytest.mark.parametrize(
    "moments",
    [("tasks come in", "the dataset is written"), pytest.param(tuple(MOMENTS), marks=pytest.mark.slow)],
    ids=["two", "every"],
)
@pytest.mark.long
def test_killed_at_any_moment(whole: Synthesis, tmp_path: Path, moments: tuple[str, ...]) -> None:
    """Killed with -9 in one stage after the other and run again, it ends in the bytes of a run that was never killed."""
    run = tmp_path / "run"
    arguments = ("synth", "--mix", mix_file(tmp_path), "--tries", TRIES, "--workers", 2, "--out", run)
    survivors: set[int] = set()
    for moment in moments:
        with still(run, MOMENTS[moment], *arguments) as child:
            workers = workers_of(child.pid)
            assert child.poll() is None, f"it was over before {moment}"
            os.killpg(child.pid, signal.SIGKILL)
        survivors |= workers
    until(lambda: not any(map(alive, survivors)))
    done = writ(*arguments, "--workers", 1)

    assert done.code == 0, done.err
    assert results(run) == results(whole.folder)
    assert not list(run.rglob("*.tmp"))


@pytest.mark.parametrize(
    ("name", "workers"),
    [
        ("SIGTERM", 2),
        *(
            pytest.param(name, workers, marks=pytest.mark.slow)
            for name, workers in (("SIGINT", 1), ("SIGINT", 2), ("SIGTERM", 1))
        ),
    ],
)
@pytest.mark.long
def test_interrupted(whole: Synthesis, tmp_path: Path, name: str, workers: int) -> None:
    """^C and SIGTERM end it with one line, keep what is finished, and give the terminal its cursor back."""
    run = tmp_path / "run"
    arguments = ("synth", "--mix", mix_file(tmp_path), "--tries", TRIES, "--workers", workers, "--out", run)
    screen, terminal = pty.openpty()
    moment = r"(run / 'verdicts.jsonl').read_bytes().count(b'\n') > 8"
    with ThreadPoolExecutor(1) as reader:
        reading = reader.submit(_read, screen)  # at once: a terminal that nobody reads stops who writes
        with still(run, moment, *arguments, stderr=terminal) as child:
            os.close(terminal)
            crew = workers_of(child.pid)
            os.killpg(child.pid, signal.Signals[name])
            os.killpg(child.pid, signal.SIGCONT)
            assert child.stdout is not None
            out = child.stdout.read()
            child.wait()
    shown = reading.result()
    os.close(screen)
    kept = Run.read(run)

    assert child.returncode == {"SIGINT": 130, "SIGTERM": 143}[name], shown
    assert "Traceback" not in shown
    assert shown.count("interrupted: what was finished of a run is kept") == 1
    assert out == ""
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")
    assert not any(map(alive, crew))
    assert len(crew) == (workers if workers > 1 else 0)
    assert 0 < kept.count("verdicts") < MIX.count * TRIES
    assert set(kept.kept("verdicts")) <= set(kept.kept("conversations"))
    assert writ(*arguments, "--workers", 1).code == 0
    assert results(run) == results(whole.folder)


def _read(screen: int) -> str:
    """All that a program shows until it ends."""
    shown = b""
    try:
        while piece := os.read(screen, 65536):
            shown += piece
    except OSError:  # Linux: the other side of the terminal is gone
        pass
    return shown.decode()


class Stumbling(ScriptedAgent):
    """Raises in the conversations about some tasks."""

    fails: frozenset[str] = frozenset()

    async def act(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn:
        """The scripted turn, if it does not fail."""
        if len(turns) > 3 and task.id in self.fails:
            raise ZeroDivisionError("as planned")
        return await super().act(task, domain, turns, seed)


def test_a_crash_is_kept_and_owed(whole: Synthesis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A role that raises costs one conversation: kept with its error, never scored, played again next time."""
    options = ("--tries", TRIES, "--workers", 1, "--json")
    arguments = ("synth", "--mix", mix_file(tmp_path), "--out", tmp_path / "run", *options)
    fails = {task.id for task in whole.tasks()[:2]}
    monkeypatch.setitem(worker.AGENTS, "scripted", Stumbling)
    monkeypatch.setattr(Stumbling, "fails", frozenset(fails))
    first, second = writ(*arguments), writ(*arguments)
    crashed = load(tmp_path / "run").crashed()
    monkeypatch.undo()
    last = writ(*arguments)

    total, lost = MIX.count * TRIES, 2 * TRIES
    for number, ended in enumerate((first, second), 1):
        report = json.loads(ended.out)
        assert ended.code == 1
        assert (report["total"]["judged"], report["total"]["conversations"]) == (total - lost, total - lost)
        assert report["total"]["accepted"] == report["total"]["judged"]
        assert report["total"]["crashed"] == number * lost
        assert report["owed"] == report["owed_again"] == lost
        assert "ZeroDivisionError: as planned" in report["crash"]
    assert len(crashed) == 2 * lost
    assert {item.talk.stop for item in crashed} == {StopReason.CRASHED}
    assert {item.talk.task_id for item in crashed} == fails
    assert all(item.verdict is None and item.talk.turns and "as planned" in item.talk.error for item in crashed)
    assert last.code == 0
    assert json.loads(last.out)["owed"] == json.loads(last.out)["owed_again"] == 0
    assert results(tmp_path / "run")[0] == results(whole.folder)[0]


def test_a_verdict_that_was_lost_is_made_up_for(whole: Synthesis, tmp_path: Path) -> None:
    """Killed between a conversation and its verdict, the conversation is judged and not played again."""
    run = shutil.copytree(whole.folder, tmp_path / "run")
    verdicts, talks = run / "verdicts.jsonl", (run / "conversations.jsonl").read_bytes()
    verdicts.write_bytes(b"".join(verdicts.read_bytes().splitlines(keepends=True)[:-5]))
    synthesize(mix=MIX, tries=TRIES, out=run, workers=1)

    assert (run / "conversations.jsonl").read_bytes() == talks
    assert results(run) == results(whole.folder)


DRY = Cell(domain="tau2:airline", kind="normal", writes=1, burden=2, count=2)


def test_a_dry_cell_holds_nothing_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a cell lacks is reported with its reason; the rest is exported, and it is not tried twice."""
    filled = propose.fill

    def fill(cell: Cell, seed: int, split: str | None, _shared: object) -> Filled:
        return filled(cell.model_copy(update={"count": 1}), seed, split) if cell != DRY else filled_none(cell)

    def filled_none(cell: Cell) -> Filled:
        tries.append(cell)
        return Filled(cell, turned_down=Counter({"no reason": 7}))

    tries: list[Cell] = []
    monkeypatch.setattr(worker, "fill", fill)
    mix = Mix(cells=(DRY, CELL_OF_ONE))
    arguments = ("synth", "--mix", mix_file(tmp_path, mix), "--out", tmp_path / "run", "--workers", 1)
    ended = [writ(*arguments), writ(*arguments), writ("simulate", tmp_path / "run")]

    assert [item.code for item in ended] == [1, 1, 1]
    assert all(f"ran dry: {DRY}: 0 of 2 found. Drafts turned down: 7 x no reason" in item.out for item in ended)
    assert all(
        "give another --seed, or a --mix without what ran dry; one to edit: writ domains --mix -n 3" in item.out
        for item in ended
    )
    assert tries == [DRY]
    assert sum(load(tmp_path / "run").dataset().num_rows.values()) == 1


CELL_OF_ONE = Cell(domain="tau2:airline", kind="read-heavy", writes=1, burden=6, count=1)
ONE = Mix(cells=(CELL_OF_ONE,))


@pytest.mark.long
def test_contacts_with_the_official_tasks_are_counted(whole: Synthesis, tmp_path: Path) -> None:
    """None with the firewall up; with it down, the tasks that name a user or record of theirs."""
    mix = mix_file(tmp_path, Mix(cells=(CELL_OF_ONE.model_copy(update={"count": 60}),)))
    assert writ("propose", "--mix", mix, "--firewall", "off", "--out", tmp_path / "bare", "--workers", 1).code == 0
    bare = load(tmp_path / "bare")
    named = [
        {str(value) for call in calls for value in call.args.values()} | {str(fact.value) for fact in task.facts}
        for task in bare.tasks()
        for outcome in [task.outcomes]
        for calls in [[c for o in outcome for c in (*o.trace, *o.evidence, *([o.call] if o.call else []))]]
    ]
    walls = [firewall("tau2:airline", split) for split in ("base", "train", "test")]
    counts = [sum(not names.isdisjoint(wall.users | wall.records) for names in named) for wall in walls]

    assert counts[0] > 0
    assert list(bare.contamination().values()) == counts
    assert bare.report().contamination == bare.contamination()
    assert whole.contamination() == {
        f"tau2:airline tasks that touch a user or record of the official {split} tasks of releases 0.2.0, 1.0.1": 0
        for split in ("base", "train", "test")
    }


def test_the_dataset_is_what_is_accepted_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is what `datasets` loads from the folder, never an older export, and it leaves no cache."""
    from datasets import load_dataset

    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    run = tmp_path / "run"
    assert writ("propose", "--mix", mix_file(tmp_path, ONE), "--tries", 3, "--out", run, "--workers", 1).code == 0
    with pytest.raises(StoreError, match=r"no accepted conversation yet\. Make some: writ simulate"):
        load(run).dataset()
    assert writ("simulate", run, "--workers", 1).code == 0
    _drop_last_line(run / "verdicts.jsonl")
    _drop_last_line(run / "conversations.jsonl")
    early = load(run)
    small = early.dataset()
    assert writ("simulate", run, "--workers", 1).code == 0
    first = early.dataset()
    before = tree(run)
    second = early.dataset()

    assert tree(run) == before
    assert (sum(small.num_rows.values()), sum(first.num_rows.values())) == (2, 3)
    assert not (tmp_path / "home").exists()
    for side, rows in load_dataset(str(run / "dataset"), cache_dir=str(tmp_path / "cache")).items():
        assert list(rows) == list(first[side]) == list(second[side])
        assert rows.features == first[side].features


def _drop_last_line(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def test_conversations_are_made_to_be_read(whole: Synthesis) -> None:
    """`run.conversations()[0]` shows itself in a notebook; the whole is a list that is read when needed."""
    talks = whole.conversations()

    assert "authenticate" not in repr(talks)
    assert talks[0]._repr_html_().startswith("<div")
    assert [item.talk.id for item in talks] == sorted(Run.read(whole.folder).kept("verdicts"))
    assert [item.talk.id for item in talks[:3]] == [talks[k].talk.id for k in range(3)]
    assert len(talks) == MIX.count * TRIES == len(whole.conversations(accepted=None))
    assert not whole.conversations(accepted=False)
    assert all(item.verdict and item.verdict["accepted"] for item in talks)


@pytest.mark.long
def test_a_plain_script_needs_no_guard(tmp_path: Path) -> None:
    """Several workers, a module of the user's own that shadows nothing, no `if __name__`: it just runs."""
    (tmp_path / "queue.py").write_text("raise SystemExit('a worker imported a file of the working folder')")
    script = tmp_path / "scripts" / "plain.py"
    script.parent.mkdir()
    script.write_text(
        textwrap.dedent(f"""
        import writ_dspy as writ
        cell = writ.Cell(**{CELL_OF_ONE.model_dump()!r})
        run = writ.synthesize(mix=writ.Mix(cells=(cell,)), workers=2)
        print("once", len(run.conversations()), sum(run.dataset().num_rows.values()), run.folder)
    """)
    )
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("once 1 1 ")
    assert done.stdout.count("once") == 1


def test_it_works_inside_a_running_event_loop(tmp_path: Path) -> None:
    """A notebook cell runs in a loop already; the same call works there."""

    async def cell() -> Synthesis:
        return synthesize(mix=ONE, out=tmp_path / "run", workers=1)

    assert len(asyncio.run(cell()).conversations()) == 1


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"domains": ["tau2:moon"]}, "tau2:moon"),
        ({"domains": []}, "none given"),
        ({"n": 0}, "-n 0"),
        ({"n": "20"}, "n = '20': ask for a whole number"),
        ({"seed": 1.5}, "seed = 1.5: ask for a whole number"),
        ({"tries": 0}, "tries = 0: ask for a whole number from 1 to 1,000"),
        ({"workers": 0}, "workers = 0: ask for a whole number from 1 to 1,024"),
        ({"agent": "perfect"}, "no agent 'perfect'; there are scripted, careless"),
        ({"mix": Mix(cells=())}, "the mix has no cells"),
    ],
    ids=str,
)
def test_a_bad_call_writes_nothing(tmp_path: Path, options: dict[str, object], says: str) -> None:
    """What cannot be met is refused before the folder is made."""
    with pytest.raises(ConfigError) as refused:
        synthesize(**{"out": tmp_path / "run", **options})  # type: ignore[arg-type]

    assert says in str(refused.value)
    assert not (tmp_path / "run").exists()


def test_every_public_name_is_there() -> None:
    """Each name in `__all__` can be had, and an unknown one is an AttributeError."""
    assert all(getattr(writ_dspy, name) for name in writ_dspy.__all__)
    with pytest.raises(AttributeError, match="nothing"):
        _ = writ_dspy.nothing
