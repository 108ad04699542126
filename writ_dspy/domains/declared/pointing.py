"""The ways in which a user points at a record of their own: by its number, by a part of it, by what only it has, by an extreme."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from writ_dspy.domains.declared import wording
from writ_dspy.domains.declared.conditions import compares
from writ_dspy.domains.declared.person import Person, label, rows
from writ_dspy.domains.declared.schema import Schema
from writ_dspy.domains.observed import Row
from writ_dspy.domains.spinning import chosen, spin
from writ_dspy.task import Best, Fact, Json, Only, Picked, Policy, Query, ReadCall, Said, Slot, Term, Where

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
    named: tuple[Words, ...] = ()
    """Details that it names itself: they stand together for `{}` in its phrases."""

    def phrase(self, rng: random.Random) -> str:
        """What it names, in words."""
        inner = (wording.listing([one.phrase(rng) for one in self.named]),) if self.named else ()
        return chosen(rng, rng.choice(self.phrases)).format(*inner, *self.values.values(), **self.values)

    def slot(self, rng: random.Random, sentences: tuple[str, ...] = (), key: str = "") -> Slot:
        """The sentence that discloses it."""
        text = spin(rng, *(sentences or self.sentences), it=self.phrase(rng))
        return Slot(key or self.key, text, tuple(mark for mark in self.marks if mark in text.lower()))


class Deep(NamedTuple):
    """A whole record, beside what a list or a search shows of it."""

    row: Row
    query: Only
    reads: frozenset[str]


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
    attribute: str = ""
    """That by which it points, where there is one."""
    deep: Deep | None = None
    """Where the row is what a list or a search shows: the whole record."""
    inner: Pointer | None = None
    """Where it is known by what it holds: the record within it, which is pointed at."""

    def shows(self, field: str) -> tuple[Json, Query, frozenset[str]]:
        """A field: its value or None, the query that finds a row with it, and labels of what has to be read to see it."""
        if field in self.row or self.deep is None:
            return self.row.get(field), self.query, self.reads
        return self.deep.row.get(field), self.deep.query, self.deep.reads

    def deepened(self, schema: Schema, row: Row) -> Pointer:
        """With the whole record behind it, which its own read shows."""
        about = schema.spec.tables[self.table]
        query = Only((ReadCall(about.read, ((about.key, self.key),), schema.view(self.table)),))
        return replace(self, deep=Deep(row, query, self.reads | {label(schema, self.table, row)}))


def own(person: Person, table: str, row: Row, memory: str) -> list[Pointer]:
    """All ways in which a user of this memory points at a record of theirs."""
    known = person.schema.known(table)
    if memory == "knows ids" and known:
        return [_by_id(person, table, row)]
    if memory == "half-remembers" and known:
        return list(_by_ending(person, table, row))
    key = person.schema.spec.tables[table].key
    short = next((one for one in person.briefly.get(table, ()) if one.get(key) == row.get(key)), None)
    sources, lists = (person.each(table),), person.listing_of(table)
    found = [
        *unique(person, table, sources, person.records[table], row, lists | {label(person.schema, table, row)}),
        *extreme(person, table, sources, person.records[table], row, person.all_of(table)),
    ]
    if short is None:
        return found
    deep = [one for one in found if one.attribute not in short]  # what the list shows nobody has to look up one by one
    listing, pool = (person.listing(table, person.schema.view(table)),), person.briefly[table]
    brief = [
        *unique(person, table, listing, pool, short, lists),
        *extreme(person, table, listing, pool, short, lists),
    ]
    return [*deep, *(one.deepened(person.schema, row) for one in brief)]


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
        known = Only((person.listing(table),), (Where(about.key, "ends with", Said(end)),))
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
        reads = person.listing_of(table) | {label(schema, table, row)}
        short = next((one for one in person.briefly.get(table, ()) if one.get(about.key) == row.get(about.key)), None)
        if short is None:
            yield Pointer(table, row, query, key, reads, f"ending {size}", (words,), (fact,))
            continue
        listed = Only((person.listing(table, schema.view(table)),), (Where(about.key, "ends with", Said(end)),))
        brief = Pointer(
            table,
            short,
            listed,
            Picked(listed, about.key),
            person.listing_of(table),
            f"ending {size}",
            (words,),
            (fact,),
        )
        yield brief.deepened(schema, row)


Kind = tuple[tuple[Row, ...], tuple[Where, ...], Words, tuple[Fact, ...]]
"""Some records of the user's: these, what they have in common, how they are spoken of, and what the user knows."""


def kinds(person: Person, table: str, fewest: int, most: int) -> Iterator[Kind]:
    """Kinds of a user's records of which there are so many: all, and those with one value."""
    schema, mine = person.schema, person.records[table]
    about = schema.spec.tables[table]
    if fewest <= len(mine) <= most:
        values = {"plural": schema.plural(table), "noun": about.noun}
        yield mine, (), Words(table, wording.ALL_OF_MINE, wording.ALL_MY, values), ()
    for name, attribute in about.attributes.items():
        for value in dict.fromkeys(row[name] for row in mine if attribute.every and name in row):
            alike = tuple(row for row in mine if row.get(name) == value)
            if not fewest <= len(alike) <= most:
                continue
            shown = schema.say(table, name, value)
            patterns = tuple(text.replace("{}", "{value}") for text in attribute.every)
            words = Words(table, wording.ALL_OF_MINE, patterns, {"value": shown}, (shown.lower(),))
            fact = Fact(f"{table}_{name}", value, f"I mean those whose {schema.noun(table, name)} is {shown}.")
            yield alike, (Where(name, "is", Said(value)),), words, (fact,)
    yield from _to_come(person, table, fewest, most)


def _to_come(person: Person, table: str, fewest: int, most: int) -> Iterator[Kind]:
    """Those whose day is after today."""
    schema, mine = person.schema, person.records[table]
    for name, attribute in schema.spec.tables[table].attributes.items():
        if not attribute.later or schema.spec.today is None:
            continue
        today = schema.spec.today.isoformat()
        later = tuple(row for row in mine if str(row.get(name) or "") > today)
        if fewest <= len(later) <= most:
            words = Words(table, wording.ALL_OF_MINE, attribute.later, {})
            fact = Fact(f"{table}_{name}", "later", f"I mean those whose {schema.noun(table, name)} is still to come.")
            yield later, (Where(name, ">", Policy(today, "today")),), words, (fact,)


def across(person: Person, holder: str, part: str, rng: random.Random) -> Iterator[Pointer]:
    """Records of the user's by what they hold: the one with the dearest item of all, or of all of a kind; every one has to be read."""
    schema, about = person.schema, person.schema.spec.tables[holder]
    source, mine = replace(person.each(holder), view=schema.view(part)), person.records[holder]
    for some, where, words, facts in kinds(person, holder, 1, len(mine)) if len(mine) > 1 else ():
        held = [(one, row) for row in some for one in rows(person.domain, schema.view(part), about.read, **{about.key: row[about.key]})]  # fmt: skip
        tail = f", of {words.phrase(rng) if where else f'all my {schema.plural(holder)}'}"
        pool = [one for one, _ in held]
        for found in extreme(person, part, (source,), pool, None, person.all_of(holder), where, tail, (), facts):
            home = next(row for one, row in held if one is found.row)
            said = tuple(replace(one, marks=words.marks) for one in found.words)
            key = Picked(found.query, about.key)
            yield Pointer(
                holder, home, found.query, key, found.reads, f"with the {found.way}", said, found.facts,
                inner=replace(found, words=(), facts=()),
            )  # fmt: skip


def together(table: str, words: Sequence[Words]) -> Words:
    """Several records in one detail."""
    marks = tuple(dict.fromkeys(mark for one in words for mark in one.marks))
    return Words(table, wording.POINTING, ("{}",), {}, marks, tuple(words))


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
        found = Pointer(
            table, row, query, Picked(query, key), reads, f"{name} {tail}", (*before, words), (*known, fact)
        )
        yield replace(found, attribute=name)


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
        needed = schema.provided(table, name)
        some = [one for one in pool if one.get(name) is not None and all(_holds(one, where) for where in needed)]
        ranked = sorted(some, key=lambda other: other[name])
        if len(ranked) < 2:
            continue
        for most, tails, place in (
            (False, attribute.least, 0), (True, attribute.most, 0), (False, attribute.second_least, 1), (True, attribute.second_most, 1),
        ):  # fmt: skip
            order = ranked[::-1] if most else ranked
            first, apart = order[place] if place < len(order) else None, order[: place + 2]
            tied = len({other[name] for other in apart}) < len(apart)
            if not tails or first is None or tied or (row is not None and first is not row):
                continue
            query = Best(sources, name, most, (*where, *needed))
            if place:
                other = Where(about.key, "is not", Picked(query, about.key))
                query = Best(sources, name, most, (*where, *needed, other))
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
                f"{'second ' if place else ''}{'most' if most else 'least'} {name} {tail}",
                (*before, words),
                known,
                attribute=name,
            )


def _holds(row: Row, where: Where) -> bool:
    value = where.value.value if isinstance(where.value, Policy) else None
    return where.attribute in row and compares(row[where.attribute], where.op, value)


def _positional(patterns: Sequence[str]) -> Iterator[str]:
    """Declared phrases have `{}` for the value."""
    return (text.replace("{}", "{value}") for text in patterns)
