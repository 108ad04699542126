"""Which words of a name somebody has spoken."""

from __future__ import annotations

import pytest

from writ_dspy.simulate.spoken import spoken, words_of

OTHERS = (
    ("i want to return it", "coffee maker"), ("what do you make of it", "coffee maker"), ("help me set up my account", "dumbbell set"), ("i was charged twice", "portable charger"),
    ("i read the policy", "e-reader"), ("i am reading it", "e-reader"), ("money back into my wallet", "wall clock"), ("is my order still active", "action camera"),
    ("let me ask my team", "tea kettle"), ("is that official", "office chair"), ("noted, thanks", "notebook"), ("some background", "backpack"), ("send it back", "backpack"),
    ("i will wait until it is waterproof", "water bottle"), ("did you book it", "bookshelf"),
)  # fmt: skip
"""What is said, and a thing that it does not name."""
NAMED = (
    ("my phones are broken", "smartphone"), ("the coffee machine", "coffee maker"), ("two of the clocks", "wall clock"), ("the dumbbells", "dumbbell set"),
    ("a smartwatch", "smart watch"), ("my ereader", "e-reader"), ("my make-up", "makeup kit"), ("the charger", "portable charger"), ("sunglases", "sunglasses"),
    ("the glasses", "sunglasses"), ("that termostat", "thermostat"), ("my tv", "tv"), ("hiking in these boots", "hiking boots"), ("the chairs", "office chair"),
    ("the tea kettle", "tea kettle"), ("this kettle", "tea kettle"),
)  # fmt: skip
"""What is said, and a thing that it names."""


@pytest.mark.parametrize(("said", "name"), OTHERS)
def test_another_word_names_nothing(said: str, name: str) -> None:
    """What only begins alike, and a short word that has other uses, name no thing."""
    assert spoken(name.split(), words_of(said), words_of(said)) == frozenset()


@pytest.mark.parametrize(("said", "name"), NAMED)
def test_a_word_names_it_in_any_form(said: str, name: str) -> None:
    """In the plural, as the end of a compound, with or without a hyphen, mistyped."""
    assert spoken(name.split(), words_of(said), words_of(said))


def test_a_short_word_tells_beside_a_long_one() -> None:
    """It is part of the name then, and of no other phrase."""
    assert spoken(("tea", "kettle"), words_of("the kettle for tea")) == {"tea", "kettle"}
    assert spoken(("tea", "kettle"), words_of("a cup of tea")) == frozenset()
