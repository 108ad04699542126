"""Two decisions that depend on each other: what the second writes follows from what the first is about."""

from __future__ import annotations

import random
from dataclasses import replace

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.airline.booking import NEW
from writ_dspy.domains.tau2.airline.cancelling import cancel_draft, cheapest
from writ_dspy.domains.tau2.airline.chains import Profile, Trip, changeable, locate, meet, upcoming
from writ_dspy.domains.tau2.airline.changes import CABIN_OPENINGS, cabin_change, cabin_trip, touched
from writ_dspy.domains.tau2.airline.eligibility import cancellation, eligible, may_cancel
from writ_dspy.domains.tau2.airline.hunts import FIRST_DAY, Hunt
from writ_dspy.domains.tau2.airline.payments import covers, paid_bags, pay, settling
from writ_dspy.domains.tau2.airline.rules import BAG, free_bags
from writ_dspy.domains.tau2.airline.slots import (
    STORMY,
    THAT_DAY,
    apart_slot,
    both_slot,
    insurance_slot,
    more_bags_slot,
    other_cabin_slot,
    reason_slot,
)
from writ_dspy.domains.tau2.airline.wording import spin
from writ_dspy.task import (
    Computed,
    Decision,
    Every,
    Fact,
    Listed,
    Picked,
    Policy,
    ReadCall,
    Record,
    Request,
    Said,
    Tell,
    Term,
)

ASKED = 0.4
"""Share of the travelers who ask what both writes come to."""


class CancelAndRebook:
    """Two decisions that depend on each other: a trip is canceled, and booked anew for other days.

    The second takes route, cabin, passengers and bags from the trip that the first cancels. Burden: the trip
    and one read per search, so 3 to 16, in all memories. No fallback, no refusal.
    """

    name = "cancel and rebook"
    tool = "book_reservation"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the records give no such request."""
        profile = meet(domain, user_id)
        covered = rng.random() < 0.5
        if dial.refuse or dial.fallback or dial.burden < 3:
            return None

        def fits(row: Row) -> bool:
            fair = may_cancel(row, covered=covered) and profile.flies(row)
            return upcoming(row) and fair and row["flight_type"] == "one_way"

        trip = locate(profile, dial.memory, rng, fits)
        found = cheapest(profile, trip, rng, dial.burden - 2, FIRST_DAY) if trip else None
        if trip is None or found is None:
            return None
        row = trip.row
        free = free_bags(profile.row["membership"], row["cabin"], row["passenger_count"])
        worth = row["passenger_count"] * found.best[f"price_{row['cabin']}"] + BAG * max(
            0, row["total_baggages"] - free
        )
        paid = pay(profile, dial.memory, rng, worth, ("credit_card",))
        if paid is None:
            return None
        total, booking = rebooking(profile, trip, found, paid.term)
        booking = replace(booking, requires=(profile.known, *trip.owned, *paid.requires, *covers(paid, total)))
        first = cancel_draft(
            self.name,
            profile,
            dial,
            rng,
            trip,
            cancellation(profile, trip, (eligible(trip, covered=covered),)),
            (trip.slot, reason_slot(rng, covered=covered, among=STORMY if covered else THAT_DAY)),
        )
        asks = rng.random() < ASKED and worth != row["paid"]
        order = (total, trip.pick("paid")) if worth > row["paid"] else (trip.pick("paid"), total)
        again = Request(
            1,
            (0,) if asks else (),
            "the flight booking",
            "flight",
            spin(rng, AGAIN),
            (*found.slots, insurance_slot(rng, insured=False), paid.slot, *([apart_slot(rng)] if asks else [])),
        )
        return replace(
            first,
            tells=(Tell("difference", Computed("difference", order), "money"),) if asks else (),
            decisions=(*first.decisions, booking),
            requests=(*first.requests, again),
            facts=(*first.facts, *found.facts, *paid.facts),
            touches=first.touches | {NEW},
        )


AGAIN = (
    "[Then|Next|And then], [please book|I'd like to book|I need|reserve] [the same trip "
    "again|that trip once more] [on other days|for different dates|at another "
    "time][, with the same people, cabin and bags, one way|: same travelers, same class, same luggage, one "
    "way again|, one way, and all else as it was: people, cabin, bags]."
)


def rebooking(profile: Profile, trip: Trip, found: Hunt, method: Term) -> tuple[Term, Decision]:
    """The same trip on other flights, without insurance."""
    source = ReadCall("get_reservation_details", (("reservation_id", trip.pick("reservation_id")),), "passengers")
    count, cabin, bags = trip.pick("passenger_count"), trip.pick("cabin"), trip.pick("total_baggages")
    nonfree = paid_bags(profile, cabin, count, bags)
    fare = Computed("product", (found.pick(f"price_{trip.row['cabin']}"), count))
    total = Computed("sum", (fare, Computed("product", (Policy(BAG, "each extra bag is $50"), nonfree))))
    args: tuple[tuple[str, Term], ...] = (
        ("user_id", profile.said),
        ("origin", trip.pick("origin")),
        ("destination", trip.pick("destination")),
        ("flight_type", Said("one_way")),
        ("cabin", cabin),
        ("flights", found.pick("flights")),
        ("passengers", Picked(Every((source,)), "passenger")),
        ("payment_methods", Listed((Record((("payment_id", method), ("amount", total))),))),
        ("total_baggages", bags),
        ("nonfree_baggages", nonfree),
        ("insurance", Said("no")),
    )
    return total, Decision("book_reservation", args)


class UpgradeAndAddBags:
    """Two decisions that depend on each other: another cabin, and more bags under its allowance.

    How many of the bags are paid follows from the cabin that the first decision sets. Burden: as for a cabin
    change, 3 to 6, or 1 + number of reservations + segments by a superlative. All memories. No fallback, no
    refusal.
    """

    name = "change the cabin and add bags"
    tool = "update_reservation_baggages"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the records give no such request."""
        profile = meet(domain, user_id)
        if dial.refuse or dial.fallback:
            return None
        cabin = rng.choice(("business", "business", "economy"))
        chosen = cabin_trip(profile, dial, rng, cabin)
        if chosen is None:
            return None
        trip, worth = chosen
        settled = settling(profile, dial.memory, rng, max(worth, 0) + 10**4, "")
        if settled is None:
            return None
        change, extra = cabin_change(profile, trip, cabin, settled)
        number = rng.randint(1, 4)
        total = Computed("sum", (trip.pick("total_baggages"), Said(number)))
        paid = paid_bags(profile, Said(cabin), trip.pick("passenger_count"), total)
        args: tuple[tuple[str, Term], ...] = (
            ("reservation_id", trip.pick("reservation_id")),
            ("total_baggages", total),
            ("nonfree_baggages", paid),
            ("payment_id", settled.first.term),
        )
        bags = Decision(self.tool, args, (*changeable(profile, trip), *settled.first.requires))
        first = Request(
            0,
            (),
            "the cabin change",
            "cabin",
            spin(rng, CABIN_OPENINGS),
            (trip.slot, other_cabin_slot(rng, cabin), settled.first.slot),
        )
        more = more_bags_slot(rng, number)
        asks = worth > 0 and rng.random() < ASKED
        charged = Computed("at_least_zero", (Computed("difference", (paid, trip.pick("nonfree_baggages"))),))
        both = Computed("sum", (extra, Computed("product", (Policy(BAG, "each extra bag is $50"), charged))))
        slots = (more, both_slot(rng)) if asks else (more,)
        second = Request(1, (0,) if asks else (), "the change of checked bags", "bags", spin(rng, THEN_BAGS), slots)
        facts = (profile.identity_fact, *trip.facts, *settled.facts(), Fact("bags", number, more.text))
        return Draft(
            profile.user_id,
            self.name,
            (change, bags),
            (first, second),
            facts,
            profile.identity(rng),
            (Tell("total", both, "money"),) if asks else (),
            dial.memory,
            touched(profile, trip, settled),
        )


THEN_BAGS = (
    "[Then|Next|For the same trip|And then], [I'd like to add|I also need|please add|I "
    "want to bring] [checked bags|more checked bags] [on the same trip|on that trip|on that booking][.|, "
    "paid the same way.|, with the same payment method.]"
)
