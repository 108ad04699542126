"""How a thing is to look, or what it measures: a look that the task wants otherwise; what is given up in a swap looks as it does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from writ_dspy import patterns as re
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
_SAME_BUT = re.compile(
    r"\bthe same (?:one |ones |thing |model |version |kind )?,?(?:but |just |only )*(?:in|with|powered by|made of|as)\W+(?:(?:a|an|the|size) )*$"
)
"""Right before what makes it another one, whatever the verb."""
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
            value, before = match.group(), part.text[: match.start()]
            swapped = _SWAPPED.search(before)
            compared = part.compared(match.start()) and not (swapped and swapped["for"])
            if part.denied(match.start()) or compared or _says(wanted.text, value):
                continue
            target = _SAME_BUT.search(before) is not None or (part.wills and _TARGET.search(before) is not None)
            target = bool(swapped["for"]) if swapped else target
            known = wanted.new_records if target and wanted.new_records else wanted.records
            if _says(known, value) or (not target and _says(heard.text, value)):
                continue
            if not (target or part.wills) or after(turn, part, match.end()):
                continue
            if not _LOOKED.search(wanted.text) and not compiled(sayings.looks).search(wanted.text):
                continue
            yield part.start, value, "a look that the task wants"


_SWAPPED = re.compile(
    r"\b(?:swap|exchang|trad|replac|switch)\w*\b(?: (?!for\b|with\b|to\b|and\b)[\w'-]+)*(?P<for> (?:for|with|to) (?:[\w'-]+ )*)?[ ]?$"
)
"""Right before something in a swap: what is given up, or, behind "for", what comes in its place."""
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
