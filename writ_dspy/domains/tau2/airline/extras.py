"""Bags and passengers of a trip that is booked already."""

from __future__ import annotations

import random
from collections import Counter
from typing import TypeAlias

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.airline.chains import Memory, Profile, Trip, changeable, locate, meet, upcoming
from writ_dspy.domains.tau2.airline.changes import touched, twinned, two_ways
from writ_dspy.domains.tau2.airline.payments import Settling, covers, paid_bags, settling
from writ_dspy.domains.tau2.airline.rules import BAG, free_bags
from writ_dspy.domains.tau2.airline.slots import more_bags_slot
from writ_dspy.domains.tau2.airline.travelers import Person, somebody
from writ_dspy.domains.tau2.airline.wording import counted, spin
from writ_dspy.task import (
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
    Request,
    Said,
    Slot,
    Term,
    Where,
)

BAG_OPENINGS = (
    "[Hi, |Hello, |Hi there, |Good evening, ||||][[I'd like to|I want to|I need to|I'll have to] [add "
    "luggage to|add checked bags to|bring more luggage on|take extra bags on] [a trip I booked|one of my "
    "reservations|an existing booking|a reservation of mine].|[can I|may I|is it possible to] [add checked "
    "bags to|add luggage to] [a trip|one of my reservations|an existing booking]?|[we are packing more "
    "than we thought|it turns out that we carry more luggage], so I need [extra|more] checked bags.]"
)
SWAP_OPENINGS = (
    "[Hi, |Hello, |Hi there, |Good evening, ||||][[I'd like to|I want to|I need to|I have to] [change a "
    "passenger on|replace a traveler on|swap a passenger on|put somebody else on] [a trip I booked|one of "
    "my reservations|an existing booking|a reservation of mine].|[can I|could you help me|is it possible "
    "to] [change a passenger on|replace a traveler on] [a trip|one of my reservations|a booking]?|"
    "[somebody on my trip can't come|one of us can't travel], so [another person takes the seat|I need to "
    "change the passengers].]"
)

OWN_OPENINGS = SWAP_OPENINGS.replace(
    "somebody on my trip can't come|one of us can't travel", "I can't come on a trip that I booked"
)
"""By who is the one that stays at home."""


PER_HEAD, MOST = 2, 5
"""Bags that a passenger may want to add, and that all of them may."""


class AddBags:
    """More checked bags; how many of them cost money depends on membership, cabin and head count.

    Burden: the trip, so 2, or 1 + number of reservations when it is known by a superlative only. All memories. The fallback
    pays by credit card when the gift card falls short; the refusal is a twin that pays with a gift card that falls short.
    """

    name = "add checked bags"
    tool = "update_reservation_baggages"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the records give no such request."""
        profile = meet(domain, user_id)
        return twinned(dial, rng, lambda draws, mode: self._draft(profile, dial, draws, mode))

    def _draft(self, profile: Profile, dial: Dial, rng: random.Random, mode: str) -> Draft | None:
        trip = locate(profile, dial.memory, rng, upcoming, dial.burden)
        found = added(profile, trip, dial.memory, rng, mode) if trip else None
        if trip is None or found is None:
            return None
        decision, more, facts, settled = found
        request = Request(0, (), "the change of checked bags", "bags", spin(rng, BAG_OPENINGS), (trip.slot, *more))
        return Draft(
            profile.user_id,
            self.name,
            (decision,),
            (request,),
            (profile.identity_fact, *trip.facts, *facts),
            profile.identity(rng),
            (),
            dial.memory,
            touched(profile, trip, settled),
        )


Added: TypeAlias = tuple[Decision, tuple[Slot, ...], tuple[Fact, ...], Settling]
"""The write that adds bags, what is said of it beside the trip, what the user knows, and how it is paid."""


def added(profile: Profile, trip: Trip, memory: Memory, rng: random.Random, mode: str = "") -> Added | None:
    """Some more bags on a trip; `mode` as for `settling`."""
    more = _number(profile, trip, rng, mode)
    if more is None:
        return None
    free = free_bags(profile.row["membership"], trip.row["cabin"], trip.row["passenger_count"])
    settled = settling(profile, memory, rng, BAG * max(0, trip.row["total_baggages"] + more - free), mode)
    if settled is None:
        return None
    total = Computed("sum", (trip.pick("total_baggages"), Said(more)))
    paid = paid_bags(profile, trip.pick("cabin"), trip.pick("passenger_count"), total)
    cost = Computed("product", (Policy(BAG, "each extra bag is $50"), paid))
    args: tuple[tuple[str, Term], ...] = (
        ("reservation_id", trip.pick("reservation_id")),
        ("total_baggages", total),
        ("nonfree_baggages", paid),
        ("payment_id", settled.first.term),
    )
    fewer = Check(total, ">=", trip.pick("total_baggages"), "checked bags can be added but not removed")
    requires = (*changeable(profile, trip), *settled.first.requires, fewer, *covers(settled.first, cost))
    decision = two_ways(Decision("update_reservation_baggages", args, requires), settled)
    fact = Fact("bags", more, f"I need {counted(more, 'more bag')}.")
    return decision, (more_bags_slot(rng, more), *settled.slots(rng)), (fact, *settled.facts()), settled


def _number(profile: Profile, trip: Trip, rng: random.Random, mode: str) -> int | None:
    """How many; enough to cost something where the payment is to fall short, but no number that nobody takes."""
    row = trip.row
    spare = free_bags(profile.row["membership"], row["cabin"], row["passenger_count"]) - row["total_baggages"]
    most = min(PER_HEAD * row["passenger_count"], MOST)
    least = max(0, spare) + 1 if mode else 1
    return None if least > most else rng.randint(least, min(most, least + 3))


class SwapPassenger:
    """Somebody else takes the seat of a passenger: a person who is named, saved, or known from another trip.

    Burden: the trip, so 2 or 1 + number of reservations; one more for somebody who is known from another
    trip. All memories. The fallback: a wish for one more passenger, which is not possible, and the swap
    instead. No refusals: none rests on two reads.
    """

    name = "swap a passenger"
    tool = "update_reservation_passengers"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the records give no such request."""
        profile = meet(domain, user_id)
        if dial.refuse:
            return None
        known = rng.choice(("said", "said", "saved", "flown"))
        reads = dial.burden - 1 if known == "flown" and dial.burden == 3 else dial.burden
        trip = locate(profile, dial.memory, rng, lambda row: upcoming(row) and _replaceable(profile, row), reads)
        if trip is None:
            return None
        people = Every((_people(trip),))
        last = profile.look(trip.row["reservation_id"])["passengers"][-1]
        found = self._newcomer(profile, trip, rng, known)
        if found is None:
            return None
        newcomer, words, marks, facts = found
        leaving = str(last["first_name"])
        kept = Every((_people(trip),), (Where("first_name", "is not", Said(leaving)),))
        listed = Computed("concat", (Picked(kept, "passenger"), Listed((newcomer,))))
        aboard = Check(
            Said(leaving),
            "in",
            Picked(people, "first_name"),
            "there is no passenger of that name on the reservation",
        )
        decision = self._decision(profile, trip, listed, (aboard,))
        own = (last["first_name"], last["last_name"]) == (profile.row["first_name"], profile.row["last_name"])
        slots = [trip.slot, _leaving(rng, leaving, own=own), Slot("details", words, marks)]
        if dial.fallback:
            more = Computed("concat", (Picked(people, "passenger"), Listed((newcomer,))))
            wish = self._decision(profile, trip, more, ())
            decision = Decision(wish.tool, wish.args, wish.requires, decision)
            added = Slot("details", f"{words} {spin(rng, EXTRA)}", marks)
            slots = [trip.slot, added, _instead(rng, leaving, own=own)]
        request = Request(
            0, (), "the passenger change", "passenger", spin(rng, OWN_OPENINGS if own else SWAP_OPENINGS), tuple(slots)
        )
        fact = Fact("leaving", leaving, f"I, {leaving}, am not coming." if own else f"{leaving} is not coming.")
        return Draft(
            profile.user_id,
            self.name,
            (decision,),
            (request,),
            (profile.identity_fact, *trip.facts, fact, *facts),
            profile.identity(rng),
            (),
            dial.memory,
            frozenset({trip.record}),
        )

    def _decision(self, profile: Profile, trip: Trip, people: Term, more: tuple[Check, ...]) -> Decision:
        size = Check(
            Computed("count", (people,)),
            "is",
            trip.pick("passenger_count"),
            "the number of passengers cannot be changed, only who they are",
        )
        args = (("reservation_id", trip.pick("reservation_id")), ("passengers", people))
        return Decision(self.tool, args, (*changeable(profile, trip), *more, size))

    def _newcomer(
        self, profile: Profile, trip: Trip, rng: random.Random, known: str
    ) -> tuple[Term, str, tuple[str, ...], tuple[Fact, ...]] | None:
        """Who takes the seat: as a term, in words, with marks and facts."""
        aboard = {person["first_name"] for person in profile.look(trip.row["reservation_id"])["passengers"]}
        if known == "said":
            person: Person = somebody(rng)
            words = spin(
                rng,
                "[The seat goes to|Instead it will be|The new passenger is|Put in|Please enter] {who}.",
                who=person.words(rng),
            )
            term: Term = person.record()
            return term, words.replace(",.", "."), (person.last.lower(),), person.facts("newcomer")
        if known == "saved":
            first = str(profile.saved[0]["first_name"])
            if first in aboard or [row["first_name"] for row in profile.saved].count(first) > 1:
                return None
            words = spin(
                rng,
                "[The seat goes to|Instead it will be|The new passenger is|Put in] {who}, [who is saved in "
                "my profile|from my saved passengers].",
                who=first,
            )
            return (
                Picked(profile.saved_passenger(first), "passenger"),
                words,
                (first.lower(),),
                (Fact("newcomer", first, words),),
            )
        names = Counter(person["first_name"] for item in profile.ids for person in profile.look(item)["passengers"])
        others = [
            name
            for name, count in names.items()
            if count == 1 and name not in aboard and name != profile.row["first_name"]
        ]
        if not others:
            return None
        first = str(rng.choice(others))
        source = ReadCall(
            "get_reservation_details",
            (("reservation_id", Picked(profile.reservations, "reservation_id")),),
            "passengers",
        )
        words = spin(
            rng,
            "[The seat goes to|Instead it will be|The new passenger is|Put in] {who}, [who is on another "
            "booking of mine|you'll find the details on another trip of mine].",
            who=first,
        )
        query = Only((source,), (Where("first_name", "is", Said(first)),))
        return Picked(query, "passenger"), words, (first.lower(),), (Fact("newcomer", first, words),)


EXTRA = "[I want them added to the others|That would make one more of us|So that's an additional traveler]."


def _people(trip: Trip) -> ReadCall:
    return ReadCall("get_reservation_details", (("reservation_id", trip.pick("reservation_id")),), "passengers")


def _replaceable(profile: Profile, row: Row) -> bool:
    """The last passenger has a first name of their own, so that leaving out and appending keeps the order."""
    names = [person["first_name"] for person in profile.look(row["reservation_id"])["passengers"]]
    return names.count(names[-1]) == 1


def _leaving(rng: random.Random, first: str, *, own: bool) -> Slot:
    """Who does not travel; `own`: the user, who does not speak of themselves by name as of somebody else."""
    text = spin(
        rng,
        "[I can't come|I have to stay home|I'm not traveling after all|I can't make it|I'm the one who drops out|I won't be there] "
        "myself, so my own name, {name}, comes off[.|, sadly.|, as it turns out.]"
        if own
        else "[{name} can't come|{name} has to stay home|{name} isn't traveling after all|Take {name} off|It's "
        "{name} who drops out|{name} won't make it][.|, sadly.|, as it turns out.]",
        name=first,
    )
    return Slot("person", text, (first.lower(),))


def _instead(rng: random.Random, first: str, *, own: bool) -> Slot:
    text = spin(
        rng,
        "[If that can't be done|If nobody can be added|Should that not be possible], [then put that person in my own place, the one of "
        "{name}|then my own name, {name}, makes room|let it be instead of me, {name}]."
        if own
        else "[If that can't be done|If nobody can be added|Should that not be possible], [then put that person "
        "in {name}'s place|replace {name} instead|let it be instead of {name}].",
        name=first,
    )
    return Slot("fallback", text, (first.lower(),))
