"""What comes on top: of a list, a deed that nobody asked for; of a talk, a wish that nobody serves any more."""

from __future__ import annotations

import pytest

from tests.verify.test_whole import refused

NAME = "e238d65f903d"
ASKED = "Do you want me to save it?"
LAST = "That was all, thank you ever so much."


def _found(check: str, said: str, instead: str) -> list[str]:
    """What a check finds, once one place of a right talk reads otherwise."""
    return [finding for finding in refused(NAME, said, instead) if finding.startswith(check)]


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
    assert (not _found("confirmed_before_write", ASKED, f"{more} {ASKED}")) == right


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
    assert (not _found("user_faithful", LAST, f"{LAST} {more}")) == right
