"""Invited: whether the end of a message that lists a write asks for the yes, in whatever words."""

from __future__ import annotations

from writ_dspy import patterns as re
from writ_dspy.domains.listing import compiled
from writ_dspy.domains.values import UNITS
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.noise import bag
from writ_dspy.verify.proposal import ANY_CHANGE, calls_another, offers_words
from writ_dspy.verify.sentences import sentences

FRAME = bag("""
    a above accept acceptable accordingly action actions agree ahead agreed alike all along alright am an and appeal approval approve
    approved are as at be before being both by can carry cheerful comfortable content correct could d described did do
    does done everything exactly feel feeling find fine for from get give go going good green had happy have here hereby how
    i if in into is it its just let light like liking listed ll look looked looking looks make matter me mind move my
    nevertheless nod now of off ok okay on one or order our out over plan please points proceed proposal proposals put quite re ready right s
    satisfaction satisfied same say seem seems set shall should shown so sound sounded sounds start step steps still submit suit suits summary
    sure taste terms that the them then there therefore these they thing things think this those thoughts through thus to up us ve
    want wanted was way we well were what will wish with word work works would yes you your
""")
"""Words by which a question puts what stands before it; besides them it may hold what that names, and nothing new."""
_POINT = re.compile(
    r"\b(?:ready|works?|sounds?|looks?|suits?|good|fine|right|ok|okay|alright|acceptable|agree(?:d|able)?|approve|happy|satisfied|content|comfortable|"
    r"correct|proceed|go ahead|had in mind|in order(?! to\b)|to your (?:liking|taste|satisfaction)|your approval|(?:want|like|wish|wanted|had) (?:it|that|this|them)|what you (?:want\w*|wish\w*|had)|green light|do you (?:think|say)|accept|go(?=\W*\Z))\b"
)
_DATA = re.compile(
    r"\b(?:do|did|have|has) (?:you|they|we) (?:still )?(?:have|had|got)\b|\b(?:that|this|it|these|those)(?: is|'s| are|'re)?(?: really)? (?:all|everything)\b|\bis that all\b"
)
"""What asks for a fact, or whether something is all there is."""
_WH = re.compile(
    r"(?:(?:and|so|now|then|well|okay)\W+)*(?!how (?:does|do|is|are|would) (?:that|this|it|these|the|all)\b|what do you (?:say|think)\b)(?:what|which|who|whose|whom|where|when|why|how)\b"
)
_ADVERBS = r"(?:(?:still|also|now|then|thus|nevertheless|nonetheless|hereby|therefore|just|please) )*"
_LEAVE = re.compile(
    rf"(?:\w+\W+){{0,5}}?(?:(?:do|would) you {_ADVERBS}(?:agree|approve|consent|accept|confirm that (?:i|we) (?:should|may|can|shall)|(?:wish|want|like) (?:me |us )?to (?:proceed|go ahead|go through with))"
    rf"|(?:shall|should|may|can) (?:i|we) {_ADVERBS}(?:proceed|go ahead)|do (?:i|we) have (?:(?:it|that)\W*\Z|your (?:\w+ )?(?:yes|ok|okay|go-ahead|approval|consent|permission|agreement|word)\b)|are you {_ADVERBS}(?:okay|ok|fine|happy) with"
    r"|(?:is it |are you |all )?(?:ok|okay|alright|all right|fine)(?: with you| by you| for me)? (?:to|if (?:i|we)|that (?:i|we)))\b"
)
"""Asks for leave by its first words, whatever of the list it names behind them."""
_DO_IT = re.compile(
    rf"(?:\w+\W+){{0,4}}?(?:shall|should|may|can|could|do) (?:i|we) {_ADVERBS}\w+ (?:it|this|that|them|these|those|all|both)\b(?:\W+\w+){{0,5}}\W*\Z"
)
"""Asks whether something is to be done with what was listed, whatever the doing is called."""
_DONE = re.compile(
    r"\W*(?:(?:and|so|then|now|ok|okay)\W+)*(?!(?:keep|leave|know|want|need|like|see|got|have|had|hear|heard|read|forget|skip|scrap|drop|try|tried|use|used|love|hate|find|found)\b)"
    r"[a-z]+ (?:it|this|that|them|these|those)(?: (?:now|then|for you|like (?:this|that)))?\W*"
)
"""The same in two words: "save it?"."""
_ASKED_BESIDE = re.compile(
    r"\A[^?]*?,? (?:and|but) (?=(?:do you (?:agree|confirm|approve|consent|accept)|(?:shall|should|may|can) i)\b)"
)
"""What a question asks before it comes to the yes: "which one do you mean, and do you agree …?"."""
_A_YES = re.compile(
    r"\b(?:is|was|have i|do i have|do i hear|can i have|may i have) (?:(?:it|that|this) )?(?:a|your) (?:clear |firm |final )?"
    r"(?:yes|ok|okay|go|go-ahead|approval|consent|permission|agreement)(?: to [^?]*)?\W*\Z"
    r"|\b(?:does|do|will|would|can|could|may) (?:it|this|that|they|these|those|all|everything)(?: \w+){0,3} (?:get|have|meet with|find|earn) (?:a|your) (?:clear |firm |final )?"
    r"(?:yes|ok|okay|go|go-ahead|approval|consent|permission|agreement)(?: from you)?\W*\Z"
)
"""Asks in so many words whether the answer is yes, whatever else it asks before."""
_MAIN = re.compile(
    rf"\b(?:(?:shall|should|may|can|could) (?:i|we)|(?:ok|okay|alright|all right|fine|consent|permission|approval|leave|(?:like|want|wish|need) (?:me|us))"
    rf"(?: with you| by you| for you)? (?:to|if (?:i|we)|that (?:i|we))) {_ADVERBS}(?P<verb>[a-z-]+)\b"
)
"""Asks leave for a deed."""
_BARE = re.compile(r"\A\W*(?:(?:and|so|then|now)\W+)*([a-z]+) (?:it|this|that|them|these|those)\W*\Z")
_IN_A_TALK = bag("""
    ask call phone text e-mail email message transfer connect escalate check recheck double-check look see hear read reread tell talk speak
    explain describe show find search wait hold pause delay postpone defer keep leave help think compare note open skip drop forget ignore
    scrap stop decline reject undo revert discuss clarify mention share walk verify review
""")
"""What an agent does in a talk, or where it leaves off, and no write does."""
_TO_YOU = re.compile(
    r"(?:give|get|hand|put|bring|send|set|lend|grant)\b(?: \w+){0,3}? (?:on hold|aside)\b|(?:give|get|hand|bring|send|lend|grant) you (?!a yes|to (?:confirm|agree|say)|on\b|in\b|into\b|onto\b|the (?:seat|ticket|room|refund)|\w+ed\b|set\b|moved\b)"
)
"""The same in two words: what is handed to the user is told, and what is put aside is not done."""
_LATER = re.compile(
    r"\b(?:until|tomorrow|later|another (?:day|time)|some other time|for the moment|for now|for a (?:moment|minute|while|bit|day)|next (?:week|month|time)|tonight|a (?:moment|minute|second|bit) (?:longer|more)|first(?=\W*\Z))\b"
)
"""When nothing of it is done now."""
_FACT = re.compile(
    r"(?:[^?,]{0,30},\s*)?(?:(?:and|so|then|now|but|well|okay|ok|oh|great|also|by the way|one more thing|finally|lastly)\W+)*"
    r"(?:does|did|is|are|was|were|has|have|had|do|isn't|aren't|doesn't|didn't|hasn't|haven't)\b(?P<about>[^?]*)\?"
)
"""Asks whether something is so."""
_OF_THE_LIST = re.compile(
    r"\s*(?:(?:all|any|each|every|both|everything|anything) (?:of )?)?(?:(?:this|that|these|those)(?! (?!(?:all|any|really|still|now|then|also|sounds?|looks?|works?|suits?|seems?|feels?|match(?:es)?|meets?|fits?|covers?|makes?|reads?|ok|okay|alright|right|correct|fine|good|great|acceptable|agreeable|clear|complete|accurate|in|as|what|how|the|an?|to|for|with|so|enough|everything|something|agreed|your)\b)\w)|it|everything|all|both|they|the (?:above|details?|list|plan|summary|change|changes|proposal|total|order|rest|following|arrangement|terms?)|"
    r"there|we (?:good|set|okay|ok|ready|agreed|clear|all)|i (?:right|correct|clear|good|okay|ok|free|allowed|to|have (?:it|that|your|a|the))|we have|you (?:\w+ )?(?:ok|okay|fine|happy|ready|good|sure|comfortable|content|satisfied|agree\w*|approve|consent|confirm|accept|want|wish|like|"
    r"in agreement|on board|all right|set|still (?:want|wish|happy|ok|okay|fine|up)|with me|in favou?r|for it|willing|prepared)|your (?:\w+ )?(?:yes|ok|okay|consent|approval|permission|go-ahead|agreement|word))\b"
)
"""About what was listed, or about the user's leave."""
_BARE_YES = re.compile(
    r"\W*(?:(?:oh|ah|hm+|well|yes|yeah|yep|yup|ya|aye|sure|ok|okay|correct|right|exactly|indeed|absolutely|definitely|certainly|of course|please|thanks|thank you|thx|ty|it (?:is|does|was|did|has)|they (?:are|do|were|did|have)|"
    r"that's (?:right|correct|true|so|it|the one)|i (?:do|did|have|am)|all good|for sure|that card|that one|very much|so much|a lot|much|sir|ma'am|madam)\b\W*)+"
)
"""A yes in any number of words, and nothing else."""
_YES_NO = re.compile(r"(?i)[\s,;:–-]*\(?\byes\W{0,2}(?:/|or)\W{0,2}no\b\)?")
_ABOUT = re.compile(
    r"\b(?:(?:do|would) you (?:agree|accept|like)|(?:are you|is it) (?:\w+ )?(?:okay|ok|fine|happy|all right)|a yes) (?:with|that|to|about)?\b(?P<what>[^?]*)\?"
)
"""Asks whether something is agreed to, liked or accepted."""
_FINITE = re.compile(
    r"(?:(?:and|so|then|now|well|ok|okay|alright|great|good)\W+)*"
    r"(?:is|are|was|were|am|do|does|did|have|has|had|can|could|will|would|shall|should|may|might|must)(?:n't)?\b"
)
"""Begins with its verb, as a whole question does."""
_WHO_DOES = re.compile(rf"(?:[^,?]{{0,40}},\s)?{_FINITE.pattern} (?:i|we|you)\b")
_CHANGES = re.compile(r"(?:update|modify|exchange)_")
_TOKEN = re.compile(r"[a-z0-9$#]+")
_OTHER = re.compile(r"\b(?:any(?:thing)? (?:else|other|more)|(?:another|a different|or|instead|so far|until now)\b)")
_INVITES = re.compile(
    r"\b(?:a|your|one|the)(?: \w+){0,2} (?:yes|ok|okay|go-ahead|go ahead|nod|thumbs up|green light|word|confirmation)(?: from you)?"
    r"(?: (?:is|will be|would be|'s))?(?: (?:all|everything|enough|sufficient|what) ?(?:i|we|it|that)?\b| (?:suffices|does it|will do|and (?:i|we|it|consider)\b|,? ?i'll\b))"
    r"|\ball (?:i|we)(?: now| still)? need (?:now )?(?:is|for that is) (?:a|your)(?: \w+){0,2} (?:yes|ok|okay|go-ahead|word|confirmation)\b"
)
"""A sentence that says what the yes will set off, or that nothing else is missing."""
_CONFIRM = re.compile(r"\W*(?:(?:now|so|then)\W+)?(?:please|kindly|do) (?:\w+ ){0,2}?(?:confirm|approve|agree)\b")
"""Orders the yes, above a list or below it."""
_SHORT = 20
"""Words of a question that leaves its verb out, at most."""
_LAST = 2
"""Sentences at the end that are looked at."""


def invites_yes(case: Case, step: Step, text: str, listed: str = "") -> bool:
    """Whether a message asks by its last question, or by an invitation, for a yes to what is listed, and for nothing else.

    Args:
        case: The case.
        step: The write.
        text: The message.
        listed: What the agent said before it, since the last write.
    """
    said = _YES_NO.sub("", text.replace("’", "'")).strip()
    every = [said[start:end].strip().lower() for start, end in sentences(said)]
    if every and not every[-1].endswith("?") and _INVITES.search(every[-1]):
        return True
    asked = [part for part in every[-_LAST:] if part.endswith("?")][-1:] or _ahead_of_rows(said, every)
    if asked:
        known = f"{listed.lower()} {said.lower().replace(asked[0], ' ')}"
        return not offers_words(text) and _puts_all(case, step, asked[0], known)
    return not any(part.endswith("?") for part in every) and any(map(_CONFIRM.match, every))


_ROW = re.compile(r"(?m)^[ \t]*(?:[-•*–|]|\d{1,2}[.)])[ \t]")


def _ahead_of_rows(said: str, every: list[str]) -> list[str]:
    """The one question of a message, where it leaves its verb out and leads to the rows of a list: "So a return of everything in it?"."""
    questions = [part for part in every if part.endswith("?")]
    if len(questions) != 1 or _FINITE.match(questions[0]) or _WH.match(questions[0]):
        return []
    behind = said.lower().partition(questions[0])[2]
    return questions if _ROW.match(behind.lstrip("\n")) else []


def _puts_all(case: Case, step: Step, question: str, listed: str) -> bool:
    """Whether a question puts what was listed, and asks for no fact and for nothing else.

    A whole sentence that asks what somebody does may name again what was listed ("shall I charge the Visa?"), and so may one
    that leaves its verb out ("change to economy?"); one about a thing asks for a fact of it ("is the address right?").
    """
    if _A_YES.search(question):
        return True
    question = _ASKED_BESIDE.sub("", question)
    if _WH.match(question) or _DATA.search(question) or _OTHER.search(question):
        return False
    for key in case.domain.pack.ids(question.upper()):
        if key.lower().lstrip("#") not in step.call.text.lower() and _exists(case, key):
            return False
    if _LEAVE.match(question):
        return True
    if (_DO_IT.match(question) or _DONE.fullmatch(question)) and not calls_another(
        question, case.domain.pack.called.verbs, step.call.tool
    ):
        return True
    verbs = case.domain.pack.called.verbs.get(step.call.tool)
    rest = compiled(verbs).sub(" ", question) if verbs else question
    if _CHANGES.match(step.call.tool):
        rest = ANY_CHANGE.sub(" ", rest)
    elliptic = not _FINITE.match(question) and len(question.split()) <= _SHORT
    again = frozenset(_TOKEN.findall(listed)) if elliptic or _WHO_DOES.match(question) else frozenset()
    new = [word for word in _TOKEN.findall(rest) if word not in FRAME]
    points = rest != question or _POINT.search(question) is not None or (elliptic and not new)
    return points and again.issuperset(new)


def asks_for_another(case: Case, step: Step, text: str, listed: str, reply: str) -> bool:
    """Whether the last question of a message asks leave for what no write does, for another write, or about nothing that is listed.

    The verb that leave is asked for decides, and what is added to it: "shall I check the exchange?" asks for no exchange, and "shall I
    check it and then exchange it?" does. A fact is asked for where the user answers with no more than a yes.

    Args:
        case: The case.
        step: The write.
        text: The message.
        listed: What the agent said before it, since the last write.
        reply: What the user answered.
    """
    said = _YES_NO.sub("", text.replace("’", "'"))
    every = (said[start:end].strip().lower() for start, end in sentences(said))
    asked = [part for part in every if part.endswith("?")][-1:]
    if not asked:
        return False
    question = asked[0]
    verbs = case.domain.pack.called.verbs.get(step.call.tool)
    own = [match.start() for match in compiled(verbs).finditer(question)] if verbs else []
    leave = [match.span("verb") for match in _MAIN.finditer(question)] or [
        match.span(1) for match in _BARE.finditer(question)
    ]
    if leave:
        return _leave_for_another(case, step, question, own, leave)
    if own:
        return False
    known = frozenset(_TOKEN.findall(f"{listed.lower()} {said.lower().rpartition(question)[0]}"))
    fact = None if _A_YES.search(question) else _FACT.match(question)
    if fact is not None and _BARE_YES.fullmatch(reply.lower()) and not _OF_THE_LIST.match(fact["about"]):
        return True
    about = None if _WH.match(question) else _ABOUT.search(question)
    new = _new(about["what"]) if about is not None else []
    return bool(new) and known.isdisjoint(new)


def _leave_for_another(case: Case, step: Step, question: str, own: list[int], leave: list[tuple[int, int]]) -> bool:
    """Whether none of the verbs that leave is asked for is a word of the write, and each is one of something else."""
    if any(start <= place <= end for place in own for start, end in leave) or any(
        _AND_THEN.search(question[:place]) for place in own
    ):
        return False
    own_verb = step.call.tool.partition("_")[0]
    others = {tool.partition("_")[0] for tool in case.domain.pack.called.verbs} - {own_verb}

    def another(start: int, end: int) -> bool:
        verb, rest = question[start:end], question[start:]
        return (
            verb in others or verb in _IN_A_TALK or _TO_YOU.match(rest) is not None or _LATER.search(rest) is not None
        )

    return all(another(*span) for span in leave)


_AND_THEN = re.compile(r"\b(?:and|then|also|before i|or)(?: (?:then|also|now|just|go ahead and|finally))* \Z")
"""Stands before a verb that is added."""


def _new(words: str) -> list[str]:
    """The words of a question that are of no frame, and no number: "all three"."""
    return [
        word
        for word in _TOKEN.findall(ANY_CHANGE.sub(" ", words))
        if word not in FRAME and word not in UNITS and not word.isdigit()
    ]


def _exists(case: Case, key: str) -> bool:
    """Whether an id is that of a record, and no word in capitals."""
    return any(key in table for table in case.domain.tables.values())
