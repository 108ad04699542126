"""Questions: requests that only ask to be told something, many of them over all of a user's trips."""

from __future__ import annotations

import random

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.tau2.airline.chains import SCOPES, Profile, locate, meet
from writ_dspy.domains.tau2.airline.hunts import Ends, Manner, hunt
from writ_dspy.domains.tau2.airline.wording import CABINS, CITIES, spin
from writ_dspy.task import Computed, Every, Fact, Only, Picked, ReadCall, Request, Slot, Tell, Term

OPENINGS = (
    "[Hi, |Hello, |Hi there, |Good day, ||||][I have a question about my account|I'd like some information|"
    "could you look something up for me|I just want to know something|I need a number for my records|there "
    "is something I'd like to check|I hope you can help me with a question]."
)
TOTALS: tuple[tuple[str, str, str, str], ...] = (
    (
        "paid",
        "sum",
        "money",
        "[How much have I paid|What is the total that I paid|What did I spend in total]",
    ),
    (
        "total_baggages",
        "sum",
        "count",
        "[How many checked bags in total do I have|What's the total number of checked bags]",
    ),
    ("reservation_id", "count", "count", "[How many trips do I have|What's the total number of trips]"),
    (
        "passenger_count",
        "sum",
        "count",
        "[How many seats in total did I book|What's the total number of seats]",
    ),
)


class AskTotal:
    """A sum or count over all trips or those of one kind. Burden: 1 + number of reservations, 2 to 14."""

    name = "ask for a total"
    tool = ""

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the records give no such request."""
        profile = meet(domain, user_id)
        if dial.burden != 1 + len(profile.ids) or dial.refuse or dial.fallback:
            return None
        field, op, style, words = rng.choice(TOTALS)
        scope, mark, inside, where = rng.choice(SCOPES)
        rows = [row for row in profile.records if inside(row)]
        if not rows:
            return None
        source = ReadCall(
            "get_reservation_details",
            (("reservation_id", Picked(profile.reservations, "reservation_id")),),
            "reservation",
        )
        value: Term = Computed("sum" if op == "sum" else "count", (Picked(Every((source,), where), field),))
        text = spin(rng, f"{words} [for {scope}|, counting {scope}|, looking at {scope}]?")
        tell = Tell("total", value, "money" if style == "money" else "count")
        return _question(self.name, profile, dial, rng, tell, (Slot("scope", text, (mark,)),), ())


class AskFare:
    """The lowest fare over some days and airports. Burden: one read per search, 2 to 16."""

    name = "ask for the lowest fare"
    tool = ""

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the records give no such request."""
        profile = meet(domain, user_id)
        if dial.refuse or dial.fallback:
            return None
        cabin = rng.choice(sorted(CABINS))
        for _ in range(8):
            origin, destination = rng.sample(sorted(CITIES), 2)
            ends = Ends.said((origin,), (destination,))
            found = hunt(domain, rng, ends, cabin, 1, dial.burden, Manner(by_price=True, plain=True))
            if found is None:
                continue
            text = spin(
                rng,
                "[What is|What would be|Can you tell me|I'd like to know] the [lowest|cheapest] {cabin} "
                "fare [for one person|for a single seat|for me alone]? {stops}",
                cabin=CABINS[cabin],
                stops=found.stops,
            )
            slots = (
                *(slot for slot in found.slots if not slot.key.endswith("choice")),
                Slot("scope", text, ("fare",)),
            )
            return _question(
                self.name,
                profile,
                dial,
                rng,
                Tell("fare", found.pick(f"price_{cabin}"), "money"),
                slots,
                found.facts,
            )
        return None


class AskStatus:
    """The status of the first flight of a trip. Burden: 3 (2 for `knows ids`), more by a superlative."""

    name = "ask for a flight's status"
    tool = ""

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the records give no such request."""
        profile = meet(domain, user_id)
        if dial.refuse or dial.fallback:
            return None
        reads = 2 if dial.memory == "knows ids" and dial.burden == 2 else dial.burden - 1
        if dial.memory == "knows ids" and dial.burden != 2:
            return None
        trip = locate(profile, dial.memory, rng, lambda _: True, reads)
        if trip is None:
            return None
        args = (("flight_number", trip.pick("flight_1")), ("date", trip.pick("date_1")))
        status = Only((ReadCall("get_flight_status", args, "status"),))
        text = spin(
            rng,
            "[What is the status of|Can you tell me the status of|I'd like to know the status of|Please "
            "check the status of] the first flight of [that trip|the trip|that booking].",
        )
        slots = (trip.slot, Slot("scope", text, ("status",)))
        return _question(self.name, profile, dial, rng, Tell("status", Picked(status, "status")), slots, trip.facts)


def _question(
    name: str,
    profile: Profile,
    dial: Dial,
    rng: random.Random,
    tell: Tell,
    slots: tuple[Slot, ...],
    facts: tuple[Fact, ...],
) -> Draft:
    request = Request(None, (0,), f"the question about the {tell.topic}", tell.topic, spin(rng, OPENINGS), slots)
    return Draft(
        profile.user_id,
        name,
        (),
        (request,),
        (profile.identity_fact, *facts),
        profile.identity(rng),
        (tell,),
        dial.memory,
    )
