"""The verb `optimize`: compile a role's program against the verifier."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from writ_dspy.cli import voice
from writ_dspy.cli.door import live
from writ_dspy.cli.options import SHORT, RayAddress, as_path, print_json, print_rich
from writ_dspy.cli.progress import clock
from writ_dspy.errors import ConfigError
from writ_dspy.shown import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from writ_dspy.optimize import Progress
    from writ_dspy.optimize.students import Mode
    from writ_dspy.task import Task

TASKS, ROLLOUTS = 60, 200
FOLDER = Path("runs")


def optimize(
    role: Annotated[
        str,
        typer.Argument(metavar="ROLE", help="proposer, composer, diversifier, user or agent; the others are scripted."),
    ],
    *,
    lm: Annotated[str, typer.Option("--lm", metavar="URL", help="The role's model, as for `writ synth`.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            parser=as_path,
            metavar="FOLDER",
            help="Folder of this run: made, or gone on with. Default: runs/optimize-ROLE-OPTIMIZER.",
            show_default=False,
        ),
    ] = None,
    reflection_lm: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Model that writes instructions; the stronger the better. May be that of --lm."
        ),
    ] = None,
    api_key_env: Annotated[
        str | None,
        typer.Option(
            "--api-key-env",
            metavar="NAME",
            help="Name of the variable that holds the API key of --lm, and of --reflection-lm on the same server.",
        ),
    ] = None,
    optimizer: Annotated[str, typer.Option(help="gepa, miprov2, simba or bootstrap.")] = "gepa",
    rollouts: Annotated[int, typer.Option(help="Most rollouts in all, those on held-out tasks included.")] = ROLLOUTS,
    tokens: Annotated[int | None, typer.Option(help="Most tokens of all models in all. Default: no bound.")] = None,
    tasks: Annotated[int | None, typer.Option(help=f"Tasks to propose. Default: {TASKS}.", show_default=False)] = None,
    run: Annotated[
        Path | None, typer.Option(parser=as_path, metavar="FOLDER", help="Run folder whose tasks are taken instead.")
    ] = None,
    domain: Annotated[
        list[str] | None,
        typer.Option(
            "--domain", "-d", metavar="NAME", help=f"Of the tasks that are proposed ({SHORT}); repeat for several."
        ),
    ] = None,
    objective: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=WEIGHT", help="accepted, diverse or tokens; repeat for several. Default: accepted=1."
        ),
    ] = None,
    split: Annotated[
        str | None,
        typer.Option(
            metavar="TRAIN,CHOOSE,HELD-OUT",
            help="Shares of the tasks to learn from, to choose by, and to hold out. Default: 0.3,0.3,0.4.",
            show_default=False,
        ),
    ] = None,
    mode: Annotated[
        str,
        typer.Option(help="Of the agent: free, or guided, which makes its look-ups and shows it how a request ends."),
    ] = "free",
    temperature: Annotated[float | None, typer.Option(help="Of the role's model.")] = None,
    max_tokens: Annotated[int | None, typer.Option(help="Of one reply of the role's model.")] = None,
    concurrency: Annotated[int | None, typer.Option(help="Rollouts at a time.")] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--programs",
            parser=as_path,
            metavar="FOLDER",
            help="Folder that gets the compiled program. Default: yours, where --auto looks for it.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Everything random depends on it alone.")] = 0,
    ray: RayAddress = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document, and no progress.")] = False,
) -> None:
    """Compile a role's program against the verifier: better instructions or demonstrations for the model that you have.

    The same command again goes on where it was stopped. Nothing is asked of a model before all of it is checked.
    """
    from writ_dspy.domains import NAMES
    from writ_dspy.errors import whole
    from writ_dspy.lm import LMSettings, connect
    from writ_dspy.lm.endpoint import MOST_AT_ONCE
    from writ_dspy.optimize import Budget
    from writ_dspy.optimize import optimize as compile_
    from writ_dspy.optimize.plan import SPLIT
    from writ_dspy.store.places import check_folder

    place = out or FOLDER / f"optimize-{role}-{optimizer}"
    check_folder(place, "--out")
    if folder is not None:
        check_folder(folder, "--programs")
    if concurrency is not None:
        whole("concurrency", concurrency, 1, MOST_AT_ONCE)
    given = {
        "model": lm,
        "api_key_env": api_key_env,
        "temperature": temperature,
        "max_tokens": max_tokens,
        "concurrency": concurrency,
    }
    settings = LMSettings.of({name: value for name, value in given.items() if value is not None})
    teacher = None if reflection_lm is None else LMSettings.of(reflection_lm)
    if teacher is not None and teacher.endpoint.base_url == settings.endpoint.base_url:
        teacher = teacher.model_copy(update={"api_key_env": api_key_env})
    with _shown(quiet=as_json) as progress:
        outcome = compile_(
            role,
            connect(settings, role=role),
            reflection=None if teacher is None else connect(teacher, role="reflection"),
            tasks=_tasks(tasks, run, domain),
            domains=domain or NAMES,
            optimizer=optimizer,
            budget=Budget(rollouts, tokens),
            seed=seed,
            folder=place,
            objectives=_objectives(objective),
            split=_shares(split) or SPLIT,
            mode=_mode(mode),
            progress=progress,
            threads=concurrency,
            programs=folder,
            ray=ray,
        )
    if as_json:
        print_json(outcome.to_json())
        return
    print_rich(outcome)
    typer.echo(outcome.diff or "the instructions are as they were")
    typer.echo(f"in {place}: outcome.json, diff.txt, score.png, calls.jsonl, rollouts.jsonl")
    if outcome.path:
        typer.echo(f"compiled: {outcome.path}")
        played = f" --mode {mode}" if role in ("user", "agent") else " --compose 0.3" if role == "composer" else ""
        which = outcome.path.stem if folder is None else str(outcome.path)
        typer.echo(f"use it: writ synth --role {role}={lm} --program {role}={shlex.quote(which)}{played} --out FOLDER")


# ----------------------------------------------------------------------------- what was asked for


def _tasks(count: int | None, run: Path | None, domains: list[str] | None) -> Sequence[Task] | int:
    if run is None:
        return TASKS if count is None else count
    if count is not None or domains:
        raise ConfigError(f"--run {run} says which tasks to take: leave out --tasks and --domain.")
    from writ_dspy.run.synth import load

    return load(run).tasks()


def _objectives(given: list[str] | None) -> dict[str, float] | None:
    """Weights by name.

    Raises:
        ConfigError: Something else.
    """
    weights: dict[str, float] = {}
    for text in given or ():
        name, _, weight = text.partition("=")
        try:
            weights[name] = float(weight)
        except ValueError as error:
            raise ConfigError(f"--objective {text}: write NAME=WEIGHT, such as accepted=1.") from error
    return weights or None


def _shares(given: str | None) -> tuple[float, float, float] | None:
    """Three numbers.

    Raises:
        ConfigError: Something else.
    """
    if given is None:
        return None
    try:
        train, choose, held = map(float, given.split(","))
    except ValueError as error:
        raise ConfigError(f"--split {given}: write three shares, such as 0.3,0.3,0.4.") from error
    return train, choose, held


def _mode(name: str) -> Mode:
    if name == "guided":
        return "guided"
    if name == "free":
        return "free"
    raise ConfigError(f"no mode {name!r} for optimizing; there are free and guided. Choose one of them.")


# ----------------------------------------------------------------------------- what is seen


class _shown:  # noqa: N801 - used as a function
    """How far it has come: a live line on a terminal, elsewhere a line whenever another twentieth is spent."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet or voice.quiet()
        self._live = sys.stderr.isatty()
        self._reached = (-1, "")
        self._start: tuple[float, int] | None = None

    def __enter__(self) -> Callable[[Progress], None] | None:
        return None if self._quiet else self.update

    def __exit__(self, *_: object) -> None:
        if self._live and not self._quiet:
            live("")

    def update(self, now: Progress) -> None:
        if self._start is None:
            self._start = time.monotonic(), now.rollouts
        start, before = self._start
        line = _line(now, time.monotonic() - start, now.rollouts - before)
        if self._live:
            live(line)
            return
        reached = (20 * now.rollouts // now.budget.rollouts, now.stage)
        if reached != self._reached:
            self._reached = reached
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()


def _line(now: Progress, seconds: float, made: int) -> str:
    """Where it is, what it cost, how long the rest may take, what it has, and what it tries."""
    tokens = f"{now.tokens:,}" + (f"/{now.budget.tokens:,}" if now.budget.tokens else "")
    score = "–" if now.best is None else f"{now.best:.3f}"
    start = "" if now.start is None else f" (from {now.start:.3f})"
    left = f", {clock(seconds / made * (now.budget.rollouts - now.rollouts))} left at most" if made else ""
    return (
        f"{now.stage}: {now.rollouts}/{counted(now.budget.rollouts, 'rollout')}, {tokens} tokens, {clock(seconds)}{left}; "
        f"best {score}{start} of {now.candidates}; now: {now.current}"
    )
