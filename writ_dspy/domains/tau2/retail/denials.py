"""Requests that the shop's policy denies, one recipe per clause, where policy has no other way to what is wanted."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.tau2.retail import address, cancel, item_sentences, payment, sentences
from writ_dspy.domains.tau2.retail.customer import Customer, meet
from writ_dspy.domains.tau2.retail.drafting import build, shuffled, status_is, touched
from writ_dspy.domains.tau2.retail.pointers import Pointer, point
from writ_dspy.domains.tau2.retail.wording import noun, spin
from writ_dspy.task import Check, Decision, Fact, Picked, Policy, Request, Requirement, Said, Slot, Term

ITEMS_PENDING_ONLY = "only items of pending orders can be modified"
EXCHANGE_DELIVERED_ONLY = "only items of delivered orders can be exchanged"
WHOLE = "an order can only be cancelled as a whole, not single items of it"
Wish = tuple[tuple[Requirement, ...], tuple[Slot, ...], tuple[Fact, ...], tuple[tuple[str, Term], ...]]
"""What the clause asks for, what the customer says beyond the order, knows of it, and puts into words of it."""


@dataclass(frozen=True, slots=True)
class Denied:
    """A request about one order that a clause denies. Burden: the order, and the profile where it is found there: 1 to 3."""

    name: str
    tool: str
    """The write asked for; where no argument of any stands for the wish, a name for it."""
    topic: str
    """With the order in it, as `{hint}`."""
    word: str
    openings: tuple[str, ...]
    statuses: frozenset[str]
    wish: Callable[[Customer, Pointer, random.Random], Wish | None]

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this customer cannot ask like that (the `Recipe` protocol)."""
        customer = meet(domain, user_id, rng)
        for order in shuffled(rng, (order for order in customer.orders if order["status"] in self.statuses)):
            for pointer in point(customer, order, dial.memory, rng):
                wish = self.wish(customer, pointer, rng) if len(pointer.reads) <= dial.burden else None
                if wish is not None:
                    return self._compose(customer, dial, pointer, wish, rng)
        return None

    def _compose(self, customer: Customer, dial: Dial, pointer: Pointer, wish: Wish, rng: random.Random) -> Draft:
        requires, slots, facts, args = wish
        decision = Decision(self.tool, (("order_id", pointer.order_id), *args), requires, bare=True)
        topic = self.topic.format(hint=pointer.hint)
        request = Request(0, (), topic, self.word, spin(rng, *self.openings), (pointer.slot(rng), *slots))
        touches = touched(customer, pointer.row["order_id"])
        return build(customer, self, dial, [decision], [request], (*pointer.facts, *facts), touches)


def _only(status: str, rule: str) -> Callable[[Customer, Pointer, random.Random], Wish]:
    return lambda _customer, pointer, _rng: ((status_is(pointer, status, rule),), (), (), ())


def _one_item(_customer: Customer, pointer: Pointer, rng: random.Random) -> Wish | None:
    """One thing out of an order of several."""
    names = list(pointer.row["product_names"])
    single = [name for name in names if names.count(name) == 1 and all(fact.value != name for fact in pointer.facts)]
    if len(names) < 2 or not single:
        return None
    name = str(rng.choice(single))
    whole = Check(Picked(pointer.query, "item_count"), "is", Policy(1, WHOLE), WHOLE)
    text = spin(
        rng,
        "[Just|Only] the {item}[, please|], [I want to keep the rest|the rest should still come|everything else stays].",
        "It's [just|only] the {item} that I don't want [anymore|any longer], [the rest is fine|keep the others].",
        item=noun(name),
    )
    slot, fact = Slot("items", text, tuple(noun(name).lower().split())), Fact("item", name, text)
    wanted = ("item", Said(noun(name)))
    return (status_is(pointer, "pending", cancel.PENDING_ONLY), whole), (slot,), (fact,), (wanted,)


CLOSED = frozenset({"processed", "delivered"})
DENIALS = (
    Denied(
        "denied: cancellation of an order on its way", "cancel_pending_order", "cancelling the {hint}", "order",
        sentences.CANCEL_OPENINGS, frozenset({"processed"}), _only("pending", cancel.PENDING_ONLY),
    ),
    Denied(
        "denied: one item cancelled out of an order", "cancel_item", "cancelling part of the {hint}", "order",
        (
            "[Hi|Hello|Hey], I [want|need|'d like] to cancel [one thing|one item|a single item] [in|out of] an order.",
            "[Could|Can] you [please|] take [one thing|one item] out of an order [of mine|I placed] and cancel it?",
            "[One of the things|One item] in an order of mine should be cancelled.",
        ),
        frozenset({"pending"}), _one_item,
    ),
    Denied(
        "denied: return of what has not arrived", "return_delivered_order_items", "the return from the {hint}", "return",
        item_sentences.RETURN_OPENINGS, frozenset({"processed"}), _only("delivered", cancel.DELIVERED_ONLY),
    ),
    Denied(
        "denied: exchange of what has not arrived", "exchange_delivered_order_items", "the exchange from the {hint}", "exchange",
        item_sentences.EXCHANGE_OPENINGS, frozenset({"processed"}), _only("delivered", EXCHANGE_DELIVERED_ONLY),
    ),
    Denied(
        "denied: other items once an order is on its way", "modify_pending_order_items", "the change to the {hint}", "order",
        item_sentences.CHANGE_OPENINGS, frozenset({"processed"}), _only("pending", ITEMS_PENDING_ONLY),
    ),
    Denied(
        "denied: other address once an order is on its way", "modify_pending_order_address", "the address of the {hint}", "address",
        sentences.SHIP_OPENINGS, CLOSED, _only("pending", address.PENDING_ONLY),
    ),
    Denied(
        "denied: other payment once an order is on its way", "modify_pending_order_payment", "the payment of the {hint}", "payment",
        sentences.PAY_OPENINGS, CLOSED, _only("pending", payment.PENDING_ONLY),
    ),
)  # fmt: skip
