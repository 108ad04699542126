"""What a write comes to for one user: records and values for its arguments, and which clauses they keep or break."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from writ_dspy.domains.declared import wording
from writ_dspy.domains.declared.choosing import among, chosen_of, inside
from writ_dspy.domains.declared.conditions import ARGS, Condition, Side
from writ_dspy.domains.declared.model import Clause, Write
from writ_dspy.domains.declared.person import FIND, Person
from writ_dspy.domains.declared.pointing import Pointer, Words, own
from writ_dspy.domains.declared.schema import Schema
from writ_dspy.domains.observed import Row
from writ_dspy.task import (
    AnyOf,
    Check,
    Decision,
    Fact,
    Json,
    Listed,
    Lookup,
    Picked,
    Policy,
    Query,
    Requirement,
    Said,
    Term,
)

FEW_VALUES = 12
"""Values of an attribute of which a truth table is made."""
ALLOWED, DENIED = "allowed", "denied"
MOST_TRIED = 400
"""Ways to fill the arguments of one write that are looked at for one draft."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A write for one user, all arguments filled in."""

    person: Person
    tool: str
    write: Write
    terms: tuple[tuple[str, Term], ...] = ()
    values: tuple[tuple[str, Json], ...] = ()
    """What the terms come to."""
    pointers: tuple[Pointer, ...] = ()
    words: tuple[Words, ...] = ()
    facts: tuple[Fact, ...] = ()
    read: tuple[tuple[str, frozenset[str]], ...] = ()
    """Labels of what has to be read to see an argument, by its name; not of records that are pointed at."""

    @property
    def schema(self) -> Schema:
        """Of its domain."""
        return self.person.schema

    @property
    def reads(self) -> frozenset[str]:
        """Labels of what has to be read to see those arguments."""
        return frozenset().union(*(labels for _, labels in self.read))

    @property
    def way(self) -> str:
        """Two wishes with the same way differ in values only."""
        return " / ".join(pointer.way for pointer in self.pointers)

    def row(self, table: str) -> Row | None:
        """The record of a table that it is about: one that was pointed at, the one that holds it, the user's own."""
        if table == self.schema.spec.user:
            return self.person.profile
        found = next((pointer.row for pointer in self.pointers if pointer.table == table), None)
        return found or next((p.row for p in self.pointers if self.schema.holder.get(p.table) == table), None)

    def _query(self, table: str) -> Query | None:
        found = next((pointer.query for pointer in self.pointers if pointer.table == table), None)
        return found or next((p.query for p in self.pointers if self.schema.holder.get(p.table) == table), None)

    def value(self, side: Side) -> Json:
        """What a side of a condition comes to; None where there is no such field."""
        if side.table == ARGS:
            return dict(self.values).get(side.attribute)
        row = self.row(side.table)
        return None if row is None else row.get(side.attribute)

    def term(self, side: Side) -> Term:
        """A side of a condition as the goal has it."""
        if side.table == ARGS:
            return dict(self.terms)[side.attribute]
        if side.table == self.schema.spec.user:
            return self.person.attribute(side.attribute)
        query = self._query(side.table)
        assert query is not None, side  # noqa: S101 - `broken` found a row for it
        return Picked(query, side.attribute)

    def looks(self, condition: Condition | None) -> frozenset[str]:
        """Labels of what has to be read to judge a condition."""
        found = frozenset[str]()
        for side in condition.sides if condition else ():
            if side.table == self.schema.spec.user:
                found |= self.person.seen
            elif side.table == ARGS:
                found |= dict(self.read).get(side.attribute, frozenset())
            else:
                found |= next(
                    (p.reads for p in self.pointers if side.table in (p.table, self.schema.holder.get(p.table))),
                    frozenset(),
                )
        return found

    # ------------------------------------------------------------------ clauses

    def broken_by_user(self) -> list[int]:
        """The clauses that the user breaks whatever the rest is, by index."""
        user, found = self.schema.spec.user, []
        for index, (_, check, when) in enumerate(self.schema.clauses(self.write)):
            if all(side.table == user for side in check.sides) and when is None and check.holds(self.value) is False:
                found.append(index)
        return found

    def may_come_to(self, burden: int) -> bool:
        """Whether no clause is broken yet and not too much has to be read, as far as its arguments are filled in."""
        if len(frozenset({FIND}).union(self.reads, *(pointer.reads for pointer in self.pointers))) > burden:
            return False
        return not any(
            check.holds(self.value) is False and (when is None or when.holds(self.value) is True)
            for _, check, when in self.schema.clauses(self.write)
        )

    def broken(self) -> list[int] | None:
        """The clauses that it breaks, by index; None where a record lacks what one of them looks at."""
        found = []
        for index, (_, check, when) in enumerate(self.schema.clauses(self.write)):
            if when is not None and when.holds(self.value) is False:
                continue
            holds = check.holds(self.value)
            if holds is None or (when is not None and when.holds(self.value) is None):
                return None
            if not holds:
                found.append(index)
        return found

    def ground(self, broken: list[int]) -> int:
        """Of the clauses that it breaks, the one that takes the fewest reads to see."""
        clauses = list(self.schema.clauses(self.write))
        return min(
            broken, key=lambda index: (len(self.looks(clauses[index][1]) | self.looks(clauses[index][2])), index)
        )

    def burden(self, ground: int | None) -> int:
        """Reads that identify what it comes to: all of it, or the ground of its refusal."""
        clauses = list(self.schema.clauses(self.write))
        if ground is not None:
            return len(self.looks(clauses[ground][1]) | self.looks(clauses[ground][2]))
        held = frozenset({FIND}).union(self.reads, *(pointer.reads for pointer in self.pointers))
        return len(held.union(*(self.looks(check) | self.looks(when) for _, check, when in clauses)))

    def requires(self) -> tuple[Requirement, ...]:
        """The clauses as the goal has them; a record whose number the user says has to be theirs."""
        schema = self.schema
        found: list[Requirement] = [
            Check(
                self.person.me,
                "is",
                Picked(pointer.query, schema.spec.tables[pointer.table].owner),
                f"that {schema.spec.tables[pointer.table].noun} belongs to somebody else",
            )
            for pointer in self.pointers
            if pointer.by_id and schema.spec.tables[pointer.table].owner
        ]
        for clause, check, when in schema.clauses(self.write):
            held = self._check(check, clause)
            found.append(held if when is None else self._conditional(check, when, clause))
        return tuple(found)

    def _conditional(self, check: Condition, when: Condition, clause: Clause) -> Requirement:
        """A clause that holds only under a condition: a truth table over both values, where these are few, else either of two."""
        sides = (*when.sides, *check.sides)
        known = [self.schema.values_of(side) for side in sides]
        if not all(0 < len(values) <= FEW_VALUES for values in known):
            return AnyOf((self._check(when.negated, clause), self._check(check, clause)), clause.because)
        table = []
        for values in itertools.product(*known):
            read = dict(zip(sides, values, strict=True)).get
            table.append((values, ALLOWED if not when.holds(read) or check.holds(read) else DENIED))
        keys = tuple(self.term(side) for side in sides)
        looked = Lookup(tuple(table), keys, clause.because)
        return Check(looked, "is", Policy(ALLOWED, clause.because), clause.because, clause.transfer)

    def _check(self, condition: Condition, clause: Clause) -> Check:
        right = (
            self.term(condition.right) if isinstance(condition.right, Side) else Policy(condition.right, clause.because)
        )
        return Check(self.term(condition.left), condition.op, right, clause.because, clause.transfer)

    def decision(self) -> Decision:
        """The goal's."""
        return Decision(self.tool, self.terms, self.requires())

    @property
    def touches(self) -> frozenset[str]:
        """Records that it may change."""
        schema = self.schema
        records = {f"{p.table}/{p.row[schema.spec.tables[p.table].key]}" for p in self.pointers}
        mine = {f"{schema.spec.user}/{self.person.id}"} if schema.spec.user in self.write.kinds.values() else set()
        return frozenset(records | mine)


Keep: TypeAlias = Callable[[Wish], bool]


def wishes(
    person: Person, tool: str, write: Write, memory: str, reads: int, rng: random.Random, keep: Keep = lambda _: True
) -> Iterator[Wish]:
    """Wishes for a write, in random order; for records chosen among others, so many reads are aimed at.

    Args:
        keep: Whether a wish of which some arguments are filled in is worth filling in further.
    """
    tables = person.schema.spec.tables
    arguments = sorted(write.kinds.items(), key=lambda item: item[1] not in tables)  # values come last
    order = {name: place for place, name in enumerate(write.kinds)}
    for index, wish in enumerate(_filled(Wish(person, tool, write), arguments, memory, reads, rng, keep)):
        if index >= MOST_TRIED:
            return
        yield replace(wish, terms=tuple(sorted(wish.terms, key=lambda item: order[item[0]])))


def _filled(
    wish: Wish, left: list[tuple[str, str]], memory: str, reads: int, rng: random.Random, keep: Keep
) -> Iterator[Wish]:
    if not left:
        yield wish
        return
    (name, kind), *rest = left
    for one in _argument(wish, name, kind, memory, reads, rng):
        if keep(one):
            yield from _filled(one, rest, memory, reads, rng, keep)


def _argument(wish: Wish, name: str, kind: str, memory: str, reads: int, rng: random.Random) -> Iterator[Wish]:
    person, schema = wish.person, wish.schema
    if kind == schema.spec.user:
        yield _given(wish, name, person.me, person.id, reads=frozenset({FIND}))
    elif kind in schema.spec.tables:
        for pointer in _pointers(wish, kind, memory, reads, rng):
            filled = _given(wish, name, pointer.key, pointer.row[schema.spec.tables[kind].key])
            new = tuple(words for words in pointer.words if words not in wish.words)
            yield replace(
                filled,
                pointers=(*wish.pointers, pointer),
                words=(*wish.words, *new),
                facts=(*wish.facts, *pointer.facts),
            )
    else:
        yield from _valued(wish, name, kind, rng)


def _given(wish: Wish, name: str, term: Term, value: Json, reads: frozenset[str] = frozenset()) -> Wish:
    if name in wish.write.lists:
        term, value = Listed((term,)), [value]
    return replace(
        wish, terms=(*wish.terms, (name, term)), values=(*wish.values, (name, value)), read=(*wish.read, (name, reads))
    )


def _pointers(wish: Wish, kind: str, memory: str, reads: int, rng: random.Random) -> Iterator[Pointer]:
    person, schema = wish.person, wish.schema
    if kind in schema.own:
        ways = [pointer for row in person.records[kind] for pointer in own(person, kind, row, memory)]
        rng.shuffle(ways)
        yield from ways
        return
    holder = next((p for p in wish.pointers if p.table == schema.holder.get(kind)), None)
    if holder is not None:
        yield from chosen_of(person, kind, inside(person, kind, holder), rng)
        return
    fixed = ({FIND} | wish.reads).union(*(pointer.reads for pointer in wish.pointers))
    if any(
        side.table == schema.spec.user
        for _, check, when in schema.clauses(wish.write)
        for one in (check, when)
        if one
        for side in one.sides
    ):
        fixed |= person.seen
    yield from among(person, kind, memory, reads - len(fixed), rng)


def _valued(wish: Wish, name: str, kind: str, rng: random.Random) -> Iterator[Wish]:
    """A value that the user says, or one of their own record."""
    value, person = wish.schema.spec.values[kind], wish.person
    for source, said in value.own.items():
        field = source.partition(".")[2]
        if field in person.profile and rng.random() < 1 / (1 + len(value.own)):
            words = Words(kind, wording.VALUE, said)
            given = _given(wish, name, person.attribute(field), person.profile[field], person.seen)
            yield replace(given, words=(*wish.words, words))
    for one in rng.sample(value.of, min(2, len(value.of))):
        shown = value.shown(one)
        words = Words(
            kind,
            wording.VALUE,
            tuple(text.replace("{}", "{value}") for text in value.say),
            {"value": shown},
            (shown.lower(),),
        )
        fact = Fact(kind, one, f"The {value.noun} is {shown}.")
        given = _given(wish, name, Said(one), one)
        yield replace(given, words=(*wish.words, words), facts=(*wish.facts, fact))
