"""A wish that fits two trips: the agent asks which one, and the traveler has the fact that decides."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.airline.cancelling import OPENINGS
from writ_dspy.domains.tau2.airline.chains import Profile, Trip, each_record, meet, upcoming
from writ_dspy.domains.tau2.airline.eligibility import cancellation, eligible, may_cancel
from writ_dspy.domains.tau2.airline.extras import BAG_OPENINGS, added
from writ_dspy.domains.tau2.airline.slots import reason_slot
from writ_dspy.domains.tau2.airline.wording import CABINS, counted, day, named, spin, town
from writ_dspy.task import Decision, Fact, Only, Request, Said, Slot, Where

WHICH: dict[str, tuple[str, Callable[[Row], str]]] = {
    "first_date": ("[The one|I mean the one|It's the one] that [leaves|starts] on {it}.", lambda row: day(row["first_date"])),
    "cabin": ("[The one|I mean the one|It's the one] in {it}.", lambda row: CABINS[row["cabin"]]),
    "passenger_count": (
        "[The one|I mean the one|It's the one] for {it}.", lambda row: counted(row["passenger_count"], "passenger")
    ),
}  # fmt: skip
"""By what travelers tell two trips apart: a pattern, and what fills it."""
Done: TypeAlias = tuple[Decision, tuple[Slot, ...], tuple[Fact, ...]]
"""The write, what is said of it beside the trip, what the traveler knows."""
Deed: TypeAlias = Callable[[Profile, Trip, random.Random], Done | None]
"""What is done to the trip; None where policy or records are against it."""


def twofold(profile: Profile, rng: random.Random) -> Iterator[tuple[Trip, Slot]]:
    """Trips of which another one goes to the same place, each with a fact that tells them apart."""
    rows = [row for row in profile.records if upcoming(row)]
    for row in rng.sample(rows, len(rows)):
        alike = [other for other in profile.records if other["destination"] == row["destination"]]
        for field in rng.sample(sorted(WHICH), len(WHICH)):
            if len(alike) > 1 and sum(other[field] == row[field] for other in alike) == 1:
                yield _told(profile, row, field, rng)


def _told(profile: Profile, row: Row, field: str, rng: random.Random) -> tuple[Trip, Slot]:
    code, (pattern, said) = str(row["destination"]), WHICH[field]
    where = (Where("destination", "is", Said(code)), Where(field, "is", Said(row[field])))
    text = spin(
        rng, "[It's|I mean|That would be|It's about] [my trip|the trip|my booking] to {place}.", place=town(code)
    )
    which = spin(rng, pattern, it=said(row))
    facts = (Fact("trip_destination", code, text), Fact(f"trip_{field}", row[field], which))
    slot = Slot("reservation", text, named(code))
    mark = said(row).split()[-1].lower() if field == "first_date" else said(row).split()[0].lower()
    return Trip(row, Only((each_record(profile),), where), slot, facts, 2), Slot("which", which, (mark,))


def _canceled(profile: Profile, trip: Trip, rng: random.Random) -> Done | None:
    covered = rng.random() < 0.4 and trip.row["insurance"] == "yes"
    if not may_cancel(trip.row, covered=covered) or trip.row["status"] == "cancelled" or not profile.flies(trip.row):
        return None
    return cancellation(profile, trip, (eligible(trip, covered=covered),)), (reason_slot(rng, covered=covered),), ()


def _more_bags(profile: Profile, trip: Trip, rng: random.Random) -> Done | None:
    found = added(profile, trip, "knows none", rng) if trip.row["status"] != "cancelled" else None
    return None if found is None else found[:3]


@dataclass(frozen=True, slots=True)
class OneOfTwo:
    """One of two trips that its description fits is canceled or gets bags.

    Burden: the profile and the reservation, so 2; the agent has to look at all trips to see that there are two. `knows none` only.
    No fallback, no refusal.
    """

    name: str
    tool: str
    topic: str
    word: str
    openings: str
    deed: Deed

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the records give no such request."""
        if dial.refuse or dial.fallback or dial.memory != "knows none" or dial.burden != 2:
            return None
        profile = meet(domain, user_id)
        for trip, which in twofold(profile, rng):
            done = self.deed(profile, trip, rng)
            if done is not None:
                decision, slots, facts = done
                request = Request(0, (), self.topic, self.word, spin(rng, self.openings), (trip.slot, which, *slots))
                known = (profile.identity_fact, *trip.facts, *facts)
                touches = frozenset({trip.record, f"users/{profile.user_id}"})
                return Draft(
                    profile.user_id, self.name, (decision,), (request,), known, profile.identity(rng), (), dial.memory, touches
                )  # fmt: skip
        return None


TWOFOLD = (
    OneOfTwo("cancel one of two alike", "cancel_reservation", "the reservation cancellation", "reservation", OPENINGS, _canceled),
    OneOfTwo("add bags to one of two alike", "update_reservation_baggages", "the change of checked bags", "bags", BAG_OPENINGS, _more_bags),
)  # fmt: skip
