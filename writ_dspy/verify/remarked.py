"""Remarked: what an agent adds to its question about insurance or bags is so by the policy, in words that policy has.

"Would you like travel insurance? It pays for hotel nights too": a remark right behind such a question tells what the thing is for, whom it is for,
what it costs or when it can be had, and of all that an agent knows what policy says and no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.noise import bag, written
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.speech import ENGLISH

_TOPIC = re.compile(r"\b(?:insurance|insured?|bags?|baggage|luggage|suitcases?|pieces)\b", re.IGNORECASE)
_REMARK = re.compile(
    r"\W*(?:it|that|this|they|these|with(?:out)? (?:it|that)|(?:a|the|your|every|each|another) [\w -]{0,25}?(?:one|bag|piece|insurance|suitcase|luggage)s?|most \w+|many \w+|you (?:can|could|may|have|don|get|need|will)|(?:[a-z]+ ){1,3}(?:count|is|are|cost|need|have|must|can|go|get)s?)\b",
    re.IGNORECASE,
)
_ABOUT_TALK = re.compile(
    r"\b(?:please|tell me|let me know|i|i['’]\w+|me|my|we|we['’]\w+|just|need to know|if so|if you|yes or no|question|questions|last|decide|up to you|answer|would|if)\b",
    re.IGNORECASE,
)
"""Of the talk itself, or of what is looked up, rather than of the matter."""
_STEP = re.compile(r"\b(?:verification|request|search|look-?up|check|list) (?:is|was|has been) \w+\W*\Z", re.IGNORECASE)
"""How far this talk has come: "your verification is complete"."""
_PLAIN = bag("""also too only just costs cost comes come total altogether extra additional price money charge charged free each per every person passenger passengers traveler travelers traveller ticket one ones
    two three four five six with without included include includes including gives get gets have has your you for covers cover is are it's that's they're amount adds add added more
    member membership status regular silver gold allowance allowed entitled nothing none checked check luggage bags bag suitcase suitcases baggage piece pieces beyond first second
    whole trip booking reservation flight everyone everybody both them these those optional voluntary choose choice would which means mean so as
    later afterwards anymore once booked booking time""")  # fmt: skip
_ANY_REASON = re.compile(
    r"\b(?:any|whatever|every|all|no matter (?:the|what|which)) (?:the )?(?:kinds? of )?reasons?\b", re.IGNORECASE
)
_NOT = re.compile(r"\b(?:not|no|never|cannot|nor)\b|n['’]t\b", re.IGNORECASE)
_COVERS = re.compile(r"\binsur\w+\b[^.;!?\n]{0,40}\b(?:covers?|pays?|protects?|applies|counts?)\b", re.IGNORECASE)


@lru_cache(maxsize=16)
def _ruled(domain: Domain) -> frozenset[str]:
    return written(domain.policy).bag


def remarked(ground: Ground, text: str) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each remark behind a question about insurance or bags that policy has no words for."""
    if not ground.fields.cover or _TOPIC.search(text) is None:
        return
    asked = False
    for start, end in sentences(text):
        sentence = text[start:end].strip()
        if sentence.endswith("?"):
            asked = _TOPIC.search(sentence) is not None or (asked and sentence.lower().startswith(("if so", "and if")))
            continue
        remark = _REMARK.match(sentence) is not None and not (_ABOUT_TALK.search(sentence) or _STEP.search(sentence))
        if (
            asked
            and remark
            and (_unruled(ground, sentence) or (_ANY_REASON.search(sentence) and not _NOT.search(sentence)))
        ):
            yield sentence, "what policy says of it"
        elif (
            _COVERS.search(sentence)
            and (reason := _ANY_REASON.search(sentence))
            and not _NOT.search(sentence, 0, reason.start())
        ):
            yield sentence, "the reasons that policy has it cover"
        asked = False


def _unruled(ground: Ground, sentence: str) -> bool:
    known = _ruled(ground.domain) | frozenset(word for heard in ground.heard for word in written(heard).bag)
    telling = (
        word for word in written(sentence).words if len(word) > 2 and word.isalpha() and word not in ENGLISH | _PLAIN
    )
    return any(
        word not in known and word.removesuffix("s") not in known and f"{word}s" not in known for word in telling
    )
