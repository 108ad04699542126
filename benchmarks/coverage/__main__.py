"""Counts the map over a run: `python -m benchmarks.coverage RUN` prints it, `--write` keeps it as `docs/coverage.md`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks.coverage import airline, retail
from benchmarks.coverage.shown import Row, Shown
from writ_dspy.run.synth import load as load_run

PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"
LEAST = 0.005
"""Share of a domain's tasks from which on a row counts as met."""
ABOUT = """# What the official tasks ask for, and ours

Each row is something that the official tasks of τ²-bench ask of an agent, with the share of them that do (50 airline, 114 retail, as
one reader labeled them, so give or take a tenth; – where nobody did), and how many accepted tasks of a run do. A row is met where half a percent of the
tasks of its domain show it. What a task shows is read off its goal and its conversation, not off the name of a recipe.

Written by `python -m benchmarks.coverage RUN --write`, never by hand.
"""


def counted(folder: Path) -> tuple[list[tuple[Row, int]], dict[str, int]]:
    """How many tasks show each row, and how many tasks each domain has: accepted ones alone."""
    rows = (*airline.ROWS, *retail.ROWS)
    found = [0] * len(rows)
    tasks: dict[str, int] = {}
    for item in load_run(folder).conversations():
        shown = Shown(item.task, item.talk.turns)
        tasks[item.task.domain] = tasks.get(item.task.domain, 0) + 1
        for index, row in enumerate(rows):
            found[index] += row.domain == item.task.domain and row.holds(shown)
    return list(zip(rows, found, strict=True)), tasks


def table(found: Sequence[tuple[Row, int]], tasks: dict[str, int]) -> str:
    """The map as Markdown, and in the last line how much of it is met."""
    lines = [
        "| domain | what the official tasks ask for | official tasks | tasks of the run | met | known by |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    counting = [(row, count) for row, count in found if tasks.get(row.domain)]
    met = 0
    for row, count in counting:
        whole = tasks[row.domain]
        enough = count >= LEAST * whole
        met += enough
        cells = (
            row.domain.partition(":")[2], row.name, row.share, f"{count:,} of {whole:,} ({100 * count / whole:.1f} %)",
            "yes" if enough else "**no**", row.sign,
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", f"{met} of {len(counting)} rows met ({100 * met / len(counting):.0f} %)."])


def main() -> None:
    """Print the map, and keep it where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path, help="a run folder")
    parser.add_argument("--write", action="store_true", help=f"keep the map as {PAGE.name}")
    asked = parser.parse_args()
    found = table(*counted(asked.run))
    print(found)
    if asked.write:
        PAGE.write_text(f"{ABOUT}\n{found}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
