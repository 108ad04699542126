"""How much a call says beside its result: nothing with --quiet, a log with times with --verbose."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import typer

LOG = logging.getLogger("writ_dspy")
FORM = "%(asctime)s %(levelname)-7s %(message)s"


class _Level:
    """What the call that runs was told."""

    quiet = False
    verbose = 0


def tune(*, quiet: bool, verbose: int) -> None:
    """What --quiet and --verbose say; a log goes to stderr, twice -v with those of the libraries."""
    _Level.quiet, _Level.verbose = quiet, verbose
    for logger in (LOG, logging.getLogger()):
        for handler in [one for one in logger.handlers if isinstance(one, _Log)]:
            logger.removeHandler(handler)
    LOG.setLevel(logging.DEBUG if verbose > 1 else logging.INFO if verbose else logging.WARNING)
    if verbose:
        (logging.getLogger() if verbose > 1 else LOG).addHandler(_Log(sys.stderr))
        logging.getLogger().setLevel(logging.INFO if verbose > 1 else logging.WARNING)


class _Log(logging.StreamHandler[TextIO]):
    """The log of this call."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self.setFormatter(logging.Formatter(FORM))


def quiet() -> bool:
    """Whether only the result is wanted."""
    return _Level.quiet


def verbose() -> bool:
    """Whether a log is wanted."""
    return _Level.verbose > 0


def hint(text: str) -> None:
    """What to do next, on stdout; nothing with --quiet."""
    if text and not quiet():
        typer.echo(text)


def note(text: str) -> None:
    """Something to know, on stderr; nothing with --quiet."""
    if text and not quiet():
        typer.echo(text, err=True)
