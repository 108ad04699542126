"""Beyond the conversation: nobody here knows what was before it, comes after it, or goes on outside."""

from __future__ import annotations

import pytest

from writ_dspy.conversation import Turn
from writ_dspy.domains import load
from writ_dspy.verify.beyond import beyond
from writ_dspy.verify.ground import Ground

OUTSIDE = (
    "You phoned us about it on Tuesday.", "I can tell from your chat last Friday that this matters to you.", "You have already spoken to one of our agents, I see.",
    "A specialist will follow up with you.", "We'll be in touch about the rest.", "Our billing department is going to contact you.",
    "This can still be reversed within a day.", "You could take it back at any time.", "I'll be able to restore it for you.",
    "I have put a comment on your account.", "Your account has been marked, by the way.", "There is a small remark under your profile.",
    "Happy anniversary to the two of you!", "Good luck with the new job!", "I hope the recovery goes well.",
    "Fares go up every day.", "That will be more expensive tomorrow.", "Demand is quite high.", "Gift cards expire after a while.",
    "This flight is rarely late.", "Usually it arrives on time.", "Most people take the other one.",
    "This is Oscar from the evening team.", "Hi, I'm Petra, your contact for today.", "I've been with this team for a while.",
    "Did you know that your last bill is overdue?", "There's an unpaid invoice.", "Sorry, our system was down earlier.", "We mislaid your papers.",
    "Our agent Dora promised it already.", "That's a lot cheaper than last week.", "If you had booked last week, it would have cost less.", "If you wait any longer, you lose the discount.", "Did you see that this model is being discontinued?",
)  # fmt: skip
INSIDE = (
    "You told me that you'd like the blue one.", "You asked me to check your order, and I did.", "Once it has been canceled, you'll hear from us.", "Feel free to contact us again.",
    "Would you like me to change it back?", "This can't be undone.", "It cannot be reversed later.", "I have made a note of what you said.", "Enjoy your new item!", "Enjoy your trip!",
    "Congratulations, your trip is booked.", "The price goes up by $20 with that version.", "The other one is more expensive.", "If you had something else in mind, tell me.", "If you agree, I would go ahead.",
    "I'm here to help.", "I'm sorry about that.", "This is the order from May.", "I am not able to reach out to anybody for you.", "Your payment is listed above.", "Most of it is refunded at once.", "I'm Happy to help.",
)  # fmt: skip


def found(text: str, *heard: str) -> list[str]:
    """What is found in each domain when the agent says this after the user said something."""
    grounds = [Ground(load(name)) for name in ("tau2:retail", "tau2:airline")]
    for ground in grounds:
        for said in heard:
            ground.hear(Turn("user", said))
    return [quote for ground in grounds for quote in beyond(ground, text)]


@pytest.mark.parametrize("text", OUTSIDE)
def test_what_lies_outside_is_found(text: str) -> None:
    """Earlier and later contacts, changes back, notes, lives, prices to come, habits of the world, names, debts and mishaps."""
    assert len(found(text)) == 2


@pytest.mark.parametrize("text", INSIDE)
def test_what_lies_inside_passes(text: str) -> None:
    """This conversation, its requests and its results; what is asked, denied, or follows on something else."""
    assert found(text) == []


def test_what_the_user_brings_up_is_inside() -> None:
    """A time, a contact or an event that the user spoke of may be taken up."""
    assert found("You called us on Tuesday, I understand.", "I called you last Tuesday already.") == []
    assert found("Happy birthday!", "It's my birthday today.") == []
    assert found("I see that you called us on Monday.", "I called you last Tuesday already.")
