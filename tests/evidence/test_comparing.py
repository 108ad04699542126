"""What counts as compared: choices among rows, and no look-up of the one row of a name or an id."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.propose.proposed import proposed
from writ_dspy.codec import parts
from writ_dspy.domains import Dial, load
from writ_dspy.evidence.comparing import compared
from writ_dspy.evidence.resolve import decide
from writ_dspy.task import Best, Decision, Picked

NAMES = ("tau2:retail", "tau2:airline")


@pytest.mark.parametrize("name", NAMES)
def test_half_of_the_reads_of_read_heavy_tasks_are_compared(name: str) -> None:
    """Over the read-heavy tasks of a mix: rows are ranked, filtered or told apart in at least half of what is read."""
    reads = rows_compared = 0
    domain = load(name)
    for task in (task for task in proposed(name) if task.kind == "read-heavy"):
        for wish, outcome in zip(task.goal.decisions, task.decided, strict=True):
            if outcome.call is not None:
                found = compared(wish, outcome, domain)
                assert found <= set(outcome.evidence)
                reads += len(outcome.evidence)
                rows_compared += len(found)

    assert rows_compared >= 0.5 * reads > 0


def _wishes(name: str, dial: Dial, count: int) -> Iterator[Decision]:
    """What drafts of one recipe of the airline want, for one user after another."""
    domain, rng = load("tau2:airline"), random.Random(name)
    recipe = next(recipe for recipe in domain.pack.recipes if recipe.name == name)
    drafts = (recipe.draft(domain, user, dial, rng) for user in domain.pack.users(domain))
    yield from itertools.islice((draft.decisions[0] for draft in drafts if draft is not None), count)


def test_what_is_looked_up_by_its_number_is_not_compared() -> None:
    """A flight that the user names is found in one search, among others, and nothing is chosen; the best of two searches is."""
    domain = load("tau2:airline")
    for burden, chosen in ((2, False), (4, True)):
        for wish in _wishes("book a trip", Dial(burden, "knows ids"), 5):
            found = compared(wish, decide(wish, domain, domain.read), domain)
            assert bool(found) is chosen
            assert all(call.tool.startswith("search") for call in found)


def test_no_criterion_rules_the_searches_for_flights() -> None:
    """Fares, hours, lengths and seats take turns, at both ends and at the second place: none decides in half of the searches."""
    kinds: Counter[tuple[str, bool, bool]] = Counter()
    for name in ("book a trip", "move to another flight"):
        for burden in (4, 6, 9):
            for wish in _wishes(name, Dial(burden, "knows ids"), 25):
                ranked = [part for part in parts(wish) if isinstance(part, Best)]
                second = any(isinstance(where.value, Picked) for where in ranked[0].where)
                kinds[ranked[0].by.split("_")[0], ranked[0].most, second] += 1

    assert len(kinds) >= 8
    assert max(kinds.values()) < 0.5 * kinds.total()
