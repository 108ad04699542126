"""A yes in many people's words, and what comes near one: written by hand to proposals of every sort."""

from __future__ import annotations

import pytest

from tests.simulate.acts.test_beside import BOOK, MISTAKE, MOUSE, RETURN, THREE
from writ_dspy.simulate.acts import assents

PARCEL = """**Exchange, order #W6564160**
- Luggage Set, 2-piece, red, hardshell → 2-piece, red, softshell, $33.29 back to PayPal

For the address of #W1579160 I still need the new one: street, city, state and zip code.

Do you confirm the exchange, and what is the new address?"""
CANCEL = """I would cancel reservation 4WQ150, both flights, and the $1,204 goes back to your Mastercard within 5 to 7 business days. Would you like me to proceed (yes/no)?"""
UPGRADE = """Moving 4WQ150 to business for all three of you costs $1,032 more in total, charged to your Visa ending in 3202. The flights stay the same. Shall I make the change?"""
HOME = """So the default address of your profile becomes 359 Broadway, Suite 411, Charlotte, NC 28291, USA. Is that right, and shall I save it?"""
TABLET = """This would be the exchange for order #W2922433:
- Tablet 7-inch, 128GB, black → 7-inch, 32GB, gold, +$77.65
- Pet Bed medium, fleece → large, polyester, −$12.28
The $65.37 would go on the credit card ending in 9625. An exchange can be made just once per order, so please be sure nothing is missing. Do you confirm this exchange?"""
PHONE = """I can return the whole order #W9486384, the smartphone and the yoga mat, with $1,232.97 back to the Visa ending in 2983. You'd get an email on how to send the items back. Shall I request the return?"""
TRIP = """- HAT055 and HAT142 on May 23, Seattle to Newark, one stop, business
- Chen Sanchez (August 26, 1958) and Liam Kovacs (October 20, 1998)
- no checked bags, travel insurance for both
- $1,042 on the Visa ending in 4181
May I book it like this?"""
ORDER = """I would cancel the whole of order #W1302858 as no longer needed, and $312.40 goes back to PayPal within 5 to 7 business days. Is that all right?"""
MOVE = """ULFY27 would move to HAT227 and HAT020 on May 19, the return on May 22 stays, you remain in business, and $1,189 goes back to the Visa ending in 6205. Say yes and I'll change it."""
SEAT = """On CMPLX7, Ava Garcia (born November 9, 1980) would take Isabella's place. Can I go ahead?"""
BAGS = """GB7CW7 would have six checked bags instead of two, two of them at $50 each, so $100 on the Mastercard ending in 4411. Shall I add them?"""
YES = {
    THREE: ("Do 1 and 2 please, and no hard feelings about 3.", "Sure thing, numbers one and two. Three was a long shot anyway.", "Yes for 1, yes for 2. For 3 I'll just have to be patient.", "Both, please! And okay, I'll wait for the parcel then.", "You may do 1 and 2. I'm not happy about 3, but so be it.", "1 and 2: go. 3: well, I tried.", "Yes to the notebook and the toothbrush. The shipping I can live with.", "Fine by me, do both. Sigh, the shipping.", "Ok both please, ty. sucks about the shipping tho", "Yes, go ahead with those two; the shipping stays as it is then.", "Alright, that works. Do them both, I'll cope with the slow shipping."),
    RETURN: ("Yes, swap the machine please. Then I keep the other stuff, no return.", "Exchange: yes please. Return: no, not if it has to go to PayPal.", "I do. And I'd rather keep the things than have the money on PayPal.", "Sure, exchange it. I won't return the rest under those terms.", "Yes to the exchange, and scrap the return.", "Okay, go on with the exchange. As for the return, I'd have to think about that.", "Agreed! The return can stay out of it, then.", "Please go through with it. The return isn't worth it to me on PayPal.", "I'm fine with the $469.26, exchange it. The return is off.", "Yup, just the exchange then."),
    MISTAKE: ("Yes please, I clicked the wrong button that day.", "Please do. Silly me, I never meant to order it.", "Right, go ahead and cancel it, it was my own error.", "That's correct, please proceed. I don't know what I was thinking.", "Yep, my bad, cancel it.", "Cancel it, please and thank you.", "Yes, that one can go.", "Affirmative, please take it off.", "Do it please. My daughter ordered it by accident, actually.", "Yes. Sorry for the trouble, it was an accident."),
    MOUSE: ("Both, yes, thank you kindly.", "That's what I want, please do it.", "Sounds right, make the swap.", "Exactly so. Please go ahead, and thanks for the patience.", "Yes, and I'll pack the old ones up tonight.", "Wonderful, I agree. My wife will love the purple.", "Yes. How lovely, purple is my favourite.", "I agree, though I'll miss the black one a bit.", "Yes go for both, $1.53 is lunch money anyway lol", "Okay then, let's do it. I had hoped for more than $1.53, ha.", "Please exchange both. I can't wait to see the white one."),
    BOOK: ("Yes, and I'm so looking forward to it!", "Book it, Danno.", "Yes please, HAT073 on the 28th.", "Please book that one, the gift card is fine.", "Perfect timing. Yes, book it.", "Go on then, book it before I change my mind!", "Yes! Finally, a holiday.", "Sure, $241 is alright, book.", "I'd be glad if you booked it.", "Let's lock in HAT073.", "That's the one. Book it for me please, my train is coming.", "Yes. I've been saving up for this."),
    PARCEL: ("Yes, only the luggage. 12 Elm Street, Boston, MA 02108.", "I do confirm. The new place is 12 Elm Street, Boston, MA 02108.", "Confirmed. Ship the other to 12 Elm Street, Boston, MA 02108, please.", "Exchange confirmed; address 12 Elm Street, Boston, MA 02108.", "12 Elm Street, Boston, MA 02108, and yes, I confirm."),
    CANCEL: ("Yes, go ahead and cancel. It breaks my heart, but we can't travel.", "Please proceed. I'd rather have gone, but my knee says no.", "Yes, cancel both flights, thanks.", "Do it. We'll go another year.", "Yes please, my plans fell through completely.", "Proceed. What a shame, we had looked forward to it.", "Sadly, yes.", "Yes. I hope to fly with you another time.", "Cancel it all, please. The money on the Mastercard is right.", "Ok cancel it pls, no point in keeping it", "Yes, and I won't be rebooking for now.", "That's what I need. Please go ahead, I'll wait for the refund."),
    UPGRADE: ("Yes, make it business, we deserve it.", "Go ahead, charge the Visa.", "Please do, $1,032 is fine with me.", "It's a lot of money, but yes, go ahead.", "Yes please. My back will thank you.", "Ouch. But yes, do it.", "Okay, I'll bite. Make the change.", "Sure. Life is short. Upgrade us.", "Please upgrade all three, on the Visa.", "Do that please, we've never flown business before!", "I was afraid it'd be more. Yes, please.", "Yes, we want to be able to sleep on board."),
    HOME: ("Right, please save it.", "Yes, that's where I live now.", "Correct, save it.", "It is. Please go ahead.", "Spot on, go ahead and save.", "Yes that's it, we moved last month.", "Yes, save it like that, thanks a million.", "That's right. Save.", "Perfect, that's my new place. Please do.", "Yes and yes."),
    TABLET: ("yes ok, change both", "Yes that is good for me, do please.", "It is correct, you can do it", "I confirm, thank you very much for patience", "Yes I want this exchange", "All is fine, please make", "Confirm 👍", "okay perfect do it pls", "Both of them, yes. The cat will be the judge of the bed, haha", "I do, and nothing's missing.", "Nothing is missing. Confirmed.", "That's all I wanted to swap, so yes.", "Yes, only these two.", "Just these two things, and yes, go on.", "Confirmed, and sorry for all the back and forth.", "Sure! My sis says hi.", "yep, gold it is", "Yes, gold and polyester, on the card.", "Why not, yes, let's do that.", "Go for it, $65.37 is okay.", "Sounds like a plan, confirm it.", "Please put it through.", "Yes, you've got everything right.", "Absolutely yes, I can't stand that bed any longer."),
    PHONE: ("Yes, take it all back.", "Do that, I have no use for either.", "Please request it, then I have one thing less to think about.", "Yes, and the Visa is right.", "That will do, request it please.", "Alright, send me that email then. Yes.", "Fine, I'll send both back, go ahead.", "Yes. I'll take the box to the post tomorrow.", "Very well, let us return it.", "I'd like that, yes.", "Right, return both, the money's welcome.", "Yes please! Better than nothing."),
    TRIP: ("Like this, yes.", "You may.", "Please do so.", "Yes, book for both of us.", "Book it, my boy will be thrilled.", "Of course, that is what I asked for.", "Yes, with the insurance, that is important to me.", "It's perfect like this, book.", "Yeah man, lock it in.", "Si, book please.", "yes yes yes, finally!", "Do it quickly please, taxi is here.", "I'm happy with all of that, please book.", "You can book it, I've my passport ready.", "OK for me.", "Yes, I've checked the names, they are right."),
    ORDER: ("It is.", "That's all right, yes.", "Quite all right, please cancel.", "Yes, that's alright with me.", "All right, cancel.", "Fine, be done with it.", "Yes, I can wait those days for the money.", "Sure is.", "It's okay, thanks.", "Perfectly. Do cancel it.", "Please, yes, I don't want it lying around.", "Yes, do. I found a better one at a flea market."),
    MOVE: ("Yes.", "yes!! change it", "I say yes.", "Here's your yes.", "You have my yes.", "Yes, May 19 it is.", "A yes from me and my needles.", "OK, yes, I'm fine with the nineteenth.", "Yes to the 19th, and thanks for keeping us in business."),
    SEAT: ("Please do, Ava will be over the moon.", "Yes, put her on it.", "Sure, she can have my seat.", "Go on, she's packed already.", "You can.", "By all means.", "Yes, Ava goes instead of me.", "Make it Ava, yes.", "Right, it's her trip now. Go ahead."),
    BAGS: ("Yes, add those four.", "Please add them.", "Add them all, $100 is fine.", "Okay, it's for the drum kit, so yes.", "Yes, six in the end.", "Do, we're moving house.", "I'd hoped for less, but yes, add them.", "Yes, charge me the $100.", "Alright alright, add them.", "Yes please, four more."),
}  # fmt: skip
NO = {
    THREE: ("Only if you do 3 as well.", "I don't want 1 and 2 without 3.", "Hm, what about number 3?", "Let me sleep on 1 and 2.", "No. If 3 isn't possible, forget 1 and 2.", "Skip it all, then.", "Why can't you do 3?", "Neither, thanks."),
    RETURN: ("Then no exchange either.", "The exchange? Hmm, what's the weight of the 19 bar one?", "Only if the return goes to my credit card.", "I'd rather return the espresso machine, too.", "Not at that price.", "What if I pay by gift card?", "Let me ask my husband about the exchange.", "Take the 15 bar one instead.", "No to both.", "I'll get back to you on that."),
    MISTAKE: ("Cancel what? I said no such thing.", "No, I want to keep it now.", "Change the reason, please, it's no longer needed.", "Is there a fee?", "I ordered it by mistake, but I'd like to keep it now.", "Hold on, which kettle?", "Not now.", "Let me check with my son, he ordered it.", "Yes, if there's no fee."),
    MOUSE: ("Both? No, just the mouse.", "Only the mouse.", "Only the mat please.", "Swap them for cash.", "I'd want a red one.", "Make it two mats.", "I'm not sure about purple.", "Is the mat thick?", "Sounds like you got it wrong.", "Maybe later."),
    BOOK: ("Book the one before it.", "Is there anything cheaper?", "Not that one.", "On the 27th, please.", "Book it on my credit card instead.", "I'd be glad if it were cheaper.", "Let's wait a day.", "Two tickets, please.", "I was hoping for a morning flight. Let me think.", "No booking for now, thanks."),
    CANCEL: ("Only the way back, please.", "Cancel it tomorrow.", "How much do I lose?", "I'd rather change it.", "Put the money on my gift card.", "No, we'll go after all.", "Can't you just move it?", "I need to talk to my wife first.", "Don't, we're travelling.", "Hmm, if I get everything back by Friday, yes."),
    UPGRADE: ("Too much, leave it.", "Just me, not the others.", "Use my gift card instead.", "For that money? No way.", "What would two seats cost?", "Yes, but only the way out.", "Let me see economy plus.", "I'd do it for $500.", "Only if you give us a discount."),
    HOME: ("No, it's Suite 414.", "Almost, the zip is 28292.", "Save it for the order only.", "That's my old address.", "Not quite.", "Wait, no.", "It's 359 Broad Street.", "Don't save it yet.", "Hm, is Charlotte right? Let me check.", "Let me get back to you."),
    TABLET: ("Wait, the tablet should be silver.", "Not the bed.", "What about the grill?", "Only if it's 64GB.", "I'd rather keep the tablet.", "Do just the bed for now.", "Why is gold dearer?", "Change the card to PayPal.", "Let me measure the bed first.", "No, I've changed my mind.", "Hmm, I don't know.", "The bed, yes. The tablet, no."),
    PHONE: ("Just the phone.", "Could I get it in cash?", "No, I'd rather keep them.", "Put it on a gift card.", "I'm not sending anything back before I see the money.", "Hm, then leave it.", "Not the mat, I use that.", "What would an exchange look like?"),
    TRIP: ("Without the insurance, please.", "One bag for Liam.", "Is there nothing on May 24?", "Just for me.", "Book it in economy.", "Wait until my wife has seen it.", "Use the other card.", "My name is spelled wrong."),
    ORDER: ("It isn't.", "Not really, no.", "Only the mouse.", "Change the reason, I ordered it by mistake.", "Hold it until Friday.", "All right, but what do I lose?", "No, keep it."),
    MOVE: ("Say no.", "Yes if the return moves too.", "Yes, but on the 20th.", "I'd say yes if it were cheaper.", "No.", "Let me think.", "Why only $1,189?", "Change the return as well."),
    SEAT: ("Not Ava Garcia, Ava Lopez.", "Can she keep my bag?", "I'll ask her.", "Wait.", "No, I'm going after all."),
    BAGS: ("Five are enough.", "Too expensive, forget it.", "Only two more.", "Put them on another trip.", "Are they free for gold members?", "Not yet."),
}  # fmt: skip


@pytest.mark.parametrize("asked", YES)
def test_whoever_agrees_is_heard(asked: str) -> None:
    """Whatever else is said beside it."""
    assert [said for said in YES[asked] if not assents(said, asked)] == []


@pytest.mark.parametrize("asked", NO)
def test_whoever_does_not_is_not_taken_to_agree(asked: str) -> None:
    """A no, a condition, a change, a question and a delay."""
    assert [said for said in NO[asked] if assents(said, asked)] == []
