"""What one tool result shows: its values, its records, and how much there is of each; looked into when it is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain, Views
from writ_dspy.domains.fields import Fields
from writ_dspy.domains.values import Value
from writ_dspy.task import Call, Json

_DATE = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_TIME = re.compile(r"(?<!\d)(\d{2}):(\d{2})(?::\d{2})?(?!\d)")
_KEY = re.compile(r"(?:^|_)(?:id|number|iata)$")
"""Names of the fields that hold the key of a record."""
Day = tuple[int, int, int]
_NESTED, _NUMBER = (dict, list), (int, float)
"""A tuple is looked up twice as fast as `dict | list`, which is put together at each look."""


@dataclass(slots=True)
class Leaves:
    """The values of one record, or of everything."""

    numbers: set[Decimal] = field(default_factory=set)
    money: set[Decimal] = field(default_factory=set)
    days: set[Day] = field(default_factory=set)
    times: set[int] = field(default_factory=set)
    """Minutes after midnight."""
    words: set[str] = field(default_factory=set)
    """Texts, in lower case."""

    def add(self, value: Json, *, money: bool = False) -> None:
        """Take in one leaf."""
        if isinstance(value, str):
            self.read(value)
        elif isinstance(value, _NUMBER) and not isinstance(value, bool):
            (self.money if money else self.numbers).add(_decimal(value))

    def read(self, text: str) -> None:
        """Take in a text."""
        lower, days, times = _parsed(text)
        self.words.add(lower)
        if days:
            self.days.update(days)
        if times:
            self.times.update(times)


@lru_cache(maxsize=8192)
def _parsed(text: str) -> tuple[str, tuple[Day, ...], tuple[int, ...]]:
    """A text in lower case, with the days and the times in it."""
    days = tuple((int(y), int(m), int(d)) for y, m, d in _DATE.findall(text)) if text.count("-") > 1 else ()
    times = tuple(60 * int(h) + int(m) for h, m in _TIME.findall(text)) if ":" in text else ()
    return text.lower(), days, times


class Look:
    """One record as one result shows it, with all that lies within it; looked into when it is asked for."""

    def __init__(self, keys: frozenset[str], data: Json, asked: Mapping[str, Json], money: re.Pattern) -> None:
        self.keys = keys
        """In lower case; a person's is `first last`. A record without a key of its own has those of its parts."""
        self.data, self._asked, self._money = data, asked, money

    @cached_property
    def leaves(self) -> Leaves:
        """The values of the record, and what was asked for."""
        found = Leaves()
        for part in (self.data, self._asked):
            _collect(part, found, self._money)
        return found


class Shown:
    """What one tool result shows, in its own form and through the domain's lens."""

    def __init__(self, domain: Domain, call: Call, text: str) -> None:
        self.call = call
        self.lower = text.lower()
        self.asked = call.text.lower()
        self._domain, self._text = domain, text

    @cached_property
    def views(self) -> Views:
        """Its rows; none where the tool refused."""
        if self._text.startswith("Error"):
            return {}
        if self._domain.kinds.get(self.call.tool) == "read":
            seen = self._domain.read(self.call)
            if seen.text == self._text:
                return seen.views
        return self._domain.views(self.call, self._text)

    @cached_property
    def _data(self) -> Json:
        try:
            return json.loads(self._text)
        except ValueError:
            return self._text

    @cached_property
    def _pattern(self) -> re.Pattern:
        return _money(self._domain.pack.money)

    @cached_property
    def rows(self) -> Leaves:
        """The values of its rows, what lies deeper in a row left out: that stands in the result itself."""
        found = Leaves()
        for rows in self.views.values():
            for row in rows:
                for name, value in row.items():
                    if type(value) is str:
                        found.read(value)
                    elif type(value) is not dict and type(value) is not list:
                        found.add(value, money=_holds_money(self._pattern, name))
        return found

    @cached_property
    def all(self) -> Leaves:
        """Every value of it, and of what was asked for."""
        found = Leaves()
        _collect(self._data, found, self._pattern)
        _collect(self.call.args, found, self._pattern)
        if self._domain.kinds.get(self.call.tool) == "generic":
            found.money |= found.numbers  # what was worked out
        return found

    @cached_property
    def looks(self) -> Mapping[str, list[Look]]:
        """Its records by their keys."""
        records, asked, names = list[Mapping[str, Json]](), self.call.args, self._domain.pack.fields
        _records(self._data, records)
        for rows in self.views.values():
            records += rows
        found: dict[str, list[Look]] = {}
        shown = [
            (_keys(names, record) or [key for part in _parts(record) for key in _keys(names, part)], record)
            for record in records
        ]
        for keys, record in [*shown, (_keys(names, asked), self._data)]:  # a bare answer is about what was asked for
            look = Look(frozenset(keys), record, asked, self._pattern) if keys else None
            for key in look.keys if look is not None else ():
                found.setdefault(key, []).append(look)  # type: ignore[arg-type]
        return found

    @cached_property
    def people(self) -> frozenset[str]:
        """The names of its people, as keys of `looks`."""
        given = self._domain.pack.fields.given
        if not given or given not in self.lower:
            return frozenset()
        return frozenset(key for key in self.looks if " " in key)

    @cached_property
    def sizes(self) -> frozenset[int]:
        """Lengths of its lists and tables."""
        return frozenset({*_sizes(self._data), *map(len, self.views.values())})

    @cached_property
    def lengths(self) -> Mapping[str, int]:
        """How long the longest list, or table, is that goes by a name."""
        found: dict[str, int] = {}
        for name, value in _named(self._data):
            if isinstance(value, _NESTED):
                found[name] = max(found.get(name, 0), len(value))
        return found

    def numbers_of(self, names: re.Pattern) -> Iterator[Decimal]:
        """The numbers that go by such names, or lie below them."""
        for name, value in _named(self._data):
            if names.search(name):
                below = value.values() if isinstance(value, dict) else (value,)
                yield from (
                    _decimal(number)
                    for number in below
                    if isinstance(number, int | float) and not isinstance(number, bool)
                )

    def states(self, value: Value) -> bool:
        """Whether the value stands in it to the letter; what only the rows of the lens hold is in `rows`."""
        match value.quantity:
            case "date":
                month, day = value.date
                literal = f"{value.year or ''}-{month:02d}-{day:02d}"
                return literal in self.lower or literal in self.asked  # no result holds such a text but as a date
            case "time":
                literal = f"{int(value.number) // 60:02d}:{int(value.number) % 60:02d}"
                return f'"{literal}' in self.lower or f"t{literal}" in self.lower
        literal = f"{abs(value.number).normalize():f}"
        return (_whole(literal, self.lower) or _whole(literal, self.asked)) and in_leaves(value, self.all)


def _whole(number: str, text: str) -> bool:
    """Whether a number stands in a text, and not as a part of a longer one."""
    place = text.find(number)
    while place >= 0:
        end = place + len(number)
        if not text[place - 1 : place].isalnum() and not text[end : end + 1].isalnum():
            return True
        place = text.find(number, end)
    return False


@lru_cache(maxsize=256)
def shown(domain: Domain, call: Call, text: str) -> Shown:
    """What a result shows; the same for the same result."""
    return Shown(domain, call, text)


@lru_cache(maxsize=64)
def _money(pattern: str) -> re.Pattern:
    return re.compile(pattern)


@lru_cache(maxsize=4096)
def _holds_money(pattern: re.Pattern, name: str) -> bool:
    return pattern.search(name) is not None


def _collect(data: Json, into: Leaves, pattern: re.Pattern, *, money: bool = False) -> None:
    """Every leaf below."""
    if isinstance(data, dict):
        for name, value in data.items():
            if type(value) is str:
                into.read(value)
                continue
            below = money or _holds_money(pattern, name)
            if isinstance(value, _NESTED):
                _collect(value, into, pattern, money=below)
            else:
                into.add(value, money=below)
    elif isinstance(data, list):
        for value in data:
            if type(value) is str:
                into.read(value)
            else:
                _collect(value, into, pattern, money=money)
    else:
        into.add(data, money=money)


def _records(data: Json, into: list[Mapping[str, Json]]) -> None:
    """Every object below."""
    if isinstance(data, dict):
        into.append(data)
        data = list(data.values())
    if isinstance(data, list):
        for value in data:
            if isinstance(value, _NESTED):
                _records(value, into)


def _named(data: Json) -> Iterator[tuple[str, Json]]:
    """Every field below, with its name."""
    for name, value in (
        data.items() if isinstance(data, dict) else (("", each) for each in data) if isinstance(data, list) else ()
    ):
        if name:
            yield name, value
        yield from _named(value)


def _sizes(data: Json) -> Iterator[int]:
    """The length of each list and object below."""
    if isinstance(data, _NESTED):
        yield len(data)
        for value in data.values() if isinstance(data, dict) else data:
            yield from _sizes(value)


@lru_cache(maxsize=4096)
def _is_key(name: str) -> bool:
    return _KEY.search(name) is not None


def _keys(fields: Fields, data: Mapping[str, Json]) -> list[str]:
    """The keys under which a record goes: its own, and a person's name."""
    keys = [str(value).lower() for name, value in data.items() if isinstance(value, str) and _is_key(name)]
    if fields.given in data and fields.family in data:
        keys.append(f"{data[fields.given]} {data[fields.family]}".lower())
    return keys


def _parts(data: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    """What a record without a key of its own consists of: the legs of a connection, say."""
    for value in data.values():
        if isinstance(value, list | tuple):
            yield from (part for part in value if isinstance(part, Mapping))


def in_leaves(value: Value, leaves: Leaves) -> bool:
    """Whether a record holds the value."""
    match value.quantity:
        case "date":
            month, day = value.date
            return any((m, d) == (month, day) and value.year in (None, y) for y, m, d in leaves.days)
        case "time":
            return int(value.number) in leaves.times
        case "percent":
            return any(f"{value.number.normalize():f}%" in word for word in leaves.words)
        case "duration" if value.unit:
            return False
    if value.quantity == "money":
        return value.number in leaves.money or -value.number in leaves.money
    return value.number in leaves.numbers


@lru_cache(maxsize=4096)
def _decimal(value: float) -> Decimal:
    return Decimal(value) if isinstance(value, int) else Decimal(repr(round(value, 2)))
