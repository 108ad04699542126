"""Trials: how a user makes a task hard without changing what it comes to. Frozen data; a task is dealt them, as it is its behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


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


Trial: TypeAlias = Insists

NAMES: dict[type, str] = {Insists: "insists"}
"""What each trial is called in rows, reports and on the card."""


def spoken(trial: Trial) -> tuple[str, ...]:
    """The sentences that a trial has its user say."""
    return tuple(claim.text for claim in trial.claims)


def name(trial: Trial) -> str:
    """What a trial is called."""
    return NAMES[type(trial)]
