"""A means of payment is told by its own brand, kind and balance."""

from __future__ import annotations

import pytest

from writ_dspy.domains import load
from writ_dspy.task import Call
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.means import of_means
from writ_dspy.verify.units import foreign_money


@pytest.fixture(scope="module")
def read() -> Ground:
    """A profile with a gift card of $98, a Mastercard ending in 1698, a Visa ending in 3202, and two certificates."""
    domain = load("tau2:airline")
    ground, call = Ground(domain), Call.of("get_user_details", {"user_id": "mei_hernandez_8984"})
    ground.read(call, domain.read(call))
    return ground


RIGHT = (
    "paid with your Mastercard ending in 1698 (credit_card_2140654)", "paid with your Visa credit card ending in 3202", "charged to credit_card_6082923, your Visa ending in 3202",
    "$98 from gift_card_5309492, your gift card, and the rest from your Visa", "Your gift card gift_card_5309492 with a balance of $98 covers $50", "certificate certificate_7502997 ($250) first, then gift card gift_card_5309492",
    "With the gift card or the credit card ending in 1698?", "After that, gift_card_5309492 has a balance of $48 left.", "credit_card_2140654, gift_card_5309492 or certificate_7502997?",
)  # fmt: skip
WRONG = (
    "paid with your Visa ending in 1698 (credit_card_2140654)", "paid with your Discover credit card ending in 3202", "refunded to credit_card_6082923, your gift card.", "$98 from your gift card (credit_card_2140654)",
    "back to your Visa gift card ending in 3202", "back to your PayPal account ending in 3202", "charged to gift card credit_card_2140654", "Your gift card gift_card_5309492 with a balance of $89 covers $50",
    "The money goes to your American Express.", "- credit_card_6082923 (your Mastercard)",
)  # fmt: skip


@pytest.mark.parametrize("text", RIGHT)
def test_a_means_as_it_was_read(read: Ground, text: str) -> None:
    assert list(of_means(read, text, None)) == []


@pytest.mark.parametrize("text", WRONG)
def test_another_brand_kind_or_balance_is_found(read: Ground, text: str) -> None:
    assert list(of_means(read, text, None))


FOREIGN = ("€298", "298 euros", "298 Canadian dollars", "EUR 298", "298 CHF", "C$298", "¥298", "298 pounds")
OWN = ("$298", "298 dollars", "US$298", "$298 for the 50 pounds dumbbell", "a 2 pound coin", "HAT298")


@pytest.mark.parametrize("amount", FOREIGN)
def test_another_currency_is_found(amount: str) -> None:
    assert list(foreign_money(f"That comes to {amount}, all in all.", "hello"))


@pytest.mark.parametrize("amount", OWN)
def test_dollars_and_weights_are_no_other_currency(amount: str) -> None:
    assert list(foreign_money(f"That comes with {amount}, all in all.", "hello")) == []
