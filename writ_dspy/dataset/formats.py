"""A dataset in the forms that trainers read, all made from its Parquet.

    folder/
      sharegpt/train-00000-of-00001.parquet    conversations, system, tools: texts only
      tasks/train-00000-of-00001.parquet       one row per task, in verl's columns
      exports/openai.jsonl                     the train split; the test split is openai-test.jsonl
      tau2/retail/tasks.json                   the tasks, for τ²-bench's own runner

Rows are read and written in batches; the same dataset gives the same bytes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from writ_dspy.dataset.parquet import is_ours, write_tables
from writ_dspy.dataset.records import (
    OPENAI_COLUMNS,
    SHAREGPT_COLUMNS,
    TASK_COLUMNS,
    TAU2_COLUMNS,
    Record,
    openai,
    rl_task,
    sharegpt,
    tau2_task_of,
)
from writ_dspy.dataset.splits import SPLITS, Split
from writ_dspy.dataset.tau2_tasks import form_text, write_tau2_tasks
from writ_dspy.errors import ConfigError, StoreError
from writ_dspy.store.files import disk, fresh, inside, make_folder, plain, reading, remove

if TYPE_CHECKING:
    from pyarrow import Schema, Table

BATCH = 64
"""Rows in memory at a time."""
GROUP = 200
"""Rows of a row group."""
Tell: TypeAlias = Callable[[int], None]
"""Called with how many more rows have been converted."""


@dataclass(frozen=True)
class Format:
    """A form of a dataset."""

    name: str
    what: str
    """What it holds, in one line."""
    readers: str
    """Who reads it as it is."""
    where: str
    """Its files, by their path in the folder."""


FORMATS: Mapping[str, Format] = {
    one.name: one
    for one in (
        Format(
            "parquet",
            "one row per conversation: messages, tools and all facts about it",
            "TRL, Axolotl, Unsloth, datasets",
            "{domain}/{split}-*.parquet",
        ),
        Format(
            "sharegpt",
            "conversations, system and tools as text, strictly by turns",
            "LLaMA-Factory, and readers of ShareGPT",
            "sharegpt/{split}-*.parquet",
        ),
        Format(
            "openai",
            "one JSON object per line: messages, tools, parallel_tool_calls",
            "OpenAI's fine-tuning, and what copies it",
            "exports/openai.jsonl (train), exports/openai-test.jsonl (test)",
        ),
        Format(
            "tasks",
            "one row per task: prompt, ground truth and facts for reinforcement learning",
            "verl, AReaL, slime",
            "tasks/{split}-*.parquet",
        ),
        Format(
            "tau2",
            "the tasks as τ²-bench's runner and evaluator take them",
            "τ²-bench",
            "tau2/{domain}/tasks.json and split_tasks.json",
        ),
    )
}
"""All of them; `parquet` is the dataset itself, from which the others are made."""
DEFAULT = ("parquet", "tau2")
BESIDE = ("sharegpt", "tasks", "exports", "tau2")
"""Folders of the other forms, which are no domains."""


def check_formats(names: Iterable[str]) -> tuple[str, ...]:
    """The names, each once, in the order of `FORMATS`; `parquet` is always among them.

    Raises:
        ConfigError: There is no such format.
    """
    wanted = {"parquet", *names}
    unknown = sorted(wanted - FORMATS.keys())
    if unknown:
        raise ConfigError(f"--format {unknown[0]}: there is no such format. Choose {', '.join(FORMATS)}.")
    return tuple(name for name in FORMATS if name in wanted)


def convert(dataset: Path, folder: Path, names: Sequence[str], tell: Tell | None = None) -> dict[str, int]:
    """Write a dataset in these forms under `folder`; returns the number of rows of each file, by its path there.

    Every file appears whole or not at all. A split without rows makes no file, and neither does `parquet`, which is
    the dataset itself.

    Args:
        dataset: Folder with `{domain}/{split}-*.parquet`, as `dataset.write` leaves it.
        folder: Made if it is missing.
        names: Of `FORMATS`.
        tell: Told of progress.

    Raises:
        ConfigError: There is no such format.
        StoreError: A file of the dataset cannot be read, a row does not fit a form, a file that writ did not write
            is in the way, or the disk refuses.
    """
    chosen = check_formats(names)
    counts: dict[str, int] = {}
    told = tell or (lambda _: None)
    with _drafts(folder) as draft:
        for side in SPLITS:
            if "sharegpt" in chosen:
                records = map(sharegpt, _rows(dataset, SHAREGPT_COLUMNS, side, told))
                counts |= _parquet(draft, f"sharegpt/{side}-00000-of-00001.parquet", _sharegpt_schema(), records)
            if "openai" in chosen:
                name = "exports/openai.jsonl" if side == "train" else f"exports/openai-{side}.jsonl"
                counts |= _lines(draft, name, map(openai, _rows(dataset, OPENAI_COLUMNS, side, told)))
            if "tasks" in chosen:
                firsts = _first_tries(_rows(dataset, TASK_COLUMNS, side, told))
                made = (rl_task(row, index) for index, row in enumerate(firsts))
                counts |= _parquet(draft, f"tasks/{side}-00000-of-00001.parquet", _task_schema(), made)
    if "tau2" in chosen:
        counts |= _tau2(dataset, folder, told)
    return counts


# ----------------------------------------------------------------------------- reading


def _rows(dataset: Path, columns: Sequence[str], side: Split, tell: Tell) -> Iterator[Record]:
    """The rows of one split, domain by domain, a batch at a time."""
    from pyarrow.lib import ArrowException
    from pyarrow.parquet import ParquetFile

    for path in sorted(dataset.glob(f"*/{side}-*.parquet")):
        if path.parent.name in BESIDE or not is_ours(path):
            continue
        with disk(path, "cannot read"):
            try:
                with reading(inside(dataset, path)) as raw, ParquetFile(raw) as file:
                    for batch in file.iter_batches(BATCH, columns=list(columns)):
                        rows = batch.to_pylist()
                        yield from rows
                        tell(len(rows))
            except (ArrowException, KeyError) as error:
                raise StoreError(
                    f"{path} is not a dataset of this version of writ ({error}). Write it again: writ export RUN"
                ) from error


def _first_tries(rows: Iterable[Record]) -> Iterator[Record]:
    """One row of each task."""
    seen: set[str] = set()
    for row in rows:
        if row["task_id"] not in seen:
            seen.add(row["task_id"])
            yield row


# ----------------------------------------------------------------------------- writing

Draft: TypeAlias = Callable[[str], Path]
"""The draft of the file with this path in the folder."""


@contextmanager
def _drafts(folder: Path) -> Iterator[Draft]:
    """Drafts that become files together at the end of the block, or are gone; an empty one makes no file."""
    drafts: dict[Path, Path] = {}

    def draft(name: str) -> Path:
        path = folder / name
        make_folder(folder, path.parent)
        if plain(path) and path.suffix == ".parquet" and not is_ours(path):
            raise StoreError(f"{path} is in the way, and writ did not write it. Choose another folder.")
        made = path.with_name(f"{path.name}.tmp")
        drafts[made] = path
        return made

    with disk(folder, "cannot write to"):
        try:
            yield draft
            for made, path in drafts.items():
                if made.exists():
                    made.replace(path)
                else:
                    path.unlink(missing_ok=True)
        finally:
            for made in drafts:
                remove(made)
                if made.parent.is_dir() and not any(made.parent.iterdir()):
                    made.parent.rmdir()


def _parquet(draft: Draft, name: str, schema: Schema, records: Iterable[Record]) -> dict[str, int]:
    path = draft(name)
    count = write_tables(path, schema, _tables(records, schema))
    if not count:
        path.unlink()
        return {}
    return {name: count}


def _tables(records: Iterable[Record], schema: Schema) -> Iterator[Table]:
    from pyarrow import Table

    batch: list[Record] = []
    for record in records:
        batch.append(record)
        if len(batch) == GROUP:
            yield Table.from_pylist(batch, schema)
            batch = []
    if batch:
        yield Table.from_pylist(batch, schema)


def _lines(draft: Draft, name: str, records: Iterable[Record]) -> dict[str, int]:
    path = draft(name)
    count = 0
    with fresh(path) as file:
        for record in records:
            file.write((json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n").encode())
            count += 1
        file.flush()
        os.fsync(file.fileno())
    if not count:
        path.unlink()
        return {}
    return {name: count}


def _tau2(dataset: Path, folder: Path, tell: Tell) -> dict[str, int]:
    texts: dict[str, dict[str, str]] = {}
    sides: dict[str, Split] = {}
    for side in SPLITS:
        for row in _first_tries(_rows(dataset, TAU2_COLUMNS, side, tell)):
            texts.setdefault(row["domain"], {})[row["task_id"]] = form_text(tau2_task_of(row))
            sides[row["task_id"]] = side
    counts: dict[str, int] = {}
    for domain, some in sorted(texts.items()):
        write_tau2_tasks(folder / "tau2", domain, some, sides)
        counts |= {f"tau2/{domain}/{name}": len(some) for name in ("split_tasks.json", "tasks.json")}
    return counts


def _sharegpt_schema() -> Schema:
    import pyarrow as pa

    text = pa.string()
    turn = pa.struct([("from", text), ("value", text)])
    names = ("system", "tools", "trajectory_id", "task_id", "domain", "kind")
    return pa.schema([("conversations", pa.list_(turn)), *((name, text) for name in names)])


def _task_schema() -> Schema:
    import pyarrow as pa

    text, number = pa.string(), pa.int64()
    message = pa.struct([("role", text), ("content", text)])
    interaction = pa.struct([("name", text), ("domain", text), ("task_id", text)])
    extra = pa.struct(
        [
            ("index", number),
            *((name, text) for name in ("task_id", "domain", "split", "kind")),
            ("writes", number),
            ("burden", number),
            ("need_tools_kwargs", pa.bool_()),
            ("interaction_kwargs", interaction),
        ]
    )
    return pa.schema(
        [
            ("data_source", text),
            ("prompt", pa.list_(message)),
            ("ability", text),
            ("reward_model", pa.struct([("style", text), ("ground_truth", text)])),
            ("extra_info", extra),
            *((name, text) for name in ("agent_name", "task_id", "domain", "split", "label", "tools", "task")),
        ]
    )
