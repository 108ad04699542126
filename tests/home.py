"""The tests, and the processes that they start, have a state home of their own: no domain of the user is found, none is left behind.

Imported before anything of ours is: domains are named, and the environment of processes is copied, while tests are collected.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

STATE = Path(tempfile.mkdtemp(prefix="writ-tests-state-"))
"""Of this process; a worker of pytest-xdist makes another."""
OWNER = os.getpid()


def _remove() -> None:
    if os.getpid() == OWNER:  # not a fork of it
        shutil.rmtree(STATE, ignore_errors=True)


atexit.register(_remove)
os.environ["XDG_STATE_HOME"] = str(STATE)
