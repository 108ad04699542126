"""What to make: how many tasks of each domain, kind, write count and burden."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from writ_dspy.domains import NAMES
from writ_dspy.errors import ConfigError
from writ_dspy.task import KINDS, Kind

MAX_WRITES, MIN_BURDEN, MAX_BURDEN = 5, 2, 16
SHARES: dict[Kind, int] = {"write-intensive": 8, "read-heavy": 6, "normal": 3, "no-write": 3}
"""Parts of the default mix."""
DIALS: dict[tuple[str, Kind], tuple[tuple[int, int], ...]] = {
    ("tau2:retail", "write-intensive"): ((2, 3), (3, 4), (2, 4), (3, 3), (4, 4), (2, 3), (2, 5), (2, 4)),
    ("tau2:retail", "read-heavy"): ((1, 4), (1, 5), (1, 6), (1, 7), (1, 8)),
    ("tau2:retail", "normal"): ((1, 2), (1, 3)),
    ("tau2:retail", "no-write"): ((0, 3), (0, 3), (0, 4)),
    ("tau2:airline", "write-intensive"): (
        (2, 3),
        (3, 4),
        (2, 5),
        (4, 5),
        (5, 6),
        (3, 6),
        (2, 8),
        (3, 8),
        (2, 10),
        (4, 7),
    ),
    ("tau2:airline", "read-heavy"): tuple((1, burden) for burden in (4, 6, 8, 10, 12, 14, 16, 5, 7, 9, 11, 13, 15)),
    ("tau2:airline", "normal"): ((1, 2), (1, 3)),
    ("tau2:airline", "no-write"): ((0, 2), (0, 3), (0, 4), (0, 6), (0, 8)),
}
"""(writes, burden) of the default mix, in the order in which a small number of tasks is dealt out."""


class Cell(BaseModel):
    """How many tasks of one kind to make, at one point of the dials."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    domain: str
    kind: Kind
    writes: Annotated[int, Field(ge=0, le=MAX_WRITES)]
    """Gold writes of each task."""
    burden: Annotated[int, Field(ge=MIN_BURDEN, le=MAX_BURDEN)]
    """Reads in the largest evidence set of each task."""
    count: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def possible(self) -> Cell:
        """Refuse dials that contradict the kind."""
        if self.domain not in NAMES:
            raise ValueError(f"no domain {self.domain!r}; there are {', '.join(NAMES)}")
        low, high = {"write-intensive": (2, MAX_WRITES), "read-heavy": (1, 1), "normal": (1, 1), "no-write": (0, 0)}[
            self.kind
        ]
        if not low <= self.writes <= high:
            raise ValueError(f"a {self.kind} task has {low} to {high} writes, not {self.writes}")
        if self.kind == "read-heavy" and self.burden < 4:
            raise ValueError(f"a read-heavy task has a burden of 4 or more, not {self.burden}")
        if self.kind == "normal" and self.burden > 3:
            raise ValueError(f"a normal task has a burden of 2 or 3, not {self.burden}")
        return self

    def __str__(self) -> str:
        return f"{self.domain} {self.kind} writes={self.writes} burden={self.burden}"


class Mix(BaseModel):
    """The cells to fill; each is met exactly, or reported as dry."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    cells: tuple[Cell, ...]

    @model_validator(mode="after")
    def merged(self) -> Mix:
        """Add up cells at the same point, so that each point is one cell."""
        counts: dict[tuple[str, Kind, int, int], int] = {}
        for cell in self.cells:
            point = (cell.domain, cell.kind, cell.writes, cell.burden)
            counts[point] = counts.get(point, 0) + cell.count
        if len(counts) < len(self.cells):
            cells = tuple(
                Cell(domain=domain, kind=kind, writes=writes, burden=burden, count=count)
                for (domain, kind, writes, burden), count in counts.items()
            )
            object.__setattr__(self, "cells", cells)
        return self

    @property
    def count(self) -> int:
        """Tasks in all."""
        return sum(cell.count for cell in self.cells)


def default_mix(domains: Sequence[str], n: int) -> Mix:
    """A mix of `n` tasks over these domains: 40 % write-intensive, 30 % read-heavy, 15 % each normal and no-write.

    Raises:
        ConfigError: No domain, an unknown one, or n < 1.
    """
    if n < 1:
        raise ConfigError(f"-n {n}: nothing to make. Ask for 1 task or more.")
    unknown = [name for name in domains if name not in NAMES]
    if unknown or not domains:
        raise ConfigError(f"no domain {', '.join(unknown) or '(none given)'}; there are {', '.join(NAMES)}.")
    counts: dict[tuple[str, Kind, int, int], int] = {}
    order: list[Kind] = _spread(SHARES)
    turns: dict[tuple[str, Kind], int] = {}
    names = list(dict.fromkeys(domains))
    for index in range(n):
        domain, kind = names[index % len(names)], order[(index // len(names)) % len(order)]
        turn = turns.get((domain, kind), 0)
        turns[domain, kind] = turn + 1
        writes, burden = DIALS[domain, kind][turn % len(DIALS[domain, kind])]
        counts[domain, kind, writes, burden] = counts.get((domain, kind, writes, burden), 0) + 1
    return Mix(
        cells=tuple(
            Cell(domain=domain, kind=kind, writes=writes, burden=burden, count=count)
            for (domain, kind, writes, burden), count in sorted(counts.items())
        )
    )


def read_mix(path: Path) -> Mix:
    """A mix from a YAML file: `cells:` with a list of `{domain, kind, writes, burden, count}`.

    Raises:
        ConfigError: The file is missing, is no YAML, or asks for what cannot be; names the place and the value.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}. Give the path of a mix file to --mix.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        why = str(error).splitlines()[0]
        if mark is not None:
            why = f"line {mark.line + 1}, column {mark.column + 1}: {getattr(error, 'problem', None) or why}"
        raise ConfigError(f"{path} is no YAML: {why}. `writ domains --mix` prints one that works.") from error
    if not isinstance(data, dict) or not data.get("cells"):
        raise ConfigError(
            f"{path} has no cells. Write `cells:` and one `- {{domain: …, kind: …, writes: …, burden: …, count: …}}` each."
        )
    try:
        return Mix.model_validate({**data, "cells": tuple(data["cells"])} if isinstance(data["cells"], list) else data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        raise ConfigError(
            f"{path}: {where} = {_brief(first['input'])}: {message}. Kinds are {', '.join(KINDS)}."
        ) from error


def to_yaml(mix: Mix) -> str:
    """The mix as a file that `read_mix` reads."""
    lines = [
        f"  - {{domain: '{c.domain}', kind: {c.kind}, writes: {c.writes}, burden: {c.burden}, count: {c.count}}}"
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


def _brief(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
