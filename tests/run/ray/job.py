"""Runs nodes.py: runs on a real Ray cluster of two nodes on this machine.

    python tests/run/ray/job.py [pytest arguments]

Ray gets an environment of its own, in $RAY_VENV (.venv-ray unless set; about 300 MB, a minute, once), which sees the packages of
the Python that runs this file.

Exit: pytest's own; 3 when Ray cannot be installed here, which says nothing about writ.
"""

import os
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
RAY = "ray>=2.50,<3"
CANNOT_INSTALL = 3


def say(line: str) -> None:
    sys.stdout.write(f"== {line}\n")
    sys.stdout.flush()


def install(venv: Path) -> None:
    """Make the environment, or keep the one that was made for the same; its mark is written last."""
    mark, packages = venv / "writ-installed", sysconfig.get_path("purelib")
    wanted = f"{RAY} {packages}"
    if mark.exists() and mark.read_text() == wanted:
        say(f"Ray is in {venv}")
        return
    say(f"installing Ray into {venv}: about 300 MB, a minute")
    started = time.monotonic()
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(venv)], check=True, stdin=subprocess.DEVNULL)
    (found,) = venv.glob("lib/python*/site-packages")
    (found / "writ.pth").write_text(f"{packages}\n")
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", RAY]
    subprocess.run(pip, check=True, stdin=subprocess.DEVNULL)
    mark.write_text(wanted)
    say(f"installed in {time.monotonic() - started:.0f} s")


def main() -> int:
    venv = Path(os.environ.get("RAY_VENV", ROOT / ".venv-ray")).absolute()
    try:
        install(venv)
    except (subprocess.CalledProcessError, OSError) as error:
        say(f"CANNOT INSTALL RAY HERE, SO NOTHING WAS TESTED: {error}")
        return CANNOT_INSTALL
    ours = {"PYTHONPATH": str(ROOT), "RAY_USAGE_STATS_ENABLED": "0", "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0"}
    tests = [
        str(venv / "bin" / "python"),
        "-m",
        "pytest",
        "-q",
        "-c",
        os.devnull,
        "--rootdir",
        str(HERE),
        "--noconftest",
    ]
    tests += ["-p", "no:cacheprovider", "-rs", str(HERE / "nodes.py"), *sys.argv[1:]]
    return subprocess.run(tests, cwd=ROOT, check=False, env={**os.environ, **ours}).returncode


if __name__ == "__main__":
    sys.exit(main())
