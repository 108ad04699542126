"""Tasks that the proposer really makes, of every kind and of both domains; drawn once per test run."""

from __future__ import annotations

from functools import cache

from tests.shared import made_once
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.proposer import fill
from writ_dspy.task import Kind, Task

POINTS: dict[str, tuple[tuple[Kind, int, int, int], ...]] = {
    "tau2:retail": (
        ("normal", 1, 2, 2), ("normal", 1, 3, 2),
        ("read-heavy", 1, 4, 3), ("read-heavy", 1, 5, 2), ("read-heavy", 1, 6, 2),
        ("write-intensive", 2, 3, 2), ("write-intensive", 3, 4, 2),
        ("no-write", 0, 3, 1), ("no-write", 0, 4, 1),
    ),
    "tau2:airline": (
        ("normal", 1, 2, 2), ("normal", 1, 3, 2),
        ("read-heavy", 1, 4, 2), ("read-heavy", 1, 6, 2), ("read-heavy", 1, 8, 1), ("read-heavy", 1, 12, 1),
        ("write-intensive", 2, 3, 2), ("write-intensive", 2, 5, 1),
        ("no-write", 0, 2, 1), ("no-write", 0, 3, 1), ("no-write", 0, 4, 1),
    ),
}  # fmt: skip
"""(kind, writes, burden, count) of each cell."""


@cache
def proposed(name: str) -> tuple[Task, ...]:
    """About fifteen tasks of one domain."""
    return tuple(task for cell in _cells(name) for task in cell)


def firsts(name: str) -> tuple[Task, ...]:
    """One of each cell."""
    return tuple(cell[0] for cell in _cells(name))


@made_once
def _cells(name: str) -> tuple[tuple[Task, ...], ...]:
    cells = [
        Cell(domain=name, kind=kind, writes=writes, burden=burden, count=count)
        for kind, writes, burden, count in POINTS[name]
    ]
    return tuple(tuple(fill(cell, 5, "base").tasks) for cell in cells)


@made_once
def wider(name: str, kind: Kind, burden: int) -> tuple[Task, ...]:
    """A dozen tasks with one write, for who looks for a certain one."""
    return tuple(fill(Cell(domain=name, kind=kind, writes=1, burden=burden, count=12), 5, "base").tasks)
