"""Runs the tests marked `sglang`: a real SGLang server, on the CPU, with a tiny random model.

    python tests/lm/sglang/job.py [pytest arguments]

SGLang gets an environment of its own, in $SGLANG_VENV (.venv-sglang unless set; about 3 GB, a few minutes, once), for
its pins fit no other package. The tests run with the Python that runs this file. $SGLANG_PYTHON is the Python that
the environment is made with; CPU wheels of torch are not on every index: PIP_EXTRA_INDEX_URL adds the one that has them.

Exit: pytest's own; 3 when SGLang cannot be installed here, which says nothing about writ.
"""

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
LISTS = (HERE / "requirements.txt", HERE / "no_deps.txt")
CANNOT_INSTALL = 3


def say(line: str) -> None:
    sys.stdout.write(f"== {line}\n")
    sys.stdout.flush()


def install(venv: Path) -> None:
    """Make the environment, or keep the one that was made from the same lists: its mark is written last."""
    mark = venv / "writ-installed"
    wanted = hashlib.sha256(b"".join(path.read_bytes() for path in LISTS)).hexdigest()
    if mark.exists() and mark.read_text() == wanted:
        say(f"SGLang is in {venv}")
        return
    say(f"installing SGLang into {venv}: about 3 GB, a few minutes")
    started = time.monotonic()
    python = os.environ.get("SGLANG_PYTHON", sys.executable)
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for command in (
        [python, "-m", "venv", "--clear", str(venv)],
        [*pip, "-r", str(LISTS[0])],
        [*pip, "--no-deps", "-r", str(LISTS[1])],
    ):
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    mark.write_text(wanted)
    say(f"installed in {time.monotonic() - started:.0f} s")


def main() -> int:
    venv = Path(os.environ.get("SGLANG_VENV", ROOT / ".venv-sglang")).absolute()
    try:
        install(venv)
    except (subprocess.CalledProcessError, OSError) as error:
        say(f"CANNOT INSTALL SGLANG HERE, SO NOTHING WAS TESTED: {error}")
        say("It needs Linux on x86-64, Python 3.11 or later, 3 GB of disk and an index with torch's CPU wheels.")
        return CANNOT_INSTALL
    tests = [sys.executable, "-m", "pytest", "-q", "-m", "sglang", "tests/lm/test_sglang.py", *sys.argv[1:]]
    return subprocess.run(tests, cwd=ROOT, check=False, env={**os.environ, "SGLANG_VENV": str(venv)}).returncode


if __name__ == "__main__":
    sys.exit(main())
