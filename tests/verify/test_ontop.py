"""What comes on top: of a list, a deed that nobody asked for; of a talk, a wish that nobody serves any more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.verify.test_spoken import talks
from writ_dspy.domains import load
from writ_dspy.verify.checks import verify


def refused(name: str, said: str, instead: str) -> list[str]:
    """The checks that find something, once one place of a talk reads otherwise."""
    task, talk = next(one for one in talks(name) if any(said in turn.text for turn in one[1].turns))
    at = max(at for at, turn in enumerate(talk.turns) if turn.role != "tool" and said in turn.text)
    turns = list(talk.turns)
    turns[at] = replace(turns[at], text=turns[at].text.replace(said, instead))
    return [finding.check for finding in verify(task, replace(talk, turns=tuple(turns)), load(task.domain)).findings]


NAME = "e238d65f903d"
ASKED = "Do you want me to save it?"
LAST = "That was all, thank you ever so much."


@pytest.mark.parametrize(
    ("more", "right"),
    [
        ("I would also cancel your other pending order.", False),
        ("In addition, two more of your items would be returned.", False),
        ("In the same step I'll swap your other lamp as well.", False),
        ("On top of that, another order of yours would be exchanged.", False),
        ("I would leave all your other orders as they are.", True),
        ("I can also look at another order afterwards.", True),
        ("Nothing else would be changed.", True),
        ("If you'd like, I could also check your other order then.", True),
    ],
)
def test_a_list_announces_no_deed_that_nobody_wished(more: str, right: bool) -> None:
    assert ("confirmed_before_write" not in refused(NAME, ASKED, f"{more} {ASKED}")) == right


@pytest.mark.parametrize(
    ("more", "right"),
    [
        ("Oh wait, I also want to return the other thing.", False),
        ("And please put a different card on my account.", False),
        ("I also want the total of all my orders.", False),
        ("Besides, tell me what my last order cost.", False),
        ("I want to go and feed the dog now.", True),
        ("I need to catch my train.", True),
        ("Then leave the order as it is.", True),
        ("Give your colleagues my best!", True),
        ("Next time I would like to order a lamp from you.", True),
    ],
)
def test_who_leaves_has_no_further_wish(more: str, right: bool) -> None:
    assert ("user_faithful" not in refused(NAME, LAST, f"{LAST} {more}")) == right
