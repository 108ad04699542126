"""The verb `export`."""

from __future__ import annotations

import itertools
import os
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from writ_dspy.cli import voice
from writ_dspy.cli.endings import PROBLEM
from writ_dspy.cli.options import FAILED, AsJson, Folder, Workers, as_path, print_json, print_rich
from writ_dspy.cli.verbs import Verb
from writ_dspy.errors import ConfigError, StoreError, brief
from writ_dspy.shown import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from writ_dspy.dataset.export import Exported
    from writ_dspy.dataset.folder import Key, Way
    from writ_dspy.dataset.manifest import Home
    from writ_dspy.dataset.shape import Shape
    from writ_dspy.run.settings import Settings
    from writ_dspy.run.synth import Stage


NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?|nan|[+-]?inf(inity)?", re.IGNORECASE)
"""What stands after `--dedup` as its number; anything else is an argument of its own."""


class ExportVerb(Verb):
    """`--dedup` takes a number or none."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Give a bare `--dedup` its usual number."""
        from writ_dspy.dataset.shape import ALIKE

        given, behind = [], []
        for word, after in itertools.zip_longest(args, args[1:], fillvalue="-"):
            given.append(word)
            if word == "--dedup" and after and not NUMBER.fullmatch(after):
                given.append(str(ALIKE))
                behind.append(after)
        try:
            return super().parse_args(ctx, given)
        except PROBLEM as error:
            extra = str(error).rpartition("(")[2].rstrip(").").split()
            for word in behind:
                if word in extra:  # an argument too many: it was meant as the number
                    raise ConfigError(
                        f"--dedup {brief(word)}: write a number from 0 to 1 after it, or none for {ALIKE}."
                    ) from error
            raise


def export(
    run: Folder,
    *,
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help="parquet, text, sharegpt, hermes, openai, tasks, tau2, pairs, env or inspect, or all; repeat for several. Default: parquet, text and tau2. "
            "Parquet is always written. Forms that are not named stay as they are.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            parser=as_path,
            metavar="FOLDER",
            help="A folder of its own for all of it; the run stays as it is. Default: in the run folder.",
            show_default=False,
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
    seen: Annotated[
        list[str] | None,
        typer.Option(
            "--seen",
            metavar="DIMENSION=LEVEL=N",
            help="Exactly N of those whose users were seen to talk so, as tone=blunt=50; repeat for several. "
            "Levels that are not named are all kept.",
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
    band: Annotated[
        str | None,
        typer.Option(
            "--band",
            metavar="LOW:HIGH",
            help="Only tasks that a student passed so often, such as 0.2:0.8 of its tries; see `writ calibrate`.",
        ),
    ] = None,
    calibration: Annotated[
        str | None,
        typer.Option(
            "--calibration",
            metavar="NAME",
            help="Which calibration --band reads, by its name or its folder. Default: the only one of the run.",
            show_default=False,
        ),
    ] = None,
    test_share: Annotated[float, typer.Option(help="Share of the users whose tasks are the test split.")] = 0.1,
    seed: Annotated[int, typer.Option(help="Which of several are kept, and which users are the test split.")] = 0,
    reasoning: Annotated[
        str,
        typer.Option(
            metavar="none|brief",
            help="brief: a message that rests on a comparison has it as `reasoning_content`: the best records with their values, the winner, "
            "the rule that forbids. Worked out from what was read by then, never by a model.",
        ),
    ] = "none",
    opening: Annotated[
        bool,
        typer.Option(
            "--opening",
            help="Begin each conversation with the assistant's opening line, as τ²-bench's own conversations do.",
        ),
    ] = False,
    keep_shape: Annotated[
        bool, typer.Option("--keep-shape", help="Shape the dataset as it was shaped last, whatever that was.")
    ] = False,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Replace also files that were changed since, or that stand in the way."),
    ] = False,
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """Write a run's accepted trajectories as Parquet, and its tasks as τ² task files; or in other formats.

    What a limit, near-duplicates or a quota leave out is counted, and stands in dataset/manifest.json with the reason.
    Exit code 1: there are too few conversations for the quota; what there is has been written.
    """
    from writ_dspy.dataset.calibrated import chosen
    from writ_dspy.dataset.folder import Way, outdated
    from writ_dspy.dataset.formats import DEFAULT, check_formats
    from writ_dspy.dataset.shape import QUOTA, Shape
    from writ_dspy.run.settings import Settings
    from writ_dspy.run.synth import load
    from writ_dspy.store.run import Run

    names = check_formats(formats or DEFAULT)
    settings = Settings.of(Run.read(run))  # before a tokenizer is fetched for it
    home = _home(run, out)
    shape = Shape.of(quota, per_kind or (), max_tokens, tokenizer, dedup, test_share, seed, seen or ())
    shape = shape.within(band, calibration if band is None else chosen(run, calibration))
    shape = shape.told(reasoning, opening=opening)
    asked = "--keep-shape" if keep_shape else shape.options().replace(QUOTA, f"--quota {shlex.quote(str(quota))}")
    words = [home.again, *(f"--format {name}" for name in formats or ()), asked, "--overwrite"]
    way = Way(home, names, overwrite, " ".join(filter(None, words)))
    if keep_shape:
        shape = _kept_shape(run, way, shape)
    if "pairs" in names and not as_json:
        voice.note("pairs are proven one by one, which takes up to a second for each conversation")
    done = _exported(run, way, shape, workers, quiet=as_json, read_only=out is not None)
    rows = {f"{domain}/{split}": count for (domain, split), count in sorted(done.counts.items())}
    notes = [*_reshaped(way, done, shape), *(outdated(way.home, done.made) if done.made else ())]
    if as_json:
        dropped = {"by_reason": done.shaped.reasons, "ids": done.shaped.dropped}
        more = {"files": done.files, "dropped": dropped, "lacking": done.shaped.lacking, "notes": notes}
        print_json({"folder": str(way.home.folder), "rows": rows, **more})
    elif done.made is None:
        typer.echo(f"error: {run} holds no accepted conversation yet. Make some: {load(run).remedy}", err=True)
    else:
        _print_export(way, done, shape)
        if done.shaped.lacking:
            voice.hint(_more(run, settings, shape.quotas, done.shaped.lacking))
        for note in notes:
            typer.echo(note)
    if done.shaped.lacking or done.made is None:
        raise typer.Exit(FAILED)


def _home(run: Path, out: Path | None) -> Home:
    """In the run folder, or in a folder of its own outside of it."""
    from writ_dspy.dataset.manifest import Home
    from writ_dspy.store.places import check_folder

    if out is None:
        if not os.access(run, os.W_OK | os.X_OK):
            raise ConfigError(f"you may not write in {run}. Change its permissions, or choose a folder: --out FOLDER")
        return Home.of_run(run)
    check_folder(out, "--out")
    if out.resolve().is_relative_to(run.resolve()):
        raise ConfigError(
            f"--out {out} is in the run folder, which is to stay as it is. Choose a folder outside of {run}."
        )
    return Home.alone(out, run)


def _kept_shape(run: Path, way: Way, given: Shape) -> Shape:
    """As the dataset that stands there is shaped, else as that of the run; everything where there is none."""
    from writ_dspy.dataset.manifest import Home, known
    from writ_dspy.dataset.shape import Shape

    if given != Shape():
        raise ConfigError(f"--keep-shape says how to shape the dataset: leave out {given.options()}.")
    for home in (way.home, Home.of_run(run)):
        try:
            found = known(home).manifest
        except StoreError:  # there is no shape to be read
            if not way.overwrite:
                raise
            continue
        if found is not None:
            return found.shape
    return given


def _exported(run: Path, way: Way, shape: Shape, workers: int | None, *, quiet: bool, read_only: bool) -> Exported:
    from writ_dspy.cli.progress import display
    from writ_dspy.dataset.export import BATCH, export_as
    from writ_dspy.run.folder import open_run
    from writ_dspy.run.settings import Settings
    from writ_dspy.run.synth import SMALL, crew_size
    from writ_dspy.run.worker import Crew
    from writ_dspy.store.run import Run

    kept = Run.read(run)
    with kept if read_only else open_run(run, Settings.of(kept)) as opened:
        size = crew_size(workers, opened.count("verdicts") * SMALL // BATCH)
        with Crew(size) as crew, display(quiet=quiet) as progress:
            tell: Callable[[str, int, int], None] | None = None
            if progress is not None:
                tell = lambda stage, done, wanted: progress(cast("Stage", f"{stage} rows"), done, wanted, {})  # noqa: E731
            return export_as(opened, way, crew.map, shape, tell)


def _reshaped(way: Way, done: Exported, shape: Shape) -> Iterator[str]:
    """One line where a dataset was shaped before, and now is no more, or otherwise."""
    from writ_dspy.dataset.shape import Shape

    if done.before is not None and done.made is not None and done.before.shape not in (Shape(), shape):
        old = done.before
        yield (
            f"before, it was shaped by {old.shape.options()}: {old.kept:,} of {counted(old.accepted, 'accepted conversation')}. To have "
            f"that again: {way.home.again} {old.shape.options()}"
            + (" (FILE is the file of quotas that you gave; a run keeps none)" if old.shape.cells is not None else "")
        )


def _print_export(way: Way, done: Exported, shape: Shape) -> None:
    """Rows of every file, what was left out, and what there is too little of."""
    from writ_dspy.dataset.manifest import NAME

    files = {str(way.home.at(path)): count for path, count in done.files.items()}
    width = max(map(len, files), default=0)
    for path, count in sorted(files.items()):  # not a table: a path that is wrapped cannot be copied
        typer.echo(f"{path:{width}} {count:>7,} {'row' if count == 1 else 'rows'}")
    if done.shaped.dropped:
        from writ_dspy.report.tables import Table

        why = Table("left out because", ">rows", "~for example")
        for reason, count in done.shaped.reasons.items():
            key, example = next((k, v) for k, v in done.shaped.dropped.items() if v.startswith(f"{reason}:"))
            why.add(reason, f"{count:,}", f"{key}: {example.partition(': ')[2]}")
        print_rich(why)
        voice.hint(f"every one with its reason: {way.home.folder / NAME}")
    voice.note(_without_test(done.counts))
    lacking = done.shaped.lacking
    for cell, count in lacking.items():
        wanted = shape.quotas[cell]
        typer.echo(f"lacks {counted(count, 'row')}: {cell} ran dry at {wanted - count:,} of {wanted:,}")
    kinds = dict(shape.per_kind)
    if set(lacking) & kinds.keys() and (least := min(kinds[kind] - lacking.get(kind, 0) for kind in kinds)):
        typer.echo(f"the kinds are uneven for that; as many of each: --per-kind {least}")


def _without_test(counts: Mapping[Key, int]) -> str:
    """What to know where a domain has no row for the test split; nothing where each has one."""
    domains = {domain for domain, _ in counts}
    lack = sorted(domain for domain in domains if not counts.get((domain, "test")))
    if not lack:
        return ""
    of = "" if len(lack) == len(domains) else f" of {', '.join(lack)}"
    return f"no row of a test user is left{of}: there is the split train alone"


def _more(run: Path, settings: Settings, asked: Mapping[str, int], lacking: Mapping[str, int]) -> str:
    """How there come to be as many as were asked for: the command that makes the run as large as that takes, by what it gave so far."""
    gave = {name: asked[name] - count for name, count in lacking.items()}
    none = ", ".join(name for name, count in gave.items() if not count)
    larger = settings.larger(2.0 if none else max(asked[name] / count for name, count in gave.items()))
    command, size = f"{larger.command(run)} --grow", counted(larger.mix.count, "task")
    if larger is settings:
        return f"Ask for fewer of these, or for more in the mix of the run, make those, and export again: {command}"
    enough = f"of {none} it gave none so far, so {size} may be too few" if none else f"{size} are about enough"
    return f"Ask for fewer of these, or make more in this run and export again; {enough}: {command}"
