"""pass^k is the mean over all ways to draw k of the tries, and the intervals hold what they promise, also over unlike tasks."""

from __future__ import annotations

import itertools
import random
from math import comb

import pytest

from writ_dspy.report.passing import chance, pass_hat_k, rate


@pytest.mark.parametrize("tries", [1, 2, 4, 7])
def test_the_chance_is_that_of_drawing(tries: int) -> None:
    """By enumeration: of all draws of k tries, the share in which all passed."""
    for passed in range(tries + 1):
        outcomes = [True] * passed + [False] * (tries - passed)
        for k in range(1, tries + 1):
            draws = [all(some) for some in itertools.combinations(outcomes, k)]
            assert chance(passed, tries, k) == pytest.approx(sum(draws) / len(draws))


def test_it_is_unbiased() -> None:
    """Averaged over all outcomes of n tries of a coin, exactly p to the k."""
    n, p = 5, 0.3
    for k in range(1, n + 1):
        mean = sum(comb(n, c) * p**c * (1 - p) ** (n - c) * chance(c, n, k) for c in range(n + 1))
        assert mean == pytest.approx(p**k)


def test_tasks_with_too_few_tries_are_left_out() -> None:
    """They say nothing about k; and of nothing there is no rate."""
    assert pass_hat_k([(2, 2), (0, 1)], 2) == rate([1.0])
    assert pass_hat_k([(0, 1)], 2) is None
    assert rate([]) is None


@pytest.mark.parametrize("n", [4, 10, 50])
def test_wilson_covers(n: int) -> None:
    """Averaged over all shares a coin may have, 95 % of its outcomes give an interval that holds the share; ends are inside [0, 1]."""
    intervals = [rate([1.0] * c + [0.0] * (n - c)) for c in range(n + 1)]
    covers = []
    for step in range(1, 200):
        p = step / 200
        weights = [comb(n, c) * p**c * (1 - p) ** (n - c) for c in range(n + 1)]
        covers.append(sum(w for w, one in zip(weights, intervals, strict=True) if one and one.low <= p <= one.high))

    assert sum(covers) / len(covers) >= 0.945
    assert all(one and 0 <= one.low <= one.value <= one.high <= 1 for one in intervals)


def test_a_group_of_unlike_tasks_is_covered() -> None:
    """Where tasks differ, tries at one are no independent draws: counting tasks covers, counting tries would not."""
    draw = random.Random(7)
    by_tasks = by_tries = 0
    for _ in range(600):
        abilities = [draw.choice((0.05, 0.95)) for _ in range(20)]
        found = [(sum(draw.random() < p for _ in range(8)), 8) for p in abilities]
        tasks = pass_hat_k(found, 1)
        flat = rate([float(x < c) for c, n in found for x in range(n)])
        assert tasks
        assert flat
        by_tasks += tasks.low <= 0.5 <= tasks.high
        by_tries += flat.low <= 0.5 <= flat.high

    assert by_tasks >= 0.95 * 600
    assert by_tries < 0.7 * 600
