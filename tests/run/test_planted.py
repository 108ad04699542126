"""A run folder in which somebody has planted something: every verb leaves everything outside of it alone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.calls import mix_file, tree, writ
from writ_dspy.propose.mix import Cell, Mix
from writ_dspy.run.synth import synthesize

ONE = Mix(cells=(Cell(domain="tau2:airline", kind="read-heavy", writes=1, burden=6, count=1),))
LOGS = ("tasks.jsonl", "conversations.jsonl", "verdicts.jsonl")
DATASET = (
    "dataset/README.md",
    "dataset/manifest.json",
    "dataset/airline/train-00000-of-00001.parquet",
    "dataset/airline/test-00000-of-00001.parquet",
    "tau2/airline/tasks.json",
    "tau2/airline/split_tasks.json",
    "sharegpt/train-00000-of-00001.parquet",
    "exports/openai.jsonl",
    "tasks/train-00000-of-00001.parquet",
)
FILES = (
    *(
        "run.json",
        "run.json.tmp",
        "run.lock",
        "domains.json",
        "dry.json",
        "usage.json",
        *LOGS,
        *(f"{name}.torn" for name in LOGS),
    ),
    *DATASET,
    *(f"{name}.tmp" for name in DATASET),
)
FOLDERS = ("dataset", "dataset/airline", "tau2", "tau2/airline", "text", "sharegpt", "hermes", "exports", "tasks")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small run that nobody touched."""
    return synthesize(mix=ONE, out=tmp_path_factory.mktemp("whole") / "run", workers=1).folder


def link(place: Path, victim: Path) -> None:
    """A link to a file of somebody's, which holds what belongs there if there is something."""
    place.symlink_to(victim)


def dangling(place: Path, victim: Path) -> None:
    """A link that would make a file."""
    place.symlink_to(victim.with_name("made"))


def pipe(place: Path, _: Path) -> None:
    """A pipe that nobody writes to."""
    os.mkfifo(place)


def folder(place: Path, _: Path) -> None:
    """A folder."""
    place.mkdir()


def plant(run: Path, name: str, how: Callable[[Path, Path], None]) -> Path:
    """Put it where a file belongs; returns a folder outside that must stay as it is."""
    outside = run.parent / "outside"
    outside.mkdir()
    victim, place = outside / "victim", run / name
    victim.write_bytes(place.read_bytes() if place.exists() else b"mine, and precious\n")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    how(place, victim)
    return outside


def verbs(run: Path, mix: Path) -> list[tuple[object, ...]]:
    """What reads a run, goes on with it, and writes its dataset in every form."""
    forms = [part for name in ("sharegpt", "openai", "tasks", "tau2") for part in ("--format", name)]
    return [
        ("report", run),
        ("show", run),
        ("simulate", run, "--workers", 1),
        ("export", run, *forms, "--workers", 1),
        ("synth", "--mix", mix, "--out", run, "--workers", 1),
    ]


WAYS = (link, dangling, pipe, folder)
PLANTED = [
    pytest.param(name, how, marks=() if (row + column) % 2 == 0 else pytest.mark.slow, id=f"{name}-{how.__name__}")
    for row, name in enumerate(FILES)
    for column, how in enumerate(WAYS)
]
"""Everything in each place; two ways for each place in a quick run, and every way somewhere."""


@pytest.mark.parametrize(("name", "how"), PLANTED)
@pytest.mark.long
def test_no_file_that_is_planted_does_harm(
    whole: Path, tmp_path: Path, name: str, how: Callable[[Path, Path], None]
) -> None:
    """Whatever stands where a file belongs, nothing outside changes, nothing hangs, and a refusal names the place."""
    run = tmp_path / "run"
    shutil.copytree(whole, run)
    outside = plant(run, name, how)
    with (run / "verdicts.jsonl").open("ab") if (run / "verdicts.jsonl").is_file() else open(os.devnull, "wb") as file:  # noqa: PTH123
        file.write(b'{"torn')
    before = tree(outside)
    for verb in verbs(run, mix_file(tmp_path, ONE)):
        ended = writ(*verb)

        assert tree(outside) == before, verb
        assert ended.code in (0, 2), ended.err
        if ended.code == 2:
            (complaint,) = (line for line in ended.err.splitlines() if line.startswith("error: "))
            assert Path(name).name in complaint
    assert sorted(path.name for path in outside.iterdir()) == ["victim"]


@pytest.mark.parametrize("name", FOLDERS)
def test_no_folder_that_is_planted_does_harm(whole: Path, tmp_path: Path, name: str) -> None:
    """A link where a folder belongs is refused by whatever would look into it or write there."""
    run, outside = tmp_path / "run", tmp_path / "outside"
    shutil.copytree(whole, run)
    (run / name).mkdir(parents=True, exist_ok=True)
    shutil.move(run / name, outside)
    (run / name).symlink_to(outside)
    before = tree(outside)
    for verb in verbs(run, mix_file(tmp_path, ONE)):
        ended = writ(*verb)

        assert tree(outside) == before, verb
        assert ended.code == 0 or f"{name} is a link" in ended.err, ended.err


def test_a_settings_file_that_is_a_link_is_refused(whole: Path, tmp_path: Path) -> None:
    """Dangling or not, it is not taken for the settings of the run, and not replaced by others."""
    run = tmp_path / "run"
    shutil.copytree(whole, run)
    shutil.move(run / "run.json", tmp_path / "run.json")
    (run / "run.json").symlink_to(tmp_path / "run.json")
    for _ in range(2):
        before = tree(tmp_path)
        ended = writ("synth", "--mix", mix_file(tmp_path, ONE), "--seed", 99, "--out", run, "--workers", 1)
        assert (ended.code, "run.json is a link" in ended.err) == (2, True), ended.err
        (tmp_path / "mix.yaml").unlink()
        assert tree(tmp_path) == before
        (tmp_path / "run.json").unlink(missing_ok=True)


def test_an_export_that_cannot_end_does_not_begin(whole: Path, tmp_path: Path) -> None:
    """Where the manifest of the dataset cannot be written, no row is."""
    run = tmp_path / "run"
    shutil.copytree(whole, run)
    (run / "dataset" / "manifest.json").unlink()
    (run / "dataset" / "manifest.json").mkdir()
    shutil.rmtree(run / "dataset" / "airline")
    before = tree(run)
    ended = writ("export", run, "--workers", 1)

    assert (ended.code, "manifest.json is a folder" in ended.err) == (2, True), ended.err
    assert tree(run) == before


@pytest.mark.parametrize("name", ["LICENSE", "README.md", "manifest.json", "assets", "."])
def test_nothing_is_published_through_a_link(whole: Path, tmp_path: Path, name: str) -> None:
    """A link in the staged folder is refused: what it leads to is neither published nor written."""
    run, outside = tmp_path / "run", tmp_path / "outside"
    shutil.copytree(whole, run)
    outside.mkdir()
    (outside / "secret").write_text("mine, and precious\n")
    (run / "hub").mkdir()
    place = run / "hub" / name
    if name == ".":
        (run / "hub").rmdir()
        place = run / "hub"
    place.symlink_to(outside if name in ("assets", ".") else outside / "secret")
    ended = writ("publish", run, "somebody/some", "--dry-run")

    assert (ended.code, f"{place} is a link" in ended.err or "writ did not put there" in ended.err) == (2, True), (
        ended.err
    )
    assert tree(outside) == {"secret": b"mine, and precious\n"}
