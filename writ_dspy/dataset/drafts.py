"""Files of a folder that appear together: each is drafted beside its place, and all are renamed at the end.

Until then the folder is as it was, and after a failure no draft is left. A process that is killed while it renames
leaves whole files, old and new ones; the next call sets that right.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from io import BufferedWriter
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias

from writ_dspy.dataset.card import Held
from writ_dspy.dataset.parquet import sha256
from writ_dspy.store.files import fresh, inside, kind, make_folder, plain, reading, remove

Guard: TypeAlias = Callable[[str, Path], None]
"""Shown the path of each file that would be replaced by another; raises if it is to stay."""


class Drafts:
    """What is to stand in a folder, by path there."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.rows: dict[str, int] = {}
        """Of each file drafted so far; 0 for one that has no rows."""
        self._made: list[Path] = []
        self._settling: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind_: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for path in self.rows.keys() - {self._settling}:
            remove(self.at(path))
        for folder in reversed(self._made):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()

    def at(self, path: str) -> Path:
        """The draft of the file with this path."""
        place = self.root / path
        return place.with_name(f"{place.name}.tmp")

    def new(self, path: str, rows: int = 0) -> BufferedWriter:
        """An empty draft, to write; close it with `done`."""
        place = self.root / path
        self._folder(place.parent)
        plain(place)
        file = fresh(self.at(path))
        self.rows[path] = rows
        return file

    def put(self, path: str, data: bytes, rows: int = 0) -> None:
        """Draft a file with this content."""
        with self.new(path, rows) as file:
            file.write(data)
            synced(file)

    def copy(self, path: str, source: Path, rows: int = 0) -> None:
        """Draft a copy of a file, however large."""
        with reading(source) as there, self.new(path, rows) as file:
            shutil.copyfileobj(there, file)
            synced(file)

    def drop(self, path: str) -> None:
        """This file is not to be there after all."""
        self.at(path).unlink(missing_ok=True)
        del self.rows[path]

    def held(self, path: str) -> Held:
        """Rows, bytes and hash of a draft."""
        draft = self.at(path)
        return Held(self.rows[path], draft.stat().st_size, sha256(draft))

    def differing(self) -> list[str]:
        """Paths of the drafts that are not in place already, byte for byte."""
        return [path for path in self.rows if not self._same(path)]

    def settle(self, guard: Guard, gone: Iterable[str] = (), last: str | None = None) -> None:
        """Put every draft in its place, and take away what is not to be there any more; the last file goes last.

        Files that say the same already are not touched. `guard` sees every file that would be replaced, before the
        first one is. When this is broken off, the draft of the last file stays, to say what the others are.
        """
        wanted = sorted(self.differing(), key=lambda path: (path == last, path))
        for path in wanted:
            if plain(self.root / path):
                guard(path, self.root / path)
        self._settling = last
        for path in wanted:
            if path == last:
                self._remove(gone)
            self.at(path).replace(self.root / path)
        if last not in wanted:
            self._remove(gone)
        self._settling = None

    def _remove(self, gone: Iterable[str]) -> None:
        for path in gone:
            place = inside(self.root, self.root / path)
            if kind(place) != "a file":
                continue
            place.unlink()
            folder = place.parent
            while folder != self.root and not any(folder.iterdir()):
                folder.rmdir()
                folder = folder.parent

    def _same(self, path: str) -> bool:
        place, draft = self.root / path, self.at(path)
        return plain(place) and place.stat().st_size == draft.stat().st_size and sha256(place) == sha256(draft)

    def _folder(self, folder: Path) -> None:
        missing = []
        while not folder.is_dir():
            missing.append(folder)
            folder = folder.parent
        self._made += reversed(missing)
        make_folder(self.root, missing[0] if missing else folder)


def synced(file: BufferedWriter) -> None:
    """What was written outlasts a loss of power."""
    file.flush()
    os.fsync(file.fileno())
