"""Adjectives that people compare by, in pairs of opposites, with their degrees by rule: `fast`, `faster`, `fastest` against `slow`.

Only degrees are read: who wants "the fastest" may well say that a slow train is all right.
"""

from __future__ import annotations

from writ_dspy import patterns as re

_PAIRS = (
    ("fast quick swift speedy short brief", "slow long"),
    ("large big great high huge", "small little low tiny"),
    ("empty roomy deserted", "full crowded busy packed"),
    ("heavy", "light"),
    ("bright", "dim dark"),
    ("thick", "thin slim"),
    ("wide broad", "narrow"),
    ("hard firm stiff", "soft"),
    ("loud noisy", "quiet silent"),
    ("warm hot", "cool cold"),
    ("near close", "far distant"),
    ("old", "new recent young"),
    ("strong powerful", "weak"),
    ("good", "bad"),
    ("sharp", "blunt"),
    ("rough", "smooth"),
)
_IRREGULAR = {"good": ("better", "best"), "bad": ("worse", "worst"), "far": ("further", "furthest"), "little": ()}
_VOWELS = "aeiou"


def degrees(word: str) -> tuple[str, ...]:
    """The comparative and the superlative of an adjective."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("e"):
        stem = word[:-1]
    elif word.endswith("y"):
        stem = word[:-1] + "i"
    elif word[-1] not in f"{_VOWELS}wxy" and word[-2] in _VOWELS and word[-3:-2] not in _VOWELS:
        stem = word + word[-1]
    else:
        stem = word
    return f"{stem}er", f"{stem}est"


def opposites() -> tuple[tuple[str, str, str], ...]:
    """(name, what says the one, what says the other) as regular expressions, for each pair."""
    return tuple((one.split()[0], _said(one, other), _said(other, one)) for one, other in _PAIRS)


def _said(words: str, against: str) -> str:
    """Degrees of these words, and those of their opposites with `less` and `least`."""
    plain = "|".join(form for word in words.split() for form in degrees(word))
    return rf"{plain}|(?:more|most) (?:{words.replace(' ', '|')})|(?:less|least) (?:{against.replace(' ', '|')})"


_GRADED = re.compile(r"\b(?P<degree>most|more|least|less|fewest|fewer) (?P<what>[a-z]{3,}(?:-[a-z]+)*)\b")
_NO_QUALITY = frozenset(
    (
        "of",
        "than",
        "and",
        "but",
        "that",
        "likely",
        "recent",
        "recently",
        "one",
        "ones",
        "the",
        "for",
        "with",
        "from",
        "when",
        "you",
    )
)


def graded(text: str) -> frozenset[tuple[str, bool]]:
    """(word, whether much of it is meant) for each word that is told by `more`, `most`, `less` or `least`."""
    return frozenset(
        (match["what"], match["degree"] in ("most", "more"))
        for match in _GRADED.finditer(text.lower())
        if match["what"] not in _NO_QUALITY
    )
