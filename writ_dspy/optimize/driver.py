"""Compiles one role's program against the verifier: search within a budget, then judged on tasks that no optimizer saw."""

from __future__ import annotations

import fcntl
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dspy

from writ_dspy import __version__
from writ_dspy.behaviour import assign
from writ_dspy.codec import to_json
from writ_dspy.domains import NAMES, load
from writ_dspy.errors import ConfigError, RoleError, StoreError, boundary
from writ_dspy.jsonl import disk
from writ_dspy.lm import Connection
from writ_dspy.lm.local import SLOTS
from writ_dspy.metric import METRIC_VERSION, Metric
from writ_dspy.mix import default_mix
from writ_dspy.optimize.ledger import Budget, Ledger, digest
from writ_dspy.optimize.meter import Candidate, Meter, Progress, Watched, put
from writ_dspy.optimize.outcome import Outcome, change, diff
from writ_dspy.optimize.search import OPTIMIZERS, Search, calm, everything, find, stopping
from writ_dspy.optimize.tape import Stop, Taped
from writ_dspy.programs import compiled
from writ_dspy.propose import fill
from writ_dspy.settings import whole
from writ_dspy.students import ROLES, Mode, examples
from writ_dspy.task import Json, Task
from writ_dspy.verify import CHECKS_VERSION
from writ_dspy.worker import run_async

MANIFEST, LOCK, LOG = "optimize.json", "optimize.lock", "log.txt"
SPLIT = (0.3, 0.3, 0.4)
"""Shares of the tasks: to learn from, to choose by, and held out."""
REFLECTION_TOKENS = 8192
"""Tokens of a reflection model's reply at least: it writes whole instructions, and may think before."""
DEARER = 1.5
"""Tokens of a rollout with the best program, as a multiple of one with the seed, that are kept back for the last
measurement: longer instructions, demonstrations."""
THREADS = 16
"""Rollouts at a time, unless the connection says how many it bears."""
Splits = tuple[list[Task], list[Task], list[Task]]


@dataclass(frozen=True)
class Plan:
    """What is asked for; `check` refuses what cannot work."""

    role: str
    optimizer: str
    budget: Budget
    folder: Path
    seed: int = 0
    objectives: Mapping[str, float] = field(default_factory=lambda: {"accepted": 1.0})
    split: tuple[float, float, float] = SPLIT
    mode: Mode = "free"
    crashes: float = 0.1

    def sizes(self, count: int) -> tuple[int, int, int]:
        """How many of so many tasks are trained on, validated on and held out.

        Raises:
            ConfigError: One of them would be none.
        """
        if len(self.split) != 3 or min(self.split) < 0 or abs(sum(self.split) - 1) > 1e-6:
            raise ConfigError(f"split = {self.split}: give three shares that add up to 1.")
        train, validation = (round(share * count) for share in self.split[:2])
        held = count - train - validation
        names = ("training", "validation", "held-out")
        missing = [name for name, size in zip(names, (train, validation, held), strict=True) if size < 1]
        if missing:
            raise ConfigError(
                f"{count} tasks in shares of {self.split} leave no {' and no '.join(missing)} tasks. Ask for more tasks."
            )
        return train, validation, held

    def check(self, count: int, *, reflects: bool) -> None:
        """Refuse what cannot work, before any model is asked.

        Raises:
            ConfigError: Of an unknown role, optimizer or objective, a missing package or reflection model, or a budget
                that does not reach for one candidate.
            StoreError: The folder cannot be written.
        """
        if self.role not in ROLES:
            raise ConfigError(f"no role {self.role!r}; there are {', '.join(ROLES)}. Choose one of them.")
        optimizer = find(self.optimizer)
        Metric(self.role, self.objectives)
        whole("seed", self.seed, 0)
        whole("rollouts", self.budget.rollouts, 1)
        if self.budget.tokens is not None:
            whole("tokens", self.budget.tokens, 1)
        if not 0 <= self.crashes <= 1:
            raise ConfigError(f"crashes = {self.crashes}: give the share of rollouts that may break, 0 to 1.")
        if optimizer.reflects and not reflects:
            raise ConfigError(
                f"{self.optimizer} lets a model write the instructions, and none is given: pass --reflection-lm URL (it "
                "may be that of --lm), or take --optimizer bootstrap, which needs none."
            )
        train, validation, held = self.sizes(count)
        least = validation + 2 * held + optimizer.overhead(train, validation)
        if self.budget.rollouts < least:
            raise ConfigError(
                f"{self.budget.rollouts} rollouts do not reach for one candidate: {count} tasks take {validation} to "
                f"measure the program as it is, {held} + {held} for before and after on the held-out tasks, and "
                f"{optimizer.overhead(train, validation)} for a candidate of {self.optimizer}. Ask for {least} rollouts or "
                "more, or for fewer tasks."
            )
        with disk(self.folder, "cannot write to"):
            self.folder.mkdir(parents=True, exist_ok=True)
            probe = self.folder / LOCK
            probe.touch()


def optimize(  # noqa: PLR0913 - one argument for each thing that a user may choose
    role: str,
    connection: Connection,
    *,
    budget: Budget,
    folder: Path,
    reflection: Connection | None = None,
    tasks: Sequence[Task] | int = 60,
    domains: Sequence[str] = NAMES,
    optimizer: str = "gepa",
    seed: int = 0,
    objectives: Mapping[str, float] | None = None,
    split: tuple[float, float, float] = SPLIT,
    mode: Mode = "free",
    progress: Callable[[Progress], None] | None = None,
    crashes: float = 0.1,
    threads: int | None = None,
) -> Outcome:
    """Find better instructions or demonstrations for a role's program, and measure what they are worth.

    The same call goes on with a run that was interrupted, and ends as that would have; with a larger budget it uses all
    that is there. The folder is refused for any other program, metric, data, model, optimizer or seed.

    Args:
        role: One of `students.ROLES`; the others are scripted.
        connection: To the role's model.
        budget: For all that is done here; it is never exceeded.
        folder: Made, or gone on with; holds the ledger, the compiled program, the diff and the picture.
        reflection: To the model that writes instructions; may be the same.
        tasks: Tasks, or how many to propose.
        domains: Of the tasks that are proposed.
        optimizer: One of `OPTIMIZERS`.
        seed: Everything random depends on it.
        objectives: As `Metric` takes them.
        split: Shares to learn from, to choose by, and to hold out.
        mode: Of the agent.
        progress: Told after every rollout.
        crashes: Share of rollouts that may break before the run is stopped.
        threads: Rollouts at a time.

    Raises:
        ConfigError: Something cannot work; no model was asked then.
        StoreError: The folder is another run's, or cannot be written.
        RoleError: Too many rollouts broke, or the reflection model did.
        LMError: The model cannot be reached.
    """
    plan = Plan(role, optimizer, budget, folder, seed, objectives or {"accepted": 1.0}, split, mode, crashes)
    plan.check(tasks if isinstance(tasks, int) else len(tasks), reflects=reflection is not None)
    chosen = proposed(tasks, domains, seed) if isinstance(tasks, int) else list(tasks)
    plan.check(len(chosen), reflects=reflection is not None)
    parts = deal(chosen, plan.sizes(len(chosen)), seed)
    for one in dict.fromkeys(filter(None, (connection, reflection))):
        run_async(_look(one))
    with _held(folder, _manifest(plan, parts, connection, reflection)), Ledger(folder) as ledger:
        return _Work(plan, parts, ledger, connection, reflection, progress, threads).run()


async def _look(connection: Connection) -> None:
    """Find out what the model is; the connection is then used from other loops."""
    await connection.ready()
    await connection.aclose()


# ----------------------------------------------------------------------------- tasks


def proposed(count: int, domains: Sequence[str], seed: int) -> list[Task]:
    """So many tasks of the default mix, fewer where a cell runs dry, with behaviours and off the official tasks.

    Raises:
        ConfigError: No task, or an unknown domain.
    """
    tasks: list[Task] = []
    start = 0
    for cell in default_mix(domains, count).cells:
        tasks += assign(fill(cell, seed, "base").tasks, seed, start)
        start += cell.count
    return tasks


def deal(tasks: Sequence[Task], sizes: tuple[int, int, int], seed: int) -> Splits:
    """Training, validation and held-out tasks, each with its share of every domain, kind and burden.

    Raises:
        ConfigError: Two tasks have the same id.
    """
    if len({task.id for task in tasks}) < len(tasks):
        raise ConfigError(f"{len(tasks)} tasks, and some of them twice: pass each once.")
    order = list(tasks)
    random.Random(f"{seed}/split").shuffle(order)
    order.sort(key=lambda task: (task.domain, task.kind, task.axes.writes, task.axes.burden))
    parts: Splits = ([], [], [])
    for index, task in enumerate(order, 1):
        behind = [size * index / len(order) - len(part) for size, part in zip(sizes, parts, strict=True)]
        parts[max(range(3), key=lambda one: behind[one])].append(task)
    for number, part in enumerate(parts):
        random.Random(f"{seed}/{number}").shuffle(part)
    return parts


# ----------------------------------------------------------------------------- the folder


def _manifest(plan: Plan, parts: Splits, connection: Connection, reflection: Connection | None) -> dict[str, Json]:
    """All that decides what a run comes to, but for its budget."""
    names = ("training", "validation", "held-out")
    return {
        "role": plan.role,
        "program": compiled.digest(compiled.fresh(plan.role)),
        "metric": METRIC_VERSION,
        "objectives": dict(plan.objectives),
        "data": _digest(parts),
        "tasks": {name: len(part) for name, part in zip(names, parts, strict=True)},
        "lm": compiled.Sampling.of(connection).model_dump(),
        "reflection": compiled.Sampling.of(reflection).model_dump() if reflection else None,
        "optimizer": plan.optimizer,
        "seed": plan.seed,
        "mode": plan.mode,
        "checks": CHECKS_VERSION,
        "writ": __version__,
        "dspy": version("dspy"),
    }


def _digest(parts: Splits) -> str:
    return digest({str(number): sorted(json.dumps(to_json(task), sort_keys=True) for task in part)
                   for number, part in enumerate(parts)})  # fmt: skip


@contextmanager
def _held(folder: Path, wanted: Mapping[str, Json]) -> Iterator[None]:
    """The folder, for this process alone and for exactly this run."""
    path = folder / MANIFEST
    with disk(folder / LOCK, "cannot lock"), (folder / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreError(f"{folder} is being worked on by another process. Wait for it, or use another --out.") from error
        _same(path, wanted)
        yield


def _same(path: Path, wanted: Mapping[str, Json]) -> None:
    normal = json.loads(json.dumps(wanted))
    if not path.exists():
        draft = path.with_name(f"{path.name}.tmp")
        draft.write_text(json.dumps(normal, indent=2) + "\n", encoding="utf-8")
        draft.replace(path)
        return
    try:
        there = json.loads(path.read_text(encoding="utf-8"))
        names = dict.fromkeys([*normal, *there])
    except (ValueError, TypeError) as error:
        raise StoreError(f"{path} is no manifest ({error}). Restore it, or use another --out.") from error
    differing = [f"{name} is {_brief(there.get(name))} there and {_brief(normal.get(name))} here"
                 for name in names if there.get(name) != normal.get(name)]  # fmt: skip
    if differing:
        raise StoreError(f"{path.parent} holds another run: {'; '.join(differing)}. Use another --out.")


def _brief(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


# ----------------------------------------------------------------------------- one run


class _Work:
    """One call of `optimize`, once nothing stands in its way."""

    def __init__(
        self, plan: Plan, parts: Splits, ledger: Ledger, connection: Connection, reflection: Connection | None,
        progress: Callable[[Progress], None] | None, threads: int | None,
    ) -> None:  # fmt: skip
        train, validation, held = parts
        settings = connection.settings
        self.plan, self.parts, self.ledger = plan, parts, ledger
        self.threads = threads or settings.concurrency or (SLOTS if settings.endpoint.scheme == "local" else THREADS)
        pool = [task.instruction for task in (*train, *validation)] if plan.role == "proposer" else []
        metric = Metric(plan.role, plan.objectives, pool)
        self.meter = Meter(
            ledger, metric, plan.budget, compiled.fresh(plan.role), train=[task.id for task in train],
            validation=[task.id for task in validation], crashes=plan.crashes, progress=progress,
        )  # fmt: skip
        self.taped = Taped(connection, ledger, self.meter)
        self.reflection = Taped(reflection, ledger, self.meter, REFLECTION_TOKENS) if reflection else None
        self.student = self._student([*train, *validation])
        self.heldout = self._student(held)
        self.search = Search(
            self.student, metric, self.reflection, self.meter, examples(train), examples(validation), plan.seed, self.threads
        )

    def _student(self, tasks: Sequence[Task]) -> Watched:
        plan = self.plan
        return Watched(self.meter, plan.role, self.taped, tasks, mode=plan.mode, seed=plan.seed)

    def run(self) -> Outcome:
        """Everything, and its files."""
        try:
            with (
                calm(self.plan.folder / LOG, self.threads),
                dspy.context(lm=self.taped.lm),
                boundary(RoleError, f"optimizing the {self.plan.role} with {self.plan.optimizer}"),
            ):
                best, stopped = self._search()
        except Stop as stop:
            raise self._why(stop) from None
        finally:
            self.meter.close()
            for one in (self.student, self.heldout):
                one.close()
            if self.reflection:
                run_async(self.reflection.aclose())
        outcome = self._outcome(best, stopped)
        outcome.write()
        return outcome

    def _search(self) -> tuple[Candidate, str]:
        """The program that won on the validation tasks, measured on the held-out ones, and why the search ended."""
        meter, held = self.meter, len(self.parts[2])
        with meter.stage_of("as it is", 2 * held):
            everything(self.student, self.search.validation, self.threads)
        with meter.stage_of("held out, before", held):
            everything(self.heldout, examples(self.parts[2]), self.threads)
        kept_back = round(DEARER * sum(meter.seed.tokens.values())) if self.plan.budget.tokens else 0
        with meter.stage_of("search", held, kept_back), stopping(meter):
            OPTIMIZERS[self.plan.optimizer].run(self.search)
        best, stopped = meter.best(), meter.reason
        with meter.stage_of("held out, after"), stopping(meter) if best is not meter.seed else nullcontext():
            put(best.state, self.heldout.program)
            everything(self.heldout, examples(self.parts[2]), self.threads)
        return best, stopped or meter.reason

    def _why(self, stop: Stop) -> Exception:
        if self.meter.failure is not None:
            return self.meter.failure
        if stop.args and isinstance(stop.args[0], Exception):
            return stop.args[0]
        return ConfigError(
            f"{stop.args[0] if stop.args else 'stopped'} before the program as it is could be measured "
            f"({self.ledger.rollouts} rollouts took {self.ledger.tokens:,} tokens). Raise the budget; the same command "
            "goes on."
        )

    def _outcome(self, best: Candidate, stopped: str) -> Outcome:
        meter, plan = self.meter, self.plan
        heldout = change(meter.seed.heldout, best.heldout)
        validation = change(meter.seed.validation, best.validation)
        gain = heldout.difference
        kept = best is not meter.seed and gain is not None and gain.mean >= 0
        measured = [one for one in meter.candidates.values() if one.mean(meter.validation) is not None]
        tried = sorted((one.at, round(one.mean(meter.validation) or 0.0, 6)) for one in measured)
        return Outcome(
            plan.role, self.taped.model_name, plan.optimizer, heldout, validation, kept,
            diff(meter.seed.state, best.state) if kept else "", tuple((at, round(mean, 6)) for at, mean in meter.history()),
            tuple(tried), len(meter.candidates), self.ledger.to_json(), stopped,
            self._save(best, heldout, validation) if kept else None, plan.folder,
        )  # fmt: skip

    def _save(self, best: Candidate, heldout: compiled.Change, validation: compiled.Change) -> Path:
        program, plan = compiled.fresh(self.plan.role), self.plan
        put(best.state, program)
        spent = compiled.Budget(rollouts=self.ledger.rollouts, tokens=self.ledger.tokens)
        provenance = compiled.Provenance(
            role=plan.role, lm=compiled.Sampling.of(self.taped), optimizer=plan.optimizer, spent=spent,
            asked=compiled.Budget(rollouts=plan.budget.rollouts, tokens=plan.budget.tokens),
            metric_version=METRIC_VERSION, objectives=dict(plan.objectives), data=_digest(self.parts), seed=plan.seed,
            train=validation, heldout=heldout, reflection=self.reflection.model_name if self.reflection else "",
            dspy_version=version("dspy"), writ_version=__version__,
        )  # fmt: skip
        return compiled.save(program, provenance, plan.folder)
