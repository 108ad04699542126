"""What customers say in a yes, a second wish or a change of mind: right words are no stray ones, and their spoiled twins are."""

from __future__ import annotations

import dataclasses

import pytest

from tests.simulate.wishes.test_wishes import GREETING, tasks
from writ_dspy.conversation import Turn
from writ_dspy.domains import load
from writ_dspy.simulate.wishes import Wanted, strays
from writ_dspy.task import Behaviour, Request, Slot, Task
from writ_dspy.trial import ChangesMind


def strayed(task: Task, sentence: str, before: str) -> bool:
    wanted = Wanted(task, load(task.domain))
    return bool(list(strays(wanted, [Turn("agent", before)], sentence)))


HELMET = "Your Cycling Helmet (black, S) goes back, and you get the one in red, size M. Shall I go ahead?"


@pytest.mark.parametrize(
    ("sentence", "stray"),
    [
        ("Yes, swap the black one for the red one in size M.", False),
        ("Go for it: swap the black helmet for the red one.", False),
        ("Yes, instead of the black one.", False),
        ("Yeah, trade my black helmet for the red M.", False),
        ("Please replace the black one with the red one.", False),
        ("Exchange the black helmet to the red one, please.", False),
        ("Yes, switch the black helmet for the red size M one.", False),
        ("Yes, the red instead of the black.", False),
        ("Swap it for the black one.", True),
        ("Go for it: swap the red one for the black helmet.", True),
        ("Please replace the red one with the black one.", True),
        ("Yes, but trade it for a white helmet.", True),
        ("Go for the black one.", True),
        ("Yes, make it the black one.", True),
        ("Please exchange it for one in black.", True),
    ],
)
def test_what_is_given_up_in_a_swap_looks_as_it_does(sentence: str, stray: bool) -> None:
    """Behind the verb stands what goes, behind its "for" what comes."""
    assert strayed(tasks()["helmet"], sentence, HELMET) is stray


GIFT = "The total of $615 goes back to your gift card (gift_card_1234567). Shall I cancel the order?"


@pytest.mark.parametrize(
    ("sentence", "before", "stray"),
    [
        ("Fine, cancel it. I'll believe it when I see it on the card.", GIFT, False),
        ("Yes, put it on the card.", GIFT, False),
        ("Yes, back on that card, please.", GIFT, False),
        ("Okay, refund it to my card.", GIFT, False),
        ("Yes, but refund it to my credit card.", GIFT, True),
        ("Yes, but put it on my Visa.", GIFT, True),
        ("Yes, and send it to my PayPal.", GIFT, True),
        ("Please put it on my card.", GREETING, True),
        ("Put it on my card.", f"{GIFT} Or on your credit card?", False),
    ],
)
def test_the_card_is_the_one_that_was_spoken_of(sentence: str, before: str, stray: bool) -> None:
    """Of a gift card people say card; what has another name is another one."""
    assert strayed(tasks()["cancel"], sentence, before) is stray


def test_the_card_is_no_way_around_what_the_task_pays_with() -> None:
    """Where the agent speaks of a gift card and the task wants another method, the card is a wrong one."""
    assert strayed(tasks()["book"], "Put it on my card.", "Your certificate or your gift card?")
    assert not strayed(tasks()["helmet"], "Put it on the card, please.", "Your PayPal account or your gift card?")


PART = "There's one item in an order of mine I'd like to see cancelled."


@pytest.mark.parametrize(
    ("sentence", "stray"),
    [
        ("Yeah, there's one item in another order of mine I'd like to see cancelled.", False),
        ("There's one item in my other order that I'd like to see cancelled, too.", False),
        ("Please cancel my other order, too.", True),
        ("Yeah, and cancel another order of mine as well.", True),
        ("I'd like to cancel one more order on top.", True),
    ],
)
def test_the_next_wish_is_about_another_record(sentence: str, stray: bool) -> None:
    """Once the first one is done, an order is another one; the wish itself has to be one of the task's."""
    task = tasks()["cancel"]
    part = Request(None, (), "the cancellation of part of the order", "order", PART, (Slot("order", "It's #W1."),))
    two = dataclasses.replace(task, requests=(task.requests[0], part))
    assert strayed(two, sentence, "The order is cancelled. Anything else?") is stray


@pytest.mark.parametrize(
    ("sentence", "stray"),
    [
        ("Please keep the espresso machine out of it, the backpack goes back.", False),
        ("Leave the espresso machine out, it is the backpack that I return.", False),
        ("Keep the espresso machine, take back the backpack.", False),
        ("I'm keeping the espresso machine.", False),
        ("Please keep the backpack out of it.", True),
        ("I'm keeping the mechanical keyboard.", True),
        ("Leave the backpack out.", True),
    ],
)
def test_what_was_named_first_and_taken_back_stays(sentence: str, stray: bool) -> None:
    """Who changes their mind keeps what they gave back at first; what the task comes to is no thing to keep."""
    task = tasks()["return"]
    trial = ChangesMind(0, "0:items", "Take back the espresso machine.", "espresso", "{}")
    minded = dataclasses.replace(task, behaviour=Behaviour((), trials=(trial,)))
    assert strayed(minded, sentence, "Do you agree to the return of the espresso machine?") is stray
