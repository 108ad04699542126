"""Loosened: what policy denies, or bounds, is not opened by a case, a place or a person of the agent's own.

"Nothing more can be changed, except the color", "in a store they could still do it", "with a doctor's note it would be another matter": an
exception is one of the policy's, in the policy's words, or it is made up; and nobody elsewhere can do what the rules do not have.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.noise import written
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.speech import ENGLISH

_ELSEWHERE = re.compile(
    r"\b(?:(?:the|an?|any|our|your|my|at the|in the|in a|in one of our|one of our|one of my)(?: \w+)? (?:airport(?: desk| staff| counter)?|stores?|shops?|branch(?:es)?|desks?|counters?|gate|hotline|call cent(?:er|re)|colleagues?|supervisors?|managers?|departments?|bank)|somebody else|someone else|others|my colleagues|they)\b[^.;!?,]{0,25}?\b(?:can|could|may|might|will)(?: still| sometimes| perhaps| maybe| also| often| certainly| then)* (?:be able to|do (?:it|that|this|so|more)|help|make an|change (?:it|that|this)|fix (?:it|that|this)|arrange|sort (?:it|that|this))\b",
    re.IGNORECASE,
)
_WITH = re.compile(
    r"\b(?:with|without|for) (?P<what>(?:an?|the|your|some|proof|more) [^.;,:!?]{3,40}?),? (?:it|that|this|things|your case|the answer) (?:would|might|could|may) (?:well |then )?be (?:another|a different|quite another) (?:matter|story|case|thing)\b|\b(?:with|without) (?P<case>(?:an?|the|your|some|proof) [^.;,:!?]{3,40}?),? (?:it|that|this|i|we) (?:would|might|could|may)(?: well| then| still)* (?:be (?:possible|allowed|different|fine)|work|do it)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”")
"""A title, whose words are no rule: "A History of Wandering, or the Way Home"."""
_CLOSED = re.compile(
    r"\b(?:nothing|cannot|no longer|not possible|only|not able|unable|never)\b|can['’]t\b", re.IGNORECASE
)
_BUT_FOR = re.compile(
    r", (?:except|apart from|other than|or|unless it['’]s|save)(?: for| in| if)? (?P<what>(?:the|your|their|an?|its|his|her) [^.;,:!?]{3,30})(?=\s*(?:[.;!]|\Z))|,? within the same (?P<same>[a-z]+)\b|,? at least (?P<least>online|here|not here|in (?:the|this) chat|for now|by (?:chat|me)|today|not today)\b|\bhere in (?:the|this) (?P<chat>chat)\b(?=\s*(?:[.;!,]|\Z))",
    re.IGNORECASE,
)
_WE_PAY = re.compile(
    r"\b(?:if|when|once|should)\b[^.;!?]*?\bwe(?:['’]ll| will| can| would|['’]d)? (?:refund|reimburse|compensate|pay (?:back|out|for)|credit)\b(?P<what>[^.;!?]*)",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:not|no|never|nobody|nor|neither|even|cannot)\b|n['’]t\b", re.IGNORECASE)


@lru_cache(maxsize=16)
def _ruled(domain: Domain) -> frozenset[str]:
    return written(domain.policy).bag


def loosened(ground: Ground, text: str, rules: str = "", *, transfers: bool = False) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence that opens a rule by what policy does not have.

    Args:
        ground: What is known by then, with whose policy it is.
        text: The message.
        rules: What denies the wishes of the task, in lower case.
        transfers: The user is to be handed over, so that others may well do it.
    """
    for start, end in sentences(text):
        sentence = text[start:end].strip()
        if sentence.endswith("?"):
            continue
        if (
            not transfers
            and (there := _ELSEWHERE.search(sentence))
            and not _NOT.search(sentence[max(0, there.start() - 30) : there.end()])
        ):
            yield sentence, "what can be done by the policy, which is the same everywhere"
        elif (case := _WITH.search(sentence)) and not _all_known(ground, case["what"] or case["case"], rules):
            yield sentence, "a case that policy has"
        elif _exempts(ground, sentence, rules):
            yield sentence, "a rule with the exceptions that policy has"
        elif (pays := _WE_PAY.search(sentence)) and not _NOT.search(pays["what"]) and "$" not in sentence:
            yield sentence, "a refund that policy has"


def _exempts(ground: Ground, sentence: str, rules: str) -> bool:
    """Whether an exception hangs behind a rule that policy does not have."""
    sentence = _QUOTED.sub('""', sentence)
    found = _BUT_FOR.search(sentence)
    if found is None or not _CLOSED.search(sentence, 0, found.start()):
        return False
    if same := found["same"]:
        return re.search(
            rf"\bsame (?:\w+ )?{re.escape(same)}", ground.domain.policy, re.IGNORECASE
        ) is None and not any(re.search(rf"\b{re.escape(same.lower())}\b", heard) for heard in ground.heard)
    done_with = re.search(
        r"\b(?:nothing|no) (?:more|else)\b|\bno longer\b|\bany ?more\b", sentence[: found.start()], re.IGNORECASE
    )
    return not found["what"] or done_with is not None or not _all_known(ground, found["what"], rules)


def _all_known(ground: Ground, what: str, rules: str) -> bool:
    known = _ruled(ground.domain)
    words = [word for word in re.findall(r"[a-z]+", what.lower()) if len(word) > 2 and word not in ENGLISH]
    return all(
        word in known
        or word.removesuffix("s") in known
        or f"{word}s" in known
        or word in rules
        or any(word in heard for heard in ground.heard)
        for word in words
    )
