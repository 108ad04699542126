"""The benchmark of model calls runs. How fast anything is, no test says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WANTED = (
    "| client CPU per model call",
    "| the same, all of it DSPy's",
    "| requests per second of the role loop, 64 at once",
)


@pytest.mark.slow
def test_a_quick_run_produces_every_row() -> None:
    """As a Markdown table."""
    command = [sys.executable, "-m", "benchmarks.lm", "--quick"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert not [what for what in WANTED if what not in done.stdout]
