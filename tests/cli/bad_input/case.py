"""One bad input: what is prepared, what is called, and what has to come of it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SECRETS = {
    "OPENAI_API_KEY": "sk-proj-Zq4x7Tn1Vb8Kd2Lw9Rm5",
    "HF_TOKEN": "hf_QwErTyUiOpAsDfGhJkLzXcVbNmQwErTy",
    "WRONG_KEY": "sk-live-0f1e2d3c4b5a69788796",
}
"""What the environment of every call holds, and no output may."""

LOCK = b"run.lock"
"""It names the process that opened the run last, and is no part of what the run holds."""


@dataclass(frozen=True)
class Place:
    """The folder in which a case is played; `writ` is called there."""

    folder: Path
    base: Path
    """A finished run that may be copied."""

    @property
    def run(self) -> Path:
        """A copy of the finished run, at `run`."""
        to = self.folder / "run"
        if not to.exists():
            shutil.copytree(self.base, to)
        return to

    def put(self, name: str, data: str | bytes) -> Path:
        """A file with this content."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    def edit(self, name: str, line: int, change: Callable[[dict[str, Any]], object]) -> None:
        """Change one record of the run (`tasks`, `conversations`, `verdicts`), counted from 1; what was last comes first.

        A last line that is no JSON is one that a killed process left unfinished, and is written again.
        """
        path = self.run / f"{name}.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines()
        if line == len(lines):
            lines, line = [lines[-1], *lines[:-1]], 1
        record = json.loads(lines[line - 1])
        change(record)
        lines[line - 1] = json.dumps(record)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def replace_line(self, name: str, line: int, text: bytes) -> None:
        """Put another line in the place of one, counted from 1."""
        path = self.run / name
        lines = path.read_bytes().splitlines()
        lines[line - 1] = text
        path.write_bytes(b"\n".join(lines) + b"\n")

    def manifest(self, change: Callable[[dict[str, Any]], object]) -> None:
        """Change `run.json`."""
        path = self.run / "run.json"
        data = json.loads(path.read_text(encoding="utf-8"))
        change(data)
        path.write_text(json.dumps(data), encoding="utf-8")


def nothing(place: Place) -> None:
    """Nothing is prepared."""


@dataclass(frozen=True)
class Case:
    """A call that has to be refused in one line, or where `code` says so, to be borne."""

    id: str
    arguments: tuple[str, ...]
    prepare: Callable[[Place], object] = nothing
    code: int = 2
    """2 refuses the request; 1 is for what a server did; 0 for what looks bad, and is not."""
    says: tuple[str, ...] = ()
    """Regular expressions that the message has to match: the value, the place, the remedy."""
    never: tuple[str, ...] = ()
    """What no output may hold, beside the secrets of the environment."""
    writes: bool = False
    """Whether it may change the disk; only where something is done, or owed."""
    plain: bool = False
    """Called without the rights of root, where permissions matter."""
    deleted: bool = False
    """Called from a folder that has been deleted."""
    real: bool = False
    """Called in a Python of its own, not in a fork."""
    redirect: str = ""
    """What a shell adds to the call, such as `2>&-`; only for real ones."""
    limit: float = 240.0
    """Seconds after which it hangs."""
    environment: Mapping[str, str] = field(default_factory=dict)


def entries(folder: Path) -> dict[str, tuple[object, ...]]:
    """Everything in a folder: what it is, who may use it, and what is in it. Links are not followed, pipes not read."""
    found: dict[str, tuple[object, ...]] = {}
    stack = [os.fsencode(folder)]
    while stack:
        place = stack.pop()
        with suppress(PermissionError):  # one that is closed to everybody but root
            for entry in os.scandir(place):
                if entry.name != LOCK:
                    name = os.fsdecode(os.path.relpath(entry.path, os.fsencode(folder)))
                    found[name] = (entry.stat(follow_symlinks=False).st_mode, _content(Path(os.fsdecode(entry.path))))
                if entry.is_dir(follow_symlinks=False):
                    stack.append(entry.path)
    return found


def _content(path: Path) -> object:
    if path.is_symlink():
        return path.readlink()
    try:
        return path.read_bytes() if path.is_file() else None
    except PermissionError:
        return None


def reopen(folder: Path) -> None:
    """Let whoever clears the folder away look into all of it."""
    folder.chmod(0o700)
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            reopen(path)
