"""What one costs, and how many are free for whom: read from the policy, and held against what an agent says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.verify.test_played import played
from writ_dspy.domains import load
from writ_dspy.verify.checks import verify
from writ_dspy.verify.tariffs import _of

SAID = "As a gold member you get three free checked bags per economy passenger, so your one bag costs nothing extra."


def found(sentence: str) -> list[str]:
    """What is found where the agent says this to a gold member who books economy."""
    task, talk = played()["4af6"]
    turns = tuple(replace(turn, text=turn.text.replace(SAID, sentence)) for turn in talk.turns)
    assert turns != talk.turns or sentence == SAID
    verdict = verify(task, replace(talk, turns=turns), load(task.domain))
    return [str(finding) for finding in verdict.findings if finding.check == "grounded"]


@pytest.mark.parametrize(
    "sentence",
    [
        SAID, "Each economy passenger may check three bags, so yours is free.", "Gold members have 3 free bags per economy passenger, so nothing.",
        "An extra bag would be $50 each time; yours is free.", "Every bag beyond the free ones costs $50, yours is free.", "You'd have 4 free checked bags per business passenger, and 3 in economy.",
        "A silver member has two free checked bags per economy passenger, a gold one three.", "No. Travel insurance is $30 per passenger, the bag is free.", "Regular members get one free bag per economy passenger; you have three.",
    ],
)  # fmt: skip
def test_what_policy_has_passes(sentence: str) -> None:
    """In the words of people, for this member and for others that are named."""
    assert found(sentence) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "As a gold member you get four free checked bags per economy passenger.", "Each economy passenger may check two bags, so yours is free.", "Gold members have 2 free bags per economy passenger, so nothing.",
        "Any further one is $35 per extra bag; yours is free.", "No. Travel insurance is $50 per passenger, the bag is free.", "No. The travel insurance ($40 per passenger) would cost you, the bag is free.",
        "Each business passenger may check three, you know.",
    ],
)  # fmt: skip
def test_what_policy_has_otherwise_is_found(sentence: str) -> None:
    """Another number of free ones, or another price."""
    assert found(sentence)


def test_a_policy_without_prices_has_none() -> None:
    assert _of(load("tau2:retail")) == ({}, ())
