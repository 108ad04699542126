"""The chains of reads that every request walks: from the user id to the profile, to a reservation."""

# Longer than 400 lines by a few: the ways to point at a trip share its row and its words, and are read together.

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from writ_dspy.domains.domain import Domain
from writ_dspy.domains.observed import Row, Views
from writ_dspy.domains.tau2.airline.rules import TODAY
from writ_dspy.domains.tau2.airline.wording import CABINS, CITIES, airport, day, low, spin, town
from writ_dspy.task import (
    Best,
    Check,
    Every,
    Fact,
    Only,
    Picked,
    Policy,
    ReadCall,
    Requirement,
    Said,
    Slot,
    Term,
    Where,
)

Memory = Literal["knows ids", "half-remembers", "knows none"]


class Profile:
    """One user's profile: its rows as the lens shows them, and the queries for them, each built once."""

    def __init__(self, domain: Domain, user_id: str) -> None:
        self.domain, self.user_id = domain, user_id
        self.said = Said(user_id)
        views = domain.read(domain.canonical("get_user_details", {"user_id": user_id})).views
        self.row: Row = views["profile"][0]
        self.methods, self.saved = views["payment_methods"], views["saved_passengers"]
        self.ids: list[str] = [row["reservation_id"] for row in views["reservations"]]
        self.profile = Only((self.source("profile"),))
        self.reservations = Every((self.source("reservations"),))
        self.known = Check(Picked(self.profile, "user_id"), "is", self.said, "I need a user id that I can find")
        self.identity_fact = Fact("user_id", user_id, f"My user id is {user_id}.")

    def source(self, view: str) -> ReadCall:
        """A read of the profile."""
        return ReadCall("get_user_details", (("user_id", self.said),), view)

    def method(self, *where: Where) -> Only:
        """The one payment method of that kind."""
        return Only((self.source("payment_methods"),), where)

    def every_method(self, *where: Where) -> Every:
        """All payment methods of that kind."""
        return Every((self.source("payment_methods"),), where)

    def most_money(self, kind: str) -> Best:
        """The gift card or certificate that is worth the most."""
        return Best((self.source("payment_methods"),), "amount", True, (Where("source", "is", Said(kind)),))

    def saved_passenger(self, first_name: str) -> Only:
        """The saved passenger of that first name."""
        return Only((self.source("saved_passengers"),), (Where("first_name", "is", Said(first_name)),))

    @cached_property
    def records(self) -> tuple[Row, ...]:
        """The user's reservations, as rows."""
        return tuple(self.look(item)["reservation"][0] for item in self.ids)

    def flies(self, row: Row) -> bool:
        """Whether the user is among the passengers of a reservation, and so has reasons of their own not to travel."""
        me = tuple(self.row[name] for name in ("first_name", "last_name"))
        people = self.look(row["reservation_id"])["passengers"]
        return any((person["first_name"], person["last_name"]) == me for person in people)

    def look(self, reservation_id: str) -> Views:
        """The rows of one reservation."""
        call = self.domain.canonical("get_reservation_details", {"reservation_id": reservation_id})
        return self.domain.read(call).views

    def identity(self, rng: random.Random) -> Slot:
        """How the user says who they are."""
        text = spin(
            rng,
            "[My user id is|My user ID is|My id is|I'm|You can find me as|My account is under|The user id is|My "
            "login is|My profile is|The id of my profile is] {user}.",
            user=self.user_id,
        )
        return Slot("identity", text, (self.user_id,))


@lru_cache(maxsize=1024)
def meet(domain: Domain, user_id: str) -> Profile:
    """The user's profile; worked out once, since the base never changes."""
    return Profile(domain, user_id)


@dataclass(frozen=True, slots=True)
class Trip:
    """A reservation as a goal finds it and as its owner speaks of it."""

    row: Row
    query: Only | Best
    slot: Slot
    facts: tuple[Fact, ...]
    reads: int
    """Size of the evidence set for the row, with the profile."""
    owned: tuple[Requirement, ...] = ()
    """Where the id is said rather than found in the profile: that it is the user's own."""
    noun: str = ""
    """With a superlative: "the trip that starts first among my business trips"."""

    def pick(self, field: str) -> Picked:
        """A field of the reservation."""
        return Picked(self.query, field)

    @property
    def record(self) -> str:
        """The reservation as a record that a write may change."""
        return f"reservations/{self.row['reservation_id']}"


def upcoming(row: Row) -> bool:
    """Nothing of it has been flown, as its dates alone show."""
    return bool(row["first_date"] > TODAY)


def changeable(profile: Profile, trip: Trip) -> tuple[Requirement, ...]:
    """What must hold before anything is done to a trip, in the order in which it is read."""
    return (
        profile.known,
        *trip.owned,
        Check(
            trip.pick("status"),
            "is not",
            Policy("cancelled", "status"),
            "that reservation has already been canceled",
        ),
        Check(trip.pick("first_date"), ">", Policy(TODAY, "today"), "part of that trip has already taken place"),
    )


def locate(
    profile: Profile, memory: Memory, rng: random.Random, fits: Callable[[Row], bool], reads: int = 2
) -> Trip | None:
    """A reservation that fits, found in the way that this user's memory allows.

    Args:
        profile: The user's.
        memory: `knows ids` says the id, `half-remembers` its end, `knows none` describes the trip.
        rng: Draws the trip and the words.
        fits: Which reservations may be meant.
        reads: Size of the evidence set to aim at; more than two takes a superlative over all reservations.

    Returns:
        None when this user has no such reservation, or none that can be told apart this way.
    """
    if reads != 2 and (memory != "knows none" or reads != 1 + len(profile.ids)):
        return None
    rows = [row for row in profile.records if fits(row)]
    rng.shuffle(rows)
    if not rows:
        return None
    if reads != 2:
        return superlative(profile, rng, fits)
    if memory == "knows ids":
        return _by_id(profile, rng, rows[0])
    if memory == "half-remembers":
        return _by_end(profile, rng, rows[0])
    return next((trip for row in rows if (trip := _described(profile, rng, row))), None)


def _details(term: Term, view: str = "reservation") -> ReadCall:
    return ReadCall("get_reservation_details", (("reservation_id", term),), view)


def _by_id(profile: Profile, rng: random.Random, row: Row) -> Trip:
    name = str(row["reservation_id"])
    owned = Check(
        Said(name),
        "in",
        Picked(profile.reservations, "reservation_id"),
        "that reservation is not on your account",
    )
    text = spin(
        rng,
        "[It's|That's|The id is|The reservation id is|The reservation number is|I have the number here:|It "
        "is booked under|My booking reference is|It's about reservation|The reference on my confirmation "
        "says] {name}.",
        name=name,
    )
    fact = Fact("reservation_id", name, f"The reservation id is {name}.")
    return Trip(row, Only((_details(Said(name)),)), Slot("reservation", text, (name.lower(),)), (fact,), 2, (owned,))


def _by_end(profile: Profile, rng: random.Random, row: Row) -> Trip | None:
    end = str(row["reservation_id"])[-3:]
    if sum(item.endswith(end) for item in profile.ids) != 1:
        return None
    found = Only((profile.source("reservations"),), (Where("reservation_id", "ends with", Said(end)),))
    text = spin(
        rng,
        "[I only remember that|All I can recall is that|I don't have it all, but|I only wrote down the end of it, but I "
        "know that|If I remember rightly,|I just know that] [the id|the reservation id|the reservation "
        "number|the booking code] [ends with|ends in|finishes with] {end}.",
        end=end,
    )
    fact = Fact("reservation_end", end, f"The reservation id ends with {end}.")
    query = Only((_details(Picked(found, "reservation_id")),))
    return Trip(row, query, Slot("reservation", text, (end.lower(),)), (fact,), 2)


def _fan(profile: Profile, view: str = "reservation") -> tuple[ReadCall, ...]:
    return (_details(Picked(profile.reservations, "reservation_id"), view),)


def each_record(profile: Profile) -> ReadCall:
    """Every reservation of the profile, one read for each."""
    return _fan(profile)[0]


def each_trip(profile: Profile, by: str, where: tuple[Where, ...]) -> Best:
    """The trip that has the most of an attribute among all that pass; every reservation has to be read."""
    return Best(_fan(profile), by, True, where)


def _described(profile: Profile, rng: random.Random, row: Row) -> Trip | None:
    """The trip by what its owner remembers: its ends, date, cabin, who comes along, a flight number."""
    ways = [_by_route, _by_companion, _by_flight]
    rng.shuffle(ways)
    return next((trip for way in ways if (trip := way(profile, rng, row))), None)


REMEMBERED: tuple[tuple[str, ...], ...] = (
    ("destination",),
    ("origin", "destination"),
    ("destination", "first_date"),
    ("origin", "first_date"),
    ("origin", "destination", "first_date"),
    ("destination", "cabin"),
    ("origin", "destination", "cabin"),
)
"""What a user may remember of a trip; the first of these that tells it apart is said."""


def _by_route(profile: Profile, rng: random.Random, row: Row) -> Trip | None:
    rows = profile.records
    for keys in REMEMBERED:
        if sum(all(other[key] == row[key] for key in keys) for other in rows) == 1:
            where = tuple(Where(key, "is", Said(row[key])) for key in keys)
            text = spin(
                rng,
                "[It's|I mean|That would be|It's about|The one I mean is] [my trip|the trip|my booking|the "
                "reservation|my journey]",
            )
            text += f" in {CABINS[row['cabin']]}" if "cabin" in keys else ""
            text += f" from {_place(row['origin'], rng)}" if "origin" in keys else ""
            text += f" to {_place(row['destination'], rng)}" if "destination" in keys else ""
            if "first_date" in keys:
                text += (
                    rng.choice((", starting on", " that starts on", ", leaving on", " beginning"))
                    + f" {day(row['first_date'])}"
                )
            marks = tuple(_mark(key, row[key]) for key in keys)
            facts = tuple(
                Fact(
                    f"trip_{key}",
                    row[key],
                    f"The {key.replace('_', ' ')} of that trip is {_readable(key, row[key])}.",
                )
                for key in keys
            )
            return Trip(row, Only(_fan(profile), where), Slot("reservation", text + ".", marks), facts, 2)
    return None


def _readable(key: str, value: str) -> str:
    return day(value) if key == "first_date" else CABINS.get(value) or airport(value)


def _mark(key: str, value: str) -> str:
    if key == "first_date":
        return str(int(value[8:]))
    return CABINS.get(value) or CITIES[value].lower()


def _place(code: str, rng: random.Random) -> str:
    return rng.choice((town(code), town(code), airport(code)))


def _by_companion(profile: Profile, rng: random.Random, row: Row) -> Trip | None:
    """The only trip with a passenger of that first name, who is not the user."""
    names = Counter(person["first_name"] for item in profile.ids for person in profile.look(item)["passengers"])
    people = [
        person["first_name"]
        for person in profile.look(row["reservation_id"])["passengers"]
        if names[person["first_name"]] == 1 and person["first_name"] != profile.row["first_name"]
    ]
    if not people:
        return None
    first = str(people[0])
    text = spin(
        rng,
        "[It's|I mean|That would be|It's about|The one I mean is] the [trip|booking|reservation] [with|"
        "that has|which includes] [a passenger called {name}|{name} on it|{name} among the passengers].",
        name=first,
    )
    query = Only(_fan(profile, "passengers"), (Where("first_name", "is", Said(first)),))
    fact = Fact("companion", first, f"{first} is a passenger on that trip.")
    return Trip(row, query, Slot("reservation", text, (first.lower(),)), (fact,), 2)


def _by_flight(profile: Profile, rng: random.Random, row: Row) -> Trip | None:
    numbers = Counter(leg["flight_number"] for item in profile.ids for leg in profile.look(item)["segments"])
    own = [leg["flight_number"] for leg in row["flights"] if numbers[leg["flight_number"]] == 1]
    if not own or rng.random() < 0.5:
        return None
    number = str(rng.choice(own))
    text = spin(
        rng,
        "[It's|I mean|That would be|It's about|The one I mean is] the [trip|booking|reservation] [with|"
        "that includes|that has] [flight|flight number] {number} [in it|on it|].",
        number=number,
    )
    query = Only(_fan(profile, "segments"), (Where("flight_number", "is", Said(number)),))
    fact = Fact("flight_number", number, f"Flight {number} is part of that trip.")
    return Trip(row, query, Slot("reservation", text, (number.lower(),)), (fact,), 2)


LEADS = (
    "It's",
    "I mean",
    "That would be",
    "It's about",
    "Please take",
    "The one I mean is",
    "I'm talking about",
    "Look for",
)
RANKS: tuple[tuple[str, bool, str], ...] = (
    ("paid", True, "[cost me the most|was the most expensive|I paid the most for]"),
    ("paid", False, "[cost me the least|was the least expensive|I paid the least for]"),
    ("first_date", False, "[comes up first|starts first|is the first to start|is next on my calendar]"),
    ("first_date", True, "[starts last|is the last to start|is furthest away|begins the latest]"),
    ("created_at", True, "[I booked most recently|I booked last|was booked most recently]"),
    (
        "created_at",
        False,
        "[I booked first|was booked before all the others|I made the earliest reservation for]",
    ),
    ("passenger_count", True, "[has the most passengers|most people are on|carries the most travelers]"),
    ("total_baggages", True, "[has the most checked bags|I booked the most checked bags for]"),
    ("segment_count", True, "[has the most flights|consists of the most flights|has the most legs]"),
    ("last_date", True, "[ends last|is the last to end|brings me home the latest]"),
)
SCOPES: tuple[tuple[str, str, Callable[[Row], bool], tuple[Where, ...]], ...] = (
    ("all my trips", "all", lambda _: True, ()),
    ("my upcoming trips", "upcoming", upcoming, (Where("first_date", ">", Policy(TODAY, "today")),)),
    (
        "my business trips",
        "business",
        lambda row: row["cabin"] == "business",
        (Where("cabin", "is", Said("business")),),
    ),
    (
        "my one way trips",
        "one way",
        lambda row: row["flight_type"] == "one_way",
        (Where("flight_type", "is", Said("one_way")),),
    ),
    (
        "my round trips",
        "round trip",
        lambda row: row["flight_type"] == "round_trip",
        (Where("flight_type", "is", Said("round_trip")),),
    ),
    (
        "my trips with travel insurance",
        "insurance",
        lambda row: row["insurance"] == "yes",
        (Where("insurance", "is", Said("yes")),),
    ),
)


def superlative(
    profile: Profile, rng: random.Random, fits: Callable[[Row], bool], by: frozenset[str] = frozenset()
) -> Trip | None:
    """The trip that stands out among all, or among those of one kind; every reservation has to be read.

    Args:
        profile: The user's.
        rng: Draws the rank, the scope and the words.
        fits: Whether the winner may be meant.
        by: Attributes to rank by; any if empty.
    """
    ways = [(rank, scope) for rank in RANKS if not by or rank[0] in by for scope in SCOPES]
    rng.shuffle(ways)
    rows = profile.records
    for (field, most, words), (scope, mark, inside, where) in ways:
        group = sorted((row for row in rows if inside(row)), key=lambda row: row[field], reverse=most)
        if len(group) < 2 or group[0][field] == group[1][field] or not fits(group[0]):
            continue
        noun = low(spin(rng, f"the [one|booking|trip|reservation] that {words} [among|of|out of] {scope}"))
        text = f"{rng.choice(LEADS)} {noun}."
        fact = Fact("trip", mark, text)
        slot = Slot("reservation", text, (mark,))
        return Trip(group[0], Best(_fan(profile), field, most, where), slot, (fact,), 1 + len(rows), noun=noun)
    return None
