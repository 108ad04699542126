"""How many of what somebody has: against the lists of records, by whatever name the domain gives them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from writ_dspy.domains.values import values
from writ_dspy.verify import tallied
from writ_dspy.verify.tallied import untold


class _Tables:
    """A domain, as far as its tables go."""

    def __init__(self, field: str) -> None:
        self.tables = {"members": {"M1": {"member_id": "M1", field: []}}}


@pytest.mark.parametrize(
    ("field", "number", "found"),
    [
        ("bookings", 3, False), ("bookings", 4, True), ("reservations", 3, False), ("reservations", 67, True),
        ("visits", 67, True), ("visits", 3, False),
    ],
)  # fmt: skip
def test_a_number_of_bookings_is_held_against_the_list(
    field: str, number: int, found: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than any list shows was not read; where no field is called like them, any list may be meant."""
    monkeypatch.setattr(tallied, "_calls_so", lambda _, word: word == "bookings")
    shown = SimpleNamespace(lengths={field: 3}, views={}, numbers_of=lambda _: ())
    ground = SimpleNamespace(domain=_Tables(field), shown=[shown], heard_of=lambda _: False)
    text = f"Looking at {number} bookings, I find that the cheapest is K7."
    (value,) = (one for one in values(text) if one.quantity == "count" and one.number == number)

    assert bool(untold(cast("Any", ground), text, text, value)) is found


@pytest.mark.parametrize(
    ("text", "left", "found"),
    [
        ("You may take 4 bags, and 1 is booked, so you have 3 remaining free bags.", 3, False),
        ("You may take 4 bags, and 1 is booked, so you have 2 remaining free bags.", 2, True),
        ("It has 4 seats, and you need 1, so there are 3 remaining seats.", 3, True),
    ],
)
def test_the_free_bags_that_are_left_are_what_the_booked_ones_leave(text: str, left: int, found: bool) -> None:
    """No record shows them; how many seats are left, one does."""
    ground = SimpleNamespace(domain=_Tables("bookings"), shown=[], heard_of=lambda _: False)
    value = next(one for one in values(text) if one.quantity == "count" and one.number == left)

    assert bool(untold(cast("Any", ground), text, text, value)) is found
