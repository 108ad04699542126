"""Certificates for canceled and delayed flights, and what has to be changed before one may be sent."""

from __future__ import annotations

import random
from dataclasses import replace

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.airline.chains import Profile, Trip, locate, meet
from writ_dspy.domains.tau2.airline.eligibility import (
    cancellation,
    eligible,
    may_cancel,
    segment_status,
    status_reads,
    unflown,
)
from writ_dspy.domains.tau2.airline.hunts import Ends, Hunt, Manner, hunt
from writ_dspy.domains.tau2.airline.payments import Settling, settling
from writ_dspy.domains.tau2.airline.rules import CANCELLED, DELAYED, TODAY
from writ_dspy.domains.tau2.airline.rules import eligible as deserving
from writ_dspy.domains.tau2.airline.slots import flight_slot, ordinal_flight_slot, wish_slot
from writ_dspy.domains.tau2.airline.wording import day, spin
from writ_dspy.task import (
    AnyOf,
    Check,
    Computed,
    Decision,
    Every,
    Fact,
    Listed,
    Only,
    Picked,
    Policy,
    ReadCall,
    Record,
    Request,
    Said,
    Slot,
    Term,
    Where,
)

OPENINGS = (
    "[Hi, |Hello, |Hi there, |Good evening, ||||][[I'm writing|I'm here] [about a flight that "
    "went wrong|to complain about a flight|because of a bad experience with a flight].|[I'm not happy with|"
    "I'm disappointed by|I want to complain about|I have a complaint about] [a flight of mine|one of my "
    "flights|what happened to my flight].|[One of my flights|A flight on one of my trips] [was a mess|did "
    "not go as planned|caused me a lot of trouble].]"
)
UNFIT = "compensation is only for silver and gold members, insured trips and business"


def certificates(profile: Profile) -> str:
    """What a new certificate changes: two of one task would get their ids by the order of the writes."""
    return f"users/{profile.user_id}/certificates"


def entitled(profile: Profile, trip: Trip) -> AnyOf:
    """Silver or gold, or insured, or business; each seen from profile and reservation together."""
    source = ReadCall("get_user_details", (("user_id", profile.said),), "profile")
    member = Every((source,), (Where("user_id", "is", trip.pick("user_id")),))
    record = ReadCall("get_reservation_details", (("reservation_id", trip.pick("reservation_id")),), "reservation")
    booked = Every((record,), (Where("user_id", "is", Picked(profile.profile, "user_id")),))
    return AnyOf(
        (
            Check(Picked(member, "membership"), "contains", Policy("silver", "silver members"), UNFIT),
            Check(Picked(member, "membership"), "contains", Policy("gold", "gold members"), UNFIT),
            Check(Picked(booked, "insurance"), "contains", Policy("yes", "insured"), UNFIT),
            Check(Picked(booked, "cabin"), "contains", Policy("business", "business"), UNFIT),
        ),
        UNFIT,
    )


def certificate(profile: Profile, trip: Trip, status: Only, wanted: str) -> Decision:
    """So much for each passenger of a trip with a flight of this status."""
    each = CANCELLED if wanted == "cancelled" else DELAYED
    amount = Computed("product", (Policy(each, f"${each} per passenger"), trip.pick("passenger_count")))
    happened = Check(
        Picked(status, "status"),
        "is",
        Policy(wanted, wanted),
        f"the records do not show that the flight was {wanted}",
    )
    args = (("user_id", profile.said), ("amount", amount))
    return Decision("send_certificate", args, (profile.known, *trip.owned, entitled(profile, trip), happened))


def flight_status(trip: Trip, date: str) -> Only:
    """The status of the one segment on a day that the user names."""
    source = ReadCall("get_reservation_details", (("reservation_id", trip.pick("reservation_id")),), "segments")
    segment = Only((source,), (Where("date", "is", Said(date)),))
    args = (("flight_number", Picked(segment, "flight_number")), ("date", Picked(segment, "date")))
    return Only((ReadCall("get_flight_status", args, "status"),))


def lone_day(profile: Profile, row: Row, wanted: str) -> str | None:
    """The day of a segment with this status, if no other segment is on that day."""
    dates = [flight["date"] for flight in row["flights"]]
    found = [date for date, status in zip(dates, segment_status(profile, row), strict=True) if status == wanted]
    return next((date for date in found if dates.count(date) == 1), None)


class CompensateCancelled:
    """$100 per passenger for a flight that the airline canceled, because the user asks for it.

    Burden: profile, trip and the status of the flight: 3 (also where more is asked for, as part of a larger
    task), or 2 + number of reservations by a superlative, in all memories. A refusal (2, `knows ids` and
    `half-remembers`): a regular member, uninsured, not in business.
    """

    name = "compensation for a canceled flight"
    tool = "send_certificate"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the records give no such request."""
        profile = meet(domain, user_id)
        if dial.fallback:
            return None

        if dial.refuse and dial.burden != 2:
            return None
        wide = dial.burden > 3
        trip = self._trip(profile, dial, rng, dial.burden - 1) if wide else None
        if trip is None:
            wide, trip = False, self._trip(profile, dial, rng, 2)
        if trip is None:
            return None
        facts = (profile.identity_fact, *trip.facts)
        date = None if wide else lone_day(profile, trip.row, "cancelled")
        if date is not None:
            status, slot = flight_status(trip, date), flight_slot(rng, date, "was canceled")
            facts = (*facts, date_fact(date))
        else:
            number = segment_status(profile, trip.row).index("cancelled") + 1
            status, slot = Only(status_reads(trip, [number])), ordinal_flight_slot(rng, number)
        decision = certificate(profile, trip, status, "cancelled")
        slots = (trip.slot, slot, wish_slot(rng))
        request = Request(0, (), "the compensation request", "compensation", spin(rng, OPENINGS), slots)
        return Draft(
            profile.user_id,
            self.name,
            (decision,),
            (request,),
            facts,
            profile.identity(rng),
            (),
            dial.memory,
            frozenset({certificates(profile)}),
        )

    def _trip(self, profile: Profile, dial: Dial, rng: random.Random, reads: int) -> Trip | None:
        """A trip with a canceled flight, its first one where the trip is known by a superlative."""

        def fits(row: Row) -> bool:
            fair = deserving(profile.row["membership"], row["insurance"], row["cabin"])
            now = segment_status(profile, row)
            return fair is not dial.refuse and "cancelled" in (now[:1] if reads > 2 else now)

        return locate(profile, dial.memory, rng, fits, reads)


class CancelDelayed:
    """Two decisions that depend on each other: a trip with a delayed flight is canceled, then compensated.

    The second, $50 per passenger, is allowed only because of the first. Burden: profile, trip and the status
    of every segment up to today: 3 or more. All memories. No fallback, no refusal.
    """

    name = "cancel a delayed trip and be compensated"
    tool = "send_certificate"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the records give no such request."""
        profile = meet(domain, user_id)
        if dial.fallback or dial.refuse:
            return None

        def fits(row: Row) -> bool:
            fair = deserving(profile.row["membership"], row["insurance"], row["cabin"]) and may_cancel(
                row, covered=False
            )
            whole = row["first_date"] == TODAY and row["flights"].count(row["flights"][0]) == 1
            return fair and whole and lone_day(profile, row, "delayed") == TODAY

        for reads in (2, 1 + len(profile.ids)):
            trip = locate(profile, dial.memory, rng, fits, reads) if reads + 1 == dial.burden else None
            if trip is not None:
                break
        else:
            return None
        past = [number for number in range(1, trip.row["segment_count"] + 1) if trip.row[f"date_{number}"] <= TODAY]
        first = cancellation(profile, trip, (*unflown(trip, past), eligible(trip, covered=False)), dated=False)
        reason = spin(
            rng,
            "[One of its flights is delayed|The first flight is delayed by hours|My flight today is "
            "delayed|The flight is running late], [so the trip makes no sense anymore|which ruins the "
            "whole plan|so I don't want to go at all].",
        )
        wanted = spin(
            rng,
            "[Hello, |Hi, |][I want to cancel|please cancel|I'd like to cancel|I need to call off] [a trip "
            "with a delayed flight|a trip that is off to a bad start|one of my bookings].",
        )
        slots = (trip.slot, Slot("reason", reason, (reason.lower().rstrip(".").split()[-1],)))
        request = Request(0, (), "the reservation cancellation", "reservation", wanted, slots)
        after = certificate(profile, trip, flight_status(trip, TODAY), "delayed")
        return _pair(self.name, profile, dial, rng, trip, (first, request), (after, "the delayed flight"))


class MoveDelayed:
    """Two decisions that depend on each other: a delayed last flight is replaced, and then compensated.

    The second, $50 per passenger, is allowed only because of the first. Burden: profile, trip, status and one
    read per search of another flight: 4 to 16. All memories. No fallback, no refusal.
    """

    name = "replace a delayed flight and be compensated"
    tool = "send_certificate"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the records give no such request."""
        profile = meet(domain, user_id)
        if dial.fallback or dial.refuse or dial.burden < 4:
            return None

        def fits(row: Row) -> bool:
            fair = (
                deserving(profile.row["membership"], row["insurance"], row["cabin"]) and row["cabin"] != "basic_economy"
            )
            late = lone_day(profile, row, "delayed") == TODAY and row["last_date"] == TODAY
            return fair and late and row[f"date_{row['segment_count']}"] == TODAY

        trip = locate(profile, dial.memory, rng, fits)
        if trip is None:
            return None
        row, last = trip.row, trip.row["segment_count"]
        ends = Ends(
            (row[f"from_{last}"],),
            (row[f"to_{last}"],),
            trip.pick(f"from_{last}"),
            trip.pick(f"to_{last}"),
            told=False,
        )
        searches, seats = dial.burden - 3, row["passenger_count"]
        found = hunt(profile.domain, rng, ends, row["cabin"], seats, searches, Manner(direct=True))
        settled = settling(profile, dial.memory, rng, 10**4, "")
        if found is None or settled is None:
            return None
        first = _replacement(profile, trip, found, settled)
        number = row[f"flight_{last}"]
        opening = spin(
            rng,
            "[Hello, |Hi, |][I need another flight instead of one that is delayed|please get me off a "
            "delayed flight|I want to swap a delayed flight for a later one].",
        )
        slots = (trip.slot, flight_slot(rng, TODAY, "is delayed", number), *found.slots, *settled.slots(rng))
        request = Request(0, (), "the flight change", "flight", opening, slots)
        said = (("flight_number", Said(number)), ("date", Said(TODAY)))
        after = certificate(profile, trip, Only((ReadCall("get_flight_status", said, "status"),)), "delayed")
        draft = _pair(self.name, profile, dial, rng, trip, (first, request), (after, "the delay"))
        fact = Fact("delayed_flight", number, f"The delayed flight is {number}.")
        return replace(draft, facts=(*draft.facts, fact, *found.facts, *settled.facts()))


def _replacement(profile: Profile, trip: Trip, found: Hunt, settled: Settling) -> Decision:
    """The last flight of the trip, which is delayed, gives way to the flight that was found."""
    kept = tuple(
        Record((("flight_number", trip.pick(f"flight_{n}")), ("date", trip.pick(f"date_{n}"))))
        for n in range(1, trip.row["segment_count"])
    )
    flights: Term = Computed("concat", (Listed(kept), found.pick("flights"))) if kept else found.pick("flights")
    status, basic = flight_status(trip, TODAY), Policy("basic_economy", "basic economy")
    unshown = "the records do not show that the flight was delayed"
    late = Check(Picked(status, "status"), "is", Policy("delayed", "delayed"), unshown)
    modifiable = Check(trip.pick("cabin"), "is not", basic, "basic economy flights cannot be modified")
    args = (
        ("reservation_id", trip.pick("reservation_id")),
        ("cabin", trip.pick("cabin")),
        ("flights", flights),
        ("payment_id", settled.first.term),
    )
    requires = (profile.known, *trip.owned, modifiable, late, *settled.first.requires)
    return Decision("update_reservation_flights", args, requires)


def _pair(
    name: str,
    profile: Profile,
    dial: Dial,
    rng: random.Random,
    trip: Trip,
    first: tuple[Decision, Request],
    then: tuple[Decision, str],
) -> Draft:
    """A change and the certificate that it allows."""
    second, what = then
    opening = spin(
        rng,
        "[And then there's|After that, let's talk about|Once that's done, there is still|I also have "
        "something to say about] {what}.",
        what=what,
    )
    slots = (flight_slot(rng, TODAY, "is delayed"), wish_slot(rng))
    request = Request(1, (), "the compensation request", "compensation", opening, slots)
    facts = (profile.identity_fact, *trip.facts, date_fact(TODAY))
    return Draft(
        profile.user_id,
        name,
        (first[0], second),
        (first[1], request),
        facts,
        profile.identity(rng),
        (),
        dial.memory,
        frozenset({trip.record, certificates(profile)}),
    )


def date_fact(date: str) -> Fact:
    """What the user knows about the day."""
    return Fact("flight_date", date, f"The flight is the one on {day(date)}.")
