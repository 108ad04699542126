"""Requests that the shop's policy denies, one recipe per clause, where policy has no other way to what is wanted."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.tau2.retail import address, cancel, item_sentences, payment, sentences
from writ_dspy.domains.tau2.retail.customer import Customer, meet, rows
from writ_dspy.domains.tau2.retail.drafting import build, named, shuffled, status_is, touched
from writ_dspy.domains.tau2.retail.pointers import Pointer, by_id, point
from writ_dspy.domains.tau2.retail.returns import METHOD_RULE
from writ_dspy.domains.tau2.retail.wording import article, noun, spin
from writ_dspy.task import (
    Check,
    Decision,
    Fact,
    Listed,
    Picked,
    Policy,
    Request,
    Requirement,
    Said,
    Slot,
    Term,
)

ITEMS_PENDING_ONLY = "only items of pending orders can be modified"
EXCHANGE_DELIVERED_ONLY = "only items of delivered orders can be exchanged"
OTHERS = "only customers themselves can have their orders cancelled"
UNDONE = "an order that has been cancelled cannot be brought back"
SINGLE = "an order can only be paid with a single payment method"
NOTHING_ELSE = "only the address, the payment and the options of the items can be changed in a pending order"
SAME_PRODUCT = "an item can only be changed to another version of the same product"
NOT_BOTH = "items of one order can be returned or exchanged, but not both"
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


def _never(rule: str) -> Check:
    """What is not offered at all, whatever the records say."""
    return Check(Policy("not offered", rule), "is", Policy("offered", rule), rule)


def _clause(rule: str, status: str) -> Callable[[Customer, Pointer, random.Random], Wish]:
    return lambda _customer, pointer, _rng: ((status_is(pointer, status, rule), _never(rule)), (), (), ())


def _only(status: str, rule: str) -> Callable[[Customer, Pointer, random.Random], Wish]:
    return lambda _customer, pointer, _rng: ((status_is(pointer, status, rule),), (), (), ())


def single_item(_customer: Customer, pointer: Pointer, rng: random.Random) -> Wish | None:
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
    slot, fact = Slot("items", text, tuple(noun(name).lower().split())), Fact("item", noun(name), text)
    wanted = ("item", Said(noun(name)))
    return (status_is(pointer, "pending", cancel.PENDING_ONLY), whole), (slot,), (fact,), (wanted,)


def _split(customer: Customer, pointer: Pointer, rng: random.Random) -> Wish | None:
    """One order on two payment methods."""
    payers = named(customer, rng)[:2]
    if len(payers) < 2 or any(fact.key == "payment_source" for fact in pointer.facts):
        return None
    ids = Listed(tuple(payer.id for payer in payers))
    text = spin(
        rng,
        "[Half|One half] [should go|goes] on my {a} and [half|the other half] on my {b}.",
        "[Split it|I'd like it split] between my {a} and my {b}.",
        a=payers[0].words,
        b=payers[1].words,
    )
    slot = Slot("payment", text, tuple(mark for payer in payers for mark in payer.marks))
    facts = tuple(fact for payer in payers for fact in payer.facts)
    return (status_is(pointer, "pending", SINGLE), _never(SINGLE)), (slot,), facts, (("payment_method_ids", ids),)


def _add(customer: Customer, pointer: Pointer, rng: random.Random) -> Wish:
    """One thing more in an order."""
    names = rows(customer.domain, "products", "list_all_product_types")
    name = noun(str(rng.choice([row["name"] for row in names if row["name"] not in pointer.row["product_names"]])))
    text = spin(
        rng,
        "[[Please add|Add] {a} {item} to it|I'd like to have {a} {item} in it] as well.",
        a=article(name),
        item=name,
    )
    slot, fact = Slot("items", text, tuple(name.lower().split())), Fact("new_item", name, text)
    return (
        (status_is(pointer, "pending", NOTHING_ELSE), _never(NOTHING_ELSE)),
        (slot,),
        (fact,),
        (("item", Said(name)),),
    )


def _other_product(customer: Customer, pointer: Pointer, rng: random.Random) -> Wish | None:
    """Something else altogether for a thing in the order."""
    names = list(pointer.row["product_names"])
    single = [name for name in names if names.count(name) == 1]
    every = rows(customer.domain, "products", "list_all_product_types")
    others = [str(row["name"]) for row in every if row["name"] not in names]
    if not single:
        return None
    old, new = str(rng.choice(single)), rng.choice(others)
    text = spin(
        rng,
        "[Instead of|In place of] the {old}, [I'd like|I want|send me] {a} {new}.",
        "[Change|Turn] the {old} into {a} {new}[, please|].",
        old=noun(old),
        a=article(noun(new)),
        new=noun(new),
    )
    slot = Slot("items", text, (*noun(old).lower().split(), *noun(new).lower().split()))
    facts = (Fact("old_item", old, text), Fact("new_item", new, text))
    return (
        (status_is(pointer, "pending", ITEMS_PENDING_ONLY), _never(SAME_PRODUCT)),
        (slot,),
        facts,
        (("item", Said(old)), ("product", Said(new))),
    )


def _foreign_refund(customer: Customer, pointer: Pointer, rng: random.Random) -> Wish | None:
    """The refund to a method that neither paid nor is a gift card."""
    others = [
        one for one in named(customer, rng) if not one.gift and one.row["source"] != pointer.row["payment_source"]
    ]
    payer = next((one for one in others if one.facts[0].key == "payment_source"), None)
    if payer is None or any(fact.key == "payment_source" for fact in pointer.facts):
        return None
    text = spin(
        rng,
        "[I need|I want] the refund on my {it}, not on what I paid with.",
        "The refund [has to|should] go to my {it}[, not back| and not] to what I paid with.",
        it=payer.words,
    )
    slot = Slot("refund", text, payer.marks)
    return (
        (status_is(pointer, "delivered", cancel.DELIVERED_ONLY), _never(METHOD_RULE)),
        (slot,),
        payer.facts,
        (("payment_method_id", payer.id),),
    )


def _both(_customer: Customer, pointer: Pointer, rng: random.Random) -> Wish | None:
    """A return and an exchange out of one order."""
    names = list(pointer.row["product_names"])
    single = [name for name in names if names.count(name) == 1 and all(fact.value != name for fact in pointer.facts)]
    if len(single) < 2:
        return None
    back, other = map(noun, rng.sample(single, 2))
    text = spin(
        rng,
        "[I want to|I'd like to] return the {back} and [exchange|swap] the {other}[, both of them|].",
        "The {back} [goes back|is a return] and the {other} [is to be exchanged|is an exchange][, both please|].",
        back=back,
        other=other,
    )
    slot = Slot("items", text, (*back.lower().split(), *other.lower().split()))
    facts = (Fact("item", back, text), Fact("exchanged_item", other, text))
    checks = status_is(pointer, "delivered", cancel.DELIVERED_ONLY), _never(NOT_BOTH)
    return checks, (slot,), facts, (("returned", Said(back)), ("exchanged", Said(other)))


class Anothers:
    """An order of somebody else, as the customer says. Burden: none; whatever the records say, they are another's business."""

    name = "denied: order of another customer"
    tool = "cancel_pending_order"

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this customer (the `Recipe` protocol)."""
        customer = meet(domain, user_id, rng)
        owner = meet(domain, rng.choice([user for user in domain.tables["users"] if user != user_id]), rng)
        order = next((order for order in shuffled(rng, owner.orders) if order["status"] == "pending"), None)
        if order is None:
            return None
        pointer = by_id(order, rng)
        known = Check(customer.user, "is not", Policy("", "a customer who is found"), "I have to know who you are")
        args, checks = (("order_id", pointer.order_id),), (known, _never(OTHERS))
        decision = Decision(self.tool, args, checks, bare=True)
        opening = spin(
            rng,
            "[Hi|Hello|Hey], [my sister|a friend|my neighbor|my roommate|a colleague] asked me to cancel an order of theirs.",
            "[I'm writing|I'm getting in touch] for [my sister|a friend|my neighbor|my roommate]: please cancel an order of theirs.",
        )
        request = Request(0, (), "that cancellation", "cancellation", opening, (pointer.slot(rng),))
        by_number = replace(dial, memory="knows ids")
        return build(customer, self, by_number, [decision], [request], pointer.facts, {f"orders/{order['order_id']}"})


CLOSED = frozenset({"processed", "delivered"})
DENIALS = (
    Denied(
        "denied: cancellation of an order on its way", "cancel_pending_order", "the cancellation of the {hint}", "order",
        sentences.CANCEL_OPENINGS, frozenset({"processed"}), _only("pending", cancel.PENDING_ONLY),
    ),
    Denied(
        "denied: one item cancelled out of an order", "cancel_item", "the cancellation of part of the {hint}", "order",
        item_sentences.PART_OPENINGS,
        frozenset({"pending"}), single_item,
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
        "denied: other address once an order is on its way", "modify_pending_order_address", "the address change for the {hint}", "address",
        sentences.SHIP_OPENINGS, CLOSED, _only("pending", address.PENDING_ONLY),
    ),
    Denied(
        "denied: other payment once an order is on its way", "modify_pending_order_payment", "the payment change for the {hint}", "payment",
        sentences.PAY_OPENINGS, CLOSED, _only("pending", payment.PENDING_ONLY),
    ),
    Denied(
        "denied: a cancelled order brought back", "undo_cancellation", "bringing back the {hint}", "order",
        (
            "[Hi|Hello|Hey], I [want|need|'d like] an order of mine that was cancelled [back|to be active again|reinstated].",
            "[Could|Can] you [please|] undo the cancellation of [an order|one of my orders]?",
            "[An order|One of my orders] was cancelled, and I want it [after all|back].",
        ),
        frozenset({"cancelled"}), _only("pending", UNDONE),
    ),
    Denied(
        "denied: one order on two payment methods", "split_payment", "the payment change for the {hint}", "payment",
        (
            "[Hi|Hello|Hey], I [want|need|'d like] to split the payment of [an order|one of my orders].",
            "[Could|Can] you [please|] spread the payment of [an order|one of my orders] over two methods?",
            "[An order|One of my orders] should be paid with two [methods|payment methods].",
        ),
        frozenset({"pending"}), _split,
    ),
    Denied(
        "denied: faster shipping", "expedite_order", "faster shipping of the {hint}", "shipping",
        (
            "[Hi|Hello|Hey], I [want|need|'d like] faster shipping for [an order|one of my orders].",
            "[Could|Can] you [please|] [speed up|expedite] the shipping of [an order|one of my orders]?",
            "[An order|One of my orders] [should|has to] get here sooner; please [speed up|upgrade] the shipping.",
        ),
        frozenset({"pending"}), _clause(NOTHING_ELSE, "pending"),
    ),
    Denied(
        "denied: one thing more in an order", "add_item", "adding to the {hint}", "order",
        (
            "[Hi|Hello|Hey], I [want|need|'d like] to add something to [an order|one of my orders].",
            "[Could|Can] you [please|] put one more thing in [an order|one of my orders]?",
        ),
        frozenset({"pending"}), _add,
    ),
    Denied(
        "denied: another kind of product", "change_product", "the change to the {hint}", "order",
        item_sentences.CHANGE_OPENINGS, frozenset({"pending"}), _other_product,
    ),
    Denied(
        "denied: refund to another method", "return_delivered_order_items", "the return from the {hint}", "return",
        item_sentences.RETURN_OPENINGS, frozenset({"delivered"}), _foreign_refund,
    ),
    Denied(
        "denied: return and exchange of one order", "return_and_exchange", "the return and exchange from the {hint}", "return",
        (
            "[Hi|Hello|Hey], I [want|need|'d like] to return one thing and exchange another from the same order.",
            "[Could|Can] you [please|] help me with a return and an exchange out of one order?",
        ),
        frozenset({"delivered"}), _both,
    ),
    Anothers(),
)  # fmt: skip
