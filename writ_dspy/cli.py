"""The command line: one verb per stage, all over a run folder."""

from __future__ import annotations

import json
import os
import shlex
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from writ_dspy.cli_models import doctor, serve
from writ_dspy.errors import ConfigError, LMError, RoleError, WritError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from writ_dspy.casting import Mode
    from writ_dspy.lm.endpoint import RoleLMs
    from writ_dspy.settings import Settings
    from writ_dspy.synth import Synthesis

    Models = tuple[RoleLMs, Mode, tuple[tuple[str, str], ...]]

FAILED, BAD_REQUEST, INTERRUPTED, TERMINATED = 1, 2, 130, 143
DEFAULT_N = 200
DOMAINS = "tau2:retail, tau2:airline"


class Verbs(TyperGroup):
    """All verbs; whatever ends one early is said in one line."""

    def invoke(self, ctx: Any) -> Any:
        """Run the chosen verb."""
        with _plainly():
            return super().invoke(ctx)


app = typer.Typer(
    name="writ",
    cls=Verbs,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help=(
        "Verified training trajectories for tool-using, user-facing agents.\n\n"
        "Start here: [bold]writ synth -n 20 --out runs/first[/bold]. The same command again resumes.\n\n"
        "Exit codes: 0 done; 1 finished, but a cell ran dry or a conversation is still owed; 2 bad request; "
        "130 interrupted (everything finished is kept)."
    ),
)

DomainNames = Annotated[
    list[str] | None,
    typer.Option("--domain", "-d", help=f"One of {DOMAINS}; repeat for several. Default: all.", metavar="NAME"),
]
N = Annotated[
    int | None,
    typer.Option("-n", help=f"Tasks in all, spread over domains, kinds, writes and burdens. Default: {DEFAULT_N}."),
]
MixFile = Annotated[
    Path | None,
    typer.Option("--mix", help="YAML file with exact counts, instead of --domain and -n. See `writ domains`."),
]
Seed = Annotated[int, typer.Option(help="Everything random depends on it alone.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="The run folder: made, or resumed.")]
AgentName = Annotated[
    str, typer.Option("--agent", help="`scripted` takes care; `careless` does not, and feeds the verifier.")
]
Tries = Annotated[int, typer.Option(help="Conversations per task.")]
Split = Annotated[
    str, typer.Option("--firewall", help="Official split that no task may touch: base, train, test or off.")
]
Workers = Annotated[
    int | None,
    typer.Option(help="Processes. Default: one per core, fewer for a small run. Never changes a result."),
]
ModelURL = Annotated[
    str | None,
    typer.Option(
        "--lm",
        metavar="URL",
        help="Model for all roles: sglang://HOST:PORT/MODEL, openai://HOST/v1/MODEL, local, local:PATH or "
        "local:OWNER/REPO. Without one, every role is scripted.",
    ),
]
RoleURLs = Annotated[
    list[str] | None,
    typer.Option(
        "--role",
        metavar="ROLE=URL",
        help="Model of one role (proposer, diversifier, user, agent), or ROLE=scripted; repeat for several.",
    ),
]
ModelFile = Annotated[
    Path | None,
    typer.Option("--lms", help="YAML file: `default` and roles, each a URL or its settings (temperature, price, …)."),
]
ModelMode = Annotated[
    str | None,
    typer.Option(
        "--mode",
        help="surface: the script decides, the model words it. guided: the model decides, and is shown which reads "
        "settle each request. free: without that. Default: surface for an embedded model, else guided.",
    ),
]
ProgramNames = Annotated[
    list[str] | None,
    typer.Option(
        "--program",
        metavar="ROLE=NAME",
        help="A compiled program for a role, by name, digest or file; see `writ programs`. Repeat for several.",
    ),
]
Auto = Annotated[bool, typer.Option("--auto", help="The best compiled program of each role for the model that it has.")]
Concurrency = Annotated[
    int | None, typer.Option(help="Conversations at a time, with models. Default: 256.", show_default=False)
]
ServeModel = Annotated[
    str | None, typer.Option("--serve", metavar="MODEL", help="Serve MODEL with SGLang for this run; see `writ serve`.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, and no progress.")]
Folder = Annotated[Path, typer.Argument(help="A run folder.")]


@app.command(epilog="Example: writ synth --domain tau2:airline -n 40 --seed 1 --out runs/first")
def synth(
    *,
    out: Out,
    domain: DomainNames = None,
    n: N = None,
    mix: MixFile = None,
    seed: Seed = 0,
    agent: AgentName = "scripted",
    tries: Tries = 1,
    firewall: Split = "base",
    workers: Workers = None,
    lm: ModelURL = None,
    role: RoleURLs = None,
    lms: ModelFile = None,
    mode: ModelMode = None,
    program: ProgramNames = None,
    auto: Auto = False,
    concurrency: Concurrency = None,
    serve: ServeModel = None,
    as_json: AsJson = False,
) -> None:
    """Propose, diversify, simulate, verify and export in one go, and print what came of it."""
    with _served(serve, lm, quiet=as_json) as url:
        models = _models(url, role, lms, mode, program, auto=auto)
        settings = _settings(domain, n, mix, seed, agent, tries, firewall, models)
        work = _work(out, settings, workers, ("propose", "play", "export"), concurrency, quiet=as_json)
    _finish(work, as_json, f"dataset: {out / 'dataset'}   tasks for τ²: {out / 'tau2'}")


@app.command("propose", epilog="Example: writ propose --mix mix.yaml --out runs/first")
def propose_(
    *,
    out: Out,
    domain: DomainNames = None,
    n: N = None,
    mix: MixFile = None,
    seed: Seed = 0,
    agent: AgentName = "scripted",
    tries: Tries = 1,
    firewall: Split = "base",
    workers: Workers = None,
    lm: ModelURL = None,
    role: RoleURLs = None,
    lms: ModelFile = None,
    mode: ModelMode = None,
    program: ProgramNames = None,
    auto: Auto = False,
    concurrency: Concurrency = None,
    as_json: AsJson = False,
) -> None:
    """Only find the tasks, each certified and with its behavior; `writ simulate` goes on from there."""
    settings = _settings(domain, n, mix, seed, agent, tries, firewall, _models(lm, role, lms, mode, program, auto=auto))
    _finish(_work(out, settings, workers, ("propose",), concurrency, quiet=as_json), as_json, "", played=False)


@app.command(epilog="Example: writ simulate runs/first --workers 4")
def simulate(
    run: Folder,
    workers: Workers = None,
    lm: ModelURL = None,
    role: RoleURLs = None,
    concurrency: Concurrency = None,
    as_json: AsJson = False,
) -> None:
    """Play and verify the conversations that a run still owes; --lm and --role say where its models are now."""
    from writ_dspy.settings import Settings, moved
    from writ_dspy.store import Run

    settings = moved(Settings.of(Run.read(run)), lm, _pairs(role))
    work = _work(run, settings, workers, ("play",), concurrency, quiet=as_json)
    _finish(work, as_json, f"next: writ export {shlex.quote(str(run))}")


@app.command(epilog="Example: writ export runs/first")
def export(run: Folder, as_json: AsJson = False) -> None:
    """Write a run's accepted trajectories as Parquet, and its tasks as τ² task files."""
    from writ_dspy.settings import Settings, open_run
    from writ_dspy.store import Run
    from writ_dspy.synth import Synthesis

    settings = Settings.of(Run.read(run))
    with open_run(run, settings) as opened:
        counts = Synthesis(opened, settings).export()
    rows = {f"{domain}/{split}": count for (domain, split), count in sorted(counts.items())}
    if as_json:
        _print_json({"folder": str(run / "dataset"), "rows": rows})
        return
    for part, count in rows.items():
        typer.echo(f"{run / 'dataset' / part}: {count} rows")
    if not rows:
        typer.echo(f"{run} holds no accepted conversation yet. Make some: writ simulate {shlex.quote(str(run))}")


@app.command(epilog="Example: writ report runs/first --json")
def report(run: Folder, as_json: AsJson = False) -> None:
    """Print what a run has come to so far; changes nothing."""
    from writ_dspy.synth import load

    _print_report(load(run), as_json, "")


@app.command(epilog="Example: writ show runs/first --rejected")
def show(
    run: Folder,
    conversation: Annotated[str | None, typer.Argument(help="Start of a conversation id. Default: the first.")] = None,
    rejected: Annotated[
        bool, typer.Option("--rejected", help="The first rejected one, not the first accepted one.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print one conversation, with the findings against it if it was rejected."""
    from writ_dspy.codec import to_json
    from writ_dspy.conversation import conversation_to_json
    from writ_dspy.synth import load

    work = load(run)
    found = work.conversations(accepted=not rejected)
    if conversation is not None:
        every = work.conversations(accepted=None)
        found = every.starting(conversation) or work.crashed().starting(conversation)
    if not found:
        kind = "rejected" if rejected else "accepted"
        what = f"{kind} conversation" if conversation is None else f"conversation {conversation!r}"
        raise ConfigError(f"{run} has no {what}. `writ report {shlex.quote(str(run))}` counts what it has.")
    chosen = found[0]
    if as_json:
        talk, verdict = conversation_to_json(chosen.talk), chosen.verdict
        _print_json({"task": to_json(chosen.task), "conversation": talk, "verdict": verdict})
        return
    _show(chosen)


@app.command(epilog="Example: writ domains --mix -n 500 > mix.yaml, edit it, then writ synth --mix mix.yaml")
def domains(
    mix: Annotated[
        bool, typer.Option("--mix", help="Print the default mix of -n tasks instead, as a file for --mix.")
    ] = False,
    n: N = None,
    as_json: AsJson = False,
) -> None:
    """List the domains: their tools, databases and versions."""
    from writ_dspy.domains import NAMES, load
    from writ_dspy.mix import default_mix, to_yaml

    if mix:
        made = default_mix(NAMES, DEFAULT_N if n is None else n)
        if as_json:
            _print_json(made.model_dump(mode="json"))
        else:
            typer.echo(to_yaml(made), nl=False)
        return
    found = [load(name) for name in NAMES]
    tools = [[sum(k == kind for k in d.kinds.values()) for kind in ("read", "write", "generic")] for d in found]
    records = [{table: len(rows) for table, rows in domain.tables.items()} for domain in found]
    if as_json:
        rows = [
            {
                "domain": d.name,
                "version": d.version,
                "read": read,
                "write": write,
                "generic": generic,
                "records": count,
            }
            for d, (read, write, generic), count in zip(found, tools, records, strict=True)
        ]
        _print_json({"domains": rows})
        return
    from rich.table import Table

    table = Table("domain", "version", "tools (read + write + generic)", "records")
    for domain, kinds, count in zip(found, tools, records, strict=True):
        sizes = ", ".join(f"{number} {name}" for name, number in count.items())
        table.add_row(domain.name, domain.version, " + ".join(map(str, kinds)), sizes)
    _show(table)


app.command(
    "serve",
    epilog="Example: writ serve Qwen/Qwen3-8B --dry-run",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": False},
)(serve)
app.command("doctor", epilog="Example: writ doctor sglang://127.0.0.1:30000")(doctor)

# ----------------------------------------------------------------------------- around a verb


def _settings(
    domain: list[str] | None,
    n: int | None,
    mix_file: Path | None,
    seed: int,
    agent: str,
    tries: int,
    split: str,
    models: Models,
) -> Settings:
    from writ_dspy.domains import NAMES
    from writ_dspy.mix import default_mix, read_mix
    from writ_dspy.settings import Settings

    if mix_file is not None and (domain or n is not None):
        extra = " ".join([*(f"--domain {name}" for name in domain or ()), *([f"-n {n}"] if n is not None else [])])
        raise ConfigError(f"--mix {mix_file} says what to make and how much of it: leave out {extra}.")
    default = DEFAULT_N if n is None else n
    mix = read_mix(mix_file) if mix_file is not None else default_mix(domain or NAMES, default)
    lms, mode, programs = models
    wall = None if split == "off" else split
    settings = Settings(mix, seed, agent, tries=tries, firewall=wall, lms=lms, mode=mode, programs=programs)
    settings.check()
    return settings


def _models(
    lm: str | None,
    role: list[str] | None,
    path: Path | None,
    mode: str | None,
    program: list[str] | None,
    *,
    auto: bool,
) -> Models:
    """The models of the roles, how far they go, and their compiled programs."""
    from writ_dspy.casting import MODES, best_programs, choose, pinned

    known = next((name for name in MODES if name == mode), None)
    if mode is not None and known is None:
        raise ConfigError(f"--mode {mode}: there is no such mode. Choose {', '.join(MODES)}.")
    lms, chosen = choose(lm, _pairs(role), path, known)
    programs = _pairs(program, "--program agent=NAME; `writ programs` lists them")
    if auto:
        import asyncio

        programs = asyncio.run(best_programs(lms, chosen)) | programs
    return lms, chosen, pinned(programs, lms, chosen)


def _pairs(
    items: list[str] | None, form: str = "--role ROLE=URL, such as agent=sglang://127.0.0.1:30000"
) -> dict[str, str]:
    """`agent=…` items as a mapping."""
    pairs = {}
    for item in items or ():
        name, found, value = item.partition("=")
        if not found or not value:
            raise ConfigError(f"{item!r}: write {form}.")
        pairs[name.strip()] = value.strip()
    return pairs


@contextmanager
def _served(model: str | None, lm: str | None, *, quiet: bool) -> Iterator[str | None]:
    """The URL of a server that runs as long as the block; without a model to serve, `lm` itself."""
    if model is None:
        yield lm
        return
    if lm is not None:
        raise ConfigError(f"--serve {model} and --lm {lm}: the served model is the default one. Leave --lm out.")
    from writ_dspy.cli_models import served

    with served(model, quiet=quiet) as url:
        yield url


def _work(
    folder: Path,
    settings: Settings,
    workers: int | None,
    stages: tuple[str, ...],
    concurrency: int | None = None,
    *,
    quiet: bool,
) -> Synthesis:
    """Do these stages of a run with a progress display; with its own settings when none are given."""
    from writ_dspy import synth
    from writ_dspy.progress import display
    from writ_dspy.settings import open_run, whole
    from writ_dspy.worker import Crew

    started = time.perf_counter()
    if concurrency is not None:
        whole("concurrency", concurrency, 1)
    size = synth.crew_size(workers, settings.mix.count * settings.tries)
    with open_run(folder, settings) as run, Crew(size) as crew, display(quiet=quiet) as progress:
        for note in run.repaired:
            typer.echo(note, err=True)
        work = synth.Synthesis(run, settings)
        with synth.team(work, crew, concurrency) as makers:
            if "propose" in stages:
                synth.propose(work, makers, progress)
            if "play" in stages:
                synth.play(work, makers, progress)
        if "export" in stages:
            work.export(crew)
    work.seconds = time.perf_counter() - started
    return work


def _finish(work: Synthesis, as_json: bool, hint: str, *, played: bool = True) -> None:
    """The report, and the exit code."""
    _print_report(work, as_json, hint)
    if work.dry or (played and work.owed):
        raise typer.Exit(FAILED)


def _print_report(work: Synthesis, as_json: bool, hint: str) -> None:
    found = work.report()
    call = None
    if work.seconds and work.made:
        rate = work.made / work.seconds
        call = {"accepted": work.made, "seconds": work.seconds, "trajectories_per_second": rate}
    if as_json:
        more = {"folder": str(work.folder), "dry": work.dry, "owed": work.owed, "this_call": call}
        _print_json(found.to_json() | more)
        return
    from writ_dspy.report import render

    _show(render(found))
    for reason in work.dry.values():
        typer.echo(f"ran dry: {reason}")
    if call and found.seconds is None:
        typer.echo(f"this call: {work.made} accepted in {work.seconds:.1f} s, {rate:.1f} trajectories/s")
    if work.owed:
        typer.echo(f"{work.owed} conversations are owed: writ simulate {shlex.quote(str(work.folder))}")
    elif hint:
        typer.echo(hint)


def _show(what: RenderableType) -> None:
    """On stdout, through typer: rich itself ends the program when nobody reads any more."""
    from rich.console import Console

    console = Console()
    with console.capture() as shown:
        console.print(what)
    typer.echo(shown.get(), nl=False)


def _print_json(document: Mapping[str, object]) -> None:
    typer.echo(json.dumps(document))


@contextmanager
def _plainly() -> Iterator[None]:
    """Our own errors in one line, without a traceback; an interrupt is no failure, and neither is SIGTERM."""
    code = INTERRUPTED

    def terminate(*_: object) -> None:
        nonlocal code
        code = TERMINATED
        if not callable(signal.getsignal(signal.SIGINT)):  # as for a job in the background of a script
            raise KeyboardInterrupt
        signal.raise_signal(signal.SIGINT)

    mine = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, terminate) if mine else None
    try:
        yield
    except WritError as error:
        for line in (f"error: {error}", *getattr(error, "__notes__", ())):
            typer.echo(line, err=True)
        raise typer.Exit(FAILED if isinstance(error, (RoleError, LMError)) else BAD_REQUEST) from None
    except BrokenPipeError:  # the reader of our output has gone, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        typer.echo("interrupted: everything finished is kept; the same command goes on from there.", err=True)
        raise typer.Exit(code) from None
    finally:
        if mine:
            signal.signal(signal.SIGTERM, before)


def main() -> None:
    """Entry point of the `writ` command."""
    app()


if __name__ == "__main__":
    main()
