"""Words of a text, and whether they are English: a dictionary of 160,000 words with their frequency, loaded when first asked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from writ_dspy import patterns as re

if TYPE_CHECKING:
    from spellchecker import SpellChecker

_WORD = re.compile(r"(?<![\w@#.$/'’-])['’]?[A-Za-z]+(?:['’][A-Za-z]+)*['’]?(?![\w@/]|[.-]\w)")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
USUAL = 400
"""How often the dictionary has met a word that somebody can have meant to type."""
SHORTEST = 4
"""Letters of a word that is taken for another one mistyped; a shorter one is near to too many."""


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """Its words in order, as they are written; whatever has a digit, an @ or a sign is none."""
    return tuple(word.replace("’", "'") for word in _WORD.findall(text))


@lru_cache(maxsize=4096)
def stems(text: str) -> frozenset[str]:
    """Of its words."""
    return frozenset(map(stem, words(text)))


@lru_cache(maxsize=1024)
def sentences(text: str) -> tuple[str, ...]:
    return tuple(sentence for sentence in _SENTENCE.split(text.strip()) if sentence)


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """The same for most forms of a word; rough."""
    word = word.lower().strip("'").removesuffix("'s")
    for ending, left in (("ies", "i"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("ly", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)] + left
            break
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    if word.endswith("y"):
        return f"{word[:-1]}i"
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def known(word: str) -> bool:
    """Whether it is English, or a contraction of what is."""
    lower = word.lower()
    return lower in _english() or lower.partition("'")[0] in _english()


def usual(word: str) -> int:
    """How often the dictionary has met it."""
    return _english().get(word.lower(), 0)


@lru_cache(maxsize=16384)
def meant(word: str) -> str | None:
    """The usual word from which a word that is none is one slip away: a letter more, less, swapped or another."""
    lower = word.lower()
    if (len(lower) < SHORTEST and lower not in _near_the()) or known(lower):
        return None
    found = [(_english()[near], near) for near in _checker().edit_distance_1(lower) if near in _english()]
    frequency, best = max(found, default=(0, None))
    return best if frequency >= USUAL else None


@cache
def _near_the() -> frozenset[str]:
    """The commonest short words with two neighboring letters swapped."""
    short = ("the", "and", "you", "for", "was", "can", "get", "how", "not", "but", "one", "are", "has", "new")
    return frozenset(
        word[:i] + word[i + 1] + word[i] + word[i + 2 :] for word in short for i in range(len(word) - 1)
    ) - set(short)


@cache
def _checker() -> SpellChecker:
    from spellchecker import SpellChecker

    return SpellChecker(language="en", distance=1)


@cache
def _english() -> Mapping[str, int]:
    found: Mapping[str, int] = _checker().word_frequency.dictionary
    return found
