"""Wishes that the state of an order denies as they are put, and that policy has another way to: the customer takes it.

Nobody names the other way beforehand: the agent offers it, and the customer agrees, since it leads to the same.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.tau2.retail import item_sentences, sentences
from writ_dspy.domains.tau2.retail.cancel import DELIVERED_ONLY
from writ_dspy.domains.tau2.retail.cancel import PENDING_ONLY as CANCEL_PENDING_ONLY
from writ_dspy.domains.tau2.retail.customer import Customer, meet
from writ_dspy.domains.tau2.retail.denials import single_item
from writ_dspy.domains.tau2.retail.drafting import build, original, shuffled, status_is, touched
from writ_dspy.domains.tau2.retail.exchange import CHANGE_ITEM, EXCHANGE_ITEMS, ExchangeItems
from writ_dspy.domains.tau2.retail.pointers import Pointer, point
from writ_dspy.domains.tau2.retail.returns import everything
from writ_dspy.domains.tau2.retail.wording import noun, spin
from writ_dspy.task import Decision, Fact, Picked, Request, Said, Slot


@dataclass(frozen=True, slots=True)
class OtherVersion:
    """Another version, asked for as an exchange of what is pending, or as a change of what was delivered.

    Burden: as for the write that there is instead, 3 to 8. All memories. No fallback that the customer names, no refusal.
    """

    name: str
    asked: ExchangeItems
    meant: ExchangeItems
    openings: tuple[str, ...]

    @property
    def tool(self) -> str:
        """The write that there is instead."""
        return self.meant.tool

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this customer cannot ask like that (the `Recipe` protocol)."""
        customer = meet(domain, user_id, rng)
        plan = None if dial.refuse else next(self.meant.plans(customer, dial, rng, (self.meant.status,)), None)
        if plan is None or _tells_status(plan.pointer):
            return None
        first = plan.decision(self.asked.tool, self.asked.status, self.asked.rule)
        second = plan.decision(self.meant.tool, self.meant.status, self.meant.rule)
        thing = noun(str(plan.wishes[0].item["product_name"])) if len(plan.wishes) == 1 else ""
        topic = f"the {thing} {self.asked.topic}" if thing else f"the {self.asked.topic} of items"
        request = Request(0, (), topic, self.asked.topic, spin(rng, *self.openings), tuple(plan.slots(rng)))
        paid = next(row for row in customer.methods if row["id"] == plan.pointer.row["payment_method_id"])
        touches = touched(customer, plan.pointer.row["order_id"], plan.payer.row, paid)
        return build(customer, self, dial, [replace(first, otherwise=second)], [request], plan.facts, touches)


@dataclass(frozen=True, slots=True)
class WholeOrder:
    """An order given back: returned though it is pending, so cancelled; or cancelled though it has arrived, so returned.

    Burden: the order, so 2 (knows ids), 3 to 4 (half-remembers), 3 to 10 (knows none). No fallback that the customer names,
    no refusal.
    """

    name: str
    tool: str
    status: str
    openings: tuple[str, ...]
    topic: str
    word: str

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this customer cannot ask like that (the `Recipe` protocol)."""
        customer = meet(domain, user_id, rng)
        for pointer in () if dial.refuse else _pointers(customer, self.status, dial, rng):
            reason = rng.choice(list(sentences.REASONS))
            back, off = _returned(pointer), _cancelled(pointer, reason)
            first, second = (back, off) if self.status == "pending" else (off, back)
            if self.status == "pending":
                slot = Slot("items", spin(rng, *item_sentences.ALL_BACK[reason]), (reason.split()[-1][:4],))
            else:
                slot = Slot("reason", spin(rng, *sentences.REASONS[reason]))
            slots = (pointer.slot(rng), slot)
            topic = self.topic.format(hint=pointer.hint)
            request = Request(0, (), topic, self.word, spin(rng, *self.openings), slots)
            touches = touched(customer, pointer.row["order_id"], original(customer, pointer).row)
            facts = (*pointer.facts, Fact("reason", reason, slot.text))
            return build(customer, self, dial, [replace(first, otherwise=second)], [request], facts, touches)
        return None


class OneItemOrAll:
    """One thing is to be cancelled out of a pending order, which cannot be; the customer would rather cancel all of it.

    Burden: as for an order that is given back. The customer names the fallback. No refusal.
    """

    name = "cancel one item, or else the order"
    tool = "cancel_pending_order"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this customer cannot ask like that (the `Recipe` protocol)."""
        customer = meet(domain, user_id, rng)
        for pointer in () if dial.refuse else _pointers(customer, "pending", dial, rng):
            wish = single_item(customer, pointer, rng)
            if wish is None:
                continue
            requires, slots, facts, args = wish
            reason = rng.choice(list(sentences.REASONS))
            wanted = (("order_id", pointer.order_id), *args)
            decision = Decision("cancel_item", wanted, requires, _cancelled(pointer, reason), bare=True)
            fallback = Slot("fallback", spin(rng, *item_sentences.OR_ALL_OF_IT), ("whole",))
            why = Slot("reason", spin(rng, *sentences.REASONS[reason]))
            request = Request(
                0, (), f"the cancellation of part of the {pointer.hint}", "order", spin(rng, *item_sentences.PART_OPENINGS),
                (pointer.slot(rng), *slots, why, fallback),
            )  # fmt: skip
            touches = touched(customer, pointer.row["order_id"], original(customer, pointer).row)
            known = (*pointer.facts, *facts, Fact("reason", reason, why.text))
            return build(customer, self, dial, [decision], [request], known, touches)
        return None


def _pointers(customer: Customer, status: str, dial: Dial, rng: random.Random) -> Iterator[Pointer]:
    """Ways to point at an order of this status that take so many reads and do not tell the status."""
    for order in shuffled(rng, (order for order in customer.orders if order["status"] == status)):
        for pointer in point(customer, order, dial.memory, rng):
            if len(pointer.reads) == dial.burden and not _tells_status(pointer):
                yield pointer


def _tells_status(pointer: Pointer) -> bool:
    """Whether the customer speaks of the order by its status: then they would not ask for what it forbids."""
    return any(fact.key == "order_status" for fact in pointer.facts)


def _returned(pointer: Pointer) -> Decision:
    """All of the order returned, refunded as it was paid."""
    args = (
        ("order_id", pointer.order_id),
        ("item_ids", everything(pointer).item_ids),
        ("payment_method_id", Picked(pointer.query, "payment_method_id")),
    )
    return Decision("return_delivered_order_items", args, (status_is(pointer, "delivered", DELIVERED_ONLY),))


def _cancelled(pointer: Pointer, reason: str) -> Decision:
    """The order cancelled."""
    args = (("order_id", pointer.order_id), ("reason", Said(reason)))
    return Decision("cancel_pending_order", args, (status_is(pointer, "pending", CANCEL_PENDING_ONLY),))


OTHER_WAYS = (
    OtherVersion("exchange what is pending", EXCHANGE_ITEMS, CHANGE_ITEM, item_sentences.SWAP_OPENINGS),
    OtherVersion("change what was delivered", CHANGE_ITEM, EXCHANGE_ITEMS, item_sentences.MODIFY_OPENINGS),
    WholeOrder(
        "return what is pending", "cancel_pending_order", "pending", item_sentences.GIVE_BACK_OPENINGS, "the return from the {hint}", "return",
    ),
    WholeOrder(
        "cancel what was delivered", "return_delivered_order_items", "delivered", sentences.CALL_OFF_OPENINGS,
        "the cancellation of the {hint}", "order",
    ),
    OneItemOrAll(),
)  # fmt: skip
