"""What each tool shows, as rows: a record with the counts of its lists, what it holds, and the ids that it lists."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from writ_dspy.domains.declared.schema import FOUND, Schema
from writ_dspy.domains.observed import Lens, Row, Views
from writ_dspy.task import Call, Json


def lenses(schema: Schema) -> dict[str, Lens]:
    """By tool: look-ups, reads, searches, and writes that return a record."""
    spec = schema.spec
    found: dict[str, Lens] = {tool: _looked_up(schema) for tool in schema.user.identify}
    for name, table in spec.tables.items():
        shows = _records(schema, name)
        found |= {tool: shows for tool in (table.read, *table.search) if tool}
    return found | {tool: _records(schema, write.returns) for tool, write in spec.writes.items() if write.returns}


def user_of(schema: Schema, text: str) -> str:
    """The user's id in what a look-up answered: the answer itself, or a field of it."""
    try:
        record = json.loads(text)
    except ValueError:
        return text
    return str(record[schema.user.key]) if isinstance(record, Mapping) and schema.user.key in record else text


def _looked_up(schema: Schema) -> Lens:
    return lambda call, text: {FOUND: ({**call.args, schema.user.key: user_of(schema, text)},)}


def _records(schema: Schema, name: str) -> Lens:
    table, view = schema.spec.tables[name], schema.view(name)

    def lens(_: Call, text: str) -> Views:
        try:
            shown = json.loads(text)
        except ValueError:  # a tool that answers with a text shows no rows
            return {}
        views: dict[str, list[Row]] = {view: []}
        for record in shown if isinstance(shown, list) else [shown]:
            if not isinstance(record, Mapping):
                continue
            whole = flat(record, {*table.parts})
            counts = {
                f"{field}_count": len(record.get(field) or ())
                for field in (*table.lists, *table.parts)
                if field in record
            }
            views[view].append(whole | counts)
            for field, other in table.lists.items():
                key, ids = schema.spec.tables[other].key, record.get(field) or ()
                rows = views.setdefault(schema.listed(other), [])
                rows.extend({table.key: record.get(table.key), key: one} for one in ids)
            for field, other in table.parts.items():
                views.setdefault(schema.view(other), []).extend(
                    whole | flat(part) for part in _parts(record.get(field))
                )
        return {name: tuple(rows) for name, rows in views.items()}

    return lens


def _parts(held: Json) -> list[Mapping[str, Any]]:
    """The records within a record: a list of them, or by key."""
    parts = held.values() if isinstance(held, Mapping) else held or ()
    return [part for part in parts if isinstance(part, Mapping)]


def flat(record: Mapping[str, Json], without: set[str] = frozenset()) -> dict[str, Json]:  # type: ignore[assignment]
    """A record's plain fields, with those of the objects in it; what is absent has no field."""
    row: dict[str, Json] = {}
    for field, value in record.items():
        if field in without or value is None or isinstance(value, list):
            continue
        if isinstance(value, Mapping):
            row |= {key: one for key, one in value.items() if not isinstance(one, Mapping | list) and one is not None}
        else:
            row[field] = value
    return row
