"""The command line: one verb per stage, all over a run folder."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from writ_dspy.cli.calibrate import calibrate
from writ_dspy.cli.doctor import doctor
from writ_dspy.cli.domains import domains
from writ_dspy.cli.door import for_good
from writ_dspy.cli.evaluate import evaluate
from writ_dspy.cli.export import ExportVerb, export
from writ_dspy.cli.merge import merge
from writ_dspy.cli.optimize import optimize
from writ_dspy.cli.programs import programs
from writ_dspy.cli.publish import EPILOG as PUBLISH
from writ_dspy.cli.publish import publish
from writ_dspy.cli.report import report
from writ_dspy.cli.serve import serve
from writ_dspy.cli.show import ShowVerb, show
from writ_dspy.cli.synth import propose, simulate, synth
from writ_dspy.cli.verbs import Verbs, add
from writ_dspy.cli.verify import verify
from writ_dspy.cli.view import view
from writ_dspy.store.memory import sparing
from writ_dspy.version import __version__

HELP = (
    "Verified training trajectories for tool-using, user-facing agents.\n\n"
    "Start here: [bold]writ synth -n 20 --out runs/first[/bold]. The same command again resumes.\n\n"
    "Exit codes: 0 done; 1 not all of it, or nothing yet: a cell ran dry, a quota was not met, a conversation is owed, a model "
    "cannot be reached or failed, a worker failed, or standard output could not be written; 2 the request cannot be met as it stands: an option, a file, a "
    "folder, a package; nothing was changed; 130 interrupted, 143 terminated: what was finished is kept. After 1, 130 "
    "and 143 the same command goes on, or begins.\n\n"
    "Defaults of options may stand in writ.toml, or in \\[tool.writ] of pyproject.toml, of the working folder, such as "
    "n = 40 below \\[synth]. Where a call writes and whom it asks stand on the command line, or in a file of your own that "
    "WRIT_CONFIG names. WRIT_CONFIG=off looks at no file."
)

app = typer.Typer(
    name="writ",
    cls=Verbs,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"writ {__version__}")
        raise typer.Exit


@app.callback(help=HELP)
def writ(
    *,
    version: Annotated[
        bool, typer.Option("--version", "-V", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """What stands before the verb."""


add(app, synth, epilog="Example: writ synth --domain tau2:airline -n 40 --seed 1 --out runs/first")
add(app, propose, epilog="Example: writ propose --mix mix.yaml --out runs/first")
add(app, simulate, epilog="Example: writ simulate runs/first --workers 4")
add(app, merge, epilog="Example: writ merge runs/shard-1 runs/shard-2 --out runs/whole")
add(app, export, cls=ExportVerb, epilog="Example: writ export runs/first --format sharegpt --dedup")
add(app, report, epilog="Example: writ report runs/first --json")
add(
    app, show, cls=ShowVerb, epilog="Example: writ show runs/first --rejected --burden 4+, then writ show runs/first ID"
)
add(app, view, epilog="Example: writ view runs/first, or writ view runs/first runs/second --out pages")
add(app, verify, epilog="Example: writ verify results.json, or writ verify rows.jsonl --run runs/first --json")
add(app, calibrate, epilog="Example: writ calibrate runs/first --lm sglang://127.0.0.1:30000 -k 4")
add(
    app,
    evaluate,
    epilog="Example: writ evaluate sglang://127.0.0.1:30000 --user openai://api.openai.com/v1/gpt-4.1 --api-key-env KEY",
)
add(
    app,
    domains,
    epilog="Example: writ domains --mix -n 500 > mix.yaml, edit it, then writ synth --mix mix.yaml; or writ domains new library",
)
add(app, publish, epilog=PUBLISH)
add(
    app,
    serve,
    epilog="Example: writ serve Qwen/Qwen3-8B --dry-run",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": False},
)
add(app, doctor, epilog="Example: writ doctor sglang://127.0.0.1:30000")
add(app, optimize, epilog="Example: writ optimize user --lm local --optimizer bootstrap")
add(app, programs, epilog="Example: writ programs --json")


def _open_all_streams() -> None:
    """Standard streams that were closed before the start lead nowhere, so that nothing else gets their numbers."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free


def main() -> None:
    """Entry point of the `writ` command."""
    _open_all_streams()
    for_good()
    sparing()
    app()


if __name__ == "__main__":
    main()
