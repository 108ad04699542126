"""What an agent says it sees or remembers, what it adds to a question about insurance or bags, and how it speaks of itself and the user."""

from __future__ import annotations

import pytest

from writ_dspy.conversation import Turn
from writ_dspy.domains import load
from writ_dspy.verify.conceded import concession
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.manners import advice, rude
from writ_dspy.verify.noise import written
from writ_dspy.verify.perceived import perceived
from writ_dspy.verify.private import secret
from writ_dspy.verify.remarked import remarked


def _ground(heard: str = "I'd like to change my trip.") -> Ground:
    ground = Ground(load("tau2:airline"))
    ground.hear(Turn("user", heard))
    return ground


@pytest.mark.parametrize(
    "wrong",
    [
        "Yes, I remember your cousin; here I can only go by our policy.", "That was me, I remember.", "I can see the note about it here.", "I see your account, Ivan, thanks, and that your card has expired.",
        "There's a birthday coming up, I see.", "Thanks, I have your account here, it's the first order you made with us.",
    ],
)  # fmt: skip
def test_what_was_never_shown_is_found(wrong: str) -> None:
    """Nor is there anything to remember."""
    assert [*perceived(_ground(), wrong)]


@pytest.mark.parametrize(
    "right",
    [
        "I see your account, Ivan, thanks.", "I see that the reservation is in economy.", "I see why you're upset.", "I don't remember anything of that, as I only see this conversation.", "I see what your log says, but the policy is clear.",
        "I have your profile here. What's the reservation number?", "What counts is the policy as I have it here. You were hoping for another answer, but it cannot be insured.", "Please remember that this works only once.",
    ],
)  # fmt: skip
def test_what_can_be_seen_passes(right: str) -> None:
    """An account, a record, the user's own words."""
    assert not [*perceived(_ground(), right)]


@pytest.mark.parametrize(
    "wrong",
    ["With it you can cancel for whatever reason.", "It's required for minors.", "It pays for hotel nights too.", "Most banks include it anyway.", "It covers any reason.", "Golf clubs count double."],
)  # fmt: skip
def test_a_remark_without_a_rule_is_found_behind_a_question(wrong: str) -> None:
    """What insurance is for stands in the policy."""
    assert [*remarked(_ground(), f"Would you like travel insurance? {wrong}")]


@pytest.mark.parametrize(
    "right",
    ["It's $30 per passenger.", "Any additional bag is $50.", "It covers health and weather reasons.", "As a gold member you get three bags free.", "It costs $30 for each passenger.", "Please tell me the payment method, too.", "It can't be added later."],
)  # fmt: skip
def test_a_remark_of_the_policy_passes(right: str) -> None:
    """So do prices, and what is asked next."""
    assert not [*remarked(_ground(), f"Would you like travel insurance? {right}")]


@pytest.mark.parametrize(
    "wrong",
    [
        "You should have taken the insurance.", "It was made more than 24 hours ago, as you well know.", "That's the third time now.", "You were late for it yourself, it seems.", "I'm sorry if somebody told you so, though I rather doubt it.",
        "I'd do the same in your place.", "For that route I'd go with economy.", "I wouldn't take it either.", "The next bag is on us.", "I'm bending the rules a little for you.", "I can do that, even if it's over the limit.",
        "What's the card, and the code on the back of it?", "Could I have the card for this, the whole number please?", "And what's your annual income?",
    ],
)  # fmt: skip
def test_blame_taste_favors_and_secrets_are_found(wrong: str) -> None:
    """In whichever words."""
    said = written(wrong)

    assert any(look(said) for look in (rude, advice, concession, secret))


@pytest.mark.parametrize(
    "right",
    ["You should have an e-mail by then.", "This is the third item on your list.", "I'd go with the cheapest, as you asked.", "We can exchange items of an order only this once.", "It depends on us both.", "Which card should I use?", "I can't bend the rules."],
)  # fmt: skip
def test_plain_words_pass(right: str) -> None:
    """That look like them."""
    said = written(right)

    assert not any(look(said) for look in (rude, advice, concession, secret))
