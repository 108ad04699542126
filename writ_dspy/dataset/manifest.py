"""`manifest.json` of an export: every file with its hash, what was asked for, and what was left out and why.

Paths are those of a folder that holds all of an export, as a published one does. In a run folder the Parquet of the
domains is under `dataset/`, with the manifest; the other forms are beside it. Each form says which dataset it was made
from, so that one that is out of date can be told.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from writ_dspy.dataset.card import Held, digest
from writ_dspy.dataset.formats import FOLDERS
from writ_dspy.dataset.parquet import sha256
from writ_dspy.dataset.shape import Shape
from writ_dspy.dataset.splits import SPLITS, Split
from writ_dspy.errors import StoreError
from writ_dspy.store.files import disk, inside, is_file, kind, read_text
from writ_dspy.task import Json

NAME = "manifest.json"
_FORM_OF = {folder: form for form, folder in FOLDERS.items()}


@dataclass(frozen=True, slots=True)
class Home:
    """Where an export stands."""

    root: Path
    dataset: str
    """The folder of the Parquet and the manifest within it; empty where they stand at the top."""
    again: str
    """The command that makes it again."""

    @classmethod
    def of_run(cls, folder: Path) -> Home:
        """In a run folder."""
        return cls(folder, "dataset", f"writ export {shlex.quote(str(folder))}")

    @classmethod
    def alone(cls, folder: Path, run: Path | str = "RUN") -> Home:
        """In a folder of its own."""
        return cls(folder, "", f"writ export {shlex.quote(str(run))} --out {shlex.quote(str(folder))}")

    def name(self, path: str) -> str:
        """Where the file with this path of a manifest is within the root."""
        beside = path.partition("/")[0] in _FORM_OF
        return path if beside or not self.dataset else f"{self.dataset}/{path}"

    def at(self, path: str) -> Path:
        """The same as a path on disk."""
        return self.root / self.name(path)

    def path(self, name: str) -> str:
        """The path in a manifest of the file with this name within the root: the other way round."""
        return name.removeprefix(f"{self.dataset}/") if self.dataset else name

    @property
    def folder(self) -> Path:
        """Of the Parquet and the manifest."""
        return self.root / self.dataset


def form_of(path: str) -> str:
    """The format that the file with this path belongs to."""
    return _FORM_OF.get(path.partition("/")[0], "parquet")


def dataset_digest(files: Mapping[str, Held]) -> str:
    """What the dataset with these files is, whatever forms stand beside it."""
    return digest((path, held.sha256) for path, held in files.items() if form_of(path) == "parquet")


class Dropped(BaseModel):
    """Accepted conversations that are no rows."""

    by_reason: dict[str, int] = Field(default_factory=dict)
    ids: dict[str, str] = Field(default_factory=dict)


class Manifest(BaseModel):
    """What an export says of itself."""

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="ignore")

    writ_version: str
    encoding: int = 1
    """Of the rows, as `rows.ENCODING` has it; 1 in one of an earlier version."""
    checks: list[str]
    domains: list[str]
    formats: dict[str, str]
    """Every form that is there, and the digest of the dataset that it was made from."""
    source: str = ""
    """Digest of all accepted conversations that there were to choose from; empty in one of an earlier version."""
    accepted: int
    kept: int
    rows: dict[str, int]
    files: dict[str, Held]
    shape: Shape
    lacking: dict[str, int] = Field(default_factory=dict)
    dropped: Dropped

    @model_validator(mode="before")
    @classmethod
    def parsed(cls, found: Any) -> Any:
        """The shape as itself; where only the names of the formats are given, all were made from this dataset."""
        if not isinstance(found, dict) or isinstance(found.get("shape"), Shape):
            return found
        more: dict[str, Any] = {"shape": Shape.from_json(found["shape"])}
        if isinstance(found.get("formats"), list):
            held = {path: Held(**about) for path, about in found["files"].items()}
            more["formats"] = dict.fromkeys(found["formats"], dataset_digest(held))
        if any(".." in Path(path).parts or Path(path).is_absolute() for path in found["files"]):
            raise ValueError("a path that leads out of the folder")
        return found | more

    @property
    def digest(self) -> str:
        """What the dataset is."""
        return dataset_digest(self.files)

    def of(self, forms: Iterable[str]) -> dict[str, Held]:
        """The files of these formats."""
        wanted = set(forms)
        return {path: held for path, held in self.files.items() if form_of(path) in wanted}

    @property
    def counts(self) -> dict[tuple[str, Split], int]:
        """Rows of the dataset itself, by domain and split."""
        places = {(folder, side): f"{folder}/{side}-" for folder in self.domains for side in SPLITS}
        counts = {
            key: sum(held.rows for path, held in self.files.items() if path.startswith(start))
            for key, start in places.items()
        }
        return {key: count for key, count in counts.items() if count}

    def sources(self, home: Home) -> dict[Split, list[Path]]:
        """The Parquet of the dataset itself by split, domain by domain."""
        paths = sorted(self.of(["parquet"]))
        return {side: [home.at(path) for path in paths if f"/{side}-" in path] for side in SPLITS}

    def outdated(self, home: Home) -> tuple[str, ...]:
        """Formats that are still there, and were made from another dataset than this."""
        old = [form for form, made_from in self.formats.items() if made_from != self.digest]
        return tuple(form for form in old if any(is_file(home.at(path)) for path in self.of([form])))

    def to_json(self) -> dict[str, Json]:
        """As the file has it."""
        files = {path: asdict(held) for path, held in sorted(self.files.items())}
        more = {"rows": dict(sorted(self.rows.items())), "files": files, "shape": self.shape.to_json()}
        return {name: more.get(name, value) for name, value in self.model_dump(exclude={"shape"}).items()} | more

    @property
    def text(self) -> str:
        """The file; the same facts give the same text."""
        return json.dumps(self.to_json(), ensure_ascii=False, indent=1) + "\n"


@dataclass(frozen=True, slots=True)
class Known:
    """What earlier exports left."""

    manifest: Manifest | None
    pending: Manifest | None = None
    """Of an export that was killed while it put its files in place."""
    hashes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By path: every content that one of them wrote there."""

    def changed(self, home: Home, paths: Iterable[str]) -> list[str]:
        """Of these paths, the files that have been changed since writ wrote them."""
        there = [path for path in paths if path in self.hashes and is_file(home.at(path))]
        return [path for path in there if sha256(home.at(path)) not in self.hashes[path]]


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest in the folder of a dataset; None where none is.

    Raises:
        StoreError: It is no manifest.
    """
    return _read(folder / NAME)


def known(home: Home) -> Known:
    """What the manifests of a place say, with that of an export that was killed half-way.

    Raises:
        StoreError: The manifest is none.
    """
    path = home.folder / NAME
    with disk(path, "cannot read"):
        inside(home.root, path)
        found = _read(path, home.again)
        try:
            pending = _read(path.with_name(f"{NAME}.tmp"))
        except StoreError:  # killed while that was written: then no file had been put in place
            pending = None
    hashes: dict[str, set[str]] = {}
    for manifest in filter(None, (found, pending)):
        for name, held in manifest.files.items():
            hashes.setdefault(name, set()).add(held.sha256)
    return Known(found, pending, {name: frozenset(some) for name, some in hashes.items()})


def _read(path: Path, again: str = "writ export RUN") -> Manifest | None:
    with disk(path, "cannot read"):
        if kind(path) == "a folder":
            raise StoreError(f"{path} is a folder, where the manifest goes. Move it away, then: {again}")
        text = read_text(path, "replace")
    if text is None:
        return None
    try:
        return Manifest.model_validate(json.loads(text))
    except (ValidationError, KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise StoreError(f"{path} is no manifest of a dataset. Have it written anew: {again} --overwrite") from error
