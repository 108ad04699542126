"""Strange things: what the agent speaks of as if it were there, though nobody and nothing here has a word of it.

An agent knows the policy, its tools, the records and what the user says. A thing that it names with an article or a possessive ("the label in
the box", "our app", "your bank") or behind a preposition ("from Marcus"), and that is neither one of these nor a word of any service talk
(`verify.everyday`), it has made up.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.postal import SHORT
from writ_dspy.verify.everyday import ENDS, is_everyday
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.noise import bag, written
from writ_dspy.verify.sentences import is_example, sentences
from writ_dspy.verify.vocabulary import vocabulary

_CODED = re.compile(r"\S*[@_/\d#]\S*|\"[^\"\n]*\"|“[^”\n]*”")
"""Ids, amounts, addresses, links, and what is quoted: no words."""
_TOKEN = re.compile(r"[A-Za-z]+(?:[-'][A-Za-z]+)*|[^\sA-Za-z]")
_POINTS = bag("the a an your our my this these those its their another each every some both")
"""Stands before the name of a thing."""
_PLACES = bag("by from at with in on under via of through per into onto near inside behind")
_DOES = bag("will would can could may might should must has have had is are was were won't can't isn't aren't hasn't")
"""Stands behind a thing that does something."""
_WITHOUT = re.compile(
    r"\b(?:not|no|never|none|nor|neither|without|cannot|unable|nothing|rather than|instead of|lack)\b|n['’]t\b",
    re.IGNORECASE,
)
"""What is said not to be there is not made up."""
_WISHES = re.compile(r"\b(?:have|enjoy|wish(?:ing)?|get|hope|take)\b", re.IGNORECASE)
_TIMES = bag(
    "day days evening night morning afternoon weekend week rest sleep break trip journey flight travels holiday holidays vacation time"
)
"""What people wish each other, in any color."""
_REST = re.compile(r"\b(?:rest|remainder) of\s+\Z", re.IGNORECASE)
_PREFIX = re.compile(r"(?:multi|non|pre|re|self|mis|un|co|sub|over|under|out|in)-?(?=\w{3})")
_TAIL = re.compile(r"'(?:s|ll|ve|re|d|m)?$")


class Strange(NamedTuple):
    """A word for a thing that the domain does not have."""

    word: str
    """In lower case, without a possessive ending."""
    phrase: str
    """As it stands in the message, with what it belongs to."""


def strange(ground: Ground, text: str) -> Iterator[str]:
    """Each thing of a message that neither the domain nor anybody so far has spoken of, as it is quoted."""
    for found in _candidates(text, ground.domain):
        if not _spoken_of(ground, found.word):
            yield found.phrase


def _spoken_of(ground: Ground, word: str) -> bool:
    """Whether the user or a tool has used each part of the word, or one that begins like it."""
    known = lexicon(ground.domain)
    parts = [part for part in word.split("-") if not known.knows(part)] or [word]
    return all(any(_holds(text, part) for text in ground.texts[1:]) for part in parts)


def _holds(text: str, part: str) -> bool:
    """Whether a lower-case text has the word, one that begins like it, or its abbreviation."""
    short = SHORT.get(part.removesuffix("s"))
    return part[: max(4, len(part) - 2)] in text or (short is not None and re.search(rf"\b{short}\b", text) is not None)


@lru_cache(maxsize=8192)
def _candidates(text: str, domain: Domain) -> tuple[Strange, ...]:
    """The words for things that the domain does not know, in one message."""
    known = lexicon(domain)
    new = {word for word in written(text).bag if not known.knows(word)}
    if not new:
        return ()
    return tuple(
        found
        for start, end in sentences(text)
        if not new.isdisjoint(written(text[start:end]).bag)
        for found in _in_sentence(text, start, end, known)
    )


def _in_sentence(text: str, start: int, end: int, known: Lexicon) -> Iterator[Strange]:
    sentence = _CODED.sub(" # ", text[start:end].replace("’", "'"))
    found = list(_TOKEN.finditer(sentence))
    tokens = [match[0] for match in found]
    words = [_plain(token.lower()) if token[0].isalpha() else "" for token in tokens]
    unknown = {word for word in words if word and not known.knows(word)}
    if not unknown or 2 * sum(word in unknown for word in words) > sum(map(bool, words)):
        return  # nothing new, or another language
    for run in _things(tokens, words):  # who and where a capital names is judged by `verify.named`
        new = next(
            (
                words[at]
                for at in run
                if words[at] in unknown and not (at and tokens[at].istitle()) and not _does(words, at, run)
            ),
            None,
        )
        first, last = max(0, run[0] - 1), run[-1]
        if new and new != words[last] and words[last] in _TIMES and _WISHES.search(sentence):
            continue  # "have a calm night" tells of no night
        if new and _REST.search(sentence, 0, found[first].start()) and _WISHES.search(sentence):
            continue  # "I hope the rest of your shift goes smoothly"
        if new and not _left_out(sentence, found[first].start(), found[last].end()):
            yield Strange(new, " ".join(tokens[first : last + 1]))


def _does(words: list[str], at: int, run: range) -> bool:
    """Whether a word is what several things do ("where your requests stand") rather than one more word for them."""
    before = words[at - 1] if at > run[0] else ""
    return at == run[-1] and before.endswith("s") and not before.endswith(("ss", "us")) and not words[at].endswith("s")


def _plain(word: str) -> str:
    """A word without what is drawn together with it; "isn't" denies, whatever it is that is not."""
    return "not" if word.endswith("n't") else _TAIL.sub("", word)


def _left_out(sentence: str, start: int, end: int) -> bool:
    """Whether a thing is denied, or shows what such a thing is like."""
    return _WITHOUT.search(sentence, 0, end) is not None or is_example(sentence, start)


def _things(tokens: list[str], words: list[str]) -> Iterator[range]:
    """The places of the words that name a thing: behind a pointing word or a preposition, or in front of what it does."""
    at = 0
    while at < len(words):
        begins = words[at] in _POINTS or words[at] in _PLACES
        first = at + begins
        last = first
        while last < len(words) and words[last] and words[last] not in ENDS:
            last += 1
        named = at == 0 and 0 < last < len(words) and words[last] in _DOES and not tokens[0].islower()
        if last > first and (begins or named):
            yield range(first, last)
        at = max(last, at + 1)


class Lexicon:
    """The words that bring in nothing new in a domain; each is looked up once."""

    def __init__(self, domain: Domain) -> None:
        words = vocabulary(domain)
        self._own = words.own | words.first | words.last | {part for place in words.places for part in place.split()}
        self._known: dict[str, bool] = {}

    def knows(self, word: str) -> bool:
        """Whether a word, in lower case, names nothing in particular, or something of the domain."""
        known = self._known.get(word)
        if known is None:
            known = self._known[word] = len(word) < 3 or self._looks_up(word)
        return known

    def _looks_up(self, word: str) -> bool:
        if "'" in word and (short := _plain(word)) != word:
            return self.knows(short)
        if any(map(self._holds, _forms(word))):
            return True
        parts = word.split("-")
        if len(parts) > 1:
            return all(map(self.knows, parts))
        shorter = _PREFIX.sub("", word, count=1)
        return shorter != word and any(map(self._holds, _forms(shorter)))

    def _holds(self, word: str) -> bool:
        return is_everyday(word) or word in self._own


@lru_cache(maxsize=16)
def lexicon(domain: Domain) -> Lexicon:
    """That of a domain, worked out once."""
    return Lexicon(domain)


def _forms(word: str) -> Iterator[str]:
    """A word, its singular and its plural."""
    yield word
    if word.endswith("s"):
        yield word[:-1]
        yield word[:-2] if word.endswith("es") else word[:-1]
        yield f"{word[:-3]}y" if word.endswith("ies") else word[:-1]
    else:
        yield f"{word}s"
