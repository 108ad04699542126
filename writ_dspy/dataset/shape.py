"""Which accepted conversations a dataset holds: of tasks in a band, no longer than a limit, no two alike, so many of each cell.

In that order: a conversation whose task is too easy or too hard for a student is dropped first, then one that is too long,
then whatever is nearly the same as one kept, then what a quota does not ask for. Every one that is left out has a reason. All of it is a function of the conversations
and of the shape.
"""

from __future__ import annotations

import hashlib
import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from writ_dspy.dataset.calibrated import Band, Tries, band_of
from writ_dspy.dataset.sketch import Sketch, duplicates
from writ_dspy.dataset.splits import Split, split
from writ_dspy.dataset.tokens import settled
from writ_dspy.errors import ConfigError
from writ_dspy.propose.mix import Cell, Mix, Point, named, read_mix
from writ_dspy.shown import counted
from writ_dspy.simulate.manner import DIMENSIONS as MANNERS
from writ_dspy.task import DIMENSIONS, KINDS, Json, Kind

ALIKE = 0.8
"""Similarity from which two conversations count as nearly the same, unless another is given."""

QUOTA = "--quota FILE"
"""Stands for a quota by cells: only the user has its file."""
NO_REASONING, BRIEF = "none", "brief"
"""Whether messages hold the comparison that they rest on."""
ESTIMATED = "estimated"
"""Stands in a manifest where a tokenizer would."""


class Candidate(NamedTuple):
    """An accepted conversation."""

    id: str
    task_id: str
    point: Point
    seen: tuple[str, ...] = ()
    """Of each dimension of manner, as `tone: blunt`, the level that was seen."""
    tries: Tries | None = None
    """What became of a student's tries at its task, where there is a calibration of it."""


class Measured(NamedTuple):
    """What has to be read off a conversation itself."""

    tokens: int | None
    sketch: Sketch | None


class Shaped(NamedTuple):
    """What became of the candidates."""

    kept: frozenset[str]
    dropped: dict[str, str]
    """By id, in order: the reason, a colon, and its particulars."""
    lacking: dict[str, int]
    """By cell or kind of the quota: how many conversations there are too few."""

    @property
    def reasons(self) -> dict[str, int]:
        """How many were dropped for each reason."""
        return dict(sorted(Counter(reason.partition(":")[0] for reason in self.dropped.values()).items()))


@dataclass(frozen=True)
class Shape:
    """What is asked of a dataset; by itself, everything that was accepted."""

    cells: Mix | None = None
    """Exactly so many conversations of each cell, and of no other."""
    per_kind: tuple[tuple[Kind, int], ...] = ()
    """Exactly so many of each of these kinds, spread evenly over domains, writes and burdens; all of the others."""
    seen: tuple[tuple[str, str, int], ...] = ()
    """Of each of these, a dimension and a level that was seen in it, exactly so many; all of the other levels."""
    max_tokens: int | None = None
    tokenizer: str | None = None
    """What counts them, as `tokens.counter` takes it; None estimates."""
    dedup: float | None = None
    """Similarity from which two conversations count as nearly the same."""
    test_share: float = 0.1
    """Share of the users whose tasks are the test split."""
    seed: int = 0
    """Decides which of several are kept, and which users are in the test split."""
    band: Band | None = None
    """Pass rates of a student: only tasks with one that lies in it."""
    calibration: str | None = None
    """Where they are read: a calibration of the run, by its name or its folder."""
    reasoning: bool = False
    """Whether a message that rests on a comparison holds it as its `reasoning_content`."""
    opening: bool = False
    """Whether τ²'s opening line of the assistant stands before the user's first message."""

    @property
    def quotas(self) -> dict[str, int]:
        """How many of each cell, kind or level that was seen are asked for."""
        if self.cells is not None:
            groups = {str(cell): cell.count for cell in self.cells.cells}
        else:
            groups = {str(kind): count for kind, count in self.per_kind}
        return groups | {f"{name}: {level}": number for name, level, number in self.seen}

    @classmethod
    def of(
        cls,
        quota: Path | None = None,
        per_kind: Sequence[str] = (),
        max_tokens: int | None = None,
        tokenizer: str | None = None,
        dedup: float | None = None,
        test_share: float = 0.1,
        seed: int = 0,
        seen: Sequence[str] = (),
    ) -> Shape:
        """As the command line has it.

        Raises:
            ConfigError: A value that cannot be, or two that exclude each other.
        """
        if quota is not None and per_kind:
            raise ConfigError(
                f"--quota {quota} says how many of each cell: leave out --per-kind {' --per-kind '.join(per_kind)}."
            )
        if max_tokens is not None and max_tokens < 1:
            raise ConfigError(f"--max-tokens {max_tokens}: no conversation is that short. Ask for some thousands.")
        if tokenizer is not None and max_tokens is None:
            raise ConfigError(f"--tokenizer {tokenizer} counts what --max-tokens limits: add --max-tokens N.")
        if dedup is not None and not 0 < dedup <= 1:
            raise ConfigError(f"--dedup {dedup}: a similarity is above 0, and 1 at most. Give one such as {ALIKE}.")
        if not 0 <= test_share <= 1:
            raise ConfigError(f"--test-share {test_share}: a share is between 0 and 1. Give one such as 0.1.")
        kinds = _kinds(per_kind)
        cells = read_mix(quota, "--quota") if quota is not None else None
        if tokenizer is not None:
            tokenizer = settled(tokenizer)
        return cls(cells, kinds, _levels(seen), max_tokens, tokenizer, dedup, test_share, seed)

    def within(self, band: str | None, calibration: str | None) -> Shape:
        """The same of those tasks alone that a student passed so often; without both, as it is.

        Raises:
            ConfigError: The band is none, or one of them is missing.
        """
        if band is None and calibration is None:
            return self
        if band is None or calibration is None:
            raise ConfigError(
                f"--calibration {calibration} says whose pass rates --band is about: add --band LOW:HIGH, such as 0.2:0.8."
            )
        return replace(self, band=band_of(band), calibration=calibration)

    def told(self, reasoning: str, *, opening: bool) -> Shape:
        """The same with this in its messages.

        Raises:
            ConfigError: There is no such reasoning.
        """
        if reasoning not in (NO_REASONING, BRIEF):
            raise ConfigError(f"--reasoning {reasoning}: there is {NO_REASONING} or {BRIEF}. Choose one.")
        return replace(self, reasoning=reasoning == BRIEF, opening=opening)

    @classmethod
    def from_json(cls, found: Mapping[str, Json]) -> Shape:
        """What `to_json` came from.

        Raises:
            ValueError: It came from something else.
        """
        tokenizer = found["tokens_counted_with"]
        cells, kinds = found["cells"], found["per_kind"] or {}
        if not set(kinds) <= set(KINDS):
            raise ValueError(f"no kind {', '.join(sorted(set(kinds) - set(KINDS)))}")
        seen = [
            (name, level, number) for name, some in (found.get("seen") or {}).items() for level, number in some.items()
        ]
        if any(level not in DIMENSIONS.get(name, ()) for name, level, _ in seen):
            raise ValueError("no such level of a dimension")
        return cls(
            seen=tuple(seen),
            cells=Mix(cells=tuple(map(Cell.model_validate, cells))) if cells is not None else None,
            per_kind=tuple((kind, kinds[kind]) for kind in KINDS if kind in kinds),
            max_tokens=found["max_tokens"],
            tokenizer=None if tokenizer in (None, ESTIMATED) else tokenizer,
            dedup=found["dedup"],
            test_share=found["test_share"],
            seed=found["seed"],
            band=Band(*map(float, found["band"])) if found.get("band") else None,
            calibration=found.get("calibration"),
            reasoning=bool(found.get("reasoning")),  # fields that came later
            opening=bool(found.get("opening")),
        )

    def options(self) -> str:
        """As the command line has it; empty for everything. Only the user has the file of a quota by cells."""
        plain = Shape()
        words = [QUOTA] if self.cells is not None else []
        words += [f"--per-kind {kind}={count}" for kind, count in self.per_kind]
        words += [f"--seen {shlex.quote(f'{name}={level}={number}')}" for name, level, number in self.seen]
        for name in ("max_tokens", "tokenizer", "dedup", "test_share", "seed", "band", "calibration"):
            if (value := getattr(self, name)) != getattr(plain, name):
                words.append(f"--{name.replace('_', '-')} {shlex.quote(str(value))}")
        words += [f"--reasoning {BRIEF}"] if self.reasoning else []
        words += ["--opening"] if self.opening else []
        return " ".join(words)

    @property
    def measures(self) -> bool:
        """Whether the conversations themselves have to be looked at."""
        return self.max_tokens is not None or self.dedup is not None

    def side(self, key: str) -> Split:
        """The split of everything with this `splits.split_key`."""
        return split(f"{self.seed}/{key}" if self.seed else key, self.test_share)

    def to_json(self) -> dict[str, Json]:
        """As the manifest of a dataset has it."""
        cells = [cell.model_dump(mode="json") for cell in self.cells.cells] if self.cells else None
        counted = (self.tokenizer or ESTIMATED) if self.max_tokens is not None else None
        return {
            "cells": cells,
            "per_kind": dict(self.per_kind) or None,
            "seen": {
                name: {level: number for other, level, number in self.seen if other == name} for name, _, _ in self.seen
            }
            or None,
            "max_tokens": self.max_tokens,
            "tokens_counted_with": counted,
            "dedup": self.dedup,
            "test_share": self.test_share,
            "seed": self.seed,
            "band": list(self.band) if self.band else None,
            "calibration": self.calibration,
            "reasoning": self.reasoning,
            "opening": self.opening,
        }


def shaped(shape: Shape, candidates: Iterable[Candidate], measured: Callable[[str], Measured]) -> Shaped:
    """Choose; what is kept does not depend on the order of the candidates.

    First tries at a task go before second ones, and among them chance decides, by the seed.

    Args:
        shape: What is asked for.
        candidates: Every accepted conversation.
        measured: Of each; only asked where the shape `measures`.
    """
    order = sorted(candidates, key=lambda one: _rank(one, shape.seed))
    dropped: dict[str, str] = {}
    if shape.band is not None:
        dropped |= {one.id: why for one in order if (why := shape.band.lacks(one.tries)) is not None}
    if shape.max_tokens is not None:
        for one in (one for one in order if one.id not in dropped):
            tokens = measured(one.id).tokens or 0
            if tokens > shape.max_tokens:
                dropped[one.id] = f"too long: {counted(tokens, 'token')}, and {shape.max_tokens:,} are allowed"
    if shape.dedup is not None:
        left = ((one.id, measured(one.id).sketch or ()) for one in order if one.id not in dropped)
        for key, (other, like) in duplicates(left, shape.dedup).items():
            dropped[key] = f"near-duplicate: {like:.2f} like {other}"
    surplus, lacking = _by_quota(shape, [one for one in order if one.id not in dropped])
    dropped |= surplus
    kept = frozenset(one.id for one in order if one.id not in dropped)
    return Shaped(kept, dict(sorted(dropped.items())), lacking)


def _by_quota(shape: Shape, order: Sequence[Candidate]) -> tuple[dict[str, str], dict[str, int]]:
    """What is too much, with the reason, and how many there are too few of."""
    rest: list[Candidate] = []
    wanted, left = shape.quotas, shape.quotas
    if shape.cells is not None:
        cells = {cell.point: cell for cell in shape.cells.cells}
        groups = {one.id: str(cells[one.point]) if one.point in cells else None for one in order}
    else:
        rest = [one for one in order if one.point[1] not in left]
        order = _evenly([one for one in order if one.point[1] in left])
        groups = {one.id: one.point[1] for one in order}
    dropped = {}
    for one in (*order, *rest):
        group = groups.get(one.id, "")
        if group is None:
            dropped[one.id] = f"outside the quota: no cell {named(one.point)}"
            continue
        counts = [name for name in (group, *one.seen) if name in left]
        full = next((name for name in counts if not left[name]), None)
        if full is not None:
            dropped[one.id] = f"over the quota: {wanted[full]} of {full}"
            continue
        for name in counts:
            left[name] -= 1
    return dropped, {group: count for group, count in left.items() if count}


def _evenly(order: Sequence[Candidate]) -> list[Candidate]:
    """One of each cell in turn, until all are dealt: any start of this is spread as evenly as can be."""
    rounds: Counter[Point] = Counter()
    turns = []
    for index, one in enumerate(order):
        rounds[one.point] += 1
        turns.append((rounds[one.point], index, one))
    return [one for _, _, one in sorted(turns)]


def _rank(one: Candidate, seed: int) -> tuple[int, bytes]:
    attempt = one.id.rpartition(".")[2]
    return int(attempt) if attempt.isdigit() else 0, hashlib.sha256(f"{seed}/{one.id}".encode()).digest()


def _kinds(items: Sequence[str]) -> tuple[tuple[Kind, int], ...]:
    """`100` for every kind, `read-heavy=50` for one, which goes before what is said of every kind."""
    every: dict[Kind, int] = {}
    single: dict[Kind, int] = {}
    for item in items:
        name, found, number = item.rpartition("=")
        kinds = [kind for kind in KINDS if not found or kind == name.strip()]
        if not kinds or not re.fullmatch(r"\s*[0-9]{1,12}\s*", number):
            raise ConfigError(
                f"--per-kind {item}: write a number for every kind, or KIND=NUMBER with one of {', '.join(KINDS)}."
            )
        counts = single if found else every
        if kinds[0] in counts:
            whom = kinds[0] if found else "every kind"
            raise ConfigError(f"--per-kind {item}: it is said twice how many of {whom}. Say it once.")
        counts |= dict.fromkeys(kinds, int(number))
    counts = every | single
    return tuple((kind, counts[kind]) for kind in KINDS if kind in counts)


def _levels(items: Sequence[str]) -> tuple[tuple[str, str, int], ...]:
    """`tone=blunt=50`: so many in which a dimension was seen at a level."""
    found: dict[tuple[str, str], int] = {}
    for item in items:
        name, level, number = (part.strip() for part in (*item.split("="), "", "", "")[:3])
        if name not in MANNERS:
            raise ConfigError(
                f"--seen {item}: no dimension {name!r} is measured; there are {', '.join(MANNERS)}. Choose one."
            )
        levels = DIMENSIONS[name]
        if level not in levels or not re.fullmatch(r"[0-9]{1,12}", number) or item.count("=") != 2:
            raise ConfigError(
                f"--seen {item}: write {name}=LEVEL=NUMBER, as {name}={levels[0]}=50, with one of {', '.join(levels)}."
            )
        if (name, level) in found:
            raise ConfigError(f"--seen {item}: it is said twice how many of {name} {level}. Say it once.")
        found[name, level] = int(number)
    return tuple((*key, number) for key, number in found.items())
