"""`manifest.json` of a dataset: every file with its hash, what was asked for, and what was left out and why.

Paths are those of a published folder. In a run folder the Parquet of the domains is under `dataset/`, with the
manifest; the other forms are beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from writ_dspy import __version__
from writ_dspy.dataset.formats import BESIDE
from writ_dspy.dataset.parquet import sha256
from writ_dspy.dataset.shape import Shape, Shaped
from writ_dspy.errors import StoreError
from writ_dspy.store.files import disk, inside, is_file, read_text, replacing
from writ_dspy.task import Json

NAME = "manifest.json"


def place(folder: Path, path: str) -> Path:
    """Where the file with this path of a manifest is in a run folder."""
    return folder / path if path.partition("/")[0] in BESIDE else folder / "dataset" / path


def write_manifest(
    folder: Path, rows: Mapping[str, int], shape: Shape, chosen: Shaped, accepted: int, about: Mapping[str, Json]
) -> dict[str, Any]:
    """Describe what lies in a run folder; the same dataset gives the same bytes.

    Args:
        folder: The run folder.
        rows: Of each file, by its path.
        shape: What was asked for.
        chosen: What came of that.
        accepted: How many conversations there were to choose from.
        about: What else belongs in it.
    """
    files = {
        path: {"bytes": place(folder, path).stat().st_size, "rows": count, "sha256": sha256(place(folder, path))}
        for path, count in sorted(rows.items())
    }
    manifest = {
        "writ_version": __version__,
        **about,
        "accepted": accepted,
        "kept": len(chosen.kept),
        "rows": dict(sorted(rows.items())),
        "files": files,
        "shape": shape.to_json(),
        "lacking": chosen.lacking,
        "dropped": {"by_reason": chosen.reasons, "ids": chosen.dropped},
    }
    path = folder / "dataset" / NAME
    with disk(path, "cannot write"), replacing(path) as file:
        file.write((json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode())
    return manifest


def read_manifest(dataset: Path) -> dict[str, Any] | None:
    """The manifest in a dataset folder; None where none is.

    Raises:
        StoreError: It is no manifest.
    """
    path = dataset / NAME
    with disk(path, "cannot read"):
        text = read_text(path)
    if text is None:
        return None
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("files"), dict):
        raise StoreError(f"{path} is no manifest of a dataset. Delete it, then: writ export RUN")
    return found


def remove_stale(folder: Path, before: Mapping[str, Any] | None, rows: Mapping[str, int]) -> None:
    """Remove what an earlier export wrote beside `dataset/` and this one did not, unless it has been changed since."""
    for name, facts in ((before or {}).get("files") or {}).items():
        path = place(folder, name)
        if name in rows or name.partition("/")[0] not in BESIDE or ".." in path.parts or not is_file(path):
            continue
        with disk(path, "cannot remove"):
            if sha256(inside(folder, path)) == facts["sha256"]:
                path.unlink()
                for parent in (path.parent, path.parent.parent):
                    if parent != folder and not any(parent.iterdir()):
                        parent.rmdir()
