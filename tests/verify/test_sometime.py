"""A time told in words that nobody spoke of is found; what the user said, what a date bears out and what wishes somebody well pass."""

from __future__ import annotations

import pytest

from writ_dspy.conversation import Turn
from writ_dspy.domains import load
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.sometime import sometime

AIRLINE, RETAIL = "tau2:airline", "tau2:retail"


def _found(domain: str, text: str, heard: str = "Hello there.") -> list[str]:
    ground = Ground(load(domain))
    ground.hear(Turn("user", heard))
    return [wanted for _, wanted in sometime(ground, text)]


@pytest.mark.parametrize(
    "wrong",
    [
        "You get your money back within 5 to 7 business days, the same evening as a rule.", "That's possible, since the order was delivered less than a month ago.", "I see that you flew with us only yesterday.",
        "The reservation is in business and was made this morning.", "If you write again on a weekday, somebody may be able to.", "There was a cheaper one last week, and now the cheapest is this.",
        "Please be at the airport two hours before the flight.", "The next change is free.", "Nothing new since yesterday.", "It was cancelled by the airline at short notice.",
        "You'll have it back in a week or so.", "It leaves May 17, so tomorrow.", "The flight tomorrow, May 18, has seats.", "It was booked a year ago.",
    ],
)  # fmt: skip
def test_a_time_of_the_agents_own_is_found(wrong: str) -> None:
    """Neither the user nor a record has it, or the date beside it is another day."""
    assert _found(AIRLINE, wrong)


@pytest.mark.parametrize(
    "right",
    [
        "It was booked more than 24 hours ago.", "It was booked within the last 24 hours, so less than a day ago.", "The flight tomorrow, May 16, has seats.", "It leaves May 16, so tomorrow.",
        "Is there anything else I can do for you tonight?", "Enjoy your weekend!", "That one was cancelled a moment ago.", "I can't say how it went last time.", "This time there's good news.",
        "Would you like to fly next week or later this month?", "The order can be changed once, and afterwards it can't be cancelled.", "HAT256 leaves on the same day.", "Have a great evening.",
        "You'd have one hour there.", "The refund takes 5 to 7 business days.",
    ],
)  # fmt: skip
def test_times_that_can_be_known_pass(right: str) -> None:
    """Policy's own, that of a date, of this talk, or a wish."""
    assert not _found(AIRLINE, right)


def test_what_the_user_spoke_of_is_known() -> None:
    """It may be taken up in the same words."""
    said = "It came last month, and I lost it yesterday."

    assert not _found(RETAIL, "I'm sorry about yesterday, and that it took since last month.", said)
    assert _found(RETAIL, "I see that it was sent last week.", said)


def test_noon_is_twelve() -> None:
    """Whoever says 12:00 PM has spoken of noon, and not of dinner."""
    said = "One that leaves at 12:00 PM or later."

    assert not _found(AIRLINE, "None that leaves at noon or later is within your limit.", said)
    assert _found(AIRLINE, "None that leaves at noon or later is within your limit.", "One that leaves late.")
    assert _found(AIRLINE, "None that leaves after dinner is within your limit.", said)
