"""A user's last words: a wish or a question for the desk that nobody answers any more is found, and small talk, leave and thanks are not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.verify.test_spoken import talks
from writ_dspy.domains import load
from writ_dspy.verify.case import Case
from writ_dspy.verify.unserved import unserved

LAST = {
    "4d6b21": (
        ("Great. And what about my other trip, is it on time?", "Thanks. When does it leave?", "One more thing: I need to add a bag to it.", "And my wife should be on that booking, too.", "Thanks! Could you also upgrade me to business?", "Please transfer me to a human now.", "Actually, can you undo that?", "Nice. I'd like to move the return to the next day now.", "And please put insurance on it as well."),
        ("No, that's all. May I wish you a good day?", "Great, isn't that lovely? Bye.", "Thanks, who would have thought it was that easy? Goodbye.", "No, that's it. Now I can finally pack my bags.", "That's everything. How are you so quick?", "No thanks. My wife will be on the other plane.", "Thanks, you never made me wait. Bye."),
    ),
    "918f0b": (
        ("Good. And what about my other order, can you check it?", "Thanks. When will it arrive?", "Good, next I need help with a refund.", "And the second item in that order should be exchanged, too.", "Thanks. Which color did you put in?", "Can I speak to a human about it?"),
        ("No, that's all. Who knew it was so easy?", "Thank you, I have no other order. Bye!", "That was it. I'll wear the watch tonight.", "No, nothing more, what a relief.", "Perfect, the rest stays as it is. Bye."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(LAST))
def test_who_ends_with_a_wish_for_the_desk_is_not_served(name: str) -> None:
    """Judged by the words alone, whatever the wish is for."""
    task, talk = talks(name)[0]
    at = max(index for index, turn in enumerate(talk.turns) if turn.role == "user")

    def found(text: str) -> bool:
        turns = (*talk.turns[:at], replace(talk.turns[at], text=text))
        return unserved(Case(task, replace(talk, turns=turns), load(task.domain))) is not None

    wishes, leaves = LAST[name]

    assert [text for text in wishes if not found(text)] == []
    assert [text for text in leaves if found(text)] == []
