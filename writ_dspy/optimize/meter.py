"""Stands between an optimizer and the rollouts that it asks for: lets them pass, counts them, and remembers the best.

An optimizer of DSPy takes whatever a program raises for a bad program, and ends with what it had if its own budget is
spent. So the budget is kept here: a rollout is refused before it begins, and the best program so far is known at any time.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from sys import stdout
from typing import TYPE_CHECKING, Any, NoReturn, Self

import dspy

from writ_dspy.errors import RoleError, WritError
from writ_dspy.optimize.candidate import Candidate, average, novelty, state_of
from writ_dspy.optimize.ledger import Budget, Ledger, Purpose, digest
from writ_dspy.optimize.metric import Judgement, Metric
from writ_dspy.optimize.students import Rollout
from writ_dspy.optimize.tape import Stop, Under, under
from writ_dspy.programs import compiled
from writ_dspy.shown import counted
from writ_dspy.store.jsonl import Record

if TYPE_CHECKING:
    from collections.abc import Iterator


SEARCH, HELD = "search", "held out"
"""The stage in which an optimizer runs, which a perfect score ends; and how the names of those begin that measure the
program on held-out tasks."""
FIRST = 20
"""Rollouts that a share of crashes is at least reckoned on, so that a single early one does not stop a run."""


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


class Fair(Metric):
    """What broke is scored as is usual for its task, so that no program looks worse for it; the meter leaves it out."""

    usual: Callable[[str], float] = staticmethod(lambda _: 0.0)
    """The score of the program as it was, by the id of a task."""

    def judge(self, rollout: Rollout | None) -> Judgement:
        """As `Metric.judge`; objectives are empty where something broke."""
        judged = super().judge(rollout)
        if judged.objectives or rollout is None:
            return judged
        return replace(judged, score=self.usual(rollout.task.id))


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
        self, ledger: Ledger, metric: Fair, budget: Budget, seed: dspy.Module, *,
        train: Sequence[str], validation: Sequence[str], crashes: float, progress: Callable[[Progress], None] | None,
    ) -> None:  # fmt: skip
        self.ledger, self.metric, self.budget = ledger, metric, budget
        metric.usual = self.usual
        self.train, self.validation = tuple(train), tuple(validation)
        self.candidates: dict[str, Candidate] = {}
        self.seed = self.candidate_of(seed)
        self.stage, self.kept_back, self.tokens_kept_back = "", 0, 0
        self.reason = ""
        self.failure: WritError | None = None
        self._crashes, self._progress, self._out = crashes, progress, stdout
        self._lock = threading.RLock()
        self._idle = threading.Condition(self._lock)
        self._requests = self._reserved = self._broken = 0
        self._running: set[str] = set()
        self._lost = ledger.crashed
        self._seen: set[str] = set()
        self._heard: dict[str, int] = {}
        self._closed = False
        self._turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

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
        except BaseException:
            self.close()  # what is under way ends with its next request
            raise
        finally:
            with self._lock:
                self._idle.wait_for(lambda: not self._running and not self._requests, timeout=600)

    def close(self) -> None:
        """Let nothing more begin."""
        with self._lock:
            self._closed = True

    @property
    def made(self) -> int:
        """Rollouts so far; those that an earlier call made count when this one comes to them, so that both go one way."""
        return self._lost + len(self._seen)

    @property
    def used(self) -> int:
        """Tokens so far, in the same way."""
        return sum(self._heard.values())

    def left(self) -> int:
        """Rollouts that this stage may still begin."""
        with self._lock:
            return self.budget.rollouts - self.kept_back - self.made - len(self._running)

    def affords(self, rollouts: int) -> bool:
        """Whether so many more can be had, by rollouts and, as far as one can tell, by tokens."""
        with self._lock:
            tokens = self.used / self.made * rollouts if self.made else 0
            limit = self.budget.tokens
            return self.left() >= rollouts and (limit is None or self.used + tokens <= limit - self.tokens_kept_back)

    def take(self, tokens: int) -> bool:
        with self._lock:
            limit = self.budget.tokens
            if self._closed:
                raise self._stop("stopped")
            if limit is not None:
                free = min(limit - self.tokens_kept_back - self.used, limit - self.ledger.tokens)
                if tokens > free:
                    raise self._stop(f"the budget of {counted(limit, 'token')} is spent")
                if tokens > free - self._reserved:
                    return False
            self._reserved += tokens
            self._requests += 1
            return True

    def heard(self, key: str, tokens: int) -> None:
        with self._lock:
            self._heard[key] = tokens

    def give_back(self, tokens: int) -> None:
        with self._idle:
            self._reserved -= tokens
            self._requests -= 1
            self._idle.notify_all()

    def fail(self, why: WritError) -> NoReturn:
        """End the run with this.

        Raises:
            Stop: Always.
        """
        with self._lock:
            self.failure = self.failure or why
            self._closed = True
        raise Stop(why)

    def _admit(self, own: str, key: str) -> None:
        with self._lock:
            if self._closed:
                raise self._stop("stopped")
            if self.reason or (self._held(key) != self.stage.startswith(HELD)):  # left over by an optimizer's threads
                raise Stop(self.reason or "too late")
            if self.stage == SEARCH and self.best().mean(self.validation) == 1.0:
                raise self._stop("every validation task has a perfect score")
            if self.left() < 1 or self.ledger.rollouts + len(self._running) >= self.budget.rollouts:
                raise self._stop(f"the budget of {counted(self.budget.rollouts, 'rollout')} is spent")
            self._running.add(own)

    def _stop(self, why: str) -> Stop:
        self.reason = self.reason or why
        return Stop(why)

    # ------------------------------------------------------------------ rollouts

    def rollout(
        self, program: dspy.Module, key: str, attempt: int, warmth: float | None, play: Callable[[], dspy.Prediction]
    ) -> dspy.Prediction:
        """One rollout, played or, if it was before, played back; scored and counted once.

        `warmth` is a temperature other than the usual one.

        One that breaks is played once more, at its own cost: a hiccup of a server says nothing of the program.

        Raises:
            Stop: There is no money for it, or too many broke.
        """
        candidate, name = self._met(program)
        asked = {"program": name, "task": key, "attempt": attempt, "temperature": warmth}
        own = digest(asked)
        with self._turns[own]:  # who asks for the same at the same time waits, and is given the same
            made, score, record = self._played(own, asked, candidate, play)
            if record["crash"]:
                made, score, record = self._played(own, asked, candidate, play)
        plain = not attempt and warmth is None
        with self._lock:
            self._note(candidate, key, None if record["crash"] else score, record, plain=plain)
        self._tell(candidate)
        return made

    def _played(
        self, own: str, asked: Mapping[str, Any], candidate: Candidate, play: Callable[[], dspy.Prediction]
    ) -> tuple[dspy.Prediction, float, Record]:
        key = asked["task"]
        record = self.ledger.rollout(own)
        now = Under(self._purpose(key, candidate), known=record is not None)
        with ExitStack() as stack:
            if record is None:
                self._admit(own, key)
                stack.callback(self._done, own)
            token = under.set(now)
            stack.callback(under.reset, token)
            made = play()
            score, crash = self._scored(made)
            with self._lock:
                if record is None:
                    record = self.ledger.keep_rollout({
                        "id": own, "purpose": now.purpose, "program": asked["program"], "task": key,
                        "attempt": asked["attempt"], "score": None if crash else round(score, 6), "crash": crash,
                        "calls": now.calls, "tokens": now.tokens,
                    })  # fmt: skip
                self._running.discard(own)
                self._seen.add(record["id"])
        self._count_crash(crash)
        return made, score, record

    def candidate_of(self, program: dspy.Module) -> Candidate:
        """The program's own entry, made if there is none yet."""
        return self._met(program)[0]

    def _met(self, program: dspy.Module) -> tuple[Candidate, str]:
        name = compiled.digest(program)
        if name not in self.candidates:
            self.candidates.setdefault(name, Candidate(len(self.candidates), state_of(program)))
        return self.candidates[name], name

    def _purpose(self, key: str, candidate: Candidate) -> Purpose:
        if self._held(key):
            return "held-out"
        if candidate is self.seed:
            return "seed"
        return "validation" if key in self.validation else "candidate"

    def _scored(self, made: dspy.Prediction) -> tuple[float, str]:
        """The score, and what broke if anything did."""
        if made.rollout.crash:
            return 0.0, str(made.rollout.crash)
        judged = self.metric.judge(made.rollout)
        return judged.score, "" if judged.objectives else judged.feedback

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
        with self._lock:
            self._broken += 1
        made = self.ledger.rollouts
        if self._broken > self._crashes * max(made, FIRST):
            self.fail(
                RoleError(
                    f"{self._broken} of {counted(made, 'rollout')} broke, more than {self._crashes:.0%}: nothing can be learned from "
                    f"that. The last one: {crash} Repair that; the same command then goes on, and plays them again."
                )
            )

    def _done(self, own: str) -> None:
        with self._idle:
            self._running.discard(own)
            self._idle.notify_all()

    # ------------------------------------------------------------------ scores

    def usual(self, key: str) -> float:
        """What the program as it was scored at that task, or else on average."""
        known = self.seed.train | self.seed.validation
        return known.get(key, average(known))

    def _held(self, key: str) -> bool:
        return key not in self.train and key not in self.validation

    def best(self) -> Candidate:
        """The program with the best mean on the validation tasks; of equals the seed, then who did best in training, then the first.

        There are few validation tasks, and several programs often do all of them equally well.
        """
        done = [one for one in self.candidates.values() if one.mean(self.validation) is not None]
        return max(done, key=self._rank, default=self.seed)

    def _rank(self, one: Candidate) -> tuple[float, bool, float, int]:
        """A training task that it was not tried on counts as it does for the seed."""
        trained = sum(one.train.get(key, self.usual(key)) for key in self.train)
        return round(one.mean(self.validation) or 0.0, 6), one is self.seed, round(trained, 6), -one.number

    def by_training(self) -> list[Candidate]:
        """Programs that were tried on training tasks only, the best first; the seed's mean is the bar."""
        bar = average(self.seed.train)
        tried = [one for one in self.candidates.values() if one.train and not one.validation and one is not self.seed]
        most = max((len(one.train) for one in tried), default=0)
        tried = [one for one in tried if 2 * len(one.train) >= most and average(one.train) > bar]
        return sorted(tried, key=lambda one: (-average(one.train), one.number))

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
