"""A rewording may speak of what is at hand, and of nothing else."""

from __future__ import annotations

import pytest

from tests.simulate.playing import Played
from writ_dspy.programs.surface import Vocabularies, agent_keep, user_keep
from writ_dspy.verify.brought import brought_in
from writ_dspy.verify.fidelity import Keep, stems

YES, WORKS = "Yes, that's perfect. Many thanks.", "That works for me."
RIGHT = [
    (YES, "Yes, the new trip is perfect. Many thanks.", "Shall I move your trip?"),
    (YES, "Yes, the whole package is perfect. Many thanks.", "It comes as one package."),
    (YES, "Yes, it is perfect that way around. Many thanks.", "Is it better this way?"),
    (WORKS, "That works well for my taste.", "Is it to your taste?"),
    ("Have a good day, and goodbye!", "Have a good rest of the day, and goodbye!", ""),
    ("It is a pleasure to help.", "Helping is the pleasure of my morning.", ""),
    ("I have to think about it.", "Give me a moment to think about it.", ""),
    ("The lamp is fine.", "As for the lamp, it is fine.", ""),
]
WRONG = [
    (YES, "Yes, the product is perfect. Many thanks.", "Shall I cancel your trip?"),
    (YES, "Yes, your new lamp looks perfect. Many thanks.", "Shall I cancel your trip?"),
    (WORKS, "That works for your items.", "Shall I go ahead?"),
    (WORKS, "That works for my plumber.", "Shall I go ahead?"),
    ("It is fine, thanks.", "Luggage is fine, thanks.", "Is it all right so?"),
    ("The lamp is fine.", "The lamp is fine with this carpet.", ""),
    ("Have a good day, and goodbye!", "Have a good flight, and goodbye!", "I have cancelled your order."),
]


@pytest.mark.parametrize(("original", "reworded", "said"), RIGHT)
def test_what_is_at_hand_may_be_named(original: str, reworded: str, said: str) -> None:
    """What the sentence or the talk has named, and words of talk itself, bring nothing in."""
    assert list(brought_in(original, reworded, Keep(at_hand=stems([said])))) == []


@pytest.mark.parametrize(("original", "reworded", "said"), WRONG)
def test_what_nobody_named_is_brought_in(original: str, reworded: str, said: str) -> None:
    """A thing of this desk, of another one or of none at all; once somebody has named it, it may be named again."""
    assert list(brought_in(original, reworded, Keep(at_hand=stems([said]))))
    assert not list(brought_in(original, reworded, Keep(at_hand=stems([said, reworded]))))


def test_what_was_said_is_at_hand(played: list[Played]) -> None:
    """Whatever a speaker says itself brings nothing in, and what the others said before belongs to what is kept."""
    words = Vocabularies()
    for item in played[:4]:
        before, turns = "", item.talk.turns
        for place, turn in enumerate(turns):
            if turn.role == "user" and turn.text:
                keep = user_keep(item.task, item.domain, turns[:place], words.of(item.domain), turn)
            elif turn.role == "agent" and turn.text:
                keep = agent_keep(item.task, item.domain, turns[:place], words.of(item.domain))
            else:
                continue
            assert list(brought_in(turn.text, turn.text, keep)) == []
            assert keep.at_hand == stems([before])
            before = f"{before} {turn.text}"
