"""`docs/cli.md`: every command with its options, read off the command line itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import typer

from pages.blocks import WRITTEN, fenced, table
from writ_dspy.cli.main import app

OWN = {"--help"}
"""Every command has these."""


def page() -> str:
    """All of it."""
    group = typer.main.get_command(app)
    context = group.make_context("writ", [], resilient_parsing=True)
    parts = ["# Command line", WRITTEN, plain(group.help or ""), *_options(group, context)]
    for path, command in _commands(group, ("writ",)):
        own = command.make_context(" ".join(path), [], resilient_parsing=True)
        parts += [f"## {' '.join(path)}", plain(command.help or ""), fenced(_usage(command, own))]
        parts += [*_options(command, own), *([plain(command.epilog)] if command.epilog else [])]
    return "\n\n".join(part for part in parts if part) + "\n"


def _commands(group: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command below this one that is not hidden, in the order of `--help`."""
    for name, command in group.commands.items():
        if not command.hidden:
            yield from _commands(command, (*path, name)) if hasattr(command, "commands") else [((*path, name), command)]


def _usage(command: Any, context: Any) -> str:
    return f"{context.command_path} {' '.join(command.collect_usage_pieces(context))}"


def _options(command: Any, context: Any) -> Iterator[str]:
    """The tables of arguments and of options, as `--help` words them."""
    for kind in ("argument", "option"):
        own = [one for one in command.get_params(context) if one.param_type_name == kind and not OWN & set(one.opts)]
        rows = [(f"`{record[0]}`", _said(record[1])) for one in own if (record := one.get_help_record(context))]
        if rows:
            yield table([kind, "what it is"], rows)


def _said(words: str) -> str:
    """Help with its notes as sentences."""
    words = re.sub(r"\s*\[required\]", " Required.", words)
    return plain(re.sub(r"\s*\[default: (.*?)\]$", r" Default: `\1`.", words))


def plain(text: str) -> str:
    """Help as Markdown: rich's markup becomes Markdown's, and a paragraph is one line."""
    text = re.sub(r"\[/?bold\]", "**", text.replace("\b", ""))
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))
