"""Near misses: pairs that differ in one thing said, found by each of their cells alone, and rows that name each other."""

from __future__ import annotations

import pickle
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.calls import writ
from writ_dspy.codec import goal_id
from writ_dspy.domains import NAMES
from writ_dspy.propose import twins
from writ_dspy.propose.mix import Cell, Mix
from writ_dspy.propose.proposer import fill
from writ_dspy.propose.twins import EVERY, pairings, twins_of
from writ_dspy.run.synth import synthesize
from writ_dspy.run.worker import Pair, Propose
from writ_dspy.task import Slot, Task

COUNT = 7


def cells(name: str) -> tuple[Cell, ...]:
    """Some whose tasks are granted at the burdens that twins of the refused ones have."""
    refused = Cell(domain=name, kind="no-write", writes=0, burden=4, count=COUNT)
    granted = [Cell(domain=name, kind="read-heavy", writes=1, burden=burden, count=COUNT) for burden in (4, 5)]
    return refused, *granted


def pairs(name: str) -> list[tuple[Task, Task]]:
    """The refused and the granted half of each, as the cells find them."""
    some = cells(name)
    shared = pairings(some)
    refused, *granted = [list(twins_of(cell, shared, 3, "base").values()) for cell in some]
    by_goal = {goal_id(task): task for tasks in granted for task in tasks}
    assert len(by_goal) == len(refused)
    return [(task, by_goal[task.twin or ""]) for task in refused]


@pytest.mark.parametrize("name", NAMES)
def test_a_pair_differs_in_one_thing_that_the_user_says(name: str) -> None:
    """One is refused and one granted; the user is the same, and so are all the words but those of one detail."""
    found = pairs(name)

    assert found
    for refused, granted in found:
        assert (refused.axes.writes, granted.axes.writes) == (0, 1)
        assert refused.owner == granted.owner
        assert granted.twin == goal_id(refused)
        texts = [[slot.text for slot in said(task)] for task in (refused, granted)]
        assert len(texts[0]) == len(texts[1])
        assert sum(one != other for one, other in zip(*texts, strict=True)) == 1


def said(task: Task) -> list[Slot]:
    """All that the user says of it."""
    openings = [Slot("opening", request.opening) for request in task.requests]
    return [task.identity, *openings, *(slot for request in task.requests for slot in request.slots)]


@pytest.mark.parametrize("name", NAMES)
def test_a_cell_finds_its_halves_alone(name: str) -> None:
    """They stand at every third place, the rest of the cell is drafted, no task is there twice; a stretch of it is the same stretch."""
    some = cells(name)
    shared = pairings(some)
    for cell in some[:2]:
        mine = twins_of(cell, shared, 3, "base")
        tasks = fill(cell, 3, "base", shared).tasks
        stretch = Propose(0, cell, 3, "base", ((0, COUNT, 0),), share=range(2, 5), shared=shared).run()

        assert all(place % EVERY == EVERY - 1 for place in mine)
        assert [tasks[place].id for place in mine] == [task.id for task in mine.values()]
        assert len({task.id for task in tasks}) == len(tasks) == COUNT
        assert [*stretch[1]] == [task.id for task in tasks[2:5]]


def test_what_was_drawn_once_is_not_looked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell takes its halves of pairs that another process drew, and finds the tasks that it finds alone."""
    some = cells("tau2:airline")
    (shared,) = pairings(some)
    alone = [fill(cell, 3, "base", (shared,)).tasks for cell in some[:2]]
    pair = Pair(shared, 3, "base").run()
    monkeypatch.setattr(twins, "_placed", None)

    for cell, tasks in zip(some, alone, strict=False):
        own = pickle.loads(pickle.dumps(pair.of(cell)))  # noqa: S301 - as a worker gets it
        assert list(own.halves) == [(cell.point, cell.source)]
        assert fill(cell, 3, "base", (own,)).tasks == tasks
    assert any(task.twin for tasks in alone for task in tasks)
    assert pair.of(some[0]).halves != pair.of(some[1]).halves


def test_small_cells_share_nothing() -> None:
    """Two tasks are too few for a third of them to be one; cells that a model fills, or that deny beside a write, share none."""
    one, other, _ = cells("tau2:retail")
    small = other.model_copy(update={"count": 2})
    model = other.model_copy(update={"source": "model"})
    both = other.model_copy(update={"denied": 1})

    assert pairings((one, other))
    assert not any(pairings((one, changed)) for changed in (small, model, both))


def test_rows_of_a_pair_name_each_other(tmp_path: Path) -> None:
    """Both ways, on one side of the split; a row whose twin is left out names none."""
    run = synthesize(mix=Mix(cells=cells("tau2:retail")), out=tmp_path / "run", workers=1).folder

    def rows() -> dict[str, dict[str, object]]:
        tables = [pq.read_table(path) for path in (run / "dataset").glob("*/*.parquet")]
        return {one["task_id"]: one for table in tables for one in table.to_pylist()}

    found = rows()
    named = {key: one for key, one in found.items() if one["twin"]}
    assert len(named) >= 2
    for key, one in named.items():
        other = found[str(one["twin"])]
        assert (other["twin"], other["split"]) == (key, one["split"])
        assert (one["writes"] == 0) is (other["writes"] == 1)
    assert writ("export", str(run), "--per-kind", "no-write=0").code == 0
    assert not any(one["twin"] for one in rows().values())
