"""What a message tells of one record, and what of another one that it names beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from writ_dspy.verify.belonging import belonging, own_lists


def names(lower: str) -> Sequence[tuple[int, int, bool]]:
    """Records are AAA1 and BBB2; the first one counts."""
    return [(*match.span(), match[0] == "aaa1") for match in re.finditer(r"aaa1|bbb2", lower)]


@pytest.mark.parametrize(
    "text",
    [
        "**1. AAA1: Denver**\n   Bags: MINE\n**2. BBB2: Phoenix**\n   Bags: OTHER\n\nIs that right?",
        "1. BBB2: Phoenix\n   - Bags: OTHER\n2. AAA1: Denver\n   - Bags: MINE",
        "AAA1:\n- Bags: MINE\nBBB2:\n- Bags: OTHER",
        "**1. Move AAA1 (pending)**\n- From: MINE\n\n**2. Move BBB2 (pending)**\n- From: OTHER\n- To: OTHER\n\nShall I?",
        "- BBB2\nBags: OTHER\n- AAA1\nBags: MINE",
        "AAA1 would have MINE, and BBB2 would have OTHER.",
        "On BBB2 it is OTHER, on AAA1 it is MINE.",
        "That is MINE on AAA1 and OTHER on BBB2.",
        "That is OTHER on BBB2 and MINE on AAA1.",
        "BBB2 gets OTHER. AAA1 gets MINE.",
        "For BBB2: OTHER; for AAA1: MINE",
        "the bags on bbb2 are OTHER now. this is what I would book:\n- MINE\n- MINE",
    ],
)
def test_what_is_told_of_another_record_is_left_out(text: str) -> None:
    """Under its heading, in its sentence, or in its part of a sentence."""
    kept = belonging(text, names)
    assert "MINE" in kept
    assert "OTHER" not in kept


@pytest.mark.parametrize(
    "text",
    [
        "AAA1 and BBB2 would both have MINE.",
        "MINE for AAA1 and BBB2.",
        "BBB2 is cancelled.\nMINE",
        "- BBB2: cancelled\n- AAA1: MINE",
        "- BBB2: cancelled\n- MINE",
        "BBB2:\n- cancelled\n\nMINE",
        "BBB2:\n- cancelled\nMINE",
    ],
)
def test_what_is_told_of_both_or_of_neither_stays(text: str) -> None:
    """Named together, or behind the end of what is told of the other."""
    assert "MINE" in belonging(text, names)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("The booking:\n- mine one\n- mine two\nThe bags:\n- theirs one\n- theirs two\nBoth?", "The booking:\n- mine one\n- mine two\nThe bags:\nBoth?"),
        ("- mine one\n- mine two\n- theirs one", "- mine one\n- mine two\n- theirs one"),
        ("- theirs one\n\n- mine one\n- mine two", "- theirs one\n\n- mine one\n- mine two"),
        ("Both:\n- neither\n- nor", "Both:\n- neither\n- nor"),
        ("- theirs one\n- mine two", "- theirs one\n- mine two"),
    ],
)  # fmt: skip
def test_a_list_is_of_what_it_states_most(text: str, kept: str) -> None:
    """Of two lists in one message each is judged alone; a row that strayed into one's own list stays, and so does a row by itself."""
    assert own_lists(text, lambda lower: lower.count("mine"), [lambda lower: lower.count("theirs")]) == kept
