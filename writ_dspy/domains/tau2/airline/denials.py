"""Requests that the airline's policy denies, one recipe per clause; each rests on a record that shows why."""

# Longer than 400 lines: a clause a paragraph, each with how it is asked for and what denies it.

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
from writ_dspy.domains.tau2.airline.wording import CABINS, CITIES, NUMBERS, counted, day, named, spin, town
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
TYPE = "a one-way trip cannot become a round trip, nor a round trip a one-way trip"
BASIC = "basic economy flights cannot be modified"
CABIN = "the cabin cannot be changed once a flight of the trip has been flown"
HEADS = "the number of passengers cannot be changed, only who they are"
FEWER = "checked bags can be added but not removed"
INSURED = "travel insurance cannot be added after the booking"
PAID = "a change can only be paid with a gift card or a credit card"
ONE_CABIN = "the cabin has to be the same on all flights of a reservation"
REFUNDED = "a refund goes back to the original payment method"
ONE_CERTIFICATE = "only one travel certificate can be used for a reservation, along with a credit card or gift cards"
FIVE = "a reservation can have at most five passengers"
ON_TRIP = "[a trip I booked|one of my reservations|an existing booking|a reservation of mine|one of my trips]"
KNOWN: Memory = "knows ids"
"""How the user knows the trip, whatever the dial says: a refusal has to rest on the record, not on the way to it."""
NOT_YOURS = "only customers themselves can have their reservations canceled"
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
    words = "[go to|fly to|end up in]" if end == "destination" else "[leave from|start from|set off from]"
    text = spin(rng, f"[I want to|I'd rather|We have to|I need to] {words} {{place}} instead.", place=town(code))
    slot = Slot("route", text, named(code))
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
    forms = "[I only need|We just need|Leave it at|I want it down to] {bags}[.| in all.]"
    none = "[[I|We] don't need any checked bags [anymore|now].|[Take off all the checked bags|No checked bags at all now], please.]"
    text = spin(rng, forms if total else none, bags=bags)
    fact = Fact("bags", total, f"I want {bags} in all." if total else "I want no checked bags at all.")
    slot = Slot("bags", text, (NUMBERS[total], "bag"))
    return Wish((*changeable(profile, trip), enough), (slot,), (fact,), (("total_baggages", Said(total)),))


def _insure(profile: Profile, trip: Trip, _rng: random.Random) -> Wish:
    insured = Check(trip.pick("insurance"), "is", Policy("yes", "insured when it was booked"), INSURED)
    return Wish((*changeable(profile, trip), insured))


def _one_flight(_profile: Profile, trip: Trip, rng: random.Random) -> Wish | None:
    """Another cabin, on one of the flights only."""
    cabin = rng.choice([cabin for cabin in CABINS if cabin not in ("basic_economy", trip.row["cabin"])])
    numbers = [flight["flight_number"] for flight in trip.row["flights"]]
    number = str(rng.choice(numbers))
    if numbers.count(number) > 1:
        return None
    alone = Check(trip.pick("segment_count"), "is", Policy(1, "a trip of one flight"), ONE_CABIN)
    text = spin(
        rng,
        "[[Only|Just] {number} should be in {cabin}, [the rest stays as it is|the other flights stay as they are].|"
        "[I want|I'd like] {cabin} on {number} only[, the rest can stay|].]",
        number=number,
        cabin=CABINS[cabin],
    )
    slot = Slot("cabin", text, (CABINS[cabin], number.lower()))
    facts = (Fact("wanted_cabin", cabin, f"I want {CABINS[cabin]}."), Fact("one_flight", number, f"I mean {number}."))
    return Wish((alone,), (slot,), facts, (("cabin", Said(cabin)), ("flight_number", Said(number))))


def _by_certificate(profile: Profile, trip: Trip, rng: random.Random) -> Wish | None:
    """A better cabin, to be paid with a travel certificate and nothing else."""
    better = list(CABINS)[list(CABINS).index(trip.row["cabin"]) + 1 :]
    if not better or sum(method["source"] == "certificate" for method in profile.methods) != 1:
        return None
    cabin = rng.choice(better)
    fit = Check(Said("certificate"), "is", Policy("credit card or gift card", "what a change is paid with"), PAID)
    text = spin(rng, "[I want|I'd like|Put us in|Make it|It should be] {cabin}[.|, please.]", cabin=CABINS[cabin])
    paid = spin(
        rng,
        "[[I only want to|I'd only] pay with my travel certificate[, not with anything else|].|"
        "[It has to|It should] go on my travel certificate[, on nothing else|].]",
    )
    slots = (Slot("cabin", text, (CABINS[cabin],)), Slot("payment", paid, ("certificate",)))
    facts = (Fact("wanted_cabin", cabin, f"I want {CABINS[cabin]}."), Fact("payment", "certificate", paid))
    return Wish(
        (*changeable(profile, trip), fit), slots, facts, (("cabin", Said(cabin)), ("payment", Said("certificate")))
    )


def _refunded_elsewhere(profile: Profile, trip: Trip, rng: random.Random) -> Wish | None:
    """A cancellation that is allowed, with the refund to a method that did not pay for it."""
    source = "gift_card" if str(trip.row["payment_id"]).startswith("credit_card") else "credit_card"
    if sum(method["source"] == source for method in profile.methods) != 1:
        return None
    same = Check(Said(source), "is", Policy("what was paid with", "where a refund goes"), REFUNDED)
    words = source.replace("_", " ")
    text = spin(
        rng,
        "[[I need|I want] the refund on my {words}, not on what I paid with.|"
        "The refund [has to|should] go to my {words}, not back to what I paid with.]",
        words=words,
    )
    slots = (reason_slot(rng, covered=False), Slot("payment", text, tuple(words.split())))
    facts = (Fact("refund_to", source, text),)
    return Wish((*changeable(profile, trip), same), slots, facts, (("refund_to", Said(source)),))


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
    Denied(
        "denied: cabin of one flight alone", "change_one_cabin", "the cabin change", "cabin",
        f"[I'd like to|I want to|I need to] change the cabin [on|of] [one|a single] flight of {ON_TRIP}.",
        lambda _profile, row: upcoming(row) and row["status"] != "cancelled" and row["segment_count"] > 1, _one_flight,
    ),
    Denied(
        "denied: change paid with a certificate", FLIGHTS, "the cabin upgrade", "cabin",
        f"[I'd like to|I want to|I need to] [upgrade|have a better cabin on] {ON_TRIP}.",
        lambda _profile, row: upcoming(row) and row["status"] != "cancelled", _by_certificate,
    ),
    Denied(
        "denied: refund to another method", "cancel_reservation", "the cancellation", "cancellation",
        f"[I'd like to|I want to|I need to] cancel {ON_TRIP}.",
        lambda _profile, row: upcoming(row) and row["status"] != "cancelled" and may_cancel(row, covered=False), _refunded_elsewhere,
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
            return upcoming(row) and not ways and row["segment_count"] < dial.burden and profile.flies(row)

        trip = locate(profile, KNOWN, rng, hopeless)
        if trip is None:
            return None
        decision = cancellation(profile, trip, thorough(trip, covered=covered))
        return cancel_draft(
            self.name, profile, dial, rng, trip, decision, (trip.slot, reason_slot(rng, covered=covered))
        )


@dataclass(frozen=True, slots=True)
class Uncompensated:
    """A certificate for a flight that was not canceled, or for a user who has no claim to any.

    Burden: reservation and status, or profile and reservation, so 2; the user says the id.
    """

    name: str
    fits: Callable[[Profile, Row], bool]
    tool: str = "send_certificate"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the records give no such request."""
        profile = meet(domain, user_id)
        trip = locate(profile, KNOWN, rng, lambda row: row["first_date"] < TODAY and self.fits(profile, row))
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


def _entitled(profile: Profile, row: Row) -> bool:
    return deserving(profile.row["membership"], row["insurance"], row["cabin"])


class Anothers:
    """A reservation of somebody else, as the user says. Burden: none; whatever the records say, they are another's business."""

    name = "denied: reservation of another customer"
    tool = "cancel_reservation"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user (the `Recipe` protocol)."""
        profile = meet(domain, user_id)
        owner = meet(domain, rng.choice([user for user in domain.tables["users"] if user != user_id]))
        trip = locate(owner, KNOWN, rng, upcoming)
        if trip is None:
            return None
        name = trip.row["reservation_id"]
        owned = Check(Said(name), "is", Policy("a reservation of the user's own", NOT_YOURS), NOT_YOURS)
        decision = Decision(self.tool, (("reservation_id", Said(name)),), (profile.known, owned), bare=True)
        opening = spin(
            rng,
            HELLO + "[a colleague|my sister|my neighbor|a friend|my cousin] asked me to cancel [a trip|a reservation] "
            "of theirs; please do that.",
        )
        text = spin(
            rng,
            "[The reservation id is|Theirs is reservation|It's booked under|The number that I was given is] {name}.",
            name=name,
        )
        slot = Slot("reservation", text, trip.slot.marks)
        request = Request(0, (), "that cancellation", "cancellation", opening, (slot,))
        return Draft(
            user_id, self.name, (decision,), (request,), (profile.identity_fact, *trip.facts), profile.identity(rng), (),
            KNOWN, frozenset({trip.record}),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Booked:
    """A booking of which a clause denies one thing that is said. Burden: the profile where the clause asks for it: 0 or 1."""

    name: str
    topic: str
    word: str
    wish: Callable[[Profile, random.Random], Wish | None]
    tool: str = "book_reservation"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the profile gives no such request."""
        profile = meet(domain, user_id)
        wish = self.wish(profile, rng)
        if wish is None:
            return None
        start, end = rng.sample(sorted(CITIES), 2)
        date = f"2024-05-{rng.randint(16, 30)}"
        text = spin(rng, "[It's|We fly|The route is] from {start} to {end}.", start=town(start), end=town(end))
        on = spin(rng, "[On|We leave on|It's for] {date}.", date=day(date))
        slots = (
            Slot("route", text, (*named(start), *named(end))),
            Slot("dates", on, (str(int(date[8:])),)),
            *wish.slots,
        )
        said = {"origin": start, "destination": end, "date": date}
        args = tuple((name, Said(value)) for name, value in said.items())
        facts = tuple(Fact(f"new_{name}", value, text if name != "date" else on) for name, value in said.items())
        decision = Decision(self.tool, (*args, *wish.args), (profile.known, *wish.requires), bare=True)
        opening = spin(rng, HELLO + "[I'd like to|I want to|I need to|can I|could you] book a [trip|flight].")
        request = Request(0, (), self.topic, self.word, opening, slots)
        return Draft(
            user_id, self.name, (decision,), (request,), (profile.identity_fact, *facts, *wish.facts),
            profile.identity(rng), (), KNOWN, frozenset({f"bookings/{start}{end}{date}"}),
        )  # fmt: skip


def _certificates_together(profile: Profile, rng: random.Random) -> Wish | None:
    """All of several travel certificates for one booking."""
    every = profile.every_method(Where("source", "is", Said("certificate")))
    if sum(method["source"] == "certificate" for method in profile.methods) < 2:
        return None
    one = Check(Computed("count", (Picked(every, "id"),)), "<=", Policy(1, "one certificate"), ONE_CERTIFICATE)
    text = spin(
        rng,
        "[[I want to|I'd like to] pay with all my travel certificates [together|at once].|"
        "[Put|Use] all my travel certificates [on it|for it|towards it].]",
    )
    slot, fact = Slot("payment", text, ("certificates",)), Fact("payment", "certificate", text)
    return Wish((one,), (slot,), (fact,), (("payment", Said("certificate")),))


def _too_many(_profile: Profile, rng: random.Random) -> Wish:
    """More travelers than one reservation takes, on one reservation."""
    number = rng.randint(6, 9)
    few = Check(Said(number), "<=", Policy(5, "at most five"), FIVE)
    text = spin(
        rng,
        "[We are|There are|It's] {number} passengers, [all|everyone] on one [booking|reservation][, please|].",
        number=NUMBERS[number],
    )
    slot, fact = Slot("passengers", text, (NUMBERS[number],)), Fact("passenger_count", number, text)
    return Wish((few,), (slot,), (fact,), (("passenger_count", Said(number)),))


DENIALS = (
    *DENIED,
    Uncancellable(),
    Uncompensated(
        "denied: compensation without a disruption",
        lambda profile, row: _entitled(profile, row) and segment_status(profile, row)[0] == "landed",
    ),
    Uncompensated(
        "denied: compensation without a claim to it",
        lambda profile, row: not _entitled(profile, row) and segment_status(profile, row)[0] == "cancelled",
    ),
    Anothers(),
    Booked("denied: several certificates for one booking", "the booking", "booking", _certificates_together),
    Booked("denied: more than five passengers", "the group booking", "booking", _too_many),
)
