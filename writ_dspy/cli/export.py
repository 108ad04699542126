"""The verb `export`."""

from __future__ import annotations

import itertools
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from writ_dspy.cli.options import FAILED, AsJson, Folder, Workers, as_path, print_json, print_rich
from writ_dspy.cli.verbs import Verb

if TYPE_CHECKING:
    from collections.abc import Callable

    from writ_dspy.dataset.export import Exported
    from writ_dspy.dataset.shape import Shape


class ExportVerb(Verb):
    """`--dedup` takes a number or none."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Give a bare `--dedup` its usual number."""
        from writ_dspy.dataset.shape import ALIKE

        given = []
        for word, after in itertools.zip_longest(args, args[1:], fillvalue="-"):
            given.append(word)
            if word == "--dedup" and not re.fullmatch(r"[\d.]*", after, re.ASCII):
                given.append(str(ALIKE))
        return super().parse_args(ctx, given)


def export(
    run: Folder,
    *,
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help="parquet, sharegpt, openai, tasks or tau2; repeat for several. Default: parquet and tau2. "
            "Parquet is always written: the others are made from it.",
        ),
    ] = None,
    quota: Annotated[
        Path | None,
        typer.Option(
            "--quota",
            parser=as_path,
            metavar="FILE",
            help="Exactly so many of each cell: a file as for `writ synth --mix`.",
        ),
    ] = None,
    per_kind: Annotated[
        list[str] | None,
        typer.Option(
            "--per-kind",
            metavar="N|KIND=N",
            help="Exactly N of every kind, or of one, spread evenly over its cells; repeat for several.",
        ),
    ] = None,
    max_tokens: Annotated[
        int | None, typer.Option(help="Leave out conversations with more tokens, tools included.")
    ] = None,
    tokenizer: Annotated[
        str | None,
        typer.Option(
            metavar="PATH|NAME",
            help="Count them with this tokenizer and its chat template: a folder, or a name on the Hub. "
            "Default: an estimate, within a few percent of what Qwen counts.",
        ),
    ] = None,
    dedup: Annotated[
        float | None,
        typer.Option(
            metavar="[SIMILARITY]",
            help="Leave out near-duplicates: those at least so similar to one that is kept. Without a number, 0.8.",
        ),
    ] = None,
    test_share: Annotated[float, typer.Option(help="Share of the users whose tasks are the test split.")] = 0.1,
    seed: Annotated[int, typer.Option(help="Which of several are kept, and which users are the test split.")] = 0,
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """Write a run's accepted trajectories as Parquet, and its tasks as τ² task files; or in other formats.

    What a limit, near-duplicates or a quota leave out is counted, and stands in dataset/manifest.json with the reason.
    Exit code 1: there are too few conversations for the quota; what there is has been written.
    """
    from writ_dspy.dataset.formats import DEFAULT, check_formats
    from writ_dspy.dataset.shape import Shape

    names = check_formats(formats or DEFAULT)
    shape = Shape.of(quota, per_kind or (), max_tokens, tokenizer, dedup, test_share, seed)
    done = _exported(run, names, shape, workers, quiet=as_json)
    rows = {f"{domain}/{split}": count for (domain, split), count in sorted(done.counts.items())}
    if as_json:
        dropped = {"by_reason": done.shaped.reasons, "ids": done.shaped.dropped}
        more = {"files": done.files, "dropped": dropped, "lacking": done.shaped.lacking}
        print_json({"folder": str(run / "dataset"), "rows": rows, **more})
    elif not rows and not done.shaped.dropped:
        typer.echo(f"{run} holds no accepted conversation yet. Make some: writ simulate {shlex.quote(str(run))}")
    else:
        _print_export(run, done)
    if done.shaped.lacking:
        raise typer.Exit(FAILED)


def _exported(run: Path, names: tuple[str, ...], shape: Shape, workers: int | None, *, quiet: bool) -> Exported:
    from writ_dspy.cli.progress import display
    from writ_dspy.dataset.export import BATCH, export_as
    from writ_dspy.run.folder import open_run
    from writ_dspy.run.settings import Settings
    from writ_dspy.run.synth import SMALL, crew_size
    from writ_dspy.run.worker import Crew
    from writ_dspy.store.run import Run

    settings = Settings.of(Run.read(run))
    with open_run(run, settings) as opened:
        size = crew_size(workers, opened.count("verdicts") * SMALL // BATCH)
        with Crew(size) as crew, display(quiet=quiet) as progress:
            tell: Callable[[int, int], None] | None = None
            if progress is not None:
                tell = lambda done, wanted: progress("export", done, wanted, {})  # noqa: E731
            return export_as(opened, run, crew.map, shape, names, tell)


def _print_export(run: Path, done: Exported) -> None:
    """Rows of every file, and what was left out."""
    from writ_dspy.dataset.manifest import place

    files = {str(place(run, path)): count for path, count in done.files.items()}
    width = max(map(len, files), default=0)
    for path, count in sorted(files.items()):  # not a table: a path that is wrapped cannot be copied
        typer.echo(f"{path:{width}} {count:>7,} rows")
    if done.shaped.dropped:
        from writ_dspy.report.tables import Table

        why = Table("left out because", ">rows", "~for example")
        for reason, count in done.shaped.reasons.items():
            key, example = next((k, v) for k, v in done.shaped.dropped.items() if v.startswith(f"{reason}:"))
            why.add(reason, f"{count:,}", f"{key}: {example.partition(': ')[2]}")
        print_rich(why)
        typer.echo(f"every one with its reason: {run / 'dataset' / 'manifest.json'}")
    for cell, count in done.shaped.lacking.items():
        typer.echo(f"lacks {count}: {cell}")
    if done.shaped.lacking:
        typer.echo("Ask for fewer of these, or make more: writ synth --mix FILE --out another folder")
