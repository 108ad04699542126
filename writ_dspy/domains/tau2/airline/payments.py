"""Payment methods and paid bags: how a goal finds them in the profile, and how the user speaks of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from writ_dspy.domains.domain import Other
from writ_dspy.domains.observed import Row, Seen
from writ_dspy.domains.tau2.airline.chains import Memory, Profile
from writ_dspy.domains.tau2.airline.rules import FREE, INSURANCE
from writ_dspy.domains.tau2.airline.wording import KINDS, low, spin
from writ_dspy.task import (
    Best,
    Call,
    Check,
    Computed,
    Fact,
    Lookup,
    Only,
    Picked,
    Requirement,
    Said,
    Slot,
    Term,
    Where,
)

FREE_TABLE = tuple((key, bags) for key, bags in FREE.items())
FREE_RULE = "free checked bags by membership and cabin"
IN_PROFILE = "payment methods must already be in your profile"


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment method as a goal finds it and as its owner speaks of it."""

    row: Row
    term: Term
    query: Only | Best
    slot: Slot
    facts: tuple[Fact, ...]
    requires: tuple[Requirement, ...]


def pay(profile: Profile, memory: Memory, rng: random.Random, least: float, kinds: tuple[str, ...]) -> Payment | None:
    """A payment method of these kinds that covers an amount; said by id, half-remembered, or described."""
    fitting = [row for row in profile.methods if row["source"] in kinds and row.get("amount", least) >= least]
    rng.shuffle(fitting)
    return next((found for row in fitting if (found := name_payment(profile, memory, rng, row))), None)


def twin_payment(
    profile: Profile,
    memory: Memory,
    worth: int,
    *,
    legal: bool,
    kinds: tuple[str, ...] = ("gift_card", "certificate"),
) -> Payment | None:
    """The user's only credit card, or in the twin their only gift card (or certificate), worth too little.

    The two are named alike, so that they differ in one said value.
    """
    way: Memory = "knows ids" if memory == "knows ids" else "knows none"
    held = [row["source"] for row in profile.methods]
    apart = [row for row in profile.methods if way == "knows ids" or held.count(row["source"]) == 1]
    poor = [row for row in apart if row["source"] in kinds and row["amount"] < worth]
    cards = [row for row in apart if row["source"] == "credit_card"]
    if not poor or not cards:
        return None
    return name_payment(profile, way, random.Random(worth), cards[0] if legal else poor[0])


@dataclass(frozen=True, slots=True)
class Settling:
    """How a change is paid, and how else if that falls short."""

    first: Payment
    second: Payment | None = None

    def slots(self, rng: random.Random) -> tuple[Slot, ...]:
        """How the user says it."""
        if self.second is None:
            return (self.first.slot,)
        text = spin(
            rng,
            "[If that doesn't cover it|If there isn't enough on it|In case the balance is too low|Should "
            "that not be enough], [then |][here's what you can do|there is another way|do this]: ",
        )
        return (
            self.first.slot,
            Slot("fallback", f"{text} {low(self.second.slot.text)}", self.second.slot.marks),
        )

    def facts(self) -> tuple[Fact, ...]:
        """What the user knows about it."""
        more = self.second.facts if self.second else ()
        return (*self.first.facts, *(Fact("second_payment", fact.value, fact.text) for fact in more))


def settling(profile: Profile, memory: Memory, rng: random.Random, worth: int, mode: str) -> Settling | None:
    """A payment for a change, by one card; `mode` tells whether it is to fall short.

    Args:
        profile: The user's. memory: How the user names it. rng: Draws method and words. worth: Dollars to be
        paid; zero or less when there is a refund. mode: "" for one that covers it, "short" or "legal short"
        for the two twins, "fallback" for a first that falls
            short and a second that does not.
    """
    if mode == "":
        found = pay(profile, memory, rng, max(0, worth), ("credit_card", "gift_card"))
        return None if found is None else Settling(found)
    first = twin_payment(profile, memory, worth, legal=mode == "legal short", kinds=("gift_card",))
    if first is None or mode != "fallback":
        return None if first is None else Settling(first)
    second = twin_payment(profile, memory, worth, legal=True, kinds=("gift_card",))
    return None if second is None else Settling(first, second)


def name_payment(profile: Profile, memory: Memory, rng: random.Random, row: Row) -> Payment | None:
    """One given method, named in the way that this user's memory allows."""
    kind = str(row["source"])
    named = _described(profile, memory, row, kind)
    if named is None:
        return None
    query, words, mark, requires = named
    text = spin(
        rng,
        "[Please use|I'd like to use|Put it on|It should go on|I'll settle it with|Charge it to|Please "
        "take|You can use|"
        "Let's use|I'd rather use] " + words + "[||||, thanks].",
    )
    term: Term = Said(row["id"]) if mark == row["id"] else Picked(query, "id")
    return Payment(row, term, query, Slot("payment", text, (mark.lower(),)), (Fact("payment", mark, text),), requires)


def _described(
    profile: Profile, memory: Memory, row: Row, kind: str
) -> tuple[Only | Best, str, str, tuple[Check, ...]] | None:
    """Query, words, the word that shows it was said, and what must hold first."""
    same = [other for other in profile.methods if other["source"] == kind]
    short = KINDS[kind].removeprefix("travel ")
    alone = len(same) == 1 or (kind == "credit_card" and sum(m.get("last_four") == row["last_four"] for m in same) == 1)
    if memory == "knows ids" and not alone:  # nobody tells a long id of what is known by less
        known = Check(Said(row["id"]), "in", Picked(profile.every_method(), "id"), IN_PROFILE)
        return (
            profile.method(Where("id", "is", Said(row["id"]))),
            f"[my|the] {short} [with the id|with the number|number] {row['id']}",
            row["id"],
            (known,),
        )
    if kind == "credit_card" and (memory != "knows none" or len(same) > 1):
        if memory == "knows none" and sum(other["brand"] == row["brand"] for other in same) == 1:
            brand = (Where("source", "is", Said(kind)), Where("brand", "is", Said(row["brand"])))
            return (
                profile.method(*brand),
                f"my {str(row['brand']).capitalize()} credit card",
                row["brand"],
                (),
            )
        if sum(other["last_four"] == row["last_four"] for other in same) > 1:
            return None
        words = f"[my|the] [card|credit card] [ending in|that ends in|with the last digits] {row['last_four']}"
        return profile.method(Where("last_four", "is", Said(row["last_four"]))), words, row["last_four"], ()
    if len(same) > 1:
        amounts = sorted((other["amount"] for other in same), reverse=True)
        if row["amount"] != amounts[0] or amounts[0] == amounts[1]:
            return None
        words = (
            f"the {short} [with the most money on it|with the largest balance|that is worth the most|"
            "with the highest balance]"
        )
        return profile.most_money(kind), words, short.split()[0], ()
    return (
        profile.method(Where("source", "is", Said(kind))),
        f"[my {short}|the {short} on file|the {short} in my profile]",
        short,
        (),
    )


def covers(payment: Payment, amount: Term) -> tuple[Check, ...]:
    """The balance suffices; a credit card has none to look at."""
    if "amount" not in payment.row:
        return ()
    return (
        Check(
            amount,
            "<=",
            Picked(payment.query, "amount"),
            "the balance of that payment method does not cover the amount",
        ),
    )


def paid_bags(profile: Profile, cabin: Term, passengers: Term, total: Term) -> Term:
    """Bags beyond the free allowance, which depends on membership, cabin and head count."""
    free = Lookup(FREE_TABLE, (Picked(profile.profile, "membership"), cabin), FREE_RULE)
    return Computed("at_least_zero", (Computed("difference", (total, Computed("product", (free, passengers)))),))


def other_payments(call: Call, seen: Seen) -> Iterator[Other]:
    """The same write on another credit card of the profile, which never falls short and takes any charge; a booking without insurance."""
    args = call.args
    methods = args.get("payment_methods", [{"payment_id": args.get("payment_id")}])
    if args.get("insurance") == "yes" and len(methods) == 1:
        less = methods[0]["amount"] - INSURANCE * len(args["passengers"])
        without = args | {"insurance": "no", "payment_methods": [methods[0] | {"amount": less}]}
        text = "[I'd say|Let's say|Make it] no travel insurance."
        yield Other("insurance", Call.of(call.tool, without), text, "no travel insurance")
    if len(methods) != 1 or methods[0]["payment_id"] is None:
        return
    used = str(methods[0]["payment_id"])
    for row in seen.rows("payment_methods"):
        if row["source"] == "credit_card" and row["id"] != used:
            words = f"{str(row['brand']).capitalize()} ending in {row['last_four']}"
            text = f"[Please use|I'd like to use|Put it on|Please charge|Let's take] my {words}."
            yield Other(
                "payment", Call(call.tool, call.text.replace(used, str(row["id"]))), text, str(row["last_four"])
            )
