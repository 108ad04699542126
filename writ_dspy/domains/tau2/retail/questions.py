"""Requests that only ask to be told something."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.tau2.retail import item_sentences
from writ_dspy.domains.tau2.retail.customer import Customer, meet, said
from writ_dspy.domains.tau2.retail.drafting import build, shuffled
from writ_dspy.domains.tau2.retail.pointers import point
from writ_dspy.domains.tau2.retail.stock import IN_STOCK, distinct, item_in, product_of, products_of
from writ_dspy.domains.tau2.retail.wording import listing, noun, spin
from writ_dspy.task import (
    Best,
    Computed,
    Every,
    Fact,
    Only,
    Picked,
    ReadCall,
    Request,
    Slot,
    Tell,
    Term,
    Where,
)

ORDER_FACTS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "total": (("what its total is", "what total it came to", "its total in dollars"), "total", "money"),
    "status": (("what status it has", "its current status", "what its status is now"), "status", "text"),
    "item_count": (
        ("how many items are in it", "the number of items in it", "how many items it holds"),
        "items",
        "count",
    ),
    "tracking_id": (
        ("its tracking number", "what the tracking number is", "under which tracking number it travels"),
        "tracking",
        "text",
    ),
}
"""Field -> (how it is asked for, topic word, style)."""
TELLING = {
    "total": {"total"},
    "status": {"status", "order_status"},
    "item_count": {"order_status"},
    "tracking_id": set(),
}
"""Field -> keys of facts that would give it away."""


Scope: TypeAlias = tuple[Every, frozenset[str], str, tuple[Fact, ...]]
"""Items, labels of their products, words, facts."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to be told."""

    term: Term
    asked: str
    word: str
    style: str
    slots: tuple[Slot, ...]
    facts: tuple[Fact, ...]


def _draft(recipe: _Ask, customer: Customer, dial: Dial, rng: random.Random, topic: str, question: Question) -> Draft:
    style = question.style
    tell = Tell(question.word, question.term, "money" if style == "money" else "count" if style == "count" else "text")
    ask = Slot("question", spin(rng, *item_sentences.ASK, it=question.asked))
    opening = spin(rng, *item_sentences.QUESTION_OPENINGS, it=topic)
    request = Request(None, (0,), f"the {question.word} question", question.word, opening, (*question.slots, ask))
    return build(customer, recipe, dial, [], [request], question.facts, (), [tell])


@dataclass(slots=True)
class _Ask(ABC):
    """Asks without any write; knows neither fallback nor refusal."""

    name: str
    topic: str
    """What the question is about, as the customer puts it."""
    tool: str = ""

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this customer cannot ask like that (the `Recipe` protocol)."""
        if dial.fallback or dial.refuse:
            return None
        customer = meet(domain, user_id, rng)
        question = next(self.questions(customer, dial, rng), None)
        return _draft(self, customer, dial, rng, self.topic, question) if question else None

    @abstractmethod
    def questions(self, customer: Customer, dial: Dial, rng: random.Random) -> Iterator[Question]:
        """Questions of the burden asked for."""


class AskOrder(_Ask):
    """Total, status, number of items or tracking number of one order.

    Burden: 2 (knows ids), 3 (half-remembers), 3 and 2 + orders (knows none).
    """

    def questions(self, customer: Customer, dial: Dial, rng: random.Random) -> Iterator[Question]:
        """See `_Ask.questions`."""
        for order in shuffled(rng, customer.orders):
            for pointer in point(customer, order, dial.memory, rng):
                keys = {fact.key.removeprefix("order_") for fact in pointer.facts} | {
                    fact.key for fact in pointer.facts
                }
                for field in shuffled(rng, ORDER_FACTS) if len(pointer.reads) == dial.burden else ():
                    asked, word, style = ORDER_FACTS[field]
                    if keys & TELLING[field] or (
                        field == "tracking_id" and order["status"] in ("pending", "cancelled")
                    ):
                        continue
                    query = pointer.query
                    if field == "tracking_id":
                        query = Only((pointer.read("tracking"),))
                    yield Question(
                        Picked(query, field),
                        rng.choice(asked),
                        word,
                        style,
                        (pointer.slot(rng),),
                        pointer.facts,
                    )


class AskAllOrders(_Ask):
    """Sums, counts and superlatives over all orders of a status. Burden: 2 + orders; needs no ids."""

    def questions(self, customer: Customer, dial: Dial, rng: random.Random) -> Iterator[Question]:
        """See `_Ask.questions`."""
        if dial.memory == "knows ids" or len(customer.reads_of_all()) != dial.burden:
            return
        for status in shuffled(rng, ("pending", "delivered", "processed", "cancelled")):
            count = sum(order["status"] == status for order in customer.orders)
            prices = sorted(item["price"] for item in customer.all_items(status))
            if count < 2:
                continue
            orders = Every((customer.each_order("order"),), (said("status", status),))
            where = (said("order_status", status),)
            choices: list[tuple[Term, str, str, str]] = [
                (
                    Computed("sum", (Picked(orders, "total"),)),
                    "what my {} orders come to in total",
                    "total",
                    "money",
                ),
                (
                    Computed("sum", (Picked(orders, "item_count"),)),
                    "how many items my {} orders hold in all",
                    "items",
                    "count",
                ),
                (
                    Computed("count", (Picked(orders, "order_id"),)),
                    "how many of my orders are {}",
                    "orders",
                    "count",
                ),
            ]
            for most, degree in ((True, "most expensive"), (False, "cheapest")):
                if prices[-1 if most else 0] != prices[-2 if most else 1]:
                    best = Best((customer.each_order("items"),), "price", most, where)
                    choices += [
                        (
                            Picked(best, "price"),
                            f"the price of the {degree} item in all my {{}} orders",
                            "price",
                            "money",
                        ),
                        (
                            Picked(best, "item_id"),
                            f"the item id of the {degree} thing in my {{}} orders",
                            "item",
                            "text",
                        ),
                    ]
            term, asked, word, style = rng.choice(choices)
            fact = Fact("order_status", status, f"I ask about my {status} orders.")
            yield Question(term, asked.format(status), word, style, (), (fact,))


class AskStock(_Ask):
    """How many versions of something in an order (or of all in it) are in stock, or the cheapest price.

    Burden (1 user in 30 or more): 3 to 7 (knows ids), 4 to 8 (half-remembers), 4 to 11 (knows none; a few
    users to 16).
    """

    def questions(self, customer: Customer, dial: Dial, rng: random.Random) -> Iterator[Question]:
        """See `_Ask.questions`."""
        stocked = (Where("available", "is", IN_STOCK),)
        for order in shuffled(rng, customer.orders):
            inside = customer.items(order["order_id"])
            for pointer in point(customer, order, dial.memory, rng):
                every = Every((pointer.read("items"),))
                scopes: list[Scope] = [(every, products_of(inside), "all the products in it", ())]
                for item in distinct(inside):
                    name = noun(str(item["product_name"]))
                    fact = Fact("item_product", item["product_name"], f"I mean the {name}.")
                    one = Every((pointer.read("items"),), item_in(pointer, item).where)
                    scopes.append((one, products_of([item]), f"the {name}", (fact,)))
                for items, products, words, facts in shuffled(rng, scopes):
                    if len(pointer.reads | products) == dial.burden:
                        yield self._about(
                            customer,
                            rng,
                            product_of(items),
                            stocked,
                            products,
                            words,
                            (*pointer.facts, *facts),
                            pointer.slot(rng),
                        )

    def _about(
        self,
        customer: Customer,
        rng: random.Random,
        source: ReadCall,
        stocked: tuple[Where, ...],
        products: frozenset[str],
        words: str,
        facts: tuple[Fact, ...],
        slot: Slot,
    ) -> Question:
        prices = sorted(r["price"] for p in products for r in customer.variants(p) if r["available"])
        if len(prices) > 1 and prices[0] != prices[1] and rng.random() < 0.5:
            best = Best((source,), "price", False, stocked)
            asked = rng.choice(
                (
                    "what the cheapest version of {} that is in stock costs",
                    "the lowest price of any version in stock of {}",
                )
            )
            return Question(
                Picked(best, "price"),
                asked.format(words),
                "cheapest" if "cheapest" in asked else "price",
                "money",
                (slot,),
                facts,
            )
        count = Computed("count", (Picked(Every((source,), stocked), "item_id"),))
        asked = rng.choice(("how many versions of {} are in stock", "the number of versions you have in stock of {}"))
        return Question(count, asked.format(words), "versions", "count", (slot,), facts)


class AskCatalog(_Ask):
    """How many versions of one to five products, by name, are in stock; or the price of the cheapest.

    Burden: 1 + products, 2 to 6, for every memory: the catalog is nobody's own.
    """

    def questions(self, customer: Customer, dial: Dial, rng: random.Random) -> Iterator[Question]:
        """See `_Ask.questions`."""
        if not 2 <= dial.burden <= 6:
            return
        products = customer.domain.tables["products"]
        chosen = rng.sample(sorted(products), dial.burden - 1)
        sources = []
        for key in chosen:
            named = Only((ReadCall("list_all_product_types", (), "products"),), (said("name", products[key]["name"]),))
            sources.append(product_of(named))
        names = [noun(products[key]["name"]) for key in chosen]
        facts = tuple(
            Fact("product_name", products[key]["name"], f"I ask about the {noun(products[key]['name'])}.")
            for key in chosen
        )
        stocked = (Where("available", "is", IN_STOCK),)
        words = listing([f"the {name}" for name in names])
        slot = Slot(
            "product",
            spin(rng, *item_sentences.PRODUCTS, it=words),
            tuple(word for name in names for word in name.lower().split()),
        )
        prices = sorted(r["price"] for key in chosen for r in customer.variants(key) if r["available"])
        if prices[0] != prices[1] and rng.random() < 0.5:
            best = Best(tuple(sources), "price", False, stocked)
            asked = rng.choice(
                ("what the cheapest version in stock costs", "the cheapest price among the versions in stock")
            )
            yield Question(Picked(best, "price"), asked, "cheapest", "money", (slot,), facts)
        else:
            count = Computed("count", (Picked(Every(tuple(sources), stocked), "item_id"),))
            asked = rng.choice(("how many versions are in stock", "the number of versions in stock"))
            yield Question(
                count, asked + (" altogether" if len(chosen) > 1 else ""), "versions", "count", (slot,), facts
            )


QUESTIONS = (
    AskOrder("ask about an order", "an order"),
    AskAllOrders("ask about all orders", "my orders"),
    AskStock("ask about the stock", "the stock of things I ordered"),
    AskCatalog("ask about the catalog", "your products"),
)
