"""How far a call has come, on stderr: bars on a terminal, elsewhere a plain line now and then, with time and rate."""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from writ_dspy.cli import voice
from writ_dspy.cli.door import behind

if TYPE_CHECKING:
    from writ_dspy.run.synth import Progress

LOG = logging.getLogger(__name__)
EVERY = 30.0
"""Seconds after which a line is due, though less than a tenth, or nothing, was done."""
SOON = 5.0
"""The same before the first piece is done; twice as many after each line, up to `EVERY`."""
BEGINNING = {
    "propose": "loading the domains and looking for the first tasks",
    "simulate": "playing the first conversations",
}
"""What goes on then."""
ENOUGH = 3
"""Pieces after the first from which on a rate is told."""
TOGETHER = 0.5
"""Seconds within which pieces come in one go with the first, as those of a batch do: they waited for the start, too."""


@contextmanager
def display(*, quiet: bool) -> Iterator[Progress | None]:
    """What to tell about every piece of finished work; None if nothing is to be shown."""
    if quiet or voice.quiet():
        yield None
    elif voice.verbose() or not sys.stderr.isatty():
        lines = Lines()
        with _beating(lines):
            yield lines
    else:
        from rich import progress as bars
        from rich.console import Console

        columns = (
            bars.TextColumn("{task.description:9}", markup=False),
            bars.BarColumn(),
            bars.MofNCompleteColumn(),
            bars.TimeElapsedColumn(),
            bars.TimeRemainingColumn(),
            bars.TextColumn("{task.fields[note]}", markup=False),
        )
        paper = Console(file=behind(sys.stderr))
        # what others print meanwhile goes through the door, not through these bars
        with bars.Progress(*columns, console=paper, redirect_stdout=False, redirect_stderr=False) as drawn:
            rows: dict[str, bars.TaskID] = {}

            def update(stage: str, done: int, wanted: int, counts: Mapping[str, int]) -> None:
                total = max(done, wanted)
                if stage not in rows:
                    rows[stage] = drawn.add_task(stage, total=total, note="")
                drawn.update(rows[stage], completed=done, total=total, note=_note(counts) or _beginning(stage, done))

            yield update


@contextmanager
def _beating(lines: Lines) -> Iterator[None]:
    """While nothing is finished, a line now and then says that work goes on."""
    over = threading.Event()

    def beat() -> None:
        with contextlib.suppress(OSError, ValueError):  # nobody listens any more
            while not over.wait(1.0):
                lines.beat()

    thread = threading.Thread(target=beat, name="progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


class Lines:
    """A line when a stage begins, another tenth of it is done, or half a minute has passed; in the log with --verbose."""

    def __init__(self) -> None:
        self._starts: dict[str, tuple[float, int]] = {}
        self._firsts: dict[str, tuple[float, int]] = {}
        self._reached: dict[str, int] = {}
        self._last = 0.0
        self._pause = EVERY
        self._now: tuple[str, int, int, dict[str, int]] | None = None
        self._lock = threading.Lock()

    def __call__(self, stage: str, done: int, wanted: int, counts: Mapping[str, int]) -> None:
        with self._lock:
            self._now = (stage, done, wanted, dict(counts)) if done < wanted else None
            if stage not in self._starts:
                self._pause = SOON
            elif done > self._starts[stage][1]:
                self._pause = EVERY
            self._tell(stage, done, wanted, counts)

    def beat(self) -> None:
        """The last line again, with the time that it is by now, if none was printed for a while."""
        with self._lock:
            if self._now is not None and time.monotonic() - self._last >= self._pause:
                self._tell(*self._now, due=True)
                self._pause = min(2 * self._pause, EVERY)

    def _tell(self, stage: str, done: int, wanted: int, counts: Mapping[str, int], *, due: bool = False) -> None:
        now = time.monotonic()
        new = stage not in self._starts
        start, before = self._starts.setdefault(stage, (now, done))
        since, first = self._firsts.setdefault(stage, (now, done)) if done > before else (now, done)
        if done > before and now - since <= TOGETHER:
            first = done
            self._firsts[stage] = (since, first)
        tenth = 10 * done // wanted if wanted else 10
        if not (new or due) and tenth <= self._reached.get(stage, 0) and (now - self._last < EVERY or done == before):
            return
        self._reached[stage] = max(tenth, self._reached.get(stage, 0))
        self._last = now
        total = max(done, wanted)
        words = [
            f"{stage} {done}/{total}",
            clock(now - start),
            pace(now - since, done - first, total - done),
            _note(counts) or (_beginning(stage, done) if due and done == before else ""),
        ]
        line = "  ".join(filter(None, words))
        if voice.verbose():
            LOG.info(line)
        else:
            print(line, file=sys.stderr, flush=True)  # noqa: T201


def pace(seconds: float, made: int, left: int) -> str:
    """How fast it goes, and how long the rest will take; counted from the first piece, which waits for the start."""
    if made < ENOUGH or not seconds:
        return ""
    rate = f"{made / seconds:,.3g}/s" if made >= seconds else f"{seconds / made:,.3g} s each"
    return f"{rate}, {clock(left * seconds / made)} left" if left > 0 else rate


def clock(seconds: float) -> str:
    """As 1:05 or 2:00:05."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"


def _beginning(stage: str, done: int) -> str:
    """What goes on before the first piece of a stage."""
    return "" if done else BEGINNING.get(stage, "")


def _note(counts: Mapping[str, int]) -> str:
    return "  ".join(f"{name} {count}" for name, count in counts.items() if count)
