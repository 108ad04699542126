"""A small process that outlives this one by a moment, to end the servers that this one can no longer end.

A supervisor that is killed, or whose notebook is, has no last words, and its servers would keep their GPUs. The guard
reads a pipe from the supervisor; the pipe's end is the sign, whatever the cause.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from types import TracebackType
from typing import Self

_GRACE_S = 10.0
"""Seconds from SIGTERM to SIGKILL."""


class Guard:
    """The guard's process, as a context: left in good order, it ends nothing."""

    def __enter__(self) -> Self:
        self._popen = subprocess.Popen(  # noqa: S603 - this very file
            [sys.executable, "-IS", __file__], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
        )
        return self

    def watch(self, groups: Iterable[int]) -> None:
        """These process groups, and no others any more, end with this process."""
        if self._popen.stdin:
            with contextlib.suppress(BrokenPipeError):  # somebody killed the guard: the servers still work
                self._popen.stdin.write(f"{' '.join(map(str, groups))}\n".encode())
                self._popen.stdin.flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._popen.kill()
        self._popen.wait()
        if self._popen.stdin:
            with contextlib.suppress(BrokenPipeError):
                self._popen.stdin.close()


def main() -> None:
    """Read the groups to watch, one line after the other, until there is nobody left to write one."""
    groups: list[int] = []
    for line in sys.stdin:
        groups = [int(group) for group in line.split()]
    for number in (signal.SIGTERM, signal.SIGKILL):
        for group in groups:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, number)
        deadline = time.monotonic() + _GRACE_S
        while any(map(_lives, groups)) and number == signal.SIGTERM and time.monotonic() < deadline:
            time.sleep(0.1)


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    main()
