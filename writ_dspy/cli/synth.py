"""The verbs that make trajectories: `writ synth`, `writ propose` and `writ simulate`."""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from writ_dspy.cli import voice
from writ_dspy.cli.options import (
    DEFAULT_N,
    FAILED,
    AgentName,
    AsJson,
    Auto,
    Compose,
    Concurrency,
    Corrections,
    DomainNames,
    Folder,
    Grow,
    KeyName,
    MixFile,
    ModelFile,
    ModelMode,
    ModelURL,
    N,
    Out,
    ProgramNames,
    RayAddress,
    RoleURLs,
    Seed,
    ServeModel,
    ShardName,
    Split,
    Tries,
    Workers,
    pairs,
)  # fmt: skip
from writ_dspy.cli.report import print_report
from writ_dspy.errors import ConfigError
from writ_dspy.store.places import check_folder

if TYPE_CHECKING:
    from writ_dspy.lm.endpoint import RoleLMs
    from writ_dspy.lm.launch import ServePlan
    from writ_dspy.propose.mix import Mix
    from writ_dspy.run.casting import Mode
    from writ_dspy.run.settings import Settings
    from writ_dspy.run.synth import Synthesis

    Models = tuple[RoleLMs, Mode, tuple[tuple[str, str], ...]]


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
    api_key_env: KeyName = None,
    lms: ModelFile = None,
    mode: ModelMode = None,
    program: ProgramNames = None,
    auto: Auto = False,
    compose: Compose = 0.0,
    corrections: Corrections = None,
    concurrency: Concurrency = None,
    serve: ServeModel = None,
    grow: Grow = False,
    shard: ShardName = None,
    ray: RayAddress = None,
    as_json: AsJson = False,
) -> None:
    """Propose, diversify, simulate, verify and export in one go, and print what came of it."""
    from writ_dspy.propose.mix import composes

    check_folder(out, "--out")
    plan = _plan(serve, lm)
    wanted = _mix(domain, n, mix)
    models = _models(
        plan.url if plan else lm, role, lms, mode, program, api_key_env, auto=auto, composing=composes(wanted, compose)
    )
    settings = _settings(
        wanted, seed, agent, tries, firewall, models, compose=compose, corrections=corrections, shard=shard
    )
    with _served(plan, out, settings, quiet=as_json, grow=grow):
        stages = ("propose", "play") if settings.shard else ("propose", "play", "export")
        work = _work(out, settings, workers, stages, concurrency, quiet=as_json, grow=grow, ray=ray)
    made = f"dataset: {out / 'dataset'}   tasks for τ²: {out / 'tau2'}"
    _finish(work, as_json, "when all shards are made: writ merge RUN... --out FOLDER" if settings.shard else made)


def propose(
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
    api_key_env: KeyName = None,
    lms: ModelFile = None,
    mode: ModelMode = None,
    program: ProgramNames = None,
    auto: Auto = False,
    compose: Compose = 0.0,
    corrections: Corrections = None,
    concurrency: Concurrency = None,
    grow: Grow = False,
    shard: ShardName = None,
    ray: RayAddress = None,
    as_json: AsJson = False,
) -> None:
    """Only find the tasks, each certified and with its behavior; `writ simulate` goes on from there."""
    from writ_dspy.propose.mix import composes

    check_folder(out, "--out")
    wanted = _mix(domain, n, mix)
    models = _models(lm, role, lms, mode, program, api_key_env, auto=auto, composing=composes(wanted, compose))
    settings = _settings(
        wanted, seed, agent, tries, firewall, models, compose=compose, corrections=corrections, shard=shard
    )
    work = _work(out, settings, workers, ("propose",), concurrency, quiet=as_json, grow=grow, ray=ray)
    _finish(work, as_json, "", played=False)


def simulate(
    run: Folder,
    workers: Workers = None,
    lm: ModelURL = None,
    role: RoleURLs = None,
    api_key_env: KeyName = None,
    concurrency: Concurrency = None,
    ray: RayAddress = None,
    as_json: AsJson = False,
) -> None:
    """Play and verify the conversations that a run still owes; --lm and --role say where its models are now."""
    from writ_dspy.run.settings import Settings, moved
    from writ_dspy.store.run import Run

    settings = moved(Settings.of(Run.read(run)), lm, pairs(role), api_key_env)
    work = _work(run, settings, workers, ("play",), concurrency, quiet=as_json, ray=ray)
    _finish(work, as_json, f"next: writ export {shlex.quote(str(run))}")


# ----------------------------------------------------------------------------- around a verb


def _mix(domain: list[str] | None, n: int | None, mix_file: Path | None) -> Mix:
    from writ_dspy.domains import NAMES
    from writ_dspy.propose.mix import default_mix, read_mix

    if mix_file is not None and (domain or n is not None):
        extra = " ".join([*(f"--domain {name}" for name in domain or ()), *([f"-n {n}"] if n is not None else [])])
        raise ConfigError(f"--mix {mix_file} says what to make and how much of it: leave out {extra}.")
    default = DEFAULT_N if n is None else n
    return read_mix(mix_file, "--mix") if mix_file is not None else default_mix(domain or NAMES, default)


def _settings(
    mix: Mix, seed: int, agent: str, tries: int, split: str, models: Models, *, compose: float,
    corrections: int | None, shard: str | None,
) -> Settings:  # fmt: skip
    from writ_dspy.run.settings import CORRECTIONS, Settings
    from writ_dspy.run.shard import Shard

    lms, mode, programs = models
    wall = None if split == "off" else split
    settings = Settings(
        mix, seed, agent, tries=tries, firewall=wall, lms=lms, mode=mode, programs=programs, compose=compose,
        corrections=CORRECTIONS if corrections is None else corrections, shard=None if shard is None else Shard.parse(shard),
    )  # fmt: skip
    settings.check()
    return settings


def _models(
    lm: str | None,
    role: list[str] | None,
    path: Path | None,
    mode: str | None,
    program: list[str] | None,
    api_key_env: str | None,
    *,
    auto: bool,
    composing: bool,
) -> Models:
    """The models of the roles, how far they go, and their compiled programs."""
    from writ_dspy.run.casting import GIVE, MODES, best_programs, choose, pinned, with_composer

    known = next((name for name in MODES if name == mode), None)
    if mode is not None and known is None:
        raise ConfigError(f"--mode {mode}: there is no such mode. Choose {', '.join(MODES)}.")
    lms, chosen = choose(lm, pairs(role), path, known, api_key_env)
    lms = with_composer(lms, pairs(role), composes=composing)
    programs = pairs(program, "--program agent=NAME; `writ programs` lists them")
    if auto and not any(True for _ in lms.items()):
        raise ConfigError(f"--auto picks programs for models, and every role is scripted. {GIVE}, or leave --auto out.")
    if auto:
        import asyncio

        programs = asyncio.run(best_programs(lms, chosen)) | programs
    return lms, chosen, pinned(programs, lms, chosen)


def _plan(model: str | None, lm: str | None) -> ServePlan | None:
    """How the model of --serve will be served."""
    if model is None:
        return None
    if lm is not None:
        raise ConfigError(f"--serve {model} and --lm {lm}: the served model is the default one. Leave --lm out.")
    from writ_dspy.cli.serve import PORT
    from writ_dspy.lm.launch import ServePlan

    return ServePlan.of(model, port=PORT)


@contextmanager
def _served(
    plan: ServePlan | None, folder: Path, settings: Settings, *, quiet: bool, grow: bool = False
) -> Iterator[None]:
    """The servers of a plan run as long as the block; what would be refused then is refused before they start."""
    if plan is None:
        yield
        return
    from writ_dspy.cli.serve import served
    from writ_dspy.run.folder import refuse_other

    refuse_other(folder, settings, grow=grow)
    with served(plan, quiet=quiet):
        yield


def _work(
    folder: Path,
    settings: Settings,
    workers: int | None,
    stages: tuple[str, ...],
    concurrency: int | None = None,
    *,
    quiet: bool,
    grow: bool = False,
    ray: str | None = None,
) -> Synthesis:
    """Do these stages of a run with a progress display; with its own settings when none are given."""
    from writ_dspy.cli.progress import display
    from writ_dspy.run import synth
    from writ_dspy.run.asked import check_work

    started = time.perf_counter()
    check_work(None, concurrency, grow=grow)
    size = synth.crew_size(workers, settings.wanted * settings.tries)
    if workers is not None and size < workers:
        typer.echo(f"{workers} workers asked for, {size} used: more per core only take memory", err=True)
    run = synth.opened(folder, settings, size, concurrency, grow=grow, ray=ray)
    with run as (work, makers, crew), display(quiet=quiet) as progress:
        for note in work.run.notes:
            voice.note(note)
        if "export" in stages:
            work.can_export()
        if "propose" in stages and "play" in stages:
            synth.make(work, makers, progress)
        elif "propose" in stages:
            synth.propose(work, makers, progress)
        else:
            synth.play(work, makers, progress)
        if "export" in stages:
            work.export(crew)
    work.seconds = time.perf_counter() - started
    return work


def _finish(work: Synthesis, as_json: bool, hint: str, *, played: bool = True) -> None:
    """What came of it in short, and the exit code."""
    print_report(work, as_json=as_json, short=True, hint=hint)
    if work.dry or work.tasks_owed or (played and work.owed):
        raise typer.Exit(FAILED)
