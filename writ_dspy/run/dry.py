"""Cells of a run that ran dry: which hold fewer tasks than wanted, and why, as a file of the run folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from writ_dspy.errors import StoreError
from writ_dspy.store.files import disk, read_text, replacing
from writ_dspy.store.parsed import parsed
from writ_dspy.store.run import Run

DRY = "dry.json"
"""File of a run folder: cells that hold fewer tasks than wanted, with the reason."""


def read_dry(run: Run) -> dict[str, str]:
    """The cells that an earlier call with these settings found to be dry; trying again would come to the same.

    Raises:
        StoreError: The file holds something else.
    """
    path = run.folder / DRY
    with disk(path, "cannot read"):
        text = read_text(path, "replace") or "{}"
    try:
        found = parsed(text)
        if "cells" in found:
            found = found["cells"] if found["of"] == _settings_of(run) else {}
        elif "grown" in run.manifest:  # of a run that has grown since
            found = {}
        return {str(cell): str(reason) for cell, reason in found.items()}
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise StoreError(
            f"{path} does not say which cells ran dry ({error}). Delete it: they are tried again."
        ) from error


def write_dry(run: Run, dry: Mapping[str, str]) -> None:
    """The file appears whole or not at all."""
    path: Path = run.folder / DRY
    about = {"of": _settings_of(run), "cells": dict(sorted(dry.items()))}
    with disk(path, "cannot write"), replacing(path) as file:
        file.write(f"{json.dumps(about, ensure_ascii=False, indent=2)}\n".encode())


def _settings_of(run: Run) -> str:
    """What the settings of a run are known by."""
    return hashlib.sha256(json.dumps(run.manifest, sort_keys=True).encode()).hexdigest()[:16]
