"""A wish that fits several records of the user's: the agent asks which one, and the user has the fact that decides."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from writ_dspy.domains.declared import wording
from writ_dspy.domains.declared.drafting import composed
from writ_dspy.domains.declared.model import Table, Write
from writ_dspy.domains.declared.person import Person, label, meet
from writ_dspy.domains.declared.pointing import Pointer, Words
from writ_dspy.domains.declared.schema import Schema
from writ_dspy.domains.declared.wish import Wish
from writ_dspy.domains.declared.wishing import wishes
from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.observed import Row
from writ_dspy.task import Fact, Only, Picked, ReadCall, Said, Where

MOST = 5
"""Records that one description fits; of more nobody would be read a list."""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A write for one of several records that are spoken of alike.

    The reads that count are those of the one that is meant; to see that there are several, the agent has to look at all of them.
    No fallback, no refusal, and only for users who know no numbers.
    """

    schema: Schema
    tool: str

    @property
    def write(self) -> Write:
        """What is declared of it."""
        return self.schema.spec.writes[self.tool]

    @property
    def name(self) -> str:
        """The tool's, in words."""
        return f"{self.tool.replace('_', ' ')}, one of several alike"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this user cannot ask like that (the `Recipe` protocol)."""
        if dial.refuse or dial.fallback or dial.memory != "knows none":
            return None
        person = meet(self.schema, domain, user_id, rng)
        if Wish(person, self.tool, self.write).broken_by_user():
            return None
        ways = list(alike(person, table_of(self.schema, self.write)))
        for pointer in rng.sample(ways, len(ways)):
            for wish in wishes(person, self.tool, self.write, dial.memory, dial.burden, rng, pointed=(pointer,)):
                if wish.broken() == [] and wish.burden(None) == dial.burden:
                    return composed(self.name, wish, dial, rng)
        return None


def ambiguous(schema: Schema) -> tuple[Ambiguous, ...]:
    """One for each write about a record of the user's that people tell from others by more than one fact."""
    found = []
    for tool, write in schema.spec.writes.items():
        table = table_of(schema, write)
        about = schema.spec.tables.get(table)
        if about and any(one.point for one in about.attributes.values()) and len(list(_deciding(about))) > 1:
            found.append(Ambiguous(schema, tool))
    return tuple(found)


def table_of(schema: Schema, write: Write) -> str:
    """The table of the first of the user's own records that a write names; empty where it names none."""
    return next((kind for kind in write.kinds.values() if kind in schema.own), "")


def _deciding(about: Table) -> Iterator[str]:
    """Attributes by which people tell records apart once they are asked."""
    return (name for name, one in about.attributes.items() if one.point or one.stands)


def alike(person: Person, table: str) -> Iterator[Pointer]:
    """Records that share what they are spoken of by with others, each with a fact that only it has among these."""
    schema, mine = person.schema, person.records[table]
    about = schema.spec.tables[table]
    for first, one in about.attributes.items():
        for value in dict.fromkeys(row[first] for row in mine if one.point and row.get(first) is not None):
            several = [row for row in mine if row.get(first) == value]
            if not 1 < len(several) <= MOST:
                continue
            for second in _deciding(about):
                if second != first and all(row.get(second) is not None for row in several):
                    yield from _apart(person, table, several, first, second)


def _apart(person: Person, table: str, several: Sequence[Row], first: str, second: str) -> Iterator[Pointer]:
    """Those of several that one more fact points out."""
    schema, about = person.schema, person.schema.spec.tables[table]
    source, whole = _shown(person, table, (first, second))
    if source is None:
        return
    for row in several:
        others = [other for other in several if other is not row]
        said = schema.say(table, second, row[second])
        if any(other[second] == row[second] or schema.say(table, second, other[second]) == said for other in others):
            continue
        named = schema.say(table, first, row[first])
        where = (Where(first, "is", Said(row[first])), Where(second, "is", Said(row[second])))
        query = Only((source,), where)
        words = (
            _words(table, wording.POINTING, about.attributes[first].point, named),
            _which(about, second, said),
        )
        facts = tuple(
            Fact(f"{table}_{name}", row[name], f"The {schema.noun(table, name)} is {schema.say(table, name, row[name])}.")
            for name in (first, second)
        )  # fmt: skip
        shown = person.listing_of(table)
        pointer = Pointer(
            table, row, query, Picked(query, about.key), shown, f"{first} and {second}", words, facts, attribute=first
        )
        if whole:
            yield replace(pointer, reads=shown | {label(schema, table, row)})
        else:
            short = next(one for one in person.briefly[table] if one[about.key] == row[about.key])
            yield replace(pointer, row=short).deepened(schema, row)


def _shown(person: Person, table: str, fields: tuple[str, str]) -> tuple[ReadCall | None, bool]:
    """What shows both facts, and whether that is whole records; None where a list shows one of them and records the other."""
    brief = person.briefly.get(table, ())
    listed = [field for field in fields if brief and all(field in row for row in brief)]
    if not listed:
        return person.each(table), True
    return (person.listing(table, person.schema.view(table)), False) if len(listed) == len(fields) else (None, False)


def _which(about: Table, name: str, said: str) -> Words:
    """What is said once the agent has asked which one: what is so of it, or else what it is called by."""
    attribute = about.attributes[name]
    if attribute.stands:
        return _words(wording.WHICH, wording.WHICH_ONE, attribute.stands, said)
    return _words(wording.WHICH, wording.POINTING, attribute.point, said)


def _words(key: str, sentences: Sequence[str], patterns: Sequence[str], said: str) -> Words:
    phrases = tuple(text.replace("{}", "{value}") for text in patterns)
    return Words(key, tuple(sentences), phrases, {"value": said}, (said.lower(),))
