"""Many patterns tried on one sentence: which of them it can hold at all is told by its words, at once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Generic, TypeVar

from writ_dspy.patterns.pattern import Pattern
from writ_dspy.patterns.required import Clause, required
from writ_dspy.patterns.text import folded, starts

_DIGIT = re.compile(r"\d").search
T = TypeVar("T")


class Gate(Generic[T]):
    """Things that each have a pattern, in their order."""

    def __init__(self, things: Sequence[T], pattern: Callable[[T], Pattern]) -> None:
        self._things, self._pattern = things, pattern

    def open(self, text: str) -> Sequence[T]:
        """Those of the things whose pattern may be found in a text: all whose pattern is, and few besides."""
        by_word, inside, always = self._known
        words = starts(text)
        found = set(always)
        for word in words & by_word.keys():
            found |= by_word[word]
        if inside:
            text = folded(text)
            for part, numbers in inside.items():
                if not numbers <= found and (part in text if part != "0" else _DIGIT(text)):
                    found |= numbers
        return [self._things[number] for number in sorted(found)]

    @cached_property
    def _known(self) -> tuple[dict[str, set[int]], dict[str, set[int]], set[int]]:
        """For the start of a word, and for what stands anywhere, the numbers of those that it lets through; and those that nothing holds back."""
        by_word, inside, always = defaultdict[str, set[int]](set), defaultdict[str, set[int]](set), set[int]()
        for number, thing in enumerate(self._things):
            pattern = self._pattern(thing)
            clauses: tuple[Clause, ...] = required(pattern.pattern, pattern.asked)
            if not clauses:
                always.add(number)
                continue
            for word in clauses[0].starts:
                by_word[word].add(number)
            for part in clauses[0].inside:
                inside[part].add(number)
        return dict(by_word), dict(inside), always
