"""To keep a payment on a method is no wish to leave things as they are."""

from __future__ import annotations

import pytest

from writ_dspy.simulate.wishes.deeds import _ALONE


@pytest.mark.parametrize(
    ("text", "aside"),
    [
        ("please keep it on the payment method i used for that order.", True),
        ("keep everything on the same card, please.", True),
        ("keep the lamp as it is.", False),
        ("keep it in the order, i changed my mind.", False),
    ],
)
def test_where_a_payment_stays_is_no_deed(text: str, aside: bool) -> None:
    """Only what is kept as it was is not to be changed."""
    assert (_ALONE.search(text) is not None) is aside
