"""What the scripted agent calls things: a request by what was named of it, several things without what they share, amounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from writ_dspy import patterns as re
from writ_dspy.simulate.spoken import spoken, words_of

_LINKS = frozenset({
    "a", "about", "across", "after", "an", "and", "around", "as", "at", "back", "before", "behind", "beside", "between", "by", "down", "during", "for",
    "from", "her", "his", "in", "instead", "into", "its", "my", "near", "no", "not", "of", "off", "on", "onto", "or", "our", "out", "over", "since", "than",
    "that", "the", "their", "this", "through", "to", "toward", "under", "until", "up", "upon", "with", "within", "without", "your",
})  # fmt: skip
"""Words that tie others together and qualify nothing: they stay, and so does what they follow."""


def as_known(topic: str, heard: Iterable[str]) -> str:
    """A topic without what qualifies it and was not named yet: "the wall clock change" is "the change" as long as nobody spoke of a clock.

    Args:
        topic: What the request is called.
        heard: All that was said and shown, in lower case.
    """
    words = topic.split()
    known = spoken([word for word in words if word not in _LINKS], words_of(*heard))
    kept = [
        word
        for word, next_ in zip(words, (*words[1:], "of"), strict=True)
        if next_ in _LINKS or word in _LINKS or word.replace("-", "") in known
    ]
    return " ".join(kept)


def dollars(amount: float) -> str:
    """As in "$1,250"; cents only where there are some."""
    return f"${amount:,.2f}".removesuffix(".00")


_SHARED = re.compile(r" (?:on|from|to|in) .*$")


def short_of(name: str, other: str) -> str:
    """A name without its end where another one ends so, too: "HAT012 and HAT034" beside "HAT056 from ORD to SEA on May 20"."""
    end = _SHARED.search(name)
    while end is not None:
        if other.endswith(end[0]):
            return name[: end.start()]
        end = _SHARED.search(name, end.start() + 1)
    return name


def joined(names: Sequence[str]) -> str:
    """As in "a, b and c"."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


_CALLED = {"email": "the e-mail address", "zip": "the zip code"}


def called(key: str) -> str:
    """What a fact is called, by its key: "the user id"."""
    return _CALLED.get(key, f"the {key.replace('_', ' ')}")
