"""Fixtures that several test files share: real tasks of every kind, played by the scripted roles."""

from __future__ import annotations

import pytest

from tests.playing import CELLS, PER_CELL, Played, play, transfer
from writ_dspy.behaviour import assign
from writ_dspy.mix import Cell
from writ_dspy.propose import fill
from writ_dspy.task import Task


@pytest.fixture(scope="session")
def tasks() -> list[Task]:
    """Tasks of every kind in both domains, with behaviours."""
    found: list[Task] = []
    for domain in ("tau2:retail", "tau2:airline"):
        for kind, writes, burden in CELLS:
            cell = Cell(domain=domain, kind=kind, writes=writes, burden=burden, count=PER_CELL)
            found += assign(fill(cell, 7, "base").tasks, 7, len(found))
    found += assign([transfer()], 7, len(found))
    return found


@pytest.fixture(scope="session")
def played(tasks: list[Task]) -> list[Played]:
    """All of them, played."""
    return [play(task) for task in tasks]
