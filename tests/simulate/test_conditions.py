"""A user's own condition that is not met: told as what it is, with the value that there is, and no other."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest

from tests.simulate.playing import play
from writ_dspy.domains import NAMES
from writ_dspy.domains.values import values
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.proposer import fill
from writ_dspy.simulate.behaviour import assign
from writ_dspy.task import Said, Task
from writ_dspy.verify import verify


@cache
def conditional(name: str) -> list[Task]:
    """A few tasks in which nothing but a condition of the user's own stands against the write."""
    cell = Cell(domain=name, kind="no-write", writes=0, burden=4, count=8)
    tasks = [task for task in fill(cell, 9, "base").tasks if any(outcome.own for outcome in task.decided)]
    return assign(tasks[:3], 3, 0)


@pytest.mark.parametrize("name", NAMES)
def test_a_condition_that_is_not_met_is_told_with_its_value(name: str) -> None:
    """The agent names what there is beside what the user said, says that nothing forbids it, and invents no figure."""
    assert conditional(name)
    for task in conditional(name):
        played = play(task)
        assert verify(task, played.talk, played.domain).accepted
        (index,) = (
            at for at, turn in enumerate(played.talk.turns) if turn.role == "agent" and "it comes to" in turn.text
        )
        text = played.talk.turns[index].text
        figure = text[text.index("it comes to") :]
        there_is, limit = [value.number for value in values(figure) if value.quantity == "money"][:2]
        checks = [one for decision in task.goal.decisions for one in decision.requires if getattr(one, "own", False)]
        said = [side.value for check in checks for side in (check.left, check.right) if isinstance(side, Said)]
        assert float(limit) in said
        assert there_is != limit
        assert "can't" not in text
        assert "isn't possible" not in text
        other = figure.replace(f"{there_is:,}", f"{there_is + 7:,}", 1)
        turns = list(played.talk.turns)
        turns[index] = replace(turns[index], text=text[: text.index("it comes to")] + other)
        spoiled = verify(task, replace(played.talk, turns=tuple(turns)), played.domain)

        assert other != figure
        assert {finding.check for finding in spoiled.findings} == {"grounded"}


def test_the_figure_is_of_what_the_user_spoke_of() -> None:
    """Of each traveler where the limit is for each; and what nobody named is not spoken of as if it had been."""
    told = {"per person": 0, "in that order": 0}
    for name in NAMES:
        cell = Cell(domain=name, kind="no-write", writes=0, burden=4, count=8)
        for task in fill(cell, 9, "base").tasks:
            rules = [outcome.refusal or "" for outcome in task.decided if outcome.own]
            if not any("the fare is above" in rule or "product" in rule for rule in rules):
                continue
            played = play(assign([task], 3, 0)[0])
            (text,) = (turn.text for turn in played.talk.turns if turn.role == "agent" and "it comes to" in turn.text)
            unit = "per person" if "the fare is above" in text else "in that order"
            assert re.search(
                r"it comes to \$[\d,.]+ per person, and you said \$[\d,.]+" if unit == "per person" else unit, text
            ), text
            assert "those products" not in text
            assert verify(played.task, played.talk, played.domain).accepted
            told[unit] += 1
    assert all(told.values()), told
