"""Of a few kinds that exclude each other a sentence names one, and in other words it has to name no other: deeds, and states of what they are done to.

A word that may mean several of them ("switch", "give up") names none, and so does a sentence that names two: it is not judged.
"""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy import patterns as re
from writ_dspy.verify.negation import clauses

_DEEDS = {
    "exchange": re.compile(r"\bexchang\w*|\bswap\w*|\btrad(?:e|ed|es|ing)\b|\breplac\w+"),
    "return": re.compile(
        r"\breturn(?:ed|ing|s)? (?:request|it|them|this|that|those|these|my|the|some|something|everything|anything|all|one|a (?:thing|few|couple))\b|"
        r"\b(?:be|get) returned\b|\b(?:a|the|my|this|arrange a|make a) return\b(?! (?:flight|leg|trip|date|ticket|way|journey))|"
        r"\b(?:send|sending|give|giving|take|taking|bring|bringing) (?:[\w']+ ){0,4}back\b"
    ),
    "cancel": re.compile(
        r"\b(?:be|get) cancell?ed\b|\bcancel(?!l?ed)\w*|\bcall(?:ing)? (?:[\w']+ ){0,5}off\b|\bscrap(?:ping)?\b"
    ),
    "refund": re.compile(r"\brefund\w*|\bmoney back\b|\breimburs\w*"),
    "addition": re.compile(r"\badd(?:ing)? (?:[\w']+ ){0,3}(?:things?|items?|products?)\b"),
    "removal": re.compile(
        r"\b(?:remov|delet|drop)\w* (?:[\w']+ ){0,3}(?:things?|items?|products?)\b|\btak\w+ (?:[\w']+ ){0,3}(?:things?|items?|products?) (?:out|off)\b"
    ),
    "complaint": re.compile(r"\bcomplain\w*"),
    "booking": re.compile(
        r"\b(?:book|reserve|buy)(?:ing)? (?:me )?(?:an?|some|new) (?:new )?(?:\w+ )?(?:trip|flight|ticket|journey|seat)\b"
    ),
}
_APART = frozenset(
    frozenset(pair)
    for pair in (
        ("exchange", "return"), ("exchange", "refund"), ("exchange", "cancel"), ("return", "cancel"), ("booking", "cancel"),
        ("booking", "return"), ("booking", "refund"), ("addition", "removal"), ("addition", "cancel"), ("addition", "return"), ("complaint", "cancel"), ("complaint", "booking"),
    )
)  # fmt: skip
"""Deeds of which nobody means the one who names the other."""
_FOR_IT = re.compile(
    r"\b(?:another|different|new|replacement|cheaper|better|instead|in return|for (?:an?|something|the same))\b"
)
"""Who sends one thing back for another exchanges them."""
_STATES = {
    "pending": re.compile(
        r"\bpending\b|\bundelivered\b|\b(?:not|n't|yet to)(?: \w+){0,2} (?:shipped|ship|gone out|left|been sent|go out|been delivered|arrived)\b|\bon (?:its|the) way\b"
    ),
    "delivered": re.compile(r"(?<!not )(?<!n't )(?<!be )\b(?:delivered|arrived|received)\b"),
    "cancelled": re.compile(r"(?<!be )\bcancell?ed\b|\bcalled off\b"),
    "gone out": re.compile(
        r"(?<!not )(?<!n't )\b(?:has|have|already|'s)(?: already)? (?:shipped|gone out|left|been sent)\b"
    ),
}
_NOW = re.compile(
    r"\b(?:is|was|are|were|got|been|that's)(?: \w+)? (?P<state>cancell?ed|active|open|pending|delivered)\b"
)
_TO_BE = re.compile(r"\b(?:to be|be|become|made|get it)(?: \w+)? (?P<state>cancell?ed|active|open|pending|delivered)\b")


def exclusive(given: str, new: str) -> Iterator[str]:
    """The one kind that a sentence named, and the other that it names now."""
    yield from _deeds(given, new)
    if len(then := _then(given)) == len(_then(new)) == 1 and then != _then(new):
        yield "what is to be done in that case: the other way"
    was, now = (_kinds(text, _STATES) for text in (given, new))
    if len(was) == len(now) == 1 and was != now:
        yield f"{was.pop()}, and now {now.pop()}: the other way"
    before, after = (
        ({match["state"] for match in pattern.finditer(given.lower())} for pattern in (_NOW, _TO_BE)),
        ({match["state"] for match in pattern.finditer(new.lower())} for pattern in (_NOW, _TO_BE)),
    )
    (is_so, wanted), (so_now, wanted_now) = before, after
    if is_so & wanted_now and wanted & so_now and not (is_so & so_now or wanted & wanted_now):
        yield "what it is and what it is to be are swapped"


_THEN = re.compile(
    r"\b(?:only then|if so|if yes|in that case|only in that case|if that's the case),? (?:please |just |do |should you |can you |you (?:can|may) |i'd |i want you to )*(?P<deed>[a-z']+ ?[a-z]*)"
)
_GO = re.compile(r"(?:go|proceed|cancel|do it|carry|continue)\b")
_STAY = re.compile(r"(?:leave|forget|skip|drop it|don't|stop|keep)\b")


def _then(text: str) -> set[bool]:
    """Whether something is to be done in the case that holds, as far as it is said right there."""
    deeds = [match["deed"] for match in _THEN.finditer(text.lower().replace("’", "'"))]
    return {True for deed in deeds if _GO.match(deed)} | {False for deed in deeds if _STAY.match(deed)}


def _deeds(given: str, new: str) -> Iterator[str]:
    was, now = (_kinds(text, _DEEDS) for text in (given, new))
    if "return" in was | now and any(_FOR_IT.search(text.lower()) for text in (given, new)):
        return
    if was and now and all(frozenset((one, other)) in _APART for one in was for other in now):
        yield f"{' and '.join(sorted(was))}, and now {' and '.join(sorted(now))}: the other way"


def _kinds(text: str, kinds: dict[str, re.Pattern]) -> set[str]:
    """The kinds that a text names and does not deny, or suppose."""
    return {
        name
        for clause in clauses(text)
        if not clause.conditional
        for name, pattern in kinds.items()
        if (match := pattern.search(clause.text)) is not None and not clause.denied(*match.span())
    }
