"""Headcount: who says that nobody can be taken off a booking says that the number of its people stays."""

from __future__ import annotations

from writ_dspy import patterns as re

_STOP = re.compile(r"(?<=[.!?;])\s+|\n+")
_ANYBODY = (
    r"(?:nobody|no[ -]one|no(?:t a(?: single)?| single)? (?:passenger|person|travell?er|seat)|(?:any|some|every)(?:one|body)|(?:a|one|any|single|another|an individual) (?:passenger|person|travell?er|seat)"
    r"|(?:passengers|people|persons|travell?ers|seats)\b(?! (?:details?|names?))|one (?:fewer|less)|anyone|who flies|one of (?:them|the (?:passengers|people|two|three|four|travell?ers)))"
)
_LEAVES = r"(?:tak(?:e|en|ing)\b(?: \w+){0,3}? (?:off|out)|remov(?:e|ed|ing|al)|drop(?:ped|ping)?|delet(?:e|ed|ing)|cut|cancel(?:l?ed|l?ing)?|fewer|less\b|left out|leav(?:e|ing) out|add(?:ed|ing)?|how many)"
_BOTH = re.compile(
    rf"\b{_ANYBODY}\b[^.;!?]*?\b{_LEAVES}\b|\b{_LEAVES}\b[^.;!?]*?\b{_ANYBODY}\b|\btak(?:e|ing) {_ANYBODY} (?:off|out)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:not|nobody|no[ -]one|no (?:passenger|person|travell?er|seat)|cannot|never|impossible|isn['’]t|don['’]t|won['’]t|neither|nor)\b|n['’]t\b",
    re.IGNORECASE,
)
_LIMITED = re.compile(
    r"\b(?:since|because|as it|due to|without|unless|until|after|before|if|within|when|basic|economy|business|insurance|paid|fee|hours?|days?|sold|by (?:me|us|you|an?)|only (?:by|a human|an agent))\b",
    re.IGNORECASE,
)
"""In a sentence that has another ground, or holds in some case only."""
_FORMAL = "the number of passengers cannot be modified"


def in_terms(text: str) -> str:
    """A text with each sentence that has nobody leave a booking, or come to it, in the terms of a policy."""
    parts = _STOP.split(text)
    said = [_FORMAL if _denies(part) else part for part in parts]
    return text if said == parts else "\n".join(said)


def _denies(part: str) -> bool:
    return _BOTH.search(part) is not None and _DENIED.search(part) is not None and _LIMITED.search(part) is None
