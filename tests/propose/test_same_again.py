"""A change or an exchange brings another version, as policy has it; only what arrived broken is exchanged for itself, as official tasks do."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from writ_dspy.domains import Dial, Domain, Recipe, load
from writ_dspy.domains.tau2.retail import SAME_AGAIN
from writ_dspy.errors import DomainError
from writ_dspy.evidence.found import Unresolved
from writ_dspy.propose.accept import settle_draft
from writ_dspy.propose.proposer import MEMORIES
from writ_dspy.task import Call

SWAPS = ("exchange_delivered_order_items", "modify_pending_order_items")
EACH = 40
"""Swaps of one recipe that are looked at, as far as it makes so many."""
USERS = 240


def swaps(recipe: Recipe, domain: Domain) -> Iterator[Call]:
    """The right swaps of a recipe's drafts for some customers."""
    rng = random.Random(recipe.name)
    users = list(domain.pack.users(domain))
    for user in rng.sample(users, USERS):
        dial = Dial(rng.choice((2, 3, 4, 5)), rng.choice(MEMORIES), fallback=rng.random() < 0.3)
        draft = recipe.draft(domain, user, dial, rng)
        try:
            task = settle_draft(draft, "normal", domain) if draft else None
        except (Unresolved, DomainError):
            continue
        yield from (call for call in (task.gold if task else ()) if call.tool in SWAPS)


def same(call: Call) -> bool:
    """Whether an item comes in its own place."""
    return any(old == new for old, new in zip(call.args["item_ids"], call.args["new_item_ids"], strict=True))


def test_nothing_is_changed_into_itself() -> None:
    """A pending order is not changed so at all, whichever recipe asks for it."""
    domain, found, itself = load("tau2:retail"), Counter[str](), Counter[tuple[str, str]]()
    for recipe in domain.pack.recipes:
        for call in islice(swaps(recipe, domain), EACH):
            found[call.tool] += 1
            itself[recipe.name, call.tool] += same(call)
    assert sum(found.values()) > 200, found
    assert min(found.values()) > 50
    assert {key for key, number in itself.items() if number} == {(SAME_AGAIN.name, "exchange_delivered_order_items")}
