"""A run that is killed, cut, spoiled or out of disk: nothing kept is lost, and nothing is doubled."""

import errno
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from writ_dspy.errors import StoreError
from writ_dspy.shown import counted
from writ_dspy.store import run as store
from writ_dspy.store.run import Run

MANIFEST = {"domains": ["tau2:retail"], "n": 200, "mix": {"writes": [1, 2], "burden": 4}, "seed": 0}
JSONL = "conversations.jsonl"


def tree(folder: Path) -> Mapping[str, bytes]:
    """Every file under a folder, byte for byte."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def record(key: str, times: int = 10) -> dict[str, object]:
    """A record whose content follows from its id."""
    return {"id": key, "text": key * times}


def made(folder: Path, *keys: str) -> Path:
    """A run folder that keeps these conversations and is closed."""
    with Run.open(folder, MANIFEST) as run:
        run.append("conversations", [record(key) for key in keys])
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a run can be made; its parent does not exist either."""
    return tmp_path / "runs" / "first"


CHILD = """
import random, sys
from pathlib import Path
from writ_dspy.store.run import Run
luck, folder = random.Random(int(sys.argv[1])), Path(sys.argv[2])
with Run.open(folder, {}) as run:
    owed = run.owed("conversations", (f"c{i}" for i in range(300)))
    while owed:
        size = luck.randint(1, 6)
        batch, owed = owed[:size], owed[size:]
        run.append("conversations", [{"id": key, "text": key * 40_000} for key in batch])
        print(*batch, flush=True)
"""


def append_in_child(folder: Path, seed: int, batches: int | None) -> tuple[set[str], int]:
    """Append what is owed in another process, killed a moment after so many batches if a number is given.

    Returns:
        The ids that it reported as kept, and its exit code.
    """
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(seed), str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(store.__file__).parents[2])},
    )
    with child:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(batches or 0)]
        if batches is not None:
            time.sleep(random.Random(seed).uniform(0, 0.004))
            child.kill()
        lines += child.stdout.readlines()
    return {key for line in lines if line.endswith("\n") for key in line.split()}, child.returncode


@pytest.mark.long
def test_kill_9_loses_and_doubles_nothing(folder: Path) -> None:
    """Killed at random moments and resumed, a run loses nothing it reported and doubles nothing."""
    luck = random.Random(20)
    reported: set[str] = set()
    codes: list[int] = []
    for seed, batches in enumerate([*(luck.randint(1, 8) for _ in range(9)), None]):
        seen, code = append_in_child(folder, seed, batches)
        codes.append(code)
        reported |= seen
        assert reported <= set(Run.read(folder).kept("conversations"))

    kept = list(Run.read(folder).records("conversations"))
    assert sorted(each["id"] for each in kept) == sorted(f"c{i}" for i in range(300))
    assert all(each == record(each["id"], 40_000) for each in kept)
    assert codes[-1] == 0
    assert codes.count(-9) >= 3


@given(keys=st.integers(1, 4), data=st.data())
@settings(max_examples=80, deadline=None)
def test_any_cut_leaves_the_whole_lines(keys: int, data: st.DataObject) -> None:
    """Cut a file anywhere: the lines before the cut are kept, the rest is set aside, and the run goes on."""
    with tempfile.TemporaryDirectory() as top:
        folder = made(Path(top), *(f"c{i}" for i in range(keys)))
        whole = (folder / JSONL).read_bytes()
        cut = data.draw(st.integers(0, len(whole)), label="cut")
        (folder / JSONL).write_bytes(whole[:cut])
        lines = whole[:cut].count(b"\n")
        torn = whole[:cut].rpartition(b"\n")[2]

        before = tree(folder)
        assert Run.read(folder).count("conversations") == lines
        assert tree(folder) == before
        with Run.open(folder, MANIFEST) as run:
            assert run.notes == (
                (f"{JSONL}: an unfinished last line ({counted(len(torn), 'byte')}) was moved to {JSONL}.torn",)
                if torn
                else ()
            )
            assert run.kept("conversations") == tuple(f"c{i}" for i in range(lines))
            run.append(
                "conversations",
                [record(key) for key in run.owed("conversations", (f"c{i}" for i in range(keys)))],
            )
        assert (folder / JSONL).read_bytes() == whole
        assert tree(folder).get(f"{JSONL}.torn", b"") == (torn + b"\n" if torn else b"")


def test_a_last_line_of_rubbish_is_torn_too(folder: Path) -> None:
    """A last line that ends well but is not JSON is set aside; a second repair adds to the first."""
    made(folder, "c0")
    for rubbish in (b"\x00\xff\x00\n", b'{"id": "c1", \n'):
        with (folder / JSONL).open("ab") as file:
            file.write(rubbish)
        with Run.open(folder, MANIFEST) as run:
            assert run.kept("conversations") == ("c0",)
            assert run.notes == (
                f"{JSONL}: a last line that is no record ({counted(len(rubbish), 'byte')}) was moved to {JSONL}.torn",
            )

    assert (folder / f"{JSONL}.torn").read_bytes() == b'\x00\xff\x00\n{"id": "c1", \n'


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b'{"id": "c1", "te', "Invalid control character"),
        (b"", "Expecting value"),
        (b'["c1"]', "no text `id`"),
        (b'{"id": 1}', "no text `id`"),
        (b'{"id": "c0"}', "its id 'c0' is also on line 1"),
    ],
)
def test_a_corrupt_middle_line_is_refused(folder: Path, line: bytes, why: str) -> None:
    """The error names file, line and content, and neither opening nor reading changes a byte."""
    made(folder, "c0", "c1", "c2")
    lines = (folder / JSONL).read_bytes().split(b"\n")
    lines[1] = line
    (folder / JSONL).write_bytes(b"\n".join(lines))
    (folder / "tasks.jsonl").write_bytes(b'{"torn')
    before = tree(folder)
    looks: list[Callable[[], Run]] = [lambda: Run.open(folder, MANIFEST), lambda: Run.read(folder)]
    for look in looks:
        with pytest.raises(StoreError) as caught:
            look()

        assert f"{folder / JSONL}:2 is corrupt ({why}" in str(caught.value)
        assert f"{line.decode()!r}. Nothing was changed" in str(caught.value)
        assert f"sed -i.bak 2d {folder / JSONL}" in str(caught.value)
        assert tree(folder) == before


def test_a_line_spoiled_while_it_is_read_is_an_error(folder: Path) -> None:
    """A reader never passes on a line that something else changed under it."""
    run = Run.read(made(folder, "c0", "c1"))
    data = (folder / JSONL).read_bytes()
    (folder / JSONL).write_bytes(data.replace(b'{"id":"c1"', b"#" * 10))
    with pytest.raises(StoreError, match=r"conversations.jsonl:2 is corrupt"):
        list(run.records("conversations"))
    with pytest.raises(StoreError, match=r"conversations.jsonl:2 is corrupt"):
        run.get("conversations", "c1")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("taken", [0, 1, 25, 70])
def test_a_refused_write_leaves_the_file_as_before(
    folder: Path, monkeypatch: pytest.MonkeyPatch, code: int, taken: int
) -> None:
    """However much of a batch the disk takes before it is full, none of it is kept, and the run goes on."""
    real = os.write
    left = [taken]

    def full(fd: int, data: memoryview) -> int:
        if not left[0]:
            raise OSError(code, os.strerror(code))
        done = real(fd, data[: left[0]])
        left[0] -= done
        return done

    with Run.open(folder, MANIFEST) as run:
        run.append("conversations", [record("c0")])
        before = tree(folder)
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", full)
            with pytest.raises(StoreError, match=rf"cannot keep 2 records in .*{JSONL}: {os.strerror(code)}"):
                run.append("conversations", [record("c1"), record("c2")])

        assert tree(folder) == before
        assert run.owed("conversations", ["c0", "c1", "c2"]) == ["c1", "c2"]
        run.append("conversations", [record("c1"), record("c2")])
        assert [run.get("conversations", f"c{i}") for i in range(3)] == [record(f"c{i}") for i in range(3)]


def test_a_real_limit_leaves_the_file_as_before(folder: Path) -> None:
    """The same with a limit that the system itself enforces, and the error says how to lift it."""
    with Run.open(folder, MANIFEST) as run:
        run.append("conversations", [record("c0", 1000)])
        before = tree(folder)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (3000, hard))
        try:
            with pytest.raises(StoreError, match="ulimit -f"):
                run.append("conversations", [record("c1", 1000)])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

        assert tree(folder) == before


def test_an_interrupt_inside_append_keeps_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped after the bytes went out, a notebook can append the same batch again without doubling it."""

    def interrupt(_: int) -> None:
        monkeypatch.undo()
        raise KeyboardInterrupt

    with Run.open(folder, MANIFEST) as run:
        monkeypatch.setattr(os, "fsync", interrupt)
        with pytest.raises(KeyboardInterrupt):
            run.append("conversations", [record("c0")])
        run.append("conversations", [record("c0")])

        assert list(run.records("conversations")) == [record("c0")]


def test_when_even_the_rollback_fails_the_next_open_repairs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that dies under the run stops it; half a line is never followed by another."""

    def dead(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with Run.open(folder, MANIFEST) as run:
        run.append("conversations", [record("c0")])
        with monkeypatch.context() as patch:
            patch.setattr(os, "ftruncate", dead)
            patch.setattr(os, "fsync", dead)
            with pytest.raises(StoreError, match="Input/output error"):
                run.append("conversations", [record("c1")])
        with pytest.raises(StoreError, match="is not open for writing"):
            run.append("conversations", [record("c1")])

    assert Run.read(folder).kept("conversations")[0] == "c0"
    with Run.open(folder, MANIFEST) as run:
        run.append("conversations", map(record, run.owed("conversations", ["c0", "c1"])))
        assert run.kept("conversations") == ("c0", "c1")


def test_an_unwritable_place_names_the_path_and_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path under a file, and a disk that is mounted read-only."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match=r"file/run: Not a directory\. A file stands .*choose another folder"):
        Run.open(tmp_path / "file" / "run", MANIFEST)
    with pytest.raises(StoreError, match="file: Not a directory"):
        Run.open(tmp_path / "file", MANIFEST)
    with pytest.raises(StoreError, match="is not a run"):
        Run.read(tmp_path / "file" / "run")

    def read_only(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "mkdir", read_only)
    with pytest.raises(StoreError, match=r"run: Read-only file system\. That disk is mounted read-only"):
        Run.open(tmp_path / "run", MANIFEST)
