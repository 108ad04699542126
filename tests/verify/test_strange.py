"""Strange things: what nobody and nothing here has spoken of is no part of what an agent says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.simulate.playing import Played
from tests.verify.test_plain import found, opening
from writ_dspy.conversation import Turn
from writ_dspy.domains import load
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.strange import strange

__all__ = ["opening"]

STRANGE = (
    "Please peel off the sticker and scan the hologram.", "Our helicopter will be there by noon.", "I have put a brochure in the envelope.", "The plumber needs a signature from you.",
    "Tell your landlord that we have taken care of it.", "A sheriff is looking into this.", "I hope your grandmother is feeling better.", "You can watch the tutorial on our blog.",
    "Your neighbour has picked it up already.", "The forklift broke down, which is why this took so long.", "Take the coupon to any of our kiosks.", "Please fax the affidavit first.",
    "Were you aware that the factory has burned down?", "If you show your diploma, it costs less.", "Our lawyers are looking at it.", "DHL will ring at your door.", "Your scarves hide in the trunk.", "The mangos ripen in our depot.",
)  # fmt: skip
"""Things that no policy, tool or record of either domain has, told, asked, supposed or promised."""
NOTHING_STRANGE = (
    "Give me a moment while I go over the details.", "Let me walk you through the options.", "Thanks for the heads-up.", "I don't have a crystal ball, I'm afraid.", "There's no courier involved.",
    "I can't send you a postcard.", "That's a fair point.", "I'd be glad to lend a hand with the rest.", "We're on the same page, then.", "I appreciate the kind words.", "In a nutshell, the answer is no.",
    "I want to be upfront with you about the outcome.", "That would be a separate request.", "My apologies for the confusion in my previous message.", "Here's a quick rundown of what I found.",
    "I'm afraid that a third request isn't possible, because the second one wasn't confirmed.", "That rule doesn't leave me a choice.", "Do you have any further wishes?", "It's the least I can do.", "As a next step, I need your confirmation.", "Your patience means a lot to us.", "On the bright side, the other wish is possible.",
    "So the watch wins by a mile.", "Note the shorter battery life of the new one.", "Enjoy the sunshine!", "Your secret is safe.", "A giraffe on the fridge, that one has talent!", "The runner-up has the same color.", "The winner under your limit is the black one.",
    "That gives us some wiggle room.", "The sensor sells for less.", "Its fuller leg still has seats.",
    "Here is where your requests stand.", "This is how your two orders fare.", "Let me see where both wishes lead.",
    "I've been along all the shelves.", "I've gone from cupboard to cupboard.", "Runner-up would be the second one.",
)  # fmt: skip


def test_a_thing_that_is_known_to_nobody_is_found(opening: list[tuple[Played, int]]) -> None:
    """Told, asked for, supposed or promised, with an article, a possessive, or in front of what it does."""
    plain = [(to_the_point(item), at) for item, at in opening]

    assert [text for text in STRANGE for item, at in plain if not found(item, at, text)] == []


def to_the_point(item: Played) -> Played:
    """A conversation that the user opens without a word of anything else."""
    first, *rest = item.talk.turns
    return replace(
        item, talk=replace(item.talk, turns=(replace(first, text="I need your help with something."), *rest))
    )


@pytest.mark.parametrize(
    ("said", "text", "passes"),
    [
        ("I pressed the wrong thing on that touchscreen.", "Ah, those buttons can be sneaky.", True),
        ("Please cancel it.", "My lips are sealed.", True),
        ("Do your pilots knit?", "They do; the needles click away at every gate.", True),
        ("Do your pilots knit?", "Please fax the affidavit first.", False),
        ("Do your pilots knit?", "Our helicopter will be there by noon.", False),
        ("Please cancel it.", "The forklift broke down.", False),
        ("I don't have my id.", "You can find it in your confirmation or on our website.", True),
        ("I don't have my id.", "Our website sends it to you.", False),
    ],
)
def test_an_answer_in_kind_to_small_talk_makes_nothing_up(said: str, text: str, passes: bool) -> None:
    """Where the user strays from the matter, so may what things do; what is handled, or the house's own, stays found."""
    ground = Ground(load("tau2:airline"))
    ground.hear(Turn("user", said))

    assert (not list(strange(ground, text))) is passes


def test_the_words_of_any_desk_bring_in_nothing(opening: list[tuple[Played, int]]) -> None:
    """Courtesy, idioms, the steps of a request, and what is said not to be there."""
    assert [text for text in NOTHING_STRANGE for item, at in opening if found(item, at, text)] == []


@pytest.mark.parametrize("name", ["tau2:retail", "tau2:airline"])
def test_what_the_user_brings_up_may_be_spoken_of(name: str) -> None:
    """A thing is strange until the user has spoken of it, in the singular or the plural."""
    ground, said = Ground(load(name)), "I hope that your grandmother and your violin are well."
    before = list(strange(ground, said))

    ground.hear(Turn("user", "My grandmothers both play violins."))

    assert before
    assert not list(strange(ground, said))
