"""What a user may say, turn by turn."""

from __future__ import annotations

import dataclasses

import pytest

from tests.simulate.playing import Played
from writ_dspy.conversation import Turn
from writ_dspy.simulate.faults import user_faults
from writ_dspy.trial import WrongFirst


@pytest.mark.parametrize("spell", [str.upper, str.capitalize, str.title, str.lower])
def test_case_is_no_other_fact(played: list[Played], spell: object) -> None:
    """An e-mail or an id is the same in any letters; with another digit it is one that the user cannot know."""
    seen = 0
    for item in played:
        for fact in item.task.facts:
            value = str(fact.value)
            if value not in item.domain.pack.ids(f"It is {value}."):
                continue
            turn = Turn("user", f"{spell(value)} is mine.")  # type: ignore[operator]
            assert list(user_faults(item.task, item.domain, (), turn)) == []
            digit = next((letter for letter in value if letter.isdigit()), "")
            other = value.replace(digit, str((int(digit) + 1) % 10)) if digit else value
            behaviour = item.task.behaviour
            planned = (
                {*(behaviour.slip or ()), *(trial.wrong for trial in behaviour.trials if isinstance(trial, WrongFirst))}
                if behaviour
                else set()
            )
            if other not in (value, *planned):  # a slip that is planned is no fault
                wrong = dataclasses.replace(turn, text=f"{other} is mine.")
                assert list(user_faults(item.task, item.domain, (), wrong))
                seen += 1
    assert seen > 10
