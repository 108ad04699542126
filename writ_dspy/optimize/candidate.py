"""One program that was tried: its instructions and demonstrations, and what it scored where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import dspy

from writ_dspy.shown import counted

State = Mapping[str, tuple[str, list[Any]]]
"""Of each predictor, its instructions and demonstrations."""


@dataclass
class Candidate:
    """One program that was tried."""

    number: int
    state: State
    train: dict[str, float] = field(default_factory=dict)
    validation: dict[str, float] = field(default_factory=dict)
    heldout: dict[str, float] = field(default_factory=dict)
    """Score by task; a task whose rollout broke is in none."""
    tokens: dict[str, int] = field(default_factory=dict)
    """Of the rollouts on held-out tasks."""
    broken: set[str] = field(default_factory=set)
    at: int = 0
    """Rollouts that had been made when its validation was complete."""

    def mean(self, wanted: Sequence[str]) -> float | None:
        """On the validation tasks, once all were tried; None if most of them broke."""
        if not set(wanted) <= self.validation.keys() | self.broken or 2 * len(self.validation) < len(wanted):
            return None
        return average(self.validation)


def state_of(program: dspy.Module) -> State:
    """What an optimizer may change of it."""
    return {name: (one.signature.instructions, list(one.demos)) for name, one in program.named_predictors()}


def put(state: State, program: dspy.Module) -> None:
    """Give a program these instructions and demonstrations."""
    for name, predictor in program.named_predictors():
        instructions, demos = state[name]
        predictor.signature = predictor.signature.with_instructions(instructions)
        predictor.demos = list(demos)


def novelty(before: State, after: State, size: int = 80) -> str:
    """The first line of new instructions, or how many demonstrations there are, in a few words."""
    for name, (text, _) in after.items():
        known = before[name][0].splitlines()
        new = next((line.strip() for line in text.splitlines() if line.strip() and line not in known), "")
        if new:
            return new if len(new) <= size else f"{new[: size - 1]}…"
    demos = sum(len(demos) for _, demos in after.values())
    return counted(demos, "demonstration") if demos else "the program as it is"


def average(scores: Mapping[str, float]) -> float:
    """Their mean; 0 of none."""
    return sum(scores.values()) / len(scores) if scores else 0.0
