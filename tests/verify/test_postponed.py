"""A yes that waits, asks or names something else is none to the list; one with an order beside it is."""

from __future__ import annotations

import pytest

from tests.verify.test_consented import played, put_otherwise, talks, unconfirmed

LIST = """Order #W8413387, exchange:
- back: T-shirt 8349118980 (blue, S, cotton, v-neck), $53.43
- new: T-shirt 8124970213 (purple, XL, cotton, crew neck), $49.67
- $3.76 to gift card gift_card_8578732
Only one exchange per order is possible. Shall I put it through?"""


def replied(reply: str) -> list[str]:
    """What is found where the user says this to a full list."""
    task, text = talks()["f871"]
    turns, at = put_otherwise(task, text, 27, f"A: {LIST}\nU: {reply}\n")
    return [finding for finding in unconfirmed(task, turns) if finding.startswith(f"{at}:")]


@pytest.mark.parametrize(
    "reply",
    [
        "Yes, that's the shirt I meant. I will let you know after lunch whether to send it.", "Yeah, those have been lying around forever. Give me till my next break and I'll say.",
        "Yes, you may go ahead and check whether there is a green one.", "Yeah, I saw the purple one for $49.67. Not sure yet.", "Right. I'll confirm later.", "Then I would say yes with one shirt less!",
        "Alright, yeah, an exchange works. Lemme dig the box out first, then we'll do it.", "Please do tell me first whether it's lined, yes?", "Yes, it's just the shirt - give me a moment to think about the purple.",
        "yeah, and how much would it cost me to keep it?", "yup sounds like something she'd like, I'll run it by her first", "yeah, need a sec to think about it", "yes thats clear now. ill ask my wife if she minds.",
        "Yep, that's everything. Holler when I'm back from the barn and we'll do it.", "Yes, that's the one, the purple shirt. Let me show it to my nephew once more.", "Yes, but first tell me, when does it arrive?",
        "Okay. I need to sleep on it, though.", "Sure, sounds right, ask me again tomorrow.", "Yes, looks good, I'm still undecided.", "Ok, could use a few minutes to think.", "Yes, I'd like to measure it first.",
        "Yes, once he has called me back.", "Yes, I'll ask the girls and come back!", "Yes, go ahead once it costs less.", "Oh good, then yes, next week maybe.", "Do nothing yet. The size is correct.", "Sure, in a week or two.", "Nothing for now, please. The list is right.",
        "Yes to that, come spring.", "Yes, whenever the other one ships.", "yes, the minute my card is unblocked", "Go ahead the moment I give the word.", "That works next month, thank you!",
        "Yes, I haven't decided.", "Yeah, I'm not sure yet.", "Yes, in red please.", "Yes, the v-neck one please.", "Yes, swap it for the black one.", "Yes, exchange it for the blue XL one.",
    ],
)  # fmt: skip
def test_a_yes_that_waits_or_asks_is_none(reply: str) -> None:
    """Later, after a look or a word with somebody, a question alone, or another version."""
    assert replied(reply)


@pytest.mark.parametrize(
    "reply",
    [
        "Yes, go ahead now that he has called me back.", "Yes, go ahead. We'll be there once the baby sleeps.", "Yes, once again: go ahead.", "Yes, do it once and for all.", "Yes, when you're ready.", "Yes, as soon as you can.", "Go ahead whenever you like.",
        "Yes. Nothing else for now.", "Yes, do it. In a week or two I'm moving.", "Yes, after all that, do it.", "Yes. The parcel comes once you've done this, right? Go ahead.",
        "Yes, go ahead. I'll let you know if anything is wrong with it.", "Yes. How long will it take?", "Yes, do it. Let me know when it's through.",
        "Yes, and thanks for your patience, it took me a minute to find the number.", "Yes, I'm sure.", "Yes, please do.",
        "Yes, please proceed. I still need to ask you something about another order.", "Yes! I didn't sleep much over it, but yes.", "Yes, purple, XL, crew neck.", "Yes, go ahead and put it through.", "Okay, that works. I'm not certain about much, but that I am, so yes.",
        "Yes, swap the blue one for the purple one.", "Yes, I want it in purple, not in blue.", "Yes, exchange the blue S shirt for that one.", "Yes, put it through. I have to run, call me later if there is a problem.", "Yes, that's right. You can tell I'm in a hurry, please exchange it.",
    ],
)  # fmt: skip
def test_a_yes_with_more_beside_it_is_one(reply: str) -> None:
    """Small talk, thanks, a question in a sentence of its own, what comes after it."""
    assert replied(reply) == []


@pytest.mark.parametrize(
    ("name", "said", "instead"),
    [
        ("a555", "Yes, all three is correct, do it please.", "Yes, do it for #W3779151 please."), ("c5e7", "Yes, HAT027 on May 28, go.", "Yes, HAT027 on May 29, go."),
        ("c5e7", "Yes, HAT027 on May 28, go.", "Yes, move it to May 30, go."), ("c5e7", "Yes, HAT027 on May 28, go.", "Yes, move the way there, go."),
        ("c5e7", "Yes, book Atlanta to Phoenix on May 22", "Yes, book Atlanta to Phoenix on May 25"),
    ],
)  # fmt: skip
def test_a_yes_to_another_day_or_order_is_none(name: str, said: str, instead: str) -> None:
    """Named in the sentence that says yes."""
    task, text = talks()[name]
    assert said in text
    assert unconfirmed(task, played(task, text.replace(said, instead, 1)))
