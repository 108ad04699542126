"""What all verbs have in common: how they are added, their common options, and how a call of one runs."""

from __future__ import annotations

import functools
import inspect
import os
import sys
import time
from collections.abc import Callable, Sequence
from inspect import Parameter
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from writ_dspy.cli import voice
from writ_dspy.cli.defaults import Source, of, overruled, source, written
from writ_dspy.cli.door import opened, styled
from writ_dspy.cli.endings import code_of
from writ_dspy.cli.options import NoConfig, Quiet, Verbose
from writ_dspy.errors import ConfigError
from writ_dspy.version import __version__

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

    def get_params(self, ctx: Any) -> list[Any]:
        """As they are, with switches that are shown as what they are."""
        return _bare(super().get_params(ctx))

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Each argument by the name that the help gives it."""
        given = [one for one in self.get_params(ctx) if one.param_type_name == "argument"]
        named = [one.metavar if one.required else f"[{one.metavar}]" for one in given]
        several = ["" if one.nargs == 1 else "..." for one in given]
        return ["[OPTIONS]", *map("".join, zip(named, several, strict=True))]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The words of the call over the defaults of a file over those of the verb."""
        found: Source | None = None
        own: dict[str, Any] = {}
        if not ctx.resilient_parsing and "--no-config" not in args:
            found, own = self._configured(ctx, asking=not {"-h", "--help"}.isdisjoint(args))
        rest = super().parse_args(ctx, args)
        if found:
            given = {
                name for name in ctx.params if getattr(ctx.get_parameter_source(name), "name", "") == "COMMANDLINE"
            }
            mine = [name for name in own if name not in given]
            for name in (gone := set(overruled(str(self.name), given, mine))):
                ctx.params[name] = own[name]
            kept = [f"{name.replace('_', '-')} = {written(ctx.params[name])}" for name in mine if name not in gone]
            if kept and not (ctx.params.get("quiet") or ctx.params.get("as_json")):
                typer.echo(f"defaults from {found.path}: {', '.join(kept)}", err=True)
        return rest

    def _configured(self, ctx: Any, *, asking: bool) -> tuple[Source | None, dict[str, Any]]:
        """Put the defaults of a file in the place of the verb's own; those are given back, by parameter."""
        hints = inspect.signature(self.callback).parameters if self.callback else {}
        options: dict[str, Any] = {_long(one): one for one in self.params if one.param_type_name == "option"}
        try:
            found = source()
            kinds = {name: hints[one.name].annotation for name, one in options.items() if one.name in hints}
            verbs = list(ctx.parent.command.commands) if ctx.parent else [str(self.name)]
            values = of(str(self.name), verbs, kinds, found) if found else {}
        except ConfigError:
            if asking:  # help is given whatever stands in a file
                return None, {}
            raise
        own = {}
        for name, value in values.items():
            option = options[name]
            own[option.name] = () if option.multiple else option.default
            option.default = value
            option.help = f"{option.help or ''} Default of {found and found.path}: {written(value)}."
            option.show_default = False
        return found, own

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Our own words, with their styles."""
        with styled():
            super().format_help(ctx, formatter)


class Verbs(TyperGroup):
    """All of them; a call ends with one of the exit codes, whatever ended it."""

    def get_params(self, ctx: Any) -> list[Any]:
        """As they are, with switches that are shown as what they are."""
        return _bare(super().get_params(ctx))

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
            code = code_of(run, words)
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
        started = time.monotonic()
        words = ", ".join(
            f"{name} {written(value)}" for name, value in options.items() if value not in (None, False, (), [])
        )
        voice.LOG.info("writ %s, %s: %s", __version__, function.__name__, _shown(words))
        function(*args, **options)
        voice.LOG.info("%s took %.1f s", function.__name__, time.monotonic() - started)

    call.__signature__ = own.replace(parameters=[*own.parameters.values(), *more])  # type: ignore[attr-defined]
    call.__annotations__ = function.__annotations__ | {name: kind for name, (kind, _) in COMMON.items()}
    return call


def _shown(words: str) -> str:
    """What a call was asked for, without a key in it."""
    from writ_dspy.lm.keys import hidden

    return hidden(words, words.split())


def _bare(params: list[Any]) -> list[Any]:
    """Without the type of a switch in the help: nobody writes a value after it."""
    for one in params:
        if getattr(one, "is_flag", False):
            one.metavar = ""
    return params


def _long(option: Any) -> str:
    """Its longest name without the dashes, as files write it."""
    return str(max(option.opts, key=len)).lstrip("-")


def completing() -> bool:
    """Whether a shell asks what could come next."""
    return "_WRIT_COMPLETE" in os.environ
