"""The pages as files: a folder that any browser opens, and the overview alone as one file."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

from writ_dspy.errors import StoreError
from writ_dspy.store.files import disk, fresh, is_file, kind, make_folder, reading, replacing
from writ_dspy.store.places import check_file, check_folder
from writ_dspy.view.site import POLICY, SCRIPTS, STYLES, Site, front, of_a_run, shell

MADE = b'<meta name="generator" content="writ view">'
"""In every page that is made here."""
HEAD = 1_000
"""Bytes in which it stands."""
DATA = "data"
"""The folder below that of the pages that holds what runs say."""


def write(site: Site, folder: Path, tell: Callable[[int, int], None] | None = None) -> int:
    """Write all pages to a folder; returns how many files it has. The page itself comes last.

    Args:
        site: What is shown.
        folder: Made if it is missing; pages that an earlier call wrote are replaced, and what only they showed is gone.
        tell: Called with how many files are written, and how many there will be.

    Raises:
        ConfigError: No folder can be there.
        StoreError: It holds something else, or the disk refuses.
    """
    check_folder(folder, "--out")
    with disk(folder, "cannot write", "--out"):
        first = folder / "index.html"
        if kind(folder) == "a folder" and any(folder.iterdir()) and not _ours(first):
            raise StoreError(
                f"{folder} is not empty, and writ did not write its pages: nothing was changed. Use another --out."
            )
        paths = sorted(site.paths(), key=lambda path: path == first.name)
        if is_file(first):
            first.unlink()  # pages that are half old and half new are none
            _forget(folder, {*paths})
        for number, path in enumerate(paths, 1):
            place = folder / path
            make_folder(folder, place.parent) if place.parent != folder else folder.mkdir(parents=True, exist_ok=True)
            with fresh(place) as file:
                file.write(site.get(path) or b"")
            if tell:
                tell(number, len(paths))
    return len(paths)


def _forget(folder: Path, wanted: set[str]) -> None:
    """Remove what an earlier call wrote of runs or conversations that are no longer shown: whoever gets the pages is not to get those."""
    if kind(folder / DATA) != "a folder":
        return
    for place, folders, files in os.walk(folder / DATA, topdown=False):
        for path in (Path(place, name) for name in files):
            name = path.relative_to(folder).as_posix()
            if name not in wanted and of_a_run(name):
                path.unlink()
        for path in (Path(place, name) for name in folders):
            if kind(path) == "a folder" and not any(path.iterdir()):
                path.rmdir()


def write_overview(site: Site, path: Path) -> None:
    """Write the overview of the runs as one file that needs nothing else.

    Raises:
        ConfigError: No file can be there.
        StoreError: Something else is there, or the disk refuses.
    """
    check_file(path, "--html")
    with disk(path, "cannot write", "--html"):
        if is_file(path) and not _ours(path):
            raise StoreError(f"{path} is a file that writ did not make. Name another one with --html.")
        with replacing(path) as file:
            file.write(overview(site).encode())


def overview(site: Site) -> str:
    """That file: the front end and the data within it, each script and style known by its hash."""
    styles, scripts = ("\n".join(front(name) for name in names) for names in (STYLES, SCRIPTS))
    data = {"runs": site.about() | {"single": True}}
    for number, run in enumerate(site.runs):
        columns = {name: some for name, some in run.document["columns"].items() if name not in ("id", "text", "twin")}
        data |= {f"{number}/index": run.document | {"columns": columns}, f"{number}/report": run.report}
    text = json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
    policy = POLICY.format(_hash(scripts), _hash(styles))
    body = f'<script type="application/json" id="data">{text}</script>\n<script>{scripts}</script>\n'
    return shell(policy, f"<style>{styles}</style>\n", body)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _ours(page: Path) -> bool:
    if not is_file(page):
        return False
    with reading(page) as file:
        return MADE in file.read(HEAD)
