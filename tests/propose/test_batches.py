"""A wish about every record of a kind: one sentence, a write for each record that fits, and none for the others."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache

import pytest

from tests.simulate.playing import Played, play
from writ_dspy.codec import identify
from writ_dspy.conversation import Turn
from writ_dspy.domains import NAMES, Dial, Seen, load
from writ_dspy.errors import DomainError
from writ_dspy.evidence.found import Unresolved
from writ_dspy.evidence.witness import certify
from writ_dspy.propose.accept import settle_draft
from writ_dspy.simulate.briefing import situation
from writ_dspy.simulate.trials.dealing import deal
from writ_dspy.task import Task
from writ_dspy.trial import ChangesMind
from writ_dspy.verify import verify

BATCHES = [pytest.param(name, recipe.name, id=recipe.name) for name in NAMES for recipe in load(name).pack.batches]


@cache
def played(name: str, recipe: str) -> Played:
    """The first task of a recipe that is proven, played."""
    return play(_first(name, recipe))


def _first(name: str, wanted: str) -> Task:
    domain, rng = load(name), random.Random(wanted)
    recipe = next(recipe for recipe in domain.pack.batches if recipe.name == wanted)
    users = list(domain.pack.users(domain))
    for user in rng.sample(users, len(users)):
        for burden in (4, 5, 6, 7, 8):
            draft = recipe.draft(domain, user, Dial(burden, "knows none"), rng)
            try:
                task = identify(settle_draft(draft, "write-intensive", domain)) if draft else None
                if task and all(
                    certify(wish, out, domain) for wish, out in zip(task.goal.decisions, task.decided, strict=True)
                ):
                    return task
            except (Unresolved, DomainError):
                continue
    raise AssertionError(f"no user has records for {wanted}")


def found(item: Played, turns: tuple[Turn, ...]) -> set[str]:
    """The checks that find something in these turns."""
    return {finding.check for finding in verify(item.task, replace(item.talk, turns=turns), item.domain).findings}


@pytest.mark.parametrize(("name", "recipe"), BATCHES)
def test_one_wish_asks_for_a_write_of_each_record(name: str, recipe: str) -> None:
    """Said once, confirmed one by one, written with one tool to as many records; a simulated user is told of one wish."""
    item = played(name, recipe)
    said = " ".join(turn.text for turn in item.talk.turns if turn.role == "user")

    assert len(item.task.gold) >= 2
    assert len({call.tool for call in item.task.gold}) == 1
    assert len({next(iter(call.args.values())) for call in item.task.gold}) == len(item.task.gold)
    assert said.count(item.task.requests[0].opening[-20:]) <= 1
    assert "\n2. " not in situation(item.task)
    assert found(item, item.talk.turns) == set()


@pytest.mark.parametrize(("name", "recipe"), BATCHES)
def test_who_leaves_a_record_out_is_rejected(name: str, recipe: str) -> None:
    """The last of them is not written."""
    item = played(name, recipe)
    last = next(index for index, turn in enumerate(item.talk.turns) if item.task.gold[-1] in turn.calls)
    turns = (*item.talk.turns[:last], *item.talk.turns[last + 2 :])

    assert "end_state" in found(item, turns)


@pytest.mark.parametrize(("name", "recipe"), BATCHES)
def test_records_may_be_read_one_after_the_other(name: str, recipe: str) -> None:
    """Who writes the first before it looks at the second has decided on what it read; not who had not looked at the first."""
    item = played(name, recipe)
    first, second = (next(iter(call.args.values())) for call in item.task.gold[:2])
    wrote = next(index for index, turn in enumerate(item.talk.turns) if item.task.gold[0] in turn.calls)

    def read_after(record: object) -> tuple[Turn, ...]:
        reads = [
            index
            for index, turn in enumerate(item.talk.turns[:wrote])
            if turn.calls and turn.calls[0].tool.startswith("get_") and record in turn.calls[0].args.values()
        ]
        moved = [turn for index in reads for turn in item.talk.turns[index : index + 2]]
        kept = [
            turn
            for index, turn in enumerate(item.talk.turns[: wrote + 2])
            if index not in {at for i in reads for at in (i, i + 1)}
        ]
        return (*kept, *moved, *item.talk.turns[wrote + 2 :])

    assert "identified_before_write" not in found(item, read_after(second))
    assert "identified_before_write" in found(item, read_after(first))


def test_nobody_changes_their_mind_about_one_record_of_several() -> None:
    """A detail that is told once for all records is no other one for the first of them, though policy would allow it."""
    open_ = 0
    for name, recipe in (case.values for case in BATCHES):
        item = played(str(name), str(recipe))
        seen = Seen()
        for call in dict.fromkeys(call for outcome in item.task.outcomes for call in outcome.trace):
            seen.add(call, item.domain.read(call).views)
        keys = {slot.key for request in item.task.requests for slot in request.slots}
        open_ += any(other.slot in keys for call in item.task.gold for other in item.domain.pack.others(call, seen))
        dealt = [trial for turn in range(0, 80, 2) for trial in deal(item.task, turn, 0)]

        assert dealt
        assert not any(isinstance(trial, ChangesMind) for trial in dealt)

    assert open_
