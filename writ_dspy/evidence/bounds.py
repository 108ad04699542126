"""What a read can hold before it is made: whether a row of it could pass, and how good one could be."""

from __future__ import annotations

from collections.abc import Sequence

from writ_dspy.domains.integrity import Span
from writ_dspy.task import Json, Op


def may_pass(span: Span | None, op: Op, value: Json) -> bool:
    """Whether some value of the span compares like that; a span that is not known may hold anything."""
    if span is None or span.absent:
        return span is None
    match op:
        case "is":
            return _within(value, span)
        case "in":
            return any(_within(item, span) for item in value) if isinstance(value, list) else True
        case "<":
            return span.least is None or not _ordered(span.least, value) or span.least < value
        case "<=":
            return span.least is None or not _ordered(span.least, value) or span.least <= value
        case ">":
            return span.most is None or not _ordered(span.most, value) or span.most > value
        case ">=":
            return span.most is None or not _ordered(span.most, value) or span.most >= value
    return True


def falls_short(promise: Json, best: Json, *, most: bool) -> bool:
    """Whether the best that a read can hold is worse than what was found; as good as that is no worse."""
    if promise is None or not _ordered(promise, best):
        return False
    return bool(promise < best if most else promise > best)


def promise(span: Span | None, *, most: bool) -> Json:
    """The best value of the span; None where it is open."""
    return None if span is None else span.most if most else span.least


def by_promise(promises: Sequence[Json], *, most: bool) -> list[int]:
    """The order in which a careful reader makes reads that promise so much: the open ones first, then the best."""
    free = [index for index, value in enumerate(promises) if value is None]
    rest = [index for index, value in enumerate(promises) if value is not None]
    return free + sorted(rest, key=lambda index: promises[index], reverse=most)


def _within(value: Json, span: Span) -> bool:
    low = span.least is None or not _ordered(span.least, value) or span.least <= value
    return bool(low and (span.most is None or not _ordered(span.most, value) or value <= span.most))


def _ordered(one: Json, other: Json) -> bool:
    """Whether the two can be compared at all."""
    if isinstance(one, str) or isinstance(other, str):
        return isinstance(one, str) and isinstance(other, str)
    return isinstance(one, (int, float)) and isinstance(other, (int, float))
