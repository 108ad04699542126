"""Two wishes of which the second rests on what the first one changes."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from writ_dspy.domains.declared.conditions import Side
from writ_dspy.domains.declared.drafting import drafted, request
from writ_dspy.domains.declared.model import Write
from writ_dspy.domains.declared.person import Person, meet
from writ_dspy.domains.declared.schema import Schema
from writ_dspy.domains.declared.wish import Wish
from writ_dspy.domains.declared.wishing import wishes
from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.task import Json, Term

FIRSTS = 4
"""First wishes that are tried with one second."""


@dataclass(frozen=True, slots=True)
class Chained:
    """A write that a clause would deny as things are, after one by which that clause comes to hold."""

    schema: Schema
    first: str
    second: str

    @property
    def tool(self) -> str:
        """The write that rests on the other."""
        return self.second

    @property
    def name(self) -> str:
        """Both tools, in words."""
        return f"{self.first.replace('_', ' ')}, then {self.second.replace('_', ' ')}"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this user cannot ask like that (the `Recipe` protocol)."""
        if dial.refuse or dial.fallback:
            return None
        person, writes = meet(self.schema, domain, user_id, rng), self.schema.spec.writes
        resting = self._resting()
        if Wish(person, self.first, writes[self.first]).broken_by_user() or not self._may_rest(person, resting):
            return None
        firsts: list[Wish] | None = None
        for wish in wishes(person, self.second, writes[self.second], dial.memory, dial.burden, rng):
            broken = wish.broken()
            if not broken or not resting.issuperset(broken):
                continue
            if firsts is None:
                firsts = [one for one in self._some(person, writes[self.first], dial, rng) if one.broken() == []]
            for first in rng.sample(firsts, min(FIRSTS, len(firsts))):
                second = after(first, wish)
                if second is None or second.broken() != []:
                    continue
                if max(first.burden(None), second.burden(None)) == dial.burden:
                    return self._compose(first, second, dial, rng)
        return None

    def _resting(self) -> frozenset[int]:
        """The clauses of the second write that rest on what the first one changes."""
        writes = self.schema.spec.writes
        changed = {self.schema.operand(text) for text in writes[self.first].effects}
        return frozenset(one.number for one in self.schema.clauses(writes[self.second]) if changed & one.sides)

    def _may_rest(self, person: Person, resting: frozenset[int]) -> bool:
        """Whether one of these clauses may be broken as things are: those of the user alone are, or are not, whatever they ask for."""
        user, wish = self.schema.spec.user, Wish(person, self.second, self.schema.spec.writes[self.second])
        broken = wish.broken_by_user()
        if not resting.issuperset(broken):
            return False
        clauses = list(self.schema.clauses(wish.write))
        alone = {index for index in resting if all(side.table == user for side in clauses[index].sides)}
        return bool(broken) or bool(resting - alone)

    def _some(self, person: Person, write: Write, dial: Dial, rng: random.Random) -> list[Wish]:
        made = wishes(
            person, self.first, write, dial.memory, dial.burden, rng, lambda one: one.may_come_to(dial.burden)
        )
        return [wish for wish, _ in zip(made, range(FIRSTS * 4), strict=False)]

    def _compose(self, first: Wish, second: Wish, dial: Dial, rng: random.Random) -> Draft:
        asked = [request(one, rng, index) for index, one in enumerate((first, second))]
        decisions = [first.decision(), second.decision()]
        return drafted(
            self.name, first.person, dial, decisions, asked, (*first.facts, *second.facts), first.touches | second.touches
        )  # fmt: skip


def after(first: Wish, second: Wish) -> Wish | None:
    """The second wish as it is once the first one was granted; None where that changes nothing that it rests on."""
    changed: dict[Side, tuple[Term, Json, frozenset[str]]] = {}
    looked = {side for one in second.clauses() for side in one.sides}
    for text, becomes in first.write.effects.items():
        side = first.schema.operand(text)
        if not isinstance(side, Side) or side not in looked or not _same_record(first, second, side.table):
            continue
        left = first.leaves(side, first.schema.operand(becomes))
        if left is None:
            return None
        changed[side] = left
    if not changed:
        return None
    alike = {p.table for p in first.pointers} & {p.table for p in second.pointers} & {side.table for side in changed}
    if not alike and first.touches & second.touches - {f"{first.schema.spec.user}/{first.person.id}"}:
        return None
    return replace(second, after=changed)


def _same_record(first: Wish, second: Wish, table: str) -> bool:
    """Whether both are about one record of a table."""
    if table == first.schema.spec.user:
        return True
    one, two = first.of(table), second.of(table)
    return len(one) == len(two) == 1 and one[0].row is two[0].row


def pairs(schema: Schema) -> list[tuple[str, str]]:
    """Writes with the writes that rest on what they change."""
    found = []
    for first, write in schema.spec.writes.items():
        changed = {schema.operand(text) for text in write.effects}
        for second, other in schema.spec.writes.items():
            looked = {side for one in schema.clauses(other) for side in one.sides}
            if changed & looked:
                found.append((first, second))
    return found
