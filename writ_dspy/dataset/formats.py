"""A dataset in the forms that trainers read, made from its Parquet; τ²'s tasks, pairs and env are made from the run.

    folder/
      text/train-00000-of-00001.parquet        every column of the dataset, JSON as text
      sharegpt/train-00000-of-00001.parquet    conversations, system, tools: texts only
      hermes/train-00000-of-00001.parquet      messages of role and text alone, calls within the texts
      tasks/train-00000-of-00001.parquet       one row per task, in verl's columns
      exports/openai.jsonl                     the train split; the test split is openai-test.jsonl
      tau2/retail/tasks.json                   the tasks, for τ²-bench's own runner
  pairs/train-00000-of-00001.parquet       accepted steps against rejected ones, for trainers of preferences
  env/train-00000-of-00001.parquet         the tasks as `writ.Episode` plays them
  inspect/run.eval                         all judged conversations, for Inspect's viewer

Pairs, tasks to be played and the log take more than rows hold: they are made from the run. Rows are read and written in batches; the same dataset gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from writ_dspy.dataset import env, inspect, pairs
from writ_dspy.dataset.drafts import Drafts, synced
from writ_dspy.dataset.parquet import from_texts, write_tables
from writ_dspy.dataset.records import (
    HERMES_COLUMNS,
    OPENAI_COLUMNS,
    SHAREGPT_COLUMNS,
    TASK_COLUMNS,
    TAU2_COLUMNS,
    Record,
    hermes,
    openai,
    plain_text,
    rl_task,
    sharegpt,
    tau2_task_of,
)
from writ_dspy.dataset.rows import COLUMNS, text_schema
from writ_dspy.dataset.splits import SPLITS, Split
from writ_dspy.dataset.tau2_tasks import TAU2_FILES, form_text, tau2_files
from writ_dspy.errors import ConfigError, StoreError
from writ_dspy.store.files import disk, reading

if TYPE_CHECKING:
    from pyarrow import Schema, Table

BATCH = 64
"""Rows in memory at a time."""
GROUP = 200
"""Rows of a row group."""
Tell: TypeAlias = Callable[[int], None]
"""Called with how many more rows have been converted."""
Made: TypeAlias = Mapping[str, Callable[[Split], Iterable[Any]]]
"""By form of `FROM_RUN`: of a split, the records of a table with JSON as text, or the samples of a log, each time that it is asked."""
Sources: TypeAlias = Mapping[Split, Sequence[Path]]
"""The Parquet of a dataset by split, domain by domain."""


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
            "one row per conversation: messages, tools and all facts about it, as JSON columns",
            "TRL, Axolotl, Unsloth, datasets since 4.7",
            "{domain}/{split}-*.parquet",
        ),
        Format(
            "text",
            "the same rows with messages and tools as JSON text",
            "every datasets since 2.19, pandas, polars, DuckDB",
            "text/{split}-*.parquet",
        ),
        Format(
            "sharegpt",
            "conversations, system and tools as text, strictly by turns",
            "LLaMA-Factory, and readers of ShareGPT",
            "sharegpt/{split}-*.parquet",
        ),
        Format(
            "hermes",
            "messages of role and text alone: tools, calls and results stand in the texts, as Qwen2.5 has them",
            "verl's SFT, torchtune, slime, and whatever knows no tools",
            "hermes/{split}-*.parquet",
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
        Format(
            "pairs",
            "one row per step: the talk so far, the accepted step, one that a check rejects, and its finding",
            "TRL's trainers of preferences (DPO, KTO)",
            "pairs/{split}-*.parquet",
        ),
        Format(
            "env",
            "one row per task: the whole task as `writ.Episode` plays it, and a prompt",
            "TRL's GRPO through `writ_dspy.train`, and `writ.Episode`",
            "env/{split}-*.parquet",
        ),
        Format(
            "inspect",
            "one log: every judged conversation with its verdict, findings at their message; rejected ones too",
            "Inspect: `inspect view`, `read_eval_log`, its data frames",
            inspect.PATH,
        ),
    )
}
"""All of them; `parquet` is the dataset itself, from which the others are made."""
DEFAULT = ("parquet", "text", "tau2")
FOLDERS = {
    "text": "text",
    "sharegpt": "sharegpt",
    "hermes": "hermes",
    "openai": "exports",
    "tasks": "tasks",
    "tau2": "tau2",
    "pairs": "pairs",
    "env": "env",
    "inspect": inspect.PATH.partition("/")[0],
}
"""Where each of the other forms stands; no domain is called so."""
TABLES: Mapping[str, Callable[[], Schema]] = {"pairs": pairs.schema, "env": env.schema}
"""Tables that are made from the run, since rows hold less, with their columns."""
FROM_RUN = (*TABLES, "inspect")
"""Forms that are made from the run."""
ALL = "all"
"""Stands for every format."""


def check_formats(names: Iterable[str]) -> tuple[str, ...]:
    """The names, each once, in the order of `FORMATS`; `parquet` is always among them, and `all` is every one.

    Raises:
        ConfigError: There is no such format.
    """
    wanted = {"parquet", *names}
    if ALL in wanted:
        wanted = (wanted | FORMATS.keys()) - {ALL}
    unknown = sorted(wanted - FORMATS.keys())
    if unknown:
        raise ConfigError(f"--format {unknown[0]}: there is no such format. Choose {', '.join(FORMATS)} or {ALL}.")
    return tuple(name for name in FORMATS if name in wanted)


def files_of(names: Iterable[str], domains: Iterable[str]) -> list[str]:
    """Paths of all files that these formats of a dataset over these domains may have."""
    places = list(domains)
    found = []
    for name in names:
        if name in ("parquet", "text", "sharegpt", "hermes", "tasks", *TABLES):
            folders = places if name == "parquet" else [FOLDERS[name]]
            found += [_shard(folder, side) for folder in folders for side in SPLITS]
        elif name == "openai":
            found += [_jsonl(side) for side in SPLITS]
        elif name == "inspect":
            found.append(inspect.PATH)
        else:
            found += [f"{FOLDERS[name]}/{domain}/{file}" for domain in places for file in TAU2_FILES]
    return found


def _shard(folder: str, side: Split) -> str:
    return f"{folder}/{side}-00000-of-00001.parquet"


def _jsonl(side: Split) -> str:
    return f"{FOLDERS['openai']}/openai{'' if side == 'train' else f'-{side}'}.jsonl"


def convert(
    sources: Sources, drafts: Drafts, names: Sequence[str], tell: Tell | None = None, from_run: Made | None = None
) -> None:
    """Draft a dataset in these forms, each file by its path in a manifest.

    A split without rows makes no file, and neither does `parquet`, which is the dataset itself.

    Args:
        sources: Its Parquet by split, domain by domain.
        drafts: Of the folder in which the forms are to stand.
        names: Of `FORMATS`.
        tell: Told of progress.
        from_run: The records of those forms that are made from the run.

    Raises:
        ConfigError: There is no such format, or it takes the run.
        StoreError: A file of the dataset cannot be read, a row does not fit a form, or the disk refuses.
    """
    chosen = check_formats(names)
    told = tell or (lambda _: None)
    if lacking := [name for name in chosen if name in FROM_RUN and name not in (from_run or {})]:
        raise ConfigError(
            f"--format {lacking[0]} is made from a run folder, and there is none. Export it from its run."
        )
    with disk(drafts.root, "cannot write to"):
        for side in SPLITS:
            if "text" in chosen:
                records = map(plain_text, _rows(sources, tuple(COLUMNS), side, told))
                _parquet(drafts, _shard(FOLDERS["text"], side), text_schema(), records)
            if "sharegpt" in chosen:
                records = map(sharegpt, _rows(sources, SHAREGPT_COLUMNS, side, told))
                _parquet(drafts, _shard(FOLDERS["sharegpt"], side), _sharegpt_schema(), records)
            if "hermes" in chosen:
                records = map(hermes, _rows(sources, HERMES_COLUMNS, side, told))
                _parquet(drafts, _shard(FOLDERS["hermes"], side), _hermes_schema(), records)
            if "openai" in chosen:
                _lines(drafts, _jsonl(side), map(openai, _rows(sources, OPENAI_COLUMNS, side, told)))
            if "tasks" in chosen:
                firsts = _first_tries(_rows(sources, TASK_COLUMNS, side, told))
                made = (rl_task(row, index) for index, row in enumerate(firsts))
                _parquet(drafts, _shard(FOLDERS["tasks"], side), _task_schema(), made)
        _from_run(drafts, [name for name in chosen if name in FROM_RUN], from_run or {})
        if "tau2" in chosen:
            _tau2(sources, drafts, told)


# ----------------------------------------------------------------------------- reading


def _rows(sources: Sources, columns: Sequence[str], side: Split, tell: Tell) -> Iterator[Record]:
    """The rows of one split, domain by domain, a batch at a time."""
    from pyarrow.lib import ArrowException
    from pyarrow.parquet import ParquetFile

    for path in sources.get(side, ()):
        with disk(path, "cannot read"):
            try:
                with reading(path) as raw, ParquetFile(raw) as file:
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


def _parquet(drafts: Drafts, path: str, schema: Schema, records: Iterable[Record]) -> None:
    with drafts.new(path) as file:
        count = write_tables(file, schema, _tables(records, schema))
    _counted(drafts, path, count)


def _counted(drafts: Drafts, path: str, count: int) -> None:
    if count:
        drafts.rows[path] = count
    else:
        drafts.drop(path)


def _tables(records: Iterable[Record], schema: Schema) -> Iterator[Table]:
    batch: list[Record] = []
    for record in records:
        batch.append(record)
        if len(batch) == GROUP:
            yield from_texts(batch, schema)
            batch = []
    if batch:
        yield from_texts(batch, schema)


def _lines(drafts: Drafts, path: str, records: Iterable[Record]) -> None:
    count = 0
    with drafts.new(path) as file:
        for record in records:
            file.write((json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n").encode())
            count += 1
        synced(file)
    _counted(drafts, path, count)


def _from_run(drafts: Drafts, names: Sequence[str], made: Made) -> None:
    for name in names:
        for side in SPLITS if name in TABLES else ():
            _parquet(drafts, _shard(FOLDERS[name], side), TABLES[name](), made[name](side))
    if "inspect" in names:
        with drafts.new(inspect.PATH) as file:
            count = inspect.write_log(file, (one for side in SPLITS for one in made["inspect"](side)))
            synced(file)
        _counted(drafts, inspect.PATH, count)


def _tau2(sources: Sources, drafts: Drafts, tell: Tell) -> None:
    texts: dict[str, dict[str, str]] = {}
    sides: dict[str, Split] = {}
    for side in SPLITS:
        for row in _first_tries(_rows(sources, TAU2_COLUMNS, side, tell)):
            texts.setdefault(row["domain"], {})[row["task_id"]] = form_text(tau2_task_of(row))
            sides[row["task_id"]] = side
    for domain, some in sorted(texts.items()):
        for name, text in tau2_files(some, sides).items():
            drafts.put(f"{FOLDERS['tau2']}/{domain}/{name}", text.encode(), len(some))


def _sharegpt_schema() -> Schema:
    import pyarrow as pa

    text = pa.string()
    turn = pa.struct([("from", text), ("value", text)])
    names = ("system", "tools", "trajectory_id", "task_id", "domain", "kind")
    return pa.schema([("conversations", pa.list_(turn)), *((name, text) for name in names)])


def _hermes_schema() -> Schema:
    import pyarrow as pa

    text = pa.string()
    names = ("trajectory_id", "task_id", "domain", "kind")
    messages = pa.list_(pa.struct([("role", text), ("content", text)]))
    return pa.schema([("messages", messages), *((name, text) for name in names)])


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
