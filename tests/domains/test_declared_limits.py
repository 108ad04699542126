"""A limit of the user's own, with a small number in it, counts as said only beside what it counts."""

from __future__ import annotations

import random

from tests.domains.library import library
from writ_dspy.domains import Dial
from writ_dspy.evidence.found import Unresolved
from writ_dspy.propose.accept import settle_draft
from writ_dspy.task import Task
from writ_dspy.verify.needs import needs


def limited() -> Task:
    """A hold that is wanted only while few people wait for the copy."""
    domain, rng = library(), random.Random(3)
    recipes = [one for one in (*domain.pack.recipes, *domain.pack.questions) if one.tool == "place_hold"]
    for _ in range(4000):
        draft = rng.choice(recipes).draft(domain, rng.choice(domain.pack.users(domain)), Dial(4, "knows ids"), rng)
        if draft is None:
            continue
        for slot in draft.requests[0].slots:
            if slot.key == "condition" and "wait for it" in slot.text and draft.legal is None:
                try:
                    return settle_draft(draft, "normal", domain)
                except Unresolved:  # the limit is broken: another draft will do
                    continue
    raise AssertionError("no such draft")


def test_a_limit_is_said_beside_what_it_counts() -> None:
    """The number alone, or beside another noun, does not say it; nor do the other words of the sentence."""
    task = limited()
    slot = next(one for one in task.requests[0].slots if one.key == "condition")
    (need,) = [one for one in needs(task, library())[0] if one.slot == "condition"]

    assert need.said_in(slot.text.lower())
    assert not need.said_in("i would like to place a hold, and i have no time")
    assert not need.said_in("my card number is 40-669-139, and i am in a hurry, provided it works")
    assert "people" in library().pack.sayings.counted["condition"]
