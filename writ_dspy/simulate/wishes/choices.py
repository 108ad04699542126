"""Values that exclude each other, and things that can be wished for: one that the task does not want is named, or its own is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from writ_dspy.domains.whole import is_whole
from writ_dspy.simulate.wishes.heard import Heard
from writ_dspy.simulate.wishes.parts import Part, after
from writ_dspy.simulate.wishes.wanted import Wanted, compiled

_TARGET = re.compile(
    r"\b(?:make it|make that|want it|like it|need it|have it|give me|want (?:a|an|the)|like (?:a|an|the)|"
    r"should (?:be|have|hold|come)|(?:has|have|needs?|got) to (?:be|have|hold)|"
    r"must (?:be|have|hold)|let it be|go (?:for|with)|(?:for|to|into|in) (?:a|an|the|one in)|prefer|rather)\b(?:\W+\w+){0,4}\W+$"
)
"""Right before what something is to become."""
_AGREED = re.compile(
    r"\b(?:(?:agree|yes|fine|okay|ok|happy|good|content|satisfied|go ahead|thanks?|thank you)\W+[a-z]{2,5}|approve|confirm)\W*$"
)
"""Right before what is agreed with, which is the agent's list and no part of the matter: "I agree with all of it", mistyped or not."""
OPEN = frozenset({"original", "same", "something else"})
"""Values that leave it open which of the others is meant."""


def choices(
    wanted: Wanted, fresh: Sequence[Part], turn: Sequence[Part], heard: Heard
) -> Iterator[tuple[int, str, str]]:
    """A value of a role for which the task has another one, as (place, saw, wanted)."""
    for role, values in wanted.domain.pack.sayings.choices.items():
        named = list(_named(fresh, values))
        if not named:
            continue
        possible = wanted.choices(role)
        chosen = {value for part, value, place in _named(turn, values) if not part.denied(place)} & possible
        for part, value, place in named:
            if part.asked or part.supposed or (role == "reason" and (chosen - OPEN or not _because(part, turn, heard))):
                continue
            if part.denied(place):
                if possible == {value} and not (chosen or part.tells or _LACKS.search(part.text)):
                    yield part.start, f"no {value}", f"{role}: {value}, as the task has it"
            elif _chosen(part, role, value, place) and not _left_open(wanted, part, role, value, heard):
                if possible and _put_right(turn, part, place, [values[other] for other in possible]):
                    continue
                if possible or (part.wills and not compiled(values[value]).search(heard.text)):
                    yield part.start, value, f"{role}: {' or '.join(sorted(possible)) or 'nothing of it'}"


def _named(turn: Sequence[Part], values: Mapping[str, str]) -> Iterator[tuple[Part, str, int]]:
    for part in turn:
        for value, pattern in values.items():
            match = compiled(pattern).search(part.text)
            if match is not None:
                yield part, value, match.start()


def _chosen(part: Part, role: str, value: str, place: int) -> bool:
    """Whether a value is wanted, and not what something is compared with or what was there before."""
    if value in OPEN or part.compared(place) or _AGREED.search(part.text[:place]):
        return False
    return role == "reason" or not part.tells


def _left_open(wanted: Wanted, part: Part, role: str, value: str, heard: Heard) -> bool:
    """Whether the value is one of the task's, or what the agent has found for one that leaves it open."""
    possible, values = wanted.choices(role), wanted.domain.pack.sayings.choices[role]
    if value in possible:
        return True
    open_ = any(compiled(values[name]).search(part.text) for name in OPEN & values.keys())
    left = open_ or (bool(OPEN & possible) and not wanted.task.gold)
    return left and compiled(values[value]).search(heard.text) is not None


def _put_right(turn: Sequence[Part], part: Part, place: int, patterns: Sequence[str]) -> bool:
    """Whether the same turn takes the value back and names a right one."""
    later = after(turn, part, place)
    return any(compiled(pattern).search(later) for pattern in patterns)


_LACKS = re.compile(
    r"\b(?:don't|do not|doesn't|haven't|hasn't|never|no longer|can't) (?:have|got|own|had|see|remember|find|use anymore)\b"
)
_CAUSE = re.compile(
    r"\b(?:reason|because|since|that's why|due to|can't (?:fly|travel|go|make)|cannot (?:fly|travel|go|make)|mistake)\b"
)
_WHY = re.compile(r"\breason\b|\bwhy\b")


def _because(part: Part, turn: Sequence[Part], heard: Heard) -> bool:
    """Whether a part gives the reason for what is wanted."""
    sentence = (other.text for other in turn if other.sentence == part.sentence)
    return any(_CAUSE.search(text) for text in sentence) or _WHY.search(heard.last) is not None


def things(wanted: Wanted, fresh: Sequence[Part], heard: Heard) -> Iterator[tuple[int, str, str]]:
    """Something that is wished for, and that neither the task nor the agent has brought up."""
    for name, pattern in wanted.domain.pack.sayings.things.items():
        found = compiled(pattern)
        for part in fresh:
            if not part.wills or part.tells or part.denies:
                continue
            match = found.search(part.text)
            if match is None or part.compared(match.start()):
                continue
            if not found.search(wanted.text) and not found.search(heard.text) and not found.search(wanted.records):
                yield part.start, name, "only what the task is about"
                break


_MEASURE = re.compile(
    r"\b(\d+(?:\.\d+)?)[\s-]?(l|liters?|litres?|ml|inch(?:es)?|in|gb|tb|mm|lbs?|mp|ft|feet|cups?|bar|x|piece)\b"
)


def looks(wanted: Wanted, fresh: Sequence[Part], turn: Sequence[Part], heard: Heard) -> Iterator[tuple[int, str, str]]:
    """A look, make or measure that the task wants otherwise."""
    sayings = wanted.domain.pack.sayings
    if not sayings.looks:
        return
    for part in fresh:
        if part.asked or part.supposed or part.tells:
            continue
        for match in compiled(sayings.looks).finditer(part.text):
            value = match.group()
            if part.denied(match.start()) or part.compared(match.start()) or _says(wanted.text, value):
                continue
            target = part.wills and _TARGET.search(part.text[: match.start()]) is not None
            known = wanted.new_records if target and wanted.new_records else wanted.records
            if _says(known, value) or (not target and _says(heard.text, value)):
                continue
            if not (target or part.wills) or after(turn, part, match.end()):
                continue
            if not _LOOKED.search(wanted.text) and not compiled(sayings.looks).search(wanted.text):
                continue
            yield part.start, value, "a look that the task wants"


_LOOKED = re.compile(r"\b(?:version|variant|option|replacement|same one)\b")


def _says(text: str, value: str) -> bool:
    """Whether a lower-case text names a look; a measure in whichever unit."""
    if _MEASURE.fullmatch(value):
        return bool(_measures(value) & _measures(text))
    word = value.removeprefix("size ").removeprefix("in ")
    words = ("gray", "grey") if word in ("gray", "grey") else (word,)
    return any(is_whole(one, text) for one in words)


@lru_cache(maxsize=1024)
def _measures(text: str) -> frozenset[tuple[Decimal, str]]:
    found = ((Decimal(match[1]), match[2]) for match in _MEASURE.finditer(text))
    return frozenset(
        (number * 1000, "ml") if unit[0] == "l" and unit[:2] != "lb" else (number, unit[:2]) for number, unit in found
    )
