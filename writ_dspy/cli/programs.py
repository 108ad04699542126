"""The verb `programs`: which compiled programs there are, and what they scored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from writ_dspy.cli import voice
from writ_dspy.cli.options import AsJson, as_path, print_json, print_rich
from writ_dspy.errors import ConfigError

if TYPE_CHECKING:
    from writ_dspy.programs.compiled import Compiled


def programs(
    folder: Annotated[
        Path | None,
        typer.Argument(
            parser=as_path,
            metavar="FOLDER",
            show_default=False,
            help="Folder of compiled programs, or one of them. Default: yours, and those of the package.",
        ),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """List compiled programs with what they scored on held-out tasks, before and after."""
    every = _found(folder)
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
        from writ_dspy.programs.compiled import home

        typer.echo(f"no compiled programs in {folder or home()}. Make one: writ optimize user --lm URL")
        return
    from writ_dspy.optimize.outcome import shown
    from writ_dspy.report.tables import Table

    table = Table("role", "digest", "optimizer", ">rollouts", ">tasks", ">before", ">after", "~gain [95 %]", "~model")
    for one in every:
        held, made = one.provenance.heldout, one.provenance
        scores = (f"{held.before.mean:.3f}", f"{held.after.mean:.3f}")
        gain = shown(held.difference, sign=True) if held.difference else ""
        table.add(
            one.role, one.digest, made.optimizer, f"{made.spent.rollouts:,}", held.tasks, *scores, gain, one.model
        )
    print_rich(table)


def _found(folder: Path | None) -> list[Compiled]:
    """All of a folder, or the one of a file.

    Raises:
        ConfigError: There is no such folder.
        StoreError: A file cannot be trusted.
    """
    from writ_dspy.programs.compiled import found, misnamed, read
    from writ_dspy.store.files import disk

    if folder is None:
        return found()
    if not folder.exists():
        raise ConfigError(
            f"{folder}: there is no such folder. Name one that holds compiled programs, or leave it out for yours."
        )
    with disk(folder, "cannot look into"):
        if not folder.is_dir():
            return [read(folder)]
        others = misnamed(folder)
    for path in others:
        voice.note(f"{path} is passed over: a compiled program is named ROLE--MODEL--DIGEST.json, as it was saved.")
    return found(folder)
