"""Jobs for a crew that is tried out; a worker imports no more than this for them."""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from writ_dspy.errors import StoreError


@dataclass(frozen=True)
class Echo:
    """Says what it is told, after a while, with the process that said it."""

    word: object
    seconds: float = 0.0

    def run(self) -> tuple[object, int]:
        """The word and the process."""
        time.sleep(self.seconds)
        print("noise on stdout")  # noqa: T201
        os.write(1, b"noise on the descriptor itself")
        print("noise on stderr", file=sys.stderr)  # noqa: T201
        return self.word, os.getpid()


@dataclass(frozen=True)
class Await:
    """Ends as soon as a file is there."""

    path: Path

    def run(self) -> tuple[object, int]:
        """The name of the file and the process."""
        while not self.path.exists():
            time.sleep(0.001)
        return self.path.name, os.getpid()


@dataclass(frozen=True)
class Fail:
    """Raises something that nobody expects, or something that says what it is, or ends its process."""

    how: str

    def run(self) -> None:
        """Does not return."""
        if self.how == "unexpected":
            raise ZeroDivisionError("as planned")
        if self.how == "known":
            raise StoreError("the disk is full")
        if self.how == "exit":
            sys.stderr.write("last words\n")
            sys.stderr.flush()
            os._exit(7)
        os.kill(os.getpid(), signal.SIGKILL)
