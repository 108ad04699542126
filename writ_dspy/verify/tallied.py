"""Numbers of things that only a record can tell: what is left of something, and how much of it somebody has."""

from __future__ import annotations

from writ_dspy import patterns as re
from writ_dspy.domains.values import Value
from writ_dspy.verify.ground import Ground

_LEFT = re.compile(
    r"[^\w\n]+(?:(?:seats?|pieces?|units?|of|them|it|these|those|are|is)\W+){0,4}(?:left|remaining|in (?:stock|our (?:warehouse|store|stock)))\b",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"[^\w\n.!?;]+(?:(?!(?:of|in|on|from|for|with|under|at|to|inside|within|by)\b)\w+[^\w\n.!?;]+){0,2}?(?P<what>orders?|bookings?|reservations?|trips?|(?:gift |credit )?cards?|payment methods?|certificates?|(?<=\W)of (?:them|those))\b",
    re.IGNORECASE,
)
_THEIRS = re.compile(
    r"\b(?:you(?:['’]ve| have| hold)|(?:in|on|under) your (?:profile|account|name)|with us|on file|I (?:can )?(?:see|count|find))\b",
    re.IGNORECASE,
)
_ROOM = re.compile(r"seat|stock|available|quantity|inventory", re.IGNORECASE)
_MAYBE = re.compile(r"\b(?:if|would|could|(?-i:may)|might|whether|unless|until)\b", re.IGNORECASE)
_MOST = 999
"""What is larger counts nothing here: an id, a zip code."""
_KEPT = {
    "order": "order",
    "booking": "reserv",
    "reservation": "reserv",
    "trip": "reserv",
    "card": "payment",
    "method": "payment",
    "certificate": "payment",
}
"""What people call what they have, with the field of a record that lists it."""


def untold(ground: Ground, text: str, clause: str, value: Value) -> str:
    """What is missing for a number of things to be known; nothing where it is another kind of number."""
    if value.quantity != "count" or value.number > _MOST or ground.heard_of(value) or clause.rstrip().endswith("?"):
        return ""
    if _LEFT.match(text, value.end):
        known = {number for found in ground.shown for number in found.numbers_of(_ROOM)}
        return "" if value.number in known else "a number of what is left that was read"
    own = _OWN.match(text, value.end)
    if own is None or value.number == 1 or not _THEIRS.search(clause) or _MAYBE.search(clause):
        return ""
    stem = _KEPT.get(own["what"].lower().split()[-1].removesuffix("s"), "")
    lengths = [size for found in ground.shown for name, size in found.lengths.items() if stem in name.lower()]
    lengths += [len(rows) for found in ground.shown for name, rows in found.views.items() if stem in name.lower()]
    return "" if value.number <= max(lengths, default=0) else "a number of them that was read"
