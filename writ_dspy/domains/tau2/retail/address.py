"""Requests to send a pending order elsewhere, or to change the default address."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.observed import Row
from writ_dspy.domains.postal import STATES
from writ_dspy.domains.tau2.retail import sentences
from writ_dspy.domains.tau2.retail.customer import FIND, PROFILE, Customer, meet
from writ_dspy.domains.tau2.retail.drafting import build, first_of, mistyped, shuffled, status_is, touched
from writ_dspy.domains.tau2.retail.lenses import ADDRESS
from writ_dspy.domains.tau2.retail.pointers import Pointer, by_id, counterpart, point
from writ_dspy.domains.tau2.retail.wording import spin
from writ_dspy.task import Decision, Fact, Picked, Query, Request, Said, Slot, Term

STREETS = (
    "Juniper Way",
    "Harbor Street",
    "Foxglove Lane",
    "Linden Avenue",
    "Quarry Road",
    "Orchard Terrace",
    "Mill Street",
    "Birchwood Drive",
    "Prospect Avenue",
    "Canal Street",
    "Meadow Lane",
    "Tannery Road",
    "Granite Court",
    "Ferry Road",
)
PENDING_ONLY = "only pending orders can be sent to another address"


FACTS = {
    "address1": "My new street address is {}.",
    "address2": "The second line of my new address is {}.",
    "city": "My new city is {}.",
    "state": "My new state is {}.",
    "country": "My new address is in the {}.",
    "zip": "My new zip code is {}.",
}


@dataclass(frozen=True, slots=True)
class Place:
    """An address, as terms, with the words for it."""

    terms: tuple[tuple[str, Term], ...]
    row: Row
    reads: frozenset[str]
    slot: Slot
    facts: tuple[Fact, ...]


def stated(customer: Customer, rng: random.Random, *, order: bool) -> Place:
    """An address that the customer spells out."""
    users = customer.domain.tables["users"]
    home = users[rng.choice(sorted(users))]["address"]
    line2 = f"{rng.choice(('Apt', 'Suite', 'Unit'))} {rng.randint(2, 980)}"
    row = {**home, "address1": f"{rng.randint(11, 989)} {rng.choice(STREETS)}", "address2": line2}
    country = rng.choice(("USA", "United States"))
    words = f"{row['address1']}, {line2}, {row['city']}, {row['state']} {row['zip']}, {country}"
    facts = tuple(
        Fact(f"new_{field}", row[field], FACTS[field].format(STATES.get(row[field], row[field]).title()))
        if field == "state"
        else Fact(f"new_{field}", row[field], FACTS[field].format(row[field]))
        for field in ADDRESS
    )
    patterns = sentences.STATED if order else [p for p in sentences.STATED if "Send it" not in p]
    slot = Slot("address", spin(rng, *patterns, it=words), (row["address1"].lower(), row["zip"]))
    return Place(tuple((field, Said(row[field])) for field in ADDRESS), row, frozenset(), slot, facts)


def new_unit(customer: Customer, rng: random.Random) -> Place:
    """The default address with another second line."""
    unit = f"{rng.choice(('Apt', 'Suite', 'Unit'))} {rng.randint(2, 980)}"
    terms = tuple((field, Said(unit) if field == "address2" else Picked(customer.me, field)) for field in ADDRESS)
    slot = Slot("address", spin(rng, *sentences.NEW_UNIT, it=unit), tuple(unit.lower().split()))
    fact = Fact("new_address2", unit, f"My new address line is {unit}.")
    return Place(terms, {**customer.profile, "address2": unit}, frozenset({FIND, PROFILE}), slot, (fact,))


def picked(query: Query, row: Row, reads: frozenset[str], slot: Slot, facts: tuple[Fact, ...] = ()) -> Place:
    """An address that a record shows."""
    return Place(tuple((field, Picked(query, field)) for field in ADDRESS), row, reads, slot, facts)


def of_order(pointer: Pointer, rng: random.Random) -> Place:
    """The address of another order."""
    slot = Slot("address", spin(rng, *sentences.AS_ORDER, it=pointer.words), pointer.marks)
    return picked(pointer.query, pointer.row, pointer.reads, slot, pointer.facts)


def home(customer: Customer, rng: random.Random) -> Place:
    """The default address."""
    text = spin(rng, *sentences.AT_HOME)
    marks = tuple(word for word in ("default", "profile", "account") if word in text.lower())[:1]
    return picked(customer.me, customer.profile, frozenset({FIND, PROFILE}), Slot("address", text, marks))


def same_place(one: Row, other: Row) -> bool:
    """Two records show one address."""
    return all(one[field] == other[field] for field in ADDRESS)


def secret(pointer: Pointer) -> bool:
    """The words do not name a city, which may be what has to be picked."""
    return all(fact.key != "city" for fact in pointer.facts)


def known_orders(customer: Customer, memory: str, rng: random.Random) -> Iterator[Pointer]:
    """Every way to point at every order without naming a city."""
    for order in shuffled(rng, customer.orders):
        yield from (pointer for pointer in point(customer, order, memory, rng) if secret(pointer))


class ReshipOrder:
    """Sends one pending order to an address that is spelled out, on file, or on another order.

    Burden (1 user in 30 or more): 2 to 3 (knows ids), 3 to 4 (half-remembers), 3 to 6 (knows none; a few
    users to 11). A fallback makes the address the default one. Refused: an order that is not pending, an
    unknown id; a twin names another order.
    """

    name = "reship order"
    tool = "modify_pending_order_address"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this customer cannot ask like that (the `Recipe` protocol)."""
        customer = meet(domain, user_id, rng)
        if dial.refuse:
            return first_of((self._not_pending, self._unknown), customer, dial, rng)
        pointers = list(known_orders(customer, dial.memory, rng))
        for pointer in pointers:
            if (pointer.row["status"] == "pending") is not dial.fallback:
                places = list(self._places(customer, pointer, pointers, dial, rng))
                if places:
                    return self._compose(customer, dial, rng, pointer, rng.choice(places)())
        return None

    def _places(
        self, customer: Customer, pointer: Pointer, others: Sequence[Pointer], dial: Dial, rng: random.Random
    ) -> Iterator[Callable[[], Place]]:
        """Addresses that, with the order, take as many reads as wanted."""
        if len(pointer.reads) == dial.burden:
            yield partial(stated, customer, rng, order=True)
        if dial.fallback:
            return
        if len(pointer.reads | {FIND, PROFILE}) == dial.burden and not same_place(pointer.row, customer.profile):
            yield partial(home, customer, rng)
        for other in others:
            if len(pointer.reads | other.reads) == dial.burden and not same_place(other.row, pointer.row):
                yield partial(of_order, other, rng)

    def _compose(self, customer: Customer, dial: Dial, rng: random.Random, pointer: Pointer, place: Place) -> Draft:
        checks = (status_is(pointer, "pending", PENDING_ONLY),)
        decision = Decision(self.tool, (("order_id", pointer.order_id), *place.terms), checks)
        slots = [pointer.slot(rng), place.slot]
        touches = touched(customer, pointer.row["order_id"])
        if dial.fallback:
            second = Decision("modify_user_address", (("user_id", customer.user), *place.terms))
            decision = replace(decision, otherwise=second)
            text = spin(rng, *sentences.OR_DEFAULT)
            slots.append(Slot("fallback", text, ("default",)))
            touches.add(f"users/{customer.user_id}")
        topic = f"the address change for the {pointer.hint}"
        request = Request(0, (), topic, "address", spin(rng, *sentences.SHIP_OPENINGS), tuple(slots))
        return build(customer, self, dial, [decision], [request], (*pointer.facts, *place.facts), touches)

    def _not_pending(self, customer: Customer, dial: Dial, rng: random.Random) -> Draft | None:
        for pointer in known_orders(customer, dial.memory, rng):
            if pointer.row["status"] != "pending" and len(pointer.reads) == dial.burden:
                seed, place = rng.random(), stated(customer, rng, order=True)
                other = counterpart(customer, pointer, "pending", rng)
                legal = self._compose(customer, dial, random.Random(seed), other, place) if other else None
                return replace(self._compose(customer, dial, random.Random(seed), pointer, place), legal=legal)
        return None

    def _unknown(self, customer: Customer, dial: Dial, rng: random.Random) -> Draft | None:
        for order in shuffled(rng, (order for order in customer.orders if order["status"] == "pending")):
            seed, wrong = rng.random(), mistyped(customer, str(order["order_id"]), rng)
            if dial.memory == "knows ids" and dial.burden == 2 and wrong:
                place = stated(customer, rng, order=True)
                pointers = [by_id(order, random.Random(seed), number) for number in (wrong, "")]
                drafts = [self._compose(customer, dial, random.Random(seed), pointer, place) for pointer in pointers]
                return replace(drafts[0], legal=drafts[1])
        return None


class MoveHome:
    """Changes the default address: spelled out (burden 1), its second line only (2), or to that of an order.

    Burden of an order's address: 2 (knows ids), 3 (half-remembers), 3 and rarely 4 to 11 (knows none). No
    fallback. Refused: the address of an order that does not exist; the twin has its number right.
    """

    name = "move home"
    tool = "modify_user_address"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this customer cannot ask like that (the `Recipe` protocol)."""
        if dial.fallback:
            return None
        customer = meet(domain, user_id, rng)
        if dial.refuse:
            return self._unknown(customer, dial, rng)
        places = [new_unit(customer, rng)] if dial.burden == 2 else [stated(customer, rng, order=False)]
        places = places if dial.burden <= 2 else []
        for pointer in known_orders(customer, dial.memory, rng):
            if len(pointer.reads | {FIND}) == dial.burden and not same_place(pointer.row, customer.profile):
                places.append(of_order(pointer, rng))
        for place in shuffled(rng, places):
            if len(place.reads | {FIND}) == dial.burden:
                return self._compose(customer, dial, rng, place)
        return None

    def _compose(self, customer: Customer, dial: Dial, rng: random.Random, place: Place) -> Draft:
        decision = Decision(self.tool, (("user_id", customer.user), *place.terms))
        topic = rng.choice(("the default address change", "the new default address", "the profile address"))
        request = Request(0, (), topic, "address", spin(rng, *sentences.MOVE_OPENINGS), (place.slot,))
        return build(customer, self, dial, [decision], [request], place.facts, {f"users/{customer.user_id}"})

    def _unknown(self, customer: Customer, dial: Dial, rng: random.Random) -> Draft | None:
        for order in shuffled(rng, customer.orders):
            seed, wrong = rng.random(), mistyped(customer, str(order["order_id"]), rng)
            if dial.memory == "knows ids" and dial.burden == 2 and wrong and not same_place(order, customer.profile):
                pointers = [by_id(order, random.Random(seed), number) for number in (wrong, "")]
                places = [of_order(pointer, random.Random(seed)) for pointer in pointers]
                drafts = [self._compose(customer, dial, random.Random(seed), place) for place in places]
                return replace(drafts[0], legal=drafts[1])
        return None
