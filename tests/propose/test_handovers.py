"""What policy wants handed to a human: the agent says why, asks for leave, and transfers; to refuse alone is not enough."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache

import pytest

from tests.simulate.playing import Played, play
from writ_dspy.codec import identify
from writ_dspy.domains import NAMES, Dial, load
from writ_dspy.errors import DomainError
from writ_dspy.evidence.found import Unresolved
from writ_dspy.propose.accept import settle_draft
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.proposer import HANDOVER_EVERY, fill
from writ_dspy.verify import verify

HANDOVERS = [pytest.param(name, recipe.name, id=recipe.name) for name in NAMES for recipe in load(name).pack.handovers]


@cache
def played(name: str, wanted: str) -> Played:
    """The first task of a recipe, played."""
    domain, rng = load(name), random.Random(wanted)
    recipe = next(recipe for recipe in domain.pack.handovers if recipe.name == wanted)
    users = list(domain.pack.users(domain))
    for user in rng.sample(users, len(users)):
        draft = recipe.draft(domain, user, Dial(2, "knows ids", refuse=True), rng)
        try:
            if draft and (task := settle_draft(draft, "no-write", domain)).outcomes[0].transfer:
                return play(identify(task))
        except (Unresolved, DomainError):
            continue
    raise AssertionError(f"no user has such records: {wanted}")


@pytest.mark.parametrize(("name", "recipe"), HANDOVERS)
def test_the_agent_transfers_after_it_has_said_why(name: str, recipe: str) -> None:
    """Accepted as played; with the call and what follows cut off, it is not."""
    item = played(name, recipe)
    at = next(i for i, turn in enumerate(item.talk.turns) if any(item.domain.transfers(call) for call in turn.calls))
    cut = replace(item.talk, turns=item.talk.turns[:at])

    assert not verify(item.task, item.talk, item.domain).findings
    assert verify(item.task, cut, item.domain).findings


def test_they_have_turns_of_their_own() -> None:
    """In a cell of denied no-write tasks, of so many tasks one is handed over; a few users have no such records."""
    cell = Cell(domain="tau2:retail", kind="no-write", writes=0, burden=3, denied=1, count=4 * HANDOVER_EVERY)
    tasks = fill(cell, 3, None).tasks

    assert 2 <= [task.outcomes[0].transfer for task in tasks].count(True) <= 4
