"""Policy as rules over a write: whose record it touches, and the declared clauses, read off the world as it is before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from writ_dspy.domains.declared.bound import Bound
from writ_dspy.domains.declared.conditions import ARGS, SAYS, Side, worked_out
from writ_dspy.domains.declared.model import Write
from writ_dspy.domains.declared.saying import mentions
from writ_dspy.domains.declared.schema import PROFILE, Schema, single
from writ_dspy.domains.domain import Before, Rule
from writ_dspy.domains.observed import Row, Views
from writ_dspy.task import Call, Json

Look = Callable[[str, Mapping[str, Json]], Views]
_NONE: Mapping[str, str] = {}


def rules(schema: Schema) -> tuple[Rule, ...]:
    """One rule for whose record it is, and one per clause."""
    found: list[Rule] = [_own_records_only(schema)]
    for tool, write in schema.spec.writes.items():
        found += [_clause(schema, tool, write, bound) for bound in schema.clauses(write)]
    return tuple(found)


def owner(schema: Schema) -> Callable[[Call, Look], str | None]:
    """The user whose record a call touches: of the first record with an owner that it names."""
    tables = schema.spec.tables.items()
    keys = {table.key: name for name, table in tables if table.read and (table.owner or name == schema.spec.user)}

    def whose(call: Call, look: Look) -> str | None:
        kinds = schema.spec.writes[call.tool].kinds if call.tool in schema.spec.writes else _NONE
        for argument, value in call.args.items():
            name = kinds.get(argument) or keys.get(argument) or ""
            if name not in keys.values() or not isinstance(value, str):
                continue
            table = schema.spec.tables[name]
            rows = look(table.read, {table.key: value}).get(schema.view(name), ())
            if rows:
                return str(rows[0].get(table.owner or table.key, "")) or None
            return None
        return None

    return whose


def personal(schema: Schema) -> frozenset[str]:
    """Tools that show or change one user's records."""
    mine = {schema.spec.user, *(name for name, table in schema.spec.tables.items() if table.owner)}
    tables = [schema.spec.tables[name] for name in mine]
    reads = {tool for table in tables for tool in (table.read, table.listed) if tool}
    reads -= set(schema.user.identify)  # what finds a user can be called before one is found
    return frozenset(reads | {tool for tool, write in schema.spec.writes.items() if mine & set(write.kinds.values())})


def _own_records_only(schema: Schema) -> Rule:
    whose = owner(schema)

    def own_records_only(before: Before) -> Iterator[tuple[str, str]]:
        """A write touches only records of the user who is served."""
        found = whose(before.call, before.look)
        if found is not None and found != before.user_id:
            yield f"a write to a record of {found}", f"only records of {before.user_id}"

    return own_records_only


def _clause(schema: Schema, tool: str, write: Write, bound: Bound) -> Rule:
    stated = mentions(schema)

    def heard(kind: str, lower: str) -> Json:
        """What the user said of a value; None where that is none of them, or more than one."""
        found = [one for one in schema.spec.values[kind].of if stated(str(one), lower)]
        return found[0] if len(found) == 1 else None

    def clause(before: Before) -> Iterator[tuple[str, str]]:
        """What policy asks for before this write."""
        if before.call.tool != tool:
            return

        def value(side: Side) -> Json:
            if side.table == SAYS:
                return heard(write.says[side.attribute], before.heard.lower())
            taken = schema.argument_of(write, side) if side.table in schema.spec.values else side.attribute
            if side.table in (ARGS, *schema.spec.values):
                return before.call.args.get(taken) if taken else None
            found = [row.get(side.attribute) for row in _rows(schema, write, side.table, before)]
            if len(found) < 2:
                return found[0] if found else None
            return None if None in found else found

        unheard = any(side.table == SAYS and value(side) is None for side in bound.sides)
        if bound.is_surely_broken(value) if unheard else bound.holds(value) is False:
            looked = dict.fromkeys(
                f"{check.left} {worked_out(check.left, value)!r}" for way in bound.ways for check in way
            )
            yield f"{tool} with {', '.join(looked)}", str(bound)

    return clause


def _rows(schema: Schema, write: Write, name: str, before: Before) -> list[Row]:
    """The records of a table that a write is about, as they are now."""
    argument = schema.of_kind(write, name)
    keys = before.call.args.get(argument) if argument else None
    if argument is None and name in schema.spec.tables and schema.spec.tables[name].takes:
        return _all_referred(schema, write, name, before)
    if argument is None or not isinstance(keys, list) or len(keys) < 2:
        row = _row(schema, write, name, before)
        return [] if row is None else [row]
    each = (replace(before, call=Call.of(before.call.tool, before.call.args | {argument: [key]})) for key in keys)
    rows = [_row(schema, write, name, one) for one in each]
    return [row for row in rows if row is not None] if all(rows) else []


def _row(schema: Schema, write: Write, name: str, before: Before) -> Row | None:
    """The record of a table that a write is about, as it is now."""
    if name == schema.spec.user:
        return (
            _first(before.look(schema.user.read, {schema.user.key: before.user_id}), PROFILE)
            if before.user_id
            else None
        )
    table = schema.spec.tables[name]
    argument = schema.of_kind(write, name)
    key = single(before.call.args.get(argument)) if argument else None
    if key is not None and table.read:
        return _first(before.look(table.read, {table.key: key}), schema.view(name))
    if argument is None and table.read:
        return _referred(schema, write, name, before)
    return _within(schema, write, name, before) if key is not None else None


def _all_referred(schema: Schema, write: Write, name: str, before: Before) -> list[Row]:
    """The records, read by more than an id, that one names which the write is about."""
    table = schema.spec.tables[name]
    for kind in write.kinds.values():
        field = schema.refers(kind, name) if kind in schema.spec.tables else ""
        row = _row(schema, write, kind, before) if field else None
        if row is not None:
            args = [{take: row[one] for take, one in named.items()} for named in schema.named_by(row, field, name)]
            found = [_first(before.look(table.read, one), schema.view(name)) for one in args]
            return [one for one in found if one is not None] if all(found) else []
    return []


def _referred(schema: Schema, write: Write, name: str, before: Before) -> Row | None:
    """A record that one names which the write is about, or that holds one of those."""
    table = schema.spec.tables[name]
    for kind in write.kinds.values():
        field = schema.refers(kind, name) if kind in schema.spec.tables else ""
        row = _row(schema, write, kind, before) if field else None
        if row is not None and row.get(field) is not None:
            return _first(before.look(table.read, {table.key: row[field]}), schema.view(name))
    part = next((one for one in write.kinds.values() if schema.holder.get(one) == name), None)
    return None if part is None else _within(schema, write, part, before)


def _within(schema: Schema, write: Write, part: str, before: Before) -> Row | None:
    """A record that only the one that holds it shows, with the fields of both."""
    holder, table = schema.holder[part], schema.spec.tables[part]
    argument = schema.of_kind(write, part)
    key = single(before.call.args.get(argument)) if argument else None
    held_in = schema.spec.tables[holder]
    given = schema.of_kind(write, holder)
    if holder == schema.spec.user:
        boxes = [before.user_id] if before.user_id else []
    elif given is not None and given in before.call.args:
        boxes = [before.call.args[given]]
    else:
        boxes = schema.holding(part, key)
    for box in boxes:
        for row in before.look(held_in.read, {held_in.key: box}).get(schema.view(part), ()):
            if row.get(table.key) == key:
                return row
    return None


def _first(views: Views, view: str) -> Row | None:
    return next(iter(views.get(view, ())), None)
