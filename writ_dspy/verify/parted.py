"""Parted: of the things of an order, the report of a write tells the deed of those that it was called with, and of no others.

A clause is judged by the one product that it names, by the last word of its name: it says that it is part of the deed, or that it is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains.values import singular
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.subject import Subject, subject_of

_CLAUSE = re.compile(r"[,;:()]\s*|\s[–—-]+\s|\s(?:and|but|while|though|although|plus)\s")
_GOES_ON = re.compile(
    r"\b(?:next|would|shall|as for|now for|now to|let me|back to|regarding)\b|['’]d\b|:\s*\Z", re.IGNORECASE
)
"""In a sentence with which a message leaves its report."""
_DEED = r"(?:included|added|returned|exchanged|swapped|replaced|taken back|accepted|processed|changed|modified|requested|covered|sent back|registered|refunded)"
_PART_OF = re.compile(
    rf"\b(?:is|are|was|were|has been|have been|['’]s|['’]re) (?:now |also |all |already |both |as well |too )*(?:(?:down|in|up|set|registered|booked in|put down|marked|scheduled|lined up|ready) for (?:an? |the |its |their )?(?:exchange|return|refund|swap|replacement|change|modification|pick-?up|collection)|part of (?:it|the|this|that)|{_DEED})\b"
    r"|\b(?:send|sending|return|returning|ship|shipping|mail|mailing|post|bring|hand|pack(?: up)?) (?:back )?(?:the|your|both the) (?:old |original )?(?:[\w-]+ ){0,3}?\Z",
    re.IGNORECASE,
)
"""Says that a thing is part of a deed; ends before its name where it is sent."""
_LEFT_OUT = re.compile(
    rf"\b(?:could|was|were|is|are|has|have|can)(?:n['’]t| not)(?: be| been)? (?:{_DEED}|part of|possible|in (?:it|the return|the exchange))\b"
    r"|\b(?:is|was|were|are|has been|got) (?:left out|excluded|dropped|skipped|left behind|left untouched|left as (?:it|they) (?:is|are|was|were))\b"
    r"|\b(?:stays?|remains?) (?:with you|out of (?:it|the|this)|yours|untouched|unchanged|in the order as)\b",
    re.IGNORECASE,
)
"""Says that a thing is none."""
_NOT = re.compile(
    r"\b(?:not|no|nothing|neither|nor|without|except|apart from|besides|other than|never|would|could|if|once|unless|instead|keep|kept|stays?|remains?)\b|n['’]t\b",
    re.IGNORECASE,
)
_NEW = re.compile(r"\b(?:new|price|difference|cost|version|one|replacement)\b", re.IGNORECASE)


def parted(case: Case, index: int, ground: Ground, news: Sequence[Step]) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence of a report that lets the write be of other things of its order, or not of its own.

    Args:
        case: The conversation.
        index: The message's turn.
        ground: What is known by then.
        news: The steps since the agent last said something.
    """
    subject = subject_of(case, index, ground, news)
    if subject is None or not subject.made or sum(case.kind(step.call) == "write" for step in news) > 1:
        return
    mine, others = _things(case, index, subject)
    if not mine:
        return
    text = case.talk.turns[index].text
    for place, (start, end) in enumerate(sentences(text)):
        sentence = text[start:end].strip()
        if place and _GOES_ON.search(sentence):
            return
        if not sentence.endswith("?") and any(_wrong(clause, mine, others) for clause in _CLAUSE.split(sentence)):
            yield sentence, f"{' and '.join(sorted(mine))}, as it was called with"


def _things(case: Case, index: int, subject: Subject) -> tuple[set[str], set[str]]:
    """The last words of the names of the things that a write was called with, and of the others of its order; what both are called is neither."""
    fields = case.fields
    ids, rows = subject.args.get(fields.taken), subject.before.get(fields.parts)
    if not isinstance(ids, list) or not isinstance(rows, list):
        return set(), set()
    named = [
        (str(row.get(fields.part)), str(row.get("name", "")))
        for row in rows
        if isinstance(row, dict) and row.get("name")
    ]
    called = {str(one) for one in ids}
    written = " ".join(step.call.text for step in case.writes if step.turn < index)
    mine = {_last(name) for key, name in named if key in called}
    others = {_last(name) for key, name in named if key not in written}
    return mine - others, others - mine


def _last(name: str) -> str:
    return singular(name.lower().split()[-1])


_SHORT = 4


def _is_one(word: str, names: set[str]) -> bool:
    """Whether a word is one of the names, or its end: "watch" of "wristwatch"."""
    return word in names or (len(word) >= _SHORT and any(name.endswith(word) for name in names))


def _wrong(clause: str, mine: set[str], others: set[str]) -> bool:
    """Whether a clause lets one of the others be part of the deed, or one of those that are be none."""
    words = [(match.start(), singular(match[0].lower())) for match in re.finditer(r"[A-Za-z]+(?:-[A-Za-z]+)*", clause)]
    own = [word for _, word in words if _is_one(word, mine)]
    strange = [at for at, word in words if _is_one(word, others)]
    if own and not strange:
        return _LEFT_OUT.search(clause) is not None
    if not strange or own or _NOT.search(clause) or _NEW.search(clause):
        return False
    told = _PART_OF.search(clause) is not None
    return told or any(_PART_OF.search(clause, 0, at) is not None for at in strange)
