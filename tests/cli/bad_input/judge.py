"""Plays a case and says all that is wrong with what came of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.calls import ROOT
from tests.cli.bad_input.case import SECRETS, Case, Place, entries, reopen

LONGEST = 1200
"""Characters of an error line."""
REMEDY = re.compile(
    r"(?:^|[.:;,(…] |\bor |\band |to have it )`?(?:ask|add|call|cd|change|check|choose|compile|connect|delete|drop|export|free|"
    r"give|go|indent|look|install|leave|lower|make|mend|move|name|pass|pip|point|put|raise|read|remove|repeat|rename|repair|restore|run|see|"
    r"save|send|set|shorten|start|stop|take|try|turn|unset|use|wait|write|writ)\b|did you mean ",
    re.IGNORECASE,
)
"""An order to the reader: every error line holds one."""
PROGRESS = re.compile(r"(?:propose|simulate|export|stage|check|scan) \d+/\d+\b|defaults from ")
"""What may stand before the error, where the bad thing lies deep in a run."""
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
ENVIRONMENT = {
    **SECRETS,
    "COLUMNS": "200",
    "HF_HUB_OFFLINE": "1",
    "MPLBACKEND": "agg",
    "MPLCONFIGDIR": tempfile.gettempdir(),
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONPATH": str(ROOT),
}


@dataclass(frozen=True)
class Outcome:
    """What a call came to."""

    code: int
    hung: bool
    out: str
    err: str


class Nursery:
    """The process that calls `writ`; started when it is first needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def call(self, case: Case, folder: Path, home: Path) -> Outcome:
        """The case's call, in `folder`; its output goes to files in `home`."""
        out, err = home / "out", home / "err"
        environment = {"HOME": str(folder), "TMPDIR": str(folder), "XDG_DATA_HOME": str(folder), **case.environment}
        asked = {
            "arguments": case.arguments, "folder": str(folder), "out": str(out), "err": str(err), "limit": case.limit,
            "environment": environment, "plain": case.plain, "deleted": case.deleted, "redirect": case.redirect,
        }  # fmt: skip
        ended = self._real(asked) if case.real else self._forked(asked)
        texts = [path.read_bytes().decode("utf-8", "replace") for path in (out, err)]
        return Outcome(ended["code"], ended["hung"], *texts)

    def _forked(self, asked: dict[str, Any]) -> dict[str, Any]:
        if self._process is None:
            command = [sys.executable, "-m", "tests.cli.bad_input.nursery"]
            pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
            self._process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **ENVIRONMENT}, text=True, **pipes)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def _real(self, asked: dict[str, Any]) -> dict[str, Any]:
        bash = shutil.which("bash") or "/bin/sh"
        command = [bash, "-c", f'exec "$@" {asked["redirect"]}', "sh", sys.executable, "-m", "writ_dspy.cli.main"]
        command += asked["arguments"]
        environment = {**os.environ, **ENVIRONMENT, **asked["environment"]}
        with Path(asked["out"]).open("wb") as out, Path(asked["err"]).open("wb") as err:
            pipes: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": out, "stderr": err}
            try:
                done = subprocess.run(
                    command, cwd=asked["folder"], env=environment, timeout=asked["limit"], check=False, **pipes
                )
            except subprocess.TimeoutExpired:
                return {"code": -9, "hung": True}
        return {"code": done.returncode, "hung": False}


def play(case: Case, nursery: Nursery, base: Path, home: Path) -> list[str]:
    """What is wrong with how `writ` took it; empty if nothing is."""
    folder = home / "here"
    folder.mkdir()
    case.prepare(Place(folder, base))
    before = entries(folder)
    ended = nursery.call(case, folder, home)
    after = entries(folder) if folder.exists() else before
    if case.plain:
        reopen(folder)
    return [*_flaws(case, ended), *([] if case.writes else _changes(before, after))]


def _flaws(case: Case, ended: Outcome) -> Iterator[str]:
    if ended.hung:
        yield f"hung for {case.limit:.0f} s"
        return
    both = ended.out + ended.err
    if "Traceback (most recent call last)" in both:
        yield f"traceback: {' | '.join(both.strip().splitlines()[-3:])[-400:]}"
    if ended.code != case.code:
        yield f"exit code {ended.code}, not {case.code}; said: {both[-400:]!r}"
    for secret in (*SECRETS.values(), *case.never):
        if secret in both:
            yield f"tells {secret!r}"
    if found := CONTROL.search(both):
        yield f"prints the control character {found[0]!r}"
    if case.code == 0 or ended.code != case.code:
        return
    yield from _message(case, ended)


def _message(case: Case, ended: Outcome) -> Iterator[str]:
    """Of a refusal: one line on stderr, nothing on stdout; it names what has to be named, and what to do."""
    errors = [line for line in ended.err.splitlines() if line.startswith("error: ")]
    if case.code == 2 and ended.out:
        yield f"says on stdout: {ended.out[:200]!r}"
    others = [line for line in ended.err.splitlines() if not (line.startswith("error: ") or PROGRESS.match(line))]
    if len(errors) != 1 or (case.code == 2 and others and "other settings" not in errors[0]):
        yield f"{len(errors)} error lines among {len(ended.err.splitlines())}: {ended.err[:400]!r}"
        return
    line = errors[0]
    if len(line) > LONGEST:
        yield f"an error line of {len(line)} characters: {line[:300]}…"
    if not REMEDY.search(line):
        yield f"no remedy in: {line}"
    for wanted in case.says:
        if not re.search(wanted, line):
            yield f"does not say {wanted!r}: {line}"


def _changes(before: dict[str, tuple[object, ...]], after: dict[str, tuple[object, ...]]) -> Iterator[str]:
    if new := sorted(after.keys() - before.keys()):
        yield f"left behind: {new[:5]}"
    if gone := sorted(before.keys() - after.keys()):
        yield f"removed: {gone[:5]}"
    if other := sorted(path for path in before.keys() & after.keys() if before[path] != after[path]):
        yield f"changed: {other[:5]}"
