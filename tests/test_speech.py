"""The count of faults of speech: each kind is found where it stands, and not in what the scripted roles say now."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.speech import FAULTS, counted, likeness
from tests.simulate.playing import Played
from writ_dspy.conversation import Turn
from writ_dspy.report.transcript import Transcript


def transcripts(played: list[Played]) -> list[Transcript]:
    """As a run hands them out."""
    return [Transcript(item.task, item.talk, {"accepted": True, "findings": []}) for item in played]


def said(item: Transcript, text: str, role: str = "agent") -> Transcript:
    """The conversation with one more message behind its first."""
    turns = item.talk.turns
    return replace(item, talk=replace(item.talk, turns=(*turns[:1], Turn(role, text), *turns[1:])))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a word said twice", "I can do the the exchange."),
        ("a small letter where a sentence begins, or a capital within it", "That is done. the refund follows."),
        ("one of what stands in the plural", "You have 1 bags on it."),
        ("several of what stands in the singular", "There are 3 variant to choose from."),
        ("changed for, where it is changed to", "I would modify the lamp (item 1) for the lamp (item 2)."),
        ("more records looked through than there were reads", "I looked through 9 records."),
        ("several things that is", "The versions is 13."),
        ("a product named before the user or a tool named it", "Sure, I can look into the espresso machine change."),
        ("a phrase that a reader found odd", "Any money moves through your card."),
    ],
)
def test_a_fault_is_found_where_it_stands(played: list[Played], name: str, text: str) -> None:
    """One sentence of the kind, in a conversation that is free of it."""
    talks = [one for one in transcripts(played) if one.task.domain == "tau2:retail" and not list(FAULTS[name](one))]
    spoiled = said(next(one for one in talks if "espresso" not in one.talk.turns[0].text.lower()), text)

    assert list(FAULTS[name](spoiled))


def test_what_the_roles_say_now_is_free_of_faults(played: list[Played]) -> None:
    """No kind is found in more than one conversation in fifty."""
    talks = transcripts(played)
    found = {name: examples for name, examples in counted(talks).items() if len(examples) > len(talks) / 50}

    assert found == {}


def test_texts_that_are_said_twice_are_alike(played: list[Played]) -> None:
    """Of conversations that stand there twice, every text has its like in another one."""
    talks = [one for one in transcripts(played) if one.task.domain == "tau2:retail"][:5]

    assert likeness("tau2:retail", [*talks, *talks]).near == pytest.approx(1.0)
    assert likeness("tau2:retail", talks).near < 1.0
