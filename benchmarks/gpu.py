"""A run against a server on a GPU, at three loads: `python -m benchmarks.gpu sglang://HOST:PORT`.

Both roles are models. The tasks are made first and are not timed; every load has a run folder of its own.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measured import ROOT, Row, say, where
from benchmarks.results import GPU, table

LOADS = (64, 256, 1024)
"""Conversations at once."""


def rows(url: str, loads: Sequence[int], mode: str, folder: Path) -> Iterator[Row]:
    """Four rows for each load."""
    for load in loads:
        place = folder / str(load)
        models = ("--role", f"user={url}", "--role", f"agent={url}")
        writ("propose", "-n", str(load), *models, "--mode", mode, "--out", str(place))
        say(f"{load} conversations at once")
        cpu, start = _cpu(), time.monotonic()
        writ("simulate", str(place), *models, "--concurrency", str(load))
        seconds, cpu = time.monotonic() - start, _cpu() - cpu
        yield from measured(load, json.loads(writ("report", str(place), "--json")), seconds, cpu)


def measured(load: int, report: dict[str, Any], seconds: float, cpu: float) -> Iterator[Row]:
    """What one load came to."""
    used = report["usage"].values()
    calls, tokens = (sum(one[key] for one in used) for key in ("calls", "output_tokens"))
    read, cached = (sum(one[key] for one in used) for key in ("input_tokens", "cached_tokens"))
    total = report["total"]
    note = (
        f"{total['conversations']} played in {seconds:.0f} s, {total['accepted']} accepted, {total['crashed']} crashed"
    )
    yield Row("gpu", f"conversations per minute, {load} at once", "", 60 * total["conversations"] / seconds, note=note)
    yield Row("gpu", f"output tokens per second, {load} at once", "", tokens / seconds, note=f"{calls:,} calls")
    share = f"{cached / read:.0%}" if read else "no input was read"
    yield Row("gpu", f"input tokens found in the cache, {load} at once", "", share, note=f"of {read:,}")
    yield Row(
        "gpu",
        f"client CPU per call, the start of the process included, {load} at once",
        "ms",
        1e3 * cpu / max(calls, 1),
    )


def writ(*args: str) -> str:
    """What the command prints; a conversation that is still owed (exit 1) is counted, not hidden."""
    program = "from writ_dspy.cli.main import main; main()"
    ended = subprocess.run(  # noqa: S603 - the arguments are ours
        [sys.executable, "-c", program, *args], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if ended.returncode not in (0, 1):
        sys.exit(f"writ {' '.join(args)}: exit {ended.returncode}: {ended.stderr[-2000:]}")
    return ended.stdout


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(args: Sequence[str] | None = None) -> None:
    """Run, print, and keep it for `results.md`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu", description="Measure a run against a GPU.")
    parser.add_argument("url", help="sglang://HOST:PORT, as `writ synth --lm` takes it")
    parser.add_argument("--loads", type=int, nargs="+", default=LOADS, help="conversations at once")
    parser.add_argument("--mode", default="guided", choices=("guided", "free"))
    parser.add_argument("--gpu", default="not said", help="what it is, for the page")
    parser.add_argument("--out", type=Path, default=GPU, help="the page")
    asked = parser.parse_args(args)
    command = f"python -m benchmarks.gpu {asked.url} --mode {asked.mode}"
    with tempfile.TemporaryDirectory(prefix="writ-gpu-") as folder:
        found = table(list(rows(asked.url, asked.loads, asked.mode, Path(folder))), notes=True)
    facts = [f"server: {asked.gpu}", f"command: `{command}`", *where()]
    page = "\n".join([*(f"- {line}" for line in facts), "", found, ""])
    print(page)
    asked.out.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
