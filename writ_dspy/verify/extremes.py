"""Extremes: what the agent calls the cheapest, the latest or the fullest is called by the end from which the user chose.

Judged are messages that put or report a choice, and only where nobody asked for the other end of the same attribute.
"""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy import patterns as re
from writ_dspy.domains.sayings import extreme
from writ_dspy.verify.case import Case
from writ_dspy.verify.proposal import asks_for_yes
from writ_dspy.verify.sentences import sentences

_OTHERWISE = re.compile(
    r"\b(?:not|no|never|than|instead|while|whereas|but|other|rather|if|would|could|paid)\b|n['’]t\b"
    r"|\b(?:of|in) (?:order )?#|\b(?:part|share|half|item|thing|order)s? (?:of|in)\b"
)
"""What may set the other end against the one that is meant, or ranks what a record holds and not what was to choose from."""


_QUOTED = re.compile(r'"[^"\n]*"|“[^”\n]*”')
"""A title names a thing, whatever its words mean: "On Last Orchards" is no last one."""
_END_ITSELF = re.compile(r"\b\w{2,}est\b|\b(?:least|most) \w{4,}")
"""A word for the end itself: what is "low", or "first", may be so of anything."""


def other_end(case: Case, index: int) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence of a message that calls a choice by the other end.

    Args:
        case: The conversation.
        index: The message's turn.
    """
    if not (ranked := case.ranked):
        return
    text, heard = case.talk.turns[index].text, case.heard(index).lower()
    own = case.domain.pack.sayings
    puts = asks_for_yes(text)
    ends = [extreme(by, most=most, own=own) for by, most in ranked]
    for by, most in sorted(ranked):
        against = extreme(by, most=not most, own=own)
        if (by, not most) in ranked or against.search(heard) or not against.search(text.lower()):
            continue
        for start, end in sentences(text):
            sentence = text[start:end].strip()
            lower = _QUOTED.sub('""', sentence.lower())
            called = next((found for found in against.finditer(lower) if _END_ITSELF.match(lower, found.start())), None)
            named = puts or case.domain.pack.ids(sentence)
            if (
                called
                and named
                and not (sentence.endswith("?") or any(one.search(lower) for one in ends) or _OTHERWISE.search(lower))
            ):
                yield sentence, "the end from which the user chose"
