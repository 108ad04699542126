"""That there is none of a thing is said in many ways, and not by a no to something else in the same sentence."""

from __future__ import annotations

import pytest

from writ_dspy.domains import load
from writ_dspy.domains.sayings import says_none
from writ_dspy.domains.tau2.airline.bags import bags

BAGS = load("tau2:airline").pack.sayings.counted["bags"]


@pytest.mark.parametrize(
    "text",
    [
        "i won't check any bags.", "there won't be any checked bags.", "i won't have a single checked bag.", "no checked bags.",
        "we're not checking a single bag.", "i'm not checking any bags", "neither of us is bringing a suitcase", "bags aren't needed",
        "luggage: not needed, thanks", "checked bags will not be necessary", "not a single bag, only my coat",
        "drop every checked bag", "each and every checked bag comes off", "checked bags all off", "remove the checked bags, the whole lot", "all of the bags have to be taken off",
        "every checked bag taken off it, please", "i'd like fewer bags, i won't need a single one", "bags: none", "as for bags, zero", "checked bags - no", "carry-on only, no checked bags", "we're traveling without luggage",
    ],
)  # fmt: skip
def test_none_is_heard(text: str) -> None:
    """Before the thing or right behind it."""
    assert says_none(BAGS, text)


@pytest.mark.parametrize(
    "text",
    [
        "drop all the bags but one", "drop one of all the checked bags", "every checked bag stays",
        "no insurance, two checked bags.", "no insurance and two checked bags.", "we don't need insurance. three bags.",
        "not just one bag, two", "i'm not checking two bags, but three", "no bags beyond the two we have", "not a single bag more than the two",
        "not only bags, seats too", "my two bags are not the problem",
        "two checked bags, no insurance", "two bags and no insurance", "three bags, no problem",
        "we'll bring two bags, no travel insurance please", "one suitcase, and i'm not flying alone",
    ],
)  # fmt: skip
def test_a_no_to_something_else_is_none(text: str) -> None:
    """A number between, or a thing that stands nearer, takes the no for itself."""
    assert not says_none(BAGS, text)


@pytest.mark.parametrize(
    ("text", "none"),
    [
        ("carry-on only", True), ("just carry-ons for the two of us", True), ("only hand luggage", True), ("cabin bags only, please", True),
        ("nothing but a carry-on bag", True), ("we won't be checking anything", True), ("nothing to check in", True),
        ("none to be checked", True), ("i don't want to check anything in", True), ("no bags at all", True), ("zero bags", True),
        ("a carry-on and one checked bag", False), ("my hand luggage is heavy", False), ("we'd like to check one bag", False),
        ("please check everything again", False), ("no bags beyond the two", False), ("no insurance", False),
    ],
)  # fmt: skip
def test_who_checks_nothing_has_no_bags(text: str, none: bool) -> None:
    """However it is put; a bag on board beside one that is checked is none of these."""
    assert load("tau2:airline").pack.mentions("0", text) is none


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("i would enter this luggage: 29y04c, checked bags altogether: 3, all paid", False),
        ("luggage: 3 checked bags on 29y04c", False), ("luggage: 29, all paid", True), ("bags: 2, both paid", True),
    ],
)  # fmt: skip
def test_a_code_behind_a_colon_counts_no_bags(text: str, denied: bool) -> None:
    """A reservation whose id begins with digits is no number of them; another number there denies the right one."""
    total = next(bags(3, 3, {"total_baggages": 0, "nonfree_baggages": 0}))

    assert total.denied is not None
    assert total.denied(text) is denied


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("insurance? nah, i'm good.", "no"), ("you can drop the travel insurance, thanks.", "no"), ("leave the insurance out.", "no"),
        ("travel insurance? yes, please.", "yes"), ("insurance? not before i know the price", "yes"), ("take all the checked bags off.", "0"),
    ],
)  # fmt: skip
def test_insurance_and_bags_are_turned_down_in_everyday_words(text: str, value: str) -> None:
    """What is asked and answered by the same speaker is one statement; nothing else is stated with it."""
    mentions = load("tau2:airline").pack.mentions
    assert [one for one in ("yes", "no", "0") if mentions(one, text)] == [value]
    assert not mentions("0", "take one of the checked bags off, not all the others.")
