"""Trials: how a user makes a task hard without changing what it comes to. Frozen data; a task is dealt them, as it is its behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

Feeling = Literal["upset", "anxious", "lonely"]


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that a user says to get what was denied: it is false, or it changes nothing."""

    about: str
    """What it is about: a name that is known again in `Pack.held` or among what is claimed in any domain."""
    text: str
    """A sentence in the first person."""


@dataclass(frozen=True, slots=True)
class Insists:
    """The user does not take the first no for an answer, nor the next ones."""

    request: int
    """Index into `Task.requests`: the one that is denied."""
    claims: tuple[Claim, ...]
    """One for each round, in order; after the last one, the user lets it be."""


@dataclass(frozen=True, slots=True)
class WrongFirst:
    """The user gives something wrong by which it, or a record, is looked up; once nothing was found, it puts that right."""

    slot: str
    """`identity`, or `{request}:{key of the slot}`."""
    right: str
    wrong: str
    """Of the same form; nothing is found by it."""


@dataclass(frozen=True, slots=True)
class Feels:
    """The user says how it feels."""

    feeling: Feeling
    text: str
    late: bool
    """Behind its second message rather than its first."""


@dataclass(frozen=True, slots=True)
class ObjectsToPrice:
    """The user does not see why a write costs what it costs, before it agrees."""

    decision: int
    """Index into `Goal.decisions`."""
    text: str


@dataclass(frozen=True, slots=True)
class ChangesMind:
    """The user names one thing at first, and when it is asked to confirm that, the thing that its task has."""

    decision: int
    """Index into `Goal.decisions`."""
    slot: str
    """`{request}:{key of the slot}`: where it changes its mind."""
    text: str
    """What it says there at first."""
    mark: str
    """A text, in lower case, by which that is known again."""
    first: str
    """The arguments of the write as they are proposed first: a JSON object."""


@dataclass(frozen=True, slots=True)
class LeavesSubject:
    """Asked for details of one request, the user brings up another one first, and comes back to it."""

    request: int
    """Index into `Task.requests`: the one that is left."""
    other: int
    """The one that comes in between."""


@dataclass(frozen=True, slots=True)
class AsksForHuman:
    """The user would rather talk to a human, though its request needs none, and takes the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ForbidsTransfer:
    """The user does not want to be handed over."""

    text: str


Trial: TypeAlias = (
    Insists | WrongFirst | ChangesMind | LeavesSubject | Feels | ObjectsToPrice | AsksForHuman | ForbidsTransfer
)

NAMES: dict[type, str] = {
    Insists: "insists",
    WrongFirst: "wrong first",
    ChangesMind: "changes its mind",
    LeavesSubject: "leaves the subject",
    ObjectsToPrice: "objects to a price",
    AsksForHuman: "asks for a human",
    ForbidsTransfer: "forbids a transfer",
}
FEELINGS: tuple[Feeling, ...] = get_args(Feeling)
EVERY = (*NAMES.values(), *FEELINGS)
"""What trials are called in rows, reports and on the card."""


def spoken(trial: Trial) -> tuple[str, ...]:
    """The sentences that a trial has its user say, beside those of the task."""
    match trial:
        case Insists(_, claims):
            return tuple(claim.text for claim in claims)
        case WrongFirst() | LeavesSubject():
            return ()
        case _:
            return (trial.text,)


def name(trial: Trial) -> str:
    """What a trial is called."""
    return trial.feeling if isinstance(trial, Feels) else NAMES[type(trial)]


def times(trial: Trial) -> int:
    """How often it is to happen."""
    return len(trial.claims) if isinstance(trial, Insists) else 1
