"""Offers of what no tool does, and what is said to be open later though no policy has it, are found; what the tools do passes."""

from __future__ import annotations

import pytest

from writ_dspy.conversation import Turn
from writ_dspy.domains import load
from writ_dspy.verify.able import able
from writ_dspy.verify.ground import Ground

AIRLINE, RETAIL = "tau2:airline", "tau2:retail"


def _found(domain: str, text: str, heard: str = "I want to change something.") -> list[str]:
    ground = Ground(load(domain))
    ground.hear(Turn("user", heard))
    return [sentence for sentence, _ in able(ground, text)]


@pytest.mark.parametrize(
    "wrong",
    [
        "I can put you on the waiting list.", "I could also pick a seat for Omar.", "I can also put a note for the driver on it.", "Shall I add gift wrap?", "I can ask a colleague to do it by hand, if you like.",
        "You can still add it later.", "You can add other items afterwards.", "If you don't need it, I can take it off again.", "No, you could still swap it back later.", "I could also order a wheelchair.",
        "I can add a seat once you have decided.", "I can look it up and put you on the queue.", "I can find somebody who can assist with a seat.", "Is there anything I can take off your seat?", "I can hand the plate to you.",
    ],
)  # fmt: skip
def test_what_nobody_can_do_here_is_found(wrong: str) -> None:
    """A thing that no tool takes, or a deed for later."""
    assert _found(AIRLINE, wrong)


@pytest.mark.parametrize(
    "right",
    [
        "I can look you up by your name and zip code.", "I can change the cabin for you.", "I could also search for flights from another airport.", "I can't put you on a waiting list.", "You can always reach us here again.",
        "What I can do instead is put another traveler in his place.", "Shall I go ahead with the exchange?", "What should I look for in the flight?", "Which card should I switch it to?",
        "It can't be added later.", "How should I settle the difference in price?", "I can send you a certificate.", "Feel free to write to us again any time.",
        "I can check that one once I locate the booking.", "I can refund that card unless you prefer a gift card.", "With your id I can open the booking and see what is possible.", "I can hand you over to a human agent who can assist you better.", "Is there something else I can take off your plate?", "Is there anything I could take off your shoulders today?",
    ],
)  # fmt: skip
def test_what_the_tools_do_may_be_offered(right: str) -> None:
    """In whichever words; and what is denied is no offer."""
    assert not _found(AIRLINE, right)


def test_what_the_user_asked_for_may_be_spoken_of() -> None:
    """It brings in nothing new."""
    assert not _found(RETAIL, "I could also pick a seat for Omar.", "Can you pick a seat for Omar?")
