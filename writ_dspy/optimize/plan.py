"""What is asked of a run: refused at once where it cannot work, and the tasks dealt out to learn, choose and judge by."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from writ_dspy.errors import ConfigError, whole
from writ_dspy.optimize.ledger import Budget
from writ_dspy.optimize.metric import Metric
from writ_dspy.optimize.search import find
from writ_dspy.optimize.students import ROLES, Mode
from writ_dspy.propose.mix import default_mix
from writ_dspy.propose.proposer import fill
from writ_dspy.shown import counted
from writ_dspy.simulate.behaviour import assign
from writ_dspy.task import Task

SPLIT = (0.3, 0.3, 0.4)
"""Shares of the tasks: to learn from, to choose by, and held out."""
MOST_ROLLOUTS = 1_000_000
"""Of one run: weeks with a fleet of servers. More is a slip of the finger."""
PARTS = ("training", "validation", "held-out")
Splits = tuple[list[Task], list[Task], list[Task]]


@dataclass(frozen=True)
class Plan:
    """What is asked for; `check` refuses what cannot work."""

    role: str
    optimizer: str
    budget: Budget
    folder: Path
    seed: int = 0
    objectives: Mapping[str, float] = field(default_factory=lambda: {"accepted": 1.0})
    split: tuple[float, float, float] = SPLIT
    mode: Mode = "free"
    crashes: float = 0.1

    def check(self, count: int, *, reflects: bool) -> None:
        """Refuse what cannot work with so many tasks, before any model is asked.

        Raises:
            ConfigError: Of an unknown role, optimizer or objective, a missing package or reflection model, no tasks for
                some purpose, or a budget that does not reach for one candidate.
        """
        if self.role not in ROLES:
            raise ConfigError(f"no role {self.role!r}; there are {', '.join(ROLES)}. Choose one of them.")
        optimizer = find(self.optimizer)
        Metric(self.role, self.objectives)
        whole("seed", self.seed, 0)
        whole("rollouts", self.budget.rollouts, 1, MOST_ROLLOUTS)
        if self.budget.tokens is not None:
            whole("tokens", self.budget.tokens, 1)
        if not 0 <= self.crashes <= 1:
            raise ConfigError(f"crashes = {self.crashes}: give the share of rollouts that may break, 0 to 1.")
        if optimizer.reflects and not reflects:
            raise ConfigError(
                f"{self.optimizer} lets a model write the instructions, and none is given: pass --reflection-lm URL (it "
                "may be that of --lm), or take --optimizer bootstrap, which needs none."
            )
        train, validation, held = self.sizes(count)
        candidate = optimizer.overhead(train, validation)
        least = validation + 2 * held + candidate
        if self.budget.rollouts < least:
            raise ConfigError(
                f"{counted(self.budget.rollouts, 'rollout does', 'rollouts do')} not reach for one candidate: {counted(count, 'task takes', 'tasks take')} {validation} to "
                f"measure the program as it is, {held} + {held} for before and after on the held-out tasks, and "
                f"{candidate} for a candidate of {self.optimizer}. Ask for {counted(least, 'rollout')} or more, or for fewer tasks."
            )

    def sizes(self, count: int) -> tuple[int, int, int]:
        """How many of so many tasks are trained on, validated on and held out.

        Raises:
            ConfigError: One of them would be none.
        """
        if not all(0 <= share <= 1 for share in self.split) or abs(sum(self.split) - 1) > 1e-6:
            raise ConfigError(f"split = {self.split}: give three shares that add up to 1.")
        train, validation = (round(share * count) for share in self.split[:2])
        sizes = (train, validation, count - train - validation)
        missing = [name for name, size in zip(PARTS, sizes, strict=True) if size < 1]
        if missing:
            raise ConfigError(
                f"{counted(count, 'task')} in shares of {self.split} leave no {' and no '.join(missing)} tasks. Ask for more tasks, "
                "or for other shares."
            )
        return sizes


def proposed(count: int, domains: Sequence[str], seed: int) -> list[Task]:
    """So many tasks of the default mix, fewer where a cell runs dry, with behaviours and off the official tasks.

    Raises:
        ConfigError: No task, or an unknown domain.
    """
    tasks: list[Task] = []
    start = 0
    for cell in default_mix(domains, count).cells:
        tasks += assign(fill(cell, seed, "base").tasks, seed, start)
        start += cell.count
    return tasks


def deal(tasks: Sequence[Task], sizes: tuple[int, int, int], seed: int) -> Splits:
    """Training, validation and held-out tasks, each with its share of every domain, kind and burden.

    Raises:
        ConfigError: Two tasks have the same id.
    """
    if len({task.id for task in tasks}) < len(tasks):
        raise ConfigError(f"{len(tasks)} tasks, and some of them twice: pass each once.")
    order = list(tasks)
    random.Random(f"{seed}/split").shuffle(order)
    order.sort(key=lambda task: (task.domain, task.kind, task.axes.writes, task.axes.burden))
    parts: Splits = ([], [], [])
    for index, task in enumerate(order, 1):
        behind = [size * index / len(order) - len(part) for size, part in zip(sizes, parts, strict=True)]
        parts[max(range(3), key=lambda one: behind[one])].append(task)
    for number, part in enumerate(parts):
        random.Random(f"{seed}/{number}").shuffle(part)
    return parts
