"""`writ` called as a user calls it, and what it leaves behind."""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer.testing
from typer.testing import CliRunner

from writ_dspy.cli.defaults import OFF, OWN, PROJECT, VARIABLE
from writ_dspy.cli.main import app
from writ_dspy.propose.mix import Cell, Mix, to_yaml
from writ_dspy.store.run import NAMES, Run

ROOT = Path(__file__).parents[1]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
CELLS = tuple(
    Cell(domain="tau2:airline", kind="read-heavy", writes=1, burden=burden, count=count)
    for burden, count in ((6, 4), (5, 3))
)
MIX = Mix(cells=CELLS)
"""Found in a second; its conversations are few, so tests ask for several tries where they need more."""


@dataclass(frozen=True)
class Ended:
    """What a call came to."""

    code: int
    out: str
    err: str


_built = typer.testing._get_command
_kept = functools.cache(_built)


def _command(asked: typer.Typer) -> Any:
    """The command line, made once for all calls to which no file gives other defaults: making it is most of a call."""
    plain = Path.cwd() == ROOT or not any(map(os.path.lexists, (OWN, PROJECT)))
    return _kept(asked) if plain and os.environ.get(VARIABLE, OFF) == OFF else _built(asked)


typer.testing._get_command = _command


def writ(*arguments: object, stdin: bytes = b"") -> Ended:
    """A call in this process, which has the domains loaded already."""
    nothing = {"COLUMNS": ""}  # pytest-xdist sets it; in a pipe there is no width
    done = CliRunner(env=nothing).invoke(app, [str(argument) for argument in arguments], input=stdin)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Ended(done.exit_code, done.stdout, done.stderr)


class Started(subprocess.Popen[str]):
    """A process that leads a group of its own; a test that fails in its block kills it, and does not wait for it."""

    def __exit__(self, kind: type[BaseException] | None, *more: object) -> None:
        if kind is not None and self.poll() is None:
            os.killpg(self.pid, signal.SIGKILL)
        super().__exit__(kind, *more)


def start(*arguments: object, **options: Any) -> Started:
    """A call in a process of its own."""
    return _started("writ_dspy.cli.main", arguments, options)


def still(run: Path, moment: str, *arguments: object, **options: Any) -> Started:
    """The same, once it stands still in the middle (see `standins.still`), or is over before that moment."""
    child = _started("tests.standins.still", (run, moment, *arguments), options)
    until(lambda: child.poll() is not None or _state(child.pid) == "T")
    return child


def _started(module: str, arguments: Sequence[object], options: Mapping[str, Any]) -> Started:
    command = [sys.executable, "-m", module, *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return Started(command, env=ENVIRONMENT, text=True, start_new_session=True, **pipes)


def mix_file(folder: Path, mix: Mix = MIX) -> Path:
    """The mix as a file in `folder`."""
    path = folder / "mix.yaml"
    path.write_text(to_yaml(mix))
    return path


def tree(folder: Path) -> Mapping[str, bytes]:
    """Every file under a folder, byte for byte."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def results(folder: Path) -> tuple[Mapping[str, bytes], Mapping[str, list[str]]]:
    """What must not depend on timing: the files of the dataset and for τ², and which ids are kept."""
    files = {k: v for k, v in tree(folder).items() if k.startswith(("dataset/", "tau2/"))}
    run = Run.read(folder)
    return files, {name: sorted(run.kept(name)) for name in NAMES}


def until(happened: Callable[[], bool], seconds: float = 240) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > end:
            pytest.fail(f"nothing happened within {seconds} s")
        time.sleep(0.01)


def workers_of(pid: int) -> set[int]:
    """The living worker processes that a process has started."""
    found: set[int] = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = status.read_text().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(parent) == pid and state != "Z":
            found.add(int(status.parent.name))
    return found


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not reaped does not."""
    return _state(pid) not in ("", "Z")


def _state(pid: int) -> str:
    """As the system writes it: `Z` for one that has ended, `T` for one that stands still; empty where there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""
