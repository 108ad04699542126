"""Opening files that somebody may have planted: nothing else is ever read, changed, made or waited for."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from writ_dspy.errors import StoreError
from writ_dspy.store import files

SECRET = b"mine, and precious\n"


def link(place: Path, victim: Path) -> None:
    """A link to a file of somebody's."""
    place.symlink_to(victim)


def dangling(place: Path, victim: Path) -> None:
    """A link to nothing, which opening it would make."""
    place.symlink_to(victim.with_name("made"))


def loop(place: Path, _: Path) -> None:
    """A link to itself."""
    place.symlink_to(place)


def pipe(place: Path, _: Path) -> None:
    """A pipe at whose other end is nobody."""
    os.mkfifo(place)


def folder(place: Path, _: Path) -> None:
    """A folder."""
    place.mkdir()


def listening(place: Path, _: Path) -> None:
    """A socket."""
    here = Path.cwd()
    os.chdir(place.parent)  # the name of a socket has to be short
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(place.name)
    os.chdir(here)


PLANTED = (link, dangling, loop, pipe, folder, listening)


def read(path: Path) -> None:
    """Read all of it."""
    with files.reading(path) as file:
        file.read()


def change(path: Path) -> None:
    """Cut and append."""
    with files.changing(path) as file:
        file.truncate(0)
        file.write(b"x")


def replace(path: Path) -> None:
    """Write it anew."""
    with files.replacing(path) as file:
        file.write(b"x")


@pytest.mark.parametrize("use", [read, change, replace, files.read_text], ids=lambda use: use.__name__)
@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_only_plain_files_are_opened(
    tmp_path: Path, plant: Callable[[Path, Path], None], use: Callable[[Path], object]
) -> None:
    """Whatever else is there is refused at once, with its path and what it is, and nothing has changed."""
    victim, place = tmp_path / "victim", tmp_path / "run" / "file"
    victim.write_bytes(SECRET)
    place.parent.mkdir()
    plant(place, victim)
    with pytest.raises(StoreError, match=r"run/file is a .*put a file of its own in its place"):
        use(place)

    assert victim.read_bytes() == SECRET
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run", "victim"]
    assert [path.name for path in place.parent.iterdir()] == ["file"]
    assert files.kind(place) not in (None, "a file")


@pytest.mark.parametrize("plant", [link, dangling, loop, pipe], ids=lambda plant: plant.__name__)
def test_a_draft_is_nobody_elses(tmp_path: Path, plant: Callable[[Path, Path], None]) -> None:
    """What stands under the name of the draft goes, and what it leads to stays."""
    victim = tmp_path / "victim"
    victim.write_bytes(SECRET)
    plant(tmp_path / "file.tmp", victim)
    replace(tmp_path / "file")

    assert (tmp_path / "file").read_bytes() == b"x"
    assert files.is_file(tmp_path / "file")
    assert victim.read_bytes() == SECRET
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "victim"]


def test_a_file_of_two_names_is_read_and_not_changed(tmp_path: Path) -> None:
    """Whoever has the other name would see it change; written anew, the other name keeps what it had."""
    victim, place = tmp_path / "victim", tmp_path / "file"
    victim.write_bytes(SECRET)
    place.hardlink_to(victim)
    with pytest.raises(StoreError, match="hard link") as refused:
        change(place)
    assert files.read_text(place) == SECRET.decode()
    os.system(str(refused.value).partition("its own: ")[2])  # noqa: S605 - what the message says to do
    change(place)

    assert (place.read_bytes(), victim.read_bytes()) == (b"x", SECRET)


@pytest.mark.parametrize("level", ["a", "a/b"])
def test_no_folder_on_the_way_is_a_link(tmp_path: Path, level: str) -> None:
    """A link among the folders of a path is refused, for reading and for making; the root itself may be one."""
    (tmp_path / "elsewhere" / "b").mkdir(parents=True)
    (tmp_path / "real").mkdir()
    root = tmp_path / "root"
    root.symlink_to(tmp_path / "real")
    place = root / level
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match=f"root/{level} is a link"):
        files.inside(root, root / "a" / "b" / "file")
    with pytest.raises(StoreError, match=f"root/{level} is a link"):
        files.make_folder(root, root / "a" / "b" / "c")
    place.unlink()

    assert files.make_folder(root, root / "a" / "b" / "c").is_dir()
    assert files.inside(root, root / "a" / "b" / "file") == root / "a" / "b" / "file"
    assert files.make_folder(root, root) == root
    assert not (tmp_path / "elsewhere" / "b" / "c").exists()


CLOSED = """
import os, sys
from pathlib import Path
from writ_dspy.store.files import changing, fresh, reading
folder = Path(sys.argv[1])
os.closerange(0, 3)
files = [changing(folder / "log"), fresh(folder / "draft"), reading(folder / "log")]
try:
    os.write(2, b"a library complains")
except OSError:
    os._exit(0 if min(file.fileno() for file in files) > 2 else 7)
os._exit(8)
"""


def test_no_file_takes_the_place_of_a_stream(tmp_path: Path) -> None:
    """With the standard streams closed, what is written to them never ends up in a file of a run."""
    done = subprocess.run(
        [sys.executable, "-c", CLOSED, str(tmp_path)],
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(files.__file__).parents[2])},
    )

    assert done.returncode == 0
    assert (tmp_path / "log").read_bytes() == b""


def test_a_failed_write_leaves_what_was_there(tmp_path: Path) -> None:
    """When the block fails, the earlier file stands and no draft is left."""
    place = tmp_path / "file"
    place.write_bytes(SECRET)
    with pytest.raises(TypeError, match="bytes-like"), files.replacing(place) as file:
        file.write([file.write(b"half")])  # type: ignore[arg-type] # the first goes out, the second cannot

    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert place.read_bytes() == SECRET
