"""An amount lies on the side of a limit that is said, nothing comes before the best, and a record was made on its own day."""

from __future__ import annotations

import json

import pytest

from writ_dspy.conversation import Turn
from writ_dspy.domains import Result, load
from writ_dspy.task import Call
from writ_dspy.verify.against import against
from writ_dspy.verify.began import when_made
from writ_dspy.verify.ground import Ground


@pytest.fixture(scope="module")
def ground() -> Ground:
    """A user with a limit, and two trips that were made on different days."""
    domain = load("tau2:airline")
    known, trip = Ground(domain), next(iter(domain.tables["reservations"].values()))
    known.hear(Turn("user", "At most $300, please."))
    for key, day in (("ABC123", "2024-05-06"), ("XYZ789", "2024-05-13")):
        data = {**dict(trip), "reservation_id": key, "created_at": f"{day}T16:36:00"}  # type: ignore[call-overload]
        known.read(Call.of("get_reservation_details", {"reservation_id": key}), Result(json.dumps(data)))
    return known


RIGHT = (
    "The round trip comes to $314 per traveler, which is above your limit of $296.", "That's a difference of $54.77, over your $50 limit.", "It costs $158.41, which is $20.47 more than yours and so above your $20.",
    "It is $54.77 over your $50 limit.", "One is $306, the other $310. Both are above your limit of $231.", "There's one pair in stock for less than $240, namely size 10 at $235.", "Isn't $314 below your limit of $296?",
    "It's $120 per person, $240 in total, which is over your $200.", "The two others go over your limit ($726 and $710).", "No flight was booked, because the lowest fare is above your limit.",
    "HAT1 is the shortest with 8 h, followed by HAT2 with 10 h.", "HAT1 is the cheapest; after it comes HAT2.", "The second cheapest is HAT2, just behind HAT1.", "HAT1 is the cheapest, and behind it comes HAT2.",
    "It would not be under $300, but $310.", "With $280 it stays within your budget of $300.",
)  # fmt: skip
WRONG = (
    "The round trip comes to $314 per traveler, which is below your limit of $296.", "That's a difference of $54.77, under your $50 limit.", "It costs $158.41, which is $20.47 more than yours and so below your $20.",
    "One is $306, the other $310. Both are below your limit of $231.", "There's one pair in stock for more than $240, namely size 10 at $235.", "The two others stay under your limit ($726 and $710).",
    "No flight was booked, because the lowest fare is below your limit.", "HAT1 is the shortest with 8 h, just behind HAT2 with 10 h.", "HAT1 is the cheapest; before it comes HAT2.",
    "With $280 it goes beyond your budget of $300.", "The latest in the day is HAT1 at 6:00 PM, right behind HAT2 at 4:00 PM.", "The fare is $250, so it exceeds your ceiling of $300.",
)  # fmt: skip


@pytest.mark.parametrize("text", RIGHT)
def test_what_fits_is_right(ground: Ground, text: str) -> None:
    assert list(against(ground, text)) == []


@pytest.mark.parametrize("text", WRONG)
def test_what_refutes_itself_is_found(ground: Ground, text: str) -> None:
    assert list(against(ground, text))


MADE = (
    "It was booked on May {day}, more than 24 hours ago.", "It is an economy booking made on May {day}.", "The reservation was made at 4:36 PM on May {day}.", "The trip dates from May {day}.",
    "You booked it on May {day}.", "Its booking date is May {day}.",
)  # fmt: skip
OPEN = (
    "You are booked on May 20.",
    "The change was made on May 15.",
    "If it was booked on May 1, it could be canceled.",
    "Your refund request was made on May 2.",
)


@pytest.mark.parametrize("text", MADE)
def test_the_day_on_which_a_record_was_made(ground: Ground, text: str) -> None:
    """Its own day is right; another record's is wrong where it is known which one is meant, and another still in any case."""
    assert when_made(ground, text.format(day=6), "abc123") == ""
    assert when_made(ground, text.format(day=13), "abc123")
    assert when_made(ground, text.format(day=13), "") == ""
    assert when_made(ground, text.format(day=8), "")


@pytest.mark.parametrize("text", OPEN)
def test_what_else_was_made_is_left_open(ground: Ground, text: str) -> None:
    assert when_made(ground, text, "abc123") == ""
