"""Other words for the same goal: found again by drafting it again, and faithful enough to be learned from."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import random
from typing import Any

import pytest
from pydantic_core import to_jsonable_python

from tests.propose.proposed import proposed
from tests.standins.engines import ScriptedEngine
from writ_dspy.domains import NAMES, load
from writ_dspy.lm import Connection
from writ_dspy.optimize.teacher import voiced
from writ_dspy.programs.diversifier import ModelDiversifier
from writ_dspy.programs.tries import Rejected
from writ_dspy.programs.wording import given
from writ_dspy.propose.rephrase import rephrasings
from writ_dspy.simulate.behaviour import assign
from writ_dspy.task import Said, Task
from writ_dspy.verify.fidelity import same


@pytest.fixture(scope="module", params=NAMES)
def tasks(request: pytest.FixtureRequest) -> list[Task]:
    every = assign(proposed(request.param), 3)
    return [
        task for task in every if "book" not in task.recipe
    ]  # no two drafts of a trip are the same, and each is slow


@pytest.mark.parametrize("count", [5, pytest.param(100, marks=pytest.mark.slow)])
def test_other_words_are_found(tasks: list[Task], count: int) -> None:
    """A good share of the tasks can be said in other words, sentence by sentence, and always in the same ones.

    Of a few here, drawn by seed: a draft that is like another one takes seconds to find.
    """
    tasks = random.Random(2).sample(tasks, min(count, len(tasks)))
    found = {task.id: rephrasings(task, load(task.domain), 0) for task in tasks}
    said = {task.id: {one.key: one.text for one in given(task)} for task in tasks}
    assert all(set(found[key]) <= set(said[key]) for key in found)
    some = [
        key for key, texts in found.items() if any(not same(said[key][k], text) for k in texts for text in texts[k])
    ]
    assert 4 * len(some) >= len(tasks)
    again = next(task for task in tasks if task.id in some)
    assert rephrasings(again, load(again.domain), 0) == found[again.id]


def test_another_goal_is_not_the_same_in_other_words(tasks: list[Task]) -> None:
    """A draft that differs in one said value is no draft of this goal."""
    task = next(one for one in tasks if rephrasings(one, load(one.domain), 0))
    wrong = dataclasses.replace(task, goal=_spoiled(task.goal))
    assert wrong.goal != task.goal
    assert not rephrasings(wrong, load(task.domain), 0)


def _spoiled(part: Any) -> Any:
    """Every said value another one."""
    if isinstance(part, Said):
        return Said(f"{part.value}0")
    if isinstance(part, tuple):
        return tuple(_spoiled(item) for item in part)
    if dataclasses.is_dataclass(part) and not isinstance(part, type):
        return dataclasses.replace(part, **{f.name: _spoiled(getattr(part, f.name)) for f in dataclasses.fields(part)})
    return part


def test_what_the_script_teaches_passes_where_a_models_words_have_to(tasks: list[Task]) -> None:
    """A model that says what the script shows is believed at once, and its user gets those very words."""
    taught = 0
    for task in tasks:
        try:
            (inputs, said), made = voiced(task, load(task.domain), 5)
        except Rejected:
            continue
        taught += 1
        engine = ScriptedEngine(lambda _, said=said: json.dumps(to_jsonable_python(said)))
        done = asyncio.run(ModelDiversifier(Connection.over(engine)).diversify([task], 0))
        assert done.tasks == [made]
        assert len(engine.requests) == 1
        assert inputs["sentences"] == given(task)
        copied = [one.key for one, new in zip(given(task), said["rewritten"], strict=True) if same(one.text, new.text)]
        assert len(copied) <= 1
        if taught == 2:
            return
    assert taught
