"""From which side a sentence limits what is wanted, for each value: "at most $40", "over $40? leave it" and "$40 is my ceiling" are one.

A case that may come about is turned into what has to hold for the wish: "unless it is below $90, do nothing" wants it below.
"""

from __future__ import annotations

from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains.values import values
from writ_dspy.verify.negation import Clause, clauses, wanted

_UNDER = re.compile(
    r"\b(?:under|below|beneath|less|at (?:the )?most|max(?:imum)?|up to|within|before|until|till|by|no later than|earlier|cap\w*|limit|ceiling|budget|"
    r"through|to (?=\w+ \d)|cheaper|lower|(?:the )?most (?:i|we|it|that)\b|not past|tops|top(?: price)?|inside)\b"
)
_OVER = re.compile(
    r"\b(?:over|above|more|at (?:the )?least|min(?:imum)?|exceed\w*|beyond|higher|after|later|past|dearer|upwards?|greater|from (?=\w+ \d|\d|\$)|pricier|(?:the )?least (?:i|we|it|that)\b|no earlier than)\b"
)
_ANY = re.compile(f"(?P<under>{_UNDER.pattern})|(?P<over>{_OVER.pattern})")
_ITSELF = re.compile(
    r"\b(?:(?P<over>(?:too (?:much|pricey|expensive|dear|high|costly)|(?:costs?|comes? to|is|be|it's|are|were) (?:any )?more(?: than (?:that|this|it|my \w+))?$|more than that|"
    r"(?:over|above|beyond|exceeds?|higher than|past) (?:my|the|that|this|it|your) ?(?:limit|budget|ceiling|max(?:imum)?|cap)?|(?:over|above|beyond) (?:it|that)|pricier|dearer))|"
    r"(?P<under>(?:little enough|cheap enough|low enough|affordable|(?:costs?|comes? to|is|be|it's) less(?: than (?:that|this|it|my \w+))?$|less than that|"
    r"(?:under|below|within) (?:my|the|that|this|it|your) ?(?:limit|budget|ceiling|max(?:imum)?|cap)?|cheaper)))(?!\W*[$\d])"
)
REACH = 60
"""Letters before a value within which its limit stands."""
BEHIND = 34
"""Letters behind it."""


@lru_cache(maxsize=8192)
def limits(text: str) -> dict[tuple[str, str], bool]:
    """What is wanted of each limited value, by (quantity, number): True where it lies above; only what can be read."""
    found: dict[tuple[str, str], bool] = {}
    all_ = clauses(text)
    for place, clause in enumerate(all_):
        for item in values(clause.text):
            if item.quantity in ("money", "time", "date") or (item.quantity == "count" and item.number > 20):
                side = _side(clause, item.start, item.end)
                if side is not None and item.quantity == "date" and not _BOUND.search(clause.text):
                    continue
                side = wanted(all_, place, holds=side) if side is not None else None
                if side is not None:
                    found.setdefault((item.quantity, str(item.number)), side)
        match = _ITSELF.search(clause.text)
        if match and not values(clause.text) and clause.conditional:
            denied = clause.denied(match.start(), match.end())
            side = wanted(all_, place, holds=(match["over"] is not None) != denied)
            if side is not None:
                found.setdefault(("limit", ""), side)
    return found


_BOUND = re.compile(r"\b(?:before|after|until|till|earlier|later|by|past|from|through|between)\b")


def _side(clause: Clause, start: int, end: int) -> bool | None:
    """Whether words put a value's matter above it."""
    low = max(0, start - REACH)
    near = [m for m in _ANY.finditer(clause.text, low, start) if m.end() <= start]
    behind = next(_ANY.finditer(clause.text, end, min(len(clause.text), end + BEHIND)), None)
    if (
        behind is not None
        and (
            not near
            or re.match(r"\W*(?:per person|each|or|and|a head|\w+)?\W*(?:or|and|is|tops|max|at)\b", clause.text[end:])
        )
        and _belongs(clause.text[end : behind.start()])
    ):
        match = behind
    elif near:
        match = near[-1]
    elif behind is not None and _belongs(clause.text[end : behind.start()]):
        match = behind
    else:
        return None
    return (match["over"] is not None) != clause.denied(match.start(), match.end())


def _belongs(between: str) -> bool:
    """Whether what stands behind a value is said of it, and not of the next one."""
    return not values(between)
