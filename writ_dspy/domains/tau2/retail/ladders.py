"""Orders of preference: one version, else another, and if that fails, too, a third one or something else altogether."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.retail import item_sentences
from writ_dspy.domains.tau2.retail.cancel import DELIVERED_ONLY
from writ_dspy.domains.tau2.retail.cancel import PENDING_ONLY as CANCEL_PENDING_ONLY
from writ_dspy.domains.tau2.retail.customer import Customer, meet
from writ_dspy.domains.tau2.retail.drafting import Payer, build, named, original, shuffled, status_is, touched
from writ_dspy.domains.tau2.retail.exchange import CHANGE_ITEM, EXCHANGE_ITEMS, ExchangeItems, Plan
from writ_dspy.domains.tau2.retail.pointers import Pointer, point
from writ_dspy.domains.tau2.retail.stock import Wish, changed, distinct, extreme, item_in
from writ_dspy.domains.tau2.retail.wording import dollars, noun, spin
from writ_dspy.task import Decision, Fact, Listed, Picked, Request, Said, Slot


@dataclass(frozen=True, slots=True)
class Rung:
    """One alternative: what is to be done, how that is said, what the customer knows of it."""

    decision: Decision
    words: str
    facts: tuple[Fact, ...]
    marks: tuple[str, ...]
    item: str = ""
    """Id of the version that it comes to; nothing for another deed."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """Three alternatives for one item, of which the last comes true: the versions before are sold out, or cost too much.

    Burden: the order, its product, and the profile where it names the payer: 3 to 4 (knows ids), 4 to 5 (half-remembers), 4 to 7
    (knows none). The customer names the fallback. No refusal.
    """

    name: str
    base: ExchangeItems

    @property
    def tool(self) -> str:
        """The write that is wanted first."""
        return self.base.tool

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this customer cannot ask like that (the `Recipe` protocol)."""
        customer = meet(domain, user_id, rng)
        orders = [] if dial.refuse else [order for order in customer.orders if order["status"] == self.base.status]
        for order in shuffled(rng, orders):
            for pointer in (p for p in point(customer, order, dial.memory, rng) if len(p.reads) < dial.burden):
                for item in shuffled(rng, distinct(customer.items(order["order_id"]))):
                    for payer in shuffled(rng, [original(customer, pointer), *named(customer, rng)]):
                        if len(pointer.reads | payer.reads | {str(item["product_id"])}) == dial.burden:
                            draft = self._climb(customer, dial, rng, pointer, item, payer)
                            if draft is not None:
                                return draft
        return None

    def _climb(
        self, customer: Customer, dial: Dial, rng: random.Random, pointer: Pointer, item: Row, payer: Payer
    ) -> Draft | None:
        """One that is sold out, another that is or costs too much, and what is left."""
        old = item_in(pointer, item)
        gone = shuffled(rng, changed(customer, item, old, available=False))
        there = [*changed(customer, item, old, available=True), *extreme(customer, item, old, rng, most=False)]
        there = shuffled(rng, there)
        if not gone or not there:
            return None
        plan = Plan(pointer, (gone[0],), payer)
        seconds = [*self._sold_out(plan, gone[1:]), *self._too_dear(plan, there)]
        second = next(iter(shuffled(rng, seconds)), None)
        thirds = [*self._had(plan, there, second), *self._given_up(plan, item, rng)]
        if not plan.payable or second is None or not thirds:
            return None
        return self._compose(customer, dial, rng, plan, (second, rng.choice(thirds)))

    def _wish(self, plan: Plan, wish: Wish, words: str) -> Rung:
        with_it = replace(plan, wishes=(wish,))
        decision = with_it.decision(self.base.tool, self.base.status, self.base.rule)
        return Rung(decision, words, wish.facts, wish.marks, str(wish.row["item_id"]))

    def _sold_out(self, plan: Plan, gone: Sequence[Wish]) -> Iterator[Rung]:
        """Another version that is sold out, too."""
        for wish in gone[:2]:
            yield self._wish(plan, wish, f"I'd take {wish.words}")

    def _too_dear(self, plan: Plan, there: Sequence[Wish]) -> Iterator[Rung]:
        """A version in stock that costs more on top than the customer would pay for it."""
        for wish in there:
            limit = int(wish.difference // 10) * 10
            if limit >= 10 and wish.difference > limit:
                rung = self._wish(replace(plan, budget=limit), wish, "")
                shown = dollars(limit).removesuffix(".00")
                words = f"I'd take {wish.words}, but only if the price difference is {shown} at most"
                fact = Fact("budget", limit, f"I pay {shown} more at most.")
                yield replace(rung, words=words, facts=(*wish.facts, fact), marks=(*wish.marks, shown))

    def _had(self, plan: Plan, there: Sequence[Wish], second: Rung | None) -> Iterator[Rung]:
        """A version that can be had."""
        for wish in there:
            another = second is None or second.item != wish.row["item_id"]
            if another and replace(plan, wishes=(wish,)).payable:
                yield self._wish(plan, wish, f"give me {wish.words}")

    def _given_up(self, plan: Plan, item: Row, rng: random.Random) -> Iterator[Rung]:
        """No other version: the order is cancelled, or the item goes back."""
        pointer, order = plan.pointer, ("order_id", plan.pointer.order_id)
        if self.base.status == "pending":
            check = status_is(pointer, "pending", CANCEL_PENDING_ONLY)
            decision = Decision("cancel_pending_order", (order, ("reason", Said("no longer needed"))), (check,))
            words = spin(rng, "[cancel|just cancel] the [whole|entire] order, I no longer need it [then|in that case]")
            words = f"{words[0].lower()}{words[1:]}"  # it goes on a sentence
            fact = Fact("reason", "no longer needed", "Then it's no longer needed.")
            yield Rung(decision, words, (fact,), ("no longer need",))
        else:
            back = Listed((Picked(item_in(pointer, item), "item_id"),))
            paid = ("payment_method_id", Picked(pointer.query, "payment_method_id"))
            check = status_is(pointer, "delivered", DELIVERED_ONLY)
            decision = Decision("return_delivered_order_items", (order, ("item_ids", back), paid), (check,))
            words = spin(rng, "I'd [rather |]return it, refunded to the original payment method")
            yield Rung(decision, words, (), ("return", "original"))

    def _compose(
        self, customer: Customer, dial: Dial, rng: random.Random, plan: Plan, rest: tuple[Rung, Rung]
    ) -> Draft:
        second, third = rest
        decision = replace(
            plan.decision(self.base.tool, self.base.status, self.base.rule),
            otherwise=replace(second.decision, otherwise=third.decision),
        )
        text = spin(rng, *item_sentences.OR_ELSE, second=second.words, third=third.words)
        slots = (*plan.slots(rng), Slot("fallback", text, (*second.marks, *third.marks)))
        thing = noun(str(plan.wishes[0].item["product_name"]))
        request = Request(
            0, (), f"the {thing} {self.base.topic}", self.base.topic, spin(rng, *self.base.openings), slots
        )
        paid = next(row for row in customer.methods if row["id"] == plan.pointer.row["payment_method_id"])
        touches = touched(customer, plan.pointer.row["order_id"], plan.payer.row, paid)
        facts = (*plan.facts, *second.facts, *third.facts)
        return build(customer, self, dial, [decision], [request], facts, touches)


LADDERS = (Ladder("change by preference", CHANGE_ITEM), Ladder("exchange by preference", EXCHANGE_ITEMS))
