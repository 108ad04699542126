"""All kinds of all families, and those that a call asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.mutations.kinds import Kind
from benchmarks.mutations.natural import FAMILIES as RIGHT
from benchmarks.mutations.wrong import FAMILIES as WRONG


def every() -> list[Kind]:
    """All kinds of all families."""
    found = [kind for family in (*WRONG, *RIGHT) for kind in family.kinds]
    twice = sorted({kind.name for kind in found if sum(other.name == kind.name for other in found) > 1})
    if twice:
        raise ValueError(f"kinds declared twice: {', '.join(twice)}.")
    return found


def chosen(names: Sequence[str]) -> Iterator[Kind]:
    """The kinds whose name or family is, or begins with, one of the names; all without names."""
    for kind in every():
        if not names or any(kind.name.startswith(name) or kind.family == name for name in names):
            yield kind
