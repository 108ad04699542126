"""Which of the flights that a search shows is wanted: by what it is the best, within which bound, and how a user says it."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.airline.timetable import search_bounds
from writ_dspy.domains.tau2.airline.wording import clock, money, spin
from writ_dspy.task import Best, Call, Picked, Policy, ReadCall, Said, Where

LATER, SECOND, ROOMY = 0.85, 0.2, 0.15
"""Share of the wishes in which a plain price comes last, and of those for the second best, and for room, that are tried in their turn."""
TURNS = 14
"""Ways to want one of the flights that are tried."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """An extreme of an attribute; `price` and `seats` are those of the cabin that is wanted."""

    by: str
    most: bool
    words: str
    bounds: tuple[str, ...] = ("",)
    """What may be said besides: nothing, a highest fare, a part of the day."""
    second: str = ""
    """How the best but one is said; empty where nobody would ask for it."""


PRICE = Criterion(
    "price",
    False,
    "[the cheapest|the least expensive|the one with the lowest fare|the lowest-priced|whichever is cheapest|whatever costs the least|the best "
    "price you can find|the cheapest one]",
    ("", "", "from", "before"),
    "the second cheapest, [as I don't trust the very cheapest|since the very cheapest always has a catch]",
)
SHORTEST = Criterion(
    "duration", False, "[the shortest|the fastest|the quickest|the one that takes the least time]", ("", "fare", "fare"),
)  # fmt: skip
CRITERIA = (
    PRICE,
    SHORTEST,
    Criterion("departs", True, "[the one that leaves last|the latest departure|the very last to depart]", ("", "fare")),
    Criterion(
        "departs", False, "[the one that leaves first|the earliest departure|the very first to depart]", ("", "fare"),
        "the second to depart, [since|as] the very first is too early for me",
    ),
    Criterion("arrives", False, "[the one that gets me there first|the earliest arrival|the first to arrive]", ("", "fare")),
    Criterion("departure", False, "[the one that leaves earliest in the day|the departure that's earliest in the day]", ("fare",)),
    Criterion("departure", True, "[the one that leaves latest in the day|the departure that's latest in the day]", ("fare",)),
    Criterion(
        "seats", True, "[the one with the most free seats|the one with the most seats left|whichever has the most seats free]"
        "[, so that it won't be crowded|, as I'd like a bit of room|, because I'd rather not sit in a full plane]", ("",),
    ),
)  # fmt: skip
"""What people look for in a flight. Of several days, the same flight leaves at the same time and takes as long: a fare tells them apart."""
TELLING = (
    "second", "most free", "most seats", "cheapest", "least expensive", "costs the least", "best price",
    "lowest", "shortest", "fastest", "quickest", "least time", "leaves last", "latest", "last to depart", "leaves first", "first to depart",
    "gets me there first", "gets me home first", "earliest", "first to arrive",
)  # fmt: skip
"""Words by which a criterion is recognized, the telling ones first."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The flights among which one is wanted, and the searches that show them."""

    sources: tuple[ReadCall, ...]
    pairs: tuple[tuple[str, str], ...]
    dates: tuple[str, ...]
    tools: tuple[str, ...]
    cabin: str
    seats: int
    rows: tuple[Row, ...]
    """Those with enough seats."""

    def field(self, by: str) -> str:
        """The attribute of a row by which a criterion ranks."""
        return f"{by}_{self.cabin}" if by in ("price", "seats") else by

    def searches(self) -> Iterator[Call]:
        """Each search alone."""
        for tool, (origin, destination), date in itertools.product(self.tools, self.pairs, self.dates):
            yield Call.of(tool, {"origin": origin, "destination": destination, "date": date})


@dataclass(frozen=True, slots=True)
class Choice:
    """The flight that is wanted."""

    query: Best
    best: Row
    text: str
    mark: str
    """A word of the text that shows that it was said."""


def has_seats(cabin: str, seats: int) -> Where:
    """Everybody finds a seat."""
    return Where(f"seats_{cabin}", ">=", Policy(seats, "one seat per passenger"))


def choose(rng: random.Random, shelf: Shelf, *, by_price: bool, plain: bool, limited: bool) -> Choice | None:
    """A criterion with a single winner, alone or together with a bound that the user states.

    Args:
        rng: Draws criterion, bound and words.
        shelf: What there is to choose from.
        by_price: The cheapest only.
        plain: No bound besides.
        limited: The sum is limited elsewhere: no bound on the fare.
    """
    criteria = (PRICE,) if by_price else CRITERIA
    ways = [(one, bound) for one in criteria for bound in one.bounds]
    ways = [way for way in ways if not (way[1] and plain) and not (way[1] == "fare" and limited)]
    ways += [(one, "second") for one in criteria if one.second and not plain and rng.random() < SECOND]
    rng.shuffle(ways)
    ways.sort(key=lambda way: way[0].by == "seats" and rng.random() >= ROOMY)
    if not by_price:  # a price may always be the lowest; what else decides has its turn first
        ways.sort(key=lambda way: way[0] is PRICE and way[1] != "second" and rng.random() < LATER)
    found = (_wanted(rng, shelf, one, bound) for one, bound in ways[:TURNS] if len(shelf.rows) > 1)
    return next((choice for choice in found if choice is not None), None)


def _wanted(rng: random.Random, shelf: Shelf, one: Criterion, bound: str) -> Choice | None:
    """The flight that is best in one way, if it is alone and each search could have shown a better one."""
    if bound == "second":
        return _second(rng, shelf, one)
    field = shelf.field(one.by)
    for where, limit in _bounded(rng, shelf, one, bound):
        rows = [row for row in shelf.rows if holds(row, where)]
        ranked = sorted(rows, key=lambda row: row[field], reverse=one.most)
        if len(ranked) < 2 or ranked[0][field] == ranked[1][field]:
            continue
        if not all(_could_win(search, ranked[0], one.by, most=one.most) for search in shelf.searches()):
            continue  # a search on a day that can hold no better flight is none that has to be made
        text = spin(rng, f"[I want|I'd like|Please find me|I'm looking for|Go for|Give me|Pick] {one.words}{limit}.")
        query = Best(shelf.sources, field, one.most, (has_seats(shelf.cabin, shelf.seats), *where))
        return Choice(query, ranked[0], text, _mark(text))
    return None


def _second(rng: random.Random, shelf: Shelf, one: Criterion) -> Choice | None:
    """The best but one: the best of those that do not leave when the best does."""
    field = shelf.field(one.by)
    ranked = sorted(shelf.rows, key=lambda row: row[field], reverse=one.most)
    three = {row[field] for row in ranked[:3]}
    if len(three) < 3 or sum(row["departs"] == ranked[0]["departs"] for row in ranked) > 1:
        return None
    if not all(_could_win(search, ranked[1], one.by, most=one.most) for search in shelf.searches()):
        return None
    enough = has_seats(shelf.cabin, shelf.seats)
    first = Best(shelf.sources, field, one.most, (enough,))
    other = Where("departs", "is not", Picked(first, "departs"))
    text = spin(rng, f"[I want|I'd like|Please find me|I'm looking for|Give me] {one.second}.")
    return Choice(Best(shelf.sources, field, one.most, (enough, other)), ranked[1], text, _mark(text))


def _could_win(search: Call, best: Row, by: str, *, most: bool) -> bool:
    """Whether a search could show a flight that beats the best one; by price, length or seats any could."""
    span = search_bounds(search, (), by) if by in ("departs", "arrives") else None
    return span is None or bool(span.most > best[by] if most else span.least < best[by])


Bound = tuple[tuple[Where, ...], str]
"""What must hold besides, and how that is said."""


def _bounded(rng: random.Random, shelf: Shelf, one: Criterion, bound: str) -> Iterator[Bound]:
    """Bounds of one kind, those that most likely leave a single winner last."""
    price = f"price_{shelf.cabin}"
    match bound:
        case "":
            yield (), ""
        case "fare":
            for limit in _limits(shelf, one):
                words = f" [that costs at most|for no more than|priced at or below] {money(limit)} per person"
                yield (Where(price, "<=", Said(limit)),), words
        case "from":
            time = rng.choice(("08:00:00", "09:00:00", "10:00:00", "12:00:00", "14:00:00"))
            words = f" [that leaves at|leaving at|departing at] {clock(time)} or later"
            yield (Where("departure", ">=", Said(time)),), words
        case "before":
            time = rng.choice(("12:00:00", "15:00:00", "18:00:00", "20:00:00"))
            words = f" [that takes off before|leaving before|departing before] {clock(time)}"
            yield (Where("departure", "<", Said(time)),), words


def _limits(shelf: Shelf, one: Criterion) -> Iterator[int]:
    """Highest fares: that of half of the flights, and one that only the cheapest of the best keeps to."""
    price, field = f"price_{shelf.cabin}", shelf.field(one.by)
    yield tens(sorted(row[price] for row in shelf.rows)[len(shelf.rows) // 2])
    best = (max if one.most else min)(row[field] for row in shelf.rows)
    fares = sorted(row[price] for row in shelf.rows if row[field] == best)
    if len(fares) > 1 and tens(fares[0]) < fares[1]:
        yield tens(fares[0])


def tens(amount: float) -> int:
    """The next ten dollars at or above an amount, as people name their limits."""
    return int(-(-amount // 10) * 10)


def holds(row: Row, wheres: Sequence[Where]) -> bool:
    """Whether bounds hold whose values are said."""
    return all(isinstance(one.value, Said) and _compares(row[one.attribute], one.op, one.value.value) for one in wheres)


def _compares(value: str | float, op: str, limit: object) -> bool:
    return bool(value < limit if op == "<" else value <= limit if op == "<=" else value >= limit)  # type: ignore[operator]


def _mark(text: str) -> str:
    """The word of the criterion that shows that it was said."""
    lower = text.lower()
    return next((word for word in TELLING if word in lower), lower.split()[-1].strip("."))
