"""Files: the same rows, whole, in the same bytes every time, and nothing of anybody else's touched."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from tests.dataset.by_hand import (
    airline_tasks,
    parts,
    retail,
    retail_tasks,
    stranger,
    tables,
    talk_of,
    tree,
    write,
)
from writ_dspy.codec import to_json
from writ_dspy.conversation import Conversation, Turn, conversation_to_json
from writ_dspy.dataset import export as dataset
from writ_dspy.dataset.export import Exported, export_as
from writ_dspy.dataset.folder import Key, Way
from writ_dspy.dataset.formats import FORMATS, FROM_RUN
from writ_dspy.dataset.manifest import Home
from writ_dspy.dataset.rows import Row, content_sha256, schema, table, trajectory_id
from writ_dspy.dataset.shape import Shape
from writ_dspy.dataset.splits import split, split_key
from writ_dspy.domains import load
from writ_dspy.errors import ConfigError, StoreError
from writ_dspy.store.run import Run
from writ_dspy.task import Call

FINDING = {"check": "completed", "turn": 3, "saw": "no end", "wanted": "an end"}

BY_ROWS = tuple(name for name in FORMATS if name not in FROM_RUN)
"""Forms that rows alone make."""


def loaded(folder: Path, cache: Path, config: str | None = None) -> dict[str, list[Row]]:
    """What a stranger gets from the folder."""
    from datasets import Features, load_dataset

    got = load_dataset(str(folder), config, cache_dir=str(cache))
    assert all(side.features == Features.from_arrow_schema(schema()) for side in got.values())
    return {name: list(side) for name, side in got.items()}


@pytest.mark.long
def test_rows_survive_parquet(tmp_path: Path) -> None:
    """What `load_dataset` gives back equals the rows, by domain and over all, in batches of any size."""
    counts = write(tmp_path / "d", {part: iter(some) for part, some in tables(parts(), 3).items()})

    assert counts == {part: len(rows) for part, rows in parts().items()}
    for config in ("retail", "airline"):
        got = loaded(tmp_path / "d", tmp_path / "cache", config)
        assert got == {side: parts()[config, side] for name, side in parts() if name == config}
    everything = loaded(tmp_path / "d", tmp_path / "cache")
    for side in ("train", "test"):
        assert everything[side] == [made for part in sorted(parts()) if part[1] == side for made in parts()[part]]
        assert all(content_sha256(made) == made["content_sha256"] for made in everything[side])


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    """Another folder, another order of parts, or once more over itself: not a byte differs."""
    for name, some in (("a", parts()), ("b", dict(reversed(parts().items()))), ("b", parts())):
        write(tmp_path / name, tables(some))

    assert tree(tmp_path / "a") == tree(tmp_path / "b")
    assert set(tree(tmp_path / "a")) == {
        "README.md",
        "manifest.json",
        *(f"{name}/{side}-00000-of-00001.parquet" for name, side in parts()),
    }


def test_a_failed_export_changes_nothing(tmp_path: Path) -> None:
    """When rows stop coming, the earlier dataset is as it was and no draft is left."""
    write(tmp_path / "d", tables(parts()))
    before = tree(tmp_path / "d")

    def failing(rows: Sequence[Row]) -> Iterator[Any]:
        yield table(rows[:1])
        raise StoreError("gone")

    with pytest.raises(StoreError, match="gone"):
        write(tmp_path / "d", {part: failing(rows) for part, rows in parts().items()})
    assert tree(tmp_path / "d") == before


KILLED = """
import json, os, signal, sys
from pathlib import Path
from tests.dataset.by_hand import write
from writ_dspy.dataset.rows import table
airline, retail = json.loads(Path(sys.argv[1]).read_text())
def until_killed():
    yield table(retail[:1])
    os.kill(os.getpid(), signal.SIGKILL)
write(Path(sys.argv[2]), {("airline", "train"): [table(airline[:1])], ("retail", "train"): until_killed()})
"""


def test_kill_9_leaves_the_earlier_dataset(tmp_path: Path) -> None:
    """Killed while it drafts, an export leaves every file as it was, and the next one clears up after it."""
    folder = tmp_path / "d"
    write(folder, tables(parts()))
    before = tree(folder)
    (tmp_path / "rows.json").write_text(json.dumps([parts()["airline", "train"], parts()["retail", "train"]]))
    child = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "rows.json"), str(folder)],
        env={**os.environ, "PYTHONPATH": str(Path(dataset.__file__).parents[2])},
        check=False,
    )
    after = tree(folder)

    assert child.returncode == -signal.SIGKILL
    assert {name: data for name, data in after.items() if not name.endswith(".tmp")} == before
    assert len(after) == len(before) + 2
    some: dict[Key, list[Row]] = {("retail", "test"): parts()["retail", "test"]}
    write(folder, tables(some))
    assert set(tree(folder)) == {"README.md", "manifest.json", "retail/test-00000-of-00001.parquet"}
    write(folder, tables(parts()))
    assert tree(folder) == before


def stopped(folder: Path, some: Mapping[Key, Sequence[Row]], after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """An export that dies after so many renames."""
    real = Path.replace
    renamed: list[Path] = []

    def once(self: Path, target: Path) -> Path:
        if len(renamed) == after:
            raise KeyboardInterrupt
        renamed.append(target)
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", once)
        with pytest.raises(KeyboardInterrupt):
            write(folder, tables(some), *BY_ROWS)


@pytest.mark.parametrize("after", [1, 5, 13, *(pytest.param(number, marks=pytest.mark.slow) for number in (2, 9))])
def test_death_while_renaming_leaves_whole_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Stopped between two renames, also twice in a row, every file is an old or a new one, and the next export sets it right."""
    states: list[dict[str, bytes]] = []
    few = {part: rows[:1] for part, rows in parts().items()}
    one = {part: rows[1:2] for part, rows in parts().items()}
    for name, some in (("d", parts()), ("few", few), ("one", one)):
        write(tmp_path / name, tables(some), *BY_ROWS)
        states.append(tree(tmp_path / name))
    stopped(tmp_path / "d", few, after, monkeypatch)
    mixed = tree(tmp_path / "d")
    mixed.pop("manifest.json.tmp")

    assert all(data in [state[name] for state in states[:2]] for name, data in mixed.items())
    assert mixed not in states
    stopped(tmp_path / "d", one, after + 1, monkeypatch)
    write(tmp_path / "d", tables(one), *BY_ROWS)
    assert tree(tmp_path / "d") == states[2]


def test_an_export_leaves_nothing_stale(tmp_path: Path) -> None:
    """Files and configurations of an earlier, larger export are gone; a part without rows makes no file."""
    write(tmp_path / "d", tables(parts()))
    only: dict[Key, list[Row]] = {("retail", "train"): parts()["retail", "train"], ("airline", "test"): []}
    counts = write(tmp_path / "d", tables(only))

    assert counts == {("retail", "train"): len(only["retail", "train"])}
    assert set(tree(tmp_path / "d")) == {"README.md", "manifest.json", "retail/train-00000-of-00001.parquet"}
    assert not (tmp_path / "d" / "airline").exists()
    assert loaded(tmp_path / "d", tmp_path / "cache") == {"train": only["retail", "train"]}
    assert write(tmp_path / "d", {}) == {}
    assert set(tree(tmp_path / "d")) == {"manifest.json"}


@pytest.mark.parametrize("name", ["mine.parquet", "retail/train-00000-of-00002.parquet", "a/b/x.parquet"])
def test_foreign_data_is_never_touched(tmp_path: Path, name: str) -> None:
    """A folder that holds a dataset of somebody else is refused; a card of the user's is kept."""
    path = tmp_path / "d" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"PAR1 not ours PAR1")
    with pytest.raises(StoreError, match="writ did not write"):
        write(tmp_path / "d", tables(parts()))
    assert tree(tmp_path / "d") == {name: b"PAR1 not ours PAR1"}
    path.unlink()
    (tmp_path / "d" / "README.md").write_text("# My card\n")
    write(tmp_path / "d", tables(parts()))
    assert (tmp_path / "d" / "README.md").read_text() == "# My card\n"


def test_a_copy_of_our_own_is_never_removed(tmp_path: Path) -> None:
    """A file of ours that the user keeps under another name stops the export, which would load it twice."""
    write(tmp_path / "d", tables(parts()))
    ours = tmp_path / "d" / "retail" / "train-00000-of-00001.parquet"
    (ours.parent / "train-backup.parquet").write_bytes(ours.read_bytes())
    before = tree(tmp_path / "d")
    with pytest.raises(StoreError, match="train-backup"):
        write(tmp_path / "d", tables(parts()))
    assert tree(tmp_path / "d") == before


def test_rows_out_of_place_are_refused(tmp_path: Path) -> None:
    """Rows in the wrong part, in the wrong order or twice make no file."""
    rows = parts()["retail", "train"]
    for part, given, why in (
        (("retail", "test"), rows, "belongs to"),
        (("retail", "train"), rows[::-1], "Sort the rows"),
        (("retail", "train"), [rows[0], rows[0]], "each once"),
    ):
        with pytest.raises(StoreError, match=why):
            write(tmp_path / "d", tables({cast("Key", part): given}))
    assert tree(tmp_path / "d") == {}


# ----------------------------------------------------------------------------- from a run


def test_export_takes_what_was_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are the accepted conversations, on the side of their task; shards done in any order give the same bytes."""
    domains = {name: load(name) for name in ("tau2:retail", "tau2:airline")}
    monkeypatch.setattr(dataset, "BATCH", 3)

    def to(name: str) -> Way:
        return Way(Home.of_run(tmp_path / name))

    tasks = [*retail_tasks(), *airline_tasks(), stranger(retail(), retail_tasks()[0])]
    alone, legal = split_key(tasks[-1], retail()), split_key(tasks[0], retail())
    # a share at which the twin alone would fall on the other side
    share = next(tenth / 20 for tenth in range(1, 20) if split(alone, tenth / 20) != split(legal, tenth / 20))
    talks = [talk_of(task, domains[task.domain], attempt) for task in tasks for attempt in range(2)]
    accepted = {talk.id for index, talk in enumerate(talks) if index % 5}
    with Run.open(tmp_path / "run", {"seed": 0}) as run:
        run.append("tasks", [cast("dict[str, Any]", to_json(task)) for task in tasks])
        run.append("conversations", map(conversation_to_json, reversed(talks)))
        run.append(
            "verdicts",
            [
                {
                    "id": talk.id,
                    "task_id": talk.task_id,
                    "accepted": talk.id in accepted,
                    "checks": "0",
                    "findings": [] if talk.id in accepted else [FINDING],
                }
                for talk in talks
            ],
        )
        shape = Shape(test_share=share)
        counts = export_as(run, to("d"), lambda jobs: (job.run() for job in jobs), shape).counts
        export_as(run, to("e"), lambda shards: [shard.run() for shard in [*shards][::-1]], shape)
    assert split(split_key(tasks[-1], retail()), share) != split(split_key(tasks[0], retail()), share)
    got = loaded(tmp_path / "d" / "dataset", tmp_path / "cache")
    rows = [made for side in got.values() for made in side]

    assert {made["trajectory_id"].rpartition("-")[0] for made in rows} == accepted
    assert {made["trajectory_id"] for made in rows} == {
        trajectory_id(next(task for task in tasks if task.id == talk.task_id), talk)
        for talk in talks
        if talk.id in accepted
    }
    assert sum(counts.values()) == len(rows) == len(accepted)
    assert {made["checks_version"] for made in rows} == {"0"}
    by_id = {task.id: task for task in tasks}
    for side, some in got.items():
        for made in some:
            task = by_id[made["task_id"]]
            key = split_key(by_id[task.twin] if task.twin else task, domains[task.domain])
            assert side == made["split"] == split(key, share)
    assert tree(tmp_path / "d") == tree(tmp_path / "e")


def _spoiled(talk: Conversation) -> Iterator[tuple[str, Conversation]]:
    """Its talk malformed in each way that older checks did not look at."""
    turns = talk.turns
    call = next(at for at, turn in enumerate(turns) if turn.calls)
    for name, changed in {
        "orphan": (*turns[:call], Turn("tool", "{}"), *turns[call:]),
        "missing": (*turns[: call + 1], *turns[call + 2 :]),
        "arguments": (
            *turns[:call],
            Turn("agent", calls=(Call.of(turns[call].calls[0].tool, {"x": [1]}),)),
            *turns[call + 1 :],
        ),
        "tool": (*turns[:call], Turn("agent", calls=(Call.of("look_up", {}),)), *turns[call + 1 :]),
        "broken-off": turns[: call + 2],
        "twice": (turns[0], *turns),
        "nothing": (),
    }.items():
        yield name, replace(talk, id=f"{talk.id.partition('.')[0]}.{name}", turns=changed)


def test_what_older_checks_accepted_never_stops_an_export(tmp_path: Path) -> None:
    """A malformed talk is left out and named with its reason, another is a row; where none is left, nothing is written."""
    task = retail_tasks()[0]
    good = talk_of(task, retail())
    opened = replace(good, id=f"{task.id}.1", turns=(Turn("agent", "Hello, how can I help?"), *good.turns))
    bad = dict(_spoiled(good))
    for name, talks in (("some", [good, opened, *bad.values()]), ("none", list(bad.values()))):
        with Run.open(tmp_path / name, {}) as run:
            run.append("tasks", [cast("dict[str, Any]", to_json(task))])
            run.append("conversations", map(conversation_to_json, talks))
            old = {"task_id": task.id, "accepted": True, "checks": "5", "findings": []}
            run.append("verdicts", [{"id": talk.id, **old} for talk in talks])

    def export(name: str) -> Exported:
        with Run.read(tmp_path / name) as run:
            return export_as(run, Way(Home.of_run(tmp_path / f"{name}-out")), lambda jobs: (job.run() for job in jobs))

    done = export("some")
    assert sum(done.counts.values()) == 2
    assert done.shaped.dropped.keys() == {talk.id for talk in bad.values()}
    assert all(why.startswith("malformed: ") for why in done.shaped.dropped.values())
    assert done.made
    assert done.made.accepted == len(bad) + 2
    with pytest.raises(ConfigError, match=rf"no row of {len(bad)} \(malformed {len(bad)}\).*writ simulate"):
        export("none")
    assert not (tmp_path / "none-out").exists()


def test_a_verdict_alone_makes_no_row(tmp_path: Path) -> None:
    """A verdict about a task, or a conversation, that the run does not keep counts for nothing."""
    task, other = retail_tasks()[:2]
    with Run.open(tmp_path / "run", {}) as run:
        run.append("tasks", [cast("dict[str, Any]", to_json(task))])
        run.append("conversations", [conversation_to_json(talk_of(one, retail())) for one in (task, other)])
        for talk, task_id in ((f"{task.id}.1", task.id), (f"{other.id}.0", other.id)):
            run.append("verdicts", [{"id": talk, "task_id": task_id, "accepted": True, "findings": []}])

        done = export_as(run, Way(Home.of_run(tmp_path / "d")), lambda jobs: (job.run() for job in jobs))
    assert done.counts == {}
    assert not (tmp_path / "d").exists()


def test_heavy_packages_wait_until_a_file_is_written() -> None:
    """Importing the module brings in none of them."""
    code = "import sys, writ_dspy.dataset.export, writ_dspy.report.summary, writ_dspy.report.transcript; print(*sys.modules)"
    root = str(Path(dataset.__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": root},
    )

    assert not {"datasets", "pyarrow", "pandas", "rich", "tau2"} & set(done.stdout.split())
