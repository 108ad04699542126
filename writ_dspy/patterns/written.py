"""Functions of `re` for patterns that are put together where they are used: they stay compiled as long as they are of use.

`re` itself keeps 512 and drops the oldest, however often it is used; what a judgement of one conversation puts together is more, so
that each would be compiled again and again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from writ_dspy.patterns.beginning import compiled

_compiled = lru_cache(maxsize=1024)(compiled)


def search(pattern: str, text: str, flags: int = 0) -> re.Match[str] | None:
    return _compiled(pattern, flags).search(text)


def match(pattern: str, text: str, flags: int = 0) -> re.Match[str] | None:
    return _compiled(pattern, flags).match(text)


def fullmatch(pattern: str, text: str, flags: int = 0) -> re.Match[str] | None:
    return _compiled(pattern, flags).fullmatch(text)


def finditer(pattern: str, text: str, flags: int = 0) -> Iterator[re.Match[str]]:
    return _compiled(pattern, flags).finditer(text)


def findall(pattern: str, text: str, flags: int = 0) -> list[Any]:
    return _compiled(pattern, flags).findall(text)


def sub(pattern: str, by: str | Callable[[re.Match[str]], str], text: str, count: int = 0, flags: int = 0) -> str:
    return _compiled(pattern, flags).sub(by, text, count)


def split(pattern: str, text: str, maxsplit: int = 0, flags: int = 0) -> list[str | Any]:
    return _compiled(pattern, flags).split(text, maxsplit)
