"""A yes and what is said beside it: a clause about another matter leaves the yes as it is, one about the same matter does not."""

from __future__ import annotations

import pytest

from writ_dspy.simulate.acts import assents

THREE = """**1. Notebook (#W1504875): possible.** Exchange the A6 soft cover for the A4 soft cover, $3.09 back on PayPal.

**2. Toothbrush (#W9126675):** I'd return it and refund $199.42 to PayPal.

**3. Shipping of #W2040365**
I'm sorry, but I can't speed up the shipping of order #W2040365: it has left our warehouse.

Shall I go ahead with 1 and 2?"""
RETURN = """This is the exchange for order #W4556683: the espresso machine (9 bar) for the 19 bar one, $469.26 on your Mastercard.

As for the return from order #W7990410: I can't put that refund on your credit card, I'm sorry. It has to go to PayPal.

Do you agree to the exchange?"""
MISTAKE = "I would cancel order #W6689278 with its electric kettle, ordered by mistake; $164.46 goes back. Do you agree (yes/no)?"
MOUSE = "I'd exchange the black mouse for the white one and the yoga mat for the purple one; $1.53 goes to PayPal. Do you agree?"
WHERE = """I'd exchange the hardshell luggage set of order #W6564160 for the softshell one, $33.29 back to PayPal.

For order #W1579160 I still need the new address: street, city, state and zip code.

Do you confirm the exchange, and what is the new address?"""
CANCEL = "I would cancel reservation 4WQ150, both flights, and the $1,204 goes back to your Mastercard within 5 to 7 business days. Would you like me to proceed (yes/no)?"
BOOK = "I'd book HAT073 on May 28 for you, $241 on your gift card. Shall I book it?"
YES = {
    THREE: (
        "Yes, go ahead. Shame about number 3, but fair enough, we'll leave that be.",
        "Yes, do 1 and 2. As for the shipping, forget it then.",
        "Go ahead with both. The faster shipping, well, let's drop that.",
        "Yes please, go ahead. It's a pity about the shipping, so let's skip that part.",
        "Please go ahead. I won't press you about the shipping, so leave it.",
        "Go ahead with both, and leave everything else alone.",
        "Do 1 and 2 please, and no hard feelings about 3.",
        "You may do 1 and 2. I'm not happy about 3, but so be it.",
        "Ok both please, ty. sucks about the shipping tho",
        "Yes, do both. About the shipping: I'm not happy, to be honest.",
        "Yes, go ahead with both. However, as for the shipping, I'm disappointed.",
        "Yes to both. But the shipping means such a lot to me!",
        "Go ahead with 1 and 2. But I'm really counting on the faster shipping.",
        "Please do both. But the shipping... couldn't you do it anyway?",
        "Yes, both please. Never mind the shipping then.",
        "Yes, go ahead with both. Pity about the shipping, but I'll let it go.",
    ),
    RETURN: (
        "I agree to the exchange. About the return, as my credit card isn't an option, let's forget it.",
        "Yes, exchange it please. The return we'll leave then.",
        "Okay, go on with the exchange. As for the return, I'd have to think about that.",
        "Exchange: yes please. Return: no, not if it has to go to PayPal.",
        "Please do the exchange. And the return, let's just drop it.",
        "Yes, go ahead. The return: forget it.",
        "Please carry out the exchange. No return then, leave that.",
        "Go ahead with the exchange; the return I give up on.",
    ),
    MISTAKE: (
        "Yes, please do. It was a mistake that I ordered it.",
        "Please cancel it. It was a mistake that we ordered that.",
        "Yep, my bad, cancel it.",
        "Yes. Sorry for the trouble, it was an accident.",
        "Get rid of it, yes please.",
        "Please get rid of that order, thanks.",
        "Yes, cancel it. I made a mistake.",
        "Yes please, cancel it, I ordered it by mistake.",
        "Please go ahead. It was my mistake to buy it.",
        "Yes, it was a mistake, please cancel it.",
    ),
    MOUSE: (
        "Yes, go for it. Make it snappy, I'm about to be live.",
        "Yep, do it, both of them. The shoes are sick, I'm keeping those. And hurry.",
        "Yes, do it. There's another thing, something I ordered isn't right for me.",
        "Yes. And right after, quick: some things I ordered are not right for me, so I want to give them back.",
        "Yeah, okay, do it – just get that white one rolling, deadline's tonight.",
        "Yes, swap them. Only these two, go go, I have not time.",
        "Yes, do it, and I can stop fretting over it.",
        "Yes, go on, that black one won't bug me anymore",
        "Yes, exchange both, mine never sat right with me.",
        "Yes please, I never liked it.",
        "Go ahead. But woe betide you if that mouse isn't white!",
        "Yes, both as listed. But I'll send the mouse back if it isn't white.",
        "I agree to both. But you'll hear from me if the mat isn't purple.",
        "Please perform the exchange.",
        "Sure, the credit card would have been worse.",
        "Please carry out the exchange as listed.",
        "Everything is as it should be, go ahead.",
        "Word for word, thank you.",
        "Yes, both. We use all the other things.",
        "Do both please. All the other things we use ourselves.",
        "All good, please exchange them. I can see myself with that mouse already!",
    ),
    BOOK: (
        "All good, please book HAT073. I can see myself at that window already!",
        "Okay, book it. I need to check my luggage list anyway.",
        "I'd be glad if you booked it.",
        "It would be lovely if you could book HAT073.",
        "Let's lock in HAT073.",
        "Yes, we want to be able to sleep on board.",
        "I agree, though I'll miss my cat.",
        "Great, please book HAT073. I should look for my sunglasses.",
    ),
    WHERE: (
        "Yes, exchange it. The address is 797 Canal Street, San Diego, CA 92107.",
        "Yes. Change it to 797 Canal Street, San Diego, CA 92107, please.",
        "Exchange is fine, please do. Send the other one to 797 Canal Street, San Diego, CA 92107.",
        "The address is 797 Canal Street, San Diego, CA 92107, and yes, please do the exchange.",
        "Sure, go ahead. For the other order please put 797 Canal Street, San Diego, CA 92107.",
    ),
    CANCEL: (
        "Sadly, yes.",
        "Do it. We'll go another year.",
        "Please proceed. I'd rather have gone, but my knee says no.",
    ),
}
NO = {
    THREE: (
        "Yes, go ahead. Hmm, on the whole, we'll leave that be.",
        "Go ahead with 1 and 2. Shame about the notebook, we'll leave that be.",
        "Yes to both. But the toothbrush, let's drop that.",
        "Yes, do both. About the notebook: I'm not happy.",
        "Yes, go ahead with both. However, as for the toothbrush, I'm not sure.",
        "Yes, go ahead. It's a pity about the shipping, so I'd rather not do any of it.",
        "Go ahead with both. But the notebook should be A5.",
        "Go ahead. But use my gift card for the refund.",
        "Please do both. But only if the shipping gets faster.",
        "The shipping was the point, so let's forget everything.",
        "Yes, but leave everything as it is.",
        "If the shipping can't be faster, then leave it.",
        "Leave everything alone, please.",
        "Go ahead. Though not with number 2.",
    ),
    RETURN: (
        "I agree to the exchange. On second thought, let's forget it.",
        "Yes, exchange it please. The exchange, let's just drop it.",
        "About the exchange, as my card isn't an option, let's forget it.",
        "Do the return, and forget the exchange.",
        "Yes. About the espresso machine, let's forget it.",
        "If the return isn't possible, then forget the exchange, too.",
    ),
    MISTAKE: (
        "Yes, please do. No, that was a mistake, don't.",
        "Cancelling would be a mistake.",
        "Don't get rid of it.",
        "It was a mistake to ask you, forget it.",
        "That's a mistake, I never asked for that.",
        "Yes. But that's a mistake, it should be the other order.",
        "Hmm, it was a mistake that you listed this one.",
        "Yes, but I think it's a mistake.",
    ),
    MOUSE: (
        "Yep, do it. The mouse is great, I'm keeping it.",
        "Yes, it is okay now. Since yesterday it makes no noise, so I keep it.",
        "Ah, then leave it, yes.",
        "Yes. Some things I ordered are not right there.",
        "Yes, something is not right.",
        "Yes, just get me the wooden one.",
        "Yes, but it never sat right with me.",
        "Go ahead, no wait, I never agreed to that.",
        "Yes, I won't do it anymore.",
        "Go ahead. But only if that mouse isn't white.",
        "Yes, if the mouse isn't black and costs less.",
        "Go ahead, but I'd like it in blue.",
        "Only if you also waive all the fees; then go ahead.",
        "Only when the price drops. Then yes.",
        "If my wife agrees. Then go ahead.",
        "Do other people do this, too?",
        "Do other customers do this as well?",
        "Perform a miracle, then we'll talk.",
        "Nothing is as it should be.",
        "That is not as it should be.",
        "Is everything as it should be?",
        "No, this would have been worse than before.",
    ),
    BOOK: (
        "All good, but book the one on May 29.",
        "I'd be glad if it were cheaper.",
        "I'd be glad if you booked HAT074.",
        "I'd sleep on it.",
        "Sounds like you got it wrong.",
        "Please book HAT074 instead.",
        "Okay, I need to check my calendar first.",
        "Great, I should look at other flights before that.",
    ),
    WHERE: (
        "Yes, it's 797 Canal Street, San Diego, CA 92107. But not the exchange.",
        "The address is 797 Canal Street, San Diego, CA 92107.",
        "Wait with the exchange. Send the other one to 797 Canal Street, San Diego, CA 92107.",
        "Yes, but in blue. Send the other one to 797 Canal Street, San Diego, CA 92107.",
    ),
    CANCEL: ("Yes, change it to business instead.", "Cancel it tomorrow.", "I'd rather change it."),
}


@pytest.mark.parametrize(("asked", "said"), [(asked, said) for asked, every in YES.items() for said in every])
def test_a_clause_about_another_matter_leaves_the_yes(asked: str, said: str) -> None:
    """What was denied is given up or pleaded for, what stays is named, a mistake is owned up to, the outcome is dreamt of."""
    assert assents(said, asked)


@pytest.mark.parametrize(("asked", "said"), [(asked, said) for asked, every in NO.items() for said in every])
def test_a_clause_about_the_same_matter_does_not(asked: str, said: str) -> None:
    """What was proposed is given up, changed, or hangs on something, in much the same words; or nothing is agreed to at all."""
    assert not assents(said, asked)
