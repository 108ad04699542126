"""Talks over a declared domain: right as they stand and in other words; what was turned wrong in them is found, as in τ²'s houses."""

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

HERE = Path(__file__).parent / "town"
FEMI, CARLOS, MAREN, WIEBKE = "304251ce8f46", "d947084234d4", "e9847bd9af22", "1f6edee2deb5"
FORMALLY = "I confirm that all details that you listed are correct and authorize you to proceed."


@cache
def talks() -> dict[str, tuple[Task, Conversation]]:
    """By the end of the task's id."""
    kept = [(HERE / name).read_text("utf-8").splitlines() for name in ("tasks.jsonl", "conversations.jsonl")]
    tasks, said = (map(json.loads, lines) for lines in kept)
    pairs = zip(map(from_json, tasks), map(conversation_from_json, said), strict=True)
    return {task.id.rpartition("-")[2]: (task, talk) for task, talk in pairs}


def found(name: str, *changes: tuple[str, str], role: str = "agent") -> set[str]:
    """The checks that find something once some places of a talk read otherwise."""
    task, talk = talks()[name]
    turns = list(talk.turns)
    for said, instead in changes:
        at = next(at for at, turn in enumerate(turns) if turn.role == role and said in turn.text)
        turns[at] = replace(turns[at], text=turns[at].text.replace(said, instead))
    return {finding.check for finding in verify(task, replace(talk, turns=tuple(turns)), library()).findings}


@pytest.mark.parametrize("name", ["304251ce8f46", "d947084234d4", "e9847bd9af22", "c5b37da88e66", "1f6edee2deb5"])
def test_right_talks_are_accepted(name: str) -> None:
    assert found(name) == set()


RIGHT = [
    (MAREN, "on February 26, 2026; the next", "on Thursday, February 26; the next"),
    (FEMI, "hold H67880 is for", "hold H67880 (waiting) is for"),
    (FEMI, "is cancelled. Is", "is cancelled. H67880 now has the status 'cancelled'. Is"),
    (FEMI, "hold H67880 is for", "hold H67880 (waiting, with place 11) is for"),
    (FEMI, "The hold is placed: its number is H75560", "The hold has been placed: its number is H75560"),
    (FEMI, "and you are in place 1 of the queue", "and you are now in the queue"),
    (MAREN, "with pickup at Old Mill; it is", "with pickup at the Old Mill branch; it is"),
    (MAREN, "Here is what I would do:", "With that changed, it is this:"),
]
WRONG = [
    (FEMI, "is cancelled. Is", "is cancelled. I could do the first part only. Is"),
    (MAREN, "on February 26, 2026; the next", "on Friday, February 26; the next"),
    (MAREN, "Next, I would move", "These are the details: move hold H78785. It's done already. I would move"),
    (FEMI, "To get started,", "The hold is placed. To get started,"),
    (FEMI, "Of course. Which", "(waiting) Of course. Which"),
    (FEMI, "hold H67880 is for", "hold H67880 (checks the shelf) is for"),
    (FEMI, "cancel hold H67880 for you. Do", "cancel loan H67880 for you. Do"),
    (FEMI, "hold H67880 on", "loan H67880 on"),
    (FEMI, "is cancelled. Is", "is cancelled. It could not be completed, please try again tomorrow. Is"),
    (FEMI, "is cancelled. Is", "is cancelled. H67880 now has the status 'waiting'. Is"),
    (FEMI, "is cancelled. Is", "is cancelled. A discount of $10 was applied. Is"),
    (FEMI, "is cancelled. Is", "is cancelled. A discount of $30 was applied for all three weeks. Is"),
    (FEMI, "Hilltop, due back on March 25, 2026. At", "Hilltop, due back on March 24, 2026. At"),
    (MAREN, "Hold H78785 will now", "Hold H38151 will now"),
    (MAREN, "Hold H78785 will now", "Loan L10253 will now"),
    (MAREN, "at Hilltop\n", "at Hilltop, due back on March 6\n"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "said", "instead"), RIGHT)
def test_in_other_words(name: str, said: str, instead: str) -> None:
    assert found(name, (said, instead)) == set()


@pytest.mark.parametrize(("name", "said", "instead"), WRONG)
def test_turned_wrong(name: str, said: str, instead: str) -> None:
    assert found(name, (said, instead)) & {"grounded", "clean"}


def test_a_list_put_anew_is_about_its_record() -> None:
    """Whatever was changed: a place whose name begins with "Old" is no former one."""
    anew = "With that changed, it is this:\nPlease check: I would place a hold on copy C79164 at Old Mill, due back on {} for"
    own = ("Here is what I would do:\n\n- Place a hold for", anew)

    assert found(MAREN, (own[0], own[1].format("February 26"))) == set()
    assert found(MAREN, (own[0], own[1].format("March 6"))) == {"grounded"}


def test_the_same_yes_to_another_write_is_nothing_repeated() -> None:
    """A formal user says the same to each list; said twice to one list, it is a loop."""
    yes = [("Yes, please do the new hold", 0), ("Yes, H78785 from", 0), ("Yes, please, H85323 to", 0)]
    task, talk = talks()[MAREN]
    turns = tuple(
        replace(turn, text=FORMALLY) if turn.role == "user" and any(one in turn.text for one, _ in yes) else turn
        for turn in talk.turns
    )
    at = next(at for at, turn in enumerate(turns) if turn.text == FORMALLY)
    again = (*turns[: at + 1], turns[at - 1], *turns[at:])

    assert verify(task, replace(talk, turns=turns), library()).accepted
    assert "clean" in {one.check for one in verify(task, replace(talk, turns=again), library()).findings}


@pytest.mark.parametrize("yes", ["Yes, all good.", "Yes, it's all good.", "Yes, so it's good."])
def test_a_yes_is_no_feeling(yes: str) -> None:
    """Small words of what a lonely user says occur in a yes as well."""
    said = "Yes, all good. I've read it to the end and it's all there."

    assert found(WIEBKE, (said, f"{yes} I've read it to the end."), role="user") == set()
    assert found(WIEBKE, (said, "I don't agree, leave it."), role="user")
