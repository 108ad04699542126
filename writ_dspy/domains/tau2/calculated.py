"""What τ²'s calculator computes, less what nobody can wait for: `9**9**9**9` holds up the whole process, and no signal ends it."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

MOST_BITS = 10_000
"""Of a power of whole numbers. The largest number that τ² can answer with has 1,024."""
_OPERATORS: Mapping[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv, ast.FloorDiv: operator.floordiv,
    ast.UAdd: operator.pos, ast.USub: operator.neg,
}  # fmt: skip


def evaluate(expression: str, *scopes: Any) -> Any:
    """As `eval`, which τ²'s calculator calls once it has seen that there are only digits, signs and brackets.

    Raises:
        OverflowError: A power is too large, in the words in which τ² refuses one that it has computed.
    """
    if "**" in expression:
        _weigh(ast.parse(expression.lstrip(" "), "<string>", "eval").body)
    return eval(expression, *scopes)  # noqa: S307 - as τ² does


def _weigh(node: ast.AST) -> Any:
    """The value of a part of it; None of what is no number."""
    if isinstance(node, ast.Constant):
        return node.value
    parts = [_weigh(part) for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
    kind = type(node.op) if isinstance(node, ast.BinOp | ast.UnaryOp) else type(node)
    if kind is ast.Pow:
        return _power(*parts)
    try:
        return _OPERATORS[kind](*parts) if kind in _OPERATORS else None
    except TypeError:
        return None


def _power(base: Any, exponent: Any) -> Any:
    if isinstance(base, int) and isinstance(exponent, int) and exponent > 0:
        if abs(base) > 1 and base.bit_length() * exponent > MOST_BITS:
            raise OverflowError("int too large to convert to float")
        return base**exponent
    try:
        return base**exponent
    except TypeError:
        return None
