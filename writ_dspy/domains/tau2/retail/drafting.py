"""From decisions and sentences to a draft; and which payment method a customer names."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

from writ_dspy.codec import parts
from writ_dspy.domains.domain import Dial, Draft, Recipe
from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.retail import sentences
from writ_dspy.domains.tau2.retail.customer import FIND, PROFILE, Customer, said
from writ_dspy.domains.tau2.retail.pointers import Pointer
from writ_dspy.domains.tau2.retail.wording import source, spin
from writ_dspy.task import Check, Decision, Fact, Only, Picked, Policy, ReadCall, Request, Said, Slot, Tell, Term

T = TypeVar("T")
W = TypeVar("W", Decision, Tell)
NOT_YOURS = "that order belongs to another customer's account"
Maker: TypeAlias = Callable[[Customer, Dial, random.Random], Draft | None]


@dataclass(frozen=True, slots=True)
class Payer:
    """One payment method, as the customer names it."""

    row: Row
    query: Only | None
    """Finds it in the profile; None when it is read off the order."""
    id: Term
    reads: frozenset[str]
    words: str
    facts: tuple[Fact, ...]
    marks: tuple[str, ...]

    @property
    def gift(self) -> bool:
        """It is a gift card, whose balance is limited."""
        return bool(self.row["source"] == "gift_card")

    def slot(self, rng: random.Random) -> Slot:
        """The sentence that discloses it."""
        patterns = sentences.PAY_BY if self.query else sentences.PAY_AS_BEFORE
        text = spin(rng, *patterns, it=self.words)
        return Slot("payment", text, tuple(mark for mark in self.marks if mark in text.lower()))

    def covers(self, amount: Term, rule: str) -> tuple[Check, ...]:
        """The balance of a gift card suffices."""
        return (Check(Picked(self.query, "balance"), ">=", amount, rule),) if self.gift and self.query else ()


def original(customer: Customer, pointer: Pointer) -> Payer:
    """What the order was paid with."""
    method = next(row for row in customer.methods if row["id"] == pointer.row["payment_method_id"])
    return Payer(method, None, Picked(pointer.query, "payment_method_id"), frozenset(), "", (), ("original",))


def named(customer: Customer, rng: random.Random) -> list[Payer]:
    """Each method of the profile that one word tells from the others, in random order."""
    found = []
    for method in customer.methods:
        same = [other for other in customer.methods if other["source"] == method["source"]]
        if len(same) == 1:
            where, words = said("source", method["source"]), source(method["source"])
            fact = Fact("payment_source", method["source"], f"I have a {words} on file.")
        elif method["source"] == "credit_card":
            last = str(method["last_four"])
            where, words = said("last_four", last), f"card ending in {last}"
            fact = Fact("card_ending", last, f"One of my cards ends in {last}.")
        else:
            continue
        query = Only((customer.details("payment_methods"),), (where,))
        marks = (words.split()[0].lower(),) if len(same) == 1 else (str(method["last_four"]),)
        reads = frozenset({FIND, PROFILE})
        found.append(Payer(method, query, Picked(query, "id"), reads, words, (fact,), marks))
    rng.shuffle(found)
    return found


def status_is(pointer: Pointer, status: str, rule: str) -> Check:
    """The order has the status that the policy asks for."""
    return Check(Picked(pointer.query, "status"), "is", Policy(status, rule), rule)


def build(
    customer: Customer,
    recipe: Recipe,
    dial: Dial,
    decisions: Sequence[Decision],
    requests: Sequence[Request],
    facts: Iterable[Fact],
    touches: Iterable[str],
    tells: Sequence[Tell] = (),
) -> Draft:
    """The draft; facts that are stated twice count once, and a second one of the same kind gets a number."""
    known: dict[str, Fact] = {fact.key: fact for fact in customer.facts}
    for fact in facts:
        key, number = fact.key, 1
        while key in known and known[key].value != fact.value:
            number += 1
            key = f"{fact.key}_{number}"
        known.setdefault(key, replace(fact, key=key))
    return Draft(
        user_id=customer.user_id,
        recipe=recipe.name,
        decisions=tuple(_owned(customer, decision) for decision in decisions),
        requests=tuple(requests),
        facts=tuple(known.values()),
        identity=customer.identity,
        tells=tuple(_owned(customer, tell) for tell in tells),
        memory=dial.memory,
        touches=frozenset(touches),
    )


def _owned(customer: Customer, wish: W) -> W:
    """The decision or tell with the check that an order whose number is said belongs to the customer."""
    if isinstance(wish, Decision) and wish.otherwise is not None:  # type: ignore[redundant-expr]  # checked once per type
        alone = _owned(customer, replace(wish, otherwise=None))
        return replace(alone, otherwise=_owned(customer, wish.otherwise))
    numbers: dict[Term, Only] = {}
    for part in parts(wish):
        match part:
            case Only((ReadCall("get_order_details", (("order_id", Said() as number),), "order"),), ()):
                numbers[number] = part
            case ReadCall("get_order_details", (("order_id", Said() as number),), _):
                numbers.setdefault(number, Only((ReadCall("get_order_details", (("order_id", number),), "order"),)))
    checks: list[Check] = [
        Check(customer.user, "is", Picked(query, "user_id"), NOT_YOURS) for query in numbers.values()
    ]
    return replace(wish, requires=(*checks, *wish.requires))


def shuffled(rng: random.Random, things: Iterable[T]) -> list[T]:
    """The things in random order."""
    deck = list(things)
    rng.shuffle(deck)
    return deck


def touched(customer: Customer, order_id: str, *payers: Row) -> set[str]:
    """The order, and the profile when a gift card of it gains or loses."""
    records = {f"orders/{order_id}"}
    if any(row["source"] == "gift_card" for row in payers):
        records.add(f"users/{customer.user_id}")
    return records


def first_of(makers: Iterable[Maker], customer: Customer, dial: Dial, rng: random.Random) -> Draft | None:
    """What one of the makers comes up with, tried in random order."""
    for maker in shuffled(rng, makers):
        draft = maker(customer, dial, rng)
        if draft is not None:
            return draft
    return None


def mistyped(customer: Customer, order_id: str, rng: random.Random) -> str | None:
    """The number with two neighboring digits swapped, if no order has it."""
    places = [place for place in range(2, len(order_id) - 1) if order_id[place] != order_id[place + 1]]
    for place in shuffled(rng, places):
        wrong = order_id[:place] + order_id[place + 1] + order_id[place] + order_id[place + 2 :]
        if wrong not in customer.domain.tables["orders"]:
            return wrong
    return None
