"""The five errors that a user of writ can meet, one for each boundary that work crosses.

A message holds the value that was wrong, the place where it was seen, and what to do about it. The
command line prints it without a traceback, so it has to be enough on its own.

    WritError
    ├── ConfigError   before any work: a flag, a mix, an environment
    ├── DomainError   a domain, its tools, its database, or a goal that it cannot resolve
    ├── RoleError     a proposer, diversifier, user or agent that broke its contract
    │   └── ServerError   the server of a domain's tools: it died, or gave no answer, twice in a row
    ├── LMError       a model server that refused, timed out or answered nonsense
    │   └── DeniedError   one that will never serve this role: wrong key or model, no rights, no money
    └── StoreError    the disk: a run folder, a record, a dataset file
"""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from traceback import walk_tb
from typing import Any

from writ_dspy.shown import shown

_SHORT = reprlib.Repr()
_SHORT.maxlevel, _SHORT.maxlist, _SHORT.maxtuple, _SHORT.maxdict, _SHORT.maxset = 2, 3, 3, 3, 3
_SHORT.maxstring = _SHORT.maxlong = _SHORT.maxother = 60


class WritError(Exception):
    """Something the user can act on; every error that writ raises on purpose is one."""

    def __str__(self) -> str:
        """The message; what it quotes of others is shown, and never acts on a terminal."""
        return shown(super().__str__())

    def __reduce__(self) -> tuple[Callable[..., WritError], tuple[Any, ...]]:
        """Whole, also where an error takes more than its message: it may come from another process."""
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[WritError], args: tuple[Any, ...], more: dict[str, Any]) -> WritError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(more)
    return error


class ConfigError(WritError):
    """A request that cannot be met as it stands; raised before any work starts."""


class DomainError(WritError):
    """A domain that cannot be loaded, or that cannot do what a goal asks of it."""


class RoleError(WritError):
    """A role that broke its contract, such as a user who says nothing."""


class ServerError(RoleError):
    """A server that a domain's tools come from, lost again after it was started again: nothing is known of what it was asked."""


class LMError(WritError):
    """A model that could not be reached, or whose reply could not be used."""


class DeniedError(LMError):
    """A model that this role will not get, whatever it asks; nothing is played on without it."""


class StoreError(WritError):
    """A file or folder that cannot be trusted, read or written."""


UNEXPECTED = "Nothing here expected this error"
"""In the message of every error that `boundary` made of one that was none of ours."""


@contextmanager
def boundary(kind: type[WritError], where: str, *, theirs: Path | None = None) -> Iterator[None]:
    """Whatever escapes the block leaves it as a `WritError`, so that a caller has one thing to catch.

    A `WritError` passes unchanged: it already says more than this place could. Interrupts and
    cancellations pass too, for they are not failures.

    Args:
        kind: The error of the layer that the block belongs to.
        where: What was being done and to what, as in `simulating task retail-3f2a`; it opens the message.
        theirs: The folder of code that is not ours: what escapes that is for its author to mend, at the line that is named.

    Raises:
        WritError: Of the given kind, with the original error as its cause.
    """
    try:
        yield
    except WritError:
        raise
    except Exception as error:  # broad, as only what a τ² tool raises and what scoring raises are elsewhere
        seen = f"{type(error).__name__}: {error}".rstrip(": ")
        if theirs is not None and (line := _line(error, theirs.resolve())):
            seen = f"SyntaxError: {error.msg}" if isinstance(error, SyntaxError) else seen  # which names the line, too
            raise kind(f"{where}: {seen}, at {line}. Mend that.") from error
        raise kind(f"{where}: {seen}. {UNEXPECTED}: report it with the traceback of its cause.") from error


def _line(error: Exception, folder: Path) -> str:
    """The last line of code in a folder that an error came through; of what is no Python, the line that it names."""
    places = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        places.append((error.filename, error.lineno))
    ours = [(Path(name), line) for name, line in places if Path(name).is_relative_to(folder)]
    return f"{ours[-1][0].name}, line {ours[-1][1]}" if ours else ""


def brief(value: object, most: int = 60) -> str:
    """A value as an error message shows it: as Python writes it, in at most so many characters, never written out first.

    What was read from a file may be an alias of an alias of …, or a string of a gigabyte: neither may be expanded here.
    """
    if isinstance(value, str) and len(value) > most - 2:
        value = f"{value[: most - 3]}…"
    try:
        text = repr(value) if isinstance(value, str) else _SHORT.repr(value)
    except ValueError:  # Python writes out no number of more than 4,300 digits
        text = "a number of thousands of digits"
    return text if len(text) <= most else f"{text[: most - 1]}…"


def ended(says: str) -> str:
    """A sentence of an error, with the mark at its end that it needs."""
    return says if says.endswith((".", "?", "!")) else f"{says}."


def whole(name: str, value: object, least: int | None = None, most: int | None = None) -> None:
    """Refuse what is no whole number, or out of range.

    Raises:
        ConfigError: It is.
    """
    if type(value) is int and (least is None or value >= least) and (most is None or value <= most):
        return
    wanted = "a whole number"
    if most is not None:
        wanted += f" from {least or 0} to {most:,}"
    elif least is not None:
        wanted += f", {least} or more"
    raise ConfigError(f"{name} = {brief(value)}: ask for {wanted}.")
