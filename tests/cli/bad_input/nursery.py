"""A process that has everything imported already, and forks a child for each call of `writ`: real processes, at a tenth of their cost.

python -m tests.cli.bad_input.nursery     requests come in as lines of JSON, answers go out the same way
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import select
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

MEMORY = 6 << 30
"""Bytes of address space that a call may have: a bomb ends as a MemoryError, not as the end of this machine."""
CAPABILITIES = 0x20080522
"""The version of the structure that capset(2) takes, of two halves."""


def warm() -> None:
    """Import what the verbs import, and load the domains, so that the children need not."""
    import datasets
    import huggingface_hub
    import matplotlib as mpl
    import pyarrow.parquet
    import rich.progress
    import rich.table

    import writ_dspy.cli.main
    import writ_dspy.optimize
    import writ_dspy.optimize.driver
    import writ_dspy.programs.compiled
    import writ_dspy.publish.upload
    from writ_dspy.domains import NAMES, load

    for name in NAMES:
        load(name)
    assert all((datasets, huggingface_hub, mpl, pyarrow.parquet, rich.progress, rich.table, writ_dspy))


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """Fork, wait for at most `limit` seconds, and say how it ended."""
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        _be_writ(asked)
    handle = os.pidfd_open(child)
    ended, _, _ = select.select([handle], [], [], asked["limit"])
    if not ended:
        os.killpg(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(handle)
    return {"code": os.waitstatus_to_exitcode(status), "hung": not ended, "seconds": time.monotonic() - start}


def _be_writ(asked: dict[str, Any]) -> None:
    """Become the `writ` that was asked for; never returns."""
    code = 70
    try:
        os.setsid()
        for number, path, flags in (
            (0, os.devnull, os.O_RDONLY),
            (1, asked["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
            (2, asked["err"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
        ):
            file = os.open(path, flags, 0o666)
            os.dup2(file, number)
            os.close(file)
        os.chdir(asked["folder"])
        if asked["deleted"]:
            Path(asked["folder"]).rmdir()
        os.environ.update(asked["environment"])
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        if asked["plain"]:
            _be_plain()
        code = _call(asked["arguments"])
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:  # noqa: BLE001 - this process ends here, whatever it was
        traceback.print_exc()
        sys.stderr.flush()
        code = 71
    finally:
        os._exit(code)


def _be_plain() -> None:
    """Give up what root may do beyond its own files: whose permissions then count as for everybody."""
    header = (ctypes.c_uint32 * 2)(CAPABILITIES, 0)
    if ctypes.CDLL(None, use_errno=True).capset(header, (ctypes.c_uint32 * 6)()):
        raise OSError(ctypes.get_errno(), "capset")


def _call(arguments: list[str]) -> int:
    """The exit code of `writ`, as the interpreter would have it."""
    from writ_dspy.cli.main import main

    sys.argv = ["writ", *arguments]
    try:
        main()
    except SystemExit as end:
        if isinstance(end.code, str):
            sys.stderr.write(f"{end.code}\n")
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - what the interpreter would print
        traceback.print_exc()
        return 1
    return 0


def run() -> None:
    """Answer until nobody asks any more."""
    sink = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever is printed while warming up
    warm()
    for line in sys.stdin:
        sink.write(json.dumps(answer(json.loads(line))) + "\n")
        sink.flush()


if __name__ == "__main__":
    run()
