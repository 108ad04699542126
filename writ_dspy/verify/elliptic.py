"""Elliptic answers: what is understood only with the question or the offer that it answers, or with the sentence before it.

"And which gift card?" – "The one with the most on it." says gift card; "a camera or a laptop?" – "The cam." says camera; "I have a kettle
here. That order has to go elsewhere." says that the order is the one with the kettle; "I can exchange the lamp, if you like." – "Fine, exchange." says lamp. All texts are in lower
case, but for those of an offer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains.sayings import ASKING
from writ_dspy.domains.values import UNITS
from writ_dspy.simulate.acts import user_acts
from writ_dspy.simulate.acts.lexicon import KNOWN
from writ_dspy.verify.everyday import is_everyday

_WORD = re.compile(r"[a-z]+(?!['’a-z])")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+|;\s+")
_WHICH = re.compile(
    r"\b(?:which|what)(?: one)?(?: of)?(?: (?:your|the|my|these|those|his|her|their))?(?: \w+)?(?: [\w-]+){1,2}"
)
"""A question, as far as it names what it lets the other choose from."""
_PICKS = re.compile(
    r"^\W*(?:\w+ ){0,3}?(?:(?:the|that|this|those|my|any|either|which|whatever) (?:[\w-]+ )?ones?|whichever|the (?:[\w-]+est|former|latter|first|second|third|last|other)|any|either)\b"
)
"""An answer that leaves out what the question has named: "the one with the most on it"."""
_OF_THEM = re.compile(
    r"\b(?:which|what|any)(?: one| ones)? of (?:them|these|those|it|the (?:two|three|four|items|things))\b"
)
_ALL_THE_SAME = re.compile(
    r"^\W*(?:\w+ ){0,3}?(?:any|either|whichever|whatever|all|both|each|every ?one|idc|i(?:'m| am) (?:not picky|easy)|i (?:don't|do not|dont) (?:mind|care)|doesn't matter|no matter|up to you)\b"
)
"""How somebody answers who takes each of what there is."""
_POINTS_BACK = re.compile(
    r"\b(?:that|this|those|these|the same|said)(?: very| same)? (?:orders?|purchases?|delivery|parcel|package|cards?|account|method|trip|booking|reservation|flights?|address)\b"
)
_SO_MANY = re.compile(
    rf"\W*(?:(?:please|just|only|so|and|make it|make that|add|i need|i want|i'd like|that's|it's|take)\W+)*(?:{'|'.join(UNITS[1:13])}|\d{{1,2}})(?: (?:more|extra|of them|in total|altogether|please|pls|will do))*\W*\Z"
)
"""A number of what was named right before: "I'd like to add more bags. Please add two."."""
_OF_IT = re.compile(r"\b(?:on|in|of|from|with|for|about) (?:it|them)\b")
"""What a question may be about that was named right before: "tell me what's left on it then"."""
_CLIP = 3
"""Letters of the beginning of a word that can stand for it, where only one such word was said just before."""


def chosen_from(said_in: Callable[[str], bool], asked: str, answer: str) -> bool:
    """Whether an answer chooses from what the question says: one of the gift cards that it asks about, or any of all that it names.

    Args:
        said_in: Whether a text says the detail.
        asked: The agent's message.
        answer: A sentence that answers it, and says no other thing.
    """
    for question in _questions(asked):
        if _PICKS.search(answer) and any(said_in(match[0]) for match in _WHICH.finditer(question)):
            return True
        if _OF_THEM.search(question) and _ALL_THE_SAME.search(answer):
            return said_in(asked)
    return False


def of_them_left_out(answer: str) -> str:
    """An answer without the words that only go with a choice: "please take whichever of them has" is as short as "whichever has"."""
    return _OF_WHICH.sub(" ", answer)


_OF_WHICH = re.compile(
    r"^\W*(?:(?:please|then|just|well|oh|and|so) )*(?:take|use|pick|choose|go for|go with|i'd take|i'd use|i'd say|make it) |"
    r"(?<=one|two|ver|est) of (?:them|these|those|my|the|all)(?: (?:\w+ )?(?:cards|certificates|flights|orders|ones))?\b"
)


def _questions(asked: str) -> Iterator[str]:
    return (sentence for sentence in _SENTENCE.split(asked) if sentence.rstrip(" *_)\"'").endswith("?"))


@lru_cache(maxsize=256)
def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text))


def lengthened(answer: str, asked: str) -> str:
    """An answer with each clipped word in full, where it is the beginning of just one word of the message before: "the cam"."""
    heard = _words(asked)

    def whole(match: re.Match[str]) -> str:
        word = match[0]
        if len(word) < _CLIP or word in heard or word in KNOWN or is_everyday(word):
            return word
        longer = {one.removesuffix("s") for one in heard if one.startswith(word)}
        return next(iter(longer)) if len(longer) == 1 else word

    return _WORD.sub(whole, answer)


def with_the_one_before(text: str, before: str) -> str:
    """A sentence together with the one before it, where it points back at what that speaks of; else nothing."""
    points = _POINTS_BACK.search(text) or _SO_MANY.match(text) or (_OF_IT.search(text) and ASKING.search(text))
    return f"{before} {text}" if before and points else ""


def with_its_noun(answer: str, asked: str, noun: re.Pattern) -> str:
    """An answer with what its question asks about in place of the pronoun for it ("i'll pass on that"), or behind a bare "without"; nothing, where it has neither.

    Args:
        answer: A sentence that answers, in lower case.
        asked: The agent's message, whose last question has to name it.
        noun: How it is named.
    """
    last = next(reversed(list(_questions(asked))), "")
    named = noun.search(last)
    if named is None or _NOT_WITHOUT.search(answer):
        return ""
    if _WITHOUT.search(answer):
        return _WITHOUT.sub(f" {named[0]}", answer, count=1)
    return _OBJECT.sub(named[0], answer, count=1) if _OBJECT.search(answer) else ""


_OBJECT = re.compile(
    r"(?<=[a-z] )(?:that|it|this)(?= ?(?:[,.!;]|\Z|(?:out|off|aside|please|pls|thanks?|thank you|thx|either|too|today|this time|though|then|for now|anyway|at all)\b))"
)
"""A pronoun with nothing behind it that it could belong to."""
_WITHOUT = re.compile(
    r"(?<=\bwithout)(?=\W*(?:\Z|[,.!;]|(?:please|pls|thanks?|thank you|thx|this time|today|for once|just fine|though|then)\b))"
)
"""Behind a preposition whose noun the question has."""
_NOT_WITHOUT = re.compile(
    r"(?:n['’]?t\b(?! (?:mind|care|bother))|\b(?:cannot|not|never|hardly|who|nobody|no one)\b(?! (?:mind|bothered)))[^.;,]*\bwithout\b"
)
"""A no to going without, which is a wish for it."""
_HERS = re.compile(r"\b(?:her|his|their|she|he|they)\b")


def asks_of(asked: str, says: Callable[[str], bool], others: Callable[[str], bool]) -> bool:
    """Whether a message's last question is about one of several, by name or by the pronoun of the only one that it names.

    Args:
        asked: The agent's message, in lower case.
        says: Whether a text names that one.
        others: Whether it names another.
    """
    last = next(reversed(list(_questions(asked))), "")
    named = says(last) and not others(last)
    return named or (_HERS.search(last) is not None and says(asked) and not others(asked))


_WHETHER = re.compile(
    r"\b(?:if|whether|does|would|will|do|is) (?:that|this|it|you|so)\b(?:'s| is| are| be)?(?: \w+){0,2}? (?:suits?|works?|helps?|like|want|prefer|agree|wish|ok|okay|fine|good|right|interested|happy|acceptable|interest|do|option)\b"
)
"""Asks whether an offer is taken."""
_EARLY = 12
"""Letters that may stand before the yes to an offer."""
_OFFERS = re.compile(
    r"\b(?:i|we|it|that|this|they|what|you)(?: \w+)? ?(?:can|could|would|may|'d|'ll)(?: (?:also|then|still|instead|gladly|only|just|be able to|do is|do|offer|is to|be))* (?!(?:look|check|see|find|help|tell|explain|need|like|ask|have|know|love|assist|you|i|we)\b)\w"
)
"""What a statement says can be done."""
_NONE = re.compile(r"\b(?:not|no|never|cannot|unable|only once)\b|n't\b")
_BUT = re.compile(r",? but |, though |; | [–—-] ")


def taken_up(before: str, answer: str) -> str:
    """The one thing that a message offers in a statement, in lower case, where an answer begins by taking it up; else nothing.

    It has to be asked whether it is taken, or the answer has to name the deed: "okay" alone may only be a sound.

    Args:
        before: The agent's message, as it was written.
        answer: The user's.
    """
    begun = _SENTENCE.split(answer)[0]
    acts = [act for read in (user_acts(begun), user_acts(begun, before)) for act in read]
    if {act.kind for act in acts} & {"dissent", "question"} or not any(
        act.kind == "assent" and act.start <= _EARLY for act in acts
    ):
        return ""
    offers = list(_offered(before.lower().replace("’", "'")))
    if len(offers) != 1:
        return ""
    asked = _WHETHER.search(before.lower()) is not None
    return offers[0] if asked or _deed(offers[0]) in _WORD.findall(begun.lower()) else ""


def _deed(offer: str) -> str:
    """The verb of what can be done."""
    match = _OFFERS.search(offer)
    return next(iter(_WORD.findall(offer[match.end() - 1 :])), "") if match else ""


def _offered(lower: str) -> Iterator[str]:
    """What the statements of a message say can be done, clause by clause."""
    for sentence in _SENTENCE.split(lower):
        if sentence.rstrip(" *_)\"'").endswith("?"):
            continue
        yield from (part for part in _BUT.split(sentence) if _OFFERS.search(part) and not _NONE.search(part))
