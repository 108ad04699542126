"""A run on disk: it keeps what it was given, once, and touches nothing that is not its own."""

import errno
import os
import subprocess
import sys
import tempfile
import threading
import time
import tracemalloc
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from writ_dspy.errors import StoreError
from writ_dspy.store import jsonl
from writ_dspy.store import run as store
from writ_dspy.store.run import NAMES, Found, Name, Run

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


def test_what_is_appended_is_read_back(folder: Path) -> None:
    """Records come back as they were, in order, from this run and from a later reader."""
    kept = [{"id": f"c{i}", "text": "naïve\n\u2028 \ud83d τ²" * i, "deep": {"x": [1, None, 2.5]}} for i in range(5)]
    with Run.open(folder, MANIFEST) as run:
        run.append("conversations", kept[:3])
        run.append("conversations", [])
        run.append("conversations", iter(kept[3:]))

    reader = Run.read(folder)
    for seen in (run, reader):
        assert list(seen.records("conversations")) == kept
        assert seen.kept("conversations") == ("c0", "c1", "c2", "c3", "c4")
        assert [seen.get("conversations", f"c{i}") for i in range(5)] == kept
        assert (seen.count("conversations"), seen.count("tasks")) == (5, 0)
        assert list(seen.records("tasks")) == []
    assert reader.manifest == MANIFEST


def test_the_manifest_makes_the_folder_a_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A creation that dies before its last step leaves a folder that is no run, and can be made one."""

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(store, "_write_manifest", die)
        with pytest.raises(KeyboardInterrupt):
            Run.open(folder, MANIFEST)
    (folder / "run.json.tmp").write_text('{"writ')

    with pytest.raises(StoreError, match=r"is not a run.*writ synth .* --out"):
        Run.read(folder)
    Run.open(folder, MANIFEST).close()
    assert set(tree(folder)) == {"run.json", "run.lock", *(f"{name}.jsonl" for name in NAMES)}


@given(
    batches=st.lists(st.lists(st.integers(0, 30), unique=True, max_size=5), max_size=8),
    wanted=st.lists(st.integers(0, 40), max_size=30),
)
@settings(max_examples=60, deadline=None)
def test_owed_is_wanted_minus_kept(batches: list[list[int]], wanted: list[int]) -> None:
    """A batch with a kept id changes nothing; what is owed is each wanted id not kept, once, in order."""
    model: list[str] = []
    with tempfile.TemporaryDirectory() as top, Run.open(Path(top), MANIFEST) as run:
        for batch in batches:
            keys = [str(number) for number in batch]
            if set(keys) & set(model):
                with pytest.raises(StoreError, match="kept already"):
                    run.append("tasks", map(record, keys))
            else:
                run.append("tasks", map(record, keys))
                model += keys

        assert list(run.kept("tasks")) == list(Run.read(Path(top)).kept("tasks")) == model
        fresh = [str(number) for number in wanted if str(number) not in model]
        assert run.owed("tasks", map(str, wanted)) == list(dict.fromkeys(fresh))


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({}, "the id None"),
        ({"id": ""}, "the id ''"),
        ({"id": 7}, "the id 7"),
        ({"id": "x", "at": Path("/")}, "'x'.*not JSON"),
        ({"id": "x", "score": float("nan")}, "'x'.*not JSON"),
        ({"id": "good"}, "'good' is kept already"),
    ],
)
def test_a_bad_record_keeps_its_whole_batch_out(folder: Path, bad: dict[str, object], why: str) -> None:
    """A batch is kept whole or not at all, also when a duplicate is inside it."""
    with Run.open(folder, MANIFEST) as run:
        with pytest.raises(StoreError, match=why):
            run.append("verdicts", [record("good"), bad])

        assert run.kept("verdicts") == ()
    assert tree(folder)["verdicts.jsonl"] == b""


@pytest.mark.parametrize("name", ["notes.txt", "tasks.jsonl", "src/main.py", ".git/HEAD"])
def test_a_foreign_folder_is_untouched(folder: Path, name: str) -> None:
    """A folder with anything in it that is not a run is refused and stays as it is, byte for byte."""
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_text('{"id": "mine"}\n')
    before = tree(folder)
    with pytest.raises(StoreError, match=r"is not empty and not a run: it has .* Use another --out"):
        Run.open(folder, MANIFEST)
    with pytest.raises(StoreError, match="is not a run"):
        Run.read(folder)

    assert tree(folder) == before


@pytest.mark.parametrize("name", [".#notes", "tasks.jsonl", "run.lock", "run.json.tmp"])
def test_a_dangling_link_is_something(folder: Path, name: str) -> None:
    """A folder that holds one is not empty, whatever its name; that it leads to nothing says nothing of the folder."""
    folder.mkdir(parents=True)
    (folder / name).symlink_to("me@host.1234:567")
    with pytest.raises(StoreError, match=r"is not empty and not a run: it has .* Use another --out"):
        Run.open(folder, MANIFEST)

    assert [path.name for path in folder.iterdir()] == [name]


def test_a_link_beside_a_run_changes_nothing(folder: Path) -> None:
    """With the lock that an editor leaves, a run is the run that it was: resumed as itself, refused as another."""
    made(folder, "c0")
    (folder / ".#notes").symlink_to("me@host.1234:567")
    before = tree(folder)
    with pytest.raises(StoreError, match="seed is 0 there and 99 here"):
        Run.open(folder, MANIFEST | {"seed": 99})
    with Run.open(folder, MANIFEST) as run:
        assert run.kept("conversations") == ("c0",)

    assert tree(folder) == before
    assert Run.read(folder).count("conversations") == 1


@pytest.mark.parametrize("name", ["run.json", "run.lock", JSONL, f"{JSONL}.torn"])
@pytest.mark.parametrize("target", ["victim", "nothing"])
def test_no_link_in_a_run_is_followed(folder: Path, name: str, target: str) -> None:
    """A file of the run that is a link is refused, whether it leads somewhere or not; what it leads to stays as it is."""
    made(folder, "c0")
    victim = folder.parent / "victim"
    victim.write_bytes((folder / name).read_bytes() if (folder / name).exists() else b"mine")
    with (folder / JSONL).open("ab") as file:
        file.write(b'{"torn')
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(folder.parent / target)
    before = tree(folder.parent)
    with pytest.raises(StoreError, match=f"{name} is a link"):
        Run.open(folder, MANIFEST)

    assert tree(folder.parent) == before


@pytest.mark.parametrize("text", ["", "{", "[]", '{"seed": 0}', '{"writ_run": 2, "seed": 0}'])
def test_a_spoiled_or_newer_manifest_is_refused(folder: Path, text: str) -> None:
    """A run whose manifest cannot be trusted is neither resumed nor overwritten."""
    (made(folder, "c0") / "run.json").write_text(text)
    before = tree(folder)
    looks: list[Callable[[], Run]] = [lambda: Run.open(folder, MANIFEST), lambda: Run.read(folder)]
    for look in looks:
        with pytest.raises(StoreError, match=r"run\.json (is not the manifest|has run format 2).*another --out"):
            look()

    assert tree(folder) == before


def test_other_settings_are_refused_by_name(folder: Path) -> None:
    """The error names every field that differs, and only those, with both values."""
    made(folder, "c0")
    before = tree(folder)
    other = {"domains": ("tau2:retail",), "n": 200.0, "mix": {"writes": [1, 3], "burden": 4}, "lm": "local"}
    with pytest.raises(StoreError) as caught:
        Run.open(folder, other)

    assert str(caught.value).splitlines() == [
        f"{folder} holds a run with other settings:",
        "  n is 200 there and 200.0 here",
        "  mix.writes is [1, 2] there and [1, 3] here",
        "  seed is 0 there and absent here",
        '  lm is absent there and "local" here',
        "Use another --out, or repeat the command with the settings of that run to resume it.",
    ]
    assert tree(folder) == before


@pytest.mark.parametrize("manifest", [{}, {"mix": {}, "lm": None}, MANIFEST])
def test_the_same_settings_resume(folder: Path, manifest: dict[str, object]) -> None:
    """A run opened again under its own settings keeps what it had and changes no file of it."""
    with Run.open(folder, manifest) as run:
        run.append("tasks", [record("t0")])
    before = tree(folder)
    with Run.open(folder, manifest) as run:
        assert run.owed("tasks", ["t0", "t1"]) == ["t1"]

    assert (run.manifest, run.notes) == (manifest, ())
    assert tree(folder) == before


@pytest.mark.parametrize("manifest", [{"out": Path("x")}, {"t": float("inf")}, {"writ_run": 1}])
def test_a_manifest_that_would_not_read_back_is_refused(folder: Path, manifest: dict[str, object]) -> None:
    """Such a manifest is refused before the folder is made."""
    with pytest.raises(StoreError, match="the manifest for"):
        Run.open(folder, manifest)

    assert not folder.exists()


HOLDER = f"""
import sys
from pathlib import Path
from writ_dspy.store.run import Run
run = Run.open(Path(sys.argv[1]), {MANIFEST!r})
run.append("tasks", [{{"id": "t0"}}])
print(flush=True)
sys.stdin.read()
"""


def test_two_writers_are_refused_and_readers_are_not(folder: Path) -> None:
    """While one process writes, another can read but not open; once it has closed, or died, another may."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(store.__file__).parents[2])},
    )
    with child:
        assert child.stdout is not None
        child.stdout.readline()
        with pytest.raises(StoreError, match=rf"another process \(pid {child.pid}, .*run\.lock\)"):
            Run.open(folder, MANIFEST)
        assert Run.read(folder).count("tasks") == 1
        child.kill()

    with Run.open(folder, MANIFEST) as run, pytest.raises(StoreError, match="this very process"):
        Run.open(folder, MANIFEST)
    run.close()
    Run.open(folder, MANIFEST).close()


def test_reading_needs_no_right_to_write(folder: Path) -> None:
    """A reader appends nothing, makes no file, and sees a missing file as one that keeps nothing."""
    made(folder, "c0")
    (folder / "verdicts.jsonl").unlink()
    (folder / "run.lock").unlink()
    before = tree(folder)
    reader = Run.read(folder)
    with pytest.raises(StoreError, match="not open for writing, so 1 record was not kept"):
        reader.append("verdicts", [record("v0")])

    assert reader.owed("verdicts", ["v0"]) == ["v0"]
    assert tree(folder) == before
    with Run.open(folder, reader.manifest) as run:
        run.append("verdicts", [record("v0")])
    with pytest.raises(StoreError, match="not open for writing"):
        run.append("verdicts", [record("v1")])


def test_what_is_not_there_is_named(folder: Path) -> None:
    """An unknown file or id is an error that says which ones there are."""
    run = Run.read(made(folder, "c0"))
    unknown: Name = "talks"  # type: ignore[assignment]
    with pytest.raises(StoreError, match=r"no records named 'talks'\. A run keeps tasks, conversations, verdicts"):
        run.count(unknown)
    with pytest.raises(StoreError, match=r"'c9' is not in .*, which keeps 1 record\."):
        run.get("conversations", "c9")


def test_threads_may_append_at_once(folder: Path) -> None:
    """Batches of several threads never mix: each line is whole and found where the index says."""
    with Run.open(folder, MANIFEST) as run:

        def append(number: int) -> None:
            for batch in range(10):
                run.append("tasks", [record(f"t{number}-{batch}-{i}", 50 + number) for i in range(3)])

        threads = [threading.Thread(target=append, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert run.count("tasks") == 180
        assert all(run.get("tasks", key)["id"] == key for key in run.kept("tasks"))
    assert Run.read(folder).kept("tasks") == run.kept("tasks")


def test_five_thousand_records_take_little_time_and_memory(folder: Path) -> None:
    """100 MB go in, are indexed and come out in seconds, and no file is ever loaded whole."""
    text = "x" * 20_000
    started = time.process_time()
    with Run.open(folder, MANIFEST) as run:
        for start in range(0, 5000, 50):
            run.append("conversations", [{"id": f"c{i}", "text": text} for i in range(start, start + 50)])
    spent = time.process_time() - started

    assert spent < 10  # reading it all again for each batch takes several times that
    tracemalloc.start()
    try:
        assert sum(1 for _ in Run.read(folder).records("conversations")) == 5000
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@given(data=st.data(), steps=st.integers(1, 12))
@settings(max_examples=60, deadline=None)
def test_the_latest_record_of_an_id_is_the_one(data: st.DataObject, steps: int) -> None:
    """A record may be replaced on purpose, any number of times: readers, this run and the next see the last one alone."""
    model: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as top, Run.open(Path(top), MANIFEST) as run:
        for step in range(steps):
            keys = data.draw(st.lists(st.sampled_from("abc"), unique=True, min_size=1), label="keys")
            digests = run.append("tasks", [{"id": key, "text": f"{key}{step}", "again": step} for key in keys])
            model |= {key: f"{key}{step}" for key in keys}
            assert digests == {key: run.digest("tasks", key) for key in keys}

        for seen in (run, Run.read(Path(top))):
            assert {key: seen.get("tasks", key)["text"] for key in seen.kept("tasks")} == model
            assert sorted(each["id"] for each in seen.records("tasks")) == sorted(model)
            assert {each["id"]: each["text"] for each in seen.records("tasks")} == model
            assert seen.count("tasks") == len(model)
        with pytest.raises(StoreError, match="kept already"):
            run.append("tasks", [{"id": next(iter(model)), "text": ""}])


def test_a_record_made_again_has_the_same_digest(folder: Path) -> None:
    """Where it comes out the same; however the line is written, its digest can be had, and another text has another."""
    with Run.open(folder, MANIFEST) as run:
        first = run.append("tasks", [{"id": "t", "text": "naïve \ud83d", "n": 1.5}])
        same = run.append("tasks", [{"id": "t", "text": "naïve \ud83d", "n": 1.5, "again": 1}])
        other = run.append("tasks", [{"id": "t", "text": "naive", "n": 1.5, "again": 2}])

        assert first == same != other
        assert run.again("tasks", "t") == Run.read(folder).again("tasks", "t") == 2
        assert jsonl.canonical(run.get("tasks", "t")).hex() == other["t"]
    lines = (folder / "tasks.jsonl").read_bytes().splitlines()
    assert [line.partition(b'"n":1.5')[2] for line in lines] == [b"}", b',"again":1}', b',"again":2}']


def test_a_line_is_kept_as_it_is(folder: Path) -> None:
    """By its id, with the digest that its record would have; one that is kept already is refused, and nothing with it."""
    lines = dict(jsonl.encode(folder, record(key)) for key in ("t0", "t1"))
    with Run.open(folder, MANIFEST) as run:
        run.keep("tasks", lines)
        before = tree(folder)
        with pytest.raises(StoreError, match="'t1' is kept already"):
            run.keep("tasks", dict([jsonl.encode(folder, record("t2")), ("t1", lines["t1"])]))

        assert tree(folder) == before
        assert run.kept("tasks") == ("t0", "t1")
        assert [run.line("tasks", key) for key in lines] == [*lines.values()]
        assert run.digest("tasks", "t0") == jsonl.digest(lines["t0"]).hex()


def test_a_record_that_fails_to_replace_another_leaves_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused write keeps the earlier record, in this run and on disk."""

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with Run.open(folder, MANIFEST) as run:
        run.append("tasks", [record("t0"), record("t1")])
        before = tree(folder)
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", full)
            with pytest.raises(StoreError, match="No space"):
                run.append("tasks", [record("t0", 3) | {"again": 1}])

        assert tree(folder) == before
        assert run.get("tasks", "t0") == record("t0")
        assert list(run.records("tasks")) == [record("t0"), record("t1")]


def test_what_decides_on_the_settings_sees_what_is_there(folder: Path) -> None:
    """It is asked before anything is written, may refuse, and what it answers takes the place of what was there."""
    seen: list[tuple[object, bool] | None] = []

    def settle(there: Found | None) -> dict[str, object]:
        seen.append(there and (there.manifest["seed"], there.empty()))
        if there and there.manifest["seed"] == 7:
            raise StoreError("not this one")
        return {"seed": 7 if there else 3}

    Run.open(folder, settle).close()
    assert Run.read(folder).manifest == {"seed": 3}
    with Run.open(folder, settle) as run:
        run.append("tasks", [record("t0")])
    before = tree(folder)
    with pytest.raises(StoreError, match="not this one"):
        Run.open(folder, settle)

    assert set(seen) == {None, (3, True), (7, False)}
    assert tree(folder) == before
    assert Run.read(folder).manifest == {"seed": 7}


@pytest.mark.parametrize("text", [b"", b'{"id": "t', b'{"id": "t0"}'])
def test_an_unfinished_first_line_is_no_record(folder: Path, text: bytes) -> None:
    """A run that was killed inside its first append has nothing to lose yet."""
    made(folder)
    (folder / "tasks.jsonl").write_bytes(text)
    empty = []
    with pytest.raises(StoreError, match="enough"):
        Run.open(folder, lambda there: empty.append(there is not None and there.empty()) or _enough())

    assert empty == [True]


def _enough() -> dict[str, object]:
    raise StoreError("enough")


@pytest.mark.parametrize("text", ["x", "[]", "{}", ""])
def test_damaged_settings_are_had_again_as_lost_ones_are(folder: Path, text: str) -> None:
    """Whichever verb reads them: none is told to use an option that it has not."""
    made(folder, "c0")
    (folder / "run.json").write_text(text)
    with pytest.raises(StoreError) as caught:
        Run.open(folder, MANIFEST)

    assert "Restore it from a copy. If this was a run whose settings are gone: give the command" in str(caught.value)
    assert "use another --out" not in str(caught.value)
