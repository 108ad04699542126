"""What to make: how many tasks of each domain, kind, write count and burden."""

from __future__ import annotations

import difflib
import itertools
import os
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from writ_dspy.domains import NAMES, all_names, exists, full, known, load
from writ_dspy.errors import ConfigError, brief, ended, whole
from writ_dspy.shown import counted
from writ_dspy.store.documents import Given, put_right, read_yaml
from writ_dspy.store.places import path_of
from writ_dspy.task import KINDS, Kind, Task

MAX_WRITES, MIN_BURDEN, MAX_BURDEN, MAX_DENIED = 5, 2, 16, 2
MOST_READ_TO_DENY = 6
"""Reads of a denied request: the record, and the status of each of its parts."""
MOST_TASKS = 10_000_000
"""Of one mix: days of work for a cluster. Whatever asks for more is a slip of the finger, and refused at once."""
Source: TypeAlias = Literal["code", "model"]
"""Who thinks tasks up: recipes, or the composer's model."""
_ORDERED = 4
"""Domains of which every order is tried, to recognize a default mix."""
SHARES: dict[Kind, int] = {"write-intensive": 8, "read-heavy": 6, "normal": 3, "no-write": 3}
"""Parts of the default mix."""
DIALS: dict[tuple[str, Kind], tuple[tuple[int, int, int], ...]] = {
    ("tau2:retail", "write-intensive"): (
        (2, 3, 0), (3, 4, 1), (2, 4, 0), (3, 3, 0), (4, 4, 0), (2, 3, 1), (2, 5, 0), (2, 6, 0), (3, 5, 0), (2, 4, 0),
    ),
    ("tau2:retail", "read-heavy"): ((1, 4, 0), (1, 5, 0), (1, 6, 0), (1, 7, 0), (1, 8, 0), (1, 4, 1)),
    ("tau2:retail", "normal"): ((1, 2, 0), (1, 3, 1), (1, 3, 0)),
    ("tau2:retail", "no-write"): ((0, 3, 0), (0, 3, 1), (0, 4, 0), (0, 3, 1)),
    ("tau2:airline", "write-intensive"): (
        (2, 3, 1), (3, 4, 0), (2, 5, 0), (4, 5, 0), (5, 6, 0), (3, 6, 1), (2, 8, 0), (3, 8, 1), (2, 10, 0), (2, 4, 2), (4, 7, 0),
        (2, 5, 1),
    ),
    ("tau2:airline", "read-heavy"): (
        (1, 4, 0), (1, 6, 1), (1, 8, 0), (1, 10, 0), (1, 12, 1), (1, 14, 0), (1, 16, 0), (1, 5, 1), (1, 7, 0), (1, 9, 0), (1, 11, 0),
        (1, 13, 1), (1, 15, 0),
    ),
    ("tau2:airline", "normal"): ((1, 2, 0), (1, 3, 1), (1, 3, 0), (1, 2, 1)),
    ("tau2:airline", "no-write"): (
        (0, 2, 1), (0, 3, 0), (0, 4, 1), (0, 6, 0), (0, 3, 1), (0, 8, 0), (0, 2, 2), (0, 2, 1), (0, 3, 0),
    ),
}  # fmt: skip
"""(writes, burden, denied) of the default mix, in the order in which a small number of tasks is dealt out."""


OTHERS: dict[Kind, tuple[tuple[int, int, int], ...]] = {
    "write-intensive": ((2, 3, 0), (2, 4, 0), (3, 4, 0), (2, 3, 1), (2, 5, 0), (3, 3, 0), (2, 4, 1), (2, 6, 0)),
    "read-heavy": ((1, 4, 0), (1, 5, 0), (1, 6, 0), (1, 4, 1), (1, 7, 0), (1, 8, 0), (1, 5, 1)),
    "normal": ((1, 3, 0), (1, 3, 1), (1, 2, 0)),
    "no-write": ((0, 3, 1), (0, 3, 0), (0, 4, 0), (0, 2, 1), (0, 5, 0)),
}
"""Those of a domain that declares none; what it cannot fill is reported as dry."""


def dials_of(domain: str, kind: Kind) -> tuple[tuple[int, int, int], ...]:
    """(writes, burden, denied) of a domain's default mix."""
    return DIALS.get((domain, kind)) or load(domain).dials.get(kind) or OTHERS[kind]


Point: TypeAlias = tuple[str, Kind, int, int, int]
"""Domain, kind, writes, burden and denied requests of a task."""


def point_of(task: Task) -> Point:
    """Where a task stands on the dials."""
    return (task.domain, task.kind, task.axes.writes, task.axes.burden, task.axes.denied)


def named(point: Point) -> str:
    """A point of the dials in words; no denied request goes without saying."""
    domain, kind, writes, burden, denied = point
    return f"{domain} {kind} writes={writes} burden={burden}{f' denied={denied}' if denied else ''}"


class Cell(BaseModel):
    """How many tasks of one kind to make, at one point of the dials."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    domain: Annotated[str, BeforeValidator(known)]
    kind: Kind
    writes: Annotated[int, Field(ge=0, le=MAX_WRITES)]
    """Gold writes of each task."""
    burden: Annotated[int, Field(ge=MIN_BURDEN, le=MAX_BURDEN)]
    """Reads in the largest evidence set of each task."""
    count: Annotated[int, Field(ge=1, le=MOST_TASKS)]
    denied: Annotated[int, Field(ge=0, le=MAX_DENIED)] = 0
    """Requests of each task that have to be refused, beside its writes: policy forbids them, or there is no such thing."""
    source: Source = "code"
    """Who thinks its tasks up; what a model is asked for, no recipe fills in."""

    @model_validator(mode="after")
    def possible(self) -> Cell:
        """Refuse dials that contradict the kind."""
        if not exists(self.domain):
            raise ValueError(f"no domain {brief(self.domain)}; there are {', '.join(all_names())}")
        low, high = {"write-intensive": (2, MAX_WRITES), "read-heavy": (1, 1), "normal": (1, 1), "no-write": (0, 0)}[
            self.kind
        ]
        if not low <= self.writes <= high:
            raise ValueError(
                f"a {self.kind} task has {counted(high, 'write') if low == high else f'{low} to {high} writes'}, not {self.writes}"
            )
        if self.kind == "no-write" and self.denied and self.burden > MOST_READ_TO_DENY:
            raise ValueError(
                f"a denied request rests on {MOST_READ_TO_DENY} reads at most, so a no-write task with one has no burden of {self.burden}"
            )
        if self.kind == "read-heavy" and self.burden < 4:
            raise ValueError(f"a read-heavy task has a burden of 4 or more, not {self.burden}")
        if self.kind == "normal" and self.burden > 3:
            raise ValueError(f"a normal task has a burden of 2 or 3, not {self.burden}")
        return self

    @property
    def point(self) -> Point:
        """Where it stands on the dials."""
        return (self.domain, self.kind, self.writes, self.burden, self.denied)

    def __str__(self) -> str:
        return f"{named(self.point)}{' composed' if self.source == 'model' else ''}"


class Mix(BaseModel):
    """The cells to fill; each is met exactly, or reported as dry."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    cells: Annotated[
        tuple[Cell, ...], BeforeValidator(lambda cells: tuple(cells) if isinstance(cells, list) else cells)
    ]

    @model_validator(mode="after")
    def merged(self) -> Mix:
        """Add up cells at the same point, so that each point is one cell of each source."""
        if self.count > MOST_TASKS:
            raise ValueError(f"{self.count:,} tasks in all, and {MOST_TASKS:,} are the most; ask for fewer")
        counts: dict[Cell, int] = {}
        for cell in self.cells:
            alike = cell.model_copy(update={"count": 1})
            counts[alike] = counts.get(alike, 0) + cell.count
        if len(counts) < len(self.cells):
            cells = tuple(alike.model_copy(update={"count": count}) for alike, count in counts.items())
            object.__setattr__(self, "cells", cells)
        return self

    @property
    def count(self) -> int:
        """Tasks in all."""
        return sum(cell.count for cell in self.cells)


def _cell(point: Point, count: int) -> Cell:
    domain, kind, writes, burden, denied = point
    return Cell(domain=domain, kind=kind, writes=writes, burden=burden, denied=denied, count=count)


def default_mix(domains: str | Iterable[str], n: int) -> Mix:
    """A mix of `n` tasks over these domains: 40 % write-intensive, 30 % read-heavy, 15 % each normal and no-write.

    Raises:
        ConfigError: No domain, an unknown one, n < 1, or more than `MOST_TASKS`.
    """
    whole("n", n)
    if not isinstance(domains, Iterable):
        raise ConfigError(f"domains = {brief(domains)}: give names, such as ['tau2:retail'].")
    if n < 1:
        raise ConfigError(f"-n {brief(n)}: nothing to make. Ask for 1 task or more.")
    if n > MOST_TASKS:
        raise ConfigError(f"-n {brief(n)}: {MOST_TASKS:,} tasks are the most for one run. Ask for fewer.")
    given = [full(name) for name in ([domains] if isinstance(domains, str) else domains)]
    unknown = [brief(name).strip("'") for name in given if not exists(name)]
    names = list(dict.fromkeys(given)) if not unknown else []
    if unknown or not names:
        which = ", ".join(unknown[:3]) or "(none given)"
        short = {name.partition(":")[2]: name for name in NAMES}  # the part before the colon is alike in all of them
        close = difflib.get_close_matches(unknown[0].rpartition(":")[2], short, 1) if unknown else []
        meant = short[close[0]] if close else None
        remedy = f"Did you mean {meant}?" if meant else "Choose from them."
        raise ConfigError(f"no domain {which}; there are {', '.join(all_names())}. {remedy}")
    order = _spread(SHARES)
    counts: dict[Point, int] = {}
    for index, domain in enumerate(names):
        share = len(range(index, n, len(names)))  # every so manieth task is of this domain
        for kind in SHARES:
            tasks = sum(len(range(place, share, len(order))) for place, one in enumerate(order) if one == kind)
            dials = dials_of(domain, kind)
            for turn, dial in enumerate(dials[:tasks]):
                point = (domain, kind, *dial)
                counts[point] = counts.get(point, 0) + len(range(turn, tasks, len(dials)))
    return Mix(cells=tuple(_cell(point, count) for point, count in sorted(counts.items())))


def composes(mix: Mix, share: object) -> bool:
    """Whether a model is to compose any task of the mix.

    Raises:
        ConfigError: The share is none.
    """
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
        raise ConfigError(f"compose = {brief(share)}: give the share of tasks to be composed, from 0 to 1.")
    return any(composed_of(mix, share))


def composed_of(mix: Mix, share: float) -> list[int]:
    """Of each cell, how many tasks a model is to compose: all, or a share that comes out right over cells as small as one."""
    counts: list[int] = []
    before = after = 0
    for cell in mix.cells:
        if cell.source == "model":
            counts.append(cell.count)
            continue
        before, after = after, after + cell.count
        counts.append(round(share * after) - round(share * before))
    return counts


def usual(mix: Mix) -> tuple[str, ...] | None:
    """The domains of which this is the default mix, in the order in which they are dealt; None for any other mix."""
    names = sorted({cell.domain for cell in mix.cells})
    if not 0 < mix.count <= MOST_TASKS:
        return None
    orders = [*itertools.permutations(names)] if len(names) <= _ORDERED else [tuple(names)]
    orders.sort(key=lambda order: order != NAMES)  # where the order makes no difference, that of a call that names none
    return next((order for order in orders if default_mix(order, mix.count) == mix), None)


def read_mix(path: str | os.PathLike[str], option: str = "") -> Mix:
    """A mix from a YAML file: `cells:` with a list of `{domain, kind, writes, burden, count}`, and `denied` and `source` where they are wanted.

    Args:
        path: Of the file.
        option: Of the command line, which an error then names.

    Raises:
        ConfigError: The file is missing, is no YAML, or asks for what cannot be; names the place and the value.
    """
    given = Given(path_of(path, "path"), "a mix file", "`writ domains --mix` prints one that works", option)
    data = read_yaml(given)
    if not isinstance(data, dict) or not data.get("cells"):
        raise given.wrong("it has no cells", f"{_FORM}; {given.works}")
    try:
        return Mix.model_validate(data)
    except ValidationError as error:
        raise given.mend(f"{_flaw(error)}{_kinds(error)}") from error


def mix_of(given: object) -> Mix:
    """A mix, however it is given: as one, as its cells, as a mapping, or as the path of its file.

    Raises:
        ConfigError: It is none of these, or asks for what cannot be.
    """
    if isinstance(given, Mix):
        return given
    if isinstance(given, str | os.PathLike):
        return read_mix(given)
    if not isinstance(given, Mapping | list | tuple):
        raise ConfigError(f"mix = {brief(given)}: give a Mix, a list of cells, or the path of a mix file.")
    data: Any = dict(given) if isinstance(given, Mapping) else {"cells": given}
    if not data.get("cells"):
        raise ConfigError(f"mix = {brief(given)}: it has no cells. {_FORM}.")
    try:
        return Mix.model_validate(data)
    except ValidationError as error:
        raise ConfigError(f"mix: {ended(f'{_flaw(error)}{_kinds(error)}')} {_FORM}.") from error


_FORM = "Write `cells:` and one `- {domain: …, kind: …, writes: …, burden: …, count: …}` each"


def _kinds(error: ValidationError) -> str:
    """The kinds that there are, where the error is about one."""
    return f". Kinds are {', '.join(KINDS)}" if any("kind" in flaw["loc"] for flaw in error.errors()) else ""


def _flaw(error: ValidationError) -> str:
    """The first thing that is wrong, with its place and value."""
    flaws = error.errors()
    first = next((flaw for flaw in flaws if flaw["type"] == "extra_forbidden"), flaws[0])
    if first["type"] == "extra_forbidden":  # before what is missing, which it may have been meant for
        *place, key = first["loc"]
        known = [*Cell.model_fields] if place else [*Mix.model_fields]
        close = difflib.get_close_matches(str(key), known, 1, 0.7)
        meant = f"did you mean {close[0]}?" if close else f"the keys are {', '.join(known)}"
        return f"{''.join(f'{part}.' for part in place).rstrip('.')}{': ' if place else ''}there is no key {brief(key)}; {meant}"
    where = ".".join(brief(part).strip("'") for part in first["loc"]) or "cells"
    shown = (
        ""
        if first["type"] == "missing" or (where == "cells" and isinstance(first["input"], dict))
        else f" = {brief(first['input'])}"
    )
    return f"{where}{shown}: {put_right(first)}"


def to_yaml(mix: Mix) -> str:
    """The mix as a file that `read_mix` reads."""
    lines = [
        f"  - {{domain: '{c.domain}', kind: {c.kind}, writes: {c.writes}, burden: {c.burden}, "
        f"{f'denied: {c.denied}, ' if c.denied else ''}count: {c.count}{', source: model' if c.source == 'model' else ''}}}"
        for c in mix.cells
    ]
    return "\n".join(["cells:", *lines, ""])


def _spread(shares: dict[Kind, int]) -> list[Kind]:
    """The kinds in an order that keeps their shares at every length, as near as whole numbers can."""
    total, given = sum(shares.values()), dict.fromkeys(shares, 0)
    order: list[Kind] = []
    for index in range(1, total + 1):
        kind = max(shares, key=lambda name: shares[name] * index / total - given[name])
        given[kind] += 1
        order.append(kind)
    return order
