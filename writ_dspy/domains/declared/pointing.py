"""The ways in which a user points at a record of their own: by its number, by a part of it, by what only it has, by an extreme."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from writ_dspy.domains.declared import wording
from writ_dspy.domains.declared.person import Person, label
from writ_dspy.domains.observed import Row
from writ_dspy.domains.spinning import chosen, spin
from writ_dspy.task import Best, Fact, Only, Picked, ReadCall, Said, Slot, Term, Where

ENDINGS = (3, 4)
"""Characters of a number that a user half remembers."""


@dataclass(frozen=True, slots=True)
class Words:
    """A detail that is still to be put into a sentence."""

    key: str
    sentences: tuple[str, ...]
    """Patterns of the sentence, with `{it}`."""
    phrases: tuple[str, ...]
    """Patterns of what it names."""
    values: Mapping[str, str] = field(default_factory=dict)
    marks: tuple[str, ...] = ()
    """What of it any disclosure holds, in lower case."""

    def phrase(self, rng: random.Random) -> str:
        """What it names, in words."""
        return chosen(rng, rng.choice(self.phrases)).format(*self.values.values(), **self.values)

    def slot(self, rng: random.Random, sentences: tuple[str, ...] = (), key: str = "") -> Slot:
        """The sentence that discloses it."""
        text = spin(rng, *(sentences or self.sentences), it=self.phrase(rng))
        return Slot(key or self.key, text, tuple(mark for mark in self.marks if mark in text.lower()))


@dataclass(frozen=True, slots=True)
class Pointer:
    """One way to point at one record."""

    table: str
    row: Row
    query: Only | Best
    """Finds its row."""
    key: Term
    """Its id."""
    reads: frozenset[str]
    """Labels of what has to be read to see its row."""
    way: str
    """Of two pointers with the same way, one says another value."""
    words: tuple[Words, ...]
    facts: tuple[Fact, ...] = ()
    by_id: bool = False
    """The user says the number; whose record it is, the agent has to check."""


def own(person: Person, table: str, row: Row, memory: str) -> list[Pointer]:
    """All ways in which a user of this memory points at a record of theirs."""
    if memory == "knows ids":
        return [_by_id(person, table, row)]
    if memory == "half-remembers":
        return list(_by_ending(person, table, row))
    sources = (person.each(table),)
    one = person.seen | {label(person.schema, table, row)}
    return [
        *unique(person, table, sources, person.records[table], row, one),
        *extreme(person, table, sources, person.records[table], row, person.all_of(table)),
    ]


def _by_id(person: Person, table: str, row: Row) -> Pointer:
    about = person.schema.spec.tables[table]
    number = str(row[about.key])
    query = Only((ReadCall(about.read, ((about.key, Said(number)),), person.schema.view(table)),))
    words = Words(table, wording.POINTING, wording.BY_ID, {"noun": about.noun, "id": number}, (number.lower(),))
    fact = Fact(about.key, number, f"The number of the {about.noun} is {number}.")
    return Pointer(
        table,
        row,
        query,
        Said(number),
        frozenset({label(person.schema, table, row)}),
        "id",
        (words,),
        (fact,),
        by_id=True,
    )


def _by_ending(person: Person, table: str, row: Row) -> Iterator[Pointer]:
    schema = person.schema
    about = schema.spec.tables[table]
    for size in ENDINGS:
        end = str(row[about.key])[-size:]
        if sum(str(other[about.key]).endswith(end) for other in person.records[table]) > 1:
            continue
        known = Only((person.read(schema.listed(table)),), (Where(about.key, "ends with", Said(end)),))
        key = Picked(known, about.key)
        query = Only((ReadCall(about.read, ((about.key, key),), schema.view(table)),))
        words = Words(
            table,
            wording.POINTING,
            wording.BY_ENDING,
            {"noun": about.noun, "plural": schema.plural(table), "id": end},
            (end.lower(),),
        )
        fact = Fact(f"{table}_ending", end, f"The number of the {about.noun} ends in {end}.")
        reads = person.seen | {label(schema, table, row)}
        yield Pointer(table, row, query, key, reads, f"ending {size}", (words,), (fact,))


def unique(  # noqa: PLR0913, PLR0917 - what one description needs
    person: Person, table: str, sources: tuple[ReadCall, ...], pool: Sequence[Row], row: Row, reads: frozenset[str],
    where: tuple[Where, ...] = (), tail: str = "", before: tuple[Words, ...] = (), known: tuple[Fact, ...] = (),
) -> Iterator[Pointer]:  # fmt: skip
    """By an attribute that no other record of the pool has."""
    schema = person.schema
    key = schema.spec.tables[table].key
    for name, about in schema.spec.tables[table].attributes.items():
        value = row.get(name)
        if not about.point or value is None or sum(other.get(name) == value for other in pool) > 1:
            continue
        shown = schema.say(table, name, value)
        query = Only(sources, (*where, Where(name, "is", Said(value))))
        words = Words(
            table,
            wording.POINTING,
            tuple(f"{text}{{tail}}" for text in _positional(about.point)),
            {"value": shown, "tail": tail},
            (shown.lower(),),
        )
        fact = Fact(f"{table}_{name}", value, f"The {schema.noun(table, name)} is {shown}.")
        yield Pointer(table, row, query, Picked(query, key), reads, f"{name} {tail}", (*before, words), (*known, fact))


def extreme(  # noqa: PLR0913, PLR0917 - what one description needs
    person: Person, table: str, sources: tuple[ReadCall, ...], pool: Sequence[Row], row: Row | None, reads: frozenset[str],
    where: tuple[Where, ...] = (), tail: str = "", before: tuple[Words, ...] = (), known: tuple[Fact, ...] = (),
) -> Iterator[Pointer]:  # fmt: skip
    """By being the first, the last, the most of a pool, where there is no tie.

    Args:
        row: The record wanted, or any.
    """
    schema = person.schema
    about = schema.spec.tables[table]
    mine = table in schema.own
    for name, attribute in about.attributes.items():
        ranked = sorted((other for other in pool if other.get(name) is not None), key=lambda other: other[name])
        if len(ranked) < 2:
            continue
        for most, tails in ((False, attribute.least), (True, attribute.most)):
            first, second = (ranked[-1], ranked[-2]) if most else (ranked[0], ranked[1])
            if not tails or first[name] == second[name] or (row is not None and first is not row):
                continue
            query = Best(sources, name, most, where)
            patterns = tuple(
                text.replace("{tail}", f"{end}{{tail}}")
                for text in (wording.BEST_OF_MINE if mine else wording.BEST_OF)
                for end in tails
            )
            values = {"noun": about.noun, "plural": schema.plural(table), "tail": tail}
            words = Words(table, wording.POINTING, patterns, values)
            yield Pointer(
                table,
                first,
                query,
                Picked(query, about.key),
                reads,
                f"{'most' if most else 'least'} {name} {tail}",
                (*before, words),
                known,
            )


def _positional(patterns: Sequence[str]) -> Iterator[str]:
    """Declared phrases have `{}` for the value."""
    return (text.replace("{}", "{value}") for text in patterns)
