"""What of a message proposes: its list, and not what was compared or found before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains.listing import DAY, Detail, listed, unmarked

_END = re.compile(r"(?<=[.!])\s+|\n+")
"""Where a sentence or a line ends, in front of a list."""
_STOP = re.compile(r"(?<=[.!?])(?<!\d\.)\s+|\n+")
_MARKED = re.compile(r"[ \t]*(?:[-•*–|]|\d{1,2}[.)])[ \t]")
_DIGIT = re.compile(r"\d")
_INTENDS = re.compile(
    r"\b(?:i|we|you)(?:'d|'ll|'m|'re| would| will| shall| can| could| am| are)\b|\blet me\b|\bplease\b"
)
"""Words of what somebody would do."""
_COMPARES = re.compile(
    r"\b(?!(?:requ|inter|sugg|gu|w|r|t|for|harv|manif)est\b)[a-z]{3,}est\b|\b(?:best|most|least|second|next) (?:one|option|choice|direct|expensive|suitable)\b|"
    r"\b(?:more|less|cheaper|dearer|shorter|longer|faster|slower|earlier|later|better) (?:\w+ )?(?:than|at|is|with)\b|"
    r"\bcompar\w+|\boptions?\b|\balternatives?\b|\blook-?ups?\b|\bvariants?\b|\bahead of\b|\b(?:then|after that) comes\b"
)
"""Words by which one thing is set beside others."""
_THAN = r"\b(?:more|less|fewer|later|earlier|better|(?:(?!other|rather|either|whether|number|after|over)[a-z]{3,})er)(?: [\w-]+){0,3} than\b"
_CODE = r"\b(?=[a-z]*\d)[a-z]{0,4}\d{3,}\b"
"""What a record goes by."""
_BEST = re.compile(
    rf"(?:\b(?:none|nothing|nobody|no one)\b|\bno (?!(?:more|less|fewer|later|earlier|sooner|longer|cheaper|higher|lower)\b)[a-z][\w-]+\b|\byou(?:['’]ll not| won['’]t| can['’]t| cannot| will not)\b)(?:(?!{_CODE})[^.;])*?{_THAN}"
    rf"|{_THAN} (?:any|every|all|each|the)(?: of)?(?: the)? (?:others?|rest|remaining|else)\b(?!.*{_CODE})"
)
"""Tells one as better than all: "none leaves later than …", "leaves later than any other"."""
_EXTREME = re.compile(r"\b(?!(?:requ|inter|sugg|gu|w|r|t|for|harv|manif)est\b)[a-z]{3,}est\b|\b(?:most|least) [a-z]+\b")
_BESIDE = re.compile(
    r"\b(?:than|ahead of|before|after|behind|versus|vs|beats?|against|compared|while|but|however|unfortunately|next|second|other|runner-up|full|sold|no|not|none|nothing)\b|n['’]t\b|;"
)
"""In a sentence that names another one beside the best, or says that it cannot be had."""
_JOINED = re.compile(rf"{_CODE}(?:[^.]{{0,90}}?\b(?:and|then|followed by|plus|with)\b(?: then)? {_CODE})?(?!.*{_CODE})")
"""One record, or two that are taken together."""
_PUTS = re.compile(
    r"\b(?:you|i|we)(?:['’]d| would) (?:then |also |now )?(?:get|receive|have|exchange|swap|give|book|replace|fly|return|put|send|switch|trade)\b"
)
_SET_BESIDE = re.compile(rf"{_THAN}|\b(?:compar\w+|options?|alternatives?|ahead of|next|second|runner-up)\b")
_DECLINES = re.compile(
    r"\b(?:i|we) (?:won't|can't|cannot|can not|will not|have to decline)\b|\b(?:unfortunately|i'm afraid|i'm sorry)\b|\bisn't possible\b"
)
"""Words by which something is turned down, and so is not proposed."""
_FINDS = re.compile(r"\b(?:i|we)(?:'ve| have)? (?:found|checked|searched|looked|went through)\b")
_REPORTS = re.compile(
    r"\b(?:has|have|is|are|was|were)(?: (?:now|just|already|also))* been\b|\b(?:has|have|is|are|'s|'re|'ve) now\b|\bnow (?:have|are|go|ship|fly|include|(?!(?:this|as|plus|its|thus|yes|always|perhaps|unless|us|\w+ss)\b)[a-z]+s)\b"
    r"|\b(?:went|gone|goes|is|are|was) (?:all )?through\b|\b(?:is|are)(?: all)? (?:done|gone|off|set|on (?:its|the|their) way)\b"
    r"|\b(?:i|we)(?:'ve| have)(?: (?:now|just|already|also))* \w+(?:ed|id|ut|de|ught)\b|^\W*(?:all )?(?:done|set|booked|changed|added|cancell?ed|updated|exchanged|returned)\b"
)
"""Words of what has been done, which comes ahead of what is next."""
_POINTS = re.compile(
    r"\b(?:that|this|these|those|both|the (?:latter|former|cheaper|cheapest|first|other)) (?:two |three )?(?:ones?|versions?|options?|items?|flights?|choices?|variants?|connections?)\b"
    r"|\b(?:put|take|use|book|swap) it (?:in|instead|for)\b|^so\b(?!,)|^(?:that|it)(?:'s| is| would be| will be|'d be)\b(?! (?:what|how|the)\b)"
)
"""Words that stand for what the sentence before named."""
_ROWS = 2
"""Lines that make a list."""
_ALONE = 0.6
"""Part of what a message states that its list states when it stands for itself."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A message with a list, in part."""

    own: str
    """The list, with the sentence that leads to it."""
    told: str
    """That, behind what is neither compared, found nor turned down, or named as the best."""
    uncompared: str
    """That, behind what is not compared; in a running text also behind what names one thing as the best of all."""
    pointed: str
    """The sentence right before the list, where the list points back to it: "replace yours with that one"."""
    running: bool
    """Whether the list is a running text."""


@lru_cache(maxsize=512)
def _split(text: str) -> Parts:
    rows = sum(
        bool(line.strip()) and (_MARKED.match(line) is not None or line.rstrip()[-1] not in ".!?:")
        for line in text.split("\n")
    )
    begin, end = 0, 0
    before = list[tuple[str, bool, bool]]()
    for stop in _END.finditer(text):
        sentence = text[begin : stop.start()]
        if not sentence.endswith((".", "!")) or _MARKED.match(sentence):
            break
        compares = _COMPARES.search(sentence) is not None
        aside = (_FINDS, _REPORTS, _DECLINES)
        finds = compares or any(pattern.search(sentence) for pattern in aside)
        if _puts(sentence) or (not finds and (_INTENDS.search(sentence) or (rows < _ROWS and _DIGIT.search(sentence)))):
            break
        begin = stop.end()
        before.append((sentence, compares, finds))
        if finds or rows >= _ROWS:
            end = begin
    own = text[end:]
    best = [one for one, compares, _ in before if compares and rows < _ROWS and _names_best(one)]
    told = [one for one, _, finds in before if one in best or (not finds and not _DECLINES.search(one))] if end else []
    uncompared = [one for one, compares, _ in before if one in best or not compares] if end else []
    pointed = before[-1][0] if end and end == begin and _POINTS.search(own) else ""
    return Parts(own, "\n".join((*told, own)), "\n".join((*uncompared, own)), pointed, rows < _ROWS)


def _puts(sentence: str) -> bool:
    """Whether a sentence puts a record forward, which it calls an extreme by the way: "you'd get the cheapest other pair (item …)"."""
    if re.search(_CODE, sentence) is None or _PUTS.search(sentence) is None:
        return False
    return not any(pattern.search(sentence) for pattern in (_DECLINES, _FINDS, _REPORTS, _SET_BESIDE))


def _names_best(sentence: str) -> bool:
    """Whether a sentence that compares names one thing alone, as the best: that is what is then put forward."""
    if _BEST.search(sentence):
        return True
    named = _JOINED.search(sentence)
    return named is not None and _EXTREME.search(sentence) is not None and not _BESIDE.search(sentence)


def _apart(details: Sequence[Detail], text: str, whole: Sequence[Detail]) -> Parts | None:
    """The parts of a message whose list stands for itself."""
    parts = _split(text)
    alone = parts.own != text and len(whole) > 1 and len(listed(details, parts.own)) >= max(2, _ALONE * len(whole))
    return parts if alone else None


def proposed(details: Sequence[Detail], text: str) -> list[Detail]:
    """The details that a lower-case message proposes.

    A value that is only compared is not proposed, unless the list points back to it, nor one that is told before a list
    which names another in its role.
    """
    text = unmarked(text)
    whole = listed(details, text)
    parts = _apart(details, text, whole)
    if parts is None:
        return whole
    return [
        detail
        for detail in whole
        if detail.rival is None
        or detail.given(parts.own)
        or ((detail.given(parts.uncompared) or detail.given(parts.pointed)) and not _rivaled(detail, parts))
        or (detail.kind == DAY and _the_only_one(detail, parts, text.removesuffix(parts.own)))
    ]


def _the_only_one(detail: Detail, parts: Parts, ahead: str) -> bool:
    """Whether what stands ahead of a list, which names none that the write has not, names this one and no other: of the flights of one day the list is one."""
    if detail.foreign is None:
        return False
    return detail.given(ahead) and not detail.foreign(ahead) and not detail.foreign(parts.own)


def _rivaled(detail: Detail, parts: Parts) -> bool:
    """Whether the list names another value in the role of a detail; a running text may name there what else the write takes."""
    test = detail.foreign if parts.running and detail.foreign is not None else detail.rival
    return test is not None and test(parts.own)


def read_for_denials(details: Sequence[Detail], text: str) -> Sequence[str]:
    """The texts in which another value of a detail is a contradiction: what a lower-case message compares is none."""
    text = unmarked(text)
    parts = _apart(details, text, listed(details, text))
    return (text,) if parts is None else tuple(dict.fromkeys((parts.own, parts.told)))


def unreported(text: str) -> str:
    """A text in any case without the sentences that tell what has been done."""
    return "\n".join(part for part in _STOP.split(text) if not _REPORTS.search(part.lower()))


def uncompared(text: str) -> str:
    """A lower-case message without the sentences that set one thing beside others, say what was found, or turn something down."""
    aside = (_COMPARES, _FINDS, _DECLINES)
    kept = (part for part in _STOP.split(text) if not any(pattern.search(part) for pattern in aside))
    return "\n".join(kept)
