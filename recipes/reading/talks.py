"""The tasks and talks of the experiment: what is learned from, what is held out, and the users."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import writ_dspy as writ
from writ_dspy.codec import from_json, to_json
from writ_dspy.conversation import Conversation
from writ_dspy.dataset.splits import split, split_key
from writ_dspy.domains import Dial, Domain, Memory
from writ_dspy.errors import ConfigError, DomainError
from writ_dspy.evidence.found import Unresolved
from writ_dspy.propose.accept import accept
from writ_dspy.propose.firewall import firewall
from writ_dspy.propose.proposer import fill
from writ_dspy.propose.users import users_for
from writ_dspy.simulate.behaviour import assign
from writ_dspy.simulate.loop import converse, job
from writ_dspy.simulate.scripted import ScriptedAgent, ScriptedUser
from writ_dspy.task import DIMENSIONS, Behaviour, Kind, Task
from writ_dspy.verify.checks import verify

SEED = 1
PLAIN = {
    "disclosure": "all at once", "verbosity": "terse", "tone": "neutral", "patience": "patient", "language": "plain", "correction": "none",
    "change of mind": "none", "digression": "none", "confirmation": "plain yes",
}  # fmt: skip
"""A user who says all that it wants in its first message, and agrees when asked."""
HELD_OUT = 0.3
"""Share of the users whose tasks are played at the end and never learned from."""
SETS = ("write-only", "mixed")


@dataclass(frozen=True)
class Cell:
    """So many tasks of one kind, and what they are for."""

    kind: Kind
    writes: int
    burden: int
    share: float
    """Of all tasks."""
    name: str
    """Under which the table counts it."""
    learned: bool = True


CELLS = (
    Cell("normal", 1, 2, 0.14, "one write"),
    Cell("normal", 1, 3, 0.14, "one write"),
    Cell("write-intensive", 2, 2, 0.07, "two writes"),
    Cell("write-intensive", 2, 3, 0.07, "two writes"),
    Cell("read-heavy", 1, 4, 0.27, "read-heavy"),
    Cell("read-heavy", 1, 5, 0.22, "read-heavy"),
    Cell("read-heavy", 1, 6, 0.09, "read-heavy, longer", learned=False),
)
MEMORIES: tuple[Memory, ...] = ("knows ids", "knows none")
DRAFTS = 60
"""Tried for each task, before a cell is given up."""


def cell_of(task: Task) -> Cell:
    """Where a task stands."""
    point = (task.kind, task.axes.writes, task.axes.burden)
    return next(cell for cell in CELLS if (cell.kind, cell.writes, cell.burden) == point)


def make(domain: Domain, count: int, keep: Path) -> list[Task]:
    """So many tasks of all cells together, made once and kept.

    Raises:
        ConfigError: The domain has too few for a cell.
    """
    if not keep.exists():
        found = [task for cell in CELLS for task in _of(cell, domain, max(4, round(cell.share * count)))]
        draft = keep.with_suffix(".tmp")
        draft.write_text("".join(json.dumps(to_json(task)) + "\n" for task in found), encoding="utf-8")
        draft.replace(keep)
    return [from_json(json.loads(line)) for line in keep.read_text(encoding="utf-8").splitlines()]


def _of(cell: Cell, domain: Domain, count: int) -> list[Task]:
    """The tasks of one cell; off the firewall, where the domain has official tasks.

    With one write they are drafted here: `fill` deals out what users know evenly, and nearly all of its time would go to read-heavy wishes by number, of
    which there are none.
    """
    goal = writ.Cell(domain=domain.name, kind=cell.kind, writes=cell.writes, burden=cell.burden, count=count)
    split_off = "base" if domain.name.startswith("tau2:") else None
    if cell.writes > 1:
        filled = fill(goal, SEED, split_off, domain=domain)
        if filled.dry:
            raise ConfigError(f"{filled.dry}. Ask for fewer with --tasks.")
        return filled.tasks
    wall = firewall(domain.name, split_off) if split_off else None
    users, rng, found = users_for(goal, domain, wall), random.Random(f"{SEED}/{goal}"), dict[str, Task]()
    for _ in range(DRAFTS * count):
        dial = Dial(cell.burden, rng.choice(MEMORIES))
        draft = rng.choice(domain.pack.recipes).draft(domain, rng.choice(users), dial, rng)
        with suppress(Unresolved, DomainError):
            task = None if draft is None else accept(draft, goal, domain, wall)
            if task is not None:
                found[task.id] = task
        if len(found) == count:
            return list(found.values())
    raise ConfigError(f"{goal}: only {len(found)} found. Ask for fewer with --tasks.")


@dataclass(frozen=True)
class Talk:
    """An accepted conversation of the scripted agent about a task."""

    task: Task
    talk: Conversation


def plain(task: Task) -> Task:
    """The same task of a user without manners or trials: what a tiny model can follow."""
    levels = tuple((name, PLAIN.get(name, task.memory)) for name in DIMENSIONS)
    return replace(task, behaviour=Behaviour(levels))


def mannered(task: Task) -> Task:
    """The same task of a user with manners and trials, as a run deals them; which ones depends on the task alone."""
    return assign([task], int(task.id[-8:], 16))[0]


def sides(tasks: Sequence[Task], domain: Domain) -> tuple[list[Task], list[Task]]:
    """Those to learn from, and those that are held out: no user, and so no record, is in both."""
    held = [task for task in tasks if split(split_key(task, domain), HELD_OUT) == "test"]
    taken = {task.id for task in held}
    return [task for task in tasks if task.id not in taken and cell_of(task).learned], held


def played(tasks: Sequence[Task], domain: Domain, tries: int, seed: int) -> list[Talk]:
    """The scripted agent's talks about tasks that have a behavior, in so many wordings each; only those that the checks accept."""
    found = []
    for task in tasks:
        for attempt in range(tries):
            talk = asyncio.run(converse(job(task, attempt, seed), domain, ScriptedUser(), ScriptedAgent()))
            if verify(task, talk, domain).accepted:
                found.append(Talk(task, talk))
    return found
