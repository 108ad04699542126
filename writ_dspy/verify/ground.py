"""What an agent can know by a turn: what tools returned, record by record, what the user said, and what policy fixes."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar, cast

from writ_dspy import patterns as re
from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain, Result, Seen
from writ_dspy.domains.values import Value, singular, values
from writ_dspy.task import Call
from writ_dspy.verify.shown import Leaves, Look, Shown, in_leaves, shown

T = TypeVar("T")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_AMOUNT = re.compile(r"amount")
_OWN_NAME = re.compile(r'"user_id": "[^"]+", "name": \{"first_name": "([^"]+)", "last_name": "([^"]+)"\}')
_OWN_ID = re.compile(r'"?([a-z]+)_([a-z]+)_\d+"?\s*\Z')
"""A result that is nothing but a user's id, which begins with the name."""
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


class Ground:
    """All that is known so far in one conversation; turns are added in order."""

    def __init__(self, domain: Domain) -> None:
        self.domain, self.fields = domain, domain.pack.fields
        self.shown: list[Shown] = []
        """What each call showed, in order."""
        self._raw: list[str] = []
        self._seen = Seen()
        self._unseen: list[Shown] = []
        self.values: list[Value] = []
        """What the user said, as values."""
        self.told: set[Decimal] = set()
        """Amounts that the agent worked out and told: it may say them again."""
        self.moved: set[Decimal] = set()
        """Amounts that writes moved, as their results show them."""
        self.heard: list[str] = []
        """What the user said, in lower case."""
        self.texts: list[str] = [domain.policy.lower()]
        """All that was said or shown, in lower case."""
        self._looks: dict[str, tuple[int, list[Look]]] = {}
        """By key, how many results were looked through, and what they show of the record."""
        self._people: tuple[int, frozenset[str]] = (0, frozenset())
        self._read: dict[tuple[str, Decimal, int | None, str], tuple[int, bool]] = {}
        """By value, how many results were looked through, and whether one holds it."""
        self._once: dict[Hashable, tuple[int, object]] = {}
        """By what was asked, how many results were read then, and the answer."""

    def hear(self, turn: Turn) -> None:
        """What the user says."""
        self.values += values(turn.text)
        self._raw.append(turn.text)
        self.heard.append(turn.text.lower())
        self.texts.append(self.heard[-1])

    def read(self, call: Call, result: Result) -> None:
        """What a tool returned."""
        found = shown(self.domain, call, result.text)
        self.shown.append(found)
        self._raw.append(result.text)
        self.texts += [found.lower, found.asked]
        if not result.error:
            self._unseen.append(found)
            if self.domain.kinds.get(call.tool) == "write":
                self.moved.update(map(abs, found.numbers_of(_AMOUNT)))

    @property
    def seen(self) -> Seen:
        """All rows that were read."""
        for found in self._unseen:
            self._seen.add(found.call, found.views)
        self._unseen.clear()
        return self._seen

    @property
    def own_name(self) -> str:
        """First and last name of the user, in lower case, as its profile was read; empty where it was not."""
        named = (_OWN_NAME.search(found.lower) or _OWN_ID.match(found.lower) for found in self.shown)
        match = next(filter(None, named), None)
        return f"{match[1]} {match[2]}" if match else ""

    def once(self, what: Hashable, work: Callable[[], T]) -> T:
        """The answer to a question about what was read, worked out once until more is read.

        Args:
            what: The question; two that are equal have the same answer.
            work: Works it out.
        """
        count, found = self._once.get(what, (-1, None))
        if count < len(self.shown):
            found = work()
            self._once[what] = (len(self.shown), found)
        return cast("T", found)

    def worth(self, call: Call) -> frozenset[Decimal]:
        """The money that a write is about, as far as what was read says it."""

        def work() -> frozenset[Decimal]:
            amounts = self.domain.pack.amounts(call, self.seen)
            return frozenset(Decimal(repr(round(amount, 2))) for amount in amounts)

        return self.once(("worth", call), work)

    def rows(self, unit: str) -> int:
        """How many rows were read of the views whose first word this is, in the singular; how many calls, of `look`."""
        if unit in ("look", "lookup"):
            return len(self.shown)
        every = (view for found in self.shown for view in found.views.items())
        return sum(len(rows) for name, rows in every if singular(name.split("_")[0]) == unit)

    def measures(self, number: Decimal, unit: str) -> bool:
        """Whether a record that was read has a field which the domain says as so many of it: an `experience` of 15 is 15 years."""
        said = self.domain.pack.phrases.measure
        fields = (item for row in self.seen.every() for item in row.items())
        return any(
            value == number and unit in said(name, value).lower()
            for name, value in fields
            if isinstance(value, int | float) and not isinstance(value, bool)
        )

    def looks(self, key: str) -> list[Look]:
        """A record, in lower case by its key, as each result shows it."""
        count, found = self._looks.get(key, (0, []))
        if count < len(self.shown):
            parts = key.split()
            for result in self.shown[count:]:
                if all(part in result.lower or part in result.asked for part in parts):
                    found = [*found, *result.looks.get(key, ())]
            self._looks[key] = (len(self.shown), found)
        return found

    def people(self) -> frozenset[str]:
        """Names of the people that were read of, as keys of `looks`."""
        count, found = self._people
        if count < len(self.shown):
            found = found.union(*(result.people for result in self.shown[count:]))
            self._people = (len(self.shown), found)
        return found

    def is_name(self, word: str) -> bool:
        """Whether a word was read or said as the first name of a person."""
        name = word.capitalize()
        pattern = re.compile(rf'"first_name": "{re.escape(name)}"|\b{re.escape(name)} [A-Z][a-z]')
        return any(pattern.search(text) for text in self._raw)

    def sizes(self) -> Counter[int]:
        """Lengths of lists and tables that were read, each with how many results have it."""
        return Counter(itertools.chain.from_iterable(found.sizes for found in self.shown))

    def every(self) -> Iterator[Leaves]:
        """All values, result by result."""
        for found in self.shown:
            yield from (found.rows, found.all)

    def knows(self, text: str) -> bool:
        """Whether these words were said or shown, to the letter but for case."""
        lower = text.lower()
        return any(lower in each for each in self.texts)

    def knows_end(self, text: str) -> bool:
        """Whether something that was said or shown ends so."""
        lower = text.lower()
        return any(lower in each and _ends(each, lower) for each in self.texts)

    def looks_at(self, keys: Collection[str], *, apart: bool = False) -> list[Leaves]:
        """What was read of these records together, look by look; of each alone, where no look shows all of them, or `apart`."""
        every = list(itertools.chain.from_iterable(map(self.looks, keys)))
        joint = [look.leaves for look in every if set(keys) <= look.keys | look.leaves.words]
        return (not apart and joint) or [look.leaves for look in every]

    def has(self, value: Value) -> bool:
        """Whether the value was read, said, or stands in the policy."""
        return self.said(value) or self.read_of(value)

    def read_of(self, value: Value) -> bool:
        """Whether a result holds the value."""
        key = (value.quantity, value.number, value.year, value.unit)
        count, held = self._read.get(key, (0, False))
        if not held and count < len(self.shown):
            new = self.shown[: count - 1 if count else None : -1]
            held = any(found.states(value) for found in new) or any(in_leaves(value, found.rows) for found in new)
            self._read[key] = (len(self.shown), held)
        return held

    def is_money(self, number: Decimal) -> bool:
        """Whether an amount was read."""
        return self.read_of(Value("money", number, 0, 0))

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
            for leaves in self.every()
            for word in leaves.words
            if any(map(str.isdigit, word)) and len(word) < 80
            for other in values(word)
        )

    def policy_dates(self) -> Iterator[dt.date]:
        """The days that policy names: its own day, as a rule."""
        for value in policy_values(self.domain):
            if value.quantity == "date" and value.year:
                yield dt.date(value.year, *value.date)

    def years_of(self, month: int, day: int) -> frozenset[int]:
        """The years in which a day was read."""
        return self.once("years", self._years).get((month, day), frozenset())

    def _years(self) -> Mapping[tuple[int, int], frozenset[int]]:
        found: dict[tuple[int, int], set[int]] = {}
        for year, month, day in set().union(*(leaves.days for leaves in self.every())):
            found.setdefault((month, day), set()).add(year)
        return {day: frozenset(years) for day, years in found.items()}

    def dates(self) -> Iterator[dt.date]:
        """Every day that was read or said, or that policy names."""
        for leaves in self.every():
            for year, month, day in leaves.days:
                yield dt.date(year, month, day)
        for value in (*self.values, *policy_values(self.domain)):
            if value.quantity == "date":
                month, day = value.date
                yield dt.date(value.year or 2024, month, day)


def _ends(text: str, part: str) -> bool:
    """Whether a part of a text stands at the end of a word."""
    place = text.find(part)
    while place >= 0:
        after = text[place + len(part) : place + len(part) + 1]
        if not (after.isalnum() or after == "_"):
            return True
        place = text.find(part, place + 1)
    return False


def _plain(value: Value, other: Value) -> bool:
    """Money is often said as a bare number, and the other way round."""
    return {value.quantity, other.quantity} == {"money", "count"} and value.number == other.number


@lru_cache(maxsize=64)
def _fixed(domain: Domain) -> Mapping[tuple[str, Decimal], list[Value]]:
    """The values that policy fixes, by quantity and number."""
    found: dict[tuple[str, Decimal], list[Value]] = {}
    for value in policy_values(domain):
        found.setdefault((value.quantity, value.number), []).append(value)
    return found


_LIMIT = re.compile(
    r"\b(?:more than|less than|over|above|under|below|at most|at least|up to|exceeds?)\s*\$?\Z", re.IGNORECASE
)
"""Stands before an amount that bounds others, and is no price of anything."""


@lru_cache(maxsize=64)
def policy_fees(domain: Domain) -> tuple[tuple[Decimal, frozenset[str]], ...]:
    """Each amount that policy names, with the words that stand near it: what it is for."""
    text = domain.policy
    return tuple(
        (value.number, stems(text[max(0, value.start - 60) : value.end + 60]))
        for value in policy_values(domain)
        if value.quantity == "money" and not _LIMIT.search(text, 0, value.start)
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
