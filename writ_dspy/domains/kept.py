"""What this user named before: the file that each name means, and the files that declared each version, in two files of the state folder."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from writ_dspy import patterns as re

MOST_VERSIONS = 100
"""Of one domain whose files are remembered."""
_FILE_AND_CONTENT = re.compile(r".+\.ya?ml (?=[0-9a-f]{12}(?: over |$))")


def same_version(one: str, other: str) -> bool:
    """Whether two versions are of the same content: a declaration that goes by another file name declares the same."""
    return _content(one) == _content(other)


def _content(version: str) -> str:
    match = _FILE_AND_CONTENT.match(version)
    return version[match.end() :] if match else version


def memory() -> Path:
    """The file that holds the place of each name."""
    home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(home) / "writ" / "domains.json"


def names() -> dict[str, str]:
    """The place that each name means."""
    try:
        return parsed(memory().read_text(encoding="utf-8"))
    except (OSError, RuntimeError, UnicodeDecodeError):  # no file, no home: nothing was named before
        return {}


def parsed(text: str) -> dict[str, str]:
    """Places by name; none where the text holds something else."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def remember(name: str, place: str) -> None:
    """Let a name mean a place; a home that cannot be written to remembers nothing."""
    _write(memory(), names() | {name: place})


def forget(name: str) -> bool:
    """Forget a name with all its files; says whether it is gone from there."""
    places, files = names(), _versions()
    places.pop(name, None)
    files.pop(name, None)
    return _write(memory(), places) and (not _by_version().exists() or _write(_by_version(), files))


def files_of(name: str, version: str | None = None) -> list[str]:
    """The files that declared a domain when this user had them loaded, there still or not, the last one last; of one version, or all."""
    found = _versions().get(name, {})
    there = [places for key, places in found.items() if version is None or same_version(key, version)]
    return list(dict.fromkeys(place for places in there for place in places))


def remember_version(name: str, version: str, place: str) -> None:
    """So that a run finds the file that it was made of."""
    known = _versions()
    mine = known.get(name, {})
    there = [one for one in mine.get(version, ()) if one != place and Path(one).is_file()]
    if [*there, place] == mine.get(version):
        return
    mine = {key: value for key, value in mine.items() if key != version} | {version: [*there, place]}
    _write(_by_version(), known | {name: dict(list(mine.items())[-MOST_VERSIONS:])})


def _by_version() -> Path:
    return memory().with_name("versions.json")


def _versions() -> dict[str, dict[str, list[str]]]:
    """Of each domain, the files that declared it, by its version."""
    try:
        found = json.loads(_by_version().read_text(encoding="utf-8"))
        return {
            str(name): {str(key): [*map(str, places)] for key, places in one.items()} for name, one in found.items()
        }
    except (OSError, RuntimeError, ValueError, RecursionError, AttributeError, TypeError):  # none, or none of ours
        return {}


def _write(path: Path, kept: dict[str, Any]) -> bool:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.tmp")
        draft.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        draft.replace(path)
    except (OSError, RuntimeError):
        return False
    return True
