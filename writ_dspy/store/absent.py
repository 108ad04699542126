"""What to say where no run is: a folder that is not there, that holds runs, or that lies inside one."""

from __future__ import annotations

import difflib
import itertools
import os
import shlex
from collections.abc import Iterator
from pathlib import Path

MOST = 200
"""Entries of a folder that are looked at."""
DEEPEST = 3
"""Folders below a run in which a file of it stands."""
ABOVE = 4
"""Folders above this one from which a path may have been meant."""
NAMED = 3
"""Runs that are named."""


def no_run(folder: Path, manifest: str, *, free: bool) -> str:
    """Why a folder is no run, and what was meant, as far as the folders around it tell.

    Args:
        folder: As it was given.
        manifest: The file that makes a folder a run.
        free: A run could be made there.
    """
    make = f"writ synth -n 40 --out {shlex.quote(str(folder))}"
    if not os.path.lexists(folder):
        close = _from_elsewhere(folder, manifest) or _close(folder, manifest)
        first = (
            "Make one with"
            if folder.is_absolute()
            else "Go to the folder from which you made it, or make one here with"
        )
        meant = f"Did you mean {close}?" if close else f"{first}: {make}"
        return f"{folder} is not a run: there is no such folder in {folder.absolute().parent}. {meant}"
    if not folder.is_dir():
        return (
            f"{folder} is not a run: it is no folder. Name the folder of a run; `writ synth … --out ANOTHER` makes one."
        )
    inside = next((parent for parent in folder.absolute().parents[:DEEPEST] if (parent / manifest).is_file()), None)
    if inside is not None:
        return f"{folder} is not a run, but lies inside one. Name that: {_as_given(inside, folder)}"
    runs = [one.name for one in _runs(folder, manifest)]
    if runs:
        more = ", …" if len(runs) > NAMED else ""
        return f"{folder} is not a run, but holds runs: {', '.join(runs[:NAMED])}{more}. Name one of them: {folder / runs[0]}"
    if free:
        return f"{folder} is not a run: it has no {manifest}. Make one with: {make}"
    if orphaned(folder):
        return f"{folder} is not a run: it has no {manifest}, but records of one. {restoring(manifest)}"
    return f"{folder} is not a run: it has no {manifest}. Name the folder of a run; `writ synth … --out ANOTHER` makes one."


def orphaned(folder: Path) -> bool:
    """Whether the records of a run are there, without its settings."""
    return any((folder / f"{name}.jsonl").is_file() for name in ("tasks", "conversations", "verdicts"))


def restoring(manifest: str) -> str:
    """How the settings of a run are had again: they depend on nothing but the command and the versions."""
    return (
        "If this was a run whose settings are gone: give the command that made it with another --out, stop it once it has begun, "
        f"and copy {manifest} from there."
    )


def _runs(folder: Path, manifest: str) -> Iterator[Path]:
    """Runs that stand in a folder."""
    if folder.is_dir():
        yield from (folder / name for name in _entries(folder) if (folder / name / manifest).is_file())


def _entries(folder: Path) -> list[str]:
    return sorted(path.name for path in itertools.islice(folder.iterdir(), MOST))


def _from_elsewhere(folder: Path, manifest: str) -> Path | None:
    """The run of that path seen from a folder above this one, or of its last names seen from here."""
    if folder.is_absolute():
        return None
    here = Path.cwd()
    places = [Path(*folder.parts[cut:]) for cut in range(1, len(folder.parts))]
    places += [Path(os.path.relpath(above / folder, here)) for above in here.parents[:ABOVE]]
    return next((place for place in places if (place / manifest).is_file()), None)


def _close(folder: Path, manifest: str) -> Path | None:
    """A run whose path is nearly this one: of another name, or in a folder of another name."""
    above = [folder.parent]
    if not folder.parent.is_dir() and folder.parent.parent.is_dir():
        near = difflib.get_close_matches(folder.parent.name, _entries(folder.parent.parent), NAMED)
        above = [folder.parent.parent / name for name in near]
    there = {one.name: one for parent in above for one in _runs(parent, manifest)}
    return next((there[name] for name in difflib.get_close_matches(folder.name, there, 1)), None)


def _as_given(found: Path, folder: Path) -> Path:
    """Relative where the folder was given so."""
    if folder.is_absolute():
        return found
    return Path(os.path.relpath(found))
