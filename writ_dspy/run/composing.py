"""Composing within a run: a model thinks up the tasks that the cells want of it, round by round; each round is kept when it is done.

A goal that came to the dials of another open cell goes there. What the model cannot fill, recipes fill where the share of
a run was to be composed; a cell of source `model` stays short, and says why.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from writ_dspy.codec import to_json
from writ_dspy.domains import load
from writ_dspy.errors import RoleError
from writ_dspy.propose.accept import wants
from writ_dspy.propose.mix import Cell, Point
from writ_dspy.run.settings import Settings
from writ_dspy.simulate.behaviour import Dealer, Stretch
from writ_dspy.store.jsonl import Record
from writ_dspy.store.records import task_on
from writ_dspy.store.run import Run
from writ_dspy.task import COMPOSED, Task

if TYPE_CHECKING:
    from writ_dspy.programs.composer import Composed, Composer
    from writ_dspy.programs.tries import Rejected
    from writ_dspy.run.casting import Cast

PER_TASK = 4
"""Customers for whom goals are composed, for each task that is wanted, before what lacks counts as dry."""
ROUND = 128
"""Customers of one domain at a time: what comes of them is kept before the next ones are asked about."""


@dataclass(slots=True)
class Held:
    """The tasks that a run has of one cell."""

    composed: list[str] = field(default_factory=list)
    drafted: list[str] = field(default_factory=list)

    @property
    def ids(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.composed, *self.drafted)


def held(run: Run, cells: Sequence[Cell]) -> list[Held]:
    """Of each cell the tasks that the run has; at a point with cells of both sources, those composed go to `model` first."""
    places: dict[tuple[object, ...], dict[str, int]] = {}
    for index, cell in enumerate(cells):
        places.setdefault(cell.point, {})[cell.source] = index
    found = [Held() for _ in cells]
    for record in run.records("tasks"):
        axes = record["axes"]
        point = (record["domain"], record["kind"], axes["writes"], axes["burden"], axes.get("denied", 0))
        place = places.get(point, {})
        composed = record["recipe"] == COMPOSED
        model, code = place.get("model"), place.get("code")
        wants = model is not None and len(found[model].ids) < cells[model].count
        owner = model if composed and (wants or code is None) else code
        if owner is not None:
            (found[owner].composed if composed else found[owner].drafted).append(record["id"])
    return found


class Composing:
    """Has a model compose what the cells want of it.

    Args:
        run: Open for writing.
        settings: Its settings.
        dry: Cells that are not tried again.
    """

    def __init__(self, run: Run, settings: Settings, dry: Mapping[str, str]) -> None:
        self._run, self._settings, self._dry = run, settings, dry
        self.turned_down: dict[str, Counter[str]] = {}
        """By cell, why goals were."""
        self._under_way = 0

    def jobs(self) -> Iterator[Compose | None]:
        """Round by round, one job for each domain; None while a round is under way, since the next depends on it."""
        cells, quota, stretches = self._settings.mix.cells, self._settings.composed, self._settings.stretches
        if not any(quota):
            return
        # Customers are numbered in the order in which they are asked, so as many of the first are passed over as gave a task.
        asked = Counter({index: len(has.composed) for index, has in enumerate(held(self._run, cells))})
        while True:
            has = held(self._run, cells)
            lacks = {
                index: lack
                for index, cell in enumerate(cells)
                if str(cell) not in self._dry
                and (lack := min(quota[index] - len(has[index].composed), cell.count - len(has[index].ids))) > 0
            }
            due = [
                (index, asked[index] + number)
                for index, lack in lacks.items()
                for number in range(min(lack, PER_TASK * quota[index] - asked[index]))
            ]
            if not due:
                return
            jobs: dict[str, list[tuple[int, int]]] = {}
            for index, number in due:
                jobs.setdefault(cells[index].domain, []).append((index, number))
            rounds = [
                Compose(
                    tuple(
                        Open(
                            index,
                            cells[index],
                            lack,
                            stretches[index],
                            tuple(self._run.line("tasks", key) for key in has[index].ids),
                        )
                        for index, lack in lacks.items()
                        if cells[index].domain == domain
                    ),
                    tuple(numbers[:ROUND]),
                    self._settings.seed,
                    self._settings.firewall,
                )
                for domain, numbers in jobs.items()
            ]
            asked.update(index for job in rounds for index, _ in job.asked)
            self._under_way = len(rounds)
            yield from rounds
            while self._under_way:
                yield None

    def take(self, done: Round) -> list[str]:
        """Keep what came of a job; the ids of the tasks that are new.

        Raises:
            StoreError: A record is spoiled, or the disk refuses.
        """
        self._under_way -= 1
        owed = set(self._run.owed("tasks", [task["id"] for task in done.tasks]))
        new = [task for task in done.tasks if task["id"] in owed]
        self._run.append("tasks", new)
        for index, reasons in done.turned_down.items():
            self.turned_down.setdefault(str(self._settings.mix.cells[index]), Counter()).update(reasons)
        return [task["id"] for task in new]


@dataclass(frozen=True)
class Open:
    """A cell that wants composed tasks."""

    index: int
    cell: Cell
    room: int
    stretches: tuple[Stretch, ...]
    kept: tuple[bytes, ...]
    """The lines of the tasks that the run has of this cell."""


@dataclass
class Round:
    """What came of one round."""

    tasks: list[Record] = field(default_factory=list)
    turned_down: dict[int, Counter[str]] = field(default_factory=dict)
    """By cell, why customers were given up."""


@dataclass(frozen=True)
class Compose:
    """Compose goals for customers of one domain, and give the tasks their behaviours."""

    cells: tuple[Open, ...]
    asked: tuple[tuple[int, int], ...]
    """The index of a cell and the number of the composition, for each customer."""
    seed: int
    split: str | None

    async def perform(self, cast: Cast) -> AsyncGenerator[Round]:
        """The tasks, none of which asks for what the run has; in an order that depends on no reply's time."""
        from writ_dspy.programs.tries import Line, Rejected

        if cast.composer is None:
            raise RoleError("there is nobody to compose tasks: the composer has no model. Report it.")
        composer, places = cast.composer, {one.index: one for one in self.cells}
        results: list[Composed | Rejected] = []
        async with Line["Composed | Rejected"]() as line:
            for index, number in self.asked:
                line.begin(self._one(composer, places[index], number))
            while len(line):
                results.append(await anext(line))
        done, found = Round(), {index: list[Task]() for index in places}
        kept = {index: [task_on(text) for text in one.kept] for index, one in places.items()}
        known: dict[Point, set[str]] = {}
        for index, tasks in kept.items():
            known.setdefault(places[index].cell.point, set()).update(map(wants, tasks))
        turned_down = cast.connections["composer"].usage.turned_down
        for (index, _), result in zip(self.asked, results, strict=True):
            if isinstance(result, Rejected):
                done.turned_down.setdefault(index, Counter())[result.reason] += 1
                turned_down[result.reason] += 1
                continue
            place = next(one.index for one in self.cells if one.cell == result.cell)
            if wants(result.task) in known[result.cell.point]:
                why = "the same goal again"
            elif len(found[place]) >= places[place].room:
                why = "the cell that it meets is full"
            else:
                known[result.cell.point].add(wants(result.task))
                found[place].append(result.task)
                continue
            done.turned_down.setdefault(index, Counter())[why] += 1
            turned_down[why] += 1
        for index, tasks in found.items():
            async with aclosing(cast.voicing(self._dealt(places[index], tasks), self.seed, kept[index])) as voiced:
                done.tasks += [to_json(task) async for task in voiced]
        yield done

    async def _dealt(self, place: Open, tasks: Sequence[Task]) -> AsyncGenerator[Task]:
        """The new tasks of a cell, each with its behaviour."""
        dealer = Dealer(self.seed, place.stretches)
        for number, task in enumerate(tasks, len(place.kept)):
            yield dealer.deal(number, task)

    async def _one(self, composer: Composer, place: Open, number: int) -> Composed | Rejected:
        """A task composed for one customer, or why there is none."""
        from writ_dspy.programs.guide import customer
        from writ_dspy.programs.tries import Rejected, derive

        domain, seed = load(place.cell.domain), derive(self.seed, place.cell.model_copy(update={"count": 1}), number)
        user = await asyncio.to_thread(customer, domain, place.cell, seed, self.split)
        if user is None:
            return Rejected("no customer was found with whom the cell can be met")
        others = [one.cell for one in self.cells if one.index != place.index]
        try:
            return await composer.compose(place.cell, domain, user, seed, others)
        except Rejected as rejected:
            return rejected
