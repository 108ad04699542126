"""What a set of trajectories holds: counted from its rows alone, so that any two sets can be compared.

It reads our own columns and those of the public WRIT-2K set (`domain`, `trajectory_type`, `has_user_script`,
`messages`, `tools`). What a set does not say is None or empty, never zero.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from writ_dspy.dataset.formats import Sources
from writ_dspy.dataset.splits import SPLITS
from writ_dspy.dataset.tokens import estimate
from writ_dspy.domains import exists, known, load
from writ_dspy.errors import StoreError
from writ_dspy.report import tables
from writ_dspy.report.percent import percent
from writ_dspy.shown import shown
from writ_dspy.store.files import disk, reading
from writ_dspy.task import KINDS, Json

if TYPE_CHECKING:
    from pyarrow import Table
    from rich.console import RenderableType

NEEDED = ("domain", "trajectory_type", "messages", "tools")
READ = (*NEEDED, "task_id", "writes", "burden", "agent_model", "agent_mode", "user_model", "user_mode")
BATCH = 100
"""Rows read at a time."""

Histogram = Mapping[int, int]
"""Value -> rows that have it, by value."""


@dataclass(frozen=True, slots=True)
class Census:
    """Counts over the rows of one set."""

    rows: int
    splits: Mapping[str, int]
    tasks: int | None
    """Different tasks; None where the set does not tell them apart."""
    kinds: Mapping[tuple[str, str], int]
    """By domain and kind."""
    writes: Histogram
    """Gold writes, or, where the set does not say, write calls made; empty where the tools are unknown."""
    burden: Histogram
    turns: Histogram
    """Messages of the user and of the assistant."""
    calls: Histogram
    """Tool calls."""
    tokens: Histogram
    """As `tokens.estimate` has them: messages and tools."""
    tools: Mapping[tuple[str, str], int]
    """By domain and write tool: rows that call it."""
    speakers: Mapping[str, int]
    """Who spoke for the service and for the user, and how."""

    def to_json(self) -> dict[str, Json]:
        """Plain JSON: mappings by pairs become lists of objects."""
        found: dict[str, Json] = {
            item.name: dict(value) if isinstance(value := getattr(self, item.name), Mapping) else value
            for item in fields(self)
        }
        found["kinds"] = [{"domain": d, "kind": k, "rows": n} for (d, k), n in self.kinds.items()]
        found["tools"] = [{"domain": d, "tool": t, "rows": n} for (d, t), n in self.tools.items()]
        found["tokens"] = spread(self.tokens)
        return found


def count(tables: Iterable[tuple[str, Table]]) -> Census:
    """Count rows that come as (split, some of its rows), in any order.

    Raises:
        StoreError: They lack a column of `NEEDED`, or hold something else there.
    """
    counters: dict[str, Counter[Any]] = {item.name: Counter() for item in fields(Census)}
    tasks: set[str] = set()
    for split, table in tables:
        if lacking := [name for name in NEEDED if name not in table.column_names]:
            has = ", ".join(table.column_names)
            raise StoreError(f"these rows have no {', '.join(lacking)} (only {has}), so they are no trajectories.")
        for row in table.select([name for name in READ if name in table.column_names]).to_pylist():
            counters["splits"][split] += 1
            tasks.add(row.get("task_id") or "")
            for name, value in _facts(row):
                counters[name][value] += 1
    ordered = {name: dict(sorted(counter.items())) for name, counter in counters.items()}
    ordered["splits"] = {name: counters["splits"][name] for name in sorted(counters["splits"], key=_side)}
    ordered["kinds"] = dict(sorted(counters["kinds"].items(), key=lambda item: (item[0][0], _rank(item[0][1]))))
    rows = counters["splits"].total()
    return Census(**ordered | {"rows": rows, "tasks": len(tasks) if tasks and "" not in tasks else None})  # type: ignore[arg-type]


def rows_of(sources: Sources) -> Iterator[tuple[str, Table]]:
    """The rows of these files of a dataset, some at a time, with their split.

    Raises:
        StoreError: One is no whole Parquet file, or the disk refuses.
    """
    from pyarrow import Table
    from pyarrow.lib import ArrowException
    from pyarrow.parquet import ParquetFile

    for side, paths in sources.items():
        for path in paths:
            with disk(path, "cannot read"), reading(path) as file:
                try:
                    for batch in ParquetFile(file).iter_batches(BATCH):
                        yield side, Table.from_batches([batch])
                except ArrowException as error:
                    raise StoreError(
                        f"{path} is no whole Parquet file ({error}). Have it written again: writ export RUN --overwrite"
                    ) from error


def _facts(row: Mapping[str, Json]) -> Iterator[tuple[str, Any]]:
    """What one row adds to each counter."""
    domain = str(row["domain"]).rpartition(":")[2]
    yield "kinds", (domain, str(row["trajectory_type"]))
    try:
        messages = [_message(_parsed(message)) for message in _parsed(row["messages"])]
        made = [call["function"]["name"] for message in messages for call in message["tool_calls"]]
        turns = sum(message["role"] in ("user", "assistant") for message in messages)
        tokens = estimate(messages, _tools(json.dumps(row["tools"])))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise StoreError(f"a row of {domain} holds messages or tools that are no chat ({error!r}).") from error
    yield "turns", turns
    yield "calls", len(made)
    yield "tokens", tokens
    known = write_tools(domain)
    for tool in sorted(set(made) & (known or frozenset())):
        yield "tools", (domain, tool)
    writes = row.get("writes")
    if writes is not None or known is not None:
        yield "writes", sum(tool in (known or ()) for tool in made) if writes is None else writes
    if row.get("burden") is not None:
        yield "burden", row["burden"]
    if row.get("agent_model"):
        sides = (f"{side}: {row[f'{side}_model']} ({row.get(f'{side}_mode')})" for side in ("agent", "user"))
        for side in sides:
            yield "speakers", side


@cache
def write_tools(domain: str) -> frozenset[str] | None:
    """Tools of a domain that change its database; None for a domain that writ does not know."""
    name = known(domain)
    return frozenset(tool for tool, kind in load(name).kinds.items() if kind == "write") if exists(name) else None


def _parsed(value: Json) -> Json:
    """Itself, or what its JSON says."""
    return json.loads(value) if isinstance(value, str) else value


def _message(message: Json) -> dict[str, Json]:
    """What of a message is counted, in one form."""
    calls = [
        {"function": {"name": str(call["function"]["name"]), "arguments": _parsed(call["function"]["arguments"])}}
        for call in _parsed(message.get("tool_calls")) or ()
    ]
    return {"role": message["role"], "content": message.get("content") or "", "tool_calls": calls}


@lru_cache(maxsize=32)
def _tools(text: str) -> list[Json]:
    """Most rows have the same tools."""
    return [_parsed(tool) for tool in _parsed(json.loads(text)) or ()]


def _side(split: str) -> tuple[int, str]:
    """Train and test first."""
    return (SPLITS.index(split) if split in SPLITS else len(SPLITS), split)


def _rank(kind: str) -> tuple[int, str]:
    """Our kinds in their order, then those of others."""
    return (KINDS.index(kind) if kind in KINDS else len(KINDS), kind)


def spread(histogram: Histogram) -> dict[str, float] | None:
    """Least, median, mean, 95th percentile and most; None for nothing."""
    number = sum(histogram.values())
    if not number:
        return None
    ordered = sorted(histogram.items())

    def at(share: float) -> float:
        left = max(1, -(-number * share // 1))
        for value, rows in ordered:
            left -= rows
            if left <= 0:
                return value
        return ordered[-1][0]

    mean = sum(value * rows for value, rows in ordered) / number
    return {
        "least": ordered[0][0], "median": at(0.5), "mean": round(mean, 2), "p95": at(0.95), "most": ordered[-1][0],
    }  # fmt: skip


# ----------------------------------------------------------------------------- side by side


def render(sets: Mapping[str, Census]) -> RenderableType:
    """One column per set; what a set does not say is a dash."""
    table = tables.Table("rows", *(f">{shown(name, line=True)}" for name in sets))
    for label, cells in lines(list(sets.values())):
        table.add(label, *cells)
    return table


def lines(sets: list[Census]) -> Iterator[tuple[str, list[str]]]:
    """The lines of a comparison: a label, and what each set has there."""
    yield "all", [f"{one.rows:,}" for one in sets]
    yield "tasks", ["–" if one.tasks is None else f"{one.tasks:,}" for one in sets]
    for field, what in (("splits", "split"), ("kinds", "kind"), ("writes", "writes"), ("burden", "burden")):
        every = dict.fromkeys(key for one in sets for key in getattr(one, field))
        keys = sorted(every) if field in ("writes", "burden") else list(every)
        for key in keys:
            label = " ".join(key) if isinstance(key, tuple) else str(key)
            yield f"{what} {label}", [_share(getattr(one, field), key) for one in sets]
    for field, what in (("turns", "turns"), ("calls", "tool calls"), ("tokens", "tokens, estimated")):
        spreads = [spread(getattr(one, field)) for one in sets]
        for name in ("median", "mean", "p95", "most"):
            yield f"{what}: {name}", [tables.written(found[name]) if found else "–" for found in spreads]
    for key in sorted({key for one in sets for key in one.tools}):
        yield f"calls {key[1]}", [_share(one.tools, key, one.rows) for one in sets]


def _share(counts: Mapping[Any, int], key: Any, whole: int = 0) -> str:
    if not counts:
        return "–"
    number = counts.get(key, 0)
    return f"{number:,} ({percent(number / (whole or sum(counts.values())))})"
