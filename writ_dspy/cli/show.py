"""The verb `show`: one conversation to read."""

from __future__ import annotations

import shlex
from typing import Annotated

import typer

from writ_dspy.cli.options import AsJson, Folder, print_json, print_rich
from writ_dspy.errors import ConfigError


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
