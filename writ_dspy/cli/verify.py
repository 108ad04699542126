"""The verb `verify`: judge conversations that others made, or those of a run once more."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from writ_dspy.cli import voice
from writ_dspy.cli.options import FAILED, SHORT, AsJson, as_path, print_json, print_rich
from writ_dspy.errors import ConfigError
from writ_dspy.shown import counted

if TYPE_CHECKING:
    from writ_dspy.imports.judge import Piped, Verification
    from writ_dspy.report.tables import Table

STDIN = "-"
SHOWN = 50
"""Rejected conversations that the table names."""


def verify(
    source: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE",
            help="τ²-bench's results.json, τ-bench's trajectories, or rows with `messages` as JSON, JSON Lines or Parquet; - for "
            "standard input; the folder of a run or of a dataset; or hf:OWNER/NAME.",
        ),
    ],
    *,
    run: Annotated[
        Path | None,
        typer.Option("--run", parser=as_path, metavar="RUN", help="A run whose tasks the `task_id` of rows name."),
    ] = None,
    domain: Annotated[
        str | None,
        typer.Option(
            "--domain", "-d", metavar="NAME", help=f"Whose tools were called, where nothing else says it ({SHORT})."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Judge conversations that others made, or a run's own from its files; changes nothing.

    A `task_id` names a task of RUN, or an official one as tau2:airline/7; without one, the checks that need no task judge.
    Exit code 1: not all are accepted; 2: there is nothing to judge, or it cannot be read.
    """
    from writ_dspy.imports.judge import Judge, Verification

    found = Verification(Judge(run, domain).all(_piped() if one == STDIN else one for one in source))
    if as_json:
        print_json(found.to_json())
    else:
        _print(found)
    if found.accepted < len(found):
        raise typer.Exit(FAILED)


def _piped() -> Piped:
    """What stands on standard input.

    Raises:
        ConfigError: It is a terminal.
    """
    from writ_dspy.imports.judge import Piped

    if sys.stdin.isatty():
        raise ConfigError("- is standard input, and nothing is piped into it. Name a file, or: … | writ verify -")
    return Piped(sys.stdin.buffer.read())


def _print(found: Verification) -> None:
    rejected = [one for one in found if not one.verdict.accepted]
    typer.echo(f"{counted(len(found), 'conversation')}: {found.accepted:,} accepted, {len(rejected):,} rejected")
    print_rich(_by_check(found))
    apart = [check for check, counts in found.outcomes().items() if counts["not applicable"]]
    if apart:
        named = all(one.task_id for one in found)
        more = "--run, with the run that made them," if named else "A `task_id`, with --run,"
        voice.hint(
            f"{counted(len(apart), 'check')} did not apply everywhere: accepted means by those that do. {more} gives them a whole task."
        )
    if not rejected:
        return
    from writ_dspy.report.tables import Table

    table = Table(">index", "task", ">findings", "~first finding")
    for one in rejected[:SHOWN]:
        table.add(one.index, one.task_id or "-", len(one.verdict.findings), str(one.verdict.findings[0]))
    print_rich(table)
    rest = f"{len(rejected) - SHOWN:,} more, and " if len(rejected) > SHOWN else ""
    voice.hint(f"{rest}all findings with their places: add --json")


def _by_check(found: Verification) -> Table:
    """What each check came to; a column that would be empty is left out."""
    from writ_dspy.report.tables import Table
    from writ_dspy.verify.checks import OUTCOMES

    outcomes = found.outcomes()
    seen = [name for name in OUTCOMES if any(counts[name] for counts in outcomes.values())]
    table = Table("check", *(f">{name}" for name in seen))
    for check, counts in outcomes.items():
        table.add(check, *(f"{counts[name]:,}" for name in seen))
    return table
