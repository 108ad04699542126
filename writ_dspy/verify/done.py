"""Deeds in words: that something was done is said only after it was, of the record it was done to, and that it failed only after it did."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from writ_dspy.conversation import Finding
from writ_dspy.domains import Pack
from writ_dspy.verify.case import Case, Step, short
from writ_dspy.verify.sentences import HEDGED

_ERROR = re.compile(
    r"\b(?:(?:returned|got|gave|hit|ran into|encountered|received) an? (?:\w+ )?(?:error|problem|failure)|went wrong"
    r"|(?:has |have )?failed(?: to \w+)?|technical (?:issue|problem|error|difficult\w+))\b",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"\b(?:(?:could|can|did|does|was|were)(?:n['’]t| not) (?:\w+ ){0,2}(?:able|complete[d]?|process(?:ed)?|go through|work"
    r"|succeed|possible|done|made|change[d]?|cancel(?:l?ed)?|book(?:ed)?|update[d]?)"
    r"|unable to|nothing (?:was|has been|is) \w+)\b",
    re.IGNORECASE,
)
_FAILS = frozenset(
    [
        "error",
        "errors",
        "fail",
        "failed",
        "failure",
        "wrong",
        "unable",
        "nothing",
        "technical",
        "problem",
        "problems",
        "not",
        "issue",
        "difficulties",
        "difficulty",
    ]
)
"""What occurs in every message that claims a failure."""
_WORD = re.compile(r"[A-Za-z]{3,}")
_CLAUSE = re.compile(r"(?<=[.!?;:])\s+|(?:\n|\\n)+|,\s+(?=but |so |and (?:I|it|your|the)\b)")
_ANY = (
    r"processed|submitted|completed|finali[sz]ed|executed|carried out|put (?:it |that |this )?through|placed"
    r"|applied (?:the|this|that|your|all|both) (?:[\w-]+ ){0,2}(?:changes?|updates?|modifications?)"
    r"|made (?:the|this|that|your|all|both) (?:\w+ )?(?:changes?|updates?|modifications?|bookings?|exchanges?|returns?|cancellations?)"
    r"|taken care of (?:it|that|this|everything|your)"
)
"""Participles that say of any write that it was done."""
_NEVER = (
    r"waived|extended|upgraded|added|issued|credited|compensated|discounted|removed|applied|unlocked|reset|deleted|closed|shipped"
    r"|dispatched|redeemed|granted|gifted|rewarded|doubled|reduced|lowered|restored|reactivated|e-?mailed|texted|phoned|mailed|faxed"
    r"|forwarded|escalated|filed|cleared|checked (?:in|you in)|blocked|locked|sent you|sent (?:an?|the) (?:\w+ )?(?:e-?mail|text|message|code|letter)"
    r"|called (?:your|the|our)|contacted (?:your|the|our)|exchanged|returned|booked|ordered|donated|put [\w,]+ (?:bonus )?(?:miles|points)"
)
"""Participles of deeds that are done only where a tool of the domain does them (`Pack.deeds`)."""
_ADVERBS = r"(?:(?:now|just|already|also|successfully|even|then)\s+)*"
_NO = re.compile(r"\b(?:no|none|neither|(?:at|by) the time|as soon as|upon|each time)\b", re.IGNORECASE)
_PAID = re.compile(r"\$|\b(?:difference|refund|charges?|amount|balance|money|payment|cost)\b", re.IGNORECASE)
"""What moves with every write that costs or gives back."""
_CHANGES = re.compile(r"\b(?:changed|modified|updated)\b", re.IGNORECASE)
_DRAFT = re.compile(
    r"\s(?:the|your|my|this|our)\s(?:[\w-]+\s){0,3}(?:request|plan|list|proposal|summary|draft|notes?|options?)\b",
    re.IGNORECASE,
)
"""What is no record: what was agreed so far."""
_NEGATED = re.compile(r"\b(?:is|are|was|were|has been|have been)(?:n['’]t| not)(?: now| yet)?\b", re.IGNORECASE)
_APART = re.compile(r"\b(?:other|else|another|remaining|rest|first)\b", re.IGNORECASE)
_LISTED = re.compile(r"\s*(?:[-•*]|\d+[.)])\s")
_LOOKED = re.compile(
    r"\b(?:verif\w+|identi\w+|search\w*|check\w*|look\w*|review\w*|request(?:s|ed)? (?:by|to)|note[ds]?|list\w*|filters?|details to"
    r"|calculat\w*|compar\w*|your profile|security)\b",
    re.IGNORECASE,
)
"""What is completed without a write."""
_PASSIVE = re.compile(
    rf"\b(?:was|were|has been|have been|['’]ve been|been)\s+(?:{_ADVERBS})(?:waived|extended|upgraded|removed|unlocked|reset|deleted|closed"
    r"|redeemed|forwarded|escalated|filed|restored|reactivated|insured|moved to (?:business|first|economy))\b|\bis insured now\b",
    re.IGNORECASE,
)
_GENERAL = re.compile(
    r"\b(?:all done|(?:it|that|this|everything)(?:['’]s| is| has been) (?:all |now |already )*(?:done|complete[d]?|final|finali[sz]ed|processed"
    r"|submitted|settled|booked|arranged|confirmed|taken care of)|(?:has|have)? ?(?:now |just |already )?(?:gone|went) through(?=\s*(?:[.,!;:]|\Z)|\s+(?:and|now|successfully|without)\b)"
    r"|is done(?:,|\.|!| and| now)|(?:request|change|update|booking|cancellation|exchange|return|refund|modification)s?"
    r" (?:is (?:now |already |all )?(?:done|complete[d]?|processed|submitted|made|finali[sz]ed|confirmed|in place)"
    r"|(?:has|have) been (?:now |already |all )?(?:done|completed|processed|submitted|made|finali[sz]ed|confirmed|put in place)))",
    re.IGNORECASE,
)
"""How it is said of a thing, without its name, that it is done."""


@lru_cache(maxsize=256)
def _patterns(words: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """How the agent says that it did a thing, and how it says that the thing is done."""
    strong = rf"(?:ha(?:s|ve)|['’](?:ve|s))\s+{_ADVERBS}been\s+{_ADVERBS}(?:{words})"
    own = rf"\bI(?:['’]ve|\s+have)?\s+{_ADVERBS}(?:(?:gone|went) ahead and\s+)?{_ADVERBS}(?:{words})"
    now = rf"\b(?:is|are)\s+now\s+(?:{words})|\bsuccessfully\s+(?:{words})|\b(?:it|that|everything)(?:['’]s| is)\s+{_ADVERBS}(?:all\s+)?(?:{words})"
    return re.compile(rf"{own}\b", re.IGNORECASE), re.compile(rf"(?:{strong}|{now})\b", re.IGNORECASE)


@lru_cache(maxsize=64)
def _cues(deeds: tuple[str, ...]) -> re.Pattern[str]:
    """The words of which every claim of a deed holds one."""
    general = (
        r"done|completed?|final|booked|arranged|confirmed|through|settled|place|put|carried|made|taken|applied|sent|called|contacted"
        r"|checked|insured|moved"
    )
    return re.compile(rf"(?:{'|'.join(deeds)}|{_ANY}|{_NEVER}|{general})", re.IGNORECASE)


@lru_cache(maxsize=16384)
def _is_cue(word: str, deeds: tuple[str, ...]) -> bool:
    return _cues(deeds).fullmatch(word) is not None


def claimed_done(case: Case, index: int, text: str) -> Iterator[Finding]:
    """A message that reports a deed stands after a write that did it, to the record that it names."""
    deeds = tuple(dict.fromkeys(case.domain.pack.deeds.values()))
    if not any(_is_cue(word, deeds) for word in _WORD.findall(text)):
        return
    before = [step for step in case.writes if step.turn < index and not step.fresh.error]
    for clause in _CLAUSE.split(text):
        if clause.rstrip().endswith("?") or not any(_is_cue(word, deeds) for word in _WORD.findall(clause)):
            continue
        wanted = _undone(case, index, clause, before)
        if wanted:
            yield Finding("grounded", index, short(clause.strip(), 90), wanted)
            return


def _undone(case: Case, index: int, clause: str, before: Sequence[Step]) -> str:
    """What has to be done for a clause to be true, or nothing."""
    pack, made = case.domain.pack, {step.call.tool for step in before}
    for words in dict.fromkeys(pack.deeds.values()):
        own, passive = _patterns(words)
        match = own.search(clause) or passive.search(clause)
        if match is None or _open(clause, match):
            continue
        doers = _others(pack, match[0])
        strange = _elsewhere(case, clause, before)
        if before and strange and not _told_of(case, index, strange, words):
            return f"that of {strange} only after {' or '.join(sorted(doers))} succeeded there"
        paid = made and match.re is passive and _PAID.search(clause)
        drafted = match.re is own and _DRAFT.match(clause, match.end())
        if doers & made or paid or drafted or (made and _CHANGES.search(match[0])):
            continue  # what was cancelled or returned was changed as well
        if match.re is own or not _happened(case, index, words):
            return f"that only after {' or '.join(sorted(doers))} succeeded"
    return _given(pack, clause, made) or _generally(case, index, clause, made)


def _open(clause: str, match: re.Match[str]) -> bool:
    """Whether what is matched is denied, wished, or a line of what would be done."""
    if HEDGED.search(clause, 0, match.start()) or _NO.search(clause, 0, match.start()):
        return True
    return _LISTED.match(clause) is not None and match[0][:2].lower() != "i "


def _given(pack: Pack, clause: str, made: set[str]) -> str:
    """What is wrong with a deed that not every domain has a tool for: to waive, to add, to give."""
    own = _patterns(_NEVER)[0].search(clause) or _PASSIVE.search(clause)
    if own is None or _open(clause, own):
        return ""
    thing = next(
        (tools for form, tools in pack.things.items() if re.search(form, clause[own.end() :], re.IGNORECASE)), None
    )
    if thing is not None and not set(thing) & made:
        return f"that only after {' or '.join(thing) or 'a tool that gives it'} succeeded"
    if _others(pack, own[0]) & made or (made and _patterns(_ANY)[0].search(clause)):
        return ""
    return f"a deed of a tool: {own[0].split()[-1]} is none that was done"


def _generally(case: Case, index: int, clause: str, made: set[str]) -> str:
    """What is wrong with a deed that is claimed without its name, before anything was done."""
    if made or _LOOKED.search(clause):
        return ""
    own = _patterns(_ANY)[0].search(clause)
    match = own or _GENERAL.search(clause)
    if match is None or _open(clause, match):
        return ""
    last = match[0].split()[-1].strip(",.!").lower()
    happened = own is None and last not in ("done", "through", "final") and _happened(case, index, last)
    return "" if happened else "that only after a write succeeded"


def _others(pack: Pack, said: str) -> set[str]:
    """All tools whose deeds the last word of a claim can name."""
    return {tool for tool, words in pack.deeds.items() if re.search(rf"\b(?:{words})\b", said, re.IGNORECASE)}


def _elsewhere(case: Case, clause: str, writes: Sequence[Step]) -> str:
    """A record that a clause names and that none of the writes touched, where it names no other."""
    ids = {token for token in case.domain.pack.ids(clause) if "_" not in token and "@" not in token}
    touched = [f"{step.call.text} {step.fresh.text}".lower() for step in writes]
    strange = sorted(token for token in ids if not any(token.lower() in text for text in touched))
    return strange[0] if strange and len(strange) == len(ids) else ""


def _told_of(case: Case, index: int, key: str, words: str) -> bool:
    """Whether a tool or the user says of a record that it happened to it."""
    told = re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    before = [turn for turn in case.talk.turns[:index] if turn.role in ("tool", "user")]
    return any(key.lower() in turn.text.lower() and told.search(turn.text) for turn in before)


def _happened(case: Case, index: int, words: str) -> bool:
    """Whether a record, or the user, says that it happened before this conversation."""
    told = re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    return any(told.search(turn.text) for turn in case.talk.turns[:index] if turn.role in ("tool", "user"))


def _denied(case: Case, step: Step, clause: str) -> bool:
    """Whether a clause denies what a write just did, or what it was called with."""
    match = _NEGATED.search(clause)
    if match is None:
        return False
    rest = clause[match.end() :].lstrip(' *"“').lower()
    leaves = [value for value in step.call.args.values() if isinstance(value, str) and len(value) > 3]
    words = case.domain.pack.deeds.get(step.call.tool, "done")
    return (
        any(rest.startswith(value.lower()) for value in leaves)
        or re.match(rf"(?:{words}|closed|final|saved|requested|confirmed|complete|charged)\b", rest) is not None
    )


def claimed_failed(case: Case, index: int, text: str, news: Sequence[Step]) -> Iterator[Finding]:
    """Nobody says that a system failed that did not, nor, after a write that succeeded, that nothing was done."""
    if _FAILS.isdisjoint(_WORD.findall(text.lower())) and "n't" not in text and "n’t" not in text:
        return
    failed = any(step.recorded.error for step in case.steps if step.turn < index)
    wrote = [step for step in news if case.kind(step.call) == "write"]
    refused = any(o.call is None for o in case.task.decided) or not case.knows("refusals")
    for clause in _CLAUSE.split(text):
        if clause.rstrip().endswith("?"):
            continue
        error = None if failed else _ERROR.search(clause)
        if error and not HEDGED.search(clause, 0, error.start()):
            yield Finding("grounded", index, short(clause.strip(), 90), "an error only after a call returned one")
            return
        if wrote and not _APART.search(clause) and _denied(case, wrote[-1], clause):
            yield Finding("grounded", index, short(clause.strip(), 90), f"what {wrote[-1].call.tool} did")
            return
        if wrote and not failed and not refused and _FAILED.search(clause) and not _APART.search(clause):
            yield Finding("grounded", index, short(clause.strip(), 90), f"success: {wrote[-1].call.tool} went through")
            return
