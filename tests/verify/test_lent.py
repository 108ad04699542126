"""Talks of a domain that was declared in a file stay right, and are held to account by the words of that file."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tests.domains.library import library
from writ_dspy.codec import from_json
from writ_dspy.conversation import Conversation, conversation_from_json
from writ_dspy.task import Task
from writ_dspy.verify.checks import verify

HERE = Path(__file__).parent / "lent"
ASKED = "Yes, that's all that would happen. Would you like me to proceed (yes/no)?"


@cache
def lent() -> dict[str, tuple[Task, Conversation]]:
    """By the last letters of the task's id."""
    lines = ((HERE / name).read_text("utf-8").splitlines() for name in ("tasks.jsonl", "conversations.jsonl"))
    given, said = ([json.loads(line) for line in found] for found in lines)
    tasks = {task.id: task for task in map(from_json, given)}
    return {talk.task_id[-4:]: (tasks[talk.task_id], talk) for talk in map(conversation_from_json, said)}


@pytest.mark.parametrize("name", sorted(lent()))
def test_it_is_accepted(name: str) -> None:
    """Forty talks about loans and holds, of all kinds."""
    task, talk = lent()[name]

    assert not verify(task, talk, library()).findings


def asked(question: str) -> list[str]:
    """What is found of the yes, where this is asked in the place of the second question."""
    task, talk = lent()["037b"]
    turns = tuple(replace(turn, text=question) if turn.text == ASKED else turn for turn in talk.turns)
    assert turns != talk.turns
    found = verify(task, replace(talk, turns=turns), library()).findings
    return [str(one) for one in found if one.check == "confirmed_before_write"]


@pytest.mark.parametrize(
    "question",
    [
        "Yes, that's all. Shall I make the renewal on loan L94818 (yes/no)?",
        "Yes, that's all: I would renew it by three weeks, for loan L94818. Shall I go ahead (yes/no)?",
    ],
)
def test_another_record_is_another_proposal(question: str) -> None:
    """A record goes by the noun of its table: the loan, as the order elsewhere."""
    assert any("not L94818" in one for one in asked(question))


@pytest.mark.parametrize(
    "question",
    [
        "Yes, that's all. Now to loan L17187. I would renew it by three weeks. Shall I go ahead (yes/no)?",
        "Yes, that's all; nothing is done to loan L94818. Shall I go ahead (yes/no)?",
    ],
)
def test_its_own_record_or_none_is_named(question: str) -> None:
    """What is told of another one beside the proposal changes nothing in it."""
    assert asked(question) == []
