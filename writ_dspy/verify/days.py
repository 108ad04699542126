"""Days that people name by others: "the next day", "a week later", "move it back by one day", "tomorrow"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains.values import MONTHS, UNITS, values

_ISO = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")
_MANY = "|".join(UNITS[1:15])
_SHIFT = re.compile(
    rf"\b(?:(?P<many>an?|{_MANY}|\d{{1,2}})(?:\s+full)?\s+(?P<unit>days?|weeks?)\b(?:\s+(?P<way>\w+))?"
    r"|(?P<turn>next|following|previous|preceding|prior)\s+(?P<one>day|morning|afternoon|evening|night|week)"
    r"|(?P<day>day|morning|evening|night|week)\s+(?P<side>after|before|later|earlier)"
    r"|(?P<now>tomorrow|yesterday|today|tonight))\b",
    re.IGNORECASE,
)
_LATER = ("later", "after", "afterwards", "next", "following")
_EARLIER = ("earlier", "before", "prior", "sooner", "ago", "previous", "preceding")
_DOUBLE = re.compile(r"\bday (?:after (?P<on>tomorrow)|before yesterday)\b", re.IGNORECASE)
_NOW = {"tomorrow": 1, "yesterday": -1, "today": 0, "tonight": 0}
_REACH = 60
"""Days that anybody counts off."""


@lru_cache(maxsize=1024)
def shifts(text: str, *, directed: bool = False) -> frozenset[int]:
    """By how many days a text moves away from some other day; both ways, or not at all if it is to be directed, where it does not say which."""
    found = {2 if match["on"] else -2 for match in _DOUBLE.finditer(text)}
    for match in _SHIFT.finditer(_DOUBLE.sub(" ", text)):
        if match["now"]:
            found.add(_NOW[match["now"].lower()])
            continue
        many = (match["many"] or "one").lower()
        number = int(many) if many.isdigit() else 1 if many in ("a", "an") else UNITS.index(many)
        number *= 7 if (match["unit"] or match["one"] or match["day"]).lower().startswith("week") else 1
        way = (match["way"] or match["turn"] or match["side"] or "").lower()
        if number <= _REACH:
            both = set[int]() if directed else {number, -number}
            found |= {number} if way in _LATER else {-number} if way in _EARLIER else both
    return frozenset(found)


def with_month(text: str, month: int) -> str:
    """A lower-case text in which each day that stands without its month has it: "between the 25th and 27th" is "between may 25 and may 27"."""
    name = MONTHS[month - 1]

    def named(match: re.Match[str]) -> str:
        known = text[: match.start()].rstrip(" ,").endswith((*MONTHS, *(one[:3] for one in MONTHS)))
        return match[0] if known else f"{name} {match[1] or _ORDINALS.index(match[2]) + _WORDED}"

    return _BARE.sub(named, text)


_WORDED = 10
"""Days from which on they are read in words: what is the first, or the second, is most often something else."""
_ONES = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"]
_ORDINALS = [
    *[
        "tenth",
        "eleventh",
        "twelfth",
        "thirteenth",
        "fourteenth",
        "fifteenth",
        "sixteenth",
        "seventeenth",
        "eighteenth",
    ],
    *["nineteenth", "twentieth", *(f"twenty-{one}" for one in _ONES), "thirtieth", "thirty-first"],
]
_DAYS = _ONES + _ORDINALS
"""The days of a month, in words."""
_WRITTEN_OUT = re.compile(
    rf"\b(?P<day>{'|'.join(sorted(_DAYS, key=len, reverse=True)).replace('-', '[- ]')}) (?:day )?of (?P<month>{'|'.join(MONTHS)})\b"
    rf"|\b(?P<name>{'|'.join(MONTHS)}) the (?P<on>{'|'.join(sorted(_DAYS, key=len, reverse=True)).replace('-', '[- ]')})\b"
    rf"|\b(?P<of>{'|'.join(MONTHS)}) (?P<bare>{'|'.join(sorted(_ORDINALS, key=len, reverse=True)).replace('-', '[- ]')})\b",
    re.IGNORECASE,
)


def in_digits(text: str) -> str:
    """A text in which a day that is written out beside its month stands in digits: "the sixteenth of May" is "the 16th of May"."""

    def named(match: re.Match[str]) -> str:
        day = _DAYS.index((match["day"] or match["on"] or match["bare"]).lower().replace(" ", "-")) + 1
        return f"{day}th of {match['month']}" if match["day"] else f"{match['name'] or match['of']} {day}"

    return _WRITTEN_OUT.sub(named, text)


_BARE = re.compile(
    rf"(?<![\w/.-])(?:the )?(?:(\d{{1,2}})(?:st|nd|rd|th)|({'|'.join(reversed(_ORDINALS))}))(?![\w-])"
    rf"(?! (?:of (?!this month|the month)|\w+est\b|most|least|bags?|legs?|flights?|one\b|time|digits?|reservation|booking|order|passenger|birthday|{'|'.join(MONTHS)}))"
)


def is_day(value: str) -> bool:
    """Whether a value is a day in ISO's form."""
    return _ISO.fullmatch(value) is not None


def follows(day: str, said: Iterable[str], shown: Iterable[str], *, directed: bool = False) -> bool:
    """Whether a day (`2024-05-19`) is as far from one that was said or shown as the user's words say.

    Args:
        day: In ISO's form.
        said: What the user said.
        shown: What tools returned, and policy, which knows today.
        directed: Only words that say which way count: "a day picked with care" is no day away.
    """
    texts = [*said]
    moves = {move for text in texts for move in shifts(text, directed=directed)}
    if not moves or not _ISO.fullmatch(day):
        return False
    try:
        wanted = dt.date.fromisoformat(day)
        origins = {wanted - dt.timedelta(move) for move in moves}
    except (ValueError, OverflowError):
        return False
    known = {one for text in (*texts, *shown) for one in _ISO.findall(text)}
    if any(one.isoformat() in known for one in origins):
        return True
    named = set(_named(texts))
    return any((one.month, one.day) in named for one in origins)


def _named(texts: Iterable[str]) -> Iterator[tuple[int, int]]:
    for text in texts:
        yield from (value.date for value in values(text) if value.quantity == "date")
