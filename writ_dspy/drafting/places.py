"""The places of a declaration where phrases stand: what each is for, how it is asked for, and where new ones go."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from writ_dspy.domains import Domain, Row
from writ_dspy.domains.declared import wording
from writ_dspy.domains.declared.model import Attribute, Declared, Spoken, Table
from writ_dspy.domains.declared.schema import Schema
from writ_dspy.task import Scalar

SOME = 80
"""Records of a table that are read."""
SHOWN = 4
"""Values, and phrases that there are, which a model is shown."""
SENTENCES = ("openings", "leads", "questions", "values")
"""Kinds of places that hold whole sentences."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place."""

    path: tuple[str, ...]
    """In `Spoken`."""
    about: str
    frame: str
    there: tuple[str, ...]
    values: tuple[str, ...] = ()
    """As they are said, where a phrase names one."""
    filled: bool = False
    """A phrase has `{}`."""

    @property
    def kind(self) -> str:
        """`point`, `least`, `most`, `ask`, or the key of `Spoken`."""
        return self.path[-1] if self.path[0] == "tables" else self.path[0]

    @property
    def hole(self) -> str:
        """For a model."""
        if not self.filled:
            return ""
        return (
            f"a value, such as {', '.join(self.values[:SHOWN])}"
            if self.values
            else "what is wanted, such as renew a loan"
        )

    def __str__(self) -> str:
        return ".".join(self.path)


def places(domain: Domain, schema: Schema) -> Iterator[Place]:
    """All places of a declaration at which phrases stand already."""
    spec = schema.spec
    yield Place(("openings",), "the first sentence of a user, who says what they would like to do and no detail", "___", tuple(text.replace("{do}", "{}") for text in wording.OPENINGS[:SHOWN]), filled=True)  # fmt: skip
    yield Place(("leads",), "the sentence in which an agent puts a change to the user before it makes it, as what it would do", "___", ("Here is what I would do: {}.",), filled=True)  # fmt: skip
    for tool, write in spec.writes.items():
        yield Place(("writes", tool), f"what a user would like to do: {write.topic}; it must hold the word {write.word!r}", "I would like to ___.", write.do)  # fmt: skip
    for name, table in spec.tables.items():
        for field, one in table.attributes.items():
            yield from _of_attribute(domain, schema, name, table, field, one)
    for name, value in spec.values.items():
        shown = tuple(value.shown(one) for one in value.of or () if not isinstance(one, dict))
        if shown:
            yield Place(("values", name), f"a whole sentence of a user who says which {value.noun} they want", "___", value.say, shown, filled=True)  # fmt: skip
    asked = {kind for write in spec.writes.values() for kind in write.kinds.values()} - {spec.user}
    for name in sorted(asked):
        noun = spec.tables[name].noun if name in spec.tables else spec.values[name].noun
        yield Place(("questions", name), f"a whole question of an agent, who asks a user which {noun} they mean or want", "___", (f"Which {noun} do you have in mind?",))  # fmt: skip


def _of_attribute(
    domain: Domain, schema: Schema, name: str, table: Table, field: str, one: Attribute
) -> Iterator[Place]:
    noun, called = table.noun, schema.noun(name, field)
    values = tuple(dict.fromkeys(schema.said(one, value) for value in values_of(domain, schema, name, field)))
    path = ("tables", name, field)
    if one.point:
        yield Place((*path, "point"), f"a noun phrase that points at a {noun} by its {called}", "I mean ___.", one.point, values, filled=True)  # fmt: skip
    if one.least:
        yield Place((*path, "least"), f"what is said of the {noun} whose {called} is the least, lowest or earliest", f"I mean the {noun} that is ___.", one.least)  # fmt: skip
    if one.most:
        yield Place((*path, "most"), f"what is said of the {noun} whose {called} is the most, highest or latest", f"I mean the {noun} that is ___.", one.most)  # fmt: skip
    if one.ask:
        yield Place((*path, "ask"), f"an indirect question for the {called} of a {noun}", "Please tell me ___.", one.ask)  # fmt: skip


def values_of(domain: Domain, schema: Schema, name: str, field: str) -> list[Scalar]:
    """Values of a field of a table, as some records show them."""
    values = (row.get(field) for row in rows_of(domain, schema, name))
    return list(dict.fromkeys(value for value in values if isinstance(value, str | int | float | bool)))


@lru_cache(maxsize=64)
def rows_of(domain: Domain, schema: Schema, name: str) -> tuple[Row, ...]:
    """Some records of a table, as reads show them: alone, or within others."""
    home = name if schema.spec.tables[name].read else schema.holder[name]
    table, ids = schema.spec.tables[home], sorted(schema.records.get(schema.base.get(home, ""), {}))
    some = random.Random(name).sample(ids, min(SOME, len(ids)))
    reads = (domain.read(domain.canonical(table.read, {table.key: key})) for key in some)
    return tuple(row for read in reads for row in read.views.get(schema.view(name), ()))


def at(spoken: Spoken, path: tuple[str, ...]) -> tuple[str, ...]:
    """The phrases that stand there."""
    found: Any = spoken.model_dump()
    for part in path:
        found = found.get(part, {}) if isinstance(found, dict) else {}
    return tuple(found or ())


def with_phrases(spoken: dict[str, Any], path: tuple[str, ...], phrases: tuple[str, ...]) -> dict[str, Any]:
    """As plain values, with phrases at a place."""
    here, *rest = path
    if not rest:
        return {**spoken, here: list(phrases)}
    return {**spoken, here: with_phrases(spoken.get(here, {}), tuple(rest), phrases)}


def alone(spec: Declared, path: tuple[str, ...], phrase: str) -> Declared:
    """The declaration with one phrase in place of all that compete with it."""
    kind, key = path[0], path[1] if len(path) > 1 else ""
    if kind == "tables":
        table = spec.tables[key]
        dull = {"ask": ()} if path[3] == "ask" else {"point": (), "least": (), "most": ()}
        others = {name: one.model_copy(update=dull) for name, one in table.attributes.items()}
        others[path[2]] = others[path[2]].model_copy(update={path[3]: (phrase,)})
        return spec.model_copy(update={"tables": {**spec.tables, key: table.model_copy(update={"attributes": others})}})
    if kind == "values":
        value = spec.values[key].model_copy(update={"say": (phrase,), "own": {}})
        return spec.model_copy(update={"values": {**spec.values, key: value}})
    if kind == "writes":
        write = spec.writes[key].model_copy(update={"do": (phrase,)})
        return spec.model_copy(update={"writes": {**spec.writes, key: write}})
    return spec
