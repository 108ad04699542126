"""A run that grows: what it has stays as it is, byte for byte, and what is added is what a larger run would have had."""

from __future__ import annotations

import json
import os
import random
import re
import shlex
import shutil
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow.parquet import read_table

from tests.calls import mix_file, results, still, tree, writ
from writ_dspy.dataset.rows import Row
from writ_dspy.propose.mix import Cell, Mix
from writ_dspy.propose.proposer import fill
from writ_dspy.run.settings import Settings, Stage
from writ_dspy.run.synth import load, synthesize
from writ_dspy.simulate.behaviour import OFTEN, assign, deal
from writ_dspy.store.run import NAMES, Run
from writ_dspy.task import DIMENSIONS, GOAL_DIMENSIONS

AIRLINE = Cell(domain="tau2:airline", kind="read-heavy", writes=1, burden=6, count=1)
RETAIL = Cell(domain="tau2:retail", kind="normal", writes=1, burden=2, count=1)


def mix(*counts: tuple[Cell, int]) -> Mix:
    """So many of each of these cells."""
    return Mix(cells=tuple(cell.model_copy(update={"count": count}) for cell, count in counts))


SMALL = mix((AIRLINE, 3))
LARGE = mix((RETAIL, 3), (AIRLINE, 6))
TRIES = 2


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run before it grows."""
    return synthesize(mix=SMALL, out=tmp_path_factory.mktemp("small") / "run", workers=1).folder


@pytest.fixture(scope="module")
def large(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """It, grown in one go, in tasks and in tries."""
    folder = tmp_path_factory.mktemp("large") / "run"
    shutil.copytree(small, folder)
    return synthesize(mix=LARGE, tries=TRIES, out=folder, workers=1, grow=True).folder


def rows(run: Path) -> dict[str, Row]:
    """Every row of its dataset by id."""
    found: dict[str, Row] = {}
    for path in sorted((run / "dataset").glob("*/*.parquet")):
        found |= {row["trajectory_id"]: row for row in read_table(path).to_pylist()}
    return found


def test_what_was_there_stays(small: Path, large: Path) -> None:
    """The files are longer, not other; each row is there as it was, with its split; and everything is accepted."""
    for name in NAMES:
        assert (large / f"{name}.jsonl").read_bytes().startswith((small / f"{name}.jsonl").read_bytes())
    before, after = rows(small), rows(large)

    assert len(before) == SMALL.count
    assert len(after) == LARGE.count * TRIES
    assert {key: after[key] for key in before} == before
    assert load(large).owed == load(large).tasks_owed == 0


def test_the_tasks_are_those_of_a_larger_run(large: Path, tmp_path: Path) -> None:
    """Asked for all of it at once, a run has the same tasks: only how their users behave is dealt otherwise."""
    whole = synthesize(mix=LARGE, out=tmp_path / "run", workers=1)
    ours, theirs = rows(large), rows(whole.folder)

    assert {task.id for task in load(large).tasks()} == {task.id for task in whole.tasks()}
    assert {row["task_id"] for row in ours.values()} == {row["task_id"] for row in theirs.values()}
    assert any(
        row["behavior"] != theirs_of(row, theirs)["behavior"] for row in ours.values() if row["split"] == "train"
    )


def theirs_of(row: Row, others: dict[str, Row]) -> Row:
    """The row about the same task in another run."""
    return next(other for other in others.values() if other["task_id"] == row["task_id"])


def test_ids_are_unique_across_runs(large: Path, small: Path, tmp_path: Path) -> None:
    """Runs of other sizes and seeds, merged: what has the same id is the same row, and nothing else is lost."""
    whole = synthesize(mix=LARGE, out=tmp_path / "whole", workers=1).folder
    other = synthesize(mix=SMALL, seed=1, out=tmp_path / "other", workers=1).folder
    merged: dict[str, Row] = {}
    every = [row for run in (small, large, whole, other) for row in rows(run).values()]
    for row in every:
        assert merged.setdefault(row["trajectory_id"], row) == row

    assert len(merged) == len({row["content_sha256"] for row in every})
    assert len(merged) < len(every)
    assert len({row["trajectory_id"].rpartition("-")[0] for row in every}) < len(merged)


def test_the_settings_say_how_it_came_to_be(small: Path, large: Path, tmp_path: Path) -> None:
    """What was asked for before stands in run.json; as often as it grew, and the same command again adds nothing."""
    folder = tmp_path / "run"
    shutil.copytree(small, folder)
    for wanted, tries in ((mix((AIRLINE, 4)), 1), (mix((AIRLINE, 4)), TRIES), (LARGE, TRIES), (LARGE, TRIES)):
        assert synthesize(mix=wanted, tries=tries, out=folder, workers=1, grow=True).owed == 0
    synthesize(mix=LARGE, tries=TRIES, out=folder, workers=1)
    grown = json.loads((folder / "run.json").read_text())["grown"]

    assert [(sum(cell["count"] for cell in stage["mix"]), stage["tries"]) for stage in grown] == [
        (3, 1),
        (4, 1),
        (4, 2),
    ]
    assert json.loads((large / "run.json").read_text())["grown"] == grown[:1]
    assert {task.id for task in load(folder).tasks()} == {task.id for task in load(large).tasks()}
    assert {key: row for key, row in rows(folder).items() if key in rows(small)} == rows(small)


def test_a_larger_n_is_refused_with_the_remedy(tmp_path: Path) -> None:
    """The refusal names what differs, and that the same command with --grow adds to the run; which it does, and says so."""
    run = tmp_path / "a run"
    assert writ("synth", "-n", 2, "--seed", 3, "--workers", 1, "--out", run).code == 0
    before, had = tree(run), rows(run)
    refused = writ("synth", "-n", 4, "--seed", 3, "--workers", 1, "--out", run)
    lines = refused.err.splitlines()

    assert refused.code == 2
    assert tree(run) == before
    assert lines[:2] == [f"error: {run} holds a run with other settings:", "  n is 2 there and 4 here"]
    (remedy,) = re.findall(r"add the rest: writ (.*)", refused.err)
    ended = writ(*shlex.split(remedy), "--workers", 1)
    assert ended.code == 0, ended.err
    assert f"{run} grows from 2 tasks to 4 tasks; what it has stays as it is." in ended.err.splitlines()
    assert {key: row for key, row in rows(run).items() if key in had} == had
    assert len(rows(run)) == 4
    for verb in (("report", run), ("export", run, "--workers", 1), ("show", run)):
        assert writ(*verb).code == 0
    assert writ("synth", "-n", 4, "--seed", 3, "--workers", 1, "--out", run).code == 0


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"mix": mix((AIRLINE, 2))}, "the mix asks for 3 x tau2:airline read-heavy writes=1 burden=6 there and 2 here"),
        ({"mix": mix((RETAIL, 9))}, "the mix asks for 3 x tau2:airline read-heavy writes=1 burden=6 there and 0 here"),
        ({"mix": LARGE, "seed": 1}, "seed is 0 there and 1 here"),
        ({"mix": LARGE, "agent": "careless"}, 'agent is "scripted" there and "careless" here'),
        ({"mix": LARGE, "firewall_split": None}, 'firewall is "base" there and off here'),
    ],
    ids=str,
)
def test_nothing_but_more_is_growth(small: Path, options: dict[str, Any], says: str) -> None:
    """Fewer tasks, or anything else that differs, is refused as ever, and nothing changes."""
    before = tree(small)
    with pytest.raises(Exception, match="--grow only adds") as refused:
        synthesize(out=small, grow=True, **options)

    assert f"  {says}" in str(refused.value).splitlines()
    assert tree(small) == before


LONGER = "(run / '{name}.jsonl').stat().st_size > {size}"
MOMENTS = {
    "the settings are written": "b'\"grown\"' in (run / 'run.json').read_bytes()",
    "tasks come in": LONGER.replace("{name}", "tasks"),
    "conversations come in": LONGER.replace("{name}", "conversations"),
    "verdicts come in": LONGER.replace("{name}", "verdicts"),
}


@pytest.mark.slow
def test_killed_while_it_grows(small: Path, large: Path, tmp_path: Path) -> None:
    """Killed with -9 in one stage after the other and run again, with --grow or without, it ends in the bytes of one that was not."""
    run = tmp_path / "run"
    shutil.copytree(small, run)
    arguments = ("synth", "--mix", mix_file(tmp_path, LARGE), "--tries", TRIES, "--workers", 2, "--out", run)
    sizes = {f"{name} come in": (small / f"{name}.jsonl").stat().st_size for name in NAMES}
    for number, moment in enumerate(MOMENTS):
        reached = MOMENTS[moment].replace("{size}", str(sizes.get(moment)))
        with still(run, reached, *arguments, *(() if number % 2 else ("--grow",))) as child:
            assert child.poll() is None, f"it was over before {moment}"
            os.killpg(child.pid, signal.SIGKILL)
    done = writ(*arguments, "--grow", "--workers", 1)

    assert done.code == 0, done.err
    assert results(run) == results(large)
    assert not list(run.rglob("*.tmp"))


def test_what_is_lost_of_a_grown_run_is_made_again_as_it_was(large: Path, tmp_path: Path) -> None:
    """Any task may be dropped, old or new: it comes back with the behaviour that it had."""
    lines = (large / "tasks.jsonl").read_bytes().splitlines(keepends=True)
    for dropped in (0, 4):
        run = tmp_path / str(dropped)
        shutil.copytree(large, run)
        (run / "tasks.jsonl").write_bytes(b"".join(lines[:dropped] + lines[dropped + 1 :]))
        synthesize(mix=LARGE, tries=TRIES, out=run, workers=1)

        assert sorted((run / "tasks.jsonl").read_bytes().splitlines()) == sorted(line.rstrip() for line in lines)
        assert results(run) == results(large)


POINTS = tuple(
    Cell(domain="tau2:airline", kind="read-heavy", writes=1, burden=burden, count=1) for burden in range(4, 9)
)
MIXES = st.lists(st.lists(st.integers(0, 5), min_size=len(POINTS), max_size=len(POINTS)), min_size=1, max_size=4)


@given(MIXES, st.randoms())
def test_every_task_of_a_grown_run_has_one_place(steps: list[list[int]], luck: random.Random) -> None:
    """However a run grows, the places of its tasks are all different, and are those from the first to the last."""
    counts = [0] * len(POINTS)
    stages: list[Mix] = []
    for step in steps:
        counts = [old + new for old, new in zip(counts, step, strict=True)]
        some = [(cell, count) for cell, count in zip(POINTS, counts, strict=True) if count]
        luck.shuffle(some)
        if some:
            stages.append(mix(*some))
    if not stages:
        return
    settings = Settings(stages[-1], grown=tuple(Stage(mix=one.cells, tries=1) for one in stages[:-1]))
    places = []
    for cell, stretches in zip(settings.mix.cells, settings.stretches, strict=True):
        assert [first for first, _, _ in stretches] == [0, *(end for _, end, _ in stretches[:-1])]
        assert stretches[-1][1] == cell.count
        places += [start + index for first, end, start in stretches for index in range(end - first)]

    assert sorted(places) == list(range(settings.mix.count))


def test_behaviours_are_spread_evenly_over_a_grown_run() -> None:
    """Over all that was asked for, each free level occurs equally often, or as often as it is to, give or take one per stretch."""
    tasks = fill(AIRLINE.model_copy(update={"count": 6}), 0, "base").tasks
    settings = Settings(mix((AIRLINE, 6)), grown=(Stage(mix=mix((AIRLINE, 2)).cells, tries=1),))
    dealt = deal(enumerate(tasks), 0, settings.stretches[0])

    assert dealt[:2] == assign(tasks[:2], 0)
    assert [deal([(place, task)], 0, settings.stretches[0])[0] for place, task in enumerate(tasks)] == dealt
    for dimension, levels in DIMENSIONS.items():
        if dimension not in (*GOAL_DIMENSIONS, "correction"):
            counts = Counter(task.behaviour[dimension] for task in dealt if task.behaviour)
            single = [counts[level] / OFTEN.get((dimension, level), 1) for level in levels]
            assert max(single) - min(single) <= 1, dimension


def test_a_dry_cell_may_be_asked_for_more(tmp_path: Path) -> None:
    """What ran dry is tried once more when a run grows, and never again after that."""
    run = tmp_path / "run"
    synthesize(mix=SMALL, out=run, workers=1)
    kept = Run.read(run)
    (run / "dry.json").write_text(json.dumps({str(AIRLINE): "as an older writ wrote it"}))

    assert load(run).dry == {str(AIRLINE): "as an older writ wrote it"}
    work = synthesize(mix=LARGE, out=run, workers=1, grow=True)
    assert (work.dry, len(work.tasks())) == ({}, LARGE.count)
    assert {task.id for task in work.tasks()} > set(kept.kept("tasks"))
