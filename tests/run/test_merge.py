"""Shards of a run, merged, are the whole run, byte for byte; and nothing else can be merged."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.calls import MIX, ROOT, mix_file, still, tree, writ
from tests.pages.snippets import blocks
from writ_dspy.errors import ConfigError, StoreError
from writ_dspy.propose import proposer
from writ_dspy.propose.mix import Cell, Mix
from writ_dspy.run.merge import merge
from writ_dspy.run.shard import Shard
from writ_dspy.run.synth import load, synthesize

DRY = Cell(domain="tau2:airline", kind="read-heavy", writes=1, burden=16, count=4)
WIDE = Mix(cells=(DRY, *MIX.cells))
TRIES = 2
OF = 3
SEED = 4_242
"""Of no other test: what was drafted for it with few tries is kept as long as the tests run."""


def files(folder: Path) -> Mapping[str, bytes]:
    """All of a run but the number of the process that wrote it last."""
    return {name: data for name, data in tree(folder).items() if name != "run.lock"}


@contextmanager
def soon_dry() -> Iterator[None]:
    """Few drafts are tried, so that a cell runs dry at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proposer, "TRIES_PER_TASK", 6)
        yield


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was never cut."""
    with soon_dry():
        return synthesize(
            mix=WIDE, seed=SEED, tries=TRIES, out=tmp_path_factory.mktemp("whole") / "run", workers=1
        ).folder


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Its shards; the second was interrupted between two conversations and gone on with."""
    folder = tmp_path_factory.mktemp("shards")
    places = [folder / str(number) for number in range(1, OF + 1)]

    def interrupt(stage: str, done: int, *_: object) -> None:
        if stage == "simulate" and done:
            raise KeyboardInterrupt

    with soon_dry(), pytest.raises(KeyboardInterrupt):
        synthesize(mix=WIDE, seed=SEED, tries=TRIES, out=places[1], workers=1, shard=f"2/{OF}", progress=interrupt)
    with soon_dry():
        for number, place in enumerate(places, 1):
            synthesize(mix=WIDE, seed=SEED, tries=TRIES, out=place, workers=1, shard=f"{number}/{OF}")
    return places


def test_merged_shards_are_the_whole_run(whole: Path, shards: list[Path], tmp_path: Path) -> None:
    """Every file of the whole run is there, byte for byte, cells that ran dry included; in any order of the shards, and again."""
    done = writ("merge", shards[2], shards[0], shards[1], "--out", tmp_path / "run")
    first = files(tmp_path / "run")
    again = merge(shards, tmp_path / "run")

    assert first == files(whole)
    assert files(again.folder) == first
    assert done.code == (1 if again.dry else 0), done.err
    assert again.dry
    assert [load(shard).run.count("tasks") > 0 for shard in shards].count(True) > 1
    assert not any((shard / "dataset").exists() for shard in shards)


def test_a_merge_goes_on_where_it_was_stopped(whole: Path, shards: list[Path], tmp_path: Path) -> None:
    """A folder with the first records of the whole run, and no dataset, becomes the whole run."""
    run = tmp_path / "run"
    run.mkdir()
    shutil.copy(whole / "run.json", run)
    for name, lines in (("tasks", 99), ("conversations", 3), ("verdicts", 0)):
        text = (whole / f"{name}.jsonl").read_bytes().splitlines(keepends=True)[:lines]
        (run / f"{name}.jsonl").write_bytes(b"".join(text))
    merge(shards, run)

    assert files(run) == files(whole)


CELLS = st.builds(
    lambda burden, count: Cell(domain="tau2:airline", kind="read-heavy", writes=1, burden=burden, count=count),
    st.integers(4, 16),
    st.integers(1, 3_000),
)


@given(st.lists(CELLS, min_size=1, max_size=9).map(lambda cells: Mix(cells=tuple(cells))), st.integers(1, 60))
def test_shards_hold_each_place_once(mix: Mix, of: int) -> None:
    """Of every cell the shards have one range after the other, and none costs more than its part and a task."""
    shares = [Shard(number, of).shares(mix.cells) for number in range(1, of + 1)]
    costs = [sum(len(part) * (cell.burden + 2) for part, cell in zip(one, mix.cells, strict=True)) for one in shares]
    total = sum(costs)

    for place, cell in enumerate(mix.cells):
        assert [at for one in shares for at in one[place]] == list(range(cell.count))
    assert all(abs(cost - total / of) <= 18 for cost in costs)


@pytest.mark.parametrize(
    ("shard", "says"),
    [
        ("17/16", "go from 1/16 to 16/16"),
        ("0/16", "counts from 0, add one"),
        ("1/0", "one shard or more"),
        ("third", "such as 3/16"),
        ("-1/4", "such as 3/16"),
        ("1/8", "no more than 7 shards"),
    ],
)
def test_no_such_shard(tmp_path: Path, shard: str, says: str) -> None:
    """What is no shard of this run is refused with what would be one, and nothing is made."""
    done = writ("synth", "--mix", mix_file(tmp_path), "--shard", shard, "--out", tmp_path / "run")

    assert done.code == 2
    assert says in done.err
    assert len(done.err.splitlines()) == 1
    assert not (tmp_path / "run").exists()


def test_models_that_word_tasks_make_no_shards(tmp_path: Path) -> None:
    """How a model words a task depends on those before it; a user and an agent of a model are welcome."""
    with pytest.raises(ConfigError, match="--role proposer=scripted --role diversifier=scripted"):
        synthesize(n=9, lm="openai://127.0.0.1:9/v1/m", shard="1/2", out=tmp_path / "run", mode="guided")


def test_a_shard_does_not_grow(shards: list[Path]) -> None:
    """Its places are those of a run of that size; the whole run grows."""
    before = files(shards[0])
    more = Mix(cells=tuple(cell.model_copy(update={"count": cell.count + 1}) for cell in WIDE.cells))
    with pytest.raises(StoreError, match="A shard does not grow"):
        synthesize(mix=more, seed=SEED, tries=TRIES, out=shards[0], shard=f"1/{OF}", grow=True)

    assert files(shards[0]) == before


def _other(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], object]:
    """A change of the manifest."""

    def apply(shard: Path) -> None:
        data = json.loads((shard / "run.json").read_text())
        change(data)
        (shard / "run.json").write_text(json.dumps(data))

    return apply


def _forget(shard: Path) -> None:
    """The last verdict is lost."""
    lines = (shard / "verdicts.jsonl").read_bytes().splitlines(keepends=True)
    (shard / "verdicts.jsonl").write_bytes(b"".join(lines[:-1]))


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_other(lambda data: data.update(seed=1)), r"seed is 4242 there and 1 here"),
        (_other(lambda data: data.update(checks="0")), r"checks is .* there and \"0\" here"),
        (_other(lambda data: data.update(shard="3/4")), r"one of 4 shards, and the other of 3"),
        (_other(lambda data: data.update(shard="1/3")), r"are both shard 1/3"),
        (_other(lambda data: data.update(shard="9/3")), r"shard = '9/3'"),
        (_other(lambda data: data.pop("shard")), r"is a whole run"),
        (_forget, r"it owes 1 conversation. Go on there: writ synth .*--shard 3/3"),
        (shutil.rmtree, r"is not a run"),
    ],
)
def test_other_runs_are_not_merged(
    shards: list[Path], tmp_path: Path, spoil: Callable[[Path], object], says: str
) -> None:
    """Other settings, other versions, another number of shards, one twice, one unfinished, none: each is named, and nothing made."""
    copy = tmp_path / "copy"
    shutil.copytree(shards[2], copy)
    spoil(copy)
    with pytest.raises((ConfigError, StoreError), match=says):
        merge([*shards[:2], copy], tmp_path / "run")

    assert not (tmp_path / "run").exists()


def test_missing_shards_are_named(shards: list[Path], whole: Path, tmp_path: Path) -> None:
    """With the command that makes the first of them; and a folder that holds something else stays as it is."""
    done = writ("merge", shards[1], "--out", tmp_path / "run")
    before = files(whole)
    other = writ("merge", *shards, "--out", shards[0])

    assert done.code == other.code == 2
    assert "2 shards are missing: 1/3, 3/3" in done.err
    assert "--shard 1/3" in done.err
    assert "holds a run with other settings" in other.err
    gone = writ("merge", shards[1], tmp_path / "gone", shards[0], "--out", tmp_path / "run")
    assert gone.code == 2
    assert "1 shard is missing: 3/3. Make it: writ synth" in gone.err
    assert f"--shard 3/3 --out {tmp_path / 'gone'}" in gone.err
    extra = writ("merge", *shards, tmp_path / "gone", "--out", tmp_path / "run")
    assert f"{tmp_path / 'gone'} is not a run" in extra.err
    assert "shards are missing" not in extra.err
    assert not (tmp_path / "run").exists()
    assert files(whole) == before


@pytest.mark.slow
def test_a_shard_killed_and_resumed(tmp_path: Path) -> None:
    """Killed with -9 while conversations come in, on two processes, a shard ends as one that was never disturbed."""
    asked = ("synth", "--mix", mix_file(tmp_path), "--tries", TRIES)
    run = tmp_path / "2"
    moment = "(run / 'conversations.jsonl').stat().st_size > 0"
    with still(run, moment, *asked, "--shard", "2/3", "--workers", 2, "--out", run) as child:
        os.killpg(child.pid, signal.SIGKILL)
    for number in (1, 2, 3):
        assert writ(*asked, "--shard", f"{number}/3", "--workers", 2, "--out", tmp_path / str(number)).code == 0
    assert writ(*asked, "--workers", 1, "--out", tmp_path / "whole").code == 0
    assert writ("merge", *(tmp_path / str(number) for number in (1, 2, 3)), "--out", tmp_path / "merged").code == 0

    assert files(tmp_path / "merged") == files(tmp_path / "whole")


@pytest.mark.slow
def test_the_scripts_for_schedulers_run(tmp_path: Path) -> None:
    """As they stand in the documentation: each job of the array makes its shard, in whichever order, and all of them merge."""
    place = tmp_path / ".venv" / "bin"
    place.mkdir(parents=True)
    (place / "activate").write_text(f'PATH={shlex.quote(str(place))}:"$PATH"\n')
    (place / "writ").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m writ_dspy.cli.main "$@"\n')
    (place / "writ").chmod(0o755)
    page = blocks(ROOT / "docs" / "shards.md")
    array = next(block.text for block in page if "#SBATCH" in block.text).replace("-n 100000", "-n 6")
    pod = next(block.text for block in page if block.kind == "yaml").replace("-n 100000", "-n 6")
    (tmp_path / "shards.sbatch").write_text(array)
    command = yaml.safe_load(pod)["spec"]["template"]["spec"]["containers"][0]["command"]
    own = {"PATH": f"{place}:/usr/bin:/bin", "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    for index in (1, 0):
        slurm = {"SLURM_ARRAY_TASK_ID": str(index + 1), "SLURM_ARRAY_TASK_MAX": "2"}
        subprocess.run(["/bin/bash", "shards.sbatch"], cwd=tmp_path, env=own | slurm, check=True, capture_output=True)
        (tmp_path / "pods").mkdir(exist_ok=True)
        asked = [word.replace("/16", "/2") for word in command]
        pods = {"JOB_COMPLETION_INDEX": str(index)}
        subprocess.run(asked, cwd=tmp_path / "pods", env=own | pods, check=True, capture_output=True)
    for folder in (tmp_path, tmp_path / "pods"):
        done = writ("merge", *(folder / "runs" / f"shard-{number}" for number in (1, 2)), "--out", folder / "whole")
        assert done.code == 0, done.err

    assert files(tmp_path / "whole") == files(tmp_path / "pods" / "whole")
