"""What was worked out before, within bounds; threads may share it."""

from __future__ import annotations

from threading import Lock
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Remembered(dict[K, V]):
    """The latest values, at most so many."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most, self._lock = most, Lock()

    def keep(self, key: K, value: V) -> V:
        """Remember the value, and forget the one that was kept first if there are too many; returns it."""
        with self._lock:
            if len(self) >= self._most:
                del self[next(iter(self))]
            self[key] = value
        return value

    def pop(self, key: K, default: V | None = None) -> V | None:  # type: ignore[override]  # whoever takes it may find it taken
        """Take a value out; the default where there is none."""
        with self._lock:
            return super().pop(key, default)
