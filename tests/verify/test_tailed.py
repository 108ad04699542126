"""What hangs behind a state, an amount or a rule, or is likened, without a word of record, policy or user for it, is found."""

from __future__ import annotations

import pytest

from writ_dspy.conversation import Turn
from writ_dspy.domains import load
from writ_dspy.verify.featured import featured
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.likened import likened
from writ_dspy.verify.loosened import loosened
from writ_dspy.verify.tailed import tailed

AIRLINE, RETAIL = "tau2:airline", "tau2:retail"


def _ground(domain: str, heard: str = "Hello, I need some help.") -> Ground:
    ground = Ground(load(domain))
    ground.hear(Turn("user", heard))
    return ground


@pytest.mark.parametrize(
    "wrong",
    [
        "Order #W4941028 is pending and not paid yet, so I can cancel it.", "Reservation 3PQDP7 is in business class, half flown, so that's fine.", "None of its flights is cancelled, just delayed a bit.",
        "It has not been flown yet and was changed only once, so I can do that.", "You would get $97 back, half of it as a voucher.", "It is $8.75 less, refunded to your PayPal account as store credit.",
        "You would get $226.11 back on your PayPal account, less the postage.", "It's $8.75, plus your usual shipping.", "The refund would go to your credit card once we've checked the jacket.", "The new one is $523.66, and the old one was on sale for $502.28.",
    ],
)  # fmt: skip
def test_a_tail_that_nothing_bears_out_is_found(wrong: str) -> None:
    """Another state, a share of an amount, another form of a refund, what is taken off it."""
    assert [*tailed(_ground(RETAIL), wrong)]


@pytest.mark.parametrize(
    "right",
    [
        "Order #W4941028 is pending and holds one kettle.", "The order is delivered, so I can do that.", "It is pending, and only delivered orders can be exchanged.", "It is in economy and was booked on May 1.",
        "VJ177J is cancelled, and the $298 will be back on your card.", "The order is cancelled, with the reason ordered by mistake.", "You get $97 back.", "Once I've checked the stock, I'll tell you the price.",
        "It is delivered and the boots are in stock, so that's possible.", "Of the $394, $193 comes from the gift card.",
        "Your name will do, plus your shipping zip code.", "Tell me the order, plus the delivery address that you want.",
    ],
)  # fmt: skip
def test_what_follows_from_a_state_passes(right: str) -> None:
    """What can be done, what it holds, when it was booked."""
    assert not [*tailed(_ground(RETAIL), right)]


@pytest.mark.parametrize(
    "wrong",
    [
        "The newer ones are a lot quieter.", "The blue one is older than the red one.", "Your booking is older.", "It's the one you asked for, and it's a bit warmer than yours.", "The difference is $178.88, as the new one zooms further.", "The cheapest is this, ahead of that one, which holds more.",
        "It costs $265 per person, half of what the others cost.", "I can send you a $100 certificate, which is more than we usually give.", "That's the one, only harder.",
    ],
)  # fmt: skip
def test_a_comparison_that_no_record_bears_out_is_found(wrong: str) -> None:
    """Of what things are like, and of what others cost."""
    assert [*likened(_ground(RETAIL), wrong)]


@pytest.mark.parametrize("right", ["Your booking is older than 24 hours, so that rule is no help.", "The second one is cheaper.", "It leaves later than the other one.", "The other connection is dearer still.", "I no longer see it.", "It costs $5 more than yours.", "I wish you a quieter day."])  # fmt: skip
def test_prices_and_times_may_be_compared(right: str) -> None:
    """They stand in the records."""
    assert not [*likened(_ground(AIRLINE), right)]


def test_what_the_user_compares_may_be_taken_up() -> None:
    """It brings in nothing new."""
    assert not [
        *likened(
            _ground(RETAIL, "I want a warmer jacket."),
            "The second one is the one you asked for, and it's warmer than yours.",
        )
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        "Nothing more can be changed in that order now, except the color.", "Only customers themselves can have their orders cancelled, or their lawyers.", "Only pending orders can be sent to another address, within the same state.",
        "In a store they could still do it.", "The policy is clear about that, though the airport desk can sometimes help.", "With a doctor's note it would be another matter.", "If he doesn't show up, we refund his share.",
        "An order that has been cancelled cannot be brought back here in the chat.", "A change can only be paid with a gift card, at least online.", "Somebody else may be able to do it.",
    ],
)  # fmt: skip
def test_an_exception_of_the_agents_own_is_found(wrong: str) -> None:
    """A case, a place or a person that policy has not."""
    assert [*loosened(_ground(RETAIL), wrong)]


@pytest.mark.parametrize(
    "right",
    [
        "Not even a colleague could do that.", "Passengers can be replaced by others, but their number has to stay.", "Nobody at the airport can change it.", "Once it is delivered, it can be exchanged.",
        "I can only help with your own account.", "If the airline cancelled the flight, it can be cancelled.", "You get $50 back.",
    ],
)  # fmt: skip
def test_the_rules_themselves_pass(right: str) -> None:
    """With the exceptions that they have."""
    assert not [*loosened(_ground(AIRLINE), right)]


@pytest.mark.parametrize(
    "wrong",
    [
        "The kettle is in stock and works on electric stovetops too.", "Both are made for diving.", "It's in stock, with the same picture as yours.", "The second one is the one you asked for, and it's dishwasher safe.",
    ],
)  # fmt: skip
def test_a_property_that_no_record_has_is_found(wrong: str) -> None:
    """What a thing is for, goes with or is safe in."""
    assert [*featured(_ground(RETAIL), wrong)]


@pytest.mark.parametrize("wrong", ["- Sophia Wilson, born May 21, 1987, your wife", "- Henrik Bennett, born June 23, 2012, at the child fare", "Travel insurance (also covers lost bags)"])  # fmt: skip
def test_a_fact_of_a_traveler_or_insurance_that_nobody_told_is_found(wrong: str) -> None:
    """A name and a day of birth are all that there is, and policy says what is covered."""
    assert [*featured(_ground(AIRLINE), wrong)]


@pytest.mark.parametrize("right", ["- Omar Li, born May 21, 1987, as the only passenger", "- Omar Li, born May 21, 1987, stays as is", "Insurance covers health and weather reasons.", "The policy that I work with is clear.", "It works in another way."])  # fmt: skip
def test_what_is_known_of_them_passes(right: str) -> None:
    """Who stays, and the rules."""
    assert not [*featured(_ground(AIRLINE), right), *featured(_ground(RETAIL), right)]
