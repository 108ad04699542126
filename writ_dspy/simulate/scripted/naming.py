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


_VERBS = {
    "addition": "add", "booking": "book", "cancellation": "cancel", "change": "change", "correction": "correct", "exchange": "exchange", "extension": "extend", "modification": "modify",
    "removal": "remove", "renewal": "renew", "return": "return", "search": "search", "update": "update", "upgrade": "upgrade",
    "adding": "add", "bringing": "bring", "cancelling": "cancel", "canceling": "cancel", "changing": "change", "extending": "extend", "moving": "move",
    "removing": "remove", "renewing": "renew", "returning": "return", "sending": "send",
}  # fmt: skip
"""A noun of a deed -> the verb."""
_DETERMINED = frozenset({"the", "that", "this", "one", "two", "part", "all", "both", "your", "some", "any", "another"})
_ITSELF = {"from": "items from", "of": "", "to": ""}
"""What a preposition behind the noun becomes behind the verb, where nothing stands before the noun: "the change to the order"."""
_NO_OBJECT = frozenset({"group"})
"""What qualifies a deed and does not suffer it: nobody books a group."""


def doing(topic: str) -> str:
    """A topic as a deed with its object, to stand behind "to": "the cabin change" is "change the cabin"; nothing where it names no deed, or no object."""
    words = topic.split()
    if words[0] in _VERBS:  # "bringing back the order"
        return " ".join((_VERBS[words[0]], *words[1:])) if len(words) > 1 else ""
    start = 1 if words[0] in ("the", "that", "this") else 0
    at = next((place for place, word in enumerate(words) if _verb(word)), len(words))
    link = next((place for place, word in enumerate(words) if word in ("from", "of", "to", "for")), len(words))
    if at >= link or (at + 1 < link and words[at + 1] != "and"):
        return ""
    verb, qualified, rest = _verb(words[at]), words[start:at], words[link + 1 :]
    if words[at + 1 : at + 2] == ["and"]:
        verb = f"{verb} and {_verb(words[at + 2])}"
    if qualified:
        several = "s" if words[at] not in _VERBS and not qualified[-1].endswith("s") else ""
        known = _NO_OBJECT.isdisjoint(qualified)
        return " ".join((verb, "the", *qualified)) + " ".join((several, *words[link:])) if known else ""
    if not rest:
        return ""
    if rest == ["one", "item"]:
        rest = ["the", "item"]
    with_article = rest if rest[0] in _DETERMINED else ["the", *rest]
    return " ".join(filter(None, (verb, _ITSELF.get(words[link], words[link]), *with_article)))


def _verb(noun: str) -> str:
    return _VERBS.get(noun) or _VERBS.get(noun.removesuffix("s"), "")


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
_COUNTED = re.compile(r"_\d+\Z")


def called(key: str) -> str:
    """What a fact is called, by its key: "the user id"; which of several it is stands behind some keys: "reservation_id_5"."""
    return _CALLED.get(key, f"the {_COUNTED.sub('', key).replace('_', ' ')}")
