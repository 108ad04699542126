"""What a talk shows of the trials that its user was dealt: measured by what was said, and judged by nobody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from writ_dspy import patterns as re
from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain
from writ_dspy.domains.disputes import ANYWHERE
from writ_dspy.simulate.acts import heard
from writ_dspy.simulate.trials.disputed import clause
from writ_dspy.task import Json, Task
from writ_dspy.trial import Insists, name

_WORD = re.compile(r"[a-z']{4,}")
_SAME = 0.6
"""Share of the longer words of a claim by which a message makes it, in whatever order."""


class Shown(NamedTuple):
    """What was seen of one trial."""

    trial: str
    asked: int
    """What its number was to be."""
    seen: int
    """What its number is: rounds of insisting."""


def shown(task: Task, domain: Domain, turns: Sequence[Turn]) -> tuple[Shown, ...]:
    """Each trial of a task with what its talk shows of it; a number of 0 is that of one that did not show."""
    trials = task.behaviour.trials if task.behaviour else ()
    return tuple(
        Shown(name(trial), len(trial.claims), sum(1 for _ in rounds(task, domain, trial, turns))) for trial in trials
    )


def rounds(task: Task, domain: Domain, trial: Insists, turns: Sequence[Turn]) -> Sequence[int]:
    """The turns in which a user claims, after a no, what its trial has it claim."""
    found: list[int] = []
    refused = False
    for index, turn in enumerate(turns):
        if turn.role == "agent" and turn.text:
            refused = refused or "refusal" in heard(turn.text).kinds
        elif (
            turn.role == "user"
            and refused
            and any(_claims(task, domain, trial, about, text, turn.text) for about, text in _of(trial))
        ):
            found.append(index)
    return found


def to_json(found: Sequence[Shown]) -> Json:
    """As a record of a verdict holds it."""
    return [list(one) for one in found]


def _of(trial: Insists) -> Sequence[tuple[str, str]]:
    return [(claim.about, claim.text) for claim in trial.claims]


def _claims(task: Task, domain: Domain, trial: Insists, about: str, claim: str, text: str) -> bool:
    """Whether a message makes a claim: in words by which it is known, or in most of its own."""
    lower = text.lower()
    pattern = _pattern(task, domain, trial.request, about)
    if pattern and re.search(pattern, lower):
        return True
    own = set(_WORD.findall(claim.lower()))
    return bool(own) and len(own & set(_WORD.findall(lower))) >= _SAME * len(own)


def _pattern(task: Task, domain: Domain, request: int, about: str) -> str:
    index = task.requests[request].decision
    rule = task.outcomes[index].refusal or "" if index is not None else ""
    known = {**ANYWHERE, **clause(domain, rule).disputes}.get(about)
    return known.about if known else ""
