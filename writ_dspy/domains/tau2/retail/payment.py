"""Requests to pay a pending order in another way."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

from writ_dspy.domains.domain import Dial, Domain, Draft, Other
from writ_dspy.domains.observed import Seen
from writ_dspy.domains.tau2.retail import sentences
from writ_dspy.domains.tau2.retail.customer import Customer, meet
from writ_dspy.domains.tau2.retail.drafting import Payer, build, first_of, named, shuffled, status_is, touched
from writ_dspy.domains.tau2.retail.pointers import Pointer, counterpart, point
from writ_dspy.domains.tau2.retail.wording import spin
from writ_dspy.task import Call, Check, Decision, Picked, Policy, Request, Slot

PENDING_ONLY = "the payment can be changed only while an order is pending"
ANOTHER = "the new payment method has to differ from the original one"
COVERED = "the gift card does not cover the total of the order"
ONCE = "the payment of an order can be changed only once"


class RepayOrder:
    """Moves the payment of a pending order to another method of the profile.

    Burden (1 user in 30 or more): 3; a few users give 4 to 9 (knows none, by a superlative). The fallback is
    a second method when the first is the old one or a gift card that is too low. Refused: such a method, an
    order that is not pending; there is a twin where the customer has another method or order that would do.
    """

    name = "repay order"
    tool = "modify_pending_order_payment"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this customer cannot ask like that (the `Recipe` protocol)."""
        customer = meet(domain, user_id, rng)
        if len(customer.methods) < 2:
            return None
        if dial.refuse:
            return first_of((self._unpayable, self._not_pending), customer, dial, rng)
        for pointer in self._pointers(customer, dial, rng, pending=True):
            good = [payer for payer in named(customer, rng) if not fault(pointer, payer)]
            poor = [payer for payer in named(customer, rng) if fault(pointer, payer)]
            if good and (poor or not dial.fallback):
                return self._compose(customer, dial, rng, pointer, [poor[0], good[0]] if dial.fallback else good[:1])
        return None

    def _pointers(self, customer: Customer, dial: Dial, rng: random.Random, *, pending: bool) -> list[Pointer]:
        """Pointers of the burden asked for, whose words leave the payment method open."""
        return [
            pointer
            for order in shuffled(rng, customer.orders)
            if (order["status"] == "pending") is pending
            for pointer in point(customer, order, dial.memory, rng)
            if len(pointer.reads | {"find", "profile"}) == dial.burden
            and all(fact.key != "payment_source" for fact in pointer.facts)
        ]

    def _compose(
        self, customer: Customer, dial: Dial, rng: random.Random, pointer: Pointer, payers: list[Payer]
    ) -> Draft:
        decision = self._decision(pointer, payers[0])
        slots = [pointer.slot(rng), payers[0].slot(rng)]
        if len(payers) > 1:
            decision = replace(decision, otherwise=self._decision(pointer, payers[1]))
            slots.append(Slot("fallback", spin(rng, *sentences.OR_PAYMENT, it=payers[1].words), payers[1].marks))
        old = next(row for row in customer.methods if row["id"] == pointer.row["payment_method_id"])
        topic = f"the payment change for the {pointer.hint}"
        request = Request(0, (), topic, "payment", spin(rng, *sentences.PAY_OPENINGS), tuple(slots))
        facts = (*pointer.facts, *(fact for payer in payers for fact in payer.facts))
        touches = touched(customer, pointer.row["order_id"], old, *(payer.row for payer in payers))
        return build(customer, self, dial, [decision], [request], facts, touches)

    def _decision(self, pointer: Pointer, payer: Payer) -> Decision:
        checks = (
            status_is(pointer, "pending", PENDING_ONLY),
            Check(Picked(pointer.query, "payment_count"), "is", Policy(1, ONCE), ONCE),
            Check(payer.id, "is not", Picked(pointer.query, "payment_method_id"), ANOTHER),
            *payer.covers(Picked(pointer.query, "total"), COVERED),
        )
        return Decision(self.tool, (("order_id", pointer.order_id), ("payment_method_id", payer.id)), checks)

    def _unpayable(self, customer: Customer, dial: Dial, rng: random.Random) -> Draft | None:
        """The method is the old one, or a gift card that is too low; the twin names a good one."""
        for pointer in self._pointers(customer, dial, rng, pending=True):
            payers = named(customer, rng)
            poor = next((payer for payer in payers if fault(pointer, payer)), None)
            if poor:
                seed = rng.random()
                good = next((payer for payer in payers if not fault(pointer, payer)), None)
                legal = self._compose(customer, dial, random.Random(seed), pointer, [good]) if good else None
                return replace(self._compose(customer, dial, random.Random(seed), pointer, [poor]), legal=legal)
        return None

    def _not_pending(self, customer: Customer, dial: Dial, rng: random.Random) -> Draft | None:
        """The order is not pending, which its status alone tells; the twin names one that is."""
        for order in shuffled(
            rng, (order for order in customer.orders if order["status"] in ("processed", "delivered"))
        ):
            for pointer in point(customer, order, dial.memory, rng):
                payers = [payer for payer in named(customer, rng) if not fault(pointer, payer)]
                if payers and len(pointer.reads) == dial.burden:
                    seed = rng.random()
                    other = counterpart(customer, pointer, "pending", rng)
                    fine = other is not None and not fault(other, payers[0]) and payers[0].reads <= pointer.reads
                    legal = other and fine and self._compose(customer, dial, random.Random(seed), other, payers[:1])
                    draft = self._compose(customer, dial, random.Random(seed), pointer, payers[:1])
                    return replace(draft, legal=legal or None)
        return None


def fault(pointer: Pointer, payer: Payer) -> bool:
    """The method is the old one, or cannot cover the total."""
    same = payer.row["id"] == pointer.row["payment_method_id"]
    return same or (payer.gift and payer.row["balance"] < pointer.row["total"])


def other_payments(call: Call, seen: Seen) -> Iterator[Other]:
    """The same write on another method of the profile: one that never falls short, or, of a refund, one that may receive it."""
    used = call.args.get("payment_method_id")
    if used is None or call.tool not in _ON_METHOD:
        return
    order = seen.find("order", order_id=call.args["order_id"]) or {}
    for row in seen.rows("payment_methods"):
        gift, paid = row["source"] == "gift_card", row["id"] == order.get("payment_method_id")
        lawful = gift or paid if "new_item_ids" not in call.args else not gift
        if row["id"] == used or not lawful:
            continue
        last = row.get("last_four")
        words, mark = (f"card ending in {last}", str(last)) if last else _NAMED[row["source"]]
        yield Other(
            _ON_METHOD[call.tool],
            Call(call.tool, call.text.replace(str(used), str(row["id"]))),
            _NAMING.format(words=words),
            mark,
        )


_ON_METHOD = {
    "exchange_delivered_order_items": "payment", "modify_pending_order_items": "payment", "return_delivered_order_items": "refund",
}  # fmt: skip
_NAMED = {"paypal": ("PayPal account", "paypal"), "gift_card": ("gift card", "gift card")}
_NAMING = "[Please use|I'd like to use|Put it on|Let's take|Go with] my {words}."
