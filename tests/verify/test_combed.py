"""What is said of a search, and of how many there are beside the matter: what the reads bear out may be said, other numbers and looks are found."""

from __future__ import annotations

import pytest

from tests.verify.test_spoken import talks
from writ_dspy.domains import load
from writ_dspy.verify.case import Case
from writ_dspy.verify.combed import combed
from writ_dspy.verify.ground import Ground

UNTRUE = {
    "4d6b21": (
        "All the others are full.", "I went through 900 flights.", "I searched 19 days.", "I checked all airlines.", "I also looked at other airlines.", "There was only one flight.",
        "You have 50 more trips booked.", "You have nine gift cards left.", "That was your fifth trip with us.", "Your other trip is cancelled.",
    ),
    "918f0b": ("All the others are sold out.", "I checked 900 versions.", "That was your fifth order with us.", "You have nine gift cards left.", "Only one is in stock."),
}  # fmt: skip
MAYBE = {
    "4d6b21": ("I can't look at other airlines.", "Are all the others full?", "If all the others are full, I'll say so.", "You have the right to think about it.", "I looked at the flights."),
    "918f0b": ("I haven't checked 900 versions.", "The others stay as they are.", "Which of your two orders is it?", "You have two ways to pay.", "I went through the versions.", "Only one is left."),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(UNTRUE))
def test_a_search_is_told_as_it_was_made(name: str) -> None:
    """Each sentence by itself, once all of a talk was read."""
    task, talk = talks(name)[0]
    domain = load(task.domain)
    case, ground = Case(task, talk, domain), Ground(domain)
    for step in case.steps:
        ground.read(step.call, step.fresh)

    def found(text: str) -> bool:
        return bool(list(combed(case, ground, text, [])))

    assert [text for text in UNTRUE[name] if not found(text)] == []
    assert [text for text in MAYBE[name] if found(text)] == []
