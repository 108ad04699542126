"""One wish about every record of a kind: as many writes as there are such records, each confirmed for itself."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from writ_dspy.domains.declared.conditions import SAYS
from writ_dspy.domains.declared.drafting import drafted
from writ_dspy.domains.declared.model import Batch, Write
from writ_dspy.domains.declared.person import Person, meet
from writ_dspy.domains.declared.pointing import Pointer, Words, kinds
from writ_dspy.domains.declared.schema import Schema
from writ_dspy.domains.declared.wish import Wish
from writ_dspy.domains.declared.wishing import wishes
from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.observed import Row
from writ_dspy.domains.spinning import chosen, spin
from writ_dspy.task import Best, Fact, Picked, Request, Where

FEWEST, MOST = 2, 5
"""Writes that one wish asks for."""


@dataclass(frozen=True, slots=True)
class Batched:
    """A write for all of the user's records, or for all with one value: two to five of them, and all are granted."""

    schema: Schema
    tool: str

    @property
    def write(self) -> Write:
        """What is declared of it."""
        return self.schema.spec.writes[self.tool]

    @property
    def name(self) -> str:
        """The tool's, in words."""
        return f"{self.tool.replace('_', ' ')} for each"

    @property
    def table(self) -> str:
        """The table of the records: the first of the user's own that an argument names."""
        return next(kind for kind in self.write.kinds.values() if kind in self.schema.own)

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this user cannot ask like that (the `Recipe` protocol)."""
        person, batch = meet(self.schema, domain, user_id, rng), self.write.batch
        reads = person.all_of(self.table)
        if batch is None or dial.refuse or dial.fallback or dial.memory != "knows none" or len(reads) != dial.burden:
            return None
        scopes = list(kinds(person, self.table, FEWEST, MOST))
        rng.shuffle(scopes)
        for chosen_rows, where, words, facts in scopes:
            found = self._wishes(person, chosen_rows, where, dial, rng)
            if found is not None:
                return self._compose(person, batch, found, (words, facts), dial, rng)
        return None

    def _wishes(
        self, person: Person, rows: tuple[Row, ...], where: tuple[Where, ...], dial: Dial, rng: random.Random
    ) -> list[Wish] | None:
        """The same wish for each of the records, all of them granted."""
        seed, found = rng.random(), list[Wish]()
        for pointer in _one_by_one(person, self.table, rows, where):
            made = wishes(
                person, self.tool, self.write, dial.memory, dial.burden, random.Random(seed), pointed=(pointer,)
            )
            wish = next(made, None)
            if wish is None or wish.broken() != [] or wish.beside or not wish.proof(None) <= person.all_of(self.table):
                return None
            if found and _rest(wish) != _rest(found[0]):
                return None
            found.append(wish)
        return found

    def _compose(
        self, person: Person, batch: Batch, found: list[Wish], scope: tuple[Words, tuple[Fact, ...]], dial: Dial, rng: random.Random
    ) -> Draft:  # fmt: skip
        words, facts = scope
        opening = spin(rng, *self.schema.openings, do=chosen(rng, rng.choice(batch.do)))
        slots = tuple(one.slot(rng) for one in (words, *found[0].words))
        first = Request(0, (), batch.topic, batch.word, opening, slots)
        more = [Request(index, (), batch.topic, batch.word, "", ()) for index in range(1, len(found))]
        touches = frozenset[str]().union(*(wish.touches for wish in found))
        decisions = [wish.decision() for wish in found]
        return drafted(self.name, person, dial, decisions, [first, *more], (*facts, *found[0].facts), touches)


def _rest(wish: Wish) -> list[tuple[str, object]]:
    """What is the same for all."""
    own = {p.table for p in wish.pointers}
    told = wish.groups[SAYS].values.items() if SAYS in wish.groups else ()
    return [*((name, value) for name, value in wish.values if wish.write.kinds.get(name) not in own), *told]


def _one_by_one(person: Person, table: str, rows: tuple[Row, ...], where: tuple[Where, ...]) -> Iterator[Pointer]:
    """Pointers at each, in the order of their ids, which no write upsets: all records have to be looked at to know them all."""
    about, sources = person.schema.spec.tables[table], (person.each(table),)
    left = where
    for row in sorted(rows, key=lambda one: one[about.key]):
        query = Best(sources, about.key, False, left)
        key = Picked(query, about.key)
        yield Pointer(table, row, query, key, person.all_of(table), "each", ())
        left = (*left, Where(about.key, "is not", key))
