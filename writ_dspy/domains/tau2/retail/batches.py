"""One wish about every order of a kind: as many writes as there are orders that fit, each confirmed for itself."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.retail import sentences
from writ_dspy.domains.tau2.retail.address import PENDING_ONLY as SHIP_PENDING_ONLY
from writ_dspy.domains.tau2.retail.address import same_place, stated
from writ_dspy.domains.tau2.retail.cancel import DELIVERED_ONLY
from writ_dspy.domains.tau2.retail.cancel import PENDING_ONLY as CANCEL_PENDING_ONLY
from writ_dspy.domains.tau2.retail.customer import Customer, meet, said
from writ_dspy.domains.tau2.retail.drafting import build, shuffled
from writ_dspy.domains.tau2.retail.lenses import ADDRESS
from writ_dspy.domains.tau2.retail.wording import spin
from writ_dspy.task import (
    Best,
    Check,
    Computed,
    Decision,
    Every,
    Fact,
    Picked,
    Policy,
    ReadCall,
    Request,
    Said,
    Slot,
    Tell,
    Term,
    Where,
)

MOST = 5
"""Writes that one wish asks for."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which orders are meant, all with one status: what must hold, in words, and what the customer knows of it."""

    orders: tuple[Row, ...]
    where: tuple[Where, ...]
    words: str
    facts: tuple[Fact, ...]
    marks: tuple[str, ...]

    def each(self, customer: Customer) -> tuple[Best, ...]:
        """A query for each, the dearest first: all orders have to be looked at to know them all."""
        found: list[Best] = []
        for _ in self.orders:
            others = tuple(Where("order_id", "is not", Picked(query, "order_id")) for query in found)
            found.append(Best((customer.each_order("order"),), "total", True, (*self.where, *others)))
        return tuple(found)


def scopes(customer: Customer, status: str, rng: random.Random) -> Iterator[Scope]:
    """Kinds of orders of which there are several, all with this status and told from the others by what a write leaves as it is."""
    orders = customer.orders
    mine = tuple(order for order in orders if order["status"] == status)
    others = {"pending": ("processed", "delivered"), "delivered": ("pending", "processed")}[status]
    if all(order["status"] in (status, *others) for order in orders):
        where = tuple(Where("status", "is not", Policy(other, f"only {status} orders")) for other in others)
        words = spin(rng, *sentences.ALL_OF_STATUS, status=status)
        yield Scope(mine, where, words, (Fact("order_status", status, f"I mean my {status} orders."),), (status,))
    for city in dict.fromkeys(str(order["city"]) for order in mine):
        there = tuple(order for order in orders if order["city"] == city)
        words = spin(rng, *sentences.ALL_OF_CITY, city=city)
        yield Scope(there, (said("city", city),), words, (Fact("city", city, words),), (city.lower(),))


Deed = tuple[tuple[Slot, ...], tuple[Fact, ...], Callable[[Best], Decision]]
"""What the customer says beyond the orders, knows of it, and the write for one of them."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Every order of a kind is cancelled, returned or sent elsewhere, two to five of them.

    Burden: the look-up, the profile and every order, so 4 to 9. The customer names no order (`knows none`). No fallback, no refusal.
    """

    name: str
    tool: str
    status: str
    topic: str
    word: str
    openings: tuple[str, ...]
    deed: Callable[[Customer, Scope, random.Random], Deed | None]

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this customer cannot ask like that (the `Recipe` protocol)."""
        customer = meet(domain, user_id, rng)
        unfit = dial.refuse or dial.fallback or dial.memory != "knows none"
        if unfit or len(customer.reads_of_all()) != dial.burden:
            return None
        for scope in shuffled(rng, scopes(customer, self.status, rng)):
            if 2 <= len(scope.orders) <= MOST and all(order["status"] == self.status for order in scope.orders):
                deed = self.deed(customer, scope, rng)
                if deed is not None:
                    return self._compose(customer, dial, rng, scope, deed)
        return None

    def _compose(self, customer: Customer, dial: Dial, rng: random.Random, scope: Scope, deed: Deed) -> Draft:
        slots, facts, write = deed
        queries = scope.each(customer)
        decisions = [write(query) for query in queries]
        first = Slot("order", scope.words, scope.marks)
        tells: tuple[Tell, ...] = ()
        if self.tool != "modify_pending_order_address" and rng.random() < 0.5:
            tells = (
                Tell("total refund", Computed("sum", tuple(Picked(query, "total") for query in queries)), "money"),
            )
            slots = (*slots, Slot("question", spin(rng, *sentences.REFUND_IN_ALL), ("refund",)))
        asked = Request(0, tuple(range(len(tells))), self.topic, self.word, spin(rng, *self.openings), (first, *slots))
        more = [Request(index, (), self.topic, self.word, "", ()) for index in range(1, len(decisions))]
        touches = {f"orders/{order['order_id']}" for order in scope.orders} | {f"users/{customer.user_id}"}
        return build(customer, self, dial, decisions, [asked, *more], (*scope.facts, *facts), touches, tells)


def _status(query: Best, status: str, rule: str) -> Check:
    return Check(Picked(query, "status"), "is", Policy(status, rule), rule)


def _cancelled(_customer: Customer, _scope: Scope, rng: random.Random) -> Deed:
    reason = rng.choice(list(sentences.REASONS))
    text = spin(rng, *sentences.REASONS_FOR_ALL[reason])

    def write(query: Best) -> Decision:
        args = (("order_id", Picked(query, "order_id")), ("reason", Said(reason)))
        return Decision("cancel_pending_order", args, (_status(query, "pending", CANCEL_PENDING_ONLY),))

    return (Slot("reason", text),), (Fact("reason", reason, text),), write


def _sent_elsewhere(customer: Customer, scope: Scope, rng: random.Random) -> Deed | None:
    """To the address in the profile, or to another one that the customer spells out."""
    if any(where.attribute in ADDRESS for where in scope.where):
        return None  # afterwards nobody could tell which orders they were
    homeless = not any(same_place(order, customer.profile) for order in scope.orders)
    if homeless and rng.random() < 0.5:
        terms: tuple[tuple[str, Term], ...] = tuple((field, Picked(customer.me, field)) for field in ADDRESS)
        slot = Slot("address", spin(rng, *sentences.ALL_HOME), ("address",))
        facts: tuple[Fact, ...] = ()
    else:
        place = stated(customer, rng, order=True)
        terms, slot, facts = place.terms, place.slot, place.facts

    def write(query: Best) -> Decision:
        args = (("order_id", Picked(query, "order_id")), *terms)
        return Decision("modify_pending_order_address", args, (_status(query, "pending", SHIP_PENDING_ONLY),))

    return (slot,), facts, write


def _returned(_customer: Customer, _scope: Scope, rng: random.Random) -> Deed:
    """All that is in them, refunded as each was paid."""

    def write(query: Best) -> Decision:
        inside = Every((ReadCall("get_order_details", (("order_id", Picked(query, "order_id")),), "items"),))
        args = (
            ("order_id", Picked(query, "order_id")),
            ("item_ids", Picked(inside, "item_id")),
            ("payment_method_id", Picked(query, "payment_method_id")),
        )
        return Decision("return_delivered_order_items", args, (_status(query, "delivered", DELIVERED_ONLY),))

    what = Slot("items", spin(rng, *sentences.ALL_IN_THEM), ("everything",))
    where = Slot("refund", spin(rng, *sentences.ALL_AS_PAID), ("paid",))
    return (what, where), (), write


BATCHES = (
    Batch(
        "cancel every order of a kind", "cancel_pending_order", "pending", "the cancellation of the orders", "orders",
        sentences.CANCEL_SEVERAL, _cancelled,
    ),
    Batch(
        "send every order of a kind elsewhere", "modify_pending_order_address", "pending", "the address change for the orders", "orders",
        sentences.SHIP_SEVERAL, _sent_elsewhere,
    ),
    Batch(
        "return every order of a kind", "return_delivered_order_items", "delivered", "the return of the orders", "orders",
        sentences.RETURN_SEVERAL, _returned,
    ),
)  # fmt: skip
