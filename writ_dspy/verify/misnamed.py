"""Misnamed: the report of a write names the record that was written, a record is called what it is, an answer told again is the one owed.

A report that names another record and not its own says it was done to that one; what is called the answer, or a correction of it, has the
value that the records give.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from writ_dspy import patterns as re
from writ_dspy.domains.values import values
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.subject import changed_by
from writ_dspy.verify.vocabulary import written_to

_OPEN = re.compile(
    r"\b(?:next|now for|as for|other|another|would|could|can|cannot|shall|will(?! now be\b)|may I|then|also|remaining|still to|left|not|no|before|continue|turn(?:ing)? to|move on|about|regarding|second|your (?:second|next|last|other)|see|found|has|have|contains?|pending|delivered)\b|['’](?:d|ll)\b|n['’]t\b|\?\s*\Z|:\s*\Z",
    re.IGNORECASE,
)
"""A sentence that goes on to another record, or tells how that one is."""
_DONE = re.compile(
    r"\b(?:requested|changed|updated|booked|cancell?ed|done|returned|exchanged|modified|shows?|corrected|moved|submitted|placed|switched|upgraded|confirmed|saved|set|in place|complete[d]?|on (?:its|the) way)\b|\d\w*\b[^.;?!]{0,60}? will now be\b",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"\b(?:(?:the|your|an) answer (?:to|is)\b|what you (?:asked|wanted to know)|(?:figure|amount|sum|number|total|price|difference) (?:that )?you (?:wanted|asked|were asking)|you asked (?:for|about) the (?:amount|figure|sum|total|price|difference)|to (?:answer|repeat) (?:it|that|your question)|correction\b|I (?:must|have to|need to|should) correct|I was wrong)",
    re.IGNORECASE,
)


def misnamed(case: Case, index: int, news: Sequence[Step]) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for a report of another record than the one that was written, and for an answer that is none.

    Args:
        case: The conversation.
        index: The message's turn.
        news: The steps since the agent last said something.
    """
    text = case.talk.turns[index].text
    wrote = [step for step in news if case.kind(step.call) == "write" and not step.fresh.error]
    own = set(changed_by(case.domain, wrote[0])) if len(wrote) == 1 else set()
    lower = text.lower()
    judged = bool(own) and not any(key in lower for key in own)
    for start, end in sentences(text):
        sentence = text[start:end].strip()
        if wanted := _of_another_kind(case, sentence):
            yield sentence, wanted
        if judged and (named := _records(case, sentence)):
            judged = False
            if named.isdisjoint(own) and _DONE.search(sentence) and not _OPEN.search(sentence):
                yield sentence, f"the record that it was done to: {' or '.join(sorted(own)).upper()}"
        if case.knows("gold") and _ANSWER.search(sentence) and (wanted := _no_answer(case, sentence)):
            yield sentence, wanted


_CALLED = re.compile(r"\b(?P<noun>[A-Za-z]+) (?P<key>#?(?=\w*\d)\w{4,})\b")


def _of_another_kind(case: Case, sentence: str) -> str:
    """What is wanted where a record is called what it is not: a loan "hold L12345"."""
    tables = written_to(case.domain)
    for match in _CALLED.finditer(sentence):
        own = tables.get(f"{match['noun'].lower()}_id")
        if own is None or match["key"] in own:
            continue
        other = next((name for name, table in tables.items() if match["key"] in table), None)
        if other is not None:
            return f"{other.removesuffix('_id')} {match['key']}, which is no {match['noun'].lower()}"
    return ""


def _records(case: Case, sentence: str) -> set[str]:
    """Ids of records that writes change, in lower case."""
    tables = written_to(case.domain).values()
    return {key.lower() for key in case.domain.pack.ids(sentence) if any(key in table for table in tables)}


def _no_answer(case: Case, sentence: str) -> str:
    """What is wanted of a sentence that calls an amount the answer, where none of the answers is one."""
    owed = {value.number for text in case.task.told for value in values(text) if value.quantity in ("money", "count")}
    told = [value.number for value in values(sentence) if value.quantity == "money"]
    if owed and (plain := _plain_answer(case, sentence)) is not None and plain not in owed:
        return f"the answer that the records give: {' or '.join(sorted(map(str, owed)))}"
    if not owed or not told or not owed.isdisjoint(told[-1:]) or (not owed.isdisjoint(told[:1]) and len(told) == 1):
        return ""
    if len(told) > 1 and not owed.isdisjoint(told) and re.search(r"\bnot \$", sentence) is None and told[-1] in owed:
        return ""
    return f"the answer that the records give: {' or '.join(sorted(map(str, owed)))}"


_IS = re.compile(r"[^.;:,\d$]{0,12}\b(?:is|was|would be|comes to)\W{1,3}", re.IGNORECASE)


def _plain_answer(case: Case, sentence: str) -> Decimal | None:
    """A number that is called the answer right behind those words, and that no result has: "what you asked about is 42"."""
    named = _ANSWER.search(sentence)
    behind = _IS.match(sentence, named.end()) if named else None
    place = behind.end() if behind else -1
    for value in values(sentence) if behind else ():
        if value.start == place and value.quantity == "count":
            shown = any(re.search(rf"(?<![\d.]){value.number}(?![\d.]\d)", step.fresh.text) for step in case.steps)
            return None if shown else value.number
    return None
