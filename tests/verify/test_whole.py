"""Whole talks with one place in other words: whatever is as right stays accepted, and whatever was turned wrong is refused by some check."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.verify.test_spoken import HERE, talks
from writ_dspy.domains import load
from writ_dspy.verify.checks import verify

SPOKEN = re.findall(r"(?m)^== (\S+)$", (HERE / "spoken" / "talks.txt").read_text("utf-8"))


def refused(name: str, said: str, instead: str) -> list[str]:
    """What is found in a talk, whoever speaks, once one place of it reads otherwise."""
    task, talk = next(one for one in talks(name) if any(said in turn.text for turn in one[1].turns))
    at = next(at for at, turn in enumerate(talk.turns) if turn.role != "tool" and said in turn.text)
    turns = list(talk.turns)
    turns[at] = replace(turns[at], text=turns[at].text.replace(said, instead))
    return [str(finding) for finding in verify(task, replace(talk, turns=tuple(turns)), load(task.domain)).findings]


@pytest.mark.parametrize("name", SPOKEN)
def test_a_right_talk_is_accepted(name: str) -> None:
    """Both sides were written by people who had not seen the checks."""
    for task, talk in talks(name):
        assert [str(finding) for finding in verify(task, talk, load(task.domain)).findings] == []


BAGS = "| Checked bags | 1, free of charge with your gold membership |"
LANDS = "HAT114 New York (LGA) → Phoenix, 9:00 PM – 1:30 AM (May 21), $284"
EARLIEST = "The earliest nonstop arrival is HAT173, 9:00 AM to 10:00 AM"
ON_ITS_WAY = "and the refund to your Mastercard is on its way"
LEFT = "Tell me what's left on it then."
BACK = "Changed: you now fly back on May 28 with HAT027,"
FLIGHTS = "Economy, same flights, please."
CAMERA = "Alright, I'll let the credit card thing go, no biggie. Yes please, just the camera."
AHEAD = "Yes please, go ahead!"
SIX = "And I see about the six of us, that's a shame, but I understand. Then we'll leave that one be."
FLY = "I want to fly on May 16, that is fixed,"
ONE_WAY = "It is just one way, because my aunt will drive me back with her car, she likes the long road."
RETURN = "The return's all from order #W6797115, everything in it's gotta go back, refund on my gift card, and how much is that gonna be?"
BOOK = "Yes, please book it, Aarav is an early bird anyway, so that hour won't trouble him."
FULLEST = "The number I do not know. It is the one with the most items among all my delivered orders."
AGAIN = "Only on May 21. Whichever is cheapest, with one stop, changing planes once is fine. It is one way, all else as it was: people, cabin, bags. No travel insurance. Card is my credit card that ends in 4111. And tell me please the difference between what I get back and what I pay."
DOOR = "The second address line has to read Suite 685, please, and keep evrything else as it is."
SUM = "What will the refund amount to?"
EVERYTHING = "and I wish to send back everything in that order."
BOTH_WAYS = "Round trip, Charlotte (CLT) to Phoenix."
GOES = "Going: any day May 16"
ALL_BACK = "The e-mail on my account is evelyn.gonzalez2110@example.com, and you can look me up with that e-mail. The order in question is order number #W8341134, and I wish to send back everything in that order. The refund should go to my PayPal account, so PayPal it is for the refund. What will the refund amount to?"


CHANGE = """The change to AHVHPP would be:
- Outbound, kept: HAT284 on May 26, LAS to PHX
- Return, new: HAT027 on May 28, PHX to LAS, 1:00 PM – 2:00 PM (now HAT173 on May 29)
- Cabin: still business, for you and Fatima Rossi
- Money: the return falls from $442 to $295 a head, so you get 2 × $147 = $294 back, onto gift_card_4344065

OK?"""
MOVES = "So HAT284 on May 26 stays, the way back moves from HAT173 on May 29 to HAT027 on May 28, and you and Fatima Rossi go on sitting in business. It used to cost $442 a head, so $147 twice, that's $294, flows back to gift_card_4344065."
REFUNDED = "- Price difference: $3.76 refunded to gift_card_8578732"
ONCE = "One thing to keep in mind: an order can only be exchanged once, so please make sure the T-shirt is the only thing you want to swap from it."
ONLY_ONE = "Only one exchange is possible per order, so please confirm the earbuds are all you want to exchange."
COMES_BACK = "All in all, **$519.21 comes back to you** on your Mastercard ending in 8219 (credit_card_6821943)."
TABLE = """| | You have | You'd get | Difference |
|---|---|---|---|
| Electric Kettle | 1.5L, plastic, silver (9624127908), $158.90 | 1L, glass, silver (1240311797), $137.17 | −$21.73 |
| Running Shoes | size 10, white, leather, EVA (1775591963), $154.75 | size 8, red, leather, EVA (4153505238), $158.67 | +$3.92 |
| Espresso Machine | 19 bar, 1.5L, automatic (3951031513), $3,289.46 | 19 bar, 1L, manual (9884666842), $2,794.70 | −$494.76 |
| Coffee Maker | white, 4 cups, french press, built-in grinder (4821837102), $243.59 | stainless steel, 4 cups, drip, built-in grinder (1323134954), $236.95 | −$6.64 |
"""
PAIRS = """Kettle: 1240311797 (1L, glass, silver, $137.17) for your 9624127908 (1.5L, plastic, silver, $158.90).
Shoes: 4153505238 (size 8, red, leather, EVA, $158.67) for your 1775591963 (size 10, white, leather, EVA, $154.75).
Espresso machine: 9884666842 (19 bar, 1L, manual, $2,794.70) for your 3951031513 (19 bar, 1.5L, automatic, $3,289.46).
Coffee maker: 1323134954 (stainless steel, 4 cups, drip, built-in grinder, $236.95) for your 4821837102 (white, 4 cups, french press, built-in grinder, $243.59).
"""
TURNED = PAIRS.replace(
    "1240311797 (1L, glass, silver, $137.17) for your 9624127908 (1.5L, plastic, silver, $158.90)",
    "9624127908 (1.5L, plastic, silver, $158.90) for your 1240311797 (1L, glass, silver, $137.17)",
)
SAVED = "You save $523.13 on three of them and pay $3.92 on one, which"
HEADPHONES = "the headphones and puzzle bring $33.42 and $0.13, the luggage and notebook cost $3.95 and $1.14 more"
LATE = "and it can't be added after the booking"
HEADS = "The number of passengers in a reservation can't be changed, and even a human agent isn't able to do it. A passenger's details can be modified, but nobody can be taken off."
NONE = "Not needed, thank you."
PITY = "Oh, that's a pity about the first one. I really wanted that money on my credit card, so please leave 9V43HC as it is. And yes, please do cancel XOL9VY, we have enough to worry about at the moment."
FOUR = "yes, add the four bags"
LOT = "Yes, cancel the lot, ha, I've waited longer than that for pupils to hand in homework."
MOUSE = "Yes, cancel order #W1302858."
EXCHANGE = "Yes, please do the exchange of order #W4556683, espresso machine, water bottle and wireless earbuds, it is ok with $469.26 more on the card. The return, if the refund can not come on my credit card, then we leave it."
SHIPS = "All set: #W3657213 now ships to 765 Birchwood Drive"
CHANGED = "Q89JIO is changed, with $24 going back to your Visa."
WRONGED = "I'm sorry it went wrong."
BOTH = "2 and 3: yes pls. For 1: the cheapest other version"
TO_PAYPAL = "at $3,101.43. It would be refunded to your PayPal account."
SWAP = "Order #W7017301: swap the bicycle for the same one in frame size small."
COMPARED = "I compared all one-stop options to the three airports on May 25. The shortest one within $310 per person takes seven and a half hours"
NO_BAGS = "trip I242VT, drop the checked bags, don't need any"
SWIFTER = "Yes, teh digital camera, please. Yet the swifter shipping: this is very important to me, and I depend on it."
GO = "Yes, go, go"
OPTION = "Hello Ivan, on May 25 this is the shortest"
PICKED = "Yes, that one please."
EARBUDS = "The wireless earbuds are in #W9827806, the order from before, together with the espresso machine. As it has been delivered, it can't be cancelled either. But the whole order can be returned:\n\n| Item | Price |\n|---|---|\n| Espresso Machine (9 bar, 1L, capsule) | $2,742.67 |\n| Wireless Earbuds (blue, 4 hours, IPX7) | $258.97 |\n| **Refund to Visa ending in 2983** | **$3,001.64** |\n\nAfter that, no exchange will be possible on this order. Shall I request the return of both items?"
COFFEE = "- Order #W8185761: exchange\n- Out: Coffee Maker, white, 4 cups, french press, built-in grinder\n- In: Coffee Maker, black, 1 cup, drip, timer\n- $27.32 through PayPal\n\nSince an exchange can be made only once per order: is the coffee maker the only item? If so, do I have your go-ahead?"
ONLY_BOOTS = "only boots. confirm"
ON_FILE = "The gift card in my profile should pay for them."
ONE_MORE = "One more order I want cancelled. I ordered it by accident, my cat was on the keyboard."
CALLED = "I can't speak for that call, but I'm not able to change the shipping speed, sorry."
PROSPECT = "Yes please: 1 to Prospect Avenue in Dallas, 2 return the bottle. Thanks."
GO_ALL = "its ODEZ4L, all the checked bags gotta go"
RIGHT = (
    ("4044259a321d", ONLY_BOOTS, "just the boots. confirmed"),
    ("4044259a321d", ONLY_BOOTS, "boots only. do it"),
    ("45f19ae4be92", ON_FILE, "My gift card should cover them."),
    ("c657af35d8b4", ONE_MORE, "There's another order to cancel. It was ordered by accident."),
    ("90dd9a1f5edc", CALLED, "I can't speak for that call, but how fast it ships is beyond what I can do, sorry."),
    ("90dd9a1f5edc", CALLED, "I can't speak for that call, but faster shipping is not something that I can arrange, sorry."),
    ("9ae455b8ac83", PROSPECT, "1: Prospect Avenue, yes. 2: return it, please. Thanks."),
    ("9ae455b8ac83", PROSPECT, "Yes to 1, Prospect Avenue in Dallas, and yes to 2. Thanks."),
    ("29371cda0723", GO_ALL, "its ODEZ4L, every bag has to go"),
    ("29371cda0723", GO_ALL, "its ODEZ4L, all bags off"),
    ("b3a040a7e146", EARBUDS, "#W9827806 it is, and it's delivered, too. So a return of everything in it?\n1. Espresso machine: $2,742.67\n2. Wireless earbuds: $258.97\nThe Visa ending in 2983 would be credited with $3,001.64."),
    ("b3a040a7e146", EARBUDS, "That's #W9827806 again, espresso machine and earbuds. It's delivered, so no cancelling, but I can have both returned: $2,742.67 for the machine plus $258.97 for the earbuds makes $3,001.64, back on the Visa ending in 2983. An exchange is off the table after that. Do I request it?"),
    ("841940bae2ec", COFFEE, "* #W8185761\n* Return: white coffee maker, 4 cups, french press, built-in grinder\n* Get: black coffee maker, 1 cup, drip, timer\n* PayPal: $27.32\n\nOnly one exchange per order is possible. Nothing else to exchange? Then a yes from you is enough."),
    ("c110fc131fc0", OPTION, "Hello Ivan, here are the options for May 25; this is the shortest"),
    ("c110fc131fc0", PICKED, "The first option sounds good."),
    ("7d7485", HEADS, "Nobody can be taken off, only swapped, and even a human agent isn't able to do it."),
    ("7d7485", HEADS, "People on a booking can be swapped, but not taken off, and even a human agent isn't able to do it."),
    ("7d7485", HEADS, "No passenger can be dropped from a booking, and even a human agent isn't able to do it."),
    ("7d7485", HEADS, "Who flies can change, how many fly can't, and even a human agent isn't able to do it."),
    ("7d7485", HEADS, "Passengers can't be removed once booked, only changed for others, and even a human agent isn't able to do it."),
    ("c71a8d99709b", BOTH, "2: yes. 3: yes. 1: the cheapest other version"),
    ("c71a8d99709b", BOTH, "2) yes 3) yes 1) the cheapest other version"),
    ("c71a8d99709b", BOTH, "Number 2 and 3: yes please. Number 1: the cheapest other version"),
    ("c71a8d99709b", BOTH, "2, 3: go ahead. About 1, the cheapest other version"),
    ("c71a8d99709b", BOTH, "You may carry out 2 and 3. As to 1: I take the cheapest other version"),
    ("c71a8d99709b", BOTH, "2 and 3: ok. For the bike: the cheapest other version"),
    ("c71a8d99709b", BOTH, "Address: yes. Return: yes. Bicycle: the cheapest other version"),
    ("c71a8d99709b", BOTH, "Yes to 2, yes to 3. 1: the cheapest other version"),
    ("c71a8d99709b", BOTH, "#2 and #3: go ahead please. #1: the cheapest other version"),
    ("c71a8d99709b", TO_PAYPAL, "at $3,101.43. The refund goes to your PayPal account."),
    ("c71a8d99709b", TO_PAYPAL, "at $3,101.43. I would refund it to PayPal."),
    ("c71a8d99709b", TO_PAYPAL, "at $3,101.43. That was charged to PayPal, and goes back there."),
    ("c71a8d99709b", SWAP, "Order #W7017301: switch the bicycle to the same one in frame size small."),
    ("c71a8d99709b", SWAP, "Order: #W7017301. Swap the bicycle for the same one in frame size small."),
    ("c110fc131fc0", COMPARED, "Of all one-stop options on May 25, the shortest one within $310 per person takes seven and a half hours"),
    ("c110fc131fc0", COMPARED, "I've gone through every one-stop connection on the 25th of May. Newark wins with seven and a half hours"),
    ("62890a94390d", NO_BAGS, "trip I242VT, remove the checked bags, don't need any"),
    ("62890a94390d", NO_BAGS, "please take the checked bags off trip I242VT, don't need any"),
    ("62890a94390d", NO_BAGS, "reservation I242VT: get rid of the checked bags"),
    ("98577e766fc2", SWIFTER, "Yes, teh digital camera, please. However, about the shipping: I'm disappointed."),
    ("98577e766fc2", SWIFTER, "Camera: yes please. Shipping: I'm not happy, I was counting on that."),
    ("c6336066861", MOUSE, "Get rid of it, yes please."),
    ("c6336066861", MOUSE, "Get rid of that order, please, yes."),
    ("c6336066861", MOUSE, "Yes, do away with it."),
    ("86b88b7e18", GO, "Absolutely, don't stop, send that one to San Francisco!!"),
    ("b59fe09b40", WRONGED, "I'm sorry your flight went wrong."),
    ("b59fe09b40", WRONGED, "What a pity that it went wrong."),
    ("4646ea918f0b", SHIPS, "All set: the order now ships to 765 Birchwood Drive"),
    ("4b65adcfa90b", CHANGED, "The change to Q89JIO is made, and $24 goes back to your Visa."),
    ("f9c5e7", CHANGE, f"{MOVES} Is that in order?"),
    ("f9c5e7", CHANGE, f"{MOVES} Is everything to your liking?"),
    ("cff871", REFUNDED, "- And the gift card goes up by $3.76"),
    ("cff871", REFUNDED, "- You'd have $3.76 more on the gift card (gift_card_8578732)"),
    ("cff871", ONCE, "As an order can't be exchanged a second time, think for a moment whether the shirt is all."),
    ("5c4513", ONLY_ONE, "You can exchange something from this order only this once, so please tell me if the earbuds are all."),
    ("5c4513", ONLY_ONE, "There is no second exchange for an order."),
    ("025a38", TABLE, PAIRS),
    ("025a38", COMES_BACK, f"{SAVED} leaves $519.21 for credit_card_6821943, the Mastercard ending in 8219."),
    ("7012bd", HEADPHONES, "$33.42 less for the headphones, $0.13 less for the puzzle, then $3.95 more for the luggage and $1.14 more for the notebook"),
    ("19d107", LATE, "and it's too late to add it now that the booking is made"),
    ("19d107", LATE, "and since the trip has been booked already, it can't be added"),
    ("7d7485", HEADS, "It was made for two, and two it has to stay, and even a human agent isn't able to do it."),
    ("7d7485", HEADS, "It's a trip for two, and that number is fixed, and even a human agent isn't able to do it."),
    ("7d7485", NONE, "We can do without."),
    ("7d7485", NONE, "No, we'll go without, thanks."),
    ("bef0725", BAGS, "| **Checked bags** | One, included with your gold membership |"),
    ("bef0725", BAGS, "| Checked bags: | 1, free of charge with your gold membership |"),
    ("6e38f", LANDS, "HAT114 New York (LGA) → Phoenix, 9:00 PM to 1:30 AM on May 21, $284"),
    ("6e38f", LANDS, "HAT114 New York (LGA) → Phoenix, May 20, 9:00 PM – 1:30 AM (May 21), $284"),
    ("04bce", EARLIEST, "The nonstop flight that arrives earliest is HAT173, 9:00 AM – 10:00 AM"),
    ("04bce", EARLIEST, "The earliest to arrive is HAT173, 9:00 AM to 10:00 AM"),
    ("2a160b", ON_ITS_WAY, "and your refund is on its way"),
    ("0e388ff", LEFT, "And how much is left on it then?"),
    ("f9c5e7", BACK, "Changed. The outbound flight stays the same, you now fly back on May 28 with HAT027,"),
    ("cd28a248f", FLIGHTS, "Keep the flights and move it to economy, please."),
    ("cd28a248f", FLIGHTS, "Leave the flights and just switch to economy."),
    ("cd28a248f", FLIGHTS, "I keep the flights but sit in economy, please."),
    ("cd28a248f", FLIGHTS, "Flights stay, economy instead of what I have."),
    ("cd28a248f", FLIGHTS, "Economy it is; the flights stay as they are."),
    ("81bc0d2", CAMERA, "Okay, I give up on the credit card. Yes please, just the camera."),
    ("81bc0d2", CAMERA, "Goodbye credit card, then. Yes, only the camera, please."),
    ("81bc0d2", CAMERA, "Forget the credit card then. Yes please, just the camera."),
    ("81bc0d2", CAMERA, "Fine, not the credit card. Yes please, the camera and nothing else."),
    ("81bc0d2", CAMERA, "Too bad about the credit card, but yes please, just the camera."),
    ("81bc0d2", CAMERA, "Okay, I won't insist on the credit card any longer. Yes please, just the camera."),
    ("81bc0d2", CAMERA, "Then I won't ask for the credit card again. The camera, yes please."),
    ("bc8085", PITY, "Please leave 9V43HC as it is. The other one, XOL9VY, you may cancel, yes please."),
    ("bc8085", PITY, "Please leave 9V43HC as it is. The other one, yes, cancel it."),
    ("bc8085", SIX, "It's too bad that six won't go on one booking, but I see why, so let's drop that part."),
    ("be208891807", EXCHANGE, "I agree to the exchange: the earbuds, the bottle and the machine. About the return, as my credit card isn't an option, let's forget it."),
    ("be208891807", EXCHANGE, "Yes, go ahead with the exchange. The return: forget it."),
    ("d0cd546b0", FOUR, "Please do, all four of them."),
    ("d0cd546b0", FOUR, "Yes please."),
    ("c1a67975", LOT, "That's fine, please cancel all of it."),
    ("c1a67975", LOT, "Yes. Cancel the entire trip, please."),
    ("c6336066861", MOUSE, "Yes, please do, get rid of it."),
    ("c6336066861", MOUSE, "Yes, get rid of that order."),
    ("d0cd546b0", FOUR, "Yes, please add the bags."),
    ("be208891807", EXCHANGE, "Please carry out the exchange. No return then, not on PayPal."),
    ("75341f", AHEAD, "Yes please, that's the machine for me!"),
    ("75341f", AHEAD, "It's the right gadget, so yes please, go ahead!"),
    ("75341f", AHEAD, "Go ahead please, it's just the right size of machine."),
    ("75341f", AHEAD, "Please do, what are we waiting for?"),
    ("75341f", AHEAD, "How could I say no? Go ahead!"),
    ("bc8085", SIX, "As for the six of us, we'll find another way."),
    ("bc8085", SIX, "About the flight for six: pity, but all right."),
    ("bc8085", SIX, "The other trip is off then, six is too many."),
    ("bc8085", SIX, "And no worries about the six of us."),
    ("bc8085", SIX, "What a pity about Philadelphia, then."),
    ("858f9418", FLY, "The sixteenth of May it is, that is fixed,"),
    ("858f9418", FLY, "On the 16th of May, that is fixed,"),
    ("858f9418", FLY, "May the sixteenth, that is fixed,"),
    ("858f9418", FLY, "On 16 May, that is fixed,"),
    ("858f9418", ONE_WAY, "Only the way there, my aunt drives me back."),
    ("858f9418", ONE_WAY, "I don't need the way home, my aunt takes me."),
    ("858f9418", ONE_WAY, "Just there; my aunt brings me back in her car."),
    ("858f9418", ONE_WAY, "One direction only, my aunt drives me back."),
    ("e8e928c", SUM, "And what sum can I expect?"),
    ("e8e928c", SUM, "How much are you going to pay me?"),
    ("e8e928c", EVERYTHING, "and whatever is in it goes back."),
    ("e8e928c", EVERYTHING, "and all of its contents go back."),
    ("858f9418", ONE_WAY, "I only need the way there, my aunt drives me back."),
    ("858f9418", ONE_WAY, "I won't be flying back, my aunt takes me home."),
    ("0556e38f", BOTH_WAYS, "Charlotte (CLT) to Phoenix and back."),
    ("0556e38f", BOTH_WAYS, "There and back, Charlotte (CLT) to Phoenix."),
    ("0556e38f", BOTH_WAYS, "From Charlotte (CLT) to Phoenix and later home again."),
    ("0556e38f", GOES, "Outbound only on a day from May 16"),
    ("f2c59428f", RETURN, "I'm returning the whole of #W6797115, refund on my gift card, how much will I get?"),
    ("f2c59428f", RETURN, "All of #W6797115 goes back, onto my gift card, and how much do I get?"),
    ("f2c59428f", RETURN, "Return #W6797115, the lot, to my gift card; what will I get back?"),
    ("f2c59428f", RETURN, "Take back everything from #W6797115, gift card for the money, and tell me how much it'll be."),
    ("f2c59428f", RETURN, "#W6797115 goes back entirely, gift card please, what's the refund?"),
    ("3a2f6b5", FULLEST, "No idea what its number is. Among my delivered orders it's the one that holds more items than the others."),
    ("3a2f6b5", FULLEST, "I can't tell you the number. Take my delivered orders, it's the fullest one."),
    ("3a2f6b5", FULLEST, "The one of my delivered orders with the largest number of items; the number escapes me."),
    ("9c14d7a", AGAIN, "It must be May 21. One stop please, I don't mind changing planes once, and of those the cheapest. One way. The people, the cabin and the bags stay as they were. I don't take the travel insurance. You can charge the credit card ending in 4111. And I would like to know how much lies between what I get back and what I pay."),
    ("9c14d7a", AGAIN, "May 21 and no other day, the lowest price with one stop, one way; same people, same cabin, same bags, insurance no. My credit card with 4111 at the end. What is the difference between the refund and the new price?"),
    ("65f903d", DOOR, "Suite 685 is what the second line should say. Leave the rest alone, please."),
    ("65f903d", DOOR, "Please put Suite 685 into the second line, all else remains."),
    ("65f903d", DOOR, "Just the suite: it's 685 now. Everything else is still right."),
    ("65f903d", DOOR, "Only line two changes, to Suite 685."),
    ("e8e928c", ALL_BACK, "evelyn.gonzalez2110@example.com is my e-mail. I wish to return order #W8341134 entirely, with the refund to PayPal. How much will I be refunded?"),
    ("e8e928c", ALL_BACK, "My e-mail: evelyn.gonzalez2110@example.com. Return: the complete order #W8341134. Refund: PayPal account. And tell me the refund amount."),
    ("e8e928c", ALL_BACK, "My e-mail: evelyn.gonzalez2110@example.com. Return: the complete order #W8341134. And tell me the refund amount."),
    ("f9c5e7", BACK, f"There is no service fee for this. {BACK}"),
    ("f9c5e7", BACK, "Changed: HAT027 on May 28 is your flight back,"),
    ("f9c5e7", BACK, f"Your trip begins on May 26. {BACK}"),
    ("f9c5e7", BACK, f"An extra bag costs $50. {BACK}"),
    ("4646ea918f0b", SHIPS, "All set: #W3657213 is now addressed to 765 Birchwood Drive"),
    ("cff871", REFUNDED, "- Refund: $3.76"),
    ("2a160b", ON_ITS_WAY, "and the refund to your Mastercard takes 5 to 7 business days"),
    ("c6336066861", MOUSE, f"{MOUSE} I don't need anything else."),
    ("c6336066861", MOUSE, "I see no mistake, go ahead."),
)  # fmt: skip
WRONG = (
    ("4044259a321d", ONLY_BOOTS, "only if they're leather"),
    ("4044259a321d", ONLY_BOOTS, "boots only? wait"),
    ("45f19ae4be92", ON_FILE, "My boyfriend should pay for them."),
    ("c657af35d8b4", ONE_MORE, "And now cancel my account, please."),
    ("90dd9a1f5edc", CALLED, "I can't, because your order is on its way, sorry."),
    ("9ae455b8ac83", PROSPECT, "Yes please: 1 to 12 Prospect Avenue in Dallas, 2 return the bottle. Thanks."),
    ("9ae455b8ac83", PROSPECT, "1 yes, 2 no. Thanks."),
    ("29371cda0723", GO_ALL, "its ODEZ4L, one of the checked bags gotta go"),
    ("29371cda0723", GO_ALL, "its ODEZ4L, all the bags should go on it"),
    ("b3a040a7e146", EARBUDS, "#W9827806 it is, and it's delivered, too. Both in good shape?\n1. Espresso machine: $2,742.67\n2. Wireless earbuds: $258.97\nThe Visa ending in 2983 would be credited with $3,001.64."),
    ("b3a040a7e146", EARBUDS, "#W9827806 it is, and it's delivered, too. What do you return?\n1. Espresso machine: $2,742.67\n2. Wireless earbuds: $258.97\nThe Visa ending in 2983 would be credited with $3,001.64."),
    ("841940bae2ec", COFFEE, "* #W8185761\n* Return: white coffee maker, 4 cups, french press, built-in grinder\n* Get: black coffee maker, 1 cup, drip, timer\n* PayPal: $27.32\n\nOnly one exchange per order is possible. Nothing else to exchange?"),
    ("841940bae2ec", COFFEE, "* #W8185761\n* Return: white coffee maker, 4 cups, french press, built-in grinder\n* Get: black coffee maker, 1 cup, drip, timer\n* gift card: $27.32\n\nOnly one exchange per order is possible, so is that all? Then a yes from you is enough."),
    ("c110fc131fc0", OPTION, "Hello Ivan, on May 26 this is the shortest"),
    ("c110fc131fc0", OPTION, "Hello Ivan, this is the shortest"),
    ("c110fc131fc0", PICKED, "Yes, that one please, but on May 26."),
    ("7d7485", HEADS, "They can't come off, and even a human agent isn't able to do it."),
    ("7d7485", HEADS, "Nobody can be taken off, since the flight leaves soon, and even a human agent isn't able to do it."),
    ("7d7485", HEADS, "Nobody can be taken off a basic economy booking, and even a human agent isn't able to do it."),
    ("7d7485", HEADS, "Nobody can be taken off without a fee, and even a human agent isn't able to do it."),
    ("7d7485", HEADS, "Your dog can't be taken off, and even a human agent isn't able to do it."),
    ("c71a8d99709b", BOTH, "2: yes pls. 3: no. For 1: the cheapest other version"),
    ("c71a8d99709b", BOTH, "3: yes pls. For 1: the cheapest other version"),
    ("c71a8d99709b", BOTH, "2 and 3: not yet pls. For 1: the cheapest other version"),
    ("c71a8d99709b", BOTH, "2 and 3: let me think. For 1: yes, the cheapest other version"),
    ("c71a8d99709b", BOTH, "2: yes, 3: only once I see the money. For 1: the cheapest other version"),
    ("c71a8d99709b", BOTH, "1: yes pls, the cheapest other version"),
    ("c71a8d99709b", BOTH, "Address: yes. Return: not now. Bicycle: the cheapest other version"),
    ("c71a8d99709b", BOTH, "Yes to 3, no to 2. 1: the cheapest other version"),
    ("c71a8d99709b", BOTH, "2: yes. 3: yes. Wait, don't do anything yet. 1: the cheapest other version"),
    ("c71a8d99709b", BOTH, "2: yes, but with Apt 823. 3: yes. As for 1: the cheapest other version"),
    ("c71a8d99709b", TO_PAYPAL, "at $3,101.43. It would be charged to your PayPal account."),
    ("c71a8d99709b", TO_PAYPAL, "at $3,101.43. This will be taken from PayPal."),
    ("c71a8d99709b", TO_PAYPAL, "at $3,101.43. It would be refunded to your credit card."),
    ("c71a8d99709b", SWAP, "Order #W7017301: return the bicycle."),
    ("c71a8d99709b", SWAP, "Order a helmet, and swap the bicycle of #W7017301 for the same one in frame size small."),
    ("c110fc131fc0", COMPARED, "I compared all one-stop options to the three airports on May 26. The shortest one within $310 per person takes seven and a half hours"),
    ("c110fc131fc0", COMPARED, "I compared all one-stop options to the three airports on May 24 and May 25. The shortest one within $310 per person takes seven and a half hours"),
    ("c110fc131fc0", COMPARED, "I compared all one-stop options to the three airports on May 25. The shortest one within $310 per person leaves on May 27"),
    ("62890a94390d", NO_BAGS, "trip I242VT, drop one of the checked bags"),
    ("62890a94390d", NO_BAGS, "trip QS2N5D, drop the checked bags, don't need any"),
    ("62890a94390d", NO_BAGS, "please drop my passenger on I242VT"),
    ("98577e766fc2", SWIFTER, "Yes, teh digital camera, please. However, about the camera: I'm not happy, I depend on the shipping."),
    ("98577e766fc2", SWIFTER, "Camera: no. Shipping: I'm not happy, I depend on that."),
    ("98577e766fc2", SWIFTER, "Shipping: yes please. Camera: I'm not happy, I was counting on that."),
    ("c6336066861", MOUSE, "Don't get rid of it."),
    ("c6336066861", MOUSE, "Get rid of the other one, yes please."),
    ("c6336066861", MOUSE, "I wanted to get rid of it, but now I'd keep it."),
    ("86b88b7e18", GO, "Send that one to New York!!"),
    ("b59fe09b40", WRONGED, "Sorry, something went wrong here."),
    ("b59fe09b40", WRONGED, "I got an error, I'm sorry."),
    ("4646ea918f0b", SHIPS, "All set: #W5442520 now ships to 765 Birchwood Drive"),
    ("4b65adcfa90b", CHANGED, "6ALOWZ is changed, with $24 going back to your Visa."),
    ("4b65adcfa90b", CHANGED, "Q89JIO is changed, with $24 going back to your Discover."),
    ("f9c5e7", CHANGE, f"{MOVES} Is your gift card in order?"),
    ("cff871", REFUNDED, "- And the gift card goes down by $3.76"),
    ("cff871", REFUNDED, "- And the price goes up by $3.76, on the gift card"),
    ("cff871", ONCE, "The change can't be undone. Is that all right?"),
    ("5c4513", ONLY_ONE, "You can exchange something from this order twice, so please tell me if the color is right."),
    ("025a38", TABLE, TURNED),
    ("025a38", COMES_BACK, "**$519.21 is charged** to your Mastercard ending in 8219 (credit_card_6821943)."),
    ("7012bd", HEADPHONES, "$33.42 less for the puzzle, $0.13 less for the headphones, then $3.95 more for the luggage and $1.14 more for the notebook"),
    ("7012bd", HEADPHONES, "$33.42 more for the headphones, $0.13 less for the puzzle, then $3.95 more for the luggage and $1.14 more for the notebook"),
    ("19d107", LATE, "and the booking is made now"),
    ("19d107", LATE, "and it's too late to add it, since the insurance is added"),
    ("7d7485", HEADS, "It was made for two, and even a human agent isn't able to do it."),
    ("7d7485", HEADS, "It was paid by card, and so it has to stay, and even a human agent isn't able to do it."),
    ("7d7485", NONE, "We can't do without."),
    ("7d7485", NONE, "I wouldn't want to be without."),
    ("bef0725", BAGS, "| Checked bags | 2, free of charge with your gold membership |"),
    ("bef0725", BAGS, "| Checked bags | none |"),
    ("6e38f", LANDS, "HAT114 New York (LGA) → Phoenix, May 21, 9:00 PM – 1:30 AM, $284"),
    ("6e38f", LANDS, "HAT114 New York (LGA) → Phoenix, 9:00 PM – 1:30 AM (May 24), $284"),
    ("04bce", EARLIEST, "The earliest nonstop is HAT173, which arrives at 9:00 AM and leaves at 10:00 AM"),
    ("2a160b", ON_ITS_WAY, "and the replacement is on its way"),
    ("0e388ff", LEFT, "Thanks for doing it."),
    ("f9c5e7", BACK, "Done. Your flights stay the same as before,"),
    ("cd28a248f", FLIGHTS, "Business, same flights, please."),
    ("cd28a248f", FLIGHTS, "Keep the flights and everything else, please."),
    ("cd28a248f", FLIGHTS, "Same flights, please."),
    ("81bc0d2", CAMERA, "Yes please, just the camera, but on my credit card."),
    ("81bc0d2", CAMERA, "Alright. Yes please, to the credit card, just the camera."),
    ("81bc0d2", CAMERA, "I'll think about it."),
    ("81bc0d2", CAMERA, "Okay, I insist on the credit card. Yes please, just the camera, to the credit card."),
    ("bc8085", PITY, "Please leave 9V43HC as it is, and the other one as well."),
    ("bc8085", PITY, "Please leave 9V43HC as it is. The other one, XOL9VY, I need to think about."),
    ("bc8085", BOOK, "Yes, please book it. It's too bad about the hours, so let's drop it."),
    ("be208891807", EXCHANGE, "I agree. About the exchange, as my credit card isn't an option, let's forget it."),
    ("d0cd546b0", FOUR, "Yes, add two of them."),
    ("c1a67975", LOT, "Yes, cancel only the way back."),
    ("c6336066861", MOUSE, "Yes, and get a taxi for me."),
    ("d0cd546b0", FOUR, "Yes, add the three bags."),
    ("be208891807", EXCHANGE, "Yes for the others. The espresso machine: no."),
    ("be208891807", EXCHANGE, "Yes, go ahead. The water bottle, nope."),
    ("be208891807", EXCHANGE, "Yes to the machine and the earbuds, no to the water bottle."),
    ("be208891807", EXCHANGE, "Only if you also refund to my credit card. Then go ahead."),
    ("be208891807", EXCHANGE, "Do other people do this, too?"),
    ("75341f", AHEAD, "Yes please, the espresso machine!"),
    ("75341f", AHEAD, "Hmm, something speaks against it."),
    ("75341f", AHEAD, "Save it for another day, please."),
    ("bc8085", BOOK, "Yes, please book it for the six of us."),
    ("bc8085", BOOK, "Yes, for all six, please."),
    ("bc8085", BOOK, "Yes, and the six of us to Philadelphia, too, please."),
    ("858f9418", FLY, "The seventeenth of May it is, that is fixed,"),
    ("858f9418", FLY, "I want to fly on the day of the family dinner, that is fixed,"),
    ("858f9418", ONE_WAY, "There and back, please."),
    ("e8e928c", SUM, "I'm expecting that."),
    ("e8e928c", EVERYTHING, "and what is in it?"),
    ("e8e928c", EVERYTHING, "and whatever is in it that is blue goes back."),
    ("0556e38f", BOTH_WAYS, "Charlotte (CLT) to Phoenix, not back."),
    ("0556e38f", BOTH_WAYS, "Only the way there, Charlotte (CLT) to Phoenix."),
    ("0556e38f", GOES, "Outbound only, any day May 16"),
    ("f2c59428f", RETURN, "The return's from order #W6797115, refund on my gift card, and how much is that gonna be?"),
    ("f2c59428f", RETURN, "The return's all from order #W6797115, everything in it's gotta go back, and how much is that gonna be?"),
    ("3a2f6b5", FULLEST, "The number I do not know. It is one of my delivered orders."),
    ("3a2f6b5", FULLEST, "The one of my delivered orders with fewer items than the others; the number escapes me."),
    ("9c14d7a", AGAIN, "Only on May 21. Whichever is cheapest, nonstop, I don't mind. It is one way, all else as it was: people, cabin, bags. No travel insurance. Card is my credit card that ends in 4111. And tell me please the difference between what I get back and what I pay."),
    ("65f903d", DOOR, "Just the suite, please."),
    ("65f903d", DOOR, "Just the suite: it's 658 now. Everything else is still right."),
    ("e8e928c", ALL_BACK, "My e-mail: evelyn.gonzalez2110@example.com. Return: something from order #W8341134. Refund: PayPal account. And tell me the refund amount."),
    ("f9c5e7", BACK, f"There is a service fee of $75 for this. {BACK}"),
    ("f9c5e7", BACK, "Changed: HAT027 on May 27 is your flight back,"),
    ("f9c5e7", BACK, f"Departure is on October 2. {BACK}"),
    ("f9c5e7", BACK, f"Each extra bag is $75. {BACK}"),
    ("f9c5e7", BACK, f"Your older trip is insured now as well. {BACK}"),
    ("f9c5e7", BACK, f"I have added travel insurance to your existing trip. {BACK}"),
    ("f9c5e7", BACK, f"Your seats have been upgraded. {BACK}"),
    ("f9c5e7", BACK, f"Would a $100 certificate make you happy? {BACK}"),
    ("f9c5e7", BACK, f"I'm still waiting for the system. {BACK}"),
    ("4646ea918f0b", SHIPS, "All set: #W3657213 is not addressed to 765 Birchwood Drive"),
    ("4646ea918f0b", SHIPS, f"The system refused it. {SHIPS}"),
    ("4646ea918f0b", SHIPS, f"I have put in the cancellation for #W3657213. {SHIPS}"),
    ("4646ea918f0b", SHIPS, f"You get the cancellation instructions by e-mail. {SHIPS}"),
    ("cff871", REFUNDED, "- Refund: $4.76"),
    ("2a160b", ON_ITS_WAY, "and credit card refunds come right away"),
    ("2a160b", ON_ITS_WAY, "and the refund takes 2 to 3 hours"),
    ("c6336066861", MOUSE, "Yes, cancel it, I don't need the mouse."),
    ("c6336066861", MOUSE, "I found a mistake."),
    ("f9c5e7", BACK, f"I will waive all fees on your next trip. {BACK}"),
    ("858f9418", FLY, f"Please order a vegan meal for me. {FLY}"),
    ("858f9418", FLY, f"Or just any day that you have will do. {FLY}"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "said", "instead"), RIGHT)
def test_the_same_in_other_words_is_accepted(name: str, said: str, instead: str) -> None:
    assert refused(name, said, instead) == []


@pytest.mark.parametrize(("name", "said", "instead"), WRONG)
def test_something_else_is_refused(name: str, said: str, instead: str) -> None:
    assert refused(name, said, instead)
