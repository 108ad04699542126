"""Questions: about one record, about how many are in one state, about all of them together."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from writ_dspy.domains.declared import wording
from writ_dspy.domains.declared.drafting import drafted
from writ_dspy.domains.declared.person import FIND, Person, label, meet, rows
from writ_dspy.domains.declared.pointing import Pointer, across, kinds, own
from writ_dspy.domains.declared.schema import Schema
from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.spinning import chosen, spin
from writ_dspy.task import (
    Check,
    Computed,
    Every,
    Fact,
    Only,
    Picked,
    Query,
    ReadCall,
    Request,
    Requirement,
    Said,
    Slot,
    Tell,
    Where,
)

WHOLE = 0.5
"""Of sums, the share that is over all records where some could be over those of a kind."""


class _Asked(NamedTuple):
    """A field that may be asked for."""

    table: str
    name: str
    query: Query
    reads: frozenset[str]
    """Labels of what has to be read to see it."""


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
        person = meet(self.schema, domain, user_id, rng)
        ways = [p for row in person.records[self.table] for p in own(person, self.table, row, dial.memory)]
        rng.shuffle(ways)
        for pointer in ways:
            open_ = [one for one in self._askable(person, pointer) if len(one.reads | {FIND}) == dial.burden]
            if open_:
                return self.asks(person, dial, rng, pointer, rng.choice(open_))
        return None

    def _askable(self, person: Person, pointer: Pointer) -> Iterator[_Asked]:
        """What may be asked of a record that is pointed at: of itself, and of the first of those that it refers to."""
        schema, about = self.schema, self.schema.spec.tables[self.table]
        for name, one in about.attributes.items():
            if one.ask and name in pointer.row and not _gives(pointer, name):
                yield _Asked(self.table, name, pointer.query, pointer.reads)
        for field, other in about.refers.items():
            there, named = schema.spec.tables[other], next(schema.named_by(pointer.row, field, other), None)
            if named is None or not any(one.ask for one in there.attributes.values()):
                continue
            args = {take: pointer.row[place] for take, place in named.items()}
            shown = rows(person.domain, schema.view(other), there.read, **args)
            terms = tuple((take, Picked(pointer.query, place)) for take, place in named.items())
            query = Only((ReadCall(there.read, terms, schema.view(other)),))
            for name, one in there.attributes.items():
                if shown and one.ask and name in shown[0]:
                    yield _Asked(other, name, query, pointer.reads | {label(schema, other, shown[0])})

    def asks(self, person: Person, dial: Dial, rng: random.Random, pointer: Pointer, asked: _Asked) -> Draft:
        """The question about a field of a record that is pointed at."""
        about, name = self.schema.spec.tables[self.table], asked.name
        attribute = self.schema.spec.tables[asked.table].attributes[name]
        word = attribute.word or self.schema.noun(asked.table, name)
        style = {"money": "money", "count": "count"}.get(attribute.type, "text")
        noun = self.schema.noun(asked.table, name)
        tell = Tell(noun, Picked(asked.query, name), style, owned(person, pointer))  # type: ignore[arg-type]  # one of three
        question = Slot("question", spin(rng, *wording.ASKING, it=chosen(rng, rng.choice(attribute.ask))))
        one = chosen(rng, f"[one of my {self.schema.plural(self.table)}|some {about.noun} of mine]")
        opening = spin(rng, *wording.OPENINGS_QUESTION, about=one)
        request = Request(
            None, (0,), topic(noun, word), word, opening, (*(words.slot(rng) for words in pointer.words), question)
        )
        return drafted(self.name, person, dial, [], [request], pointer.facts, (), [tell])


def owned(person: Person, pointer: Pointer) -> tuple[Requirement, ...]:
    """Who says a number may have somebody else's: that the record is theirs has to be seen."""
    about = person.schema.spec.tables[pointer.table]
    if not (pointer.by_id and about.owner):
        return ()
    mine = Picked(pointer.query, about.owner)
    return (Check(person.me, "is", mine, f"that {about.noun} belongs to somebody else"),)


def topic(noun: str, word: str) -> str:
    """What a question is called; the word by which an answer is known stands in it."""
    return f"the question about the {noun}" if word.lower() in noun.lower() else f"the {word} question"


def _gives(pointer: Pointer, name: str) -> bool:
    """Whether pointing so says the value of an attribute."""
    return pointer.way.split(" ")[0] == name or pointer.way.startswith((f"least {name}", f"most {name}"))


@dataclass(frozen=True, slots=True)
class Inside:
    """A question about the least or the most of what all of the user's records hold, or those of a kind: all have to be read."""

    schema: Schema
    table: str

    tool = ""

    @property
    def name(self) -> str:
        """What it is about."""
        return f"ask about {self.schema.plural(self.table)} in {self.schema.plural(self.schema.holder[self.table])}"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this user cannot ask like that (the `Recipe` protocol)."""
        person, holder = meet(self.schema, domain, user_id, rng), self.schema.holder[self.table]
        if dial.memory == "knows ids" or len(person.all_of(holder)) != dial.burden:
            return None
        ways = list(across(person, holder, self.table, rng))
        rng.shuffle(ways)
        for pointer in ways:
            inner = pointer.inner
            asked = [name for name, one in self.schema.spec.tables[self.table].attributes.items() if one.ask]
            if inner is None or not (asked := [name for name in asked if name in inner.row]):
                continue
            whole = replace(inner, words=pointer.words, facts=pointer.facts)
            one = _Asked(self.table, rng.choice(asked), inner.query, inner.reads)
            return Told(self.schema, self.table).asks(person, dial, rng, whole, one)
        return None


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


@dataclass(frozen=True, slots=True)
class Summed:
    """A number that all of the user's records have, or those of a kind, taken together: all have to be read."""

    schema: Schema
    table: str

    tool = ""

    @property
    def name(self) -> str:
        """What is added up."""
        return f"add up {self.schema.plural(self.table)}"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this user cannot ask like that (the `Recipe` protocol)."""
        person, about = meet(self.schema, domain, user_id, rng), self.schema.spec.tables[self.table]
        if dial.memory == "knows ids" or len(person.all_of(self.table)) != dial.burden:
            return None
        name, asked = rng.choice([
            *((name, one.sum) for name, one in about.attributes.items() if one.sum),
            *([(about.key, about.count)] if about.count else []),
        ])  # fmt: skip
        several = list(kinds(person, self.table, 2, len(person.records[self.table])))
        if not several:
            return None
        some, where, words, facts = several[0] if rng.random() < WHOLE else rng.choice(several)
        if any(name not in row for row in some):
            return None
        plural = self.schema.plural(self.table)
        noun, word, style = self._said(name)
        every = Picked(Every((person.each(self.table),), where), name)
        tell = Tell(noun, Computed("count" if name == about.key else "sum", (every,)), style)
        opening = spin(rng, *wording.OPENINGS_QUESTION, about=f"my {plural}")
        question = Slot("question", spin(rng, *wording.ASKING, it=chosen(rng, rng.choice(asked))))
        slots = (words.slot(rng), question) if where else (question,)
        request = Request(None, (0,), topic(noun, word), word, opening, slots)
        return drafted(self.name, person, dial, [], [request], facts, (), [tell])

    def _said(self, name: str) -> tuple[str, str, Literal["money", "count"]]:
        """What the answer is called, a word that it has, and how it is said; records themselves are counted."""
        about = self.schema.spec.tables[self.table]
        if name == about.key:
            plural = self.schema.plural(self.table)
            return plural, plural, "count"
        attribute, noun = about.attributes[name], self.schema.noun(self.table, name)
        return noun, attribute.word or noun, "money" if attribute.type == "money" else "count"
