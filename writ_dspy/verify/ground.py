"""What an agent can know by a turn: what tools returned, record by record, what the user said, and what policy fixes."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache

from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain, Result, Seen, Views
from writ_dspy.domains.values import Value, values
from writ_dspy.task import Call, Json

_DATE = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_TIME = re.compile(r"(?<!\d)(\d{2}):(\d{2})(?::\d{2})?(?!\d)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_KEY = re.compile(r"(?:^|_)(?:id|number|iata)$")
"""Names of the fields that hold the key of a record."""
_LONG = re.compile(r"bags?\b|[a-z]{5,}")
_PLAIN = frozenset(
    [
        "passenger",
        "passengers",
        "their",
        "there",
        "which",
        "should",
        "would",
        "could",
        "after",
        "before",
        "please",
        "total",
        "amount",
        "price",
        "payment",
        "about",
        "these",
    ]
)
Day = tuple[int, int, int]


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
            self.words.add(value.lower())
            if ":" in value:
                self.times.update(60 * int(h) + int(m) for h, m in _TIME.findall(value))
            if value.count("-") > 1:
                self.days.update((int(y), int(m), int(d)) for y, m, d in _DATE.findall(value))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            (self.money if money else self.numbers).add(_decimal(value))

    def take(self, other: Leaves) -> None:
        """Take in all of another's."""
        self.numbers |= other.numbers
        self.money |= other.money
        self.days |= other.days
        self.times |= other.times
        self.words |= other.words


class Look:
    """One record as one result shows it, with all that lies within it; looked into when it is asked for."""

    def __init__(self, keys: frozenset[str], data: Json, asked: Mapping[str, Json], money: re.Pattern[str]) -> None:
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


@dataclass(frozen=True, slots=True)
class Shown:
    """What one tool result shows."""

    all: Leaves
    views: Views
    looks: tuple[Look, ...]
    sizes: frozenset[int]
    """Lengths of its lists and tables."""


@lru_cache(maxsize=8192)
def shown(domain: Domain, call: Call, text: str) -> Shown:
    """What a result shows, in its own form and through the domain's lens."""
    try:
        data = json.loads(text)
    except ValueError:
        data = text
    views: Views = {} if text.startswith("Error") else domain.views(call, text)
    money, asked = _money(domain.pack.money), call.args
    whole, records, sizes = Leaves(), list[Mapping[str, Json]](), set[int]()
    _collect(data, whole, money, records=records, sizes=sizes)
    _collect(asked, whole, money)
    if domain.kinds.get(call.tool) == "generic":
        whole.money |= whole.numbers  # what was worked out
    for rows in views.values():
        sizes.add(len(rows))
        records += rows
        for row in rows:  # what lies deeper in a row stands in the result itself
            _collect({name: value for name, value in row.items() if not isinstance(value, dict | list)}, whole, money)
    looks = [
        Look(frozenset(keys), record, asked, money)
        for record in records
        if (keys := _keys(record) or [key for part in _parts(record) for key in _keys(part)])
    ]
    if keys := _keys(asked):  # a bare answer ("cancelled") is about what was asked for
        looks.append(Look(frozenset(keys), data, asked, money))
    return Shown(whole, views, tuple(looks), frozenset(sizes))


@lru_cache(maxsize=64)
def _money(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@lru_cache(maxsize=4096)
def _holds_money(pattern: re.Pattern[str], name: str) -> bool:
    return pattern.search(name) is not None


def _collect(
    data: Json,
    into: Leaves,
    pattern: re.Pattern[str],
    *,
    money: bool = False,
    records: list[Mapping[str, Json]] | None = None,
    sizes: set[int] | None = None,
) -> None:
    """Every leaf below; with `records` and `sizes`, each object and each length as well."""
    if isinstance(data, dict):
        if records is not None and sizes is not None:
            records.append(data)
            sizes.add(len(data))
        for name, value in data.items():
            below = money or _holds_money(pattern, name)
            if isinstance(value, dict | list):
                _collect(value, into, pattern, money=below, records=records, sizes=sizes)
            else:
                into.add(value, money=below)
    elif isinstance(data, list):
        if sizes is not None:
            sizes.add(len(data))
        for value in data:
            _collect(value, into, pattern, money=money, records=records, sizes=sizes)
    else:
        into.add(data, money=money)


def _keys(data: Mapping[str, Json]) -> list[str]:
    """The keys under which a record goes: its own, and a person's name."""
    keys = [str(value).lower() for name, value in data.items() if isinstance(value, str) and _KEY.search(name)]
    if "first_name" in data and "last_name" in data:
        keys.append(f"{data['first_name']} {data['last_name']}".lower())
    return keys


def _parts(data: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    """What a record without a key of its own consists of: the legs of a connection, say."""
    for value in data.values():
        if isinstance(value, list | tuple):
            yield from (part for part in value if isinstance(part, Mapping))


class Ground:
    """All that is known so far in one conversation; turns are added in order."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self.all = Leaves()
        self.looks: dict[str, list[Look]] = {}
        self.people: set[str] = set()
        """Names of the people that were read of, as keys of `looks`."""
        self.sizes: Counter[int] = Counter()
        self.rows: Counter[str] = Counter()
        """How many rows of each view were read, by its first word in the singular."""
        self.seen = Seen()
        self.values: list[Value] = []
        """What the user said, as values."""
        self.heard: list[str] = []
        """What the user said, in lower case."""
        self.texts: list[str] = [domain.policy.lower()]
        """All that was said or shown, in lower case."""

    def hear(self, turn: Turn) -> None:
        """What the user says."""
        self.values += values(turn.text)
        self.heard.append(turn.text.lower())
        self.texts.append(self.heard[-1])

    def read(self, call: Call, result: Result) -> None:
        """What a tool returned."""
        self.rows["look-up"] += 1
        self.texts += [result.text.lower(), call.text.lower()]
        found = shown(self.domain, call, result.text)
        self.all.take(found.all)
        for look in found.looks:
            for key in look.keys:
                self.looks.setdefault(key, []).append(look)
                if " " in key:
                    self.people.add(key)
        self.sizes.update(found.sizes)
        if not result.error:
            self.seen.add(call, found.views)
            for name, rows in found.views.items():
                self.rows[name.split("_")[0].removesuffix("s")] += len(rows)

    def knows(self, text: str) -> bool:
        """Whether these words were said or shown, to the letter but for case."""
        lower = text.lower()
        return any(lower in each for each in self.texts)

    def knows_end(self, text: str) -> bool:
        """Whether something that was said or shown ends so."""
        end = re.compile(rf"{re.escape(text.lower())}(?!\w)")
        return any(end.search(each) for each in self.texts)

    def looks_at(self, keys: Collection[str], *, apart: bool = False) -> list[Leaves]:
        """What was read of these records together, look by look; of each alone, where no look shows all of them, or `apart`."""
        every = list(itertools.chain.from_iterable(self.looks.get(key, ()) for key in keys))
        joint = [look.leaves for look in every if look.keys.issuperset(keys)]
        return (not apart and joint) or [look.leaves for look in every]

    def has(self, value: Value) -> bool:
        """Whether the value was read, said, or stands in the policy."""
        return in_leaves(value, self.all) or self.said(value)

    def said(self, value: Value) -> bool:
        """Whether the user said the value, or policy does."""
        if any(value.same(other) for other in _fixed(self.domain).get((value.quantity, value.number), ())):
            return True
        if any(value.number == other.number and (value.same(other) or _plain(value, other)) for other in self.values):
            return True
        return value.quantity == "date" and any(
            first.quantity == last.quantity == "date" and last.through and first.number <= value.number <= last.number
            for first, last in itertools.pairwise((*self.values, *policy_values(self.domain)))
        )

    def heard_of(self, value: Value) -> bool:
        """Whether the user said the value."""
        return any(value.same(other) for other in self.values)

    def words_hold(self, value: Value) -> bool:
        """Whether a text that was read states the value: an option of a product, say."""
        return any(
            value.same(other)
            for word in self.all.words
            if any(map(str.isdigit, word)) and len(word) < 80
            for other in values(word)
        )

    def every(self) -> list[Look]:
        """All records as all results show them."""
        return list(dict.fromkeys(itertools.chain.from_iterable(self.looks.values())))

    def policy_dates(self) -> Iterator[dt.date]:
        """The days that policy names: its own day, as a rule."""
        for value in policy_values(self.domain):
            if value.quantity == "date" and value.year:
                yield dt.date(value.year, *value.date)

    def dates(self) -> Iterator[dt.date]:
        """Every day that was read or said, or that policy names."""
        for year, month, day in self.all.days:
            yield dt.date(year, month, day)
        for value in (*self.values, *policy_values(self.domain)):
            if value.quantity == "date":
                month, day = value.date
                yield dt.date(value.year or 2024, month, day)


def _plain(value: Value, other: Value) -> bool:
    """Money is often said as a bare number, and the other way round."""
    return {value.quantity, other.quantity} == {"money", "count"} and value.number == other.number


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


@lru_cache(maxsize=64)
def _fixed(domain: Domain) -> Mapping[tuple[str, Decimal], list[Value]]:
    """The values that policy fixes, by quantity and number."""
    found: dict[tuple[str, Decimal], list[Value]] = {}
    for value in policy_values(domain):
        found.setdefault((value.quantity, value.number), []).append(value)
    return found


@lru_cache(maxsize=64)
def policy_fees(domain: Domain) -> tuple[tuple[Decimal, frozenset[str]], ...]:
    """Each amount that policy names, with the words that stand near it: what it is for."""
    text = domain.policy
    return tuple(
        (value.number, stems(text[max(0, value.start - 60) : value.end + 60]))
        for value in policy_values(domain)
        if value.quantity == "money"
    )


@lru_cache(maxsize=4096)
def stems(text: str) -> frozenset[str]:
    """The longer words of a text, without their endings."""
    return frozenset(re.sub(r"(?:ages?|s)$", "", word) for word in _LONG.findall(text.lower()) if word not in _PLAIN)


@lru_cache(maxsize=64)
def policy_values(domain: Domain) -> tuple[Value, ...]:
    """The values that policy fixes."""
    return values(domain.policy)


def numbers_in(words: Iterable[str]) -> Iterator[Decimal]:
    """Numbers that stand inside texts, as in `8-inch` or `128GB`."""
    for word in words:
        yield from map(Decimal, _NUMBER.findall(word))


@lru_cache(maxsize=16384)
def _decimal(value: float) -> Decimal:
    return Decimal(value) if isinstance(value, int) else Decimal(repr(round(value, 2)))
