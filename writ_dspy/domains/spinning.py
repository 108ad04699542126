"""Sentences with choices: one pattern stands for many ways to say the same."""

from __future__ import annotations

import random
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.task import Json

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SPACES = re.compile(r" +")
_SPACED = re.compile(r" ([.,;:?!]|'d\b)")
_ENDED_TWICE = re.compile(r"([?!])\.")
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


@lru_cache(maxsize=4096)
def _parts(text: str) -> tuple[str | list[str], ...] | None:
    """What stands between the choices of a pattern, by turns with what can be chosen; None where one stands within another."""
    found = _CHOICE.split(text)
    if any("[" in part for part in found[::2]):
        return None
    return tuple(part.split("|") if index % 2 else part for index, part in enumerate(found))


@lru_cache(maxsize=16384)
def sentence(text: str) -> str:
    """Single spaces, none before punctuation, a full stop at the end, a capital at each start."""
    text = _SPACES.sub(" ", text).strip()
    text = _SPACED.sub(r"\1", text)
    text = _ENDED_TWICE.sub(r"\1", text if text[-1] in ".?!" else f"{text}.")
    return _START.sub(lambda m: m[1] + m[2].upper(), text)
