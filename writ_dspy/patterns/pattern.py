"""A pattern that is compiled when it is first used."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache
from typing import Any

from writ_dspy.patterns.beginning import compiled


class Pattern:
    """As `re.Pattern[str]`, whose methods it takes over one by one when they are first called for."""

    search: Callable[..., re.Match[str] | None]
    match: Callable[..., re.Match[str] | None]
    fullmatch: Callable[..., re.Match[str] | None]
    finditer: Callable[..., Iterator[re.Match[str]]]
    findall: Callable[..., list[Any]]
    sub: Callable[..., str]
    split: Callable[..., list[str]]
    groups: int

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern, self.asked = pattern, flags

    def __reduce__(self) -> tuple[Callable[..., Pattern], tuple[str, int]]:
        return compile, (self.pattern, self.asked)

    def __repr__(self) -> str:
        return f"patterns.compile({self.pattern!r}, {self.asked!r})"

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern of `re`."""
        return compiled(self.pattern, self.asked)

    def __getattr__(self, name: str) -> Any:
        """What `re.Pattern` has under this name; from then on it is found without this."""
        if name not in Pattern.__annotations__:
            raise AttributeError(name)
        found = getattr(self.compiled, name)
        setattr(self, name, found)
        return found


@lru_cache(maxsize=4096)
def compile(pattern: str, flags: int = 0) -> Pattern:  # noqa: A001 its name is that of `re`
    """As `re.compile`, but what is wrong with a pattern shows at its first use."""
    return Pattern(pattern, flags)
