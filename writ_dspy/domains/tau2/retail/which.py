"""A wish that fits two orders of the customer's: the agent asks which one, and the customer has the fact that decides."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.retail import item_sentences, sentences
from writ_dspy.domains.tau2.retail.address import PENDING_ONLY as SHIP_PENDING_ONLY
from writ_dspy.domains.tau2.retail.address import stated
from writ_dspy.domains.tau2.retail.cancel import DELIVERED_ONLY
from writ_dspy.domains.tau2.retail.cancel import PENDING_ONLY as CANCEL_PENDING_ONLY
from writ_dspy.domains.tau2.retail.customer import FIND, PROFILE, Customer, meet, said
from writ_dspy.domains.tau2.retail.drafting import build, original, shuffled, status_is, touched
from writ_dspy.domains.tau2.retail.pointers import Pointer
from writ_dspy.domains.tau2.retail.returns import everything
from writ_dspy.domains.tau2.retail.wording import dollars, noun, spin
from writ_dspy.task import Decision, Fact, Only, Picked, Request, Said, Slot, Where


@dataclass(frozen=True, slots=True)
class Twofold:
    """An order that is spoken of by something in it that another order holds, too."""

    pointer: Pointer
    which: Slot


def twofold(customer: Customer, status: str, rng: random.Random) -> Iterator[Twofold]:
    """Orders of this status, each with a product that another one holds, and with a fact that tells them apart."""
    for order in shuffled(rng, (order for order in customer.orders if order["status"] == status)):
        for name in dict.fromkeys(str(product) for product in order["product_names"]):
            alike = [other for other in customer.orders if name in other["product_names"]]
            if len(alike) < 2:
                continue
            for attribute, which, mark in shuffled(rng, _facts(order, rng)):
                if sum(other[attribute] == order[attribute] for other in alike) == 1:
                    yield _pointed(customer, order, name, (attribute, which, mark), rng)


def _facts(order: Row, rng: random.Random) -> list[tuple[str, str, str]]:
    """What a customer may know of an order beside what is in it: an attribute, how it is said, and the word that shows it."""
    paid = dollars(float(order["total"]))
    return [
        ("status", spin(rng, *sentences.WHICH_STATUS, status=order["status"]), str(order["status"])),
        ("city", spin(rng, *sentences.WHICH_CITY, city=order["city"]), str(order["city"]).lower()),
        ("total", spin(rng, *sentences.WHICH_TOTAL, total=paid), paid),
    ]


def _pointed(
    customer: Customer, order: Row, name: str, told: tuple[str, str, str], rng: random.Random
) -> Twofold:  # fmt: skip
    attribute, text, mark = told
    inside = Where("product_names", "contains", Said(name))
    query = Only((customer.each_order("order"),), (inside, said(attribute, order[attribute])))
    words = spin(rng, *sentences.BY_PRODUCT[:3], item=noun(name)).rstrip(".")
    facts = (
        Fact("order_product", name, f"The order has the {noun(name)} in it."), Fact(f"order_{attribute}", order[attribute], text),
    )  # fmt: skip
    reads = frozenset({FIND, PROFILE, str(order["order_id"])})
    thing = noun(name)
    pointer = Pointer(
        order,
        query,
        Picked(query, "order_id"),
        reads,
        words[:1].lower() + words[1:],
        facts,
        tuple(thing.lower().split()),
        hint=f"{thing} order",
    )
    return Twofold(pointer, Slot("which", text, (mark,)))


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """One of two orders with the same thing in them is cancelled, sent elsewhere, or returned.

    Burden: the look-up, the profile and the order, so 3; the agent has to look at all orders to see that there are two.
    `knows none` only. No fallback, no refusal.
    """

    name: str
    tool: str
    status: str
    topic: str
    word: str
    openings: tuple[str, ...]

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this customer cannot ask like that (the `Recipe` protocol)."""
        customer = meet(domain, user_id, rng)
        if dial.refuse or dial.fallback or dial.memory != "knows none" or dial.burden != 3:
            return None
        found = next(twofold(customer, self.status, rng), None)
        if found is None:
            return None
        pointer = found.pointer
        decision, slots, facts = self._deed(customer, pointer, rng)
        request = Request(
            0, (), self.topic.format(hint=pointer.hint), self.word, spin(rng, *self.openings), (pointer.slot(rng), found.which, *slots),
        )  # fmt: skip
        touches = touched(customer, pointer.row["order_id"], original(customer, pointer).row)
        return build(customer, self, dial, [decision], [request], (*pointer.facts, *facts), touches)

    def _deed(
        self, customer: Customer, pointer: Pointer, rng: random.Random
    ) -> tuple[Decision, tuple[Slot, ...], tuple[Fact, ...]]:
        order = ("order_id", pointer.order_id)
        if self.tool == "cancel_pending_order":
            reason = rng.choice(list(sentences.REASONS))
            slot = Slot("reason", spin(rng, *sentences.REASONS[reason]))
            check = status_is(pointer, "pending", CANCEL_PENDING_ONLY)
            return (
                Decision(self.tool, (order, ("reason", Said(reason))), (check,)),
                (slot,),
                (Fact("reason", reason, slot.text),),
            )
        if self.tool == "modify_pending_order_address":
            place = stated(customer, rng, order=True)
            check = status_is(pointer, "pending", SHIP_PENDING_ONLY)
            return Decision(self.tool, (order, *place.terms), (check,)), (place.slot,), place.facts
        batch = everything(pointer)
        args = (order, ("item_ids", batch.item_ids), ("payment_method_id", Picked(pointer.query, "payment_method_id")))
        what = Slot("items", spin(rng, *item_sentences.BACK, it=batch.words), batch.marks)
        back = Slot("refund", spin(rng, *item_sentences.REFUND_BACK), ("original",))
        return Decision(self.tool, args, (status_is(pointer, "delivered", DELIVERED_ONLY),)), (what, back), ()


TWOFOLD = (
    Ambiguous(
        "cancel one of two alike", "cancel_pending_order", "pending", "the cancellation of the {hint}", "order", sentences.CALL_OFF_OPENINGS,
    ),
    Ambiguous(
        "send one of two alike elsewhere", "modify_pending_order_address", "pending", "the address change for the {hint}", "address",
        sentences.SHIP_OPENINGS,
    ),
    Ambiguous(
        "return one of two alike", "return_delivered_order_items", "delivered", "the return from the {hint}", "return",
        item_sentences.GIVE_BACK_OPENINGS,
    ),
)  # fmt: skip
