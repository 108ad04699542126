"""Calibration: how hard the tasks of a run are for one student, found by letting it play each of them several times.

What it plays is a run of its own over the same tasks, in `RUN/calibrations/STUDENT/`: it is killed, resumed, looked at and
reported as any run, and exports what the student got right. The student plays without hints: as the agent's program, or in
mode `chat` as a model that was trained on rows.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from writ_dspy.dataset.calibrated import FOLDER
from writ_dspy.domains.kept import same_version
from writ_dspy.errors import ConfigError, StoreError, brief, whole
from writ_dspy.lm import connect
from writ_dspy.lm.endpoint import LMSettings, RoleLMs
from writ_dspy.report.difficulty import Difficulty, difficulty
from writ_dspy.run import stages
from writ_dspy.run.asked import check_work
from writ_dspy.run.casting import Mode
from writ_dspy.run.dry import read_dry, write_dry
from writ_dspy.run.folder import says
from writ_dspy.run.live import Live
from writ_dspy.run.settings import CORRECTIONS, MOST_TRIES, Settings, versions
from writ_dspy.run.synth import opened
from writ_dspy.run.worker import run_async
from writ_dspy.shown import counted
from writ_dspy.store.judged import standing
from writ_dspy.store.places import check_folder, path_of
from writ_dspy.store.run import Run

TRIES = 4
"""At each task, unless something else is asked for."""
STUDENTS: tuple[Mode, ...] = ("free", "chat")
"""The modes in which a student is given no hint."""
COPIED = 500
"""Tasks that are copied in one go."""
Tell = Callable[[int, int, Mapping[str, int]], None]
"""(done, wanted, counts such as `accepted`): called after every conversation, and about once a second."""


@dataclass(frozen=True)
class Calibration:
    """Where a student's tries are kept, and what they came to."""

    folder: Path
    difficulty: Difficulty
    owed: int
    """Tries that are not judged yet: crashed, or not begun since the tokens were spent."""
    spent: bool
    """Whether it stopped because the tokens were spent."""
    tokens: int
    """Read and written by models, over all calls."""


def calibrate(
    run: str | os.PathLike[str],
    lms: RoleLMs,
    k: int = TRIES,
    *,
    out: str | os.PathLike[str] | None = None,
    mode: Mode = "free",
    tokens: int | None = None,
    concurrency: int | None = None,
    tell: Tell | None = None,
) -> Calibration:
    """Let a student play each task of a run k times; with the same folder, go on where an earlier call stopped.

    Tasks are taken in an order that depends on their ids alone and mixes all cells, each with all its tries, so that a
    calibration that was stopped early says something about every cell. A larger k adds tries; a smaller one than was asked
    for before changes nothing.

    Args:
        run: A run with tasks. It is read only.
        lms: The student is the `agent`; where there is a `user`, that model speaks for the user, else the script does.
        k: Tries at each task.
        out: Folder of the calibration. Default: in the run's folder, named after the student.
        mode: `free`, or `chat`: see `run.casting.MODES`.
        tokens: Most tokens of all models in all calls; no conversation is begun after that.
        concurrency: Conversations at a time.
        tell: Told of progress.

    Raises:
        ConfigError: There is no student, or a number cannot be.
        StoreError: `run` is no run, or has no task; or the folder holds something else.
        LMError: A server cannot be reached. Nothing was written then.
        RoleError: One conversation after the other crashes; what finished is kept.
    """
    if lms.agent is None:
        raise ConfigError("nobody is to be calibrated: name the student's model with --lm URL.")
    if mode not in STUDENTS:
        raise ConfigError(f"mode = {brief(mode)}: a student plays in mode free or chat. Choose one of them.")
    whole("k", k, 1, MOST_TRIES)
    if tokens is not None:
        whole("tokens", tokens, 1)
    check_work(None, concurrency, grow=True)
    source = Run.read(path_of(run, "run"))
    asked = _asked(source, lms, k, mode)
    folder = path_of(out, "out") if out is not None else source.folder / FOLDER / _slug(_name(lms.agent), mode)
    check_folder(folder, "--out")
    settings = _kept(folder, asked)
    with opened(folder, settings, 1, concurrency, grow=True) as (work, team, _):
        live = cast("Live", team)
        _copy(source, work.run)

        def spent() -> bool:
            return tokens is not None and live.tokens >= tokens

        stages.play(work.run, settings, live, tell or (lambda *_: None), spent)
        owed = work.run.count("tasks") * settings.tries - len(standing(work.run).counted)
        found = difficulty(work.run, folder.name)
        return Calibration(folder, found, owed, bool(owed) and spent(), live.tokens)


def _asked(source: Run, lms: RoleLMs, k: int, mode: Mode) -> Settings:
    """The settings of the calibration, from those of the run."""
    made = Settings.of(source)
    if not source.count("tasks"):
        raise StoreError(f"{source.folder} holds no task yet. Make some: {made.command(source.folder)}")
    now = versions(made.domains)["domains"]
    if odd := [
        name for name, version in now.items() if not same_version(str(source.manifest["domains"].get(name)), version)
    ]:
        there, here = source.manifest["domains"].get(odd[0]), now[odd[0]]
        raise StoreError(
            f"the tasks of {source.folder} are of {odd[0]} {there}, and {here} is here: their gold may not hold. Install that "
            "version, or make a run with this one."
        )
    players = RoleLMs(agent=lms.agent, user=lms.user)
    return replace(
        made,
        agent="scripted",
        user="scripted",
        tries=k,
        lms=players,
        mode=mode,
        programs=(),
        compose=0.0,
        corrections=0 if mode == "free" else CORRECTIONS,
        grown=(),
    )


def _kept(folder: Path, asked: Settings) -> Settings:
    """What is asked for, with the tries that a calibration there has already where these are more.

    Raises:
        StoreError: Something else was calibrated there.
    """
    if not (folder / "run.json").is_file():
        return asked
    there = Settings.of(Run.read(folder))
    if there.lms.agent is None or there.mode not in STUDENTS:
        raise StoreError(f"{folder} holds a run that is no calibration. Nothing was changed. Use another --out.")
    if there.mode != asked.mode:
        raise StoreError(
            f"{folder} is a calibration in mode {there.mode}, and {asked.mode} is asked for. Use another --out."
        )
    for role in ("agent", "user"):
        before, now = (getattr(settings.lms, role) for settings in (there, asked))
        if (before and says(before)) != (now and says(now)):
            raise StoreError(
                f"{folder} is a calibration with {_shown(before)} as the {role}, and {_shown(now)} is asked for. Use another "
                "--out, or the same models and settings."
            )
    return replace(asked, tries=max(asked.tries, there.tries))


def _shown(lm: LMSettings | None) -> str:
    return (
        "the script"
        if lm is None
        else f"{lm.model} (temperature {lm.temperature:g}, {counted(lm.max_tokens, 'token')})"
    )


def _copy(source: Run, run: Run) -> None:
    """The tasks that the calibration lacks, in an order that mixes all cells.

    Raises:
        StoreError: A task is another by now than the one that was calibrated.
    """
    for key in run.kept("tasks"):
        if source.digest("tasks", key) != run.digest("tasks", key):
            raise StoreError(
                f"{source.folder} does not hold the task {key} as it was when {run.folder} was begun. Use another --out."
            )
    lacking = iter(sorted(run.owed("tasks", source.kept("tasks")), key=_place))
    while some := list(itertools.islice(lacking, COPIED)):
        run.append("tasks", [source.get("tasks", key) for key in some])
    if dry := read_dry(source):  # else the calibration would seem to lack tasks
        write_dry(run, dry)


def _place(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def _name(lm: LMSettings) -> str:
    """Of the student's model; its server is asked where the URL does not say it."""
    if lm.endpoint.model is not None or lm.endpoint.scheme == "local":
        return lm.endpoint.model or "local"

    async def ask() -> str:
        connection = connect(lm, role="agent")
        try:
            await connection.ready()
            return connection.model_name
        finally:
            await connection.aclose()

    return run_async(ask)


def _slug(name: str, mode: Mode) -> str:
    words = re.sub(r"[^\w.-]+", "-", name).strip("-.") or "student"
    return words if mode == "free" else f"{words}-{mode}"
