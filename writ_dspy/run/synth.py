"""The whole pipeline over one run folder: propose, diversify, simulate, verify, export.

Everything is a function of the settings, and what is kept on disk is never done again: the same call resumes
a run that was interrupted, and ends in the same bytes.
"""

# Longer than 400 lines by a few: the stages share one run folder and one crew, and are read together.

from __future__ import annotations

import dataclasses
import os
import shlex
import shutil
import tempfile
import time
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

from writ_dspy.codec import from_json
from writ_dspy.conversation import StopReason, conversation_from_json
from writ_dspy.dataset.export import can_renew
from writ_dspy.dataset.folder import Key, Way
from writ_dspy.dataset.manifest import Home
from writ_dspy.domains import load as load_domain
from writ_dspy.errors import ConfigError, StoreError, brief, whole
from writ_dspy.propose.firewall import firewall, words
from writ_dspy.propose.mix import Cell, Mix
from writ_dspy.report.counting import USAGE, summarize
from writ_dspy.report.lengths import lengths
from writ_dspy.report.summary import Report, render
from writ_dspy.report.transcript import Transcript
from writ_dspy.run import stages
from writ_dspy.run.asked import check_work, settings_of
from writ_dspy.run.casting import GIVE, Mode
from writ_dspy.run.cluster import Cluster
from writ_dspy.run.dry import read_dry
from writ_dspy.run.exported import brought_up_to_date, in_memory, up_to_date
from writ_dspy.run.folder import open_run, refuse_other
from writ_dspy.run.live import Live
from writ_dspy.run.nodes import Nodes, refuse_local
from writ_dspy.run.settings import CORRECTIONS, Settings
from writ_dspy.run.worker import Crew, Team
from writ_dspy.shown import counted
from writ_dspy.store.judged import Standing, is_crash, standing, understood
from writ_dspy.store.places import check_folder, path_of
from writ_dspy.store.run import CRASH, Run
from writ_dspy.task import Task

if TYPE_CHECKING:
    import datasets
    from rich.console import RenderableType

MOST_WORKERS = 1_024
"""Processes of one run: more than any machine has cores, and each holds the databases of its domains."""
WORKERS_PER_CORE = 4
"""Processes that are used at most: each computes all the time and holds the databases of its domains."""
SMALL = 24
"""Tasks that are worth one more worker process."""
RELIEVED = 400
"""Tasks, and accepted conversations, from which on fresh processes do the next stage: two seconds each, for eighty megabytes and more."""
Stage = Literal["propose", "simulate", "measure", "export"]
Progress = Callable[[Stage, int, int, Mapping[str, int]], None]
"""(stage, done, wanted, counts such as `accepted`): called after every piece of finished work.

Where models play, it is also called about once a second while nothing is finished, with the `calls` that they have answered.
"""


def _of_row(text: str, key: str) -> bool:
    """Whether a text is the id of a row about this conversation."""
    return text.startswith(f"{key}-")


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
        run = self._run
        talk = understood(run, "conversations", run.get("conversations", key), conversation_from_json)
        verdict = run.get("verdicts", key) if talk.stop is not StopReason.CRASHED else None
        return Transcript(understood(run, "tasks", run.get("tasks", talk.task_id), from_json), talk, verdict)

    def starting(self, start: str) -> Conversations:
        """Those whose id starts so.

        Raises:
            ConfigError: The start is no text.
        """
        if not isinstance(start, str):
            raise ConfigError(f"start = {brief(start)}: give the start of an id, as a text.")
        return Conversations(self._run, [key for key in self._keys if key.startswith(start) or _of_row(start, key)])

    def __repr__(self) -> str:
        return f"<{counted(len(self), 'conversation')} of {self._run.folder}>"


@dataclass(repr=False)
class Synthesis:
    """A run, open for work or only to look at."""

    run: Run
    settings: Settings
    made: int = 0
    """Conversations that this call got accepted."""
    seconds: float | None = None
    """How long this call took; None for a run that was only loaded."""
    notes: list[str] = field(default_factory=list)
    """What the last export has to say."""
    dry: dict[str, str] = field(init=False)
    """Cells that hold too few tasks, with the reason."""
    _standing: tuple[object, Standing] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.settings = dataclasses.replace(self.settings, grown=Settings.of(self.run).grown)
        self.dry = read_dry(self.run)

    def __repr__(self) -> str:
        tasks, talks = self.run.count("tasks"), len(self.standing().counted)
        return f"<run in {self.folder}: {counted(tasks, 'task')}, {counted(talks, 'conversation')} judged, {self.owed} owed>"

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
        return self.run.count("tasks") * self.settings.tries - len(self.standing().counted)

    @property
    def tasks_owed(self) -> int:
        """Tasks that are neither kept nor known to be more than the cells hold."""
        dry = any(str(cell) in self.dry for cell in self.settings.mix.cells)
        return 0 if dry else max(0, self.settings.wanted - self.run.count("tasks"))

    @property
    def remedy(self) -> str:
        """The command that makes what this run still owes."""
        return (
            self.settings.command(self.folder) if self.tasks_owed else f"writ simulate {shlex.quote(str(self.folder))}"
        )

    def standing(self) -> Standing:
        """Which verdicts count now."""
        if self._standing is None or self._standing[0] != self.run.sizes:
            self._standing = self.run.sizes, standing(self.run)
        return self._standing[1]

    def tasks(self) -> list[Task]:
        """All tasks, by id."""
        return [
            understood(self.run, "tasks", self.run.get("tasks", key), from_json)
            for key in sorted(self.run.kept("tasks"))
        ]

    def conversations(self, *, accepted: bool | None = True) -> Conversations:
        """The accepted conversations by id; the rejected ones (False), or all that were judged (None).

        Each is a `Transcript`: `task`, `talk` and `verdict` in one, which a notebook shows as a chat.
        """
        if accepted is not None and not isinstance(accepted, bool):
            raise ConfigError(f"accepted = {brief(accepted)}: give True, False, or None for all that were judged.")
        counted = self.standing().counted
        return Conversations(self.run, sorted(key for key, good in counted.items() if accepted in (None, good)))

    def crashed(self) -> Conversations:
        """What crashed, each attempt with its error; never scored, and owed until another attempt ends."""
        return Conversations(self.run, sorted(filter(self._is_crash, self.run.kept("conversations"))))

    def _is_crash(self, key: str) -> bool:
        """Of a task that is there."""
        return is_crash(key) and self.run.digest("tasks", key.partition(CRASH)[0].rpartition(".")[0]) is not None

    def report(self) -> Report:
        """Counts, histograms and rejections; timed only if this call made all of it."""
        tools = {
            name: [tool for tool, kind in load_domain(name).kinds.items() if kind == "write"]
            for name in self.settings.domains
        }
        found = summarize(self.run, tools=tools, contamination=self.contamination())
        counted = self.standing().counted
        found = dataclasses.replace(found, lengths=lengths(self.run, [key for key, good in counted.items() if good]))
        whole = self.made and self.made == found.total.accepted
        return dataclasses.replace(found, seconds=self.seconds) if whole else found

    def contamination(self) -> dict[str, int]:
        """Per official split: how many tasks of this run touch a user or record of its tasks."""
        walls = {
            (name, split): firewall(name, split) for name in self.settings.domains for split in load_domain(name).splits
        }
        theirs = {place: wall.users | wall.records for place, wall in walls.items()}
        counts = dict.fromkeys(theirs, 0)
        for record in self.run.records("tasks"):
            touched = words(f"{record['outcomes']} {record['facts']}")
            for place in (place for place in theirs if place[0] == record["domain"]):
                counts[place] += not touched.isdisjoint(theirs[place])
        return {
            f"{name} tasks that touch a user or record of the official {split} tasks of {walls[name, split].releases}": count
            for (name, split), count in counts.items()
        }

    def dataset(self) -> datasets.DatasetDict:
        """The accepted trajectories, in memory; exported first if the folder does not hold all of them.

        A dataset that is too large for that is `datasets.load_dataset` of `folder / "dataset"`.

        Raises:
            StoreError: No conversation is accepted yet, or the export is refused.
        """
        run = Run.read(self.folder)  # as it is now, not as it was when this object was made
        if not standing(run).accepted:
            raise StoreError(f"{self.folder} holds no accepted conversation yet. Make some: {self.remedy}")
        if not up_to_date(run):
            with open_run(self.folder, self.settings) as run:
                Synthesis(run, self.settings).export()
        return in_memory(self.folder)

    def can_export(self) -> None:
        """Refuse before the work what `export` would refuse after it.

        Raises:
            StoreError: A file of the dataset was changed by hand, or something else stands in its way.
            ConfigError: The dataset was shaped with a tokenizer that is gone.
        """
        can_renew(self.run, Way(Home.of_run(self.folder)))

    def export(self, workers: int | Crew | None = None) -> dict[Key, int]:
        """Bring `dataset/` and `tau2/` up to date, in the shape and the formats that they have.

        Returns the number of rows by domain and split; `notes` says what became of a shape.

        Args:
            workers: Processes, as `synthesize` takes them; or a crew that is there already.

        Raises:
            ConfigError, StoreError: Not so many processes; a record that cannot be used, or the disk.
        """
        if isinstance(workers, Crew):
            if self.made >= RELIEVED:
                workers.relieve()
            counts, self.notes = brought_up_to_date(self.run, workers.map)
            return counts
        with Crew(1 if workers is None else crew_size(workers, self.run.count("verdicts"))) as crew:
            return self.export(crew)


def synthesize(  # noqa: PLR0913 - as many as the command line has options
    domains: str | Iterable[str] = ("tau2:retail", "tau2:airline"),
    n: int = 200,
    *,
    mix: Mix | str | os.PathLike[str] | Mapping[str, object] | Sequence[Cell] | None = None,
    seed: int = 0,
    out: str | os.PathLike[str] | None = None,
    agent: str = "scripted",
    tries: int = 1,
    firewall_split: str | None = "base",
    workers: int | None = None,
    progress: Progress | None = None,
    lm: str | None = None,
    roles: Mapping[str, str] | None = None,
    lms: str | os.PathLike[str] | None = None,
    mode: Mode | None = None,
    programs: Mapping[str, str] | None = None,
    compose: float = 0.0,
    corrections: int = CORRECTIONS,
    concurrency: int | None = None,
    grow: bool = False,
    api_key_env: str | None = None,
    shard: str | None = None,
    ray: str | None = None,
) -> Synthesis:
    """Make verified trajectories; with the same settings and folder, go on where an earlier call stopped.

    Args:
        domains: Names as `writ domains` lists them, or one; ignored when a mix is given.
        n: Tasks in all; ignored when a mix is given.
        mix: Exactly what to make: a mix, its cells, or the path of its file.
        seed: Everything random depends on it alone.
        out: The run folder. Without one it is a scratch folder, which goes with the last object that reads from it.
        agent: `scripted`, or `careless` to see what the verifier rejects.
        tries: Conversations per task.
        firewall_split: Official split whose users, records and texts are off limits; None or `off` for no firewall.
        workers: Processes; by default one per core, fewer for a small run. They never change a result.
        progress: Called after every piece of finished work (see `Progress`).
        lm: URL of the model that plays the roles (see `LMSettings`); none by default.
        roles: URLs for single roles, or `scripted`; they go before `lm`.
        lms: YAML file with URLs and settings of the roles; flags go before it.
        mode: How far models go: one of `casting.MODES`. By default `surface` for an embedded model, else `guided`.
        programs: Compiled programs by role, each by name, digest or file.
        compose: Share of the tasks, 0 to 1, that the composer's model thinks up; recipes fill in what it cannot. A cell of
            the mix with `source: model` is composed as a whole.
        corrections: How often a model's agent is told what the verifier finds in a step of it, and asked for another one, before
            the step is taken; 0 for never. The last one stands.
        concurrency: Conversations at a time with models.
        grow: Add to a run that was asked for fewer tasks or tries of the same; what it has stays as it is.
        api_key_env: Name of the variable that holds the API key of the models in `lm` and `roles`, all of one server.
        shard: Make a part of the run alone, such as `3/16`, and no dataset; `merge` puts all parts together.
        ray: Address of a Ray cluster that does the jobs, `auto` for the one at hand; the results are the same.

    Raises:
        LMError: A model server cannot be reached, or cannot serve its role.
        ConfigError: The request cannot be met; nothing was written.
        StoreError: The folder is not this run's, or cannot be written.
        RoleError: A worker process died; what finished is kept.
    """
    started = time.perf_counter()
    if out is not None:
        check_folder(path_of(out, "out"), "out")
    models = {
        "lm": lm, "roles": roles, "lms": lms, "mode": mode, "programs": programs, "api_key_env": api_key_env,
        "compose": compose, "corrections": corrections, "shard": shard,
    }  # fmt: skip
    settings = settings_of(domains, n, mix, seed, agent, tries, firewall_split, models)
    check_work(progress, concurrency, grow=grow)
    size = crew_size(workers, settings.wanted)
    with _place(out) as folder, opened(folder, settings, size, concurrency, grow=grow, ray=ray) as (work, makers, crew):
        if settings.shard is None:
            work.can_export()
        make(work, makers, progress)
        if settings.shard is None:
            work.export(crew)
            if progress:
                progress("export", 1, 1, {})
    if out is None:
        weakref.finalize(work.run, shutil.rmtree, folder, ignore_errors=True)
    work.seconds = time.perf_counter() - started
    return work


@contextmanager
def _place(out: str | os.PathLike[str] | None) -> Iterator[Path]:
    """The run folder; a scratch folder that holds nothing when the work ends early is removed, any other is named."""
    if out is not None:
        yield Path(out)
        return
    folder = Path(tempfile.mkdtemp(prefix="writ-"))
    try:
        yield folder
    except BaseException as error:
        if any(folder.glob("*.jsonl")):
            error.add_note(f"What finished is in {folder}: go on there with out={str(folder)!r}.")
        else:
            shutil.rmtree(folder, ignore_errors=True)
        raise


def load(folder: str | os.PathLike[str]) -> Synthesis:
    """A run that exists already, to look at.

    Raises:
        StoreError: The folder is no run.
    """
    run = Run.read(path_of(folder, "folder"))
    return Synthesis(run, Settings.of(run))


def crew_size(workers: int | None, tasks: int) -> int:
    """How many processes to use; 1 means this one alone. More than some per core are never used: they only take memory.

    Raises:
        ConfigError: Fewer than one.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if workers is None:
        return max(1, min(cores, tasks // SMALL))
    whole("workers", workers, 1, MOST_WORKERS)
    return min(workers, WORKERS_PER_CORE * cores)


@contextmanager
def opened(
    folder: Path,
    settings: Settings,
    size: int,
    concurrency: int | None = None,
    *,
    grow: bool = False,
    ray: str | None = None,
) -> Iterator[tuple[Synthesis, Team, Crew]]:
    """A run, made or resumed, with those who do its work: processes, or one event loop where models play roles.

    Every model has answered before the folder is touched, so a server that is not there leaves nothing behind.

    Args:
        folder, settings, grow: As `open_run` takes them.
        size: Processes.
        concurrency: Conversations at a time with models.
        ray: Address of a Ray cluster that does the jobs; `size` processes here write the dataset.

    Raises:
        LMError: A model does not answer.
        ConfigError: A key or a package is missing, or the model's file; a concurrency, and no models; or see `Cluster`.
        StoreError: The folder is not this run's, or cannot be written.
    """
    if concurrency is not None and not settings.casting.live:
        raise ConfigError(
            f"concurrency {concurrency} is for roles that models play, and every role is scripted. {GIVE}, or leave it out; "
            "--workers says how many processes there are."
        )
    if ray is not None:
        refuse_local(ray, settings.casting)
    refuse_other(folder, settings, grow=grow)
    with ExitStack() as stack:
        crew = stack.enter_context(Crew(size))
        cluster = None if ray is None else stack.enter_context(Cluster(ray, settings.domains))
        live: Live | None = None
        if settings.casting.live:
            nodes = None if cluster is None else Nodes(cluster, settings.casting)
            live = stack.enter_context(Live(settings.casting, folder / USAGE, concurrency, nodes))
        run = stack.enter_context(open_run(folder, settings, grow=grow))
        if live is not None:
            live.go_on()
        yield Synthesis(run, settings), live or cluster or crew, crew


def propose(work: Synthesis, crew: Team, progress: Progress | None = None) -> None:
    """Fill the cells that are not full yet (see `stages.propose`)."""
    stages.propose(work.run, work.settings, work.dry, crew, partial(progress, "propose") if progress else _quiet)


def play(work: Synthesis, crew: Team, progress: Progress | None = None) -> None:
    """Play and judge what is owed (see `stages.play`)."""
    work.made = stages.play(work.run, work.settings, crew, partial(progress, "simulate") if progress else _quiet)


def make(work: Synthesis, crew: Team, progress: Progress | None = None) -> None:
    """Both; with models, a conversation begins as soon as its task is there (see `stages.flow`)."""
    if not isinstance(crew, Live):
        propose(work, crew, progress)
        if isinstance(crew, Crew) and work.run.count("tasks") >= RELIEVED:
            crew.relieve()
        play(work, crew, progress)
        return
    tasks, talks = (partial(progress, stage) if progress else _quiet for stage in ("propose", "simulate"))
    work.made = stages.flow(work.run, work.settings, work.dry, crew, tasks, talks)


def _quiet(*_: object) -> None:
    """Nobody is told."""
