"""What a report, or the question for a yes, hangs onto the write is judged by the calls: played talks with one tail more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.verify.test_played import played
from writ_dspy.domains import load
from writ_dspy.verify.checks import verify


def _found(name: str, said: str, instead: str) -> list[str]:
    task, talk = played()[name]
    turns = tuple(replace(turn, text=turn.text.replace(said, instead)) for turn in talk.turns)
    assert turns != talk.turns
    verdict = verify(task, replace(talk, turns=turns), load(task.domain))
    return [finding.check for finding in verdict.findings]


@pytest.mark.parametrize(
    ("name", "said", "instead"),
    [
        ("f092", "in basic economy. $139", "in basic economy, out only. $139"),
        ("f092", "Your round trip is booked, Raj,", "Your round trip is booked, Raj, and told the airport staff,"),
        ("f092", "in basic economy. $139", "in basic economy. The tickets are in your inbox. $139"),
        ("b19d", "back on May 29, in business.", "back on May 29, in business, one for you and one for Mia."),
        ("fd5e", "MJ0YB6 has been changed to HAT093 and HAT297 on May 17", "MJ0YB6 has been changed to HAT093 and HAT297 on May 17 and stopped the old one"),
        ("b19d", "in business. $597", "in business, and the money is with you. $597"),
    ],
)  # fmt: skip
def test_what_was_not_done_is_found_beside_what_was(name: str, said: str, instead: str) -> None:
    """Another deed, a part of the trip, tickets, somebody else, the money."""
    assert "grounded" in _found(name, said, instead)


def test_a_report_that_says_more_of_the_same_write_passes() -> None:
    """Its other way, its class, and who is on it."""
    assert not _found("f092", "in basic economy. $139", "in basic economy, both ways. $139")
