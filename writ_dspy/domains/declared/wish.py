"""A write as one user may wish for it: its arguments as terms and as values, and which clauses it keeps or breaks."""

# Longer than 400 lines: a wish's terms, values and clauses are worked out together, each from the others.
from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from writ_dspy.domains.declared.bound import Bound
from writ_dspy.domains.declared.conditions import (
    ARGS,
    SAYS,
    Condition,
    Formula,
    Operand,
    Side,
    leaves,
    worked_out,
)
from writ_dspy.domains.declared.model import Clause, Write
from writ_dspy.domains.declared.person import FIND, Person, label, rows
from writ_dspy.domains.declared.pointing import Pointer, Words
from writ_dspy.domains.declared.schema import Schema
from writ_dspy.domains.remembered import Remembered
from writ_dspy.task import (
    AnyOf,
    Check,
    Computed,
    Decision,
    Every,
    Fact,
    Json,
    Listed,
    Lookup,
    Only,
    Picked,
    Policy,
    ReadCall,
    Requirement,
    Said,
    Scalar,
    Term,
)

FEW_VALUES = 12
"""Values of an attribute of which a truth table is made."""
ALLOWED, DENIED = "allowed", "denied"


class Given(NamedTuple):
    """What stands for a value with fields, or for a field after an earlier write."""

    terms: Mapping[str, Term]
    values: Mapping[str, Json]
    reads: frozenset[str]


class Limit(NamedTuple):
    """A limit that the user sets, with the number or day that they say."""

    condition: Condition
    because: str


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
    groups: Mapping[str, Given] = field(default_factory=dict)
    """Values with fields, by name; and under `says`, what is said that no argument takes."""
    beside: tuple[Pointer, ...] = ()
    """Records that only lend it such fields."""
    limits: tuple[Limit, ...] = ()
    after: Mapping[Side, tuple[Term, Json, frozenset[str]]] = field(default_factory=dict)
    """Fields as an earlier write of the same task leaves them: a term, what that comes to, what has to be read to see it."""

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
        return " / ".join(pointer.way for pointer in (*self.pointers, *self.beside))

    # ------------------------------------------------------------------ fields

    def of(self, table: str) -> tuple[Pointer, ...]:
        """What points at the records of a table that it is about: at themselves, or at a part of the one that it is about."""
        found = tuple(pointer for pointer in self.pointers if pointer.table == table)
        found = found or tuple(p for p in self.pointers if self.schema.holder.get(p.table) == table)[:1]
        return found or tuple(self._referred(table))

    def _referred(self, table: str) -> Iterator[Pointer]:
        """What points at the records of a table that those name which it is about."""
        if table not in self.schema.spec.tables:
            return
        for pointer in self.pointers:
            field = self.schema.refers(pointer.table, table)
            if not field:
                continue
            known = _NAMED.get((id(pointer), table))
            if known is None or known[0] is not pointer:
                named = tuple(self._named(pointer, field, table))
                known = _NAMED.keep((id(pointer), table), (pointer, named))  # holds it, so that its id stays taken
            yield from known[1]

    def _named(self, pointer: Pointer, field: str, table: str) -> Iterator[Pointer]:
        """What points at the records of a table that one of its records names in a field."""
        about = self.schema.spec.tables[table]
        row = pointer.row if pointer.deep is None else {**pointer.deep.row, **pointer.row}
        for named in self.schema.named_by(row, field, table):
            fields = list(named.values())
            _, query, reads = pointer.shows(fields[0])
            args = {take: row[name] for take, name in named.items()}
            shown = rows(self.person.domain, self.schema.view(table), about.read, **args)
            if shown:
                terms = tuple((take, Picked(query, name)) for take, name in named.items())
                call = ReadCall(about.read, terms, self.schema.view(table))
                seen = reads | {label(self.schema, table, shown[0])}
                yield Pointer(table, shown[0], Only((call,)), Picked(query, fields[0]), seen, "", ())

    def value(self, side: Side) -> Json:
        """What a side of a condition comes to; None where there is no such field, a list where it is about several records."""
        if side in self.after:
            return self.after[side][1]
        if side.table == ARGS:
            return dict(self.values).get(side.attribute)
        if side.table in self.groups:
            return self.groups[side.table].values.get(side.attribute)
        if side.table == self.schema.spec.user:
            return self.person.profile.get(side.attribute)
        found = [pointer.shows(side.attribute)[0] for pointer in self.of(side.table)]
        if len(found) < 2:
            return found[0] if found else None
        return None if None in found else found

    def term(self, side: Side, place: int | None = None) -> Term:
        """A side of a condition as the goal has it.

        Args:
            side: The field.
            place: Which of several records is meant, where it is about several; all of them, as a list, where none is named.
        """
        if side in self.after:
            return self.after[side][0]
        if side.table == ARGS:
            return dict(self.terms)[side.attribute]
        if side.table in self.groups:
            return self.groups[side.table].terms[side.attribute]
        if side.table == self.schema.spec.user:
            return self.person.attribute(side.attribute)
        shown = (pointer.shows(side.attribute)[1] for pointer in self.of(side.table))
        picked: list[Term] = [Picked(query, side.attribute) for query in shown]
        assert picked, side  # noqa: S101 - `broken` found a row for it
        if len(picked) == 1:
            return picked[0]
        if self.schema.spec.tables[side.table].takes:  # each is all that one read shows
            sources = (source for pointer in self.of(side.table) for source in pointer.query.sources)
            return Picked(Every(tuple(sources)), side.attribute)
        return Listed(tuple(picked)) if place is None else picked[place]

    def worked(self, operand: Operand, place: int | None = None) -> Term:
        """An operand as the goal has it; a constant is the policy's."""
        if isinstance(operand, Side):
            return self.term(operand, place)
        if isinstance(operand, Formula):
            whole = None if operand.op in ("sum", "count") and len(operand.parts) == 1 else place
            return Computed(operand.op, tuple(self.worked(part, whole) for part in operand.parts))
        return Policy(operand, f"{operand}")

    def looks(self, about: Condition | Operand | None) -> frozenset[str]:
        """Labels of what has to be read to judge a condition, or to work something out."""
        found = frozenset[str]()
        if about is None:
            return found
        for side in about.sides if isinstance(about, Condition) else leaves(about):
            if side in self.after:
                found |= self.after[side][2]
            elif side.table == self.schema.spec.user:
                found |= self.person.seen
            elif side.table == ARGS:
                found |= dict(self.read).get(side.attribute, frozenset())
            elif side.table in self.groups:
                found |= self.groups[side.table].reads
            else:
                found = found.union(*(pointer.shows(side.attribute)[2] for pointer in self.of(side.table)))
        return found

    # ------------------------------------------------------------------ clauses

    def clauses(self) -> Iterator[Bound]:
        """Those that count: where a condition rests on what the user says alone, it is settled now."""
        for bound in self.schema.clauses(self.write):
            if (left := bound.settled(self._is_said, self.value)) is not None:
                yield left

    def _is_said(self, condition: Condition) -> bool:
        """Whether all that a condition looks at is what the user says."""
        if not _of_the_user(condition):
            return False
        said = self.groups.get(SAYS)
        of: dict[str, Mapping[str, Term]] = {ARGS: dict(self.terms), SAYS: said.terms if said else {}}
        return all(
            isinstance(of[side.table].get(side.attribute), Said) and side not in self.after for side in condition.sides
        )

    def broken_by_user(self) -> list[int]:
        """The clauses that the user breaks whatever the rest is, by index."""
        user = self.schema.spec.user
        alone = (one for one in self.clauses() if one.when is None and all(side.table == user for side in one.sides))
        return [one.number for one in alone if one.holds(self.value) is False]

    def may_come_to(self, burden: int) -> bool:
        """Whether no clause is broken yet and not too much has to be read, as far as its arguments are filled in."""
        if len(self._seen()) > burden:
            return False
        return not any(one.is_surely_broken(self.value) for one in self.clauses())

    def broken(self) -> list[int] | None:
        """The clauses that it breaks, by index; None where a record lacks what one of them looks at, or two alternatives are kept by different reads."""
        found = []
        for one in self.clauses():
            holds = one.holds(self.value)
            if holds is None or (holds and self._kept(one) is None):
                return None
            if not holds:
                found.append(one.number)
        return found

    def kept_by(self, number: int) -> list[int]:
        """The alternatives of a clause that hold, by their places in the declaration."""
        return self.schema.clauses(self.write)[number].kept_by(self.value)

    @property
    def unwanted(self) -> tuple[Limit, ...]:
        """The user's own limits that do not hold."""
        return tuple(limit for limit in self.limits if limit.condition.holds(self.value) is False)

    def ground(self, broken: list[int]) -> int:
        """Of the clauses that it breaks, the one that takes the fewest reads to see."""
        bound = {one.number: one for one in self.clauses()}
        return min(broken, key=lambda index: (len(self._looked(bound[index])), index))

    def is_provable(self, ground: int) -> bool:
        """Whether each read that shows a ground is needed for it.

        Who looks at the user and at a record of theirs by its number could do without the look-up of the user: had that shown
        somebody else, the record would not be theirs, and be refused as well.
        """
        proof, tables = self.proof(ground), self.schema.spec.tables
        ids = (one for one in (*self.pointers, *self.beside) if one.by_id and tables[one.table].owner)
        looked_up = (
            FIND in proof and not self.schema.found_by_read
        )  # else that read shows more of them than who they are
        return not looked_up or not any(one.reads <= proof for one in ids)

    def _looked(self, bound: Bound) -> frozenset[str]:
        """Labels of what has to be read to see that a clause is broken: of its alternatives, what all of them look at."""
        if bound.plain:
            return self._all_of((*bound.ways[0], *((bound.when,) if bound.when else ())))
        broken = [one for one in self._needed(bound) if not any(check.holds(self.value) for check in one)]
        return min((self._all_of(one) for one in broken), key=len, default=frozenset())

    def _kept(self, bound: Bound) -> frozenset[str] | None:
        """Labels of what has to be read to see that a clause is kept; None where two alternatives hold that rest on different reads."""
        if bound.plain:
            return self._looked(bound)
        found = frozenset[str]()
        for one in self._needed(bound):
            held = [self.looks(check) for check in one if check.holds(self.value)]
            least = min(held, key=len, default=frozenset[str]())
            if not all(least <= other for other in held):
                return None
            found |= least
        return found

    def _needed(self, bound: Bound) -> Iterator[tuple[Condition, ...]]:
        """Of each of these one condition has to hold, as far as there is what they look at."""
        unless = (bound.when.negated,) if bound.when else ()
        for one in bound.needed:
            yield tuple(check for check in (*unless, *one) if check.holds(self.value) is not None)

    def _all_of(self, conditions: Iterable[Condition]) -> frozenset[str]:
        return frozenset[str]().union(*(self.looks(one) for one in conditions))

    def _seen(self) -> frozenset[str]:
        """Labels of what has to be read to know its arguments."""
        return frozenset({FIND}).union(self.reads, *(pointer.reads for pointer in self.pointers))

    def burden(self, ground: int | None) -> int:
        """Reads that identify what it comes to: all of it, or the ground of its refusal."""
        return len(self.proof(ground))

    def proof(self, ground: int | None) -> frozenset[str]:
        """Labels of those reads."""
        bound = list(self.clauses())
        if ground is not None:
            return next(self._looked(one) for one in bound if one.number == ground)
        if self.unwanted:
            return min((self.looks(limit.condition) for limit in self.unwanted), key=len)
        limits = (self.looks(limit.condition) for limit in self.limits)
        return self._seen().union(*(self._kept(one) or frozenset() for one in bound), *limits)

    # ------------------------------------------------------------------ the goal

    def requires(self) -> tuple[Requirement, ...]:
        """The clauses as the goal has them; a record whose number the user says has to be theirs; and their own limits."""
        schema = self.schema
        found: list[Requirement] = [
            Check(
                self.person.me,
                "is",
                Picked(pointer.query, schema.spec.tables[pointer.table].owner),
                f"that {schema.spec.tables[pointer.table].noun} belongs to somebody else",
            )
            for pointer in (*self.pointers, *self.beside)
            if pointer.by_id and schema.spec.tables[pointer.table].owner
        ]
        for one in self.clauses():
            if not one.plain:
                found += self._alternatives(one)
                continue
            (check,), when = one.ways[0], one.when
            for place in self._places(check):
                held = self._check(check, one.clause, place)
                found.append(held if when is None else self._conditional(check, when, one.clause, place))
        for limit in self.limits:
            check = limit.condition
            assert not isinstance(check.right, Side | Formula | tuple)  # noqa: S101 - it is what the user says
            found.append(Check(self.worked(check.left), check.op, Said(check.right), limit.because, own=True))
        return tuple(found)

    def _alternatives(self, bound: Bound) -> Iterator[Requirement]:
        """A clause of which one of several alternatives is enough."""
        clause = bound.clause
        for one in self._needed(bound):
            each = [[self._check(check, clause, place) for place in self._places(check)] for check in one]
            if not each:  # all rested on something else that the user would have had to say
                denied, allowed = Policy(DENIED, clause.because), Policy(ALLOWED, clause.because)
                yield Check(denied, "is", allowed, clause.because, clause.transfer)
            for checks in itertools.product(*each) if each else ():
                yield checks[0] if len(checks) == 1 else AnyOf(checks, clause.because)

    def _places(self, check: Condition) -> tuple[int | None, ...]:
        """The records that a clause is about one by one; a single None where it is about one thing, or all together."""
        if check.op == "contains":
            return (None,)
        counts = [len(self.of(side.table)) for side in _plain_sides(check.left) if side not in self.after]
        most = max(counts, default=0)
        return tuple(range(most)) if most > 1 else (None,)

    def _conditional(self, check: Condition, when: Condition, clause: Clause, place: int | None) -> Requirement:
        """A clause that holds only under a condition: a truth table over both values, where these are few, else either of two."""
        if check.holds(self.value) is None:  # its record has no such field, and needs none
            return self._check(when.negated, clause, place)
        sides = tuple(dict.fromkeys((*when.sides, *check.sides)))
        known = [self._possible(side) for side in sides]
        if not all(0 < len(values) <= FEW_VALUES for values in known):
            return AnyOf((self._check(when.negated, clause, place), self._check(check, clause, place)), clause.because)
        table = []
        for values in itertools.product(*known):
            read = dict(zip(sides, values, strict=True)).get
            table.append((values, ALLOWED if not when.holds(read) or check.holds(read) else DENIED))
        keys = tuple(self.term(side, place) for side in sides)
        looked = Lookup(tuple(table), keys, clause.because)
        return Check(looked, "is", Policy(ALLOWED, clause.because), clause.because, clause.transfer)

    def _possible(self, side: Side) -> tuple[Scalar, ...]:
        """All values that a field can have."""
        value = self.schema.spec.values.get(self.write.kinds.get(side.attribute, "")) if side.table == ARGS else None
        if value is not None:
            return tuple(one for one in value.of if not isinstance(one, dict))
        return self.schema.values_of(side)

    def _check(self, condition: Condition, clause: Clause, place: int | None) -> Check:
        right: Term
        if isinstance(condition.right, tuple):
            right = Listed(tuple(Policy(one, clause.because) for one in condition.right))
        elif isinstance(condition.right, Side | Formula):
            right = self.worked(condition.right, place)
        else:
            right = Policy(condition.right, clause.because)
        return Check(self.worked(condition.left, place), condition.op, right, clause.because, clause.transfer)

    def decision(self) -> Decision:
        """The goal's."""
        order = {name: place for place, name in enumerate(self.write.args)}
        return Decision(self.tool, tuple(sorted(self.terms, key=lambda item: order[item[0]])), self.requires())

    def leaves(self, side: Side, operand: Operand) -> tuple[Term, Json, frozenset[str]] | None:
        """A field as it leaves it: a term, what that comes to, what has to be read to see it; None where it is not known."""
        value = worked_out(operand, self.value)
        if value is None:
            return None
        return self.worked(operand), value, self.looks(operand)

    @property
    def touches(self) -> frozenset[str]:
        """Records that it may change."""
        schema = self.schema
        records = {f"{p.table}/{p.row[schema.spec.tables[p.table].key]}" for p in self.pointers}
        mine = {f"{schema.spec.user}/{self.person.id}"} if schema.spec.user in self.write.kinds.values() else set()
        return frozenset(records | mine)


_NAMED: Remembered[tuple[int, str], tuple[Pointer, tuple[Pointer, ...]]] = Remembered(1024)
"""What the latest records that were pointed at name: many wishes are about the same ones."""
Keep = Callable[[Wish], bool]


@lru_cache(maxsize=512)
def _of_the_user(condition: Condition) -> bool:
    return all(side.table in (ARGS, SAYS) for side in condition.sides)


def _plain_sides(operand: Operand) -> Iterator[Side]:
    """The fields of an operand that are not taken together."""
    if isinstance(operand, Side):
        yield operand
    elif isinstance(operand, Formula) and not (operand.op in ("sum", "count") and len(operand.parts) == 1):
        for part in operand.parts:
            yield from _plain_sides(part)
