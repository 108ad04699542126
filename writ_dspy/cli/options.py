"""What the verbs of the command line share: their options, and how they print."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from writ_dspy.cli.door import draw
from writ_dspy.errors import ConfigError
from writ_dspy.store.places import no_path

if TYPE_CHECKING:
    from rich.console import RenderableType

FAILED, BAD_REQUEST, INTERRUPTED, TERMINATED = 1, 2, 130, 143
DEFAULT_N = 200
DOMAINS = "tau2:retail, tau2:airline"
SHORT = "retail or airline for short"


def as_path(text: str) -> Path:
    """What names a file or a folder; empty it would name the folder that one is in, which nobody means."""
    if not text:
        raise typer.BadParameter("the path is empty; if it came from a variable of the shell, that is not set")
    if text == "-":
        raise typer.BadParameter("- is no path: only `writ verify -` reads standard input. Name a file or a folder")
    if flaw := no_path(text):
        raise typer.BadParameter(flaw)
    return Path(text)


DomainNames = Annotated[
    list[str] | None,
    typer.Option(
        "--domain",
        "-d",
        help=f"One of {DOMAINS} ({SHORT}), or one of your own: its name, module:attribute, or its declaration. Repeat for several. Default: all that come with writ.",
        metavar="NAME",
    ),
]
N = Annotated[
    int | None,
    typer.Option("-n", help=f"Tasks in all, spread over domains, kinds, writes and burdens. Default: {DEFAULT_N}."),
]
MixFile = Annotated[
    Path | None,
    typer.Option(
        "--mix",
        parser=as_path,
        metavar="FILE",
        help="YAML file with exact counts, instead of --domain and -n. See `writ domains`.",
    ),
]
Seed = Annotated[int, typer.Option(help="Everything random depends on it alone.")]
Out = Annotated[
    Path, typer.Option("--out", "-o", parser=as_path, metavar="FOLDER", help="The run folder: made, or resumed.")
]
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
        help="Model of one role (proposer, composer, diversifier, user, agent), or ROLE=scripted; repeat for several.",
    ),
]
KeyName = Annotated[
    str | None,
    typer.Option(
        "--api-key-env",
        metavar="NAME",
        help="Name of the variable that holds the API key of the models in --lm and --role, all of one server.",
    ),
]
ModelFile = Annotated[
    Path | None,
    typer.Option(
        "--lms",
        parser=as_path,
        metavar="FILE",
        help="YAML file: `default` and roles, each a URL or its settings (temperature, price, …).",
    ),
]
ModelMode = Annotated[
    str | None,
    typer.Option(
        "--mode",
        help="surface: the script decides, the model words it. guided: the model decides, look-ups that are due are made for it, "
        "and it is shown how each request ends. free: without that. chat: free, asked by chat messages and native tools, as rows show them. Default: surface for an embedded model, else guided.",
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
Compose = Annotated[
    float,
    typer.Option(
        "--compose",
        metavar="SHARE",
        help="Share of the tasks, 0 to 1, that the composer's model thinks up; recipes fill in what it cannot.",
    ),
]
Corrections = Annotated[
    int | None,
    typer.Option(
        help="How often a model's agent is told what the verifier finds in a step, and asked for another, before the step is taken; "
        "0: never. Default: 2.",
        show_default=False,
    ),
]
Auto = Annotated[bool, typer.Option("--auto", help="The best compiled program of each role for the model that it has.")]
Concurrency = Annotated[
    int | None, typer.Option(help="Conversations at a time, with models. Default: 256.", show_default=False)
]
ServeModel = Annotated[
    str | None, typer.Option("--serve", metavar="MODEL", help="Serve MODEL with SGLang for this run; see `writ serve`.")
]
Grow = Annotated[
    bool,
    typer.Option(
        "--grow", help="Add to a run that was asked for fewer tasks or tries of the same; what it has stays as it is."
    ),
]
ShardName = Annotated[
    str | None,
    typer.Option(
        "--shard",
        metavar="I/N",
        help="Make this part of the run alone, such as 3/16, in a folder of its own; `writ merge` makes the run of all parts.",
    ),
]
RayAddress = Annotated[
    str | None,
    typer.Option(
        "--ray",
        metavar="ADDRESS",
        help="Do the jobs on a Ray cluster (extra `ray`): `auto` for the one at hand, or HOST:PORT of its head. Never changes a result.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, and no progress.")]
Folder = Annotated[Path, typer.Argument(parser=as_path, metavar="RUN", help="A run folder.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print the result and errors only: no progress, no hints.")]
Verbose = Annotated[
    int,
    typer.Option(
        "--verbose",
        "-v",
        count=True,
        show_default=False,
        metavar="",
        help="Log with times on stderr what is done; twice for more.",
    ),
]
NoConfig = Annotated[bool, typer.Option("--no-config", help="Take no defaults from files; see `writ --help`.")]


def pairs(
    items: list[str] | None, form: str = "--role ROLE=URL, such as agent=sglang://127.0.0.1:30000"
) -> dict[str, str]:
    """`agent=…` items as a mapping.

    Raises:
        ConfigError: An item has another form.
    """
    found = {}
    for item in items or ():
        name, equals, value = item.partition("=")
        if not equals or not value:
            raise ConfigError(f"{item!r}: write {form}.")
        found[name.strip()] = value.strip()
    return found


def print_rich(what: RenderableType) -> None:
    """Something with styles on stdout."""
    draw(what)


def print_json(document: Mapping[str, object]) -> None:
    """One JSON document on stdout."""
    typer.echo(json.dumps(document))
