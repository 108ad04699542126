"""One append-only JSONL file: a record is in it whole and synced, or it is not in it.

The file may end in an unfinished line, which is what a killed process leaves. Every other line is a
JSON object with a unique text `id`. Only ids and offsets are held in memory.
"""

import json
import os
import shlex
from collections.abc import Mapping
from contextlib import ExitStack
from io import FileIO
from pathlib import Path
from typing import Any, TypeAlias

from writ_dspy.errors import StoreError
from writ_dspy.store.files import changing, disk, plain, reading

Record: TypeAlias = dict[str, Any]  # JSON as it was read back; the caller parses it into its own type


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
        with disk(self.path, "cannot read"), ExitStack() as stack:
            if not plain(self.path):
                return
            file = stack.enter_context(reading(self.path))
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
