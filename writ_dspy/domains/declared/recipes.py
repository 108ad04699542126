"""Recipes: a write that is granted, refused or falls back; questions; and what is denied, clause by clause."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from writ_dspy.domains.declared import wording
from writ_dspy.domains.declared.model import Never, Write
from writ_dspy.domains.declared.person import FIND, Person, meet
from writ_dspy.domains.declared.pointing import Pointer, own
from writ_dspy.domains.declared.schema import Schema
from writ_dspy.domains.declared.wishing import Wish, wishes
from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.spinning import chosen, spin
from writ_dspy.task import (
    Check,
    Computed,
    Decision,
    Every,
    Fact,
    Picked,
    Policy,
    Request,
    Requirement,
    Said,
    Slot,
    Tell,
    Term,
    Where,
)

AIMED = (4, 6)
"""Reads of what a user asks for who is denied whatever they ask for."""
FEW = 24
"""Wishes kept to find one for a fallback, or a twin."""


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

        for wish in wishes(person, self.tool, self.write, dial.memory, dial.burden, rng, may):
            if wish.broken() == [] and wish.burden(None) == dial.burden:
                return composed(self.name, wish, dial, rng)
        return None

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
            clause, check, when = list(self.schema.clauses(self.write))[ground]
            if clause.transfer:
                continue
            seen = first.looks(check) | first.looks(when)
            for second in fine:
                if _others(first) != _others(second) or first.row(first.pointers[0].table) is second.row(
                    first.pointers[0].table
                ):
                    continue
                if len(seen | _all_reads(second)) == dial.burden:
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
        exact = clause is None and wish.burden(ground) == dial.burden
        if exact or (clause == ground and 1 < wish.burden(ground) <= dial.burden):
            found = wish
        if found is not None and (by_user or clause is not None or len(fine) >= FEW):
            break
    if found is None:
        return None
    seed = rng.random()
    draft = composed(recipe.name, found, dial, random.Random(seed))
    twin = next((one for one in fine if one.way == found.way and _others(one) == _others(found)), None)
    return (
        replace(draft, legal=composed(recipe.name, twin, dial, random.Random(seed)))
        if twin and clause is None
        else draft
    )


def _of_user(recipe: Asked | Denied, clause: int) -> bool:
    """Whether a clause is about the user alone, so that it is broken for all that they ask for, or for nothing."""
    _, check, when = list(recipe.schema.clauses(recipe.write))[clause]
    return when is None and all(side.table == recipe.schema.spec.user for side in check.sides)


def _others(wish: Wish) -> list[tuple[str, object]]:
    """The values of the arguments that are no records."""
    return [(name, value) for name, value in wish.values if wish.write.kinds[name] not in wish.schema.spec.tables]


def _all_reads(wish: Wish) -> frozenset[str]:
    reads = wish.reads | frozenset({FIND}).union(*(pointer.reads for pointer in wish.pointers))
    return reads.union(*(wish.looks(check) | wish.looks(when) for _, check, when in wish.schema.clauses(wish.write)))


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


# ----------------------------------------------------------------------------- questions


@dataclass(frozen=True, slots=True)
class Told:
    """A question about one record of the user's, or about the user's own."""

    schema: Schema
    table: str

    tool = ""

    @property
    def name(self) -> str:
        """What it is about."""
        return f"ask about {self.schema.plural(self.table)}"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this user cannot ask like that (the `Recipe` protocol)."""
        person, about = meet(self.schema, domain, user_id, rng), self.schema.spec.tables[self.table]
        ways = [p for row in person.records[self.table] for p in own(person, self.table, row, dial.memory)]
        rng.shuffle(ways)
        for pointer in ways:
            if len(pointer.reads | {FIND}) != dial.burden:
                continue
            open_ = [
                name
                for name, one in about.attributes.items()
                if one.ask and name in pointer.row and not _gives(pointer, name)
            ]
            if open_:
                return self._asks(person, dial, rng, pointer, rng.choice(open_))
        return None

    def _asks(self, person: Person, dial: Dial, rng: random.Random, pointer: Pointer, name: str) -> Draft:
        about = self.schema.spec.tables[self.table]
        attribute = about.attributes[name]
        word = attribute.word or self.schema.noun(self.table, name)
        owned: tuple[Requirement, ...] = ()
        if pointer.by_id and about.owner:
            owned = (
                Check(
                    person.me, "is", Picked(pointer.query, about.owner), f"that {about.noun} belongs to somebody else"
                ),
            )
        style = {"money": "money", "count": "count"}.get(attribute.type, "text")
        tell = Tell(word, Picked(pointer.query, name), style, owned)  # type: ignore[arg-type]  # one of three
        question = Slot("question", spin(rng, *wording.ASKING, it=chosen(rng, rng.choice(attribute.ask))))
        one = chosen(rng, f"[one of my {self.schema.plural(self.table)}|a {about.noun} of mine]")
        opening = spin(rng, *wording.OPENINGS_QUESTION, about=one)
        request = Request(
            None, (0,), f"the {word} question", word, opening, (*(words.slot(rng) for words in pointer.words), question)
        )
        return drafted(self.name, person, dial, [], [request], pointer.facts, (), [tell])


def _gives(pointer: Pointer, name: str) -> bool:
    """Whether pointing so says the value of an attribute."""
    return pointer.way.split(" ")[0] == name or pointer.way.startswith((f"least {name}", f"most {name}"))


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of the user's records are in one state: all have to be read."""

    schema: Schema
    table: str

    tool = ""

    @property
    def name(self) -> str:
        """What is counted."""
        return f"count {self.schema.plural(self.table)}"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this user cannot ask like that (the `Recipe` protocol)."""
        person, about = meet(self.schema, domain, user_id, rng), self.schema.spec.tables[self.table]
        states = [(name, value, forms) for name, one in about.attributes.items() for value, forms in one.words.items()]
        if not states or dial.memory == "knows ids" or len(person.all_of(self.table)) != dial.burden:
            return None
        name, value, forms = rng.choice(states)
        plural = self.schema.plural(self.table)
        query = Every((person.each(self.table),), (Where(name, "is", Said(value)),))
        tell = Tell(plural, Computed("count", (Picked(query, about.key),)), "count")
        it = chosen(rng, rng.choice(wording.COUNTING)).format(plural=plural, state=forms[0])
        opening = spin(rng, *wording.OPENINGS_QUESTION, about=f"my {plural}")
        request = Request(
            None,
            (0,),
            f"the {about.noun} count",
            plural,
            opening,
            (Slot("question", spin(rng, *wording.ASKING, it=it)),),
        )
        fact = Fact(f"{self.table}_{name}", value, f"I mean those that are {forms[0]}.")
        return drafted(self.name, person, dial, [], [request], (fact,), (), [tell])


# ----------------------------------------------------------------------------- drafts


def composed(name: str, wish: Wish, dial: Dial, rng: random.Random) -> Draft:
    """A wish in words."""
    write = wish.write
    opening = spin(rng, *wording.OPENINGS, do=chosen(rng, rng.choice(write.do)))
    slots = tuple(words.slot(rng) for words in wish.words)
    request = Request(0, (), write.topic, write.word, opening, slots)
    return drafted(name, wish.person, dial, [wish.decision()], [request], wish.facts, wish.touches)


def _with_fallback(name: str, first: Wish, second: Wish, dial: Dial, rng: random.Random) -> Draft:
    draft = composed(name, first, dial, rng)
    decision = replace(draft.decisions[0], otherwise=second.decision())
    instead = second.pointers[0].words[-1].slot(rng, wording.FALLBACK, "fallback")
    request = replace(draft.requests[0], slots=(*draft.requests[0].slots, instead))
    return drafted(
        name, first.person, dial, [decision], [request], (*first.facts, *second.facts), first.touches | second.touches
    )


def drafted(
    name: str, person: Person, dial: Dial, decisions: Sequence[Decision], requests: Sequence[Request], facts: Iterable[Fact],
    touches: Iterable[str], tells: Sequence[Tell] = (),
) -> Draft:  # fmt: skip
    """The draft; facts that are stated twice count once, and a second one of the same kind gets a number."""
    known: dict[str, Fact] = {fact.key: fact for fact in person.facts}
    for fact in facts:
        key, number = fact.key, 1
        while key in known and known[key].value != fact.value:
            number += 1
            key = f"{fact.key}_{number}"
        known.setdefault(key, replace(fact, key=key))
    return Draft(
        person.id, name, tuple(decisions), tuple(requests), tuple(known.values()), person.identity, tuple(tells), dial.memory, frozenset(touches),
    )  # fmt: skip
