"""One wish about every trip of a kind: as many writes as there are trips that fit, each confirmed for itself."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.airline.chains import Profile, Trip, changeable, each_trip, meet, upcoming
from writ_dspy.domains.tau2.airline.changes import cabin_change, fares_now
from writ_dspy.domains.tau2.airline.eligibility import cancellation, eligible, may_cancel
from writ_dspy.domains.tau2.airline.payments import Settling, paid_bags, settling
from writ_dspy.domains.tau2.airline.rules import TODAY
from writ_dspy.domains.tau2.airline.slots import COVERED, more_bags_each_slot, other_cabin_slot, reason_slot
from writ_dspy.domains.tau2.airline.wording import CABINS, named, spin, town
from writ_dspy.task import Computed, Decision, Fact, Policy, Request, Said, Slot, Where

HELLO = "[Hi, |Hello, |Hi there, |Good afternoon, ||||]"
MOST = 5
"""Writes that one wish asks for."""
ALL_OF = (
    "[All|Every one] of my upcoming trips{which}[, please|].|[I mean|That would be|It's] all my upcoming trips{which}[, every single one|]."
    "|[All|Every one] of the upcoming trips{which}[ on my account| that you show for me|].|Whichever of my upcoming trips{which} there are, "
    "[all of them|every one of them]."
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which trips are meant: their rows, how they are told from the others, and in which words."""

    rows: tuple[Row, ...]
    where: tuple[Where, ...]
    slot: Slot
    facts: tuple[Fact, ...]

    def trips(self, profile: Profile) -> tuple[Trip, ...]:
        """Each, the last booked one first: all reservations have to be looked at to know them all."""
        found: list[Trip] = []
        for row in sorted(self.rows, key=lambda row: str(row["created_at"]), reverse=True):
            others = tuple(Where("reservation_id", "is not", trip.pick("reservation_id")) for trip in found)
            query = each_trip(profile, "created_at", (*self.where, *others))
            found.append(Trip(row, query, self.slot, self.facts, 1 + len(profile.ids)))
        return tuple(found)


def scopes(profile: Profile, rng: random.Random) -> Iterator[Scope]:
    """Kinds of upcoming trips of which there are several; what a write changes tells none of them from the others."""
    ahead = tuple(row for row in profile.records if upcoming(row))
    later = Where("first_date", ">", Policy(TODAY, "today"))
    yield _scope(rng, ahead, (later,), "", (), ("upcoming", "ahead"))
    for field in ("origin", "destination"):
        for code in dict.fromkeys(str(row[field]) for row in ahead):
            rows = tuple(row for row in ahead if row[field] == code)
            which = f" {'from' if field == 'origin' else 'to'} {town(code)}"
            fact = Fact(f"trip_{field}", code, f"I mean the trips{which}.")
            yield _scope(rng, rows, (later, Where(field, "is", Said(code))), which, (fact,), named(code))
    if all(len([row for row in profile.records if row["created_at"] == one["created_at"]]) == 1 for one in ahead):
        for kind, which in (("one_way", " that are one way"), ("round_trip", " that are round trips")):
            rows = tuple(row for row in ahead if row["flight_type"] == kind)
            fact = Fact("trip_type", kind, f"I mean the trips{which}.")
            yield _scope(
                rng, rows, (later, Where("flight_type", "is", Said(kind))), which, (fact,), (which.split()[-1],)
            )


def _scope(
    rng: random.Random, rows: tuple[Row, ...], where: tuple[Where, ...], which: str, facts: tuple[Fact, ...], marks: tuple[str, ...]
) -> Scope:  # fmt: skip
    text = spin(rng, f"[{ALL_OF}]", which=which)
    return Scope(rows, where, Slot("reservation", text, tuple(mark for mark in marks if mark in text.lower())), facts)


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done to each trip of a kind."""

    slots: tuple[Slot, ...]
    facts: tuple[Fact, ...]
    write: Callable[[Trip], Decision]
    reads: int = 0
    """What the largest of the decisions takes beyond the reservations."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Every upcoming trip of a kind is canceled, gets bags or another cabin, two to five of them.

    Burden: the profile and every reservation, and for a cabin today's fare of each flight: 3 to 16. The user names no trip
    (`knows none`). No fallback, no refusal.
    """

    name: str
    tool: str
    topic: str
    word: str
    opening: str
    deed: Callable[[Profile, Scope, random.Random], Deed | None]

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the records give no such request."""
        profile = meet(domain, user_id)
        if dial.refuse or dial.fallback or dial.memory != "knows none" or len(profile.ids) >= dial.burden:
            return None
        found = [one for one in scopes(profile, rng) if 2 <= len(one.rows) <= MOST]
        rng.shuffle(found)
        for scope in found:
            if any(row["status"] == "cancelled" for row in scope.rows):
                continue
            deed = self.deed(profile, scope, rng)
            if deed is not None and 1 + len(profile.ids) + deed.reads == dial.burden:
                return self._compose(profile, dial, rng, scope, deed)
        return None

    def _compose(self, profile: Profile, dial: Dial, rng: random.Random, scope: Scope, deed: Deed) -> Draft:
        trips = scope.trips(profile)
        asked = Request(0, (), self.topic, self.word, spin(rng, HELLO + self.opening), (scope.slot, *deed.slots))
        more = [Request(index, (), self.topic, self.word, "", ()) for index in range(1, len(trips))]
        facts = (profile.identity_fact, *scope.facts, *deed.facts)
        touches = frozenset({*(trip.record for trip in trips), f"users/{profile.user_id}"})
        return Draft(
            profile.user_id, self.name, tuple(map(deed.write, trips)), (asked, *more), facts, profile.identity(rng), (),
            dial.memory, touches,
        )  # fmt: skip


def _canceled(profile: Profile, scope: Scope, rng: random.Random) -> Deed | None:
    """For a reason that an insurance covers, or for none."""
    covered = rng.random() < 0.5
    if not all(may_cancel(row, covered=covered) for row in scope.rows):
        return None
    ill = tuple(pair for pair in COVERED if pair[1] in ("flu", "ill", "doctor", "leg", "infection"))
    anyway = (("my plans have changed for all of them", "plans"), ("I won't be able to travel this year", "travel"))
    slot = reason_slot(rng, covered=covered, among=ill if covered else anyway)
    return Deed((slot,), (), lambda trip: cancellation(profile, trip, (eligible(trip, covered=covered),)))


def _more_bags(profile: Profile, _scope: Scope, rng: random.Random) -> Deed | None:
    """So many bags on top of those of each trip."""
    number = rng.randint(1, 3)
    settled = settling(profile, "knows none", rng, 10**4, "")
    if settled is None:
        return None
    slot, paid = more_bags_each_slot(rng, number), settled.first

    def write(trip: Trip) -> Decision:
        total = Computed("sum", (trip.pick("total_baggages"), Said(number)))
        args = (
            ("reservation_id", trip.pick("reservation_id")),
            ("total_baggages", total),
            ("nonfree_baggages", paid_bags(profile, trip.pick("cabin"), trip.pick("passenger_count"), total)),
            ("payment_id", paid.term),
        )
        return Decision("update_reservation_baggages", args, (*changeable(profile, trip), *paid.requires))

    facts = (Fact("bags", number, slot.text), *settled.facts())
    return Deed((slot, *settled.slots(rng)), facts, write)


def _other_cabin(profile: Profile, scope: Scope, rng: random.Random) -> Deed | None:
    """All of them in one cabin, in which none of them is yet."""
    cabins = [
        cabin for cabin in CABINS if all(row["cabin"] != cabin and _seats(profile, row, cabin) for row in scope.rows)
    ]
    settled: Settling | None = settling(profile, "knows none", rng, 10**4, "")
    if not cabins or settled is None:
        return None
    cabin, paid = rng.choice(cabins), settled
    slots = (other_cabin_slot(rng, cabin), *settled.slots(rng))
    legs = max(int(row["segment_count"]) for row in scope.rows)
    return Deed(slots, settled.facts(), lambda trip: cabin_change(profile, trip, cabin, paid)[0], legs)


def _seats(profile: Profile, row: Row, cabin: str) -> bool:
    found = fares_now(profile.domain, row)
    enough = all(option[f"seats_{cabin}"] >= row["passenger_count"] for option in found)
    return len(found) == row["segment_count"] and enough


SEVERAL = "[several|some|a few] of my [trips|reservations|bookings]"
BATCHES = (
    Batch(
        "cancel every trip of a kind", "cancel_reservation", "the reservation cancellations", "reservation",
        f"[[I'd like to|I want to|I need to|I have to] [cancel|call off|give up] {SEVERAL}[.|, more than one.]|"
        f"[could you|can you|would you] [cancel|call off] {SEVERAL}?]", _canceled,
    ),
    Batch(
        "add bags to every trip of a kind", "update_reservation_baggages", "the change of checked bags", "bags",
        f"[[I'd like to|I want to|I need to|I'll have to] [add checked bags to|take more luggage on] {SEVERAL}[.|, more than one.]|"
        f"[could I|may I|can I] [add checked bags to|bring more bags on] {SEVERAL}?]", _more_bags,
    ),
    Batch(
        "change the cabin of every trip of a kind", "update_reservation_flights", "the cabin changes", "cabin",
        f"[[I'd like to|I want to|I need to] [change the cabin of|travel in another cabin on] {SEVERAL}[.|, more than one.]|"
        f"[could I|may I|is it possible to] [change the cabin of|switch the class of] {SEVERAL}?]", _other_cabin,
    ),
)  # fmt: skip
