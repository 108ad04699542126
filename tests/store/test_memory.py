"""A process that works for long gives memory back."""

from __future__ import annotations

import os
import subprocess
import sys


def test_arrow_takes_its_memory_from_the_system() -> None:
    """A process that is to be sparing has Arrow give back what it frees, unless the user has chosen otherwise."""
    code = "from writ_dspy.store.memory import sparing; sparing(); import pyarrow; print(pyarrow.default_memory_pool().backend_name)"
    environment = {name: value for name, value in os.environ.items() if name != "ARROW_DEFAULT_MEMORY_POOL"}

    def pool(**more: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", code], env=environment | more, capture_output=True, text=True, check=True
        ).stdout.strip()

    assert pool() == "system"
    assert pool(ARROW_DEFAULT_MEMORY_POOL="mimalloc") == "mimalloc"
