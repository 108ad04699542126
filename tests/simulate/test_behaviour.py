"""Behaviours: drawn by quota, changing nothing but the talk, and each level visible in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from statistics import mean

import pytest

from tests.simulate.playing import Played, play
from writ_dspy.domains.spinning import every
from writ_dspy.simulate.behaviour import COURTESY, DIGRESSION, OFTEN, assign, discloses, has, left_standing
from writ_dspy.simulate.manner import DIMENSIONS as MANNERS
from writ_dspy.simulate.manner import NOT_MEASURED, measured
from writ_dspy.simulate.manner.voice import asides, haste, stems
from writ_dspy.simulate.scripted.style import SMALL_TALK
from writ_dspy.simulate.scripted.trying import PLAIN
from writ_dspy.task import DIMENSIONS, GOAL_DIMENSIONS, Behaviour, Slot, Task

FREE = [name for name in DIMENSIONS if name not in GOAL_DIMENSIONS]


def _with(task: Task, dimension: str, level: str) -> Task:
    levels = {**dict(PLAIN.levels), "memory": task.memory, dimension: level}
    levels["change of mind"] = "has a fallback" if any(d.otherwise for d in task.goal.decisions) else "none"
    return replace(task, behaviour=Behaviour(tuple(levels.items())))


def _seen(item: Played, dimension: str) -> str:
    return measured(item.task, item.domain, item.talk.turns)[dimension].seen


def test_levels_are_drawn_by_quota(tasks: list[Task]) -> None:
    """Of every free dimension each level occurs equally often, or so many times as often as it is to, give or take one, whatever the seed."""
    for seed in range(5):
        drawn = [task.behaviour for task in assign(tasks, seed, start=seed)]
        for dimension in FREE:
            counts = Counter(behaviour[dimension] for behaviour in drawn if behaviour)

            assert set(counts) == set(DIMENSIONS[dimension])
            single = [counts[level] / OFTEN.get((dimension, level), 1) for level in counts]
            assert max(single) - min(single) <= 1


def test_a_behaviour_changes_no_fact(tasks: list[Task]) -> None:
    """Diversifying leaves goal, facts, gold and id alone; a slip is of the form of the fact, and wrong."""
    for before, after in zip(tasks, assign(tasks, 3), strict=True):
        assert replace(after, behaviour=before.behaviour) == before
        if after.behaviour and after.behaviour.slip:
            key, wrong = after.behaviour.slip
            right = str(next(fact.value for fact in after.facts if fact.key == key))

            assert wrong != right
            assert len(wrong) == len(right)


@pytest.mark.parametrize(("dimension", "level"), [(name, level) for name in MANNERS for level in DIMENSIONS[name]])
def test_each_level_is_visible(dimension: str, level: str, tasks: list[Task]) -> None:
    """Played at a level, most talks show it, to measures that know nothing of the script; those too short to tell show none."""
    if level in ("corrects a slip", "non-native"):
        pytest.skip("a slip needs a wrong value: see below; a first language cannot be measured")
    if dimension in ("verbosity", "tone"):
        pytest.skip("a matter of more and less: see the next test")
    seen = Counter(_seen(play(_with(task, dimension, level)), dimension) for task in _long(tasks))

    assert seen[level] * 2 > seen.total() - seen[NOT_MEASURED] > 0, seen


@pytest.mark.parametrize(
    ("dimension", "up"), [("verbosity", DIMENSIONS["verbosity"]), ("tone", DIMENSIONS["tone"][::-1])]
)
def test_numbers_rise_with_the_level(dimension: str, up: tuple[str, ...], tasks: list[Task]) -> None:
    """The same tasks, played at each level: more words, more courtesy."""
    means = []
    for level in up:
        items = [play(_with(task, dimension, level)) for task in _long(tasks)]
        numbers = [measured(item.task, item.domain, item.talk.turns)[dimension].number for item in items]
        means.append(mean(number for number in numbers if number is not None))

    assert means[0] < means[1] < means[2]


def _long(tasks: list[Task]) -> list[Task]:
    """Some with so many details that a talk shows how they are given."""
    return [task for task in tasks if task.gold and sum(len(r.slots) for r in task.requests) >= 3][::3][:6]


def test_a_slip_is_seen_and_must_be_corrected(played: list[Played]) -> None:
    """Who is to correct a slip says the wrong value and then the right one; left standing it is no manner, but a fault."""
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

        assert _seen(item, "correction") == "corrects a slip"
        assert list(left_standing(item.task, item.talk.turns)) == []
        ((at, saw, _),) = left_standing(item.task, turns)
        assert saw.startswith(wrong)
        assert wrong in turns[at].text
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
    small, ava = Slot("x", "…", ("s",)), Slot("x", "…", ("ava",))
    assert discloses(small, "The size should be S")
    assert discloses(small, "'S', please")
    assert not discloses(small, "It's the customer’s size")
    assert discloses(ava, "the one with Ava's name")


def test_small_talk_is_spread_and_thanks_are_not_glued_on(played: list[Played]) -> None:
    """It comes once, in whichever of the first messages; and nobody thanks for each single fact."""
    places: Counter[int] = Counter()
    glued = thanked = 0
    for item in played:
        assert item.task.behaviour
        texts = [turn.text for turn in item.talk.turns if turn.role == "user"]
        strays = [place for place, text in enumerate(texts) if has(DIGRESSION, text)]
        if item.task.behaviour["digression"] == "small talk":
            assert len(strays) == 1, item.task.id
            places[strays[0]] += 1
        if item.task.behaviour["tone"] == "polite" and len(texts) > 4:
            shown = [has(COURTESY, text) for text in texts]
            glued += all(shown)
            thanked += sum(shown) * 2 >= len(shown)

    assert min(places[0], places.total() - places[0]) > 1, places
    assert glued * 3 <= thanked, (glued, thanked)


def test_nobody_in_a_hurry_makes_small_talk(played: list[Played]) -> None:
    hurried = [
        item.task.behaviour for item in played if item.task.behaviour and item.task.behaviour["patience"] == "hurried"
    ]
    chatting = [
        item.task.behaviour for item in played if item.task.behaviour and item.task.behaviour["digression"] != "none"
    ]

    assert len(hurried) > 8 < len(chatting)
    assert all(behaviour["digression"] == "none" and behaviour["verbosity"] != "chatty" for behaviour in hurried)


def test_small_talk_is_many_remarks_and_each_is_heard_as_one() -> None:
    """Whatever is chosen for it: an aside, in no haste, told in one sentence."""
    remarks = every(*SMALL_TALK)

    assert len(remarks) > 200
    assert [
        text for text in remarks if asides(text, frozenset()) != 1 or haste(text) or not has(DIGRESSION, text)
    ] == []
    assert asides("By the way, the order number is #W1234567.", stems("order number")) == 0
