"""Calibrations of a run: which there are, and how often a student passed each of its tasks.

    RUN/calibrations/STUDENT/    a run of its own over the same tasks, which the student played so many times each

`writ calibrate` makes them (see `train.calibration`). Any other run over the same tasks can be read as one, too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from writ_dspy.errors import ConfigError, StoreError, brief
from writ_dspy.shown import counted
from writ_dspy.store.judged import standing
from writ_dspy.store.run import Run

FOLDER = "calibrations"


class Tries(NamedTuple):
    """What became of a student's tries at one task."""

    passed: int
    judged: int
    wanted: int
    """How many it was to have."""


class Band(NamedTuple):
    """Pass rates from `low` to `high`, both ends included."""

    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.low:g}:{self.high:g}"

    def lacks(self, tries: Tries | None) -> str | None:
        """Why a task is left out; None for one that is in the band."""
        if tries is None:
            return "not calibrated: the student did not play it"
        if tries.judged < tries.wanted:
            return f"not calibrated: {tries.judged} of {counted(tries.wanted, 'try', 'tries')} are judged"
        if self.low <= tries.passed / tries.judged <= self.high:
            return None
        return f"outside the band: passed {tries.passed} of {tries.judged}"


def band_of(text: str) -> Band:
    """A band as the command line has it, such as `0.2:0.8`.

    Raises:
        ConfigError: It is none.
    """
    found = re.fullmatch(r"\s*([0-9]*\.?[0-9]+)\s*:\s*([0-9]*\.?[0-9]+)\s*", text)
    band = Band(*map(float, found.groups())) if found else None
    if band is None or not 0 <= band.low <= band.high <= 1:
        raise ConfigError(f"--band {brief(text)}: write LOW:HIGH, two shares of tries from 0 to 1, such as 0.2:0.8.")
    return band


def calibrations(folder: Path) -> list[str]:
    """The names of those that a run has."""
    try:
        return sorted(place.name for place in (folder / FOLDER).iterdir() if (place / "run.json").is_file())
    except (FileNotFoundError, NotADirectoryError):
        return []


def chosen(folder: Path, name: str | None) -> str:
    """The calibration of a run that is meant: by its name or its folder, or the only one.

    Raises:
        ConfigError: There is none, there are several, or there is no such.
    """
    names = calibrations(folder)
    if name is not None:
        if name in names:
            return name
        if (Path(name) / "run.json").is_file():
            return str(Path(name).resolve())
        there = f"there are {', '.join(names)}" if names else "there are none"
        raise ConfigError(f"--calibration {brief(name)}: {folder} has no such calibration, and it is no run: {there}.")
    if not names:
        raise ConfigError(
            f"--band keeps tasks by how often a student passed them, and {folder} has no calibration. Make one: writ calibrate "
            f"{folder} --lm URL -k 4"
        )
    if len(names) > 1:
        raise ConfigError(f"{folder} has calibrations of {', '.join(names)}: choose one with --calibration NAME.")
    return names[0]


def tries_of(run: Run, name: str) -> Mapping[str, Tries]:
    """By task that both runs hold as it is now: what became of the student's tries.

    Raises:
        StoreError: It is no run, or no task of it is one of this run.
    """
    inside = run.folder / FOLDER / name
    played = Run.read(inside if inside.is_dir() else Path(name))
    wanted = int(played.manifest.get("tries", 1))
    passes: dict[str, list[bool]] = {
        key: []
        for key in played.kept("tasks")
        if (line := run.digest("tasks", key)) is not None and line == played.digest("tasks", key)
    }
    if not passes:
        raise StoreError(
            f"{played.folder} holds no task of {run.folder} as it is now, so it says nothing about them. Calibrate this run: "
            f"writ calibrate {run.folder} --lm URL -k 4"
        )
    for key, good in standing(played).counted.items():
        if (task_id := key.rpartition(".")[0]) in passes:
            passes[task_id].append(good)
    return {key: Tries(sum(found), len(found), wanted) for key, found in passes.items()}
