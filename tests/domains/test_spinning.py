"""Sentences with choices."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from writ_dspy.domains.spinning import chosen, sentence

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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("i paid , with a card", "I paid, with a card."),
        ("  two  spaces   here ", "Two spaces here."),
        ("is it so ?", "Is it so?"),
        ("Anna 'd like it", "Anna'd like it."),
        ("Anna 'dances'", "Anna 'dances'."),
        ("really?. yes!. no..", "Really? Yes! No."),
        ("wait... there is more", "Wait... There is more."),
        ("it is 5 p.m. or so; (almost)", "It is 5 p.m. Or so; (almost)."),
    ],
)
def test_a_sentence_has_its_spaces_and_stops_in_place(text: str, said: str) -> None:
    assert sentence(text) == said
