"""That there is none of a thing is said in many ways, and not by a no to something else in the same sentence."""

from __future__ import annotations

import pytest

from writ_dspy.domains import load
from writ_dspy.domains.sayings import says_none

BAGS = load("tau2:airline").pack.sayings.counted["bags"]


@pytest.mark.parametrize(
    "text",
    [
        "i won't check any bags.", "there won't be any checked bags.", "i won't have a single checked bag.", "no checked bags.",
        "bags: none", "as for bags, zero", "checked bags - no", "carry-on only, no checked bags", "we're traveling without luggage",
    ],
)  # fmt: skip
def test_none_is_heard(text: str) -> None:
    """Before the thing or right behind it."""
    assert says_none(BAGS, text)


@pytest.mark.parametrize(
    "text",
    [
        "no insurance, two checked bags.", "no insurance and two checked bags.", "we don't need insurance. three bags.",
        "two checked bags, no insurance", "two bags and no insurance", "three bags, no problem",
        "we'll bring two bags, no travel insurance please", "one suitcase, and i'm not flying alone",
    ],
)  # fmt: skip
def test_a_no_to_something_else_is_none(text: str) -> None:
    """A number between, or a thing that stands nearer, takes the no for itself."""
    assert not says_none(BAGS, text)
