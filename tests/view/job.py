"""Runs what is in FILES: how a run looks to those who look at it, asked of the viewers themselves.

    python tests/view/job.py [pytest arguments]

What they need gets an environment of its own, in $VIEW_VENV (.venv-view unless set; about 500 MB, a minute, once). The runs are
made with the Python that runs this file. The browser is a Chromium of the system, or the one that $WRIT_CHROMIUM names; without one
its tests are skipped, and say so.

Exit: pytest's own; 3 when the viewers cannot be installed here, which says nothing about writ.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from tests.view.hostile import hostile_copy  # noqa: E402 - found from wherever this is called
from writ_dspy.view.folder import write  # noqa: E402 - the same
from writ_dspy.view.rows import Rows  # noqa: E402 - the same
from writ_dspy.view.site import Site  # noqa: E402 - the same

LIST = HERE / "requirements.txt"
FILES = ("inspected.py", "browser.py")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MANY = 100_000
"""Conversations of the large run, each a copy of another."""
SHORTEST = 8
"""Conversations that are copied: those about the smallest tasks, so that the disk is not what is tested."""
CANNOT_INSTALL = 3


def say(line: str) -> None:
    sys.stdout.write(f"== {line}\n")
    sys.stdout.flush()


def install(venv: Path) -> None:
    """Make the environment, or keep the one that was made from the same list: its mark is written last."""
    mark = venv / "writ-installed"
    wanted = hashlib.sha256(LIST.read_bytes()).hexdigest()
    if mark.exists() and mark.read_text() == wanted:
        say(f"the viewers are in {venv}")
        return
    say(f"installing the viewers into {venv}: about 500 MB, a minute")
    started = time.monotonic()
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for command in ([sys.executable, "-m", "venv", "--clear", str(venv)], [*pip, "-r", str(LIST)]):
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    mark.write_text(wanted)
    say(f"installed in {time.monotonic() - started:.0f} s")


def make(folder: Path) -> None:
    """Two runs: of a careless agent, most of whose conversations are rejected, with its log; and of a careful one."""
    writ = [sys.executable, "-m", "writ_dspy.cli.main"]
    quiet = ["--workers", "1", "--json"]
    for command in (
        [*writ, "synth", "-n", "24", "--agent", "careless", "--tries", "2", "--out", str(folder / "run"), *quiet],
        [*writ, "synth", "-n", "24", "--out", str(folder / "other"), *quiet],
        [*writ, "export", str(folder / "run"), "--format", "inspect", *quiet],
    ):
        subprocess.run(command, check=True, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def foreign(to: Path) -> None:
    """The pages of a set that somebody else made, whose rows have no ids."""
    said = [{"role": "user", "content": "Hi."}, {"role": "assistant", "content": "Hello."}]
    write(Site([Rows("hf:somebody/talks", [{"messages": said}] * 12, {}, {})]), to)


def enlarged(run: Path, to: Path) -> None:
    """A run of so many conversations: those of another over and over, each with an id of its own."""
    to.mkdir()
    shutil.copy(run / "run.json", to)
    tasks, talks, verdicts = (
        [json.loads(line) for line in (run / f"{name}.jsonl").read_text().splitlines()]
        for name in ("tasks", "conversations", "verdicts")
    )
    by_task = {one["id"]: one for one in tasks}
    talks = sorted(talks, key=lambda talk: len(json.dumps(by_task[talk["task_id"]])))[:SHORTEST]
    judged = {one["id"]: one for one in verdicts}
    with ExitStack() as stack:
        files = {
            name: stack.enter_context((to / f"{name}.jsonl").open("w"))
            for name in ("tasks", "conversations", "verdicts")
        }
        for number in range(MANY):
            talk = talks[number % len(talks)]
            task_id = f"{talk['task_id']}{number:06d}"
            key = f"{task_id}.0"
            verdict = {name: value for name, value in judged[talk["id"]].items() if "digest" not in name}
            short = talk | {"id": key, "task_id": task_id}
            task = by_task[talk["task_id"]] | {"id": task_id}
            for name, record in (
                ("tasks", task),
                ("conversations", short),
                ("verdicts", verdict | {"id": key, "task_id": task_id}),
            ):
                files[name].write(f"{json.dumps(record)}\n")


def main() -> int:
    venv = Path(os.environ.get("VIEW_VENV", ROOT / ".venv-view")).absolute()
    try:
        install(venv)
    except (subprocess.CalledProcessError, OSError) as error:
        say(f"CANNOT INSTALL THE VIEWERS HERE, SO NOTHING WAS TESTED: {error}")
        return CANNOT_INSTALL
    with tempfile.TemporaryDirectory() as place:
        say("making four runs")
        make(Path(place))
        hostile_copy(Path(place) / "run", Path(place) / "hostile")
        enlarged(Path(place) / "run", Path(place) / "large")
        foreign(Path(place) / "foreign")
        found = next(filter(None, map(shutil.which, BROWSERS)), "")
        ours = {
            "WRIT_CHROMIUM": os.environ.get("WRIT_CHROMIUM", found),
            "WRIT_HOSTILE": f"{place}/hostile",
            "WRIT_LARGE": f"{place}/large",
            "WRIT_FOREIGN": f"{place}/foreign",
            "WRIT_RUN": f"{place}/run",
            "WRIT_OTHER": f"{place}/other",
            "WRIT_PYTHON": sys.executable,
            "WRIT_VIEW_BIN": str(venv / "bin"),
            "WRIT_ROOT": str(ROOT),
        }
        tests = [str(venv / "bin" / "python"), "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(HERE)]
        tests += ["--noconftest", "-p", "no:cacheprovider", "-rs", *(str(HERE / file) for file in FILES), *sys.argv[1:]]
        return subprocess.run(tests, cwd=place, check=False, env={**os.environ, **ours}).returncode


if __name__ == "__main__":
    sys.exit(main())
