"""Requests that the airline's policy denies, one recipe per clause; each rests on a record that shows why."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.airline.cancelling import cancel_draft
from writ_dspy.domains.tau2.airline.chains import Memory, Profile, Trip, changeable, locate, meet, upcoming
from writ_dspy.domains.tau2.airline.compensation import (
    OPENINGS as COMPENSATION_OPENINGS,
)
from writ_dspy.domains.tau2.airline.compensation import (
    certificate,
    certificates,
    date_fact,
    flight_status,
)
from writ_dspy.domains.tau2.airline.eligibility import cancellation, may_cancel, segment_status, status_reads, thorough
from writ_dspy.domains.tau2.airline.rules import FLOWN, TODAY
from writ_dspy.domains.tau2.airline.rules import eligible as deserving
from writ_dspy.domains.tau2.airline.slots import flight_slot, reason_slot, wish_slot
from writ_dspy.domains.tau2.airline.wording import CABINS, CITIES, NUMBERS, counted, spin
from writ_dspy.task import (
    Check,
    Computed,
    Decision,
    Every,
    Fact,
    Only,
    Picked,
    Policy,
    ReadCall,
    Request,
    Requirement,
    Said,
    Slot,
    Term,
    Where,
)

FLIGHTS, BAGS = "update_reservation_flights", "update_reservation_baggages"
ENDS = "the origin and the destination of a reservation cannot be changed"
TYPE = "a trip stays one way or round, as it was booked"
BASIC = "basic economy flights cannot be modified"
CABIN = "the cabin cannot be changed once a flight of the trip has been flown"
HEADS = "the number of passengers cannot be changed, only who they are"
FEWER = "checked bags can be added but not removed"
INSURED = "travel insurance cannot be added after the booking"
PAID = "a change can only be paid with a gift card or a credit card"
ON_TRIP = "[a trip I booked|one of my reservations|an existing booking|a reservation of mine|one of my trips]"
KNOWN: Memory = "knows ids"
"""How the user knows the trip, whatever the dial says: a refusal has to rest on the record, not on the way to it."""
HELLO = "[Hi, |Hello, |Hi there, |Good afternoon, ||||]"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user says beyond the trip, and what the clause says to it."""

    requires: tuple[Requirement, ...]
    slots: tuple[Slot, ...] = ()
    facts: tuple[Fact, ...] = ()
    args: tuple[tuple[str, Term], ...] = ()
    """What of it the user puts into words, beside the trip."""


@dataclass(frozen=True, slots=True)
class Denied:
    """A request about one trip that a clause denies, for trips of which that can be asked.

    Burden: what the record behind the clause takes, 1 or 2. The user says the id of the trip.
    """

    name: str
    tool: str
    """The write asked for; where no argument of any stands for the wish, a name for it."""
    topic: str
    word: str
    opening: str
    fits: Callable[[Profile, Row], bool]
    wish: Callable[[Profile, Trip, random.Random], Wish | None]

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the records give no such request."""
        profile = meet(domain, user_id)
        trip = locate(profile, KNOWN, rng, lambda row: self.fits(profile, row))
        wish = self.wish(profile, trip, rng) if trip is not None else None
        if trip is None or wish is None:
            return None
        wanted = (("reservation_id", trip.pick("reservation_id")), *wish.args)
        decision = Decision(self.tool, wanted, wish.requires, bare=True)
        request = Request(0, (), self.topic, self.word, spin(rng, HELLO + self.opening), (trip.slot, *wish.slots))
        return Draft(
            user_id, self.name, (decision,), (request,), (profile.identity_fact, *trip.facts, *wish.facts),
            profile.identity(rng), (), KNOWN, frozenset({trip.record}),
        )  # fmt: skip


def _basic(profile: Profile, trip: Trip, _rng: random.Random) -> Wish:
    kept = Check(trip.pick("cabin"), "is not", Policy("basic_economy", "basic economy"), BASIC)
    return Wish((*changeable(profile, trip), kept))


def _flown(profile: Profile, trip: Trip, rng: random.Random) -> Wish:
    cabin = rng.choice([cabin for cabin in CABINS if cabin not in ("basic_economy", trip.row["cabin"])])
    status = Picked(Only(status_reads(trip, [1])), "status")
    checks = [Check(status, "is not", Policy(flown, "flown"), CABIN) for flown in FLOWN]
    text = spin(rng, "[I want|I'd like|Put us in|Make it|It should be] {cabin}[.|, please.]", cabin=CABINS[cabin])
    fact = Fact("wanted_cabin", cabin, f"I want {CABINS[cabin]}.")
    slot = Slot("cabin", text, (CABINS[cabin],))
    return Wish((profile.known, *trip.owned, *checks), (slot,), (fact,), (("cabin", Said(cabin)),))


def _elsewhere(profile: Profile, trip: Trip, rng: random.Random) -> Wish:
    end = rng.choice(("destination", "origin"))
    code = rng.choice([code for code in CITIES if code not in (trip.row["origin"], trip.row["destination"])])
    same = Check(trip.pick(end), "is", Said(code), ENDS)
    city = CITIES[code]
    words = "[go to|fly to|end up in]" if end == "destination" else "[leave from|start from|set off from]"
    text = spin(rng, f"[I want to|I'd rather|We have to|I need to] {words} {{city}} instead.", city=city)
    slot = Slot("route", text, (city.lower(),))
    return Wish((*changeable(profile, trip), same), (slot,), (Fact("new_end", code, text),), ((end, Said(code)),))


def _other_type(profile: Profile, trip: Trip, rng: random.Random) -> Wish:
    back = trip.row["flight_type"] == "one_way"
    wanted, text = (
        ("round_trip", "[Make it a round trip|Turn it into a round trip|I need it to be a round trip].")
        if back
        else ("one_way", "[Make it a one way trip|Turn it into a one way trip|I need it to be just one way].")
    )
    same = Check(trip.pick("flight_type"), "is", Said(wanted), TYPE)
    words = spin(rng, text)
    fact = Fact("wanted_type", wanted, words)
    return Wish(
        (*changeable(profile, trip), same), (Slot("trip", words, ()),), (fact,), (("flight_type", Said(wanted)),)
    )


def _one_less(profile: Profile, trip: Trip, rng: random.Random) -> Wish | None:
    people = profile.look(trip.row["reservation_id"])["passengers"]
    names = [str(person["first_name"]) for person in people]
    leaving = rng.choice(names)
    if names.count(leaving) > 1 or leaving == profile.row["first_name"]:
        return None
    source = ReadCall("get_reservation_details", (("reservation_id", trip.pick("reservation_id")),), "passengers")
    kept = Computed("count", (Picked(Every((source,), (Where("first_name", "is not", Said(leaving)),)), "passenger"),))
    same = Check(kept, "is", trip.pick("passenger_count"), HEADS)
    text = spin(
        rng,
        "[Take {name} off|{name} isn't coming, and nobody takes the seat|Just remove {name}][.|, nobody else will come along.]",
        name=leaving,
    )
    fact = Fact("leaving", leaving, f"{leaving} is not coming.")
    slot = Slot("person", text, (leaving.lower(),))
    return Wish((*changeable(profile, trip), same), (slot,), (fact,), (("first_name", Said(leaving)),))


def _fewer_bags(profile: Profile, trip: Trip, rng: random.Random) -> Wish | None:
    total = rng.randrange(int(trip.row["total_baggages"]))
    enough = Check(Said(total), ">=", trip.pick("total_baggages"), FEWER)
    bags = counted(total, "checked bag")
    text = spin(rng, "[I only need|We just need|Leave it at|I want it down to] {bags}[.| in all.]", bags=bags)
    fact = Fact("bags", total, f"I want {bags} in all.")
    slot = Slot("bags", text, (NUMBERS[total], "bag"))
    return Wish((*changeable(profile, trip), enough), (slot,), (fact,), (("total_baggages", Said(total)),))


def _insure(profile: Profile, trip: Trip, _rng: random.Random) -> Wish:
    insured = Check(trip.pick("insurance"), "is", Policy("yes", "insured when it was booked"), INSURED)
    return Wish((*changeable(profile, trip), insured))


DENIED = (
    Denied(
        "denied: flights in basic economy", FLIGHTS, "the flight change", "flight",
        f"[I'd like to|I want to|I need to|can I|could you] [move|reschedule|rebook] {ON_TRIP} to [another|a different] [day|date].",
        lambda _profile, row: upcoming(row) and row["status"] != "cancelled" and row["cabin"] == "basic_economy", _basic,
    ),
    Denied(
        "denied: cabin after a flown flight", FLIGHTS, "the cabin change", "cabin",
        f"[I'd like to|I want to|I need to] [change the cabin of|switch the cabin of|travel in another cabin on] {ON_TRIP}.",
        lambda profile, row: row["date_1"] < TODAY and segment_status(profile, row)[0] in FLOWN, _flown,
    ),
    Denied(
        "denied: other origin or destination", "change_route", "the change of route", "route",
        f"[I'd like to|I want to|I need to] [change the route of|change where I fly on|reroute] {ON_TRIP}.",
        lambda _profile, row: upcoming(row) and row["status"] != "cancelled" and row["cabin"] != "basic_economy", _elsewhere,
    ),
    Denied(
        "denied: other trip type", "change_trip_type", "the change of trip type", "trip",
        f"[I'd like to|I want to|I need to] [change the kind of|change the trip type of] {ON_TRIP}.",
        lambda _profile, row: upcoming(row) and row["status"] != "cancelled" and row["cabin"] != "basic_economy", _other_type,
    ),
    Denied(
        "denied: fewer passengers", "remove_passenger", "the passenger removal", "passenger",
        f"[I'd like to|I want to|I need to] [remove a passenger from|take a passenger off|have one passenger less on] {ON_TRIP}.",
        lambda _profile, row: upcoming(row) and row["status"] != "cancelled" and row["passenger_count"] > 1, _one_less,
    ),
    Denied(
        "denied: fewer bags", BAGS, "the checked bags", "bags",
        f"[I'd like to|I want to|I need to] [remove checked bags from|take checked bags off|cut down the checked bags on] {ON_TRIP}.",
        lambda _profile, row: upcoming(row) and row["status"] != "cancelled" and 0 < row["total_baggages"] < len(NUMBERS), _fewer_bags,
    ),
    Denied(
        "denied: insurance after the booking", "add_insurance", "the travel insurance", "insurance",
        f"[I'd like to|I want to|I need to|can I|could you] add travel insurance to {ON_TRIP}.",
        lambda _profile, row: upcoming(row) and row["status"] != "cancelled" and row["insurance"] == "no", _insure,
    ),
)  # fmt: skip


class Uncancellable:
    """A cancellation without a ground: not business, booked longer than a day ago, not covered, nothing canceled.

    Burden: the reservation, and the status of each of its flights: 2 to 5. The user says its id.
    """

    name = "denied: cancellation without a ground"
    tool = "cancel_reservation"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the records give no such request."""
        profile = meet(domain, user_id)
        covered = rng.random() < 0.5

        def hopeless(row: Row) -> bool:
            ways = may_cancel(row, covered=covered) or "cancelled" in segment_status(profile, row)
            return upcoming(row) and not ways and row["segment_count"] < dial.burden

        trip = locate(profile, KNOWN, rng, hopeless)
        if trip is None:
            return None
        decision = cancellation(profile, trip, thorough(trip, covered=covered))
        return cancel_draft(
            self.name, profile, dial, rng, trip, decision, (trip.slot, reason_slot(rng, covered=covered))
        )


class Uncompensated:
    """A certificate for a flight that was neither canceled nor delayed. Burden: reservation and status, so 2; the user says its id."""

    name = "denied: compensation without a disruption"
    tool = "send_certificate"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the records give no such request."""
        profile = meet(domain, user_id)

        def fine(row: Row) -> bool:
            fair = deserving(profile.row["membership"], row["insurance"], row["cabin"])
            return fair and row["first_date"] < TODAY and segment_status(profile, row)[0] == "landed"

        trip = locate(profile, KNOWN, rng, fine)
        if trip is None:
            return None
        dates = [flight["date"] for flight in trip.row["flights"]]
        if dates.count(dates[0]) != 1:
            return None
        slots = (trip.slot, flight_slot(rng, dates[0], "was canceled"), wish_slot(rng))
        request = Request(0, (), "the compensation request", "compensation", spin(rng, COMPENSATION_OPENINGS), slots)
        decision = certificate(profile, trip, flight_status(trip, dates[0]), "cancelled")
        facts = (profile.identity_fact, *trip.facts, date_fact(dates[0]))
        return Draft(
            user_id, self.name, (decision,), (request,), facts, profile.identity(rng), (), KNOWN,
            frozenset({certificates(profile)}),
        )  # fmt: skip


DENIALS = (*DENIED, Uncancellable(), Uncompensated())
