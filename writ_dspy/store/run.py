"""A run on disk: what was asked for, and what has been finished so far.

    run.json              the manifest; written last, so its existence means that the folder is a run
    tasks.jsonl           one record per line, appended, never rewritten; a later one may replace an earlier one
    conversations.jsonl   the same
    verdicts.jsonl        the same
    run.lock              held by the one process that writes
    *.jsonl.torn          unfinished lines that a killed process left behind, moved here on the next open

A record is kept once its line is whole and on disk, and resuming is `wanted - kept`: nothing kept is
lost or done twice, whenever the process is killed.
"""

# Longer than 400 lines by a few: a run is opened, kept and mended under one lock, and that is read together.

import fcntl
import json
import os
import stat
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, TypeAlias, cast, get_args

from writ_dspy.codec import REMEDY
from writ_dspy.errors import StoreError
from writ_dspy.shown import counted
from writ_dspy.store.absent import no_run, orphaned, restoring
from writ_dspy.store.files import changing, disk, kind, plain, reading, replacing, sync_folder
from writ_dspy.store.jsonl import AGAIN, Log, Record, encode, replaces
from writ_dspy.store.parsed import parsed
from writ_dspy.store.records import flaw

Name: TypeAlias = Literal["tasks", "conversations", "verdicts"]

NAMES: tuple[Name, ...] = get_args(Name)
CRASH = ".crash"
"""In the id of a conversation that crashed, before the number of the crash."""
FORMAT = 1
_FORMAT_KEY = "writ_run"
_MANIFEST, _DRAFT, _LOCK = "run.json", "run.json.tmp", "run.lock"


@dataclass(frozen=True)
class Found:
    """A run that was found in a folder."""

    folder: Path
    manifest: Record

    def empty(self) -> bool:
        """Whether it keeps not a single record, so that nothing would be lost with its settings."""
        for path in (self.folder / f"{name}.jsonl" for name in NAMES):
            with disk(path, "cannot read"), ExitStack() as stack:
                if plain(path) and stack.enter_context(reading(path)).readline().endswith(b"\n"):
                    return False
        return True


Settle: TypeAlias = Callable[[Found | None], Mapping[str, object]]
"""What a run is to be made with, given the one that is there; raises `StoreError` to refuse, and changes nothing."""


class Run:
    """One run folder, open for writing by one process or for reading by any number.

    Appending is safe from several threads; the rest of a `Run` never changes what is on disk.
    """

    folder: Path
    manifest: Record
    """The settings that the run was made with, as JSON gives them back (tuples are lists)."""
    notes: tuple[str, ...]
    """One line for each thing that opening it has changed, such as an unfinished line moved aside; mostly empty."""

    def __init__(self, folder: Path, manifest: Record, logs: dict[Name, Log]) -> None:
        self.folder = folder
        self.manifest = manifest
        self.notes = ()
        self._logs = logs
        self._held = ExitStack()
        self._writing = threading.Lock()  # fsync blocks, so an event loop appends from worker threads

    @classmethod
    def open(cls, folder: Path, manifest: Mapping[str, object] | Settle) -> "Run":
        """The run in `folder`, created there or resumed; this process alone may write to it until `close`.

        Args:
            folder: Made if it is missing.
            manifest: The settings that the run has to have; or what decides on them, given what is there (None where
                a run may be made). Settings that differ from those that are there take their place.

        Raises:
            StoreError: The folder holds something else or a run with another manifest, a file of it is
                corrupt, another process writes to it, or the disk refuses. Nothing was changed then.
        """
        cls.check(folder, manifest)  # before the lock, which leaves a file in the folder
        with ExitStack() as stack:
            with disk(folder, "cannot make the run folder"):
                folder.mkdir(parents=True, exist_ok=True)
            lock = stack.enter_context(_locked(folder))
            there, wanted = cls.check(folder, manifest)  # again: another process may have made the run meanwhile
            logs = _scanned(folder, wanted)
            for log in logs.values():
                log.open_to_append(stack)
            if there is None or there.manifest != wanted:
                _write_manifest(folder, wanted)
            run = cls(folder, wanted, logs)
            run.notes = tuple(note for log in logs.values() if (note := log.repair()))
            _sign(lock, folder)
            run._held = stack.pop_all()
        return run

    @staticmethod
    def check(folder: Path, manifest: Mapping[str, object] | Settle) -> tuple[Found | None, Record]:
        """Refuse a folder that `open` would refuse for what is in it, and change nothing.

        Returns the run that is there, and the settings with which `open` would leave it.

        Raises:
            StoreError: It holds something else, or a run with another manifest.
        """
        settle = manifest if callable(manifest) else partial(_same, folder, manifest)
        there = _look(folder)
        return there, _normal(folder, settle(there))

    @classmethod
    def read(cls, folder: Path) -> "Run":
        """The run in `folder` as it is now: read-only, without a lock, also while another process writes.

        An unfinished last line is left alone and not seen. To go on with the run, open it with its own
        manifest: `Run.open(folder, Run.read(folder).manifest)`.

        Raises:
            StoreError: The folder is not a run, or a file of it is corrupt.
        """
        with disk(folder / _MANIFEST, "cannot read"):
            if (manifest := _manifest_in(folder)) is None:
                raise StoreError(no_run(folder, _MANIFEST, free=_free(folder)))
        logs = _scanned(folder, manifest)
        return cls(folder, manifest, logs)

    def close(self) -> None:
        """Let another process write. Reading goes on to work; closing twice is harmless."""
        self._held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def append(self, name: Name, records: Iterable[Mapping[str, object]]) -> dict[str, str]:
        """Keep all of `records` or none of them; on return they are on disk.

        A process killed inside the call may leave the first few of them kept, each of them whole.

        Args:
            name: Which file.
            records: JSON-able, each with a non-empty text `id`. One whose id is kept is refused, unless it has an
                `again` (see `jsonl.AGAIN`): then it takes the place of that one.

        Returns:
            The digest of each record by its id, as `digest` has it.

        Raises:
            StoreError: An id is kept already or missing, a value is not JSON, the run is not open for
                writing, or the disk refuses (full, read-only). The file is then as it was before.
        """
        log = self._log(name)
        with self._writing:
            lines: dict[str, bytes] = {}
            again: dict[str, int] = {}
            for record in records:
                key, line = encode(log.path, record)
                if replaces(record):
                    again[key] = cast("int", record[AGAIN])
                if key in lines or (key in log.starts and key not in again):
                    raise _kept_already(log.path, key)
                lines[key] = line
            if lines:
                log.append(lines, again)
            return {key: log.digests[key].hex() for key in lines}

    def keep(self, name: Name, lines: Mapping[str, bytes]) -> None:
        """Keep new records by their lines, as `jsonl.encode` writes them: all of them or none.

        Raises:
            StoreError: As `append`.
        """
        log = self._log(name)
        with self._writing:
            if known := next((key for key in lines if key in log.starts), None):
                raise _kept_already(log.path, known)
            if lines:
                log.append(lines)

    def take(self, name: Name, keys: Iterable[tuple["Run", str]]) -> None:
        """Keep records of other runs, each line as it stands there: all of them or none; those that are kept are left out.

        Raises:
            StoreError: As `append`; or another run does not keep one.
        """
        log = self._log(name)
        with self._writing:
            owed = {key: run for run, key in keys if key not in log.starts}
            lines = {key: run.line(name, key) for key, run in owed.items()}
            if lines:
                log.append(lines, {key: again for key, run in owed.items() if (again := run.again(name, key))})

    def kept(self, name: Name) -> tuple[str, ...]:
        """Ids in the order in which they were appended."""
        return tuple(self._log(name).starts)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Bytes of each file that are kept: the same as long as nothing has been appended."""
        return tuple(log.size for log in self._logs.values())

    def count(self, name: Name) -> int:
        """How many records are kept."""
        return len(self._log(name).starts)

    def owed(self, name: Name, wanted: Iterable[str]) -> list[str]:
        """The wanted ids that are not kept yet, each once, in the order wanted."""
        starts = self._log(name).starts
        return [key for key in dict.fromkeys(wanted) if key not in starts]

    def records(self, name: Name) -> Iterator[Record]:
        """Every record kept when the iteration starts, oldest first, read one line at a time."""
        return self._log(name).records()

    def get(self, name: Name, key: str) -> Record:
        """The record with this id; `StoreError` if it is not kept."""
        record: Record = json.loads(self.line(name, key))
        return record

    def line(self, name: Name, key: str) -> bytes:
        """The record with this id as it stands in the file; `StoreError` if it is not kept."""
        log = self._log(name)
        if key not in log.starts:
            raise StoreError(
                f"{key!r} is not in {log.path}, which keeps {counted(len(log.starts), 'record')}. See `kept`."
            )
        return log.line(key)

    def digest(self, name: Name, key: str) -> str | None:
        """Of the line of this id, in hex (see `jsonl.digest`); None if it is not kept."""
        found = self._log(name).digests.get(key)
        return None if found is None else found.hex()

    def again(self, name: Name, key: str) -> int:
        """What the record of this id says under `again`; 0 where it says nothing, or is not kept."""
        return self._log(name).again.get(key, 0)

    def spoiled(self, name: Name, key: str, why: str) -> StoreError:
        """An error about a kept record that cannot be used, with its line and two ways to go on."""
        log = self._log(name)
        return log.corrupt(log.line_of(key), self.line(name, key), why.removesuffix(REMEDY))

    def _log(self, name: Name) -> Log:
        if name not in self._logs:
            raise StoreError(f"{self.folder} has no records named {name!r}. A run keeps {', '.join(NAMES)}.")
        return self._logs[name]


def _kept_already(path: Path, key: str) -> StoreError:
    return StoreError(
        f"{key!r} is kept already in {path}, so it was not written again. Append only what `owed` returns."
    )


def _scanned(folder: Path, manifest: Mapping[str, object]) -> dict[Name, Log]:
    """The three files, indexed; where the manifest names the domains of the run, every record is looked at too."""
    logs = {name: Log(folder / f"{name}.jsonl") for name in NAMES}
    domains = manifest.get("domains")
    for name, log in logs.items():
        log.scan(partial(flaw, name, domains=tuple(domains)) if isinstance(domains, Mapping) else None)
    return logs


@contextmanager
def _locked(folder: Path) -> Iterator[FileIO]:
    """Hold the run's lock. The system lets go of it when the process ends, however it ends."""
    path = folder / _LOCK
    with disk(path, "cannot lock"), changing(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read(20).decode("ascii", "replace").strip() or "unknown"
            whose = "this very process, in a Run not closed" if holder == str(os.getpid()) else "another process"
            raise StoreError(
                f"{folder} is being written to by {whose} (pid {holder}, which holds {path}). Wait for it, or stop it."
            ) from error
        yield file


def _sign(lock: FileIO, folder: Path) -> None:
    """Leave our pid for the message of the next process. Last, so that a refused open changes no byte."""
    with disk(folder / _LOCK, "cannot write to"):
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n".encode())


def _look(folder: Path) -> Found | None:
    """The run in `folder`, or None where one may be made; refuses any other folder."""
    with disk(folder, "cannot use"):
        try:
            found = {entry.name: entry.stat(follow_symlinks=False) for entry in os.scandir(folder)}
        except FileNotFoundError:
            return None
        if _MANIFEST in found and (manifest := _manifest_in(folder)) is not None:
            return Found(folder, manifest)
    # A creation that was killed leaves only these behind, and its files are still empty.
    ours = {f"{name}.jsonl" for name in NAMES if not getattr(found.get(f"{name}.jsonl"), "st_size", 1)} | {
        _LOCK,
        _DRAFT,
    }
    if foreign := sorted(name for name, state in found.items() if name not in ours or not stat.S_ISREG(state.st_mode)):
        remedy = f" {restoring(_MANIFEST)}" if orphaned(folder) else ""
        raise StoreError(
            f"{folder} is not empty and not a run: it has {', '.join(foreign[:3])} and no {_MANIFEST}. "
            f"Nothing was changed. Use another --out.{remedy}"
        )
    return None


def _free(folder: Path) -> bool:
    """Whether a run could be made there."""
    try:
        return _look(folder) is None
    except StoreError:
        return False


def _manifest_in(folder: Path) -> Record | None:
    """The manifest of a run; None where there is none."""
    path = folder / _MANIFEST
    found = kind(path)
    if found is None:
        return None
    if found != "a file":
        raise StoreError(
            f"{path} is {found}, and the settings of a run are a file of its own. Nothing was changed. "
            f"Put that file there. {restoring(_MANIFEST)}"
        )
    with reading(path) as file:
        return _manifest_of(path, file.read())


def _manifest_of(path: Path, data: bytes) -> Record:
    try:
        manifest = parsed(data)
    except ValueError as error:
        manifest, why = None, str(error)
    else:
        why = f"no `{_FORMAT_KEY}` in it"
    if not isinstance(manifest, dict) or _FORMAT_KEY not in manifest:
        raise StoreError(
            f"{path} is not the manifest of a run ({why}). Nothing was changed. "
            f"Restore it from a copy. {restoring(_MANIFEST)}"
        )
    if (written := manifest.pop(_FORMAT_KEY)) != FORMAT:
        raise StoreError(
            f"{path} has run format {written}, and this writ reads format {FORMAT}. "
            "Use the writ that wrote it, or make another run with another --out."
        )
    return manifest


def _normal(folder: Path, manifest: Mapping[str, object]) -> Record:
    """The manifest as it reads back from JSON."""
    if _FORMAT_KEY in manifest:
        raise StoreError(f"the manifest for {folder} has `{_FORMAT_KEY}`, which the store sets. Rename that field.")
    try:
        normal: Record = json.loads(json.dumps(dict(manifest), allow_nan=False))
    except (TypeError, ValueError) as error:
        raise StoreError(f"the manifest for {folder} is not JSON: {error}. Give it plain values only.") from error
    return normal


def _write_manifest(folder: Path, manifest: Record) -> None:
    """Make the folder a run: the manifest appears whole or not at all."""
    with disk(folder / _MANIFEST, "cannot write"):
        with replacing(folder / _MANIFEST) as file:
            file.write(json.dumps({_FORMAT_KEY: FORMAT, **manifest}, indent=2).encode() + b"\n")
        sync_folder(folder)


def _same(folder: Path, wanted: Mapping[str, object], there: Found | None) -> Mapping[str, object]:
    """Refuse to resume under other settings, naming each field that differs."""
    if there is None:
        return wanted
    lines = [
        f"{name} is {old or 'absent'} there and {new or 'absent'} here"
        for name, old, new in differing(there.manifest, _normal(folder, wanted))
    ]
    if lines:
        raise StoreError(
            "\n".join(
                [
                    f"{folder} holds a run with other settings:",
                    *(f"  {line}" for line in lines),
                    "Use another --out, or repeat the command with the settings of that run to resume it.",
                ]
            )
        )
    return wanted


def differing(old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[tuple[str, str | None, str | None]]:
    """Each innermost field that differs, with both values as JSON text, in which 1, 1.0 and true are different.

    None where a field is absent.
    """
    before, after = dict(_leaves(old)), dict(_leaves(new))
    for key in dict.fromkeys([*before, *after]):
        if before.get(key) != after.get(key):
            yield ".".join(key), before.get(key), after.get(key)


def _leaves(value: object, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _leaves(inner, (*place, key))
    elif place:
        yield place, json.dumps(value, ensure_ascii=False)
