"""One user as recipes see them, and how an agent comes to know them and their records."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from writ_dspy.domains.declared import wording
from writ_dspy.domains.declared.schema import FOUND, PROFILE, Schema
from writ_dspy.domains.domain import Domain
from writ_dspy.domains.observed import Row
from writ_dspy.domains.spinning import spin
from writ_dspy.task import Every, Fact, Only, Picked, ReadCall, Said, Slot, Term

FIND = "find"
"""Label of the look-up of the user, to count reads before they are resolved; other reads go by their call."""


@dataclass(frozen=True, slots=True)
class Person:
    """A user with their records."""

    schema: Schema
    domain: Domain
    id: str
    profile: Row
    who: Only
    facts: tuple[Fact, ...]
    identity: Slot
    records: Mapping[str, tuple[Row, ...]] = field(repr=False)
    """By table, the user's own."""
    briefly: Mapping[str, tuple[Row, ...]] = field(default_factory=dict, repr=False)
    """By table, the same as the tool shows them that lists them, where that shows more than their ids."""

    @property
    def me(self) -> Term:
        """The user's id, as the look-up shows it."""
        return Picked(self.who, self.schema.user.key)

    def read(self, view: str) -> ReadCall:
        """The user's record."""
        return ReadCall(self.schema.user.read, ((self.schema.user.key, self.me),), view)

    @property
    def seen(self) -> frozenset[str]:
        """Labels of the reads that show the user's record."""
        return frozenset({FIND} if self.schema.found_by_read else {FIND, PROFILE})

    def attribute(self, name: str) -> Term:
        """A field of the user's record."""
        return Picked(Only((self.read(PROFILE),)), name)

    def listing(self, name: str, view: str = "") -> ReadCall:
        """What lists the user's records of a table: their ids, or another view of it."""
        tool = self.schema.spec.tables[name].listed or self.schema.user.read
        return ReadCall(tool, ((self.schema.user.key, self.me),), view or self.schema.listed(name))

    def listing_of(self, name: str) -> frozenset[str]:
        """Labels of the reads that list the user's records of a table."""
        tool = self.schema.spec.tables[name].listed
        return frozenset({FIND, tool}) if tool else self.seen

    def each(self, name: str) -> ReadCall:
        """Each of the user's records of a table."""
        table = self.schema.spec.tables[name]
        ids = Picked(Every((self.listing(name),)), table.key)
        return ReadCall(table.read, ((table.key, ids),), self.schema.view(name))

    def all_of(self, name: str) -> frozenset[str]:
        """Labels of the reads that show all of the user's records of a table."""
        return self.listing_of(name) | {label(self.schema, name, row) for row in self.records[name]}


def label(schema: Schema, name: str, row: Row) -> str:
    """The read of one record, for counting."""
    table = schema.spec.tables[name]
    return " ".join((table.read, *(str(row[field]) for field in table.takes or (table.key,))))


def rows(domain: Domain, view: str, tool: str, **args: object) -> tuple[Row, ...]:
    """What a read shows."""
    return domain.read(domain.canonical(tool, args)).views.get(view, ())


def meet(schema: Schema, domain: Domain, user_id: str, rng: random.Random) -> Person:
    """The user; how they identify themselves depends on the user alone, so that drafts can be combined."""
    person, values = _known(schema, domain, user_id)
    text = spin(rng, *(wording.IDENTITY_NAMED if values["name"] else wording.IDENTITY), **values)
    return replace(person, identity=replace(person.identity, text=text))


@lru_cache(maxsize=2048)
def _known(schema: Schema, domain: Domain, user_id: str) -> tuple[Person, dict[str, str]]:
    table = schema.user
    profile = rows(domain, PROFILE, table.read, **{table.key: user_id})[0]
    tool = sorted(table.identify)[zlib.crc32(user_id.encode()) % len(table.identify)]
    fields = {name: profile[name] for name in table.identify[tool]}
    found = PROFILE if tool == table.read else FOUND
    who = Only((ReadCall(tool, tuple((name, Said(value)) for name, value in fields.items()), found),))
    facts = tuple(
        Fact(name, value, f"My {schema.noun(schema.spec.user, name)} is {value}.") for name, value in fields.items()
    )
    names = (schema.fields.given, schema.fields.family)
    name = " ".join(str(profile[part]) for part in names if profile.get(part))
    spoken = [
        f"my {schema.noun(schema.spec.user, one)} is {value}"
        for one, value in fields.items()
        if not (name and one in names)
    ]
    marks = tuple(str(value).lower() for value in fields.values())
    records = {other: tuple(_whole(schema, domain, other, user_id)) for other in schema.own}
    brief = {
        other: rows(domain, schema.view(other), schema.spec.tables[other].listed, **{table.key: user_id})
        for other in schema.own
        if schema.spec.tables[other].listed
    }
    person = Person(
        schema,
        domain,
        user_id,
        profile,
        who,
        facts,
        Slot("identity", "", marks),
        records,
        {k: v for k, v in brief.items() if v},
    )
    return person, {"name": name, "known": wording.listing(spoken)}


def _whole(schema: Schema, domain: Domain, name: str, user_id: str) -> Iterator[Row]:
    """The user's records of a table, but for those that no tool can show."""
    table = schema.spec.tables[name]
    lists = table.listed or schema.user.read
    for row in rows(domain, schema.listed(name), lists, **{schema.user.key: user_id}):
        yield from rows(domain, schema.view(name), table.read, **{table.key: row[table.key]})[:1]
