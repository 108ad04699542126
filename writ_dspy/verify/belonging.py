"""Belonging: what of a message is told of a record, and not of others that it names beside it.

A line under the heading of another record belongs to that one; a sentence that names several is cut where each is named.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from writ_dspy import patterns as re

Names = Callable[[str], Sequence[tuple[int, int, bool]]]
"""Where a lower-case text names records, in order: begin, end, and whether it is the one that counts."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^\W\d])")
_GAP = re.compile(r"(?<=[.!?;])\s+")
_BULLET = re.compile(r"\s*[-•–*](?!\*)\s")
_NUMBER = re.compile(r"\s*(?:\*\*)?\d{1,2}[.)]\s")
_ENDS = re.compile(r"[.!?]\W*\Z")
_AND = re.compile(r"(?:[\s,&/]|and|or|as well as|plus|both|the|reservations?|orders?|bookings?)*", re.IGNORECASE)
"""Between two records that are named together."""
_LED = re.compile(r"\b(?:on|for|in|of|to|onto|at|with)(?: the| order| reservation| booking)*\W*\Z", re.IGNORECASE)
_WORD = re.compile(r"[a-z]{2,}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Heading:
    """A line that opens what is told of another record."""

    indent: int
    level: int

    def holds(self, line: str) -> bool:
        """Whether a line below belongs to it: it is set further in, it is a row of a lower sort, or a bare phrase where that is a row."""
        level = _level(line)
        further = level > self.level or (self.level > 0 and not level and not _ENDS.search(line))
        return _indent(line) > self.indent or (_indent(line) == self.indent and further)


def belonging(text: str, names: Names) -> str:
    """A message without what it tells of other records alone.

    Args:
        text: The message.
        names: Where records are named in it.
    """
    kept: list[str] = []
    heading: _Heading | None = None
    for line in text.split("\n"):
        named = names(line.lower())
        if named:
            # a paragraph that only begins with another record may end in front of this one's list
            last = _SENTENCE.split(line.rstrip())[-1]
            heads = bool(names(last.lower())) and not any(own for *_, own in named) and not _ENDS.search(line)
            heading = _Heading(_indent(line), _level(line)) if heads else None
            if not (_level(line) and not any(own for *_, own in named)):  # a row of another one is so to its end
                kept.append(_own(line, names))
        elif heading is None or not line.strip() or not heading.holds(line):
            heading = None
            kept.append(line)
    return "\n".join(kept)


def own_lists(text: str, own: Callable[[str], int], others: Sequence[Callable[[str], int]]) -> str:
    """A message without the lists that are of something else: each says how much a text states of it, in lower case, and a list is of what it states most."""
    kept: list[str] = []
    rows: list[str] = []
    for line in (*text.split("\n"), ""):
        if _level(line):
            rows.append(line)
            continue
        listed = "\n".join(rows).lower()
        if len(rows) < _LIST or own(listed) >= max((other(listed) for other in others), default=0):
            kept += rows
        rows = []
        kept.append(line)
    return "\n".join(kept[:-1])


_LIST = 2
"""Rows that make a list."""


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _level(line: str) -> int:
    """0 for a line that is no row of a list, 1 for a numbered one, were its number within bold, and 2 for a bullet."""
    return 2 if _BULLET.match(line) else 1 if _NUMBER.match(line) else 0


def _own(line: str, names: Names) -> str:
    """A line without the sentences about others, and of a sentence about several what it tells of the one."""
    kept, start, others = "", 0, False
    for end in (*(gap.end() for gap in _GAP.finditer(line)), len(line)):
        part = line[start:end]
        named = names(part.lower())
        goes_on = others and line[:start].rstrip().endswith(";")  # "X is updated; you fly in economy"
        others = bool(named) and not any(own for *_, own in named)
        if not named and goes_on:
            others = True
        elif not named or all(own for *_, own in named):
            kept += part
        elif any(own for *_, own in named):
            kept += _clauses(part, named)
        start = end
    return kept


def _clauses(part: str, named: Sequence[tuple[int, int, bool]]) -> str:
    """What a sentence tells of the one record, behind its name, or ahead of it where nothing stands behind the last."""
    groups: list[list[tuple[int, int, bool]]] = []
    for one in named:
        if groups and _AND.fullmatch(part[groups[-1][-1][1] : one[0]]):
            groups[-1].append(one)
        else:
            groups.append([one])
    ahead = not _WORD.search(part[groups[-1][-1][1] :]) and _LED.search(part[: groups[0][0][0]]) is not None
    kept = "" if ahead else part[: groups[0][0][0]]
    for index, group in enumerate(groups):
        if ahead:
            begin, end = groups[index - 1][-1][1] if index else 0, group[-1][1]
        else:
            begin, end = group[0][0], groups[index + 1][0][0] if index + 1 < len(groups) else len(part)
        if any(own for *_, own in group):
            kept += part[begin:end]
    return kept
