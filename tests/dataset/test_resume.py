"""`writ synth` again on a folder whose dataset was shaped: the shape stays, is said, and is met again when the run grows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.calls import MIX, mix_file, tree, writ
from writ_dspy.dataset.manifest import Home, Manifest, known
from writ_dspy.run.folder import open_run
from writ_dspy.run.settings import Settings
from writ_dspy.run.synth import load, synthesize
from writ_dspy.run.worker import Crew


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with two tries at each of seven tasks."""
    return synthesize(mix=MIX, tries=2, out=tmp_path_factory.mktemp("made") / "run", workers=1).folder


@pytest.fixture
def run(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    shutil.copytree(made, tmp_path / "run")
    return tmp_path / "run"


def manifest(run: Path) -> Manifest:
    found = known(Home.of_run(run)).manifest
    assert found is not None
    return found


def exports(run: Path) -> dict[str, bytes]:
    """What an export wrote."""
    return {name: data for name, data in tree(run).items() if "/" in name}


def again(run: Path) -> list[str]:
    """The same `writ synth` once more; the lines that speak of the dataset."""
    ended = writ("synth", "--mix", mix_file(run.parent), "--tries", 2, "--out", run, "--workers", 1)
    assert ended.code == 0, ended.err
    return [
        line for line in ended.out.splitlines() if str(run / "dataset") in line and "accepted conversations" in line
    ]


def forget(run: Path, count: int) -> None:
    """As if the last conversations had not been played yet."""
    for name in ("conversations", "verdicts"):
        path = run / f"{name}.jsonl"
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join(lines[:-count]))


def test_nothing_added_leaves_all_as_it_was(run: Path) -> None:
    """Not a byte of any form changes, shaped or not; a shape is named with what it keeps, and how to have all."""
    before = exports(run)
    assert again(run) == []
    assert exports(run) == before

    assert writ("export", run, "--per-kind", "read-heavy=5", "--format", "sharegpt", "--format", "tau2").code == 0
    shaped = exports(run)
    times = {path: path.stat().st_mtime_ns for path in run.rglob("*.parquet")}
    (line,) = again(run)
    assert exports(run) == shaped
    assert times == {path: path.stat().st_mtime_ns for path in run.rglob("*.parquet")}
    assert "stays as it was shaped (--per-kind read-heavy=5): 5 of 14 accepted conversations" in line
    assert writ(*line.rpartition(": writ ")[2].split()).code == 0
    changed = {name for name, data in exports(run).items() if before.get(name) != data}
    assert {name for name in changed if not name.startswith("sharegpt/")} == {"dataset/manifest.json"}


def test_what_is_added_is_shaped_the_same(run: Path) -> None:
    """The settings of the shape are applied again, in every form that was up to date; the result is that of shaping at the end."""
    options = (
        "--test-share",
        0.3,
        "--per-kind",
        "read-heavy=9",
        "--seed",
        4,
        "--format",
        "text",
        "--format",
        "sharegpt",
        "--format",
        "tau2",
    )
    assert writ("export", run, *options).code == 0
    whole = exports(run)
    assert writ("export", run).code == 0
    forget(run, 8)
    assert writ("export", run, *options).code == 1  # too few for the quota
    assert manifest(run).kept == manifest(run).accepted == 6
    (line,) = again(run)

    assert "keeps its shape (--per-kind read-heavy=9 --test-share 0.3 --seed 4): 9 of 14 accepted conversations" in line
    assert exports(run) == whole


def test_a_form_that_was_out_of_date_stays_so(run: Path) -> None:
    """It is not written without being asked for, and is named."""
    assert writ("export", run, "--format", "openai").code == 0
    old = exports(run)["exports/openai.jsonl"]
    assert writ("export", run, "--per-kind", "read-heavy=5").code == 0
    forget(run, 2)
    ended = writ("synth", "--mix", mix_file(run.parent), "--tries", 2, "--out", run, "--workers", 1)

    assert exports(run)["exports/openai.jsonl"] == old
    assert "out of date" in ended.out
    assert manifest(run).outdated(Home.of_run(run)) == ("openai",)


def test_a_tokenizer_that_is_gone_is_said_before_the_work(run: Path, tmp_path: Path) -> None:
    """Nothing is played then; exported in another shape, the run goes on."""
    from tokenizers import Tokenizer, models

    (tmp_path / "t").mkdir()
    Tokenizer(models.BPE()).save(str(tmp_path / "t" / "tokenizer.json"))
    assert writ("export", run, "--max-tokens", 10**6, "--tokenizer", tmp_path / "t").code == 0
    shutil.rmtree(tmp_path / "t")
    forget(run, 2)
    before = tree(run)
    command = ("synth", "--mix", mix_file(tmp_path), "--tries", 2, "--out", run, "--workers", 1)
    ended = writ(*command)

    assert (ended.code, ended.out) == (2, "")
    assert {k: v for k, v in tree(run).items() if "lock" not in k} == {
        k: v for k, v in before.items() if "lock" not in k
    }
    assert "was shaped with a tokenizer that is gone" in ended.err
    assert writ(*ended.err.strip().rpartition(": writ ")[2].split()).code == 0
    assert writ(*command).code == 0


def test_a_notebook_gets_the_shape_that_stands(run: Path) -> None:
    """`Synthesis.dataset` reads what was shaped, and renews it in that shape once the run has gone on."""
    assert writ("export", run, "--per-kind", "read-heavy=5").code == 0
    assert sum(map(len, load(run).dataset().values())) == 5
    forget(run, 10)
    assert sum(map(len, load(run).dataset().values())) == 4
    with open_run(run, Settings(MIX, tries=2)) as opened, Crew(1) as crew:
        from writ_dspy.run import synth

        synth.play(synth.Synthesis(opened, Settings(MIX, tries=2)), crew)
    assert sum(map(len, load(run).dataset().values())) == 5
