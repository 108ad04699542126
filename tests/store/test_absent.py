"""What is said of a folder that is no run names the run that was meant."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from writ_dspy.errors import StoreError
from writ_dspy.store.run import Run


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two runs in `runs`, one of them with a dataset, and an empty folder."""
    for name in ("first", "sample"):
        Run.open(tmp_path / "runs" / name, {"seed": 0}).close()
    (tmp_path / "runs" / "sample" / "dataset").mkdir()
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("x")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("runs/smaple", r"there is no such folder .*Did you mean runs/sample\?$"),
        ("run/sample", r"there is no such folder .*Did you mean runs/sample\?$"),
        ("elsewhere/thing", r"there is no such folder .*writ synth .* --out elsewhere/thing$"),
        ("runs", r"holds runs: first, sample\. Name one of them: runs/first$"),
        ("runs/sample/dataset", r"lies inside one\. Name that: runs/sample$"),
        ("empty", r"it has no run\.json\. Make one with: writ synth .* --out empty$"),
        ("notes", r"it has no run\.json\. Name the folder of a run"),
        ("notes/a.txt", r"is not a run: it is no folder\. Name the folder of a run"),
        (
            "runs/other",
            r"there is no such folder .*Go to the folder from which you made it, or make one here with: writ synth .* --out runs/other$",
        ),
    ],
)
@pytest.mark.usefixtures("place")
def test_what_was_meant(given: str, says: str) -> None:
    """One line, with a command only where it would make a run there."""
    with pytest.raises(StoreError, match=says):
        Run.read(Path(given))


@pytest.mark.parametrize(
    ("here", "given", "meant"),
    [
        ("runs", "runs/sample", "sample"),
        ("empty", "runs/sample", "../runs/sample"),
        ("runs/sample", "runs/first", "../first"),
        ("runs/sample", "sample", "."),
    ],
)
def test_a_run_is_found_from_the_wrong_folder(
    place: Path, monkeypatch: pytest.MonkeyPatch, here: str, given: str, meant: str
) -> None:
    """Where its path holds from a folder above, or its end from here, nobody is told to make a second one."""
    monkeypatch.chdir(place / here)
    with pytest.raises(StoreError, match=re.escape(f"Did you mean {meant}?")):
        Run.read(Path(given))


def test_absolute_paths_stay_absolute(place: Path) -> None:
    """As it was given, so is what was meant."""
    with pytest.raises(StoreError, match=f"Name that: {place}/runs/sample$"):
        Run.read(place / "runs" / "sample" / "dataset")
