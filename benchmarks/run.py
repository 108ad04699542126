"""Every benchmark in one command: `python -m benchmarks.run`, or a smoke test of all with `--quick`.

The full run takes about half an hour on two cores, most of it in τ²'s own evaluator. It writes
`benchmarks/results.md`, which the documentation shows too; a quick run writes only where `--out` says.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import acts, concurrency, footprint, lm, pipeline, prompts, verdicts, worlds
from benchmarks.measured import FULL, QUICK, ROOT, Row, Size, say, where
from benchmarks.mutations.table import rows as fuzzed
from benchmarks.results import results
from writ_dspy.run.synth import load


def every(size: Size, folder: Path) -> Iterator[Row]:
    """All rows; what is made on the way goes into `folder`."""
    run, careless = folder / "run", folder / "careless"
    yield from pipeline.rows(size, run)
    yield pipeline.killed(size, folder)
    yield from concurrency.rows(size, run)
    say("worlds")
    yield from worlds.rows(size, load(run))
    say(f"writ synth -n {size.careless} --agent careless")
    pipeline.synth(careless, size.careless, "--agent", "careless", "--seed", "1")
    yield from verdicts.rows(size, load(run), load(careless))
    say("dialogue acts")
    yield from acts.rows()
    say("mutations")
    yield from fuzzed(quick=size is QUICK)
    yield from lm.rows(quick=size is QUICK)
    say("prompts")
    yield from prompts.rows()
    say("footprint")
    yield from footprint.rows(size)


def main(args: Sequence[str] | None = None) -> None:
    """Run, print, and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description="Measure every claim.")
    quick = "a little of everything: proves that it works, and measures nothing"
    parser.add_argument("--quick", action="store_true", help=quick)
    parser.add_argument("--out", type=Path, help="the page (default: benchmarks/results.md, none with --quick)")
    asked = parser.parse_args(args)
    place = where()
    with tempfile.TemporaryDirectory(prefix="writ-bench-") as folder:
        rows = list(every(QUICK if asked.quick else FULL, Path(folder)))
    page = results(rows, place)
    print(page)
    out = asked.out or (None if asked.quick else ROOT / "benchmarks" / "results.md")
    if out is not None:
        out.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
