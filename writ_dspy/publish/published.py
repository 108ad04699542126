"""Sets that are published: read back from the Hub, and told apart by the same statistics as a run.

`hf:OWNER/NAME[@REVISION]` stands wherever a run folder does. What a set says of its making comes from its
`manifest.json`; what it holds is counted from its rows, ours or those of the public WRIT-2K layout.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, overload

from writ_dspy.dataset.export import is_of
from writ_dspy.dataset.folder import changed_since
from writ_dspy.dataset.manifest import Home, known
from writ_dspy.errors import ConfigError, StoreError
from writ_dspy.publish import hub
from writ_dspy.publish.hub import Place
from writ_dspy.publish.stage import KEY, MANIFEST, quiet
from writ_dspy.report import census
from writ_dspy.report.census import BATCH, Census
from writ_dspy.report.summary import Report
from writ_dspy.run.synth import Synthesis
from writ_dspy.run.synth import load as load_run
from writ_dspy.store.places import path_of
from writ_dspy.task import Json

if TYPE_CHECKING:
    import datasets
    from pyarrow import Table

PREFIX = "hf:"


@dataclass(frozen=True)
class Published:
    """A dataset repository at one commit."""

    name: str
    commit: str
    made: Mapping[str, Json] | None
    """Its `manifest.json`; None for a set that writ did not publish."""

    def __repr__(self) -> str:
        return f"<{PREFIX}{self.name} at {self.commit[:8]}{'' if self.made else ', not published by writ'}>"

    def report(self) -> Report:
        """The report of the run that it was published from, but for its first crash, which is never published.

        Raises:
            StoreError: It was not published by writ, or its manifest says something else.
        """
        if self.made is None:
            raise StoreError(
                f"{self.name} has no {MANIFEST} of writ, so how it was made is unknown. `census()` counts its rows."
            )
        try:
            return Report.from_json(self.made["report"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise StoreError(
                f"{self.name}: {MANIFEST} holds no report ({error!r}): published by another version?"
            ) from error

    def census(self) -> Census:
        """What its rows hold, all of them read.

        Raises:
            StoreError: They cannot be loaded, or are no trajectories.
        """
        return census.count(self._tables())

    def dataset(self) -> datasets.DatasetDict:
        """Its default configuration, from the cache of `datasets` where it has been loaded before.

        Raises:
            StoreError: It cannot be loaded.
        """
        from datasets import load_dataset
        from datasets.builder import DatasetGenerationError
        from datasets.exceptions import DatasetsError

        try:
            with hub.asking(f"loading {self.name}", reads=True), quiet():
                return load_dataset(self.name, revision=self.commit)
        except (DatasetsError, DatasetGenerationError) as error:
            why = " ".join(str(error.__cause__ or error).split())[:300]
            raise StoreError(f"{self.name} at {self.commit[:8]} cannot be loaded: {why}.") from error

    def rows(self) -> datasets.Dataset:
        """All its rows, split by split; each is read when it is asked for.

        Raises:
            StoreError: They cannot be loaded.
        """
        from datasets import concatenate_datasets

        return concatenate_datasets(list(self.dataset().values()))

    def _tables(self) -> Iterator[tuple[str, Table]]:
        for split, rows in self.dataset().items():
            yield from ((str(split), table) for table in rows.with_format("arrow").iter(BATCH))


Loaded: TypeAlias = Synthesis | Published


@overload
def load(source: os.PathLike[str]) -> Synthesis: ...
@overload
def load(source: str) -> Loaded: ...
def load(source: str | os.PathLike[str]) -> Loaded:
    """A run folder, or with `hf:OWNER/NAME[@REVISION]` a published set, to look at.

    Raises:
        ConfigError: The name is none, there is no such set, or the token may not see it.
        StoreError: The folder is no run, or the Hub cannot be reached.
    """
    text = os.fspath(path_of(source, "source"))
    if not text.startswith(PREFIX):
        return load_run(text)
    place = Place.of(text)
    with hub.asking(f"looking for {place}", reads=True):
        info = hub.api().dataset_info(place.name, revision=place.revision)
    if info.sha is None:
        raise StoreError(f"{place} has no commit yet. Publish to it first.")
    made = None
    if any(sibling.rfilename == MANIFEST for sibling in info.siblings or ()):
        try:
            made = json.loads(hub.text_of(place.name, MANIFEST, info.sha) or "{}")
        except ValueError:  # then it is not ours
            made = None
    return Published(place.name, info.sha, made if isinstance(made, dict) and KEY in made else None)


def census_of(loaded: Loaded) -> Census:
    """What the rows of a run's dataset, or of a published set, hold.

    Raises:
        StoreError: There are none.
    """
    if isinstance(loaded, Published):
        return loaded.census()
    home = Home.of_run(loaded.folder)
    held = known(home)
    there = held.manifest
    if there is None or not there.kept:
        raise StoreError(f"{loaded.folder} has no dataset yet. Write it: {home.again}")
    if held.pending or not is_of(there, loaded.run):
        raise StoreError(
            f"{home.folder} is not up to date: the run has gone on since, or it is from an earlier writ. Renew it: {home.again} --keep-shape"
        )
    if changed := held.changed(home, there.of(["parquet"])):
        raise StoreError(changed_since(home, changed[0]))
    return census.count(census.rows_of(there.sources(home)))


def compare(sources: Sequence[str]) -> dict[str, Census]:
    """The census of each, by the name that was given.

    Raises:
        ConfigError: One is named twice.
        StoreError: See `load` and `census_of`.
    """
    if len(set(sources)) < len(sources):
        raise ConfigError(f"{' '.join(sources)}: a set is compared with others, so name each once.")
    return {_shown(source): census_of(load(source)) for source in sources}


def _shown(source: str) -> str:
    return source if source.startswith(PREFIX) else str(Path(source))
