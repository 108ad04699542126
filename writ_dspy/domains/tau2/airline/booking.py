"""Booking a trip: the flight has to be found among one to fifteen searches, the price has to add up."""

# Longer than 400 lines by a line: one booking is drawn from its flight, its purse and its passengers together.

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, replace

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.tau2.airline.chains import Memory, Profile, meet
from writ_dspy.domains.tau2.airline.criteria import tens
from writ_dspy.domains.tau2.airline.hunts import (
    BACK,
    FIRST_DAY,
    LAST_DAY,
    REGIONS,
    STATES,
    Ends,
    Hunt,
    Manner,
    hunt,
    named_flight,
)
from writ_dspy.domains.tau2.airline.journeys import NEW_YORK
from writ_dspy.domains.tau2.airline.payments import Payment, covers, name_payment, paid_bags, pay, twin_payment
from writ_dspy.domains.tau2.airline.rules import BAG, INSURANCE, free_bags
from writ_dspy.domains.tau2.airline.slots import (
    bags_slot,
    dear_fallback_slot,
    fare_limit_slot,
    insurance_slot,
    left_slot,
    new_cabin_slot,
    total_slot,
    trip_slot,
)
from writ_dspy.domains.tau2.airline.travelers import Party, names_of, party
from writ_dspy.domains.tau2.airline.wording import CITIES, low, money, spin
from writ_dspy.task import (
    Check,
    Computed,
    Decision,
    Fact,
    Listed,
    Picked,
    Policy,
    Record,
    Request,
    Requirement,
    Said,
    Slot,
    Tell,
    Term,
)

OPENINGS = (
    "[Hi, |Hello, |Hi there, |Good afternoon, ||||][[I'd like to book|I want to book|I need to book|Please "
    "help me book|I'm looking to book|I'd like to reserve|I want to buy|I'm here to book|I was hoping "
    "to book|I'm planning to book] [a flight|a new flight|a trip|a ticket|a new trip|a plane ticket][.| "
    "for later this month.| with you.| for this month.]|[could you book|can you help me reserve|would you "
    "arrange|may I book|can I still get] [a flight|a new flight|a trip|a ticket|a plane ticket][?| with "
    "your airline?| for later this month?]]"
)

SEVERAL = 0.35
"""How often one of several airports would do, where as many searches as they take are wanted."""


@dataclass(frozen=True, slots=True)
class Basket:
    """What is booked apart from flights, cabin and payment."""

    profile: Profile
    party: Party
    bags: int
    insured: bool

    def total(self, hunts: tuple[Hunt, ...], cabin: str) -> Term:
        """Fares, insurance and paid bags for everybody."""
        fares = Computed("sum", tuple(found.pick(f"price_{cabin}") for found in hunts))
        parts: list[Term] = [Computed("product", (fares, self.party.count))]
        if self.insured:
            parts.append(
                Computed("product", (Policy(INSURANCE, "travel insurance is $30 per passenger"), self.party.count))
            )
        parts.append(Computed("product", (Policy(BAG, "each extra bag is $50"), self.paid_bags(cabin))))
        return Computed("sum", tuple(parts))

    def paid_bags(self, cabin: str) -> Term:
        """Bags beyond the free allowance in that cabin."""
        return paid_bags(self.profile, Said(cabin), self.party.count, Said(self.bags))

    def worth(self, hunts: tuple[Hunt, ...], cabin: str) -> int:
        """What the total comes to, in dollars."""
        fare = sum(found.best[f"price_{cabin}"] for found in hunts)
        extra = max(0, self.bags - free_bags(self.profile.row["membership"], cabin, self.party.size))
        return int(self.party.size * (fare + INSURANCE * self.insured) + BAG * extra)


@dataclass(frozen=True, slots=True)
class Purse:
    """How a booking is paid: by one method; or by a certificate and gift cards until they are used up, and a card for the rest."""

    main: Payment
    firsts: tuple[Payment, ...] = ()

    @property
    def by_card(self) -> bool:
        """Nothing but a credit card is charged, so the profile keeps its balances."""
        return not self.firsts and self.main.row["source"] == "credit_card"

    def shares(self, total: Term) -> Listed:
        """The payments of the booking, which add up to the total."""
        worths: list[Term] = [Picked(first.query, "amount") for first in self.firsts]
        used = Computed("sum", tuple(worths)) if len(worths) > 1 else worths[0] if worths else None
        rest = total if used is None else Computed("difference", (total, used))
        shares = [
            *((first.term, worth) for first, worth in zip(self.firsts, worths, strict=True)),
            (self.main.term, rest),
        ]
        return Listed(tuple(Record((("payment_id", name), ("amount", amount))) for name, amount in shares))

    def requires(self, total: Term) -> tuple[Requirement, ...]:
        """What must hold for paying that way."""
        if self.firsts:
            return (*(need for first in self.firsts for need in first.requires), *self.main.requires)
        return (*self.main.requires, *covers(self.main, total))

    def slot(self) -> Slot:
        """How the user says it."""
        if not self.firsts:
            return self.main.slot
        seed = len(self.main.slot.text)
        texts = [first.slot.text for first in self.firsts[:1]]
        texts += [f"{NEXTS[(seed + n) % len(NEXTS)]} {low(one.slot.text)}" for n, one in enumerate(self.firsts[1:])]
        text = f"{' '.join(texts)} {RESTS[seed % len(RESTS)]} {low(self.main.slot.text)}"
        marks = (mark for payment in (*self.firsts, self.main) for mark in payment.slot.marks)
        return Slot("payment", text, tuple(dict.fromkeys(marks)))

    def facts(self) -> tuple[Fact, ...]:
        """What the user knows about it."""
        firsts = (
            (f"{name}_payment", fact) for name, one in zip(ORDINALS, self.firsts, strict=False) for fact in one.facts
        )
        return (*(Fact(key, fact.value, fact.text) for key, fact in firsts), *self.main.facts)


def booking(
    basket: Basket, ends: Ends, hunts: tuple[Hunt, ...], cabin: str, purse: Purse, limit: int | None
) -> Decision:
    """The booking in this cabin on these flights, for at most so many dollars."""
    total = basket.total(hunts, cabin)
    people = Policy(basket.party.size, "one seat per passenger")
    seats = tuple(
        Check(found.pick(f"seats_{cabin}"), ">=", people, "there are not enough seats left") for found in hunts
    )
    fare: Term = Computed("sum", tuple(found.pick(f"price_{cabin}") for found in hunts))
    limits = (
        ()
        if limit is None
        else (Check(fare, "<=", Said(limit), "the fare is above the limit that you gave me", own=True),)
    )
    flights: Term = hunts[0].pick("flights")
    if len(hunts) > 1:
        flights = Computed("concat", tuple(found.pick("flights") for found in hunts))
    args: tuple[tuple[str, Term], ...] = (
        ("user_id", basket.profile.said),
        ("origin", ends.origin if len(ends.origins) == 1 else hunts[0].pick("origin")),
        ("destination", ends.destination if len(ends.destinations) == 1 else hunts[0].pick("destination")),
        ("flight_type", Said("one_way" if len(hunts) == 1 else "round_trip")),
        ("cabin", Said(cabin)),
        ("flights", flights),
        ("passengers", basket.party.people),
        ("payment_methods", purse.shares(total)),
        ("total_baggages", Said(basket.bags)),
        ("nonfree_baggages", basket.paid_bags(cabin)),
        ("insurance", Said("yes" if basket.insured else "no")),
    )
    return Decision("book_reservation", args, (basket.profile.known, *seats, *limits, *purse.requires(total)))


class BookTrip:
    """A new reservation, one way or round trip, for one to three passengers.

    Supports every burden from 2 to 16: the profile, and one read per search (days x airports x direct or one
    stop, outbound and return; a refusal for its fare rests on the searches alone). At burden 2, `knows ids`
    names the flight by its number and `half-remembers` by its departure; above that it is the best of all
    searches. The fallback is a second cabin, for when the first is over budget. A refusal is a twin in the
    highest fare, or in paying with a balance that does not cover the total.
    """

    name = "book a trip"
    tool = "book_reservation"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None where the records give no such request."""
        profile = meet(domain, user_id)
        if not 2 <= dial.burden <= 16 or not profile.methods:
            return None
        seed = rng.randrange(2**32)
        if not dial.refuse:
            return self._draft(profile, dial, random.Random(seed), "fallback" if dial.fallback else "")
        for spoil in rng.sample(("fare", "balance"), 2):
            legal = self._draft(profile, dial, random.Random(seed), f"legal {spoil}")
            twin = legal and self._draft(profile, dial, random.Random(seed), spoil)
            if twin is not None:
                return replace(twin, legal=legal)
        return None

    def _draft(self, profile: Profile, dial: Dial, rng: random.Random, mode: str) -> Draft | None:
        cabin = "business" if mode == "fallback" else rng.choice(("business", "economy", "economy", "basic_economy"))
        basket = Basket(profile, party(profile, rng), rng.choice((0, 0, 1, 1, 2, 3)), rng.random() < 0.4)
        found = find_flights(profile, dial, rng, cabin, basket.party, mode)
        if found is None:
            return None
        ends, hunts = found
        worth, second = basket.worth(hunts, cabin), None
        if mode == "fallback":
            second = _in_cabin(hunts, cabin, "economy", basket.party)
            if second is None or _fare(second, "economy") + 40 > _fare(hunts, cabin):
                return None
            worth = basket.worth(second, "economy")
        purse = _purse(profile, dial, rng, worth, mode)
        if purse is None:
            return None
        limit = _limit(mode, _fare(second or hunts, "economy" if second else cabin), _fare(hunts, cabin), rng)
        if limit is not None and any(hunt.caps_price for hunt in hunts):
            return None  # nobody names two limits for one fare
        decision = booking(basket, ends, hunts, cabin, purse, limit)
        if second is not None:
            decision = replace(decision, otherwise=booking(basket, ends, second, "economy", purse, None))
        slots = [
            trip_slot(rng, len(hunts)),
            *(slot for hunt in hunts for slot in hunt.slots),
            new_cabin_slot(rng, cabin),
        ]
        slots += [
            basket.party.slot,
            bags_slot(rng, basket.bags),
            insurance_slot(rng, insured=basket.insured),
            purse.slot(),
        ]
        facts = [
            profile.identity_fact,
            *(fact for hunt in hunts for fact in hunt.facts),
            *basket.party.facts,
            *purse.facts(),
        ]
        if limit is not None:
            slots.append(fare_limit_slot(rng, limit))
            facts.append(Fact("budget", limit, f"The fare must not be above {money(limit)} per person."))
        if second is not None:
            slots.append(dear_fallback_slot(rng))
        asked = _asked(basket, hunts, cabin, purse, rng) if mode == "" else None
        tells = (asked[0],) if asked else ()
        slots += [asked[1]] if asked else []
        touched = frozenset({NEW, names_of(profile)} | (set() if purse.by_card else {f"users/{profile.user_id}"}))
        opening = spin(rng, OPENINGS)
        request = Request(0, tuple(range(len(tells))), "the flight booking", "flight", opening, tuple(slots))
        return Draft(
            profile.user_id,
            self.name,
            (decision,),
            (request,),
            tuple(facts),
            profile.identity(rng),
            tells,
            dial.memory,
            touched,
        )


def find_flights(
    profile: Profile,
    dial: Dial,
    rng: random.Random,
    cabin: str,
    people: Party,
    mode: str,
    window: tuple[int, int] = (FIRST_DAY, LAST_DAY),
) -> tuple[Ends, tuple[Hunt, ...]] | None:
    """A route with the wanted number of searches on it, and back again for a round trip."""
    reads, seats, careful = dial.burden - (0 if mode.endswith("fare") else 1), people.size, mode != ""
    back = rng.randint(1, min(reads - 1, 7)) if reads >= 2 and rng.random() < 0.4 else 0
    middle = (window[0] + window[1]) // 2
    for _ in range(12):
        ends = Ends.said(*_route(rng, reads - back))
        named = reads - back == 1 and dial.memory != "knows none"
        there = (window[0], middle) if back else window
        manner = Manner(there, by_price=careful, full=careful or back > 0)
        found = (
            named_flight(profile.domain, rng, ends, cabin, seats, by_number=dial.memory == "knows ids", window=there)
            if named
            else hunt(profile.domain, rng, ends, cabin, seats, reads - back, manner)
        )
        if found is None:
            continue
        if not back:
            return ends, (found,)
        home = Ends(
            (found.best["destination"],),
            (found.best["origin"],),
            found.pick("destination"),
            found.pick("origin"),
            False,
        )
        if len(ends.pairs) == 1:
            home = replace(home, origin=ends.destination, destination=ends.origin)
        like = tuple(source.tool for source in found.query.sources)
        manner = Manner((middle + 2, window[1]), BACK, by_price=careful, full=True, like=like)
        returning = hunt(profile.domain, rng, home, cabin, seats, back, manner)
        if returning is not None:
            return ends, (found, returning)
    return None


def _asked(
    basket: Basket, hunts: tuple[Hunt, ...], cabin: str, purse: Purse, rng: random.Random
) -> tuple[Tell, Slot] | None:
    """What the user wants to be told besides, in some cases: what is left on the gift card, or the total."""
    total = basket.total(hunts, cabin)
    if not purse.firsts and purse.main.row["source"] == "gift_card" and rng.random() < 0.5:
        left = Computed("difference", (Picked(purse.main.query, "amount"), total))
        return Tell("balance", left, "money"), left_slot(rng)
    return (Tell("total", total, "money"), total_slot(rng)) if rng.random() < 0.25 else None


def _route(rng: random.Random, reads: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Airports to start from and to fly to; several of them where the number of searches allows it."""
    one = (rng.choice(sorted(CITIES)),)
    several = [codes for codes in (*REGIONS, *STATES) if reads % len(codes) == 0] if reads > 1 else []
    many = rng.choice(several) if several and rng.random() < SEVERAL else (rng.choice(sorted(CITIES)),)
    if set(one) & set(many) or (set(one) & NEW_YORK and set(many) & NEW_YORK):  # nobody flies across one city
        return _route(rng, reads)
    return (one, many) if many in STATES or rng.random() < 0.35 else (many, one)


def _fare(hunts: tuple[Hunt, ...], cabin: str) -> int:
    """What one passenger pays for the flights."""
    return int(sum(found.best[f"price_{cabin}"] for found in hunts))


def _in_cabin(hunts: tuple[Hunt, ...], old: str, new: str, people: Party) -> tuple[Hunt, ...] | None:
    found = [hunt.in_cabin(old, new, people.size) for hunt in hunts]
    return tuple(hunt for hunt in found if hunt) if all(found) else None


def _purse(profile: Profile, dial: Dial, rng: random.Random, worth: int, mode: str) -> Purse | None:
    """A way to pay so many dollars; for the twin of `balance`, a way that falls short."""
    memory = dial.memory
    if mode.endswith("balance"):
        found = twin_payment(profile, memory, worth, legal=mode.startswith("legal"))
        return None if found is None else Purse(found)
    if mode == "" and rng.random() < 0.5:
        firsts = _used_up(profile, memory, rng, worth)
        rest = pay(profile, memory, rng, worth, ("credit_card",)) if firsts else None
        if rest:
            return Purse(rest, firsts)
    main = pay(profile, memory, rng, worth, ("credit_card", "gift_card", "certificate"))
    return None if main is None else Purse(main)


def _used_up(profile: Profile, memory: Memory, rng: random.Random, worth: int) -> tuple[Payment, ...]:
    """A certificate and gift cards, as many as policy allows, that all of them together do not pay so many dollars."""
    kinds = (
        (("certificate", 1), ("gift_card", 3))
        if rng.random() < MORE
        else rng.sample((("certificate", 1), ("gift_card", 1)), 1)
    )
    found: list[Payment] = []
    for kind, most in kinds:
        rows = [row for row in profile.methods if row["source"] == kind]
        named = (name_payment(profile, memory, rng, row) for row in rng.sample(rows, len(rows)))
        for payment in itertools.islice(filter(None, named), most):
            if sum(one.row["amount"] for one in (*found, payment)) < worth:
                found.append(payment)
    return tuple(found)


def _limit(mode: str, worth: int, dear: int, rng: random.Random) -> int | None:
    """What the user will spend: enough, or too little for a refusal, or too little for the first cabin."""
    above, below = tens(worth + rng.randint(5, 60)), max(10, tens(worth - rng.randint(15, 50)))
    if mode == "fallback":
        return tens(rng.randint(worth + 1, max(worth + 1, dear - 15)))
    if mode == "fare":
        return below
    return above if mode == "legal fare" or (mode == "" and rng.random() < 0.3) else None


NEW = "reservations/new"
"""What a booking changes: two of one task would get their ids by the order of the writes."""
MORE = 0.6
"""Share of the split payments that use up all that can be used up."""
ORDINALS = ("first", "second", "third", "fourth")
NEXTS = ("After that:", "Then:", "Next:", "When that is used up:")
RESTS = (
    "For whatever is left over:",
    "For the rest:",
    "And for the remaining amount:",
    "The difference goes elsewhere:",
)
