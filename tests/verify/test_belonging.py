"""What a message tells of one record, and what of another one that it names beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from writ_dspy.verify.belonging import belonging


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
