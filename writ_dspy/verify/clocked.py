"""Clocked: an hour that is told right behind a flight's number is one of that flight, on the side that is said, and on the day that is said.

The flight is the one named last before the hour, or all of those named in a row. What bounds an hour, or stands for no flight, is left open.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from writ_dspy import patterns as re
from writ_dspy.domains.values import Value, values
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.subject import hours_of

_NUMBER = re.compile(r"\b[A-Z]{2,3}\d{2,4}\b")
_TO = re.compile(
    r"(?:\s*(?:EST|local time))?[\s*_]*(?:\bto\b|\buntil\b|\btill\b|→|–|—|->|-|\|)[\s*_]*"
    r"(?:(?-i:[A-Z][a-z]+(?: [A-Z][a-z]+)?(?: \([A-Z]{3}\))?|[A-Z]{3})(?: \d{1,2})?,?(?: at)?[\s*_]+)?",
    re.IGNORECASE,
)
"""Between the two hours of one flight: "7:00 PM to 9:30 PM", "→ Dallas 9:30 PM", and two columns of a table."""
_LEAVES = re.compile(r"\b(?:leav(?:es|ing)|depart(?:s|ing)|tak(?:es|ing) off|sets? off)(?: [a-z]+(?: \([a-z]{3}\))?){0,3}? (?:at )?[*_]*\Z", re.IGNORECASE)  # fmt: skip
_LANDS = re.compile(r"\b(?:land(?:s|ing)|arriv(?:es|ing)|gets? (?:in|there)|is there|be there|reach(?:es|ing))(?: [a-z]+(?: \([a-z]{3}\))?){0,4}? (?:at )?[*_]*\Z", re.IGNORECASE)  # fmt: skip
_BOUND = re.compile(
    r"\b(?:before|after|by|until|till|past|from|since|between|than|limit|early|late|latest|earliest|around|towards?|instead|not|no|nothing|if|would|book\w*|made|created|ago|old|previous\w*|now|layover|wait\w*|connect\w* (?:at|in)|continu\w*|again)\b|n['’]t\b",
    re.IGNORECASE,
)
"""Between the flight and the hour, what makes it a bound, another flight's, or no hour of a flight at all."""
_NEXT_DAY = re.compile(
    r"(?:\s*(?:EST|local time))?[\s*_,(]*(?:on |of )?(?:\+\s?1\b(?! \w*(?:bag|stop))|(?:the )?(?:next|following) (?:day|morning|date)|(?:a|one) day later|the day after\b(?! tomorrow))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Line:
    """A sentence with the flights and the hours that it names."""

    ground: Ground
    text: str

    @cached_property
    def flights(self) -> Sequence[tuple[int, int, str]]:
        """Where each flight that was read stands, and its number in lower case."""
        found = ((match.start(), match.end(), match[0].lower()) for match in _NUMBER.finditer(self.text))
        return [one for one in found if self.hours(one[2], "depart") and self.hours(one[2], "arriv")]

    @cached_property
    def hours_told(self) -> Sequence[Value]:
        return [value for value in values(self.text) if value.quantity == "time"]

    def hours(self, number: str, side: str) -> set[int]:
        return hours_of(self.ground, number, side)

    def group(self, place: int) -> Sequence[tuple[int, int, str]]:
        """The flights named last before a place, with no hour between them."""
        before = [one for one in self.flights if one[1] <= place]
        kept = before[-1:]
        for one in reversed(before[:-1]):
            if any(one[1] <= value.start < kept[0][0] for value in self.hours_told):
                break
            kept = [one, *kept]
        return kept


def clocked(ground: Ground, text: str) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence that tells an hour of a flight which it has not.

    Args:
        ground: What is known by then.
        text: What the agent says.
    """
    if not any('"flight_number"' in found.lower for found in ground.shown):
        return
    for start, end in sentences(text):
        line = _Line(ground, text[start:end])
        if line.hours_told and line.flights and (wanted := _wrong(line)):
            yield line.text.strip(), wanted


def _wrong(line: _Line) -> str:
    told = line.hours_told
    pairs = {at for at in range(len(told) - 1) if _TO.fullmatch(line.text, told[at].end, told[at + 1].start)}
    for at, value in enumerate(told):
        group = line.group(told[at - 1].start if at - 1 in pairs else value.start)
        if not group:
            continue
        side = _side(line, at, pairs, group)
        if wanted := side and (_of_none(line, value, side, group) or _day_after(line, at, pairs, side, group)):
            return wanted
    return ""


def _side(line: _Line, at: int, pairs: set[int], group: Sequence[tuple[int, int, str]]) -> str:
    """Whether an hour is told as that of leaving or of landing; nothing, where that is open."""
    begin = group[-1][1]
    value = line.hours_told[at]
    if _BOUND.search(line.text, begin, line.hours_told[at - 1].start if at - 1 in pairs else value.start):
        return ""
    if at in pairs or at - 1 in pairs:
        return "" if at in pairs and at - 1 in pairs else "depart" if at in pairs else "arriv"
    ahead = line.text[max(begin, line.hours_told[at - 1].end if at else 0) : value.start]
    return "depart" if _LEAVES.search(ahead) else "arriv" if _LANDS.search(ahead) else ""


def _of_none(line: _Line, value: Value, side: str, group: Sequence[tuple[int, int, str]]) -> str:
    """What is wanted where none of the flights leaves, or lands, at the hour."""
    known = set().union(*(line.hours(number, side) for *_, number in group))
    if int(value.number) in known:
        return ""
    names = " and ".join(number.upper() for *_, number in group)
    return f"an hour at which {names} {'leaves' if side == 'depart' else 'lands'}, as it was read"


def _day_after(line: _Line, at: int, pairs: set[int], side: str, group: Sequence[tuple[int, int, str]]) -> str:
    """What is wanted where a flight is told to land on the day after, and lands on its own."""
    value = line.hours_told[at]
    if side != "arriv" or len(group) != 1 or not _NEXT_DAY.match(line.text, value.end):
        return ""
    number = group[0][2]
    clock = f"{int(value.number) // 60:02d}:{int(value.number) % 60:02d}"
    told = [one for one in _arrivals(line.ground, number) if clock in one]
    own_day = at - 1 in pairs or any(
        other.quantity == "date" and group[0][0] - 40 <= other.start < value.start for other in values(line.text)
    )
    if not told or any("+1" in one for one in told) or not (own_day or not _is_later(line.ground, number)):
        return ""
    return f"the day on which {number.upper()} lands: its own"


def _arrivals(ground: Ground, number: str) -> Iterator[str]:
    for look in ground.looks(number):
        for name, field in look.data.items() if isinstance(look.data, dict) else ():
            if "arriv" in name and "time" in name:
                yield str(field)


def _is_later(ground: Ground, number: str) -> bool:
    """Whether a flight was read as one that leaves on another day than the flight before it."""
    fields = ground.fields
    for found in ground.shown:
        for rows in found.views.values():
            for row in rows:
                legs = row.get(fields.legs)
                for one, other in itertools.pairwise(legs if isinstance(legs, list | tuple) else ()):
                    if isinstance(other, Mapping) and str(other.get(fields.leg)).lower() == number and _days(one) != _days(other):  # fmt: skip
                        return True
    return False


def _days(leg: object) -> dt.date | None:
    day = leg.get("date") if isinstance(leg, Mapping) else None
    return dt.date.fromisoformat(day) if isinstance(day, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", day) else None
