"""A dataset on disk: rows as a folder of Parquet that `datasets.load_dataset` reads.

    folder/
      README.md                              the configurations: default (all), and one per domain
      manifest.json                          every file with its hash, and what was left out and why
      retail/train-00000-of-00001.parquet    one row per accepted conversation, by trajectory id
      retail/test-00000-of-00001.parquet
      airline/…

The same rows give the same bytes. `pyarrow` is imported only when a file is written, `datasets` never.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from writ_dspy.codec import from_json
from writ_dspy.dataset.formats import DEFAULT, check_formats, convert
from writ_dspy.dataset.manifest import NAME, read_manifest, remove_stale, write_manifest
from writ_dspy.dataset.messages import to_messages
from writ_dspy.dataset.parquet import is_ours, write_tables
from writ_dspy.dataset.rows import COLUMNS, Row, content_sha256, row, schema, table
from writ_dspy.dataset.shape import Candidate, Measured, Point, Shape, Shaped, shaped
from writ_dspy.dataset.shards import Built, Ruler, Shard
from writ_dspy.dataset.splits import Split, split_keys
from writ_dspy.dataset.tau2_tasks import short_name
from writ_dspy.domains import Domain, load
from writ_dspy.errors import StoreError
from writ_dspy.store.files import disk, inside, make_folder, plain, read_text, remove, replacing
from writ_dspy.store.jsonl import Record
from writ_dspy.store.judged import verdicts
from writ_dspy.store.run import Run
from writ_dspy.task import Outcome

if TYPE_CHECKING:
    from pyarrow import Table

__all__ = [
    "COLUMNS",
    "Exported",
    "Part",
    "Row",
    "Shard",
    "content_sha256",
    "export",
    "export_as",
    "row",
    "schema",
    "table",
    "to_messages",
    "write",
]

Part: TypeAlias = tuple[str, Split]
"""A domain's short name and a split: one file."""

BATCH = 100
"""Rows of a shard, and so of a row group."""
_FILE = re.compile(r"(train|test)-\d{5}-of-\d{5}\.parquet")
_README_MARK = "# Configurations written by writ-dspy; a README.md without this line is left alone."


class Traces(NamedTuple):
    """As much of a task as decides its side."""

    id: str
    twin: str | None
    owner: str | None
    outcomes: tuple[Outcome, ...]


class Known(NamedTuple):
    """As much of a task as an export keeps in memory."""

    point: Point
    side: Split


class Exported(NamedTuple):
    """What an export came to."""

    counts: dict[Part, int]
    """Rows by domain and split."""
    files: dict[str, int]
    """Rows of every file, by its path (see `manifest`)."""
    shaped: Shaped


Each: TypeAlias = Callable[[Iterable[Any]], Iterable[Any]]
"""Runs jobs (`Shard`, `Ruler`), anywhere and in any order."""
Tell: TypeAlias = Callable[[int, int], None]
"""(rows done, rows to do): called as an export goes on."""


def export(run: Run, folder: Path, each: Each, test_share: float = 0.1) -> dict[Part, int]:
    """Write all accepted conversations of a run to `folder/dataset`, their tasks to `folder/tau2`.

    Returns the number of rows of each file; see `export_as`.
    """
    return export_as(run, folder, each, Shape(test_share=test_share)).counts


def export_as(
    run: Run,
    folder: Path,
    each: Each,
    shape: Shape | None = None,
    formats: Sequence[str] = DEFAULT,
    tell: Tell | None = None,
) -> Exported:
    """Write those accepted conversations of a run that a shape asks for, in these formats.

    `folder/dataset` is the Parquet with its manifest; the other formats stand beside it. Memory holds the ids of the
    run, their measures where the shape needs any, τ²'s form of the tasks, and a few shards.

    Args:
        run: What was made.
        folder: Made if it is missing.
        each: Builds the rows; what is written does not depend on it.
        shape: What is asked for; everything by default.
        formats: Of `formats.FORMATS`.
        tell: Told of progress.

    Raises:
        ConfigError: There is no such format.
        StoreError: A verdict has no conversation or task, or see `row`, `write` and `convert`.
    """
    names = check_formats(formats)
    shape = shape or Shape()
    before = _cleared(folder)
    accepted = {record["id"]: record for record in verdicts(run) if record["accepted"]}
    tasks = _tasks(run, shape)
    candidates = []
    for key, record in accepted.items():
        task_id = record["task_id"]
        if task_id not in tasks:
            raise StoreError(f"{run.folder}: the verdict {key} is about task {task_id}, which the run does not keep.")
        candidates.append(Candidate(key, task_id, tasks[task_id].point))
    step = _Steps(len(candidates) * (1 + shape.measures), names, tell)
    measured = _measured(run, candidates, shape, each, step) if shape.measures else {}
    chosen = shaped(shape, candidates, measured.__getitem__)
    step.rows(len(chosen.kept))
    parts: dict[Part, list[str]] = {}
    for key in sorted(chosen.kept):
        known = tasks[accepted[key]["task_id"]]
        parts.setdefault((short_name(known.point[0]), known.side), []).append(key)
    counts = _write_parts(run, folder / "dataset", accepted, parts, each, step)
    files = {f"{name}/{side}-00000-of-00001.parquet": count for (name, side), count in counts.items()}
    files |= convert(folder / "dataset", folder, names, step)
    remove_stale(folder, before, files)
    if counts:
        checks = sorted({accepted[key].get("checks", "") for key in chosen.kept})
        domains = sorted({name for name, _ in counts})
        about = {"checks": checks, "domains": domains, "formats": list(names)}
        write_manifest(folder, files, shape, chosen, len(candidates), about)
    else:
        with disk(folder / "dataset" / NAME, "cannot remove"):
            (folder / "dataset" / NAME).unlink(missing_ok=True)
    return Exported(counts, files, chosen)


def _cleared(folder: Path) -> dict[str, Any] | None:
    """The manifest of an earlier export; refuses a folder in which this one would stumble half-way."""
    dataset = folder / "dataset"
    with disk(dataset, "cannot write the dataset to"):
        before = read_manifest(inside(folder, dataset / NAME).parent)
        plain(dataset / "README.md")
        _earlier(dataset)
    return before


class _Steps:
    """Counts rows: each is perhaps measured, then built, then read once for every other format."""

    def __init__(self, first: int, names: Sequence[str], tell: Tell | None) -> None:
        self._tell = tell
        self._forms = len(names)
        self._done = 0
        self._all = first

    def rows(self, kept: int) -> None:
        """So many rows are kept, which is known only after measuring."""
        self._all = self._done + kept * self._forms

    def __call__(self, more: int) -> None:
        self._done += more
        if self._tell:
            self._tell(self._done, self._all)


def _tasks(run: Run, shape: Shape) -> dict[str, Known]:
    """What has to be known of every task, by id."""
    points: dict[str, Point] = {}

    def traces() -> Iterator[tuple[Traces, Domain]]:
        for record in run.records("tasks"):
            axes = record["axes"]
            points[record["id"]] = (record["domain"], record["kind"], axes["writes"], axes["burden"])
            yield (
                Traces(record["id"], record["twin"], record.get("owner"), from_json(record["outcomes"])),
                load(record["domain"]),
            )

    keys = split_keys(traces())
    return {task_id: Known(points[task_id], shape.side(key)) for task_id, key in keys.items()}


def _measured(
    run: Run, candidates: Sequence[Candidate], shape: Shape, each: Each, step: Callable[[int], None]
) -> dict[str, Measured]:
    """Length and sketch of every candidate, by id."""
    keys: dict[str, list[str]] = {}
    for one in candidates:
        keys.setdefault(one.point[0], []).append(one.id)

    def jobs() -> Iterator[Ruler]:
        for domain, some in sorted(keys.items()):
            for at in range(0, len(some), BATCH):
                lines = tuple(run.line("conversations", key) for key in some[at : at + BATCH])
                yield Ruler(domain, lines, shape.max_tokens is not None, shape.tokenizer, shape.dedup is not None)

    found: dict[str, Measured] = {}
    for measures in each(jobs()):
        found |= measures
        step(len(measures))
    return found


def _write_parts(
    run: Run,
    folder: Path,
    accepted: Mapping[str, Record],
    parts: Mapping[Part, list[str]],
    each: Each,
    step: Callable[[int], None],
) -> dict[Part, int]:
    """Build the rows of each part, and write them in order."""
    pieces = {part: [keys[at : at + BATCH] for at in range(0, len(keys), BATCH)] for part, keys in parts.items()}
    built = _in_order(each(_shards(run, accepted, pieces)))

    def tables(part: Part) -> Iterator[Table]:
        for found in itertools.islice(built, len(pieces[part])):
            yield found.rows
            step(len(found.rows))

    return write(folder, {part: tables(part) for part in sorted(parts)})


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
                make_folder(folder, draft.parent)
                plain(path)
                drafts[draft] = path
                count = write_tables(draft, schema(), _checked(part, examples))
                if count:
                    counts[part] = count
                else:
                    draft.unlink()
                    del drafts[draft]
            for draft, path in drafts.items():
                draft.replace(path)
        finally:
            for draft in drafts:
                remove(draft)
        for path in old - set(drafts.values()):
            remove(path)
        _write_readme(folder, sorted(counts))
        for place in {path.parent for path in old} | {folder / name for name, _ in parts}:
            if place.is_dir() and not any(place.iterdir()):
                place.rmdir()
    return counts


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
    ours: set[Path] = set()
    for path in sorted(folder.rglob("*.parquet")):
        if not is_ours(path) or not _FILE.fullmatch(path.name) or path.parent.parent != folder:
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
    there = read_text(path)
    if there is not None and _README_MARK not in there:
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
    with replacing(path) as file:
        file.write("\n".join([*lines, "---", "", *_NOTICE, ""]).encode())
