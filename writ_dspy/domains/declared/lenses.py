"""What each tool shows, as rows: a record with the counts of its lists, what it holds, and the ids that it lists."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from writ_dspy import patterns as re
from writ_dspy.domains.declared.model import Text
from writ_dspy.domains.declared.schema import FOUND, Schema
from writ_dspy.domains.observed import Lens, Row, Views
from writ_dspy.task import Call, Json


def lenses(schema: Schema) -> dict[str, Lens]:
    """By tool: look-ups, reads, searches, and writes that return a record."""
    spec = schema.spec
    found: dict[str, Lens] = {tool: _looked_up(schema) for tool in schema.user.identify}
    for name, table in spec.tables.items():
        shows = _records(schema, name)
        for tool in (table.read, *table.search, table.listed):
            if tool:
                found[tool] = _both(found[tool], shows) if tool in found and tool in table.search else shows
    return found | {tool: _records(schema, write.returns) for tool, write in spec.writes.items() if write.returns}


def user_of(schema: Schema, text: str) -> str:
    """The user's id in what a look-up answered: the answer itself, or a field of it."""
    try:
        record = json.loads(text)
    except ValueError:
        return text
    return str(record[schema.user.key]) if isinstance(record, Mapping) and schema.user.key in record else text


def _both(one: Lens, other: Lens) -> Lens:
    """What a tool shows of which two tables are told."""
    return lambda call, text: {**one(call, text), **other(call, text)}


def _looked_up(schema: Schema) -> Lens:
    return lambda call, text: {FOUND: ({**call.args, schema.user.key: user_of(schema, text)},)}


def _records(schema: Schema, name: str) -> Lens:
    table, view = schema.spec.tables[name], schema.view(name)

    def lens(call: Call, text: str) -> Views:
        views: dict[str, list[Row]] = {view: []}
        lists = call.tool == table.listed
        for record in _shown(schema, name, call.tool, text):
            if lists:
                key = record.get(table.key) if isinstance(record, Mapping) else record
                owner = {schema.user.key: call.args.get(schema.user.key), table.key: key}
                views.setdefault(schema.listed(name), []).append(owner)
            if table.inside and isinstance(record, list):
                views[view].append({**_searched_by(schema, name, call), **_inside(record, table.inside)})
            if not isinstance(record, Mapping) or (lists and len(record) == 1):
                continue
            given = {take: call.args[take] for take in table.takes if call.tool == table.read and take in call.args}
            given |= _searched_by(schema, name, call)
            whole = given | flat(record, {*table.parts}) | _inside(record, table.inside) | _named(schema, name, record)
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


def _searched_by(schema: Schema, name: str, call: Call) -> dict[str, Json]:
    """What several arguments together were searched for, which the answer may not repeat."""
    arguments = schema.spec.tables[name].search.get(call.tool, {})
    return {field: call.args[field] for field, one in arguments.items() if one.of and field in call.args}


def _shown(schema: Schema, name: str, tool: str, text: str) -> list[Json]:
    """The records of an answer: as JSON, or as they are read out of a text; a text of which nothing is said shows none."""
    how = schema.spec.tables[name].texts.get(tool)
    if how is None:
        try:
            shown = json.loads(text)
        except ValueError:
            return []
        return shown if isinstance(shown, list) else [shown]
    parts = [match[0] for match in re.finditer(how.each, text)] if how.each else [text]
    return [row for part in parts if (row := _read_out(schema, name, how, part))]


def _read_out(schema: Schema, name: str, how: Text, part: str) -> dict[str, Json]:
    row: dict[str, Json] = {}
    for field, pattern in how.fields.items():
        match = re.search(pattern, part)
        if match:
            about = schema.attribute(name, field)
            row[field] = _typed(match[1].strip(), about.type if about else "text")
    return row


def _typed(value: str, kind: str) -> Json:
    """A value as its attribute says: a number of money and counts, a yes or a no."""
    if kind == "yes or no":
        return value.lower() in ("yes", "true")
    if kind not in ("money", "count"):
        return value
    try:
        number = float(value.replace(",", "").lstrip("$"))
    except ValueError:
        return value
    return int(number) if kind == "count" and number.is_integer() else number


_OVER = {"sum": sum, "min": min, "max": max}
_OF_PARTS = re.compile(r"(?P<op>sum|min|max)\((?P<place>[^()]+)\)")


def _inside(record: Json, places: Mapping[str, str]) -> dict[str, Json]:
    """What a record has further inside, by the names that are declared for it."""
    row: dict[str, Json] = {}
    for name, place in places.items():
        over = _OF_PARTS.fullmatch(place)
        if over is None:
            found = _at(record, place)
        else:
            each = [_at(one, over["place"]) for one in (record if isinstance(record, list) else [record])]
            numbers = each and all(isinstance(one, int | float) for one in each)
            found = _OVER[over["op"]](each) if numbers else None  # type: ignore[operator]  # numbers
        if found is not None:
            row[name] = found
    return row


def _at(record: Json, place: str) -> Json:
    found = record
    for part in place.split("."):
        if isinstance(found, list):
            found = found[int(part)] if part.lstrip("-").isdigit() and -len(found) <= int(part) < len(found) else None
        else:
            found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _named(schema: Schema, name: str, record: Mapping[str, Json]) -> dict[str, Json]:
    """What a record holds of others that are read by more than an id, each field by where it stands: `flights.0.date`."""
    row: dict[str, Json] = {}
    for field, other in schema.spec.tables[name].refers.items():
        takes = schema.spec.tables[other].takes
        for number, one in enumerate(_parts(record.get(field)) if takes else ()):
            row |= {f"{field}.{number}.{take}": one[take] for take in takes if one.get(take) is not None}
    return row


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
