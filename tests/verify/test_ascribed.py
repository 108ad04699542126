"""What the agent says that the user said, is sorry for, or takes up in short is found where the user said nothing of it."""

from __future__ import annotations

import pytest

from writ_dspy.conversation import Turn
from writ_dspy.domains import load
from writ_dspy.verify.ascribed import ascribed
from writ_dspy.verify.ground import Ground

SAID = (
    "Hi, I'd like to change the passenger on my trip, my limit is $340.",
    "My flight got cancelled and I stood at the gate for hours without anybody telling me why.",
    "The dumbbell set and the thermostat, please. No bags.",
)


def _found(text: str) -> list[str]:
    ground = Ground(load("tau2:airline"))
    for one in SAID:
        ground.hear(Turn("user", one))
    return [sentence for sentence, _ in ascribed(ground, text)]


@pytest.mark.parametrize(
    "wrong",
    [
        "It stays within your limit of $340, which you said includes the insurance.", "Sure, you want to change the passenger because of the illness you mentioned.", "You said it was a gift.",
        "Okay, you'd like to change the passenger since economy was too narrow for you.", "I'm sorry that my colleague booked you wrongly.", "I'm so sorry to hear that and that we kept you on the phone.",
        "The dumbbells and the watch, thank you.", "The oldest one, thank you.", "All right, with one bag then.", "Got it, the kettle and the thermostat.",
        "Only the kettle from SFO to LAS, noted.",
    ],
)  # fmt: skip
def test_what_the_user_never_said_is_found(wrong: str) -> None:
    """Words that none of the user's messages has."""
    assert _found(wrong)


@pytest.mark.parametrize(
    "right",
    [
        "You said $340.", "You mentioned that the flight got cancelled.", "I'm sorry that your flight was cancelled, but the policy is clear.", "I'm sorry that you were left standing there without an explanation.",
        "I'm sorry for the trouble.", "I'm sorry, but I can't cancel the reservation.", "I'm sorry that this has cost you so much time.", "The dumbbell set and the thermostat, thank you.",
        "All right, no bags then.", "The trip from SFO to LAS, noted.", "Understood, only the trip from EWR to DTW.", "Got it, thank you.", "Thanks, I've found your account.", "Now the change you mentioned.", "As you wanted, I won't go ahead, because the fare is above your limit.",
        "I'm sorry if you were told something else.", "Good, that opens things up.", "Verified, thank you, Mason.", "I'm sorry that it came to this.", "I'm sorry for your loss.", "I'm sorry that the weather is spoiling your plans.", "I'm sorry for the many questions; only one is left.", "Though you said you would come by Friday, it stays so.", "Okay, here is what I need from you.",
    ],
)  # fmt: skip
def test_what_the_user_said_may_be_put_in_other_words(right: str) -> None:
    """Its own words, how trouble is called, and whole sentences of the agent's."""
    assert not _found(right)
