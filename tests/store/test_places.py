"""Where something is to be written: refused before any work, with what stands in the way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.calls import tree
from writ_dspy.errors import ConfigError
from writ_dspy.store.places import check_file, check_folder

REFUSED = {
    "x" * 256: "the name '.*' is 256 bytes long, and 255 are the most. Choose a shorter one, or choose another --out",
    "é" * 128: "is 256 bytes long",
    "a/" + "x" * 300 + "/b": "is 300 bytes long",
    "d/" * 2000 + "d": "bytes long, and 4,000 are the most",
    "caf\udce9": r"--out 'caf\\udce9': its name is no UTF-8",
    "a\0b": "no path holds a NUL",
    "file": "this is no folder",
    "file/new": "file is no folder",
    "loop/new": "loop is a link that leads back to itself",
    "lost": "lost is a link that leads nowhere",
    "/proc/writ": "/proc belongs to the system",
    "/dev/null/new": "/dev/null is no folder",
}


@pytest.mark.parametrize("name", REFUSED, ids=lambda name: repr(name)[:20])
def test_what_can_be_no_folder(tmp_path: Path, name: str) -> None:
    """One line names the option, the path, what stands in the way and what to do; nothing is made."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "lost").symlink_to("nowhere")
    before = tree(tmp_path)
    with pytest.raises(ConfigError, match=REFUSED[name]) as error:
        check_folder(tmp_path / name if not name.startswith("caf") else Path(name), "--out")

    assert str(error.value).startswith("--out ")
    assert str(error.value).endswith("hoose another --out.")
    assert len(str(error.value)) < 600 + len(str(tmp_path))
    assert tree(tmp_path) == before


def test_what_can_be_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is there, one that can be made, a name of 255 bytes, a link to a folder, and a relative path."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to("there")
    for name in ("there", "there/a/b/c", "x" * 255, "link", "link/new", "ünï/çødé", ".", "a b\nc"):
        check_folder(Path(name), "--out")
        check_folder(tmp_path / name, "--out")


def test_a_folder_that_has_been_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The remedy for a shell that stands nowhere is to go somewhere, not to look at the disk."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    with pytest.raises(ConfigError, match=r"the folder that you are in has been deleted\. Cd to one"):
        check_folder(Path("new"), "--out")
    check_folder(tmp_path / "new", "--out")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_of_somebody_else(tmp_path: Path) -> None:
    """No permission is no trouble with the disk. As root, the harness of bad input gives up its rights for that."""
    (tmp_path / "locked").mkdir(mode=0)
    (tmp_path / "fixed").mkdir(mode=0o555)
    for name in ("locked", "locked/new", "fixed", "fixed/new"):
        with pytest.raises(ConfigError, match=r"you may not .*Change its permissions, or choose another --out"):
            check_folder(tmp_path / name, "--out")


def test_a_file(tmp_path: Path) -> None:
    """A file may be there or not; its folder has to be able to hold it."""
    (tmp_path / "file").write_text("x")
    check_file(tmp_path / "file", "--log")
    check_file(tmp_path / "new" / "file", "--log")
    for name, why in {".": "this is a folder", "file/log": "is no folder"}.items():
        with pytest.raises(ConfigError, match=why):
            check_file(tmp_path / name, "--log")
