"""How a call ends: its own errors in one line each, an interrupt in one, and the exit code."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from writ_dspy.cli.options import BAD_REQUEST, FAILED, INTERRUPTED, TERMINATED
from writ_dspy.errors import LMError, RoleError, WritError


@contextmanager
def plainly() -> Iterator[None]:
    """Our own errors in one line, without a traceback; an interrupt is no failure, and neither is SIGTERM."""
    code = INTERRUPTED

    def terminate(*_: object) -> None:
        nonlocal code
        code = TERMINATED
        if not callable(signal.getsignal(signal.SIGINT)):  # as for a job in the background of a script
            raise KeyboardInterrupt
        signal.raise_signal(signal.SIGINT)

    mine = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, terminate) if mine else None
    try:
        yield
    except WritError as error:
        for line in (f"error: {error}", *getattr(error, "__notes__", ())):
            typer.echo(line, err=True)
        raise typer.Exit(FAILED if isinstance(error, (RoleError, LMError)) else BAD_REQUEST) from None
    except BrokenPipeError:  # the reader of our output has gone, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        typer.echo("interrupted: everything finished is kept; the same command goes on from there.", err=True)
        raise typer.Exit(code) from None
    finally:
        if mine:
            signal.signal(signal.SIGTERM, before)
