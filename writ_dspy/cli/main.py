"""The command line: one verb per stage, all over a run folder."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from writ_dspy.cli.dataset import domains, print_report, report, show
from writ_dspy.cli.export import ExportCommand, export
from writ_dspy.cli.models import doctor, serve
from writ_dspy.cli.optimize import optimize, programs
from writ_dspy.cli.options import (
    BAD_REQUEST,
    DEFAULT_N,
    FAILED,
    INTERRUPTED,
    TERMINATED,
    AgentName,
    AsJson,
    Auto,
    Concurrency,
    DomainNames,
    Folder,
    MixFile,
    ModelFile,
    ModelMode,
    ModelURL,
    N,
    Out,
    ProgramNames,
    RoleURLs,
    Seed,
    ServeModel,
    Split,
    Tries,
    Workers,
    pairs,
)  # fmt: skip
from writ_dspy.cli.publish import EPILOG as PUBLISH
from writ_dspy.cli.publish import publish
from writ_dspy.errors import ConfigError, LMError, RoleError, WritError

if TYPE_CHECKING:
    from writ_dspy.lm.endpoint import RoleLMs
    from writ_dspy.run.casting import Mode
    from writ_dspy.run.settings import Settings
    from writ_dspy.run.synth import Synthesis

    Models = tuple[RoleLMs, Mode, tuple[tuple[str, str], ...]]


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
    from writ_dspy.run.settings import Settings, moved
    from writ_dspy.store.run import Run

    settings = moved(Settings.of(Run.read(run)), lm, pairs(role))
    work = _work(run, settings, workers, ("play",), concurrency, quiet=as_json)
    _finish(work, as_json, f"next: writ export {shlex.quote(str(run))}")


app.command("export", cls=ExportCommand, epilog="Example: writ export runs/first --format sharegpt --dedup")(export)
app.command("report", epilog="Example: writ report runs/first --json")(report)
app.command("show", epilog="Example: writ show runs/first --rejected")(show)
app.command("domains", epilog="Example: writ domains --mix -n 500 > mix.yaml, edit it, then writ synth --mix mix.yaml")(
    domains
)
app.command("publish", epilog=PUBLISH)(publish)
app.command(
    "serve",
    epilog="Example: writ serve Qwen/Qwen3-8B --dry-run",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": False},
)(serve)
app.command("doctor", epilog="Example: writ doctor sglang://127.0.0.1:30000")(doctor)
app.command("optimize", epilog="Example: writ optimize user --lm local --optimizer bootstrap")(optimize)
app.command("programs", epilog="Example: writ programs --json")(programs)

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
    from writ_dspy.propose.mix import default_mix, read_mix
    from writ_dspy.run.settings import Settings

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
    from writ_dspy.run.casting import MODES, best_programs, choose, pinned

    known = next((name for name in MODES if name == mode), None)
    if mode is not None and known is None:
        raise ConfigError(f"--mode {mode}: there is no such mode. Choose {', '.join(MODES)}.")
    lms, chosen = choose(lm, pairs(role), path, known)
    programs = pairs(program, "--program agent=NAME; `writ programs` lists them")
    if auto:
        import asyncio

        programs = asyncio.run(best_programs(lms, chosen)) | programs
    return lms, chosen, pinned(programs, lms, chosen)


@contextmanager
def _served(model: str | None, lm: str | None, *, quiet: bool) -> Iterator[str | None]:
    """The URL of a server that runs as long as the block; without a model to serve, `lm` itself."""
    if model is None:
        yield lm
        return
    if lm is not None:
        raise ConfigError(f"--serve {model} and --lm {lm}: the served model is the default one. Leave --lm out.")
    from writ_dspy.cli.models import served

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
    from writ_dspy.cli.progress import display
    from writ_dspy.run import synth
    from writ_dspy.run.settings import open_run, whole
    from writ_dspy.run.worker import Crew

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
    print_report(work, hint, as_json=as_json)
    if work.dry or (played and work.owed):
        raise typer.Exit(FAILED)


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
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # as in its workers: it gives back what is freed
    app()


if __name__ == "__main__":
    main()
