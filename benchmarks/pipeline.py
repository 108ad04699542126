"""The whole pipeline from an empty folder, and the same killed again and again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import resource
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measured import CORES, ROOT, Row, Size, Watch, environment, say, writ


@dataclass(frozen=True, slots=True)
class Ended:
    """One `writ synth` that ran to its end."""

    seconds: float
    cpu: float
    peak: int
    """Bytes of the process and its workers together."""
    stages: dict[str, float]
    """Seconds of each stage; `export` includes the report."""


def rows(size: Size, folder: Path) -> Iterator[Row]:
    """One run of `size.tasks`, left in `folder` for the other benchmarks."""
    say(f"writ synth -n {size.tasks}")
    ended = synth(folder, size.tasks)
    accepted = _accepted(folder)
    what = f"{accepted} accepted trajectories on {CORES} cores, empty folder to written dataset"
    full = size.tasks == 2000
    stages = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in ended.stages.items())
    rate = f"{accepted / ended.seconds:.1f} trajectories/s; {stages}"
    yield Row("pipeline", f"{what}: wall", "s", ended.seconds, None, 60.0 if full else None, rate, key=True)
    yield Row("pipeline", f"{what}: CPU", "s", ended.cpu)
    peak, limit = ended.peak / 1e6, 1000.0 if full else None
    note = "the process and its workers; pages that they share count in each"
    yield Row("pipeline", f"{what}: peak memory", "MB", peak, None, limit, note, key=True)
    yield Row("pipeline", "tasks accepted", "", f"{accepted} of {size.tasks}")
    written = sum(path.stat().st_size for path in _files(folder / "dataset"))
    yield Row("pipeline", "dataset on disk", "MB", written / 1e6)


def killed(size: Size, folder: Path) -> Row:
    """A run that is killed with -9 in each stage and resumed, beside one that is left alone."""
    say(f"writ synth -n {size.killed}, killed {len(size.kills)} times")
    whole, broken = folder / "whole", folder / "broken"
    synth(whole, size.killed)
    kept: list[bytes] = []
    for stage, done in size.kills:
        _killed_at(broken, size.killed, stage, done)
        kept += _lines(broken)
    synth(broken, size.killed)
    after = Counter(_lines(broken))
    lost = sum(line not in after for line in kept)
    ids = Counter(json.loads(line)["id"] for line in _lines(broken, "verdicts"))
    same, doubled = _digest(whole) == _digest(broken), sum(ids.values()) - len(ids)
    wanted = "same bytes, 0 records lost, 0 doubled"
    found = f"{'same' if same else 'other'} bytes, {lost} records lost, {doubled} doubled"
    note = f"{size.killed} tasks; in {', '.join(f'{stage} after {done}' for stage, done in size.kills)}"
    return Row("pipeline", "killed with -9, resumed", "", found, None, wanted, note, key=True)


def synth(folder: Path, n: int, *options: str) -> Ended:
    """Run `writ synth` to its end, on `CORES` cores."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    last: dict[str, float] = {}
    with _started(folder, n, *options) as process, Watch(process.pid) as watch:
        for stage, _ in _progress(process):
            last[stage] = time.perf_counter() - start
        process.wait()
    seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode not in (0, 1):
        raise SystemExit(f"writ synth into {folder} ended with exit code {process.returncode}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    last["export and report"] = seconds
    begins = [0.0, *last.values()]
    stages = {name: end - begin for (name, end), begin in zip(last.items(), begins, strict=False)}
    return Ended(seconds, cpu, watch.peak, stages)


@contextlib.contextmanager
def _started(folder: Path, n: int, *options: str) -> Iterator[subprocess.Popen[str]]:
    """`writ synth`, on its way; killed when the block is left before its end."""
    every = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    if len(every) > CORES:
        os.sched_setaffinity(0, sorted(every)[:CORES])
    try:
        process = subprocess.Popen(  # noqa: S603 - our own command
            writ("synth", "-n", str(n), "--workers", str(CORES), "--out", str(folder), *options),
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment(), cwd=ROOT,
        )  # fmt: skip
    finally:
        if len(every) > CORES:
            os.sched_setaffinity(0, every)
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def _progress(process: subprocess.Popen[str]) -> Iterator[tuple[str, int]]:
    """(stage, done) of each line of progress; other lines are passed on."""
    for line in process.stderr or ():
        words = line.split()
        if len(words) > 1 and words[0] in ("propose", "simulate") and "/" in words[1]:
            yield words[0], int(words[1].partition("/")[0])
        else:
            say(line.rstrip())


def _killed_at(folder: Path, n: int, stage: str, done: int) -> None:
    """Run until a stage has come so far, then kill it with a signal that it cannot catch."""
    with _started(folder, n) as process:
        for now, count in _progress(process):
            if (now, count) >= (stage, done):  # `simulate` comes after `propose`, in the alphabet too
                process.send_signal(signal.SIGKILL)
                return
    raise SystemExit(f"{folder} was done before {done} of {stage}: there was nothing to kill")


def _accepted(folder: Path) -> int:
    return sum(json.loads(line)["accepted"] for line in _lines(folder, "verdicts"))


def _lines(folder: Path, *names: str) -> list[bytes]:
    """Whole lines of the run's records."""
    chosen = names or ("tasks", "conversations", "verdicts")
    texts = [(folder / f"{name}.jsonl").read_bytes() for name in chosen]
    return [line for text in texts for line in text.splitlines(keepends=True) if line.endswith(b"\n")]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _digest(folder: Path) -> str:
    """Of every file that a run is made for, by name and content."""
    found = hashlib.sha256()
    for part in ("dataset", "tau2"):
        for path in _files(folder / part):
            found.update(f"{path.relative_to(folder)}\n".encode() + path.read_bytes())
    return found.hexdigest()
