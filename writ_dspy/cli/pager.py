"""Long output on a terminal goes to the user's pager; anywhere else it is printed as it comes."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable

from writ_dspy.cli.door import door

LESS = "FRX"
"""Of less: leave at once where all fits, keep our colors, and leave the text on the screen."""


def paged(pieces: Iterable[str], *, wanted: bool) -> None:
    """Print our own text, through $PAGER (or less) where it is longer than the terminal."""
    stream = door(sys.stdout)
    command = _command() if wanted and stream.isatty() else []
    if not command:
        for piece in pieces:
            stream.put(piece)
        return
    text = "".join(pieces)
    if text.count("\n") < shutil.get_terminal_size().lines or not _through(command, text):
        stream.put(text)


def _command() -> list[str]:
    """The pager's; none for `cat`, for an empty one, and for one that is not there."""
    try:
        command = shlex.split(os.environ.get("PAGER", "less"))
    except ValueError:  # quotes that do not end
        return []
    return command if command and command[0] != "cat" and shutil.which(command[0]) else []


def _through(command: list[str], text: str) -> bool:
    """Whether the pager showed it; ^C is the pager's as long as it runs."""
    environment = {"LESS": LESS, "LESSCHARSET": "utf-8"} | os.environ
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        done = subprocess.run(command, input=text.encode("utf-8", "replace"), env=environment, check=False)  # noqa: S603 - the user's own
    except OSError:
        return False
    finally:
        signal.signal(signal.SIGINT, before)
    return done.returncode not in (126, 127)
