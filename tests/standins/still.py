"""A call of `writ` that stands still as soon as its run has come so far, and goes on with SIGCONT.

python -m tests.standins.still RUN MOMENT argument...

Whoever waits for a moment of another process may come too late; the process itself, stopped by one of its own threads,
does not. MOMENT is an expression over `run`, the folder; what it looks for need not be there yet.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path
from types import CodeType


def main() -> None:
    """Watch, and be `writ` meanwhile."""
    run, moment = Path(sys.argv[1]), sys.argv[2]
    del sys.argv[1:3]
    threading.Thread(target=_watch, args=(run, moment), daemon=True).start()
    from writ_dspy.cli.main import main as writ

    writ()


def _watch(run: Path, moment: str) -> None:
    asked = compile(moment, "moment", "eval")
    while not _come(run, asked):
        time.sleep(0.002)
    os.kill(os.getpid(), signal.SIGSTOP)


def _come(run: Path, moment: CodeType) -> bool:
    try:
        return bool(eval(moment, {"run": run}))  # noqa: S307 - written by a test
    except FileNotFoundError:
        return False


if __name__ == "__main__":
    main()
