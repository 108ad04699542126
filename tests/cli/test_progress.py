"""What is told of work in progress, in plain lines."""

from __future__ import annotations

import pytest

from writ_dspy.cli import progress


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that have passed; the test moves them."""
    now = [1000.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


@pytest.mark.usefixtures("clock")
def test_a_stage_is_told_when_it_begins(capsys: pytest.CaptureFixture[str]) -> None:
    """The first line comes before the first piece: also where that takes minutes, and where a run goes on."""
    lines = progress.Lines()
    lines("propose", 0, 40, {})
    lines("simulate", 13, 40, {"accepted": 12})

    assert capsys.readouterr().err.splitlines() == ["propose 0/40  0:00", "simulate 13/40  0:00  accepted 12"]


@pytest.mark.usefixtures("clock")
def test_a_line_comes_for_each_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    """However many pieces there are, while they come quickly."""
    lines = progress.Lines()
    for done in range(121):
        lines("simulate", done, 120, {})

    told = [int(line.split()[1].partition("/")[0]) for line in capsys.readouterr().err.splitlines()]
    assert told == list(range(0, 121, 12))


def test_what_is_left_does_not_count_the_start(capsys: pytest.CaptureFixture[str], clock: list[float]) -> None:
    """The first piece waits for imports or a model; the estimate rests on those after it."""
    lines = progress.Lines()
    for seconds, done in ((0, 0), (40, 1), (1, 4), (2, 10), (70, 11)):
        clock[0] += seconds
        lines("propose", done, 40, {})

    assert capsys.readouterr().err.splitlines() == [
        "propose 0/40  0:00",
        "propose 1/40  0:40",
        "propose 4/40  0:41  3/s, 0:12 left",
        "propose 10/40  0:43  3/s, 0:10 left",
        "propose 11/40  1:53  7.3 s each, 3:32 left",
    ]  # fmt: skip


def test_a_batch_is_no_speed(capsys: pytest.CaptureFixture[str], clock: list[float]) -> None:
    """Pieces that come in one go with the first waited for the start as it did: no rate is told of them, and none with them."""
    lines = progress.Lines()
    for seconds, done in ((0, 0), (11, 8), (0.1, 16), (0.2, 24), (2, 32)):
        clock[0] += seconds
        lines("simulate", done, 60, {})

    assert capsys.readouterr().err.splitlines() == [
        "simulate 0/60  0:00",
        "simulate 8/60  0:11",
        "simulate 16/60  0:11",
        "simulate 24/60  0:11",
        "simulate 32/60  0:13  3.48/s, 0:08 left",
    ]


def test_silence_is_broken(capsys: pytest.CaptureFixture[str], clock: list[float]) -> None:
    """A piece that takes minutes is not mistaken for a halt: a line each half a minute, none where some came, none at the end."""
    lines = progress.Lines()
    lines("simulate", 0, 3, {})
    lines("simulate", 1, 3, {})
    for seconds in (progress.EVERY - 1, 1, 1, progress.EVERY):
        clock[0] += seconds
        lines.beat()
    lines("simulate", 3, 3, {"accepted": 3})
    clock[0] += 10 * progress.EVERY
    lines.beat()

    assert told(capsys) == [
        "simulate 0/3  0:00",
        "simulate 1/3  0:00",
        "simulate 1/3  0:30",
        "simulate 1/3  1:01",
        "simulate 3/3  1:01",
    ]


@pytest.mark.parametrize("stage", ["propose", "simulate"])
def test_the_start_says_what_goes_on(capsys: pytest.CaptureFixture[str], clock: list[float], stage: str) -> None:
    """Before the first piece a line comes soon, then ever later, however often it is asked; it says what is being done."""
    lines = progress.Lines()
    lines(stage, 0, 120, {})
    for _ in range(120):
        clock[0] += 1
        lines(stage, 0, 120, {})
        lines.beat()
    first, *more = capsys.readouterr().err.splitlines()
    lines(stage, 40, 120, {"accepted": 9})

    assert first == f"{stage} 0/120  0:00"
    assert more == [
        f"{stage} 0/120  {at}  {progress.BEGINNING[stage]}" for at in ("0:05", "0:15", "0:35", "1:05", "1:35")
    ]
    assert told(capsys) == [f"{stage} 40/120  2:00"]


def told(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Stage, number and time of each line."""
    return ["  ".join(line.split("  ")[:2]) for line in capsys.readouterr().err.splitlines()]
