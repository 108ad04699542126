"""Where output leaves the process: whatever is printed, by whomever, is shown and never performed.

`opened` puts a door before stdout and stderr. What goes through `write` (print, typer, logging, a traceback) is text
of others until proven otherwise, so its control characters are shown. Only what this module styles itself (`draw`,
`live`, `styled`) keeps its colors and moves the cursor; the text within is shown all the same.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO, cast

from writ_dspy.shown import shown

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

PLAIN = {
    "…": "...", "→": "->", "–": "-", "—": "-", "×": "x", "²": "2", "τ": "t", "✗": "x", "·": "-", "≤": "<=", "≥": ">=",
    "█": "#", "━": "=", "●": "o", "│": "|", "└": "+", "─": "-", "␛": "^[", "␍": "^M", "␇": "^G", "␤": "^J", "’": "'",
}  # fmt: skip
"""How a terminal without these letters sees them."""
PIPE = 10_000
"""Columns of what is no terminal: as many as a row may need."""
NARROW = 20


class Unsaid(Exception):  # noqa: N818 - what could not be said
    """Output that nobody takes: its reader has gone, or the disk is full."""


class Door(io.TextIOBase):
    """A text stream before another one. It has no `buffer`, so nothing can pass it by as bytes."""

    def __init__(self, stream: TextIO, name: str) -> None:
        self._stream = stream
        self._name = name
        self._trusted = 0
        self.said = False
        """Whether anything has come through."""

    def write(self, text: str) -> int:
        """Text of others, shown. A piece that starts at the margin again is the bar of a library."""
        if self._trusted:
            self.put(text)
        elif text.startswith("\r") and "\n" not in text:
            self.put(f"\r{shown(text[1:])}")
        else:
            self.put(shown(text))
        return len(text)

    def put(self, text: str) -> None:
        """Our own text, as it is.

        Raises:
            Unsaid: Nobody takes it; on stderr it is dropped then.
        """
        self.said = self.said or bool(text)
        with self._saying():
            try:
                self._stream.write(text)
            except UnicodeEncodeError:
                encoding = self.encoding or "ascii"
                plain = "".join(PLAIN.get(char, char) for char in text)
                self._stream.write(plain.encode(encoding, "backslashreplace").decode(encoding))

    def flush(self) -> None:
        with self._saying():
            self._stream.flush()

    @contextmanager
    def _saying(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if self._name == "stderr":
                self._stream = Nowhere()
                return
            why = error.strerror or str(error)
            raise Unsaid(
                f"cannot write to {self._name}: {why}. What was asked for is done, but not said: make room there, or send it elsewhere."
            ) from error

    @contextmanager
    def trusted(self) -> Iterator[None]:
        """While a library of ours writes text of ours, with its styles."""
        self._trusted += 1
        try:
            yield
        finally:
            self._trusted -= 1

    @property
    def behind(self) -> TextIO:
        """What it leads to."""
        return self._stream

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._stream.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        return self._stream.errors

    def isatty(self) -> bool:
        return self._stream.isatty()

    def fileno(self) -> int:
        return self._stream.fileno()

    def writable(self) -> bool:
        return True

    def close(self) -> None:
        """The stream behind it belongs to others."""


@contextmanager
def opened() -> Iterator[None]:
    """Both streams with a door before them, for as long as the block runs."""
    before = sys.stdout, sys.stderr
    for_good()
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def for_good() -> None:
    """Both streams with a door before them until the process ends: a traceback passes it, too."""
    sys.stdout, sys.stderr = cast("TextIO", door(sys.stdout, "stdout")), cast("TextIO", door(sys.stderr, "stderr"))


def door(stream: TextIO | Door | None, name: str = "stdout") -> Door:
    """The stream with a door before it; one that was closed before the start goes nowhere."""
    if isinstance(stream, Door):
        return stream
    return Door(Nowhere() if stream is None else stream, name)


def behind(stream: TextIO) -> TextIO:
    """The stream without its door, for a library that draws what we give it; whoever takes it shows what is foreign."""
    return door(stream, "stderr").behind


class Nowhere(io.StringIO):
    """What is written here is gone."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        return len(text)


# ----------------------------------------------------------------------------- what has a style


def width(stream: TextIO | None = None) -> int:
    """Columns that a line may have: those of $COLUMNS, else of the terminal; without one, as many as it needs."""
    stream = stream or sys.stdout
    asked = os.environ.get("COLUMNS", "")
    if asked.isascii() and asked.isdigit() and int(asked):
        return max(NARROW, int(asked))
    if not stream.isatty():
        return PIPE
    try:
        return max(NARROW, os.get_terminal_size(stream.fileno()).columns or 80)
    except OSError:
        return 80


def console() -> Console:
    """On stdout, as wide as `width` says."""
    from rich.console import Console

    return Console(width=width(), highlight=False, markup=False, emoji=False)


def text_of(what: RenderableType) -> str:
    """What `draw` puts on stdout."""
    from rich.segment import Segment, Segments

    paper = console()
    found = (Segment(shown(part.text), part.style) for part in paper.render(what) if not part.control)
    with paper.capture() as seen:
        paper.print(Segments(found), end="", soft_wrap=True)
    return "\n".join(line.rstrip() for line in seen.get().split("\n"))


def draw(what: RenderableType) -> None:
    """Something with styles on stdout; the empty line that keeps a table apart stands only below something."""
    stream, text = door(sys.stdout), text_of(what)
    stream.put(text if stream.said else text.lstrip("\n"))


@contextmanager
def styled() -> Iterator[None]:
    """While our own help is printed, on either stream."""
    with door(sys.stdout).trusted(), door(sys.stderr, "stderr").trusted():
        yield


def live(line: str) -> None:
    """A line on stderr in place of the last one; an empty one only takes that away."""
    stream = door(sys.stderr, "stderr")
    stream.put(f"\r\x1b[K{shown(line, line=True)[: width(sys.stderr) - 1]}")
    stream.flush()
