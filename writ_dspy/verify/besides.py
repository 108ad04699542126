"""Besides: what a report, or the question for a yes, hangs onto the write: another record, another deed, a thing left out, tickets, the money itself.

"The new name is on C89TZP and on your profile", "I've cancelled it, and told the airport staff", "The cancellation went through, without the
toothbrush": what stands beside the deed is judged by the calls that were made, and by nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains.values import UNITS, singular
from writ_dspy.shown import counted
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.sentences import planned, sentences
from writ_dspy.verify.subject import Subject, subject_at

_NOT = re.compile(
    r"\b(?:not|no|never|nothing|neither|nor|unless|if|would|will|can|could|cannot|whether|only)\b|n['’]t\b",
    re.IGNORECASE,
)
_TOO = re.compile(
    r"(?:,? and|,? as well as|,? plus|,? along with|;)(?: also)?(?: (?:for|in|on|to|of|as))*(?: (?:your|the|all|any|of))+ (?:(?P<profile>profile|account|default address)|(?:open|other|pending|remaining)(?: \w+)? (?:orders?|reservations?|bookings?|trips?|ones?))(?: (?:too|as well|go there too|go there as well|also))?(?=[\s.,;:!)]*(?:\Z|\n|[.;:!]))"
    r"|\band so (?:is|are|was|were|has|have|does|do) (?:the|your) (?:other|rest)\b|[;,] (?:and )?your other [\w ]{0,20}? (?:go there|are|get|follow)\b[^.;]*\b(?:too|as well|also)\b",
    re.IGNORECASE,
)
_AND_DID = re.compile(
    r"(?:,| and|, and)(?: (?:i|we)(?:['’]ve| have))?(?: also| already| then)* (?P<deed>told|informed|notified|noted|stopped|halted|paused|closed|flagged|reserved|blocked|locked|taken back|returned|cancell?ed|booked|exchanged|waived|released|printed|archived|escalated) (?:that|you\b|(?:the|your|a|an|its|all|it|them|our)\b)",
    re.IGNORECASE,
)
_TOOLS = {"taken": "return", "return": "return", "cancel": "cancel", "booked": "book", "exchan": "exchange"}
"""Beginnings of such deeds, and of the tools that do them; the others no tool does."""
_WITHOUT = re.compile(
    r",? (?:without|except(?: for)?|but not|minus|other than|apart from|leaving out) (?:the|your) (?P<thing>[a-z][a-z -]{2,30}?)(?=[\s]*(?:[.,;:!)]|\Z))",
    re.IGNORECASE,
)
_ALL = re.compile(
    rf"\ball (?:of the |of them |the )?(?P<many>{'|'.join(UNITS[2:10])}|[2-9]) (?:items?|pieces?|things|products|articles)\b",
    re.IGNORECASE,
)
_OUT_ONLY = re.compile(
    r"\b(?:one[- ]way|out|outbound|there|the way (?:out|there)) only\b|\bonly (?:one[- ]way|out|the way (?:out|there))\b|\bwithout (?:a|the) (?:return|way back|flight back)\b",
    re.IGNORECASE,
)
_DIRECT = re.compile(
    r"\b(?:non-?stop|direct) (?:round |return )?(?:trip|flight|connection|journey|booking)\b", re.IGNORECASE
)
_FOR_YOU = re.compile(r"\bone for you(?:rself)? and (?:one|another|the other) for\b", re.IGNORECASE)
_TICKETS = re.compile(
    r"\b(?:e-?)?(?:tickets?|boarding pass(?:es)?|itinerary|receipt|invoice|confirmation)\b[^.;,]{0,20}\b(?:is|are|has been|have been|was|were)(?: now| already)* (?:out\b|issued|sent|in your (?:inbox|mail|e-?mail|app)|on (?:its|their|the) way|e-?mailed|mailed|attached|waiting|printed)",
    re.IGNORECASE,
)
_MONEY_THERE = re.compile(
    r"\b(?:money|refund|amount)(?: of \$[\d.,]+)? (?:is|has)(?: already| now| just)* (?:with you|there\b|arrived|in your (?:account|bank)|back on your|been (?:received|credited|paid out|transferred)|on your account)",
    re.IGNORECASE,
)
_STOPPED = re.compile(
    r"\b(?:i|we)(?:['’]ve| have)(?: already| now| just)* (?:stopped|halted|frozen|blocked|paused|suspended|intercepted|locked|put on hold)\b|\bit(?:['’]s| is)(?: all| already| now)* in the system(?: now| already)?(?=\W*\Z|[.,;!])",
    re.IGNORECASE,
)
"""Deeds that no tool does, ahead of any yes."""
_SO_ASKED = re.compile(
    r"\b(?:go ahead|proceed)(?: with (?:this|that|it|the \w+))?,? and (?P<deed>(?!book|cancel|chang|exchang|return|updat|add\b|modif|swap|mak|request|charg|send|put|submit|switch|set\b|refund|plac|process|correct|replac|upgrad|downgrad|mov|us[ei]|do\b|tak|get\b|then\b|also\b|is\b|are\b|have\b|can\b|should\b|what|which|how|i\b)[a-z]+) (?:the|your|that|this|a|an|it|all)\b[^.?]*\?",
    re.IGNORECASE,
)


def besides(case: Case, index: int, ground: Ground, news: Sequence[Step]) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence that tells, or puts, more or less than the write that it is about."""
    text = case.talk.turns[index].text
    subject_of = subject_at(case, index, ground, news)
    called = [step.call.tool for step in case.writes if step.turn < index and not step.fresh.error]
    for start, end in sentences(text):
        sentence = text[start:end].strip()
        if asked := _SO_ASKED.search(sentence):
            if not any(asked["deed"].lower()[:5] in heard for heard in ground.heard):
                yield sentence, "the write alone, as it was listed"
            continue
        if sentence.endswith("?"):
            continue
        stopped = _STOPPED.search(sentence)
        if stopped and not news and not any(stopped[0].lower() in heard for heard in ground.heard):
            yield sentence, "deeds that were done by a call"
            continue
        if (sent := _TICKETS.search(sentence)) and not _NOT.search(sentence, 0, sent.end()) and sent[0].split()[0].lower().rstrip("s") not in ground.texts[0].replace("e-mail", ""):  # fmt: skip
            yield sentence, "nothing sent that no tool sends"
            continue
        subject = subject_of(start)
        if subject is None or not subject.made or planned(text, start):
            continue
        if wanted := _more(case, subject, sentence, called) or _less(subject, sentence) or _of_trip(subject, sentence):
            yield sentence, wanted


def _more(case: Case, subject: Subject, sentence: str, called: Sequence[str]) -> str:
    """Another record, or another deed, beside the one that was written."""
    too = _TOO.search(sentence)
    if too and not _NOT.search(sentence):
        wrote = any("user" in tool for tool in called) if too["profile"] else len(called) > 1
        if not wrote and case.domain.kinds.get(subject.step.call.tool) == "write":
            return "the record alone that was written"
    did = _AND_DID.search(sentence)
    if did and not _NOT.search(sentence, 0, did.end()) and len(called) < 3:
        tool = next((name for stem, name in _TOOLS.items() if did["deed"].lower().startswith(stem)), "")
        if not tool or not any(name.startswith(tool) for name in called):
            return "deeds that were done by a call"
    there = _MONEY_THERE.search(sentence)
    if there and not _NOT.search(sentence, 0, there.end()) and "gift_card" not in subject.step.call.text:
        return "a refund that is still to come"
    return ""


def _less(subject: Subject, sentence: str) -> str:
    """A thing of the write that is told to be left out, or more things than it has."""
    fields = subject.fields
    items = subject.args.get(fields.taken)
    if (every := _ALL.search(sentence)) and isinstance(items, list):
        word = every["many"].lower()
        many = int(word) if word.isdigit() else UNITS.index(word)
        if many != len(items):
            return f"{counted(len(items), 'item')}, as many as were called"
    left = _WITHOUT.search(sentence)
    rows = subject.before.get(fields.parts)
    if left and isinstance(rows, list):
        thing = singular(left["thing"].lower())
        own = [row for row in rows if isinstance(row, dict) and singular(str(row.get("name")).lower()) == thing]
        whole = subject.step.call.tool.startswith("cancel")
        if own and (whole or (isinstance(items, list) and any(row.get(fields.part) in items for row in own))):
            return f"{thing} with it, as it was called"
    return ""


def _of_trip(subject: Subject, sentence: str) -> str:
    """What kind of trip was booked, and for whom."""
    fields = subject.fields
    flights, kind = subject.args.get(fields.legs), str(subject.args.get(fields.ways) or "")
    if not subject.step.call.tool.startswith("book") or not isinstance(flights, list):
        return ""
    if kind == fields.both_ways and _OUT_ONLY.search(sentence):
        return "both ways, as it was booked"
    if _DIRECT.search(sentence) and len(flights) > (2 if kind == fields.both_ways else 1) and not _NOT.search(sentence):
        return "a trip with a stop, as it was booked"
    people = subject.args.get(fields.party)
    if _FOR_YOU.search(sentence) and isinstance(people, list) and subject.ground.own_name:
        names = {f"{row.get(fields.given)} {row.get(fields.family)}".lower() for row in people if isinstance(row, dict)}
        if subject.ground.own_name not in names:
            return "tickets for those alone who were booked"
    return ""
