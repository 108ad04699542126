"""Tools tried out: which of them change something, with arguments that the data holds."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping, Sequence

from writ_dspy.domains.sources import Source, Tool
from writ_dspy.errors import DomainError
from writ_dspy.task import Call, Json

TRIES = 12
"""Calls of a tool of which nothing is declared, to see whether it writes."""


def undeclared_writes(tools: Source, shown: Collection[str] = ()) -> list[str]:
    """Tools that no declaration calls a write, and that change the state when they are called.

    Args:
        tools: With those kinds that are declared.
        shown: Tools that the declaration says records are read with: these are not doubted.
    """
    pools = values(tools.base)
    found = []
    for name in [name for name, kind in tools.kinds.items() if kind == "read"]:
        tried = tools.tried(calls(tools, name, pools, TRIES))
        if tried.changed or (name in tools.doubted and name not in shown and not tried.worked):
            found.append(name)
    return found


def calls(tools: Source, name: str, pools: Mapping[str, Sequence[Json]], count: int) -> Iterator[Call]:
    """Calls of a tool with values that fields of the same name have, the same every time."""
    tool, rng = tools.tools[name], random.Random(name)
    for _ in range(count):
        args = {field: rng.choice(pool) for field, pool in _pools(tool, pools).items() if pool}
        try:
            yield Call.of(name, tools.validate(name, args))
        except DomainError:
            continue


def _pools(tool: Tool, pools: Mapping[str, Sequence[Json]]) -> dict[str, Sequence[Json]]:
    """Parameter -> the values that it names itself, else those of the field of that name, or of one whose name is part of it."""
    found: dict[str, Sequence[Json]] = {}
    about = tool.schema["function"]["parameters"].get("properties", {})
    for name in tool.params.model_fields:
        near = [field for field in pools if name == field] or [
            field for field in pools if field in name or name in field
        ]
        found[name] = about[name].get("enum") or (pools[near[0]] if near else ())
    return found


def values(state: Mapping[str, Json]) -> dict[str, list[Json]]:
    """Field -> values that records have in it, each once."""
    found: dict[str, dict[Json, None]] = {}

    def collect(value: Json) -> None:
        if isinstance(value, Mapping):
            for key, one in value.items():
                if isinstance(one, str | int | float | bool):
                    found.setdefault(str(key), {}).setdefault(one)
                else:
                    collect(one)
        elif isinstance(value, list):
            for one in value:
                collect(one)

    collect(state)
    return {field: list(seen) for field, seen in found.items()}
