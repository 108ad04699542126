"""What a tool returned, and what a lens makes of it: named views of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from writ_dspy.task import Call, Json

Row: TypeAlias = Mapping[str, Json]
Views: TypeAlias = Mapping[str, tuple[Row, ...]]
Lens: TypeAlias = Callable[[Call, str], Views]
"""(the call, what the tool returned) -> named views of rows. Sees nothing else."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a tool returned, as text; `error` when it refused."""

    text: str
    error: bool = False


@dataclass(frozen=True, slots=True)
class Observation:
    """A read result together with its rows; no rows when the tool refused."""

    text: str
    error: bool
    views: Views


class Seen:
    """Everything that was read so far in one conversation, as rows."""

    def __init__(self) -> None:
        self._views: list[tuple[Call, Views]] = []

    def add(self, call: Call, views: Views) -> None:
        self._views.append((call, views))

    def rows(self, view: str) -> Iterator[Row]:
        """Rows of a view, latest observation first."""
        for _, views in reversed(self._views):
            yield from views.get(view, ())

    def every(self) -> Iterator[Row]:
        """All rows of all views, latest observation first."""
        for _, views in reversed(self._views):
            for rows in views.values():
                yield from rows

    def find(self, view: str, **keys: Json) -> Row | None:
        """The latest row of a view whose fields have these values."""
        return next((row for row in self.rows(view) if all(row.get(key) == value for key, value in keys.items())), None)
