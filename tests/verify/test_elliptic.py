"""Answers that are understood with their question: what it names is chosen from, a clipped word is whole, and "that order" is the one before, an offer is taken up."""

from __future__ import annotations

import pytest

from writ_dspy.domains import load
from writ_dspy.domains.listing import compiled
from writ_dspy.domains.whole import is_whole
from writ_dspy.verify.elliptic import asks_of, chosen_from, lengthened, taken_up, with_its_noun, with_the_one_before


@pytest.mark.parametrize(
    ("asked", "answer", "chosen"),
    [
        ("and which gift card?", "the one w most on it", True), ("**which of your gift cards** should i use?", "either", True), ("which gift card, then?", "the fuller one.", True),
        ("which gift card shall it be?", "whichever has more", True), ("which gift card?", "the latter.", True), ("what gift card do you mean?", "my older one", True),
        ("which gift card?", "let me see.", False), ("which card?", "the one with the most on it", False), ("your gift card has $10. what should the new one be like?", "the cheapest one", False),
        ("you have a gift card and a visa. which of these?", "idc any of em", True), ("you have a gift card and a visa. which of these?", "the visa one", False),
        ("i see a gift card. which of them?", "whatever, all of them", True), ("i see a gift card.", "any of them", False),
    ],
)  # fmt: skip
def test_an_answer_chooses_from_what_its_question_names(asked: str, answer: str, chosen: bool) -> None:
    """One of the kind that is asked about, or any of all that were named; what only stands in the message is not chosen."""
    assert chosen_from(lambda text: "gift card" in text, asked, answer) is chosen


@pytest.mark.parametrize(
    ("asked", "answer", "whole"),
    [
        ("a security camera and a laptop. which of the two?", "the cam", "the camera"), ("the mechanical keyboard or the mouse?", "keyb pls", "keyboard pls"),
        ("the headphones or the charger?", "headph, thx", "headphone, thx"), ("it can't be done here, what now?", "if you don't have it, don't", "if you don't have it, don't"), ("a camera or a campstove?", "the cam", "the cam"), ("a lamp or a laptop?", "the two", "the two"),
    ],
)  # fmt: skip
def test_a_clipped_word_is_the_one_that_was_just_said(asked: str, answer: str, whole: str) -> None:
    """Where only one word begins like it; what may be two things, and a word of any talk, stays."""
    assert lengthened(answer, asked) == whole


@pytest.mark.parametrize(
    ("text", "before", "points"),
    [
        ("i want that order redirected.", "you're sending my kettle to the wrong place.", True), ("what'll be left on that card?", "goes on my gift card.", True),
        ("whichever of my trips are one way, all of them.", "i'll have to take more luggage on some of them.", False), ("how much is left on it?", "goes on my gift card.", True), ("that one is black.", "the kettle, please.", False), ("i want that order redirected.", "", False), ("i like the order of things.", "the kettle, please.", False),
    ],
)  # fmt: skip
def test_a_sentence_that_points_back_is_read_with_the_one_before(text: str, before: str, points: bool) -> None:
    """The one order of which was spoken is that order; "that one" may be anything."""
    assert (before != "" and before in with_the_one_before(text, before)) is points


OFFER = "It's delivered, so I can't modify it, but I can exchange the helmet for another version."
WHETHER = f"{OFFER} If that suits you, which version would you like?"
WHICH = f"{OFFER} Which version would you like?"


@pytest.mark.parametrize(
    ("before", "answer", "taken"),
    [
        (WHETHER, "Fine, exchange. The most expensive other one in stock.", True), (WHETHER, "Exchange is fine.", True), (WHETHER, "That works. The blue one.", True), (WHETHER, "Sure.", True), (WHETHER, "OK let's exchange it then.", True),
        ("It could be exchanged instead: I could swap the helmet. Would that work for you?", "Sure.", False), ("What I can do is exchange the helmet. Does that help?", "Yes, please. The blue one.", True),
        (WHETHER, "No, leave it.", False), (WHETHER, "I'd rather keep it.", False), (WHETHER, "The blue one. PayPal.", False), (WHETHER, "Is there a fee?", False), (WHETHER, "Let me think.", False),
        (WHICH, "Fine, exchange it. The blue one.", True), (WHICH, "OK, the blue one.", False), ("I can look at the helmet for you. Is that all right?", "Sure.", False), ("I can't exchange the helmet. Is that all right?", "Sure.", False),
        ("I can exchange the helmet. I could also return the kettle. What would you like?", "Fine, exchange.", False), ("Can I exchange the helmet for you? Is that all right?", "Sure.", False),
    ],
)  # fmt: skip
def test_one_offer_in_a_statement_is_taken_up(before: str, answer: str, taken: bool) -> None:
    """Where it is asked whether, or the answer names the deed; two offers, a denied one and a look are none, and neither is another answer."""
    assert ("exchange the helmet" in taken_up(before, answer)) is taken


@pytest.mark.parametrize(
    ("answer", "asked", "whole"),
    [
        ("nah, i'll pass on that, thank you", "and the insurance?", "nah, i'll pass on insurance, thank you"), ("i'll skip it please", "do you want the insurance?", "i'll skip insurance please"),
        ("no, leave that out", "would you like insurance?", "no, leave insurance out"), ("sure, i'd take it.", "and the insurance?", "sure, i'd take insurance."),
        ("we can do without.", "would you like insurance?", "we can do without insurance."), ("without, please", "and the insurance?", "without insurance, please"),
        ("we can't do without.", "would you like insurance?", ""), ("who can do without?", "would you like insurance?", ""), ("without a doubt", "and the insurance?", ""), ("i can never do without it", "and the insurance?", ""),
        ("that's fine", "and the insurance?", ""), ("i paid with that card", "and the insurance?", ""), ("i'll pass on that", "the insurance is $30. how many bags?", ""), ("i'll pass on that", "the insurance is $30.", ""),
    ],
)  # fmt: skip
def test_a_pronoun_stands_for_what_the_last_question_asks_about(answer: str, asked: str, whole: str) -> None:
    """Where it is an object by itself; what stands before another word, or in no answer to that question, stays."""
    assert with_its_noun(answer, asked, compiled(r"\binsurance\b")) == whole


@pytest.mark.parametrize(
    ("asked", "about"),
    [
        ("emma davis is on it, your trip to newark. what needs fixing on her name?", True), ("what needs fixing on emma's name?", True), ("emma and juan are on it. what is wrong with emma's name?", True),
        ("emma and juan are on it. what needs fixing on her name?", False), ("emma davis is on it. which passenger is it?", False), ("emma's trip. is it emma's name or juan's?", False), ("juan is on it. what needs fixing on his name?", False),
        ("emma is on it, and her name is wrong.", False),
    ],
)  # fmt: skip
def test_a_question_is_about_one_of_several(asked: str, about: bool) -> None:
    """By the name, or by a pronoun where the message names no other one."""
    assert asks_of(asked, lambda text: is_whole("emma", text), lambda text: is_whole("juan", text)) is about


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("please send it to the address of the order i cancel in one.", True), ("the address on the order that i'm cancelling.", True), ("to the address of the one i want to cancel.", True), ("the address of the cancelled order.", True),
        ("cancel the order with the luggage set.", False), ("the address of the order i keep.", False), ("change its address, and cancel the other order.", False), ("i want to cancel an order.", False),
    ],
)  # fmt: skip
def test_the_address_of_the_order_that_is_cancelled(text: str, said: bool) -> None:
    """Whose address it is, is said before as well as after it is cancelled; a wish to cancel names no address."""
    _, pattern, _ = load("tau2:retail").pack.sayings.ideas["address"]

    assert (compiled(pattern).search(text) is not None) is said
