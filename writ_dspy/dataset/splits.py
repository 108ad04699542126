"""Train and test by user: two tasks of one user, or a task and its twin, never stand on both sides."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, Protocol, TypeAlias

from writ_dspy.domains import Domain, Views
from writ_dspy.task import Call, Json, Outcome

Split: TypeAlias = Literal["train", "test"]

SPLITS: tuple[Split, ...] = ("train", "test")


class Traced(Protocol):
    """What of a task decides its side; a `Task`, or as much of one as was read back."""

    @property
    def id(self) -> str:
        """Of the task."""

    @property
    def twin(self) -> str | None:
        """Of its legal task."""

    @property
    def owner(self) -> str | None:
        """The user whom a twin is about."""

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Whose calls show the user."""


def split(key: str, test_share: float = 0.1) -> Split:
    """The side on which everything with this key falls; the same on every machine and in every run.

    A larger share only ever moves keys from train to test.
    """
    draw = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    return "test" if draw < test_share * 2**64 else "train"


def split_key(task: Traced, domain: Domain) -> str:
    """The user whom the task is about; where nothing shows one, the legal task that it twins, or itself.

    Splitting by task would not do: tasks of one user share their records, so a model could meet the answer
    to a test task while it trains.
    """
    user = task.owner or user_of(task, domain)
    return f"{domain.name}/{user}" if user else task.twin or task.id


def split_keys(tasks: Iterable[tuple[Traced, Domain]]) -> dict[str, str]:
    """The key of each task by id; a twin that names no owner takes that of its legal task, where that one is among them.

    The user of a twin can be unknown (a name that no account has) while that of its legal task is not. With its owner
    a twin has its key whichever other tasks there are, so that no side changes when a run grows.
    """
    keys: dict[str, str] = {}
    twins: dict[str, str] = {}
    for task, domain in tasks:
        keys[task.id] = split_key(task, domain)
        if task.twin and not task.owner:
            twins[task.id] = task.twin
    return keys | {twin: keys[legal] for twin, legal in twins.items() if legal in keys}


def user_of(task: Traced, domain: Domain) -> str | None:
    """The user whom the reads of the task establish, else the owner of the first record that it touches."""

    def look(tool: str, args: Mapping[str, Json]) -> Views:
        return domain.read(domain.canonical(tool, args)).views

    for call in _calls(task):
        if domain.kinds.get(call.tool) == "read":
            seen = domain.read(call)
            user = None if seen.error else domain.pack.identifies(call, seen.text)
            if user:
                return user
    personal = (call for call in _calls(task) if call.tool in domain.pack.personal)
    return next((owner for call in personal if (owner := domain.pack.owner(call, look))), None)


def _calls(task: Traced) -> Iterator[Call]:
    """Every call that the task comes to: the reads of each outcome in reading order, then its write."""
    for outcome in task.outcomes:
        yield from outcome.trace
        yield from outcome.evidence
        if outcome.call is not None:
            yield outcome.call
