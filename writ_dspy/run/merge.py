"""All shards of a run become the whole run: the same records in the order in which one process would have made them.

Nothing is made until every shard is there, whole, and of the same settings and versions. Merging may be stopped at any time;
the same call goes on.
"""

from __future__ import annotations

import dataclasses
import itertools
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from writ_dspy.dataset.origin import copy_domains
from writ_dspy.errors import ConfigError, StoreError
from writ_dspy.lm.usage import Usage, read_totals, write_totals
from writ_dspy.report.counting import USAGE
from writ_dspy.run.composing import held
from writ_dspy.run.dry import write_dry
from writ_dspy.run.folder import differing_settings, open_run, refuse_other
from writ_dspy.run.settings import Settings
from writ_dspy.run.shard import Shard
from writ_dspy.run.stages import in_order, refuse_changed
from writ_dspy.run.synth import Progress, Synthesis, crew_size
from writ_dspy.run.worker import Crew
from writ_dspy.shown import counted
from writ_dspy.store.judged import is_crash
from writ_dspy.store.places import check_folder, path_of
from writ_dspy.store.run import CRASH, Name, Run

AT_ONCE = 256
"""Records that are kept with one write."""
SHOWN = 3
"""Shards that a message names."""


def merge(
    runs: Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Synthesis:
    """The whole run of these shards, with its dataset.

    Its files are those that one process would have made of it, byte for byte; so each has the same records as with several.

    Args:
        runs: Folders of all shards, in any order.
        out: Folder of the whole run: made, or gone on with.
        workers: Processes that write the dataset, as `synthesize` takes them.
        progress: As `synthesize` takes it, for the stage `export`.

    Raises:
        ConfigError: No run is given, or one twice.
        StoreError: One is no shard, is of other settings or versions, is missing, or is not finished; nothing was written.
    """
    crew_size(workers, 0)  # one that cannot be is refused before a shard is read
    folder = path_of(out, "out")
    check_folder(folder, "--out")
    shards = _in_order([path_of(place, "runs") for place in runs])
    settings = dataclasses.replace(shards[0].settings, shard=None)
    refuse_other(folder, settings)
    for shard in shards:
        _refuse_unfinished(shard)
    size = crew_size(workers, settings.wanted)
    with open_run(folder, settings) as run:
        _take(run, settings, shards)
        work = Synthesis(run, settings)
        work.can_export()
        with Crew(size) as crew:
            work.export(crew)
    if progress:
        progress("export", 1, 1, {})
    return work


def _in_order(folders: Sequence[Path]) -> list[Synthesis]:
    """The shards by their number: each once, all there, and of one run."""
    if not folders:
        raise ConfigError("there is nothing to merge. Name the folders of all shards of a run.")
    found: dict[Shard, Synthesis] = {}
    absent = [folder for folder in folders if not os.path.lexists(folder)]
    there = [folder for folder in folders if folder not in absent]
    for folder in there or folders:
        run = Run.read(folder)
        settings = Settings.of(run)
        if settings.shard is None:
            raise StoreError(
                f"{folder} is a whole run and no shard of one, so there is nothing to merge it with. Leave it out, or make "
                "shards with `writ synth --shard`."
            )
        if settings.shard in found:
            other = found[settings.shard].folder
            raise ConfigError(f"{folder} and {other} are both shard {settings.shard}. Leave one of them out.")
        found[settings.shard] = Synthesis(run, settings)
    first = next(iter(found.values()))
    for work in found.values():
        _refuse_other(first, work)
    _refuse_missing(first, found, absent)
    for folder in absent:
        Run.read(folder)  # says that it is none; all shards are there without it
    return sorted(found.values(), key=lambda work: work.settings.shard.number if work.settings.shard else 0)


def _refuse_other(first: Synthesis, other: Synthesis) -> None:
    """Shards of one run differ in nothing but their number."""
    one, two = (dataclasses.replace(work.settings, shard=None) for work in (first, other))
    lines = [*differing_settings(first.run, one, other.run, two)]
    parts = [work.settings.shard.of for work in (first, other) if work.settings.shard]
    if len({*parts}) > 1:
        lines.append(f"it is one of {parts[1]:,} shards, and the other of {parts[0]:,}")
    if lines:
        raise StoreError(
            "\n".join(
                [
                    f"{other.folder} is no shard of the run that {first.folder} is a shard of:",
                    *(f"  {line}" for line in lines),
                    "Merge shards of one run, made by the same versions.",
                ]
            )
        )


def _refuse_missing(first: Synthesis, found: dict[Shard, Synthesis], absent: Sequence[Path]) -> None:
    """Shards that nobody named, or whose folders are not there."""
    shard = first.settings.shard
    lacks = [one for number in range(1, shard.of + 1) if (one := Shard(number, shard.of)) not in found] if shard else []
    if not lacks:
        return
    folder = absent[0] if absent else first.folder.with_name(f"shard-{lacks[0].number}")
    names = ", ".join(map(str, lacks[:SHOWN])) + (f" and {len(lacks) - SHOWN:,} more" if len(lacks) > SHOWN else "")
    command = dataclasses.replace(first.settings, shard=lacks[0]).command(folder)
    missing = f"{counted(len(lacks), 'shard is', 'shards are')} missing: {names}."
    if absent:
        which = f"it: {command}" if len(lacks) == 1 else f"the first of them there: {command}"
        raise StoreError(f"{folder} is not a run: there is no such folder. {missing} Make {which}")
    raise StoreError(f"{missing} Name the folders too, or make the first of them: {command}")


def _refuse_unfinished(work: Synthesis) -> None:
    """A shard that still owes something, or whose records are not those that were judged."""
    refuse_changed(work.run)
    cells = work.settings.mix.cells
    parts = zip(cells, work.settings.shares, held(work.run, cells), strict=True)
    tasks = sum(max(0, len(share) - len(has.ids)) for cell, share, has in parts if str(cell) not in work.dry)
    lacks = [counted(number, what) for number, what in ((tasks, "task"), (work.owed, "conversation")) if number]
    if lacks:
        raise StoreError(
            f"{work.folder} is not finished: it owes {' and '.join(lacks)}. Go on there: {work.settings.command(work.folder)}"
        )


def _take(run: Run, settings: Settings, shards: Sequence[Synthesis]) -> None:
    """All that the shards keep, in the order of a run by one process; what is there already stays."""
    copy_domains([work.run for work in shards], run)
    tasks = list(_tasks(settings, shards))
    tries = [(work, f"{key}.{attempt}") for work, key in tasks for attempt in range(settings.tries)]
    crashes = {work.folder: _crashes(work.run) for work in shards}
    talks = ((work.run, one) for work, key in tries for one in (*crashes[work.folder].get(key, ()), key))
    _keep(run, "tasks", ((work.run, key) for work, key in tasks))
    _keep(run, "conversations", talks)
    _keep(run, "verdicts", ((work.run, key) for work, key in tries))
    dry = _dry(settings, shards)
    if dry:
        write_dry(run, dry)
    usage: dict[str, Usage] = {}
    for work in shards:
        for role, used in read_totals(work.folder / USAGE).items():
            usage[role] = usage.get(role, Usage()) + used
    if usage:
        write_totals(run.folder / USAGE, usage)


def _keep(run: Run, name: Name, records: Iterator[tuple[Run, str]]) -> None:
    while some := list(itertools.islice(records, AT_ONCE)):
        run.take(name, some)


def _tasks(settings: Settings, shards: Sequence[Synthesis]) -> Iterator[tuple[Synthesis, str]]:
    """Cell by cell as they are filled, and in each by place: a shard keeps its places in order, and has a stretch of them."""
    cells = settings.mix.cells
    there = [(work, held(work.run, cells)) for work in shards]
    for index in in_order(cells):
        for work, has in there:
            yield from ((work, key) for key in has[index].ids)


def _crashes(run: Run) -> dict[str, list[str]]:
    """Of each try the crashes before it came to an end."""
    found: dict[str, list[str]] = {}
    for key in filter(is_crash, run.kept("conversations")):
        found.setdefault(key.partition(CRASH)[0], []).append(key)
    return found


def _dry(settings: Settings, shards: Sequence[Synthesis]) -> dict[str, str]:
    """The cells that ran dry, each with the reason of the shard that looked for its last place: that is the whole cell's."""
    found = {}
    for work in shards:
        for cell, share in zip(settings.mix.cells, work.settings.shares, strict=True):
            if share and share.stop == cell.count and str(cell) in work.dry:
                found[str(cell)] = work.dry[str(cell)]
    return found
