"""The whole pipeline over one run folder: propose, diversify, simulate, verify, export.

Everything is a function of the settings, and what is kept on disk is never done again: the same call resumes
a run that was interrupted, and ends in the same bytes.
"""

# Longer than 400 lines by a few: the three stages and the run that they work on.

from __future__ import annotations

import dataclasses
import itertools
import json
import os
import shlex
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

from writ_dspy.codec import from_json
from writ_dspy.conversation import StopReason, conversation_from_json
from writ_dspy.dataset.export import Part, export
from writ_dspy.dataset.manifest import read_manifest
from writ_dspy.dataset.parquet import read_rows, rows_in
from writ_dspy.domains import load as load_domain
from writ_dspy.errors import ConfigError, RoleError, StoreError, whole
from writ_dspy.lm.endpoint import MOST_AT_ONCE
from writ_dspy.propose.firewall import firewall, words
from writ_dspy.propose.mix import Mix, default_mix
from writ_dspy.report.summary import USAGE, Report, render, summarize
from writ_dspy.report.transcript import Transcript
from writ_dspy.run.casting import GIVE, Mode, choose, pinned
from writ_dspy.run.live import Live
from writ_dspy.run.settings import Settings, open_run, refuse_other
from writ_dspy.run.worker import Crew, Play, Propose, Team
from writ_dspy.simulate.loop import Limits
from writ_dspy.store.files import disk, read_text, replacing
from writ_dspy.store.jsonl import Record
from writ_dspy.store.run import CRASH, Run
from writ_dspy.task import Task
from writ_dspy.verify.checks import verify

if TYPE_CHECKING:
    import datasets
    from rich.console import RenderableType

MOST_WORKERS = 1_024
"""Processes of one run: more than any machine has cores, and each holds the databases of its domains."""
SMALL = 24
"""Tasks that are worth one more worker process."""
STREAK = 24
"""Crashes in a row, with nothing that ended in between, after which going on would only waste time and tokens."""
OFFICIAL = ("base", "train", "test")
"""Splits of the official tasks that a report counts contacts with."""
DRY = "dry.json"
"""File of a run folder: cells that hold fewer tasks than wanted, with the reason."""
FIELDS = {
    "tasks": ("domain", "kind", "axes", "outcomes", "facts"),
    "verdicts": ("task_id", "accepted", "findings"),
}
Stage = Literal["propose", "simulate", "export"]
Progress = Callable[[Stage, int, int, Mapping[str, int]], None]
"""(stage, done, wanted, counts such as `accepted`): called after every piece of finished work."""


class Conversations(Sequence[Transcript]):
    """Conversations of a run by id, each with its task and verdict; read from disk when looked at."""

    def __init__(self, run: Run, keys: Sequence[str]) -> None:
        self._run = run
        self._keys = keys

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, index: int) -> Transcript: ...
    @overload
    def __getitem__(self, index: slice) -> Conversations: ...
    def __getitem__(self, index: int | slice) -> Transcript | Conversations:
        if isinstance(index, slice):
            return Conversations(self._run, self._keys[index])
        key = self._keys[index]
        talk = conversation_from_json(self._run.get("conversations", key))
        verdict = self._run.get("verdicts", key) if talk.stop is not StopReason.CRASHED else None
        return Transcript(from_json(self._run.get("tasks", talk.task_id)), talk, verdict)

    def starting(self, start: str) -> Conversations:
        """Those whose id starts so."""
        return Conversations(self._run, [key for key in self._keys if key.startswith(start)])

    def __repr__(self) -> str:
        return f"<{len(self)} conversations of {self._run.folder}>"


@dataclass(repr=False)
class Synthesis:
    """A run, open for work or only to look at."""

    run: Run
    settings: Settings
    made: int = 0
    """Conversations that this call got accepted."""
    seconds: float | None = None
    """How long this call took; None for a run that was only loaded."""
    dry: dict[str, str] = field(init=False)
    """Cells that hold too few tasks, with the reason."""

    def __post_init__(self) -> None:
        self.dry = _read_dry(self.folder / DRY)

    def __repr__(self) -> str:
        tasks, talks = self.run.count("tasks"), self.run.count("verdicts")
        return f"<run in {self.folder}: {tasks} tasks, {talks} conversations judged, {self.owed} owed>"

    def __rich__(self) -> RenderableType:
        """The report, for rich's print."""
        return render(self.report())

    @property
    def folder(self) -> Path:
        """The run folder."""
        return self.run.folder

    @property
    def owed(self) -> int:
        """Conversations that the kept tasks still lack: never played, or crashed."""
        return self.run.count("tasks") * self.settings.tries - self.run.count("verdicts")

    def tasks(self) -> list[Task]:
        """All tasks, by id."""
        return [from_json(self.run.get("tasks", key)) for key in sorted(self.run.kept("tasks"))]

    def conversations(self, *, accepted: bool | None = True) -> Conversations:
        """The accepted conversations by id; the rejected ones (False), or all that were judged (None).

        Each is a `Transcript`: `task`, `talk` and `verdict` in one, which a notebook shows as a chat.
        """
        records = _records(self.run, "verdicts")
        return Conversations(self.run, sorted(r["id"] for r in records if accepted in (None, r["accepted"])))

    def crashed(self) -> Conversations:
        """What crashed, each attempt with its error; never scored, and owed until another attempt ends."""
        return Conversations(self.run, sorted(key for key in self.run.kept("conversations") if CRASH in key))

    def report(self) -> Report:
        """Counts, histograms and rejections; timed only if this call made all of it."""
        tools = {
            name: [tool for tool, kind in load_domain(name).kinds.items() if kind == "write"]
            for name in self.settings.domains
        }
        contacts = self.contamination()
        try:
            found = summarize(self.run, tools=tools, contamination=contacts)
        except KeyError as error:
            raise StoreError(
                f"{self.folder} holds a record that lacks {error}, as if edited or of another version. "
                "Restore its .jsonl files from a copy, or use another --out."
            ) from error
        whole = self.made and self.made == found.total.accepted
        return dataclasses.replace(found, seconds=self.seconds) if whole else found

    def contamination(self) -> dict[str, int]:
        """Per official split: how many tasks of this run touch a user or record of its tasks."""
        theirs = {
            (name, split): (wall := firewall(name, split)).users | wall.records
            for name in self.settings.domains
            for split in OFFICIAL
        }
        counts = dict.fromkeys(theirs, 0)
        for record in _records(self.run, "tasks"):
            touched = words(f"{record['outcomes']} {record['facts']}")
            for split in OFFICIAL:
                place = (record["domain"], split)
                counts[place] += not touched.isdisjoint(theirs[place])
        return {
            f"{name} tasks that touch a user or record of the official {split} tasks": count
            for (name, split), count in counts.items()
        }

    def dataset(self) -> datasets.DatasetDict:
        """The accepted trajectories, in memory; exported first if the folder does not hold all of them.

        A dataset that is too large for that is `datasets.load_dataset` of `folder / "dataset"`.

        Raises:
            StoreError: No conversation is accepted yet, or the export is refused.
        """
        from datasets import Dataset, DatasetDict
        from pyarrow import concat_tables

        run = Run.read(self.folder)  # as it is now, not as it was when this object was made
        accepted = sum(bool(record["accepted"]) for record in _records(run, "verdicts"))
        if not accepted:
            make = f"writ simulate {shlex.quote(str(self.folder))}"
            raise StoreError(f"{self.folder} holds no accepted conversation yet. Make some: {make}")
        folder = self.folder / "dataset"
        held = sum(rows_in(path) for path in folder.glob("*/*.parquet"))
        manifest = read_manifest(folder) or {}  # of a dataset that was shaped, fewer than accepted are held
        if (held, accepted) != (manifest.get("kept", accepted), manifest.get("accepted", held)):
            with open_run(self.folder, self.settings) as run:
                Synthesis(run, self.settings).export()
        sides = {side: sorted(folder.glob(f"*/{side}-*.parquet")) for side in ("train", "test")}
        return DatasetDict(
            {side: Dataset(concat_tables(map(read_rows, paths))) for side, paths in sides.items() if paths}
        )

    def export(self, crew: Crew | None = None) -> dict[Part, int]:
        """Write `dataset/` and `tau2/`; returns the number of rows by domain and split."""
        return export(self.run, self.folder, (crew or Crew(1)).map)


def synthesize(  # noqa: PLR0913 - as many as the command line has options
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
    lm: str | None = None,
    roles: Mapping[str, str] | None = None,
    lms: Path | None = None,
    mode: Mode | None = None,
    programs: Mapping[str, str] | None = None,
    concurrency: int | None = None,
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
        firewall_split: Official split whose users, records and texts are off limits; None for no firewall.
        workers: Processes; by default one per core, fewer for a small run. They never change a result.
        progress: Called after every piece of finished work.
        lm: URL of the model that plays the roles (see `LMSettings`); none by default.
        roles: URLs for single roles, or `scripted`; they go before `lm`.
        lms: YAML file with URLs and settings of the roles; flags go before it.
        mode: How far models go: one of `casting.MODES`. By default `surface` for an embedded model, else `guided`.
        programs: Compiled programs by role, each by name, digest or file.
        concurrency: Conversations at a time with models.

    Raises:
        LMError: A model server cannot be reached, or cannot serve its role.
        ConfigError: The request cannot be met; nothing was written.
        StoreError: The folder is not this run's, or cannot be written.
        RoleError: A worker process died; what finished is kept.
    """
    started = time.perf_counter()
    wanted = mix or default_mix([domains] if isinstance(domains, str) else domains, n)
    models, chosen = choose(lm, roles, lms, mode)
    fixed = pinned(programs or {}, models, chosen)
    settings = Settings(
        wanted, seed, agent, tries=tries, firewall=firewall_split, lms=models, mode=chosen, programs=fixed
    )
    settings.check()
    size = crew_size(workers, wanted.count)
    folder = Path(out) if out is not None else Path(tempfile.mkdtemp(prefix="writ-"))
    with opened(folder, settings, size, concurrency) as (work, makers, crew):
        propose(work, makers, progress)
        play(work, makers, progress)
        work.export(crew)
        if progress:
            progress("export", 1, 1, {})
    work.seconds = time.perf_counter() - started
    return work


def load(folder: str | os.PathLike[str]) -> Synthesis:
    """A run that exists already, to look at.

    Raises:
        StoreError: The folder is no run.
    """
    run = Run.read(Path(folder))
    return Synthesis(run, Settings.of(run))


def crew_size(workers: int | None, tasks: int) -> int:
    """How many processes to use; 1 means this one alone.

    Raises:
        ConfigError: Fewer than one.
    """
    if workers is None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return max(1, min(cores, tasks // SMALL))
    whole("workers", workers, 1, MOST_WORKERS)
    return workers


def check_concurrency(concurrency: int | None) -> None:
    """Refuse a number of conversations at a time that cannot be.

    Raises:
        ConfigError: It is no whole number, below one, or more than there can be connections.
    """
    if concurrency is not None:
        whole("concurrency", concurrency, 1, MOST_AT_ONCE)


@contextmanager
def opened(
    folder: Path, settings: Settings, size: int, concurrency: int | None = None
) -> Iterator[tuple[Synthesis, Team, Crew]]:
    """A run, made or resumed, with those who do its work: processes, or one event loop where models play roles.

    Every model has answered before the folder is touched, so a server that is not there leaves nothing behind.

    Args:
        folder, settings: As `open_run` takes them.
        size: Processes.
        concurrency: Conversations at a time with models.

    Raises:
        LMError: A model does not answer.
        ConfigError: A key or a package is missing, or the model's file; a concurrency, and no models.
        StoreError: The folder is not this run's, or cannot be written.
    """
    if concurrency is not None and not settings.casting.live:
        raise ConfigError(
            f"concurrency {concurrency} is for roles that models play, and every role is scripted. {GIVE}, or leave it out; "
            "--workers says how many processes there are."
        )
    refuse_other(folder, settings)
    with ExitStack() as stack:
        crew = stack.enter_context(Crew(size))
        live: Live | None = None
        if settings.casting.live:
            live = stack.enter_context(Live(settings.casting, folder / USAGE, concurrency))
        run = stack.enter_context(open_run(folder, settings))
        if live is not None:
            live.go_on()
        yield Synthesis(run, settings), live or crew, crew


def propose(work: Synthesis, crew: Team, progress: Progress | None = None) -> None:
    """Fill the cells that are not full yet; each is kept as soon as it is filled, or found to be dry."""
    run, settings = work.run, work.settings
    kept: Counter[tuple[object, ...]] = Counter(
        (record["domain"], record["kind"], record["axes"]["writes"], record["axes"]["burden"])
        for record in _records(run, "tasks")
    )
    jobs: list[Propose] = []
    start = 0
    for index, cell in enumerate(settings.mix.cells):
        full = kept[cell.domain, cell.kind, cell.writes, cell.burden] >= cell.count
        if not full and str(cell) not in work.dry:
            jobs.append(Propose(index, cell, settings.seed, settings.firewall, start))
        start += cell.count
    tell = _teller(progress, "propose", settings.mix.count)
    tell(run.count("tasks"), {"dry": len(work.dry)})
    jobs.sort(key=lambda item: -item.cell.count * item.cell.burden)
    for index, tasks, dry in crew.map(jobs):
        owed = set(run.owed("tasks", [task["id"] for task in tasks]))
        run.append("tasks", [task for task in tasks if task["id"] in owed])
        if dry:
            work.dry[str(settings.mix.cells[index])] = dry
            _write_dry(work.folder / DRY, work.dry)
        tell(run.count("tasks"), {"dry": len(work.dry)})


def play(work: Synthesis, crew: Team, progress: Progress | None = None) -> None:
    """Play and judge what is owed: wanted minus kept. A crash is kept under its own id, and owed again."""
    run = work.run
    _judge_kept(work)
    before = accepted = sum(bool(record["accepted"]) for record in _records(run, "verdicts"))
    crashes = Counter(key.partition(CRASH)[0] for key in run.kept("conversations") if CRASH in key)
    tell = _teller(progress, "simulate", run.count("tasks") * work.settings.tries)
    tell(run.count("verdicts"), {"accepted": accepted})
    crashed = streak = 0
    for talks in crew.map(_batches(work, crew.batch)):
        run.append("conversations", [_numbered(talk, crashes) for talk, _ in talks])
        verdicts = [verdict for _, verdict in talks if verdict is not None]
        run.append("verdicts", verdicts)
        crashed += len(talks) - len(verdicts)
        accepted += sum(verdict["accepted"] for verdict in verdicts)
        work.made = accepted - before
        tell(run.count("verdicts"), {"accepted": accepted, "crashed": crashed})
        streak = 0 if verdicts else streak + len(talks)
        if streak >= STREAK:
            raise RoleError(
                f"the last {streak} conversations crashed, the last one with: {talks[-1][0]['error']} Mend that, then "
                "run the same command again: what finished is kept, and these are owed."
            )


def _batches(work: Synthesis, size: int) -> Iterator[Play]:
    """What is owed, read from disk only as fast as it is played."""
    run, settings = work.run, work.settings
    judged = set(run.kept("verdicts"))
    owed = (
        (line, attempt)
        for key in run.kept("tasks")
        for attempts in [[k for k in range(settings.tries) if f"{key}.{k}" not in judged]]
        if attempts
        for line in [run.line("tasks", key)]
        for attempt in attempts
    )
    while batch := tuple(itertools.islice(owed, size)):
        yield Play(batch, settings.seed, settings.user, settings.agent, Limits(turns=settings.turns))


def _records(run: Run, name: Literal["tasks", "verdicts"]) -> Iterator[Record]:
    """The records of a run, each with the fields that are looked at here."""
    for number, record in enumerate(run.records(name), 1):
        missing = [key for key in FIELDS[name] if key not in record]
        if missing:
            raise StoreError(
                f"{run.folder / name}.jsonl:{number} lacks {', '.join(missing)}, as if edited or of another "
                "version. Restore that line from a copy, or drop it: what it held is then owed again."
            )
        yield record


def _numbered(talk: Record, crashes: Counter[str]) -> Record:
    """A crash under an id of its own, any other conversation as it is."""
    if talk["stop"] != StopReason.CRASHED.value:
        return talk
    key = talk["id"]
    crashes[key] += 1
    return talk | {"id": f"{key}{CRASH}{crashes[key] - 1}"}


def _judge_kept(work: Synthesis) -> None:
    """Judge conversations that were kept just before a run was killed, and have no verdict yet."""
    run, judged = work.run, set(work.run.kept("verdicts"))
    for key in run.kept("conversations"):
        if key not in judged and CRASH not in key:
            talk = conversation_from_json(run.get("conversations", key))
            task: Task = from_json(run.get("tasks", talk.task_id))
            run.append("verdicts", [verify(task, talk, load_domain(task.domain)).to_json()])


def _teller(progress: Progress | None, stage: Stage, wanted: int) -> Callable[[int, Mapping[str, int]], None]:
    def tell(done: int, counts: Mapping[str, int]) -> None:
        if progress:
            progress(stage, done, wanted, counts)

    return tell


def _read_dry(path: Path) -> dict[str, str]:
    """The cells that an earlier call found to be dry; trying again would come to the same."""
    with disk(path, "cannot read"):
        text = read_text(path, "replace") or "{}"
    try:
        return {str(cell): str(reason) for cell, reason in json.loads(text).items()}
    except (ValueError, AttributeError) as error:
        raise StoreError(f"{path} is no JSON object ({error}). Delete it: its cells are tried again.") from error


def _write_dry(path: Path, dry: Mapping[str, str]) -> None:
    """The file appears whole or not at all."""
    with disk(path, "cannot write"), replacing(path) as file:
        text = json.dumps(dict(sorted(dry.items())), ensure_ascii=False, indent=2)
        file.write(f"{text}\n".encode())
