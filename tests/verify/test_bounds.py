"""Bounds of a policy: told otherwise they are found, in anybody's words; told as they are, or of something else, they pass."""

from __future__ import annotations

import pytest

from writ_dspy.domains import load
from writ_dspy.verify.bearing import invented, promise
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.noise import written
from writ_dspy.verify.ruled import ruled

RETAIL, AIRLINE = "tau2:retail", "tau2:airline"


@pytest.mark.parametrize(
    ("domain", "wrong"),
    [
        (AIRLINE, "You can pay with up to two credit cards."),
        (AIRLINE, "You can use one certificate and at most one gift card."),
        (RETAIL, "Refunds to a gift card take 5 to 7 business days."),
        (AIRLINE, "The cabin of a basic economy booking cannot be changed."),
        (RETAIL, "We can't change a single item of a pending order."),
        (RETAIL, "We can't cancel a pending order."),
        (RETAIL, "An order can be exchanged as often as you like."),
        (RETAIL, "This works twice per order, so please make sure."),
        (RETAIL, "You may exchange the same order several times if needed."),
        (RETAIL, "Any reason is fine for a cancellation with us."),
        (RETAIL, "We accept any reason for cancelling."),
        (RETAIL, "Refunds can go to any card you like."),
        (RETAIL, "The refund could also go to a card that is not saved in your profile."),
        (RETAIL, "It can go to any payment method or to a gift card on your account."),
        (RETAIL, "Even orders that are being processed can be cancelled."),
        (RETAIL, "While an order is pending, its items are fixed."),
        (RETAIL, "Once its items are modified, an order can still be canceled."),
        (RETAIL, "Further changes of that order are possible."),
        (RETAIL, "You can swap an item for a completely different kind of product, too."),
        (RETAIL, "You can add more items to a pending order whenever you like."),
        (RETAIL, "You cannot exchange items, as they were delivered."),
        (RETAIL, "I can't do that, because users cannot exchange items."),
        (AIRLINE, "A reservation can have six passengers, so I can't put all of you on it."),
        (AIRLINE, "Only three travel certificates can be used for a reservation."),
        (AIRLINE, "You can use as many certificates as you like for one booking."),
        (AIRLINE, "You can pay with four gift cards."),
        (AIRLINE, "The cabin may differ between the flights of a reservation."),
        (AIRLINE, "Each segment can have its own cabin."),
        (AIRLINE, "Travel insurance can be added at any time before the departure."),
        (AIRLINE, "Insurance can still be bought after the booking."),
        (AIRLINE, "The number of passengers can still be raised later."),
        (AIRLINE, "Passengers can be added to the reservation later."),
        (AIRLINE, "Even a human agent can change the number of passengers."),
        (AIRLINE, "In basic economy class, the cabin cannot be changed."),
    ],
)
def test_a_bound_that_is_told_otherwise_is_found(domain: str, wrong: str) -> None:
    """How many, how often, which of a kind, all alike, and no more by then."""
    assert [sentence for sentence, _ in ruled(Ground(load(domain)), wrong)] == [wrong]


@pytest.mark.parametrize(
    ("domain", "right"),
    [
        (AIRLINE, "You can use at most one credit card, at most one travel certificate and up to 3 gift cards."),
        (AIRLINE, "It's possible to combine up to three gift cards with at most one credit card."),
        (RETAIL, "Refunds to cards other than a gift card take 5 to 7 business days."),
        (RETAIL, "A refund to a non-gift card method takes 5 to 7 business days."),
        (AIRLINE, "Other flights (another cabin comes first): basic economy bookings cannot change them."),
        (RETAIL, "We can't cancel individual items in a pending order, as it has to be all of it."),
        (RETAIL, "An order can be exchanged only once, so please list all items."),
        (RETAIL, "This works just once per order, not twice."),
        (RETAIL, "Your address can be changed as often as you like."),
        (RETAIL, "I can't accept any reason other than those two."),
        (RETAIL, "The refund can go to any gift card on file."),
        (RETAIL, "Any card you like in your profile is fine for the difference."),
        (RETAIL, "Once an order is no longer pending, its items are fixed."),
        (RETAIL, "After that, the order can't be modified or cancelled."),
        (RETAIL, "No further changes of that order are possible."),
        (AIRLINE, "Not even a human agent can change the number of passengers."),
        (AIRLINE, "None of our agents can change the number of passengers."),
        (RETAIL, "An item can be swapped for another version of the same product."),
        (RETAIL, "You can still add more items to the exchange before I make it."),
        (
            RETAIL,
            "I can't exchange items from the order, because an order has to be delivered for items of it to be exchanged.",
        ),
        (
            RETAIL,
            "I can't exchange items from the order, I'm afraid: an order has to be delivered for items of it to be exchanged.",
        ),
        (RETAIL, "So I can't exchange items from the order: it was not delivered."),
        (AIRLINE, "A reservation can have at most five passengers."),
        (AIRLINE, "You have three travel certificates, and one of them can be used."),
        (AIRLINE, "I can use one of your three certificates."),
        (AIRLINE, "With seven passengers, two reservations are possible."),
        (AIRLINE, "The cabin has to be the same on all flights, so I can't mix them."),
        (AIRLINE, "I can move both flights to a different cabin."),
        (AIRLINE, "Travel insurance can be added to the new booking for $30 per passenger."),
        (AIRLINE, "Insurance can't be added after the booking."),
        (AIRLINE, "The names can be changed later, but not how many travel."),
        (AIRLINE, "A $40 certificate is what I can issue."),
        (AIRLINE, "It is in basic economy class, so its flights cannot be modified."),
    ],
)
def test_a_bound_that_is_told_as_it_is_passes(domain: str, right: str) -> None:
    """The same matters, with the bound, denied, or of what is not bound."""
    assert list(ruled(Ground(load(domain)), right)) == []


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("Insurance and payment are the last two after that.", False),
        ("Payment is the only thing left after that.", False),
        ("Bags are still open.", False),
        ("Flights are open for changes until noon.", True),
        ("Seats are assigned at the gate.", True),
        ("Bags are weighed at the gate.", True),
        ("A certificate may not cover all of it.", False),
        ("Certificates might well not be enough.", False),
        ("A certificate may not cover bags.", True),
        ("Certificates may not be used with a friend.", True),
    ],
)
def test_what_is_still_to_be_asked_is_no_rule(text: str, states: bool) -> None:
    assert bool(invented(written(text), load(AIRLINE), frozenset())) == states


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("A cancelled order can't be brought back.", False),
        ("A cancelled order cannot be reinstated.", False),
        ("Cancelled orders can't be made active again.", False),
        ("A cancelled order can be brought back.", True),
        ("A cancelled order can be restored within a day.", True),
        ("A cancelled order can't be insured.", True),
        ("A cancelled order can't be brought back without a receipt.", True),
    ],
)
def test_a_clause_that_is_held_against_who_insists_is_a_rule(text: str, states: bool) -> None:
    """In its own words, or others for the same, where it is denied as there; what is hung onto it is none."""
    assert bool(invented(written(text), load("tau2:retail"), frozenset())) == states


@pytest.mark.parametrize(
    ("text", "promises"),
    [
        ("I hear you, we'll sort it out step by step.", False),
        ("We'll sort this out together now.", False),
        ("We'll sort it out, don't worry.", True),
        ("We'll get that approved for you.", True),
    ],
)
def test_what_is_done_in_the_talk_is_no_promise_for_later(text: str, promises: bool) -> None:
    assert bool(promise(written(text))) == promises
