"""A role is optimized over a declared domain as over any other: its known optimum is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.domains.library import library
from tests.standins.synthetic import RULES, Synthetic
from writ_dspy.lm import Connection
from writ_dspy.optimize import Budget, optimize
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.proposer import fill
from writ_dspy.simulate.behaviour import assign
from writ_dspy.task import Task

CELLS = (("normal", 1, 3), ("read-heavy", 1, 4), ("write-intensive", 2, 3))


def tasks() -> list[Task]:
    """Some of each kind with writes, of the library."""
    name = library().name
    cells = [Cell(domain=name, kind=kind, writes=writes, burden=burden, count=12) for kind, writes, burden in CELLS]  # type: ignore[arg-type]
    return assign([task for cell in cells for task in fill(cell, 5, None, domain=library()).tasks], 5)


@pytest.mark.slow
def test_an_agent_for_a_declared_domain_is_optimized(tmp_path: Path) -> None:
    """The synthetic agent scores better on tasks held out once its instructions hold a rule that it lacked."""
    engine = Synthetic("agent", tasks())
    line = Connection.over(engine, role="agent")
    outcome = optimize(
        "agent", line, reflection=line, tasks=engine.tasks, split=(0.5, 0.25, 0.25), optimizer="gepa", budget=Budget(150), folder=tmp_path / "run",
        threads=2, programs=tmp_path / "programs",
    )  # fmt: skip

    assert outcome.heldout.after.mean > outcome.heldout.before.mean
    kept = "".join(path.read_text("utf-8") for path in tmp_path.rglob("*.json"))
    assert any(rule.text in kept for rule in RULES["agent"])
