"""Deeds in words: that something was done is said only after it was, and that it failed only after it did."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from writ_dspy.conversation import Finding
from writ_dspy.verify.case import Case, Step, short

_OPEN = re.compile(
    r"\b(?:if|once|when|whenever|after|until|unless|before|would|will|can|could|may|might|must|should|shall|not|never"
    r"|nothing|neither|whether|only|to be|in case|provided)\b|n['’]t\b",
    re.IGNORECASE,
)
"""Words after which a clause no longer states that a thing was done now."""
_FAILED = re.compile(
    r"\b(?:(?:returned|got|gave|hit|ran into|encountered) an? (?:\w+ )?error|(?:has|have)? ?failed|went wrong"
    r"|(?:could|can|did|does|was|were)(?:n['’]t| not) (?:\w+ ){0,2}(?:able|complete[d]?|process(?:ed)?|go through|work"
    r"|succeed|possible|done|made|change[d]?|cancel(?:l?ed)?|book(?:ed)?|update[d]?)"
    r"|unable to|nothing (?:was|has been|is) \w+)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"(?<=[.!?;:])\s+|\n+|,\s+(?=but |so |and (?:I|it|your|the)\b)")


@lru_cache(maxsize=256)
def _patterns(words: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """How the agent says that it did a thing, and how it says that the thing is done."""
    adverbs = r"(?:(?:now|just|already|also|successfully)\s+)*"
    strong = rf"(?:ha(?:s|ve)|['’](?:ve|s))\s+{adverbs}been\s+{adverbs}(?:{words})"
    own = rf"\bI(?:['’]ve|\s+have)\s+{adverbs}(?:gone ahead and\s+)?(?:{words})"
    now = rf"\b(?:is|are)\s+now\s+(?:{words})|\bsuccessfully\s+(?:{words})"
    return re.compile(rf"{own}\b", re.IGNORECASE), re.compile(rf"(?:{strong}|{now})\b", re.IGNORECASE)


def claimed_done(case: Case, index: int, text: str) -> Iterator[Finding]:
    """A message that reports a deed stands after a write that did it."""
    deeds = case.domain.pack.deeds
    before = [step.call.tool for step in case.writes if step.turn < index and not step.fresh.error]
    clauses = [clause for clause in _CLAUSE.split(text) if not clause.rstrip().endswith("?")]
    for words in dict.fromkeys(deeds.values()):
        doers = {tool for tool, own in deeds.items() if own == words}
        if doers & set(before):
            continue
        own, passive = _patterns(words)
        for clause in clauses:
            match = own.search(clause) or passive.search(clause)
            if match is None or _OPEN.search(clause, 0, match.start()):
                continue
            if match.re is own or not _happened(case, index, words):
                wanted = f"that only after {' or '.join(sorted(doers))} succeeded"
                yield Finding("grounded", index, short(clause.strip(), 90), wanted)
                return


def _happened(case: Case, index: int, words: str) -> bool:
    """Whether a record, or the user, says that it happened before this conversation."""
    told = re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    return any(told.search(turn.text) for turn in case.talk.turns[:index] if turn.role in ("tool", "user"))


def claimed_failed(case: Case, index: int, text: str, news: Sequence[Step]) -> Iterator[Finding]:
    """After calls that all succeeded, with a write among them, nobody says that it failed."""
    wrote = [step for step in news if case.kind(step.call) == "write"]
    if not wrote or any(step.recorded.error for step in news) or any(o.call is None for o in case.task.decided):
        return
    if not case.knows("refusals"):
        return
    for clause in _CLAUSE.split(text):
        match = _FAILED.search(clause)
        if match and not clause.rstrip().endswith("?"):
            yield Finding("grounded", index, short(clause.strip(), 90), f"success: {wrote[-1].call.tool} went through")
            return
