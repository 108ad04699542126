"""What is told to be on a card by now is what a record shows: an exchange is only requested, and a change is paid at once."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache

import pytest

from tests.simulate.playing import Played, play
from writ_dspy.domains import Dial, load
from writ_dspy.errors import DomainError
from writ_dspy.evidence.found import Unresolved
from writ_dspy.propose.accept import settle_draft
from writ_dspy.simulate.behaviour import assign
from writ_dspy.verify import verify

DOMAIN = "tau2:retail"


@cache
def by_gift_card(recipe: str) -> tuple[Played, float, float]:
    """A talk about a write that costs something on a gift card: what was on it, and what it takes off."""
    domain, rng = load(DOMAIN), random.Random(recipe)
    one = next(one for one in domain.pack.recipes if one.name == recipe)
    for user in domain.pack.users(domain):
        draft = one.draft(domain, user, Dial(5, "knows none"), rng)
        if draft is None or draft.tells or not any(fact.value == "gift_card" for fact in draft.facts):
            continue
        try:
            (task,) = assign([settle_draft(draft, "normal", domain)], 5, 0)
        except (Unresolved, DomainError):
            continue
        played, (call,) = play(task), task.gold
        amount = domain.tables["users"][user]["payment_methods"][call.args["payment_method_id"]].get("balance")
        prices = {
            key: item["price"]
            for product in domain.tables["products"].values()
            for key, item in product["variants"].items()
        }
        items = {item["item_id"]: item["price"] for item in domain.tables["orders"][call.args["order_id"]]["items"]}
        more = sum(prices[new] for new in call.args["new_item_ids"]) - sum(items[old] for old in call.args["item_ids"])
        if amount and more and verify(task, played.talk, domain).accepted:
            return played, amount, round(more, 2)
    raise LookupError(recipe)


def told(recipe: str, sentence: str) -> set[str]:
    """What is found where the report of the write goes on so."""
    played, held, more = by_gift_card(recipe)
    turns = list(played.talk.turns)
    writes = [i for i, turn in enumerate(turns) if turn.calls and played.domain.kinds[turn.calls[0].tool] == "write"]
    at = next(i for i, turn in enumerate(turns) if i > writes[0] and turn.role == "agent" and turn.text)
    said = sentence.format(held=f"{held:,.2f}", left=f"{held - more:,.2f}")
    turns[at] = replace(turns[at], text=f"{said} {turns[at].text}")
    return {
        finding.check
        for finding in verify(played.task, replace(played.talk, turns=tuple(turns)), played.domain).findings
    }


RIGHT = (
    ("change item", "The balance of your gift card is now ${left}."),
    ("exchange items", "The balance of your gift card will be ${left} once the exchange is through."),
    ("exchange items", "The balance of your gift card is currently ${held}."),
)
WRONG = (
    ("exchange items", "The balance of your gift card is now ${left}."),
    ("exchange items", "Your gift card now has ${left} left on it."),
)


@pytest.mark.parametrize(("recipe", "sentence"), RIGHT)
def test_what_is_on_a_card_by_now_may_be_told(recipe: str, sentence: str) -> None:
    assert told(recipe, sentence) == set()


@pytest.mark.parametrize(("recipe", "sentence"), WRONG)
def test_what_a_mere_request_will_come_to_is_not_on_the_card_yet(recipe: str, sentence: str) -> None:
    assert told(recipe, sentence) == {"grounded"}
