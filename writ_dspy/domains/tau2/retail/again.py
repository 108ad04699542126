"""The same thing again: what arrived is broken or worn, and another piece of the very same version is to take its place."""

from __future__ import annotations

import random
from dataclasses import replace

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.retail import item_sentences
from writ_dspy.domains.tau2.retail.cancel import DELIVERED_ONLY
from writ_dspy.domains.tau2.retail.customer import Customer, meet
from writ_dspy.domains.tau2.retail.drafting import build, named, original, shuffled, status_is, touched
from writ_dspy.domains.tau2.retail.exchange import EXCHANGE_ITEMS, Plan
from writ_dspy.domains.tau2.retail.pointers import Pointer, point
from writ_dspy.domains.tau2.retail.stock import Wish, distinct, item_in, product_of
from writ_dspy.domains.tau2.retail.wording import noun, spin
from writ_dspy.task import Decision, Listed, Only, Picked, Request, Slot, Where

OR_RETURNED = 0.5
"""Share of the customers who say what they want if there is no other piece, of those who get one."""


class SameAgain:
    """Exchanges a delivered item for another piece of the same version, or returns it where there is none in stock.

    Policy speaks of an exchange for another option, and means that the product stays: the official tasks exchange what arrived
    broken for itself, and the tool allows it of a delivered order (not of a pending one). Burden: the order and its product, and
    the profile where it names the payer: 3 to 4 (knows ids), 4 to 5 (half-remembers), 4 to 9 (knows none). No refusal.
    """

    name = "exchange for the same again"
    tool = "exchange_delivered_order_items"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this customer cannot ask like that (the `Recipe` protocol)."""
        customer = meet(domain, user_id, rng)
        for order in () if dial.refuse else shuffled(rng, (o for o in customer.orders if o["status"] == "delivered")):
            for pointer in point(customer, order, dial.memory, rng):
                for item in shuffled(rng, distinct(customer.items(order["order_id"]))):
                    for payer in shuffled(rng, [original(customer, pointer), *named(customer, rng)]):
                        wish = _same(customer, pointer, item, rng)
                        plan = Plan(pointer, (wish,), payer) if wish else None
                        if plan and plan.reads == dial.burden and plan.payable and _fits(plan, dial):
                            return self._compose(customer, dial, rng, plan)
        return None

    def _compose(self, customer: Customer, dial: Dial, rng: random.Random, plan: Plan) -> Draft:
        wish, pointer = plan.wishes[0], plan.pointer
        decision = plan.decision(self.tool, EXCHANGE_ITEMS.status, EXCHANGE_ITEMS.rule)
        order, items, _, payment = plan.slots(rng)
        slots = [order, items, Slot("version", wish.words, wish.marks), payment]
        if not wish.row["available"] or rng.random() < OR_RETURNED:
            decision = replace(decision, otherwise=_returned(pointer, wish))
            slots.append(Slot("fallback", spin(rng, *item_sentences.OR_BACK), ("return", "original")))
        thing = noun(str(wish.item["product_name"]))
        opening = spin(rng, *item_sentences.BROKEN_OPENINGS)
        request = Request(0, (), f"the {thing} exchange", "exchange", opening, tuple(slots))
        paid = next(row for row in customer.methods if row["id"] == pointer.row["payment_method_id"])
        touches = touched(customer, pointer.row["order_id"], plan.payer.row, paid)
        return build(customer, self, dial, [decision], [request], plan.facts, touches)


def _fits(plan: Plan, dial: Dial) -> bool:
    """Where there is no other piece, nothing is paid, and the payer is not looked up; an order told by this product is not told twice."""
    item, there = plan.wishes[0].item, bool(plan.wishes[0].row["available"])
    told = any(fact.value == item["product_name"] for fact in plan.pointer.facts)
    return not told and not (dial.fallback and there) and (there or plan.payer.query is None)


def _same(customer: Customer, pointer: Pointer, item: Row, rng: random.Random) -> Wish | None:
    """The version that the item is, if it is still in the catalog at the price that was paid."""
    row = next((row for row in customer.variants(item["product_id"]) if row["item_id"] == item["item_id"]), None)
    if row is None or row["price"] != item["price"]:
        return None
    old = item_in(pointer, item)
    new = Only((product_of(old),), (Where("item_id", "is", Picked(old, "item_id")),))
    words = spin(rng, *item_sentences.SAME_AGAIN)
    return Wish(item, old, new, row, words, (), ("same",), frozenset({str(item["product_id"])}))


def _returned(pointer: Pointer, wish: Wish) -> Decision:
    """The item goes back for the money."""
    args = (
        ("order_id", pointer.order_id),
        ("item_ids", Listed((Picked(wish.old, "item_id"),))),
        ("payment_method_id", Picked(pointer.query, "payment_method_id")),
    )
    return Decision("return_delivered_order_items", args, (status_is(pointer, "delivered", DELIVERED_ONLY),))
