"""Hung onto a rule: a limit, a number, a group or an exception of the agent's own is found; those of the policy, and what changes nothing, pass."""

from __future__ import annotations

from functools import cache

import pytest

from writ_dspy.conversation import Turn
from writ_dspy.domains import load
from writ_dspy.domains.listing import compiled
from writ_dspy.verify.bearing import airs
from writ_dspy.verify.granted import granted
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.hung import hung
from writ_dspy.verify.looked import looked
from writ_dspy.verify.noise import written
from writ_dspy.verify.private import other_way, papers, secret
from writ_dspy.verify.ruled import ruled
from writ_dspy.verify.vocabulary import vocabulary

AIRLINE, RETAIL = "tau2:airline", "tau2:retail"


@cache
def _ground(domain: str, heard: str = "") -> Ground:
    ground = Ground(load(domain))
    if heard:
        ground.hear(Turn("user", heard))
    return ground


@pytest.mark.parametrize(
    "wrong",
    [
        "Checked bags can't come off within the last three days before departure.", "That can be done until two days before the flight.", "Nobody can be taken off in the final month.",
        "A passenger can be swapped up to a week ahead of departure.", "The number of people is fixed once the booking is a month old.", "Insurance may be added within three days of booking.",
        "You can change the cabin no later than 48 hours before take-off.", "That can only be done a week in advance.", "It can be cancelled within the first 48 hours.",
        "The flights can be changed twice.", "You can move the trip one time only.", "The names can be corrected a single time.", "You may upgrade once per year.",
        "Up to three bookings can be handled at a time.", "Only two changes can be made per day.", "For customers below gold, the bags can't be removed.", "Bags can't be taken off unless you're a gold member.",
        "The name can be corrected only for silver members.", "Except for gold members, nobody can have a bag removed.", "It can't be changed unless a supervisor approves it.",
        "I can't do it, a human agent would have to.", "That's not possible except by a manager.", "The bag can still be taken off again later.", "Which one is it? Up to two bookings can be moved at a time, so which ones are they?",
    ],
)  # fmt: skip
def test_what_no_airline_policy_has_is_hung_onto_a_rule(wrong: str) -> None:
    """A time, a number of times, a group, somebody else who could."""
    assert [*hung(_ground(AIRLINE), wrong), *ruled(_ground(AIRLINE), wrong)]


@pytest.mark.parametrize(
    "right",
    [
        "It can be cancelled, as it was booked within the last 24 hours.", "A booking can be cancelled within a day of the purchase.", "Checked bags can be added but not removed.",
        "The number of passengers can't be changed, not even by a human agent.", "Even a supervisor would have to say no: it can't be done.", "That can't be changed, however early you ask.",
        "The refund can take 5 to 7 business days.", "You can have the money back within a week.", "Once I have your yes, it can be changed.", "The flights can be changed at once.",
        "I can only do one thing at a time.", "As a gold member you get three free bags per passenger.", "Even for gold members, a bag can't be taken off.", "Only silver and gold members can get a certificate for that.",
        "It can't be changed unless the airline cancelled the flight.", "The cabin can be changed more than once.", "Could it be two days before departure?", "You said that it can be done up to a week before departure.",
        "It can't be changed again.", "A reservation can hold at most five passengers.",
    ],
)  # fmt: skip
def test_what_the_airline_policy_has_may_be_said(right: str) -> None:
    """Its own limits, what makes no difference, questions, and what somebody else said."""
    assert [*hung(_ground(AIRLINE), right), *ruled(_ground(AIRLINE), right)] == []


def test_a_limit_that_the_user_named_may_be_taken_up() -> None:
    """What stands in the user's own words is none of the agent's."""
    said = "It can't be taken off, not two weeks before departure nor at any other time."
    assert [*hung(_ground(AIRLINE), said)]
    assert not [*hung(_ground(AIRLINE, "My flight is in two weeks, take the bag off."), said)]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("An order can be exchanged only once.", "An order can be exchanged again once the first items are back."),
        ("Items of an order can be changed only once.", "The address of an order can be changed only once."),
        ("All your pending orders can be redirected.", "Up to two orders can be redirected at a time."),
        ("An order can be returned once it is delivered.", "An order can be returned within 30 days of delivery."),
    ],
)
def test_how_often_is_as_policy_has_it(right: str, wrong: str) -> None:
    """Items once, and all else as often as it is asked for."""
    assert not [*hung(_ground(RETAIL), right), *ruled(_ground(RETAIL), right)]
    assert [*hung(_ground(RETAIL), wrong), *ruled(_ground(RETAIL), wrong)]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("I need the reason for the cancellation.", "I need a letter that shows the reason for the cancellation."),
        ("Could you tell me the reason?", "Could you send me proof of the illness?"),
        ("I need no proof, only the reason.", "I'd need a doctor's note for that."),
        ("Which card did you pay with? The last four digits will do.", "Please tell me the full number of the card you paid with."),
    ],
)  # fmt: skip
def test_nothing_is_asked_for_that_neither_policy_nor_a_tool_needs(right: str, wrong: str) -> None:
    """Papers that prove a reason, and whole numbers of cards."""
    own = vocabulary(load(RETAIL)).own
    assert papers(written(right), own) or secret(written(right)) == ""
    assert papers(written(wrong), own) or secret(written(wrong))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Your email address will do, or your name plus zip code.", "Your email address will do, or the last four digits of your card."),
        ("What's your email, or your full name and zip code?", "What's your email, or the phone number on the account?"),
        ("You get an email, or phone calls if you like that more.", "I need your email, or your phone number if you like that more."),
        ("Your email (or name and zip code), and the address it went to?", "Your name and zip code, or your date of birth, please."),
    ],
)  # fmt: skip
def test_users_are_found_by_what_tools_find_them_by(right: str, wrong: str) -> None:
    """Another way to be found is one that no tool knows."""
    identity = compiled(load(RETAIL).pack.phrases.about["identity"])
    assert other_way(written(right), identity) == ""
    assert other_way(written(wrong), identity)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("The difference is $3.87, paid by card.", "The difference is $3.87, return shipping included."),
        ("The total is $45.10.", "The total is $45.10, taxes included."),
        ("You can return it and get your money back.", "You can refuse it at the door and get your money back."),
        ("You can cancel it and get the money back.", "You can block the parcel and get your money back."),
    ],
)
def test_costs_and_ways_back_are_those_of_the_policy(right: str, wrong: str) -> None:
    """Nothing is included or paid back of which nobody has spoken."""
    assert not [*granted(_ground(RETAIL), right)]
    assert [*granted(_ground(RETAIL), wrong)]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("I can see that an order is pending.", "I can see that an exception was made for you."),
        ("You say that an exception was made, but I can't see one.", "An exception has been granted in your case."),
        ("I see that a flight was cancelled.", "I can see that a promise was made back then."),
    ],
)
def test_an_agent_sees_what_tools_show(right: str, wrong: str) -> None:
    """What no tool has a word for is not there to be seen."""
    domain = _ground(RETAIL if "order" in right else AIRLINE)
    assert not [*looked(domain, right)]
    assert airs(written(right)) == ""
    assert [*looked(domain, wrong)] or airs(written(wrong))
