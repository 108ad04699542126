"""Numbers of things that only a record can tell: what is left of something, and how much of it somebody has."""

from __future__ import annotations

from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.values import Value
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.vocabulary import vocabulary

_LEFT = re.compile(
    r"[^\w\n]+(?P<between>(?:(?:seats?|pieces?|units?|of|them|it|these|those|are|is|basic|economy|business)\W+){0,5})(?:left|remaining|(?P<kept>in (?:stock|our (?:warehouse|store|stock))))\b",
    re.IGNORECASE,
)
_FREE_BAGS = re.compile(
    r"\W+(?:of\W+)?(?:your\W+)?(?:free|checked|\W)*\b(?:bag|baggage|luggage|suitcase)", re.IGNORECASE
)
_PIECES = re.compile(r"\b(?:seats?|pieces?|units?)\b", re.IGNORECASE)
_TAKEN_UP = re.compile(
    r"\b(?:all|both|(?:all |both )?(?:the|these|those|its|your|his|her|their)|other|another|any|every|each|either|next|last|first|same)\W+\Z",
    re.IGNORECASE,
)
"""Right before a number, it says that the things were named, or listed, before: "all three are in stock"."""
_ONE_IS = re.compile(r"\b(?:only|just|exactly|merely|is|was|['’]s|has|have|and|or|:)\W*\Z", re.IGNORECASE)
"""Before "one" where it is a number; behind any other word it stands for a thing: "the cheapest one in stock"."""
_OWN = re.compile(
    r"[^\w\n.!?;]+(?:(?!(?:of|in|on|from|for|with|under|at|to|inside|within|by)\b)\w+[^\w\n.!?;]+){0,2}?(?P<what>orders?|bookings?|reservations?|trips?|(?:gift |credit )?cards?|payment methods?|certificates?|(?<=\W)of (?:them|those))\b(?! (?:numbers?|ids?|dates?|totals?|details|lines?|requests?|changes?)\b)",
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
    "order": ("order",),
    "booking": ("booking", "reserv"),
    "reservation": ("reserv", "booking"),
    "trip": ("trip", "reserv"),
    "card": ("payment", "card"),
    "method": ("payment", "method"),
    "certificate": ("payment", "certificate"),
}
"""What people call what they have, with what is in the name of a field that lists it: a domain may call it as they do, or otherwise."""


def untold(ground: Ground, text: str, clause: str, value: Value) -> str:
    """What is missing for a number of things to be known; nothing where it is another kind of number."""
    if value.quantity != "count" or value.number > _MOST or ground.heard_of(value) or clause.rstrip().endswith("?"):
        return ""
    if left := _LEFT.match(text, value.end):
        if _FREE_BAGS.match(text, left.end()) and _is_difference(text, value):
            return ""
        known = {number for found in ground.shown for number in found.numbers_of(_ROOM)}
        if value.number in known or (not _PIECES.search(left["between"]) and _of_kinds(ground, text, value, left)):
            return ""
        return "a number of what is left that was read"
    own = _OWN.match(text, value.end)
    if own is None or value.number == 1 or not _THEIRS.search(clause) or _MAYBE.search(clause):
        return ""
    stems = _KEPT.get(own["what"].lower().split()[-1].removesuffix("s"), ("",))
    named = _lists(ground.domain, stems)
    if not named:
        if not _calls_so(ground.domain, own["what"].lower().split()[-1]):
            return "a number of them that was read"  # there is no such thing here
        stems = ("",)
    lengths = [size for found in ground.shown for name, size in found.lengths.items() if _has(name, stems)]
    lengths += [len(rows) for found in ground.shown for name, rows in found.views.items() if _has(name, stems)]
    most = (
        max(lengths, default=0) if named else sum(lengths)
    )  # what the domain calls it may be any of its lists, or several
    return "" if value.number <= most else "a number of them that was read"


def _calls_so(domain: Domain, word: str) -> bool:
    """Whether the domain has a word itself, in the singular or the plural."""
    return not {word, word.removesuffix("s")}.isdisjoint(vocabulary(domain).own)


def _is_difference(text: str, value: Value) -> bool:
    """Whether a number is what two of the numbers ahead of it in a message leave: four free bags less the one that is booked."""
    ahead = [int(one) for one in re.findall(r"(?<![\w$.,-])\d{1,2}(?![\w,-]|\.\d)", text[: value.start])]
    return any(more - less == value.number for more in ahead for less in ahead)


def _of_kinds(ground: Ground, text: str, value: Value, left: re.Match[str]) -> bool:
    """Whether a number counts the things that are spoken of, each of which is to be had, and not the pieces of one."""
    before = text[max(0, value.start - 24) : value.start]
    if _TAKEN_UP.search(before):
        return True
    word = text[value.start : value.end].lower()
    if word == "one" and not (before.strip() == "" or _ONE_IS.search(before)):
        return True
    return left["kept"] is not None and value.number <= _versions(ground)


def _versions(ground: Ground) -> int:
    """How many things that can be had one result shows at most."""
    return max(
        (sum(row.get("available") is True for row in rows) for found in ground.shown for rows in found.views.values()),
        default=0,
    )


def _has(name: str, stems: tuple[str, ...]) -> bool:
    return any(stem in name.lower() for stem in stems)


@lru_cache(maxsize=64)
def _lists(domain: Domain, stems: tuple[str, ...]) -> bool:
    """Whether a table of the domain, or a field of its records, is called so."""
    fields = {
        field
        for table in domain.tables.values()
        for record in table.values()
        if isinstance(record, dict)
        for field in record
    }
    return any(_has(name, stems) for name in (*domain.tables, *fields))
