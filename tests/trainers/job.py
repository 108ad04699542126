"""Runs what is in FILES: what trainers, chat templates and older clients make of an export, asked of their own code.

    python tests/trainers/job.py [pytest arguments]

The trainers get an environment of their own, in $TRAINERS_VENV (.venv-trainers unless set; about 2 GB, a few minutes,
once): they bring torch, and their pins fit no other package. Beside it stand two with older versions of `datasets`, one with verifiers, one with
OpenEnv, and the chat templates of llama.cpp, which the sources of llama-cpp-python bring along. The dataset is made with the Python that runs
this file, in every format. slime is on no index: where $WRIT_SLIME names a checkout, it is asked as well. $TRAINERS_PYTHON is the Python that the environment is made with; an index with the CPU wheels of torch,
in PIP_EXTRA_INDEX_URL, makes it smaller.

Exit: pytest's own; 3 when the trainers cannot be installed here, which says nothing about writ.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LISTS = (HERE / "requirements.txt", HERE / "no_deps.txt")
FILES = ("consumers.py", "readers.py", "templates.py", "older.py", "learning.py", "recipes.py", "reading.py")
OLDER = {
    "2.19": ("datasets==2.19.2", "pyarrow==19.0.1", "numpy<2"),  # pyarrow 21 has not what it imports
    "3.6": ("datasets==3.6.0", "pyarrow==20.0.0"),
}
"""The oldest `datasets` that is promised to read an export, and one between."""
PLAYERS = {
    "verifiers": (("verifiers==0.4.0", "uv"), HERE / "taskset.py"),
    "openenv": (("openenv>=0.10,<0.12",), ROOT / "tests" / "train" / "served.py"),
}
"""What plays environments, in an environment of its own each: its packages, and the script that has it play a run."""
LLAMA = "0.3.36"
"""The version of llama-cpp-python whose templates are looked at."""
CANNOT_INSTALL = 3
NOTHING_TO_DO = 5
"""pytest's own, where its arguments choose no test of a file."""


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


def older(venv: Path) -> list[str]:
    """A Python for each older `datasets`; none where they cannot be installed, which says nothing about writ."""
    found = []
    for name, packages in OLDER.items():
        place = venv / f"datasets-{name}"
        mark = place / "writ-installed"
        if not mark.exists() or mark.read_text() != " ".join(packages):
            say(f"installing datasets {name}")
            python = os.environ.get("TRAINERS_PYTHON", sys.executable)
            pip = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            try:
                subprocess.run([python, "-m", "venv", "--clear", str(place)], check=True, stdin=subprocess.DEVNULL)
                subprocess.run([*pip, *packages], check=True, stdin=subprocess.DEVNULL)
            except (subprocess.CalledProcessError, OSError) as error:
                say(f"CANNOT INSTALL datasets {name} HERE, SO IT IS NOT ASKED: {error}")
                return []
            mark.write_text(" ".join(packages))
        found.append(str(place / "bin" / "python"))
    return found


def beside(venv: Path, name: str, packages: tuple[str, ...]) -> str | None:
    """A Python with a player of environments, beside whose packages stand those of this one; None where it cannot be installed."""
    place = venv / name
    mark = place / "writ-installed"
    if not mark.exists() or mark.read_text() != " ".join(packages):
        say(f"installing {name}: about 500 MB")
        pip = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        try:
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(place)], check=True, stdin=subprocess.DEVNULL)
            subprocess.run([*pip, *packages], check=True, stdin=subprocess.DEVNULL)
        except (subprocess.CalledProcessError, OSError) as error:
            say(f"CANNOT INSTALL {name} HERE, SO NOTHING IS PLAYED THROUGH IT: {error}")
            return None
        (site,) = place.glob("lib/python*/site-packages")
        (site / "zz-writ.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")  # last: its own go first
        mark.write_text(" ".join(packages))
    return str(place / "bin" / "python")


def llama(venv: Path) -> None:
    """The chat templates of llama.cpp, taken out of the sources of llama-cpp-python; without them their test is skipped."""
    place = venv / "llama.cpp"
    if (place / "version").exists() and (place / "version").read_text() == LLAMA:
        return
    say("fetching the chat templates of llama.cpp: 76 MB")
    with tempfile.TemporaryDirectory() as folder:
        fetch = [
            "download",
            "--quiet",
            "--no-deps",
            "--no-binary",
            "llama-cpp-python",
            "-d",
            folder,
            f"llama-cpp-python=={LLAMA}",
        ]
        try:
            subprocess.run([str(venv / "bin" / "python"), "-m", "pip", *fetch], check=True, stdin=subprocess.DEVNULL)
        except (subprocess.CalledProcessError, OSError) as error:
            say(f"CANNOT FETCH THE TEMPLATES OF llama.cpp HERE, SO NO TEMPLATE IS COMPARED: {error}")
            return
        (sources,) = Path(folder).glob("*.tar.gz")
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        with tarfile.open(sources) as archive:
            for member in archive:
                name = Path(member.name)
                if (
                    member.isfile()
                    and name.suffix == ".jinja"
                    and name.parts[-4:-1] == ("llama.cpp", "models", "templates")
                ):
                    data = archive.extractfile(member)
                    assert data is not None
                    (place / name.name).write_bytes(data.read())
        (place / "version").write_text(LLAMA)


def make(folder: Path) -> None:
    """A small run, exported in every format, in its folder and beside it in one of its own."""
    writ = [sys.executable, "-m", "writ_dspy.cli.main"]
    every = ["--test-share", "0.3", "--format", "all", "--json"]
    for command in (
        [*writ, "synth", "-n", "24", "--seed", "3", "--workers", "1", "--out", str(folder), "--json"],
        [*writ, "export", str(folder), *every],
        [*writ, "export", str(folder), *every, "--out", str(folder.with_name("set"))],
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
    pythons = older(venv)
    players = {name: beside(venv, name, packages) for name, (packages, _) in PLAYERS.items()}
    llama(venv)
    with tempfile.TemporaryDirectory() as place:
        say("making a dataset in every format")
        make(Path(place) / "run")
        offline = {
            "HF_HUB_OFFLINE": "1",
            "HF_HOME": f"{place}/hf",
            "CUDA_VISIBLE_DEVICES": "",
            "WANDB_DISABLED": "true",
        }
        ours = {
            "WRIT_RUN": f"{place}/run",
            "PYTHONPATH": str(ROOT),
            "WRIT_OLD_DATASETS": ":".join(pythons),
            "WRIT_PYTHON": sys.executable,
        }
        environment = {**os.environ, **offline, **ours}
        tests = [str(venv / "bin" / "python"), "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(HERE)]
        tests += ["--noconftest", "-p", "no:cacheprovider", "-rs"]
        codes = [  # each in a process of its own: some trainers change what others import
            subprocess.run(
                [*tests, str(HERE / file), *sys.argv[1:]], cwd=place, check=False, env=environment
            ).returncode
            for file in FILES
        ]
        for name, (_, script) in PLAYERS.items() if len(sys.argv) == 1 else ():
            if (player := players[name]) is not None:
                say(f"playing a run through {name}")
                played = [player, str(script), f"{place}/run"]
                codes.append(subprocess.run(played, cwd=place, check=False, env=environment).returncode)
        return ended(codes)


def ended(codes: list[int]) -> int:
    """The first code that says something went wrong, a signal's included; else whether anything was tested at all."""
    bad = [code for code in codes if code not in (0, NOTHING_TO_DO)]
    if bad:
        return bad[0] if bad[0] > 0 else 128 - bad[0]
    return 0 if 0 in codes else NOTHING_TO_DO


if __name__ == "__main__":
    sys.exit(main())
