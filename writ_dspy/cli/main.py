"""The command line: one verb per stage, all over a run folder."""

from __future__ import annotations

import os
from typing import Any

import typer
from typer.core import TyperGroup

from writ_dspy.cli.doctor import doctor
from writ_dspy.cli.domains import domains
from writ_dspy.cli.endings import plainly
from writ_dspy.cli.export import ExportCommand, export
from writ_dspy.cli.optimize import optimize
from writ_dspy.cli.programs import programs
from writ_dspy.cli.publish import EPILOG as PUBLISH
from writ_dspy.cli.publish import publish
from writ_dspy.cli.report import report
from writ_dspy.cli.serve import serve
from writ_dspy.cli.show import show
from writ_dspy.cli.synth import propose, simulate, synth


class Verbs(TyperGroup):
    """All verbs; whatever ends one early is said in one line."""

    def invoke(self, ctx: Any) -> Any:
        """Run the chosen verb."""
        with plainly():
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

app.command("synth", epilog="Example: writ synth --domain tau2:airline -n 40 --seed 1 --out runs/first")(synth)
app.command("propose", epilog="Example: writ propose --mix mix.yaml --out runs/first")(propose)
app.command("simulate", epilog="Example: writ simulate runs/first --workers 4")(simulate)
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


def main() -> None:
    """Entry point of the `writ` command."""
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # as in its workers: it gives back what is freed
    app()


if __name__ == "__main__":
    main()
