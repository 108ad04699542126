"""Records as the writes left them: each report is right in other words, and wrong once it tells the record otherwise."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from tests.verify.test_spoken import found, talks
from writ_dspy.domains import load
from writ_dspy.verify.case import Case
from writ_dspy.verify.claims import grounded


@cache
def report(name: str, tool: str) -> int:
    """The turn of the first report of such a write, in the talk about this task."""
    task, talk = talks(name)[0]
    return next(step.turn for step in Case(task, talk, load(task.domain)).writes if step.call.tool.startswith(tool)) + 2


def told(name: str, tool: str, text: str) -> list[str]:
    """What is found of a message that stands in the place of that report; what comes after it says nothing about it."""
    (task, talk), at = talks(name)[0], report(name, tool)
    domain = load(task.domain)
    turns = (*talk.turns[:at], replace(talk.turns[at], text=f"{text} Is there anything else?"))
    case = Case(task, replace(talk, turns=turns), domain)
    return [str(finding) for finding in grounded(case) if finding.turn == at]


PEOPLE = ("223834", "update_reservation_passengers")
THREE = ("d3b9ff", "book")
BAGS = ("612daf", "update_reservation_baggages")
MOVED = ("9a97e0", "update_reservation_flights")
BUSINESS = ("180f85", "update_reservation_flights")
EXCHANGED = ("dc5173", "exchange")
SENT_BACK = ("51e6", "return")
SHIPS = ("6e8bb9", "modify_pending_order_address")
OFF = ("80237d", "cancel_pending_order")

RIGHT = (
    (PEOPLE, "Omar Rossi is on BV2RJH now."),
    (PEOPLE, "You and Raj Li are on BV2RJH, and so is Omar Rossi."),
    (PEOPLE, "Omar now flies as Omar Rossi on BV2RJH."),
    (PEOPLE, "The passengers on BV2RJH are now Fatima Khan, Raj Li, Yara Brown and Omar Rossi."),
    (PEOPLE, "Omar Anderson is off the list, and Yara Brown stays on it."),
    (PEOPLE, "If Yara Brown is to be off the list, tell me the other name."),
    (THREE, "HATHAT is booked for you, Harper and Henrik, $549 on the card ending in 3329."),
    (THREE, "HATHAT is booked with one checked bag for the three of you."),
    (THREE, "You're all in economy on May 19."),
    (THREE, "All three of you are booked under HATHAT, $183 each, with one free checked bag."),
    (THREE, "You three leave New York on May 19."),
    (THREE, "Your booking for May 19 is HATHAT."),
    (THREE, "HATHAT is booked for Sunday, May 19, and not for May 20."),
    (MOVED, "Your trip for May 22 is changed, with the way back on May 30."),
    (BAGS, "72T71H now has one checked bag at no charge."),
    (BAGS, "72T71H has a checked bag now."),
    (BAGS, "The trip goes with 1 free checked bag."),
    (BAGS, "If 72T71H is to have two bags, just say so."),
    (BAGS, "Done, with one more checked bag."),
    (MOVED, "You both fly out on May 22 at 2:00 AM."),
    (MOVED, "You set off on May 22 at 2:00 AM with HAT238."),
    (MOVED, "You're in economy on all flights, as before."),
    (MOVED, "You leave on May 22 at 2:00 AM and fly back on May 30."),
    (MOVED, "You fly out on May 22, at 2:00 AM."),
    (BUSINESS, "You're in business now."),
    (BUSINESS, "You're no longer in economy: it's business on both flights."),
    (BUSINESS, "You fly in business on May 19 and 20."),
    (BUSINESS, "So you are both in business from now on, EQTIDC included."),
    (BUSINESS, "You leave Dallas on May 19 at 11:00 PM."),
    (EXCHANGED, "#W1579621 now has the status 'exchange requested'."),
    (EXCHANGED, "The status of #W1579621 changed from 'delivered' to 'exchange requested'."),
    (EXCHANGED, "The old headphones are being returned for that."),
    (EXCHANGED, "Once you send the headphones back, all is done; #W1579621 is being exchanged."),
    (EXCHANGED, "The exchange is requested, and #W1579621 stands as it should."),
    (SENT_BACK, "The return for order #W1764038 is requested, for the Digital Camera, the Wristwatch and the Tea Kettle."),
    (SENT_BACK, "The return is requested for the camera, the watch and the kettle."),
    (SENT_BACK, "The return for #W1764038 is requested, for all three items."),
    (SENT_BACK, "The return of the Digital Camera, among the other two, is requested."),
    (SENT_BACK, "#W1764038 is being returned, all of it."),
    (SHIPS, "Your account's default address hasn't been touched."),
    (SHIPS, "Your default address stays as it is."),
    (SHIPS, "The address of #W2236333 has been updated."),
    (SHIPS, "If your account's default address is to be changed as well, tell me."),
    (SHIPS, "The shipping address is updated; your profile's default address is not."),
    (OFF, "#W5402785 is cancelled and stays so."),
    (OFF, "#W5402785 has the status 'cancelled'."),
    (OFF, "#W5402785 can't be placed again from here."),
    (OFF, "#W5402785 won't be shipped."),
    (OFF, "Should you want it after all, it has to be ordered again."),
)  # fmt: skip
WRONG = (
    (PEOPLE, "Omar Rossi and Omar Anderson are on BV2RJH now."),
    (PEOPLE, "Raj and Omar now fly as Rossi on BV2RJH."),
    (PEOPLE, "The passengers on BV2RJH are now Fatima Khan, Raj Li and Yara Rossi."),
    (PEOPLE, "Omar Rossi is on it, and Yara Brown is off the list."),
    (PEOPLE, "Raj has been taken off the passenger list."),
    (PEOPLE, "Yara Brown is no longer on the list."),
    (THREE, "HATHAT is booked for you alone, $549 on the card ending in 3329."),
    (THREE, "You're all in business on May 19."),
    (THREE, "Your booking for May 20 is HATHAT."),
    (THREE, "You three are booked for May 18, under HATHAT."),
    (MOVED, "Your trip for May 23 is changed."),
    (THREE, "HATHAT is booked with three free checked bags."),
    (BAGS, "72T71H now has two checked bags."),
    (BAGS, "72T71H has 3 bags now."),
    (BAGS, "The trip goes with 2 free checked bags."),
    (MOVED, "You both fly out on May 22 at 4:00 AM."),
    (MOVED, "You're in business on all flights."),
    (MOVED, "PEQVL0 will be changed tomorrow."),
    (BUSINESS, "You're in economy on both flights now."),
    (BUSINESS, "You fly in basic economy."),
    (BUSINESS, "EQTIDC will be moved over the weekend."),
    (EXCHANGED, "#W1579621 now has the status 'return requested'."),
    (EXCHANGED, "#W1579621 is being cancelled."),
    (EXCHANGED, "Order #W1579621 is on hold."),
    (SENT_BACK, "The return for order #W1764038 is requested, for the Digital Camera and the Wristwatch."),
    (SENT_BACK, "The return is requested for the camera and the kettle."),
    (SENT_BACK, "#W1764038 is being exchanged."),
    (SHIPS, "Your account's default address has been updated as well."),
    (SHIPS, "Your profile's default address is now the new one."),
    (SHIPS, "The standard address was changed, too: your default address is updated."),
    (OFF, "#W5402785 is placed again."),
    (OFF, "#W5402785 has been reinstated."),
    (OFF, "#W5402785 will be cancelled tomorrow."),
    (OFF, "#W5402785 is being returned."),
    (OFF, "It is paused until the price drops."),
)  # fmt: skip


@pytest.mark.parametrize(("report", "text"), RIGHT)
def test_a_record_may_be_told_as_it_is(report: tuple[str, str], text: str) -> None:
    assert told(*report, text) == []


@pytest.mark.parametrize(("report", "text"), WRONG)
def test_a_record_is_not_told_otherwise(report: tuple[str, str], text: str) -> None:
    assert told(*report, text)


TRIP = "**3. 7IG5PW** (Atlanta – Chicago, May 23 and back May 27, business)"
KEPT = "5 checked bags, insurance."
FULL = "I'd move the full **$3,997.94** from PayPal"
WHOLE = "I'd cancel all five items (backpack, espresso machine, smartphone, wall clock, earbuds)"
BOTH = "economy as before, Evelyn Khan and Mason Lopez, still"
HOURS = "- HAT097 (7:00 AM) and HAT027 (1:00 PM)"
SHARES = "$58 came from the gift card and $166 from"
MOUSE = "Your black laser mouse replaces the white one"

SAME = (
    ("6f2f31d", TRIP, "**3. 7IG5PW** (Chicago – Atlanta and back, business)"),
    ("6f2f31d", TRIP, "**3. 7IG5PW** (ATL – ORD, May 23 and back May 27, business)"),
    ("6f2f31d", TRIP, "**3. 7IG5PW**, business, May 23 and back May 27"),
    ("7bdbf652d9", KEPT, "5 checked bags, and it stays insured."),
    ("7bdbf652d9", KEPT, "5 checked bags, travel insurance included."),
    ("7bdbf652d9", KEPT, "5 checked bags. No new insurance is bought for that."),
    ("559091b47", FULL, "I'd move all of the **$3,997.94** from PayPal"),
    ("559091b47", FULL, "I'd move the payment of **$3,997.94** from PayPal"),
    ("559091b47", FULL, "Not half of the **$3,997.94** but all of it I'd move from PayPal"),
    ("79e9c5b6f940", WHOLE, "I'd cancel the whole order (backpack, espresso machine, smartphone, wall clock, earbuds)"),
    ("79e9c5b6f940", WHOLE, "As I can't cancel the espresso machine only, I'd cancel all five items"),
    ("79e9c5b6f940", WHOLE, "I'd cancel the order, the espresso machine and the other four items with it,"),
    ("dc84d6349", BOTH, "economy as before, Mason Lopez and Evelyn Khan, still"),
    ("dc84d6349", BOTH, "economy as before, for the two of you, still"),
    ("d56c71261c4", HOURS, f"{HOURS}, one after the other"),
    ("d56c71261c4", HOURS, f"{HOURS}\n- Enjoy your lunch in between"),
    ("dc84d6349", SHARES, "$58 came from your gift_card_3799469 and $166 from"),
    ("dc84d6349", SHARES, "$58 was taken from the gift card, and $166 from"),
    ("507eb75fa", MOUSE, "Your black mouse takes the place of the white one"),
    ("507eb75fa", MOUSE, "The new black laser mouse replaces the white one"),
)  # fmt: skip
OTHER = (
    ("6f2f31d", TRIP, "**3. 7IG5PW** (Atlanta – Denver, May 23 and back May 27, business)"),
    ("6f2f31d", TRIP, "**3. 7IG5PW** (Boston – Chicago, May 23 and back May 27, business)"),
    ("6f2f31d", TRIP, "**3. 7IG5PW** (Denver – Atlanta and back, business)"),
    ("7bdbf652d9", KEPT, "5 checked bags, no insurance."),
    ("7bdbf652d9", KEPT, "5 checked bags, without travel insurance."),
    ("7bdbf652d9", KEPT, "5 checked bags, uninsured."),
    ("559091b47", FULL, "I'd move half of the **$3,997.94** from PayPal"),
    ("559091b47", FULL, "I'd move part of the **$3,997.94** from PayPal"),
    ("559091b47", FULL, "I'd move most of your **$3,997.94** from PayPal"),
    ("79e9c5b6f940", WHOLE, "I'd cancel the espresso machine only (the backpack, smartphone, wall clock and earbuds still come)"),
    ("79e9c5b6f940", WHOLE, "I'd cancel only the wall clock from it"),
    ("79e9c5b6f940", WHOLE, "I'd cancel just the espresso machine out of it"),
    ("dc84d6349", BOTH, "economy as before, Evelyn Khan only, still"),
    ("dc84d6349", BOTH, "economy as before, Mason Lopez alone, still"),
    ("d56c71261c4", HOURS, f"{HOURS}\n- Lounge access and two meals included"),
    ("d56c71261c4", HOURS, f"{HOURS}\n- A lounge pass comes with it"),
    ("d56c71261c4", HOURS, f"{HOURS}, priority boarding included"),
    ("dc84d6349", SHARES, "$58 came from the certificate and $166 from"),
    ("dc84d6349", SHARES, "$58 came from PayPal and $166 from"),
    ("507eb75fa", MOUSE, "Your red laser mouse replaces the white one"),
    ("507eb75fa", MOUSE, "Your black optical mouse takes the place of the white one"),
    ("507eb75fa", MOUSE, "The wireless one replaces it: your blue mouse replaces the white one"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "said", "instead"), SAME)
def test_what_is_put_may_be_put_otherwise(name: str, said: str, instead: str) -> None:
    assert found(name, said, instead) == []


@pytest.mark.parametrize(("name", "said", "instead"), OTHER)
def test_what_is_put_is_of_the_write(name: str, said: str, instead: str) -> None:
    assert found(name, said, instead)
