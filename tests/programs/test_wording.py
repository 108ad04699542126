"""Sentences that a model is given to put into other words, and what has to stand in them."""

from __future__ import annotations

import asyncio
import dataclasses
import json

import pytest
from dspy.lm15 import Request as LMRequest

from tests.programs.proposing import Perfect, asked_for, connection, field
from tests.propose.proposed import proposed
from writ_dspy.domains import NAMES, load
from writ_dspy.programs.proposer import Phraser
from writ_dspy.programs.reader import READINGS
from writ_dspy.programs.tries import Rejected
from writ_dspy.programs.wording import Rewording, check_kept, given, kept
from writ_dspy.signatures.proposer import GivenSentence, Sentence
from writ_dspy.simulate.scripted import plan
from writ_dspy.simulate.scripted.style import GREETED, as_opening
from writ_dspy.task import Slot, Task


def test_a_short_text_to_be_kept_is_a_word_of_the_sentence() -> None:
    """Size S is no letter of "size": it is spelled as it stands, and missing where no word is it."""
    size = Slot("version", "I'd like the same size, but in S.", ("s",))
    assert kept(size) == ["S"]
    sentence = GivenSentence(key="0:version", text=size.text, keep=kept(size))
    for said in ("Size S, please.", "Make it s", "It's S that I want."):
        check_kept(sentence, said)
    for said in ("It's the smallest, please.", "Same as it is.", ""):
        with pytest.raises(Rejected):
            check_kept(sentence, said)
    check_kept(sentence.model_copy(update={"keep": ["9"]}), "In size 9, please.")
    with pytest.raises(Rejected):
        check_kept(sentence.model_copy(update={"keep": ["9"]}), "From the order ending in 976.")


@pytest.mark.parametrize("name", NAMES)
def test_only_the_first_request_greets(name: str) -> None:
    """Whatever the recipes put in front; the sentence goes on after a comma, and begins anew where there is no greeting."""
    for task in proposed(name):
        requests = tuple(
            dataclasses.replace(one, opening=f"Hi there, One thing more: {one.word}.") for one in task.requests * 2
        )
        texts = {one.key: one.text for one in given(dataclasses.replace(task, requests=requests))}
        assert texts[plan.opening(0)].startswith("Hi there, one thing")
        for index in range(1, len(requests)):
            assert texts[plan.opening(index)].startswith("One thing")
            assert not GREETED.match(texts[plan.opening(index)])
    assert as_opening("Hello, I need help.", first=True) == "Hello, I need help."
    assert as_opening("Hello! My order is late.", first=True) == "Hello! My order is late."
    assert as_opening("High time to cancel it.", first=False) == "High time to cancel it."


def test_a_brief_is_read_as_what_is_told_to_an_actor() -> None:
    """Else "I log in as … You want to cancel" would be two persons."""
    task = next(one for one in proposed("tau2:retail") if one.instruction)
    line, engine = connection(Perfect([task]))
    asyncio.run(Phraser(line).phrase(task, load(task.domain), 1))
    sentences, brief = [field(one, "request") for one in engine.requests if asked_for(one) == "reading"]
    assert "Whoever plays this customer is told:" in brief
    assert "Whoever plays" not in sentences


def test_what_only_begins_a_word_says_so() -> None:
    """A mark that is a stem is shown with the sign that it goes on; a plural, a number and a whole word are shown as they are."""
    slot = Slot("wish", "I'd like to be compensated for two bags, no. 2150.", ("compensat", "bag", "2150", "like"))
    assert kept(slot) == ["compensat…", "bag", "2150", "like"]
    sentence = GivenSentence(key="0:wish", text=slot.text, keep=kept(slot))
    check_kept(sentence, "I'd like some compensation for my two bags, number 2150.")
    with pytest.raises(Rejected, match=r'0:wish .* has to hold "compensat…"'):
        check_kept(sentence, "I'd like some money for my two bags, number 2150.")


def test_an_opening_has_its_own_words() -> None:
    """What it asks for, a reading shows: "a trip of mine" is a reservation."""
    for task in proposed("tau2:airline"):
        assert all(not one.keep for one in given(task) if one.key.endswith("opening"))


def rewording(task: Task) -> tuple[Rewording, list[Sentence]]:
    said = [Sentence(key=one.key, text=f"Well, {one.text}") for one in given(task)]
    return Rewording(task), said


def test_an_objection_says_what_to_give_back() -> None:
    """Which sentences and the brief; or the brief alone, as the sentences hold: each in plain words, with no list of code."""
    task = next(task for task in proposed("tau2:retail") if len(given(task)) > 4)
    held, said = rewording(task)
    with pytest.raises(Rejected) as first:
        held.take(said[:-1], "You want it.")
    told = held.told(first.value.advice)
    assert told.endswith(
        f"Give back {said[-1].key} in new words, and a new brief; the other sentences hold as they now stand"
    )
    assert f"{said[-1].key} did not come back" in told
    assert "the brief has to tell what" in told
    assert "[" not in told
    with pytest.raises(Rejected) as second:
        held.take(said, "You want it.")
    assert held.told(second.value.advice).endswith("give none of them back, only a new brief")
    assert held.take([], "You want this. " + " ".join(one.text for one in said)).gold == task.gold


def test_a_brief_says_you_for_me() -> None:
    """An actor is told "you are the only traveler", which is "me" of the sentence; what else it lacks is still missed."""
    task = next(task for task in proposed("tau2:airline") if len(task.requests) == 1)
    (request,) = task.requests
    slot = Slot("who", "A single traveler: me.", ("me",))
    alone = dataclasses.replace(task, requests=(dataclasses.replace(request, slots=(*request.slots, slot)),))
    held, said = rewording(alone)
    rest = " ".join(one.text for one in given(task)[1:])
    assert held.take(said, f"You want this. {rest} You are the only traveler.").instruction
    whole = Slot("order", "I'd like the one that gets me there first for my dog.", ("gets me there first", "my dog"))
    phrased = dataclasses.replace(alone, requests=(dataclasses.replace(request, slots=(*request.slots, whole)),))
    held, said = rewording(phrased)
    assert held.take(said, f"You want this. {rest} The flight that gets you there first, for your dog.").instruction
    held, said = rewording(phrased)
    with pytest.raises(Rejected, match="has to tell what"):
        held.take(said, f"You want this. {rest} The flight that gets him there first, for your dog.")
    lacking = dataclasses.replace(
        alone, requests=(dataclasses.replace(request, slots=(Slot("x", "A crate.", ("crate",)),)),)
    )
    held, said = rewording(lacking)
    with pytest.raises(Rejected, match=r'has to tell what "A crate\." says, with "crate"'):
        held.take(said, "You want this.")


@pytest.mark.parametrize("fails", ["sentences", "brief"])
def test_what_was_read_once_is_not_read_again(fails: str) -> None:
    """Where the brief alone was misread, the sentences stand as they are and nobody reads them anew; and only a new brief is asked for."""
    task = next(one for one in proposed("tau2:retail") if one.instruction and len(one.requests) == 1)
    model, read = Perfect([task]), list[str]()

    def reply(request: LMRequest) -> str:
        said = model(request)
        if asked_for(request) != "reading":
            return said
        read.append("brief" if "Whoever plays" in field(request, "request") else "sentences")
        wrong = read.count(fails) <= READINGS and read[-1] == fails
        return json.dumps({"reading": "", "goal": {"searches": [], "decisions": [], "tells": []}}) if wrong else said

    line, engine = connection(reply)
    asyncio.run(Phraser(line).phrase(task, load(task.domain), 1))
    again = [one for one in engine.requests if asked_for(one) == "brief"][1]
    if fails == "brief":
        assert read == ["sentences", "brief", "brief", "brief"]
        assert "in the brief, " in field(again, "objection")
        assert "only a new brief" in field(again, "objection")
    else:
        assert read == ["sentences", "sentences", "sentences", "brief"]
        assert "in new words" in field(again, "objection") or not field(again, "objection").endswith("brief")
