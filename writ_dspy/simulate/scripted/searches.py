"""Which searches for the best of something settled a wish, and how a limit of it was meant."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from writ_dspy import patterns as re
from writ_dspy.codec import parts
from writ_dspy.domains import Row
from writ_dspy.evidence.found import Found
from writ_dspy.evidence.operators import compare
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.task import Best, Check, Computed, Decision, Json, Op, Picked, Request, Said

_EACH = re.compile(
    r"\b(?:per|for each|for every) (?:person|passenger|travell?er|head)\b|\beach\b|\ba head\b", re.IGNORECASE
)
"""How a limit for each of several people is said."""


def each(request: Request, limit: Json) -> bool:
    """Whether the user said this limit for each person, and not for all together."""
    return any(f"{limit:,}" in slot.marks and _EACH.search(slot.text) for slot in request.slots)


def first_of(query: Best) -> Best | None:
    """Of a search for the best but one, the search for the best."""
    picked = [item.value.query for item in query.where if item.op == "is not" and isinstance(item.value, Picked)]
    for other in picked:
        if isinstance(other, Best) and (other.by, other.sources) == (query.by, query.sources):
            return other
    return None


def best_of(
    wish: Decision, resolver: Resolver, names: Collection[str], *, alone: bool = False
) -> list[tuple[Best, Found]]:
    """The searches for the best of something by which a wish was settled, without those that only other arguments take.

    Args:
        wish: What was settled.
        resolver: What was asked for that.
        names: Of the arguments.
        alone: Whether to leave out what no argument takes, such as the conditions.
    """
    mine = parts(tuple(term for name, term in wish.args if name in names))
    others = parts(tuple(term for name, term in wish.args if name not in names))
    return [
        (query, found)
        for query, found in resolver.answers
        if isinstance(query, Best) and (query in mine or not (alone or query in others))
    ]


@dataclass(frozen=True, slots=True)
class Limit:
    """What a row had to be like to be chosen from."""

    attribute: str
    op: Op
    value: Json

    def keeps(self, row: Row) -> bool:
        return self.attribute in row and compare(row[self.attribute], self.op, self.value)


def limits_of(query: Best, rows: Sequence[Row], last: Row | None, resolver: Resolver) -> list[Limit]:
    """What has to be said of those among which the best is the best, so that it is so of all rows that were read.

    What the user said themselves is told wherever it left something out; what else left rows out, such as the stock, only where one of
    these is no worse than what is told.

    Args:
        query: The search.
        rows: All that was read for it.
        last: The least good row that is told; None where those that are left are counted.
        resolver: What answered it.
    """
    terms = sorted(query.where, key=lambda item: not isinstance(item.value, Said))
    found: list[Limit] = []
    for item in terms:
        limit = Limit(item.attribute, item.op, resolver.term(item.value)[0])
        out = [row for row in rows if not limit.keeps(row)]
        if any(isinstance(item.value, Said) or last is None or _as_good(row, last, query) for row in out):
            found.append(limit)
            rows = [row for row in rows if limit.keeps(row)]
    return found


def _as_good(row: Row, last: Row, query: Best) -> bool:
    """Whether a row is no worse than another one, by what the best is searched for."""
    if query.by not in row or row is last:
        return False
    return bool(row[query.by] >= last[query.by] if query.most else row[query.by] <= last[query.by])


def no_other_like(rows: Sequence[Row], by: str) -> bool:
    """Whether the first of these rows is no other's equal."""
    return len({row[by] for row in rows}) == len(rows)


def least_of(check: Check) -> Best | None:
    """The search for the one thing whose value misses a condition, where any other one would miss it by more."""
    left = check.left
    while isinstance(left, Computed) and left.op == "sum" and len(left.args) == 1:
        left = left.args[0]
    if not isinstance(left, Picked) or not isinstance(best := left.query, Best) or best.by != left.field:
        return None
    return None if best.most is (check.op in ("<", "<=")) or first_of(best) is not None else best
