"""How far a call has come, on stderr: bars on a terminal, elsewhere a plain line now and then."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from writ_dspy.run.synth import Progress


@contextmanager
def display(*, quiet: bool) -> Iterator[Progress | None]:
    """What to tell about every piece of finished work; None if nothing is to be shown."""
    if quiet:
        yield None
    elif not sys.stderr.isatty():
        yield _lines()
    else:
        from rich import progress as bars
        from rich.console import Console

        columns = (
            bars.TextColumn("{task.description:9}"),
            bars.BarColumn(),
            bars.MofNCompleteColumn(),
            bars.TimeElapsedColumn(),
            bars.TimeRemainingColumn(),
            bars.TextColumn("{task.fields[note]}"),
        )
        with bars.Progress(*columns, console=Console(stderr=True)) as drawn:
            rows: dict[str, bars.TaskID] = {}

            def update(stage: str, done: int, wanted: int, counts: Mapping[str, int]) -> None:
                if stage not in rows:
                    rows[stage] = drawn.add_task(stage, total=wanted, note="")
                drawn.update(rows[stage], completed=done, total=wanted, note=_note(counts))

            yield update


def _lines() -> Progress:
    """A line whenever another tenth of a stage is done."""
    reached: dict[str, int] = {}

    def update(stage: str, done: int, wanted: int, counts: Mapping[str, int]) -> None:
        tenth = 10 * done // wanted if wanted else 10
        if tenth > reached.get(stage, 0):
            reached[stage] = tenth
            print(f"{stage} {done}/{wanted} {_note(counts)}".rstrip(), file=sys.stderr, flush=True)  # noqa: T201

    return update


def _note(counts: Mapping[str, int]) -> str:
    return "  ".join(f"{name} {count}" for name, count in counts.items() if count)
