"""Percentages: rounded, and never to all or nothing."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as some

from writ_dspy.report.percent import percent


@given(part=some.integers(0, 10**7), whole=some.integers(1, 10**7), digits=some.integers(0, 2))
@example(part=4999, whole=5000, digits=0)
@example(part=1, whole=10**7, digits=1)
def test_no_share_reads_as_all_or_nothing(part: int, whole: int, digits: int) -> None:
    """0 % and 100 % are exactly that; every other share is rounded to what is shown of it."""
    share = min(part, whole) / whole
    text = percent(share, digits)
    shown = float(text.removesuffix("%"))
    decimals = len(text.removesuffix("%").partition(".")[2])

    assert (shown == 0, shown == 100) == (share == 0, share == 1)
    assert abs(shown - 100 * share) <= 0.500001 * 10.0**-decimals


def test_no_more_decimals_than_it_takes() -> None:
    """A share that rounds to neither end has as many as were asked for."""
    assert [percent(share) for share in (0, 1, 0.5, 0.994, 0.9998, 0.996, 0.004)] == [
        "0%", "100%", "50%", "99%", "99.98%", "99.6%", "0.4%",
    ]  # fmt: skip
    assert percent(1, 1) == "100.0%"
    assert percent(0.12345, 1) == "12.3%"
