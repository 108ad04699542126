"""Conditions of clauses: `loan.renewals < 2`, `hold.pickup_branch is not args.pickup_branch`."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from writ_dspy.task import Json, Op, Scalar

OPS: tuple[Op, ...] = ("is not", "is", "<=", ">=", "<", ">")
"""Longest first, as they are looked for."""
OPPOSITE: dict[Op, Op] = {"is": "is not", "is not": "is", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
ARGS, TODAY = "args", "today"


@dataclass(frozen=True, slots=True)
class Side:
    """A field of the record that an argument names, or an argument itself."""

    table: str
    """`args` for an argument."""
    attribute: str

    def __str__(self) -> str:
        return f"{self.table}.{self.attribute}"


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison."""

    left: Side
    op: Op
    right: Side | Scalar

    @property
    def sides(self) -> tuple[Side, ...]:
        """Those that are read."""
        return (self.left, self.right) if isinstance(self.right, Side) else (self.left,)

    @property
    def negated(self) -> Condition:
        """The condition that holds where this one does not."""
        return Condition(self.left, OPPOSITE[self.op], self.right)

    def holds(self, value: Callable[[Side], Json]) -> bool | None:
        """Whether it holds for these values; None where one is missing."""
        left = value(self.left)
        right = value(self.right) if isinstance(self.right, Side) else self.right
        if left is None or right is None:
            return None
        return compares(left, self.op, right)


def compares(left: Json, op: Op, right: Json) -> bool:
    """Whether two values compare so; what has no order is neither less nor more."""
    if op in ("is", "is not"):
        return bool(left == right) == (op == "is")
    orders: dict[Op, Callable[[Json, Json], bool]] = {
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
    }
    try:
        return bool(orders[op](left, right))
    except TypeError:
        return False


@lru_cache(maxsize=512)
def condition(text: str, tables: frozenset[str], today: date | None = None) -> Condition:
    """What a text says.

    Args:
        text: As it stands in the declaration.
        tables: Names of tables, and `args`.
        today: What `today` stands for.

    Raises:
        ValueError: It is no condition; says why.
    """
    for op in OPS:
        left, found, right = text.partition(f" {op} ")
        if found:
            break
    else:
        raise ValueError(f"{text!r} has none of {', '.join(OPS)} between two values")
    first = _side(left.strip(), tables)
    if first is None:
        raise ValueError(f"{left.strip()!r} is no `table.attribute` of {', '.join(sorted(tables))}")
    if right.strip() == TODAY:
        if today is None:
            raise ValueError("`today` has no date: declare it, as in `today: 2026-03-02`")
        return Condition(first, op, today.isoformat())
    return Condition(first, op, _side(right.strip(), tables) or constant(right.strip()))


def _side(text: str, tables: frozenset[str]) -> Side | None:
    table, dot, attribute = text.partition(".")
    return Side(table, attribute) if dot and attribute.isidentifier() and table in tables else None


def constant(text: str) -> Scalar:
    """A number, `true` or `false`, or else the text."""
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return found if isinstance(found, bool | int | float) else text
