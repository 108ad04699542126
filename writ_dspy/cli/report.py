"""The verb `report`: what a run, or several sets side by side, came to."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from writ_dspy.cli import voice
from writ_dspy.cli.options import AsJson, as_path, print_json, print_rich
from writ_dspy.shown import counted
from writ_dspy.store.places import check_file

if TYPE_CHECKING:
    from writ_dspy.report.difficulty import Difficulty
    from writ_dspy.run.synth import Synthesis

DRY = "Everything else is there. For as many as were asked for, give another --seed, or a --mix without what ran dry; one to edit:"
"""What to do about cells that hold too few tasks."""
PUBLISHED = "hf:"
"""Before the name of a published dataset."""


def report(
    run: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN",
            help="A run folder, or a published dataset: hf:OWNER/NAME[@REVISION]. Several stand side by side.",
        ),
    ],
    *,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html",
            parser=as_path,
            metavar="FILE",
            help="Write it as one page with plots that needs nothing else; of several runs, one after the other.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print what a run has come to so far; changes nothing."""
    if html is not None:
        _page(run, html)
        return
    if len(run) > 1 or run[0].startswith(PUBLISHED):
        _sets(run, as_json=as_json)
        return
    from writ_dspy.run.synth import load

    print_report(load(run[0]), as_json=as_json)


def _page(runs: Sequence[str], html: Path) -> None:
    """The overview of `writ view` as one file."""
    from writ_dspy.view.folder import write_overview
    from writ_dspy.view.site import Site

    check_file(html, "--html")
    write_overview(Site.of(runs), html)
    voice.hint(f"open {html} in a browser")


def print_report(work: Synthesis, *, as_json: bool, short: bool = False, hint: str = "") -> None:
    """The report of a run, what ran dry, and what to do next.

    Args:
        work: The run.
        as_json: As one document, which is always the whole report.
        short: A line or two in place of the tables, and the command that prints them.
        hint: What to do next where nothing is owed.
    """
    found = work.report()
    call = None
    if work.seconds and work.made:
        rate = work.made / work.seconds
        call = {"accepted": work.made, "seconds": work.seconds, "trajectories_per_second": rate}
    hard = _difficulties(work)
    if as_json:
        owed = {"owed": work.owed, "tasks_owed": work.tasks_owed, "void": dict(work.standing().void)}
        more = {"folder": str(work.folder), "dry": work.dry, **owed, "this_call": call, "notes": work.notes}
        print_json(found.to_json() | more | {"difficulty": [one.to_json() for one in hard]})
        return
    from writ_dspy.dataset import origin
    from writ_dspy.report.summary import render, render_short, speed
    from writ_dspy.store.judged import remarks

    print_rich(render_short(found) if short else render(found))
    for one in () if short else hard:
        typer.echo("")
        print_rich(one)
    _tell_dry(work)
    if call and found.seconds is None:
        typer.echo(f"this call: {work.made} accepted in {work.seconds:.1f} s, {speed(rate)}")
    for note in (*remarks(work.run, work.standing()), *origin.remarks(work.run), *work.notes):
        typer.echo(note)
    _tell_next(work, hint)
    if short:
        voice.hint(f"all figures: writ report {shlex.quote(str(work.folder))}")


def _tell_dry(work: Synthesis) -> None:
    for reason in work.dry.values():
        typer.echo(f"ran dry: {reason}")
    if work.dry:
        voice.hint(f"{DRY} writ domains --mix -n {work.settings.wanted}")


def _tell_next(work: Synthesis, hint: str) -> None:
    """What is owed, with its command; else what comes after that."""
    if work.tasks_owed:
        typer.echo(f"{counted(work.tasks_owed, 'task is', 'tasks are')} owed: {work.remedy}")
    elif work.owed:
        typer.echo(f"{counted(work.owed, 'conversation is', 'conversations are')} owed: {work.remedy}")
    else:
        voice.hint(hint)


def _difficulties(work: Synthesis) -> list[Difficulty]:
    """How hard its tasks are for each student that was calibrated on them."""
    from writ_dspy.dataset.calibrated import FOLDER, calibrations
    from writ_dspy.report.difficulty import difficulty
    from writ_dspy.store.run import Run

    return [difficulty(Run.read(work.folder / FOLDER / name), name) for name in calibrations(work.folder)]


def _sets(sources: Sequence[str], *, as_json: bool) -> None:
    """What `writ report` prints for a published set, or for several sets side by side."""
    from writ_dspy.publish import published
    from writ_dspy.report import census
    from writ_dspy.report.summary import render

    alone = published.load(sources[0]) if len(sources) == 1 else None
    if alone is not None and not isinstance(alone, published.Published):
        raise TypeError(f"{sources[0]} is a run: its report is printed elsewhere")
    found = {str(sources[0]): alone.census()} if alone else published.compare(sources)
    if as_json:
        sets = [{"name": name, "census": one.to_json()} for name, one in found.items()]
        about = {"commit": alone.commit, "report": alone.report().to_json() if alone.made else None} if alone else {}
        print_json({"sets": sets, **about})
        return
    if alone and alone.made:
        print_rich(render(alone.report()))
    elif alone:
        typer.echo(f"{sources[0]} was not published by writ, so its yield is unknown; this is what its rows hold.")
    print_rich(census.render(found))
