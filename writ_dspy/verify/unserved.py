"""Unserved: a user who ends with another wish for this desk, which nobody serves any more.

Looked at is the user's last turn alone, where no call and no answer but a farewell follows. A wish counts where it is for the desk: it names
something of the domain, or orders one of its deeds. What stays as it is, and what somebody is about to do at home, is none.
"""

from __future__ import annotations

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.listing import compiled
from writ_dspy.simulate.acts import heard
from writ_dspy.simulate.leaving import asks
from writ_dspy.simulate.wishes.parts import parts
from writ_dspy.verify.case import Case
from writ_dspy.verify.vocabulary import vocabulary

_ON_TOP = re.compile(
    r"^\W*(?:(?:oh|and|but|so|then|please|yes|no|ok|okay|hm+|well|actually)\W+)*(?:also|besides|wait|one (?:more|last|other) thing|another thing|additionally|in addition|on top of (?:that|it)|while (?:you're|you are|i'm|we're) at it|p\.?s\b|before i (?:go|forget)|i almost forgot|i forgot)\b"
)
"""How somebody begins who comes up with something more."""
_FOR_THE_DESK = re.compile(
    r"\b(?:(?:i|we)(?:'d| would| also| still| just| really)* (?:want|need|like|have)(?: to (?:know|have|hear|see|get|return|exchange|change|add|book|cancel|move|swap|know))? (?:the|my|our|an?|another|one|some|this|that)\b"
    r"|(?:tell|give|show|send|get|put|add|book|cancel|change|move|exchange|return|refund|upgrade|switch|swap|update|ship|remove|take off|check|look up) (?:me |us |it |them )?(?:in |on |to )?(?:the|my|our|what|how|when|one|two|a|an|another|some|that|this)\b)"
)
_HOME = re.compile(
    r"\b(?:keep|leave|stay|stays|remain|nothing|no more|forget|go|run|feed|walk|catch|finish|get back|bed|dinner|lunch|coffee|tea|dog|cat|kids?|train|bus|work)\b"
)
"""What asks for nothing, or is done elsewhere."""

_ASKS_IT = re.compile(
    r"^\W*(?:(?:oh|and|but|so|then|please|ok|okay|hm+|well|actually|now|thanks?|great|good|cool|nice)\W+)*"
    r"(?:(?:can|could|would|will|may) (?:you|i|we) (?:please |also |still |just |then |now |even )*(?!believe|imagine|blame|wish|say|ask|thank|hear|picture|see why)[a-z]+\b"
    r"|(?:when|where|which|how (?:much|many|long|soon|do|can|will|does)|what (?:time|day|date|color|seat|gate|about|if|is|are|was|were|will|does|did|happens)|what's|why|does|do|did|is|are|was|will|has|have)\b"
    r".*\b(?:it|they|them|my|the|i|we|this|that|you)\b)"
)
"""A question that only the desk can answer, or that asks it to do something."""
_RHETORIC = re.compile(
    r"\b(?:not|no|never)\b|n't\b|\b(?:who knew|you know|guess what|how (?:nice|cool|lovely|great|good|kind|about that|are you|do you do)|right|huh|eh|or what)\W*$|\b(?:lovely|wonderful|beautiful|funny|something|the world|life|weather|believe)\b"
)
"""Turns of speech in the form of a question."""
_HUMAN = re.compile(
    r"\b(?:transfer|connect|hand|put) me (?:over |through |on )?(?:to|with)\b|\b(?:speak|talk|chat) (?:to|with) (?:an?|the|your|some\w+|real) ?(?:human|agent|person|manager|supervisor|colleague|one|body|people)?"
)
_UNDO = re.compile(
    r"\b(?:undo|reverse|revert|take back) (?:it|that|this|them|the|my|everything)\b|\b(?:i|we)(?:'d| would| also| still)* (?:need|want|like) (?:some |your |more )?help with\b"
)
_SHOULD = re.compile(
    r"^\W*(?:and|also|plus|oh)\b.*\bshould (?:also )?(?:be|get|go|come|have)\b|\bshould (?:also )?(?:be|get|go|come|have)\b.*\b(?:too|as well)\b"
)
_DOES = re.compile(
    r"\b(?:put|add|cancel|change|move|exchange|return|refund|upgrade|switch|swap|update|ship|remove|book|charge|insure) (?!me to|back\b|out\b|up\b|off\b|on with)(?:\w+ ){0,2}?\w+"
)
_ANSWERS = re.compile(r"\d|^\W*(?:yes|no|yep|correct|it|they|you'll|unfortunately)\b", re.IGNORECASE)


def unserved(case: Case) -> tuple[int, str] | None:
    """(turn, wish) where the user ends with a wish that comes on top of all that it had, and that nothing answers."""
    turns = case.talk.turns
    last = max((index for index, turn in enumerate(turns) if turn.role == "user"), default=-1)
    if last < 0 or any(turn.calls or turn.role == "tool" for turn in turns[last:]):
        return None
    behind = " ".join(turn.text for turn in turns[last + 1 :])
    before = next((turn.text for turn in reversed(turns[:last]) if turn.role == "agent" and turn.text), "")
    if asks(behind) or "refusal" in heard(behind).kinds:
        return None
    if not _ANSWERS.search(behind) and (asked := _asked(case.domain, turns[last].text)):
        return last, asked
    if not _offers_more(before):
        return None
    said = parts(turns[last].text)
    more = {part.sentence for part in said if _ON_TOP.match(part.text)}
    for part in said:
        on_top = part.sentence in more
        if part.denies or part.supposed or (part.asked and not on_top) or _HOME.search(part.text):
            continue
        bids = part.wills and _DOES.search(part.text)
        wants = (on_top or part.wills) and (_FOR_THE_DESK.search(part.text) or bids)
        if (wants or _SHOULD.search(part.text)) and _of_the_desk(case.domain, part.text):
            return last, part.text
    return None


def _asked(domain: Domain, text: str) -> str:
    """What a last message asks the desk for, outright."""
    for part in parts(text):
        bids = _HUMAN.search(part.text) or _UNDO.search(part.text)
        if bids and not (part.denies or part.supposed or part.tells):
            return part.text
    for sentence in _SENTENCE.split(text.replace("’", "'").lower()):
        if asks_desk(domain, sentence):
            return sentence
    return ""


def asks_desk(domain: Domain, sentence: str) -> bool:
    """Whether a sentence, in lower case, is a question that is for the desk: no turn of speech, and of something that it serves."""
    asks_it = sentence.rstrip().endswith("?") and _ASKS_IT.search(sentence) and not _RHETORIC.search(sentence)
    return bool(asks_it) and (_OF_IT.search(sentence) is not None or _of_the_desk(domain, sentence))


_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_OF_IT = re.compile(
    r"\b(?:it|they|that|i|we) (?:\w+ )?(?:arrive|leave|depart|land|come|ship|get|take|cost|pay|have|done|charged|refunded|be)\b|\b(?:send|tell|show|give|e-?mail|call) me\b|\b(?:do|did|can|will) (?:i|we|you)\b"
)
"""What the desk is asked of something without its name."""


_OFFERS = re.compile(
    r"\b(?:anything|something|what) (?:else|more|further|other|left)\b|\b(?:else|further|more|all|everything) (?:\w+ ){0,6}(?:can|may|do|help|need|want|wish|open|today|mind)\b|\bgood(?:bye| day)\b|\bthank\w*|\bhave a\b",
    re.IGNORECASE,
)


def _offers_more(text: str) -> bool:
    """Whether the agent had nothing left to ask but whether there is more."""
    return _OFFERS.search(text) is not None or not asks(text)


def _of_the_desk(domain: Domain, text: str) -> bool:
    sayings = domain.pack.sayings
    if _WAY.search(text):
        return True
    named = any(compiled(pattern).search(text) for pattern in (*sayings.things.values(), *sayings.wishes.values()))
    return named or any(word in vocabulary(domain).own for word in re.findall(r"[a-z]{4,}", text))


_WAY = re.compile(r"\bthe (?:return|outbound|inbound|way (?:back|home|there|out))\b(?! (?:label|address))")
