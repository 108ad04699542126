"""The library that comes with writ, for tests: its declaration with one thing changed."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path
from typing import Any

import yaml

import writ_dspy.domains.example
from writ_dspy.domains import Domain, find
from writ_dspy.domains.declared import load

HOME = Path(str(writ_dspy.domains.example.__file__)).parent
FILE = HOME / "library.yaml"


def library() -> Domain:
    """As it is: loaded once, and named anew by each call, as a test may have made its process forget the names it knew."""
    return find(str(FILE))


def spec() -> dict[str, Any]:
    """What the file says, to be changed."""
    found: dict[str, Any] = copy.deepcopy(yaml.load(FILE.read_text(encoding="utf-8"), yaml.BaseLoader))  # noqa: S506 - plain texts
    return found


def written(folder: Path, changed: dict[str, Any]) -> Path:
    """A copy of the library in a folder, with another declaration."""
    for name in ("tools.py", "data.py", "policy.md"):
        shutil.copy(HOME / name, folder / name)
    path = folder / "library.yaml"
    path.write_text(yaml.safe_dump(changed, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path


def variant(folder: Path, changed: dict[str, Any]) -> Domain:
    """The domain that it declares."""
    return load(written(folder, changed))
