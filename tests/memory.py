"""Temporary folders lie in memory where there is room: tests write thousands of runs, and each waits for its disk again and again.

Nothing depends on it: a process that is killed loses what it has not written, not what a disk has not taken yet.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder of its own there
ROOM = 8 << 30
"""Bytes that have to be free; the tests take a small part of it."""
VARIABLE = "PYTEST_DEBUG_TEMPROOT"

if (
    VARIABLE not in os.environ
    and os.access(MEMORY, os.W_OK)
    and shutil.disk_usage(MEMORY).free > ROOM
    and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
):
    os.environ[VARIABLE] = str(MEMORY)
