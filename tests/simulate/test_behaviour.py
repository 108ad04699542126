"""Behaviours: drawn by quota, changing nothing but the talk, and each level visible in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from tests.simulate.playing import Played, play
from writ_dspy.simulate.behaviour import assign, discloses, shown
from writ_dspy.simulate.scripted.user import PLAIN
from writ_dspy.task import DIMENSIONS, GOAL_DIMENSIONS, Behaviour, Slot, Task

FREE = [name for name in DIMENSIONS if name not in GOAL_DIMENSIONS]
CONTRARY = {
    ("disclosure", "on request"): "all at once",
    ("disclosure", "one thing at a time"): "all at once",
    ("verbosity", "terse"): "chatty",
    ("verbosity", "chatty"): "terse",
    ("tone", "polite"): "blunt",
    ("tone", "blunt"): "polite",
    ("patience", "hurried"): "patient",
    ("patience", "patient"): "hurried",
    ("language", "plain"): "typos",
    ("language", "casual"): "non-native",
    ("language", "typos"): "plain",
    ("language", "non-native"): "plain",
    ("digression", "none"): "small talk",
    ("digression", "small talk"): "none",
    ("confirmation", "plain yes"): "asks once more",
    ("confirmation", "asks once more"): "plain yes",
}
"""For a level that is shown, one that it visibly is not."""


def _with(task: Task, dimension: str, level: str) -> Task:
    levels = {**dict(PLAIN.levels), "memory": task.memory, dimension: level}
    levels["change of mind"] = "has a fallback" if any(d.otherwise for d in task.goal.decisions) else "none"
    return replace(task, behaviour=Behaviour(tuple(levels.items())))


def _unseen(item: Played) -> set[str]:
    return {dimension for dimension, _, _ in shown(item.task, item.domain, item.talk.turns)}


def test_levels_are_drawn_by_quota(tasks: list[Task]) -> None:
    """Of every free dimension each level occurs equally often, give or take one, whatever the seed."""
    for seed in range(5):
        drawn = [task.behaviour for task in assign(tasks, seed, start=seed)]
        for dimension in FREE:
            counts = Counter(behaviour[dimension] for behaviour in drawn if behaviour)

            assert set(counts) == set(DIMENSIONS[dimension])
            assert max(counts.values()) - min(counts.values()) <= 1


def test_a_behaviour_changes_no_fact(tasks: list[Task]) -> None:
    """Diversifying leaves goal, facts, gold and id alone; a slip is of the form of the fact, and wrong."""
    for before, after in zip(tasks, assign(tasks, 3), strict=True):
        assert replace(after, behaviour=before.behaviour) == before
        if after.behaviour and after.behaviour.slip:
            key, wrong = after.behaviour.slip
            right = str(next(fact.value for fact in after.facts if fact.key == key))

            assert wrong != right
            assert len(wrong) == len(right)


@pytest.mark.parametrize(("dimension", "level"), [(name, level) for name in FREE for level in DIMENSIONS[name]])
def test_each_level_is_visible(dimension: str, level: str, tasks: list[Task]) -> None:
    """Played at a level, the talk shows it; claimed to be at a contrary level, the same talk is found out."""
    if dimension == "correction" and level != "none":
        pytest.skip("a slip needs a wrong value: see the next test")
    chosen = [task for task in tasks if task.gold and sum(len(r.slots) for r in task.requests) >= 3][:6]
    items = [play(_with(task, dimension, level)) for task in chosen]

    assert all(dimension not in _unseen(item) for item in items)
    contrary = CONTRARY.get((dimension, level))
    if contrary:
        claims = [replace(item, task=_with(item.task, dimension, contrary)) for item in items]
        assert (
            sum(dimension in _unseen(claim) for claim in claims) >= len(claims) / 2
        )  # some talks are too short to tell


def test_a_slip_is_seen_and_must_be_corrected(played: list[Played]) -> None:
    """Who is to correct a slip says the wrong value and then the right one; without the correction it is a fault."""
    slips = [item for item in played if item.task.behaviour and item.task.behaviour.slip]
    for item in slips:
        behaviour = item.task.behaviour
        assert behaviour is not None
        assert behaviour.slip is not None
        key, wrong = behaviour.slip
        right = str(next(fact.value for fact in item.task.facts if fact.key == key))
        turns = tuple(
            replace(turn, text=turn.text.replace(right, wrong)) if turn.role == "user" else turn
            for turn in item.talk.turns
        )

        assert "correction" not in _unseen(item)
        assert "correction" in _unseen(replace(item, talk=replace(item.talk, turns=turns)))
    assert slips


def test_a_mark_counts_only_as_a_word() -> None:
    """Else small talk would give details away: "one" is in "done", "me" in "medal"."""
    one, me, bag, date = (Slot("x", "…", (mark,)) for mark in ("one", "me", "bag", "24"))
    assert discloses(one, "It's one-way.")
    assert discloses(me, "Just me!")
    assert discloses(bag, "No bags, please.")
    assert discloses(date, "on the 24th, or 2024-05-24")
    assert not discloses(one, "I'm done. My phone rang, someone called.")
    assert not discloses(me, "A medal for some message")
    assert not discloses(bag, "some baggage")
    assert not discloses(date, "my zip is 10246")
