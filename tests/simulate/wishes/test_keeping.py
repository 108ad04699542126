"""What stands in another role: to keep a payment on a method leaves nothing as it is, and who is ill at work is no traveler."""

from __future__ import annotations

import pytest

from writ_dspy.domains import load
from writ_dspy.domains.listing import compiled
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


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("i have to work that day, since a colleague got sick.", False),
        ("i have to cover for a coworker who has the flu.", False),
        ("my boss is in the hospital.", False),
        ("i got sick.", True),
        ("my daughter has the flu.", True),
        ("my colleague is away and i am ill.", True),
        ("a colleague gave me the flu.", True),
        ("i told my boss i am sick.", True),
    ],
)
def test_who_is_ill_at_work_gives_no_reason_of_health(text: str, own: bool) -> None:
    """An illness is the traveler's own, or of somebody close; a colleague's only leaves the work to do."""
    sayings = load("tau2:airline").pack.sayings
    named = compiled(sayings.choices["reason"]["an illness"]).search(text)

    assert named is not None
    assert sayings.in_role("reason", named) is own
