"""Runs of which a model composes a part."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from writ_dspy import synthesize
from writ_dspy.codec import from_json
from writ_dspy.errors import ConfigError
from writ_dspy.lm.endpoint import LMSettings, RoleLMs
from writ_dspy.programs.composer import Composed
from writ_dspy.programs.tries import Rejected
from writ_dspy.propose.accept import wants
from writ_dspy.propose.mix import Cell, Mix, composed_of, default_mix, mix_of, read_mix, to_yaml
from writ_dspy.propose.proposer import fill
from writ_dspy.run.casting import Cast
from writ_dspy.run.composing import held
from writ_dspy.run.settings import Settings
from writ_dspy.run.stages import propose
from writ_dspy.run.worker import run_async
from writ_dspy.store.run import Run
from writ_dspy.task import COMPOSED, Task

Json = Any
CELL = Cell(domain="tau2:retail", kind="read-heavy", writes=1, burden=4, count=4)
LM = RoleLMs(composer=LMSettings(model="openai://127.0.0.1:9/v1/none"))


class Composing:
    """Composes these tasks in turn, whatever is asked for; counts how often it was asked, and gives up on the rest."""

    def __init__(self, tasks: list[Task], cells: tuple[Cell, ...]) -> None:
        self.tasks, self.cells, self.asked = list(tasks), cells, 0

    async def compose(self, cell: Cell, domain: object, user: str, seed: int, others: object = ()) -> Composed:
        self.asked += 1
        if not self.tasks:
            raise Rejected("nothing comes to mind")
        task = self.tasks.pop(0)
        return Composed(
            task, next(one for one in self.cells if (one.kind, one.burden) == (task.kind, task.axes.burden))
        )


async def results(found: Any) -> list[Any]:
    """All of them."""
    return [one async for one in found]


class Team:
    """Does the jobs of a run with a cast whose composer is a stand-in."""

    batch = 1

    def __init__(self, composer: Composing) -> None:
        self.cast = Cast.__new__(Cast)
        self.cast.__dict__ |= {"composer": composer, "proposer": None, "diversifier": None}
        self.cast.connections = {
            "composer": type("Line", (), {"usage": type("Used", (), {"turned_down": Counter()})()})()
        }

    calls = 0

    def map(self, jobs: Any, idle: Any = None) -> Any:
        for work in jobs:
            yield from run_async(lambda work=work: results(work.perform(self.cast)))


def composed(count: int, cell: Cell = CELL, seed: int = 77) -> list[Task]:
    """Tasks that a model might have composed: of other customers than the run's own seed draws."""
    import dataclasses

    from writ_dspy.codec import identify

    tasks = fill(cell.model_copy(update={"count": count}), seed, "base").tasks
    return [identify(dataclasses.replace(task, recipe=COMPOSED)) for task in tasks]


def run_of(folder: Path, settings: Settings, composer: Composing) -> tuple[Run, dict[str, str]]:
    """The run after its tasks were proposed, and its dry cells."""
    dry: dict[str, str] = {}
    with Run.open(folder, lambda _: settings.manifest()) as run:
        propose(run, settings, dry, Team(composer), lambda *_: None)
    return Run.read(folder), dry


@pytest.mark.long
def test_a_share_is_composed_and_recipes_fill_in_the_rest(tmp_path: Path) -> None:
    """Half of four tasks are composed; of the other run, whose model has one idea only, three are drafted. Both are full."""
    settings = Settings(Mix(cells=(CELL,)), lms=LM, compose=0.5)
    for name, ideas in (("two", 2), ("one", 1)):
        composer = Composing(composed(ideas), (CELL,))
        run, dry = run_of(tmp_path / name, settings, composer)
        (has,) = held(run, [CELL])

        assert (len(has.composed), len(has.drafted), dry) == (ideas, 4 - ideas, {})
        again = Composing(composed(2), (CELL,))
        assert run_of(tmp_path / name, settings, again)[0].count("tasks") == 4
        assert again.asked == 0


def test_what_a_model_composed_is_not_drafted_again(tmp_path: Path) -> None:
    """A model that thinks of what the recipes draft first: the cell is full all the same, and nothing is asked for twice."""
    settings = Settings(Mix(cells=(CELL,)), lms=LM, compose=0.5)
    run, dry = run_of(tmp_path, settings, Composing(composed(2, seed=settings.seed), (CELL,)))
    tasks = [from_json(record) for record in run.records("tasks")]

    assert not dry
    assert len(tasks) == len(set(map(wants, tasks))) == 4


def test_a_cell_of_source_model_is_composed_or_dry(tmp_path: Path) -> None:
    """No recipe fills it in; beside it, a cell of recipes at the same point is filled."""
    model = CELL.model_copy(update={"source": "model", "count": 3})
    code = CELL.model_copy(update={"count": 2})
    composer = Composing(composed(2), (model,))
    run, dry = run_of(tmp_path, Settings(Mix(cells=(code, model)), lms=LM), composer)
    drafted, made = held(run, [code, model])

    assert (len(drafted.drafted), len(drafted.composed), len(made.drafted), len(made.composed)) == (2, 0, 0, 2)
    assert composer.asked <= 4 * 3
    assert "2 of 3 found" in dry[str(model)]
    assert "nothing comes to mind" in dry[str(model)]


def test_a_task_goes_to_the_cell_that_it_meets(tmp_path: Path) -> None:
    """What was composed for one cell and came to the dials of another fills that one, no further than it has room."""
    other = Cell(domain="tau2:retail", kind="read-heavy", writes=1, burden=5, count=2)
    cells = tuple(cell.model_copy(update={"source": "model", "count": 2}) for cell in (CELL, other))
    composer = Composing([*composed(4, other), *composed(2)], cells)
    run, dry = run_of(tmp_path, Settings(Mix(cells=cells), lms=LM), composer)

    assert [len(has.composed) for has in held(run, cells)] == [2, 2]
    assert not dry
    assert len({record["id"] for record in run.records("tasks")}) == 4


@pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.5, 1.0])
def test_shares_come_out_right_over_small_cells(share: float) -> None:
    """Within one task of the share in all, and never more than a cell has."""
    for n in (1, 7, 40, 200):
        mix = default_mix(["retail", "airline"], n)
        counts = composed_of(mix, share)

        assert abs(sum(counts) - share * n) <= 1
        assert all(0 <= count <= cell.count for count, cell in zip(counts, mix.cells, strict=True))


def test_a_source_survives_its_file_and_its_manifest(tmp_path: Path) -> None:
    """Cells of two sources at one point stay two, of one source they add up; settings come back with the share."""
    mix = mix_of([
        {**CELL.model_dump(), "source": "model"}, CELL.model_dump(), CELL.model_dump(),
    ])  # fmt: skip
    file = tmp_path / "mix.yaml"
    file.write_text(to_yaml(mix))
    settings = Settings(mix, lms=LM, compose=0.25)
    with Run.open(tmp_path / "run", lambda _: settings.manifest()):
        pass

    assert [(cell.source, cell.count) for cell in mix.cells] == [("model", 4), ("code", 8)]
    assert read_mix(file) == mix
    assert Settings.of(Run.read(tmp_path / "run")) == settings
    assert "--compose 0.25" in settings.command(tmp_path)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"compose": 0.5}, "the composer has no model"),
        ({"compose": 0.5, "lm": "openai://h/v1/m", "roles": {"composer": "scripted"}}, "the composer has no model"),
        ({"mix": [{**CELL.model_dump(), "source": "model"}]}, "the composer has no model"),
        ({"roles": {"composer": "openai://h/v1/m"}}, "nothing is to be composed"),
        ({"compose": 1.5, "lm": "openai://h/v1/m"}, "compose = 1.5"),
        ({"compose": "some", "lm": "openai://h/v1/m"}, "compose = 'some'"),
        ({"mix": [{**CELL.model_dump(), "source": "muse"}]}, "source = 'muse'"),
    ],
)
def test_what_cannot_be_composed_is_refused_at_once(given: Json, wanted: str, tmp_path: Path) -> None:
    """With the argument, its value and what to do; nothing is made."""
    with pytest.raises(ConfigError, match=wanted):
        synthesize(n=4, out=tmp_path / "run", **given)

    assert not (tmp_path / "run").exists()
