"""Acted: what the agent says it keeps, notes down, hands on or has set in motion is a deed of a tool, and no tool here does it.

`done` knows the deeds that tools do. An agent of a service is also said to hold things for somebody, to leave notes on records, to turn to others
behind the desk, and to have money and mail move by themselves ("the fare has gone back to your card"). None of these is done by talking: each
is told of a thing, a record or a third party, and that it is, tells it from what an agent does in its own talk ("I put them side by side").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.noise import bag, written
from writ_dspy.verify.sentences import planned, sentences
from writ_dspy.verify.underway import given_by

_CUES = bag("""hold holding holds held reserve reserving reserved block blocking blocked secure securing secured keep keeping kept put set placed laid save saving saved aside earmarked queue list being word words instructions attached
    discount rebate voucher coupon reduction noted written down reminder pass hand forward refer submit escalate ask consult check notify inform alert closed archived deleted paused suspended reopened reactivated deactivated erased
    note notes remark remarks comment comments memo reminder message flag flagged tag tagged mark marked starred annotated
    asked told informed notified alerted contacted warned reminded requested instructed briefed consulted called emailed messaged gone went come came landed arrived moved back returned they they'll colleague colleagues supervisor supervisors manager managers specialist team department""")  # fmt: skip
_I = r"\b(?:I|[Ww]e)(?:['’](?:ve|m|re)| have| am| are|['’]d| had)?\s+(?:(?:just|now|already|also|only|gladly|simply|then|hereby|temporarily|meanwhile|quickly|even|been|gone ahead and|went ahead and|\w+ly)\s+)*"
_IT = r"(?:it|that|this|them|those|these|both|everything|(?:the|your|this|that|these|those|his|her|their|our|an?|one|two|all|another)\s|\#|\$|[A-Z]+\d|[A-Z]{3,}\b)"
_TOPIC = r"(?:(?:the|your|that|this|an?|my|all|one) (?:\w+ )?(?:questions?|points?|answers?|topics?|rest|thoughts?|judge?ment|opinions?|remarks?|comments?)\b)"
"""What is put off in talk alone."""
_OPEN = re.compile(
    r"\b(?:if|once|when|whenever|unless|until|would|could|should|may|might|can|cannot|shall|not|never|no|nothing|neither|nor|without|whether|before|in case|as soon as|to be|asked me|you (?:said|told|mentioned|asked|say|want|wanted))\b|n['’]t\b|['’]d (?!been)",
    re.IGNORECASE,
)
"""Ahead of a deed: it is supposed, wished or denied."""

_HELD = re.compile(
    rf"(?-i:{_I})(?:(?:(?:hold|reserv|block|secur)ing|held|reserved|blocked|secured|earmarked)\s(?={_IT})(?!{_TOPIC})(?!(?:that|this|it|you|them)?\s?(?:back|off|on\b|up|my|our|in mind|against|to|together))"
    rf"|(?:put|putting|set|setting|kept|keeping|placed|placing|laid|laying|saved|saving)\s(?={_IT})(?!{_TOPIC})(?!(?:that|this)\s(?:aside|to one side|on hold))[^.;:!?,]{{0,60}}?\b(?:aside|on hold|on reserve|in reserve|on standby|under lock|by for you|back for you)\b)"
    r"|\b(?:is|are|has been|have been|['’]s|['’]re)\s(?:now |already |currently |being |safely )*(?:on hold for you|on hold (?:in|under|until|till)|(?:put|set|laid|kept) (?:aside|by|back) for you|held (?:for you|in your name|aside|until|till|under)|reserved (?:for you|in your name|aside|until|till|under)|kept for you)\b"
    r"|\b(?:is|are|has been|have been|['’]s|['’]re)\s(?:now |already |next )*(?:in (?:the|a|our) (?:\w+ )?queue|(?:put |placed |added )?(?:on|to) (?:the|a|our) (?:standby|waiting|wait|priority)[ -]?list|at the (?:top|front) of (?:the|our) (?:list|queue|line))\b"
    r"|(?<=\bbut )(?:instead |rather |have |now |only )*(?:put|placed|set) (?:it|them|that|this|both|(?:the|your) \w+) (?:aside|on hold|on standby)\b"
    r"|\b(?:a|the) hold (?:is|has been|was) (?:now |already )?(?:placed|put|set|on|active|in place)\b",
    re.IGNORECASE,
)
"""Something is kept for somebody, so that nobody else gets it."""
_NOTE = r"(?:note|remark|comment|memo|reminder|annotation|flag|marker|tag|instruction|message|request|alert)s?"
_NOTED = re.compile(
    rf"(?-i:{_I})(?:left|added|attached|entered|placed|put|dropped|filed|logged|written|wrote|typed|submitted|sent|recorded|stored|saved)\s(?:you\s)?(?:an?|the|your|another|some|two|this|that)\s(?:[\w'’-]+\s){{0,3}}?{_NOTE}\b(?![^.;!?]*\b(?:below|above|in (?:the|this|my) (?:list|summary|overview))\b)"
    rf"|(?-i:{_I})(?:left|sent)\s(?:word|instructions|notes)\b"
    r"|(?-i:\b(?:I|[Ww]e)(?:['’]ve| have)?\s+(?:(?:just|now|already|also|only|\w+ly)\s+)*)(?:flagged|tagged|annotated|earmarked|marked|labelled|labeled)\s(?:it|this|that|them|these|those|both|(?:the|your|this|that)\s[\w'’ -]{2,40}?|\#?[A-Z]*\d\w+)\s(?:so\b|as (?:urgent|priority|important|fragile|vip|a\b|an\b|high|special)|for (?!you\b|comparison)|to (?:be|ship|go|get|make|have|arrive)|until\b|with (?:the|our|a (?:note|request|remark))|in (?:the|our) (?:system|file|database))"
    r"|(?-i:\b(?:I|[Ww]e)(?:['’]ve| have)?\s+(?:(?:just|now|already|also|only|\w+ly)\s+)*)(?:flagged|tagged|marked|labelled|labeled)\s(?:it|this|that|them|these|those|both|(?:the|your)\s(?:order|reservation|booking|trip|bags?|item|account|profile)|\#?[A-Z]*\d\w+)(?: there| here| now)? as (?!such\b|described|listed|you)"
    r"|(?-i:\b(?:I|[Ww]e)(?:['’]ve| have)?\s+(?:(?:just|now|already|also|only|\w+ly)\s+)*)(?:noted|written down|made a note|put down|set a reminder) to (?!you\b|your\b)[a-z]+"
    rf"|(?:\b(?:[A-Z\d]*\d[A-Z\d]{{3,}}|it|(?:the|your) (?:order|reservation|booking|trip|account|profile|file)))(?: now| also| still)* (?:has|carries|bears|got|comes with) (?:an?|the|your|this) (?:\w+ )?{_NOTE}\b"
    rf"|\b(?:an?|the) {_NOTE} (?:is|has been|was)(?: now| already)* (?:on|in|added to|attached to|left on|put on|placed on|filed with) (?:the|your|its|this)\b",
    re.IGNORECASE,
)
"""Something is written down where others would read it."""
_FILED = re.compile(
    r"(?:submitted|filed|placed|entered|sent)\s[^.;!?]*\b(?:exchange|return|cancell?ation|modification)\srequests?\Z",
    re.IGNORECASE,
)
"""What a write has done may be called so; which one it was, `done` judges."""
_THIRD = r"(?:operations|security|support|logistics|billing|accounting|accounts|management|everyone|everybody|dispatch|shipping|fulfil?lment|head ?office|headquarters|customer (?:service|care|relations)|reservations|ticketing|finance|payments|maintenance|scheduling|crew|ground (?:staff|crew)|colleagues|supervisors?|managers?|staff|partners?|couriers?|(?:the|our|my|a|an|their|his|her|your) (?:[\w-]+ ){0,2}?(?:team|department|desk|office|supervisor|manager|colleague|colleagues|specialist|staff|warehouse|store|bank|airline|airport|carrier|courier|driver|seller|supplier|manufacturer|crew|counter|gate|hotel|partner|company|unit|group|people|passenger|passengers|traveler|companion))"
_BEHIND = r"(?:\w+ )?(?:colleagues?|supervisors?|managers?|specialists?|team|department|back office)"
_TURNED_TO = re.compile(
    rf"(?-i:{_I})(?:asked|told|informed|notified|alerted|contacted|warned|reminded|instructed|briefed|consulted|called|emailed|e-mailed|messaged|texted|phoned|checked with|spoken (?:to|with)|talked to|written to|wrote to|checked it with|confirmed (?:it|this|that)? ?with|cleared (?:it|this|that) with|passed (?:it|this|that|your \w+|the \w+) (?:on )?(?:to|along to)|handed (?:it|this|that|your \w+|the \w+) (?:over |on )?to|forwarded (?:it|this|that|your \w+|the \w+) to|sent (?:it|this|that|your \w+|the \w+) (?:on |over )?to|requested (?:it|this|that|one|\w+ \w+) from)\s{_THIRD}\b"
    rf"|(?-i:{_I}(?:told|informed|notified|alerted|contacted|warned|reminded|instructed|briefed|emailed|messaged|texted|phoned)\s(?!I\b|You\b)[A-Z][a-z]+(?=\s(?:about|of|that|too|as\swell)\b|\W*\Z))"
    rf"|\b(?:they|{_THIRD})(?:['’]ll| will| are going to| is going to) (?:\w+ )?(?:write to|write|call|contact|e-?mail|text|phone|ring|get back to|get in touch with|reach out to|reach|follow up with|notify|inform) you\b"
    rf"|\b(?:an?|one of (?:my|our)|my|our|the) {_BEHIND} (?:of (?:mine|ours) )?(?:will|is going to)(?: also| then| gladly)? (?:look (?:at|into|over)|take (?:a|another) look|check|review|go (?:over|through)|examine|reconsider|revisit|re-?open|think about|decide|try) (?!you\b)\w+",
    re.IGNORECASE,
)
"""Somebody behind the desk, or elsewhere, was turned to, or will be in touch."""
_WILL_TURN = re.compile(
    rf"\b(?:I|we)(?:['’]ll| will|['’]m going to| am going to) (?:then |now |also |gladly )?(?:(?:pass|hand|forward|refer|submit|escalate) (?:it|this|that|them|(?:the|your) \w+)(?: request| case| wish)? (?:on |over |along |up |through )?to|ask|consult|check with|notify|inform|alert)\s{_THIRD}\b",
    re.IGNORECASE,
)
"""Somebody else is to be turned to, who is none of this talk."""
_SHUT = re.compile(
    r"\b(?:(?:the|your|both|all|this|that|these|those) (?:\w+ )?(?:orders?|reservations?|bookings?|accounts?|profiles?)|it)(?: \w+ \S+@\S+)? (?:is|are|has been|have been|was|were)(?: now| also| both| all| already)* (?P<state>closed|archived|deleted|paused|suspended|reopened|reactivated|deactivated|erased)\b(?! (?:to|for)\b)",
    re.IGNORECASE,
)
"""A state that nothing here is put into."""
_MONEY = r"(?:money|fare|fares|refund|amount|payment|difference|price|total|sum|charge|fee|cost|balance|\$\d[\d,.]*\d)"
_METHOD = r"(?:card|cards|visa|mastercard|amex|paypal|account|certificate|wallet|bank|method|balance)"
_PAID = re.compile(
    rf"{_MONEY}\b(?: of \$\d[\d,.]*\d| for [\w' -]{{2,30}}?| in full)?,? (?:(?:has|have) (?:already |just |now |also |all )*(?:gone|come|moved|landed|arrived|found its way|made its way)|(?:already |just |also )*(?:went|came|landed|arrived)|(?:is|are) (?:already |now |all )*back)\b(?:(?: back| over| straight| out)* (?:to|onto|in|into|at|with)| back on) (?:your|the|his|her|its) (?:[\w-]+ ){{0,3}}?{_METHOD}\b",
    re.IGNORECASE,
)
"""Money moved by itself, to what it is paid with."""


_REBATE = re.compile(
    r"\b(?:an?|the|your|another|some) (?:[\w$%.,-]+ ){0,3}?(?P<what>discount|rebate|voucher|coupon|price reduction)\b(?: of [$\w%.,-]+| for [\w' -]{2,30}?)? (?:is|was|has been|have been|were) (?:\w+ly |now |already |also )*(?:applied|given|granted|deducted|taken off|added|included|credited|used)\b",
    re.IGNORECASE,
)
"""The price was lowered by something that nobody ever spoke of."""
_IN_WORK = re.compile(
    r"\b(?P<noun>refund|return|exchange|cancell?ation|change|booking|upgrade)s? (?:is|are) (?:now |already |currently |just )*being (?:processed|prepared|made|handled|issued|sent|arranged|booked|completed|worked on)\b",
    re.IGNORECASE,
)
"""A deed is going on, which would have begun."""


def acted(case: Case, index: int, ground: Ground) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence of a message that tells a deed which no tool does, or none did.

    Args:
        case: The conversation.
        index: The message's turn.
        ground: What is known by then.
    """
    text = case.talk.turns[index].text
    if _CUES.isdisjoint(written(text).bag):
        return
    before = [step for step in case.writes if step.turn < index and not step.fresh.error]
    for start, end in sentences(text):
        sentence = text[start:end].strip()
        if sentence.endswith("?") or planned(text, start):
            continue
        flat = next((wanted for pattern, wanted in _FLAT if (told := _told(pattern, sentence)) and not (before and _FILED.search(told))), "")  # fmt: skip
        kept = _told(_HELD, sentence)
        if kept and not _reserves(before) and _own_words(case.domain).isdisjoint(written(kept).bag):
            yield sentence, "a deed of a tool: nothing here is held for anybody"
        elif flat:
            yield sentence, flat
        elif (wanted := _to_others(case, sentence)) or (wanted := _shut(ground, sentence)):
            yield sentence, wanted
        elif (paid := _told(_PAID, sentence)) and not _pays(case, before, paid) and not _was_refunded(ground):
            yield sentence, "a write that moves the money"
        elif _lowered(ground, sentence):
            yield sentence, "no lower price than the records give"
        elif not before and (work := _told(_IN_WORK, sentence)) and not _known_of(ground, work.split()[0]):
            yield sentence, "a deed of a tool: none is going on"


def _lowered(ground: Ground, sentence: str) -> bool:
    """Whether a sentence tells of something that lowered a price, and that neither policy nor a tool nor the user has spoken of."""
    told = _REBATE.search(_told(_REBATE, sentence))
    return told is not None and not any(told["what"].lower() in text for text in ground.texts)


_FLAT = (
    (_NOTED, "a deed of a tool: nothing is noted on a record"),
    (_TURNED_TO, "a deed of a tool: nobody else is turned to"),
)


def _to_others(case: Case, sentence: str) -> str:
    """That somebody else is going to be turned to, where nobody is handed over."""
    if not _told(_WILL_TURN, sentence) or any(case.domain.transfers(step.call) for step in case.steps):
        return ""
    return "a deed of a tool: nobody else decides"


def _shut(ground: Ground, sentence: str) -> str:
    """That a record is in a state of which nobody and nothing has spoken."""
    told = _SHUT.search(sentence) if _told(_SHUT, sentence) else None
    known = told is None or any(told["state"].lower()[:5] in text for text in ground.texts)
    return "" if known else "a state that was read"


def _told(pattern: re.Pattern, sentence: str) -> str:
    """What a pattern finds that a sentence states, and neither supposes nor denies."""
    for match in pattern.finditer(sentence):
        ahead = sentence[: match.start()]
        begins = max(ahead.rfind(sign) for sign in (";", ":", ", ", " and ", " but ")) + 1
        if not _OPEN.search(sentence, begins, match.end()):
            return match[0]
    return ""


_KEEPS = bag("hold holds reserve reserved queue waitlist standby block")


@lru_cache(maxsize=64)
def _own_words(domain: Domain) -> frozenset[str]:
    """What a domain's tools keep by their names: where one places a hold, holds are records, and what is said of them is judged as that."""
    return _KEEPS.intersection(word for tool in domain.kinds for word in tool.lower().split("_"))


def _reserves(before: Sequence[Step]) -> bool:
    """Whether something was booked, which keeps a place."""
    return any(step.call.tool.startswith(("book", "reserve", "create")) for step in before)


def _pays(case: Case, before: Sequence[Step], said: str) -> bool:
    """Whether one of the writes moves money, and gives it back where that is said."""
    tools = given_by(case.domain, "refund") or ()
    back = re.search(r"\b(?:back|refund)\b", said, re.IGNORECASE) is not None
    return any(step.call.tool in tools or (not back and "payment" in step.call.text) for step in before)


def _known_of(ground: Ground, noun: str) -> bool:
    """Whether the user or a record tells of such a deed as one that was done, or asked for."""
    done = re.compile(rf"\b{noun.lower()[:6]}\w*ed\b|\b{noun.lower()} requested\b")
    return any(done.search(text) for text in ground.texts[1:])


def _was_refunded(ground: Ground) -> bool:
    """Whether a record or the user tells of money that came back."""
    return any("refund" in found.lower or '"amount": -' in found.lower for found in ground.shown) or any(
        re.search(r"\b(?:back|refund\w*|credited)\b", heard) for heard in ground.heard
    )
