"""The verb `serve`: a model behind an address, for as long as it is wanted."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from writ_dspy.cli.door import live
from writ_dspy.cli.options import as_path
from writ_dspy.errors import WritError

if TYPE_CHECKING:
    from writ_dspy.lm.launch import ServePlan
    from writ_dspy.lm.serve import Stats, Waiting

PORT = 30000
MOST_GPUS = 65_536
"""That a plan could be about: each replica has a port."""


def serve(
    ctx: typer.Context,
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A folder, or an id on the Hugging Face Hub.")],
    *,
    replicas: Annotated[
        int | None, typer.Option(help="Copies of the model. Default: as many as the GPUs allow.")
    ] = None,
    gpus_each: Annotated[int, typer.Option(help="GPUs that share one copy of a model too large for one.")] = 1,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port of the server, or of the router before several copies.")] = PORT,
    name: Annotated[str | None, typer.Option(help="What requests call the model.")] = None,
    memory: Annotated[float, typer.Option(help="Share of each GPU's memory for weights and cache.")] = 0.88,
    tool_parser: Annotated[str | None, typer.Option(help="SGLang's --tool-call-parser.")] = None,
    reasoning_parser: Annotated[str | None, typer.Option(help="SGLang's --reasoning-parser.")] = None,
    cpu: Annotated[bool, typer.Option("--cpu", help="Serve on the CPU; fit for tests of tiny models only.")] = False,
    log: Annotated[
        Path | None,
        typer.Option(parser=as_path, metavar="FILE", help="File that gets all logs, instead of the screen."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the commands, and start nothing.")] = False,
) -> None:
    """Serve a model with SGLang, tuned for many short structured turns: one copy per GPU behind a router.

    Whatever follows `--` goes to sglang.launch_server as it is. ^C stops everything.
    """
    from writ_dspy.lm.launch import ServePlan
    from writ_dspy.lm.serve import run
    from writ_dspy.store.places import check_file

    if log is not None:
        check_file(log, "--log")

    gpus = _assumed(replicas, gpus_each) if dry_run and not cpu else None
    plan = ServePlan.of(
        model, replicas=replicas, gpus=gpus, gpus_each=gpus_each, host=host, port=port, name=name, memory=memory,
        tool_parser=tool_parser, reasoning_parser=reasoning_parser, cpu=cpu, extra=ctx.args,
    )  # fmt: skip
    if gpus is not None:
        typer.echo(f"note: this machine has too few GPUs to use; planned as for one with {len(gpus)}.", err=True)
    if dry_run:
        if find_spec("sglang") is None:
            typer.echo(
                "note: SGLang is not installed here; before you serve: pip install 'writ-dspy[sglang]'", err=True
            )
        for line in plan.lines():
            typer.echo(line)
        return
    on_line = None if log else lambda process, line: typer.echo(f"{process}: {line}", err=True)
    run(plan, show=_Shown(plan.url), log=log, on_line=on_line)


def _assumed(replicas: int | None, each: int) -> list[str] | None:
    """GPUs to plan for where this machine has too few, as where one plans before renting them; else None."""
    from writ_dspy.lm.launch import visible_gpus

    there, needed = visible_gpus(), max(replicas or 1, 1) * max(each, 1)
    if len(there) >= needed or needed > MOST_GPUS:  # more than that, the plan itself refuses
        return None
    return [str(index) for index in range(needed)]


@contextmanager
def served(plan: ServePlan, *, quiet: bool) -> Iterator[None]:
    """A model is served as planned as long as the block runs.

    Raises:
        ConfigError, LMError: It cannot be served; nothing is left running.
    """
    from writ_dspy.lm.serve import Supervisor

    with Supervisor(plan, on_wait=None if quiet else _Shown(plan.url)) as servers:
        try:
            yield
        except WritError as error:
            for message in servers.stats().down:
                error.add_note(message)
            raise


class _Shown:
    """The start and the load of the servers: a live line on a terminal, elsewhere a line now and then."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._live = sys.stderr.isatty()
        self._last = ""

    def __call__(self, state: Waiting | Stats) -> None:
        line = self._line(state)
        if self._live:
            live(line)
        elif line != self._last:
            sys.stderr.write(f"{line}\n")
        self._last = line

    def _line(self, state: Waiting | Stats) -> str:
        from writ_dspy.lm.serve import Waiting
        from writ_dspy.report.percent import percent

        if isinstance(state, Waiting):
            return f"{state.ready} of {state.of} ready, {state.seconds:.0f} s; {state.line[:100]}"
        hit = "–" if state.cache_hit is None else percent(state.cache_hit)
        down = f"  DOWN: {'; '.join(state.down)}" if state.down else ""
        return (
            f"{self._url}  {state.running} running, {state.queued} queued  "
            f"{state.output_rate:,.0f} tokens/s out, {state.input_rate:,.0f} in, {hit} of the prompts cached{down}"
        )
