"""What a write changed is told as it is now; what was before, as what was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.domains.library import library
from tests.simulate.playing import play
from writ_dspy import patterns as re
from writ_dspy.conversation import Conversation
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.proposer import fill
from writ_dspy.simulate.behaviour import assign
from writ_dspy.task import Task
from writ_dspy.verify.checks import verify

_NEW = re.compile(r"now due on (?P<day>[A-Z][a-z]+ \d+)\.")
_OLD = re.compile(r"counted from (?P<day>[A-Z][a-z]+ \d+)")


def _renewals(count: int) -> list[tuple[Task, Conversation, int, str]]:
    """Accepted conversations with the turn that reports a renewal, and the day on which the loan was due before."""
    domain = library()
    cell = Cell(domain=domain.name, kind="normal", writes=1, burden=3, count=30)
    tasks = [task for task in fill(cell, 7, None).tasks if [call.tool for call in task.gold] == ["renew_loan"]]
    found = []
    for task in assign(tasks, 7):
        talk = play(task).talk
        texts = [turn.text if turn.role == "agent" else "" for turn in talk.turns]
        report = next((index for index, text in enumerate(texts) if _NEW.search(text)), 0)
        old = next(filter(None, map(_OLD.search, texts)), None)
        if report and old and not verify(task, talk, domain).findings:
            found.append((task, talk, report, old["day"]))
        if len(found) == count:
            break
    return found


@pytest.mark.parametrize(
    ("says", "accepted"),
    [
        ("now due on {old}.", False),
        ("due on {old} now.", False),
        ("now due on {new}. It was due on {old} before.", True),
        ("now due on {new} instead of {old}.", True),
        ("now due on {new}, three weeks from {old}.", True),
    ],
)
def test_a_day_is_that_after_the_write(says: str, accepted: bool) -> None:
    """Both days were read of the record; the old one is told as the old one."""
    domain, renewals = library(), _renewals(3)
    assert renewals
    for task, talk, at, old in renewals:
        text = _NEW.sub(lambda match, old=old: says.format(old=old, new=match["day"]), talk.turns[at].text)
        told = replace(talk, turns=(*talk.turns[:at], replace(talk.turns[at], text=text), *talk.turns[at + 1 :]))
        findings = verify(task, told, domain).findings
        assert (not findings) if accepted else {one.check for one in findings} == {"grounded"}
