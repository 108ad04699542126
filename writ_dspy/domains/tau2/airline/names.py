"""A passenger's name put right: the same person, born on the same day, under another last name."""

from __future__ import annotations

import random

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.airline.chains import Profile, changeable, locate, meet, upcoming
from writ_dspy.domains.tau2.airline.travelers import LAST, names_of
from writ_dspy.domains.tau2.airline.wording import spin
from writ_dspy.task import (
    Check,
    Computed,
    Decision,
    Every,
    Fact,
    Listed,
    Only,
    Picked,
    ReadCall,
    Record,
    Request,
    Said,
    Slot,
    Where,
)

OPENINGS = (
    "[Hi, |Hello, |Hi there, |Good evening, ||||][[I'd like to|I want to|I need to] [correct a name on|fix a passenger's name on] [a trip I "
    "booked|one of my reservations|a booking of mine].|[can you|could you] correct the name of a passenger on [a trip|one of my "
    "reservations]?|[a name on one of my bookings|the name of a passenger] has a mistake in it[.|, I'm afraid.]]"
)


class CorrectName:
    """The last name of the last passenger of a trip is put right; who they are stays as it is.

    Burden: the trip, so 2 or 1 + number of reservations. All memories. No fallback, no refusal.
    """

    name = "correct a passenger's name"
    tool = "update_reservation_passengers"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the records give no such request."""
        profile = meet(domain, user_id)
        if dial.refuse or dial.fallback:
            return None
        trip = locate(profile, dial.memory, rng, lambda row: upcoming(row) and _alone(profile, row), dial.burden)
        if trip is None:
            return None
        source = ReadCall("get_reservation_details", (("reservation_id", trip.pick("reservation_id")),), "passengers")
        last = profile.look(trip.row["reservation_id"])["passengers"][-1]
        first, old = str(last["first_name"]), str(last["last_name"])
        new = rng.choice([name for name in LAST if name != old])
        kept = Every((source,), (Where("first_name", "is not", Said(first)),))
        person = Only((source,), (Where("first_name", "is", Said(first)),))
        right = Record((("first_name", Said(first)), ("last_name", Said(new)), ("dob", Picked(person, "dob"))))
        listed = Computed("concat", (Picked(kept, "passenger"), Listed((right,))))
        aboard = Check(
            Said(first), "in", Picked(Every((source,)), "first_name"), "there is no passenger of that name on the reservation"
        )  # fmt: skip
        args = (("reservation_id", trip.pick("reservation_id")), ("passengers", listed))
        decision = Decision(self.tool, args, (*changeable(profile, trip), aboard))
        who = spin(
            rng,
            "[It's about {first}|The passenger is {first}|{first} is the one][.|, whose last name is wrong.]",
            first=first,
        )
        what = spin(
            rng,
            "[The last name should be|It has to read|Please make the last name|The right last name is] {new}[.|, the rest is right.|, all "
            "else stays as it is.]",
            new=new,
        )
        slots = (trip.slot, Slot("person", who, (first.lower(),)), Slot("details", what, (new.lower(),)))
        facts = (
            profile.identity_fact, *trip.facts, Fact("passenger", first, who), Fact("right_last_name", new, what),
        )  # fmt: skip
        request = Request(0, (), "the name correction", "name", spin(rng, OPENINGS), slots)
        return Draft(
            profile.user_id, self.name, (decision,), (request,), facts, profile.identity(rng), (), dial.memory,
            frozenset({trip.record, names_of(profile)}),
        )  # fmt: skip


def _alone(profile: Profile, row: Row) -> bool:
    """Whether the last passenger is not the user, and has a first name of their own, so that to leave out and append keeps the order."""
    names = [person["first_name"] for person in profile.look(row["reservation_id"])["passengers"]]
    return names.count(names[-1]) == 1 and names[-1] != profile.row["first_name"]
