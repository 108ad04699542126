"""Looks and times: what no tool shows was not looked at, and what no record dates has no day."""

from __future__ import annotations

import pytest

from writ_dspy.conversation import Turn
from writ_dspy.domains import NAMES, load
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.looked import looked
from writ_dspy.verify.undated import undated

RETAIL, AIRLINE = "tau2:retail", "tau2:airline"


@pytest.mark.parametrize("domain", NAMES)
@pytest.mark.parametrize(
    "wrong",
    [
        "I have also called the warehouse about it.",
        "I compared the prices of other shops as well.",
        "I asked my supervisor about it just now.",
        "I went through all your old chats with us.",
        "I have looked at the website as well.",
        "I consulted a colleague.",
        "I just spoke to our shipping team about it.",
        "We've checked the security footage.",
    ],
)
def test_a_look_beyond_the_tools_is_found(domain: str, wrong: str) -> None:
    """Places that no tool reaches, and people behind the desk."""
    assert [sentence for sentence, _ in looked(Ground(load(domain)), wrong)] == [wrong]


@pytest.mark.parametrize(
    ("domain", "right"),
    [
        (AIRLINE, "I have checked all reservations linked to your profile."),
        (RETAIL, "I went through all orders listed under your name."),
        (RETAIL, "I compared 12 variants of the lamp, and the cheapest is in stock."),
        (RETAIL, "I went through all your orders and looked at both of them again."),
        (RETAIL, "I checked every version in stock for the three products."),
        (RETAIL, "I haven't checked the weather."),
        (AIRLINE, "I've checked all fourteen days and every one-stop connection."),
        (AIRLINE, "I searched for flights from Boston on May 20."),
        (AIRLINE, "I looked through your records and found reservation O3W0TY."),
        (AIRLINE, "I asked you for the date of birth."),
    ],
)
def test_a_look_at_what_tools_show_passes(domain: str, right: str) -> None:
    """Records, options, days, and what is denied."""
    assert list(looked(Ground(load(domain)), right)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "Your parcel will arrive on Thursday.",
        "The courier picks up the old item on Monday.",
        "It will be at your door in two days.",
        "The replacement goes out this afternoon.",
        "Shipping takes about a week.",
        "New stock comes in every Tuesday.",
        "More of these should be available again in July.",
        "That colour will be discontinued soon.",
        "I can reserve one for you as soon as it's back.",
        "We only have two left of it.",
    ],
)
def test_a_time_that_no_record_gives_is_found(wrong: str) -> None:
    """Not where the user has named it, nor where records hold dates."""
    ground = Ground(load(RETAIL))
    assert [sentence for sentence, _ in undated(ground, wrong)] == [wrong]
    assert list(undated(Ground(load(AIRLINE)), wrong)) == []

    ground.hear(Turn("user", f"I was told: {wrong}"))
    assert list(undated(ground, wrong)) == []


@pytest.mark.parametrize(
    "right",
    [
        "The refund of $20 takes 5 to 7 business days to arrive on your card.",
        "Have a good Thursday!",
        "I can't tell when the parcel will arrive, on Thursday or later.",
        "You will get an e-mail on how to return it within the day.",
        "Good luck with the delivery of your talk tomorrow.",
        "Two requests are left.",
        "If it should arrive on Monday, you can return it.",
    ],
)
def test_what_gives_no_time_to_a_thing_passes(right: str) -> None:
    """Refunds, wishes, what is denied or supposed."""
    assert list(undated(Ground(load(RETAIL)), right)) == []
