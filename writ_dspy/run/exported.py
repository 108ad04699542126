"""The dataset of a run as it stands in its folder: whether it is up to date, brought up to date, read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from writ_dspy.dataset.export import Each, Exported, is_of, renewed
from writ_dspy.dataset.folder import Key, Way, changed_since, outdated
from writ_dspy.dataset.manifest import Home, Manifest, known
from writ_dspy.dataset.parquet import read_rows
from writ_dspy.dataset.shape import Shape
from writ_dspy.errors import StoreError
from writ_dspy.shown import counted
from writ_dspy.store.run import Run

if TYPE_CHECKING:
    import datasets


def up_to_date(run: Run) -> bool:
    """Whether there is a dataset, made from the conversations that the run has accepted by now."""
    held = known(Home.of_run(run.folder))
    return held.pending is None and held.manifest is not None and is_of(held.manifest, run)


def brought_up_to_date(run: Run, each: Each) -> tuple[dict[Key, int], list[str]]:
    """Export what a run has accepted, in the shape and the formats that its dataset has.

    Returns the number of rows by domain and split, and what is to be said of the shape and of forms left behind.
    """
    home = Home.of_run(run.folder)
    before, done = renewed(run, Way(home), each)
    there = known(home).manifest
    return there.counts if there else {}, list(_notes(home, before, done))


def _notes(home: Home, before: Manifest | None, done: Exported | None) -> Iterator[str]:
    now = done.made if done and done.made else before
    if before is not None and now is not None and before.shape != Shape():
        what = "keeps its shape" if done else "stays as it was shaped"
        yield (
            f"{home.folder} {what} ({before.shape.options()}): {now.kept:,} of {counted(now.accepted, 'accepted conversation')}. "
            f"For all of them: {home.again}"
        )
    if now is not None:
        yield from outdated(home, now)


def in_memory(folder: Path) -> datasets.DatasetDict:
    """The dataset that stands in a run folder.

    Raises:
        StoreError: There is none, or a file of it has been changed.
    """
    from datasets import Dataset, DatasetDict
    from pyarrow import concat_tables

    home = Home.of_run(folder)
    held = known(home)
    if held.manifest is None:
        raise StoreError(f"{folder} has no dataset yet. Write it: {home.again}")
    if changed := held.changed(home, held.manifest.of(["parquet"])):
        raise StoreError(changed_since(home, changed[0]))
    sides = held.manifest.sources(home)
    return DatasetDict({side: Dataset(concat_tables(map(read_rows, paths))) for side, paths in sides.items() if paths})
