"""An export: which accepted conversations of a run become rows, and the folder in which they stand.

    RUN/dataset/
      README.md                              the configurations: default (all), and one per domain
      manifest.json                          every file with its hash, and what was left out and why
      retail/train-00000-of-00001.parquet    one row per accepted conversation, by trajectory id
      retail/test-00000-of-00001.parquet
      airline/…
    RUN/sharegpt/ tasks/ exports/ tau2/      the same in other forms (see `formats`)
    RUN/pairs/ env/                          preference pairs; the tasks, to be played

The same rows give the same bytes. `pyarrow` is imported only when a file is written, `datasets` never.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import shlex
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from writ_dspy.dataset.calibrated import tries_of
from writ_dspy.dataset.facts import facts_of, twins_of
from writ_dspy.dataset.folder import NOTHING, About, Key, Way, fill, ready
from writ_dspy.dataset.formats import Made, check_formats
from writ_dspy.dataset.from_run import Kept, Pairs, Plays, Samples
from writ_dspy.dataset.manifest import Home, Known, Manifest, form_of
from writ_dspy.dataset.origin import origin_of
from writ_dspy.dataset.parquet import column
from writ_dspy.dataset.rows import ENCODING
from writ_dspy.dataset.shape import Candidate, Measured, Shape, Shaped, shaped
from writ_dspy.dataset.shards import Built, Ruler, Shard, Sieve
from writ_dspy.dataset.tau2_tasks import short_name
from writ_dspy.dataset.tokens import located
from writ_dspy.errors import ConfigError, StoreError
from writ_dspy.store.files import is_file
from writ_dspy.store.jsonl import Record
from writ_dspy.store.judged import DIGEST, TASK_DIGEST, traced, verdicts
from writ_dspy.store.run import Run
from writ_dspy.verify.checks import CHECKS_VERSION
from writ_dspy.version import __version__

if TYPE_CHECKING:
    from pyarrow import Table

BATCH = 100
"""Rows of a shard, and so of a row group."""


class Exported(NamedTuple):
    """What an export came to."""

    counts: dict[Key, int]
    """Rows by domain and split."""
    files: dict[str, int]
    """Rows of every file that was asked for, by its path (see `manifest`)."""
    shaped: Shaped
    made: Manifest | None = None
    """What stands there now; None where nothing was written."""
    before: Manifest | None = None
    """What stood there before; None where nothing did."""


Each: TypeAlias = Callable[[Iterable[Any]], Iterable[Any]]
"""Runs jobs (`Shard`, `Ruler`, `Sieve`), anywhere and in any order."""
Tell: TypeAlias = Callable[[str, int, int], None]
"""(`measure` or `export`, rows done, rows to do): called as an export goes on."""


def export_as(
    run: Run,
    way: Way,
    each: Each,
    shape: Shape | None = None,
    tell: Tell | None = None,
) -> Exported:
    """Write those accepted conversations of a run that a shape asks for.

    Memory holds the ids of the run, their measures where the shape needs any, τ²'s form of the tasks, and a few
    shards. A run without an accepted conversation changes nothing.

    Args:
        run: What was made.
        way: Where it goes, and in which formats.
        each: Builds the rows; what is written does not depend on it.
        shape: What is asked for; everything by default.
        tell: Told of progress.

    Raises:
        StoreError: A verdict has no conversation or task, or see `row`, `ready`, `fill` and `convert`.
        ConfigError: The shape leaves no row.
    """
    shape = shape or Shape()
    accepted = _accepted(run)
    if not accepted:
        return Exported({}, {}, NOTHING)
    tasks = facts_of(run, shape)
    before = ready(way, {short_name(known.point[0]) for known in tasks.values()})
    if not way.home.dataset and not way.overwrite:
        _of_this_run(run, way.home, before, tasks)
    for key, record in accepted.items():
        if record["task_id"] not in tasks:
            task_id = record["task_id"]
            raise StoreError(f"{run.folder}: the verdict {key} is about task {task_id}, which the run does not keep.")
    if shape.seen and (blind := [key for key, record in accepted.items() if "manner" not in record]):
        raise ConfigError(
            f"--seen asks how users talked, and the verdict {blind[0]} of an older writ does not say it ({len(blind):,} in all). "
            f"Have the conversations judged by this writ: make the run again under another name."
        )
    malformed = _malformed(run, accepted, each)
    tries = tries_of(run, shape.calibration) if shape.calibration is not None else {}
    candidates = [
        Candidate(key, record["task_id"], tasks[record["task_id"]].point, _seen(record), tries.get(record["task_id"]))
        for key, record in accepted.items()
        if key not in malformed
    ]
    measured = (
        _measured(run, candidates, shape, each, _counter("measure", len(candidates), tell)) if shape.measures else {}
    )
    chosen = shaped(shape, candidates, measured.__getitem__)
    chosen = chosen._replace(dropped=dict(sorted((malformed | chosen.dropped).items())))
    if not chosen.kept:
        why = ", ".join(f"{reason} {count:,}" for reason, count in chosen.reasons.items()) or "too few of each kind"
        asked = shape.options() or "What the run has accepted"
        remedy = (
            "Ask for something that more rows meet."
            if candidates
            else f"Have them judged again: writ simulate {shlex.quote(str(run.folder))}"
        )
        raise ConfigError(
            f"{asked} leaves no row of {len(accepted):,} ({why}), and a dataset without one is none. "
            f"Nothing was changed. {remedy}"
        )
    step = _counter("export", len(chosen.kept), tell, len(way.names))
    parts: dict[Key, list[str]] = {}
    for key in sorted(chosen.kept):
        known = tasks[accepted[key]["task_id"]]
        parts.setdefault((short_name(known.point[0]), known.side), []).append(key)
    checks = sorted({accepted[key].get("checks", "") for key in chosen.kept})
    about = About(shape, chosen, len(accepted), source_of(run, accepted), checks)
    kept = [Kept(part[1], [(key, accepted[key]["task_id"]) for key in keys]) for part, keys in sorted(parts.items())]
    sides = {task_id: known.side for task_id, known in tasks.items()}
    more: Made = {
        "pairs": Pairs(run, kept, sides, each, step),
        "env": Plays(run, kept, step),
        "inspect": Samples(run, kept, sides, each, step),
    }
    twins = twins_of(tasks, (accepted[key]["task_id"] for key in chosen.kept))
    made = fill(way, _rows(run, accepted, parts, each, step, (shape, twins)), about, before, step, more)
    files = {path: held.rows for path, held in made.of(way.names).items()}
    return Exported(made.counts, files, chosen, made, before.manifest)


def renewed(run: Run, way: Way, each: Each, tell: Tell | None = None) -> tuple[Manifest | None, Exported | None]:
    """Bring an export up to date with its run, in the shape and the formats that it has.

    Returns what stood there before, and what came of it; None where nothing stood there, and where nothing had to be
    done.

    Raises:
        StoreError: See `export_as`.
    """
    before = ready(way, _domains(run))
    there = before.manifest
    if there is None:
        return None, export_as(run, way, each, tell=tell)
    same = there.writ_version == __version__ and there.encoding == ENCODING
    same = same and there.source == source_of(run, _accepted(run))
    if same and not before.pending and not missing(way.home, there.files) and not before.changed(way.home, there.files):
        return there, None
    return there, export_as(run, _same_formats(way, before), each, there.shape, tell)


def can_renew(run: Run, way: Way) -> None:
    """Refuse early what `renewed` would refuse after all the work.

    Raises:
        StoreError: See `ready`.
        ConfigError: The dataset was shaped with a tokenizer that is not there any more.
    """
    there = ready(way, _domains(run)).manifest
    if there is not None and there.shape.tokenizer is not None and Path(there.shape.tokenizer).is_absolute():
        try:
            located(there.shape.tokenizer)
        except ConfigError as error:
            raise ConfigError(
                f"{way.home.folder} was shaped with a tokenizer that is gone: {error} Put it back, or shape the dataset "
                f"otherwise first: {way.home.again}"
            ) from error


def is_of(there: Manifest, run: Run) -> bool:
    """Whether an export was made from the conversations that a run has accepted by now, and as rows are written now."""
    if there.encoding != ENCODING:
        return False
    accepted = _accepted(run)
    return there.source == source_of(run, accepted) if there.source else there.accepted == len(accepted)


def _domains(run: Run) -> set[str]:
    return {short_name(name) for name in run.manifest.get("domains") or ()}


def missing(home: Home, paths: Iterable[str]) -> list[str]:
    """Of these paths of a manifest, the files that are gone."""
    return [path for path in paths if not is_file(home.at(path))]


def _same_formats(way: Way, before: Known) -> Way:
    """With those that are there, up to date and as they were written."""
    there = before.manifest
    if there is None:
        return way
    fresh = {name for name, made_from in there.formats.items() if made_from == there.digest}
    fresh -= {form_of(path) for path in before.changed(way.home, there.files)}
    return replace(way, names=check_formats((*way.names, *fresh)))


def _of_this_run(run: Run, home: Home, before: Known, tasks: Container[str]) -> None:
    """Refuse to replace the export of another run, whose tasks are others."""
    there = before.manifest
    paths = [path for path in (there.of(["parquet"]) if there else ()) if not missing(home, [path])]
    for path in paths:
        others = (task for task in column(home.at(path), "task_id") if task not in tasks)
        if (task := next(others, None)) is not None:
            raise StoreError(
                f"{home.root} holds an export of another run: its task {task} is not in {run.folder}. Choose another folder "
                "with --out, or replace that one with --overwrite."
            )


def source_of(run: Run, accepted: Mapping[str, Record]) -> str:
    """Digest of the accepted conversations of a run, and of what accepted them."""
    lines = sorted(
        json.dumps(
            [
                key,
                record.get("checks"),
                record.get(DIGEST) or run.digest("conversations", key),
                record.get(TASK_DIGEST) or run.digest("tasks", record["task_id"]),
            ]
        )
        for key, record in accepted.items()
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _accepted(run: Run) -> dict[str, Record]:
    """The verdicts that count and accept, by the id of their conversation."""
    return {record["id"]: record for record in verdicts(run) if record["accepted"]}


def _seen(record: Record) -> tuple[str, ...]:
    """Of each dimension of manner, the level that was seen; one text for all that share it."""
    return tuple(sys.intern(f"{name}: {level}") for name, (level, _) in record.get("manner", {}).items())


def _counter(stage: str, wanted: int, tell: Tell | None, times: int = 1) -> Callable[[int], None]:
    """Counts rows of one stage, in which each is looked at so many times, such as once for every format."""
    done = 0

    def step(more: int) -> None:
        nonlocal done
        done += more
        if tell:
            tell(stage, done // times, wanted)

    return step


def _malformed(run: Run, accepted: Mapping[str, Record], each: Each) -> dict[str, str]:
    """Of those that other checks than those of now accepted, which are no chat to learn from, each with the reason."""
    others = [key for key, record in accepted.items() if record.get("checks") != CHECKS_VERSION]

    def jobs() -> Iterator[Sieve]:
        for at in range(0, len(others), BATCH):
            some = others[at : at + BATCH]
            tasks = dict.fromkeys(accepted[key]["task_id"] for key in some)
            lines = tuple(run.line("conversations", key) for key in some)
            yield Sieve(lines, tuple(run.line("tasks", task_id) for task_id in tasks))

    found: dict[str, str] = {}
    for some in traced(run, each(jobs())):
        found |= {key: f"malformed: {why}" for key, why in some.items()}
    return found


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
                batch = some[at : at + BATCH]
                lines = tuple(run.line("conversations", key) for key in batch)
                tasks = dict.fromkeys(key.rpartition(".")[0] for key in batch) if shape.reasoning else {}
                yield Ruler(domain, lines, tuple(run.line("tasks", task_id) for task_id in tasks), shape)

    found: dict[str, Measured] = {}
    for measures in traced(run, each(jobs())):
        found |= measures
        step(len(measures))
    return found


def _rows(
    run: Run,
    accepted: Mapping[str, Record],
    parts: Mapping[Key, list[str]],
    each: Each,
    step: Callable[[int], None],
    form: tuple[Shape, Mapping[str, str]],
) -> dict[Key, Iterator[Table]]:
    """The rows of each part as they are built; to be taken part by part, in order."""
    pieces = {part: [keys[at : at + BATCH] for at in range(0, len(keys), BATCH)] for part, keys in parts.items()}
    built = _in_order(traced(run, each(_shards(run, accepted, pieces, form))))

    def tables(part: Key) -> Iterator[Table]:
        for found in itertools.islice(built, len(pieces[part])):
            yield found.rows
            step(len(found.rows))

    return {part: tables(part) for part in sorted(parts)}


def _shards(
    run: Run,
    accepted: Mapping[str, Record],
    pieces: Mapping[Key, list[list[str]]],
    form: tuple[Shape, Mapping[str, str]],
) -> Iterator[Shard]:
    """One shard per piece, part by part, read from disk only as fast as they are built."""
    shape, twins = form
    every = ((side, keys) for (_, side), some in sorted(pieces.items()) for keys in some)
    origin = origin_of(run)
    for number, (side, keys) in enumerate(every):
        talks = tuple(
            (run.line("conversations", key), accepted[key].get("checks", ""), accepted[key].get("manner"))
            for key in keys
        )
        tasks = dict.fromkeys(accepted[key]["task_id"] for key in keys)
        own = {task_id: twins[task_id] for task_id in tasks if task_id in twins}
        yield Shard(number, side, talks, tuple(run.line("tasks", task_id) for task_id in tasks), origin, shape, own)


def _in_order(some: Iterable[Built]) -> Iterator[Built]:
    """By number, each as soon as all before it are there."""
    early: dict[int, Built] = {}
    number = 0
    for built in some:
        early[built.number] = built
        while number in early:
            yield early.pop(number)
            number += 1
