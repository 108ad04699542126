"""Compiles one role's program against the verifier: search within a budget, then judged on tasks that no optimizer saw."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from importlib.metadata import version
from pathlib import Path

import dspy

from writ_dspy.domains import NAMES
from writ_dspy.errors import ConfigError, RoleError, boundary
from writ_dspy.lm import Connection
from writ_dspy.lm.local import SLOTS
from writ_dspy.optimize.afar import Afar, Cast
from writ_dspy.optimize.candidate import Candidate, put
from writ_dspy.optimize.folder import LOG, data_digest, held, manifest, writable
from writ_dspy.optimize.ledger import Budget, Ledger
from writ_dspy.optimize.meter import HELD, SEARCH, Fair, Meter, Progress
from writ_dspy.optimize.metric import METRIC_VERSION
from writ_dspy.optimize.outcome import Outcome, change, diff
from writ_dspy.optimize.plan import SPLIT, Plan, Splits, deal, proposed
from writ_dspy.optimize.search import OPTIMIZERS, Search, calm, everything, stopping
from writ_dspy.optimize.students import Mode, examples
from writ_dspy.optimize.tape import Stop, Taped
from writ_dspy.optimize.watched import Watched
from writ_dspy.programs import compiled
from writ_dspy.run.cluster import Cluster
from writ_dspy.run.worker import run_async
from writ_dspy.shown import counted
from writ_dspy.store.places import check_folder
from writ_dspy.task import Task
from writ_dspy.version import __version__

REFLECTION_TOKENS = 8192
"""Tokens of a reflection model's reply at least: it writes whole instructions, and may think before."""
DEARER = 1.5
"""Tokens of a rollout with the best program, as a multiple of one with the seed, that are kept back for the last
measurement: longer instructions, demonstrations."""
THREADS = 16
"""Rollouts at a time, unless the connection says how many it bears."""
DEFAULT_TASKS = 60


def optimize(  # noqa: PLR0913 - one argument for each thing that a user may choose
    role: str,
    connection: Connection,
    *,
    budget: Budget,
    folder: Path,
    reflection: Connection | None = None,
    tasks: Sequence[Task] | int = DEFAULT_TASKS,
    domains: Sequence[str] = NAMES,
    optimizer: str = "gepa",
    seed: int = 0,
    objectives: Mapping[str, float] | None = None,
    split: tuple[float, float, float] = SPLIT,
    mode: Mode = "free",
    progress: Callable[[Progress], None] | None = None,
    crashes: float = 0.1,
    threads: int | None = None,
    programs: Path | None = None,
    ray: str | None = None,
) -> Outcome:
    """Find better instructions or demonstrations for a role's program, and measure what they are worth.

    The same call goes on with a run that was interrupted, and ends as that would have; with a larger budget it uses all
    that is there. The folder is refused for any other program, metric, data, model, optimizer or seed.

    Args:
        role: One of `students.ROLES`; the others are scripted.
        connection: To the role's model.
        budget: For all that is done here; it is never exceeded.
        folder: Made, or gone on with; holds the ledger, the outcome, the diff and the picture.
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
        programs: Folder that gets the compiled program, `compiled.home()` unless given.
        ray: Address of a Ray cluster that plays the rollouts, `auto` for the one at hand; the results are the same.

    Raises:
        ConfigError: Something cannot work; no model was asked then.
        StoreError: The folder is another run's, or cannot be written.
        RoleError: Too many rollouts broke, or the reflection model did.
        LMError: The model cannot be reached.
    """
    plan = Plan(role, optimizer, budget, folder, seed, objectives or {"accepted": 1.0}, split, mode, crashes)
    reflects = reflection is not None
    plan.check(tasks if isinstance(tasks, int) else len(tasks), reflects=reflects)
    chosen = proposed(tasks, domains, seed) if isinstance(tasks, int) else list(tasks)
    plan.check(len(chosen), reflects=reflects)
    parts = deal(chosen, plan.sizes(len(chosen)), seed)
    programs = programs or compiled.home()
    for place, option in ((folder, "--out"), (programs, "--programs")):
        check_folder(place, option)
    with Cluster(ray, {task.domain for task in chosen}) if ray is not None else nullcontext() as cluster:
        for one in dict.fromkeys(filter(None, (connection, reflection))):
            run_async(partial(_look, one))
        for place in (folder, programs):  # a model that does not answer has left none behind
            writable(place)
        with held(folder, manifest(plan, parts, connection, reflection)), Ledger(folder) as ledger:
            return _Work(plan, parts, ledger, connection, reflection, progress, threads, programs).run(cluster)


async def _look(connection: Connection) -> None:
    """Find out what the model is; the connection is then used from other loops."""
    try:
        await connection.meet()
    finally:
        await connection.aclose()


class _Work:
    """One call of `optimize`, once nothing stands in its way."""

    def __init__(
        self, plan: Plan, parts: Splits, ledger: Ledger, connection: Connection, reflection: Connection | None,
        progress: Callable[[Progress], None] | None, threads: int | None, programs: Path,
    ) -> None:  # fmt: skip
        train, validation, held_out = parts
        settings = connection.settings
        self.plan, self.parts, self.ledger, self.programs = plan, parts, ledger, programs
        self.threads = threads or settings.concurrency or (SLOTS if settings.endpoint.scheme == "local" else THREADS)
        metric = Fair(
            plan.role, plan.objectives, [*train, *validation] if plan.role in ("proposer", "composer") else []
        )
        self.meter = Meter(
            ledger, metric, plan.budget, compiled.fresh(plan.role), train=[task.id for task in train],
            validation=[task.id for task in validation], crashes=plan.crashes, progress=progress,
        )  # fmt: skip
        self.taped = Taped(connection, ledger, self.meter)
        self.reflection = Taped(reflection, ledger, self.meter, REFLECTION_TOKENS) if reflection else None
        self.student = self._student([*train, *validation])
        self.heldout = self._student(held_out)
        self.search = Search(
            self.student, metric, self.reflection, self.meter, examples(train), examples(validation), plan.seed,
            self.threads,
        )  # fmt: skip

    def _student(self, tasks: Sequence[Task]) -> Watched:
        plan = self.plan
        return Watched(self.meter, plan.role, self.taped, tasks, mode=plan.mode, seed=plan.seed)

    def _afar(self, cluster: Cluster) -> Afar:
        """Whoever plays the rollouts of both students on the nodes."""
        both = [one.stage for one in (self.student, self.heldout)]
        afar = Afar(cluster, Cast.of(self.taped, both), self.taped.wire)
        for which, stage in enumerate(both):
            stage.elsewhere = partial(afar.play, which)
        return afar

    def run(self, cluster: Cluster | None) -> Outcome:
        """Everything, and its files; rollouts are played on the cluster, where there is one."""
        afar = None if cluster is None else self._afar(cluster)
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
            for one in (self.student, self.heldout, afar):
                if one is not None:
                    one.close()
            if self.reflection:
                run_async(self.reflection.aclose)
        outcome = self._outcome(best, stopped)
        outcome.write()
        return outcome

    def _search(self) -> tuple[Candidate, str]:
        """The program that won on the validation tasks, measured on the held-out ones, and why the search ended."""
        meter, size = self.meter, len(self.parts[2])
        with meter.stage_of("as it is", 2 * size):
            everything(self.student, self.search.validation, self.threads)
        with meter.stage_of(f"{HELD}, before", size):
            everything(self.heldout, examples(self.parts[2]), self.threads)
        kept_back = round(DEARER * sum(meter.seed.tokens.values())) if self.plan.budget.tokens else 0
        with meter.stage_of(SEARCH, size, kept_back), stopping(meter):
            OPTIMIZERS[self.plan.optimizer].run(self.search)
        best, stopped = meter.best(), meter.reason
        with meter.stage_of(f"{HELD}, after"), stopping(meter) if best is not meter.seed else nullcontext():
            put(best.state, self.heldout.program)
            everything(self.heldout, examples(self.parts[2]), self.threads)
        return best, stopped or meter.reason

    def _why(self, stop: Stop) -> Exception:
        if self.meter.failure is not None:
            return self.meter.failure
        return ConfigError(
            f"{stop} before the program as it is could be measured ({counted(self.ledger.rollouts, 'rollout')} took "
            f"{counted(self.ledger.tokens, 'token')}). Raise the budget; the same command goes on."
        )

    def _outcome(self, best: Candidate, stopped: str) -> Outcome:
        meter, plan = self.meter, self.plan
        heldout = change(meter.seed.heldout, best.heldout)
        validation = change(meter.seed.validation, best.validation)
        gain = heldout.difference
        kept = best is not meter.seed and gain is not None and gain.mean >= 0
        means = ((one.at, one.mean(meter.validation)) for one in meter.candidates.values())
        tried = sorted((at, round(mean, 6)) for at, mean in means if mean is not None)
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
            metric_version=METRIC_VERSION, objectives=dict(plan.objectives), data=data_digest(self.parts),
            seed=plan.seed, train=validation, heldout=heldout,
            reflection=self.reflection.model_name if self.reflection else "",
            dspy_version=version("dspy"), writ_version=__version__,
        )  # fmt: skip
        return compiled.save(program, provenance, self.programs)
