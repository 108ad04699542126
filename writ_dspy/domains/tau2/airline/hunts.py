"""Searching for a flight: how many searches it takes, which flight is best, and how a user asks for it."""

# Longer than 400 lines: a search, the best of what it shows, and the words for that depend on each other at every step.

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from writ_dspy.domains.domain import Domain
from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.airline.criteria import Shelf, choose, has_seats, holds
from writ_dspy.domains.tau2.airline.journeys import day_from_today, days_text, onward, place, stops_text
from writ_dspy.domains.tau2.airline.lenses import CLASSES
from writ_dspy.domains.tau2.airline.wording import CITIES, airport, clock, day, from_today, spin, town
from writ_dspy.task import Best, Fact, Json, Listed, Only, Picked, ReadCall, Said, Slot, Term, Where

FILLED = 0.9
"""Share of the hunts with a search that shows nothing which are given up for another."""
SHORT_WAIT, LONG_WAIT = 30, 8 * 60
"""Minutes between two flights that somebody may still put up with."""
FROM_TODAY = 0.5
"""Share of single days that are said from today, of those that can be."""
FIRST_DAY, LAST_DAY = 16, 30
"""Days of May 2024 on which flights can be booked."""
REGIONS: tuple[tuple[str, ...], ...] = (("EWR", "JFK", "LGA"), ("PHL", "EWR"), ("PHL", "JFK"))
"""Airports within reach of each other, among which one traveler may choose; the first is the New York area."""
STATES: tuple[tuple[str, ...], ...] = (("MIA", "MCO"), ("SFO", "LAX"))
"""Those of a state to which one may want to get at all: nobody lives near both."""
DIRECT, ONE_STOP = "search_direct_flight", "search_onestop_flight"
BACK = "return_"
"""Prefix of the slots and facts of the way back."""
RETURNING = ("For the way back,", "On the way back,", "For the return,", "As for the return,")
FLYING_BACK = ("For the flight back,", "As for the flight back,", "For the flight home,", "On the return flight,")


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

    @property
    def caps_price(self) -> bool:
        """Whether the user has named a highest price already."""
        return any(where.attribute.startswith("price_") for where in self.query.where)

    def pick(self, field: str) -> Picked:
        """A field of the best flight."""
        return Picked(self.query, field)

    def in_cabin(self, old: str, new: str, seats: int) -> Hunt | None:
        """The same wish in another cabin, over the same searches; None where it has no single winner."""
        if isinstance(self.query, Only):
            return self if self.best[f"seats_{new}"] >= seats else None
        if any(where.attribute == f"price_{old}" for where in self.query.where):
            return None
        others = self.query.where[1:]
        if any(isinstance(where.value, Picked) for where in others):  # the second best of one cabin is none of another
            return None
        by = self.query.by.replace(f"price_{old}", f"price_{new}").replace(f"seats_{old}", f"seats_{new}")
        kept = [row for row in self.rows if row[f"seats_{new}"] >= seats and holds(row, others)]
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
    like: tuple[str, ...] = ()
    """The searches of the way there: who changes planes for the break in between does so on the way back, too."""
    limited: bool = False
    """The user limits the sum, and so not the fare."""


def _said(values: Sequence[str]) -> Term:
    return Said(values[0]) if len(values) == 1 else Listed(tuple(Said(value) for value in values))


def _date(number: int) -> str:
    return f"2024-05-{number:02d}"


def shapes(reads: int, pairs: int, first: int, last: int, *, straight: bool) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Ways to make that many searches of so many routes: (number of days, tools); with a stop alone where no flight goes straight."""
    for tools in ((DIRECT,), (DIRECT, ONE_STOP)) if straight else ((ONE_STOP,),):
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
    straight = any(end in _timetable(domain).get(start, {}) for start, end in ends.pairs)
    ways = list(shapes(reads, len(ends.pairs), *manner.window, straight=straight))
    ways = [way for way in ways if not manner.direct or way[1] == (DIRECT,)]
    rng.shuffle(ways)
    ways.sort(key=lambda way: bool(manner.like) and way[1] != manner.like)
    for days, tools in ways:
        for _ in range(3):
            start = rng.randint(manner.window[0], manner.window[1] - days + 1)
            dates = tuple(_date(number) for number in range(start, start + days))
            if manner.full and not _all_show(domain, ends, dates, tools, f"seats_{cabin}", seats):
                continue
            if not _all_show(domain, ends, dates, tools, "stops", 0) and rng.random() < FILLED:
                continue
            everything = _rows(domain, ends, dates, tools)
            rows = tuple(row for row in everything if row[f"seats_{cabin}"] >= seats)
            shelf = Shelf(_sources(ends, dates, tools), tuple(ends.pairs), dates, tools, cabin, seats, rows)
            found = choose(rng, shelf, by_price=manner.by_price, plain=manner.plain, limited=manner.limited)
            if found is not None and SHORT_WAIT <= found.best.get("wait", SHORT_WAIT) <= LONG_WAIT:
                stops = stops_text(rng, direct=DIRECT in tools, one_stop=ONE_STOP in tools)
                text = f"{found.text} {stops}"
                slots, facts = _words(rng, ends, dates, text, found.mark, manner.key, plain=manner.plain)
                return Hunt(found.query, found.best, slots, facts, tuple(everything), stops)
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
        _most(domain, tool, origin, destination, date).get(attribute, -1) >= seats
        for tool in tools
        for origin, destination in ends.pairs
        for date in dates
    )


@lru_cache(maxsize=8192)
def _most(domain: Domain, tool: str, origin: str, destination: str, date: str) -> Mapping[str, int]:
    """The most stops and seats of the flights that one search shows; nothing where it shows none.

    Asked of the timetable: there are more searches than a domain keeps the results of, most hunts ask no more of them than
    this, and a search that is played and read takes twenty times as long.
    """
    flights = _timetable(domain).get(origin, {})
    ways: list[tuple[Json, ...]] = []
    if tool == DIRECT:
        ways = [(seats,) for flight in flights.get(destination, ()) if (seats := _free(flight, date)) is not None]
    else:
        for over, first_legs in flights.items():
            second_legs = _timetable(domain).get(over, {}).get(destination, ())
            for first in first_legs if second_legs else ():
                seats = _free(first, date)
                lands = first["scheduled_arrival_time_est"]
                # τ² goes on from a landing after midnight on the next day of May, written without a zero
                onward_date = f"2024-05-{int(date[-2:]) + 1}" if "+1" in lands else date
                ways += [
                    (seats, more)
                    for second in (second_legs if seats is not None else ())
                    if second["scheduled_departure_time_est"] >= lands
                    and (more := _free(second, onward_date)) is not None
                ]
    if not ways:
        return {}
    most = {f"seats_{cabin}": max(min(int(leg[cabin]) for leg in legs) for legs in ways) for cabin in CLASSES}
    return {"stops": len(ways[0]) - 1, **most}


def _free(flight: Json, date: str) -> Json | None:
    """The free seats of a flight on a day, by cabin; None where it cannot be booked."""
    that_day = flight["dates"].get(date)
    return that_day["available_seats"] if that_day is not None and that_day["status"] == "available" else None


@lru_cache(maxsize=4)
def _timetable(domain: Domain) -> Mapping[str, Mapping[str, Sequence[Json]]]:
    """The flights by the airport that they leave from, then by the one that they go to."""
    found: dict[str, dict[str, list[Json]]] = {}
    for flight in domain.tables["flights"].values():
        found.setdefault(flight["origin"], {}).setdefault(flight["destination"], []).append(flight)
    return found


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
            "[I'm flying|I need to get|I want to travel|It would be|I'd be going|I want to go|The trip is|The route is] "
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
