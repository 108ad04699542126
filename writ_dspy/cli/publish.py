"""The verb `publish`."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from writ_dspy.cli.options import Folder, as_path
from writ_dspy.shown import counted

if TYPE_CHECKING:
    from writ_dspy.publish.stage import Tell
    from writ_dspy.publish.upload import Outcome

TAG = "v1"
EPILOG = "Example: writ publish runs/first my-org/writ-first --dry-run"


def publish(
    run: Folder,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="OWNER/NAME of the dataset repository; made if there is none.")
    ],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Stage, check and scan, and send nothing.")] = False,
    public: Annotated[
        bool, typer.Option("--public", help="Let everybody see it. Default: a new one is private.")
    ] = False,
    create_pr: Annotated[
        bool, typer.Option("--create-pr", help="Open a pull request instead of changing main.")
    ] = False,
    revision: Annotated[str, typer.Option(help="Branch to commit to; made if there is none.")] = "main",
    tag: Annotated[str, typer.Option(help="Name of this version; never changed once it is there.")] = TAG,
    message: Annotated[str, typer.Option(help="First line of the commit. Default: how many trajectories.")] = "",
    stage: Annotated[
        Path | None,
        typer.Option(
            parser=as_path,
            metavar="FOLDER",
            help="Folder to stage in. Default: hub in the run folder.",
            show_default=False,
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Agree beforehand to what would be asked.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document, and no progress.")] = False,
) -> None:
    """Put a run on the Hugging Face Hub: stage, check, scan, one commit, verify, tag. The same again resumes.

    The token comes from $HF_TOKEN, or from `hf auth login`.
    """
    from writ_dspy.cli.progress import display
    from writ_dspy.publish import upload as work
    from writ_dspy.publish.first import Plan, leaving_nothing, look_first
    from writ_dspy.store.places import check_folder

    if stage is not None:
        check_folder(stage, "--stage")

    plan = Plan(name, tag, revision, public, create_pr, message)

    def ask(reasons: Sequence[str]) -> bool:
        if yes or as_json or not sys.stdin.isatty():
            return yes
        for reason in reasons:
            typer.echo(f"- {reason}", err=True)
        return typer.confirm("Publish all the same?", err=True)

    if not dry_run:
        look_first(run, plan, online=True)
    with leaving_nothing(run, stage):
        with display(quiet=as_json) as progress:
            staged, reasons = work.prepare(run, plan, stage, cast("Tell | None", progress))
        seen = None if dry_run else work.survey(staged, plan)
        if seen is not None:
            work.agree([*reasons, *seen.reasons], ask)
    if seen is None:
        notes = (*staged.notes, *(f"to be agreed to: {why}" for why in reasons))
        done = work.Outcome(name, staged, None, notes=notes)
    else:
        with display(quiet=as_json) as progress:
            done = work.deliver(staged, plan, seen, cast("Tell | None", progress))
    if as_json:
        typer.echo(json.dumps(done.to_json()))
        return
    _print(done, run, plan.public)


def _print(done: Outcome, run: Path, public: bool) -> None:
    staged = done.staged
    rows = ", ".join(f"{part.config}/{part.split} {part.rows:,}" for part in staged.parts)
    typer.echo(f"{staged.folder}: {counted(len(staged.files), 'file')}, {staged.bytes / 1e6:.1f} MB; rows: {rows}")
    for note in done.notes:
        typer.echo(f"note: {note}")
    if done.commit is None:
        who = "public" if public else "private, unless it is public already"
        typer.echo(f"would be sent to {done.name} ({who}): writ publish {shlex.quote(str(run))} {done.name}")
        return
    sent = f"{counted(len(done.changed), 'file')} sent" if done.changed else "nothing to send: it was all there"
    place = f"tag {done.tag}" if done.tag else str(done.pull_request)
    typer.echo(f"{sent}; verified at {done.commit[:8]}, {place}, {'private' if done.private else 'public'}: {done.url}")
