"""Records as reads show them: each field that a declaration names is a field of some record, wherever it is named."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.declared.conditions import SAID, Side
from writ_dspy.domains.declared.fitting import HOLE
from writ_dspy.domains.declared.lenses import flat
from writ_dspy.domains.declared.model import ISO, Attribute, Table
from writ_dspy.domains.declared.person import rows as rows_of
from writ_dspy.domains.declared.schema import Schema
from writ_dspy.domains.observed import Row
from writ_dspy.errors import brief
from writ_dspy.examine.flaws import Flaw
from writ_dspy.task import Scalar

SOME = 50
"""Records of each table that are read, beside the first that has each field."""
MANY = 0.2
"""Share of a table's records that no tool can show, from which on it is the declaration that is wrong, and no odd record."""
_Read = tuple[str, str, tuple[Row, ...]]
"""What a record is read by, what the answer refuses, and the rows that it shows."""
_Shown = dict[str, dict[str, tuple[Scalar, ...]]]
"""Table -> field of its records -> its different values, as far as they are single ones."""
_RESULT, _COUNT = "result.", "_count"
_SHOWN = 5
"""Values that an advice lists."""


def fields_hold(schema: Schema, domain: Domain) -> Iterator[Flaw]:
    """Reads that show no record of the data, and fields that no record has."""
    shown: _Shown = {}
    for name in schema.spec.tables:
        yield from _table(schema, domain, name, shown)
    for where, table, field in (*_of_tables(schema), *_of_values(schema), *_of_writes(schema)):
        if table in shown and field not in shown[table]:
            listed = field.removesuffix(_COUNT)  # as it is called in `lists` and `parts`
            called = listed if where.endswith(f".{listed}") else field
            there = sorted(one for one in shown[table] if not one.endswith(_COUNT))
            if called == listed != field:
                there = sorted(_lists(schema, table)) or there
            yield Flaw(
                where,
                f"no record of {table} shows a field {called}; there are {', '.join(there)}",
            )
    yield from _constants(schema, shown)


def _table(schema: Schema, domain: Domain, name: str, shown: _Shown) -> Iterator[Flaw]:
    """One table: its ids, and whether its records can be read; `shown` is told of their fields."""
    table, ids = schema.spec.tables[name], sorted(schema.records.get(schema.base.get(name, ""), {}))
    odd = [key for key in ids if table.id and not re.fullmatch(table.id, key)]
    if odd:
        yield Flaw(f"tables.{name}.id", f"{odd[0]} is an id of the data, and does not match {table.id}")
    if table.read and domain.kinds.get(table.read) != "read":
        yield Flaw(f"tables.{name}.read", f"{table.read} changes the data when it is called, so it is no read")
        return
    reads = list(_reads(schema, domain, name))
    failed = [(key, error) for key, error, _ in reads if error]
    if failed:
        key, error = failed[0]
        yield Flaw(
            f"tables.{name}.read",
            f"{table.read} refuses {len(failed)} of {len(reads)} ids of the data, such as {key}: {error!r}",
            grave=len(failed) > MANY * len(reads),
        )
    rows = [row for _, _, found in reads for row in found]
    if not rows:
        if not failed:
            yield Flaw(
                f"tables.{name}",
                f"no result shows one: {table.read or 'the parts of another table'} gives no rows with {table.key}"
                if reads
                else f"no table of the data has records that stand by their {table.key}",
            )
        return
    shown[name] = {field: _different(rows, field) for row in rows for field in row}
    yield from _keys(schema, name, reads)
    yield from _unsaid(schema, name, rows)


def _unsaid(schema: Schema, name: str, rows: Sequence[Row]) -> Iterator[Flaw]:
    """Values with words that no record has, and attributes that nobody speaks of; advice."""
    table = schema.spec.tables[name]
    parts = [schema.spec.tables[part] for part in table.parts.values()]
    named = {field for fields in table.identify.values() for field in fields}
    named |= {field for arguments in table.search.values() for field in arguments}
    named |= {field for one in (table, *parts) for limit in one.among for field in limit.where}
    for index, limit in enumerate(table.among):
        for field, wanted in limit.where.items():
            there = _different(rows, field)
            constant = wanted != SAID and not str(wanted).startswith(f"{schema.spec.user}.")
            if constant and there and wanted not in there:
                at = f"tables.{name}.among.{index}.where.{field}"
                yield Flaw(at, f"no record has the value {wanted!r}; there are {_some(there)}", grave=False)
    for field, about in table.attributes.items():
        at, values = f"tables.{name}.attributes.{field}", {str(row[field]).lower() for row in rows if field in row}
        strange = [value for value in about.words if value.lower() not in values]
        if values and strange:
            yield Flaw(f"{at}.words", f"no record has the value {strange[0]!r}", grave=False)
        yield from _type(at, about, _different(rows, field))
        said = about.point or about.least or about.most or about.ask or about.words
        if not said and about.type == "text" and field not in named:
            yield Flaw(
                at,
                "nobody points at a record by it or asks for it: give it `point` or `ask`, or leave it out",
                grave=False,
            )


def _different(rows: Sequence[Row], field: str) -> tuple[Scalar, ...]:
    """The single values that a field has; true is none of the numbers."""
    found = (row.get(field) for row in rows)
    return tuple({repr(one): one for one in found if isinstance(one, str | int | float)}.values())


def _some(values: Sequence[Scalar]) -> str:
    """A few of the values that there are, as a declaration writes them."""
    there = sorted(str(one).lower() if isinstance(one, bool) else str(one) for one in values)
    return ", ".join(there[:_SHOWN]) + (", …" if there[_SHOWN:] else "")


def _lists(schema: Schema, name: str) -> set[str]:
    """Fields of the data's records that hold several things."""
    records = schema.records.get(schema.base.get(name, ""), {}).values()
    return {field for record in records for field, value in record.items() if isinstance(value, list | dict)}


def _type(at: str, about: Attribute, values: Sequence[Scalar]) -> Iterator[Flaw]:
    """Of a type that no value has; and, as advice, of texts that are all days or numbers."""
    days = [one for one in values if isinstance(one, str) and ISO.match(one)]
    numbers = [one for one in values if not isinstance(one, str | bool)]
    fitting = {"date": days, "money": numbers, "count": numbers}.get(about.type, values)
    if values and not fitting:
        is_ = "day, as 2026-03-02," if about.type == "date" else "number"
        yield Flaw(f"{at}.type", f"it is {about.type}, and no value is a {is_} such as {brief(values[0])}")
    elif about.type == "text" and not about.words and values:
        for type_, some in (("`date`", days), ("`count` or `money`", numbers)):
            if len(some) == len(values):
                yield Flaw(f"{at}.type", f"it is text, so {some[0]} is said just so: make it {type_}", grave=False)


def _constants(schema: Schema, shown: _Shown) -> Iterator[Flaw]:
    """Conditions whose constant is of another type than all values of the field, or is none of them."""
    for where, text in _conditions(schema):
        found = schema.condition(text)
        side, wanted = found.left, found.right if isinstance(found.right, tuple) else (found.right,)
        if not isinstance(side, Side) or not all(isinstance(one, str | int | float) for one in wanted):
            continue
        there = shown.get(side.table, {}).get(side.attribute, ())
        if not there:
            continue
        if not {isinstance(one, str) for one in wanted} & {isinstance(one, str) for one in there}:
            yield Flaw(
                where,
                f"`{found}` compares {_kind(wanted)} with {_kind(there)}, and no value can match: there are {_some(there)}",
            )
        elif found.op in ("is", "in") and not {*wanted} & {*there, *schema.values_of(side)}:
            yield Flaw(where, f"no value can match `{found}`: there are {_some(there)}", grave=False)


def _kind(values: Sequence[object]) -> str:
    if all(isinstance(one, bool) for one in values):
        return "`true` or `false`"
    return "a text" if isinstance(values[0], str) else "a number"


def _reads(schema: Schema, domain: Domain, name: str) -> Iterator[_Read]:
    """Records of a table as reads show them, alone or within another."""
    if name in schema.looked_for and not schema.spec.tables[name].read:
        yield from _looked_for(schema, domain, name)
        return
    home = name if schema.spec.tables[name].read else schema.holder[name]
    table, view = schema.spec.tables[home], schema.view(name)
    if table.takes:
        yield from _referred(schema, domain, name)
        return
    records = schema.records.get(schema.base.get(home, ""), {})
    for key in _typical(records) if records else _listed(schema, domain, home):
        found = domain.read(domain.canonical(table.read, {table.key: key}))
        error = found.text if found.error and home == name else ""  # what holds others is a table of its own
        yield key, error, tuple(found.views.get(view, ()))


def _looked_for(schema: Schema, domain: Domain, name: str) -> Iterator[_Read]:
    """What some searches by several arguments together show."""
    table, rng = schema.spec.tables[name], random.Random(name)
    for tool, arguments in table.search.items():
        for _ in range(SOME):
            args = {field: rng.choice(schema.spec.values[one.of].of) for field, one in arguments.items()}
            found = domain.read(domain.canonical(tool, args))
            rows = tuple(found.views.get(schema.view(name), ()))
            yield str(rows[0].get(table.key, "")) if rows else "", found.text if found.error else "", rows


def _referred(schema: Schema, domain: Domain, name: str) -> Iterator[_Read]:
    """Records that are read by more than an id, as far as some of those that refer to them name them."""
    table = schema.spec.tables[name]
    for other in schema.spec.tables:
        field = schema.refers(other, name)
        rows = (row for _, _, found in _reads(schema, domain, other) for row in found) if field else ()
        for row in itertools.islice(rows, SOME):
            for named in schema.named_by(row, field, name):
                args = {take: row[one] for take, one in named.items()}
                found = domain.read(domain.canonical(table.read, args))
                yield (
                    str(args.get(table.key, "")),
                    found.text if found.error else "",
                    tuple(found.views.get(schema.view(name), ())),
                )


def _listed(schema: Schema, domain: Domain, name: str) -> Sequence[str]:
    """Ids of some records that stand in no table of their own, and that a tool lists for a user."""
    table = schema.spec.tables[name]
    users = sorted(schema.records.get(schema.base.get(schema.spec.user, ""), {})) if table.listed else []
    shown = (
        row
        for user in random.Random(name).sample(users, min(SOME, len(users)))
        for row in rows_of(domain, schema.listed(name), table.listed, **{schema.user.key: user})
    )
    return tuple(dict.fromkeys(str(row[table.key]) for row in shown if table.key in row))[:SOME]


def _typical(records: Mapping[str, Row]) -> Sequence[str]:
    """Ids of some records, and of the first that has each field."""
    first: dict[str, str] = {}
    for key, record in records.items():
        for field in flat(record):
            first.setdefault(field, key)
    some = random.Random(len(records)).sample(sorted(records), min(SOME, len(records)))
    return tuple(dict.fromkeys((*some, *first.values())))


def _keys(schema: Schema, name: str, reads: Sequence[_Read]) -> Iterator[Flaw]:
    """Records that have each other's ids."""
    table = schema.spec.tables[name]
    for key, _, rows in reads:
        if table.read:
            others = [row[table.key] for row in rows if row.get(table.key) not in (None, key)]
            if others:
                yield Flaw(f"tables.{name}.key", f"what {table.read} shows for {key} has the {table.key} {others[0]}")
                return
            continue
        different = {repr(sorted(row.items())): row.get(table.key) for row in rows}  # the same thing may be there twice
        twice = [one for one, count in Counter(different.values()).items() if count > 1 and one]
        if twice:
            yield Flaw(f"tables.{name}.key", f"several records within {key} have the {table.key} {twice[0]}")
            return


# ----------------------------------------------------------------------------- where fields are named

_Named = Iterator[tuple[str, str, str]]
"""The path of a key, a table, and a field of it that is named there."""


def _of_tables(schema: Schema) -> _Named:
    for name, table in schema.spec.tables.items():
        at = f"tables.{name}"
        yield from _of_record(at, name, table)
        for tool, fields in table.identify.items():
            yield from ((f"{at}.identify.{tool}", name, field) for field in fields)
        for tool, arguments in table.search.items():
            yield from ((f"{at}.search.{tool}.{field}", name, field) for field in arguments)
        for index, limit in enumerate(table.among):
            for field, wanted in limit.where.items():
                yield f"{at}.among.{index}.where.{field}", name, field
                if str(wanted).startswith(f"{schema.spec.user}."):
                    yield f"{at}.among.{index}.where.{field}", schema.spec.user, str(wanted).partition(".")[2]


def _of_record(at: str, name: str, table: Table) -> _Named:
    yield f"{at}.key", name, table.key
    if table.owner:
        yield f"{at}.owner", name, table.owner
    for field in table.attributes:
        yield f"{at}.attributes.{field}", name, field
    for field in HOLE.findall(table.name):
        yield f"{at}.name", name, field
    for kind in ("lists", "parts"):
        for field in getattr(table, kind):
            yield f"{at}.{kind}.{field}", name, f"{field}{_COUNT}"  # as a lens shows it


def _of_values(schema: Schema) -> _Named:
    for name, value in schema.spec.values.items():
        for source in value.own:
            for field in value.fields or (source.partition(".")[2],):
                yield f"values.{name}.own.{source}", schema.spec.user, field


def _of_writes(schema: Schema) -> _Named:
    for tool, write in schema.spec.writes.items():
        at = f"writes.{tool}"
        for where, text in _conditions(schema, tool):
            for side in schema.condition(text).sides:
                if side.table in schema.spec.tables:
                    yield where, side.table, side.attribute
        for hole in HOLE.findall(write.details):
            table, dot, field = hole.partition(".")
            if dot:
                yield f"{at}.details", table, field
        for hole in HOLE.findall(write.report):
            if write.returns and hole.startswith(_RESULT):
                yield f"{at}.report", write.returns, hole.removeprefix(_RESULT)


def _conditions(schema: Schema, *tools: str) -> Iterator[tuple[str, str]]:
    """The conditions of the clauses of some writes, or of all, by the path of their keys."""
    for tool in tools or schema.spec.writes:
        for index, clause in enumerate(schema.spec.writes[tool].clauses):
            for key, text in clause.conditions.items():
                yield f"writes.{tool}.clauses.{index}.{key}", text
