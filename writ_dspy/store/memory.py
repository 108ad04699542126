"""Memory that a process has freed and keeps all the same."""

from __future__ import annotations

import ctypes
import os
import sys

_ARENA_MAX = -8
"""glibc's `M_ARENA_MAX`."""


def sparing() -> None:
    """Have this process give memory back that it has freed; of use before threads are started and Arrow is imported.

    Arrow's own allocator keeps 40 MB. That of glibc has an arena for each thread, and keeps what Arrow's threads left in theirs.
    """
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has one arena, and no such function
        if mallopt is not None:
            mallopt(_ARENA_MAX, 1)
