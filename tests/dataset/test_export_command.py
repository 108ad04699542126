"""`writ export`: what is asked for is what is on disk, the manifest tells all of it, and nothing stale is left."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.calls import MIX, mix_file, tree, writ
from writ_dspy.cli import export as cli_export
from writ_dspy.dataset.formats import DEFAULT, FORMATS
from writ_dspy.dataset.manifest import place, read_manifest
from writ_dspy.dataset.shape import ALIKE
from writ_dspy.propose.mix import Cell, Mix
from writ_dspy.run.synth import synthesize
from writ_dspy.store.run import Run

TRIES = 3
EVERY = tuple(word for name in FORMATS for word in ("--format", name))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with three tries at each of seven tasks."""
    folder = tmp_path_factory.mktemp("made") / "run"
    return synthesize(mix=MIX, tries=TRIES, out=folder, workers=1).folder


@pytest.fixture
def run(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    for name, data in tree(made).items():
        (tmp_path / "run" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "run" / name).write_bytes(data)
    return tmp_path / "run"


def exported(run: Path, *arguments: object, code: int = 0) -> dict[str, Any]:
    """What an export prints as JSON; the manifest on disk says the same, and is true."""
    ended = writ("export", run, *arguments, "--json", "--workers", 1)
    assert (ended.code, ended.err) == (code, "")
    printed: dict[str, Any] = json.loads(ended.out)
    manifest = read_manifest(run / "dataset")
    accepted = {record["id"] for record in Run.read(run).records("verdicts") if record["accepted"]}
    kept = {
        key
        for path in (run / "dataset").glob("*/*.parquet")
        for key in pq.read_table(path)["trajectory_id"].to_pylist()
    }
    assert kept | set(printed["dropped"]["ids"]) == accepted
    assert kept.isdisjoint(printed["dropped"]["ids"])
    assert sum(printed["rows"].values()) == len(kept)
    assert sum(printed["dropped"]["by_reason"].values()) == len(accepted) - len(kept)
    if manifest is None:
        assert not kept
        return printed
    assert (manifest["rows"], manifest["dropped"], manifest["lacking"]) == tuple(
        printed[name] for name in ("files", "dropped", "lacking")
    )
    assert (manifest["accepted"], manifest["kept"]) == (len(accepted), len(kept))
    for path, facts in manifest["files"].items():
        data = place(run, path).read_bytes()
        assert (facts["bytes"], facts["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
        assert facts["rows"] == manifest["rows"][path]
    theirs = {str(file.relative_to(run)) for file in run.rglob("*") if file.is_file() and file.parent != run}
    ours = {str(place(run, path).relative_to(run)) for path in manifest["files"]}
    assert theirs == ours | {"dataset/README.md", "dataset/manifest.json"}
    return printed


def test_everything_by_default(run: Path) -> None:
    """Without options it writes what `writ synth` has written, byte for byte, Parquet and τ² tasks."""
    before = tree(run)
    printed = exported(run)

    assert {k: v for k, v in tree(run).items() if "lock" not in k} == {
        k: v for k, v in before.items() if "lock" not in k
    }
    assert printed["dropped"] == {"by_reason": {}, "ids": {}}
    assert {path.partition("/")[0] for path in printed["files"]} == {"airline", "tau2"}


def test_formats_come_and_go(run: Path) -> None:
    """Each has its files; one that is not asked for again is gone, unless somebody has changed it since."""
    before = tree(run)
    every = exported(run, *EVERY)
    assert {path.partition("/")[0] for path in every["files"]} == {"airline", "sharegpt", "exports", "tasks", "tau2"}
    again = tree(run)
    exported(run, *EVERY)
    assert tree(run) == again
    exported(run)
    assert {k: v for k, v in tree(run).items() if "lock" not in k} == {
        k: v for k, v in before.items() if "lock" not in k
    }
    exported(run, *EVERY)
    mine = run / "exports" / "openai.jsonl"
    mine.write_text("mine\n")
    assert writ("export", run).code == 0
    assert mine.read_text() == "mine\n"
    assert not (run / "sharegpt").exists()


def test_workers_and_order_change_nothing(run: Path) -> None:
    """Two processes write the same bytes as one, with every option."""
    options = (
        *EVERY,
        "--dedup",
        0.9,
        "--max-tokens",
        50_000,
        "--per-kind",
        "read-heavy=9",
        "--seed",
        4,
        "--test-share",
        0.4,
    )
    exported(run, *options)
    before = {name: data for name, data in tree(run).items() if "lock" not in name}
    assert writ("export", run, *options, "--workers", 2, "--json").code == 0

    assert {name: data for name, data in tree(run).items() if "lock" not in name} == before


def test_a_quota_is_met_or_named(run: Path, tmp_path: Path) -> None:
    """So many of each cell exactly; a cell with too few is named with the number, exit 1, and the rest is written."""
    count = MIX.cells[0].count
    exact = Mix(cells=(MIX.cells[0].model_copy(update={"count": 2 * count}),))
    printed = exported(run, "--quota", mix_file(tmp_path, exact))
    assert sum(printed["rows"].values()) == 2 * count
    assert printed["dropped"]["by_reason"] == {"outside the quota": TRIES * MIX.cells[1].count, "over the quota": count}

    more = Mix(cells=(MIX.cells[1], Cell(domain="tau2:retail", kind="normal", writes=1, burden=2, count=5)))
    printed = exported(run, "--quota", mix_file(tmp_path, more), code=1)
    assert printed["lacking"] == {"tau2:retail normal writes=1 burden=2": 5}
    assert sum(printed["rows"].values()) == MIX.cells[1].count
    ended = writ("export", run, "--quota", mix_file(tmp_path, more))
    assert (ended.code, "lacks 5: tau2:retail normal writes=1 burden=2" in ended.out) == (1, True)


def test_the_table_names_every_reason(run: Path) -> None:
    """Rows of each file, then what was left out, with a count, an example, and where all of it stands."""
    ended = writ("export", run, "--per-kind", "read-heavy=5")

    assert ended.code == 0
    assert "over the quota" in ended.out
    assert str(run / "dataset" / "manifest.json") in ended.out
    for path, count in read_manifest(run / "dataset")["rows"].items():  # type: ignore[index]
        assert any(str(place(run, path)) in line and line.endswith(f" {count} rows") for line in ended.out.splitlines())


def test_nothing_left_is_no_dataset(run: Path) -> None:
    """A limit that nothing meets leaves no file behind, and says why of each."""
    printed = exported(run, *EVERY, "--max-tokens", 10)

    assert set(printed["dropped"]["by_reason"]) == {"too long"}
    assert not list(run.rglob("*.parquet"))
    assert not list(run.rglob("tasks.json"))


def test_dedup_takes_a_number_or_none(run: Path) -> None:
    """Bare, before or after the folder, it is the usual similarity; tries at one task are alike at a low one."""
    shapes = []
    for arguments in ((run, "--dedup"), ("--dedup", run), (run, "--dedup", "0.3"), ("--dedup=0.3", run)):
        assert writ("export", *arguments, "--json").code == 0
        shapes.append(read_manifest(run / "dataset")["shape"]["dedup"])  # type: ignore[index]
    assert shapes == [ALIKE, ALIKE, 0.3, 0.3]

    dropped = exported(run, "--dedup", 0.3)["dropped"]
    assert set(dropped["by_reason"]) <= {"near-duplicate"}
    for key, reason in dropped["ids"].items():
        like = float(reason.split()[1])
        assert like >= 0.3
        assert reason.split()[-1] != key


def test_the_split_is_by_user_whatever_the_seed(run: Path) -> None:
    """Tries at a task stay together; all or nothing can be test; another seed may choose other users."""
    sides = []
    for options in (
        ("--test-share", 1),
        ("--test-share", 0),
        *(("--test-share", 0.5, "--seed", seed) for seed in range(4)),
    ):
        exported(run, *options)
        found = {
            (row["task_id"], row["split"])
            for path in (run / "dataset").glob("*/*.parquet")
            for row in pq.read_table(path, columns=["task_id", "split"]).to_pylist()
        }
        assert len(found) == MIX.count
        sides.append(sorted(found))
    assert {side for _, side in sides[0]} == {"test"}
    assert {side for _, side in sides[1]} == {"train"}
    assert len(set(map(tuple, sides[2:]))) > 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--format", "alpaca"), "--format alpaca"),
        (("--per-kind", "hard=2"), "--per-kind hard=2"),
        (("--dedup", "7"), "--dedup 7.0"),
        (("--tokenizer", "./nowhere", "--max-tokens", "9"), "--tokenizer ./nowhere"),
        (("--quota", "nowhere.yaml"), "nowhere.yaml"),
    ],
)
def test_what_cannot_be_exported(run: Path, arguments: tuple[str, ...], says: str) -> None:
    """One line with the flag and the value, and not a byte is changed."""
    before = tree(run)
    ended = writ("export", run, *arguments)

    assert (ended.code, ended.out) == (2, "")
    assert says in ended.err
    assert ended.err.count("\n") == 1
    assert tree(run) == before


def test_a_broken_manifest_is_named(run: Path) -> None:
    """Not read as one, and not written over without a word."""
    (run / "dataset" / "manifest.json").write_text("{}")
    ended = writ("export", run)

    assert ended.code == 2
    assert f"{run / 'dataset' / 'manifest.json'} is no manifest" in ended.err


def test_the_help_names_what_there_is() -> None:
    """Names and numbers in the help are those of the code."""
    text = Path(cli_export.__file__).read_text(encoding="utf-8")

    assert f"{', '.join([*FORMATS][:-1])} or {[*FORMATS][-1]}" in text
    assert f"Default: {' and '.join(DEFAULT)}." in text
    assert f"Without a number, {ALIKE}." in text
