"""One append-only JSONL file: a record is in it whole and synced, or it is not in it.

The file may end in an unfinished line, which is what a killed process leaves. Every other line is a JSON object with a
text `id`. An id comes once; a record that takes the place of an earlier one says so under `again`, as its last field,
and from then on it alone is the record of that id. Only ids, offsets and digests are held in memory.
"""

import hashlib
import json
import os
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from io import FileIO
from pathlib import Path
from typing import Any, TypeAlias

from writ_dspy.errors import StoreError
from writ_dspy.shown import counted
from writ_dspy.store.files import changing, disk, plain, reading
from writ_dspy.store.parsed import parsed

Record: TypeAlias = dict[str, Any]  # JSON as it was read back; the caller parses it into its own type

AGAIN = "again"
"""In a record that takes the place of an earlier one, as its last field: a number that grows each time."""
_AGAIN = re.compile(rb',"again":[0-9]+\}$')


class Log:
    """One append-only JSONL file. `starts` and `size` cover its whole lines and nothing after them."""

    path: Path
    starts: dict[str, int]
    """Where the line of each id starts, in the order in which the ids came first."""
    digests: dict[str, bytes]
    """Of each of these lines (see `digest`)."""
    again: dict[str, int]
    """What the record of an id says there; only of those that say something."""
    size: int
    """Where the whole lines end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.starts = {}
        self.digests = {}
        self.again = {}
        self.size = 0
        self._file: FileIO | None = None

    def scan(self, flaw: Callable[[Record], str | None] | None = None) -> None:
        """Index the file, stopping before a torn last line; a missing file keeps nothing.

        Args:
            flaw: What makes it no record of this file, if anything does.

        Raises:
            StoreError: A line is none, or the disk refuses.
        """
        with disk(self.path, "cannot read"), ExitStack() as stack:
            if not plain(self.path):
                return
            file = stack.enter_context(reading(self.path))
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n"):
                    return
                try:
                    record = parsed(line)
                except ValueError as error:
                    if not file.read(1):
                        return
                    raise self.corrupt(number, line, str(error)) from error
                key = record.get("id") if isinstance(record, dict) else None
                if not isinstance(key, str) or not key:
                    raise self.corrupt(number, line, "no text `id`")
                if key in self.starts and not replaces(record):
                    raise self.corrupt(number, line, f"its id {key!r} is also on line {self.line_of(key)}")
                if flaw is not None and (why := flaw(record)) is not None:
                    raise self.corrupt(number, line, why)
                if replaces(record):
                    self.again[key] = record[AGAIN]
                self.starts[key] = self.size
                self.digests[key] = digest(line)
                self.size += len(line)

    def open_to_append(self, stack: ExitStack) -> None:
        """Create the file if it is missing; `stack` closes it."""
        with disk(self.path, "cannot write to"):
            self._file = stack.enter_context(changing(self.path))

    def repair(self) -> str | None:
        """Move what follows the whole lines to `<file>.torn`, and say so; None if nothing does."""
        aside = self.path.with_name(f"{self.path.name}.torn")
        with disk(self.path, "cannot repair"), changing(self.path) as file:
            file.seek(self.size)
            if not (torn := file.read()):
                return None
            with changing(aside) as out:
                _write_whole(out.fileno(), torn.rstrip(b"\n") + b"\n")
                os.fsync(out.fileno())
            file.truncate(self.size)  # only now: killed in between, the bytes are in both files, not in neither
            os.fsync(file.fileno())
        what = "a last line that is no record" if torn.endswith(b"\n") else "an unfinished last line"
        return f"{self.path.name}: {what} ({counted(len(torn), 'byte')}) was moved to {aside.name}"

    def append(self, lines: Mapping[str, bytes], again: Mapping[str, int] | None = None) -> None:
        """Add these lines by id, all or none; synced on return. `again` is what some of them say there."""
        file = self._file
        if file is None or file.closed:
            raise StoreError(
                f"{self.path} is not open for writing, so {counted(len(lines), 'record was', 'records were')} not kept. "
                "Open the run with Run.open, and append before it is closed."
            )
        size, end, starts = self.size, self.size, dict[str, int]()
        before = {key: self.starts[key] for key in lines if key in self.starts}
        for key, line in lines.items():
            starts[key] = end
            end += len(line)
        done = False
        with disk(self.path, f"cannot keep {counted(len(lines), 'record')} in"):
            try:
                _write_whole(file.fileno(), b"".join(lines.values()))
                os.fsync(file.fileno())
                self.starts |= starts
                self.size = end
                done = True
            finally:  # also on an interrupt, after which a notebook goes on with this object
                if not done:
                    self.size = size
                    for key in starts:
                        self.starts.pop(key, None)
                    self.starts |= before
                    self._cut(file)
        self.digests |= {key: digest(line) for key, line in lines.items()}
        self.again |= again or {}

    def records(self) -> Iterator[Record]:
        """Each record that is kept when the iteration starts, in the order of the file, read one line at a time."""
        end, place, number = self.size, 0, 0
        if not end:
            return
        with disk(self.path, "cannot read"), reading(self.path) as file:
            while place < end:
                line, number = file.readline(), number + 1
                record = self.parse(line, number)
                start = self.starts.get(record["id"], place)
                if start == place or start >= end:  # else a later line took its place
                    yield record
                place += len(line)

    def line(self, key: str) -> bytes:
        """The line of a kept id as it stands in the file; `StoreError` if something else changed it since."""
        with disk(self.path, "cannot read"), reading(self.path) as file:
            file.seek(self.starts[key])
            line = file.readline()
        if digest(line) != self.digests[key]:
            self.parse(line, self.line_of(key))  # says what is wrong, if it is no record at all
            raise self.corrupt(self.line_of(key), line, "it has changed since it was first read")
        return line

    def line_of(self, key: str) -> int:
        """The 1-based line of a kept id."""
        left, number = self.starts[key], 1
        with disk(self.path, "cannot read"), reading(self.path) as file:
            while left > 0 and (piece := file.read(min(left, 1 << 20))):
                left -= len(piece)
                number += piece.count(b"\n")
        return number

    def parse(self, line: bytes, number: int) -> Record:
        """The record on a line that `scan` or `append` has seen whole."""
        try:
            record = parsed(line)
        except ValueError as error:
            raise self.corrupt(number, line, str(error)) from error
        if not isinstance(record, dict) or "id" not in record:
            raise self.corrupt(number, line, "no text `id`")
        found: Record = record
        return found

    def _cut(self, file: FileIO) -> None:
        """Drop what follows the whole lines. If even that fails, appends end here; the next open repairs."""
        try:
            os.ftruncate(file.fileno(), self.size)
            os.fsync(file.fileno())
        except OSError:
            file.close()
            raise

    def corrupt(self, number: int, line: bytes, why: str) -> StoreError:
        """An error about one line, with two ways to go on from there."""
        excerpt = line[:60].decode("utf-8", "replace").rstrip("\n") + ("..." if len(line) > 60 else "")
        command = f"sed -i.bak {number}d {shlex.quote(str(self.path))}"
        return StoreError(
            f"{self.path}:{number} is corrupt ({why}): {excerpt!r}. Nothing was changed. Restore that line "
            f"from a copy, or drop it with `{command}`: what it held is then owed again."
        )


def digest(line: bytes) -> bytes:
    """The first half of the SHA-256 of a record's line, without its end and without its `again`.

    So a record that was made again, and came out the same, has the same digest.
    """
    line = line.rstrip()
    if _AGAIN.search(line, max(0, len(line) - 30)):
        line = _AGAIN.sub(b"}", line)
    return hashlib.sha256(line).digest()[:16]


def canonical(record: Record) -> bytes:
    """The digest of a record as this module writes it, however its line is written."""
    bare = {name: value for name, value in record.items() if name != AGAIN}
    return digest(encode(Path(), bare)[1])


def replaces(record: Mapping[str, object]) -> bool:
    """Whether a record says that it may take the place of an earlier one."""
    return type(record.get(AGAIN)) is int


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
