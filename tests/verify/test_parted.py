"""Parted: a report tells a write of the things and records that it was made of, of all of them and of no others."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.verify.test_retold import reports
from writ_dspy.domains import load
from writ_dspy.task import Task
from writ_dspy.verify.case import Case
from writ_dspy.verify.claims import grounded

PARTS = (
    ("The {other} stays in the order.", "The {other} is down for return as well."),
    ("You keep the {other}.", "Please send the old {other} back, too."),
    ("The {other} isn't part of it.", "The {other} is part of it."),
    ("The {mine} is included.", "The {mine} couldn't be included."),
    ("Please send back the {mine}.", "The {mine} stays with you."),
)
TOGETHER = (
    ("{key} is cancelled; {second} stays as it is.", "{key} and {second} are cancelled."),
    ("{key} is cancelled, and so that one is gone.", "I've cancelled {key} and {second}."),
    ("{key} is cancelled. Your other bookings stay as they are.", "{key} and your other bookings are cancelled."),
    ("It couldn't be done sooner, but {key} is cancelled.", "It couldn't be cancelled just now."),
)


@pytest.mark.parametrize(("right", "wrong"), PARTS)
@pytest.mark.long
def test_a_report_is_of_the_things_that_the_write_was_called_with(right: str, wrong: str) -> None:
    """Of the things of one order, those of the write are part of it, and the others are not."""
    seen = 0
    for task, talk, at, name, _ in reports():
        case = Case(task, talk, load(task.domain))
        step = next(step for step in case.writes if step.turn == at - 2)
        ids = step.call.args.get("item_ids")
        if not name.startswith(("return", "exchange")) or not isinstance(ids, list) or len(case.writes) > 1:
            continue
        names = dict.fromkeys(_names(step.fresh.text))
        mine = [last for key, last in names if key in ids]
        others = [last for key, last in names if key not in ids and last not in mine]
        if not mine or not others:
            continue
        for text, expected in ((right, False), (wrong, True)):
            said = text.format(mine=mine[0], other=others[0])
            turns = (*talk.turns[:at], replace(talk.turns[at], text=said), *talk.turns[at + 1 :])
            found = [
                one.saw for one in grounded(Case(task, replace(talk, turns=turns), load(task.domain))) if one.turn == at
            ]
            assert bool(found) is expected, (said, found)
        seen += 1
    assert seen


def _names(text: str) -> list[tuple[str, str]]:
    """(item id, last word of its name) of an order as a result shows it."""
    return [(str(row["item_id"]), str(row["name"]).split()[-1].lower()) for row in json.loads(text)["items"]]


@pytest.mark.parametrize(("right", "wrong"), TOGETHER)
def test_each_record_of_a_report_was_written_to(right: str, wrong: str) -> None:
    """What is told of one record is not told of another in the same breath, nor denied."""
    task, talk, at, _, key = next(one for one in reports() if one[3] == "cancel_reservation")
    for text, expected in ((right, False), (wrong, True)):
        said = text.format(key=key, second=_second(task, key))
        turns = (*talk.turns[:at], replace(talk.turns[at], text=said), *talk.turns[at + 1 :])
        found = [
            one.saw for one in grounded(Case(task, replace(talk, turns=turns), load(task.domain))) if one.turn == at
        ]
        assert bool(found) is expected, (said, found)


def _second(task: Task, key: str) -> str:
    """Another record of the same user, which nobody cancels."""
    tables = load(task.domain).tables["reservations"]
    user = tables[key]["user_id"]
    return next(
        name for name, row in tables.items() if row["user_id"] == user and name != key and row.get("status") is None
    )
