"""Runs `consumers.py` and `learning.py`: what trainers make of an exported dataset and of episodes, asked of their own code.

    python tests/trainers/job.py [pytest arguments]

The trainers get an environment of their own, in $TRAINERS_VENV (.venv-trainers unless set; about 2 GB, a few minutes,
once): they bring torch, and their pins fit no other package. The dataset is made with the Python that runs this file,
in every format. $TRAINERS_PYTHON is the Python that the environment is made with; an index with the CPU wheels of torch,
in PIP_EXTRA_INDEX_URL, makes it smaller.

Exit: pytest's own; 3 when the trainers cannot be installed here, which says nothing about writ.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
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
        say(f"the trainers are in {venv}")
        return
    say(f"installing the trainers into {venv}: about 2 GB, a few minutes")
    started = time.monotonic()
    python = os.environ.get("TRAINERS_PYTHON", sys.executable)
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for command in (
        [python, "-m", "venv", "--clear", str(venv)],
        [*pip, "-r", str(LISTS[0])],
        [*pip, "--no-deps", "-r", str(LISTS[1])],
    ):
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    mark.write_text(wanted)
    say(f"installed in {time.monotonic() - started:.0f} s")


def make(folder: Path) -> None:
    """A small run, exported in every format."""
    writ = [sys.executable, "-m", "writ_dspy.cli.main"]
    formats = [word for name in ("sharegpt", "openai", "tasks", "tau2", "pairs", "env") for word in ("--format", name)]
    for command in (
        [*writ, "synth", "-n", "24", "--seed", "3", "--workers", "1", "--out", str(folder), "--json"],
        [*writ, "export", str(folder), "--test-share", "0.3", *formats, "--json"],
    ):
        subprocess.run(command, check=True, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def main() -> int:
    venv = Path(os.environ.get("TRAINERS_VENV", ROOT / ".venv-trainers")).absolute()
    try:
        install(venv)
    except (subprocess.CalledProcessError, OSError) as error:
        say(f"CANNOT INSTALL THE TRAINERS HERE, SO NOTHING WAS TESTED: {error}")
        say(
            "They need Linux or macOS, Python 3.11 or later, 2 GB of disk and an index with torch, trl and transformers."
        )
        return CANNOT_INSTALL
    with tempfile.TemporaryDirectory() as place:
        say("making a dataset in every format")
        make(Path(place) / "run")
        offline = {
            "HF_HUB_OFFLINE": "1",
            "HF_HOME": f"{place}/hf",
            "CUDA_VISIBLE_DEVICES": "",
            "WANDB_DISABLED": "true",
        }
        environment = {**os.environ, **offline, "WRIT_RUN": f"{place}/run", "PYTHONPATH": str(ROOT)}
        tests = [str(venv / "bin" / "python"), "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(HERE)]
        tests += [
            "--noconftest",
            "-p",
            "no:cacheprovider",
            "-rs",
            str(HERE / "consumers.py"),
            str(HERE / "learning.py"),
            *sys.argv[1:],
        ]
        return subprocess.run(tests, cwd=place, check=False, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
