"""What is remembered stays within bounds, also where threads share it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from writ_dspy.domains.remembered import Remembered


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads that take turns a thousand times as often as usual."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(5e-6)
    yield
    sys.setswitchinterval(before)


def test_the_first_kept_is_the_first_forgotten() -> None:
    """At most so many, whatever was asked for in between."""
    known: Remembered[int, str] = Remembered(2)
    assert [known.keep(number, str(number)) for number in range(3)] == ["0", "1", "2"]

    assert known == {1: "1", 2: "2"}


@pytest.mark.usefixtures("hasty")
def test_threads_may_share_it() -> None:
    """None of them fails, none gets another's value, and the bound holds."""
    known: Remembered[int, int] = Remembered(5)

    def work(start: int) -> bool:
        return all(known.keep(number, -number) == -number for number in range(start, start + 3000))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(0, 80000, 10000)))

    assert len(known) == 5
    assert all(value == -key for key, value in known.items())
