"""All dimensions of one talk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain
from writ_dspy.simulate.manner.language import CASUAL, SEVERAL, TYPOS, as_meant, casual, typos
from writ_dspy.simulate.manner.telling import codes, confirmation, correction, disclosure, given_in
from writ_dspy.simulate.manner.voice import digression, patience, tone, verbosity
from writ_dspy.simulate.manner.words import stems, words
from writ_dspy.task import Json, Task
from writ_dspy.trial import spoken

DIMENSIONS = (
    "disclosure", "verbosity", "tone", "patience", "language", "correction", "digression", "confirmation",
)  # fmt: skip
"""Those of manner: what a goal fixes (memory, change of mind) is substance."""
NOT_MEASURED = "not measured"
DEALT = 0.6
"""Share of the words of a dealt sentence by which a message says it."""


class Level(NamedTuple):
    """What was seen of one dimension."""

    seen: str
    """A level of the dimension, or `not measured`."""
    number: float | None
    """What the level rests on; None where nothing was measured."""


def measured(task: Task, domain: Domain, turns: Sequence[Turn]) -> Mapping[str, Level]:
    """The level of each dimension of manner that the user's turns show, with its number.

    disclosure: share of the details in the first message. verbosity: words of the middle message for each detail in it,
    beside its courtesies, haste and marked asides, without the first and those that a trial dictates. tone: share of the
    messages with a courtesy. patience: signs of haste. language: typos, or signs of slang, per hundred words. correction: values put
    right before anything was looked up by them in vain. digression: sentences about something else. confirmation: what a yes repeats. Whether English is somebody's first
    language is not measured.
    """
    texts = [turn.text for turn in turns if turn.role == "user" and turn.text.strip()]
    if not texts:
        return dict.fromkeys(DIMENSIONS, Level(NOT_MEASURED, None))
    case, talk = _case(task), [turn.text for turn in turns if turn.role == "agent"]
    found = {
        "disclosure": disclosure(task, domain, texts),
        "verbosity": _verbosity(task, domain, texts),
        "tone": tone(texts),
        "patience": patience(texts),
        "language": language(texts, [case, *talk], foreign=_asked(task, "language") == "non-native"),
        "correction": correction(list(_stretches(turns)), case.lower(), _repeated(turns)),
        "digression": digression(texts, list(_cases(case, turns)), talkative=_asked(task, "verbosity") == "chatty"),
        "confirmation": confirmation(turns),
    }
    return {
        name: Level(level[0], round(level[1], 2)) if level else Level(NOT_MEASURED, None)
        for name, level in found.items()
    }


def put_right(task: Task, turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """The turns with the user's slips of the hand put right, by which a trial is known again: who is "not hapy" is not happy."""
    known: frozenset[str] | None = None
    found = list(turns)
    for index, turn in enumerate(turns):
        if turn.role != "user" or not typos([turn.text], ()):
            continue
        if known is None:
            known = frozenset().union(*map(_shown, (_case(task), *(one.text for one in turns if one.role != "user"))))
        found[index] = replace(turn, text=as_meant(turn.text, known))
    return tuple(found)


def _verbosity(task: Task, domain: Domain, texts: Sequence[str]) -> tuple[str, float] | None:
    """Of the first message and those that say nothing that the user was dealt to say: how long these are is no manner of its own."""
    behaviour = task.behaviour
    dealt = [stems(text) for trial in (behaviour.trials if behaviour else ()) for text in spoken(trial)]
    own = [
        index
        for index, text in enumerate(texts)
        if not index or not any(len(one & stems(text)) >= DEALT * len(one) for one in dealt)
    ]
    given = given_in(task, domain, texts)
    return verbosity([texts[index] for index in own], [given.count(index) for index in own])


def _cases(case: str, turns: Sequence[Turn]) -> Iterator[frozenset[str]]:
    """For each message of the user the stems of the case, and of what the agent has said by then."""
    known = stems(case)
    for turn in turns:
        if turn.role == "agent":
            known |= stems(turn.text)
        elif turn.role == "user" and turn.text.strip():
            yield known


def _repeated(turns: Sequence[Turn]) -> frozenset[str]:
    """The numbers and addresses that the agent named before the user did."""
    mine, its = set[str](), set[str]()
    for turn in turns:
        if turn.role == "user":
            mine |= codes(turn.text).keys() - its
        elif turn.role == "agent":
            its |= codes(turn.text).keys() - mine
    return frozenset(its)


def _stretches(turns: Sequence[Turn]) -> Iterator[str]:
    """What the user says up to each look-up that fails: a value put right after one was no slip of the tongue."""
    said = list[str]()
    for turn in turns:
        if turn.role == "user":
            said.append(turn.text)
        elif turn.role == "tool" and turn.error:
            yield "\n".join(said)
            said = []
    yield "\n".join(said)


def to_json(levels: Mapping[str, Level]) -> dict[str, Json]:
    """By dimension the level seen and its number, as a run keeps them."""
    return {name: list(level) for name, level in levels.items()}


def language(texts: Sequence[str], given: Sequence[str], *, foreign: bool = False) -> tuple[str, float] | None:
    """Typos before slang before plain; of who was to write as no native does, only that it has neither, which is no measure of it.

    Args:
        texts: What the user said.
        given: Texts that the user has before its eyes: words that stand there are no slips of its own.
        foreign: Whether plainness would be a claim about a first language.
    """
    number = sum(len(text.split()) for text in texts)
    shown = frozenset().union(*map(_shown, given))
    slips, slang = typos(texts, shown), casual(texts)
    per = 100 / max(1, number)
    if slips and len(slips) * per >= TYPOS:
        return "typos", round(len(slips) * per, 2)
    if len(slang) >= SEVERAL and len(slang) * per >= CASUAL:
        return "casual", round(len(slang) * per, 2)
    return None if foreign else ("plain", round((len(slips) + len(slang)) * per, 2))


@lru_cache(maxsize=512)
def _shown(text: str) -> frozenset[str]:
    """The words of a text, as a slip of one is compared with them."""
    return frozenset(word.lower().strip("'") for word in words(text))


def _asked(task: Task, dimension: str) -> str:
    return task.behaviour[dimension] if task.behaviour else ""


def _case(task: Task) -> str:
    """All words that the task gives the user."""
    sentences = [request.opening for request in task.requests]
    sentences += [slot.text for request in task.requests for slot in request.slots]
    return " ".join((task.instruction, task.identity.text, *(fact.text for fact in task.facts), *sentences))
