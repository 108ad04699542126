"""What all verbs have in common: how they are added, their common options, and how a call of one runs."""

from __future__ import annotations

import functools
import inspect
import os
import sys
from collections.abc import Callable, Sequence
from inspect import Parameter
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from writ_dspy.cli import voice
from writ_dspy.cli.door import opened, styled
from writ_dspy.cli.endings import code_of
from writ_dspy.cli.options import NoConfig, Quiet, Verbose

COMMON: dict[str, tuple[Any, Any]] = {
    "quiet": (Quiet, False),
    "verbose": (Verbose, 0),
    "no_config": (NoConfig, False),
}
"""Options of every verb, with their defaults."""
SHORT = ("-q", "-v", "-vv", "--quiet", "--verbose", "--no-config")
"""The same as they may also stand before the verb."""


class Verb(TyperCommand):
    """One verb."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Our own words, with their styles."""
        with styled():
            super().format_help(ctx, formatter)


class Verbs(TyperGroup):
    """All of them; a call ends with one of the exit codes, whatever ended it."""

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> None:
        """A call, from its words to its exit code."""
        words = list(sys.argv[1:] if args is None else args)
        extra.pop("standalone_mode", None)
        run = functools.partial(super().main, words, "writ", standalone_mode=False, **extra)
        if completing():  # what a shell reads is no terminal
            run()
            return
        with opened():
            code = code_of(run)
        sys.exit(code)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Common options stand before the verb, too."""
        count = next((index for index, word in enumerate(args) if word not in SHORT), len(args))
        return super().parse_args(ctx, [*args[count : count + 1], *args[:count], *args[count + 1 :]])

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Our own words, with their styles."""
        with styled():
            super().format_help(ctx, formatter)


def add(app: typer.Typer, function: Callable[..., None], *, cls: type[Verb] = Verb, **settings: Any) -> None:
    """Give the command line a verb of that name, with the options that all verbs have."""
    app.command(function.__name__, cls=cls, **settings)(_common(function))


def _common(function: Callable[..., None]) -> Callable[..., None]:
    """The verb with the common options after its own."""
    own = inspect.signature(function, eval_str=True)
    more = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=start, annotation=kind)
        for name, (kind, start) in COMMON.items()
    ]

    @functools.wraps(function)
    def call(*args: Any, quiet: bool, verbose: int, no_config: bool, **options: Any) -> None:  # noqa: ARG001 - read before
        voice.tune(quiet=quiet, verbose=verbose)
        function(*args, **options)

    call.__signature__ = own.replace(parameters=[*own.parameters.values(), *more])  # type: ignore[attr-defined]
    call.__annotations__ = function.__annotations__ | {name: kind for name, (kind, _) in COMMON.items()}
    return call


def completing() -> bool:
    """Whether a shell asks what could come next."""
    return "_WRIT_COMPLETE" in os.environ
