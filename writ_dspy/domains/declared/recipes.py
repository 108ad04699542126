"""Recipes: a write that is granted, refused or falls back; questions; and what is denied, clause by clause."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from writ_dspy.domains.declared import wording
from writ_dspy.domains.declared.conditions import SAYS
from writ_dspy.domains.declared.drafting import composed, drafted
from writ_dspy.domains.declared.limiting import limited
from writ_dspy.domains.declared.model import Never, Write
from writ_dspy.domains.declared.person import Person, meet
from writ_dspy.domains.declared.pointing import own
from writ_dspy.domains.declared.schema import Schema
from writ_dspy.domains.declared.wish import Wish
from writ_dspy.domains.declared.wishing import wishes
from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.spinning import chosen, spin
from writ_dspy.task import (
    Check,
    Decision,
    Fact,
    Policy,
    Request,
    Requirement,
    Slot,
    Term,
)

AIMED = (4, 6)
"""Reads of what a user asks for who is denied whatever they ask for."""
FEW = 24
"""Wishes kept to find one for a fallback, or a twin."""
BESIDE = (0, 1, 2)
"""Reads that a write takes and a limit on what it is about does not."""
LIMITED = 0.35
"""Of wishes to which a user may set a limit, the share that has one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A write tool."""

    schema: Schema
    tool: str

    @property
    def write(self) -> Write:
        """What is declared of it."""
        return self.schema.spec.writes[self.tool]

    @property
    def name(self) -> str:
        """The tool's, in words."""
        return self.tool.replace("_", " ")

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this user cannot ask like that (the `Recipe` protocol)."""
        person = meet(self.schema, domain, user_id, rng)
        if dial.refuse:
            return _of_clause(self, person, dial, rng)
        if Wish(person, self.tool, self.write).broken_by_user():
            return None
        return self._falls_back(person, dial, rng) if dial.fallback else self._granted(person, dial, rng)

    def _granted(self, person: Person, dial: Dial, rng: random.Random) -> Draft | None:
        def may(wish: Wish) -> bool:
            return wish.may_come_to(dial.burden)

        limits = self.write.only and rng.random() < LIMITED
        wanted = _wanted(self.write, rng)
        second: Wish | None = None
        for wish in wishes(person, self.tool, self.write, dial.memory, dial.burden, rng, may):
            if wish.broken() != []:
                continue
            for one in limited(wish, rng, holds=True) if limits else (wish,):
                if one.burden(None) != dial.burden:
                    continue
                if all(one.kept_by(number) == [way] for number, way in wanted.items()):
                    return composed(self.name, one, dial, rng)
                second = second or one
        return composed(self.name, second, dial, rng) if second else None

    def _falls_back(self, person: Person, dial: Dial, rng: random.Random) -> Draft | None:
        """The first record is refused, the second is not; all else is the same."""
        failing: list[Wish] = []
        fine: list[Wish] = []
        for wish in wishes(person, self.tool, self.write, dial.memory, dial.burden, rng):
            broken = wish.broken()
            kept = fine if broken == [] else failing
            if (
                broken is None
                or len(wish.pointers) != 1
                or wish.pointers[0].table not in self.schema.own
                or len(kept) >= FEW
            ):
                continue
            kept.append(wish)
        for first in failing:
            ground = first.ground(first.broken() or [])
            if self.write.clauses[ground].transfer:
                continue
            seen = first.proof(ground)
            for second in fine:
                if _others(first) != _others(second) or first.pointers[0].row is second.pointers[0].row:
                    continue
                if len(seen | second.proof(None)) == dial.burden:
                    return _with_fallback(self.name, first, second, dial, rng)
        return None


@dataclass(frozen=True, slots=True)
class Denied:
    """A write that one clause denies."""

    schema: Schema
    tool: str
    clause: int

    @property
    def write(self) -> Write:
        """What is declared of it."""
        return self.schema.spec.writes[self.tool]

    @property
    def name(self) -> str:
        """The tool with the clause."""
        return f"denied: {self.tool.replace('_', ' ')}, {self.write.clauses[self.clause].because}"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this user cannot ask like that (the `Recipe` protocol)."""
        return _of_clause(self, meet(self.schema, domain, user_id, rng), dial, rng, self.clause)


@dataclass(frozen=True, slots=True)
class Unwanted:
    """What policy allows and a limit of the user's own rules out; its twin sets a limit that holds."""

    schema: Schema
    tool: str

    @property
    def write(self) -> Write:
        """What is declared of it."""
        return self.schema.spec.writes[self.tool]

    @property
    def name(self) -> str:
        """The tool's, in words."""
        return f"{self.tool.replace('_', ' ')}, within a limit"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this user cannot ask like that (the `Recipe` protocol)."""
        person = meet(self.schema, domain, user_id, rng)
        if Wish(person, self.tool, self.write).broken_by_user():
            return None
        aim = dial.burden + rng.choice(BESIDE)  # who the user is does not matter to a limit on what they get
        for wish in wishes(person, self.tool, self.write, dial.memory, aim, rng):
            if wish.broken() != []:
                continue
            for one in limited(wish, rng, holds=False):
                if one.burden(None) != dial.burden:
                    continue
                seed = rng.random()
                draft = composed(self.name, one, dial, random.Random(seed))
                other = next(limited(replace(wish, write=_only(one, wish)), rng, holds=True), None)
                legal = (
                    composed(self.name, replace(other, write=self.write), dial, random.Random(seed)) if other else None
                )
                return replace(draft, legal=legal)
        return None


def _of_clause(
    recipe: Asked | Denied, person: Person, dial: Dial, rng: random.Random, clause: int | None = None
) -> Draft | None:
    """A wish that a clause denies, whichever or this one, with a twin that says another value and is granted."""
    fine: list[Wish] = []
    found: Wish | None = None
    by_user = Wish(person, recipe.tool, recipe.write).broken_by_user()
    if clause is not None and ((by_user and clause not in by_user) or (not by_user and _of_user(recipe, clause))):
        return None
    aim = rng.randint(*AIMED) if by_user else dial.burden  # what is asked for does not matter to who may not ask at all
    for wish in wishes(person, recipe.tool, recipe.write, dial.memory, aim, rng):
        broken = wish.broken()
        if broken == [] and len(fine) < FEW:
            fine.append(wish)
        if not broken or found is not None:
            continue
        ground = wish.ground(broken)
        if not wish.is_provable(ground):
            continue
        exact = clause is None and wish.burden(ground) == dial.burden
        if exact or (clause == ground and 1 < wish.burden(ground) <= dial.burden):
            found = wish
        if found is not None and (by_user or clause is not None or len(fine) >= FEW):
            break
    if found is None:
        return None
    seed = rng.random()
    draft = composed(recipe.name, found, dial, random.Random(seed))
    twin = _near(found, fine, rng)
    return (
        replace(draft, legal=composed(recipe.name, twin, dial, random.Random(seed)))
        if twin and clause is None
        else draft
    )


def _wanted(write: Write, rng: random.Random) -> dict[int, int]:
    """Of each clause with alternatives the one that alone is to keep it, so that each of them has its share."""
    return {number: rng.randrange(len(one.any)) for number, one in enumerate(write.clauses) if one.any}


def _near(found: Wish, fine: Sequence[Wish], rng: random.Random) -> Wish | None:
    """A wish that is granted and says one thing otherwise than one that is denied: of a clause with alternatives, by exactly one of them."""
    near = [one for one in fine if _says_one_thing_else(one, found)]
    ground = found.ground(found.broken() or [])
    if not found.write.clauses[ground].any:
        return near[0] if near else None
    by: dict[int, list[Wish]] = {}
    for one in near:
        kept = one.kept_by(ground)
        if len(kept) == 1:
            by.setdefault(kept[0], []).append(one)
    return by[rng.choice(sorted(by))][0] if by else None


def _says_one_thing_else(one: Wish, other: Wish) -> bool:
    """Whether two wishes point at different records in the same way, or at the same ones and differ in a single value."""
    if one.way != other.way:
        return False
    values, others = _others(one), _others(other)
    if values == others:
        return True
    same = all(here.row is there.row for here, there in zip(one.pointers, other.pointers, strict=True))
    told = bool(one.write.says) and len(values) == len(others)  # an argument would make it another write
    return same and told and sum(here != there for here, there in zip(values, others, strict=True)) == 1


def _only(limited_wish: Wish, wish: Wish) -> Write:
    """The write with the one limit that a wish has."""
    condition = limited_wish.limits[0].condition
    same = tuple(
        one for one in wish.write.only if wish.schema.condition(one.check).left == condition.left and f" {condition.op} " in one.check
    )  # fmt: skip
    return wish.write.model_copy(update={"only": same})


def _of_user(recipe: Asked | Denied, clause: int) -> bool:
    """Whether a clause is about the user alone, so that it is broken for all that they ask for, or for nothing."""
    bound = recipe.schema.clauses(recipe.write)[clause]
    return bound.when is None and all(side.table == recipe.schema.spec.user for side in bound.sides)


def _others(wish: Wish) -> list[tuple[str, object]]:
    """The values of the arguments that are no records, and what is said beside them."""
    told = wish.groups[SAYS].values.items() if SAYS in wish.groups else ()
    plain = [(name, value) for name, value in wish.values if wish.write.kinds.get(name) not in wish.schema.spec.tables]
    return [*plain, *told]


@dataclass(frozen=True, slots=True)
class Refused:
    """What this desk never does."""

    schema: Schema
    never: Never

    tool = ""

    @property
    def name(self) -> str:
        """What is asked for."""
        return f"denied: {self.never.topic}"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this user cannot ask like that (the `Recipe` protocol)."""
        person, never = meet(self.schema, domain, user_id, rng), self.never
        known = Check(person.me, "is not", Policy("", "a user who is found"), "I have to know who you are")
        refused = Check(Policy("not offered", never.because), "is", Policy("offered", never.because), never.because)
        args: tuple[tuple[str, Term], ...] = ()
        slots: tuple[Slot, ...] = ()
        facts: tuple[Fact, ...] = ()
        checks: tuple[Requirement, ...] = (known, refused)
        touches: Iterable[str] = ()
        if never.about:
            ways = [
                p for row in person.records.get(never.about, ()) for p in own(person, never.about, row, dial.memory)
            ]
            if not ways:
                return None
            pointer = rng.choice(ways)
            key = self.schema.spec.tables[never.about].key
            args, facts = ((key, pointer.key),), pointer.facts
            slots = tuple(words.slot(rng) for words in pointer.words)
            touches = {f"{never.about}/{pointer.row[key]}"}
        decision = Decision(never.topic, args, checks, bare=True)
        opening = spin(rng, *wording.OPENINGS_NEVER, do=chosen(rng, rng.choice(never.do)))
        request = Request(0, (), never.topic, never.word, opening, slots)
        return drafted(self.name, person, dial, [decision], [request], facts, touches)


def _with_fallback(name: str, first: Wish, second: Wish, dial: Dial, rng: random.Random) -> Draft:
    draft = composed(name, first, dial, rng)
    decision = replace(draft.decisions[0], otherwise=second.decision())
    instead = second.pointers[0].words[-1].slot(rng, wording.FALLBACK, "fallback")
    request = replace(draft.requests[0], slots=(*draft.requests[0].slots, instead))
    return drafted(
        name, first.person, dial, [decision], [request], (*first.facts, *second.facts), first.touches | second.touches
    )
