"""What is remembered stays within bounds, also where threads share it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait

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


def test_one_may_take_out_while_another_forgets() -> None:
    """Whoever takes something out waits until it is known what is forgotten."""
    with ThreadPoolExecutor(1) as pool:

        class Interrupted(Remembered[int, int]):
            """Another thread takes something out as soon as it is looked for what to forget."""

            def __iter__(self) -> Iterator[int]:
                found = super().__iter__()
                wait([pool.submit(self.pop, 2, None)], 0.05)
                return found

        known = Interrupted(2)
        for number in (1, 2, 3):
            known.keep(number, -number)

    assert dict(known.items()) == {3: -3}
