"""A dataset on disk: rows as a folder of Parquet that `datasets.load_dataset` reads.

    folder/
      README.md                              the configurations: default (all), and one per domain
      retail/train-00000-of-00001.parquet    one row per accepted conversation, by trajectory id
      retail/test-00000-of-00001.parquet
      airline/…

The same rows give the same bytes. `datasets` is imported only when a file is written.
"""

from __future__ import annotations

import itertools
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from writ_dspy import __version__
from writ_dspy.codec import from_json
from writ_dspy.conversation import conversation_from_json
from writ_dspy.domains import Domain, load
from writ_dspy.errors import StoreError
from writ_dspy.jsonl import disk
from writ_dspy.messages import to_messages
from writ_dspy.rows import COLUMNS, Row, content_sha256, features, row, rows
from writ_dspy.splits import Split, split, split_keys
from writ_dspy.store import Run
from writ_dspy.task import Task
from writ_dspy.tau2_tasks import short_name, write_tau2_tasks

__all__ = [
    "COLUMNS",
    "Part",
    "Row",
    "content_sha256",
    "export",
    "features",
    "row",
    "rows",
    "to_messages",
    "write",
    "write_tau2_tasks",
]

Part: TypeAlias = tuple[str, Split]
"""A domain's short name and a split: one file."""

BATCH = 200
"""Rows held in memory at once; also the size of a row group."""
_MARK = b"writ_dspy"
_FILE = re.compile(r"(train|test)-\d{5}-of-\d{5}\.parquet")
_CHUNKS = {"min_chunk_size": 256 * 1024, "max_chunk_size": 1024 * 1024, "norm_level": 0}
_README_MARK = "# Configurations written by writ-dspy; a README.md without this line is left alone."


def export(
    run: Run, folder: Path, domain_of: Callable[[str], Domain] = load, test_share: float = 0.1
) -> dict[Part, int]:
    """Write all accepted conversations of a run; returns the number of rows of each file.

    Memory holds the ids of the run and one batch of rows.

    Raises:
        StoreError: A verdict has no conversation or task, or see `row` and `write`.
    """
    accepted = {record["id"]: record for record in run.records("verdicts") if record["accepted"]}
    domains: dict[str, str] = {}

    def tasks() -> Iterator[tuple[Task, Domain]]:
        for record in run.records("tasks"):
            domains[record["id"]] = record["domain"]
            yield from_json(record), domain_of(record["domain"])

    sides = {task_id: split(key, test_share) for task_id, key in split_keys(tasks()).items()}
    parts: dict[Part, list[str]] = {}
    for key in sorted(accepted):
        task_id = accepted[key]["task_id"]
        if task_id not in sides:
            raise StoreError(f"{run.folder}: the verdict {key} is about task {task_id}, which the run does not keep.")
        parts.setdefault((short_name(domains[task_id]), sides[task_id]), []).append(key)

    def build(keys: list[str]) -> Iterator[Row]:
        for key in keys:
            talk = conversation_from_json(run.get("conversations", key))
            task: Task = from_json(run.get("tasks", talk.task_id))
            yield row(
                task,
                talk,
                domain_of(task.domain),
                side=sides[task.id],
                checks=accepted[key].get("checks", ""),
            )

    return write(folder, {part: build(keys) for part, keys in parts.items()})


def write(folder: Path, parts: Mapping[Part, Iterable[Row]]) -> dict[Part, int]:
    """Make `folder` the dataset of these rows, and of nothing else; returns the number of rows of each file.

    Files of an earlier export that are not part of this one are removed. Every file appears whole or not at
    all: all are drafted first and renamed at the end, so that a process killed before that leaves the earlier
    dataset as it was, and one killed while renaming leaves whole files, which the next export sets right.

    Args:
        folder: Made if it is missing. Parquet that writ did not write is never touched.
        parts: Rows of each file, in the order of their trajectory ids; a part without rows makes no file.

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


def _write_part(path: Path, examples: Iterator[Row]) -> int:
    """Write the rows batch by batch and sync them; returns their number."""
    from datasets import Dataset
    from pyarrow.parquet import ParquetWriter

    count = 0
    with path.open("wb") as file:
        options: dict[str, Any] = {"use_content_defined_chunking": _CHUNKS, "write_page_index": True}
        with ParquetWriter(file, features().arrow_schema, **options) as writer:
            # Chunk borders that follow the content let the Hub store a changed file as its difference.
            writer.add_key_value_metadata({"content_defined_chunking": json.dumps(_CHUNKS), _MARK: __version__})
            while batch := list(itertools.islice(examples, BATCH)):
                table = Dataset.from_list(batch, features=features()).with_format("arrow")[:]
                writer.write_table(table)
                count += len(batch)
        file.flush()
        os.fsync(file.fileno())
    return count


def _checked(part: Part, examples: Iterable[Row]) -> Iterator[Row]:
    last = ""
    for example in examples:
        here, key = (example["domain"], example["split"]), example["trajectory_id"]
        if here != part or key <= last:
            why = f"belongs to {here}" if here != part else f"comes after {last!r}"
            raise StoreError(f"row {key!r} {why}, and was given for {part}. Sort the rows by trajectory id, each once.")
        last = key
        yield example


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
