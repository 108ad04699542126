"""Days named by others: what the user counts off is known, and no other day is."""

from __future__ import annotations

import pytest

from writ_dspy.verify.days import follows, in_digits, shifts

TOLD = ("departs 2024-05-18, returns 2024-05-22",)


@pytest.mark.parametrize(
    ("said", "moves"),
    [
        ("shift it to the next day", {1}),
        ("I'd rather leave a day later, please", {1}),
        ("the day after the original reservation", {1}),
        ("Can I fly the previous evening instead?", {-1}),
        ("two days earlier would be best", {-2}),
        ("one week after that", {7}),
        ("move my return back by one day", {1, -1}),
        ("3 days later than planned", {3}),
        ("tomorrow, or today if there is one", {0, 1}),
        ("the same day", set()),
        ("It was delayed for hours.", set()),
        ("May 18", set()),
    ],
)
def test_a_shift_is_read_with_its_direction(said: str, moves: set[int]) -> None:
    """Where the words do not say which way, it may be either."""
    assert shifts(said) == moves


@pytest.mark.parametrize(
    ("day", "said", "known"),
    [
        ("2024-05-19", "shift it to the next day", True),
        ("2024-05-23", "and move my return from SFO back by one day", True),
        ("2024-05-17", "a day earlier, please", True),
        ("2024-05-20", "shift it to the next day", False),
        ("2024-05-17", "a day later, please", False),
        ("2024-05-19", "any day is fine", False),
        ("2024-06-02", "My trip is on June 1; make it one day later", True),
        ("2024-05-25", "a week after May 18", True),
        ("no date", "the next day", False),
        ("2024-02-30", "the next day", False),
    ],
)
def test_a_day_follows_from_one_that_is_known(day: str, said: str, known: bool) -> None:
    """From what was said or shown, by as much as was said, in the direction that was said."""
    assert follows(day, [said], TOLD) is known


def test_a_shift_that_the_user_did_not_ask_for_makes_no_day_known() -> None:
    """Only the user's words move a day."""
    assert not follows("2024-05-19", ["Change my flight."], (*TOLD, "the next day"))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("On May twenty-second, please.", "May 22"),
        ("on the sixteenth of May", "16th of May"),
        ("May the first", "May 1"),
        ("you may first look", "you may first look"),
    ],
)
def test_a_day_in_words_is_read_beside_its_month(text: str, day: str) -> None:
    assert day in in_digits(text)
