"""The verbs about what is there: `writ report`, `writ show` and `writ domains`."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from writ_dspy.cli.options import DEFAULT_N, AsJson, Folder, N, print_json, print_rich
from writ_dspy.errors import ConfigError

if TYPE_CHECKING:
    from writ_dspy.run.synth import Synthesis

PUBLISHED = "hf:"
"""Before the name of a published dataset."""


def report(
    run: Annotated[
        list[str],
        typer.Argument(
            help="A run folder, or a published dataset: hf:OWNER/NAME[@REVISION]. Several stand side by side."
        ),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Print what a run has come to so far; changes nothing."""
    if len(run) > 1 or run[0].startswith(PUBLISHED):
        from writ_dspy.cli.publish import report_sets

        report_sets(run, as_json=as_json)
        return
    from writ_dspy.run.synth import load

    print_report(load(run[0]), "", as_json=as_json)


def show(
    run: Folder,
    conversation: Annotated[str | None, typer.Argument(help="Start of a conversation id. Default: the first.")] = None,
    *,
    rejected: Annotated[
        bool, typer.Option("--rejected", help="The first rejected one, not the first accepted one.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print one conversation, with the findings against it if it was rejected."""
    from writ_dspy.codec import to_json
    from writ_dspy.conversation import conversation_to_json
    from writ_dspy.run.synth import load

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
        print_json({"task": to_json(chosen.task), "conversation": talk, "verdict": verdict})
        return
    print_rich(chosen)


def domains(
    *,
    mix: Annotated[
        bool, typer.Option("--mix", help="Print the default mix of -n tasks instead, as a file for --mix.")
    ] = False,
    n: N = None,
    as_json: AsJson = False,
) -> None:
    """List the domains: their tools, databases and versions."""
    from writ_dspy.domains import NAMES, load
    from writ_dspy.propose.mix import default_mix, to_yaml

    if mix:
        made = default_mix(NAMES, DEFAULT_N if n is None else n)
        if as_json:
            print_json(made.model_dump(mode="json"))
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
        print_json({"domains": rows})
        return
    from rich.table import Table

    table = Table("domain", "version", "tools (read + write + generic)", "records")
    for domain, kinds, count in zip(found, tools, records, strict=True):
        sizes = ", ".join(f"{number} {name}" for name, number in count.items())
        table.add_row(domain.name, domain.version, " + ".join(map(str, kinds)), sizes)
    print_rich(table)


def print_report(work: Synthesis, hint: str, *, as_json: bool) -> None:
    """The report of a run, what ran dry, and what to do next."""
    found = work.report()
    call = None
    if work.seconds and work.made:
        rate = work.made / work.seconds
        call = {"accepted": work.made, "seconds": work.seconds, "trajectories_per_second": rate}
    if as_json:
        more = {"folder": str(work.folder), "dry": work.dry, "owed": work.owed, "this_call": call}
        print_json(found.to_json() | more)
        return
    from writ_dspy.report.summary import render

    print_rich(render(found))
    for reason in work.dry.values():
        typer.echo(f"ran dry: {reason}")
    if call and found.seconds is None:
        typer.echo(f"this call: {work.made} accepted in {work.seconds:.1f} s, {rate:.1f} trajectories/s")
    if work.owed:
        typer.echo(f"{work.owed} conversations are owed: writ simulate {shlex.quote(str(work.folder))}")
    elif hint:
        typer.echo(hint)
