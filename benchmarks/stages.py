"""Where the CPU time of a run goes, stage by stage: `python -m benchmarks.stages` prints it, `--write` keeps it in the results.

Every stage is timed in one process, without what the stages inside it take, so the parts add up to the whole.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.measured import where
from benchmarks.results import STAGES, with_stages
from writ_dspy.domains import NAMES, load
from writ_dspy.propose import accept, proposer
from writ_dspy.run import worker
from writ_dspy.run.synth import Synthesis, synthesize
from writ_dspy.simulate import loop
from writ_dspy.simulate.scripted.agent import ScriptedAgent
from writ_dspy.simulate.scripted.user import ScriptedUser
from writ_dspy.verify import checks
from writ_dspy.verify.case import Case

TASKS = 400
LEAST = 0.002
"""Share from which on a check has a line of its own."""
LOADING = "load the domains"
PLACES: tuple[tuple[object, str, str], ...] = (
    (worker.Propose, "run", "propose: words, policy, firewall, quotas"),
    (proposer, "_draft", "propose: draft goals and their words"),
    (worker.Pair, "run", "propose: draft pairs of near misses"),
    (accept, "settle_goal", "propose: resolve goals, most of which miss their dials"),
    (accept, "locating", "propose: prove each read necessary"),
    (worker.Play, "run", "simulate: tools, turns"),
    (loop, "speak", "simulate: user's turns against its own rules"),
    (ScriptedUser, "speak", "simulate: user"),
    (ScriptedAgent, "act", "simulate: agent"),
    (Case, "_replay", "verify: replay on a fresh world"),
    (worker, "measured", "measure how the user talks"),
    (Synthesis, "export", "write the dataset"),
)
"""What is timed: whose attribute, and the name of the stage."""
REST = "keep records, report"


class Clock:
    """CPU seconds by stage, each without what is timed inside it."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self._open: list[str] = []
        self._since = time.process_time()

    def _turn(self) -> None:
        now = time.process_time()
        if self._open:
            self.spent[self._open[-1]] += now - self._since  # type: ignore[assignment]  # a counter of seconds
        self._since = now

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Whatever the block does counts for the stage."""
        self._turn()
        self._open.append(name)
        try:
            yield
        finally:
            self._turn()
            self._open.pop()

    def timed(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, timed; a coroutine's as long as it runs, for a scripted role waits for nothing."""

        @functools.wraps(work)
        def within(*args: Any, **more: Any) -> Any:
            with self.stage(name):
                found = work(*args, **more)
            return self._awaited(name, found) if hasattr(found, "__await__") else found

        return within

    async def _awaited(self, name: str, found: Awaitable[Any]) -> Any:
        with self.stage(name):
            return await found

    def check(self, check: checks.Check) -> checks.Check:
        """A check of the verifier, timed to its last finding."""
        return self.timed(f"verify: `{check.__name__}`", functools.wraps(check)(lambda case: list(check(case))))


def profile(tasks: int, seed: int = 0) -> dict[str, float]:
    """CPU seconds by stage of one run with one worker."""
    clock = Clock()
    with tempfile.TemporaryDirectory(prefix="writ-stages-") as folder, ExitStack() as stack:
        with clock.stage(LOADING):
            for name in NAMES:
                load(name)
        for owner, name, stage in PLACES:
            stack.enter_context(patch.object(owner, name, clock.timed(stage, getattr(owner, name))))
        stack.enter_context(patch.object(checks, "CHECKS", tuple(map(clock.check, checks.CHECKS))))
        stack.enter_context(patch.object(worker, "run_async", _here))
        with clock.stage(REST):
            synthesize(NAMES, tasks, seed=seed, out=Path(folder) / "run", workers=1).report()
    return dict(clock.spent)


def _here(work: Callable[[], Any]) -> Any:
    """In this thread, as a stage of it."""
    return asyncio.run(work())


def page(spent: dict[str, float], tasks: int) -> str:
    """The table: each stage, the longest first; checks that take next to nothing in one line."""
    whole = sum(spent.values())
    small = [name for name in spent if name.startswith("verify: `") and spent[name] < LEAST * whole]
    rows = {name: seconds for name, seconds in spent.items() if name not in small}
    if small:
        rows[f"verify: {len(small)} more checks"] = sum(spent[name] for name in small)
    lines = ["| stage | ms CPU a task | share |", "| --- | --- | --- |"]
    families: Counter[str] = Counter()
    for name, seconds in sorted(rows.items(), key=lambda row: -row[1]):
        families[name.partition(":")[0]] += seconds  # type: ignore[assignment]  # a counter of seconds
        lines.append(f"| {name} | {seconds / tasks * 1e3:.1f} | {seconds / whole:.0%} |")
    found = dict(line.split(": ", 1) for line in where() if ": " in line)
    total = ", ".join(f"{name} {seconds / whole:.0%}" for name, seconds in families.most_common() if ":" not in name)
    head = (
        f"Written by `python -m benchmarks.stages --write`: {tasks} tasks of the default mix in one process, from an empty folder to a "
        f"written dataset, {whole / tasks * 1e3:.0f} ms of CPU a task. In all: {total}. Each line leaves out what other lines count. "
        f"Measured on {found['machine']}; commit {found['commit']}; {found['date']}."
    )
    return f"{head}\n\n" + "\n".join(lines)


def main(args: Sequence[str] | None = None) -> None:
    """Run, print, keep."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.stages", description="Where the CPU time of a run goes."
    )
    parser.add_argument("-n", type=int, default=TASKS, help="tasks")
    parser.add_argument("--write", action="store_true", help="keep what was found, in the results as well")
    asked = parser.parse_args(args)
    found = page(profile(asked.n), asked.n)
    print(found)
    if asked.write:
        STAGES.write_text(f"{found}\n", encoding="utf-8")
        results = STAGES.with_name("results.md")
        results.write_text(with_stages(results.read_text(encoding="utf-8"), found), "utf-8")


if __name__ == "__main__":
    main()
