"""What the checks found, by what they wanted instead: how often, and in which conversation at which turn."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from writ_dspy.report.tables import Table
from writ_dspy.task import Json

PLACES = 4
"""Places of a kind of finding that a report names; `writ show --check` finds the others."""
_VALUE = re.compile(r"(?<!\w)'[^']*'(?!\w)|\"[^\"]*\"|\{.*\}|\[[^]]*\]|\([^)]*\)|#?\w*\d[\w.,:/-]*")
_SIZE = 90


@dataclass(frozen=True, slots=True)
class Found:
    """Findings of one check that wanted the same, apart from the values."""

    check: str
    wanted: str
    """Values are an ellipsis."""
    findings: int
    conversations: int
    places: tuple[tuple[str, int], ...]
    """The first conversations, each with the turn of the finding."""

    def to_json(self) -> dict[str, Json]:
        """Plain JSON."""
        return asdict(self) | {"places": [list(place) for place in self.places]}

    @classmethod
    def from_json(cls, data: Json) -> Found:
        """The inverse of `to_json`."""
        places = tuple((str(key), int(turn)) for key, turn in data["places"])
        return cls(data["check"], data["wanted"], data["findings"], data["conversations"], places)


@dataclass(slots=True)
class _Kind:
    findings: int = 0
    conversations: int = 0
    last: str = ""
    places: list[tuple[str, int]] = field(default_factory=list)


class Findings:
    """Counts them, verdict by verdict; memory holds a few words per kind of finding."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, str], _Kind] = {}

    def verdict(self, record: Json) -> None:
        """The findings of one conversation."""
        for finding in record["findings"]:
            kind = self._kinds.setdefault((finding["check"], gist(finding["wanted"])), _Kind())
            kind.findings += 1
            kind.conversations += kind.last != record["id"]
            kind.last = record["id"]
            if len(kind.places) < PLACES:
                kind.places.append((record["id"], finding["turn"]))

    def found(self) -> tuple[Found, ...]:
        """The most frequent first."""
        kinds = (
            Found(check, wanted, kind.findings, kind.conversations, tuple(kind.places))
            for (check, wanted), kind in self._kinds.items()
        )
        return tuple(sorted(kinds, key=lambda one: (-one.conversations, -one.findings, one.check, one.wanted)))


def gist(wanted: str) -> str:
    """What was wanted, without the values of one conversation, so that like findings count together."""
    flat = " ".join(_VALUE.sub("…", wanted).split())
    return flat if len(flat) <= _SIZE else f"{flat[: _SIZE - 1]}…"


def findings(kinds: Iterable[Found]) -> Table:
    """One line for each kind."""
    table = Table("finding of", ">findings", ">conversations", "~wanted, and where it was missed")
    for one in kinds:
        where = ", ".join(f"{key} turn {turn}" for key, turn in one.places)
        more = f" and {one.findings - len(one.places):,} more" if one.findings > len(one.places) else ""
        table.add(one.check, f"{one.findings:,}", f"{one.conversations:,}", f"{one.wanted}: {where}{more}")
    return table
