"""Postponed: a reply that says yes to what it heard and leaves the deed for later, for an answer or for somebody else to say.

What the words of a yes alone are worth, `simulate.acts` reads; here what a sentence beside it makes of them. A reply that also gives the
order in another sentence ("go ahead; I'll think about the other one first") is a yes.
"""

from __future__ import annotations

from writ_dspy import patterns as re
from writ_dspy.domains.listing import compiled
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.elsewhere import agreeing
from writ_dspy.verify.sentences import sentences

_I_WILL = r"\b(?:i|we)(?:'ll| will| shall| can| could|'d| would| am going to|'m going to|'m gonna| might)? (?:\w+ )?"
_MUST = r"(?:let me|lemme|\bi'?ll|i will|i'm gonna|i'm going to|i(?: have|'ve)? (?:gotta|got to)|gotta|i have to|i must|i(?: still| first| just)? (?:need|want) to|need to|wanna|i'd (?:like|want|have|need) to|i should|i'd better|i better|we'll|we have to|we need to)"
_SPAN = r"(?:sec|seconds?|moments?|minutes?|min|mins|bit|while|hours?|days?|night|time|break|lunch|tomorrow|weekend|week|evening|morning|tonight|dinner|noon|monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_PUT_OFF = re.compile(
    rf"{_I_WILL}(?:let you know|tell you|say (?!yes|ok|go|that|so|it|thanks?|goodbye|bye)|confirm|decide|(?:get|come|report) back(?! (?:later |to you )?(?:with|for) (?:an?|another|more|some)\b)|answer (?:you|that)|write (?:you )?(?:back|again)|give you (?:my|an?) (?:answer|word|yes|go)|make up my mind)"
    r"\b[^.!?]*?\b(?:whether|if (?!any|some|there|i need|i have)|later|tomorrow|tonight|after|once|as soon as|until|in the morning|next|about it|before|when (?:i|we))\b"
    rf"|{_I_WILL}(?:ask|talk to|check with|speak (?:to|with)|consult|tell) (?:\w+ ){{1,4}}?and (?:then )?(?:come|get|write|call|be|report)(?: right)? back\b"
    rf"|\b(?:give|allow) me (?:\w+ )?(?:till|until|(?:a|an|some|one|another|five|ten|\d+|just a)\b)[^.!?,]*?\b{_SPAN}\b|\bgimme (?:till|until|a|an|some|one|another|\d+)\b[^.!?,]*?\b{_SPAN}\b"
    rf"|\b(?:i(?: \w+)? )?(?:need|could use|want|take) (?:a|some|another|one|a few|more)\b (?:\w+ )?{_SPAN}\b(?: \w+)? (?:to (?:think|consider|decide|check|look|ask|talk|find|read|digest|process)|before i)"
    rf"|{_MUST} (?!be\b|go\b|run\b|leave\b|get (?:going|back)\b)(?:\w+(?:'s)? ){{1,9}}?(?:first|once more|beforehand)\b(?! (?:name|class|flight|leg|of|thing|one|time|bag))"
    rf"|{_MUST} (?:\w+ )?(?:sleep on|run (?:it|this|that) by|talk it over|think (?:it|this|that) (?:over|through)|think about (?:it|this|that)|have a think|mull (?:it|this|that) over|chew on|consult|ask (?:\w+ ){{1,3}}?(?:if|whether|what|about|before|first)\b|check with|discuss (?:it|this|that)|clear (?:it|this|that) with)"
    r"|\b(?:holler|shout|ping me|text me|call me|ask me(?: again)?|try me(?: again)?|check (?:back|in)(?: with me)?|remind me) (?:when|once|after|later|tomorrow|tonight|in an?|next|at)\b"
)
"""Says that the answer, or what it waits for, comes later."""
_OTHER_DEED = re.compile(
    r"\b(?:go ahead and|please do|do please|feel free to|you (?:may|can) go ahead and|you may) ?(?:first )?(?:check|look|see|tell|find|search|ask|show|explain|read|compare|double-check|verify|wait|hold)\b(?! for (?:an?|the|my) )"
)
"""Has the agent look, tell or wait."""
_UNSURE = re.compile(
    r"\W*(?:(?:yes|yeah|yep|ok|okay|sure|well|but|still|though|just|i|we|am|are|i'm|we're)\W+)*(?:not (?:\w+ )?(?:sure|certain|convinced|ready|decided)|undecided|unsure|(?:haven't|have not) (?:\w+ )?decided|can't decide|on the fence)(?: (?:yet|though|about (?:it|that|this)))*\W*"
)
"""A sentence that says no more than that nothing is decided."""
_AGREES = r"(?:(?:yes|yeah|yep|yup|sure|ok|okay|alright|all right|fine|good|great|perfect|oh|well|then|so|but|only|please|now|agreed|confirmed|i agree|i confirm|deal|with pleasure|gladly|go ahead|go for it|go on|proceed|(?:do|make|book|cancel|send|return|exchange|change|swap) (?:it|that|this|so|them|both|all)(?: happen| so)?|(?:yes )?to (?:it|that|all of (?:it|that))|(?:that|this|it) (?:works|suits me|sounds good|looks good|is fine|is good|will do)|sounds (?:good|right|fine)|looks (?:good|right|fine))\b['\w]*\W*)+"
_BOUND = re.compile(
    rf"\W*{_AGREES}(?:only |just |but |maybe )*(?:"
    r"(?:once(?! (?:again|more|and for all)\b)|when(?:ever)?|as soon as|after|until|till|(?:the|that) (?:moment|minute|second|day|week|instant)(?: that| when)?)"
    r" (?!you\b(?: are|'re)? ?(?:ready|can|could|like|want|get|have (?:a|the|time)|please)|(?:possible|convenient|ready|able)\b|(?:that|this|it|you|everything|all)(?:'s|'ve| is| has| have|'re| are)? (?:been )?(?:all )?(?:done|through|sorted|finished|set|settled|in|over)\b)(?:[a-z']+ ){1,7}?[a-z']+"
    rf"|(?:come|by|around|before) (?:spring|summer|autumn|fall|winter|christmas|easter|payday|{_SPAN})|(?:maybe |perhaps |sometime )*(?:in (?:an?|one|two|three|a few|a couple of|\d+) )?(?:next )?(?<!the )(?:week|month|year|day|hour)s?(?<!\bday)(?: or (?:two|so|three))?(?: maybe| perhaps| then)?"
    r")\W*(?:(?:please|thanks|thank you|then|ok|okay)\W*)*"
)
"""A yes, or an order, whose only sentence says on what it waits."""
_NOTHING = re.compile(
    r"\W*(?:(?:please|but|so|well|ok|okay)\W+)*(?:(?:do|change|book|cancel|touch|send|return|swap|move) nothing(?! (?:else|more|other|but|except)\b)(?: (?:yet|for now|right now|now|at all|so far|today|for the moment|at the moment|until [^.!?]*))*|(?:nothing|everything stays|leave (?:it|everything|all)(?: as it is)?) (?:yet|for now|for the moment|at the moment|so far|today))\W*(?:(?:please|thanks|thank you)\W*)*"
)
"""A sentence that wants nothing done now."""
_IN_ITS_PLACE = re.compile(
    r"\b(?:i|we)(?:'d| would) (?:\w+ )?(?:say|agree|give you a)(?: \w+)? (?:yes|ok|okay|go) (?:with|if|to|for|but|only)\b|\b(?:yes|ok|okay|fine|sure) with (?:just )?(?:one|two|three|a|1|2|3) (?:\w+ )?(?:less|fewer|more|extra)\b"
)
"""A yes to something else."""
_ASKS_ON = re.compile(
    r"\W*(?:(?:yes|yeah|yep|yup|ok|okay|right|sure|alright|all right|good|fine|hm+|oh|well)\b\W*)+(?:and|but|so)\b(?:,? (?:then|first|just|tell me|say)){0,3},? (?:how|what|when|where|why|which|who|is|are|does|do|did|can|could|will|would|has|have)\b[^.!?]*\?\W*"
)
"""A question that only begins with a yes."""
_ORDERS = re.compile(
    r"\b(?:go (?:ahead|for it|on)|do (?:it|that|so|them|both|all)|proceed|please do|make it so|confirmed|i (?:hereby )?(?:do )?(?:confirm|approve|agree|consent|accept)|approved|agreed|carry on|yes,? please|by all means|green light)\b"
)
_BIDS = r"(?:\A|[,;:!–-]|\b(?:please|yes|yeah|yep|sure|ok|okay|then|just|and|so|do|now|can|could|would|you|may))\W*"
_WITH_IT = re.compile(
    rf"{_BIDS}(?!(?:yes|yeah|yep|yup|sure|ok|okay|right|give|let|tell|show|keep|leave|hold|see|think|check|like|love|want|need|say|is|was)\b)[a-z]+ (?:it|this|that|them|these|those|both|all)\b"
)
"""Bids the agent do something with what was listed."""


def postponed(case: Case, step: Step) -> str:
    """What is wanted where the user's last word leaves the write for later or for something else first."""
    said = (turn.text for turn in reversed(case.talk.turns[: step.turn]) if turn.role == "user")
    text = next(said, "")
    if _ASKS_ON.fullmatch(_plain(text)):
        return "a yes, and not only a question"
    for start, end in sentences(text):
        part = _plain(text[start:end])
        other, off = _OTHER_DEED.search(part), _PUT_OFF.search(part) or _UNSURE.fullmatch(part)
        if _IN_ITS_PLACE.search(part) or (other and not gives_order(case, step, part, other.start())):
            return "a yes to what was listed"
        if _BOUND.fullmatch(part):
            return "a yes that waits for nothing"
        if _NOTHING.fullmatch(part) and not gives_order(case, step, part, 0):
            return "a yes to what was listed"
        if off and not gives_order(case, step, part, off.start()):
            return "a yes that waits for nothing"
    return ""


def gives_order(case: Case, step: Step, part: str, place: int) -> bool:
    """Whether another sentence than this one, or what stands before a place in it, gives the order."""
    verbs = case.domain.pack.called.verbs.get(step.call.tool)
    own = compiled(rf"{_BIDS}(?:{verbs})") if verbs else None
    others = [one for one in map(_plain, agreeing(case, step)) if one != part and "?" not in one]
    return any(
        _ORDERS.search(one) or _WITH_IT.search(one) or (own and own.search(one)) for one in (*others, part[:place])
    )


def _plain(text: str) -> str:
    return text.lower().replace("’", "'")
