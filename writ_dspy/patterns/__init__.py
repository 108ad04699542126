"""The standard `re` for a package of many patterns: each is compiled when it is first used, so that to import them costs nothing.

Use: `from writ_dspy import patterns as re`. What is found is what `re` finds.
"""

from re import (
    ASCII,
    DOTALL,
    IGNORECASE,
    MULTILINE,
    VERBOSE,
    Match,
    escape,
)

from writ_dspy.patterns.pattern import Pattern, compile  # noqa: A004 its name is that of `re`
from writ_dspy.patterns.written import findall, finditer, fullmatch, match, search, split, sub

__all__ = [
    "ASCII",
    "DOTALL",
    "IGNORECASE",
    "MULTILINE",
    "VERBOSE",
    "Match",
    "Pattern",
    "compile",
    "escape",
    "findall",
    "finditer",
    "fullmatch",
    "match",
    "search",
    "split",
    "sub",
]  # fmt: skip
