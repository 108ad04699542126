"""Files of a run folder, opened so that nothing planted there does harm.

A run folder may come from a colleague or from the net. So no link in it is followed, nothing but a plain file is
opened, and a file that is written anew is drafted beside its place under a name that nobody else has open.

    reading(path)             to read
    changing(path)            to change in place: appended to, cut, locked
    replacing(path)           to write anew: it appears whole or not at all
    fresh(path)               a draft of one's own, which the caller renames
    inside(root, path)        a path below a folder, no level of which is a link
    make_folder(root, path)   the same for a folder, which is made

All raise `StoreError` where something else stands than a plain file, and `OSError` for what the system refuses (`disk`
turns that into a `StoreError`); nothing was changed then.
"""

import errno
import fcntl
import os
import shlex
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, BufferedWriter, FileIO
from pathlib import Path

from writ_dspy.errors import StoreError

_NO_SPACE = "Free some space and run the same command again; everything kept so far stays"
_NO_RIGHT = "Change its permissions, or choose another folder"
_IN_THE_WAY = "A file stands where a folder is needed: move that file away, or choose another folder"
_REMEDIES = {
    errno.ENOSPC: _NO_SPACE,
    errno.EDQUOT: _NO_SPACE,
    errno.EFBIG: "Raise the file-size limit (ulimit -f) and run the same command again; what is kept stays",
    errno.EACCES: _NO_RIGHT,
    errno.EPERM: _NO_RIGHT,
    errno.EROFS: "That disk is mounted read-only: choose a folder on another",
    errno.ENOENT: "Make the folder that it is to stand in, or name another path",
    errno.ENOTDIR: _IN_THE_WAY,
    errno.EEXIST: _IN_THE_WAY,
    errno.ENOLCK: "This file system cannot lock files: choose a folder on a local disk",
}
_KINDS = {
    stat.S_IFREG: "a file",
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a link",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
_SAFE = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # opening a pipe that nobody writes to would never end


@contextmanager
def disk(path: Path, doing: str, option: str = "") -> Iterator[None]:
    """Turns what the system refuses into a `StoreError` with the path and what to do about it.

    Args:
        path: What is worked on.
        doing: As in `cannot read`; it opens the message.
        option: By which another folder is chosen, where there is one.
    """
    try:
        yield
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, "Check that disk, then run the same command again")
        if error.errno in (errno.EACCES, errno.EPERM) and doing.startswith("cannot read"):
            remedy = f"Change its permissions: chmod -R u+rX {shlex.quote(str(path))}"
        elif option and "choose" in remedy:
            remedy = f"{remedy}: {option} FOLDER"
        raise StoreError(f"{doing} {path}: {error.strerror or error}. {remedy}.") from error


def kind(path: Path) -> str | None:
    """What stands there itself, a link not followed: `a file`, `a folder`, `a link`, …; None for nothing."""
    try:
        return _kind(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return None


def is_file(path: Path) -> bool:
    """Whether a plain file stands there, and no link to one."""
    return kind(path) == "a file"


def plain(path: Path) -> bool:
    """Whether a plain file stands there; False for nothing, and anything else is refused."""
    found = kind(path)
    if found not in (None, "a file"):
        raise _odd(path, found)
    return found is not None


def reading(path: Path) -> BufferedReader:
    """The plain file at `path`, to read."""
    return open(_opened(path, os.O_RDONLY), "rb")


def changing(path: Path) -> FileIO:
    """The plain file at `path`, made if it is missing, to read and to append to; unbuffered.

    A file with a second name is refused: whoever has that name would see their file change.
    """
    plain(path)
    descriptor = _opened(path, os.O_RDWR | os.O_APPEND | os.O_CREAT)
    if os.fstat(descriptor).st_nlink > 1:
        os.close(descriptor)
        own = shlex.quote(f"{path}.own")
        raise StoreError(
            f"{path} is the same file as another one elsewhere (a hard link), which would change with it. "
            f"Give it a copy of its own: cp -p {shlex.quote(str(path))} {own} && mv {own} {shlex.quote(str(path))}"
        )
    return open(descriptor, "a+b", buffering=0)  # noqa: PTH123 - a descriptor


def fresh(path: Path) -> BufferedWriter:
    """A new file at `path`, to write; what a killed process left under that name is removed, a link not followed."""
    if kind(path) == "a folder":
        raise _odd(path, "a folder")
    path.unlink(missing_ok=True)
    descriptor = _above(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _SAFE, 0o666))
    return open(descriptor, "wb")  # noqa: PTH123 - a descriptor


def remove(path: Path) -> None:
    """Nothing stands at `path` any more, unless it is a folder; what a link leads to stays."""
    if kind(path) != "a folder":
        path.unlink(missing_ok=True)


@contextmanager
def replacing(path: Path) -> Iterator[BufferedWriter]:
    """The file at `path`, to write anew: drafted, synced and renamed, so that it appears whole or not at all."""
    plain(path)
    draft = path.with_name(f"{path.name}.tmp")
    file = fresh(draft)
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def read_text(path: Path, errors: str = "strict") -> str | None:
    """The text of a plain file; None where there is none."""
    if not plain(path):
        return None
    with reading(path) as file:
        return file.read().decode("utf-8", errors)


def inside(root: Path, path: Path) -> Path:
    """`path`, after a look at each folder between it and `root`: one that is a link is refused."""
    for level in reversed(path.relative_to(root).parents[:-1]):
        _is_folder(root / level)
    return path


def make_folder(root: Path, path: Path) -> Path:
    """The folder at `path`, made if it is missing, as is each between it and `root`; a link among them is refused."""
    root.mkdir(parents=True, exist_ok=True)
    levels = [root / level for level in reversed([path.relative_to(root), *path.relative_to(root).parents][:-1])]
    for level in levels:
        if not _is_folder(level):
            level.mkdir(exist_ok=True)
    return path


def sync_folder(folder: Path) -> None:
    """Names that were given in the folder outlast a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_folder(path: Path) -> bool:
    """Whether a folder stands there; False for nothing, and anything else is refused."""
    found = kind(path)
    if found not in (None, "a folder"):
        raise _odd(path, found, "folder")
    return found is not None


def _opened(path: Path, flags: int) -> int:
    """A descriptor of the plain file at `path`, whatever was there a moment ago."""
    found = kind(path)  # before opening, which a device may answer to
    if found not in (None, "a file"):
        raise _odd(path, found)
    try:
        descriptor = _above(os.open(path, flags | _SAFE, 0o666))
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise _odd(path, "a link") from error
        raise
    if not stat.S_ISREG(mode := os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _odd(path, _kind(mode))
    return descriptor


def _above(descriptor: int) -> int:
    """The same file under a number that is not one of the standard streams.

    Where those were closed before the start, a file would get their numbers, and whatever a library complains of.
    """
    if descriptor > 2:
        return descriptor
    try:
        return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 3)
    finally:
        os.close(descriptor)


def _kind(mode: int) -> str:
    return _KINDS.get(stat.S_IFMT(mode), "something else")


def _odd(path: Path, found: str | None, wanted: str = "file") -> StoreError:
    why = "and writ follows none inside a run, since it may lead anywhere" if found == "a link" else f"and no {wanted}"
    return StoreError(f"{path} is {found}, {why}. Move it away, or put a {wanted} of its own in its place.")
