"""Replaced: a later list that states another value where an earlier one stated a detail of the write.

What a detail is told by is a word or a number of the earlier message. A number is replaced by a new one of its shape, such as
another flight or id, wherever that stands; a word, an amount or a small number by a new one beside the same neighbor.
"""

from __future__ import annotations

from collections.abc import Sequence

from writ_dspy import patterns as re
from writ_dspy.domains.listing import Detail
from writ_dspy.domains.values import UNITS
from writ_dspy.task import Call
from writ_dspy.verify.everyday import ENDS

_TOKEN = re.compile(r"[#$]?\w+(?:[.,'-]\w+)*")
_DIGITS = re.compile(r"\d[\d.,]*")
_LONG = 5
"""Digits that make a number an id, and not a count."""


def replaced(detail: Detail, first: str, second: str, call: Call, *, joint: bool = False) -> bool:
    """Whether a message states another value, none of the write's own, in the place of a detail that an earlier one states.

    Args:
        detail: What the earlier message states.
        first: That message.
        second: The later one.
        call: The write.
        joint: The earlier one lists several writes, so that what it tells of the others is another value here, too.
    """
    old = [match[0] for match in _TOKEN.finditer(first)]
    new = [match[0] for match in _TOKEN.finditer(second)]
    known = {word.lower() for word in (*(() if joint else old), *_TOKEN.findall(call.text))}
    strange = [at for at, word in enumerate(new) if word.lower() not in known and word.lower() not in ENDS]
    telling = _valued(old, [place for place in _told_by(detail, first) if old[place].lower() not in ENDS])
    return any(_stands_for(old, place, new, at) for place in telling for at in strange)


def _valued(old: Sequence[str], telling: Sequence[int]) -> Sequence[int]:
    """The words by which a detail is told, of those that count something the number and names alone: "free bags" replace no "3 checked bags"."""
    counts = [place for place in telling if _shape(old[place]) == "9" or old[place].lower() in UNITS]
    return [place for place in telling if place in counts or _shape(old[place])] if counts else telling


def _told_by(detail: Detail, text: str) -> Sequence[int]:
    """The words of a message by which a detail is told: all of them where it is told once, else where that ends first and begins last."""
    lower = text.lower()
    found = list(_TOKEN.finditer(lower))
    first = next((i for i, match in enumerate(found) if detail.given(lower[: match.end()])), None)
    last = next((i for i in range(len(found) - 1, -1, -1) if detail.given(lower[found[i].start() :])), None)
    if first is None or last is None:
        return ()
    return range(last, first + 1) if last <= first else (first, last)


def _stands_for(old: Sequence[str], place: int, new: Sequence[str], at: int) -> bool:
    """Whether a new word is of the sort of an old one, and, where its shape does not tell, has a neighbor of it."""
    shape = _shape(old[place])
    if shape != _shape(new[at]):
        return False
    return shape not in ("", "A", "9", "$") or any(_beside(old, place, new, at, way) for way in (-1, 1))


def _beside(old: Sequence[str], place: int, new: Sequence[str], at: int, way: int) -> bool:
    """Whether the same stands beside two words on one side, up to one that names something: "from" alone stands beside everything.

    "born 1950-06-02" and "it stays 1950-06-02": where only words differ that lead to the same number, nothing takes its place.
    """
    for step in range(way, way * (_NEAR + 1), way):
        if not (0 <= place + step < len(old) and 0 <= at + step < len(new)):
            return False
        if old[place + step].lower() != new[at + step].lower():
            return False
        if old[place + step].lower() not in ENDS:
            return bool(_shape(old[place])) or not _DIGITS.search(old[place + step])
    return False


_NEAR = 3
"""Words that are looked at on each side."""


def _shape(word: str) -> str:
    """Of what sort a word is: an amount, an id by its letters, a number of so many digits, a count, a name, or any word."""
    if not any(map(str.isdigit, word)):
        return "A" if word[:1].isupper() else ""
    if word.startswith("$"):
        return "$"
    if word.isdigit():
        return f"9{len(word)}" if len(word) >= _LONG else "9"
    shape = _DIGITS.sub("9", word.lower())
    return shape if shape.count("9") == 1 else f"mixed {len(word)}"
