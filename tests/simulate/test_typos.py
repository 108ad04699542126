"""Slips of the hand, put right as a reader does it without noticing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.verify.test_played import found, played
from writ_dspy.simulate.manner.language import as_meant

MISTYPED = (
    ("Any day betwen May 25 and May 30 suits me.", "Any day between May 25 and May 30 suits me."),
    ("I want to complian about a flight.", "I want to complain about a flight."),
    ("the whole order was a mitsake, plaese", "the whole order was a mistake, please"),
)


@pytest.mark.parametrize(("typed", "meant"), MISTYPED)
def test_a_slip_is_read_as_what_is_meant(typed: str, meant: str) -> None:
    assert as_meant(typed, frozenset()) == meant


@pytest.mark.parametrize(
    "text",
    [
        "gimme Tessa Haddad's seat, thx",
        "Order #W1234567 goes to 12 Elm Street, 19036.",
        "yep, nah, lemme think, gonna do it",
        "tessa haddad flies, too",
        "My id is mia_li_3668.",
        "my roomie swears that this convo is over",
        "basic econ, if you have it",
        "I get twitchy on long nonstops",
    ],
)
def test_names_codes_slang_and_short_forms_are_no_slips(text: str) -> None:
    assert as_meant(text, frozenset({"tessa", "haddad", "economy"})) == text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("all that is deliverd", "all that is delivered"), ("the wrong adress", "the wrong address"), ("my acount", "my account"), ("it was orderd", "it was ordered"),
        ("exchangd it", "exchanged it"), ("wich one", "which one"), ("thier bags", "their bags"), ("hte bags", "the bags"),
    ],
)  # fmt: skip
def test_a_letter_is_rather_left_out_than_put_in(typed: str, meant: str) -> None:
    """And the first one is seldom wrong: nobody means "deliver", "dress" or "count" there."""
    assert as_meant(typed, frozenset()) == meant


def test_what_comes_up_here_is_meant_however_rare_it_is() -> None:
    assert as_meant("the ketle, please", frozenset()) == "the ketle, please"
    assert as_meant("the ketle, please", frozenset({"kettle"})) == "the kettle, please"


def test_a_yes_is_a_yes_however_it_is_typed() -> None:
    """A mistyped consent stands, and one that takes something back still takes it back."""
    task, talk = played()["d513"]

    def told(text: str) -> set[str]:
        turns = tuple(replace(turn, text=turn.text.replace("Yes, change the lamp.", text)) for turn in talk.turns)
        assert turns != talk.turns
        return found(task, replace(talk, turns=turns))

    assert told("Yes, chnage the lamp, plaese.") == set()
    assert "confirmed_before_write" in told("Wait, chnage nothign, plaese.")
