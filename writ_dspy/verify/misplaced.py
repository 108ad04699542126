"""Misplaced: a list, or a question for a yes, that puts a write on another record than the one that it is made on.

A message need not name the record again. Where it names only others, and names one as what this is done with, it is another proposal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from writ_dspy import patterns as re
from writ_dspy.domains.listing import Detail, compiled, unmarked
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.proposal import asks_for_yes
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.vocabulary import written_to

_ASIDE = re.compile(
    r"\b(?:can't|cannot|can not|couldn't|not|no|never|already|has been|have been|was|were|done|as in|as on|like|than|unlike|instead|copied|taken)\b|n't\b|\bsame\b.{0,30}\b(?:as|of|on)\b",
    re.IGNORECASE,
)
"""Words of a sentence that tells of another record what is so, or takes something over from there."""
_COMMA = re.compile(r"[,;(:]")


class _Ahead(NamedTuple):
    """What stands ahead of a record that is named."""

    upon: re.Pattern
    """Something is done with it."""
    row: re.Pattern
    """It opens a row of a list."""
    label: re.Pattern
    """It is what the line is about."""
    turns: re.Pattern
    """The message turns to it: "Now to order #W1"."""


@lru_cache(maxsize=64)
def _ahead(nouns: str) -> _Ahead:
    record = rf"(?:(?:record|{nouns})(?: (?:id|number|code))?\W{{0,3}})?"
    forms = (
        rf"(?:\b(?:on|to|for|in)|\b(?:cancel|return|change|update|modify|exchange))(?: (?:the|your|my|this|number|{nouns})\b)*\W*\Z",
        rf"\s*(?:[-•–*]|\d{{1,2}}[.)])\s*{record}",
        rf"\s*(?:your |the )?{record}",
        rf"\W*(?:(?:and|so|now|next|then|finally|lastly|on|to|for|with|as|about|comes)\b\W*)+(?:your |the )?{record}",
    )
    return _Ahead(*(re.compile(form, re.IGNORECASE) for form in forms))


_YES_OR_NO = re.compile(r"\(?\byes(?:\s*/\s*|,? or )no\b\)?", re.IGNORECASE)


def misplaced(case: Case, step: Step, base: int, details: Sequence[Detail]) -> str:
    """What is wanted of a list that names another record in the place of this one.

    Args:
        case: The case.
        step: The write.
        base: The turn of its list.
        details: What had to be listed.
    """
    args = set(map(str, step.call.args.values()))
    table = next((rows for rows in written_to(case.domain).values() if args & rows.keys()), None)
    if table is None:
        return ""
    [own] = args & table.keys()
    busy = own, *(str(one) for other in _others(case, step) for one in other.call.args.values())
    for turn in case.talk.turns[base : step.turn]:
        if turn.role == "agent" and turn.text and (other := _put_on(case, step, own, unmarked(turn.text))):
            return f"{own} listed, and not {other}"
        if turn.role != "agent" or own.lstrip("#") in turn.text:
            continue
        text = unmarked(turn.text)
        strange = sorted(key for key in case.domain.pack.ids(text) if key in table and key not in busy)
        if any(_stands_for_it(case, step, key, text, details) for key in strange):
            return f"{own} listed, and not {strange[0]}"
    return ""


def _put_on(case: Case, step: Step, own: str, text: str) -> str:
    """The record on which a sentence would have the write made, where the write's own is not named from there on: a report ahead of it may."""
    verbs = case.domain.pack.called.verbs.get(step.call.tool)
    if not verbs or not asks_for_yes(text):
        return ""
    together = {str(one) for other in case.together(step) if other != step for one in other.call.args.values()}
    leads = _ahead(case.domain.pack.called.nouns)
    table = next(rows for rows in written_to(case.domain).values() if own in rows)
    for start, end in sentences(text):
        part = text[start:end]
        for key in case.domain.pack.ids(part):
            ahead = part.partition(key.lstrip("#"))[0]
            if key == own or key not in table or key in together or own.lstrip("#") in text[start:]:
                continue
            if _WOULD.search(part) and leads.upon.search(ahead.rstrip("#")) and not _ASIDE.search(ahead) and compiled(verbs).search(part.lower()):  # fmt: skip
                return key
    return ""


_WOULD = re.compile(r"\b(?:would|will|shall|going to)\b|['’](?:d|ll)\b", re.IGNORECASE)


def _others(case: Case, step: Step) -> Iterator[Step]:
    """Writes that a message may be about as well: those made before, and those made upon the same yes."""
    yield from (one for one in case.writes if one.turn < step.turn)
    yield from case.together(step)


def _stands_for_it(case: Case, step: Step, key: str, text: str, details: Sequence[Detail]) -> bool:
    """Whether a message names a record as what the write is made on."""
    verbs = case.domain.pack.called.verbs.get(step.call.tool)
    if not verbs or not asks_for_yes(text):
        return False
    done, leads = compiled(verbs), _ahead(case.domain.pack.called.nouns)
    parts = [_YES_OR_NO.sub(" ", part) for part in _parts(text)]
    for part, after in zip(parts, (*parts[1:], ""), strict=True):
        ahead, named, behind = part.partition(key)
        lead = ahead.rpartition(":")[2]
        if not named or _ASIDE.search(f"{lead} {_COMMA.split(behind)[0]}"):
            continue
        upon = leads.upon.search(ahead) is not None and done.search(part.lower()) is not None
        upon = upon or (
            leads.label.fullmatch(lead) is not None and ":" in ahead and done.search(ahead.lower()) is not None
        )
        puts = part.rstrip().endswith("?") or _states(details, part.lower()) or part.rstrip().endswith(":")
        if upon and puts:
            return True
        if leads.turns.fullmatch(ahead) and done.search(after.lower()) and _states(details, after.lower()):
            return True
    return _in_the_list(key, text, details, verbs, leads)


def _in_the_list(key: str, text: str, details: Sequence[Detail], verbs: str, leads: _Ahead) -> bool:
    """Whether a record opens the only list of a message: one that states details of the write, or is headed by its deed."""
    lists: list[list[str]] = [[]]
    for line in text.split("\n"):
        if _BULLET.match(line):
            lists[-1].append(line)
        elif line.strip():
            lists.append([line])
    rows = [one for one in lists if len(one) > _SHORT]
    if len(rows) != 1 or key not in rows[0][1]:
        return False
    head, first, *rest = rows[0]
    ahead, _, behind = first.partition(key)
    opens = leads.row.fullmatch(ahead) or (not behind.strip() and not _ASIDE.search(ahead))
    headed = head.rstrip().endswith(":") and compiled(verbs).search(_parts(head)[-1].lower()) is not None
    return bool(opens) and (headed or _states(details, "\n".join(rest).lower()))


def _parts(text: str) -> list[str]:
    """A text's sentences."""
    return [text[start:end] for start, end in sentences(text)] or [text]


_SHORT = 2
"""Lines of a head and a single row."""
_BULLET = re.compile(r"\s*(?:[-•–*]|\d{1,2}[.)])\s")


def _states(details: Sequence[Detail], lower: str) -> bool:
    """Whether a text states a detail that has to be stated, beside the record."""
    return any(one.given(lower) for one in details if one.spoken is None)
