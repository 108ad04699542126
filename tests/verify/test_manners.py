"""Manners: rudeness, taste, concessions and gifts are found by their shape; plain and friendly words pass."""

from __future__ import annotations

import pytest

from writ_dspy.verify.conceded import concession
from writ_dspy.verify.largess import held_out
from writ_dspy.verify.manners import advice, rude
from writ_dspy.verify.noise import written


@pytest.mark.parametrize(
    "wrong",
    [
        "You should have read the terms, that's your own fault.", "I don't have all day.", "Honestly, nobody else asks such silly things.",
        "If you can't write properly, it's hard to help you.", "Don't be such a baby about it.", "You are really slow to understand.",
        "You're being quite difficult today.", "How hard can it be to remember a number?", "Calm down, will you.", "Make up your mind already.",
        "That's hardly my problem.", "You people are always the same.", "What a ridiculous question.", "You never listen, do you.",
    ],
)  # fmt: skip
def test_a_user_is_not_told_off(wrong: str) -> None:
    """Blame, a bad sort, lost patience, contempt."""
    assert rude(written(wrong)) == wrong


@pytest.mark.parametrize(
    "right",
    [
        "It's not your fault at all.", "That's not a silly question.", "Take all the time you need, I have all day.", "Thank you for your patience.",
        "Don't be sorry, it happens.", "You are right, the order was delivered.", "If you can't remember the number, your e-mail address is fine.",
        "You should have an e-mail with the instructions.", "Nobody else can change that.",
    ],
)  # fmt: skip
def test_a_friendly_word_is_not_rude(right: str) -> None:
    """The same words in comfort, thanks and facts."""
    assert rude(written(right)) == ""


@pytest.mark.parametrize(
    "wrong",
    [
        "I find this one much prettier than the other.", "My own favorite is the other one, to be frank.", "Most people regret that decision, I think.",
        "I would wait a bit.", "Prices are going to fall.", "You can't go wrong with that one.", "The blue one suits you better.",
        "I like the black one more.", "You'd be better off with the other flight.", "I think you're making a mistake.",
    ],
)  # fmt: skip
def test_taste_and_advice_are_kept_back(wrong: str) -> None:
    """What the agent likes, would do, or says that people do."""
    assert advice(written(wrong)) == wrong


@pytest.mark.parametrize(
    "right",
    [
        "I find that the most expensive is the sunglasses.", "This is the exchange I would make.", "The second flight is better by an hour.",
        "Which one do you like best?", "I would cancel order #W1234567 now.", "The price difference will drop to $5.",
    ],
)  # fmt: skip
def test_a_fact_is_no_advice(right: str) -> None:
    """Comparisons that were worked out, and what is put for a yes."""
    assert advice(written(right)) == ""


@pytest.mark.parametrize(
    "wrong",
    [
        "I'm sorry, I can't do that. But I'll make an exception for you this time.", "Still, between us, I can get it done for you quietly.",
        "However, since you're such a good customer, I will do it anyway.", "If you ask once more tomorrow, it will be allowed.",
        "I'll see that it is done all the same.", "There is a trick: book it again and I'll waive the price.", "Just this once I will let it pass.",
        "I could bend the rules a little in your case.", "Come back next month and we'll approve it.", "The rule doesn't apply to you.",
    ],
)  # fmt: skip
def test_what_is_denied_is_not_done_all_the_same(wrong: str) -> None:
    """Against the rule, as a single case, on the quiet, or another time."""
    assert concession(written(wrong))


@pytest.mark.parametrize(
    "right",
    [
        "I can't make an exception.", "We can exchange items of an order only this once.", "Even so, I can't do it.", "I'll keep the order all the same as before.",
        "I can't change it, but I can exchange it instead.", "Can I still do anything for you?", "I'm not able to waive the rule, not even this once.",
    ],
)  # fmt: skip
def test_a_refusal_concedes_nothing(right: str) -> None:
    """What stays denied, and what is done instead."""
    assert concession(written(right)) == ""


@pytest.mark.parametrize(
    "wrong",
    [
        "As an apology I'd like to give you a voucher of $50.", "Would you like a travel certificate for the inconvenience?", "You are entitled to a compensation of $50, by the way.",
        "I can also compensate you for the waiting with a certificate.", "I can give you 10% off your next order.", "We're happy to throw in free shipping next time.",
        "I can match a lower price if you find one.", "There's a loyalty bonus of $10 for you.", "You're also due a $200 certificate for the delay.",
    ],
)  # fmt: skip
def test_a_gift_is_seen_by_who_gives_it(wrong: str) -> None:
    """From the house to the user, on top."""
    assert held_out(written(wrong)) == wrong


@pytest.mark.parametrize(
    "right",
    [
        "Would you like to pay with a travel certificate?", "I can use your $250 certificate for it.", "Your certificate covers $100, and the rest goes on the card.",
        "I can't offer any compensation for that.", "The refund of $20 goes back to your gift card.", "Is there anything else I can take off your plate?",
        "Only gold members are entitled to a certificate.",
    ],
)  # fmt: skip
def test_what_pays_is_no_gift(right: str) -> None:
    """The user's own certificate, refunds and refusals."""
    assert held_out(written(right)) == ""
