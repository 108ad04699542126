"""Sentences that a model is given to put into other words, and what has to stand in them."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from tests.programs.proposing import Perfect, asked_for, connection, field
from tests.propose.proposed import proposed
from writ_dspy.domains import NAMES, load
from writ_dspy.programs.proposer import Phraser
from writ_dspy.programs.tries import Rejected
from writ_dspy.programs.wording import check_kept, given, kept
from writ_dspy.signatures.proposer import GivenSentence
from writ_dspy.simulate.scripted import plan
from writ_dspy.simulate.scripted.style import GREETED, as_opening
from writ_dspy.task import Slot


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
