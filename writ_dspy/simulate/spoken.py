"""Which words of a thing's name somebody has spoken: "my phones" names the smartphone, "send it back" no backpack."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.simulate.manner.words import meant, stem

TELLING = 4
"""Letters of a word that tells which thing is meant; a "set" or a "tea" does so only beside such a word, or where the name has none."""
_PART = 5
"""Letters of a word that another one ends in, as "smartphone" in "phone": shorter ends are chance."""
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")


def words_of(*texts: str) -> frozenset[str]:
    """The words of texts in lower case; what a hyphen joins is one word, and its parts are words, too."""
    return frozenset().union(*map(_words, texts))


@lru_cache(maxsize=512)
def _words(text: str) -> frozenset[str]:
    """Of one text: a talk is read again at each of its turns, and its results are long."""
    found = set(_WORD.findall(text))
    joined = {word for word in found if "-" in word}
    return frozenset((found - joined).union(*((word.replace("-", ""), *word.split("-")) for word in joined)))


def spoken(name: Iterable[str], said: Collection[str], slips: Collection[str] = ()) -> frozenset[str]:
    """The words of a name that were said, in whatever form; none where only short ones were, and the name has others.

    Args:
        name: Its words, in lower case.
        said: All words that were said, as `words_of` gives them.
        slips: Those of them that may hold a slip of the hand.
    """
    words = frozenset(word.replace("-", "") for word in name)
    stems = frozenset(map(stem, said))
    long = {word for word in words if len(word) >= TELLING}
    found = {word for word in long if word in said or _again(word, stems) or any(_ends(one, word) for one in said)}
    if not found and slips:
        found = {word for word in long if word in set(_meant(slips))}
    if long and not found:
        return frozenset()
    return frozenset(found | {word for word in words - long if word in said})


def _again(word: str, stems: Collection[str]) -> bool:
    begin = stem(word)
    return len(begin) >= TELLING - 1 and begin in stems


def _ends(said: str, word: str) -> bool:
    """Whether one of two words is the end of the other: of a compound, that names the kind."""
    one, other = said.removesuffix("s"), word.removesuffix("s")
    return min(len(one), len(other)) >= _PART and (one.endswith(other) or other.endswith(one))


def _meant(words: Iterable[str]) -> Iterator[str]:
    return (right for word in words if (right := meant(word)) is not None)
