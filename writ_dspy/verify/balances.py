"""Balances: what is told to be on a card by now is on it: a write that only asks for something takes nothing off it yet, and puts nothing on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal

from writ_dspy import patterns as re
from writ_dspy.domains.values import values
from writ_dspy.verify.case import Case
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.sentences import sentences

_NOW = re.compile(
    r"\b(?:balance|(?:gift )?card|certificate)\b[^.;!?]*?\b(?:(?:is|are|stands at|has|holds|leaves?)(?: \w+)? now|now(?: \w+)? (?:is|are|has|holds|stands at|shows)|currently (?:is|has|holds|stands at)|is currently)\b"
    r"|\bnow (?:have|hold|see)\b[^.;!?]*?\b(?:left|remaining|on)\b[^.;!?]*?\bcard\b|\b(?:new|current) balance\b",
    re.IGNORECASE,
)
"""How it is told what is on something at this moment."""
_LATER = re.compile(
    r"\b(?:will|would|once|until|when|if|after|before|should|could|expect\w*)\b|['’]ll\b|['’]d\b|\?\s*$", re.IGNORECASE
)
"""What is told of another moment, or asked."""
_HOLDS = re.compile(r"balance|left|remain|\bon (?:it|your|the)\b", re.IGNORECASE)


def balanced(case: Case, index: int, ground: Ground) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence of a message that tells a balance which neither a read nor a record shows by then.

    Args:
        case: The conversation.
        index: The message's turn.
        ground: What was read and said so far.
    """
    text = case.talk.turns[index].text
    if not _NOW.search(text) or not any(step.turn < index for step in case.writes):
        return
    known: set[Decimal] | None = None
    for start, end in sentences(text):
        sentence = text[start:end].strip()
        match = _NOW.search(sentence)
        if match is None or _LATER.search(sentence) or not _HOLDS.search(sentence):
            continue
        told = [value.number for value in values(sentence) if value.quantity == "money"]
        known = known if known is not None else set(_shown(ground)) | set(_written(case, index))
        if told and known.isdisjoint(told):
            yield sentence, "what is on it by now, as a record shows it: a request alone moves no money"


def _shown(ground: Ground) -> Iterator[Decimal]:
    """All numbers of the rows that were read."""
    for row in ground.seen.every():
        yield from _numbers(row)


def _written(case: Case, index: int) -> Iterator[Decimal]:
    """All numbers of the records that writes have changed, as each of them left them, up to a turn."""
    world = case.domain.world()
    for step in case.writes:
        if step.turn < index:
            world.call(step.call)
            for record in world.delta().values():
                yield from _numbers(json.loads(record))


def _numbers(data: object) -> Iterator[Decimal]:
    if isinstance(data, dict):
        for value in data.values():
            yield from _numbers(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from _numbers(value)
    elif isinstance(data, int | float) and not isinstance(data, bool):
        yield round(Decimal(str(data)), 2)
