"""From which side words limit a value: "won't pay over $40" and "if it's more than $40, leave it" both want it below."""

from __future__ import annotations

from collections.abc import Sequence

from writ_dspy import patterns as re
from writ_dspy.domains.values import Value
from writ_dspy.simulate.wishes.parts import Part

UNDECIDED = frozenset({"original", "same", "something else"})
"""Values of a choice that leave it open which of the others is meant."""
_UNDER = re.compile(
    r"\b(?:under|below|less(?: than)?|at (?:the )?most|max(?:imum)?|up to|no more|not more|cheaper|within|"
    r"before|by|earlier|until|cap|limit|ceiling|budget|or (?:less|cheaper|earlier|before|below|under)|"
    r"upper|highest|top)\b"
)
_OVER = re.compile(
    r"\b(?:over|above|more(?: than)?|at (?:the )?least|min(?:imum)?|exceed\w*|beyond|higher|after|later|"
    r"past|from|or (?:more|later|after|above|over|higher)|starting|dearer)\b"
)
_NO = re.compile(
    r"\b(?:not|no|never|can't|cannot|won't|don't|shouldn't|mustn't|wouldn't|isn't|couldn't|doesn't|"
    r"nothing|without)\b|n't\b|\bleave it\b|\bforget it\b|\bskip it\b"
)
_WRITTEN_OFF = re.compile(
    r"\b(?:leave|forget|skip|drop|don't|do not|not|no|cancel|never mind|nevermind|stop|instead|too much|rather|pass)\b"
)


def bounded(text: str) -> bool:
    """Whether words of a limit occur."""
    return _UNDER.search(text) is not None or _OVER.search(text) is not None


def direction(group: Sequence[Part], part: Part, item: Value) -> bool | None:
    """Whether what is wanted lies above the value; None where that cannot be read.

    Args:
        group: All parts of the sentence.
        part: The one that holds the value.
        item: The value.
    """
    near = part.text[max(0, item.start - 60) : item.start] + " " + part.text[item.end : item.end + 22]
    if _NO_MORE.search(near):
        return None if part.supposed else False
    before = part.text[: item.start]
    found = _last(before) or _last(near)
    if found is None:
        return None
    above, place = found
    denied = _NO.search(_HARMLESS.sub(" ", part.text[:place].rpartition(": ")[2])) is not None
    if part.supposed:
        return _followed(group, part, above=above != denied)
    if above and not denied and UNPAID.match(part.text, item.end):
        return False
    if above and _IS_OVER.search(before):
        return None  # what was found is over the limit: that tells of it, and wants nothing
    return (above != denied) != (_TOO_MUCH.search(part.text, item.end) is not None)


def _last(text: str) -> tuple[bool, int] | None:
    """The last word of a limit: whether it is one from below, and where it stands."""
    over = max((match.start() for match in _OVER.finditer(text)), default=-1)
    under = max((match.start() for match in _UNDER.finditer(text)), default=-1)
    return None if over == under else (over > under, max(over, under))


def _followed(group: Sequence[Part], part: Part, *, above: bool) -> bool | None:
    """Which side is wanted, where a case is supposed, by what is to happen then."""
    at = list(group).index(part)
    if len(group) == 1 or part.text.startswith("unless"):
        return None
    before = at and (at == len(group) - 1 or group[at - 1].text.endswith("only"))
    then = group[at - 1].text if before else group[(at + 1) % len(group)].text
    if re.search(r"\bonly\b", f"{then} {part.text}") and not _WRITTEN_OFF.search(then.replace("cancel", "")):
        return above
    if _FINE.search(then):
        return above
    return not above if _GIVEN_UP.search(then) else None


_IS_OVER = re.compile(
    r"^\W*(?:(?:well|no|oh|ah|sorry|but|and|hm+|ugh|ouch|then|pity|so)\W+)*(?:that|it|this|they|these|those|all of (?:them|those)|both)(?:(?:'s|'re|'d) (?!not\b)| (?:is|are|was|were|would|will|costs?|comes?|goes|amounts?) )"
    r"(?:(?:be|to|in|out|at|all|both|just|way|far|well|still|already|a bit|slightly|cost|come) )*(?:over|above|beyond|more than|higher than|dearer than|past)\b[^,;]{0,24}\Z"
)
_NO_MORE = re.compile(r"\b(?:no|not|n't|never)(?: \w+){0,2} (?:more|over|above|higher|beyond|later|exceed)\b")
UNPAID = re.compile(
    r"\W*(?:(?:per|each|a|an|for|all|in|total|person|head|passenger|seat|ticket|item|altogether|apiece|everyone|everybody|of|us)\W+)*"
    r"(?:i|we)(?: \w+ly| just| really| simply)? (?:don't|do not|won't|will not|can't|cannot|can not|wouldn't|refuse to|never)(?: \w+ly| want to| like to)? (?:pay|spend|go|afford|buy|book|fly|accept|do)\b"
)
"""Behind a value that stands in front of the verb that denies it: "over $330 I don't pay"."""
_TOO_MUCH = re.compile(
    r"\b(?:too (?:much|expensive|dear|high|late|early)|not acceptable|unacceptable|is out|no good)\b"
)
_HARMLESS = re.compile(r"\b(?:don't|wouldn't|do not) (?:really )?(?:mind|care)\b|\bno problem\b")
_FINE = re.compile(r"\b(?:don't|wouldn't) mind|\bfine\b|\bok(?:ay)?\b|\bdon't care|\bno problem")
_GIVEN_UP = re.compile(
    r"\b(?:leave it|forget it|skip it|don't (?:do|book|go|change)|drop it|too much|pass|not interested)\b"
)
