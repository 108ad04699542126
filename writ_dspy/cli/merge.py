"""The verb `merge`: all shards of a run become the whole run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from writ_dspy.cli.options import FAILED, AsJson, Workers, as_path
from writ_dspy.cli.report import print_report


def merge(
    runs: Annotated[
        list[Path],
        typer.Argument(parser=as_path, metavar="RUN", help="The run folders of all shards, in any order."),
    ],
    *,
    out: Annotated[
        Path,
        typer.Option("--out", "-o", parser=as_path, metavar="FOLDER", help="The whole run: made, or gone on with."),
    ],
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """Make the whole run of shards (`writ synth --shard`), with its dataset: the same files as if one process had made it."""
    from writ_dspy.cli.progress import display
    from writ_dspy.run.merge import merge as merged

    with display(quiet=as_json) as progress:
        work = merged(runs, out, workers=workers, progress=progress)
    made = f"dataset: {out / 'dataset'}   tasks for τ²: {out / 'tau2'}"
    print_report(work, as_json=as_json, short=True, hint=made)
    if work.dry:
        raise typer.Exit(FAILED)
