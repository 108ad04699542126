"""The verb `calibrate`: how hard a run's tasks are for a student."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from writ_dspy.cli import voice
from writ_dspy.cli.options import (
    FAILED,
    AsJson,
    Concurrency,
    Folder,
    KeyName,
    ModelFile,
    as_path,
    print_json,
    print_rich,
)
from writ_dspy.shown import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from writ_dspy.run.casting import Mode
    from writ_dspy.run.synth import Progress
    from writ_dspy.train.calibration import Calibration, Tell


def calibrate(
    run: Folder,
    *,
    lm: Annotated[
        str | None, typer.Option("--lm", metavar="URL", help="The student: a model URL, as for `writ synth`.")
    ] = None,
    k: Annotated[int, typer.Option("-k", "--tries", help="Tries at each task. More add to those that there are.")] = 4,
    user: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Model that speaks for the user. Default: the script, which needs none."),
    ] = None,
    mode: Annotated[
        str,
        typer.Option(
            help="free: the student answers as the agent's program asks it, on any server. chat: by chat messages and native tools, as a "
            "model that was trained on rows is asked."
        ),
    ] = "free",
    lms: ModelFile = None,
    api_key_env: KeyName = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            parser=as_path,
            metavar="FOLDER",
            help="Folder of the calibration: made, or gone on with. Default: RUN/calibrations/STUDENT.",
            show_default=False,
        ),
    ] = None,
    tokens: Annotated[
        int | None,
        typer.Option(help="Most tokens of all models in all calls; then nothing more is begun. Default: no bound."),
    ] = None,
    concurrency: Concurrency = None,
    as_json: AsJson = False,
) -> None:
    """Let a student play each task several times, and print how often it passes: pass^k with intervals, by cell.

    The run stays as it is. The same command again goes on where it was stopped. Then `writ export RUN --band 0.2:0.8` keeps
    the tasks that are neither too easy nor too hard for this student. Exit code 1: a try is owed.
    """
    from writ_dspy.cli.progress import display
    from writ_dspy.lm.endpoint import LMSettings, RoleLMs
    from writ_dspy.train.calibration import calibrate as play

    for option, url in (("--lm", lm), ("--user", user)):
        if url is not None:
            LMSettings.of(url, option)  # refuses by the name that the option has here
    flags = {role: url for role, url in (("agent", lm), ("user", user)) if url is not None}
    models = RoleLMs.of(None, flags, lms, api_key_env)
    with display(quiet=as_json) as progress:
        found = play(
            run,
            models,
            k,
            mode=cast("Mode", mode),
            out=out,
            tokens=tokens,
            concurrency=concurrency,
            tell=_teller(progress),
        )
    if as_json:
        about = {"folder": str(found.folder), "owed": found.owed, "spent": found.spent, "tokens": found.tokens}
        print_json(about | found.difficulty.to_json())
    else:
        print_rich(found.difficulty)
        _after(run, found)
    if found.owed:
        raise typer.Exit(FAILED)


def _teller(progress: Progress | None) -> Tell | None:
    if progress is None:
        return None

    def tell(done: int, wanted: int, counts: Mapping[str, int]) -> None:
        progress("simulate", done, wanted, counts)

    return tell


def _after(run: Path, found: Calibration) -> None:
    """What it cost, what is owed, and what to do with it."""
    kind = "--rejected" if found.difficulty.tasks else "--crashed"
    typer.echo(
        f"\n{counted(found.tokens, 'token')} of models; the conversations: writ show {shlex.quote(str(found.folder))} {kind}"
    )
    if found.owed:
        why = "the tokens are spent: ask for more with --tokens" if found.spent else "the same command plays them"
        typer.echo(f"{counted(found.owed, 'try is', 'tries are')} owed: {why}")
    else:
        voice.hint(
            f"next: writ export {shlex.quote(str(run))} --band 0.2:0.8 --calibration {shlex.quote(found.folder.name)}"
        )
