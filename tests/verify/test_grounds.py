"""By which words the ground of a refusal is known: those of any desk in the core, those of a desk with its domain."""

from __future__ import annotations

from tests.domains.library import library
from writ_dspy.domains import load
from writ_dspy.domains.disputes import Grounds
from writ_dspy.verify.refusals import own_words


def test_what_a_desk_deals_in_tells_no_ground_from_another() -> None:
    """A word of most requests counts for nothing there, and is as good as any other elsewhere."""
    retail, town = load("tau2:retail").pack.grounds, library().pack.grounds

    assert not own_words("the order was cancelled", "", retail)
    assert own_words("the order was cancelled", "")
    assert not own_words("the hold is placed", "", town)
    assert "wait" in own_words("other people wait for that copy", "the loan renewal", town)


def test_kin_of_a_desk_is_heard_as_the_ground() -> None:
    """Words that say the same in one domain mean nothing of it in another."""
    said = own_words("basic economy flights cannot be changed", "", load("tau2:airline").pack.grounds)

    assert "economy" in said
    assert "gold" in own_words("only silver members may", "", load("tau2:airline").pack.grounds)
    assert "gold" not in own_words("only silver members may", "")
    assert "tardy" in own_words("it is overdue", "", Grounds(kin=("overdue tardy",)))


def test_who_may_be_served_is_told_in_many_words() -> None:
    """The owner, the person who was verified, or themselves: but "your", which is in every answer, tells nothing."""
    said = own_words("only customers themselves can have it cancelled", "", load("tau2:retail").pack.grounds)

    assert {"own", "person", "himself", "belong"} <= said
    assert "your" not in said
