"""A wish that fits two records: nobody guesses, the agent asks which one, and the user has the fact that decides."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache

import pytest

from tests.simulate.playing import Played, play
from writ_dspy.codec import identify
from writ_dspy.domains import Dial, load
from writ_dspy.errors import DomainError
from writ_dspy.evidence.found import Unresolved
from writ_dspy.propose.accept import settle_draft
from writ_dspy.task import Call
from writ_dspy.verify import verify

RETAIL = load("tau2:retail")
NAMES = [recipe.name for recipe in RETAIL.pack.rare]


@cache
def played(name: str) -> Played:
    """The first task of a recipe, played by a user without a behavior, who holds back what decides."""
    recipe, rng = next(recipe for recipe in RETAIL.pack.rare if recipe.name == name), random.Random(name)
    users = list(RETAIL.pack.users(RETAIL))
    for user in rng.sample(users, len(users)):
        draft = recipe.draft(RETAIL, user, Dial(3, "knows none"), rng)
        try:
            if draft:
                return play(identify(settle_draft(draft, "normal", RETAIL)))
        except (Unresolved, DomainError):
            continue
    raise AssertionError(f"no user has two orders alike for {name}")


@pytest.mark.parametrize("name", NAMES)
def test_the_agent_asks_which_one_once_it_has_seen_both(name: str) -> None:
    """The question names both records; the answer is the fact that the user kept back; nothing is found."""
    item = played(name)
    asked = next(index for index, turn in enumerate(item.talk.turns) if turn.intent and "0:which" in turn.intent.about)
    question, answer = item.talk.turns[asked], item.talk.turns[asked + 1]
    orders = {word.strip(",.") for word in question.text.split() if word.startswith("#W")}

    assert question.role == "agent"
    assert len(orders) >= 2
    assert item.task.gold[0].args["order_id"] in orders
    assert answer.intent is not None
    assert answer.intent.about == ("0:which",)
    assert not verify(item.task, item.talk, item.domain).findings


@pytest.mark.parametrize("name", NAMES)
def test_who_takes_the_other_one_is_rejected(name: str) -> None:
    """The same write to the other order is not what was wanted."""
    item = played(name)
    right = item.task.gold[0]
    asked = next(turn.text for turn in item.talk.turns if turn.intent and "0:which" in turn.intent.about)
    other = next(
        word.strip(",.")
        for word in asked.split()
        if word.startswith("#W") and word.strip(",.") != right.args["order_id"]
    )
    wrong = Call.of(right.tool, {**right.args, "order_id": other})
    turns = tuple(replace(turn, calls=(wrong,)) if turn.calls == (right,) else turn for turn in item.talk.turns)
    found = {finding.check for finding in verify(item.task, replace(item.talk, turns=turns), item.domain).findings}

    assert {"end_state", "no_unwanted_write"} & found


@pytest.mark.parametrize("name", NAMES)
def test_who_does_not_hear_which_one_has_decided_without_it(name: str) -> None:
    """Without the question and its answer, the write rests on what was never said."""
    item = played(name)
    asked = next(index for index, turn in enumerate(item.talk.turns) if turn.intent and "0:which" in turn.intent.about)
    turns = (*item.talk.turns[:asked], *item.talk.turns[asked + 2 :])
    found = {finding.check for finding in verify(item.task, replace(item.talk, turns=turns), item.domain).findings}

    assert "said_before_used" in found
