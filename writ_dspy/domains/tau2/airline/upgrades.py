"""A better cabin first, and with it what the old one did not allow: another flight out of basic economy, a cancellation."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.airline.chains import Profile, Trip, changeable, meet
from writ_dspy.domains.tau2.airline.changes import (
    CABIN_OPENINGS,
    cabin_change,
    cabin_trip,
    move,
    moved,
    touched,
)
from writ_dspy.domains.tau2.airline.eligibility import may_cancel, segment_status
from writ_dspy.domains.tau2.airline.payments import Settling, settling
from writ_dspy.domains.tau2.airline.slots import other_cabin_slot, part_slot, reason_slot
from writ_dspy.domains.tau2.airline.wording import spin
from writ_dspy.task import Decision, Fact, Request, Said

BY_CARD = 10**4
"""Dollars that no gift card is worth: the change is paid by credit card, whatever it comes to."""
THEN_CANCEL = (
    "[Then|Next|And then], [please cancel|I'd like to cancel|I want to cancel|cancel] "
    "[that reservation|the whole reservation|that same reservation][, since business can be canceled.|, which I hear is possible "
    "with business.|.]"
)
THEN_MOVE = (
    "[Then|Next|And then], [please move|I'd like to move|I need to move|reschedule] [that trip|the same trip|it] "
    "[to other flights|to another flight][.|, please.|, since the times don't suit me.]"
)


class UpgradeAndCancel:
    """Two decisions that depend on each other: a trip that could not be canceled is upgraded to business, and then canceled.

    Burden: as for a cabin change, 3 to 6, or 1 + number of reservations + segments by a superlative. All memories. No fallback,
    no refusal.
    """

    name = "upgrade, then cancel"
    tool = "cancel_reservation"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the records give no such request."""
        profile = meet(domain, user_id)
        first = _upgraded(profile, dial, rng, "business", lambda row: _kept(profile, row))
        if first is None:
            return None
        trip, settled, change, asked = first
        args = (("reservation_id", trip.pick("reservation_id")),)
        cancel = Decision(self.tool, args, changeable(profile, trip))
        slots = (reason_slot(rng, covered=False),)
        then = Request(1, (), "the reservation cancellation", "reservation", spin(rng, THEN_CANCEL), slots)
        return _pair(self.name, profile, dial, rng, trip, settled, (change, cancel), (asked, then), ())


class UpgradeAndMove:
    """Two decisions that depend on each other: a trip in basic economy becomes economy, and is then moved to other flights.

    Burden: the larger of 2 + segments and 2 + searches, so 3 to 16. All memories. No fallback, no refusal.
    """

    name = "upgrade, then move"
    tool = "update_reservation_flights"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the records give no such request."""
        profile = meet(domain, user_id)
        for burden in rng.sample(range(3, dial.burden + 1), max(0, min(dial.burden - 2, 4))):
            smaller = replace(dial, burden=burden)
            first = _upgraded(profile, smaller, rng, "economy", lambda row: bool(row["cabin"] == "basic_economy"))
            if first is None:
                continue
            trip, settled, change, asked = first
            later = replace(trip, row={**trip.row, "cabin": "economy"})
            found = moved(profile, later, rng, dial.burden - 2, "")
            if found is None:
                continue
            best, part, _ = found
            wish, _ = move(profile, later, best, part, settled)
            args = tuple((name, Said("economy") if name == "cabin" else term) for name, term in wish.args)
            then = Decision(self.tool, args, (*changeable(profile, trip), *settled.first.requires))
            slots = (part_slot(rng, part), *best.slots)
            request = Request(1, (), "the flight change", "flight", spin(rng, THEN_MOVE), slots)
            return _pair(self.name, profile, dial, rng, trip, settled, (change, then), (asked, request), best.facts)
        return None


def _kept(profile: Profile, row: Row) -> bool:
    """Whether a trip can be canceled in no way as it is."""
    hopeless = not may_cancel(row, covered=True) and "cancelled" not in segment_status(profile, row)
    return hopeless and profile.flies(row)


def _upgraded(
    profile: Profile, dial: Dial, rng: random.Random, cabin: str, fits: Callable[[Row], bool]
) -> tuple[Trip, Settling, Decision, Request] | None:
    """A trip in a better cabin: how it is paid, the change, and how that is asked for."""
    chosen = None if dial.refuse or dial.fallback else cabin_trip(profile, dial, rng, cabin, fits)
    settled = settling(profile, dial.memory, rng, BY_CARD, "") if chosen else None
    if chosen is None or settled is None:
        return None
    trip = chosen[0]
    change, _ = cabin_change(profile, trip, cabin, settled)
    slots = (trip.slot, other_cabin_slot(rng, cabin), *settled.slots(rng))
    return trip, settled, change, Request(0, (), "the cabin change", "cabin", spin(rng, CABIN_OPENINGS), slots)


def _pair(  # noqa: PLR0913, PLR0917 - what one draft needs
    name: str, profile: Profile, dial: Dial, rng: random.Random, trip: Trip, settled: Settling,
    decisions: tuple[Decision, Decision], requests: tuple[Request, Request], facts: tuple[Fact, ...],
) -> Draft:  # fmt: skip
    """Both decisions in one draft."""
    known = (profile.identity_fact, *trip.facts, *settled.facts(), *facts)
    touches = touched(profile, trip, settled)
    return Draft(profile.user_id, name, decisions, requests, known, profile.identity(rng), (), dial.memory, touches)
