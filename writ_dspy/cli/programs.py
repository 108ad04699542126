"""The verb `programs`: which compiled programs there are, and what they scored."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from writ_dspy.cli.options import AsJson, as_path, print_json


def programs(
    folder: Annotated[
        Path | None,
        typer.Argument(
            parser=as_path,
            metavar="[FOLDER]",
            help="Folder of compiled programs. Default: yours, and those of the package.",
        ),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """List compiled programs with what they scored on held-out tasks, before and after."""
    from writ_dspy.programs.compiled import found, home

    every = found(folder)
    if as_json:
        rows = [
            {
                "name": one.name, "role": one.role, "model": one.model, "digest": one.digest, "path": str(one.path),
                "provenance": one.provenance.model_dump(mode="json"),
            }
            for one in every
        ]  # fmt: skip
        print_json({"programs": rows})
        return
    if not every:
        typer.echo(f"no compiled programs in {folder or home()}. Make one: writ optimize user --lm URL")
        return
    from writ_dspy.optimize.outcome import shown

    for one in every:
        held, made = one.provenance.heldout, one.provenance
        gain = f", {shown(held.difference, sign=True)}" if held.difference else ""
        typer.echo(f"{one.role:12}{one.model}, {made.optimizer} with {made.spent.rollouts} rollouts: {one.digest}")
        typer.echo(f"{'':12}{held.before.mean:.3f} → {held.after.mean:.3f}{gain} on {held.tasks} held-out tasks")
