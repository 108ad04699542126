"""Reserved: a yes that the same reply mocks, doubts, puts off, finds too dear, or gives for the same with a change.

What a yes hangs on, and what is kept back of it, is read elsewhere. A reproach or a sigh beside an order ("it's a lot, but go ahead") leaves a
yes; beside a word that only finds right what was said ("that's right, but it's a bit dear for me"), it takes it back.
"""

from __future__ import annotations

from writ_dspy import patterns as re
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.narrowed import record_of
from writ_dspy.verify.postponed import gives_order
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.vocabulary import vocabulary, written_to

_YES = r"(?:(?:yes|yeah|yep|yup|sure|ok|okay|right|alright|all right|fine|good|great|perfect|cool|well|oh|(?:that|this|it)(?:'s| is| looks| sounds) (?:all )?(?:right|good|fine|correct|perfect)|all (?:good|right|correct)|sounds good|looks good|[\w#]+ is (?:right|correct)|i(?:'ve| have)? (?:read|see|seen) (?:it|that|this)|go ahead|do it|go for it)\b\W*)+"
_END = r"(?:\W*(?:please|thanks|thank you|though|then|ok|okay|mate|buddy|pal|you know)\b)*\W*"
_HELD_BACK = re.compile(
    rf"\W*(?:{_YES})?(?:and |but |only |just |though |maybe |perhaps |if only )*(?:"
    r"in (?:your|his|her) dreams|dream on|as if|nice try|(?:when|once) hell freezes over|not in a (?:million|thousand|hundred) years|over my dead body|fat chance|no way|yeah,? right|says who|you wish"
    r"|not (?:today|now|yet|tonight|tomorrow|this (?:week|month|time|minute|second)|right (?:now|away)|quite(?: yet)?|just yet|immediately|at the moment|so fast)"
    r"|(?:one of these days|some ?day|one day|at some point|some other time|another time|eventually|in due (?:course|time)|sooner or later|all in good time)"
    r"|(?:do not|don't) (?:rush|push|pressure|hurry|press) me|no need to (?:rush|push) me"
    r"|(?:for (?:now|the moment)[, ]*)?(?:(?:just|please|maybe) )*(?:keep|leave|hold) (?:it|that|this|everything) (?:open|pending|undecided|for now|for the moment)(?: for (?:now|the moment))?"
    r"|(?:i(?:'m| am)|we(?:'re| are)) (?:still )?(?:thinking|mulling|in two minds|wondering|hesitating|undecided|unsure)(?: (?:about|over) (?:it|that|this))?"
    r"|(?:roughly|almost|nearly|sort of|kind of|in a way|up to a point|to some extent|half and half)"
    r"|(?:that|this|it)(?:'s| is) (?:the idea|what i meant|it|right|correct)[, ]+(?:roughly|almost|nearly|sort of|kind of|in a way)"
    r"|(?:almost|nearly|roughly) (?:right|correct|there|perfect)"
    rf"){_END}"
)
"""A clause that puts a yes off, or makes it none."""
_MAYBE = re.compile(
    r"\bi (?:suppose|guess|think|believe) (?:(?:it|that|this|[#\w]+) )?(?:might|may|could) be (?:all )?(?:fine|ok|okay|right|good|alright)\b"
)
_TOO = re.compile(
    rf"\W*(?:{_YES})?(?:and|but|hm+|well|still|though|honestly|to be honest|ouch|phew|wow)?\W*(?:(?:that|it|this)(?:'s| is| looks| seems| sounds| feels)(?: like)? |i find (?:it|that|this) )?(?:still |just |really )*"
    r"(?:(?:an? (?:bit|little|tad|touch)|rather|quite|pretty|awfully|way|far|much|a lot|a bit) (?:too )?(?:dear|expensive|much|pricey|steep|costly|high|long|late|early)|too (?:dear|expensive|much|pricey|steep|costly|high|long|late|early|little)|not (?:good |nearly |quite )?enough|more than i (?:wanted|planned|hoped|meant|can afford|have)\b[\w ]{0,20}|(?<=like )a lot(?: of [a-z]+)?)"
    rf"(?: (?:for (?:me|us|my \w+|that|it)|to be honest|if i'm honest|really))?{_END}"
)
"""Finds fault with the amount."""
_UNREAL = re.compile(
    rf"\W*(?:{_YES})?(?:and |but )*(?:that|this|it) would have been (?:\w+ )?(?:nice|great|good|fine|ok|okay|perfect|better|lovely)(?: (?:last \w+|yesterday|then|back then|before|a \w+ ago))?{_END}"
)
_CHANGED = re.compile(
    r"\bwith (?:just |only )?(?:one|a|two|three|four|[1-4]) (?P<what>[a-z]+) (?:less|fewer|more)\b"
    r"|\b(?:minus|without|less) the (?:first|second|third|last|other) (?P<minus>[a-z]+)\b"
    r"|\b(?:with|in|on|to|at|for) an? (?P<how>later|earlier|different|cheaper|bigger|larger|smaller|better|other|longer|shorter) (?!note|time in life)[a-z]+\b"
    r"|\ban? (?:day|week|month|size|hour|couple of days) (?P<moved>later|earlier|sooner|up|down|bigger|smaller)\b"
)
"""The same with a change."""
_JOINS = re.compile(
    r"\b(?P<who>[a-z]+|my (?:wife|husband|son|daughter|mother|father|sister|brother|friend|partner|kids?|colleague)) (?:comes|is coming|will come|joins|is joining|will join|flies|is flying|will fly|travels|is travell?ing|needs a seat|wants to come)(?: (?:along|with (?:me|us|him|her|them)|too|as well|also|there))+"
)
"""Somebody is to come along."""


def reserved(case: Case, step: Step, put: str, reply: str) -> str:
    """What is wanted where a reply, in lower case, holds its own yes back.

    Args:
        case: The case.
        step: The write.
        put: What the agent has said since the list began, in lower case.
        reply: What the user answered, in lower case.
    """
    text, put = reply.replace("’", "'"), put.replace("’", "'")
    for start, end in sentences(text):
        sentence = text[start:end]
        for part in (sentence, *_CLAUSE.split(sentence)):
            if _HELD_BACK.fullmatch(part) or _MAYBE.search(part):
                return "a yes that is meant, and for now"
            if (
                (_TOO.fullmatch(part) or _UNREAL.fullmatch(part))
                and not gives_order(case, step, sentence, 0)
                and not _bids(text)
            ):
                return "a yes to what is listed, at that price and on those terms"
        if _changes(case, step, sentence, put):
            return "a yes to what was listed, and to nothing else"
    return _joins(case, step, text, put)


_CLAUSE = re.compile(r",\s+(?!(?:please|thanks|thank you|though)\b)|\s+[–—-]+\s+|;\s+|:\s+|\s+(?=(?:but|only) )")
_BIDS = re.compile(
    r"\b(?:go (?:ahead|for it|on)|do (?:it|that|so|them|both|all)|proceed|please do|(?:book|cancel|send|return|exchange|change|swap|add|make|take|save|submit|update|get) (?:it|that|this|them|both|all|me|us|the)|i (?:confirm|agree|accept|approve)|confirmed|agreed|yes,? please|(?:but|still|well),? (?:ok|okay|fine|yes|alright|all right|sure)|it'?ll do|so be it|fair enough|can't be helped|that's (?:ok|okay|fine) (?:with|by) me)\b"
)


def _bids(text: str) -> bool:
    return _BIDS.search(text) is not None


def _changes(case: Case, step: Step, sentence: str, put: str) -> bool:
    """Whether a sentence has the write made with a change that nobody put."""
    for match in _CHANGED.finditer(sentence):
        if match[0] in put or _NO.search(sentence[: match.start()]):
            continue
        if (
            match["what"]
            and case.fields.bags in step.call.args
            and step.call.args.keys() & written_to(case.domain).keys()
            and match[0].endswith("more")
        ):
            continue
        if match["how"] and re.search(rf"\b{match['how']}\b", put):
            continue
        return True
    return False


_NO = re.compile(r"\b(?:not|no|never|than|was|were|had|would|could|might|if|looking|thought|next time|used to)\b|n't\b")


def _joins(case: Case, step: Step, text: str, put: str) -> str:
    """Somebody who is not listed is to come along."""
    fields = case.fields
    if fields.legs not in step.call.args and fields.party not in step.call.args:
        return ""
    listed = f"{put} {step.call.text} {record_of(case, step)}".lower()
    for match in _JOINS.finditer(text):
        who = match["who"]
        known = who in vocabulary(case.domain).first or who.startswith("my ")
        before = text[: match.start()].rpartition(".")[2]
        if known and who not in listed and not _NO.search(before) and not who.startswith("my "):
            return f"a yes for those who are listed, not for {who}"
    return ""
