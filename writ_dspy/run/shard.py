"""A run in pieces: each shard makes its own stretch of the tasks, and all of them together make the whole run.

The tasks of a mix stand in one row, cell by cell. A shard takes a stretch of that row, cut by what tasks cost, so of each
cell a range of places. A task depends on those before it in its cell alone, so a shard drafts a cell up to where its own
range ends, and nothing of the cells that it has no part in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from writ_dspy.errors import ConfigError, brief
from writ_dspy.propose.mix import Cell

_FORM = re.compile(r"([0-9]{1,8})/([0-9]{1,8})")


@dataclass(frozen=True, slots=True)
class Shard:
    """One of so many."""

    number: int
    """From 1."""
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    @classmethod
    def parse(cls, text: object) -> Shard:
        """A shard as `3/16`.

        Raises:
            ConfigError: It has another form, or there is no such shard.
        """
        found = _FORM.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            raise ConfigError(f"--shard {brief(text)}: write its number and how many there are, such as 3/16.")
        number, of = map(int, found.groups())
        if not 1 <= number <= of:
            base = " In a job array that counts from 0, add one." if number == 0 and of else ""
            remedy = (
                f"shards of {of:,} go from 1/{of} to {of}/{of}: give one of those.{base}"
                if of
                else "a run has one shard or more: give so many behind the slash."
            )
            raise ConfigError(f"--shard {text}: {remedy}")
        return cls(number, of)

    def shares(self, cells: Sequence[Cell]) -> list[range]:
        """The places of each cell that are of this shard; those of all shards are each place once, in order."""
        total = sum(cell.count * _cost(cell) for cell in cells)
        found, before = [], 0
        for cell in cells:
            first, end = (self._place(number, total, before, cell) for number in (self.number - 1, self.number))
            found.append(range(first, end))
            before += cell.count * _cost(cell)
        return found

    def _place(self, number: int, total: int, before: int, cell: Cell) -> int:
        """The first place of a cell that is behind so many shards; `before` is what the cells ahead of it cost."""
        cut = number * total - before * self.of
        return min(cell.count, max(0, -(-cut // (_cost(cell) * self.of))))


def _cost(cell: Cell) -> int:
    """About what one task of a cell costs to find and to play, beside those of other cells."""
    return cell.burden + 2 * cell.writes
