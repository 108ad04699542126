"""Another way of being found than the domain's is heard wherever it stands in a message, at little cost."""

from __future__ import annotations

import random

from writ_dspy import patterns as re
from writ_dspy.verify.noise import written
from writ_dspy.verify.private import _INSTEAD, other_way

ANCHOR = r"(?:(?<![^.;:!?,()\n])|(?=[.;:!?,()\n]))"
PIECES = (
    "or", " or ", "your ", "the ", "a ", "card", " ", ",", ". ", ";", "(", ")", "\n", "otherwise ", "x", "e-mail", "–", "'", ", or your ", " and ", "failing that, my ",
)  # fmt: skip
IDENTITY = re.compile(r"\be-mail\b")


def test_to_begin_with_the_clause_hides_no_other_way() -> None:
    """What is found from the beginning of a clause on is what is found from any of its letters on."""
    anywhere = re.compile(_INSTEAD.pattern.replace(ANCHOR, "", 1))
    rng, seen = random.Random(1), 0
    assert anywhere.pattern != _INSTEAD.pattern

    for _ in range(2000):
        text = "".join(rng.choice(PIECES) for _ in range(rng.randint(1, 14)))
        wanted = [(match.span(), match.groups()) for match in anywhere.finditer(text)]
        assert [(match.span(), match.groups()) for match in _INSTEAD.finditer(text)] == wanted, text
        seen += bool(wanted)
    assert seen > 200


def test_another_way_is_heard_behind_a_long_message() -> None:
    """Also where much is said before it; where both ways are the domain's, there is none."""
    before = "I looked at all of the items that you have told me about, and at what they cost. " * 20

    assert other_way(written(f"{before}What is your e-mail, or the last digits of your card?"), IDENTITY)
    assert not other_way(written(f"{before}What is your e-mail, or the name?"), IDENTITY)
