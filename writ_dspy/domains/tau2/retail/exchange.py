"""Requests to change an item of a pending order, or to exchange items of a delivered one."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.retail import item_sentences
from writ_dspy.domains.tau2.retail.cancel import PENDING_ONLY as CANCEL_PENDING_ONLY
from writ_dspy.domains.tau2.retail.customer import Customer, meet
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
from writ_dspy.domains.tau2.retail.pointers import Pointer, point
from writ_dspy.domains.tau2.retail.stock import (
    Wish,
    alike,
    changed,
    changes,
    distinct,
    extreme,
    extremes,
    item_in,
    second,
)
from writ_dspy.domains.tau2.retail.wording import dollars, listing, noun, spin
from writ_dspy.task import Check, Computed, Decision, Fact, Listed, Picked, Request, Said, Slot, Tell

SECOND = 0.3
"""How often the cheapest but one may be what is wanted."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One order, the versions wanted, and who pays."""

    pointer: Pointer
    wishes: tuple[Wish, ...]
    payer: Payer
    budget: int | None = None
    """The most that the customer pays on top."""

    @property
    def reads(self) -> int:
        """Size of the evidence."""
        return len(self.pointer.reads.union(self.payer.reads, *(wish.reads for wish in self.wishes)))

    @property
    def difference(self) -> float:
        """New prices less old ones."""
        return sum(wish.difference for wish in self.wishes)

    @property
    def extra(self) -> Computed:
        """The price difference, as a term."""
        new = Computed("sum", tuple(Picked(wish.new, "price") for wish in self.wishes))
        old = Computed("sum", tuple(Picked(wish.old, "price") for wish in self.wishes))
        return Computed("difference", (new, old))

    @property
    def payable(self) -> bool:
        """A gift card must cover the difference, so it is never used without its balance being read."""
        if not self.payer.gift:
            return True
        return self.payer.query is not None and bool(self.payer.row["balance"] >= self.difference)

    def decision(self, tool: str, status: str, rule: str) -> Decision:
        """The write, with all that must hold for it."""
        extra = self.extra
        checks = [status_is(self.pointer, status, rule)]
        checks += [wish.in_stock for wish in self.wishes]
        checks += self.payer.covers(extra, "the gift card does not cover the price difference")
        if self.budget is not None:
            checks.append(
                Check(extra, "<=", Said(self.budget), f"the price difference is more than ${self.budget}", own=True)
            )
        args = (
            ("order_id", self.pointer.order_id),
            ("item_ids", Listed(tuple(Picked(wish.old, "item_id") for wish in self.wishes))),
            ("new_item_ids", Listed(tuple(Picked(wish.new, "item_id") for wish in self.wishes))),
            ("payment_method_id", self.payer.id),
        )
        return Decision(tool, args, tuple(checks))

    def slots(self, rng: random.Random) -> list[Slot]:
        """What the customer says, one detail each."""
        names = [noun(str(wish.item["product_name"])) for wish in self.wishes]
        marks = tuple(word for name in names for word in name.lower().split())
        words = [wish.words for wish in self.wishes]
        if len(words) > 1:
            link = rng.choice(
                (
                    "for the {} {}",
                    "the {} for {}",
                    "for the {} I'd like {}",
                    "as for the {}, {}",
                    "the {}: {}",
                )
            )
            words = [
                f"{link.format(name, wish.words)}{wish.why}" for name, wish in zip(names, self.wishes, strict=True)
            ]
        slots = [
            self.pointer.slot(rng),
            Slot(
                "items",
                spin(rng, *item_sentences.ITEMS, it=listing([names[0], *(f"the {name}" for name in names[1:])])),
                marks,
            ),
            version_slot(
                rng,
                "version",
                item_sentences.VERSION if len(words) == 1 else item_sentences.VERSIONS,
                words,
                self.wishes,
            ),
            self.payer.slot(rng),
        ]
        if self.budget is not None:
            shown = dollars(self.budget).removesuffix(".00")
            slots.append(Slot("budget", spin(rng, *item_sentences.BUDGET, it=shown), (shown,)))
        return slots

    @property
    def facts(self) -> list[Fact]:
        """What the customer knows."""
        facts = [*self.pointer.facts, *self.payer.facts]
        for wish in self.wishes:
            name = str(wish.item["product_name"])
            facts += [Fact("item_product", name, f"The item is my {noun(name)}."), *wish.facts]
        if self.budget is not None:
            facts.append(Fact("budget", self.budget, f"I pay ${self.budget} more at most."))
        return facts


def version_slot(
    rng: random.Random, key: str, patterns: Sequence[str], words: Sequence[str], wishes: Sequence[Wish]
) -> Slot:
    """How the versions are asked for."""
    marks = tuple(dict.fromkeys(mark for wish in wishes for mark in wish.marks))
    joined = "; ".join(words[:-1]) + "; and " + words[-1] if len(words) > 1 else words[0]
    return Slot(key, spin(rng, *patterns, it=joined, why=wishes[0].why if len(words) == 1 else ""), marks)


Second: TypeAlias = tuple[Decision, Slot, Wish | None]
"""What is wanted when the first version cannot be had, how it is said, and the version if it is one."""


@dataclass(slots=True)
class ExchangeItems:
    """Exchanges one to five items of a delivered order, or changes one of a pending order.

    The customer describes the versions: other options, the cheapest or dearest in stock, or alike to
    something in another order. Burden (1 user in 30 or more): 3 to 8 (knows ids), 4 to 8 (half-remembers), 4
    to 10 (knows none; a few users to 14); a single change 3 to 4, 4 to 5 and 4 to 7. The fallback is another
    version, or (pending) to cancel. Refused: a version that is out of stock, a price difference over the
    limit (both with a twin where it reads the same), an order of another status.
    """

    name: str
    tool: str
    status: str
    rule: str
    openings: tuple[str, ...]
    topic: str
    most: int
    """Items at once."""

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this customer cannot ask like that (the `Recipe` protocol)."""
        customer = meet(domain, user_id, rng)
        if dial.refuse:
            return first_of((self._out_of_stock, self._too_dear, self._wrong_status), customer, dial, rng)
        if dial.fallback:
            return self._with_fallback(customer, dial, rng)
        plan = next(self.plans(customer, dial, rng, (self.status,)), None)
        if plan is None:
            return None
        if plan.difference > 5 and rng.random() < 0.15:
            plan = replace(plan, budget=int(plan.difference // 10 + 1) * 10)
        return self._compose(customer, dial, rng, plan)

    def plans(self, customer: Customer, dial: Dial, rng: random.Random, statuses: Sequence[str]) -> Iterator[Plan]:
        """Ways to ask for other versions of things in an order of such a status that take so many reads."""
        for order in shuffled(rng, (order for order in customer.orders if order["status"] in statuses)):
            items = distinct(customer.items(order["order_id"]))
            for pointer in point(customer, order, dial.memory, rng):
                for payer in shuffled(rng, [original(customer, pointer), *named(customer, rng)]):
                    spare = dial.burden - len(pointer.reads | payer.reads)
                    for count in {spare, spare - 1}:
                        if 1 <= count <= min(self.most, len(items)):
                            wishes = _wishes(customer, pointer, rng.sample(items, count), rng)
                            plan = Plan(pointer, wishes, payer)
                            if len(wishes) == count and plan.reads == dial.burden and plan.payable:
                                yield plan

    def _compose(
        self, customer: Customer, dial: Dial, rng: random.Random, plan: Plan, second: Second | None = None
    ) -> Draft:
        decision, slots, facts = plan.decision(self.tool, self.status, self.rule), plan.slots(rng), plan.facts
        tells: tuple[Tell, ...] = ()
        if second:
            decision = replace(decision, otherwise=second[0])
            slots.append(second[1])
            facts += (
                list(second[2].facts)
                if second[2]
                else [Fact("reason", "no longer needed", "Then it's no longer needed.")]
            )
        elif not dial.refuse and (asked := _asked(plan, self.status, rng)):
            tells, slots = (asked[0],), [*slots, asked[1]]
        thing = noun(str(plan.wishes[0].item["product_name"])) if len(plan.wishes) == 1 else "items"
        request = Request(
            0,
            tuple(range(len(tells))),
            f"the {thing} {self.topic}" if thing != "items" else f"the {self.topic} of items",
            self.topic,
            spin(rng, *self.openings),
            tuple(slots),
        )
        paid = next(row for row in customer.methods if row["id"] == plan.pointer.row["payment_method_id"])
        touches = touched(customer, plan.pointer.row["order_id"], plan.payer.row, paid)
        return build(customer, self, dial, [decision], [request], facts, touches, tells)

    def _with_fallback(self, customer: Customer, dial: Dial, rng: random.Random) -> Draft | None:
        """The version wanted is out of stock; the second choice is another, or to cancel the order."""
        for plan in self._single(customer, dial, rng):
            wish = plan.wishes[0]
            if self.status == "pending" and rng.random() < 0.4:
                if len(plan.pointer.reads | wish.reads) == dial.burden:
                    return self._compose(customer, dial, rng, plan, _cancelling(plan, rng))
                continue
            others = [
                *changed(customer, wish.item, wish.old, available=True),
                *extreme(customer, wish.item, wish.old, rng, most=False),
            ]
            for other in shuffled(rng, others) if plan.reads == dial.burden else ():
                backup = replace(plan, wishes=(other,))
                if backup.payable:
                    slot = version_slot(rng, "fallback", item_sentences.OR_VERSION, [other.words], [other])
                    second = (backup.decision(self.tool, self.status, self.rule), slot, other)
                    return self._compose(customer, dial, rng, plan, second)
        return None

    def _single(self, customer: Customer, dial: Dial, rng: random.Random) -> Iterator[Plan]:
        """Plans for one item whose version is out of stock."""
        for order in shuffled(rng, (order for order in customer.orders if order["status"] == self.status)):
            near = range(dial.burden - 2, dial.burden)  # one product, and perhaps the profile for the payer
            for pointer in (p for p in point(customer, order, dial.memory, rng) if len(p.reads) in near):
                for item in shuffled(rng, distinct(customer.items(order["order_id"]))):
                    sold_out = changed(customer, item, item_in(pointer, item), available=False)
                    for wish in shuffled(rng, sold_out)[:2]:
                        for payer in shuffled(rng, [original(customer, pointer), *named(customer, rng)]):
                            plan = Plan(pointer, (wish,), payer)
                            if plan.payable:
                                yield plan

    def _out_of_stock(self, customer: Customer, dial: Dial, rng: random.Random) -> Draft | None:
        """The twin asks for a version in stock that differs in one option."""
        for plan in self._single(customer, dial, rng):
            wish = plan.wishes[0]
            if len(plan.pointer.reads | wish.reads) != dial.burden:
                continue
            keys = [fact.key for fact in wish.facts]
            twins = (
                replace(plan, wishes=(other,))
                for other in changed(customer, wish.item, wish.old, available=True)
                if [fact.key for fact in other.facts] == keys
                and sum(one.value != two.value for one, two in zip(wish.facts, other.facts, strict=True)) == 1
            )
            seed, legal = rng.random(), next((t for t in twins if t.payable and t.reads == dial.burden), None)
            refused = self._compose(customer, dial, random.Random(seed), plan)
            twin = self._compose(customer, dial, random.Random(seed), legal) if legal else None
            return replace(refused, legal=twin)
        return None

    def _too_dear(self, customer: Customer, dial: Dial, rng: random.Random) -> Draft | None:
        """The price difference is over the customer's limit; the twin states a higher limit."""
        for plan in self.plans(customer, dial, rng, (self.status,)):
            limit = int(plan.difference // 10) * 10
            if limit >= 10 and limit < plan.difference and not plan.payer.reads - plan.pointer.reads:
                seed = rng.random()
                drafts = [
                    self._compose(customer, dial, random.Random(seed), replace(plan, budget=budget))
                    for budget in (limit, limit + 10)
                ]
                return replace(drafts[0], legal=drafts[1])
        return None

    def _wrong_status(self, customer: Customer, dial: Dial, rng: random.Random) -> Draft | None:
        """Policy forbids it, and has no other way: the order is on its way."""
        wide = replace(dial, burden=dial.burden + 1)
        for plan in self.plans(customer, wide, rng, ("processed",)):
            if len(plan.pointer.reads) == dial.burden:
                return self._compose(customer, dial, rng, plan)
        return None


def _asked(plan: Plan, status: str, rng: random.Random) -> tuple[Tell, Slot] | None:
    """What the customer wants to be told besides, in some cases: a price, what is left on the card, what all of it comes to."""
    charged = (
        status == "pending"
    )  # an exchange is only requested: nothing is on the card, or off it, before the goods are back
    if charged and plan.payer.gift and plan.payer.query and rng.random() < 0.5:
        left = Computed("difference", (Picked(plan.payer.query, "balance"), plan.extra))
        return Tell("balance", left, "money"), Slot("question", spin(rng, *item_sentences.LEFT_ON_CARD), ("left",))
    if len(plan.wishes) > 1 and abs(plan.difference) >= 1 and rng.random() < 0.4:
        if plan.difference > 0:
            return Tell("total", plan.extra, "money"), Slot(
                "question", spin(rng, *item_sentences.MORE_IN_ALL), ("more",)
            )
        new, old = plan.extra.args
        saved = Computed("difference", (old, new))
        return Tell("saving", saved, "money"), Slot("question", spin(rng, *item_sentences.SAVED_IN_ALL), ("save",))
    if len(plan.wishes) == 1 and rng.random() < 0.3:
        price = Tell("price", Picked(plan.wishes[0].new, "price"), "money")
        return price, Slot("question", spin(rng, *item_sentences.PRICE), ("price",))
    return None


def _cancelling(plan: Plan, rng: random.Random) -> Second:
    """Then the whole order is to be cancelled."""
    args = (("order_id", plan.pointer.order_id), ("reason", Said("no longer needed")))
    decision = Decision("cancel_pending_order", args, (status_is(plan.pointer, "pending", CANCEL_PENDING_ONLY),))
    return decision, Slot("fallback", spin(rng, *item_sentences.OR_CANCEL), ("order", "no longer need")), None


def _wishes(customer: Customer, pointer: Pointer, items: Sequence[Row], rng: random.Random) -> tuple[Wish, ...]:
    """One wish per item, as far as the stock allows."""
    wishes: list[Wish] = []
    treated = False  # what takes a reason is asked for once: a second one would be a list of excuses
    for item in items:
        old = item_in(pointer, item)
        kinds = [
            list(changes(customer, item, old, available=True)),
            list(extremes(customer, item, old, rng, most=False)),
            [] if treated else list(extremes(customer, item, old, rng, most=True)),
        ]
        if not treated and rng.random() < SECOND:
            kinds.append(list(second(customer, item, old, rng)))
        if len(items) == 1 and not pointer.by_number:
            kinds.append(list(alike(customer, pointer, item, old, rng)))
        filled = [kind for kind in kinds if kind]
        if filled:
            wishes.append(rng.choice(rng.choice(filled))())
            treated = treated or wishes[-1].why != ""
    return tuple(wishes)


CHANGE_ITEM = ExchangeItems(
    "change item",
    "modify_pending_order_items",
    "pending",
    "only items of pending orders can be modified",
    item_sentences.CHANGE_OPENINGS,
    "change",
    1,
)
EXCHANGE_ITEMS = ExchangeItems(
    "exchange items",
    "exchange_delivered_order_items",
    "delivered",
    "only delivered orders can be exchanged",
    item_sentences.EXCHANGE_OPENINGS,
    "exchange",
    5,
)
