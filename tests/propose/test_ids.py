"""Which ids a user knows does not depend on the order in which the values of a goal come out of a set."""

from __future__ import annotations

from itertools import permutations

from writ_dspy.domains import load
from writ_dspy.propose.accept import ids_of


def test_an_id_is_one_whatever_stands_beside_it() -> None:
    domain = load("tau2:airline")
    assert domain.pack.ids("IAH MHTMJR DFW") == frozenset()  # in a sentence these are shouted words
    for values in permutations(("IAH", "MHTMJR", "yara_rossi_1806", 3)):
        assert ids_of(values, domain) == {"MHTMJR", "yara_rossi_1806"}


def test_a_shouted_sentence_names_none() -> None:
    assert ids_of(["PLEASE CANCEL THE FLIGHT FROM IAH"], load("tau2:airline")) == frozenset()
