"""Unlimited: what is called the best of everything is the best of all that was read; where a limit of the user's made it so, the message says so.

"I've looked through them all: the cheapest is this one" is false where one of another color costs less, though the user asked for this color.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.codec import parts
from writ_dspy.domains import Domain, Row
from writ_dspy.domains.sayings import extreme
from writ_dspy.errors import DomainError
from writ_dspy.evidence.found import Unresolved
from writ_dspy.evidence.operators import compare
from writ_dspy.evidence.resolve import settle
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.task import Best, Decision, Said, Task, Where
from writ_dspy.verify.case import Case
from writ_dspy.verify.sentences import sentences

_ALL = re.compile(
    r"\b(?:all|every|everything|overall|whole|entire|anywhere|both|each|any|compared|checked|(?:looked|went|gone|been) through)\b|\b\d+ (?:[a-z]+ )?(?:options|variants|versions|flights|connections)\b",
    re.IGNORECASE,
)
"""What says that nothing was left out of a comparison: then the user's own words are no help, either."""
_LIMITED = re.compile(
    r"\b(?:that|which|who|whose|with|without|within|under|below|above|over|up to|at (?:most|least)|or (?:less|more|fewer|later|earlier|cheaper)|no more than"
    r"|fit(?:s|ting)?|match(?:es|ing)?|meets?|suits?|suitable|eligible|other|another|among|those|these|such|your (?:\w+ )?(?:limit|budget|criteria|conditions?|wish(?:es)?|range|price|cap|max\w*)"
    r"|you (?:asked|wanted|want|said|named|gave|set|mentioned|specified)|for you|left|remaining|same|limit|budget|only|before|after)\b",
    re.IGNORECASE,
)
"""Words by which a message says among what the best was looked for."""
_BRACKETS = re.compile(r"\([^()]*\)")


_DENIED = re.compile(r"\b(?:not|never|no|if|unless|whether|than|would have been)\b|n['’]t\b|\?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Won:
    """A search that came to this by a limit of the user's: without it, another row would be the best."""

    by: str
    most: bool
    winner: Row
    limits: tuple[str, ...]
    """What the user named."""


def unlimited(case: Case, index: int) -> Iterator[tuple[str, str]]:
    """(sentence, what is wanted) for each sentence of a message that calls the best of a few the best of all.

    Who answers a wish need not repeat its limit; who says to have compared them all has to.

    Args:
        case: The conversation.
        index: The message's turn.
    """
    if not (searches := won(case.task, case.domain)):
        return
    text, mentions = case.talk.turns[index].text, case.domain.pack.mentions
    plain = _BRACKETS.sub(" ", text.lower())
    asked = next((turn.text.lower() for turn in case.talk.turns[index::-1] if turn.role == "user"), "")
    for one in searches:
        best = extreme(one.by, most=one.most, own=case.domain.pack.sayings)
        if not best.search(plain) or any(
            mentions(value, plain) for value in one.limits if not value.replace(".", "").isdigit()
        ):
            continue
        answers = any(mentions(value, asked) for value in one.limits)
        ahead = ""
        for start, end in sentences(text):
            sentence = text[start:end].strip()
            near, ahead = _BRACKETS.sub(" ", f"{ahead} {sentence}"), sentence
            if (
                not best.search(sentence.lower())
                or _told(near, one, case.domain)
                or _DENIED.search(_BRACKETS.sub(" ", sentence))
            ):
                continue
            if _names(case.domain, one, sentence) and (_ALL.search(near) or not answers):
                yield sentence, f"the limit by which it is so: {', '.join(one.limits)}"


def _told(near: str, one: Won, domain: Domain) -> bool:
    """Whether a sentence, or the one ahead of it, tells of a limit; an amount may stand anywhere else for anything."""
    return bool(_LIMITED.search(near)) or any(domain.pack.mentions(value, near.lower()) for value in one.limits)


def _names(domain: Domain, one: Won, sentence: str) -> bool:
    """Whether a sentence names the row that won: by an id, or by the value that it won by."""
    shown = str(one.winner)
    by_id = any(key in shown for key in domain.pack.ids(sentence))
    return by_id or domain.pack.mentions(str(one.winner[one.by]), sentence.lower())


@lru_cache(maxsize=256)
def won(task: Task, domain: Domain) -> tuple[Won, ...]:
    """The searches of a task that a limit of the user's decided, each once."""
    found: list[Won] = []
    for wish in (*task.goal.decisions, *(tell.decision for tell in task.goal.tells)):
        tried: Decision | None = wish
        while tried is not None:
            alone, tried = replace(tried, otherwise=None), tried.otherwise
            if any(isinstance(part, Best) and _said(part) for part in parts(alone)):
                found += [one for one in _of_wish(alone, domain) if one not in found]
    return tuple(found)


def _said(query: Best) -> list[Where]:
    return [item for item in query.where if isinstance(item.value, Said)]


def _of_wish(wish: Decision, domain: Domain) -> Iterator[Won]:
    resolver = Resolver(domain, domain.read)
    with suppress(Unresolved, DomainError):  # what fails before it is settled was chosen from all the same
        settle(wish, resolver, domain)
    for query, found in resolver.answers:
        if not isinstance(query, Best) or not (said := _said(query)):
            continue
        hit = found.hits[0]
        rest = [(item.attribute, item.op, resolver.term(item.value)[0]) for item in query.where if item not in said]
        rows = (row for call in resolver.looks(query) for row in domain.read(call).views.get(hit.view, ()))
        fit = (row for row in rows if all(name in row and compare(row[name], op, value) for name, op, value in rest))
        if any(_beats(row, hit.row, query) for row in fit):
            limits = tuple(str(item.value.value) for item in said if isinstance(item.value, Said))
            yield Won(query.by, query.most, hit.row, limits)


def _beats(row: Row, winner: Row, query: Best) -> bool:
    if query.by not in row:
        return False
    return bool(row[query.by] > winner[query.by] if query.most else row[query.by] < winner[query.by])
