"""Wishes that fit several records: the agent looks, asks which one, and the user says the fact that decides."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.domains.library import library
from tests.simulate.playing import play
from writ_dspy.conversation import Conversation
from writ_dspy.domains import Dial
from writ_dspy.domains.declared.ambiguous import Ambiguous, alike, table_of
from writ_dspy.domains.declared.person import meet
from writ_dspy.propose.accept import settle_draft
from writ_dspy.task import Only, Task
from writ_dspy.verify.checks import verify

RECIPES = [one for one in library().pack.rare if isinstance(one, Ambiguous)]


@cache
def _tasks(recipe: Ambiguous) -> list[Task]:
    domain, rng, found = library(), random.Random(recipe.name), list[Task]()
    for user in rng.sample(list(domain.pack.users(domain)), 200):
        draft = recipe.draft(domain, user, Dial(rng.choice((3, 4)), "knows none"), rng)
        if draft is not None:
            found.append(settle_draft(draft, "normal", domain))
        if len(found) == 3:
            break
    return found


def test_every_write_about_a_record_has_one() -> None:
    """Of the library's writes, all but the one that is about a record of nobody's."""
    assert {one.tool for one in RECIPES} == {"renew_loan", "cancel_hold", "change_pickup"}
    assert set(RECIPES) <= set(library().pack.recipes)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda one: one.tool)
def test_what_is_said_first_fits_several_and_both_facts_fit_one(recipe: Ambiguous) -> None:
    """By all of the user's records, as reads show them."""
    domain, rng, found = library(), random.Random(2), 0
    for user in rng.sample(list(domain.pack.users(domain)), 60):
        person = meet(recipe.schema, domain, user, rng)
        table = table_of(recipe.schema, recipe.write)
        for pointer in alike(person, table):
            assert isinstance(pointer.query, Only)
            first, second = ((one.attribute, getattr(one.value, "value", None)) for one in pointer.query.where)
            fit = [row for row in person.records[table] if row[first[0]] == first[1]]
            assert len(fit) > 1
            assert [row for row in fit if row[second[0]] == second[1]] == [pointer.row]
            found += 1
    assert found >= 20


def _asked(talk: Conversation) -> Iterator[int]:
    """Turns in which the agent asks which one, behind a list of those that fit."""
    for index, turn in enumerate(talk.turns):
        if (
            turn.role == "agent"
            and re.search(r"\b(?:two|three|four|five)\b", turn.text)
            and re.search(r"(?i)\bwhich\b", turn.text)
        ):
            yield index  # fmt: skip


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda one: one.tool)
def test_the_agent_looks_and_asks_which_one(recipe: Ambiguous) -> None:
    """Played by the scripts, the talk is accepted; the question comes behind all reads, and before the fact."""
    asked = 0
    for task in _tasks(recipe):
        talk = play(task).talk
        assert not verify(task, talk, library()).findings
        which = next(slot.text for slot in task.requests[0].slots if slot.key == "which")
        for index in _asked(talk):
            reads = {call for turn in talk.turns[:index] for call in turn.calls if call.tool.startswith("get_")}
            assert len(reads) > 2
            assert all(which not in turn.text for turn in talk.turns[:index])
            asked += 1
    assert asked >= 2
