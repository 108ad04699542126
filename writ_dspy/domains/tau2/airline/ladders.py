"""Three alternatives for one trip: canceled or moved, else moved otherwise, else something else altogether; the last comes true."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.airline.cancelling import OPENINGS as CANCEL_OPENINGS
from writ_dspy.domains.tau2.airline.chains import Profile, Trip, locate, meet, upcoming
from writ_dspy.domains.tau2.airline.changes import MOVE_OPENINGS, movable, move, terms, touched, whole_move
from writ_dspy.domains.tau2.airline.eligibility import cancellation, eligible, may_cancel
from writ_dspy.domains.tau2.airline.hunts import Hunt
from writ_dspy.domains.tau2.airline.journeys import onward
from writ_dspy.domains.tau2.airline.payments import Settling, settling
from writ_dspy.domains.tau2.airline.slots import THAT_DAY, part_slot, reason_slot
from writ_dspy.domains.tau2.airline.wording import spin
from writ_dspy.task import Decision, Fact, Request, Slot

IF_NOT = (
    "[If that can't be done|If canceling isn't possible|Should you have to refuse that|In case that's not allowed], [then |][please "
    "move|reschedule|rebook] the whole trip[ instead|]:"
)
IF_MISSED = (
    "[If that doesn't work out|If it can't be had on those terms|Should it not come to that|If that fails], [then |][try|look for|take] this "
    "instead:"
)
OR_CANCEL = (
    "[If that doesn't work out|If it can't be had on those terms|Should it not come to that|If not], [cancel the whole trip|I'd rather cancel "
    "it|cancel it], [since|because] {phrase}."
)
WIDE, HELD = 0.4, 0.5
"""Share of the trips that are known by a superlative, and of the limits that are kept to."""
LAST_MOVE = (
    "[If even that doesn't come to it|If that isn't met either|Should that fail as well], [never mind the money|forget the amount|then whatever "
    "it costs]:"
)
LAST_CANCEL = (
    "[If even that doesn't come to it|If that isn't met either|Should that fail as well], [cancel the whole trip|I'd rather cancel it "
    "all|cancel it], [since|because] {phrase}."
)


@dataclass(frozen=True, slots=True)
class Step:
    """Other flights for a trip, within a limit that they miss or without one."""

    decision: Decision
    found: Hunt
    limit: Slot | None

    @property
    def words(self) -> str:
        """What the user says of it."""
        said = " ".join(slot.text if index else onward(slot.text) for index, slot in enumerate(self.found.slots))
        return f"{said} {self.limit.text}" if self.limit else said

    @property
    def marks(self) -> tuple[str, ...]:
        """Words that show it was said."""
        return tuple(
            mark for slot in (*self.found.slots, *((self.limit,) if self.limit else ())) for mark in slot.marks
        )


class CancelMoveMove:
    """A trip that cannot be canceled is moved for so much at most, or else, since that is too little, on other days at any price.

    Burden: the trip and one read per search, so 4 to 16. All memories. The user names the fallbacks. No refusal.
    """

    name = "cancel, or move within a limit, or move"
    tool = "cancel_reservation"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the records give no such request."""
        profile = meet(domain, user_id)

        def fits(row: Row) -> bool:
            hopeless = movable(row) and not may_cancel(row, covered=False)
            return hopeless and row["flight_type"] == "one_way" and profile.flies(row)

        trip = None if dial.refuse or dial.burden < 4 else locate(profile, dial.memory, rng, fits)
        steps = _steps(profile, trip, dial, rng) if trip else None
        if trip is None or steps is None:
            return None
        dear, free, settled = steps
        last = replace(free, limit=None)
        ladder = replace(dear.decision, otherwise=_without_limit(free))
        decision = replace(cancellation(profile, trip, (eligible(trip, covered=False),)), otherwise=ladder)
        text = f"{spin(rng, IF_NOT)} {dear.words} {spin(rng, LAST_MOVE)} {last.words}"
        slots = (
            trip.slot, reason_slot(rng, covered=False, among=THAT_DAY), Slot("fallback", text, (*dear.marks, *last.marks)),
            *settled.slots(rng),
        )  # fmt: skip
        request = Request(0, (), "the reservation cancellation", "reservation", spin(rng, CANCEL_OPENINGS), slots)
        return _draft(self.name, profile, dial, rng, trip, settled, decision, request, (dear, last))


class MoveMoveCancel:
    """A trip in business is moved for so much at most, or else on other days for so much, or else, since both cost more, canceled.

    Burden: the trip and one read per search, so 4 to 16. All memories. The user names the fallbacks. No refusal.
    """

    name = "move within a limit, or move, or cancel"
    tool = "update_reservation_flights"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the records give no such request."""
        profile = meet(domain, user_id)

        def fits(row: Row) -> bool:
            fair = movable(row) and may_cancel(row, covered=False)
            return upcoming(row) and fair and row["flight_type"] == "one_way" and profile.flies(row)

        trip = None if dial.refuse or dial.burden < 4 else locate(profile, dial.memory, rng, fits)
        steps = _steps(profile, trip, dial, rng) if trip else None
        if trip is None or steps is None:
            return None
        first, second, settled = steps
        if first.limit is None or second.limit is None:
            return None
        cancel = cancellation(profile, trip, (eligible(trip, covered=False),))
        decision = replace(first.decision, otherwise=replace(second.decision, otherwise=cancel))
        phrase, mark = rng.choice(THAT_DAY)
        text = f"{spin(rng, IF_MISSED)} {second.words} {spin(rng, LAST_CANCEL, phrase=phrase)}"
        slots = (
            trip.slot, part_slot(rng, "whole"), *first.found.slots, first.limit,
            Slot("fallback", text, (*second.marks, mark)), *settled.slots(rng),
        )  # fmt: skip
        request = Request(0, (), "the flight change", "flight", spin(rng, MOVE_OPENINGS), slots)
        return _draft(self.name, profile, dial, rng, trip, settled, decision, request, (first, second))


class MoveOrCancel:
    """A trip in business is moved to the cheapest flight on other days for so much, or else canceled; half of them keep to the limit.

    Burden: the trip (2, or 1 + number of reservations) and one read per search, so 3 to 16. All memories. The user names the
    fallback. No refusal.
    """

    name = "move within a limit, or cancel"
    tool = "cancel_reservation"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the records give no such request."""
        profile = meet(domain, user_id)

        def fits(row: Row) -> bool:
            return movable(row) and may_cancel(row, covered=False) and row["flight_type"] == "one_way"

        wide = 1 + len(profile.ids)
        reads = wide if dial.memory == "knows none" and dial.burden > wide and rng.random() < WIDE else 2
        searches = dial.burden - reads
        trip = None if dial.refuse or searches < 1 else locate(profile, dial.memory, rng, fits, reads)
        found = whole_move(profile, trip, rng, searches, "") if trip else None
        settled = settling(profile, dial.memory, rng, 10**4, "") if found else None
        if trip is None or found is None or settled is None:
            return None
        step = _step(profile, trip, found, settled, rng, holds=rng.random() < HELD)
        if step.limit is None:
            return None
        cancel = cancellation(profile, trip, (eligible(trip, covered=False),))
        phrase, mark = rng.choice(THAT_DAY)
        text = spin(rng, OR_CANCEL, phrase=phrase)
        slots = (
            trip.slot, part_slot(rng, "whole"), *step.found.slots, step.limit, Slot("fallback", text, (mark,)), *settled.slots(rng),
        )  # fmt: skip
        request = Request(0, (), "the flight change", "flight", spin(rng, MOVE_OPENINGS), slots)
        decision = replace(step.decision, otherwise=cancel)
        return _draft(self.name, profile, dial, rng, trip, settled, decision, request, (step,))


def _steps(profile: Profile, trip: Trip, dial: Dial, rng: random.Random) -> tuple[Step, Step, Settling] | None:
    """Two searches that share the reads, for a price difference that neither keeps to; and how it is paid."""
    searches = dial.burden - trip.reads
    if searches < 2:
        return None
    part = rng.randint(1, searches - 1)
    hunts = [whole_move(profile, trip, rng, reads, key) for reads, key in ((part, ""), (searches - part, "second_"))]
    settled = settling(profile, dial.memory, rng, 10**4, "")
    if settled is None or any(found is None for found in hunts):
        return None
    steps = [_step(profile, trip, found, settled, rng) for found in hunts if found]
    first, second = steps
    if {str(flight) for flight in first.found.best["flights"]} == {str(f) for f in second.found.best["flights"]}:
        return None
    return first, second, settled


def _step(
    profile: Profile, trip: Trip, found: tuple[Hunt, int], settled: Settling, rng: random.Random, *, holds: bool = False
) -> Step:  # fmt: skip
    best, worth = found
    decision, _ = move(profile, trip, best, "whole", settled)
    check, slot = terms(trip, best, "whole", worth, rng, legal=holds)
    return Step(replace(decision, requires=(*decision.requires, check)), best, slot)


def _without_limit(step: Step) -> Decision:
    return replace(step.decision, requires=step.decision.requires[:-1])


def _draft(  # noqa: PLR0913, PLR0917 - what one draft needs
    name: str, profile: Profile, dial: Dial, rng: random.Random, trip: Trip, settled: Settling, decision: Decision,
    request: Request, steps: tuple[Step, ...],
) -> Draft:  # fmt: skip
    more: list[Fact] = [fact for step in steps for fact in step.found.facts]
    facts = (profile.identity_fact, *trip.facts, *settled.facts(), *more)
    touches = touched(profile, trip, settled)
    return Draft(profile.user_id, name, (decision,), (request,), facts, profile.identity(rng), (), dial.memory, touches)
