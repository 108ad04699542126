"""Tabled: a fare, a number of seats or an hour in a row of a table is that of the row's flight, in the class or on the side of its column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from writ_dspy import patterns as re
from writ_dspy.domains.values import values
from writ_dspy.task import Json
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.subject import hours_of

_TABLE = re.compile(r"(?m)(?:^[ \t]*\|.*(?:\n|\Z)){3,}")
_RULE = re.compile(r"[\s|:-]+")
_FLIGHT = re.compile(r"\b[A-Z]{2,3}\d{2,4}\b")
_CABIN = re.compile(r"\b(basic economy|economy|business)\b", re.IGNORECASE)
_SEATS = re.compile(r"\b(?:seats?|free|left|available)\b", re.IGNORECASE)
_SIDES = (("depart", re.compile(r"\b(?:depart\w*|leav\w+|takes? off|take-off|from)\b", re.IGNORECASE)), ("arriv", re.compile(r"\b(?:arriv\w*|lands?|landing|to)\b", re.IGNORECASE)))  # fmt: skip
_SUMS = re.compile(r"\b(?:total|both|each|per|sum|together|x|×|times|all|for (?:two|three|four|five|\d))\b|[×+]", re.IGNORECASE)  # fmt: skip
"""In a head, or a cell, of an amount that is of more than one seat."""


def tabled(ground: Ground, text: str) -> Iterator[tuple[str, str]]:
    """(row, what is wanted) for each row of a table that tells of its flight what was not read of it.

    Args:
        ground: What is known by then.
        text: What the agent says.
    """
    for table in _TABLE.finditer(text) if "|" in text else ():
        rows = [[cell.strip(" *_`") for cell in line.strip().strip("|").split("|")] for line in table[0].splitlines()]
        head, rest = rows[0], [row for row in rows[1:] if not _RULE.fullmatch("|".join(row))]
        for row in rest:
            if len(row) == len(head) and (wanted := _wrong(ground, head, row)):
                yield " | ".join(row), wanted


def _wrong(ground: Ground, head: Sequence[str], row: Sequence[str]) -> str:
    named = {match[0].lower() for match in _FLIGHT.finditer(" ".join(row)) if ground.looks(match[0].lower())}
    if len(named) != 1:
        return ""
    (number,) = named
    for title, cell in zip(head, row, strict=True):
        if _SUMS.search(title) or _SUMS.search(cell):
            continue
        if wanted := _of_cabin(ground, number, title, cell) or _of_hours(ground, number, title, cell):
            return wanted
    return ""


def _of_cabin(ground: Ground, number: str, title: str, cell: str) -> str:
    """The fare, or the seats, of a class in whose column another number stands."""
    cabin, told = _CABIN.search(title), values(cell)
    if cabin is None or len(told) != 1:
        return ""
    (value,) = told
    field = "prices" if value.quantity == "money" else ground.fields.seats if _SEATS.search(title) or _SEATS.search(cell) else ""  # fmt: skip
    known = {Decimal(repr(one)) for look in _kept(ground, number, field) if (one := look.get(cabin[0].lower().replace(" ", "_"))) is not None}  # fmt: skip
    paid = {value.number for look in ground.looks(number) if isinstance(look.data, dict) and look.data.get("price") == float(value.number)}  # fmt: skip
    return f"what was read of {number.upper()} in {cabin[0].lower()}" if known and value.number not in known | paid else ""  # fmt: skip


def _kept(ground: Ground, number: str, field: str) -> Iterator[Mapping[str, Json]]:
    for look in ground.looks(number):
        kept = look.data.get(field) if isinstance(look.data, dict) else None
        if isinstance(kept, dict):
            yield kept


def _of_hours(ground: Ground, number: str, title: str, cell: str) -> str:
    """The hour at which a flight leaves, or lands, in whose column another stands."""
    told = [value for value in values(cell) if value.quantity == "time"]
    sides = [side for side, words in _SIDES if words.search(title)]
    if len(told) != 1 or len(sides) != 1:
        return ""
    known = hours_of(ground, number, sides[0])
    return f"the hours that were read of {number.upper()}" if known and int(told[0].number) not in known else ""
