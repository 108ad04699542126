"""Requests to cancel a pending order."""

from __future__ import annotations

import random
from dataclasses import replace

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.tau2.retail import sentences
from writ_dspy.domains.tau2.retail.customer import Customer, meet
from writ_dspy.domains.tau2.retail.drafting import (
    build,
    first_of,
    mistyped,
    original,
    shuffled,
    status_is,
    touched,
)
from writ_dspy.domains.tau2.retail.pointers import Pointer, by_id, counterpart, point
from writ_dspy.domains.tau2.retail.stock import Threshold, threshold
from writ_dspy.domains.tau2.retail.wording import spin
from writ_dspy.task import Decision, Every, Fact, Picked, Request, Said, Slot, Tell

PENDING_ONLY = "only pending orders can be cancelled"
DELIVERED_ONLY = "only delivered orders can be returned"


class CancelOrder:
    """Cancels one order, named by id, by part of it, by content or by a superlative.

    Burden (1 user in 30 or more): 2 to 3 (knows ids), 3 to 4 (half-remembers), 3 to 10 (knows none; a few
    users to 15). One read per order for a superlative, one for a price condition; one per product where it fails.
    A fallback is to return the order if it was delivered. Refused: an order that is not pending, an unknown id, a
    condition that fails; the twin states another price, id or description, and only the first of these reads the
    very same records.
    """

    name = "cancel order"
    tool = "cancel_pending_order"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this customer cannot ask like that (the `Recipe` protocol)."""
        customer = meet(domain, user_id, rng)
        if dial.refuse:
            return first_of((self._condition_fails, self._not_pending, self._unknown), customer, dial, rng)
        wanted = "delivered" if dial.fallback else "pending"
        for order in shuffled(rng, (order for order in customer.orders if order["status"] == wanted)):
            for pointer in point(customer, order, dial.memory, rng):
                if len(pointer.reads) == dial.burden:
                    return self._compose(customer, dial, rng, pointer, None)
                if dial.fallback or dial.burden <= len(pointer.reads):
                    continue
                limit = threshold(customer, pointer, rng)
                if limit and len(pointer.reads | limit.reads) == dial.burden:
                    return self._compose(customer, dial, rng, pointer, limit)
        return None

    def _compose(
        self, customer: Customer, dial: Dial, rng: random.Random, pointer: Pointer, limit: Threshold | None
    ) -> Draft:
        reason = rng.choice(list(sentences.REASONS))
        pay = original(customer, pointer)
        checks = (status_is(pointer, "pending", PENDING_ONLY), *((limit.check,) if limit else ()))
        args = (("order_id", pointer.order_id), ("reason", Said(reason)))
        decision = Decision(self.tool, args, checks)
        reasons = sentences.REASONS_TO_BUY if limit else sentences.REASONS
        slots = [pointer.slot(rng), Slot("reason", spin(rng, *reasons[reason]))]
        tells: tuple[Tell, ...] = ()
        if limit:
            slots.append(limit.slot)
        if dial.fallback:
            items = Every((pointer.read("items"),))
            back = (
                ("order_id", pointer.order_id),
                ("item_ids", Picked(items, "item_id")),
                ("payment_method_id", pay.id),
            )
            second = Decision("return_delivered_order_items", back, (status_is(pointer, "delivered", DELIVERED_ONLY),))
            decision = replace(decision, otherwise=second)
            slots.append(Slot("fallback", spin(rng, *sentences.OR_RETURN), ("refund",)))
            slots[-1] = replace(
                slots[-1], marks=tuple(m for m in ("original", "return") if m in slots[-1].text.lower())
            )
        elif not dial.refuse and "total" not in pointer.words and rng.random() < 0.3:
            tells = (Tell("refund", Picked(pointer.query, "total"), "money"),)
            slots.append(Slot("question", spin(rng, *sentences.REFUND_AMOUNT), ("refund",)))
        request = Request(
            0,
            tuple(range(len(tells))),
            f"the cancellation of the {pointer.hint}",
            "order",
            spin(rng, *sentences.CANCEL_OPENINGS),
            tuple(slots),
        )
        facts = (
            *pointer.facts,
            Fact("reason", reason, spin(rng, *reasons[reason])),
            *(limit.facts if limit else ()),
        )
        return build(
            customer,
            self,
            dial,
            [decision],
            [request],
            facts,
            touched(customer, pointer.row["order_id"], pay.row),
            tells,
        )

    def _not_pending(self, customer: Customer, dial: Dial, rng: random.Random) -> Draft | None:
        """Policy forbids it, and has no other way: the order is on its way, or cancelled already. The twin names a pending one."""
        gone = (order for order in customer.orders if order["status"] not in ("pending", "delivered"))
        for order in shuffled(rng, gone):
            for pointer in point(customer, order, dial.memory, rng):
                if len(pointer.reads) == dial.burden:
                    seed = rng.random()
                    other = counterpart(customer, pointer, "pending", rng)
                    legal = self._compose(customer, dial, random.Random(seed), other, None) if other else None
                    draft = self._compose(customer, dial, random.Random(seed), pointer, None)
                    return replace(draft, legal=legal)
        return None

    def _condition_fails(self, customer: Customer, dial: Dial, rng: random.Random) -> Draft | None:
        """The customer's own price condition fails; the twin states a lower price."""
        for order in shuffled(rng, (order for order in customer.orders if order["status"] == "pending")):
            for pointer in point(customer, order, dial.memory, rng):
                seed = rng.random()
                fails = threshold(customer, pointer, random.Random(seed), holds=False)
                holds = threshold(customer, pointer, random.Random(seed))
                if fails and holds and len(pointer.reads | fails.reads) == dial.burden:
                    draft = self._compose(customer, dial, random.Random(seed), pointer, fails)
                    return replace(draft, legal=self._compose(customer, dial, random.Random(seed), pointer, holds))
        return None

    def _unknown(self, customer: Customer, dial: Dial, rng: random.Random) -> Draft | None:
        """There is no order of that number; the twin has it right."""
        for order in shuffled(rng, (order for order in customer.orders if order["status"] == "pending")):
            seed, wrong = rng.random(), mistyped(customer, str(order["order_id"]), rng)
            if dial.memory == "knows ids" and dial.burden == 2 and wrong:
                pointers = [by_id(order, random.Random(seed), number) for number in (wrong, "")]
                drafts = [self._compose(customer, dial, random.Random(seed), pointer, None) for pointer in pointers]
                return replace(drafts[0], legal=drafts[1])
        return None
