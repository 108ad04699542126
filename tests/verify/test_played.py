"""Conversations of a capable model in all roles, which nobody wrote for a check: right as they stand, and wrong once a word is changed."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from writ_dspy.codec import from_json
from writ_dspy.conversation import Conversation, conversation_from_json
from writ_dspy.domains import load
from writ_dspy.task import Task
from writ_dspy.verify.case import Case
from writ_dspy.verify.checks import CHECKS, verify

HERE = Path(__file__).parent / "played"


@cache
def played() -> dict[str, tuple[Task, Conversation]]:
    """By the last letters of the task's id."""
    lines = ((HERE / name).read_text("utf-8").splitlines() for name in ("tasks.jsonl", "conversations.jsonl"))
    given, said = ([json.loads(line) for line in found] for found in lines)
    tasks = {task.id: task for task in map(from_json, given)}
    talks = map(conversation_from_json, said)
    return {talk.task_id[-4:]: (tasks[talk.task_id], talk) for talk in talks}


KNOWN = {check.__name__: check for check in CHECKS}


def found(task: Task, talk: Conversation) -> set[str]:
    return {finding.check for finding in verify(task, talk, load(task.domain)).findings}


@pytest.mark.parametrize("name", sorted(played()))
def test_it_is_accepted(name: str) -> None:
    """The prices, versions and airports are spoken of as a person does, not as the scripts do."""
    assert found(*played()[name]) == set()


SPOILED = (
    ("797b", "$931 for both.", "$951 for both.", "grounded"),
    ("9b3f", "The address is done: order #W1006327 now goes to", "The sunglasses are done: order #W7908836 now goes to", "grounded"),
    ("ff86", "so $354 is refunded", "so $345 is refunded", "grounded"),
    ("4586", "an Office Chair at $544.29 and", "an Office Chair at $444.29 and", "grounded"),
    ("b860", "Of course, I have changed that. This is the corrected booking", "Of course, I have booked that. This is the corrected booking", "grounded"),
    ("4aa7", "All the best in your new home, and goodbye!", "All the best for your new job, and goodbye!", "grounded"),
    ("b342", "are out of stock, and two blue luggage sets are in stock", "are out of stock, and two blue luggage sets are sold out", "grounded"),
    ("b482", "So for the checked bags on reservation ZAC5BK", "So for the checked bags on reservation DV0WUJ", "confirmed_before_write"),
    ("59f9", "(size M, red, medium ventilation, $206.26)", "(size XXXXL, red, medium ventilation, $206.26)", "grounded"),
    ("aad5", "The cheapest is the dumbbell set", "The most expensive is the dumbbell set", "grounded"),
    ("0b22", "You're booked, Fatima.", "You're cancelled for May 19, Fatima.", "grounded"),
    ("4af6", "You're booked: Seattle to Atlanta on May 22", "You're rejected for May 22: Seattle to Atlanta", "grounded"),
    ("bdfc", "costs $1,822.82, which is under", "costs you $1,822.82, which is under", "grounded"),
    ("fd5e", "It was booked on May 10", "It was booked on May 12", "grounded"),
    ("fd5e", "3. Cancel MJ0YB6: meeting on the flight day.", "3. Cancel MJ0YB6.", "said_before_used"),
    ("1af2", "which has been delivered:", "which has been returned:", "grounded"),
    ("6d40", "Liam instead of Raj is okay.", "Omar instead of Raj is okay.", "confirmed_before_write"),
    ("12b5", "Make it snappy", "Make it two puzzles", "confirmed_before_write"),
    ("b36c", "yeah to the travel insurance", "nah to the travel insurance", "said_before_used"),
    ("33a6", "A misspelled name is something we can certainly look at.", "A misspelled name is something we correct on Mondays.", "policy"),
    ("4af6", "**Cabin:** economy, round trip", "**Cabin:** economy, one way", "confirmed_before_write"),
    ("6c8b", "I compared the priciest version in stock of each product", "I compared the reviews in the news of each product", "grounded"),
    ("89ca", "Checked bags: 0 → 4 (2 free, 2 paid)", "Checked bags: 0 → 5 (2 free, 3 paid)", "confirmed_before_write"),
    ("315e", "Yes, just the keybord. The thermostat works fine", "Yes, just the thermostat. The keyboard works fine", "confirmed_before_write"),
    ("a411", "leave it. Yes, book please.", "do nothing. That will be all.", "confirmed_before_write"),
    ("f0cb", "How much comes back?", "How are you?", "said_before_used"),
    ("4573", "The shoes are sick, I'm keeping those.", "The speaker is sick, I'm keeping it.", "confirmed_before_write"),
    ("afb9", "some things I ordered are not right for me", "some things in it are not right for me", "confirmed_before_write"),
    ("53d0", "Shall I update 5V4YVN", "Shall I cancel 5V4YVN", "confirmed_before_write"),
    ("4f3a", "Only this one, go go, I have not time.", "Only this one. Actually the cheapest one.", "confirmed_before_write"),
    ("e740", "and lemme know how much is left on it after that, k?", "and that's it, k?", "said_before_used"),
    ("e740", "Put the price difference on my gift card, and lemme know how much is left on it", "Lemme know how much is left on my gift card", "said_before_used"),
    ("69c7", "Use the payment method I orderd with.", "Use the payment method I like most.", "said_before_used"),
    ("b0c8", "But I can cancel the whole order for you", "But I can return it for you", "policy"),
    ("59f9", "The refund is $182.85. Order", "The refund is $260.56. Order", "communicated"),
    ("59f9", "that is $206.26 in total", "that is $182.85 in total", "grounded"),
    ("cd93", "Should it become the same address as the one on your order? Then", "Then", "said_before_used"),
    ("a51e", "There put same address that I asked for on the order – 953 Park Avenue.", "There put the new one.", "said_before_used"),
    ("6996", "only who the passengers are can be changed, so", "only silver guests of a resort can be changed, so", "policy"),
    ("a025", "So yes, swap", "So no, leave", "confirmed_before_write"),
    ("a025", "I gotta run back out.", "I gotta back out.", "confirmed_before_write"),
    ("6a5f", "all items that cost more than $540", "some items", "said_before_used"),
    ("39bd", "single items of a pending order cannot be cancelled", "a pending order cannot be cancelled", "grounded"),
    ("f1a2", "19 seats on the first leg", "18 seats on the first leg", "grounded"),
    ("f1a2", "What else is on your plate?", "Your bakery has sent a plate.", "grounded"),
    ("154b", "For pending orders, what you read is quite right: there,", "For this order,", "steadfast"),
    ("21c5", "please cancel, an exam of mine was moved to that day.", "please cancel, thanks.", "said_before_used"),
    ("9660", "so make sure it's just the lamp. Confirm?", "so there we are. Confirm?", "policy"),
    ("9d85", "Yara's seat is secured", "Yara's window seat is secured", "grounded"),
    ("9d85", "Yara's seat is secured", "Your refund is secured", "grounded"),
    ("fbe1", "only replaces the name Ava Wilson with Ava Barros", "only replaces the name Ava Wilson with Ava Barrow", "grounded"),
    ("7956", "(over-ear, wireless, black), the $2.42 on your gift card: do I", "(over-ear, wireless, blue), the $2.42 on your gift card: do I", "confirmed_before_write"),
    ("e586", "$200 ($100 per passenger)", "$300 ($150 per passenger)", "policy"),
    ("e586", "2024-05-13, the first flight of reservation CABRYW, was cancelled", "2024-05-13, the first flight of reservation CABRYW, was delayed", "grounded"),
    ("3834", "to Omar Rossi, born 1950-06-02", "to Omar Russo, born 1950-06-02", "confirmed_before_write"),
    ("7f05", "I will sort it out with you now.", "I will sort it out with you next week.", "policy"),
    ("8bb9", "item 6254646215: dark, basic, Brand B", "item 6254646215: medium, basic, Brand B", "confirmed_before_write"),
    ("8bb9", "item 6254646215: dark, basic, Brand B", "item 6254646215: dark, basic, Brand C", "confirmed_before_write"),
    ("eff8", "is the T-Shirt 9612497925: blue, size M", "is the T-Shirt 8349118980: blue, size S", "confirmed_before_write"),
    ("eff8", "with that one.", "with T-Shirt 8349118980 (blue, S, cotton, v-neck, $53.43).", "confirmed_before_write"),
    ("8912", "cheapest version in stock costs $281.48", "cheapest version in stock costs $271.48", "grounded"),
    ("efb0", "(PHL) or New York to", "(PHL) or Boston to", "provenance"),
    ("2daf", "and nothing was charged", "and nothing was added", "grounded"),
    ("2daf", "on a trip that's already booked, 72T71H is the reservation", "on a trip that's already booked", "said_before_used"),
    ("2daf", "The credit card credit_card_5297893 is right for it, so yes, add it.", "So yes, add it.", "said_before_used"),
    ("364f", "Do you agree to this booking (yes/no)?", "Do you have any other card on file (yes/no)?", "confirmed_before_write"),
    ("4f81", "and the difference of $7.93 was charged", "and the difference of $92.79 was charged", "grounded"),
    ("51e6", "I checked the three items in order", "I checked the five items in order", "grounded"),
    ("51e6", "The refund of $4,815.32 will go", "The refund of $4,825.32 will go", "grounded"),
    ("6fc2", "Yes, naught but teh desk lamp", "Yes, all but teh desk lamp", "confirmed_before_write"),
    ("6fc2", "Here is where your three requests stand", "Here is where your three mangos stand", "grounded"),
    ("8e84", "one of my reservations, MOWXZP -", "one of my reservations -", "said_before_used"),
    ("d513", "Yes, exchange them. I'll", "What is an exchange? I'll", "confirmed_before_write"),
    ("d1f9", "Yes, please make that exchange.", "Yes, but make that the large one.", "confirmed_before_write"),
    ("201d", "I've switched the card.", "I've booked it with the other card.", "grounded"),
    ("de95", "Yes, could you book it like that, the round trip", "Could you tell me again, is that the round trip", "confirmed_before_write"),
    ("ac0e", "the one with the most business seats left, 17,", "the one with the fewest business seats left, 17,", "grounded"),
    ("f092", "Yours was booked on May 8", "Yours was booked on May 14", "grounded"),
    ("78c8", "You booked it on May 5 in basic economy", "You booked it on May 15 in basic economy", "grounded"),
    ("428f", "order #W9160732, which is still pending", "order #W9160732, which is already processed", "grounded"),
    ("a06b", "from LGA to SFO with Ivan Brown", "from LGA to SFO with Lei Sanchez", "grounded"),
    ("ac0e", "$1,830 was charged to", "$1,830 was refunded to", "grounded"),
    ("ac0e", "$1,830 was charged to", "$1,930 was charged to", "grounded"),
    ("51e6", "The refund of $4,815.32 will go to your PayPal account", "The $4,815.32 will be charged to your PayPal account", "grounded"),
    ("6fc2", "the difference of $16.23 was charged to", "the difference of $16.23 was refunded to", "grounded"),
    ("ac0e", "seats left, 17,", "seats left, 18,", "grounded"),
    ("ac0e", "leaves Dallas on May 21", "leaves Houston on May 21", "grounded"),
    ("f092", "HAT147 has 16 basic", "HAT147 has 15 basic", "grounded"),
    ("de95", "the most free seats in economy, 19,", "the most free seats in economy, 10,", "grounded"),
    ("8e84", "takes 5 hours", "takes 4 hours", "grounded"),
    ("8e84", "your reservation O6Z2RL:", "your reservation SARP0C:", "grounded"),
    ("7f56", "together with a wall clock and a mechanical keyboard", "together with a wall clock and a laptop", "grounded"),
    ("7f56", 'its status is "processed"', 'its status is "delivered"', "grounded"),
    ("de95", "$110 from your Mastercard ending in 5644. Can", "$110 from your Visa ending in 5644. Can", "grounded"),
    ("de95", "Checked bags: 1, free of charge (0 that cost extra)", "Checked bags: 1, for $50", "grounded"),
    ("ce7e", "1, not at extra cost", "1, at extra cost", "confirmed_before_write"),
    ("ce7e", "Yes, please book it with one checked bag", "Yes, please book it to Minneapolis with one checked bag", "confirmed_before_write"),
    ("9903", "silver ($158.90, item 9624127908)", "silver ($153.25, item 9624127908)", "grounded"),
    ("8e16", "wired ($137.32, item 3330317167)", "wired ($143.15, item 3330317167)", "grounded"),
    ("3c70", "the rest of your shift goes smoothly", "your captain gets there smoothly", "grounded"),
    ("3e8b", "Please go ahead.", "Please go ahead with #W1302858.", "confirmed_before_write"),
    ("51e6", "of all three items from order #W1764038", "of all three items from order #W2593291", "confirmed_before_write"),
    ("4f81", "charged to your original payment method, PayPal account paypal_6840891", "charged to your gift card", "grounded"),
    ("6fe2", "I have swapped the luggage set for you;", "I have swapped your luggage for you;", "grounded"),
    ("6fe2", "I have swapped the luggage set for you;", "I have swapped the luggage set and its address for you;", "grounded"),
    ("aad5", "Order #W3972714 is delivered and", "Order #W3972714 is not waterproof and", "grounded"),
    ("b695", "laptop compartment, $200.38)", "laptop compartment, $54.04)", "grounded"),
    ("b695", "and the backpack (black", "and the water bottle (black", "grounded"),
    ("dd81", "I want economy class.", "I want economy class. I'm looking for a connection with one stop.", "clean"),
    ("d513", "Yes, change the lamp.", "Yes, change the lamp and send it to Houston.", "confirmed_before_write"),
    ("83f8", "Does that get a yes from you?", "Does that get a seat from you?", "confirmed_before_write"),
    ("4a4a", "Nothing is added for bags or insurance.", "$30 is added for insurance.", "confirmed_before_write"),
    ("9ced", "A cancelled order can't be brought back;", "A cancelled order can't be insured;", "policy"),
    ("1e81", "For your own trip on May 18, the", "For your own trip on May 19, the", "confirmed_before_write"),
    ("1e81", "May 18, the latest departure that stays under $300 is from Miami", "the latest departure that stays under $300 is from Miami", "confirmed_before_write"),
    ("2d1b", "Unfortunately that can't be done. RFAC6Q consists of HAT015 and HAT202, both in basic economy, and every flight in a reservation has to be in the same cabin; I can't put HAT202 alone in business.", "RFAC6Q is in basic economy. Do you want it in business?", "user_faithful"),
    ("0981", "Your watch in order #W7941031 has", "Your backpack in order #W7941031 has", "grounded"),
    ("6f28", "I can take off your plate?", "I can take off your seat?", "grounded"),
)  # fmt: skip
"""Whose conversation, what is said, what is said instead, and which check sees it."""


@pytest.mark.parametrize(("name", "said", "instead", "check"), SPOILED)
def test_one_word_makes_it_wrong(name: str, said: str, instead: str, check: str) -> None:
    """What was loosened so that these are accepted still sees the value beside it."""
    task, talk = played()[name]
    turns = tuple(replace(turn, text=turn.text.replace(said, instead)) for turn in talk.turns)

    assert turns != talk.turns
    assert any(KNOWN[check](Case(task, replace(talk, turns=turns), load(task.domain))))
