"""Requests that leave open which item it is: whichever product has the cheapest version in stock."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.retail import item_sentences
from writ_dspy.domains.tau2.retail.customer import Customer, meet, said, variants
from writ_dspy.domains.tau2.retail.drafting import Payer, build, first_of, named, shuffled, status_is, touched
from writ_dspy.domains.tau2.retail.integrity import alike
from writ_dspy.domains.tau2.retail.lenses import options
from writ_dspy.domains.tau2.retail.pointers import Pointer, point
from writ_dspy.domains.tau2.retail.sensible import fits, less_for_more
from writ_dspy.domains.tau2.retail.stock import IN_STOCK, UNSPEAKABLE, WORTH_IT, product_of, products_of
from writ_dspy.domains.tau2.retail.wording import dollars, spin, trait
from writ_dspy.task import (
    Best,
    Check,
    Computed,
    Decision,
    Every,
    Fact,
    Listed,
    Only,
    Picked,
    Policy,
    Request,
    Said,
    Slot,
    Term,
    Where,
)


@dataclass(frozen=True, slots=True)
class Scope:
    """The items among which the product is chosen."""

    items: Every
    rows: tuple[Row, ...]
    pointer: Pointer | None
    reads: frozenset[str]


@dataclass(slots=True)
class TradeOne:
    """Swaps one item for the cheapest or dearest version in stock of any product in one or all orders.

    Which item, and so which order, follows from comparing the catalog entries of all products in scope.
    Burden (1 user in 30 or more): 4 to 8 (knows ids), 5 to 10 (half-remembers), 5 to 12 (knows none); a few
    users give up to 16. No fallback. Refused: a price difference over the limit (twin), one order of another
    status.
    """

    name: str
    tool: str
    status: str
    rule: str
    topic: str

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this customer cannot ask like that (the `Recipe` protocol)."""
        if dial.fallback:
            return None
        customer = meet(domain, user_id, rng)
        if dial.refuse:
            return first_of((self._too_dear, self._wrong_status), customer, dial, rng)
        for scope, payer in self._scopes(customer, dial, rng, self.status):
            draft = self._one(customer, dial, rng, scope, payer)
            if draft is not None:
                return draft
        return None

    def _scopes(
        self, customer: Customer, dial: Dial, rng: random.Random, status: str
    ) -> Iterator[tuple[Scope, Payer | None]]:
        """Scopes with as many reads as are asked for or more, each with a payer (None: what the order was paid with)."""
        scopes = []
        for order in shuffled(rng, (order for order in customer.orders if order["status"] == status)):
            inside = customer.items(order["order_id"])
            for pointer in point(customer, order, dial.memory, rng):
                items = Every((pointer.read("items"),))
                scopes.append(Scope(items, inside, pointer, pointer.reads | products_of(inside)))
        everything = tuple(customer.all_items(status))
        if dial.memory != "knows ids":
            items = Every((customer.each_order("items"),), (said("order_status", status),))
            scopes.append(Scope(items, everything, None, customer.reads_of_all() | products_of(everything)))
        for scope in shuffled(rng, scopes):
            for payer in (None, *named(customer, rng)):
                reads = scope.reads | (payer.reads if payer else frozenset())
                if len(reads) >= dial.burden and len(products_of(scope.rows)) > 1:
                    yield scope, payer

    def _one(
        self,
        customer: Customer,
        dial: Dial,
        rng: random.Random,
        scope: Scope,
        payer: Payer | None,
        budgets: tuple[int, ...] = (),
    ) -> Draft | None:
        """A draft for a price rule with one answer; with budgets, one that fails the first, and its twin."""
        limits = (None, *_limits(customer, scope))
        rules = [(most, limit) for most in (True, False) for limit in limits]
        reads = scope.reads | (payer.reads if payer else frozenset())
        rules = [rule for rule in rules if len(reads - _pointless(scope, rule[1])) == dial.burden]
        for most, limit in shuffled(rng, rules)[:12]:
            found = _answer(customer, scope, limit, most=most)
            if found is None:
                continue
            new, mine = found
            method = (
                payer.row if payer else next(row for row in customer.methods if row["id"] == mine["payment_method_id"])
            )
            extra = new["price"] - mine["price"]
            if most is (extra < 0):  # who upgrades gets nothing cheaper, and who saves nothing dearer
                continue
            if abs(extra) < WORTH_IT:
                continue
            if method["source"] == "gift_card" and (payer is None or method["balance"] < extra):
                continue
            seed, low = rng.random(), int(extra // 10) * 10
            if not budgets:
                return self._compose(customer, dial, random.Random(seed), scope, payer, (most, limit), mine, None)
            if 10 <= low < extra:
                drafts = [
                    self._compose(customer, dial, random.Random(seed), scope, payer, (most, limit), mine, low + step)
                    for step in budgets
                ]
                return replace(drafts[0], legal=drafts[1])
        return None

    def _compose(
        self,
        customer: Customer,
        dial: Dial,
        rng: random.Random,
        scope: Scope,
        payer: Payer | None,
        rule: tuple[bool, tuple[str, str] | None],
        mine: Row,
        budget: int | None,
    ) -> Draft:
        most, limit = rule
        where = (Where("available", "is", IN_STOCK), *((said(*limit),) if limit else ()))
        new = Best((product_of(scope.items),), "price", most, where)
        same = Where("product_id", "is", Picked(new, "product_id"))
        old = Only(scope.items.sources, (*scope.items.where, same))
        paid: Term = payer.id if payer else Picked(old, "payment_method_id")
        extra = Computed("difference", (Picked(new, "price"), Picked(old, "price")))
        checks = [Check(Picked(old, "order_status"), "is", Policy(self.status, self.rule), self.rule)]
        checks += payer.covers(extra, "the gift card does not cover the price difference") if payer else ()
        facts = [*(scope.pointer.facts if scope.pointer else ()), *(payer.facts if payer else ())]
        if scope.pointer:
            checks.insert(0, status_is(scope.pointer, self.status, self.rule))
        else:
            facts.append(Fact("order_status", self.status, f"I mean my {self.status} orders."))
        if budget is not None:
            checks.append(Check(extra, "<=", Said(budget), f"the price difference is more than ${budget}", own=True))
            facts.append(Fact("budget", budget, f"I pay ${budget} more at most."))
        if limit:
            facts.append(Fact("wanted_option", limit[1], f"It has to come {trait(*limit)}."))
        args = (
            ("order_id", Picked(old, "order_id")),
            ("item_ids", Listed((Picked(old, "item_id"),))),
            ("new_item_ids", Listed((Picked(new, "item_id"),))),
            ("payment_method_id", paid),
        )
        request = Request(
            0,
            (),
            f"the {self.topic} of one item",
            self.topic,
            spin(rng, *item_sentences.TRADE_OPENINGS[self.status, rule[0]]),
            tuple(self._slots(rng, scope, payer, rule, budget)),
        )
        touches = touched(customer, mine["order_id"], *customer.methods)
        return build(customer, self, dial, [Decision(self.tool, args, tuple(checks))], [request], facts, touches)

    def _slots(
        self,
        rng: random.Random,
        scope: Scope,
        payer: Payer | None,
        rule: tuple[bool, tuple[str, str] | None],
        budget: int | None,
    ) -> list[Slot]:
        most, limit = rule
        degree = rng.choice(("most expensive", "priciest", "dearest") if most else ("cheapest", "least expensive"))
        suffix = f" {trait(*limit)}" if limit else ""
        theirs = f"the products in {'that order' if scope.pointer else 'those orders'}"
        text = spin(rng, *item_sentences.PRICE_RULE, degree=degree, limit=suffix, theirs=theirs)
        if scope.pointer:
            slots = [scope.pointer.slot(rng)]
        else:
            slots = [Slot("order", spin(rng, *item_sentences.ALL_OF_IT, status=self.status), (self.status,))]
        slots.append(Slot("version", text, (degree.split()[0], *((limit[1].lower(),) if limit else ()))))
        pay = payer.slot(rng) if payer else Slot("payment", spin(rng, *item_sentences.AS_PAID))
        slots.append(pay)
        if budget is not None:
            shown = dollars(budget).removesuffix(".00")
            slots.append(Slot("budget", spin(rng, *item_sentences.BUDGET, it=shown), (shown,)))
        return slots

    def _too_dear(self, customer: Customer, dial: Dial, rng: random.Random) -> Draft | None:
        """The price difference is over the customer's limit; the twin states a higher one."""
        for scope, payer in self._scopes(customer, dial, rng, self.status):
            if payer is None and (scope.pointer is None or not scope.pointer.by_number):
                draft = self._one(customer, dial, rng, scope, payer, budgets=(0, 10))
                if draft is not None:
                    return draft
        return None

    def _wrong_status(self, customer: Customer, dial: Dial, rng: random.Random) -> Draft | None:
        """Policy forbids it: the order has another status, which its record alone shows."""
        for order in shuffled(rng, (order for order in customer.orders if order["status"] != self.status)):
            inside = customer.items(order["order_id"])
            for pointer in point(customer, order, dial.memory, rng):
                if len(pointer.reads) == dial.burden and len(products_of(inside)) == len(inside) > 1:
                    items = Every((pointer.read("items"),))
                    scope = Scope(items, inside, pointer, pointer.reads)
                    return self._compose(customer, dial, rng, scope, None, (rng.random() < 0.5, None), inside[0], None)
        return None


def _limits(customer: Customer, scope: Scope) -> list[tuple[str, str]]:
    """Options that several products in scope have in common, if no other option in scope could be meant by the words."""
    seen = Counter(option for product in products_of(scope.rows) for option in _spoken(customer.domain, product))
    names = {name for row in scope.rows for name in options(row)}
    plain = {name for name in names if not any(alike(name, other) for other in names - {name})}
    return sorted(option for option, products in seen.items() if products > 1 and option[0] in plain)


@lru_cache(maxsize=256)
def _spoken(domain: Domain, product: str) -> frozenset[tuple[str, str]]:
    """The options in which a product comes, of those by which people tell things apart."""
    found = {option for row in variants(domain, product) for option in options(row).items()}
    return frozenset(
        option for option in found if option[1] not in UNSPEAKABLE and option[0] in ("color", "material", "size")
    )


def _pointless(scope: Scope, limit: tuple[str, str] | None) -> frozenset[str]:
    """Products that do not come with the option asked for, as their items show."""
    return products_of(row for row in scope.rows if limit is not None and limit[0] not in options(row))


def _answer(customer: Customer, scope: Scope, limit: tuple[str, str] | None, *, most: bool) -> tuple[Row, Row] | None:
    """(the version, my item of that product), unless there is a tie or nothing to swap."""
    pool = sorted(
        (
            row
            for product in products_of(scope.rows)
            for row in customer.variants(product)
            if row["available"] and (limit is None or row.get(limit[0]) == limit[1])
        ),
        key=lambda row: row["price"],
        reverse=most,
    )
    if len(pool) < 2 or pool[0]["price"] == pool[1]["price"]:
        return None
    mine = [row for row in scope.rows if row["product_id"] == pool[0]["product_id"]]
    if len(mine) != 1 or mine[0]["item_id"] == pool[0]["item_id"]:
        return None
    if not fits(pool[0], mine[0], limit or ()) or less_for_more(pool[0], mine[0]):
        return None
    return pool[0], mine[0]


TRADE_DELIVERED = TradeOne(
    "trade a delivered item",
    "exchange_delivered_order_items",
    "delivered",
    "only delivered orders can be exchanged",
    "exchange",
)
TRADE_PENDING = TradeOne(
    "trade a pending item",
    "modify_pending_order_items",
    "pending",
    "only items of pending orders can be modified",
    "change",
)
