"""One append-only JSONL file: a record is in it whole and synced, or it is not in it.

The file may end in an unfinished line, which is what a killed process leaves. Every other line is a
JSON object with a unique text `id`. Only ids and offsets are held in memory.
"""

import errno
import json
import os
import shlex
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from io import FileIO
from pathlib import Path
from typing import Any, TypeAlias

from writ_dspy.errors import StoreError

Record: TypeAlias = dict[str, Any]  # JSON as it was read back; the caller parses it into its own type

_NO_SPACE = "Free some space and run the same command again; everything kept so far stays"
_NO_RIGHT = "Choose a folder that you may write to with --out, or change its permissions"
_IN_THE_WAY = "A file stands where a folder is needed: choose another --out, or move that file away"
_REMEDIES = {
    errno.ENOSPC: _NO_SPACE,
    errno.EDQUOT: _NO_SPACE,
    errno.EFBIG: "Raise the file-size limit (ulimit -f) and run the same command again; what is kept stays",
    errno.EACCES: _NO_RIGHT,
    errno.EPERM: _NO_RIGHT,
    errno.EROFS: _NO_RIGHT,
    errno.ENOTDIR: _IN_THE_WAY,
    errno.EEXIST: _IN_THE_WAY,
    errno.ENOLCK: "This file system cannot lock files: choose an --out on a local disk",
}


@contextmanager
def disk(path: Path, doing: str) -> Iterator[None]:
    """Turns what the system refuses into a `StoreError` with the path and what to do about it."""
    try:
        yield
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, "Check that disk, then run the same command again")
        raise StoreError(f"{doing} {path}: {error.strerror or error}. {remedy}.") from error


class Log:
    """One append-only JSONL file. `starts` and `size` cover its whole lines and nothing after them."""

    path: Path
    starts: dict[str, int]
    """Where the line of each id starts, in the order of the file."""
    size: int
    """Where the whole lines end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.starts = {}
        self.size = 0
        self._file: FileIO | None = None

    def scan(self) -> None:
        """Index the file, stopping before a torn last line; a missing file keeps nothing."""
        if not self.path.exists():
            return
        with disk(self.path, "cannot read"), self.path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n"):
                    return
                try:
                    record = json.loads(line)
                except ValueError as error:
                    if not file.read(1):
                        return
                    raise self._corrupt(number, line, str(error)) from error
                key = record.get("id") if isinstance(record, dict) else None
                if not isinstance(key, str) or not key:
                    raise self._corrupt(number, line, "no text `id`")
                if key in self.starts:
                    raise self._corrupt(number, line, f"its id {key!r} is also on line {self.line_of(key)}")
                self.starts[key] = self.size
                self.size += len(line)

    def open_to_append(self, stack: ExitStack) -> None:
        """Create the file if it is missing; `stack` closes it."""
        with disk(self.path, "cannot write to"):
            self._file = stack.enter_context(self.path.open("ab", buffering=0))

    def repair(self) -> str | None:
        """Move what follows the whole lines to `<file>.torn`, and say so; None if nothing does."""
        aside = self.path.with_name(f"{self.path.name}.torn")
        with disk(self.path, "cannot repair"), self.path.open("r+b") as file:
            file.seek(self.size)
            if not (torn := file.read()):
                return None
            with aside.open("ab") as out:
                out.write(torn.rstrip(b"\n") + b"\n")
                out.flush()
                os.fsync(out.fileno())
            file.truncate(self.size)  # only now: killed in between, the bytes are in both files, not in neither
            os.fsync(file.fileno())
        return f"{self.path.name}: an unfinished last line ({len(torn)} bytes) was moved to {aside.name}"

    def append(self, lines: Mapping[str, bytes]) -> None:
        """Add these lines by id, all or none; synced on return."""
        file = self._file
        if file is None or file.closed:
            raise StoreError(
                f"{self.path} is not open for writing, so {len(lines)} records were not kept. "
                "Open the run with Run.open, and append before it is closed."
            )
        before, end, starts = self.size, self.size, dict[str, int]()
        for key, line in lines.items():
            starts[key] = end
            end += len(line)
        done = False
        with disk(self.path, f"cannot keep {len(lines)} records in"):
            try:
                _write_whole(file.fileno(), b"".join(lines.values()))
                os.fsync(file.fileno())
                self.starts |= starts
                self.size = end
                done = True
            finally:  # also on an interrupt, after which a notebook goes on with this object
                if not done:
                    self.size = before
                    for key in starts:
                        self.starts.pop(key, None)
                    self._cut(file)

    def parse(self, line: bytes, number: int) -> Record:
        """The record on a line that `scan` or `append` has seen whole."""
        try:
            record: Record = json.loads(line)
        except ValueError as error:
            raise self._corrupt(number, line, str(error)) from error
        return record

    def line_of(self, key: str) -> int:
        """The 1-based line of a kept id: one record a line, so its rank."""
        return next(number for number, kept in enumerate(self.starts, 1) if kept == key)

    def _cut(self, file: FileIO) -> None:
        """Drop what follows the whole lines. If even that fails, appends end here; the next open repairs."""
        try:
            os.ftruncate(file.fileno(), self.size)
            os.fsync(file.fileno())
        except OSError:
            file.close()
            raise

    def _corrupt(self, number: int, line: bytes, why: str) -> StoreError:
        excerpt = line[:60].decode("utf-8", "replace").rstrip("\n") + ("..." if len(line) > 60 else "")
        command = f"sed -i.bak {number}d {shlex.quote(str(self.path))}"
        return StoreError(
            f"{self.path}:{number} is corrupt ({why}): {excerpt!r}. Nothing was changed. Restore that line "
            f"from a copy, or drop it with `{command}`: what it held is then owed again."
        )


def encode(path: Path, record: Mapping[str, object]) -> tuple[str, bytes]:
    """The id of a record and its line for the file at `path`."""
    key = record.get("id")
    if not isinstance(key, str) or not key:
        raise StoreError(f"a record for {path} has the id {key!r}. Give each record a unique, non-empty text id.")
    try:
        text = json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        try:
            line = text.encode()
        except UnicodeEncodeError:  # a model can emit half a surrogate pair, which only an escape can hold
            line = json.dumps(record, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise StoreError(f"record {key!r} for {path} is not JSON: {error}. Give it plain values only.") from error
    return key, line + b"\n"


def _write_whole(fd: int, data: bytes) -> None:
    """One write; more only if the system takes less than all of it, as it may near a full disk."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]
