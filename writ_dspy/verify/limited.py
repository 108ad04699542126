"""From which side a sentence limits what is wanted, for each value: "at most $40", "over $40? leave it" and "$40 is my ceiling" are one.

A case that may come about is turned into what has to hold for the wish: "unless it is below $90, do nothing" wants it below.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains.values import Value, values
from writ_dspy.simulate.wishes.limits import UNPAID
from writ_dspy.verify.negation import Clause, clauses, wanted

_UNDER = re.compile(
    r"\b(?:under|below|beneath|less|at (?:the )?most|max(?:imum)?|up to|within|before|until|till|by|no later than|earlier|cap\w*|limit|ceiling|budget|"
    r"through|to (?=\w+ \d)|cheaper|lower|(?:the )?most (?:i|we|it|that)\b|not past|draw the line|to (?:spend|work with|play with)|afford|stretch|at (?:the )?(?:very )?latest|tops|top(?: price)?|inside)\b"
)
_OVER = re.compile(
    r"\b(?:at (?:the )?(?:very )?earliest|over|above|more(?! (?:at (?:the )?(?:very )?most|max|tops)\b)|at (?:the )?(?:very )?least|min(?:imum)?|exceed\w*|beyond|higher|after|later|past|dearer|upwards?|greater|from (?=\w+ \d|\d|\$)|pricier|(?:the )?least (?:i|we|it|that)\b|no earlier than)\b"
)
_ANY = re.compile(f"(?P<under>{_UNDER.pattern})|(?P<over>{_OVER.pattern})")
_ITSELF = re.compile(
    r"\b(?:(?P<over>(?:too (?:much|pricey|expensive|dear|high|costly)|(?:costs?|comes? to|is|be|it's|are|were) (?:any )?more(?: than (?:that|this|it|my \w+))?$|more than that|"
    r"(?:over|above|beyond|exceeds?|higher than|past) (?:my|the|that|this|it|your) ?(?:limit|budget|ceiling|max(?:imum)?|cap)?|(?:over|above|beyond) (?:it|that)|pricier|dearer))|"
    r"(?P<under>(?:little enough|cheap enough|low enough|affordable|(?:costs?|comes? to|is|be|it's) less(?: than (?:that|this|it|my \w+))?$|less than that|"
    r"(?:under|below|within) (?:my|the|that|this|it|your) ?(?:limit|budget|ceiling|max(?:imum)?|cap)?|cheaper)))(?!\W*[$\d])"
)
_THAT = re.compile(r"\b(?:(?:earlier|sooner|less|lower|cheaper) than that|before (?:that|then)|by then)\b")
"""Below the value named last."""
REACH = 60
"""Letters before a value within which its limit stands."""
BEHIND = 34
"""Letters behind it."""


@lru_cache(maxsize=8192)
def limits(text: str) -> dict[tuple[str, str], bool]:
    """What is wanted of each limited value, by (quantity, number): True where it lies above; only what can be read."""
    found: dict[tuple[str, str], bool] = {}
    all_ = clauses(_TAKEN_UP.sub(r"\g<limit> ", text))
    for place, clause in enumerate(all_):
        if below := _below(all_, place):
            found[below] = False
        for key, above in _ends(clause):
            found.setdefault(key, above)
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


def _ends(clause: Clause) -> Iterator[tuple[tuple[str, str], bool]]:
    """The ends of each range that a clause wants, with the side on which it lies."""
    for first, last in ranges(clause.text):
        for item, above in ((first, True), (last, False)):
            if not clause.denied(item.start, item.end):
                yield (item.quantity, str(item.number)), above


def _below(all_: tuple[Clause, ...], place: int) -> tuple[str, str] | None:
    """The value of an earlier clause below which a clause wants it: "5 PM is my meeting, so it needs to land before that"."""
    clause = all_[place]
    match = _THAT.search(clause.text)
    if match is None or clause.conditional or values(clause.text) or clause.denied(*match.span()):
        return None
    before = (item for one in reversed(all_[:place]) for item in reversed(values(one.text)))
    return next(
        ((item.quantity, str(item.number)) for item in before if item.quantity in ("money", "time", "date")), None
    )


_BETWEEN = re.compile(r"\b(?:between|from)(?: the| about| around)? \Z")
_AND = re.compile(r"(?:st|nd|rd|th)? (?:and|to|till|until|through|-) (?:the )?")


def ranges(text: str) -> Iterator[tuple[Value, Value]]:
    """The two ends of each range of amounts, times or days: "between May 18 and May 22"."""
    for first, last in itertools.pairwise(values(text)):
        if (
            first.quantity == last.quantity in ("money", "time", "date")
            and first.number < last.number
            and _AND.fullmatch(text, first.end, last.start)
            and (last.through or _BETWEEN.search(text[: first.start]))
        ):
            yield first, last


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
    denied = clause.denied(match.start(), match.end())
    fronted = not clause.text[: match.start()].removeprefix("and ").removeprefix("but ")
    if fronted and not denied and _FRONTED.match(clause.text, end):
        return match["over"] is None
    if match["over"] is not None and not denied and match.start() < start and UNPAID.match(clause.text, end):
        return False
    return (match["over"] is not None) != denied


_FRONTED = re.compile(
    r"(?:\W+(?:extra|more|on top|cheaper|dearer|back|per person|each|in (?:all|total)|all in|altogether|a head|for (?:it|all of us|everything)))*\W+(?:it|this|that|they|the \w+|i|we)"
    r"(?: (?:must|may|should|shall|can|could|will|would|do|does)(?: not|n't| never)|'(?:ll|d) (?:not|never)| (?:cannot|can't|won't)) (?:\w+ )?(?:be|cost|come|pay|spend|go|take|give|want|need|exceed|set|have)\b"
)
"""Behind a limit that opens its sentence, the verb that denies it: "more than $70 extra it must not cost me"."""

_TAKEN_UP = re.compile(
    r"(?P<limit>(?:\A|[.!?] )(?:(?:and|but) )?(?:more|less|over|above|under|below) (?:than )?\$?\d[^.,;:!?]*), "
    r"(?=(?:that|this|it) (?:(?:must|may|should|shall|can|could|will)(?: not|n't| never)|cannot|can't|won't) )",
    re.IGNORECASE,
)
"""A limit that opens its sentence and is taken up by a pronoun, whose verb denies it: "more than $70, that must not be"."""


def _belongs(between: str) -> bool:
    """Whether what stands behind a value is said of it, and not of the next one."""
    return not values(between)
