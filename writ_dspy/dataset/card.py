"""What a dataset folder says of itself: its configurations, and of each the splits, rows, bytes and a digest.

`datasets.load_dataset` keeps what it has read under the name of the folder and a hash of this head. The head holds no
place and no time, so without the digest one run would be given the rows of another. And with the number of rows,
`load_dataset` refuses a folder that has lost some.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from writ_dspy.domains import exists, known, load

CARD = "README.md"
BESIDE_CARD = ".huggingface.yaml"
"""Read by `datasets` along with the card."""
MARK = "# Configurations written by writ-dspy; a README.md without this line is left alone."
_OURS = ("configs", "dataset_info")
"""Keys of the head that every export writes anew."""
_EXTRA_MARK = (
    "# Written by writ-dspy, since README.md is somebody else's: without it load_dataset may return other rows."
)
_FENCE = "---\n"

READERS = (
    "Any `datasets` since 2.19, pandas, polars and DuckDB read the configuration `text`; in a run it is the folder `text/` beside",
    "this one. `messages` and `tools` are JSON text there. The default configuration has them as JSON columns, ready for TRL and",
    "Axolotl, which `datasets` reads since 4.7.",
    "",
)


@dataclass(frozen=True, slots=True)
class Held:
    """A file of a dataset, as its manifest has it."""

    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Part:
    """One split of one configuration."""

    config: str
    split: str
    paths: tuple[str, ...]
    """Patterns of its files."""
    rows: int
    bytes: int
    digest: str
    """SHA-256 over the paths and contents of its files."""


def part(config: str, split: str, files: Mapping[str, Held]) -> Part:
    """The split that these files make, by their paths; a shard stands for all shards beside it."""
    patterns = tuple(dict.fromkeys(_pattern(path) for path in sorted(files)))
    rows, size = (sum(getattr(held, name) for held in files.values()) for name in ("rows", "bytes"))
    return Part(config, split, patterns, rows, size, digest((path, held.sha256) for path, held in files.items()))


def parts(files: Mapping[str, Held], alone: Sequence[str] = ()) -> Iterator[Part]:
    """Every split of every configuration that `load_dataset` finds in a folder with these Parquet files.

    Args:
        files: By path: `{domain}/{split}-*.parquet`, and the same under other folders.
        alone: Those other folders; each is a configuration, and no part of the default one.
    """
    folders = list(dict.fromkeys(path.partition("/")[0] for path in sorted(files) if path.endswith(".parquet")))
    domains = [folder for folder in folders if folder not in alone]
    sources = {"default": domains} | {name: [name] for name in (*domains, *(one for one in alone if one in folders))}
    for config, chosen in sources.items():
        for split in ("train", "test"):
            found = {path: held for path, held in files.items() if path.startswith(_starts(chosen, split))}
            if found:
                yield part(config, split, found)


def _starts(folders: Iterable[str], split: str) -> tuple[str, ...]:
    return tuple(f"{folder}/{split}-" for folder in folders)


def _pattern(path: str) -> str:
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{name.partition('-')[0]}-*.parquet" if name.endswith(".parquet") else path


def digest(files: Iterable[tuple[str, str]]) -> str:
    """SHA-256 over the paths of files and the hashes of their contents, in any order."""
    lines = "".join(sorted(f"{sha256}  {path}\n" for path, sha256 in files))
    return hashlib.sha256(lines.encode()).hexdigest()


def head(some: Iterable[Part]) -> dict[str, Any]:
    """`configs` and `dataset_info` of these parts.

    Without `features`: readers that know no JSON columns could then load no configuration at all.
    """
    configs: dict[str, list[Part]] = {}
    for one in some:
        configs.setdefault(one.config, []).append(one)
    return {
        "configs": [
            {
                "config_name": name,
                **({"default": True} if name == "default" else {}),
                "data_files": [{"split": one.split, "path": list(one.paths)} for one in found],
            }
            for name, found in configs.items()
        ],
        "dataset_info": [
            {
                "config_name": name,
                "description": _said(found),
                "splits": [{"name": one.split, "num_bytes": one.bytes, "num_examples": one.rows} for one in found],
                "download_size": sum(one.bytes for one in found),
                "dataset_size": sum(one.bytes for one in found),
            }
            for name, found in configs.items()
        ],
    }


def _said(found: Iterable[Part]) -> str:
    return f"SHA-256 of the files: {digest((one.split, one.digest) for one in found)}"


def dumped(value: Mapping[str, Any]) -> str:
    """YAML as every card has it; the same value gives the same text."""
    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=120)
    return text


def cards(some: Sequence[Part], there: str | None, *, text: bool = True) -> dict[str, str | None]:
    """The files that say what a folder holds, by name; None for one that is not to be there.

    A card of the user's stays: one without the mark wholly, and then what `load_dataset` has to know stands beside
    it; one with the mark keeps its text, and the keys of its head that are not ours.

    Args:
        some: What the folder holds; nothing takes the card away.
        there: The card that stands there; None where none does.
        text: Whether to write a card where none is. Without one all stands in the file beside it, which readers of a
            whole folder of Parquet pass over.
    """
    theirs = there is not None and MARK not in there
    if not some:
        return {BESIDE_CARD: None} if theirs else {CARD: None, BESIDE_CARD: None}
    if theirs:
        about = {"dataset_info": [_digests(one) for one in head(some)["dataset_info"]]}
        return {BESIDE_CARD: f"{_EXTRA_MARK}\n{dumped(about)}"}
    if not text and there is None:
        return {BESIDE_CARD: f"{_EXTRA_MARK}\n{dumped(head(some))}"}
    kept, body = _kept(there, notice(dict.fromkeys(one.config for one in some)))
    return {CARD: f"{_FENCE}{MARK}\n{dumped(head(some) | kept)}{_FENCE}{body}", BESIDE_CARD: None}


def marked(text: str) -> bool:
    """Whether writ wrote this file, as its first lines say."""
    return MARK in text or text.startswith(_EXTRA_MARK)


def _digests(info: Mapping[str, Any]) -> dict[str, Any]:
    return {name: info[name] for name in ("config_name", "description")}


def notice(folders: Iterable[str]) -> tuple[str, ...]:
    """Whose the texts and the data are, for the domains whose folders these are."""
    domains = [known(folder) for folder in folders]
    notices = dict.fromkeys(load(name).terms.notice for name in domains if exists(name))
    return tuple(line for index, lines in enumerate(notices) for line in (*([""] if index else []), *lines))


def _kept(there: str | None, terms: Sequence[str]) -> tuple[dict[str, Any], str]:
    """What of a card with our mark is the user's: other keys of its head, and its text."""
    ours = "\n" + "\n".join((*READERS, *terms, ""))
    if there is None or not there.startswith(_FENCE) or (end := there.find(f"\n{_FENCE}", 1)) < 0:
        return {}, ours
    try:
        found = yaml.safe_load(there[len(_FENCE) : end])
    except (yaml.YAMLError, ValueError, RecursionError):  # then `load_dataset` could not read it either
        found = None
    keys = {key: value for key, value in found.items() if key not in _OURS} if isinstance(found, dict) else {}
    return keys, there[end + 1 + len(_FENCE) :] or ours
