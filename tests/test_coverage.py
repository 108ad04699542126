"""The map of what official tasks ask for: rows are read off goals and talks, and counted against the tasks of their domain."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.coverage import airline, retail
from benchmarks.coverage.__main__ import table
from benchmarks.coverage.shown import Row, Shown
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.proposer import fill
from writ_dspy.task import Goal, Task


def signs(task: Task, rows: tuple[Row, ...]) -> set[str]:
    """The rows that a task shows before anybody talks."""
    return {row.name for row in rows if row.holds(Shown(task, ()))}


def test_a_denied_request_is_seen_in_the_goal_alone() -> None:
    """With its decision it shows the row; without it, no more."""
    cell = Cell(domain="tau2:airline", kind="normal", writes=1, burden=3, denied=1, count=1)
    task = fill(cell, 1, None).tasks[0]
    kept = [index for index, outcome in enumerate(task.decided) if outcome.call]
    spared = replace(
        task,
        goal=Goal(tuple(task.goal.decisions[index] for index in kept)),
        outcomes=tuple(task.outcomes[index] for index in kept),
    )
    names = {"a request that policy forbids", "one request refused, another done"}

    assert names <= signs(task, airline.ROWS)
    assert not names & signs(spared, airline.ROWS)


def test_no_row_is_shown_by_every_task() -> None:
    """A row that any task shows would say nothing."""
    cell = Cell(domain="tau2:retail", kind="normal", writes=1, burden=2, count=1)
    simple = fill(cell, 3, None).tasks[0]

    assert len(signs(simple, retail.ROWS)) < len(retail.ROWS) / 4


def test_a_row_is_met_by_half_a_percent() -> None:
    """Of the tasks of its own domain; a domain without tasks has no rows."""
    rows = [(airline.ROWS[0], 1), (airline.ROWS[1], 0), (retail.ROWS[0], 5)]
    text = table(rows, {"tau2:airline": 200})

    assert "1 of 200 (0.5 %) | yes" in text
    assert "0 of 200 (0.0 %) | **no**" in text
    assert text.endswith("1 of 2 rows met (50 %).")


def test_rows_have_names_of_their_own() -> None:
    """Within a domain, so that the map can be read."""
    for rows in (airline.ROWS, retail.ROWS):
        assert len({row.name for row in rows}) == len(rows)
