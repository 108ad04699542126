"""The operations that a goal may ask for: typed comparisons, and arithmetic without float noise."""

from __future__ import annotations

from writ_dspy.domains import Row
from writ_dspy.evidence.found import Unfounded
from writ_dspy.task import (
    Json,
    Op,
)


def compare(left: Json, op: Op, right: Json) -> bool:
    """One typed comparison; values of different types never compare, except `is not`."""
    if op == "is":
        return bool(left == right)
    if op == "is not":
        return bool(left != right)
    if op == "in":
        return isinstance(right, list) and left in right
    if op == "contains":
        return isinstance(left, (list, str)) and right in left
    if op == "ends with":
        return isinstance(left, str) and isinstance(right, str) and left.endswith(right)
    if isinstance(left, str) is not isinstance(right, str) or left is None or right is None:
        return False
    return bool(
        left < right if op == "<" else left <= right if op == "<=" else left > right if op == ">" else left >= right
    )


def compute(op: str, values: list[Json]) -> Json:
    numbers = [number for value in values for number in (value if isinstance(value, list) else [value])]
    match op:
        case "sum":
            return plain(sum(numbers))
        case "product":
            total: float = 1
            for number in numbers:
                total *= number
            return plain(total)
        case "difference":
            return plain(numbers[0] - numbers[1])
        case "at_least_zero":
            return max(0, numbers[0])
        case "count":
            return len(numbers)
        case "concat":
            return numbers
    raise Unfounded(f"no operation {op!r}")


def plain(number: float) -> float:
    """Money without float noise; whole numbers stay integers."""
    return number if isinstance(number, int) else round(number, 2)


def field_of(row: Row, field: str) -> Json:
    if field not in row:
        raise Unfounded(f"the read shows no {field!r}; it shows {', '.join(row)}")
    return row[field]
