"""A yes that its own reply mocks, doubts, puts off, finds too dear or changes is none; a sigh, a reproach or a story beside an order leaves it one."""

from __future__ import annotations

import pytest

from tests.verify.test_consented import unconfirmed
from tests.verify.test_spoken import talks
from writ_dspy.conversation import Turn

NONE = (
    "Yes, in your dreams.", "Yes, that's right, only not today.", "Yes, that's right. But that's a bit dear for me.", "Yes, I've read it, and it's not enough.", "Yes, all good, but don't rush me.",
    "Yes, I suppose it might be fine, I'm still thinking about it.", "Yes, that's the idea, roughly.", "Yes, that looks like a lot.", "Yes, that would have been nice last week.", "Yes, one of these days.",
    "Yes, for now just keep it open.", "Yes, go ahead, with one bag less.", "Yes, perfect, a week later if you can.", "Yes, go ahead, minus the second passenger.", "Yes, all right, with a different return.", "Yes, almost right.",
)  # fmt: skip
GIVEN = (
    "Yes, it's a lot, but go ahead.", "That's more than I wanted to spend, but yes, do it.", "Yes, go ahead, I'm in no hurry.", "Yes, do it. One of these days I'll learn to pack light.", "A bit dear for me, but go ahead.",
    "Yes, fine. Red would have been nice, but okay.", "Yes, exactly right. I was still thinking about it yesterday.", "Yes, I guess that's fine, go ahead.", "Yes, please. It might be late, but it suits me.",
    "Yes, do it. I would not do it a week later.", "Yes, that's it exactly.", "Yes please, and not a minute later.", "Yes, it's not enough for a new car, but do it.",
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "said"), [("e388ff", "Yes, book it."), ("918f0b", "Yes, proceed, that is what I wish.")]
)
def test_a_yes_that_is_held_back_is_none(name: str, said: str) -> None:
    """Whatever the write is."""
    task, talk = next(one for one in talks(name) if any(said in turn.text for turn in one[1].turns))

    def answered(reply: str) -> list[str]:
        turns = [Turn("user", reply) if said in turn.text and turn.role == "user" else turn for turn in talk.turns]
        return unconfirmed(task, turns)

    assert [reply for reply in NONE if not answered(reply)] == []
    assert [reply for reply in GIVEN if answered(reply)] == []


def test_who_is_to_come_along_was_listed() -> None:
    """A passenger who joins in the reply is nobody's yes to those who were listed."""
    task, talk = next(one for one in talks("e388ff") if any("Yes, book it." in turn.text for turn in one[1].turns))

    def answered(reply: str) -> list[str]:
        turns = [Turn("user", reply) if turn.text == "Yes, book it." else turn for turn in talk.turns]
        return unconfirmed(task, turns)

    assert answered("Yes, book it. And Mia comes along too.")
    assert not answered("Yes, book it. Mia told me to come along, too.")
