"""What `load_dataset` gives: a folder's own rows, whatever the same cache has seen before."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.calls import MIX, writ
from writ_dspy.dataset.folder import CONFIGS
from writ_dspy.dataset.formats import FROM_RUN
from writ_dspy.dataset.manifest import read_manifest
from writ_dspy.run.synth import synthesize

pytestmark = pytest.mark.long  # two runs in every form, which nothing else needs

SPLIT = ("--test-share", 0.4)
OLD = os.environ.get("WRIT_OLD_DATASETS", "")
"""A Python with an older `datasets`, to load with as well."""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two runs of the same size and layout, with every form; only their rows differ."""
    first = synthesize(mix=MIX, seed=0, out=tmp_path_factory.mktemp("one") / "r", workers=1).folder
    draw = next(draw for draw in range(8) if len(_sizes(first, draw)) == 2)
    wanted = _sizes(first, draw, "--format", "all")
    for seed in range(1, 5):  # one whose accepted conversations can be split just as those of the first
        second = synthesize(mix=MIX, seed=seed, out=tmp_path_factory.mktemp("two") / "r", workers=1).folder
        draw = next((draw for draw in range(8) if _sizes(second, draw) == wanted), -1)
        if draw >= 0:
            assert _sizes(second, draw, "--format", "all") == wanted
            return first, second
    raise AssertionError(f"no other run splits as {wanted}")


def _sizes(run: Path, draw: int, *arguments: str) -> tuple[int, ...]:
    """Rows of each file, where this draw decides which users are in the test split."""
    assert writ("export", run, *arguments, *SPLIT, "--seed", draw).code == 0
    return tuple(pq.read_metadata(path).num_rows for path in tree_of(run))


def tree_of(run: Path) -> list[Path]:
    """The Parquet of a dataset."""
    return sorted((run / "dataset").glob("*/*.parquet"))


def shape_of(run: Path) -> str:
    """The options that its dataset was shaped with."""
    found = read_manifest(run / "dataset")
    assert found is not None
    return found.shape.options()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """One cache for all that a test loads."""
    import datasets

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    datasets.disable_progress_bars()
    yield tmp_path / "cache"
    datasets.enable_progress_bars()


def told(folder: Path, *arguments: str, **options: Any) -> dict[str, list[str]]:
    """What a stranger loads: by split, what tells the rows apart."""
    from datasets import load_dataset

    found = load_dataset(str(folder), *arguments, **options)
    return {str(split): [mark(row) for row in rows] for split, rows in found.items()}


def mark(row: dict[str, Any]) -> str:
    """What tells a row of any form from others."""
    return str(row.get("content_sha256") or row.get("trajectory_id") or row.get("task_id") or row["messages"][1:])


def held(run: Path, config: str = "") -> dict[str, list[str]]:
    """What the Parquet itself holds, read without `datasets`."""
    found: dict[str, list[str]] = {}
    for path in tree_of(run):
        if config in ("", path.parent.name):
            found.setdefault(path.name.partition("-")[0], []).extend(pq.read_table(path)["content_sha256"].to_pylist())
    return found


@pytest.mark.usefixtures("cache")
def test_two_runs_in_one_cache(runs: tuple[Path, Path]) -> None:
    """Each gives its own rows: whole, by configuration, streamed, by folder and by file, as often as it is asked."""
    assert held(runs[0]) != held(runs[1])
    for run in (*runs, *runs):
        assert told(run / "dataset") == held(run)
        assert told(run / "dataset", "airline") == held(run, "airline")
        assert told(run / "dataset", streaming=True) == held(run)
        assert told(run / "dataset", data_dir="airline") == held(run, "airline")
        only = told(run / "dataset", data_files={"train": "airline/train-*.parquet"})
        assert only == {"train": held(run)["train"]}
        files = sorted(str(path) for path in (run / "dataset").glob("*/train-*.parquet"))
        assert told(Path("parquet"), data_files=files) == {"train": held(run)["train"]}


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("form", ["text", "sharegpt", "hermes", "tasks", "exports"])
def test_other_forms_in_one_cache(runs: tuple[Path, Path], form: str) -> None:
    """Each form is a dataset of its own, with both splits, and never that of another run."""
    first, second = (told(run / form) for run in runs)

    assert set(first) == set(second) == {"train", "test"}
    assert first != second
    for run, rows in zip(runs, (first, second), strict=True):
        assert {split: len(some) for split, some in rows.items()} == {
            split: len(some) for split, some in held(run).items()
        }
        assert told(run / form, streaming=True) == rows == told(run / form)


@pytest.mark.usefixtures("cache")
def test_the_same_folder_later(runs: tuple[Path, Path], tmp_path: Path) -> None:
    """Shaped, shaped otherwise, split otherwise, as it was again, and with another run's rows in its place."""
    run = tmp_path / "r"
    shutil.copytree(runs[0], run)
    seen = [held(run)]
    first = shape_of(run)
    for options in (
        ("--per-kind", "read-heavy=4", "--test-share", 0),
        ("--per-kind", "read-heavy=4", "--test-share", 0, "--seed", 5),
        ("--test-share", 0),
        ("--test-share", 1),
        first.split(),
    ):
        assert told(run / "dataset") == seen[-1]
        assert writ("export", run, *options).code == 0
        seen.append(held(run))
    assert told(run / "dataset") == seen[-1] == seen[0]
    assert len({str(rows) for rows in seen}) == 5
    shutil.rmtree(run)
    shutil.copytree(runs[1], run)
    assert told(run / "dataset") == held(runs[1])


@pytest.mark.slow
@pytest.mark.usefixtures("cache")
def test_exports_elsewhere_and_staged_folders(runs: tuple[Path, Path], tmp_path: Path) -> None:
    """Folders of one name that hold all forms: each gives its own rows, in every configuration."""
    pytest.importorskip("matplotlib", reason="a card has plots: pip install 'writ-dspy[publish]'")
    from writ_dspy.publish.stage import stage

    for number, run in enumerate(runs):
        out, hub = tmp_path / str(number) / "set", tmp_path / str(number) / "hub"
        assert writ("export", run, "--format", "all", "--out", out, "--keep-shape").code == 0
        stage(run, "me/set", "v1", hub)
        for folder in (out, hub):
            assert told(folder) == held(run)
            for config in CONFIGS if folder == out else [name for name in CONFIGS if name not in FROM_RUN]:
                assert told(folder, config) == told(run / config)


@pytest.mark.usefixtures("cache")
def test_a_card_of_the_users_does_not_mix_rows(runs: tuple[Path, Path], tmp_path: Path) -> None:
    """Two runs whose cards are the same text, with or without configurations, still give each its own rows."""
    card = "---\nconfigs:\n- config_name: mine\n  data_files: airline/train-*.parquet\n---\n# Mine\n"
    for text in (card, "# Mine\n"):
        for number, run in enumerate(runs):
            mine = tmp_path / str(number) / "r"
            shutil.copytree(run, mine)
            (mine / "dataset" / "README.md").write_text(text)
            assert writ("export", mine, "--keep-shape").code == 0
            assert (mine / "dataset" / "README.md").read_text() == text
            assert told(mine / "dataset")["train"] == held(run)["train"]
            shutil.rmtree(mine)


@pytest.mark.usefixtures("cache")
def test_rows_that_are_lost_are_missed(runs: tuple[Path, Path], tmp_path: Path) -> None:
    """A folder that has lost rows is refused by `load_dataset` itself."""
    from datasets.exceptions import DatasetsError

    run = tmp_path / "r"
    shutil.copytree(runs[0], run)
    path = tree_of(run)[-1]
    pq.write_table(pq.read_table(path)[:1], path)
    with pytest.raises(DatasetsError):
        told(run / "dataset")


@pytest.mark.skipif(not OLD, reason="WRIT_OLD_DATASETS names no Python with an older datasets")
def test_an_older_client_mixes_nothing(runs: tuple[Path, Path], cache: Path) -> None:
    """The oldest `datasets` that is allowed gives each folder its own rows, too."""
    code = "import sys, datasets; print(sorted(r['content_sha256'] for s in datasets.load_dataset(sys.argv[1]).values() for r in s))"
    for run in (*runs, *runs):
        env = {**os.environ, "HF_DATASETS_CACHE": str(cache), "HF_HUB_OFFLINE": "1", "PYTHONPATH": ""}
        done = subprocess.run(
            [OLD, "-c", code, str(run / "dataset")], capture_output=True, text=True, check=True, env=env
        )
        assert done.stdout.strip() == str(sorted(key for rows in held(run).values() for key in rows))
