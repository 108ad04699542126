"""Changing flights: another cabin on the same flights, or other flights in the same cabin."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.airline.chains import Profile, Trip, changeable, locate, meet, upcoming
from writ_dspy.domains.tau2.airline.criteria import tens
from writ_dspy.domains.tau2.airline.hunts import DIRECT, FIRST_DAY, LAST_DAY, Ends, Hunt, Manner, hunt, options
from writ_dspy.domains.tau2.airline.payments import Payment, Settling, covers, settling
from writ_dspy.domains.tau2.airline.slots import (
    cost_slot,
    money_fallback_slot,
    other_cabin_slot,
    part_slot,
    refund_slot,
    surcharge_slot,
)
from writ_dspy.domains.tau2.airline.wording import CABINS, spin
from writ_dspy.task import (
    Check,
    Computed,
    Decision,
    Only,
    Picked,
    Policy,
    ReadCall,
    Request,
    Requirement,
    Said,
    Slot,
    Tell,
    Term,
    Where,
)

CABIN_OPENINGS = (
    "[Hi, |Hello, |Hi there, |Good morning, ||||][[I'd like to|I want to|I need to|I was hoping to|I've "
    "decided to] [change the cabin on|switch to another class on|move to a different cabin on|change my "
    "class on|travel in another cabin on] [a trip I booked|one of my reservations|an existing booking|a "
    "reservation of mine].|[can I|could I|is it possible to|may I] [change the cabin on|switch the class "
    "of|get another cabin on] [a trip I booked|one of my reservations|an existing booking|my reservation]?]"
)
MOVE_OPENINGS = (
    "[Hi, |Hello, |Hi there, |Good morning, ||||][[I'd like to|I want to|I need to|I have to|I was hoping "
    "to] [change flights on|move|reschedule|rebook the flights of|shift] [a trip I booked|one of my "
    "reservations|an existing booking|a reservation of mine].|[can you|could you|would you|will you] [move|"
    "reschedule|help me change the flights of] [a trip I booked|one of my trips|an existing booking|my "
    "reservation]?|my plans have shifted, so [my flights must change|I need other flights|a booking of "
    "mine has to move].]"
)


def two_ways(decision: Decision, settled: Settling, name: str = "payment_id") -> Decision:
    """The decision paid in the first way and, if that falls short, in the second."""
    if settled.second is None:
        return decision
    second = replace(
        decision,
        args=tuple((key, settled.second.term if key == name else term) for key, term in decision.args),
    )
    kept = tuple(
        item for item in decision.requires if item not in covers(settled.first, _amount(decision, settled.first))
    )
    return replace(decision, otherwise=replace(second, requires=kept))


def _amount(decision: Decision, payment: Payment) -> Term:
    """The left side of the check that the balance covers."""
    for item in reversed(decision.requires):
        if isinstance(item, Check) and isinstance(item.right, Picked) and item.right.query is payment.query:
            return item.left
    return Policy(0, "nothing to cover")


def fares(trip: Trip) -> tuple[Only, ...]:
    """For each segment the search that shows its fare and seats today."""
    found = []
    for number in range(1, trip.row["segment_count"] + 1):
        args = tuple(
            (name, trip.pick(f"{end}_{number}"))
            for name, end in (("origin", "from"), ("destination", "to"), ("date", "date"))
        )
        where = Where("flight_number", "is", trip.pick(f"flight_{number}"))
        found.append(Only((ReadCall(DIRECT, args, "options"),), (where,)))
    return tuple(found)


def fares_now(domain: Domain, row: Row) -> list[Row]:
    """The options that these searches show."""
    found = []
    for number, flight in enumerate(row["flights"], start=1):
        rows = options(domain, DIRECT, row[f"from_{number}"], row[f"to_{number}"], flight["date"])
        found += [option for option in rows if option["flight_number"] == flight["flight_number"]]
    return found


def seated(trip: Trip, searches: tuple[Only, ...], cabin: str) -> tuple[Requirement, ...]:
    """On each of these flights everybody finds a seat."""
    rule = f"there are not enough {CABINS[cabin]} seats left on one of your flights"
    return tuple(
        Check(Picked(search, f"seats_{cabin}"), ">=", trip.pick("passenger_count"), rule) for search in searches
    )


class ChangeCabin:
    """Another cabin on unchanged flights; today's fare and seats of each segment have to be looked up.

    Burden: the trip (2; or 1 + number of reservations, by a superlative) and one search per segment, so 3 to
    6 and more for a superlative. All memories. The fallback pays with the credit card when the gift card
    falls short; the refusal is a twin that pays with a gift card that falls short.
    """

    name = "change the cabin"
    tool = "update_reservation_flights"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the records give no such request."""
        profile = meet(domain, user_id)
        return twinned(dial, rng, lambda draws, mode: self._draft(profile, dial, draws, mode))

    def _draft(self, profile: Profile, dial: Dial, rng: random.Random, mode: str) -> Draft | None:
        cabin = rng.choice(("business", "business", "economy", "basic_economy"))
        chosen = cabin_trip(profile, dial, rng, cabin)
        if chosen is None:
            return None
        trip, worth = chosen
        settled = settling(profile, dial.memory, rng, worth, mode)
        if settled is None:
            return None
        decision, extra = cabin_change(profile, trip, cabin, settled)
        slots = (trip.slot, other_cabin_slot(rng, cabin), *settled.slots(rng))
        tells: tuple[Tell, ...] = ()
        if mode == "" and worth > 0 and rng.random() < 0.3:
            tells, slots = (Tell("cost", extra, "money"),), (*slots, cost_slot(rng))
        request = Request(0, tuple(range(len(tells))), "the cabin change", "cabin", spin(rng, CABIN_OPENINGS), slots)
        return Draft(
            profile.user_id,
            self.name,
            (decision,),
            (request,),
            (profile.identity_fact, *trip.facts, *settled.facts()),
            profile.identity(rng),
            tells,
            dial.memory,
            touched(profile, trip, settled),
        )


def cabin_trip(
    profile: Profile, dial: Dial, rng: random.Random, cabin: str, also: Callable[[Row], bool] = lambda _row: True
) -> tuple[Trip, int] | None:
    """An upcoming trip in another cabin for which everybody finds a seat, and what the change costs; `also`: what else it must be."""

    def fits(row: Row) -> bool:
        if not upcoming(row) or row["cabin"] == cabin or row["status"] == "cancelled" or not also(row):
            return False
        found = fares_now(profile.domain, row)
        return len(found) == row["segment_count"] and all(
            option[f"seats_{cabin}"] >= row["passenger_count"] for option in found
        )

    for segments in rng.sample((1, 2, 3, 4), 4):
        reads = dial.burden - segments
        if reads < 2:
            continue

        def long_enough(row: Row, segments: int = segments) -> bool:
            return row["segment_count"] == segments and fits(row)

        trip = locate(profile, dial.memory, rng, long_enough, reads)
        if trip is not None:
            new = sum(option[f"price_{cabin}"] for option in fares_now(profile.domain, trip.row))
            return trip, int((new - trip.row["fare"]) * trip.row["passenger_count"])
    return None


def cabin_change(profile: Profile, trip: Trip, cabin: str, settled: Settling) -> tuple[Decision, Term]:
    """The change, and what it costs."""
    searches = fares(trip)
    fare = Computed("sum", tuple(Picked(search, f"price_{cabin}") for search in searches))
    extra = Computed("product", (Computed("difference", (fare, trip.pick("fare"))), trip.pick("passenger_count")))
    args: tuple[tuple[str, Term], ...] = (
        ("reservation_id", trip.pick("reservation_id")),
        ("cabin", Said(cabin)),
        ("flights", trip.pick("flights")),
        ("payment_id", settled.first.term),
    )
    requires = (
        *changeable(profile, trip),
        *settled.first.requires,
        *seated(trip, searches, cabin),
        *covers(settled.first, extra),
    )
    return two_ways(Decision("update_reservation_flights", args, requires), settled), extra


class MoveFlight:
    """Other flights on the same route in the same cabin: the best of one to fourteen searches.

    Burden: the trip (2; or 1 + number of reservations) and one search per day and kind of connection, so 3 to
    16. All memories. Moves a one way trip, or one direction of a round trip. The fallback is economy, when
    the business fare does not meet what the user would pay or get back. A refusal is a twin in that sum
    (`knows ids`, 2 to 16, since it does not rest on the profile), or one that pays with a gift card that
    falls short.
    """

    name = "move to another flight"
    tool = "update_reservation_flights"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the records give no such request."""
        profile = meet(domain, user_id)
        spoils = ("money", "money", "short") if dial.memory == "knows ids" else ("short",)
        return twinned(dial, rng, lambda draws, mode: self._draft(profile, dial, draws, mode), spoils, "fallback money")

    def _draft(self, profile: Profile, dial: Dial, rng: random.Random, mode: str) -> Draft | None:
        reads = 1 + len(profile.ids) if dial.memory == "knows none" and rng.random() < 0.4 else 2
        if dial.burden - reads < 1:
            reads = 2
        trip = locate(profile, dial.memory, rng, downgradable if mode == "fallback money" else movable, reads)
        if trip is None:
            return None
        searches = dial.burden - (1 if mode in ("money", "legal money") else reads)
        found = moved(profile, trip, rng, searches, mode) if searches > 0 else None
        if found is None:
            return None
        best, part, worth = found
        settled = settling(profile, dial.memory, rng, worth, "" if mode.endswith("money") else mode)
        if settled is None:
            return None
        decision, extra = move(profile, trip, best, part, settled)
        slots = [trip.slot, part_slot(rng, part), *best.slots, *settled.slots(rng)]
        if mode.endswith("money"):
            rest = _downgraded(profile, trip, best, settled) if mode == "fallback money" else None
            if mode == "fallback money" and rest is None:
                return None
            check, slot = terms(trip, best, part, worth, rng, legal=mode == "legal money")
            decision = replace(decision, requires=(*decision.requires, check), otherwise=rest)
            slots += [slot, *([money_fallback_slot(rng)] if rest else [])]
        tells: tuple[Tell, ...] = ()
        if mode == "" and worth > 0 and rng.random() < 0.3:
            tells = (Tell("cost", extra, "money"),)
            slots.append(cost_slot(rng))
        request = Request(
            0, tuple(range(len(tells))), "the flight change", "flight", spin(rng, MOVE_OPENINGS), tuple(slots)
        )
        facts = (profile.identity_fact, *trip.facts, *best.facts, *settled.facts())
        return Draft(
            profile.user_id,
            self.name,
            (decision,),
            (request,),
            facts,
            profile.identity(rng),
            tells,
            dial.memory,
            touched(profile, trip, settled),
        )


def movable(row: Row) -> bool:
    """Upcoming, and not basic economy."""
    return upcoming(row) and row["cabin"] != "basic_economy" and row["status"] != "cancelled"


def downgradable(row: Row) -> bool:
    """Movable, in business, and all of it at once."""
    return movable(row) and row["cabin"] == "business" and row["flight_type"] == "one_way"


def _downgraded(profile: Profile, trip: Trip, best: Hunt, settled: Settling) -> Decision | None:
    """The same wish in economy, whatever the fare."""
    cheap = best.in_cabin("business", "economy", trip.row["passenger_count"])
    if cheap is None or cheap.best["price_economy"] + 40 > best.best["price_business"]:
        return None
    args: tuple[tuple[str, Term], ...] = (
        ("reservation_id", trip.pick("reservation_id")),
        ("cabin", Said("economy")),
        ("flights", cheap.pick("flights")),
        ("payment_id", settled.first.term),
    )
    return Decision("update_reservation_flights", args, (*changeable(profile, trip), *settled.first.requires))


def moved(profile: Profile, trip: Trip, rng: random.Random, reads: int, mode: str) -> tuple[Hunt, str, int] | None:
    """Flights for the whole of a one way trip or a part of a round trip, which part, and the extra cost."""
    row = trip.row
    part = "whole" if row["flight_type"] == "one_way" else rng.choice(("outbound", "return"))
    start, end = (row["destination"], row["origin"]) if part == "return" else (row["origin"], row["destination"])
    terms = ("destination", "origin") if part == "return" else ("origin", "destination")
    window = (FIRST_DAY, LAST_DAY)
    if part == "outbound":
        window = (FIRST_DAY, int(row["return_flights"][0]["date"][8:]) - 1)
    if part == "return":
        window = (int(row["outbound_flights"][-1]["date"][8:]) + 1, LAST_DAY)
    if window[0] > window[1]:
        return None
    ends = Ends((start,), (end,), trip.pick(terms[0]), trip.pick(terms[1]), told=False)
    manner = Manner(window, by_price=mode != "", full=mode != "")
    found = hunt(profile.domain, rng, ends, row["cabin"], row["passenger_count"], reads, manner)
    if found is None or any(flight in row["flights"] for flight in found.best["flights"]):
        return None
    old = row["fare"] if part == "whole" else row[f"{part}_fare"]
    return found, part, int((found.best[f"price_{row['cabin']}"] - old) * row["passenger_count"])


def whole_move(profile: Profile, trip: Trip, rng: random.Random, reads: int, key: str) -> tuple[Hunt, int] | None:
    """Other flights for all of a one way trip, the best of so many searches, and the extra cost; `key`: of its slots and facts."""
    row = trip.row
    ends = Ends((row["origin"],), (row["destination"],), trip.pick("origin"), trip.pick("destination"), told=False)
    manner = Manner((FIRST_DAY, LAST_DAY), key, full=True, limited=True)
    found = hunt(profile.domain, rng, ends, row["cabin"], row["passenger_count"], reads, manner)
    if found is None or any(flight in row["flights"] for flight in found.best["flights"]):
        return None
    return found, int((found.best[f"price_{row['cabin']}"] - row["fare"]) * row["passenger_count"])


def move(profile: Profile, trip: Trip, best: Hunt, part: str, settled: Settling) -> tuple[Decision, Term]:
    """The change, and what it costs."""
    old = trip.pick("fare" if part == "whole" else f"{part}_fare")
    fare = best.pick(f"price_{trip.row['cabin']}")
    extra = Computed("product", (Computed("difference", (fare, old)), trip.pick("passenger_count")))
    flights: Term = best.pick("flights")
    if part == "outbound":
        flights = Computed("concat", (flights, trip.pick("return_flights")))
    if part == "return":
        flights = Computed("concat", (trip.pick("outbound_flights"), flights))
    args: tuple[tuple[str, Term], ...] = (
        ("reservation_id", trip.pick("reservation_id")),
        ("cabin", trip.pick("cabin")),
        ("flights", flights),
        ("payment_id", settled.first.term),
    )
    fixed = Policy("basic_economy", "basic economy")
    modifiable = Check(trip.pick("cabin"), "is not", fixed, "basic economy flights cannot be modified")
    requires = (
        *changeable(profile, trip),
        modifiable,
        *settled.first.requires,
        *covers(settled.first, extra),
    )
    return two_ways(Decision("update_reservation_flights", args, requires), settled), extra


def twinned(
    dial: Dial,
    rng: random.Random,
    make: Callable[[random.Random, str], Draft | None],
    spoils: tuple[str, ...] = ("short",),
    fallback: str = "fallback",
) -> Draft | None:
    """One draft; or, for a refusal, a twin that is spoiled in one said value, with its legal draft."""
    seed = rng.randrange(2**32)
    if not dial.refuse:
        return make(random.Random(seed), fallback if dial.fallback else "")
    spoil = rng.choice(spoils)
    legal, twin = make(random.Random(seed), f"legal {spoil}"), make(random.Random(seed), spoil)
    return replace(twin, legal=legal) if twin is not None and legal is not None else None


def touched(profile: Profile, trip: Trip, settled: Settling) -> frozenset[str]:
    """The reservation, and the user where a gift card is charged."""
    paid = settled.second or settled.first
    return frozenset({trip.record} | ({f"users/{profile.user_id}"} if paid.row["source"] == "gift_card" else set()))


def terms(trip: Trip, best: Hunt, part: str, worth: int, rng: random.Random, *, legal: bool) -> tuple[Check, Slot]:
    """What the user wants back at least or will pay on top at most; met by the best flight if `legal`."""
    old = trip.pick("fare" if part == "whole" else f"{part}_fare")
    new = best.pick(f"price_{trip.row['cabin']}")
    order = (old, new) if worth < 0 else (new, old)
    amount = Computed("product", (Computed("difference", order), trip.pick("passenger_count")))
    step = rng.randint(5, 40)
    if worth < 0:
        limit = max(1, tens(-worth - step) - 10 * (step < 10)) if legal else tens(-worth + step)
        check = Check(amount, ">=", Said(limit), "you would get less money back than you want", own=True)
        return check, refund_slot(rng, limit)
    limit = tens(worth + step) if legal else max(1, tens(worth - step - 10))
    check = Check(amount, "<=", Said(limit), "it costs more on top than you want to pay", own=True)
    return check, surcharge_slot(rng, limit)
