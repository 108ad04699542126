"""A dataset on disk: rows as a folder of Parquet that `datasets.load_dataset` reads.

    folder/
      README.md                              the configurations: default (all), and one per domain
      retail/train-00000-of-00001.parquet    one row per accepted conversation, by trajectory id
      retail/test-00000-of-00001.parquet
      airline/…

The same rows give the same bytes. `pyarrow` is imported only when a file is written, `datasets` never.
"""

from __future__ import annotations

import itertools
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from writ_dspy import __version__
from writ_dspy.codec import from_json
from writ_dspy.conversation import conversation_from_json
from writ_dspy.domains import Domain, load
from writ_dspy.errors import StoreError
from writ_dspy.jsonl import Record, disk
from writ_dspy.messages import to_messages
from writ_dspy.rows import COLUMNS, Row, content_sha256, row, schema, table
from writ_dspy.splits import Split, split, split_keys
from writ_dspy.store import Run
from writ_dspy.task import Outcome, Task
from writ_dspy.tau2_tasks import short_name, tau2_text, write_tau2_tasks

if TYPE_CHECKING:
    from pyarrow import Table

__all__ = [
    "COLUMNS",
    "Part",
    "Row",
    "content_sha256",
    "export",
    "row",
    "schema",
    "table",
    "to_messages",
    "write",
]

Part: TypeAlias = tuple[str, Split]
"""A domain's short name and a split: one file."""

BATCH = 200
"""Rows of a shard, and so of a row group."""
_MARK = b"writ_dspy"
_FILE = re.compile(r"(train|test)-\d{5}-of-\d{5}\.parquet")
_CHUNKS = {"min_chunk_size": 256 * 1024, "max_chunk_size": 1024 * 1024, "norm_level": 0}
_README_MARK = "# Configurations written by writ-dspy; a README.md without this line is left alone."


class Traces(NamedTuple):
    """As much of a task as decides its side."""

    id: str
    twin: str | None
    outcomes: tuple[Outcome, ...]


class Built(NamedTuple):
    """What a shard comes to."""

    number: int
    rows: Table
    tau2: dict[str, str]
    """Task id -> the task in τ²'s form."""


@dataclass(frozen=True)
class Shard:
    """Some accepted conversations of one part with their tasks, as the run keeps them; a worker makes them rows."""

    number: int
    side: Split
    talks: tuple[tuple[bytes, str], ...]
    """The line of each conversation, and the version of the checks that accepted it."""
    tasks: tuple[bytes, ...]
    """The line of each task."""

    def run(self) -> Built:
        """One row per conversation, in order; each task is read once."""
        tasks: dict[str, Task] = {task.id: task for line in self.tasks for task in [from_json(json.loads(line))]}
        made = []
        for line, checks in self.talks:
            talk = conversation_from_json(json.loads(line))
            task = tasks[talk.task_id]
            made.append(row(task, talk, load(task.domain), side=self.side, checks=checks))
        return Built(self.number, table(made), {key: tau2_text(task) for key, task in tasks.items()})


Each: TypeAlias = Callable[[Iterable[Shard]], Iterable[Built]]
"""Runs shards, anywhere and in any order."""


def export(run: Run, folder: Path, each: Each, test_share: float = 0.1) -> dict[Part, int]:
    """Write all accepted conversations of a run to `folder/dataset`, their tasks to `folder/tau2`.

    Memory holds the ids of the run, τ²'s form of its tasks, and a few shards.

    Args:
        run: What was made.
        folder: Made if it is missing.
        each: Builds the rows; what is written does not depend on it.
        test_share: Share of users whose tasks are the test split.

    Returns:
        The number of rows of each file.

    Raises:
        StoreError: A verdict has no conversation or task, or see `row` and `write`.
    """
    accepted = {record["id"]: record for record in run.records("verdicts") if record["accepted"]}
    domains, sides = _sides(run, test_share)
    parts: dict[Part, list[str]] = {}
    for key in sorted(accepted):
        task_id = accepted[key]["task_id"]
        if task_id not in sides:
            raise StoreError(f"{run.folder}: the verdict {key} is about task {task_id}, which the run does not keep.")
        parts.setdefault((short_name(domains[task_id]), sides[task_id]), []).append(key)
    pieces = {part: [keys[at : at + BATCH] for at in range(0, len(keys), BATCH)] for part, keys in parts.items()}
    built = _in_order(each(_shards(run, accepted, pieces)))
    texts: dict[str, dict[str, str]] = {}

    def tables(part: Part) -> Iterator[Table]:
        for found in itertools.islice(built, len(pieces[part])):
            for task_id, text in found.tau2.items():
                texts.setdefault(domains[task_id], {})[task_id] = text
            yield found.rows

    counts = write(folder / "dataset", {part: tables(part) for part in sorted(parts)})
    for name, some in sorted(texts.items()):
        write_tau2_tasks(folder / "tau2", name, some, sides)
    return counts


def _sides(run: Run, test_share: float) -> tuple[dict[str, str], dict[str, Split]]:
    """The domain and the split of every task."""
    domains: dict[str, str] = {}

    def traces() -> Iterator[tuple[Traces, Domain]]:
        for record in run.records("tasks"):
            domains[record["id"]] = record["domain"]
            yield Traces(record["id"], record["twin"], from_json(record["outcomes"])), load(record["domain"])

    return domains, {task_id: split(key, test_share) for task_id, key in split_keys(traces()).items()}


def _shards(run: Run, accepted: Mapping[str, Record], pieces: Mapping[Part, list[list[str]]]) -> Iterator[Shard]:
    """One shard per piece, part by part, read from disk only as fast as they are built."""
    every = ((side, keys) for (_, side), some in sorted(pieces.items()) for keys in some)
    for number, (side, keys) in enumerate(every):
        talks = tuple((run.line("conversations", key), accepted[key].get("checks", "")) for key in keys)
        tasks = dict.fromkeys(accepted[key]["task_id"] for key in keys)
        yield Shard(number, side, talks, tuple(run.line("tasks", task_id) for task_id in tasks))


def _in_order(some: Iterable[Built]) -> Iterator[Built]:
    """By number, each as soon as all before it are there."""
    early: dict[int, Built] = {}
    number = 0
    for built in some:
        early[built.number] = built
        while number in early:
            yield early.pop(number)
            number += 1


def write(folder: Path, parts: Mapping[Part, Iterable[Table]]) -> dict[Part, int]:
    """Make `folder` the dataset of these rows, and of nothing else; returns the number of rows of each file.

    Files of an earlier export that are not part of this one are removed. Every file appears whole or not at
    all: all are drafted first and renamed at the end, so that a process killed before that leaves the earlier
    dataset as it was, and one killed while renaming leaves whole files, which the next export sets right.

    Args:
        folder: Made if it is missing. Parquet that writ did not write is never touched.
        parts: Rows of each file, in the order of their trajectory ids, one table per row group; a part without
            rows makes no file.

    Raises:
        StoreError: Rows are out of order or in the wrong part, the folder holds a dataset that is not
            ours, or the disk refuses.
    """
    old = _earlier(folder)
    drafts: dict[Path, Path] = {}
    counts: dict[Part, int] = {}
    with disk(folder, "cannot write the dataset to"):
        try:
            for part, examples in sorted(parts.items(), key=lambda item: item[0]):
                path = folder / part[0] / f"{part[1]}-00000-of-00001.parquet"
                draft = path.with_suffix(".parquet.tmp")
                draft.parent.mkdir(parents=True, exist_ok=True)
                drafts[draft] = path
                count = _write_part(draft, _checked(part, examples))
                if count:
                    counts[part] = count
                else:
                    draft.unlink()
                    del drafts[draft]
            for draft, path in drafts.items():
                draft.replace(path)
        finally:
            for draft in drafts:
                draft.unlink(missing_ok=True)
        for path in old - set(drafts.values()):
            path.unlink(missing_ok=True)
        _write_readme(folder, sorted(counts))
        for place in {path.parent for path in old} | {folder / name for name, _ in parts}:
            if place.is_dir() and not any(place.iterdir()):
                place.rmdir()
    return counts


def _write_part(path: Path, tables: Iterator[Table]) -> int:
    """Write the tables one by one and sync them; returns the number of rows."""
    from pyarrow.parquet import ParquetWriter

    count = 0
    with path.open("wb") as file:
        options: dict[str, Any] = {"use_content_defined_chunking": _CHUNKS, "write_page_index": True}
        with ParquetWriter(file, schema(), **options) as writer:
            # Chunk borders that follow the content let the Hub store a changed file as its difference.
            writer.add_key_value_metadata({"content_defined_chunking": json.dumps(_CHUNKS), _MARK: __version__})
            for some in tables:
                writer.write_table(some)
                count += len(some)
        file.flush()
        os.fsync(file.fileno())
    return count


def _checked(part: Part, tables: Iterable[Table]) -> Iterator[Table]:
    last = ""
    for some in tables:
        columns = (some.column(name).to_pylist() for name in ("domain", "split", "trajectory_id"))
        for name, side, key in zip(*columns, strict=True):
            if (name, side) != part or key <= last:
                why = f"belongs to {(name, side)}" if (name, side) != part else f"comes after {last!r}"
                raise StoreError(
                    f"row {key!r} {why}, and was given for {part}. Sort the rows by trajectory id, each once."
                )
            last = key
        yield some


def _earlier(folder: Path) -> set[Path]:
    """Files of an earlier export, with the drafts of a killed one; refuses a folder with foreign Parquet."""
    from pyarrow.lib import ArrowException
    from pyarrow.parquet import read_metadata

    ours: set[Path] = set()
    for path in sorted(folder.rglob("*.parquet")):
        try:
            mark = _MARK in (read_metadata(path).metadata or {})
        except (ArrowException, OSError):
            mark = False
        if not mark or not _FILE.fullmatch(path.name) or path.parent.parent != folder:
            raise StoreError(
                f"{folder} holds {path.relative_to(folder)}, which writ did not write there. Choose another."
            )
        ours.add(path)
    return ours | {path for path in folder.glob("*/*.parquet.tmp") if _FILE.fullmatch(path.stem)}


_NOTICE = (
    "Trajectories made by writ-dspy over databases of synthetic people; names, e-mails and addresses are not real.",
    "",
    "The system prompts and tool descriptions are τ²-bench's, under the MIT license:",
    "Copyright (c) 2025 Sierra Research. The above copyright notice and this permission notice shall be included in",
    "all copies or substantial portions: https://github.com/sierra-research/tau2-bench/blob/main/LICENSE",
)


def _write_readme(folder: Path, parts: list[Part]) -> None:
    """Name the configurations, so that `load_dataset(folder, "retail")` works; a card of the user's stays."""
    path = folder / "README.md"
    if path.exists() and _README_MARK not in path.read_text(encoding="utf-8"):
        return
    if not parts:
        path.unlink(missing_ok=True)
        return
    configs = {"default": parts} | {name: [part for part in parts if part[0] == name] for name, _ in parts}
    lines = ["---", _README_MARK, "configs:"]
    for config, chosen in configs.items():
        lines += [f"- config_name: {config}", "  data_files:"]
        for side in sorted({side for _, side in chosen}, reverse=True):
            lines += [f"  - split: {side}", "    path:"]
            lines += [f"    - {name}/{side}-*.parquet" for name, here in chosen if here == side]
    draft = path.with_suffix(".md.tmp")
    draft.write_text("\n".join([*lines, "---", "", *_NOTICE, ""]), encoding="utf-8")
    draft.replace(path)
