"""Searching for a flight: how many searches it takes, which flight is best, and how a user asks for it."""

# Longer than 400 lines: a search, the best of what it shows, and the words for that depend on each other at every step.

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from writ_dspy.domains.domain import Domain
from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.airline.journeys import day_from_today, days_text, onward, place, stops_text
from writ_dspy.domains.tau2.airline.timetable import search_bounds
from writ_dspy.domains.tau2.airline.wording import CITIES, airport, clock, day, from_today, money, spin, town
from writ_dspy.task import Best, Call, Fact, Listed, Only, Picked, Policy, ReadCall, Said, Slot, Term, Where

SECOND, LATER = 0.08, 0.7
"""Share of hunts for the cheapest but one, and of those in which a price has no turn before other criteria had theirs."""
FILLED = 0.9
"""Share of the hunts with a search that shows nothing which are given up for another."""
FROM_TODAY = 0.5
"""Share of single days that are said from today, of those that can be."""
FIRST_DAY, LAST_DAY = 16, 30
"""Days of May 2024 on which flights can be booked."""
REGIONS: tuple[tuple[str, ...], ...] = (
    ("EWR", "JFK", "LGA"), ("SFO", "LAX"), ("MIA", "MCO"), ("DFW", "IAH"), ("PHL", "EWR"), ("PHL", "JFK"),
    ("BOS", "EWR", "PHL"), ("LAS", "PHX"), ("SEA", "SFO", "LAX"), ("ORD", "DTW"), ("ORD", "MSP"), ("ATL", "CLT"),
)  # fmt: skip
"""Airports that one traveler may choose among; the first is the New York area."""
DIRECT, ONE_STOP = "search_direct_flight", "search_onestop_flight"
CRITERIA: tuple[tuple[str, bool, str], ...] = (
    ("price", False, "[the cheapest|the least expensive|the one with the lowest fare|the lowest-priced]"),
    (
        "price",
        False,
        "[whichever is cheapest|whatever costs the least|the best price you can find|the cheapest one]",
    ),
    ("duration", False, "[the shortest|the fastest|the quickest|the one that takes the least time]"),
    ("departs", True, "[the one that leaves last|the latest departure|the very last to depart]"),
    ("departs", False, "[the one that leaves first|the earliest departure|the very first to depart]"),
    ("arrives", False, "[the one that gets me there first|the earliest arrival|the first to arrive]"),
)
CHEAPEST = CRITERIA[:2]
BACK = "return_"
"""Prefix of the slots and facts of the way back."""
RETURNING = ("For the way back,", "On the way back,", "For the return,", "As for the return,")
FLYING_BACK = ("For the flight back,", "As for the flight back,", "For the flight home,", "On the return flight,")
TELLING = (
    "cheapest", "costs the least", "best price", "lowest", "shortest", "fastest", "quickest", "least time",
    "leaves last", "latest", "last to depart", "leaves first", "first to depart", "gets me there first", "gets me home first", "earliest",
    "first to arrive",
)  # fmt: skip
"""Words by which a criterion is recognized, the telling ones first."""


def has_seats(cabin: str, seats: int) -> Where:
    """Everybody finds a seat."""
    return Where(f"seats_{cabin}", ">=", Policy(seats, "one seat per passenger"))


@dataclass(frozen=True, slots=True)
class Ends:
    """Where a search starts and ends: codes, and the terms that stand for them."""

    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    origin: Term
    destination: Term
    told: bool
    """The user says the airports; otherwise a reservation gives them."""

    @classmethod
    def said(cls, origins: tuple[str, ...], destinations: tuple[str, ...]) -> Ends:
        """A route that the user says."""
        return cls(origins, destinations, _said(origins), _said(destinations), True)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Every route from an origin to a destination."""
        return [(origin, destination) for origin in self.origins for destination in self.destinations]

    @property
    def lead_nowhere(self) -> bool:
        """A route from an airport to itself: some reservations of the base have one; nobody would search for it."""
        return any(origin == destination for origin, destination in self.pairs)


@dataclass(frozen=True, slots=True)
class Hunt:
    """Searches that together show which flight the user wants."""

    query: Best | Only
    best: Row
    slots: tuple[Slot, ...]
    facts: tuple[Fact, ...]
    rows: tuple[Row, ...]
    """Everything that the searches show, with or without seats."""
    stops: str
    """What the user says about stopovers."""

    def pick(self, field: str) -> Picked:
        """A field of the best flight."""
        return Picked(self.query, field)

    def in_cabin(self, old: str, new: str, seats: int) -> Hunt | None:
        """The same wish in another cabin, over the same searches; None where it has no single winner."""
        if isinstance(self.query, Only):
            return self if self.best[f"seats_{new}"] >= seats else None
        if any(where.attribute == f"price_{old}" for where in self.query.where):
            return None
        by = self.query.by.replace(f"price_{old}", f"price_{new}")
        others = self.query.where[1:]
        kept = [
            row for row in self.rows if row[f"seats_{new}"] >= seats and all(_holds(row, where) for where in others)
        ]
        ranked = sorted(kept, key=lambda row: row[by], reverse=self.query.most)
        if not ranked or (len(ranked) > 1 and ranked[0][by] == ranked[1][by]):
            return None
        query = Best(self.query.sources, by, self.query.most, (has_seats(new, seats), *others))
        return replace(self, query=query, best=ranked[0])


@dataclass(frozen=True, slots=True)
class Manner:
    """What kind of hunt it is."""

    window: tuple[int, int] = (FIRST_DAY, LAST_DAY)
    """First and last day of May that may be asked for."""
    key: str = ""
    """Prefix of the slot and fact keys, to tell two hunts of one draft apart."""
    by_price: bool = False
    """The cheapest flight only."""
    full: bool = False
    """Every search shows a flight with enough seats, so that each could be the one that decides."""
    plain: bool = False
    """No bound on price or time besides."""
    direct: bool = False
    """No stops."""


def _holds(row: Row, where: Where) -> bool:
    """Whether a bound on the departure holds (`<` or `>=` a said time)."""
    limit = where.value.value if isinstance(where.value, Said) else ""
    return bool(row[where.attribute] < limit if where.op == "<" else row[where.attribute] >= limit)


def _said(values: Sequence[str]) -> Term:
    return Said(values[0]) if len(values) == 1 else Listed(tuple(Said(value) for value in values))


def _date(number: int) -> str:
    return f"2024-05-{number:02d}"


def shapes(reads: int, pairs: int, first: int, last: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Ways to make that many searches of so many routes: (number of days, tools)."""
    for tools in ((DIRECT,), (ONE_STOP,), (DIRECT, ONE_STOP)):
        days, rest = divmod(reads, pairs * len(tools))
        if rest == 0 and 1 <= days <= last - first + 1:
            yield days, tools


def hunt(
    domain: Domain, rng: random.Random, ends: Ends, cabin: str, seats: int, reads: int, manner: Manner
) -> Hunt | None:
    """The best of all flights that these searches show, by a criterion under which it is alone.

    Args:
        domain: Where to search.
        rng: Draws days, tools, criterion and words.
        ends: The route or routes.
        cabin: Class in which seats are needed.
        seats: How many.
        reads: Searches to be made.
        manner: What kind of hunt it is.
    """
    if ends.lead_nowhere:
        return None
    ways = [way for way in shapes(reads, len(ends.pairs), *manner.window) if not manner.direct or way[1] == (DIRECT,)]
    rng.shuffle(ways)
    for days, tools in ways:
        for _ in range(3):
            start = rng.randint(manner.window[0], manner.window[1] - days + 1)
            dates = tuple(_date(number) for number in range(start, start + days))
            if manner.full and not _all_show(domain, ends, dates, tools, f"seats_{cabin}", seats):
                continue
            if not _all_show(domain, ends, dates, tools, "stops", 0) and rng.random() < FILLED:
                continue
            everything = _rows(domain, ends, dates, tools)
            rows = [row for row in everything if row[f"seats_{cabin}"] >= seats]
            found = _best(
                rng,
                ends,
                cabin,
                seats,
                (dates, tools),
                rows,
                CHEAPEST if manner.by_price else CRITERIA,
                plain=manner.plain,
            )
            if found is not None:
                query, best, text, mark = found
                stops = stops_text(rng, direct=DIRECT in tools, one_stop=ONE_STOP in tools)
                slots, facts = _words(rng, ends, dates, f"{text} {stops}", mark, manner.key, plain=manner.plain)
                return Hunt(query, best, slots, facts, tuple(everything), stops)
    return None


def named_flight(
    domain: Domain,
    rng: random.Random,
    ends: Ends,
    cabin: str,
    seats: int,
    *,
    by_number: bool,
    window: tuple[int, int] = (FIRST_DAY, LAST_DAY),
    key: str = "",
) -> Hunt | None:
    """One direct flight on one day, that the user names by its number or by its departure time."""
    date = _date(rng.randint(*window))
    rows = [row for row in _rows(domain, ends, (date,), (DIRECT,)) if row[f"seats_{cabin}"] >= seats]
    if not rows or len(ends.pairs) > 1:
        return None
    best = rng.choice(rows)
    attribute = "flight_number" if by_number else "departure"
    value = best[attribute]
    everything = _rows(domain, ends, (date,), (DIRECT,))
    if sum(row[attribute] == value for row in everything) > 1:
        return None
    query = Only(_sources(ends, (date,), (DIRECT,)), (Where(attribute, "is", Said(value)),))
    text = spin(
        rng,
        "[I have my eye on|I'd like|Please take|I want|I've already picked] the [direct |nonstop |]flight "
        "[with the number|number|called|numbered] {value}."
        if by_number
        else "[I'd like|Please take|I want|I've already picked|I have my eye on] the [direct|nonstop] "
        "[flight|one|departure] [at|that leaves at|leaving at|departing at] {value}.",
        value=value if by_number else clock(value),
    )
    mark = value.lower() if by_number else clock(value).split(" ")[0]
    slots, facts = _words(rng, ends, (date,), text, mark, key)
    return Hunt(query, best, slots, (*facts, Fact(f"{key}{attribute}", value, text)), tuple(everything), "")


def _sources(ends: Ends, dates: Sequence[str], tools: Sequence[str]) -> tuple[ReadCall, ...]:
    args = (("origin", ends.origin), ("destination", ends.destination), ("date", _said(dates)))
    return tuple(ReadCall(tool, args, "options") for tool in tools)


def options(domain: Domain, tool: str, origin: str, destination: str, date: str) -> tuple[Row, ...]:
    """What one search shows."""
    call = domain.canonical(tool, {"origin": origin, "destination": destination, "date": date})
    return domain.read(call).views.get("options", ())


def _rows(domain: Domain, ends: Ends, dates: Sequence[str], tools: Sequence[str]) -> list[Row]:
    return [
        row
        for tool in tools
        for origin, destination in ends.pairs
        for date in dates
        for row in options(domain, tool, origin, destination, date)
    ]


def _all_show(
    domain: Domain, ends: Ends, dates: Sequence[str], tools: Sequence[str], attribute: str, seats: int
) -> bool:
    return all(
        any(row[attribute] >= seats for row in options(domain, tool, origin, destination, date))
        for tool in tools
        for origin, destination in ends.pairs
        for date in dates
    )


def _best(
    rng: random.Random,
    ends: Ends,
    cabin: str,
    seats: int,
    space: tuple[tuple[str, ...], tuple[str, ...]],
    rows: list[Row],
    criteria: tuple[tuple[str, bool, str], ...],
    *,
    plain: bool,
) -> tuple[Best, Row, str, str] | None:
    """A criterion with a single winner, alone or together with a bound that the user states."""
    if len(rows) < 2:
        return None
    ways = [
        (criterion, bound)
        for criterion in criteria
        for bound in ([""] if plain else ["", "", "price", "departure", "arrival"])
    ]
    rng.shuffle(ways)
    if (
        criteria is CRITERIA
    ):  # a price may always be the lowest; what time or length decide has its turn first in most hunts
        ways.sort(key=lambda way: way[0][0] == "price" and rng.random() < LATER)
    second = (
        criteria is CRITERIA and not plain and rng.random() < SECOND and _second(rng, ends, cabin, seats, space, rows)
    )
    if second:
        return second
    for (by, most, words), bound in ways[:12]:
        field = f"price_{cabin}" if by == "price" else by
        where, limit, kept = _bounded(rng, cabin, bound, by, rows)
        ranked = sorted(kept, key=lambda row: row[field], reverse=most)
        if len(ranked) < 2 or ranked[0][field] == ranked[1][field]:
            continue
        if not all(_could_win(search, ranked[0], by, most=most) for search in _searches(ends, *space)):
            continue  # a search on a day that can hold no better flight is none that has to be made
        mark = {"price": ("cheapest", "least expensive", "lowest")}.get(by, ())
        text = spin(rng, f"[I want|I'd like|Please find me|I'm looking for|Go for|Give me|Pick] {words}{limit}.")
        enough = has_seats(cabin, seats)
        return (
            Best(_sources(ends, *space), field, most, (enough, *where)),
            ranked[0],
            text,
            _strong(text, mark),
        )
    return None


def _second(
    rng: random.Random, ends: Ends, cabin: str, seats: int, space: tuple[tuple[str, ...], tuple[str, ...]], rows: list[Row]
) -> tuple[Best, Row, str, str] | None:  # fmt: skip
    """The cheapest but one: the best of those that do not leave when the cheapest does."""
    field = f"price_{cabin}"
    ranked = sorted(rows, key=lambda row: row[field])
    if (
        len(ranked) < 3
        or len({row[field] for row in ranked[:3]}) < 3
        or sum(row["departs"] == ranked[0]["departs"] for row in ranked) > 1
    ):
        return None
    sources, enough = _sources(ends, *space), has_seats(cabin, seats)
    cheapest = Best(sources, field, False, (enough,))
    other = Where("departs", "is not", Picked(cheapest, "departs"))
    text = spin(
        rng,
        "[I want|I'd like|Please find me|I'm looking for|Give me] the second cheapest[|, not the very cheapest|: the very "
        "cheapest is always too good to be true].",
    )
    return Best(sources, field, False, (enough, other)), ranked[1], text, "cheapest"


def _searches(ends: Ends, dates: Sequence[str], tools: Sequence[str]) -> Iterator[Call]:
    for tool, (origin, destination), date in itertools.product(tools, ends.pairs, dates):
        yield Call.of(tool, {"origin": origin, "destination": destination, "date": date})


def _could_win(search: Call, best: Row, by: str, *, most: bool) -> bool:
    """Whether a search could show a flight that beats the best one; by price or duration any could."""
    span = search_bounds(search, (), by) if by in ("departs", "arrives") else None
    return span is None or bool(span.most > best[by] if most else span.least < best[by])


def _bounded(
    rng: random.Random, cabin: str, bound: str, by: str, rows: list[Row]
) -> tuple[tuple[Where, ...], str, list[Row]]:
    """A limit on price or time of day: as a where, in words, and applied; none where it adds nothing."""
    if bound == "price" and by != "price":
        price = f"price_{cabin}"
        limit = -(-sorted(row[price] for row in rows)[len(rows) // 2] // 10) * 10
        words = f" [that costs at most|for no more than|priced at or below] {money(limit)} per person"
        return (Where(price, "<=", Said(limit)),), words, [row for row in rows if row[price] <= limit]
    if bound == "departure" and by == "price":
        time = rng.choice(("08:00:00", "09:00:00", "10:00:00", "12:00:00", "14:00:00"))
        words = f" [that leaves at|leaving at|departing at] {clock(time)} or later"
        return (
            (Where("departure", ">=", Said(time)),),
            words,
            [row for row in rows if row["departure"] >= time],
        )
    if bound == "arrival" and by == "price":
        time = rng.choice(("12:00:00", "15:00:00", "18:00:00", "20:00:00"))
        words = f" [that takes off before|leaving before|departing before] {clock(time)}"
        return (Where("departure", "<", Said(time)),), words, [row for row in rows if row["departure"] < time]
    return (), "", rows


def _strong(text: str, preferred: tuple[str, ...]) -> str:
    """The word of the criterion that shows it was said."""
    lower = text.lower()
    for word in (*preferred, *TELLING):
        if word in lower:
            return word
    return lower.split()[-1].strip(".")


def _words(
    rng: random.Random, ends: Ends, dates: tuple[str, ...], choice: str, mark: str, key: str, *, plain: bool = False
) -> tuple[tuple[Slot, ...], tuple[Fact, ...]]:
    """Slots for the route (if said), the days and the choice, and the facts behind them."""
    slots: list[Slot] = []
    facts: list[Fact] = []
    if ends.told:
        start, end = place(ends.origins, rng), place(ends.destinations, rng)
        text = spin(
            rng,
            "[I'm flying|I need to get|I want to travel|It would be|I'd be going|We want to go|The trip is|The route is] "
            "from {start} to {end}.",
            start=start,
            end=end,
        )
        named = [CITIES[code].lower() for code in (ends.origins[0], ends.destinations[0])]
        named += [code.lower() for code in (*ends.origins, *ends.destinations) if town(code) == airport(code)]
        marks = tuple(named)
        slots.append(Slot(f"{key}route", text, marks))
        facts += [
            Fact(f"{key}{side}", codes[0], f"The {side} is {airport(codes[0])}.")
            for side, codes in (("origin", ends.origins), ("destination", ends.destinations))
            if len(codes) == 1
        ]
    relative = (
        day_from_today(dates[0], rng)
        if len(dates) == 1 and key != BACK and not plain and rng.random() < FROM_TODAY
        else ""
    )
    days = relative or days_text(dates, rng)
    if key == BACK:  # said among the details of the way there, it would seem to be about that
        days = f"{rng.choice(RETURNING)} {onward(days)}"
        choice = f"{rng.choice(FLYING_BACK)} {onward(choice.replace('gets me there', 'gets me home'))}"
        mark = mark.replace("gets me there", "gets me home")
    marks = (str(int(dates[0][8:])), str(int(dates[-1][8:])))
    if relative:
        marks = tuple(next(text for text in from_today(dates[0]) if text in relative).split())
    slots.append(Slot(f"{key}dates", days, marks))
    facts.append(
        Fact(
            f"{key}date",
            dates[0],
            f"{'The day is' if len(dates) == 1 else 'The first possible day is'} {day(dates[0])}.",
        )
    )
    slots.append(Slot(f"{key}choice", choice, (mark,)))
    return tuple(slots), tuple(facts)
