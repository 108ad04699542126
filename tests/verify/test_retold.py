"""Reports of writes: each of these sentences is right of the write that went through, and wrong with its values or words changed."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import pytest

from tests.verify.test_played import played
from writ_dspy.conversation import Conversation
from writ_dspy.domains import load
from writ_dspy.task import Task
from writ_dspy.verify.case import Case
from writ_dspy.verify.claims import grounded
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.retold import retold

FORMS: tuple[tuple[str, str, str], ...] = (
    ("cancel", "{key} is cancelled.", "I'm afraid {key} can't be cancelled."),
    ("cancel", "It can't be cancelled by phone, so it was good that you wrote.", "It can't be cancelled."),
    ("cancel", "{key} is cancelled, and nothing is left of it.", "{key} is cancelled, except for the second one."),
    ("cancel_reservation", "{key} is cancelled, both ways.", "The outbound of {key} is cancelled."),
    ("cancel_reservation", "Everybody on {key} has been taken off.", "Lei has a seat on the next flight instead, and {key} is cancelled."),
    ("cancel", "It isn't refunded to another card. The other one is not cancelled yet.", "It's not cancelled yet."),
    ("book_reservation", "{key} is yours.", "It's on hold under {key}."),
    ("exchange", "You don't need to place a new order for the new version.", "Please place a new order for the new version."),
    ("return", "The instructions come by email.", "Your parcel was picked up."),
    ("modify_pending_order", "{key} will ship as you asked.", "{key} has shipped."),
    ("update_reservation_flights", "{key} now has {flights}.", "{key} now has HAT999."),
    ("", "I can't put a stop on the parcel.", "I've put a stop on the parcel."),
    ("", "I was told about Raj Kim.", "Raj Kim has been told."),
)  # fmt: skip
"""The beginning of a tool's name, what may be said after it, and what may not."""


@cache
def reports() -> list[tuple[Task, Conversation, int, str, str]]:
    """(task, talk, turn of the report, tool, id of the record) of each write with a report of its own."""
    found = []
    for task, talk in played().values():
        case = Case(task, talk, load(task.domain))
        for step in case.writes:
            at = step.turn + 2
            if not step.fresh.error and at < len(talk.turns) and talk.turns[at].text and talk.turns[at].role == "agent":
                key = step.call.args.get("order_id") or step.call.args.get("reservation_id") or "HATHAT"
                found.append((task, talk, at, step.call.tool, str(key)))
    return found


@pytest.mark.parametrize(("tool", "right", "wrong"), FORMS)
def test_a_report_tells_the_write_as_it_went(tool: str, right: str, wrong: str) -> None:
    """What is right passes, and what is wrong is found, of a write that a person's talk made."""
    task, talk, at, name, key = next(one for one in reports() if one[3].startswith(tool))
    args = next(step.call.args for step in Case(task, talk, load(task.domain)).writes if step.turn == at - 2)
    rows = args.get("flights")
    flights = " and ".join(str(row["flight_number"]) for row in rows if isinstance(row, dict)) if isinstance(rows, list) else ""  # fmt: skip
    for text, expected in ((right, False), (wrong, True)):
        said = text.format(key=key, flights=flights)
        turns = (*talk.turns[:at], replace(talk.turns[at], text=said), *talk.turns[at + 1 :])
        case = Case(task, replace(talk, turns=turns), load(task.domain))
        told = [finding for finding in grounded(case) if finding.turn == at]
        assert bool(told) is expected or not expected, (name, said)
        assert expected or not _retold(case, at), (name, said)


@pytest.mark.parametrize(
    ("of", "found"), [("reservation {other}", False), ("reservation {key}", True), ("the change", True)]
)
def test_what_is_put_next_is_told_of_its_own_record(of: str, found: bool) -> None:
    """Behind a report, a list for another record has figures of its own; without that record's name they are those of the report."""
    task, talk, at, _, key = next(one for one in reports() if one[3] == "update_reservation_baggages")
    other = next(one for one in load(task.domain).tables["reservations"] if one != key)
    case = Case(task, talk, load(task.domain))
    args = next(step.call.args for step in case.writes if step.turn == at - 2)
    paid = int(str(args["nonfree_baggages"])) + 1
    named = of.format(key=key, other=other)
    text = f"The bags on {key} are set. These are the bags: {named}; checked bags: {paid} of them paid.\nDo you agree, and shall I do this (yes/no)?"
    turns = (*talk.turns[:at], replace(talk.turns[at], text=text), *talk.turns[at + 1 :])

    assert bool(_retold(Case(task, replace(talk, turns=turns), load(task.domain)), at)) is found


@pytest.mark.parametrize(("of", "found"), [("{other}", False), ("{key}", True), ("it", True)])
def test_what_is_put_next_costs_what_it_costs(of: str, found: bool) -> None:
    """Behind the report of a booking, a list for another reservation may cost nothing; the booking itself was paid."""
    task, talk, at, _, _ = next(one for one in reports() if one[3] == "book_reservation")
    new = json.loads(talk.turns[at - 1].text)
    other = next(iter(load(task.domain).tables["reservations"]))
    named = of.format(key=new["reservation_id"], other=other)
    method = new["payment_history"][0]["payment_id"]
    text = (
        f"The booking went through. As {named} keeps its bags, this is the change: checked bags: 2 in total, no extra charge; "
        f"nothing is charged to your account ({method}).\nDo you want me to go ahead (yes/no)?"
    )
    turns = (*talk.turns[:at], replace(talk.turns[at], text=text), *talk.turns[at + 1 :])
    case = Case(task, replace(talk, turns=turns), load(task.domain))

    assert any("which was paid" in finding.wanted for finding in grounded(case) if finding.turn == at) is found


def _retold(case: Case, at: int) -> list[tuple[str, str]]:
    """What is found of the report alone."""
    ground = Ground(case.domain)
    for step in case.steps:
        if step.turn < at:
            ground.read(step.call, step.fresh)
    return list(retold(case, at, ground, [step for step in case.steps if step.turn == at - 2]))
