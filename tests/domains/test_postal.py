"""The words of an address, short and long."""

from __future__ import annotations

import pytest

from writ_dspy.domains import load
from writ_dspy.domains.postal import SHORT, spellings


@pytest.mark.parametrize(
    ("value", "said", "same"),
    [
        ("Apt 390", "it is 432 orchard terrace, apartment 390", True),
        ("Apt 390", "432 orchard terrace, apt. 390", True),
        ("Suite 219", "ste 219, please", True),
        ("443 Maple Drive", "send it to 443 maple dr", True),
        ("Apt 390", "apartment 391", False),
        ("Suite 219", "apartment 219", False),
        ("443 Maple Drive", "443 maple lane", False),
        ("443 Maple Drive", "43 maple dr", False),
    ],
)
def test_an_address_may_be_written_short_or_long(value: str, said: str, *, same: bool) -> None:
    """Another number, or another kind of street, is another address."""
    assert load("tau2:retail").pack.mentions(value, said) == same


def test_a_text_without_such_a_word_has_one_spelling() -> None:
    """And each abbreviation stands for one word."""
    assert spellings("blue mug") == ("blue mug",)
    assert len(set(SHORT.values())) == len(SHORT)
