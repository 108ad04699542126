"""How often tasks are passed: pass^k without bias, and intervals that hold for few tries.

Every interval is Wilson's, at 95 %. That of one task counts its tries. That of a group counts its *tasks*, since tries at the
same task are no independent draws: each task has a value in [0, 1], whose variance is at most that of a coin with the same
mean, so the interval is never too narrow; for pass^k with k tries a task it is exact in that sense.

Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927); pass^k of
tau-bench, https://arxiv.org/abs/2406.12045.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import comb, sqrt
from typing import NamedTuple

Z = 1.959963984540054
"""Of 95 %, both sides."""


class Rate(NamedTuple):
    """A share with its interval, and over how many it was taken."""

    value: float
    low: float
    high: float
    of: int
    """Values that it is the mean of."""

    def __str__(self) -> str:
        return f"{self.value:.2f} [{self.low:.2f}, {self.high:.2f}]"

    def to_json(self) -> dict[str, float]:
        return {name: round(value, 4) for name, value in self._asdict().items()}


def rate(values: Sequence[float]) -> Rate | None:
    """The mean of values in [0, 1], each of an independent draw; None of nothing."""
    if not values:
        return None
    n, mean = len(values), sum(values) / len(values)
    centre = (mean + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z * sqrt(mean * (1 - mean) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    # rounding must not leave the mean outside where it is 0 or 1
    return Rate(mean, min(mean, max(0.0, centre - half)), max(mean, min(1.0, centre + half)), n)


def chance(passed: int, tries: int, k: int) -> float:
    """That k fresh tries at a task all pass, of which so many of so many did: C(passed, k) / C(tries, k).

    Unbiased; 1 <= k <= tries.
    """
    return comb(passed, k) / comb(tries, k)


def pass_hat_k(found: Iterable[tuple[int, int]], k: int) -> Rate | None:
    """pass^k over tasks, each with how many of its tries passed and how many it had; those with fewer than k are left out."""
    return rate([chance(passed, tries, k) for passed, tries in found if tries >= k])
