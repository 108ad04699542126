"""Choosing a record that is shown within others: which of them are looked into, which limits hold, and what decides."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from writ_dspy.domains.declared import wording
from writ_dspy.domains.declared.conditions import SAID
from writ_dspy.domains.declared.model import Among
from writ_dspy.domains.declared.person import Person, rows
from writ_dspy.domains.declared.pointing import Pointer, Words, extreme, own, unique
from writ_dspy.domains.declared.schema import Schema
from writ_dspy.domains.domain import Domain
from writ_dspy.domains.observed import Row
from writ_dspy.task import Every, Fact, Only, Picked, Policy, ReadCall, Requirement, Said, Scalar, Term, Where

MOST = 7
"""Records that a user names to have their parts compared."""
FEW, MANY = 2, 12
"""Times that others are drawn in which a record is looked for."""
SPOKEN = 0.5
"""Of limits that hold anyway, the share that a user speaks of."""


@dataclass(frozen=True, slots=True)
class Held:
    """The records within some others."""

    sources: tuple[ReadCall, ...]
    pool: tuple[Row, ...]
    reads: frozenset[str]
    words: tuple[Words, ...]
    facts: tuple[Fact, ...]
    several: bool
    way: str
    named: tuple[str, ...] = ()
    """Each of the others, as the user names it."""
    requires: tuple[Requirement, ...] = ()
    """What must hold before the user may be told."""


def among(person: Person, table: str, memory: str, reads: int, rng: random.Random) -> Iterator[Pointer]:
    """Pointers at a record within others, chosen by chance; `reads` is how many it should take to see it."""
    schema = person.schema
    if table in schema.sought:
        yield from _sought(person, table, memory, reads, rng)
        return
    holder = schema.holder[table]
    ours = holder == schema.spec.user or holder in schema.own  # few, and all of them are looked at
    for _ in range(FEW if ours else MANY):
        held = within(person, table, holder, memory, reads, rng)
        if held is not None:
            yield from chosen_of(person, table, held, rng)


def _found(person: Person, table: str, rng: random.Random) -> Iterator[Pointer]:
    """Pointers at a record that one search shows among others, by what that search itself shows of it."""
    schema, about = person.schema, person.schema.spec.tables[table]
    tool, arguments = rng.choice(list(about.search.items()))
    name, search = rng.choice(list(arguments.items()))
    values = [value for value, keys in _searched(schema, person.domain, table, tool, name).items() if len(keys) > 1]
    if not values or search.finds == "one":
        return
    value = rng.choice(values)
    call = ReadCall(tool, ((name, Said(value)),), schema.view(table))
    pool = rows(person.domain, schema.view(table), tool, **{name: value})
    shown = schema.say(table, name, value)
    fact = Fact(f"{table}_{name}", value, f"The {schema.noun(table, name)} is {shown}.")
    sentences = tuple(text.replace("{these}", "{it}") for text in wording.ONE_OF)
    patterns = tuple(text.replace("{}", "{value}") for text in search.say)
    words = Words(schema.pool(table), sentences, patterns, {"value": shown}, (shown.lower(),))
    held = Held((call,), pool, frozenset({f"{tool} {value}"}), (words,), (fact,), False, f"{tool} {name}")
    for pointer in chosen_of(person, table, held, rng):
        if pointer.attribute == name:
            continue
        whole = rows(person.domain, schema.view(table), about.read, **{about.key: pointer.row[about.key]})
        yield pointer.deepened(schema, whole[0]) if whole else pointer


def _sought(person: Person, table: str, memory: str, reads: int, rng: random.Random) -> Iterator[Pointer]:
    """Pointers at a record that stands for itself: by its number, by a search, or by an extreme of several."""
    about = person.schema.spec.tables[table]
    key = about.key
    by_words = memory != "knows ids" or not person.schema.known(table)
    if about.search and by_words:
        yield from _found(person, table, rng)
    for _ in range(MANY):
        found = _by_search if by_words and about.search else _by_ids
        held = found(person, table, table, reads, rng)
        if held is None:
            continue
        if held.several:
            yield from chosen_of(person, table, held, rng)
        elif len(held.pool) == 1:
            query = Only(held.sources)
            words = tuple(replace(one, key=table) for one in held.words)
            row = held.pool[0]
            yield Pointer(table, row, query, Picked(query, key), held.reads, held.way, words, held.facts)


def inside(person: Person, table: str, pointer: Pointer) -> Held:
    """The records within one that was pointed at already."""
    schema = person.schema
    holder = schema.spec.tables[pointer.table]
    source = ReadCall(holder.read, ((holder.key, pointer.key),), schema.view(table))
    pool = rows(person.domain, schema.view(table), holder.read, **{holder.key: pointer.row[holder.key]})
    return Held((source,), pool, pointer.reads, (), (), False, pointer.way)


def chosen_of(person: Person, table: str, held: Held, rng: random.Random) -> Iterator[Pointer]:
    """Pointers at one of the records held: by an extreme, or, where they are in one record, by what only one of them has."""
    some = narrowed(person, table, held, rng)
    if some is None:
        return
    arguments = (some.where, some.tail, held.words, some.facts)
    ways = list(extreme(person, table, held.sources, some.pool, None, some.reads, *arguments))
    if not held.several:
        for row in some.pool:
            ways += unique(person, table, held.sources, some.pool, row, some.reads, *arguments)
    rng.shuffle(ways)
    yield from ways


@dataclass(frozen=True, slots=True)
class Some:
    """Those of the records held that are within limits."""

    pool: list[Row]
    where: tuple[Where, ...]
    facts: tuple[Fact, ...]
    reads: frozenset[str]
    tail: str
    """The limits as they are said, behind what is chosen."""
    wish: str
    """That of the user's alone."""


def narrowed(person: Person, table: str, held: Held, rng: random.Random) -> Some | None:
    """Within the limits that always hold, and now and then within one that the user sets; None where nothing has what is limited."""
    limits = person.schema.spec.tables[table].among
    options = [limit for limit in limits if not limit.always]
    fixed = [limit for limit in limits if limit.always]
    extra = [rng.choice(options)] if options and rng.random() < 0.4 else []
    pool, where, facts, reads, tail, wish = list(held.pool), [], list(held.facts), held.reads, "", ""
    for limit in (*fixed, *extra):
        found = _limited(person, table, limit, pool, rng)
        if found is None:
            return None
        pool, wheres, known, more, phrase = found
        where += wheres
        facts += known
        reads |= more
        if not limit.always or rng.random() < SPOKEN:
            tail += f", {phrase}"
        wish += "" if limit.always else f", {phrase}"
    return Some(pool, tuple(where), tuple(facts), reads, tail, wish)


def _limited(
    person: Person, table: str, limit: Among, pool: list[Row], rng: random.Random
) -> tuple[list[Row], list[Where], list[Fact], frozenset[str], str] | None:
    """The pool within a limit, with what must hold, what the user knows, what has to be read, and how it is said."""
    schema = person.schema
    where: list[Where] = []
    facts: list[Fact] = []
    reads, shown = frozenset[str](), ""
    for name, wanted in limit.where.items():
        term: Term
        value: Scalar
        mine = str(wanted).partition(".")
        if wanted == SAID:
            values = sorted({str(row[name]) for row in pool if name in row})
            if not values:
                return None
            value = rng.choice(values)
            term, shown = Said(value), schema.say(table, name, value)
            facts.append(Fact(f"{table}_{name}", value, f"The {schema.noun(table, name)} is {shown}."))
        elif mine[0] == schema.spec.user and mine[2]:
            if mine[2] not in person.profile:
                return None
            value, term, reads = person.profile[mine[2]], person.attribute(mine[2]), reads | person.seen
        else:
            value, term = wanted, Policy(wanted, rng.choice(limit.say)) if limit.always else Said(wanted)
        where.append(Where(name, "is", term))
        pool = [row for row in pool if row.get(name) == value]
    return pool, where, facts, reads, rng.choice(limit.say).format(shown)


# ----------------------------------------------------------------------------- which records are looked into


def within(person: Person, table: str, holder: str, memory: str, reads: int, rng: random.Random) -> Held | None:
    """The records within some of those that a user of this memory names or searches for; None where so many reads do not show them."""
    schema = person.schema
    if holder == schema.spec.user:
        pool = rows(person.domain, schema.view(table), schema.user.read, **{schema.user.key: person.id})
        return Held((person.read(schema.view(table)),), pool, person.seen, (), (), False, "mine")
    if holder in schema.own:
        mine = [pointer for row in person.records[holder] for pointer in own(person, holder, row, memory)]
        if not mine:
            return None
        pointer = rng.choice(mine)
        held = inside(person, table, pointer)
        return Held(held.sources, held.pool, pointer.reads, pointer.words, pointer.facts, False, pointer.way)
    by_words = memory != "knows ids" or not schema.known(holder)
    if not by_words or not schema.spec.tables[holder].search:
        return _by_ids(person, table, holder, reads, rng)
    return _by_search(person, table, holder, reads, rng)


def _by_ids(person: Person, table: str, holder: str, reads: int, rng: random.Random) -> Held | None:
    schema, about = person.schema, person.schema.spec.tables[holder]
    everything = _ids(schema, holder)
    if not 0 < reads <= min(MOST, len(everything)):
        return None
    keys = rng.sample(everything, reads)
    sources = tuple(ReadCall(about.read, ((about.key, Said(key)),), schema.view(table)) for key in keys)
    facts = tuple(
        Fact(f"{holder}_{index}", key, f"One {about.noun} has the number {key}.") for index, key in enumerate(keys, 1)
    )
    named = [f"{about.noun} {key}" for key in keys]
    return _held(
        person,
        table,
        holder,
        keys,
        (sources, named, facts, frozenset(f"{about.read} {key}" for key in keys), tuple(key.lower() for key in keys)),
        "ids",
    )


def _by_search(person: Person, table: str, holder: str, reads: int, rng: random.Random) -> Held | None:
    schema, about = person.schema, person.schema.spec.tables[holder]
    tool, arguments = rng.choice(list(about.search.items()))
    name, search = rng.choice(list(arguments.items()))
    found = _searched(schema, person.domain, holder, tool, name)
    if search.finds == "one":
        count, odd = divmod(reads, 2) if takes(person.domain, tool, name) else (reads - 1, 0)
        single = [value for value, keys in found.items() if len(keys) == 1]
        if odd or not 0 < count <= min(MOST, len(single)):
            return None
        values = rng.sample(single, count)
    else:
        fitting = [value for value, keys in found.items() if len(keys) == reads - 1]
        if not fitting:
            return None
        values = [rng.choice(fitting)]
    return searched_for(person, table, holder, (tool, name), values, rng)


def searched_for(
    person: Person, table: str, holder: str, by: tuple[str, str], values: Sequence[str], rng: random.Random
) -> Held:
    """The records within those that a search by these values shows.

    Args:
        by: The tool, and its argument; or, of a tool that does not take it, the field of what it shows.
    """
    schema, about, (tool, name) = person.schema, person.schema.spec.tables[holder], by
    search, found = about.search[tool][name], _searched(schema, person.domain, holder, tool, name)
    keys = [key for value in values for key in found[value]]
    given = takes(person.domain, tool, name)
    queries = [_query(schema, holder, by, value, one=search.finds == "one", given=given) for value in values]
    sources = tuple(
        ReadCall(about.read, ((about.key, Picked(query, about.key)),), schema.view(table)) for query in queries
    )
    facts = tuple(
        Fact(f"{holder}_{name}_{index}", value, f"One {schema.noun(holder, name)} is {value}.")
        for index, value in enumerate(values, 1)
    )
    form = rng.choice(search.say)
    labels = {f"{tool} {value}" if given else tool for value in values} | {f"{about.read} {key}" for key in keys}
    named = [form.format(value) for value in values]
    return _held(
        person,
        table,
        holder,
        keys,
        (sources, named, facts, frozenset(labels), tuple(value.lower() for value in values)),
        f"{tool} {name}",
    )


def takes(domain: Domain, tool: str, name: str) -> bool:
    """Whether a search takes what one searches by; one that does not shows all there is, and the reader looks for it."""
    return name in parameters(domain, tool)


@lru_cache(maxsize=256)
def parameters(domain: Domain, tool: str) -> frozenset[str]:
    """The names of what a tool takes."""
    about = next(one["function"] for one in domain.tools if one["function"]["name"] == tool)
    return frozenset(about["parameters"].get("properties") or ())


def _query(schema: Schema, holder: str, by: tuple[str, str], value: str, *, one: bool, given: bool) -> Only | Every:
    tool, name = by
    where = (Where(name, "is", Said(value)),)
    call = ReadCall(tool, ((name, Said(value)),) if given else (), schema.view(holder))
    return Only((call,), where) if one else Every((call,), () if given else where)


def _held(  # what both ways have in common
    person: Person, table: str, holder: str, keys: list[str],
    about: tuple[tuple[ReadCall, ...], list[str], tuple[Fact, ...], frozenset[str], tuple[str, ...]], way: str,
) -> Held:  # fmt: skip
    sources, named, facts, reads, marks = about
    schema = person.schema
    read, key = schema.spec.tables[holder].read, schema.spec.tables[holder].key
    pool = tuple(row for one in keys for row in rows(person.domain, schema.view(table), read, **{key: one}))
    several = len(sources) > 1 or len(keys) > 1
    sentences = wording.ANY_OF if len(named) > 1 else wording.ONE_OF
    these = wording.listing(named, "or")
    slot = schema.pool(table) if holder == table else holder
    words = Words(
        slot, tuple(text.replace("{these}", "{it}") for text in sentences), ("{these}",), {"these": these}, marks
    )
    return Held(sources, pool, reads, (words,), facts, several, way, tuple(named))


@lru_cache(maxsize=256)
def _ids(schema: Schema, table: str) -> list[str]:
    return sorted(schema.records[schema.base[table]]) if table in schema.base else []


@lru_cache(maxsize=256)
def _searched(schema: Schema, domain: Domain, holder: str, tool: str, name: str) -> Mapping[str, list[str]]:
    """Value -> ids that a search by it shows, in its order; of values that records have."""
    key = schema.spec.tables[holder].key
    records = schema.records[schema.base[holder]].values() if holder in schema.base else ()
    values = sorted({str(record[name]) for record in records if record.get(name) is not None})
    if takes(domain, tool, name):
        return {
            value: [str(row[key]) for row in rows(domain, schema.view(holder), tool, **{name: value})]
            for value in values
        }
    everything = rows(domain, schema.view(holder), tool)
    return {value: [str(row[key]) for row in everything if row.get(name) == value] for value in values}
