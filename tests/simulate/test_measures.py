"""What is counted in a talk is what was said in it: each measure with what it must not count beside what it must."""

from __future__ import annotations

import dataclasses

import pytest

from tests.propose.proposed import proposed
from writ_dspy.conversation import Turn
from writ_dspy.domains import load
from writ_dspy.simulate.acts import heard, takes_leave, user_acts
from writ_dspy.simulate.manner.measured import measured
from writ_dspy.simulate.manner.telling import correction
from writ_dspy.simulate.manner.voice import asides, digression, haste, tone
from writ_dspy.simulate.manner.words import stems
from writ_dspy.simulate.trials import shown
from writ_dspy.task import Behaviour, Call
from writ_dspy.trial import ObjectsToPrice

GRUFF = [
    "Cancel it.",
    "Take the card.",
    "Same as ever.",
    "No.",
    "Do it now.",
    "Wrong one.",
    "The other.",
    "Go on then.",
]
CASE = stems("I want to cancel my order and get a refund to my card")
NO = "I'm sorry, but I can't remove Lucas without somebody taking his place. Is there anything else I can do for you?"
PRICE = (
    "It would replace yours, and you pay $32.27. Is the mug all that you want to exchange, and do you agree (yes/no)?"
)


@pytest.mark.parametrize("text", ["Your site says nothing of the kind.", "Any kind will do.", "It's one of a kind.", "What kind is it?"])  # fmt: skip
def test_a_kind_of_thing_is_no_kindness(text: str) -> None:
    """Nor does it take a gruff tone away; "very kind" does."""
    assert tone([*GRUFF, text]) == ("blunt", 0.0)
    assert tone([*GRUFF, "You are very kind."])[0] == "neutral"  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("I clicked too quickly, so it was a mistake.", 0),
        ("That went too fast for me.", 0),
        ("Quickly, please.", 1),
        ("My next class starts soon.", 1),
        ("The course starts with chapter one.", 0),
    ],
)
def test_haste_is_of_now(text: str, signs: int) -> None:
    """What once went too quickly hurries nobody."""
    assert haste(text) == signs


def test_haste_and_background_are_no_small_talk() -> None:
    """Who says why it hurries strays from nothing; of who was asked for background only a remark that says so is one."""
    assert asides("Thank you, my next class starts soon.", CASE) == 0
    assert asides("Goodbye, I have to run now, school is waiting for me.", CASE) == 0
    assert asides("My sister bakes cakes in the garden.", CASE) == 1
    assert digression(["My sister bakes cakes in the garden."], [CASE], talkative=True) is None
    assert digression(["By the way, my sister bakes cakes."], [CASE], talkative=True) == ("small talk", 1.0)
    assert digression(["Cancel my order."], [CASE], talkative=True) == ("none", 0.0)
    assert asides("I only haul canvases in it anyway.", CASE) == 0


def test_flights_that_the_agent_named_are_no_slip() -> None:
    """Two numbers so alike are a slip where the user brings up both."""
    assert correction(["hat091, then hat093"], "", {"hat091", "hat093"}) == ("none", 0.0)
    assert correction(["43215, no, 43211"], "", {"hat091"}) == ("corrects a slip", 1.0)
    task = proposed("tau2:airline")[0]
    named = Turn("agent", "There are HAT091 and then HAT093. Shall I book them?")
    for turns, seen in (
        ([Turn("user", "Hello."), named, Turn("user", "HAT091 and HAT093, yes.")], "none"),
        ([Turn("user", "HAT091, no, HAT093 it is."), named], "corrects a slip"),
    ):
        assert measured(task, load(task.domain), turns)["correction"].seen == seen


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        (NO, True),
        ("I'm sorry, but I can't take him off without a replacement.", True),
        ("I'm sorry, I can't look into that without your user id.", False),
        ("I'm afraid I can't change that without an explicit confirmation.", False),
        ("I'm sorry, I can't do that without somebody's name. Which name is it?", False),
        ("I'm sorry, I can't do that before you agree.", False),
    ],
)
def test_what_is_lacking_for_good_refuses(text: str, refused: bool) -> None:
    """What is only waited for does not."""
    assert ("refusal" in heard(text).kinds) == refused


@pytest.mark.parametrize(
    ("text", "leaves"),
    [
        ("Your site says nothing of it. Take him off and let me run.", False),
        ("Just do it.", False),
        ("Fine, he'll laugh about that and so will I. Nothing else, gotta dash, bye.", True),
        ("No, that's all.", True),
        ("Take care, bye.", True),
        ("And so will Lucas? Bye.", False),
    ],
)
def test_who_still_bids_takes_no_leave(text: str, leaves: bool) -> None:
    """And who says that they do as another does asks nothing."""
    assert takes_leave(text, NO) == leaves
    assert "question" not in {act.kind for act in user_acts("He laughs, and so will I.", NO)}
    assert "question" in {act.kind for act in user_acts("Will I get it back?", NO)}


@pytest.mark.parametrize(
    ("said", "after", "seen"),
    [
        ("Hmm, how do you get to that sum? And yes, the mug is all.", Turn("agent", "It is the difference."), 1),
        ("Hmm. How do you get to that sum?", Turn("agent", "It is the difference."), 1),
        ("Yes, the mug is all, and I agree.", Turn("agent", "Done."), 0),
        ("That much? Yes, I agree, do it.", Turn("agent", calls=(Call.of("pay", {}),)), 0),
    ],
)
def test_an_objection_beside_another_yes_shows(said: str, after: Turn, seen: int) -> None:
    """Where the agent answers it before it acts."""
    behaviour = Behaviour((), trials=(ObjectsToPrice(0, "Why?"),))
    dealt = dataclasses.replace(proposed("tau2:retail")[0], behaviour=behaviour)
    turns = [Turn("user", "Exchange it."), Turn("agent", PRICE), Turn("user", said), after]

    assert [one.seen for one in shown(dealt, load(dealt.domain), turns)] == [seen]
