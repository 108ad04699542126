"""Right sentences of people that a check once refused, by kind, each beside a wrong one of the same form that it has to refuse."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.verify.test_played import found, played
from writ_dspy.conversation import Turn
from writ_dspy.domains import load
from writ_dspy.simulate.acts import assents
from writ_dspy.task import Call

Row = tuple[str, int, str, str, str]
"""Whose conversation, which turn, what it says, what it says instead ("" for all of it; a "+" goes on behind it), and the check that sees it."""

KETTLE = "order #W4817420 has already been delivered,"
LAMP = "Now to the electric kettle:"
BACK = "and the $12.55 goes to your gift card."
FLIGHT = "I have confirmed that flight HAT298 from MCO to MSP on 2024-05-13, the first flight of reservation CABRYW, was cancelled"
STAY = "Yes, the date of birth stays 1950-06-02, only the last name changes from Anderson to Rossi. {} Shall I make this change on reservation BV2RJH (yes or no)?"
IN = "in economy, so"
ROWS: dict[str, tuple[Row, ...]] = {
    "an instead of the next of two": (
        ("9903", 14, "", "Yes, please change the address. Then the exchange instead, for the kettle.", ""),
        ("9903", 14, "", "Yes, please change the address, and after that the kettle, an exchange instead.", ""),
        ("9903", 14, "", "Yes, change it, and then the kettle, exchange it instead.", ""),
        ("9903", 14, "", "Yes, the exchange instead.", "confirmed_before_write"),
        ("9903", 14, "", "Yes. No, wait, the exchange instead of the address.", "confirmed_before_write"),
        ("9903", 14, "", "Yes, please change the address, but to Denver instead.", "confirmed_before_write"),
    ),
    "a state of a record that was read": (
        ("9903", 19, KETTLE, "this one has been delivered,", ""),
        ("9903", 19, KETTLE, "that order is delivered,", ""),
        ("9903", 19, KETTLE, "it was delivered a while ago,", ""),
        ("9903", 19, KETTLE, "this one has been cancelled,", "grounded"),
        ("9903", 19, KETTLE, "it has been exchanged already,", "grounded"),
        ("c645", 19, "", "You are welcome, Emma. As for order #W9196189: this one is cancelled. Goodbye.", ""),
        ("c645", 19, "", "You are welcome, Emma. I had #W9196189 here. It has been cancelled. Goodbye.", ""),
        ("c645", 19, "", "You are welcome, Emma. As for order #W6460787: this one is cancelled. Goodbye.", "grounded"),
        ("e586", 21, FLIGHT, "I have looked at HAT298 on 2024-05-13: this one was cancelled", ""),
        ("e586", 21, FLIGHT, "I have looked at HAT300 on 2024-05-13: this one was cancelled", "grounded"),
        ("6861", 11, "", "+It has been delivered.", "grounded"),
    ),
    "a yes or no about the next matter": (
        ("9903", 14, "", "Yes, please change the address like that. Can the kettle be done too, yeah or no?", ""),
        ("428f", 12, "", "Yeah, go ahead, Apt 974. And the return, can that go on the gift card, yeah or nah?", ""),
        ("9903", 14, "", "Yes, please change it like that. Then the kettle. You got it in black, yeah or nope?", ""),
        ("9903", 14, "", "Please change the address like that, yeah or no?", "confirmed_before_write"),
        ("9903", 14, "", "Yes... or no, better not.", "confirmed_before_write"),
    ),
    "one more wish": (
        ("428f", 12, "", "+Got another one to send back too.", ""),
        ("428f", 12, "", "+There's another one that has to go back too.", ""),
        ("428f", 16, "", "Yep, send it all back, and got another one to send back too.", ""),
        ("428f", 12, "", "Yeah, but to another one instead.", "confirmed_before_write"),
    ),
    "who stays, in a recap": (
        ("3834", 9, "", STAY.format("Fatima Khan, Raj Li and Yara Brown stay as they are."), ""),
        ("3834", 9, "", STAY.format("Fatima Khan, born 1989-01-01, Raj Li and Yara Brown stay as they are."), ""),
        ("3834", 9, "", STAY.format("Fatima Khan stays as she is, and so do Raj Li and Yara Brown."), ""),
        ("3834", 9, "", STAY.format("Fatima Khan, born 1989-01-02, Raj Li and Yara Brown stay."), "confirmed_before_write"),
        ("3834", 9, "", STAY.format("Omar Anderson becomes Omar Rosso, the others stay."), "confirmed_before_write"),
    ),
    "nothing was taken": (
        ("8bb9", 15, BACK, BACK + " Nothing was taken from your gift card.", ""),
        ("8bb9", 15, BACK, BACK + " So nothing has been withdrawn from it.", ""),
        ("8bb9", 15, BACK, BACK + " Nothing was taken from the order.", "grounded"),
        ("8bb9", 15, BACK, BACK + " Nothing was exchanged.", "grounded"),
        ("efb0", 15, "", "+Nothing was taken from your credit card.", "grounded"),
    ),
    "money that was sent back": (
        ("8bb9", 15, BACK, "and that is all. I sent $12.55 back to your gift card.", ""),
        ("8bb9", 15, BACK, "and that is all. I've put the $12.55 back on your gift card.", ""),
        ("8bb9", 15, BACK, "and that is all. I sent $13.55 back to your gift card.", "grounded"),
        ("a06b", 19, "", "Done. Reservation JN75RZ is canceled. I sent $222 back to your gift card. What else?", ""),
        ("428f", 15, "", "+I sent $804.28 back to your gift card.", "grounded"),
        ("2b8a", 37, "", "+I sent $6.76 back to your PayPal account.", "grounded"),
    ),
    "a rule of the policy in other words": (
        ("3834", 29, "", "+A passenger can only be replaced by another person, the number has to stay at four.", ""),
        ("fbe1", 7, "", "+Names can be corrected.", ""),
        ("9068", 7, "", "+A name can be corrected, but nobody can be taken off.", ""),
        ("3834", 31, "", "+Passengers can be replaced, but the number stays.", ""),
        ("3834", 29, "", "+Names can be corrected only once.", "policy"),
        ("3834", 29, "", "+A passenger can be removed for a fee.", "policy"),
    ),
    "the rule beside a no": (
        ("7f56", 13, "", "+Orders can be cancelled while they are pending.", ""),
        ("7f56", 13, "", "+A pending order can be cancelled, a processed one can't.", ""),
        ("d2c9", 13, "", "+Trips in business can be canceled.", ""),
        ("78c8", 15, "", "+I can cancel a trip booked within the last 24 hours.", ""),
        ("7f56", 13, "", "+Your order can be cancelled.", "steadfast"),
        ("7f56", 13, "", "+A cancellation can be arranged.", "steadfast"),
        ("7f56", 13, "", "+Orders like this can be cancelled.", "steadfast"),
        ("d2c9", 13, "", "+I can cancel a trip for you now.", "steadfast"),
    ),
    "kind words": (
        ("9903", 25, "", "+Have a good shift!", ""),
        ("9903", 25, "", "+Good luck with the shift.", ""),
        ("9903", 25, "", "+Your barge will get a good shift.", "grounded"),
    ),
    "what people need and like": (
        ("9903", 0, "", "+I like a clean bed.", ""),
        ("9903", 0, "", "+I need a clean bed after that shift.", ""),
        ("3834", 0, "", "+Hold on a sec.", ""),
        ("9903", 0, "", "+I want my shelves tidy, and I need my papers in order.", ""),
        ("9903", 0, "", "+I like my tea hot.", ""),
        ("9903", 0, "", "+I'd like a bouquet of roses with it.", "user_faithful"),
        ("3834", 0, "", "+I need a taxi to the airport.", "user_faithful"),
    ),
    "what the refunds of several deeds come to": (
        ("f1a2", 73, "", "+With the first cancellation that makes $3,816 in refunds.", ""),
        ("f1a2", 73, "", "+Counting the first one, you get to $3,816 back.", ""),
        ("f1a2", 73, "", "+The two refunds add up to $3,816.", ""),
        ("f1a2", 73, "", "+That brings it to $3,816.", ""),
        ("f1a2", 73, "", "+With the first cancellation that makes $3,826 in refunds.", "grounded"),
        ("f1a2", 73, "", "+The two refunds add up to $3,616.", "grounded"),
        ("f1a2", 73, "", "+That brings it to $4,816.", "grounded"),
    ),
    "days of the calendar": (
        ("7664", 9, "", "+There is exactly one day on which it takes off at 4:00 PM: May 29.", ""),
        ("7664", 9, "", "+There are two days when it leaves within your hours.", ""),
        ("7664", 9, "", "+It takes one day until it arrives.", "grounded"),
        ("7664", 9, "", "+It takes three days, and the refund is there.", "grounded"),
    ),
    "a remark in brackets about others": (
        ("7664", 9, IN, "in economy (the ones two weeks later start at $131), so", ""),
        ("7664", 9, IN, "in economy (nonstops two weeks later start at $131), so", ""),
        ("7664", 9, IN, "in economy (any other nonstop flight to Orlando costs from $131), so", ""),
        ("7664", 9, IN, "in economy (connections: $131 and up), so", ""),
        ("7664", 9, IN, "in economy (with one stop from $131), so", ""),
        ("7664", 9, IN, "in economy (with one stop from $137), so", "grounded"),
        ("7664", 9, IN, "in economy (nonstop from $131), so", "grounded"),
        ("7664", 9, IN, "in economy (the fares start at $131), so", "grounded"),
        ("7664", 9, IN, "in economy (economy is $131), so", "grounded"),
        ("7664", 9, IN, "in economy (they start at $131), so", "grounded"),
        ("7664", 9, IN, "in economy (some others are at $137), so", "grounded"),
    ),
    "what each of a kind is": (
        ("9903", 19, "", "+Please note that each order is cancelled as a whole.", ""),
        ("9903", 19, "", "+Please note that every order is exchanged only once.", ""),
        ("9903", 19, "", "+Please note that each order goes as a whole, with every item in it.", ""),
        ("9903", 19, "", "+Please note that each order is already cancelled.", "grounded"),
        ("9903", 19, "", "+Please note that that order is cancelled.", "grounded"),
        ("9903", 19, "", "+Please note that each order goes for free.", "policy"),
        ("9903", 19, "", "+Each order is gift wrapped as a whole.", "policy"),
    ),
    "an allowance beside a record": (
        ("3c70", 11, "", "+On 4069WE you have no bags, and as a silver member you get two free per economy passenger.", ""),
        ("3c70", 11, "", "+4069WE has no bags, and silver members get two free bags per economy passenger.", ""),
        ("3c70", 11, "", "+On 4069WE you have no bags, and as a silver member you get two free in economy.", ""),
        ("3c70", 11, "", "+On 4069WE you have no bags, and as a silver member you have two free bags in economy.", ""),
        ("3c70", 11, "", "+On 4069WE you have no bags, though a bag is free for a silver member in basic economy.", ""),
        ("3c70", 11, "", "+As a silver member you have one free bag, and 4069WE is in business.", "grounded"),
        ("3c70", 11, "", "+On 4069WE you have no bags, and it is in economy.", "grounded"),
        ("3c70", 11, "", "+4069WE is in business, and you get two free bags per passenger.", "grounded"),
        ("3c70", 11, "", "+4069WE is for one passenger, in economy with a free bag.", "grounded"),
    ),
    "a rule about what was booked before": (
        ("7975", 11, "", "+Insurance can't be added to a reservation that already exists.", ""),
        ("7975", 11, "", "+Insurance can't be added to a reservation that has been made already.", ""),
        ("7975", 11, "", "+Insurance can't be added to an existing reservation.", ""),
        ("7975", 11, "", "+Insurance can't be added once a trip is booked.", ""),
        ("7975", 11, "", "+Pets can't be added to a reservation that already exists.", "policy"),
        ("7975", 11, "", "+Seats can be chosen on a reservation that already exists.", "policy"),
        ("7975", 11, "", "+Insurance can't be added once the flight has landed.", "policy"),
        ("7975", 11, "", "+Insurance can be added to a reservation that already exists.", "policy"),
        ("7975", 11, "", "+Insurance can be added once a trip is booked.", "policy"),
    ),
    "a wish for a meal": (
        ("0ffd", 11, "", "+Enjoy your breakfast!", ""),
        ("0ffd", 11, "", "+Good evening, and enjoy the family dinner!", ""),
        ("0ffd", 11, "", "+Please enjoy your meal with the family first.", ""),
        ("0ffd", 11, "", "+You'll enjoy breakfast on board.", "grounded"),
        ("0ffd", 11, "", "+Enjoy the free meals on the flight!", "grounded"),
        ("0ffd", 11, "", "+Enjoy the wifi!", "grounded"),
        ("0ffd", 11, "", "+You get breakfast.", "grounded"),
    ),
    "the means of what is put": (
        ("efb0", 11, "Here is the booking I would make:", "I put it on the credit card credit_card_5794036, so tell me if you want another one. The booking:", ""),
        ("efb0", 11, "Here is the booking I would make:", "I've put it on your credit card; let me know if you'd rather use something else. The booking:", ""),
        ("efb0", 11, "Here is the booking I would make:", "I put it on the credit card credit_card_5794036. The booking:", "grounded"),
        ("efb0", 11, "Here is the booking I would make:", "I put it in our lost-and-found, so tell me if you want another one. The booking:", "grounded"),
        ("efb0", 11, "Here is the booking I would make:", "I've charged it to the credit card credit_card_5794036, so tell me if you want another one. The booking:", "grounded"),
    ),
}  # fmt: skip
ALL = [pytest.param(*row, id=f"{kind} {at}") for kind, rows in ROWS.items() for at, row in enumerate(rows)]


@pytest.mark.parametrize(("name", "turn", "said", "instead", "check"), ALL)
@pytest.mark.long
def test_a_right_sentence_passes_and_a_wrong_one_does_not(
    name: str, turn: int, said: str, instead: str, check: str
) -> None:
    """The rest of the conversation is as it was played."""
    task, talk = played()[name]
    was = talk.turns[turn].text
    text = was.replace(said, instead) if said else f"{was} {instead[1:]}" if instead.startswith("+") else instead
    turns = tuple(replace(one, text=text) if at == turn else one for at, one in enumerate(talk.turns))

    assert text != was
    seen = found(task, replace(talk, turns=turns))
    assert check in seen if check else not seen


NO = "I can't cancel reservation 79G8A9: it isn't one of yours, and only its own customer can have that done."


@pytest.mark.parametrize(
    ("told", "right"),
    [
        (NO, True),
        ("I'm sorry, Anya, but 79G8A9 belongs to another customer, so I can't cancel it for you.", True),
        (f"{NO} It leaves on {{date}}.", False),
        (f"{NO} It leaves on May {{day}}.", False),
        (f"{NO} {{name}} has to write to us.", False),
        (f"{NO} It is booked in {{cabin}}.", False),
    ],
)
def test_a_record_of_somebody_else_is_looked_at_and_not_told(told: str, *, right: bool) -> None:
    """Whose a record is that the user names, only a look tells; what it shows is nobody else's business."""
    task, talk = played()["8e84"]
    asked = next(at for at, turn in enumerate(talk.turns) if "79G8A9" in turn.text)
    call = Call.of("get_reservation_details", {"reservation_id": "79G8A9"})
    result = load(task.domain).world().call(call)
    row = json.loads(result.text)
    person = row["passengers"][0]
    values = {
        "date": row["flights"][0]["date"],
        "day": int(row["flights"][0]["date"][-2:]),
        "name": person["first_name"],
        "cabin": row["cabin"],
    }
    denied = replace(talk.turns[asked + 1], text=told.format(**values))
    look = (Turn("agent", calls=(call,)), Turn("tool", result.text))
    turns = (*talk.turns[: asked + 1], *look, denied, *talk.turns[asked + 2 :])

    assert ("authenticated_first" in found(task, replace(talk, turns=turns))) is not right


BOTH = """This is what I would do:
1. Cancel order #W5001122, as it is no longer needed; $84.10 goes back to your PayPal account.
2. Order #W7003344 can't be returned in part, so I'd exchange the blue desk lamp for the black one, with $12.40 charged to your gift card.
Shall I do both (yes/no)?"""


@pytest.mark.parametrize(
    ("reply", "agrees"),
    [
        ("Yes, do both, the cancellation and the exchange instead of a return.", True),
        ("Yes, do both: the cancellation, and the exchange instead.", True),
        ("Yes to both, the cancel and then the exchange instead.", True),
        ("Yes, both, but exchange it for the red one instead.", False),
        ("No, the return instead.", False),
        ("Do the return instead, please.", False),
    ],
)
def test_an_instead_among_what_was_put_forward_is_a_yes(reply: str, *, agrees: bool) -> None:
    """Whoever says yes to both may name the second as what takes the place of what could not be had."""
    assert assents(reply, BOTH) is agrees
