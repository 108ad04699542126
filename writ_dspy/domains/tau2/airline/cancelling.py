"""Canceling a trip: who may, for what reason, on what condition; and what is booked instead."""

from __future__ import annotations

import random
from dataclasses import replace

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.airline.chains import Profile, Trip, locate, meet, upcoming
from writ_dspy.domains.tau2.airline.changes import movable, move, moved, touched
from writ_dspy.domains.tau2.airline.eligibility import (
    RULE,
    cancellation,
    eligible,
    may_cancel,
    past,
    segment_status,
    status_reads,
    thorough,
    unflown,
)
from writ_dspy.domains.tau2.airline.hunts import LAST_DAY, Ends, Hunt, Manner, hunt
from writ_dspy.domains.tau2.airline.payments import settling
from writ_dspy.domains.tau2.airline.rules import FLOWN, TODAY
from writ_dspy.domains.tau2.airline.slots import THAT_DAY, reason_slot
from writ_dspy.domains.tau2.airline.wording import spin
from writ_dspy.task import (
    Check,
    Decision,
    Every,
    Picked,
    Policy,
    Request,
    Slot,
)

OPENINGS = (
    "[Hi, |Hello, |Hi there, |Good afternoon, ||||][[I'd like to|I want to|I need to|I have to|I'm afraid "
    "I must|I was hoping to] [cancel|call off|give up] [a trip I booked|one of my reservations|an existing "
    "booking|a reservation of mine].|[can you|could you|would you|will you] [cancel|call off] [a trip I "
    "booked|one of my reservations|one of my trips]?|[a trip of mine isn't going to happen, so please cancel it|I won't be "
    "taking one of my trips, so [please cancel it|I need to cancel a reservation]].]"
)


class CancelTrip:
    """A whole reservation, for a reason.

    Burden: the trip, so 2, or 1 + number of reservations by a superlative, in all memories. The fallback,
    with one read per search, moves a trip that cannot be canceled (3 to 16). A refusal (`knows ids` only,
    since it must rest on the reservation and not on the way to it) also needs the status of each segment: 2
    to 5.
    """

    name = "cancel a trip"
    tool = "cancel_reservation"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the records give no such request."""
        profile = meet(domain, user_id)
        if dial.refuse:
            return self._refused(profile, dial, rng)
        if dial.fallback:
            return self._or_move(profile, dial, rng)
        covered = rng.random() < 0.5
        trip = locate(
            profile,
            dial.memory,
            rng,
            lambda row: upcoming(row) and may_cancel(row, covered=covered) and profile.flies(row),
            dial.burden,
        )
        if trip is None:
            return None
        decision = cancellation(profile, trip, (eligible(trip, covered=covered),))
        return cancel_draft(
            self.name, profile, dial, rng, trip, decision, (trip.slot, reason_slot(rng, covered=covered))
        )

    def _refused(self, profile: Profile, dial: Dial, rng: random.Random) -> Draft | None:
        """Not eligible in any way; or partly flown, where policy wants a transfer."""
        if dial.memory != "knows ids":
            return None
        covered = rng.random() < 0.3

        def hopeless(row: Row) -> bool:
            ways = may_cancel(row, covered=covered) or "cancelled" in segment_status(profile, row)
            return upcoming(row) and not ways and row["segment_count"] == dial.burden - 1 and profile.flies(row)

        trip = locate(profile, dial.memory, rng, hopeless)
        if trip is None:
            return None
        decision = cancellation(profile, trip, thorough(trip, covered=covered))
        return cancel_draft(
            self.name, profile, dial, rng, trip, decision, (trip.slot, reason_slot(rng, covered=covered))
        )

    def _or_move(self, profile: Profile, dial: Dial, rng: random.Random) -> Draft | None:

        def fits(row: Row) -> bool:
            return movable(row) and not may_cancel(row, covered=False) and profile.flies(row)

        trip = locate(profile, dial.memory, rng, fits)
        if trip is None or dial.burden < 3:
            return None
        found = moved(profile, trip, rng, dial.burden - trip.reads, "")
        settled = found and settling(profile, dial.memory, rng, found[2], "")
        if found is None or settled is None:
            return None
        best, part, _ = found
        other, _ = move(profile, trip, best, part, settled)
        decision = replace(cancellation(profile, trip, (eligible(trip, covered=False),)), otherwise=other)
        which = {"whole": "that trip", "outbound": "just the way there", "return": "just the way back"}[part]
        text = spin(
            rng,
            "[If it can't be canceled|If canceling isn't possible|Should you have to refuse that|In case "
            "that's not allowed], [then |][please move|reschedule|rebook] {which} instead[:|, like this:] ",
            which=which,
        )
        wishes = " ".join(slot.text for slot in best.slots)
        marks = ("instead", *(mark for slot in best.slots for mark in slot.marks))
        slots = (
            trip.slot,
            reason_slot(rng, covered=False, among=THAT_DAY),
            Slot("fallback", f"{text} {wishes}", marks),
            *settled.slots(rng),
        )
        draft = cancel_draft(self.name, profile, dial, rng, trip, decision, slots)
        facts = (*draft.facts, *best.facts, *settled.facts())
        return replace(draft, facts=facts, touches=touched(profile, trip, settled))


class CancelDisrupted:
    """The airline has canceled a flight of the trip, and nothing of it was flown.

    Burden: the trip and the status of every segment up to today: 3 to 6, more by a superlative. All memories.
    The refusal (`knows ids`, burden 2) is a trip of which a flight was flown: policy wants a transfer.
    """

    name = "cancel a disrupted trip"
    tool = "cancel_reservation"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the records give no such request."""
        profile = meet(domain, user_id)
        if dial.fallback:
            return None
        return self._flown(profile, dial, rng) if dial.refuse else self._disrupted(profile, dial, rng)

    def _disrupted(self, profile: Profile, dial: Dial, rng: random.Random) -> Draft | None:
        trip = next(
            (trip for reads in (2, 1 + len(profile.ids)) if (trip := self._hit(profile, dial, rng, reads))),
            None,
        )
        if trip is None:
            return None
        statuses = Every(status_reads(trip, past(trip.row)))
        by_airline = Check(Picked(statuses, "status"), "contains", Policy("cancelled", "canceled by the airline"), RULE)
        decision = cancellation(profile, trip, (*unflown(trip, past(trip.row)), by_airline), dated=False)
        text = spin(
            rng,
            "[You canceled one of the flights|The airline canceled a flight of it|One of its flights was "
            "canceled by you|A flight on it got canceled by the airline][.|, so the trip is pointless.|, "
            "so I can't use the rest.|, which is why I want out.]",
        )
        return cancel_draft(
            self.name, profile, dial, rng, trip, decision, (trip.slot, Slot("reason", text, ("canceled",)))
        )

    def _hit(self, profile: Profile, dial: Dial, rng: random.Random, reads: int) -> Trip | None:
        """A trip with a canceled and no flown segment, and as many statuses to read as the burden wants."""

        def fits(row: Row) -> bool:
            if len(past(row)) != dial.burden - reads:
                return False
            now = segment_status(profile, row)
            return "cancelled" in now and not any(status in FLOWN for status in now) and profile.flies(row)

        return locate(profile, dial.memory, rng, fits, reads)

    def _flown(self, profile: Profile, dial: Dial, rng: random.Random) -> Draft | None:
        if dial.memory != "knows ids" or dial.burden != 2:
            return None

        def fits(row: Row) -> bool:
            landed = row["date_1"] < TODAY and segment_status(profile, row)[0] == "landed"
            return landed and may_cancel(row, covered=False) and profile.flies(row)

        trip = locate(profile, dial.memory, rng, fits)
        if trip is None:
            return None
        decision = cancellation(profile, trip, (*unflown(trip, [1]), eligible(trip, covered=False)), dated=False)
        return cancel_draft(self.name, profile, dial, rng, trip, decision, (trip.slot, reason_slot(rng, covered=False)))


def cheapest(profile: Profile, trip: Trip, rng: random.Random, reads: int, first: int) -> Hunt | None:
    """The cheapest flight on the route of the trip, in its cabin, for its passengers."""
    row = trip.row
    ends = Ends((row["origin"],), (row["destination"],), trip.pick("origin"), trip.pick("destination"), told=False)
    manner = Manner((first, LAST_DAY), by_price=True, full=True, plain=True)
    return hunt(profile.domain, rng, ends, row["cabin"], row["passenger_count"], reads, manner)


def cancel_draft(
    name: str,
    profile: Profile,
    dial: Dial,
    rng: random.Random,
    trip: Trip,
    decision: Decision,
    slots: tuple[Slot, ...],
) -> Draft:
    """One request that a reservation be canceled."""
    request = Request(0, (), "the reservation cancellation", "reservation", spin(rng, OPENINGS), slots)
    facts = (profile.identity_fact, *trip.facts)
    return Draft(
        profile.user_id,
        name,
        (decision,),
        (request,),
        facts,
        profile.identity(rng),
        (),
        dial.memory,
        frozenset({trip.record}),
    )
