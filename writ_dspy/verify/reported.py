"""What a message says was done: each deed with its verb, who did it, what stands around it, and whether it is stated at all.

Only language stands here; `done` compares with what was done.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from writ_dspy import patterns as re
from writ_dspy.verify.noise import bag
from writ_dspy.verify.sentences import is_example

OWN = bag("""verified located retrieved found reviewed checked double-checked noted looked read seen saw searched compared calculated listed identified gathered
    pulled gone went gotten got had understood heard received asked mentioned explained said told given gave shown showed described outlined summarized summarised provided
    confirmed authenticated accessed opened considered counted learned noticed realized realised thought tried attempted worked waited hoped helped assisted
    apologized apologised agreed meant wanted needed wished intended planned stated repeated answered replied responded clarified pointed referred quoted copied
    walked started begun began continued finished stopped paused kept held taken took come came been become felt believed assumed guessed expected remembered forgotten forgot
    missed overlooked misread misunderstood confused mixed corrected known knew detected spotted discovered determined established figured narrowed filtered sorted ranked
    matched evaluated assessed examined inspected analyzed analysed studied scanned browsed consulted validated ensured made mistaken erred prepared drafted proposed
    suggested recommended offered presented laid put covered addressed discussed spoken spoke talked followed captured marked documented recorded collected
    assembled compiled computed estimated totaled totalled summed added subtracted multiplied divided queried loaded viewed glanced glossed traced tracked logged flagged
    selected picked chosen chose decided concluded inferred deduced based required included involved concerned interested related allowed permitted entitled supposed able headed destined
    sized priced valued available located situated used limited restricted linked associated attached tied worried pleased delighted
    observed maintained skipped disrupted impacted affected unchanged unaffected did
    need proceed proceeded exceed succeed feed indeed speed red bed hundred naked sacred done thanked greeted welcomed promised assured reassured warned advised
    reminded informed notified let left seemed appeared turned ended happened occurred lost lived stayed remained belonged existed counted owned
    double-check accounted acknowledged appreciated sympathized sympathised met""")  # fmt: skip
"""What an agent does without a tool that changes anything (it looks, thinks, says), and participles that are states."""
_HAZY = bag("""spoken spoke talked consulted discussed checked did put made taken took added left covered included used turned corrected selected chosen picked logged recorded documented flagged marked sorted opened started
    finished attached offered given gave provided done told informed notified asked promised confirmed based limited linked addressed held kept laid""")  # fmt: skip
"""Those of `OWN` that are deeds as well: what they are done to decides (see `done`)."""
_ALWAYS = OWN - _HAZY
_IRREGULAR = (
    "taken care of|sent|made|put|given|got|taken|done|paid|set|sold|bought|brought|told|kept|left|held|cut|let|begun|begun|taken care of|sorted out|set up|drawn|written|wrote|sent out"
    "|gave|took|did|withdrawn|withdrew|undone|undid|chosen|thrown|threw|spoken|spoke|built|hidden|reset|rung|rang|broken|shut|found|swung|overridden|overrode|redone|rebuilt"
)
_PART = rf"(?:re-|pre-|double-)?(?:{_IRREGULAR}|[a-z]+(?:-[a-z]+)?(?:[a-z]ed))"
_ADVERBS = (
    r"(?:(?:now|just|already|also|even|then|today|all|both|indeed|too|once|again|as good as|since|[a-z]+ly|meanwhile|thus|hereby|gone ahead and|went ahead and|then"
    r"|been able to|managed to)\s+)*"
)
_AGENT = re.compile(
    rf"\b(?:I|[Ww]e)(?:(?:['’]ve|\s+have|\s+had)(?:\s+(?:already |just |also |now )?(?:had|got)(?:\s+[\w'’-]+){{1,4}}?)?)?\s+{_ADVERBS}(?P<verb>{_PART})\b"
)
_ABLE = re.compile(
    r"\b(?:I|[Ww]e)(?:['’]ve|\s+have|\s+was|\s+were)?\s+(?:\w+ly\s+)?(?:been able|managed|able) to\s+(?:\w+ly\s+)?(?P<verb>[a-z]+)\b"
)
_AND = re.compile(
    rf"(?:,|\band|\bthen)\s+(?:and\s+)?{_ADVERBS}(?P<verb>{_PART})\b(?=\s+(?:the|your|it|them|this|that|these|those|all|both|you|an?|everything|\w+ of|#|\d))"
)
_HAVING = re.compile(
    r"\b(?:I|[Ww]e)(?:['’]ve|\s+have)(?:\s+got)?\s(?!been\b|to\b)(?=(?:your|the|an?|all|both|that|this)\b)"
)
"""Begins what the agent has, on which a deed may hang: "I have your profile open and brought it up to date"."""
_PERFECT = re.compile(
    rf"(?:\b(?:has|have|had)|['’](?:s|ve))\s+{_ADVERBS}been\s+{_ADVERBS}(?P<verb>{_PART})\b", re.IGNORECASE
)
_NOW = re.compile(
    rf"(?:\b(?:is|are|am)|['’](?:s|re|m))\s+(?:(?:now|already|all|officially|hereby|successfully|both|finally|as good as|basically)\s+)+{_ADVERBS}(?P<verb>{_PART})\b",
    re.IGNORECASE,
)
_IS = re.compile(
    rf"(?:\b(?:is|are)|['’](?:s|re))\s+(?P<verb>{_PART})\b(?=\s*(?:[.!,;:]|\Z|\s(?:and|so|now|already|for you|as (?:you )?(?:requested|asked|wished))\b))",
    re.IGNORECASE,
)
_PAST = re.compile(rf"\b(?:was|were|got)\s+{_ADVERBS}(?P<verb>{_PART})\b", re.IGNORECASE)
_SAME = r"(?:re)?(?:set|put|cut|let|shut)\s+(?:the|your|it|them|both)\b"
"""Participles that are base forms, with an object: at the beginning of a clause they say what would be done ("set the pickup to noon")."""
_BARE = re.compile(
    rf"\s*(?:(?:all|both|and|already|now|successfully|great|perfect|okay|sure|yes)[,:!]?\s+)*(?!given|based|provided|taken|assuming|{_SAME})(?P<verb>{_PART})(?=[.!]|\s+(?:and|the|your|it|them|both)\b)",
    re.IGNORECASE,
)
_OBJECT = re.compile(rf"\b[Cc]onsider (?:it|that|this|them|the \w+|your \w+)\s+{_ADVERBS}(?P<verb>{_PART})\b")
_OF_DEED = {
    "cancellation": "cancelled", "cancelation": "canceled", "return": "returned", "refund": "refunded", "exchange": "exchanged", "booking": "booked", "change": "changed",
    "update": "updated", "modification": "modified", "upgrade": "upgraded", "downgrade": "downgraded", "swap": "swapped", "replacement": "replaced", "rebooking": "rebooked",
    "request": "processed", "switch": "switched", "order": "ordered", "action": "processed", "transaction": "processed",
}  # fmt: skip
"""Nouns of deeds, each with its participle."""
_STATED = (
    r"(?:done|complete[d]?|through|confirmed|finali[sz]ed|in place|final|made|processed|approved|submitted|arranged|settled|executed|carried out|set up|placed|under way|underway"
    r"|started|initiated|registered|recorded|requested|filed|on its way|taken care of|sorted(?: out)?|successful|good to go|all set|in motion|granted|put through|issued)"
)
_NOUN = re.compile(
    rf"\b(?P<noun>{'|'.join(_OF_DEED)})s?\b(?:\s+(?:request|process))?(?:\s+(?:of|for|on|to|from|in|with)(?:\s+[#\w'’-]+){{1,6}}?)?"
    rf"(?:\s+(?:(?P<rule>(?<=s )are)|is|are|was|were|has been|have been)|['’]s)\s+{_ADVERBS}(?P<stated>{_STATED})\b"
    rf"|\b(?P<went>{'|'.join(_OF_DEED)})s?\b(?:\s+(?:request))?\s+(?:has\s+|have\s+)?{_ADVERBS}(?:gone|went)\s+{_ADVERBS}through\b",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"(?<=[.!?;:])\s+|(?:\n|\\n)+|\s+[–—-]\s+|,?\s+(?:but|because|which|since|so that)\s+|,\s+(?:so\s+|and\s+|then\s+)?(?=(?:I|we|you|your|the|it|that|this|they|everything|all|both|nothing|there|an?)\b)"
    r"|\s+and\s+(?=(?:I|we|you|your|it|that|they|everything|the \w+ (?:is|was|has|are|were|have))(?:['’ ]))"
)
_CONDITION = re.compile(
    r"\b(?:if|once|when|whenever|until|unless|before|after|whether|in case|provided|as soon as|as long as|by the time|each time|upon|assuming|suppose|should (?:you|it|the)|in order to)\b",
    re.IGNORECASE,
)
_MODAL = re.compile(
    r"\b(?:would|will|can|could|may|might|must|should|shall|cannot|not|never|nothing|neither|nor|none|no|nobody|only|to be|to have|to get|want|wants|wanted|like|need|needs|let me|like to|going to"
    r"|hardly|yet to|about to|ready to|supposed|unable|ensures?|make sure)\b|n['’]t\b|['’](?:ll|d)\b", re.IGNORECASE
)  # fmt: skip
_WANTED = re.compile(
    r"\b(?:please|kindly|need you to|ask you to) (?:also )?(?:confirm|verify|check|make sure|ensure|tell me|let me know)\b",
    re.IGNORECASE,
)
"""That the user is to say whether it was done."""
_TOLD = re.compile(
    r"\b(?:you(?:['’]ve| have| just| also| already)* (?:said|say|mentioned|mention|told|tell|wrote|stated|indicated|noted|asked|requested|want|wanted|wish|believe|think|expected|described|reported|claim|claimed)"
    r"|according to you|you(?:['’]d| would) (?:like|prefer|rather)|(?:understand|sorry|see|hear)(?: to hear)?(?: from you)? that (?:you|your)|my understanding)\b", re.IGNORECASE
)  # fmt: skip
_RELATIVE = re.compile(
    r"(?:\w\s+(?:that|as|than|the one|ones)(?<!\band that)(?<!\bso that)|\b(?:which|who|whose))(?:\s+(?:really|actually|already|just|ever|once|truly|indeed))*\s*\Z",
    re.IGNORECASE,
)
_LISTED = re.compile(r"\s*(?:[-•*|]|\d+[.)])\s")


_BASES = {
    "find": "found", "get": "got", "see": "seen", "make": "made", "send": "sent", "put": "put", "take": "taken", "give": "given", "tell": "told", "do": "done", "set": "set",
    "read": "read", "bring": "brought", "keep": "kept", "hold": "held", "buy": "bought", "pay": "paid", "begin": "begun", "go": "gone", "come": "come",
}  # fmt: skip


@lru_cache(maxsize=4096)
def _participle(base: str) -> str:
    """The participle of a verb that stands in its base form."""
    ends = (
        (f"{base}d",)
        if base.endswith("e")
        else (f"{base[:-1]}ied",)
        if base.endswith("y") and base[-2:-1] not in "aeiou"
        else (f"{base}ed", f"{base}{base[-1:]}ed")
    )
    return _BASES.get(base) or next((form for form in ends if form in OWN), ends[0])


@lru_cache(maxsize=4096)
def _always(verb: str) -> bool:
    """Whether a participle is what an agent does without a tool, whatever it is done to."""
    return (
        verb in _ALWAYS
        or (verb[:2] == "re" and verb[2:].lstrip("-") in _ALWAYS)
        or ("-" in verb and verb.partition("-")[0] not in ("re", "pre", "e", "double"))
    )


_FORMS = (
    (_AGENT, True, "perfect"), (_ABLE, True, "perfect"), (_PERFECT, False, "perfect"), (_NOW, False, "present"), (_IS, False, "present"), (_PAST, False, "past"),
    (_OBJECT, False, "perfect"),
)  # fmt: skip
_WAS = re.compile(r"\b(?:was|were)\b", re.IGNORECASE)
_THE = re.compile(r"\b(?:the|your|all|both|these|those|its|two|three)\b", re.IGNORECASE)
_CUT = re.compile(r"[,;(]\s|\s\(")


class Deed(NamedTuple):
    """One thing that a message says was done."""

    verb: str
    """The participle, in lower case."""
    own: bool
    """The agent says that it did it."""
    tense: str
    """`perfect`, `past` (it may have happened at any time: "was delivered"), or `present` (a state as much as a deed: "is closed")."""
    head: str
    """What of its clause stands before it, from the deed before."""
    tail: str
    """What stands behind it, up to the next deed."""
    clause: str
    noun: str = ""
    """The noun of the deed, where it is told by that: "the cancellation went through"."""
    stated: str = ""
    """What is said of the noun: "processed"."""

    @property
    def around(self) -> str:
        """What it was done to, wherever that stands."""
        return self.tail if self.own else f"{self.head} {self.tail}"


@lru_cache(maxsize=1024)
def deeds_told(text: str) -> tuple[Deed, ...]:
    """All deeds that a message states, in order; none that it asks for, wishes, denies or makes a condition."""
    found: list[Deed] = []
    start = 0
    conditional = False
    for end, after in [*((match.start(), match.end()) for match in _SPLIT.finditer(text)), (len(text), len(text))]:
        clause, asked = text[start:end], text[:end].rstrip().endswith("?") or _asked(text, end)
        if not asked and not conditional:
            found += _of_clause(clause, text, start)
        ends = text[:end].rstrip()[-1:] in (".", "!", "?", ";") or "\n" in text[end:after]
        conditional = False if ends else conditional or _CONDITION.match(clause.lstrip(" *-•,")) is not None
        start = after
    return tuple(found)


def _asked(text: str, at: int) -> bool:
    """Whether the sentence that goes on at a place ends as a question."""
    rest = re.match(r"[^.!?\n]*(\?)?", text[at:])
    return (
        rest is not None
        and rest[1] is not None
        and not text[:at].rstrip().endswith((".", "!", ":", ";"))
        and "\n" not in text[at : at + 1]
    )


class _Span(NamedTuple):
    """Where a clause names a deed."""

    start: int
    end: int
    verb: str
    own: bool
    tense: str
    noun: str = ""
    stated: str = ""


@lru_cache(maxsize=4096)
def _spans(clause: str) -> tuple[_Span, ...]:
    """Where a clause names deeds, in order."""
    spans: list[_Span] = []

    def free(start: int, end: int) -> bool:
        return not any(span.start < end and start < span.end for span in spans)

    for pattern, own, tense in _FORMS:
        for match in pattern.finditer(clause):
            if free(*match.span()):
                verb = match["verb"].lower()
                spans.append(_Span(*match.span(), _participle(verb) if pattern is _ABLE else verb, own, tense))
    for match in _NOUN.finditer(clause):
        if match["rule"] and not _THE.search(clause, 0, match.start()):
            continue  # of all of a kind, and none in particular
        spans = [span for span in spans if span.end <= match.start() or match.end() <= span.start]
        noun, stated = (match["noun"] or match["went"]).lower(), (match["stated"] or "").lower()
        tense = "past" if _WAS.search(match[0]) else "perfect"
        spans.append(_Span(*match.span(), _OF_DEED[noun], own=False, tense=tense, noun=noun, stated=stated))
    return tuple(sorted([*spans, *_more(clause, spans)]))


def _more(clause: str, spans: list[_Span]) -> Iterator[_Span]:
    """Deeds that hang on another one ("and refunded it"), or that make up a sentence by themselves ("Cancelled!")."""
    if any(span.own for span in spans):
        for match in _AND.finditer(clause, min(span.end for span in spans)):
            start, end = match.span("verb")
            if not any(span.start < end and start < span.end for span in spans):
                yield _Span(start, end, match["verb"].lower(), own=True, tense="perfect")
    elif not spans and (having := _HAVING.search(clause)) and (more := _AND.search(clause, having.end())):
        yield _Span(*more.span("verb"), more["verb"].lower(), own=True, tense="perfect")
    elif not spans and (bare := _BARE.match(clause)):
        yield _Span(*bare.span("verb"), bare["verb"].lower(), own=False, tense="present")


def _of_clause(clause: str, text: str, place: int) -> Iterator[Deed]:
    """The deeds of one clause."""
    spans = _spans(clause)
    listed = bool(spans) and _LISTED.match(text, place) is not None
    for at, span in enumerate(spans):
        if (
            _always(span.verb)
            or (listed and not span.own)
            or _open(clause, span)
            or is_example(text, place + span.start)
        ):
            continue
        head = _apart(clause[spans[at - 1].end : span.start], span)[1] if at else clause[: span.start]
        following = spans[at + 1] if at + 1 < len(spans) else None
        tail = _apart(clause[span.end : following.start], following)[0] if following else clause[span.end :]
        yield Deed(
            span.verb, span.own, span.tense, head, _CUT.split(tail, maxsplit=1)[0], clause, span.noun, span.stated
        )


_JOINS = re.compile(r",?\s(?:and|while|but|plus)\s(?!.*\b(?:and|while|but|plus)\s)", re.IGNORECASE)


def _apart(between: str, second: _Span) -> tuple[str, str]:
    """What stands between two deeds as the tail of the first and the head of the second: "it is corrected | and K7 is cancelled"."""
    join = None if second.own else _JOINS.search(between)
    return (
        (between[: join.start()], between[join.end() :]) if join and between[join.end() :].strip() else (between,) * 2
    )


_NONE = re.compile(r"\s+(?:nothing|none|no|nobody|neither)\b", re.IGNORECASE)
"""Behind a verb: it was done to nothing."""


_SOLELY = re.compile(r"\bonly (?=\w+\Z)")
"""Right before what the agent did, "only" limits it, and denies nothing of it."""


def _open(clause: str, span: _Span) -> bool:
    """Whether a deed is wished, denied, made a condition or told of the user's words, or only says which thing is meant."""
    ahead = clause[: span.start]
    if span.own and _NONE.match(clause, span.end):
        return True
    said = _SOLELY.sub("", clause[: span.end]) if span.own else clause[: span.end]
    if _CONDITION.search(ahead) or _MODAL.search(said) or _TOLD.search(ahead) or _WANTED.search(ahead):
        return True
    return not span.own and _RELATIVE.search(ahead) is not None
