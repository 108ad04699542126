"""Whole talks with one place in other words: whatever is as right stays accepted, and whatever was turned wrong is refused by some check."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.verify.test_spoken import HERE, talks
from writ_dspy.domains import load
from writ_dspy.verify.checks import verify

SPOKEN = re.findall(r"(?m)^== (\S+)$", (HERE / "spoken" / "talks.txt").read_text("utf-8"))


def refused(name: str, said: str, instead: str) -> list[str]:
    """What is found in a talk, whoever speaks, once one place of it reads otherwise."""
    task, talk = next(one for one in talks(name) if any(said in turn.text for turn in one[1].turns))
    at = next(at for at, turn in enumerate(talk.turns) if turn.role != "tool" and said in turn.text)
    turns = list(talk.turns)
    turns[at] = replace(turns[at], text=turns[at].text.replace(said, instead))
    return [str(finding) for finding in verify(task, replace(talk, turns=tuple(turns)), load(task.domain)).findings]


@pytest.mark.parametrize("name", SPOKEN)
def test_a_right_talk_is_accepted(name: str) -> None:
    """Both sides were written by people who had not seen the checks."""
    for task, talk in talks(name):
        assert [str(finding) for finding in verify(task, talk, load(task.domain)).findings] == []


BAGS = "| Checked bags | 1, free of charge with your gold membership |"
LANDS = "HAT114 New York (LGA) → Phoenix, 9:00 PM – 1:30 AM (May 21), $284"
EARLIEST = "The earliest nonstop arrival is HAT173, 9:00 AM to 10:00 AM"
ON_ITS_WAY = "and the refund to your Mastercard is on its way"
LEFT = "Tell me what's left on it then."
BACK = "Changed: you now fly back on May 28 with HAT027,"
RIGHT = (
    ("bef0725", BAGS, "| **Checked bags** | One, included with your gold membership |"),
    ("bef0725", BAGS, "| Checked bags: | 1, free of charge with your gold membership |"),
    ("6e38f", LANDS, "HAT114 New York (LGA) → Phoenix, 9:00 PM to 1:30 AM on May 21, $284"),
    ("6e38f", LANDS, "HAT114 New York (LGA) → Phoenix, May 20, 9:00 PM – 1:30 AM (May 21), $284"),
    ("04bce", EARLIEST, "The nonstop flight that arrives earliest is HAT173, 9:00 AM – 10:00 AM"),
    ("04bce", EARLIEST, "The earliest to arrive is HAT173, 9:00 AM to 10:00 AM"),
    ("2a160b", ON_ITS_WAY, "and your refund is on its way"),
    ("0e388ff", LEFT, "And how much is left on it then?"),
    ("f9c5e7", BACK, "Changed. The outbound flight stays the same, you now fly back on May 28 with HAT027,"),
)  # fmt: skip
WRONG = (
    ("bef0725", BAGS, "| Checked bags | 2, free of charge with your gold membership |"),
    ("bef0725", BAGS, "| Checked bags | none |"),
    ("6e38f", LANDS, "HAT114 New York (LGA) → Phoenix, May 21, 9:00 PM – 1:30 AM, $284"),
    ("6e38f", LANDS, "HAT114 New York (LGA) → Phoenix, 9:00 PM – 1:30 AM (May 24), $284"),
    ("04bce", EARLIEST, "The earliest nonstop is HAT173, which arrives at 9:00 AM and leaves at 10:00 AM"),
    ("2a160b", ON_ITS_WAY, "and the replacement is on its way"),
    ("0e388ff", LEFT, "Thanks for doing it."),
    ("f9c5e7", BACK, "Done. Your flights stay the same as before,"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "said", "instead"), RIGHT)
def test_the_same_in_other_words_is_accepted(name: str, said: str, instead: str) -> None:
    assert refused(name, said, instead) == []


@pytest.mark.parametrize(("name", "said", "instead"), WRONG)
def test_something_else_is_refused(name: str, said: str, instead: str) -> None:
    assert refused(name, said, instead)
