"""What looking for rows can come to: those found with their evidence, or the reason why a goal is no task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from writ_dspy.domains import Observation, Row
from writ_dspy.task import (
    Call,
    Json,
    Op,
    Query,
)

Read: TypeAlias = Callable[[Call], Observation]
Needs: TypeAlias = frozenset[Call]
NONE: Needs = frozenset()
NOT_FOUND = "not found"


class Unresolved(Exception):  # noqa: N818 - it names a state of a goal, the base of all reasons
    """A goal that is no task, with the reason in its message."""


class Empty(Unresolved):
    """No row passes; `needs` is the evidence for that, `promised` is true when the user said that there is one."""

    def __init__(self, message: str, needs: Needs, promised: bool) -> None:
        super().__init__(message)
        self.needs = needs
        self.promised = promised


class Ambiguous(Unresolved):
    """Two rows match `Only`, or tie for `Best`."""


class Refused(Unresolved):
    """A tool refused a gold write, or an earlier write changed what a later decision comes to."""


class Unfounded(Unresolved):
    """A value that nobody could know: not said, not fixed by policy, not shown by the read."""


class Missing(Unresolved):
    """A read that has not been made (only when resolving against what an agent observed)."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that passes, with the reads that suffice to know that it does."""

    row: Row
    support: Needs
    view: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a query came to: its rows, and the evidence for exactly these rows."""

    hits: tuple[Hit, ...]
    needs: Needs
    ranked: tuple[Hit, ...] = ()
    """`Best`: all rows that passed, best first."""


@dataclass(frozen=True, slots=True)
class Look:
    """One call of a query's sources."""

    call: Call
    view: str
    support: Needs
    """Reads that suffice to know its arguments."""
    led: tuple[Row, ...]
    """The rows that its arguments were picked from."""


Step: TypeAlias = tuple[Look | None, Needs, Json]
"""A call, the evidence behind the arguments of a source (with no call), and the best value that the call can show."""
Wheres: TypeAlias = list[tuple[str, Op, Json]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How a query goes about it: what rows must pass, and the calls in order."""

    query: Query
    wheres: Wheres
    asked: Needs
    """The evidence for what rows must pass."""
    steps: list[Step]
    consulted: set[Call]
    """What was read to know all this."""


def observing(reads: Mapping[Call, Observation]) -> Read:
    """A way of reading that knows only what was observed, and raises `Missing` for the rest."""

    def read(call: Call) -> Observation:
        if call not in reads:
            raise Missing(f"{call} was not read")
        return reads[call]

    return read
