"""What follows from a declaration alone: whose records are whose, what is inside what, and how values are said."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from writ_dspy import patterns as re
from writ_dspy.domains.declared import wording
from writ_dspy.domains.declared.bound import Bound
from writ_dspy.domains.declared.conditions import ARGS, SAYS, Condition, Operand, Side, condition, operand
from writ_dspy.domains.declared.model import Attribute, Clause, Declared, Table, Write
from writ_dspy.domains.fields import Fields
from writ_dspy.domains.observed import Row
from writ_dspy.task import Json, Policy, Scalar, Where

HALF_A_YEAR = 183
"""Days; what is farther from today is said with its year."""
FOUND, PROFILE = "found", "profile"
"""Views: whom a look-up found; the user's own record."""
_NAMES = {"given": "first_name", "family": "last_name"}
"""What a person's names are called in most records."""
_BEST = {
    "date": ("earliest", "latest"), "money": ("lowest", "highest"), "count": ("lowest", "highest"), "text": ("first", "last"),
    "yes or no": ("first", "last"),
}  # fmt: skip

_ADJECTIVE = re.compile(r"(?:the )?(?!best\b)((?:most|least) [a-z-]+|[a-z-]+est)")
"""A declared extreme that can stand before a noun: `the cheapest`."""


class Schema:
    """A declaration with the records that it is about."""

    def __init__(self, spec: Declared, records: Mapping[str, Mapping[str, Json]]) -> None:
        self.spec, self.records = spec, records
        self.user = spec.tables[spec.user]
        self._values: dict[Side, tuple[Scalar, ...]] = {}
        self._clauses: dict[int, tuple[tuple[Clause, ...], list[Bound]]] = {}
        self.openings = (*wording.OPENINGS, *(text.replace("{}", "{do}") for text in spec.phrases.openings))
        self.leads = (*wording.LEADS, *(text.replace("{}", "{it}") for text in spec.phrases.leads))

    @cached_property
    def own(self) -> dict[str, str]:
        """Table of records that belong to a user -> the field of the user's record, or the tool, that lists them."""
        return {table: field for field, table in self.user.lists.items()} | {
            name: table.listed for name, table in self.spec.tables.items() if table.listed
        }

    @cached_property
    def fields(self) -> Fields:
        """Those that are declared; the usual names of people, where records have them and nothing else is said."""
        said, people = self.spec.fields, set[str]()
        for table in self.records.values():
            people |= {name for name in names_in(list(itertools.islice(table.values(), 1))) if name in _NAMES.values()}
        return said.model_copy(
            update={key: name for key, name in _NAMES.items() if not getattr(said, key) and name in people}
        )

    @cached_property
    def holder(self) -> dict[str, str]:
        """Table whose records are shown within others -> the table that holds them."""
        return {part: name for name, table in self.spec.tables.items() for part in table.parts.values()}

    @cached_property
    def found_by_read(self) -> bool:
        """Whether reading the user's record is also what finds the user: who knows their id is not looked up."""
        return self.user.read in self.user.identify

    def refers(self, name: str, to: str) -> str:
        """The field of a table that names the records of another one; empty where none does."""
        return next((field for field, other in self.spec.tables[name].refers.items() if other == to), "")

    def named_by(self, row: Row, field: str, to: str) -> Iterator[dict[str, str]]:
        """By what a row names each record of another table: what its read takes -> the field of the row that holds it."""
        about = self.spec.tables[to]
        if not about.takes:
            if row.get(field) is not None:
                yield {about.key: field}
            return
        for number in itertools.count():
            fields = {take: f"{field}.{number}.{take}" for take in about.takes}
            if not all(one in row for one in fields.values()):
                return
            yield fields

    @cached_property
    def sought(self) -> frozenset[str]:
        """Tables whose records are nobody's, and no part of others: they are named by their numbers, or searched."""
        others = {self.spec.user, *self.own, *self.holder}
        return frozenset(
            name
            for name, table in self.spec.tables.items()
            if name not in others and table.read and not (table.owner or table.takes)
        )

    @cached_property
    def looked_for(self) -> frozenset[str]:
        """Tables whose records searches show by several arguments together."""
        return frozenset(
            name
            for name, table in self.spec.tables.items()
            if any(one.of for arguments in table.search.values() for one in arguments.values())
        )

    def provided(self, name: str, value: str) -> tuple[Where, ...]:
        """What has to hold for a record before its value counts."""
        about = self.attribute(name, value)
        if about is None or not about.provided:
            return ()
        found = self.condition(f"{name}.{about.provided}")
        [field] = found.sides
        return (Where(field.attribute, found.op, Policy(found.right, about.provided.replace("_", " "))),)  # type: ignore[arg-type]  # a constant

    def known(self, name: str) -> bool:
        """Whether people know the ids of a table's records."""
        table = self.spec.tables[name]
        return table.known if table.known is not None else name in self.own or not table.search

    def pool(self, name: str) -> str:
        """What a detail is called that says among which records of a table one is chosen."""
        return f"{name}_pool"

    @cached_property
    def base(self) -> dict[str, str]:
        """Table -> the part of the data that holds its records, if one does: that in which they stand by their keys."""
        found: dict[str, str] = {}
        for name, table in self.spec.tables.items():
            for part, rows in self.records.items():
                if any(isinstance(row, Mapping) and row.get(table.key) == key for key, row in rows.items()):
                    found[name] = part
        return found

    def plural(self, name: str) -> str:
        """Several records of a table."""
        table = self.spec.tables[name]
        return table.plural or f"{table.noun}s"

    def view(self, name: str) -> str:
        """The view that a table's records are in; it is spoken, as in "Of the 4 copies"."""
        return PROFILE if name == self.spec.user else self.plural(name).replace(" ", "_")

    def listed(self, name: str) -> str:
        """The view of the ids of a user's own records."""
        return f"{name}_ids"

    @cached_property
    def of_view(self) -> dict[str, str]:
        """View -> table."""
        return {self.view(name): name for name in self.spec.tables}

    @cached_property
    def of_read(self) -> dict[str, str]:
        """Read tool -> the table that it shows a record of."""
        return {table.read: name for name, table in self.spec.tables.items() if table.read}

    def holding(self, part: str, key: Json) -> list[str]:
        """Ids of the records that may hold this one: those whose own list of it names it, or that its record names."""
        name = self.holder[part]
        table, home = self.spec.tables[name], self.records.get(self.base.get(name, ""), {})
        field = next(field for field, one in table.parts.items() if one == part)
        record = self.records.get(self.base.get(part, ""), {}).get(key)
        if isinstance(record, Mapping) and record.get(table.key) in home:
            return [record[table.key]]
        return [box for box, one in home.items() if _names(one.get(field), self.spec.tables[part].key, key)]

    # ------------------------------------------------------------------ clauses

    @cached_property
    def sides(self) -> frozenset[str]:
        """What a field can be of: tables, values with fields, arguments, what is said."""
        groups = (name for name, value in self.spec.values.items() if value.fields)
        return frozenset({*self.spec.tables, *groups, ARGS, SAYS})

    def condition(self, text: str) -> Condition:
        """A condition of a clause."""
        return condition(text, self.sides, self.spec.today)

    def operand(self, text: str) -> Operand:
        """A field, what is worked out of fields, or a constant."""
        return operand(text, self.sides)

    def grouped(self, write: Write) -> tuple[str, ...]:
        """Values whose fields several arguments of a write take together."""
        named = (text.partition(".")[0] for text in write.worked.values())
        return tuple(dict.fromkeys(name for name in named if name in self.spec.values))

    def argument_of(self, write: Write, side: Side) -> str | None:
        """The argument that takes a field of a value."""
        return next((name for name, text in write.worked.items() if text == str(side)), None)

    def of_kind(self, write: Write, kind: str) -> str | None:
        """The argument of a write that names a record of this table, or that has this value."""
        return next((arg for arg, one in write.kinds.items() if one == kind), None)

    def clauses(self, write: Write) -> Sequence[Bound]:
        """Each clause of a write with its conditions."""
        known = self._clauses.get(id(write.clauses))
        if known is None:
            bound = [self._bound(index, one) for index, one in enumerate(write.clauses)]
            known = self._clauses[id(write.clauses)] = (write.clauses, bound)  # holds them, so that the id stays taken
        return known[1]

    def _bound(self, index: int, clause: Clause) -> Bound:
        ways = [(one.check, one.when) for one in clause.any] or [(clause.check, "")]
        read = tuple(tuple(self.condition(text) for text in way if text) for way in ways)
        return Bound(index, clause, read, self.condition(clause.when) if clause.when else None)

    def values_of(self, side: Side) -> tuple[Scalar, ...]:
        """All values that a field has in the data, in the order in which they occur; none where it has no plain values there."""
        if side not in self._values:
            found: dict[Scalar, None] = {}
            names = [side.table, *([self.holder[side.table]] if side.table in self.holder else [])]
            for name in names:
                for record in self.records.get(self.base.get(name, ""), {}).values():
                    value = record.get(side.attribute)
                    if isinstance(value, str | int | float | bool):
                        found.setdefault(value)
            self._values[side] = tuple(found)
        return self._values[side]

    # ------------------------------------------------------------------ words

    def attribute(self, name: str, field: str) -> Attribute | None:
        """An attribute of a table; of a record within others, also one of its holder."""
        found = self.spec.tables[name].attributes.get(field)
        if found is None and name in self.holder:
            return self.spec.tables[self.holder[name]].attributes.get(field)
        return found

    def any_attribute(self, field: str) -> Attribute | None:
        """The attribute of that name, in whichever table."""
        tables: Iterator[Table] = iter(self.spec.tables.values())
        return next((table.attributes[field] for table in tables if field in table.attributes), None)

    def noun(self, name: str, field: str) -> str:
        """What an attribute is called."""
        about = self.attribute(name, field)
        return (about.noun if about else "") or field.replace("_", " ")

    def say(self, name: str, field: str, value: Json) -> str:
        """A value as people say it."""
        return self.said(self.attribute(name, field), value)

    def said(self, about: Attribute | None, value: Json) -> str:
        """A value of an attribute as people say it."""
        if isinstance(value, bool):
            forms = about.words.get(str(value).lower()) if about else None
            return forms[0] if forms else ("yes" if value else "no")
        if about is None:
            return str(value)
        if str(value) in about.words:
            return about.words[str(value)][0]
        if about.type == "date" and isinstance(value, str):
            return self.day(value)
        if about.type == "money" and isinstance(value, int | float):
            return f"${value:,.2f}"
        if about.type == "count" and about.unit:
            return f"{value} {about.unit}{'' if value == 1 else 's'}"
        return str(value)

    def day(self, iso: str) -> str:
        """A date as it is said: "March 2", and with its year where nobody would think of that one: half a year from today or more."""
        when = dt.date.fromisoformat(iso[:10])
        far = (
            abs((when - self.present).days) > HALF_A_YEAR
            if isinstance(self.present, dt.date)
            else when.year != self.present
        )
        return f"{day(iso)}, {when.year}" if far else day(iso)

    @cached_property
    def present(self) -> dt.date | int | None:
        """Today; where the declaration names no day, the year in which most of the days are that its records have."""
        if self.spec.today:
            return self.spec.today
        years = Counter(
            str(record[field])[:4]
            for name, table in self.spec.tables.items()
            for field, one in table.attributes.items()
            if one.type == "date"
            for record in self.records.get(self.base.get(name, ""), {}).values()
            if isinstance(record.get(field), str)
        )
        return int(years.most_common(1)[0][0]) if years else None

    def name(self, name: str, row: Row) -> str:
        """A noun phrase for a record, with its id."""
        table = self.spec.tables[name]
        plain = f"{table.noun} {row.get(table.key, '')}".strip()
        if not table.name:
            return plain
        try:
            return table.name.format(**{field: self.say(name, field, value) for field, value in row.items()})
        except KeyError:
            return plain  # a result that shows less than the whole record

    def superlative(self, field: str, most: bool) -> str:
        """The word for the least or the most of an attribute, before a noun."""
        about = self.any_attribute(field) or Attribute()
        if about.best:
            return about.best[most]
        declared = (_ADJECTIVE.fullmatch(text) for text in (about.most if most else about.least))
        return next((match[1] for match in declared if match), _BEST[about.type][most])


def _names(held: Json, key: str, value: Json) -> bool:
    """Whether a list of records, or of their ids, names one."""
    parts = held.values() if isinstance(held, Mapping) else held or ()
    return any(part == value or (isinstance(part, Mapping) and part.get(key) == value) for part in parts)


def single(value: Json) -> Json:
    """An argument, or the one that its list holds."""
    return value[0] if isinstance(value, list) and value else value


def day(iso: str) -> str:
    """A date without its year: "March 2"."""
    when = dt.date.fromisoformat(iso[:10])
    return f"{when:%B} {when.day}"


def names_in(data: Json) -> Iterator[str]:
    """The name of each field of some records, however deep."""
    for part in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from names_in(part)
    yield from data if isinstance(data, dict) else ()
