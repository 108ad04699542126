"""What the code of a domain prints, kept apart from what a command prints: `--json` and whatever a pipe takes stay whole."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

_lock = threading.Lock()
_within: list[TextIO] = []
"""What stdout was, once for each block that is under way; blocks of several threads end in any order."""


@contextmanager
def prints_apart() -> Iterator[None]:
    """Code of others runs: its prints go to stderr."""
    with _lock:
        _within.append(_within[0] if _within else sys.stdout)
        sys.stdout = sys.stderr
    try:
        yield
    finally:
        with _lock:
            before = _within.pop()
            if not _within:
                sys.stdout = before


class Apart:
    """An object of others whose method runs so; all else is its own."""

    def __init__(self, theirs: Any, method: str) -> None:
        self._theirs, self._method = theirs, method

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in ("_theirs", "_method"):  # asked for before there is one, as by pickle
            raise AttributeError(name)
        found = getattr(self._theirs, name)
        if name != self._method:
            return found

        def apart(*args: Any, **more: Any) -> Any:
            with prints_apart():
                return found(*args, **more)

        return apart
