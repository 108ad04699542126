"""Stands between an optimizer and the rollouts that it asks for: lets them pass, counts them, and remembers the best.

An optimizer of DSPy takes whatever a program raises for a bad program, and ends with what it had if its own budget is
spent. So the budget is kept here: a rollout is refused before it begins, and the best program so far is known at any time.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass, field
from sys import stdout
from typing import TYPE_CHECKING, Any, Self

import dspy
from pydantic_core import to_jsonable_python

from writ_dspy.errors import RoleError, WritError
from writ_dspy.jsonl import Record
from writ_dspy.metric import Metric
from writ_dspy.optimize.ledger import Budget, Ledger, Purpose, digest
from writ_dspy.optimize.tape import Stop, Under, under
from writ_dspy.programs import compiled
from writ_dspy.students import Student

if TYPE_CHECKING:
    from collections.abc import Iterator

State = Mapping[str, tuple[str, list[Any]]]
"""Of each predictor, its instructions and demonstrations."""
FIRST = 20
"""Rollouts that a share of crashes is at least reckoned on, so that a single early one does not stop a run."""
REFERENCE = ("policy", "toolbox", "examples")
"""Inputs that are the same in every call. An optimizer sees their beginning: in full they would crowd out the rest of its
own prompts and of the demonstrations that it picks."""
SHOWN = 600
"""Characters of such an input."""


@dataclass(frozen=True)
class Progress:
    """How far a run has come; told after every rollout."""

    stage: str
    rollouts: int
    budget: Budget
    tokens: int
    best: float | None
    """Mean score of the best program on the validation tasks."""
    start: float | None
    """That of the program as it was."""
    candidates: int
    """Programs tried."""
    current: str
    """First words of what the latest of them has new in its instructions."""


@dataclass
class Candidate:
    """One program that was tried."""

    number: int
    state: State
    train: dict[str, float] = field(default_factory=dict)
    validation: dict[str, float] = field(default_factory=dict)
    heldout: dict[str, float] = field(default_factory=dict)
    """Score by task; a task whose rollout broke is in none."""
    tokens: dict[str, int] = field(default_factory=dict)
    """Of the rollouts on held-out tasks."""
    broken: set[str] = field(default_factory=set)
    at: int = 0
    """Rollouts that had been made when its validation was complete."""

    def mean(self, wanted: Sequence[str]) -> float | None:
        """On the validation tasks, once all were tried; None if most of them broke."""
        if not set(wanted) <= self.validation.keys() | self.broken or 2 * len(self.validation) < len(wanted):
            return None
        return sum(self.validation.values()) / len(self.validation)


class Meter:
    """Everything that is counted, for one call of `optimize`.

    Args:
        ledger: Open.
        metric: As the role's.
        budget: For everything.
        seed: The program as it is.
        train, validation: Ids of the tasks that are searched with; every other task is held out.
        crashes: Share of rollouts that may break.
        progress: Told after every rollout.
    """

    def __init__(
        self, ledger: Ledger, metric: Metric, budget: Budget, seed: dspy.Module, *,
        train: Sequence[str], validation: Sequence[str], crashes: float, progress: Callable[[Progress], None] | None,
    ) -> None:  # fmt: skip
        self.ledger, self.metric, self.budget = ledger, metric, budget
        self.train, self.validation = tuple(train), tuple(validation)
        self.candidates: dict[str, Candidate] = {}
        self.seed = self.candidate_of(seed)
        self.stage, self.kept_back, self.tokens_kept_back = "", 0, 0
        self.reason = ""
        self.failure: WritError | None = None
        self._crashes, self._progress, self._out = crashes, progress, stdout
        self._lock = threading.RLock()
        self._idle = threading.Condition(self._lock)
        self._running = self._requests = self._reserved = self._broken = 0
        self._closed = False
        self._turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._scoring = threading.Lock()

    def __deepcopy__(self, memo: object) -> Self:
        return self

    # ------------------------------------------------------------------ what may be spent

    @contextmanager
    def stage_of(self, name: str, kept_back: int = 0, tokens_kept_back: int = 0) -> Iterator[None]:
        """A part of the run, from whose budget so much is kept back for what comes after it; waits for what is under way."""
        with self._lock:
            self.stage, self.kept_back, self.tokens_kept_back = name, kept_back, tokens_kept_back
            self.reason = ""
        try:
            yield
        finally:
            with self._lock:
                self._idle.wait_for(lambda: not self._running and not self._requests, timeout=600)

    def close(self) -> None:
        """Let nothing more begin."""
        with self._lock:
            self._closed = True

    def left(self) -> int:
        """Rollouts that this stage may still begin."""
        with self._lock:
            return self.budget.rollouts - self.kept_back - self.ledger.rollouts - self._running

    def affords(self, rollouts: int) -> bool:
        """Whether so many more can be had, by rollouts and, as far as one can tell, by tokens."""
        with self._lock:
            done = self.ledger.rollouts
            tokens = self.ledger.tokens / done * rollouts if done else 0
            limit = self.budget.tokens
            return self.left() >= rollouts and (
                limit is None or self.ledger.tokens + tokens <= limit - self.tokens_kept_back
            )

    def take(self, tokens: int) -> None:
        with self._lock:
            limit = self.budget.tokens
            if self._closed:
                raise self._stop("stopped")
            if limit is not None:
                would = self.ledger.tokens + self._reserved + tokens
                if would > limit - self.tokens_kept_back:
                    raise self._stop(f"the budget of {limit:,} tokens is spent")
            self._reserved += tokens
            self._requests += 1

    def give_back(self, tokens: int) -> None:
        with self._idle:
            self._reserved -= tokens
            self._requests -= 1
            self._idle.notify_all()

    def broke(self, why: str) -> None:
        """The model that the optimizer itself asks cannot be reached."""
        self.fail(RoleError(f"the reflection model broke: {why} Everything so far is kept: the same command goes on."))

    def fail(self, why: WritError) -> None:
        """End the run with this.

        Raises:
            Stop: Always.
        """
        with self._lock:
            self.failure = self.failure or why
            self._closed = True
        raise Stop(why)

    def _admit(self) -> None:
        with self._lock:
            if self._closed:
                raise self._stop("stopped")
            if self.left() < 1:
                raise self._stop(f"the budget of {self.budget.rollouts} rollouts is spent")
            self._running += 1

    def _stop(self, why: str) -> Stop:
        self.reason = self.reason or why
        return Stop(why)

    # ------------------------------------------------------------------ rollouts

    def rollout(self, student: Watched, key: str, attempt: int, play: Callable[[], dspy.Prediction]) -> dspy.Prediction:
        """One rollout, played or, if it was before, played back; scored and counted once.

        Raises:
            Stop: There is no money for it, or too many broke.
        """
        candidate, name = self._met(student.program)
        draw, warmth = student.sampling()
        own = digest({"program": name, "task": key, "attempt": attempt + draw, "temperature": warmth})
        with self._turns[own]:  # who asks for the same at the same time waits, and is given the same
            record = self.ledger.rollout(own)
            now = Under(self._purpose(key, candidate), known=record is not None)
            with ExitStack() as stack:
                if record is None:
                    self._admit()
                    stack.callback(self._done)
                token = under.set(now)
                stack.callback(under.reset, token)
                made = play()
                score, crash = self._scored(made)
                if record is None:
                    record = self.ledger.keep_rollout({
                        "id": own, "purpose": now.purpose, "program": name, "task": key, "attempt": attempt + draw,
                        "score": None if crash else round(score, 6), "crash": crash, "calls": now.calls, "tokens": now.tokens,
                    })  # fmt: skip
        plain = not attempt + draw and warmth is None
        with self._lock:
            self._note(candidate, key, None if crash else score, record, plain=plain)
            self._count_crash(crash)
        self._tell(candidate)
        return made

    def candidate_of(self, program: dspy.Module) -> Candidate:
        """The program's own entry, made if there is none yet."""
        return self._met(program)[0]

    def _met(self, program: dspy.Module) -> tuple[Candidate, str]:
        name = compiled.digest(program)
        if name not in self.candidates:
            state = {key: (one.signature.instructions, list(one.demos)) for key, one in program.named_predictors()}
            self.candidates.setdefault(name, Candidate(len(self.candidates), state))
        return self.candidates[name], name

    def _purpose(self, key: str, candidate: Candidate) -> Purpose:
        if key not in self.train and key not in self.validation:
            return "held-out"
        if candidate is self.seed:
            return "seed"
        return "validation" if key in self.validation else "candidate"

    def _scored(self, made: dspy.Prediction) -> tuple[float, str]:
        """The score, and what broke if anything did."""
        if made.rollout.crash:
            return 0.0, str(made.rollout.crash)
        with self._scoring:
            before = self.metric.crashes.copy()
            judged = self.metric.judge(made.rollout)
            broke = self.metric.crashes - before
        return judged.score, f"scoring broke: {next(iter(broke))}" if broke else ""

    def _note(self, candidate: Candidate, key: str, score: float | None, record: Record, *, plain: bool) -> None:
        if key in self.train:
            scores = candidate.train
        else:
            scores = candidate.validation if key in self.validation else candidate.heldout
        if score is None:
            candidate.broken.add(key)
        elif plain or scores is candidate.train:
            scores[key] = score
            candidate.broken.discard(key)
        if scores is candidate.validation:
            candidate.at = max(candidate.at, record["n"])
        if scores is candidate.heldout:
            candidate.tokens[key] = record["tokens"][0] + record["tokens"][2]

    def _count_crash(self, crash: str) -> None:
        if not crash:
            return
        self._broken += 1
        made = self.ledger.rollouts
        if self._broken > self._crashes * max(made, FIRST):
            self.fail(
                RoleError(
                    f"{self._broken} of {made} rollouts broke, more than {self._crashes:.0%}: nothing can be learned from "
                    f"that. The last one: {crash} Repair that; the same command then goes on, and plays them again."
                )
            )

    def _done(self) -> None:
        with self._idle:
            self._running -= 1
            self._idle.notify_all()

    # ------------------------------------------------------------------ the best

    def best(self) -> Candidate:
        """The program with the best mean on the validation tasks; of equals the first, so the seed stands if none is better."""
        done = [one for one in self.candidates.values() if one.mean(self.validation) is not None]
        return max(done, key=lambda one: (one.mean(self.validation) or 0.0, -one.number), default=self.seed)

    def by_training(self) -> list[Candidate]:
        """Programs that were tried on training tasks only, the best first; the seed's mean is the bar."""
        bar = _mean(self.seed.train)
        tried = [one for one in self.candidates.values() if one.train and not one.validation and one is not self.seed]
        most = max((len(one.train) for one in tried), default=0)
        tried = [one for one in tried if 2 * len(one.train) >= most and _mean(one.train) > bar]
        return sorted(tried, key=lambda one: (-_mean(one.train), one.number))

    def history(self) -> list[tuple[int, float]]:
        """(rollouts, best mean on the validation tasks so far), from the seed on."""
        done = [(one.at, mean) for one in self.candidates.values() if (mean := one.mean(self.validation)) is not None]
        return [(at, max(mean for other, mean in done if other <= at)) for at, _ in sorted(done)]

    def _tell(self, candidate: Candidate) -> None:
        if self._progress is None:
            return
        with self._lock:
            best = self.best().mean(self.validation)
            start = self.seed.mean(self.validation)
            state = Progress(
                self.stage, self.ledger.rollouts, self.budget, self.ledger.tokens, best, start, len(self.candidates),
                novelty(self.seed.state, candidate.state),
            )  # fmt: skip
            with redirect_stdout(self._out):
                self._progress(state)


class Watched(Student):
    """A student whose every rollout passes the meter."""

    def __init__(self, meter: Meter, *student: Any, **more: Any) -> None:
        super().__init__(*student, **more)
        self.meter = meter

    def forward(self, key: str, attempt: int = 0) -> dspy.Prediction:
        """One rollout, as `Student.forward`."""
        trace = dspy.settings.trace
        start = len(trace) if trace is not None else 0
        made = self.meter.rollout(self, key, attempt, lambda: super(Watched, self).forward(key, attempt))
        if trace is not None:
            trace[start:] = [(one, _plain(inputs), dspy.Prediction(**_plain(said))) for one, inputs, said in trace[start:]]
        return made

    def sampling(self) -> tuple[int, float | None]:
        """Which draw an optimizer asks for that wants several, and at what temperature if not at the usual one."""
        asked = next((one.lm.kwargs for one in self.program.predictors() if one.lm is not None), {})
        return asked.get("rollout_id") or 0, asked.get("temperature")


def put(state: State, program: dspy.Module) -> None:
    """Give a program these instructions and demonstrations."""
    for name, predictor in program.named_predictors():
        instructions, demos = state[name]
        predictor.signature = predictor.signature.with_instructions(instructions)
        predictor.demos = list(demos)


def novelty(before: State, after: State, size: int = 80) -> str:
    """The first line of new instructions, or how many demonstrations there are, in a few words."""
    for name, (text, _) in after.items():
        known = before[name][0].splitlines()
        new = next((line.strip() for line in text.splitlines() if line.strip() and line not in known), "")
        if new:
            return new if len(new) <= size else f"{new[: size - 1]}…"
    demos = sum(len(demos) for _, demos in after.values())
    return f"{demos} demonstrations" if demos else "the program as it is"


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """As an optimizer shows them, keeps them and hashes them: plain JSON, for types that are made at run time cannot."""

    def cut(name: str, value: Any) -> Any:
        long = name in REFERENCE and isinstance(value, str) and len(value) > SHOWN
        return f"{value[:SHOWN]} […]" if long else to_jsonable_python(value)

    return {name: cut(name, value) for name, value in values.items()}


def _mean(scores: Mapping[str, float]) -> float:
    return sum(scores.values()) / len(scores) if scores else 0.0

