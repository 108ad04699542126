"""DSPy's optimizers as they are run here: sized to a budget, deterministic, quiet, and never asking twice.

They are used for what they propose. Which program is the best is decided by the meter, on the validation tasks.
"""

from __future__ import annotations

import functools
import importlib.util
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stdout
from contextvars import copy_context
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dspy
from dspy.teleprompt.gepa import InstructionProposer

from writ_dspy.errors import ConfigError
from writ_dspy.optimize.candidate import put
from writ_dspy.optimize.meter import Meter
from writ_dspy.optimize.metric import Metric
from writ_dspy.optimize.tape import Stop, Taped
from writ_dspy.optimize.teacher import ROLES as TAUGHT
from writ_dspy.optimize.teacher import Script
from writ_dspy.optimize.watched import Watched

MINIBATCH = 3
"""Tasks on which GEPA tries an instruction before it goes to validation."""
BATCH, SAMPLES = 8, 3
"""Tasks of a step of SIMBA, and draws of each."""
DEMOS = {"proposer": 2, "composer": 1, "diversifier": 4, "user": 2, "agent": 2}
"""Most demonstrations that a predictor gets, by role; those of a talk are as long as a whole conversation."""
SETS = 8
"""Most sets of demonstrations, and instructions, that MIPROv2 combines."""
TRIALS = 40
"""Most trials of MIPROv2, and candidates of the random search."""
STALE = 8
"""Rounds of GEPA in a row that asked for nothing new, after which nothing new is to be expected."""
HEAD, TAIL = 1000, 3000
"""Characters of a long input that reflection sees of its beginning and end."""
_ASK = (
    "The new instruction replaces the old one for every customer and every task, so name no customer, id or case of the "
    "examples. Keep the rules that work, and add what the feedback shows to be missing, one short rule each."
)


@dataclass(frozen=True)
class Search:
    """What an optimizer works with."""

    student: Watched
    metric: Metric
    reflection: Taped | None
    meter: Meter
    train: list[dspy.Example]
    validation: list[dspy.Example]
    seed: int
    threads: int

    @property
    def demos(self) -> int:
        """Most demonstrations that a predictor gets."""
        return DEMOS[self.student.stage.role]

    def asking(self) -> Any:
        """The adapter for an optimizer's own questions: their outputs may be open objects, which no grammar knows."""
        from writ_dspy.lm.adapter import StructuredAdapter

        if self.reflection is None or self.reflection.mode == "schema":
            return dspy.JSONAdapter(use_native_function_calling=False)
        return StructuredAdapter(schema=False, speech=False)


@dataclass(frozen=True)
class Optimizer:
    """One of DSPy's."""

    run: Callable[[Search], None]
    overhead: Callable[[int, int], int]
    """Rollouts that one candidate takes at least, from the numbers of training and validation tasks; the seed's own
    validation is not in it."""
    reflects: bool = True
    """Whether it asks a model for instructions."""
    needs: tuple[str, ...] = ()
    """Packages beyond DSPy's own."""


def gepa(search: Search) -> None:
    """Reflection on single rollouts; candidates are kept by the tasks that they are best at."""
    batch = min(MINIBATCH, len(search.train))
    step = 2 * batch + len(search.validation)
    assert search.reflection is not None  # noqa: S101 - checked before any work
    seen = Counter[int]()

    def enough(_: object) -> bool:
        seen[search.meter.made] += 1
        return not search.meter.affords(step) or max(seen.values()) > STALE

    with dspy.context(adapter=search.asking()):
        dspy.GEPA(
            metric=search.metric,
            max_metric_calls=4 * search.meter.budget.rollouts,  # its own count, to which a playback is as dear
            reflection_minibatch_size=batch,
            reflection_lm=search.reflection.lm,
            instruction_proposer=Reflection(additional_instructions=_ASK, adapter=search.asking()),
            use_merge=len(search.student.predictors()) > 1,
            num_threads=search.threads,
            warn_on_score_mismatch=False,
            seed=search.seed,
            gepa_kwargs={"stop_callbacks": [enough]},
        ).compile(search.student, trainset=search.train, valset=search.validation)


def miprov2(search: Search) -> None:
    """Instructions and sets of demonstrations, proposed at once, and combined by a Bayesian search."""
    assert search.reflection is not None  # noqa: S101 - checked before any work
    everything(search.student, search.train, search.threads)  # in parallel, for the bootstrapping is not
    trials = max(1, min(TRIALS, search.meter.left() // len(search.validation)))
    sets = max(2, min(SETS, trials // 2 + 1))
    with dspy.context(adapter=search.asking()):
        dspy.MIPROv2(
            metric=search.metric.scalar,
            prompt_model=search.reflection.lm,
            task_model=search.student.stage.connection.lm,
            max_bootstrapped_demos=search.demos,
            max_labeled_demos=0,
            auto=None,
            num_candidates=sets,
            num_threads=search.threads,
            seed=search.seed or 9,
            track_stats=False,
        ).compile(
            search.student,
            trainset=search.train,
            valset=search.validation,
            num_trials=trials,
            minibatch=False,
            program_aware_proposer=False,  # it would describe this harness
            data_aware_proposer=False,  # and summarize ids of tasks
        )


def simba(search: Search) -> None:
    """Rules and demonstrations from the tasks on which draws of the same program differ most."""
    assert search.reflection is not None  # noqa: S101 - checked before any work
    meter, batch, validation = search.meter, min(BATCH, len(search.train)), len(search.validation)
    step = batch * (2 * SAMPLES + 1)
    steps = max(1, (meter.left() - validation) // step)
    kept_back = meter.kept_back
    meter.kept_back += validation  # for what it comes up with
    optimizer = dspy.SIMBA(
        metric=search.metric,
        bsize=batch,
        num_candidates=SAMPLES,
        max_steps=steps,
        max_demos=search.demos,
        prompt_model=search.reflection.lm,
        num_threads=search.threads,
    )
    try:
        with dspy.context(adapter=search.asking()), stopping(meter):
            optimizer.compile(search.student, trainset=search.train, seed=search.seed)
    finally:
        meter.kept_back = kept_back
    for candidate in meter.by_training():
        if meter.affords(validation):
            program = search.student.deepcopy()
            put(candidate.state, program.program)
            everything(program, search.validation, search.threads)


def bootstrap(search: Search) -> None:
    """Demonstrations from exemplary rollouts, in sets drawn at random; from the script where there are too few."""
    own = everything(search.student, search.train, search.threads)
    taught = search.student.stage.role in TAUGHT and sum(one.rollout.exemplary for one in own) < search.demos
    dspy.BootstrapFewShotWithRandomSearch(
        metric=search.metric.scalar,
        max_bootstrapped_demos=search.demos,
        max_labeled_demos=0,
        num_candidate_programs=max(1, min(TRIALS, search.meter.left() // len(search.validation))),
        num_threads=search.threads,
    ).compile(
        search.student,
        teacher=Script(search.student) if taught else search.student.showing(),
        trainset=search.train,
        valset=search.validation,
    )


OPTIMIZERS: dict[str, Optimizer] = {
    "gepa": Optimizer(gepa, lambda train, validation: 2 * min(MINIBATCH, train) + validation),
    "miprov2": Optimizer(miprov2, lambda train, validation: train + validation, needs=("optuna", "numpy")),
    "simba": Optimizer(
        simba,
        lambda train, validation: (2 * SAMPLES + 1) * min(BATCH, train) + validation,
        needs=("numpy",),
    ),
    "bootstrap": Optimizer(bootstrap, lambda train, validation: train + validation, reflects=False),
}


def find(name: str) -> Optimizer:
    """The optimizer of that name, ready to be run.

    Raises:
        ConfigError: There is none, or it lacks a package.
    """
    if name not in OPTIMIZERS:
        raise ConfigError(f"no optimizer {name!r}; there are {', '.join(OPTIMIZERS)}. Choose one of them.")
    missing = [package for package in (*OPTIMIZERS[name].needs, "matplotlib") if not importlib.util.find_spec(package)]
    if missing:
        raise ConfigError(
            f"optimizing with {name} takes the extra `optimize`, of which {', '.join(missing)} is missing: pip install 'writ-dspy[optimize]'"
        )
    return OPTIMIZERS[name]


class Reflection(InstructionProposer):
    """Shows the reflection model the beginning and the end of inputs that are too long to be shown in full."""

    def __call__(
        self,
        candidate: dict[str, str],
        reflective_dataset: Mapping[str, Sequence[Mapping[str, Any]]],
        components_to_update: list[str],
    ) -> dict[str, str]:
        """New instructions by predictor."""
        brief = {name: [_shorter(one) for one in examples] for name, examples in reflective_dataset.items()}
        made: dict[str, str] = super().__call__(candidate, brief, components_to_update)
        return made


def _shorter(value: Any) -> Any:
    if isinstance(value, str) and len(value) > HEAD + TAIL:
        return f"{value[:HEAD]}\n[… {len(value) - HEAD - TAIL:,} characters …]\n{value[-TAIL:]}"
    if isinstance(value, Mapping):
        return {key: _shorter(item) for key, item in value.items()}
    return value


# ----------------------------------------------------------------------------- how they are run


def everything(student: Watched, examples: Sequence[dspy.Example], threads: int) -> list[Any]:
    """Each of the rollouts, many at a time; what one raises ends the rest."""
    with ThreadPoolExecutor(threads) as pool:
        jobs = [
            pool.submit(copy_context().run, functools.partial(student.__call__, **one.inputs())) for one in examples
        ]
        try:
            return [work.result() for work in jobs]
        except BaseException as error:
            if not isinstance(error, Stop):
                student.meter.close()  # what is under way ends with its next request
            pool.shutdown(wait=False, cancel_futures=True)
            raise


@contextmanager
def stopping(meter: Meter) -> Iterator[None]:
    """A spent budget ends the block, and nothing else."""
    try:
        yield
    except Stop:
        if meter.failure is not None:
            raise


@contextmanager
def calm(log: Path, threads: int) -> Iterator[None]:
    """DSPy as it has to be here, restored afterwards.

    No rollout is submitted again because it is slow, which `Evaluate` would do after two minutes; no failure ends a
    batch; progress bars, prints and log lines go to a file, and no prompt is kept in memory.
    """
    import dspy.evaluate.evaluate as evaluating
    import dspy.teleprompt.bootstrap as bootstrapping
    from dspy.predict import parallel
    from gepa.core import engine

    patched = {(evaluating, "ParallelExecutor"): functools.partial(_patient, evaluating.ParallelExecutor),
               (parallel, "ParallelExecutor"): functools.partial(_patient, parallel.ParallelExecutor),
               (engine, "tqdm"): functools.partial(engine.__dict__["tqdm"], disable=True),
               (bootstrapping, "tqdm"): SimpleNamespace(tqdm=iter)}  # fmt: skip
    before = {place: getattr(*place) for place in patched}
    loggers = [logging.getLogger(name) for name in ("dspy", "optuna")]
    held = [(one, one.handlers, one.level, one.propagate) for one in loggers]
    file = logging.FileHandler(log, encoding="utf-8")
    try:
        for (module, name), value in patched.items():
            setattr(module, name, value)
        for one in loggers:
            one.handlers, one.propagate = [file], False
            one.setLevel(logging.INFO)
        with (
            log.open("a", encoding="utf-8") as out,
            redirect_stdout(out),
            dspy.context(disable_history=True, trace=None, num_threads=threads, max_errors=10**9),
        ):
            yield
    finally:
        for (module, name), value in before.items():
            setattr(module, name, value)
        for one, handlers, level, passing in held:
            one.handlers, one.propagate = handlers, passing
            one.setLevel(level)
        file.close()


def _patient(executor: Any, *given: Any, **named: Any) -> Any:
    return executor(*given, **{**named, "timeout": 0, "straggler_limit": 0})
