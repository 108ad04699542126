"""Sentences with choices: one pattern stands for many ways to say the same."""

from __future__ import annotations

import random
import zlib
from collections.abc import Sequence
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.task import Call, Json

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SPACES = re.compile(r" +")
_SPACED = re.compile(r" ([.,;:?!]|'(?:d|ve|ll)\b)")
_ENDED_TWICE = re.compile(r"([?!]|(?<!\.)\.(?=\.(?!\.)))\.")
_BEFORE_MARKS = tuple(f" {mark}" for mark in ".,;:?!'")
_TWO_MARKS = ("..", "?.", "!.")
"""Without one of these there is nothing for the two patterns to find, and most sentences have none."""
_START = re.compile(r"(^|[.?!] )([a-z])(?!\S*@)")


def spin(rng: random.Random, *patterns: str, **values: Json) -> str:
    """One of the patterns with a choice made in each `[a|b|c]` and the values filled in, as a sentence."""
    return sentence(chosen(rng, rng.choice(patterns)).format(**values))


def chosen(rng: random.Random, text: str) -> str:
    """A pattern with a choice made in each `[a|b|c]`, innermost first."""
    parts = _parts(text)
    if parts is not None:
        return "".join([part if isinstance(part, str) else rng.choice(part) for part in parts])
    while match := _CHOICE.search(text):
        text = text[: match.start()] + rng.choice(match[1].split("|")) + text[match.end() :]
    return text


def every(*patterns: str) -> tuple[str, ...]:
    """All that can be chosen of some patterns, each once; braces are left to be filled in.

    Raises:
        ValueError: A choice is not closed, or was not opened.
    """
    found = dict[str, None]()
    for pattern in patterns:
        texts, end = _within(pattern, 0)
        if end < len(pattern):
            raise ValueError(f"a choice ends at {pattern[end:]!r} of {pattern!r} that was never opened")
        found |= dict.fromkeys(_SPACED.sub(r"\1", _SPACES.sub(" ", text)).strip() for text in texts)
    return tuple(found)


def _within(pattern: str, at: int) -> tuple[list[str], int]:
    """The readings of what stands at a place, up to the end of the choice or of the pattern, and where that is."""
    done, now = list[str](), [""]
    top = at == 0
    while at < len(pattern) and pattern[at] != "]":
        mark = pattern[at]
        at += 1
        if mark == "|" and not top:
            done, now = done + now, [""]
        elif mark == "[":
            inner, at = _within(pattern, at)
            if at >= len(pattern):
                raise ValueError(f"a choice of {pattern!r} is not closed")
            now, at = [f"{text}{more}" for text in now for more in inner], at + 1
        else:
            now = [f"{text}{mark}" for text in now]
    return done + now, at


@lru_cache(maxsize=4096)
def _parts(text: str) -> tuple[str | list[str], ...] | None:
    """What stands between the choices of a pattern, by turns with what can be chosen; None where one stands within another."""
    found = _CHOICE.split(text)
    if any("[" in part for part in found[::2]):
        return None
    return tuple(part.split("|") if index % 2 else part for index, part in enumerate(found))


def worded(call: Call, patterns: Sequence[str], salt: str = "", **values: object) -> str:
    """One reading of one of the patterns with the values filled in; equal calls are worded equally."""
    number = zlib.crc32(f"{salt}{call.text}".encode())
    text = chosen(random.Random(number), patterns[number % len(patterns)])
    return text.format(**values)


@lru_cache(maxsize=1024)
def sentence(text: str) -> str:
    """Single spaces, none before punctuation, a full stop at the end, a capital at each start."""
    if "  " in text:
        text = _SPACES.sub(" ", text)
    text = text.strip()
    text = text if text[-1] in ".?!" else f"{text}."
    if any(mark in text for mark in _BEFORE_MARKS):
        text = _SPACED.sub(r"\1", text)
    if any(mark in text for mark in _TWO_MARKS):
        text = _ENDED_TWICE.sub(r"\1", text)
    return _START.sub(lambda m: m[1] + m[2].upper(), text)
