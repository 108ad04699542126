"""How users made it hard: which trials they were dealt, and which of them their talks show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from writ_dspy.report.percent import percent
from writ_dspy.report.tables import Table
from writ_dspy.task import Json
from writ_dspy.trial import EVERY

WITHOUT = "none"
"""In the place of a trial: talks whose user was dealt none."""


@dataclass(frozen=True, slots=True)
class Tried:
    """Judged conversations whose user was dealt one trial; or none at all."""

    trial: str
    conversations: int
    accepted: int
    shown: int
    """Of the conversations, those that show it at all."""
    asked: int
    """Sum of the numbers that were asked for: of insisting, the rounds."""
    seen: int
    """Sum of those that were seen."""


class Trials:
    """Counts them in the pass over the verdicts of a run."""

    def __init__(self) -> None:
        self._counts: dict[str, list[int]] = {}

    def verdict(self, record: Json) -> None:
        """What was dealt and shown; a verdict of an older writ, or of a user without trials, has none."""
        for trial, asked, seen in record.get("trials") or [(WITHOUT, 0, 0)]:
            counts = self._counts.setdefault(trial, [0] * 5)
            for place, more in enumerate((1, record["accepted"], seen > 0, asked, seen)):
                counts[place] += more

    def found(self) -> tuple[Tried, ...]:
        """In the order of the trials; nothing where no user was dealt any."""
        order = (*EVERY, WITHOUT)
        known = sorted(self._counts, key=lambda name: order.index(name) if name in order else len(order))
        return tuple(Tried(name, *self._counts[name]) for name in known) if set(known) - {WITHOUT} else ()


def tried(found: Iterable[Tried]) -> Table:
    """One line for each trial."""
    table = Table("trial of the user", ">conversations", ">accepted", ">shown", ">times asked for", ">times seen")
    for one in found:
        if one.trial == WITHOUT:
            table.add(one.trial, f"{one.conversations:,}", f"{one.accepted:,}", "–", "–", "–")
        else:
            share = percent(one.shown / one.conversations)
            table.add(
                one.trial, f"{one.conversations:,}", f"{one.accepted:,}", share, f"{one.asked:,}", f"{one.seen:,}"
            )
    return table
