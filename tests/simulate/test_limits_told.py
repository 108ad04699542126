"""What the scripted agent says of those among which something is the best: as much as makes it so, and no more."""

from __future__ import annotations

import pytest

from writ_dspy.domains import Row, load
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.simulate.scripted.searches import limits_of
from writ_dspy.task import Best, Policy, Said, Where

BLACK, STOCKED = Where("color", "is", Said("black")), Where("available", "is", Policy(True, "in stock"))


def rows(*found: tuple[str, bool, float]) -> list[Row]:
    return [{"color": color, "available": stocked, "price": price} for color, stocked, price in found]


@pytest.mark.parametrize(
    ("read", "counted", "told"),
    [
        (rows(("black", True, 20), ("white", True, 10)), False, ["color"]),
        (rows(("black", True, 20), ("white", True, 30)), False, ["color"]),
        (rows(("black", True, 20), ("black", True, 30)), False, []),
        (rows(("black", True, 20), ("black", False, 10)), False, ["available"]),
        (rows(("black", True, 20), ("black", False, 30)), False, []),
        (rows(("black", True, 20), ("black", False, 30)), True, ["available"]),
        (rows(("black", True, 20), ("white", False, 10)), False, ["color"]),
    ],
)
def test_what_left_something_out_is_told(read: list[Row], counted: bool, told: list[str]) -> None:
    """The user's own limit always; the stock only where it makes a difference to what is said."""
    domain = load("tau2:retail")
    query = Best((), "price", False, (STOCKED, BLACK))

    found = limits_of(query, read, None if counted else read[0], Resolver(domain, domain.read))

    assert [limit.attribute for limit in found] == told


@pytest.mark.parametrize(
    ("domain", "attribute", "op", "value", "said"),
    [
        ("tau2:retail", "color", "is", "black", "in black"),
        ("tau2:retail", "available", "is", True, "in stock"),
        ("tau2:retail", "compatibility", "is", "Apple HomeKit", "that work with Apple HomeKit"),
        ("tau2:airline", "price_economy", "<=", 270, "at $270 or less per person"),
        ("tau2:airline", "departure", "<", "15:00:00", "leaving before 3:00 PM"),
        ("tau2:airline", "seats_business", ">=", 2, "with seats for two"),
        ("tau2:airline", "departs", "is not", "2024-05-20T09:00:00", ""),
    ],
)
def test_a_limit_is_told_as_people_say_it(domain: str, attribute: str, op: str, value: object, said: str) -> None:
    assert load(domain).pack.limits(attribute, op, value) == said  # type: ignore[arg-type]
