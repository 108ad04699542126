"""Right conversations that people wrote freely, each side in words of its own: what the agent states in them is so, and a changed value is seen."""

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
from writ_dspy.verify.claims import grounded
from writ_dspy.verify.policy import policy

HERE = Path(__file__).parent / "free"


@cache
def written() -> dict[str, tuple[Task, Conversation]]:
    """By the last letters of the task's id."""
    lines = ((HERE / name).read_text("utf-8").splitlines() for name in ("tasks.jsonl", "conversations.jsonl"))
    given, said = ([json.loads(line) for line in found] for found in lines)
    tasks = {task.id: task for task in map(from_json, given)}
    talks = map(conversation_from_json, said)
    return {talk.task_id[-4:]: (tasks[talk.task_id], talk) for talk in talks}


def found(task: Task, talk: Conversation) -> list[str]:
    """What is found of the agent's words."""
    case = Case(task, talk, load(task.domain))
    return [str(finding) for check in (grounded, policy) for finding in check(case)]


def changed(name: str, said: str, instead: str) -> tuple[Task, Conversation]:
    task, talk = written()[name]
    turns = tuple(replace(turn, text=turn.text.replace(said, instead)) for turn in talk.turns)
    assert turns != talk.turns
    return task, replace(talk, turns=turns)


@pytest.mark.parametrize("name", sorted(written()))
def test_what_is_so_may_be_said_in_any_words(name: str) -> None:
    assert found(*written()[name]) == []


OTHERWISE = (
    ("3725", "All three are in stock.", "The three of them are in stock."),
    ("3725", "All three are in stock.", "Good news, each of these three is in stock."),
    ("3725", "All three are in stock.", "Nice, that's one in stock for each."),
    ("bd62", "The order with the pet bed is already processed", "The pet bed's order is processed already"),
    ("2655", "Altogether the new items cost $80.92 less", "All in all the new ones come out $80.92 cheaper"),
    ("2655", "Altogether the new items cost $80.92 less", "The new items together are $80.92 less than the old ones"),
    ("2655", "Altogether the new items cost $80.92 less", "Your old items cost $80.92 more"),
    ("5173", "#W1579621 has been delivered, and apart from yours three", "#W1579621 has been delivered. Apart from yours, three"),
    ("5173", "#W1579621 has been delivered, and apart from yours three", "#W1579621 is delivered, so an exchange is fine; three"),
    ("719b", "cheapest is $45.39, second is **$46.00**", "the lowest price is $45.39, then comes **$46.00**"),
    ("8558", "Here's what would happen:", "If you say yes, this is what I'd do:"),
    ("8558", "Here's what would happen:", "The plan:"),
    ("c383", "you land at 5:30 PM, and HAT261 leaves at 11:00 PM.", "touchdown is at 5:30 PM, while HAT261 takes off at 11:00 PM."),
    ("c383", "you land at 5:30 PM, and HAT261 leaves at 11:00 PM.", "you get in at 5:30 PM; HAT261 goes at 11:00 PM."),
    ("5229", "it rules out changing the number of passengers, whatever the reason", "changing the number of passengers is out of the question, no matter why"),
    ("5229", "it rules out changing the number of passengers, whatever the reason", "it forbids any change to the number of passengers for any reason"),
    ("5229", "two passengers were booked, and two it must remain", "two travelers were booked on this reservation, so two it stays"),
    ("6349", "leave before 3:00 PM", "take off by 3:00 PM at the latest"),
    ("6349", "That makes it May 20.", "Five days from today is May 20."),
    ("6349", "That makes it May 20.", "So May 20 then."),
    ("9fb2", "| Departure / arrival |", "| Departs / arrives |"),
    ("9fb2", "Basic economy could not normally be cancelled", "Usually, basic economy could not be cancelled"),
    ("46b0", "Bags can't be taken off again later.", "Bags can't be removed later."),
    ("9d8b", "We took $150 from the certificate", "The certificate paid $150"),
    ("9d8b", "Both of you are insured", "You are both insured"),
    ("0d1a", "2:00–5:00 PM", "2 to 5 PM"),
    ("4d02", "An email with the return instructions for the four old items is on its way", "The email for the four old items is on its way"),
    ("368b", "You have two delivered orders, one for $3,524.38 (#W3155037, with the laptop and the smartphone) and one for $341.25,", "#W3155037 ($3,524.38) beats your other delivered order, which is only $341.25,"),
    ("368b", "You have two delivered orders, one for $3,524.38 (#W3155037, with the laptop and the smartphone) and one for $341.25,", "#W3155037 has the larger sum ($3,524.38 against $341.25),"),
    ("368b", "You have two delivered orders, one for $3,524.38 (#W3155037, with the laptop and the smartphone) and one for $341.25,", "#W3155037 is the pricier one at $3,524.38 (the other's $341.25),"),
    ("b76f", "It's made up of $101 for HAT076 (PHL to DEN, 13:00 to 16:30) and $110 for HAT140 (DEN to DFW, 21:00 to 23:00).", "You'd fly HAT076 for $101, land at 16:30, then take HAT140 for $110 at 21:00."),
    ("b76f", "It's made up of $101 for HAT076 (PHL to DEN, 13:00 to 16:30) and $110 for HAT140 (DEN to DFW, 21:00 to 23:00).", "That's 101 dollars on HAT076 plus 110 on HAT140."),
    ("6459", "leaving at 17:00 and arriving at 23:30", "departing 5 PM, landing at 11:30 PM"),
    ("3725", "All three are in stock.", "All three are in stock. I'm sorry for the many questions; only one is left."),
    ("f9ec", "Two days fall away on price, May 18 at $832 and May 21 at $943, both over $770.", "Three days in that window won't do."),
    ("f9ec", "Two days fall away on price, May 18 at $832 and May 21 at $943, both over $770.", "That leaves four days to choose from."),
    ("f9ec", "Everything is cancelled, and $16,611 returns to the gift card that paid for it,", "The entire trip is cancelled and the $16,611 goes back to your gift card"),
    ("e0a6", "That's **$451 each**, $19 under your limit.", "$451 per person leaves $19 of your $470."),
    ("e0a6", "That's **$451 each**, $19 under your limit.", "It comes to 2 × $451 = $902 for the two of you."),
    ("f7c8", "now in Mohamed Thomas's name", "is now Mohamed Thomas’s"),
    ("f7c8", "Insurance 2 × 30 = 60", "Insurance: $30 times 2 = $60"),
    ("1b47", "Adding an item to an existing order just isn't something our policy allows, so", "Putting another item into an order isn't something the policy lets me do, so"),
    ("5c0a", "Correcting a name is fine, precisely because nobody's added or dropped.", "Fixing a typo in a name is okay, since nobody is added or taken off."),
    ("f9ec", "It's cancelled. The $16,611", "To recap, $17,800 in total comes back. The $16,611"),
    ("f9ec", "Two days fall away on price, May 18 at $832 and May 21 at $943, both over $770.", "You'd have nine hours in Chicago each time."),
    ("f7c8", "08:30 in, 20:00 out: eleven and a half hours.", "You have from half past eight in the morning until eight in the evening."),
    ("f7c8", "4 more = 5 in total, 4 × $50 = $200", "That'd be five bags: one free, four at $50, so $200"),
    ("f7c8", "Done. Recap:", "In total you get $2,782 back."),
    ("7c46", "Order #W4566809: indoor security camera, 1080p, 160 degrees, Ethernet ($320.55) becomes 2K", "In order #W4566809, the 1080p indoor security camera ($320.55) for the 2K one: 2K"),
    ("7c46", "becomes 2K", "is swapped for 2K"),
    ("e0a6", "Yusuf Muller (born December 28, 1974) and Mei Taylor", "You (born December 28, 1974) and Mei Taylor"),
    ("5c0a", "is **HAT215 with HAT167, at 380 + 250 = $630**", "is HAT215 and then HAT167, for $380 plus $250, so $630"),
    ("5c0a", "is **HAT215 with HAT167, at 380 + 250 = $630**", "is HAT215 and then HAT167, at $380 for the one and $250 for the other"),
    ("5229", "BU71UY is moved.", "BU71UY, your trip from New York to Phoenix, is moved."),
    ("3725", "All three are in stock.", "All three are in stock; the watch is plainly dear, and the lamp is squared away."),
    ("f9ec", "Two days fall away on price, May 18 at $832 and May 21 at $943, both over $770.", "It stays within $770 on two days only."),
    ("9fb2", "in economy, and $61 is being refunded", "in economy, and the $61 is being refunded"),
    ("9fb2", "**2. New date for OALI7R**", "**2. New date for OALI7R, from Chicago (ORD)**"),
    ("8558", "Here's what would happen:", "I see that the plan was called off. Here's what would happen:"),
)  # fmt: skip
"""Whose conversation, what is said, and what may as well be said."""


@pytest.mark.parametrize(("name", "said", "instead"), OTHERWISE)
def test_it_may_be_said_otherwise(name: str, said: str, instead: str) -> None:
    assert found(*changed(name, said, instead)) == []


SPOILED = (
    ("9425", "Three hours: you land in Phoenix at 04:00", "Five hours: you land in Phoenix at 04:00"),
    ("d242", "so it just misses your mark", "so our warehouse misses your mark"),
    ("d242", "is $180.10 (bamboo", "is $170.10 (bamboo"),
    ("3725", "All three are in stock.", "Only three pieces are left in stock."),
    ("3725", "All three are in stock.", "There are 3 left of each."),
    ("3725", "All three are in stock.", "As for your questions about the watch; only one is left."),
    ("3725", "All three are in stock.", "So many questions; only one is left in stock."),
    ("bd62", "The order with the pet bed is already processed", "Order #W1974181 is already processed"),
    ("2655", "Altogether the new items cost $80.92 less, and that amount goes to", "Altogether the new items cost $80.92 more, and that amount goes to"),
    ("2655", "Altogether the new items cost $80.92 less, and that amount goes to", "Altogether that costs you $80.92, charged to"),
    ("2655", "Altogether the new items cost $80.92 less", "Altogether the new items cost $81.92 less"),
    ("5173", "over-ear black for $346.97", "over-ear black for $336.97"),
    ("719b", "second is **$46.00**: 1500 pieces", "second is **$45.39**: 1500 pieces"),
    ("719b", "cheapest is $45.39", "cheapest is $44.39"),
    ("719b", "It replaces your 1000 pieces, fantasy, intermediate (3112842858, $49.10).", "It replaces your 1000 pieces, fantasy, intermediate (3112842858, $46.00)."),
    ("8558", "Here's what would happen:", "Here's what happened:"),
    ("8558", "Here's what would happen:", "EJTH83 is cancelled. Here's what happened:"),
    ("c383", "HAT261 leaves at 11:00 PM.", "HAT261 leaves at 5:30 PM."),
    ("5229", "it rules out changing the number of passengers, whatever the reason", "it allows changing the number of passengers, whatever the reason"),
    ("5229", "two passengers were booked, and two it must remain", "two hotel rooms were booked, and two it must remain"),
    ("6349", "leave before 3:00 PM", "leave before 3:10 PM"),
    ("5229", "two passengers were booked, and two it must remain", "and the airline hasn't cancelled the flight"),
    ("6349", "That makes it May 20.", "That makes it June 20."),
    ("9fb2", "| Departure / arrival | 12:00 AM / 1:00 AM", "| Departure / arrival | 12:00 AM / 1:30 AM"),
    ("9fb2", "Your Detroit trip is moved", "Your Detroit trip could not be changed"),
    ("46b0", "Bags can't be taken off again later.", "Bags can be taken off again until the last minute."),
    ("9d8b", "We took $150 from the certificate", "We took $157 from the certificate"),
    ("9d8b", "We took $150 from the certificate", "We sent a certificate of $150"),
    ("0d1a", "2:00–5:00 PM", "2:00–6:00 PM"),
    ("0d1a", "2:00–5:00 PM", "2:00–5:00 AM"),
    ("4d02", "An email with the return instructions for the four old items is on its way", "The parcel with the four new items is on its way"),
    ("f6b5", "Is there anything else I can do for you tonight?", "I can call you back tonight."),
    ("6349", "is HAT022 on May 22 at $113 per person", "is HAT022 on May 22 at $116 per person"),
    ("368b", "one for $3,524.38 (#W3155037, with the laptop and the smartphone) and one for $341.25,", "#W3155037 came to $341.25, the other one to $3,524.38,"),
    ("368b", "one for $3,524.38 (#W3155037,", "one for $341.25 (#W3155037,"),
    ("b76f", "$101 for HAT076 (PHL to DEN, 13:00 to 16:30) and $110 for HAT140", "$110 for HAT076 (PHL to DEN, 13:00 to 16:30) and $101 for HAT140"),
    ("b76f", "$101 for HAT076 (PHL to DEN, 13:00 to 16:30)", "$101 for HAT076 (PHL to DEN, 13:00 to 17:30)"),
    ("6459", "leaving at 17:00 and arriving at 23:30", "leaving at 18:00 and arriving at 23:30"),
    ("f9ec", "Two days fall away on price, May 18 at $832 and May 21 at $943, both over $770.", "You have two days to change your mind."),
    ("f9ec", "Two days fall away on price, May 18 at $832 and May 21 at $943, both over $770.", "Refunds take three days."),
    ("f9ec", "Everything is cancelled, and $16,611 returns", "Everything is now cancelled, and $16,611 returns"),
    ("e0a6", "$19 under your limit", "$29 under your limit"),
    ("e0a6", "That's **$451 each**, $19 under your limit.", "It comes to 2 × $451 = $912 for the two of you."),
    ("f7c8", "now in Mohamed Thomas's name", "now in Mohamed Johnson's name"),
    ("f7c8", "Insurance 2 × 30 = 60", "Insurance 2 × 30 = 90"),
    ("f7c8", "4 × $50 = $200", "4 × $50 = $250"),
    ("1b47", "Adding an item to an existing order just isn't something our policy allows, so", "Our policy allows one extra item per month, so"),
    ("5c0a", "Correcting a name is fine, precisely because nobody's added or dropped.", "Correcting a name is fine twice a year."),
    ("f9ec", "It's cancelled. The $16,611", "To recap, $17,900 in total comes back. The $16,611"),
    ("f9ec", "Two days fall away on price, May 18 at $832 and May 21 at $943, both over $770.", "You'd have seven hours in Chicago each time."),
    ("f7c8", "08:30 in, 20:00 out: eleven and a half hours.", "You have from half past seven in the morning until eight in the evening."),
    ("f7c8", "4 more = 5 in total, 4 × $50 = $200", "That'd be five bags: one free, four at $50, so $240"),
    ("f7c8", "Done. Recap:", "In total you get $2,792 back."),
    ("7c46", "($291.31). $29.24 is refunded", "($281.31). $29.24 is refunded"),
    ("e0a6", "Yusuf Muller (born December 28, 1974) and Mei Taylor", "Yusuf Muller (born September 2, 1967) and Mei Taylor"),
    ("5c0a", "is **HAT215 with HAT167, at 380 + 250 = $630**", "is HAT215 and then HAT167, for $380 plus $350, so $630"),
    ("5229", "BU71UY is moved.", "BU71UY, your trip from Boston to Phoenix, is moved."),
    ("3725", "All three are in stock.", "All three are in stock; the watch is solar powered."),
    ("9fb2", "in economy, and $61 is being refunded", "in economy, and the $71 is being refunded"),
)  # fmt: skip
"""Whose conversation, what is said, and what is wrong."""


@pytest.mark.parametrize(("name", "said", "instead"), SPOILED)
def test_what_is_not_so_is_found(name: str, said: str, instead: str) -> None:
    assert found(*changed(name, said, instead)) != []
