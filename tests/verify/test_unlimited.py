"""The best of a few is called so with the limit that makes it the best; the best of everything is the best of everything."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.verify.test_played import found, played

LIMITED = (
    ("aad5", "of those in synthetic, the most expensive is", "I compared them: the most expensive in synthetic is"),
    ("aad5", "of those in synthetic, the most expensive is", "among the ones that fit, the most expensive is"),
    (
        "02db",
        "the priciest in economy that is not over $150 per person is",
        "the priciest in economy at $150 or less is",
    ),
    (
        "ce7e",
        "are the priciest at $150 or less ($144 per person)",
        "are the priciest within your limit ($144 per person)",
    ),
    ("aad5", "The cheapest is the dumbbell set", "I checked every one in stock: the cheapest is the dumbbell set"),
)
"""Another way to say it with its limit, or without one where it holds of all."""
UNLIMITED = (
    ("aad5", "of those in synthetic, the most expensive is", "the most expensive is"),
    ("aad5", "of those in synthetic, the most expensive is", "the most expensive of everything in stock is"),
    ("02db", "the priciest in economy that is not over $150 per person is", "the priciest in economy is"),
)
"""The same as if nothing beat it, though something that was read does."""


def told(name: str, said: str, instead: str) -> set[str]:
    task, talk = played()[name]
    turns = tuple(replace(turn, text=turn.text.replace(said, instead)) for turn in talk.turns)
    assert turns != talk.turns
    return found(task, replace(talk, turns=turns))


@pytest.mark.parametrize(("name", "said", "instead"), LIMITED)
def test_a_limit_may_be_told_in_any_words(name: str, said: str, instead: str) -> None:
    assert told(name, said, instead) == set()


@pytest.mark.parametrize(("name", "said", "instead"), UNLIMITED)
def test_what_is_best_by_a_limit_alone_is_not_told_as_the_best_of_all(name: str, said: str, instead: str) -> None:
    assert told(name, said, instead) == {"grounded"}
