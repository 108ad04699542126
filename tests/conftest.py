"""What several test files share: real tasks of every kind, played by the scripted roles."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from writ_dspy.behaviour import assign
from writ_dspy.conversation import Conversation
from writ_dspy.domains import Domain, load
from writ_dspy.mix import Cell
from writ_dspy.propose import fill
from writ_dspy.roles import Agent
from writ_dspy.scripted import ScriptedAgent, ScriptedUser
from writ_dspy.simulate import converse, job
from writ_dspy.task import Kind, Task

CELLS: tuple[tuple[Kind, int, int], ...] = (
    ("normal", 1, 2), ("normal", 1, 3), ("read-heavy", 1, 4), ("read-heavy", 1, 6), ("write-intensive", 2, 3),
    ("write-intensive", 3, 4), ("no-write", 0, 3), ("no-write", 0, 4),
)  # fmt: skip
PER_CELL = 6


@dataclass(frozen=True)
class Played:
    """A task with the conversation that the scripted roles had about it."""

    task: Task
    talk: Conversation
    domain: Domain


def play(task: Task, agent: Agent | None = None, seed: int = 0) -> Played:
    """One conversation with the scripted user."""
    domain = load(task.domain)
    talk = asyncio.run(converse(job(task, 0, seed), domain, ScriptedUser(), agent or ScriptedAgent()))
    return Played(task, talk, domain)


@pytest.fixture(scope="session")
def tasks() -> list[Task]:
    """Tasks of every kind in both domains, with behaviours."""
    found: list[Task] = []
    for domain in ("tau2:retail", "tau2:airline"):
        for kind, writes, burden in CELLS:
            cell = Cell(domain=domain, kind=kind, writes=writes, burden=burden, count=PER_CELL)
            found += assign(fill(cell, 7, "base").tasks, 7, len(found))
    return found


@pytest.fixture(scope="session")
def played(tasks: list[Task]) -> list[Played]:
    """All of them, played."""
    return [play(task) for task in tasks]


@pytest.fixture(scope="session")
def find(played: list[Played]) -> Callable[[Callable[[Played], bool]], Played]:
    """The first conversation that has what a test needs; fails when none has."""

    def search(fits: Callable[[Played], bool]) -> Played:
        hits: Iterator[Played] = (item for item in played if fits(item))
        hit = next(hits, None)
        assert hit is not None, "no sample conversation fits: enlarge CELLS"
        return hit

    return search
