"""Near misses: a task that is granted and one that is refused, which differ in one thing that the user says.

Both are drafted together, so each cell of a mix can find its half without the other: the cells of a domain whose tasks may be
halves of pairs draw the same pairs, each from the same chances, and take what stands at their own dials.
"""

from __future__ import annotations

import dataclasses
import json
import random
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from writ_dspy.codec import from_json, to_json
from writ_dspy.domains import Dial, Domain, Draft, load
from writ_dspy.errors import DomainError
from writ_dspy.evidence.found import Unresolved
from writ_dspy.propose.accept import accept_twins, settle_goal, wants
from writ_dspy.propose.firewall import Firewall, firewall
from writ_dspy.propose.mix import Cell, Source
from writ_dspy.propose.users import MEMORIES, Luck, users_for
from writ_dspy.task import Kind, Task

EVERY = 3
"""Every so many places of a cell, one is kept for a task with a twin."""
TRIES = 600
"""Drafts tried for one more pair before a cell of refused tasks counts as having no more of them."""
GRANTED: tuple[Kind, ...] = ("normal", "read-heavy")


@dataclass(frozen=True, slots=True)
class Pairing:
    """The cells of one domain that share pairs."""

    refused: tuple[Cell, ...]
    granted: tuple[Cell, ...]
    halves: Mapping[object, Mapping[int, bytes]] | None = field(default=None, compare=False)
    """What the cells find, where somebody has looked for it already (see `drawn`)."""

    def __contains__(self, cell: Cell) -> bool:
        return any(_spot(cell) == _spot(one) for one in (*self.refused, *self.granted))

    def drawn(self, seed: int, split: str | None) -> Pairing:
        """The same with the halves of all pairs, which no cell has to look for any more."""
        return dataclasses.replace(self, halves=_placed(self, seed, split))

    def of(self, cell: Cell) -> Pairing:
        """The same with the halves of one cell alone, if they are drawn."""
        here = _spot(cell)
        return self if self.halves is None else dataclasses.replace(self, halves={here: self.halves.get(here, {})})


def pairings(cells: Sequence[Cell]) -> tuple[Pairing, ...]:
    """Which cells of a mix share pairs: large ones alone, since no more than every third task of a cell is half of a pair."""
    large = [cell for cell in cells if cell.source == "code" and cell.count >= EVERY]
    found = []
    for domain in dict.fromkeys(cell.domain for cell in large):
        own = [cell for cell in large if cell.domain == domain]
        refused = tuple(cell for cell in own if cell.kind == "no-write" and cell.denied <= 1)
        granted = tuple(cell for cell in own if cell.kind in GRANTED and cell.writes == 1 and not cell.denied)
        if refused and granted:
            found.append(Pairing(refused, granted))
    return tuple(found)


def twins_of(cell: Cell, shared: Sequence[Pairing], seed: int, split: str | None) -> Mapping[int, Task]:
    """The tasks of a cell that have a twin in another one, each with its place in the cell."""
    own = next((one for one in shared if cell in one), None)
    halves = {} if own is None else _placed(own, seed, split) if own.halves is None else own.halves
    found = halves.get(_spot(cell), {})
    return {place: _unpacked(data) for place, data in found.items()}


def _packed(task: Task) -> bytes:
    """A tenth of the room that the task takes: of a large run, there are thousands."""
    return zlib.compress(json.dumps(to_json(task)).encode(), 1)


def _unpacked(data: bytes) -> Task:
    task: Task = from_json(json.loads(zlib.decompress(data)))
    return task


def _spot(cell: Cell) -> tuple[object, Source]:
    """Where a cell stands on the dials, and who makes its tasks, however many it wants."""
    return cell.point, cell.source


@lru_cache(maxsize=8)
def _placed(shared: Pairing, seed: int, split: str | None) -> Mapping[object, Mapping[int, bytes]]:
    """The halves of all pairs by their cell, packed, each with its place there."""
    domain = load(shared.refused[0].domain)
    wall = firewall(domain.name, split) if split else None
    room = Counter({cell: cell.count // EVERY for cell in (*shared.refused, *shared.granted)})
    placed: dict[object, dict[int, bytes]] = {_spot(cell): {} for cell in room}
    known: set[str] = set()
    for cell in shared.refused:
        search = _Search(cell, domain, wall, f"{seed}/twins/{cell}")
        while room[cell]:
            pair = search.one_more([other for other in shared.granted if room[other]], known)
            if pair is None:
                break
            for task, own in pair:
                here = placed[_spot(own)]
                here[len(here) * EVERY + EVERY - 1] = _packed(task)
                known.add(wants(task))
                room[own] -= 1
    return placed


class _Search:
    """Pairs whose refused halves meet one cell."""

    def __init__(self, refused: Cell, domain: Domain, wall: Firewall | None, seed: str) -> None:
        self._refused, self._domain, self._wall = refused, domain, wall
        self._rng, self._luck = random.Random(seed), Luck()
        self._users = users_for(refused, domain, wall)

    def one_more(self, granted: Sequence[Cell], known: set[str]) -> tuple[tuple[Task, Cell], tuple[Task, Cell]] | None:
        """A pair that is none of those known, with the cells of both halves; None where none was found."""
        rng = self._rng
        recipes = self._domain.pack.refusing or self._domain.pack.recipes
        for number in range(TRIES if self._users and granted and recipes else 0):
            dial = Dial(self._refused.burden + rng.randint(0, 1), rng.choice(MEMORIES), refuse=True)
            recipe = self._luck.pick(recipes, number, rng)
            draft = recipe.draft(self._domain, rng.choice(self._users), dial, rng)
            self._luck.note(recipe, draft is not None and draft.legal is not None)
            pair = None if draft is None or draft.legal is None else self._accepted(draft, draft.legal, granted)
            self._luck.judged(recipe.name, pair is not None)
            if pair is not None and known.isdisjoint(wants(task) for task, _ in pair):
                return pair
        return None

    def _accepted(
        self, draft: Draft, legal: Draft, granted: Sequence[Cell]
    ) -> tuple[tuple[Task, Cell], tuple[Task, Cell]] | None:
        try:
            burden = settle_goal(legal, "normal", self._domain).axes.burden
            cell = next((one for one in granted if one.burden == burden), None)
            if cell is None:
                return None
            task, other = accept_twins(draft, legal, self._refused, cell, self._domain, self._wall)
        except (Unresolved, DomainError):
            return None
        return (task, self._refused), (other, cell)
