"""Requests to return items of a delivered order."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.retail import item_sentences, sentences
from writ_dspy.domains.tau2.retail.cancel import DELIVERED_ONLY
from writ_dspy.domains.tau2.retail.customer import Customer, meet, said
from writ_dspy.domains.tau2.retail.drafting import (
    Payer,
    build,
    first_of,
    named,
    original,
    shuffled,
    status_is,
    touched,
)
from writ_dspy.domains.tau2.retail.pointers import Pointer, counterpart, point
from writ_dspy.domains.tau2.retail.stock import Threshold, distinct, item_in, threshold
from writ_dspy.domains.tau2.retail.wording import dollars, listing, noun, spin
from writ_dspy.task import (
    Best,
    Check,
    Computed,
    Decision,
    Every,
    Fact,
    Listed,
    Picked,
    Policy,
    Request,
    Slot,
    Tell,
    Term,
    Where,
)

METHOD_RULE = "a refund can only go to the original payment method or to a gift card you already have"


@dataclass(frozen=True, slots=True)
class Batch:
    """The items to be returned: a list term, its words, and what is needed to know them."""

    item_ids: Term
    prices: Term
    words: str
    facts: tuple[Fact, ...]
    marks: tuple[str, ...]
    reads: frozenset[str]


class ReturnItems:
    """Returns items of one order: by name, all, all but one, or those over a price.

    Burden (1 user in 30 or more): 2 to 4 (knows ids), 3 to 4 (half-remembers), 3 to 9 (knows none; a few
    users to 14). The fallback is the original payment method when the refund may not go where it was wished.
    Refused: such a refund, an item that is not in the order (twins over the same reads), an order of another
    status (the twin names another order).
    """

    name = "return items"
    tool = "return_delivered_order_items"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this customer cannot ask like that (the `Recipe` protocol)."""
        customer = meet(domain, user_id, rng)
        if dial.refuse:
            return first_of((self._foreign_refund, self._wrong_status, self._not_inside), customer, dial, rng)
        for pointer in self._pointers(customer, dial, rng, "delivered"):
            old = original(customer, pointer)
            good = [payer for payer in named(customer, rng) if payer.gift or payer.row is old.row]
            bad = [payer for payer in named(customer, rng) if not payer.gift and payer.row is not old.row]
            for payer in shuffled(rng, bad if dial.fallback else [old, *good]):
                for batch in shuffled(rng, batches(customer, pointer, rng)):
                    base = pointer.reads | payer.reads
                    if len(base | batch.reads) == dial.burden:
                        return self._compose(
                            customer, dial, rng, pointer, batch, payer, second=old if dial.fallback else None
                        )
                    limit = None if dial.fallback else threshold(customer, pointer, rng)
                    if limit and len(base | batch.reads | limit.reads) == dial.burden:
                        return self._compose(customer, dial, rng, pointer, batch, payer, limit=limit)
        return None

    def _pointers(self, customer: Customer, dial: Dial, rng: random.Random, status: str) -> Iterator[Pointer]:
        for order in shuffled(rng, (order for order in customer.orders if order["status"] == status)):
            yield from (p for p in point(customer, order, dial.memory, rng) if len(p.reads) <= dial.burden)

    def _compose(
        self,
        customer: Customer,
        dial: Dial,
        rng: random.Random,
        pointer: Pointer,
        batch: Batch,
        payer: Payer,
        second: Payer | None = None,
        limit: Threshold | None = None,
    ) -> Draft:
        decision = self._decision(customer, pointer, batch, payer, limit)
        slots = [
            pointer.slot(rng),
            Slot("items", spin(rng, *item_sentences.BACK, it=batch.words), batch.marks),
            refund_slot(rng, payer),
        ]
        facts = [*pointer.facts, *batch.facts, *payer.facts]
        if limit:
            slots.append(limit.slot)
            facts += limit.facts
        tells: tuple[Tell, ...] = ()
        if second:
            decision = replace(decision, otherwise=self._decision(customer, pointer, batch, second, limit))
            slots.append(Slot("fallback", spin(rng, *item_sentences.OR_REFUND), ("original",)))
        elif not dial.refuse and rng.random() < 0.3:
            tells = (Tell("refund", Computed("sum", (batch.prices,)), "money"),)
            slots.append(Slot("question", spin(rng, *sentences.REFUND_AMOUNT), ("refund",)))
        topic = f"the return from the {pointer.hint}"
        request = Request(
            0,
            tuple(range(len(tells))),
            topic,
            "return",
            spin(rng, *item_sentences.RETURN_OPENINGS),
            tuple(slots),
        )
        touches = touched(customer, pointer.row["order_id"])
        return build(customer, self, dial, [decision], [request], facts, touches, tells)

    def _decision(
        self, customer: Customer, pointer: Pointer, batch: Batch, payer: Payer, limit: Threshold | None
    ) -> Decision:
        checks = [status_is(pointer, "delivered", DELIVERED_ONLY)]
        if payer.query:
            gifts = Every(
                (customer.details("payment_methods"),),
                (Where("source", "is", Policy("gift_card", METHOD_RULE)),),
            )
            allowed = Computed("concat", (Picked(pointer.query, "payment_method_id"), Picked(gifts, "id")))
            checks.append(Check(payer.id, "in", allowed, METHOD_RULE))
        checks += [limit.check] if limit else []
        args = (("order_id", pointer.order_id), ("item_ids", batch.item_ids), ("payment_method_id", payer.id))
        return Decision(self.tool, args, tuple(checks))

    def _foreign_refund(self, customer: Customer, dial: Dial, rng: random.Random) -> Draft | None:
        """The refund may not go to that method; the twin names one that may have it."""
        for pointer in self._pointers(customer, dial, rng, "delivered"):
            old = original(customer, pointer)
            payers = named(customer, rng)
            bad = [payer for payer in payers if not payer.gift and payer.row is not old.row]
            good = [payer for payer in payers if payer.gift or payer.row is old.row]
            for batch in batches(customer, pointer, rng) if bad else ():
                if len(pointer.reads | bad[0].reads) == dial.burden:
                    seed = rng.random()
                    legal = (
                        self._compose(customer, dial, random.Random(seed), pointer, batch, good[0]) if good else None
                    )
                    return replace(
                        self._compose(customer, dial, random.Random(seed), pointer, batch, bad[0]),
                        legal=legal,
                    )
        return None

    def _wrong_status(self, customer: Customer, dial: Dial, rng: random.Random) -> Draft | None:
        """The order is on its way, so that there is no other way either; the twin names one that was delivered."""
        for pointer in self._pointers(customer, dial, rng, "processed"):
            if len(pointer.reads) == dial.burden:
                seed, whole = rng.random(), everything(pointer)
                other = counterpart(customer, pointer, "delivered", rng)
                legal = None
                if other:
                    again, paid = random.Random(seed), original(customer, other)
                    legal = self._compose(customer, dial, again, other, everything(other), paid)
                draft = self._compose(customer, dial, random.Random(seed), pointer, whole, original(customer, pointer))
                return replace(draft, legal=legal)
        return None

    def _not_inside(self, customer: Customer, dial: Dial, rng: random.Random) -> Draft | None:
        """The order holds no such item; the twin names one that it holds."""
        for pointer in self._pointers(customer, dial, rng, "delivered"):
            inside = customer.items(pointer.row["order_id"])
            names = {item["product_name"] for item in inside}
            others = [item for item in customer.all_items() if item["product_name"] not in names]
            mine = [item for item in distinct(inside) if not _named_by(pointer, item)]
            if others and mine and len(pointer.reads) == dial.burden:
                seed, pay = rng.random(), original(customer, pointer)
                drafts = [
                    self._compose(customer, dial, random.Random(seed), pointer, some(pointer, [rng.choice(items)]), pay)
                    for items in (others, mine)
                ]
                return replace(drafts[0], legal=drafts[1])
        return None


def refund_slot(rng: random.Random, payer: Payer) -> Slot:
    """Where the money should go."""
    patterns = item_sentences.REFUND_TO if payer.query else item_sentences.REFUND_BACK
    text = spin(rng, *patterns, it=payer.words)
    return Slot("refund", text, tuple(mark for mark in payer.marks if mark in text.lower()))


def batches(customer: Customer, pointer: Pointer, rng: random.Random) -> Iterator[Batch]:
    """The parts of an order that a customer may return."""
    inside = customer.items(pointer.row["order_id"])
    single = [item for item in distinct(inside) if not _named_by(pointer, item) or len(inside) == 1]
    yield everything(pointer)
    for size in range(1, min(3, len(single)) + 1):
        yield some(pointer, rng.sample(single, size))
    if single and len(inside) > 1:
        yield _all_but(pointer, rng.choice(single))
    prices = sorted({item["price"] for item in inside})
    for low, high in pairwise(prices):
        limit = int(high // 10) * 10
        if low < limit < high:
            yield _over(pointer, limit, rng)


def some(pointer: Pointer, items: list[Row]) -> Batch:
    """Items by name."""
    queries = [item_in(pointer, item) for item in items]
    names = [noun(str(item["product_name"])) for item in items]
    facts = tuple(
        Fact("item_product", item["product_name"], f"I return the {noun(str(item['product_name']))}.") for item in items
    )
    return Batch(
        Listed(tuple(Picked(query, "item_id") for query in queries)),
        Listed(tuple(Picked(query, "price") for query in queries)),
        listing([f"the {name}" for name in names]),
        facts,
        tuple(word for name in names for word in name.lower().split()),
        frozenset(),
    )


def everything(pointer: Pointer) -> Batch:
    """The whole order."""
    return _every(Every((pointer.read("items"),)), "everything in that order", (), ("everything",))


def _all_but(pointer: Pointer, item: Row) -> Batch:
    where = (Where("product_name", "is not", said("product_name", item["product_name"]).value),)
    name = noun(str(item["product_name"]))
    fact = Fact("kept_product", item["product_name"], f"I keep the {name}.")
    words = f"everything in that order except the {name}"
    return _every(
        Every((pointer.read("items"),), where),
        words,
        (fact,),
        ("everything", "except", *name.lower().split()),
    )


def _over(pointer: Pointer, limit: int, rng: random.Random) -> Batch:
    shown = dollars(limit).removesuffix(".00")
    words = rng.choice(
        (
            "every item in it that cost more than {}",
            "all of the items in it priced over {}",
            "whatever in it cost over {}",
        )
    )
    where = (said("price", limit, ">"),)
    fact = Fact("price_limit", limit, f"I return what cost more than {shown}.")
    return _every(Every((pointer.read("items"),), where), words.format(shown), (fact,), (shown,))


def _every(query: Every, words: str, facts: tuple[Fact, ...], marks: tuple[str, ...]) -> Batch:
    return Batch(Picked(query, "item_id"), Picked(query, "price"), words, facts, marks, frozenset())


def _named_by(pointer: Pointer, item: Row) -> bool:
    """The order is already pointed at by this product."""
    return any(fact.value == item["product_name"] for fact in pointer.facts)


class ReturnDearest:
    """Returns the dearest thing that the customer ever received: every order must be looked at.

    Burden (1 user in 30 or more): 3 to 6 (knows none; a few users to 9). No fallback. Refused: the same of
    the pending orders; the twin says "delivered".
    """

    name = "return dearest item"
    tool = "return_delivered_order_items"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this customer cannot ask like that (the `Recipe` protocol)."""
        customer = meet(domain, user_id, rng)
        if dial.fallback or dial.memory != "knows none" or len(customer.reads_of_all()) != dial.burden:
            return None
        seed, legal = rng.random(), _dearest(customer, "delivered")
        fails = _dearest(customer, "pending") if dial.refuse else None
        drafts = [self._compose(customer, dial, random.Random(seed), item) for item in (fails, legal) if item]
        if drafts and (fails or not dial.refuse):
            return replace(drafts[0], legal=drafts[1] if dial.refuse and legal else None)
        return None

    def _compose(self, customer: Customer, dial: Dial, rng: random.Random, item: Row) -> Draft:
        status = str(item["order_status"])
        where = (said("order_status", status),)
        best = Best((customer.each_order("items"),), "price", True, where)
        check = Check(Picked(best, "order_status"), "is", Policy("delivered", DELIVERED_ONLY), DELIVERED_ONLY)
        args = (
            ("order_id", Picked(best, "order_id")),
            ("item_ids", Listed((Picked(best, "item_id"),))),
            ("payment_method_id", Picked(best, "payment_method_id")),
        )
        degree = rng.choice(("most expensive", "priciest"))
        words = rng.choice(
            (
                f"the {degree} single item in any of my {status} orders",
                f"the one {degree} thing across all my {status} orders",
                f"whichever item is the {degree} of all that's in my {status} orders",
            )
        )
        words += rng.choice(
            (
                ", since I have to cut down on what I spend",
                ", as I need that money back",
                ", because I've spent too much lately",
            )
        )
        slots = (
            Slot("items", spin(rng, *item_sentences.BACK, it=words), (degree.split()[0], status)),
            Slot("refund", spin(rng, *item_sentences.REFUND_BACK), ("original",)),
        )
        request = Request(0, (), "the return of one item", "return", spin(rng, *item_sentences.RETURN_OPENINGS), slots)
        request = replace(
            request,
            slots=tuple(replace(s, marks=tuple(m for m in s.marks if m in s.text.lower())) for s in slots),
        )
        fact = Fact("order_status", status, f"It is in one of my {status} orders.")
        decision = Decision(self.tool, args, (check,))
        return build(customer, self, dial, [decision], [request], [fact], touched(customer, item["order_id"]))


def _dearest(customer: Customer, status: str) -> Row | None:
    """The dearest item of all orders of a status, unless two tie."""
    ranked = sorted(customer.all_items(status), key=lambda item: item["price"], reverse=True)
    return ranked[0] if len(ranked) > 1 and ranked[0]["price"] != ranked[1]["price"] else None
