"""Sentences with choices."""

from __future__ import annotations

import random
import re

from hypothesis import given
from hypothesis import strategies as st

from writ_dspy.domains.spinning import chosen

texts = st.recursive(
    st.text(alphabet="ab .", max_size=3),
    lambda inner: st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"x[{'|'.join(parts)}] "),
    max_leaves=8,
)


def one_by_one(rng: random.Random, text: str) -> str:
    """The definition: the first choice that holds no other is made, again and again."""
    while match := re.search(r"\[([^\[\]]*)\]", text):
        text = text[: match.start()] + rng.choice(match[1].split("|")) + text[match.end() :]
    return text


@given(st.lists(texts, max_size=4).map("".join), st.integers(0, 1000))
def test_choices_are_made_one_by_one(text: str, seed: int) -> None:
    """In the order of the definition, also where one stands within another, and with as many draws."""
    rng, same = random.Random(seed), random.Random(seed)

    assert chosen(rng, text) == one_by_one(same, text)
    assert rng.getstate() == same.getstate()
