"""What a talk shows of the trials that its user was dealt: measured by what was said, and judged by nobody."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from writ_dspy import patterns as re
from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain
from writ_dspy.domains.disputes import ANYWHERE
from writ_dspy.simulate.acts import assents, heard
from writ_dspy.simulate.trials.disputed import clause
from writ_dspy.simulate.trials.saying import KNOWN
from writ_dspy.task import Json, Task
from writ_dspy.trial import (
    AsksForHuman,
    ChangesMind,
    Insists,
    LeavesSubject,
    ObjectsToPrice,
    Trial,
    WrongFirst,
    name,
    times,
)

_KNOWN = {trial: re.compile(pattern) for trial, pattern in KNOWN.items()}
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
    return tuple(Shown(name(trial), times(trial), _seen(task, domain, trial, turns)) for trial in trials)


def _seen(task: Task, domain: Domain, trial: Trial, turns: Sequence[Turn]) -> int:
    match trial:
        case Insists():
            return _claimed(task, domain, trial, turns)
        case WrongFirst(_, right, wrong):
            return int(_recovered(right.lower(), wrong.lower(), turns))
        case LeavesSubject(request, other):
            return int(_came_back(task, request, other, turns))
        case ChangesMind():
            return int(_otherwise(task, domain, trial, turns))
        case ObjectsToPrice():
            return int(any(_KNOWN[name(trial)].search(text) for text in _of_proposals(turns)))
        case _:
            return int(any(_KNOWN[name(trial)].search(turn.text.lower()) for turn in turns if turn.role == "user"))


def _recovered(right: str, wrong: str, turns: Sequence[Turn]) -> bool:
    """Whether the wrong value was said, a tool found nothing by it, and the right one was said after that."""
    said = failed = False
    for turn in turns:
        lower = turn.text.lower()
        if turn.role == "user" and failed and right in lower:
            return True
        said = said or (turn.role == "user" and wrong in lower)
        failed = failed or (said and turn.role == "tool" and turn.error)
    return False


def _came_back(task: Task, request: int, other: int, turns: Sequence[Turn]) -> bool:
    """Whether what was asked for in between was done before what was asked for first, which was done, too."""
    calls = [task.outcomes[task.requests[index].decision or 0].call for index in (other, request)]
    places = [next((at for at, turn in enumerate(turns) if call in turn.calls), None) for call in calls]
    return places[0] is not None and places[1] is not None and places[0] < places[1]


def _otherwise(task: Task, domain: Domain, trial: ChangesMind, turns: Sequence[Turn]) -> bool:
    """Whether the proposal behind what was named first was answered by what the task has, and another one followed before any write.

    "No checked bag. The rest fits." is heard as a yes; that it was none shows in what the agent puts forward next.
    """
    index, key = trial.slot.split(":", 1)
    marks = [mark.lower() for slot in task.requests[int(index)].slots if slot.key == key for mark in slot.marks]
    named = put = changed = False
    before = ""
    for turn in turns:
        if turn.role == "agent" and turn.text:
            put, before = "proposal" in heard(turn.text).kinds, turn.text
            if put and changed:
                return True
        elif turn.role == "agent":
            changed = changed and all(domain.kinds.get(call.tool) != "write" for call in turn.calls)
        elif turn.role == "user":
            lower = turn.text.lower()
            no = not assents(turn.text, before) or ("?" not in lower and trial.mark not in lower)
            changed = changed or (named and put and no and _all(marks, lower))
            named = named or trial.mark in lower
    return False


def _all(marks: Sequence[str], lower: str) -> bool:
    return all(mark in lower for mark in marks)


def _of_proposals(turns: Sequence[Turn]) -> Iterator[str]:
    """What the user says to a proposal and does not yet agree with, or asks beside some other yes, and is answered first."""
    before = ""
    for turn, after in itertools.pairwise((*turns, Turn("agent"))):
        if turn.role == "agent" and turn.text:
            before = turn.text
        elif turn.role == "user" and "proposal" in heard(before).kinds:
            answered = "?" in turn.text and after.role == "agent" and bool(after.text)
            if answered or not assents(turn.text, before):
                yield turn.text.lower()


def insists(task: Task, domain: Domain, text: str) -> bool:
    """Whether a message makes one of the claims with which its user was dealt to insist."""
    trials = (trial for trial in (task.behaviour.trials if task.behaviour else ()) if isinstance(trial, Insists))
    return any(
        _claims(claim.text, _pattern(task, domain, trial.request, claim.about), text.lower())
        for trial in trials
        for claim in trial.claims
    )


def asks_for_human(task: Task, texts: Sequence[str]) -> bool:
    """Whether one of the messages asks for a human, of a user who was dealt to do so."""
    trials = (trial for trial in (task.behaviour.trials if task.behaviour else ()) if isinstance(trial, AsksForHuman))
    return any(_KNOWN[name(trial)].search(text.lower()) for trial in trials for text in texts)


def _claimed(task: Task, domain: Domain, trial: Insists, turns: Sequence[Turn]) -> int:
    """How many of its claims a user makes after a no."""
    refused, said = False, list[str]()
    for turn in turns:
        if turn.role == "agent" and turn.text:
            refused = refused or "refusal" in heard(turn.text).kinds
        elif turn.role == "user" and refused:
            said.append(turn.text.lower())
    claims = ((claim.text, _pattern(task, domain, trial.request, claim.about)) for claim in trial.claims)
    return sum(any(_claims(claim, pattern, text) for text in said) for claim, pattern in claims)


def to_json(found: Sequence[Shown]) -> Json:
    """As a record of a verdict holds it."""
    return [list(one) for one in found]


def _claims(claim: str, pattern: str, lower: str) -> bool:
    """Whether a message makes a claim: in words by which it is known, or in most of its own."""
    own = set(_WORD.findall(claim.lower()))
    return (bool(pattern) and re.search(pattern, lower) is not None) or (
        bool(own) and len(own & set(_WORD.findall(lower))) >= _SAME * len(own)
    )


def _pattern(task: Task, domain: Domain, request: int, about: str) -> str:
    index = task.requests[request].decision
    rule = task.outcomes[index].refusal or "" if index is not None else ""
    known = {**ANYWHERE, **clause(domain, rule).disputes}.get(about)
    return known.about if known else ""
