"""How users talked: the level asked for, and the level seen; counted beside the verdicts, and judged by none of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass

from writ_dspy.report.percent import percent
from writ_dspy.report.tables import Table
from writ_dspy.simulate.manner import NOT_MEASURED
from writ_dspy.task import DIMENSIONS, Json


@dataclass(frozen=True, slots=True)
class Manner:
    """Users who were to talk in one way, and were seen to talk in one."""

    dimension: str
    asked: str
    """Empty for those without a behaviour."""
    seen: str
    """A level of the dimension, or `not measured`."""
    conversations: int
    """Of those with a verdict."""
    accepted: int
    mean: float | None
    """Of the numbers that the level rests on; None where nothing was measured."""


class Manners:
    """Counts them in the pass over a run: tasks first, then verdicts."""

    def __init__(self) -> None:
        self._asked: dict[str, dict[str, str]] = {}
        self._counts: dict[tuple[str, str, str], list[float]] = {}
        """By dimension, asked and seen: conversations, accepted ones, and the sum of their numbers."""

    def task(self, record: Json) -> None:
        """What is asked of its user."""
        levels = (record.get("behaviour") or {}).get("levels", ())
        self._asked[record["id"]] = {sys.intern(name): sys.intern(level) for name, level in levels}

    def verdict(self, record: Json) -> None:
        """What was seen beside it; one of an older writ has none."""
        for dimension, (seen, number) in record.get("manner", {}).items():
            asked = self._asked[record["task_id"]].get(dimension, "")
            counts = self._counts.setdefault((dimension, asked, seen), [0, 0, 0])
            for place, more in enumerate((1, record["accepted"], number or 0)):
                counts[place] += more

    def found(self) -> tuple[Manner, ...]:
        """In the order of the dimensions, and of their levels."""
        levels = {name: ("", *found, NOT_MEASURED) for name, found in DIMENSIONS.items()}
        order = sorted(
            self._counts,
            key=lambda key: (
                list(levels).index(key[0]), levels[key[0]].index(key[1]), levels[key[0]].index(key[2]),
            ),
        )  # fmt: skip
        return tuple(
            Manner(*key, round(talks), round(accepted), None if key[2] == NOT_MEASURED else round(total / talks, 2))
            for key in order
            for talks, accepted, total in [self._counts[key]]
        )


_CAPTION = "Nothing is rejected for how its user talked: the measures are rough, and levels that lie next to each other easily mistaken."


def manners(found: Iterable[Manner]) -> Table:
    """One line for each level asked for: what was seen with its mean number, the most frequent first."""
    table = Table("manner", "asked", ">seen as asked", "~seen, how often (mean measure)", caption=_CAPTION)
    lines: dict[tuple[str, str], list[Manner]] = {}
    for one in found:
        lines.setdefault((one.dimension, one.asked), []).append(one)
    for (dimension, asked), some in lines.items():
        met = sum(one.conversations for one in some if one.seen == asked)
        measured = sum(one.conversations for one in some if one.seen != NOT_MEASURED)
        ranked = sorted(some, key=lambda one: -one.conversations)
        texts = (f"{one.seen} {one.conversations:,}{'' if one.mean is None else f' ({one.mean:g})'}" for one in ranked)
        table.add(dimension, asked or "–", percent(met / measured) if measured and asked else "–", ", ".join(texts))
    return table
