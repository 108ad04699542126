"""Requests to make an order cheaper: several things in it become the cheapest versions in stock."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.tau2.retail import item_sentences
from writ_dspy.domains.tau2.retail.customer import Customer, meet
from writ_dspy.domains.tau2.retail.drafting import build, named, original, shuffled, touched
from writ_dspy.domains.tau2.retail.exchange import CHANGE_ITEM, EXCHANGE_ITEMS, ExchangeItems, Plan
from writ_dspy.domains.tau2.retail.pointers import Pointer, point
from writ_dspy.domains.tau2.retail.stock import Wish, cheapest, distinct, item_in
from writ_dspy.domains.tau2.retail.wording import listing, noun, spin
from writ_dspy.task import Computed, Request, Slot, Tell


@dataclass(frozen=True, slots=True)
class TradeDown:
    """Swaps several things of one order, each for the cheapest version of it in stock.

    Burden (1 user in 30 or more): 4 to 7 (knows ids), 5 to 7 (half-remembers), 5 to 8 (knows none). No fallback. Refused: an
    order that is on its way.
    """

    name: str
    base: ExchangeItems

    @property
    def tool(self) -> str:
        """The write that is wanted."""
        return self.base.tool

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this customer cannot ask like that (the `Recipe` protocol)."""
        if dial.fallback:
            return None
        customer = meet(domain, user_id, rng)
        plan = next(self._plans(customer, dial, rng), None)
        return None if plan is None else self._compose(customer, dial, rng, plan)

    def _plans(self, customer: Customer, dial: Dial, rng: random.Random) -> Iterator[Plan]:
        status = "processed" if dial.refuse else self.base.status
        for order in shuffled(rng, (order for order in customer.orders if order["status"] == status)):
            for pointer in point(customer, order, dial.memory, rng):
                wishes = _cheaper(customer, pointer)
                others = [] if dial.refuse else named(customer, rng)
                for payer in shuffled(rng, [original(customer, pointer), *others]):
                    spare = dial.burden - len(pointer.reads | payer.reads)
                    count = len(wishes) if dial.refuse else spare
                    if 2 <= count <= len(wishes):
                        plan = Plan(pointer, tuple(rng.sample(wishes, count)), payer)
                        if (spare == 0 if dial.refuse else plan.reads == dial.burden) and plan.payable:
                            yield plan

    def _compose(self, customer: Customer, dial: Dial, rng: random.Random, plan: Plan) -> Draft:
        pointer = plan.pointer
        names = [noun(str(wish.item["product_name"])) for wish in plan.wishes]
        whole = len(names) == len(customer.items(pointer.row["order_id"]))
        patterns = item_sentences.ALL_CHANGED if whole else item_sentences.SOME_CHANGED
        marks = tuple(word for name in names for word in name.lower().split())
        slots = [
            pointer.slot(rng),
            Slot("items", spin(rng, *patterns, it=listing([f"the {name}" for name in names])), marks),
            Slot("version", spin(rng, *item_sentences.CHEAPEST_OF_EACH), ("cheapest",)),
            plan.payer.slot(rng),
        ]
        tells: tuple[Tell, ...] = ()
        if not dial.refuse and rng.random() < ASKED:
            new, old = plan.extra.args
            tells = (Tell("saving", Computed("difference", (old, new)), "money"),)
            slots.append(Slot("question", spin(rng, *item_sentences.SAVED_IN_ALL), ("save",)))
        opening = spin(rng, *item_sentences.SAVING_OPENINGS[self.base.status])
        request = Request(
            0, tuple(range(len(tells))), f"the {self.base.topic} of items", self.base.topic, opening, tuple(slots)
        )
        decision = plan.decision(self.base.tool, self.base.status, self.base.rule)
        paid = next(row for row in customer.methods if row["id"] == pointer.row["payment_method_id"])
        touches = touched(customer, pointer.row["order_id"], plan.payer.row, paid)
        return build(customer, self, dial, [decision], [request], plan.facts, touches, tells)


def _cheaper(customer: Customer, pointer: Pointer) -> list[Wish]:
    """For each thing in the order that has one, its cheapest version in stock."""
    items = distinct(customer.items(pointer.row["order_id"]))
    found = (cheapest(customer, item, item_in(pointer, item)) for item in items)
    return [wish for wish in found if wish is not None]


ASKED = 0.4
"""How often who saves wants to be told how much."""
TRADE_DELIVERED = TradeDown("make a delivery cheaper", EXCHANGE_ITEMS)
TRADE_PENDING = TradeDown("make an order cheaper", CHANGE_ITEM)
