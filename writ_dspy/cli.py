"""The command line: one verb per stage, all over a run folder."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from writ_dspy.errors import ConfigError, WritError

if TYPE_CHECKING:
    from writ_dspy.mix import Mix
    from writ_dspy.synth import Progress, Settings, Synthesis

DONE, FAILED, BAD_REQUEST, INTERRUPTED = 0, 1, 2, 130
DEFAULT_N = 200

app = typer.Typer(
    name="writ", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help=(
        "Verified training trajectories for tool-using, user-facing agents.\n\n"
        "Start here: [bold]writ synth -n 20 --out runs/first[/bold]. The same command again resumes. "
        "Exit codes: 0 done, 1 finished but a cell ran dry or a conversation crashed, 2 bad request, 130 interrupted "
        "(everything finished is kept)."
    ),
    rich_markup_mode="rich",
)  # fmt: skip

Domains = Annotated[list[str] | None, typer.Option("--domain", "-d", help="Repeat for several; `writ domains` lists them.")]
N = Annotated[int, typer.Option("-n", help="Tasks in all, spread over domains, kinds, writes and burdens.")]
MixFile = Annotated[Path | None, typer.Option("--mix", help="YAML file with exact counts, instead of --domain and -n.")]
Seed = Annotated[int, typer.Option(help="Everything random depends on it alone.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="The run folder: made, or resumed.")]
AgentName = Annotated[str, typer.Option("--agent", help="`scripted` (careful), or `careless` to feed the verifier.")]
Tries = Annotated[int, typer.Option(help="Conversations per task.")]
Split = Annotated[str, typer.Option("--firewall", help="Official split that no task may touch: base, train, test or off.")]
Workers = Annotated[int | None, typer.Option(help="Processes; default: one per core, one for a small run.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the report as JSON, and no progress.")]
Folder = Annotated[Path, typer.Argument(help="A run folder.")]


@app.command()
def synth(
    out: Out, domain: Domains = None, n: N = DEFAULT_N, mix: MixFile = None, seed: Seed = 0, agent: AgentName = "scripted",
    tries: Tries = 1, firewall: Split = "base", workers: Workers = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Propose, diversify, simulate, verify and export in one go, and print what came of it."""
    with _run(out, _settings(domain, n, mix, seed, agent, tries, firewall), as_json) as (work, progress):
        from writ_dspy.synth import Crew, crew_size, play, propose

        with Crew(crew_size(workers, work.settings.mix.count)) as crew:
            propose(work, crew, progress)
            play(work, crew, progress)
        work.export()
    _finish(work, as_json, f"dataset: {out / 'dataset'}   tasks for τ²: {out / 'tau2'}")


@app.command("propose")
def propose_(
    out: Out, domain: Domains = None, n: N = DEFAULT_N, mix: MixFile = None, seed: Seed = 0, agent: AgentName = "scripted",
    tries: Tries = 1, firewall: Split = "base", workers: Workers = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Only find the tasks, each certified and with its behaviour; `writ simulate` goes on from there."""
    with _run(out, _settings(domain, n, mix, seed, agent, tries, firewall), as_json) as (work, progress):
        from writ_dspy.synth import Crew, crew_size, propose

        with Crew(crew_size(workers, work.settings.mix.count)) as crew:
            propose(work, crew, progress)
    _finish(work, as_json, f"next: writ simulate {out}")


@app.command()
def simulate(run: Folder, workers: Workers = None, as_json: AsJson = False) -> None:
    """Play and verify the conversations that a run still owes."""
    with _run(run, None, as_json) as (work, progress):
        from writ_dspy.synth import Crew, crew_size, play

        with Crew(crew_size(workers, work.settings.mix.count)) as crew:
            play(work, crew, progress)
    _finish(work, as_json, f"next: writ export {run}")


@app.command()
def export(run: Folder, as_json: AsJson = False) -> None:
    """Write a run's accepted trajectories as Parquet, and its tasks as τ² task files."""
    from writ_dspy.synth import load

    with _plainly():
        work = load(run)
        counts = work.export()
    if as_json:
        print(json.dumps({f"{domain}/{split}": count for (domain, split), count in counts.items()}))
        return
    for (name, split), count in sorted(counts.items()):
        typer.echo(f"{run / 'dataset' / name}: {count} rows in {split}")
    if not counts:
        typer.echo(f"{run} holds no accepted conversation yet. `writ simulate {run}` makes them.")


@app.command()
def report(run: Folder, as_json: AsJson = False) -> None:
    """Print what a run has come to so far."""
    from writ_dspy.synth import load

    with _plainly():
        work = load(run)
    _finish(work, as_json, "")


@app.command()
def show(run: Folder, key: Annotated[str | None, typer.Argument(help="Start of a conversation id; default: the first.")] = None,
         rejected: Annotated[bool, typer.Option(help="Among the rejected ones.")] = False) -> None:  # fmt: skip
    """Print one conversation, with the findings against it if it was rejected."""
    from rich.console import Console

    from writ_dspy.synth import load

    with _plainly():
        for transcript in load(run).transcripts(accepted=not rejected):
            if key is None or transcript.talk.id.startswith(key):
                Console().print(transcript)
                return
        kind = "rejected" if rejected else "accepted"
        raise ConfigError(f"{run} has no {kind} conversation that starts with {key!r}. `writ report {run}` counts them.")


@app.command()
def domains(
    mix: Annotated[bool, typer.Option(help="Print the default mix for -n tasks, as a file for --mix.")] = False,
    n: N = DEFAULT_N, as_json: AsJson = False,
) -> None:  # fmt: skip
    """List the domains: their tools, databases and versions."""
    from writ_dspy.domains import NAMES, load
    from writ_dspy.mix import default_mix, to_yaml

    with _plainly():
        if mix:
            print(to_yaml(default_mix(NAMES, n)), end="")
            return
        found = [load(name) for name in NAMES]
    rows = [
        {
            "domain": domain.name, "version": domain.version,
            "tools": {kind: sum(k == kind for k in domain.kinds.values()) for kind in ("read", "write", "generic")},
            "records": {table: len(records) for table, records in domain.tables.items()},
        }
        for domain in found
    ]  # fmt: skip
    if as_json:
        print(json.dumps(rows))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("domain", "version", "tools (read, write, generic)", "records")
    for row in rows:
        tools, records = row["tools"], row["records"]
        assert isinstance(tools, dict)
        assert isinstance(records, dict)
        table.add_row(
            str(row["domain"]), str(row["version"]), " + ".join(map(str, tools.values())),
            ", ".join(f"{count} {name}" for name, count in records.items()),
        )  # fmt: skip
    Console().print(table)


# ----------------------------------------------------------------------------- around a verb


def _settings(
    domain: list[str] | None, n: int, mix_file: Path | None, seed: int, agent: str, tries: int, split: str
) -> Settings:
    from writ_dspy.domains import NAMES
    from writ_dspy.mix import default_mix, read_mix
    from writ_dspy.synth import Settings

    with _plainly():
        if mix_file is not None and domain:
            raise ConfigError(f"--mix {mix_file} names the domains itself: leave out --domain {' '.join(domain)}.")
        mix: Mix = read_mix(mix_file) if mix_file is not None else default_mix(domain or list(NAMES), n)
        settings = Settings(mix, seed, agent, tries=tries, firewall=None if split == "off" else split)
        settings.check()
    return settings


@contextmanager
def _run(folder: Path, settings: Settings | None, quiet: bool) -> Iterator[tuple[Synthesis, Progress | None]]:
    """An open run with a progress display; the settings of an existing one when none are given."""
    from writ_dspy.store import Run
    from writ_dspy.synth import Settings, Synthesis

    with _plainly():
        if settings is None:
            settings = Settings.of(Run.read(folder).manifest)
        started = time.perf_counter()
        with Run.open(folder, settings.manifest()) as run:
            for note in run.repaired:
                typer.echo(note, err=True)
            work = Synthesis(run, settings)
            with _display(quiet) as progress:
                yield work, progress
            work.seconds = time.perf_counter() - started


@contextmanager
def _display(quiet: bool) -> Iterator[Progress | None]:
    if quiet:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description:9}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True)) as bars:
        rows: dict[str, Any] = {}

        def update(stage: str, done: int, wanted: int, counts: Mapping[str, int]) -> None:
            if stage not in rows:
                rows[stage] = bars.add_task(stage, total=wanted, note="")
            note = "  ".join(f"{name} {count}" for name, count in counts.items() if count)
            bars.update(rows[stage], completed=done, total=wanted, note=note)

        yield update


def _finish(work: Synthesis, as_json: bool, hint: str) -> None:
    """The report, and the exit code."""
    from rich.console import Console

    from writ_dspy.report import render

    with _plainly():
        found = work.report()
    if as_json:
        print(json.dumps(found.to_json() | {"dry": list(work.dry.values()), "folder": str(work.folder)}))
    else:
        console = Console()
        console.print(render(found))
        for reason in work.dry.values():
            console.print(f"[yellow]ran dry[/yellow] {reason}", soft_wrap=True)
        if hint:
            console.print(hint, soft_wrap=True)
    if work.dry or found.total.crashed:
        raise typer.Exit(FAILED)


@contextmanager
def _plainly() -> Iterator[None]:
    """Our own errors in one line, without a traceback; an interrupt is no failure."""
    try:
        yield
    except WritError as error:
        _stop(f"error: {error}", BAD_REQUEST)
    except KeyboardInterrupt:
        _stop("interrupted: everything finished is kept; the same command goes on from there.", INTERRUPTED)


def _stop(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)


def main() -> None:
    """Entry point of the `writ` command."""
    try:
        app()
    except BrokenPipeError:  # the reader of our output has gone, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(DONE)


if __name__ == "__main__":
    main()
