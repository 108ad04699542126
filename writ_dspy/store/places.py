"""Where something is to be written: looked at before any work is done, and changed by nothing here."""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path

from writ_dspy.errors import ConfigError, brief

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_ON_THE_HUB = re.compile(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/datasets/([^/?#\s]+/[^/?#\s]+)")
LONGEST_NAME = 255
"""Bytes of one name, on every file system in use."""
LONGEST_PATH = 4_000
"""Bytes of the whole: Linux takes 4,095, and files are written below it."""


def path_of(given: object, name: str) -> Path:
    """A path from Python, where it may be anything.

    Raises:
        ConfigError: It is none.
    """
    if not isinstance(given, str | os.PathLike) or not isinstance(path := os.fspath(given), str):
        raise ConfigError(f"{name} = {brief(given)}: give a path, as a text or a Path.")
    if not path:
        raise ConfigError(f"{name} is empty. Give a path; `.` is the folder that you are in.")
    if "\0" in path:
        raise ConfigError(f"{name} = {brief(path)}: no path holds a NUL. Give another.")
    if flaw := no_path(path):
        raise ConfigError(f"{name} {flaw}.")
    return Path(path)


def no_path(text: str) -> str:
    """What is wrong with an address of the web where a path belongs, and the remedy; nothing with a path.

    As a path it would lose one of its slashes, and be looked for on the disk.
    """
    if not _ADDRESS.match(text):
        return ""
    found = _ON_THE_HUB.match(text)
    if found:
        return f"{brief(text, 200)}: this is an address, and no path. A dataset of the Hub is hf:{found[1]}, for `writ verify` and `writ report`"
    return f"{brief(text, 200)}: this is an address, and no path. Fetch what is there, and name the file or folder"


def check_folder(path: Path, option: str) -> None:
    """Refuse a place where no folder can be, or could be made and written to.

    Args:
        path: The folder, there already or not.
        option: Where it was named, as in `--out`; an error says so.

    Raises:
        ConfigError: In one line, with what stands in the way.
    """
    _check_name(path, option)
    there = _nearest(path, option)
    if there is None:
        return
    if not stat.S_ISDIR(_mode(there)):
        raise _wrong(path, option, f"{there} is no folder" if there != path else "this is no folder")
    if os.statvfs(there).f_flag & os.ST_RDONLY:
        raise _wrong(path, option, f"{there} is on a disk that is mounted read-only")
    if not os.access(there, os.W_OK | os.X_OK):
        what = "there" if there == path else f"in {there}"
        raise _wrong(path, option, f"you may not write {what}", "change its permissions")
    if there != path and there.resolve().parts[1:2] in (("proc",), ("sys",)):
        raise _wrong(path, option, f"{there} belongs to the system, and no folder can be made there")


def check_file(path: Path, option: str) -> None:
    """The same for a file."""
    if path.is_dir():
        raise _wrong(path, option, "this is a folder")
    check_folder(path.parent, option)


def _check_name(path: Path, option: str) -> None:
    try:
        name = os.fsencode(path)
        name.decode()
    except UnicodeError:
        raise _wrong(path, option, "its name is no UTF-8, and nothing else fits into JSON and Parquet") from None
    if b"\0" in name:
        raise _wrong(path, option, "no path holds a NUL")
    if not path.is_absolute():
        try:
            name = os.fsencode(Path.cwd() / path)
        except FileNotFoundError:
            raise _wrong(
                path, option, "the folder that you are in has been deleted", "cd to one that is there"
            ) from None
    if len(name) > LONGEST_PATH:
        raise _wrong(
            path, option, f"it is {len(name):,} bytes long, and {LONGEST_PATH:,} are the most", "choose a shorter one"
        )
    for part in path.parts:
        if len(part.encode()) > LONGEST_NAME:
            why = f"the name {brief(part)} is {len(part.encode()):,} bytes long, and {LONGEST_NAME} are the most"
            raise _wrong(path, option, why, "choose a shorter one")


def _nearest(path: Path, option: str) -> Path | None:
    """The path itself or the nearest above it that is there; None where nothing is known."""
    for place in (path, *path.parents):
        try:
            place.stat()
        except FileNotFoundError:
            if place.is_symlink():
                raise _wrong(path, option, f"{place} is a link that leads nowhere") from None
        except NotADirectoryError:
            continue
        except PermissionError:
            raise _wrong(path, option, f"you may not look into {place.parent}", "change its permissions") from None
        except OSError as error:
            if error.errno == errno.ELOOP:
                link = next(one for one in (place, *place.parents) if one.is_symlink())
                raise _wrong(path, option, f"{link} is a link that leads back to itself") from None
            raise _wrong(path, option, f"{place}: {error.strerror}") from error
        else:
            return place
    return None


def _mode(path: Path) -> int:
    return path.stat().st_mode


def _wrong(path: Path, option: str, why: str, remedy: str = "") -> ConfigError:
    text = str(path)
    shown = text if len(text) <= 300 and text.isprintable() else brief(text)
    other = f"choose another {option}" if option.startswith("-") else f"give another {option}"
    whole = f"{remedy}, or {other}" if remedy else other
    return ConfigError(f"{option} {shown}: {why}. {whole[0].upper()}{whole[1:]}.")
