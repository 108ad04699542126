"""Phrases that stand beside a declaration: put where they belong, as if they had been declared there."""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy.domains.declared.model import Attribute, Declared, Spoken, Table

KINDS = ("point", "least", "most", "ask")


def strange(spec: Declared) -> Iterator[tuple[str, str]]:
    """Phrases of what is not declared: the path of each, and what is wrong there."""
    said = spec.phrases
    for name, fields in said.tables.items():
        if name not in spec.tables:
            yield f"phrases.tables.{name}", f"there is no such table; tables are {', '.join(spec.tables)}"
            continue
        for field in fields:
            if field not in spec.tables[name].attributes:
                yield f"phrases.tables.{name}.{field}", "the table declares no such attribute"
    for key, there in (("values", spec.values), ("writes", spec.writes), ("questions", {**spec.tables, **spec.values})):
        for name in getattr(said, key):
            if name not in there:
                yield f"phrases.{key}.{name}", f"there is no such thing; there are {', '.join(there)}"


def merged(spec: Declared) -> Declared:
    """The declaration with these phrases where they belong; what users and agents begin with stays in `phrases`."""
    said = spec.phrases
    tables = {name: _table(table, said, name) for name, table in spec.tables.items()}
    values = {
        name: one.model_copy(update={"say": (*one.say, *said.values.get(name, ()))})
        for name, one in spec.values.items()
    }
    writes = {
        tool: one.model_copy(update={"do": (*one.do, *said.writes.get(tool, ()))}) for tool, one in spec.writes.items()
    }
    return spec.model_copy(update={"tables": tables, "values": values, "writes": writes})


def _table(table: Table, said: Spoken, name: str) -> Table:
    more = said.tables.get(name, {})
    attributes: dict[str, Attribute] = {}
    for field, one in table.attributes.items():
        extra = more.get(field)
        update = {kind: (*getattr(one, kind), *getattr(extra, kind)) for kind in KINDS} if extra else {}
        attributes[field] = one.model_copy(update=update)
    return table.model_copy(update={"attributes": attributes})
