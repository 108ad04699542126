"""Ids that nobody would know are named by nobody: those of records that can be searched for, unless a declaration says otherwise."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from tests.domains.library import library, spec, variant
from writ_dspy.domains import Dial, Domain


def named(domain: Domain, tool: str, form: str) -> bool:
    """Whether anybody who knows ids says one of that form in a request for a tool."""
    rng, users = random.Random(1), list(domain.pack.users(domain))
    recipe = next(one for one in domain.pack.recipes if one.tool == tool)
    drafts = [
        draft
        for user in users[:60]
        for burden in (2, 3, 4)
        if (draft := recipe.draft(domain, user, Dial(burden, "knows ids"), rng)) is not None
    ]
    said = " ".join(slot.text for draft in drafts for request in draft.requests for slot in request.slots)
    assert drafts
    return re.search(form, said) is not None


def test_a_member_knows_the_numbers_of_their_own_records() -> None:
    """And not those of books, which are found by title or author."""
    assert named(library(), "renew_loan", r"\bL\d{5}\b")
    assert not named(library(), "place_hold", r"\bB\d{4}\b")


@pytest.mark.parametrize("known", [True, False])
def test_a_declaration_says_which_ids_are_known(known: bool, tmp_path: Path) -> None:
    """Either way, for own records and for others."""
    changed = spec()
    changed["tables"]["book"]["known"] = changed["tables"]["loan"]["known"] = known
    domain = variant(tmp_path, changed)

    assert named(domain, "place_hold", r"\bB\d{4}\b") is known
    assert named(domain, "renew_loan", r"\bL\d{5}\b") is known
