"""How a call ends: what went wrong in one line with its remedy, an interrupt in one, and the exit code."""

from __future__ import annotations

import difflib
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import typer

from writ_dspy.cli.door import Unsaid
from writ_dspy.cli.options import BAD_REQUEST, FAILED, INTERRUPTED, TERMINATED
from writ_dspy.errors import LMError, RoleError, WritError

PROBLEM: type[Exception] = typer.BadParameter.__mro__[2]
"""What typer raises about the words of a call (click's ClickException, wherever this typer keeps it)."""
LONG = re.compile(r"\S{500,}")
KEY = "What looks like a key is not shown, and belongs into no command: `export OPENAI_API_KEY=…`, then --api-key-env OPENAI_API_KEY."
CLOSE = 0.78
"""How alike the names of two options are, from 0 to 1, where one was meant by the other: `--ou` is `--out`, `--count` is not."""
EXPECTED = {"int_parsing": "write a whole number", "float_parsing": "write a number"}


def code_of(call: Callable[[], object], words: Sequence[str] = ()) -> int:
    """The exit code of a call, which returns its own or raises; whatever ended it early is said on stderr.

    Args:
        call: Does it.
        words: It was asked for with these: a key among them is not said again.
    """
    stopped = [INTERRUPTED]
    try:
        with _terminable(stopped):
            code = call()
        sys.stdout.flush()
    except WritError as error:
        for line in _without_keys("\n".join((f"error: {error}", *getattr(error, "__notes__", ()))), words).split("\n"):
            typer.echo(_cut(line), err=True)
        return FAILED if isinstance(error, (RoleError, LMError)) else BAD_REQUEST
    except PROBLEM as error:
        return _misspoken(error, words)
    except Unsaid as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left to flush goes nowhere
        if isinstance(error.__cause__, BrokenPipeError):  # the reader has seen enough, as `| head` has
            return 0
        typer.echo(f"error: {error}", err=True)
        return FAILED
    if code == INTERRUPTED:
        typer.echo(
            "interrupted: what was finished of a run is kept, and the same command goes on from there.", err=True
        )
        return stopped[0]
    return code if isinstance(code, int) else 0


@contextmanager
def _terminable(stopped: list[int]) -> Iterator[None]:
    """SIGTERM ends the block as an interrupt does, with an exit code of its own."""

    def terminate(*_: object) -> None:
        stopped[0] = TERMINATED
        if not callable(signal.getsignal(signal.SIGINT)):  # as for a job in the background of a script
            raise KeyboardInterrupt
        signal.raise_signal(signal.SIGINT)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _cut(line: str) -> str:
    """The line with nothing in it that is too long to be read: no path, name or number has so many characters."""
    return LONG.sub(lambda found: f"{found[0][:60]}…{found[0][-20:]}", line)


def _without_keys(says: str, words: Sequence[str], *, strays: bool = False) -> str:
    """What is said of a call, without the keys that were written into it; then with the place where a key belongs."""
    from writ_dspy.lm.keys import hidden  # only who errs waits for it

    kept = hidden(says, words, strays=strays)
    return says if kept == says else f"{kept} {KEY}"


def _command(error: Any, words: Sequence[str]) -> str:
    """The command that was misspoken; typer does not say it of an option without its value, but the words do."""
    if getattr(error, "ctx", None):
        return str(error.ctx.command_path)
    verb = next((word for word in words if not word.startswith("-")), "")
    return f"writ {verb}" if type(error).__name__ == "BadOptionUsage" and verb else "writ"


def _close_option(error: Any) -> str:
    """An option that was meant: with the other number of dashes, or of nearly this name."""
    params = error.ctx.command.params if getattr(error, "ctx", None) else ()
    there = {name.lstrip("-"): name for one in params for name in one.opts if name.startswith("-")}
    given = str(error.option_name).lstrip("-")
    return there.get(given) or "".join(
        there[name] for name in difflib.get_close_matches(given, [name for name in there if len(name) > 1], 1, CLOSE)
    )


_CHOICE = re.compile(r"(?:Value error, )?'(?P<given>[^']*)' is not one of (?P<all>'.+')\.?")


def _one_of(message: str) -> str:
    """What is wrong with a value, in our words; where there are but some values, with the one that was meant."""
    match = _CHOICE.fullmatch(message)
    if match is None:
        return message.removeprefix("Value error, ")
    there = re.findall(r"'([^']*)'", match["all"])
    close = difflib.get_close_matches(match["given"], there, 1, 0.6)
    meant = f"did you mean {close[0]}?" if close else f"there are {', '.join(there)}."
    return f"there is no {match['given']}; {meant}"


def _misspoken(error: Any, words: Sequence[str]) -> int:
    """A call that is no call: one line, as for any other error."""
    command = _command(error, words)
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":  # its help is printed already
        return BAD_REQUEST
    says = " ".join(str(error.format_message()).split()).rstrip(".")
    name = "" if getattr(error, "param", None) is None else " / ".join(error.param.opts)
    if kind == "MissingParameter":
        says = f"`{command}` needs {name if name.startswith('-') else error.param.metavar}"
    elif kind == "NoSuchOption":
        close = _close_option(error)
        says = f"`{command}` has no option {error.option_name}" + (f"; did you mean {close}?" if close else "")
    elif kind == "BadParameter" and name:
        first: dict[str, Any] = error.__cause__.errors()[0] if hasattr(error.__cause__, "errors") else {}
        value = f" {first['input']}" if first else ""
        says = f"{name}{value}: {EXPECTED.get(str(first.get('type'))) or _one_of(error.message)}"
    says, end = f"{says[:1].lower()}{says[1:]}", "" if says.endswith(("?", ".")) else "."
    typer.echo(_cut(_without_keys(f"error: {says}{end} Ask: {command} --help", words, strays=True)), err=True)
    return BAD_REQUEST
