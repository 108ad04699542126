"""Sentences with choices: one pattern stands for many ways to say the same."""

from __future__ import annotations

import random
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.task import Json

_CHOICE = re.compile(r"\[([^\[\]]*)\]")


def spin(rng: random.Random, *patterns: str, **values: Json) -> str:
    """One of the patterns with a choice made in each `[a|b|c]` and the values filled in, as a sentence."""
    return sentence(chosen(rng, rng.choice(patterns)).format(**values))


def chosen(rng: random.Random, text: str) -> str:
    """A pattern with a choice made in each `[a|b|c]`."""
    while match := _CHOICE.search(text):
        text = text[: match.start()] + rng.choice(match[1].split("|")) + text[match.end() :]
    return text


@lru_cache(maxsize=16384)
def sentence(text: str) -> str:
    """Single spaces, none before punctuation, a full stop at the end, a capital at each start."""
    text = re.sub(r" +", " ", text).strip()
    text = re.sub(r" ([.,;:?!]|'d\b)", r"\1", text)
    text = re.sub(r"([?!])\.", r"\1", text if text[-1] in ".?!" else f"{text}.")
    return re.sub(r"(^|[.?!] )([a-z])(?!\S*@)", lambda m: m[1] + m[2].upper(), text)
