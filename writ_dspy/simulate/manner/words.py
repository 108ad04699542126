"""Words of a text, and whether they are English: a dictionary of 160,000 words with their frequency, loaded when first asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from writ_dspy import patterns as re

if TYPE_CHECKING:
    from spellchecker import SpellChecker

_WORD = re.compile(r"(?<![\w@#.$/'’-])['’]?[A-Za-z]+(?:['’][A-Za-z]+)*['’]?(?![\w@/]|[.-]\w)")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
EVERYDAY = 50_000
"""How often the dictionary has met a word that names nothing in particular."""
USUAL = 400
"""How often the dictionary has met a word that somebody can have meant to type."""
SHORTEST = 4
"""Letters of a word that is taken for another one mistyped; a shorter one is near to too many."""


@lru_cache(maxsize=2048)
def words(text: str) -> tuple[str, ...]:
    """Its words in order, as they are written; whatever has a digit, an @ or a sign is none."""
    return tuple(word.replace("’", "'") for word in _WORD.findall(text))


@lru_cache(maxsize=2048)
def stems(text: str) -> frozenset[str]:
    """Of its words."""
    return frozenset(map(stem, words(text)))


@lru_cache(maxsize=512)
def sentences(text: str) -> tuple[str, ...]:
    return tuple(sentence for sentence in _SENTENCE.split(text.strip()) if sentence)


@lru_cache(maxsize=8192)
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


def meant(word: str, likely: Collection[str] = ()) -> str | None:
    """The usual word from which a word that is none is one slip away: a letter more, less, swapped or another.

    The first letter is seldom wrong, and a letter is rather left out or swapped than put in or mistaken: "deliverd" is "delivered" and not
    "deliver", "acount" is no "count". Then comes what is likely here, and then what is usual.
    """
    near = _one_slip_away(word.lower())
    return max(near, key=lambda one: (*one[:2], one[3] in likely, *one[2:]))[3] if near else None


@lru_cache(maxsize=1024)
def _one_slip_away(lower: str) -> tuple[tuple[bool, bool, int, str], ...]:
    """Each usual word near to one that is none: whether it begins alike, whether a letter was left out or swapped, how usual it is, and the word."""
    if (len(lower) < SHORTEST and lower not in _near_the()) or known(lower):
        return ()
    return tuple(
        (
            near[0] == lower[0] or sorted(near) == sorted(lower),
            len(near) > len(lower) or sorted(near) == sorted(lower),
            usual(near),
            near,
        )
        for near in _checker().edit_distance_1(lower)
        if near in _english() and usual(near) >= USUAL
    )


_SAID = re.compile(r"[a-z]+(?:'[a-z]+)?")
_CUT = 4
"""Letters of the beginning by which a word is taken for a longer one: "econ"."""
_LONG = 7
"""Letters of a word in which two slips leave no doubt."""


@lru_cache(maxsize=8192)
def respelled(text: str, own: frozenset[str]) -> str:
    """A lower-case text in which each word that is none is the one that was meant: one of the talk's own, or a usual one.

    It may be what was meant, so that a test passes by it beside the text as it stands; `language.as_meant`, which all checks read
    in place of the text, puts right only what surely was.

    Args:
        text: What somebody typed.
        own: Words that the talk is about, in lower case: they are right as they stand, and what others are likeliest to be.
    """

    def meant_by(match: re.Match[str]) -> str:
        word = match[0]
        inside = text[max(0, match.start() - 1) : match.start()] + text[match.end() : match.end() + 1]
        coded = any(not (char.isspace() or char in ".,;:!?()\"'-") for char in inside)
        if coded or len(word) < SHORTEST or word in own or known(word):
            return word
        return _likeliest(word, own) or meant(word) or word

    if all(len(word) < SHORTEST or word in own or known(word) for word in _SAID.findall(text)):
        return text  # as most do, which is seen sooner than word by word in its place
    return _SAID.sub(meant_by, text)


@lru_cache(maxsize=8192)
def _likeliest(word: str, own: frozenset[str]) -> str | None:
    """The one word of these of which another is a beginning, or that it comes nearest to."""
    longer = [other for other in own if len(word) >= _CUT and other.startswith(word) and other.isalpha()]
    if longer:
        return min(longer, key=len)
    most = 1 + (len(word) >= _LONG)
    near = [
        (slips, other)
        for other in own
        if other[:1] == word[:1] and len(other) >= SHORTEST and (slips := _slips(word, other, most)) <= most
    ]
    return min(near)[1] if near else None


def _slips(word: str, other: str, most: int) -> int:
    """How many letters were left out, added, changed or swapped with a neighbor; more than `most` as soon as that is clear."""
    if abs(len(word) - len(other)) > most:
        return most + 1
    before, row = list[int](), list(range(len(other) + 1))
    for i, letter in enumerate(word, start=1):
        now = [i]
        for j, wanted in enumerate(other, start=1):
            cost = min(row[j] + 1, now[j - 1] + 1, row[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            now.append(cost)
        before, row = row, now
    return row[-1]


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
