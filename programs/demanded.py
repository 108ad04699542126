"""What need not be said of a wish, as policy demands it anyway: a reading may say it, by a filter or a condition, or leave it out."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, cast

from writ_dspy.codec import parts
from writ_dspy.programs.limits import SIDES, summands
from writ_dspy.signatures.goal import conditions
from writ_dspy.task import (
    Best,
    Check,
    Computed,
    Decision,
    Every,
    Json,
    Only,
    Picked,
    Policy,
    Query,
    Said,
    Scalar,
    Where,
)

T = TypeVar("T")


def goes_without_saying(check: Check, read: Decision, meant: Decision) -> bool:
    """Whether a condition adds nothing to the wish: policy demands it of what is picked, or it says that there is something to pick."""
    views = _views(meant)
    demanded = frozenset().union(*(_sides(one, views) for one in _policy(meant)))
    return bool(_sides(check, views) & demanded) or _exists(check, read, meant)


def _views(meant: Decision) -> dict[str, frozenset[str]]:
    """By field, the kinds of record of which the wish's conditions compare it: flights and reservations both have a status."""
    found: dict[str, set[str]] = {}
    for part in parts(meant.requires):
        if isinstance(part, Picked):
            found.setdefault(part.field, set()).update(source.view for source in part.query.sources)
    return {field: frozenset(views) for field, views in found.items()}


def _sides(check: Check, views: Mapping[str, frozenset[str]]) -> frozenset[tuple[str, str, str, Json]]:
    """What a condition holds of each field that it compares: with the value, or with none where that is worked out; of which kind of record, where two have it."""
    sides = ((check.left, check.op, check.right), (check.right, _TURNED.get(check.op, check.op), check.left))
    return frozenset(
        (
            left.query.sources[0].view if len(views.get(left.field, ())) > 1 else "",
            left.field,
            op,
            right.value if isinstance(right, (Said, Policy)) else None,
        )
        for left, op, right in sides
        if isinstance(left, Picked)
        and not (isinstance(right, Computed) and any(isinstance(term, Said) for _, term in summands(right, 1)))
    )


_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _exists(check: Check, read: Decision, meant: Decision) -> bool:
    """Whether a condition says no more than that one of the searches of the wish finds something."""
    one = (check.op, check.right) in ((">=", Said(1)), (">", Said(0)), ("is not", Said(0)))
    if not (one and isinstance(check.left, Computed) and check.left.op == "count" and len(check.left.args) == 1):
        return False
    counted = relaxed(check.left.args[0], meant)
    searched = {_rows(part) for part in parts(relaxed(read.args, meant)) if isinstance(part, (Best, Only, Every))}
    return isinstance(counted, Picked) and _rows(counted.query) in searched


def _rows(query: Query) -> tuple[object, frozenset[Where]]:
    """What a search looks through and for, whether for one row or for all."""
    return query.sources, frozenset(query.where)


def _policy(decision: Decision) -> Iterator[Check]:
    """What policy demands of the wish, such as that a version is in stock."""
    return (check for check in decision.requires if isinstance(check, Check) and not check.own)


def _limited(decision: Decision) -> frozenset[str]:
    """The fields of what is picked that the customer's own limits are about."""
    held = (part for check in conditions(decision) for part in parts(check))
    return frozenset(part.field for part in held if isinstance(part, Picked))


def relaxed(value: T, meant: Decision, *before: Decision) -> T:
    """A reading whose searches do not filter by what has to hold for the wish: that is no part of which row is wanted.

    Where the row that is wanted is sold out, a search among those in stock finds nothing, or another row. What the wish itself is
    chosen by stays. The wishes `before` it may share a search with it.
    """
    demanded = {
        (check.left.field, check.op, check.right.value)
        for decision in (meant, *before)
        for check in _policy(decision)
        if isinstance(check.left, Picked) and isinstance(check.right, Policy)
    }
    demanded -= {_fixed(part) for part in parts(meant.args) if isinstance(part, Where)}
    limited = _limited(meant)

    def needless(where: Where) -> bool:
        return _fixed(where) in demanded or (where.op in SIDES and where.attribute in limited)

    def kept(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(kept(part) for part in value if not (isinstance(part, Where) and needless(part)))
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = {f.name: kept(getattr(value, f.name)) for f in dataclasses.fields(value)}
            return dataclasses.replace(value, **fields)
        return value

    return cast("T", kept(value))


def _fixed(where: Where) -> tuple[str, str, Scalar | None]:
    return where.attribute, where.op, where.value.value if isinstance(where.value, (Said, Policy)) else None
