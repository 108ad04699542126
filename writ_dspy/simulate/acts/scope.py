"""What a clause of an answer is about, where that is not the act as it was proposed: later, in part, on paper, or something else.

The words of a clause are read together, with contractions undone and slips mended; what it means beside a yes, `weighing` says.
"""

from __future__ import annotations

from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.simulate.acts.lexicon import SINGLE

_UNIT = r"(?:second|sec|minute|min|moment|hour|day|week|month|year|morning|afternoon|evening|night|weekend|while|bit)s?"
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_AMOUNT = r"(?:an?|one|two|three|four|five|six|seven|ten|\d+|the|a few|a couple(?: of)?|some|about an?)"
_TIME = (
    rf"(?:tomorrow|tonight|later|some other (?:day|time)|another (?:day|time)|(?:on |this |next |coming |by )+{_WEEKDAY}|(?:the )?(?:next|following|coming) {_UNIT}"
    rf"|this (?:evening|afternoon|weekend)|in {_AMOUNT} {_UNIT}|on the \d+(?:st|nd|rd|th)?|(?:at|by|towards) the (?:end|start|beginning) of (?:the |this |next )?{_UNIT}"
    rf"|(?:at|over|on) the weekend)"
)
_WHEN = re.compile(rf"(?<!than )(?<!or )\b{_TIME}\b(?! than)")
_ONLY_WHEN = re.compile(
    rf"^(?:yes |sure |okay |ok |please |maybe |perhaps |just |only |then |sometime )*(?:early |late |first thing )?{_TIME}"
    rf"(?: (?:please|then|at|around|in|the|morning|afternoon|evening|night|noon|today|tomorrow|though|would|will|be|is|better|fine|good|if possible|\w*\d\w*|eight|nine|ten|six|seven|five))*$"
)
_AFTER = re.compile(
    rf"^(?:the |my |our |this |next )?(?:weekend|lunch|dinner|work|holidays?|vacation|payday|{_WEEKDAY}|tomorrow|{_UNIT})$"
)
_PIECE = r"(?:line|point|part|half|bit|thing|sentence|paragraph|entry|row|bullet|piece)"
_NTH = r"(?:first|second|third|last|other|top|bottom|upper|lower|next)"
_PIECES = re.compile(
    rf"\b(?:to|for|with|on|of|regarding|about|concerning|only|just|at least|the) (?:the )?(?:{_NTH} (?:\w+ )?{_PIECE}s?\b|{_NTH} (?:one|two|three|half|item)s? only\b)"
    r"|\b(?:to|for|with|on|only|just) (?:line|point|part|item|number) (?:one|two|three|\d)\b"
    rf"|\b(?:only|just|at least) (?:to |for |with |on )?(?:the )?{_NTH}\b|\b{_NTH} (?:\w+ )?(?:{_PIECE}|one|item)s? only\b"
    rf"|\b(?:to|for|with|half|only|just) (?:half|part|parts|most|some)(?: of)? (?:it|this|that|them|these|the)\b|\b(?:partial|half) yes\b|\byes half\b|\bpartly\b"
)
_REST = re.compile(
    r"\b(?:rest|others?|remaining|remainder|(?:second|other|last) (?:bit|part|half|line|point|one|thing))\b"
)
_DOUBTS = re.compile(
    r"\bnot (?:know|sure|certain|yet|so|get|understand)|\b(?:think|thinking|look|read|check|wait|consider|decide|discuss|unsure|later|sleep|clear)\b"
)
_IMAGINED = re.compile(
    r"^(?:and |so |but |just |now |well |please )*(?:suppose(?!$)|supposing|imagine|assume|assuming|pretend|say (?:i|we|that i|it)\b|let (?:us|me) (?:say|assume|suppose|imagine|pretend|just say)|what if)\b|\b(?:hypothetically|theoretically|in theory|in principle|on paper)\b"
)
_ANSWERS = re.compile(
    r"\b(?:come|get|be|write|report|call|go) back (?:to you|with|on|here|once|when|after|about|soon|then)?|\b(?:let|letting) you know\b|\btell you(?: then| later)?$|\b(?:write|answer|reply|message|contact|respond|text) (?:to )?you\b|\bwrite again\b|\bgive you (?:my|an|the) (?:answer|yes|okay|ok|decision|word|reply)\b"
)
_WILL = re.compile(
    r"^(?:and |so |then |just |first |but )*(?:i|we|let me|let us)? ?(?:just |quickly |first |really |only |still )*(?:give me (?:a|some) (?:moment|minute|second|sec|time|day) to|will|would|can|have to|need to|need|want to|would like to|going to|am going to|are going to|must|should|let me|let us|come|get|let you|tell|write|report)\b"
)
_CLOSE = """wife husband partner spouse girlfriend boyfriend fiance fiancee mother father mom mum dad parents sister brother son daughter kids children family
    boss manager colleague colleagues coworker friend friends roommate accountant lawyer bank doctor team assistant cousin aunt uncle grandmother grandfather
    other somebody someone"""
_PEOPLE = frozenset(_CLOSE.split())
"""Whom one asks before one agrees."""
_PAPERS = frozenset({"calendar", "schedule", "diary", "budget", "finances", "account"})
"""What one looks at, and only where it is said to come first is it before one agrees."""
_OTHERS_DECIDE = re.compile(
    rf"^(?:and |but |so |only )*(?:my|our|the) (?:\w+ )?(?:{'|'.join(_CLOSE.split())}) (?:still |first |also )*(?:has to|have to|needs? to|must|should|wants? to|would (?:have|like|need) to|will (?:have|need|want) to)"
    r"\b.*\b(?:(?:agree|approve|confirm|decide|sign|check)\b|(?:see|look|read|hear)\b.*\bfirst\b)"
)
"""Somebody else has to agree, too."""
_AHEAD = re.compile(r"\b(?:first(?! (?:thing|of all|one|two|time|class|name|item|flight|leg)\b)|before(?:hand)?)\b")


def comes_first(text: str) -> bool:
    """Whether what is asked of somebody, or looked at, comes ahead of the yes, whichever sentence that stands in."""
    return _AHEAD.search(text) is not None


_SETS_TO = re.compile(
    rf"\b(?:ask|call|phone|text) (?:\w+ ){{0,3}}?(?:{'|'.join(_CLOSE.split())}) to (?!(?:\w+ly )?(?:agree|approve|confirm|check|decide|look|see|sign|verify|read|think|weigh|hear|say|tell|answer|compare|consider|be)\b)\w+"
)
"""Asked to do something, and not what to answer: "I'll ask my wife to bring the parcel"."""
_IT = frozenset({"it", "this", "that", "everything"})
_CONSULTS = re.compile(
    r"\b(?:ask|check|talk|discuss|run|consult|confirm|show|call|speak|clear|verify|see|compare|phone|text|look|go over)\b"
)
_ALOUD = r"(?:mom|mum|mommy|mummy|mama|ma|dad|daddy|papa|honey|sweetie|sweetheart|babe|darling|kids|grandma|grandpa)"
_CALLED = re.compile(rf"^(?:yes|yeah|yep|sure|okay|ok|alright) {_ALOUD}\b(?!')|^{_ALOUD}$")
_INATTENTIVE = re.compile(
    r"^(?:and |so |but |sorry |what |okay )*(?:what (?:were|was|are|did|do) (?:you|we|it|that|the question|your question)(?: just)?(?: saying| say| ask| asking| talking| said| asked| again|$| you)|where (?:were|are|was) (?:we|i|you)\b|what was (?:the|your|that|this) ?(?:question|again|about)?)"
)
_ELSEWHERE = re.compile(
    r"^(?:sorry |oops )*(?:that|this|it) (?:was|is) (?:just |only |meant |not )*(?:for|to|at) (?:my|the|our|an?|someone|somebody|you)\b"
    r"|^(?:sorry |oops )*(?:that|this|it) was (?:just |only )*(?:my|the|our|an?) (?!(?:\w+ )?(?:accident|mistake|error|slip|fault|oversight|mix-?up|mis-?click|duplicate)\b)\w+(?: \w+)?$"
    r"|\bi (?:was|am) (?:just |actually |still )*(?:talking|speaking|writing|typing) to (?:my|someone|somebody|the)\b"
)
_STRAYED = re.compile(r"\bwrong (?:chat|window|tab|person|conversation)\b")
_AS_IT_IS = re.compile(
    r"\b(?:as|how|like|the way) (?:it|they|things|that|everything|this|all) (?:all )?(?:is|are|was|were|has been|have been|used to be|stands?)\b|\bas (?:before|now)\b|\b(?:the )?old (?:way|one|ones|version|state)\b|\bas$|\bunchanged\b|\buntouched\b|\bthe way it was\b|\blike before\b"
)
_AS_IT_WAS = re.compile(r"^(?:it|they|that|everything|things|all) (?:was|were)(?: please| then| thanks)*$")
_AS_IT_IS_NOW = re.compile(r"^(?:it|they|that|everything|things|all) (?:is|are)(?: please| then| now| thanks)*$")
_STAYS = re.compile(r"\b(?:keep|leave|stay|stays|remain|remains|let|put|stick|as|the old|back)\b")
_HANDS_OFF = re.compile(
    r"^(?:please |just |then )*do not (?:touch|alter|move) (?:it|this|that|anything|any of (?:it|this))(?: then| please| for now| now| at all)*$"
)
_SPARES = re.compile(r"\b(?:else|other|others|rest|remaining)\b")
_AGAIN = re.compile(r"\b(?:again|once more|one more time|another time|a second time)\b")
_ONCE_MORE = re.compile(r"^(?:please |and )*(?:again|once more|one more time)(?: please)*$")
_TELL = re.compile(
    r"\b(?:explain|tell|show|describe|list|repeat|read|walk|clarify|spell|elaborate|summarize|recap|specify)\b"
)
_HAND = re.compile(
    r"\b(?:send|give|post|write|resend|show|see|hear|have|get|copy|paste|print|put|say|read|explain|translate|repost)\b"
)
_WORDS = re.compile(
    r"\b(?:list|details|summary|overview|lines?|part|parts|points?|numbers|total|text|message|question|explanation|figures|breakdown)\b"
)
_PAPER = re.compile(r"\b(?:list|details|summary|overview|lines|numbers|text|message|figures|breakdown)\b")
_AFTERWARDS = re.compile(
    r"\b(?:afterwards?|after that|then|when|once|done|finished|confirmation|receipt|label|e-?mail|status|updates?|result|next|new|posted|know|reservation (?:number|id)|booking (?:number|code)|tracking)\b"
)
_EXPLAINS = re.compile(
    r"\b(?:go ahead|go on|continue|proceed|carry on)(?: and| to| please|,)* (?:explain|tell (?:me|us)|show|describe|list|repeat|read|walk|clarify|summarize|ask)\b"
    r"|\b(?:go ahead|go on|continue|proceed|carry on) with (?:your|the|that|this) (?:explanation|question|list|story|summary|overview|description|sentence|details)\b"
)
_WOULD_HAVE = re.compile(
    r"^(?!(?:it|that|this) ).*\bwould have been (?:\w+ )?(?:worse|dearer|bad|awful|terrible|too \w+)\b"
)
"""Compares what is proposed with what was not taken: "the credit card would have been worse"."""
_PRAISED = re.compile(
    r"^(?:that is |what )?(?:an? )?(?:good|great|nice|perfect|excellent|lovely|fine|wonderful) (?:to know|to hear|overview|summary|list|explanation|job|work|question|service|point)\b"
)
_ADMITS = re.compile(
    r"^(?:i |we )?(?:do |fully |totally |also )*agree (?:that )?(?:it|this|that) (?:is|was|looks|seems|sounds) (?!.*\b(?:fine|good|right|correct|best|better|okay|ok|alright|great|perfect|fair|all|how|what|the)\b)"
)
"""Agrees with a judgment, not to an act: "I agree it's cheap"."""
_ADMIRED = re.compile(
    r"^(?:very |a |really |such )*(?:good|great|nice|lovely|wonderful) (?P<noun>[a-z]+)(?: back| too| indeed)?$"
)
_ACTS = frozenset(
    {"idea", "plan", "deal", "choice", "solution", "decision", "call", "suggestion", "proposal", "option"}
)
"""What is praised where the act itself is."""
_UNSKILLED = re.compile(
    r"^(?:but |and |because )*i am not (?:so |very |really |too |that |all that |much )*(?:good|handy|clever|quick|used) (?:at|to|with (?:[\w-]+ )*?(?:computers?|machines?|technology|technical|tech|online|internet|web|websites?|apps?|phones?|numbers|dates|names|words|gadgets|devices|screens?))\b"
)
"""Speaks of the user's own skill, not of what was put."""
_SHOWN = re.compile(
    r"\b(?:on|in) (?:my|the) (?:screen|phone|display)\b|\b(?:just |has |have |finally )?loaded\b|\bin front of (?:me|us)\b|\b(?:it|that|list|message) (?:just |now |all )?shows? up\b|\bi (?:can )?(?:read|see|hear) (?:it|this|that|you|everything)(?: now| all| fine| well| clearly| here| okay| good| just)*$|\bi (?:am|was) (?:still |just |now )*(?:looking at|reading|listening)\b"
)
_PATIENT = re.compile(
    r"^(?:and |so |then )*i (?:will|can|am happy to|do not mind to|would)(?: just| gladly| happily| surely)* (?:wait|hold|hold on|hang on|stay)(?: here| right here| on the line| in the chat| in line| for it| for that| (?:those|these|the|that|a few|some|five|seven|so) (?:\w+ )?(?:days|weeks?|long|while)| for (?:the|my|that) (?:money|refund|parcel|package|e-mail|email|delivery|label)| for you| gladly| patiently| meanwhile| a moment| a minute| while you do| till then)*$"
)
_NO_HURRY = re.compile(r"\bno (?:need to )?(?:hurry|rush)\b")
_KINDLY = re.compile(
    r"^you (?:would|could|can|will) (?:please )?(?:be (?:so|as|that) (?:very )?(?:kind|nice|good|gracious|sweet|helpful)|be kind enough)\b|^(?:it|that|this) (?:is|be|would be|was) not (?:too much |much |too |a |an |any |big )*(?:trouble|bother|hassle|to ask|inconvenience)\b"
)
_PAST = re.compile(r"\b(?:last|yesterday|ago|once|back then|too (?:quickly|fast|soon|early)|time)\b")
_SAID = re.compile(r"\b(?:i|we) (?:\w+ )?(?:said|told|agreed|confirmed|answered)\b")
_SAID_OF = re.compile(
    r"\b(?:i|we) (?:\w+ )?(?:said|told \w+(?: \w+)?) yes (?:to|for|about) (?:the|my|your|an?|another|that)\b"
)
_NAMED = re.compile(
    r"^(?:yes|no|sure|okay) (?:was|is|were|are) (?:what|the|a|an|not what|something|easy|easily|quickly|all|how)\b|^yes (?:was|were)\b|\byes or no\b|\byes no$"
)


_TRAVELS = re.compile(r"\b(?:flights?|trips?|ones?|return|departure|leaving|flying|outbound|travel\w*)\b")
"""What a day may be of that is no day on which it shall be done."""
_FORMS: tuple[tuple[str, tuple[re.Pattern, ...]], ...] = (
    ("mention of", (_SAID_OF,)),
    ("mention", (_NAMED,)),
    ("cond", (_IMAGINED,)),
    ("told", (_EXPLAINS,)),
    ("praise", (_PRAISED, _UNSKILLED, _ADMITS, _WOULD_HAVE)),
    ("patient", (_PATIENT,)),
    ("polite", (_NO_HURRY,)),
    ("astray", (_INATTENTIVE, _STRAYED, _CALLED)),
    ("apart", (_ELSEWHERE,)),
)
"""What a clause is about, by the first that fits."""
_DOES = frozenset({"go", "actit", "undo", "confirm", "yes", "promise"})
"""Kinds of a clause that carries the yes."""
_SAYS = frozenset({"yes", "go", "content", "act"})
_HANGS = frozenset({"IF", "BEFORE", "REASON", "ONCE"})


@lru_cache(maxsize=1024)
def scope(words: tuple[str, ...], link: str, kind: str) -> str:
    """What a clause is about if not the act as proposed; else nothing.

    Args:
        words: Of the clause.
        link: How it hangs on the clause before.
        kind: What it says by its categories.
    """
    text = " ".join(words)
    if link in _HANGS:
        return _hanging(text, link)
    admired = _ADMIRED.match(text)
    if admired and admired["noun"] not in SINGLE and admired["noun"] not in _ACTS:
        return "praise"
    for name, patterns in _FORMS:
        if any(pattern.search(text) for pattern in patterns):
            return name
    if kind in _SAYS and _SAID.search(text) and _PAST.search(text):
        return "mention"
    if kind in _DOES and _WHEN.search(text) and not _TRAVELS.search(text):
        return "put off"
    return "later" if _ONLY_WHEN.match(text) else _limited(text, words, kind)


def _hanging(text: str, link: str) -> str:
    """A condition that is manners, a time to wait for, or a state that is kept."""
    if link == "IF":
        return "polite" if _KINDLY.search(text) else ""
    if link == "ONCE":
        return "later" if _AFTER.match(text) else ""
    if link == "REASON" and _AS_IT_WAS.match(text):
        return "as it was"
    return "as it is" if link == "REASON" and _AS_IT_IS_NOW.match(text) else ""


def _limited(text: str, words: tuple[str, ...], kind: str) -> str:
    if _REST.search(text) and _DOUBTS.search(text):
        return "rest"
    if _PIECES.search(text) and kind not in ("ask", "question", "hold"):
        return "share"
    first = comes_first(text)
    asks = _CONSULTS.search(text) is not None and not (_PEOPLE | _PAPERS if first else _PEOPLE).isdisjoint(words)
    asks = asks and (first or _SETS_TO.search(text) is None)
    if (kind != "hold" or (asks and first)) and _WILL.match(text):
        if asks and "show" not in words and not _IT.isdisjoint(words):
            return "put off"
        if asks or _ANSWERS.search(text):
            return "consults"
    if kind != "hold" and _OTHERS_DECIDE.match(text):
        return "consults"
    stays = _AS_IT_IS.search(text) and _STAYS.search(text)
    if (stays or _HANDS_OFF.match(text)) and not _SPARES.search(text):
        return "stays"
    if _SHOWN.search(text):
        return "present"
    return "told" if _to_be_told(text, kind) and not _AFTERWARDS.search(text) else ""


def _to_be_told(text: str, kind: str) -> bool:
    """Whether a clause bids say something, or hand over what is written."""
    bid = text.removeprefix("please ")
    if _TELL.match(bid) or _ONCE_MORE.match(text):
        return True
    handed = _HAND.match(bid) is not None and _PAPER.search(text) is not None
    asked = kind in ("ask", "requested") and _WORDS.search(text) is not None
    return handed or (_HAND.search(text) is not None and (asked or _AGAIN.search(text) is not None))
