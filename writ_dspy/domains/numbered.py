"""Where numbers count the points of a list, and so state nothing: "1) … 2) …", line by line or in a running text."""

from __future__ import annotations

from writ_dspy import patterns as re

_POINT = re.compile(r"(?:^[^\S\n]*(?P<line>\d{1,3})[.)]|(?<=[\s:;,])(?P<inline>\d{1,3})\))(?=\s)", re.MULTILINE)


def numbered(text: str) -> frozenset[int]:
    """The places of such numbers: each is one more than the one before, or begins anew with 1.

    A number of anything else may stand before a closing bracket, or alone at the end of a sentence that begins a line.
    """
    found: set[int] = set()
    last = 0
    for match in _POINT.finditer(text):
        number = int(match[0].strip().rstrip(".)"))
        if number in (1, last + 1):
            found.add(match.start("line") if match["line"] else match.start("inline"))
            last = number
    return frozenset(found)
