"""The whole pipeline over one run folder: propose, diversify, simulate, verify, export.

Everything is a function of the settings; what is kept on disk is never done again, so the same call resumes a run that
was interrupted, and ends in the same bytes.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from writ_dspy import __version__
from writ_dspy.conversation import Conversation, StopReason, conversation_from_json, conversation_to_json
from writ_dspy.dataset import export, write_tau2_tasks
from writ_dspy.domains import load as load_domain
from writ_dspy.errors import ConfigError
from writ_dspy.firewall import firewall
from writ_dspy.mix import Mix, default_mix
from writ_dspy.report import Report, summarize
from writ_dspy.simulate import Job, Limits, job
from writ_dspy.store import Run
from writ_dspy.task import Json, Task, from_json, to_json
from writ_dspy.transcript import Transcript
from writ_dspy.verify import CHECKS_VERSION, Verdict, verify
from writ_dspy.worker import AGENTS, USERS, Crew, Play, Propose, role

if TYPE_CHECKING:
    import datasets

BATCH = 8
"""Conversations that a worker plays before it reports."""
SMALL = 48
"""Below this many tasks, starting workers costs more than it saves."""
Stage = Literal["propose", "simulate", "export"]
Progress = Callable[[Stage, int, int, Mapping[str, int]], None]
"""(stage, done, wanted, counts such as `accepted`): called after every piece of finished work."""


@dataclass(frozen=True)
class Settings:
    """All that a run depends on; the manifest of its folder."""

    mix: Mix
    seed: int = 0
    agent: str = "scripted"
    user: str = "scripted"
    tries: int = 1
    """Conversations per task."""
    firewall: str | None = "base"
    """Official split that no task may touch; None lets everything through."""
    turns: int = Limits().turns

    def manifest(self) -> dict[str, Json]:
        """The settings with the versions that they were made with."""
        names = sorted({cell.domain for cell in self.mix.cells})
        return {
            "writ": __version__,
            "checks": CHECKS_VERSION,
            "domains": {name: load_domain(name).version for name in names},
            "mix": [cell.model_dump() for cell in self.mix.cells],
            "seed": self.seed,
            "agent": self.agent,
            "user": self.user,
            "tries": self.tries,
            "firewall": self.firewall,
            "turns": self.turns,
        }

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> Settings:
        """The inverse of `manifest`."""
        mix = Mix.model_validate({"cells": tuple(manifest["mix"])})
        keys = ("seed", "agent", "user", "tries", "firewall", "turns")
        return cls(mix, **{key: manifest[key] for key in keys})

    def check(self) -> None:
        """Refuse what cannot work, before anything is written.

        Raises:
            ConfigError: An unknown role or split, or a number out of range.
        """
        role(AGENTS, self.agent)
        role(USERS, self.user)
        if self.tries < 1 or self.turns < 2:
            raise ConfigError(f"tries={self.tries}, turns={self.turns}: ask for 1 try and 2 turns or more.")
        for name in sorted({cell.domain for cell in self.mix.cells}):
            if self.firewall is not None:
                load_domain(name).official(self.firewall)


@dataclass
class Synthesis:
    """A run, open for work or only to look at."""

    run: Run
    settings: Settings
    dry: dict[int, str] = field(default_factory=dict)
    """Cells that hold too few tasks, by index, with the reason."""
    seconds: float | None = None

    @property
    def folder(self) -> Path:
        """The run folder."""
        return self.run.folder

    def tasks(self) -> list[Task]:
        """All tasks, in the order in which they were found."""
        return [from_json(record) for record in self.run.records("tasks")]

    def conversations(self, *, accepted: bool | None = True) -> list[Conversation]:
        """Conversations by id: the accepted ones, the rejected ones (False), or all that were judged (None)."""
        return [conversation_from_json(self.run.get("conversations", key)) for key in self._judged(accepted)]

    def transcripts(self, *, accepted: bool | None = True) -> Iterator[Transcript]:
        """The same, each with its task and verdict, made to be read."""
        for key in self._judged(accepted):
            talk = conversation_from_json(self.run.get("conversations", key))
            yield Transcript(from_json(self.run.get("tasks", talk.task_id)), talk, self.run.get("verdicts", key))

    def report(self) -> Report:
        """Counts, histograms and rejections."""
        names = sorted({cell.domain for cell in self.settings.mix.cells})
        tools = {
            name: [tool for tool, kind in load_domain(name).kinds.items() if kind == "write"] for name in names
        }
        return summarize(self.run, tools=tools, contamination=self.contamination(), seconds=self.seconds)

    def contamination(self) -> dict[str, int]:
        """Per official split: how many users of its tasks the tasks of this run touch."""
        names = sorted({cell.domain for cell in self.settings.mix.cells})
        touched: dict[str, set[str]] = {name: set() for name in names}
        for record in self.run.records("tasks"):
            text = str(record["outcomes"]) + str(record["facts"])
            touched[record["domain"]].add(text)
        counts: Counter[str] = Counter()
        for name in names:
            for split in ("base", "train", "test"):
                wall = firewall(name, split)
                shared = sum(any(user in text for user in wall.users) for text in touched[name])
                counts[f"{name} tasks that touch a user of the official {split} tasks"] = shared
        return dict(counts)

    def dataset(self) -> datasets.DatasetDict:
        """The accepted trajectories as `datasets` loads them from the run folder."""
        import datasets

        folder = self.folder / "dataset"
        if not folder.is_dir():
            self.export()
        loaded = datasets.load_dataset(str(folder), cache_dir=str(self.folder / ".cache"))
        assert isinstance(loaded, datasets.DatasetDict)
        return loaded

    def export(self) -> dict[tuple[str, str], int]:
        """Write `dataset/` and `tau2/`; returns the number of rows by domain and split."""
        counts = export(self.run, self.folder / "dataset")
        by_domain: dict[str, list[Task]] = {}
        wanted = {record["task_id"] for record in self.run.records("verdicts") if record["accepted"]}
        for record in self.run.records("tasks"):
            if record["id"] in wanted:
                by_domain.setdefault(record["domain"], []).append(from_json(record))
        for name, tasks in sorted(by_domain.items()):
            write_tau2_tasks(self.folder / "tau2", sorted(tasks, key=lambda task: task.id), load_domain(name))
        return dict(counts)

    def _judged(self, accepted: bool | None) -> list[str]:
        return sorted(r["id"] for r in self.run.records("verdicts") if accepted is None or r["accepted"] == accepted)


def synthesize(
    domains: Sequence[str] = ("tau2:retail", "tau2:airline"),
    n: int = 200,
    *,
    mix: Mix | None = None,
    seed: int = 0,
    out: str | os.PathLike[str] | None = None,
    agent: str = "scripted",
    tries: int = 1,
    firewall_split: str | None = "base",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Synthesis:
    """Make verified trajectories; with the same settings and folder, go on where an earlier call stopped.

    Args:
        domains: Names as `writ domains` lists them; ignored when a mix is given.
        n: Tasks in all; ignored when a mix is given.
        mix: Exactly what to make.
        seed: Everything random depends on it alone.
        out: The run folder; a new temporary one by default.
        agent: `scripted`, or `careless` to see what the verifier rejects.
        tries: Conversations per task.
        firewall_split: Official split whose users, records and texts are off limits; None takes the firewall down.
        workers: Processes; by default as many as there are cores, or one for a small run.
        progress: Called after every piece of finished work.

    Raises:
        ConfigError: The request cannot be met; nothing was written.
        StoreError: The folder is not this run's, or cannot be written.
    """
    wanted = mix or default_mix(domains, n)
    settings = Settings(wanted, seed, agent, tries=tries, firewall=firewall_split)
    settings.check()
    folder = Path(out) if out is not None else Path(tempfile.mkdtemp(prefix="writ-"))
    with Run.open(folder, settings.manifest()) as run:
        work = Synthesis(run, settings)
        started = time.perf_counter()
        with Crew(crew_size(workers, wanted.count)) as crew:
            propose(work, crew, progress)
            play(work, crew, progress)
        work.export()
        if progress:
            progress("export", 1, 1, {})
        work.seconds = time.perf_counter() - started
    return Synthesis(Run.read(folder), settings, work.dry, work.seconds)


def load(folder: str | os.PathLike[str]) -> Synthesis:
    """A run that exists already, to look at.

    Raises:
        StoreError: The folder is no run.
    """
    run = Run.read(Path(folder))
    return Synthesis(run, Settings.of(run.manifest))


def crew_size(workers: int | None, tasks: int) -> int:
    """How many processes to use; 1 means this one alone.

    Raises:
        ConfigError: Fewer than one.
    """
    if workers is not None and workers < 1:
        raise ConfigError(f"workers={workers}: ask for 1 process or more.")
    return workers or (1 if tasks < SMALL else os.cpu_count() or 1)


def propose(work: Synthesis, crew: Crew, progress: Progress | None = None) -> None:
    """Fill the cells that are not full yet; each is kept as soon as it is filled."""
    cells = work.settings.mix.cells
    kept: Counter[tuple[object, ...]] = Counter(
        (record["domain"], record["kind"], record["axes"]["writes"], record["axes"]["burden"])
        for record in work.run.records("tasks")
    )
    jobs: list[Propose] = []
    start, done = 0, work.run.count("tasks")
    for index, cell in enumerate(cells):
        if kept[cell.domain, cell.kind, cell.writes, cell.burden] < cell.count:
            jobs.append(Propose(index, cell, work.settings.seed, work.settings.firewall, start))
        start += cell.count
    if progress:
        progress("propose", done, work.settings.mix.count, {})
    for index, tasks, dry in crew.map(sorted(jobs, key=lambda item: -item.cell.count * item.cell.burden)):
        owed = set(work.run.owed("tasks", [task.id for task in tasks]))
        work.run.append("tasks", [to_json(task) for task in tasks if task.id in owed])
        if dry:
            work.dry[index] = dry
        done += len(owed)
        if progress:
            progress("propose", done, work.settings.mix.count, {"dry": len(work.dry)})


def play(work: Synthesis, crew: Crew, progress: Progress | None = None) -> None:
    """Play and judge what is owed: wanted minus kept. A crashed conversation is kept under another id, and owed again."""
    settings, run = work.settings, work.run
    _judge_kept(work)
    judged = set(run.kept("verdicts"))
    accepted = sum(bool(record["accepted"]) for record in run.records("verdicts"))
    owed: list[Job] = []
    for record in run.records("tasks"):
        attempts = [attempt for attempt in range(settings.tries) if f"{record['id']}.{attempt}" not in judged]
        if attempts:
            task: Task = from_json(record)
            owed += [job(task, attempt, settings.seed) for attempt in attempts]
    total, done = run.count("tasks") * settings.tries, len(judged)
    if progress:
        progress("simulate", done, total, {"accepted": accepted})
    limits = Limits(turns=settings.turns)
    batches = [
        Play(tuple(owed[start : start + BATCH]), settings.user, settings.agent, limits) for start in range(0, len(owed), BATCH)
    ]
    crashed = 0
    for results in crew.map(batches):
        talks: list[tuple[Conversation, Verdict | None]] = results
        run.append("conversations", [_record(run, talk) for talk, _ in talks])
        verdicts = [verdict for _, verdict in talks if verdict is not None]
        run.append("verdicts", [verdict.to_json() for verdict in verdicts])
        done += len(verdicts)
        crashed += len(talks) - len(verdicts)
        accepted += sum(verdict.accepted for verdict in verdicts)
        if progress:
            progress("simulate", done, total, {"accepted": accepted, "crashed": crashed})


def _record(run: Run, talk: Conversation) -> dict[str, Json]:
    record = conversation_to_json(talk)
    if talk.stop is StopReason.CRASHED:
        times = sum(key.startswith(f"{talk.id}.crash") for key in run.kept("conversations"))
        record["id"] = f"{talk.id}.crash{times}"
    return record


def _judge_kept(work: Synthesis) -> None:
    """Judge conversations that were kept just before a run was killed, and have no verdict yet."""
    run, judged = work.run, set(work.run.kept("verdicts"))
    for key in run.kept("conversations"):
        if key not in judged and ".crash" not in key:
            talk = conversation_from_json(run.get("conversations", key))
            task: Task = from_json(run.get("tasks", talk.task_id))
            run.append("verdicts", [verify(task, talk, load_domain(task.domain)).to_json()])
