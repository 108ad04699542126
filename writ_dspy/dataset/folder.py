"""An export as it is written: all of it at once, and nothing of anybody else's touched.

The Parquet, the other forms, the cards and the manifest are drafted, looked at and put in place together. A file that
writ did not write, or that was changed since, stops it before that. Forms that are not asked for stay as they are.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from writ_dspy.dataset import inspect
from writ_dspy.dataset.card import BESIDE_CARD, CARD, Held, Part, cards, marked, parts
from writ_dspy.dataset.card import part as card_part
from writ_dspy.dataset.drafts import Drafts
from writ_dspy.dataset.formats import DEFAULT, FOLDERS, FORMATS, TABLES, Made, Tell, convert, files_of
from writ_dspy.dataset.manifest import NAME, Dropped, Home, Known, Manifest, dataset_digest, form_of, known
from writ_dspy.dataset.parquet import is_ours, sha256, write_tables
from writ_dspy.dataset.rows import ENCODING, schema
from writ_dspy.dataset.shape import Shape, Shaped
from writ_dspy.dataset.splits import SPLITS, Split
from writ_dspy.dataset.tau2_tasks import NOTES
from writ_dspy.errors import StoreError
from writ_dspy.store.files import disk, inside, is_file, kind, plain, read_text, reading, replacing
from writ_dspy.version import __version__

if TYPE_CHECKING:
    from pyarrow import Table

Key: TypeAlias = tuple[str, Split]
"""A domain's short name and a split: one file of Parquet."""
NOTHING = Shaped(frozenset(), {}, {})
"""What is chosen where there is nothing to choose from."""
CONFIGS = ("text", "sharegpt", "hermes", "tasks", *TABLES)
"""Forms that are configurations of their own, beside the domains."""


@dataclass(frozen=True)
class About:
    """What a manifest says beside the files."""

    shape: Shape = field(default_factory=Shape)
    chosen: Shaped = NOTHING
    accepted: int = 0
    source: str = ""
    checks: Sequence[str] = ()


@dataclass(frozen=True)
class Way:
    """Where an export goes, and what it may do there."""

    home: Home
    names: tuple[str, ...] = DEFAULT
    """Formats that are written."""
    overwrite: bool = False
    """Replace also what was changed since it was written, or stands in the way."""
    again: str = ""
    """The command that is told to do so."""

    @property
    def remedy(self) -> str:
        """The command that replaces what is in the way."""
        return self.again or f"{self.home.again} --keep-shape --overwrite"

    def guard(self, before: Known, path: str) -> None:
        """Refuse to lose the file with this path of a manifest, unless it is as an export left it."""
        place = self.home.at(path)
        if self.overwrite:
            return
        if path not in before.hashes:
            what = None if _by_us(place, before) else "is in the way, and writ did not write it"
        else:
            what = "has been changed since writ wrote it" if before.changed(self.home, [path]) else None
        if what:
            raise StoreError(f"{place} {what}. Move it away to keep it, or have it replaced: {self.remedy}")


def changed_since(home: Home, path: str) -> str:
    """What is said of a file that is not as it was written."""
    return (
        f"{home.at(path)} has been changed since writ wrote it. Move it away to keep it, or have it replaced: "
        f"{Way(home).remedy}"
    )


def outdated(home: Home, there: Manifest) -> Iterator[str]:
    """One line where forms of a dataset stand there that were made from another one."""
    forms = there.outdated(home)
    if forms:
        folders = [str(home.root / FOLDERS[form]) for form in forms]
        again = " ".join([home.again, "--keep-shape", *(f"--format {form}" for form in forms)])
        yield (
            f"out of date, since made from the dataset as it was before: {', '.join(folders)}. Renew: {again}   or remove: "
            f"rm -r {shlex.join(folders)}"
        )


def ready(way: Way, domains: Iterable[str]) -> Known:
    """What earlier exports left; refuses a folder in which one would stumble, before any work.

    Args:
        way: Where it goes.
        domains: Short names of those that may have rows.

    Raises:
        StoreError: The folder holds what is not writ's or was changed, or cannot be used. Nothing was changed.
    """
    home = way.home
    with disk(home.folder, "cannot use"):
        inside(home.root, home.folder / NAME)
        before = _claimed(home) if not home.dataset else _known(way)
        every = set(files_of(FORMATS, domains)) | set(before.hashes)
        _no_strays(way, {home.at(path) for path in every})
        for path in sorted(every):
            if form_of(path) in way.names and plain(inside(home.root, home.at(path))) and before.manifest:
                way.guard(before, path)
        for folder in _card_folders(way):
            _card(home, folder)
    return before


def fill(
    way: Way,
    rows: Mapping[Key, Iterable[Table]],
    about: About | None = None,
    before: Known | None = None,
    tell: Tell | None = None,
    made: Made | None = None,
) -> Manifest:
    """Make the folder the dataset of these rows, with the formats that are asked for; others stay as they are.

    Every file appears whole or not at all: all are drafted first and renamed at the end, so that a process killed
    before that leaves everything as it was, and one killed while renaming leaves whole files, which the next export
    sets right.

    Args:
        way: Where it goes; made if it is missing.
        rows: Of each file, in the order of their trajectory ids, one table per row group; none make no file.
        about: What the manifest is to say beside the files.
        before: What `ready` gave.
        tell: Told of progress, in rows of one format.
        made: The records of those formats that are made from the run.

    Raises:
        StoreError: Rows are out of order or in the wrong part, a file that is not ours is in the way, or the disk
            refuses. Nothing was changed.
    """
    home, about = way.home, about or About()
    before = ready(way, {name for name, _ in rows}) if before is None else before
    with disk(home.folder, "cannot write the dataset to"), Drafts(home.root) as drafts:
        sources = _parquet(home, drafts, rows)
        convert(sources, drafts, way.names, tell, made)
        files = {home.path(name): drafts.held(name) for name in drafts.rows}
        old = before.manifest
        others = old.of(FORMATS.keys() - set(way.names)) if old else {}
        others = {path: held for path, held in others.items() if is_file(home.at(path))}
        others |= _orphans(way, before, {name for name, _ in rows})
        formats = dict.fromkeys(way.names, dataset_digest(files))
        formats |= {form_of(path): old.formats.get(form_of(path), "") if old else "" for path in others}
        every = files | others
        gone = _gone(way, before, files)
        for path in gone:
            way.guard(before, path)
        names = [home.name(path) for path in gone] + _cards(way, drafts, every) + _left(home, drafts, before)
        manifest = Manifest(
            writ_version=__version__,
            encoding=ENCODING,
            checks=sorted(about.checks),
            domains=sorted({name for path in files if form_of(path) == "parquet" for name in [path.partition("/")[0]]}),
            formats={name: formats[name] for name in FORMATS if name in formats},
            source=about.source,
            accepted=about.accepted,
            kept=len(about.chosen.kept),
            rows={path: held.rows for path, held in sorted(every.items())},
            files=every,
            shape=about.shape,
            lacking=about.chosen.lacking,
            dropped=Dropped(by_reason=about.chosen.reasons, ids=about.chosen.dropped),
        )
        _settled(home, before)
        drafts.put(home.name(NAME), manifest.text.encode())
        drafts.settle(
            lambda name, _: way.guard(before, home.path(name)) if home.path(name) in files else None,
            names,
            home.name(NAME),
        )
    return manifest


def _parquet(home: Home, drafts: Drafts, rows: Mapping[Key, Iterable[Table]]) -> dict[Split, list[Path]]:
    """Draft the dataset itself; returns its files by split."""
    sources: dict[Split, list[Path]] = {side: [] for side in SPLITS}
    for key, tables in sorted(rows.items(), key=lambda item: item[0]):
        name = home.name(f"{key[0]}/{key[1]}-00000-of-00001.parquet")
        with drafts.new(name) as file:
            count = write_tables(file, schema(), _checked(key, tables))
        if count:
            drafts.rows[name] = count
            sources[key[1]].append(drafts.at(name))
        else:
            drafts.drop(name)
    return sources


def _checked(key: Key, tables: Iterable[Table]) -> Iterator[Table]:
    last = ""
    for some in tables:
        columns = (some.column(name).to_pylist() for name in ("domain", "split", "trajectory_id"))
        for name, side, row in zip(*columns, strict=True):
            if (name, side) != key or row <= last:
                why = f"belongs to {(name, side)}" if (name, side) != key else f"comes after {last!r}"
                raise StoreError(
                    f"row {row!r} {why}, and was given for {key}. Sort the rows by trajectory id, each once."
                )
            last = row
        yield some


# ----------------------------------------------------------------------------- what stands there


def _known(way: Way) -> Known:
    """What earlier exports left in a run folder; a manifest that is none counts as gone where that is asked for."""
    try:
        return known(way.home)
    except StoreError:
        if not way.overwrite or kind(way.home.folder / NAME) != "a file":
            raise
        return Known(None)


def _claimed(home: Home) -> Known:
    """What earlier exports left in a folder of its own, which holds nothing else."""
    other = "Choose another folder with --out."
    if (home.root / "run.json").exists():
        raise StoreError(f"{home.root} is a run, whose dataset stands in it. {other}")
    if home.root.exists() and not home.root.is_dir():
        raise StoreError(f"{home.root} is no folder. {other}")
    try:
        before = known(home)
    except StoreError as error:
        raise StoreError(
            f"{home.root} holds a {NAME} that `writ export` did not write there, or that is broken. {other}"
        ) from error
    ours = {CARD, BESIDE_CARD, *(home.name(path) for path in before.hashes)}
    there = (str(path.relative_to(home.root)) for path in home.root.rglob("*") if kind(path) != "a folder")
    foreign = sorted(path for path in there if path not in ours and not path.endswith(".tmp"))
    if before.manifest is None and foreign:
        raise StoreError(f"{home.root} holds {foreign[0]}, which writ did not write there. {other}")
    return before


def _orphans(way: Way, before: Known, domains: Iterable[str]) -> dict[str, Held]:
    """Files of other forms that a dataset which is gone has left, as far as they can be told."""
    home = way.home
    if before.manifest is not None:
        return {}
    paths = files_of([name for name in FORMATS if name not in (*way.names, "parquet")], domains)
    found = [path for path in paths if is_file(home.at(path)) and _by_us(home.at(path), before)]
    return {path: Held(0, home.at(path).stat().st_size, sha256(home.at(path))) for path in found}


def _no_strays(way: Way, ours: set[Path]) -> None:
    """Refuse Parquet beside ours, which `load_dataset` would take for rows of this dataset."""
    home = way.home
    folders = {home.folder, *(home.root / FOLDERS[name] for name in way.names if name in CONFIGS)}
    for path in sorted({path for folder in folders for path in folder.rglob("*.parquet")} - ours):
        raise StoreError(
            f"{path} is in the way: writ did not write it, and load_dataset would take it for rows. Move it away, or export "
            "to another folder with --out."
        )


def _by_us(path: Path, before: Known) -> bool:
    """Whether a file that no manifest names is known by a mark; only where the manifest itself is gone."""
    if before.manifest is not None:
        return False
    if path.suffix == ".parquet":
        return is_ours(path)
    mark = NOTES.partition("{")[0].encode()
    with reading(path) as file:
        if path.suffix == Path(inspect.PATH).suffix:
            return inspect.is_ours(file)
        return path.suffix == ".json" and (path.name != "tasks.json" or mark in file.read())


def _gone(way: Way, before: Known, files: Mapping[str, Held]) -> list[str]:
    """Paths of files that an earlier export wrote in these formats and this one does not."""
    home = way.home
    there = {path for path in before.hashes if form_of(path) in way.names and is_file(home.at(path))}
    if before.manifest is None:
        found = (f"{path.parent.name}/{path.name}" for path in home.folder.glob("*/*.parquet") if is_ours(path))
        there |= {path for path in found if form_of(path) == "parquet"}
    return sorted(there - files.keys())


def _left(home: Home, drafts: Drafts, before: Known) -> list[str]:
    """Drafts that a killed export left, and that this one does not write."""
    folders = {path.parent.name for path in home.folder.glob("*/*.parquet.tmp")} - set(FOLDERS.values())
    names = {home.name(path) for path in (*before.hashes, *files_of(FORMATS, folders))}
    return sorted(f"{name}.tmp" for name in names - drafts.rows.keys())


def _settled(home: Home, before: Known) -> None:
    """After an export that was killed while it put its files in place, let the manifest name those that are there."""
    pending = before.pending
    if pending is None:
        return
    there = before.manifest or pending
    arrived = {
        path: held
        for path, held in pending.files.items()
        if is_file(home.at(path)) and sha256(home.at(path)) == held.sha256
    }
    with replacing(home.folder / NAME) as file:
        file.write(there.model_copy(update={"files": there.files | arrived}).text.encode())


# ----------------------------------------------------------------------------- cards


def _card_folders(way: Way) -> list[str]:
    """Folders within the root that say what they hold, of those that are written."""
    return [way.home.dataset, *(FOLDERS[name] for name in way.names if name in (*CONFIGS, "openai"))]


def _card(home: Home, folder: str) -> str | None:
    """The card that stands there; None where none does."""
    path = inside(home.root, home.root / folder / CARD)
    try:
        return read_text(path)
    except UnicodeDecodeError as error:
        raise StoreError(
            f"{path} is no UTF-8 text, so load_dataset cannot read that folder. Save it as UTF-8, or move it away."
        ) from error


def _cards(way: Way, drafts: Drafts, files: Mapping[str, Held]) -> list[str]:
    """Draft the cards; returns the names of those that are not to be there any more."""
    home, gone = way.home, []
    for folder in _card_folders(way):
        start = f"{folder}/" if folder else ""
        held = list(_held(home, folder, files))
        for name, text in cards(held, _card(home, folder), text=folder == home.dataset).items():
            there = read_text(home.root / f"{start}{name}", "replace")
            if name == BESIDE_CARD and there is not None and not marked(there):
                continue
            if text is None:
                gone.append(f"{start}{name}")
            else:
                drafts.put(f"{start}{name}", text.encode())
    return gone


def _held(home: Home, folder: str, files: Mapping[str, Held]) -> Iterator[Part]:
    """Every split that is found in a folder."""
    if folder == home.dataset:
        forms = ("parquet", *(() if folder else CONFIGS))
        yield from parts({path: held for path, held in files.items() if form_of(path) in forms}, CONFIGS)
        return
    for side in SPLITS:
        form = next(name for name, one in FOLDERS.items() if one == folder)
        mine = set(files_of([form], ())) & files.keys()
        found = {path.partition("/")[2]: files[path] for path in mine if _side(path) == side}
        if found:
            yield card_part("default", side, found)


def _side(path: str) -> Split:
    """The split of a file, by its name."""
    name = path.rpartition("/")[2]
    return "test" if name.startswith("test-") or name.endswith("-test.jsonl") else "train"
