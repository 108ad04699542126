"""Which searches for the best of something settled a wish, and how a limit of it was meant."""

from __future__ import annotations

from collections.abc import Collection

from writ_dspy import patterns as re
from writ_dspy.codec import parts
from writ_dspy.evidence.found import Found
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.task import Best, Decision, Json, Picked, Request

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
