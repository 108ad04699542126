"""Pieces of an export that a worker process does: lines of a run in, tables or measures out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from writ_dspy.conversation import Conversation
from writ_dspy.dataset.messages import to_messages
from writ_dspy.dataset.origin import Origin
from writ_dspy.dataset.reasoning import reasonings
from writ_dspy.dataset.rows import Row, row, table
from writ_dspy.dataset.shape import Measured, Shape
from writ_dspy.dataset.sketch import sketch
from writ_dspy.dataset.splits import Split
from writ_dspy.dataset.tokens import counter
from writ_dspy.domains import Domain, load
from writ_dspy.errors import StoreError
from writ_dspy.store.records import talk_on, task_on
from writ_dspy.task import Json, Task
from writ_dspy.verify.case import Case
from writ_dspy.verify.form import well_formed

if TYPE_CHECKING:
    from pyarrow import Table


class Built(NamedTuple):
    """What a shard comes to."""

    number: int
    rows: Table


@dataclass(frozen=True)
class Shard:
    """Some accepted conversations of one part with their tasks, as the run keeps them; a worker makes them rows."""

    number: int
    side: Split
    talks: tuple[tuple[bytes, str, Json], ...]
    """The line of each conversation, the version of the checks that accepted it, and how its user talked, where that is known."""
    tasks: tuple[bytes, ...]
    """The line of each task."""
    origin: Origin = field(default_factory=Origin)
    """What the run was made with."""
    shape: Shape = field(default_factory=Shape)
    """Says what stands in the messages."""
    twins: Mapping[str, str] = field(default_factory=dict)
    """By the ids of tasks, those of their near misses in the same dataset."""

    def run(self) -> Built:
        """One row per conversation, in order; each task is read once."""
        return Built(self.number, table(self._rows()))

    def _rows(self) -> Iterator[Row]:
        domains: dict[str, Domain] = {}
        tasks: dict[str, Task] = {task.id: task for line in self.tasks for task in [task_on(line)]}
        form = {"opening": self.shape.opening, "reasoning": self.shape.reasoning}
        for line, checks, manner in self.talks:
            talk = talk_on(line)
            task = tasks[talk.task_id]
            if task.domain not in domains:
                domains[task.domain] = self.origin.domain(task.domain)
            yield row(
                task,
                talk,
                domains[task.domain],
                side=self.side,
                checks=checks,
                writ=self.origin.writ,
                manner=manner,
                twin=self.twins.get(task.id, ""),
                **form,
            )


@dataclass(frozen=True)
class Sieve:
    """Some conversations that other checks than those of now accepted, as the run keeps them; a worker looks at their form."""

    talks: tuple[bytes, ...]
    tasks: tuple[bytes, ...]

    def run(self) -> dict[str, str]:
        """By id, what is wrong with each that is no chat to learn from."""
        tasks: dict[str, Task] = {task.id: task for line in self.tasks for task in [task_on(line)]}
        talks = map(talk_on, self.talks)
        return {talk.id: why for talk in talks if (why := _malformed(tasks[talk.task_id], talk))}


def _malformed(task: Task, talk: Conversation) -> str:
    """What keeps a conversation from being a row; nothing where it is one."""
    domain = load(task.domain)
    found = next(well_formed(Case(task, talk, domain)), None)
    if found is not None:
        return f"turn {found.turn}: {found.saw}"
    try:
        to_messages(talk, domain)
    except StoreError as error:
        return str(error)
    return ""


@dataclass(frozen=True)
class Ruler:
    """Some accepted conversations of one domain, as the run keeps them; a worker measures them."""

    domain: str
    talks: tuple[bytes, ...]
    tasks: tuple[bytes, ...]
    """The line of the task of each, where `shape` has what they rest on told."""
    shape: Shape
    """Says what is measured, and what stands in the messages that are counted."""

    def run(self) -> dict[str, Measured]:
        """Of each conversation, by id."""
        tasks: dict[str, Task] = {task.id: task for line in self.tasks for task in [task_on(line)]}
        talks = map(talk_on, self.talks)
        return {talk.id: self._measured(talk, tasks.get(talk.task_id)) for talk in talks}

    def _measured(self, talk: Conversation, task: Task | None) -> Measured:
        size, shape = None, self.shape
        if shape.max_tokens is not None:
            domain = load(self.domain)
            compared = reasonings(task, talk, domain) if task is not None else {}
            messages = to_messages(talk, domain, opening=shape.opening, reasoning=compared)
            size = counter(shape.tokenizer)(messages, domain.tools)
        return Measured(size, sketch(talk) if shape.dedup is not None else None)
