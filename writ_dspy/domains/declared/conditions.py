"""Conditions of clauses, and what is worked out of fields: `loan.renewals < 2`, `stock.price * args.amount <= member.balance`."""

from __future__ import annotations

import json
import math
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal, TypeAlias

from writ_dspy import patterns as re
from writ_dspy.task import Json, Op, Scalar

OPS: tuple[Op, ...] = ("is not", "is", "<=", ">=", "<", ">", "contains", "in")
"""Longest first, as they are looked for."""
OPPOSITE: dict[Op, Op] = {"is": "is not", "is not": "is", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
ARGS, SAYS, TODAY, SAID = "args", "says", "today", "said"
"""An argument; what the user says and no argument takes; the day of the declaration; what the user names."""
Arithmetic = Literal["sum", "product", "difference", "count"]
_SIGNS: tuple[tuple[re.Pattern, dict[str, Arithmetic]], ...] = (
    (re.compile(r"(?P<left>.+) (?P<sign>[+-]) (?P<right>.+)"), {"+": "sum", "-": "difference"}),
    (re.compile(r"(?P<left>.+) (?P<sign>\*) (?P<right>.+)"), {"*": "product"}),
)
"""The weakest first; of equal ones the last, since they are worked out from left to right."""
_OF_ALL = re.compile(r"(?P<op>sum|count)\((?P<of>[^()]+)\)")


@dataclass(frozen=True, slots=True)
class Side:
    """A field of the record that an argument names, or an argument itself."""

    table: str
    """`args` for an argument, `says` for what only the user says."""
    attribute: str

    def __str__(self) -> str:
        return f"{self.table}.{self.attribute}"


@dataclass(frozen=True, slots=True)
class Formula:
    """What is worked out of fields and numbers."""

    op: Arithmetic
    parts: tuple[Operand, ...]

    def __str__(self) -> str:
        if self.op == "count" or len(self.parts) == 1:
            return f"{self.op}({self.parts[0]})"
        sign = {"sum": "+", "difference": "-", "product": "*"}[self.op]
        return f"{self.parts[0]} {sign} {self.parts[1]}"


Operand: TypeAlias = Side | Formula | Scalar
Look: TypeAlias = Callable[[Side], Json]


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison."""

    left: Operand
    op: Op
    right: Operand | tuple[Scalar, ...]

    @property
    def sides(self) -> tuple[Side, ...]:
        """Those that are read."""
        return (*leaves(self.left), *leaves(self.right))

    def __str__(self) -> str:
        wanted = ", ".join(map(str, self.right)) if isinstance(self.right, tuple) else self.right
        return f"{self.left} {self.op} {wanted}"

    @property
    def negated(self) -> Condition:
        """The condition that holds where this one does not."""
        return Condition(self.left, OPPOSITE[self.op], self.right)

    def holds(self, value: Look) -> bool | None:
        """Whether it holds for these values, for each where a side has several; None where one is missing."""
        left = worked_out(self.left, value)
        right = list(self.right) if isinstance(self.right, tuple) else worked_out(self.right, value)
        if left is None or right is None:
            return None
        several = isinstance(left, list) and self.op != "contains"
        return all(compares(one, self.op, right) for one in (left if several else [left]))


def leaves(operand: Operand | tuple[Scalar, ...]) -> Iterator[Side]:
    """The fields in an operand."""
    if isinstance(operand, Side):
        yield operand
    elif isinstance(operand, Formula):
        for part in operand.parts:
            yield from leaves(part)


def worked_out(operand: Operand, value: Look) -> Json:
    """What an operand comes to; None where a field is missing, or is no number where one is needed."""
    if isinstance(operand, Side):
        return value(operand)
    if not isinstance(operand, Formula):
        return operand
    parts = [worked_out(part, value) for part in operand.parts]
    if any(part is None for part in parts):
        return None
    flat = [one for part in parts for one in (part if isinstance(part, list) else [part])]
    if operand.op == "count":
        return len(flat)
    if not all(isinstance(one, int | float) for one in flat):
        return None
    if operand.op == "difference":
        return _plain(flat[0] - flat[1])
    return _plain(sum(flat) if operand.op == "sum" else math.prod(flat))


def _plain(number: float) -> float:
    """As goals have it: cents, and whole numbers as they are."""
    return number if isinstance(number, int) else round(number, 2)


def compares(left: Json, op: Op, right: Json) -> bool:
    """Whether two values compare so; what has no order is neither less nor more."""
    if op in ("is", "is not"):
        return bool(left == right) == (op == "is")
    if op == "in":
        return left in right
    if op == "contains":
        return isinstance(left, list | str) and right in left
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
        tables: Names of tables, `args` and `says`.
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
    first = _formula(left.strip(), tables)
    if first is None:
        raise ValueError(f"{left.strip()!r} is no `table.attribute` of {', '.join(sorted(tables))}")
    if op == "in":
        return Condition(first, op, tuple(constant(part.strip()) for part in right.split(",")))
    if right.strip() == TODAY:
        if today is None:
            raise ValueError("`today` has no date: declare it, as in `today: 2026-03-02`")
        return Condition(first, op, today.isoformat())
    return Condition(first, op, operand(right.strip(), tables))


def operand(text: str, tables: frozenset[str]) -> Operand:
    """A field, what is worked out of fields, or else a constant."""
    found = _formula(text, tables)
    return found if found is not None else constant(text)


def _formula(text: str, tables: frozenset[str]) -> Side | Formula | None:
    """None of a text in which a sign stands between words."""
    for pattern, signs in _SIGNS:
        match = pattern.fullmatch(text)
        if match:
            parts = (operand(match["left"].strip(), tables), operand(match["right"].strip(), tables))
            return Formula(signs[match["sign"]], parts) if all(not isinstance(part, str) for part in parts) else None
    match = _OF_ALL.fullmatch(text)
    if match:
        inner = _formula(match["of"].strip(), tables)
        return None if inner is None else Formula("sum" if match["op"] == "sum" else "count", (inner,))
    table, dot, attribute = text.partition(".")
    return Side(table, attribute) if dot and attribute.isidentifier() and table in tables else None


def constant(text: str) -> Scalar:
    """A number, `true` or `false`, or else the text."""
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return found if isinstance(found, bool | int | float) else text
