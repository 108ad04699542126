"""The lawful other way: what policy denies as it is asked for, and meets in another way, is done that way."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from tests.simulate.playing import play
from writ_dspy.codec import identify
from writ_dspy.conversation import Turn
from writ_dspy.domains import Dial, Recipe, load
from writ_dspy.domains.spinning import every
from writ_dspy.domains.tau2.retail.otherways import OTHER_WAYS
from writ_dspy.errors import DomainError
from writ_dspy.evidence.found import Unresolved
from writ_dspy.evidence.resolve import settle
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.evidence.witness import certify
from writ_dspy.propose.accept import settle_draft
from writ_dspy.propose.proposer import MEMORIES
from writ_dspy.simulate.briefing import task_instructions
from writ_dspy.simulate.scripted.replies import ANOTHER_WAY
from writ_dspy.task import Task
from writ_dspy.verify import verify

RETAIL = "tau2:retail"
RECIPES = [pytest.param(recipe, id=recipe.name) for recipe in OTHER_WAYS]
UPGRADES = ("upgrade, then cancel", "upgrade, then move")


def drafted(name: str, recipe: Recipe, seed: int = 0) -> Iterator[Task]:
    """Tasks that a recipe makes of customers in random order."""
    domain, rng = load(name), random.Random(f"{recipe.name}{seed}")
    users = list(domain.pack.users(domain))
    for user in rng.sample(users, len(users)):
        draft = recipe.draft(domain, user, Dial(rng.choice((2, 3, 4, 5)), rng.choice(MEMORIES)), rng)
        try:
            task = identify(settle_draft(draft, "normal", domain)) if draft else None
            if task is not None and all(
                certify(wish, out, domain) for wish, out in zip(task.goal.decisions, task.decided, strict=True)
            ):
                yield task
        except (Unresolved, DomainError):
            continue


def one(recipe: Recipe) -> Task:
    """The first of them."""
    return _one(recipe.name)


@cache
def _one(name: str) -> Task:
    return next(drafted(RETAIL, next(recipe for recipe in OTHER_WAYS if recipe.name == name)))


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_first_attempt_is_denied_and_the_other_way_is_written(recipe: Recipe) -> None:
    """By policy, not by a condition of the customer's own; played, it is accepted."""
    task = one(recipe)
    talk = play(task)

    assert task.axes.denied == 0
    assert task.outcomes[0].attempt == 1
    assert task.gold[0].tool == recipe.tool != task.goal.decisions[0].tool
    assert not verify(task, talk.talk, talk.domain).findings


@pytest.mark.parametrize("recipe", RECIPES)
def test_who_refuses_and_stops_there_is_rejected(recipe: Recipe) -> None:
    """A dead end is no right outcome where policy has another way."""
    task = one(recipe)
    talk = play(task)
    last = next(index for index, turn in enumerate(talk.talk.turns) if turn.intent and turn.intent.kind == "propose")
    cut = (*talk.talk.turns[:last], Turn("agent", "I'm afraid that isn't possible. Goodbye!"))
    findings = verify(task, replace(talk.talk, turns=cut), talk.domain).findings

    assert "end_state" in {finding.check for finding in findings}


@pytest.mark.parametrize("recipe", RECIPES[:4])
def test_the_agent_says_why_and_offers_before_it_lists(recipe: Recipe) -> None:
    """The customer named no other way, so the reason and the offer stand before the list; nothing is denied that is then done."""
    task = one(recipe)
    text = next(turn.text for turn in play(task).talk.turns if turn.intent and turn.intent.kind == "propose")

    ways = [re.escape(way).replace(re.escape("{ground}"), ".+") for way in every(*ANOTHER_WAY)]
    assert any(re.search(way, text, re.IGNORECASE) for way in ways)
    assert not re.search(r"can't|not possible|not able|unfortunately", text.partition("\n")[0], re.IGNORECASE)
    assert "only" in text.split("(yes/no)")[0]
    assert "another way" in task_instructions(task)


LADDERS = [
    pytest.param(domain, recipe, id=recipe.name)
    for domain in (RETAIL, "tau2:airline")
    for recipe in load(domain).pack.recipes
    if "by preference" in recipe.name or recipe.name.count(", or ") == 2
]


@pytest.mark.parametrize(("domain", "recipe"), LADDERS)
def test_a_ladder_is_climbed_rung_by_rung(domain: str, recipe: Recipe) -> None:
    """The third of three alternatives comes true, each failure is told, and a write of the first or second is rejected."""
    task = next(drafted(domain, recipe))
    talk = play(task)
    asked = task.goal.decisions[0].otherwise
    alone = asked and settle(
        replace(asked, requires=(), otherwise=None), Resolver(talk.domain, talk.domain.read), talk.domain
    )
    assert alone is not None
    assert alone.call is not None
    swapped = tuple(
        replace(turn, calls=(alone.call,)) if turn.calls[:1] == (task.gold[0],) else turn for turn in talk.talk.turns
    )

    assert (task.outcomes[0].attempt, task.axes.denied) == (2, 0)
    assert not verify(task, talk.talk, talk.domain).findings
    assert verify(task, replace(talk.talk, turns=swapped), talk.domain).findings


@pytest.mark.parametrize("name", UPGRADES)
def test_an_upgrade_allows_what_the_old_cabin_did_not(name: str) -> None:
    """Both writes are about one trip, and the second breaks the policy without the first."""
    domain = load("tau2:airline")
    recipe = next(recipe for recipe in domain.pack.recipes if recipe.name == name)
    task = next(drafted("tau2:airline", recipe))
    talk = play(task)
    first = next(index for index, turn in enumerate(talk.talk.turns) if task.gold[0] in turn.calls)
    spared = (*talk.talk.turns[:first], *talk.talk.turns[first + 2 :])
    findings = verify(task, replace(talk.talk, turns=spared), domain).findings

    assert len({call.args["reservation_id"] for call in task.gold}) == 1
    assert not verify(task, talk.talk, domain).findings
    assert "policy" in {finding.check for finding in findings}
