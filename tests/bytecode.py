"""Modules are compiled once for all processes that the tests start, also where Python is told to keep nothing compiled.

Imported before anything of ours is; the folder may be deleted at any time.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

KEPT = Path(__file__).parents[1] / ".cache" / "bytecode"

if sys.dont_write_bytecode and sys.pycache_prefix is None:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(KEPT)
    sys.dont_write_bytecode = False
