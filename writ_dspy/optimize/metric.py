"""What a rollout is worth, in [0, 1], and what there is to learn from it, in words; for every optimizer of DSPy.

Partial credit is a weighted mean of shares, so that each repair raises the score and no two repairs have to come
together. What the verifier accepts is worth more than anything that it rejects.
"""

from __future__ import annotations

import math
import weakref
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dspy

from writ_dspy.errors import ConfigError
from writ_dspy.optimize.credit import PARTS, Part, Parts, structure, voice
from writ_dspy.optimize.lessons import LONGEST, lesson, short, step_shown
from writ_dspy.optimize.students import Rollout
from writ_dspy.programs.voice import shingles
from writ_dspy.task import Task

METRIC_VERSION = "5"
"""Changes whenever a rollout could be scored differently."""
OBJECTIVES = ("accepted", "diverse", "tokens")
HEAVIEST = 1_000_000
"""The most that an objective may weigh."""
REJECTED, ACCEPTED = 0.85, 0.9
"""The most that a rejected rollout is worth, and the least that an accepted one is."""
Pairs = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Judgement:
    """A rollout's worth."""

    score: float
    feedback: str
    objectives: dict[str, float]


class Metric:
    """Scores rollouts of one role's student.

    Args:
        role: As of the student.
        objectives: Weights. `accepted`: the verifier's judgement with partial credit. `diverse`: distance of the words
            from those in the pool. `tokens`: acceptance per tokens spent, on a logarithmic scale: each halving counts
            as much. The score is their weighted mean.
        pool: What to be different from: texts, or tasks with their instructions and voices; a rollout's own is left out.

    Raises:
        ConfigError: There is no such role or objective, or no positive weight.
    """

    def __init__(
        self, role: str, objectives: Mapping[str, float] | None = None, pool: Sequence[Task | str] = ()
    ) -> None:
        if role not in PARTS:
            raise ConfigError(f"no role {role!r}; there are {', '.join(PARTS)}. Choose one of them.")
        self.role = role
        self.objectives = dict(objectives or {"accepted": 1.0})
        wrong = [name for name in self.objectives if name not in OBJECTIVES]
        weights = self.objectives.values()
        if wrong or not all(0 <= weight <= HEAVIEST for weight in weights) or not any(weights):
            what = f"no objective {wrong[0]!r}" if wrong else f"no weights {self.objectives}"
            raise ConfigError(
                f"{what}; there are {', '.join(OBJECTIVES)}, with weights from 0 to {HEAVIEST:,}. Choose from these."
            )
        self.pool = [_pooled(role, one) for one in pool]
        self.crashes: Counter[str] = Counter()
        """What broke in scoring, which is nobody's fault but this file's."""
        self._known: weakref.WeakKeyDictionary[Rollout, Judgement] = weakref.WeakKeyDictionary()

    def __call__(
        self,
        gold: Any,
        pred: Any,
        trace: Any = None,
        pred_name: str | None = None,
        pred_trace: Any = None,
        program_trace: Any = None,
    ) -> dspy.Prediction:
        """Score, feedback and objectives; GEPA asks three times for each rollout, the last time about one step of it."""
        rollout = getattr(pred, "rollout", None)
        judged = self.judge(rollout)
        step = step_shown(rollout, pred_name or "", pred_trace) if pred_trace and rollout and not rollout.crash else ""
        return dspy.Prediction(
            score=judged.score,
            feedback=f"{step}{judged.feedback}"[:LONGEST],
            objectives=dict(judged.objectives),
            objective_scores=dict(judged.objectives),
        )

    def scalar(self, gold: Any, pred: Any, trace: Any = None) -> float:
        """The score alone, for MIPROv2, bootstrapping and `dspy.Evaluate`, which would take a `Prediction` for true.

        While an optimizer bootstraps, which it shows by a trace, only what can be an example counts at all.
        """
        rollout = getattr(pred, "rollout", None)
        if trace is not None and not (rollout is not None and rollout.exemplary):
            return 0.0
        return self.judge(rollout).score

    def judge(self, rollout: Rollout | None) -> Judgement:
        """The rollout's worth; a crash is worth nothing and says so. Raises nothing."""
        if rollout is None or rollout.crash:
            return _crash(rollout.crash if rollout else "the program raised")
        if rollout not in self._known:
            try:
                self._known[rollout] = self._judge(rollout)
            except Exception as error:  # noqa: BLE001 - an optimizer would take it for a bad prompt; `crashes` counts it
                self.crashes[f"{type(error).__name__}: {error}"] += 1
                return _crash(f"scoring broke: {type(error).__name__}: {error}")
        return self._known[rollout]

    def _judge(self, rollout: Rollout) -> Judgement:
        shares = [*PARTS[self.role](rollout), *self._own(rollout)]
        total = sum(part.weight * part.share for part in shares) / sum(part.weight for part in shares)
        quality = ACCEPTED + (1 - ACCEPTED) * total if rollout.accepted else REJECTED * total
        values = {
            "accepted": quality,
            "diverse": self._distance(rollout),
            "tokens": quality * _thrift(rollout),
        }
        kept = {name: values[name] for name in self.objectives}
        score = sum(weight * kept[name] for name, weight in self.objectives.items()) / sum(self.objectives.values())
        return Judgement(score, lesson(rollout, shares, quality), kept)

    def _own(self, rollout: Rollout) -> Parts:
        """A wording, a goal's structure or a voice is to be new, whatever the objectives."""
        return [Part("new", 2, self._distance(rollout))] if self.role in ("proposer", "composer", "diversifier") else []

    def _distance(self, rollout: Rollout) -> float:
        """One less the likeness to the nearest text of the pool; nothing said is nothing new."""
        own = shingles(_words(rollout))
        others = [other for key, other in self.pool if key != rollout.task.id]
        others += [shingles(rollout.beside)] if rollout.beside else []
        return 0.0 if not own else 1 - max((len(own & other) / len(own | other) for other in others), default=0.0)


def _pooled(role: str, one: Task | str) -> tuple[str, Pairs]:
    """A text by its task's id, where it has one."""
    if isinstance(one, str):
        return "", shingles(one)
    if role == "composer":
        return one.id, shingles(structure(one))
    heard = one.behaviour.voice if one.behaviour else ""
    return one.id, shingles(heard if role == "diversifier" else one.instruction)


def _words(rollout: Rollout) -> str:
    """What the role wrote."""
    if rollout.role == "diversifier":
        return voice(rollout)
    if rollout.role == "composer":
        return structure(rollout.made) if rollout.made else ""
    if rollout.role == "proposer":
        return rollout.made.instruction if rollout.made else ""
    return " ".join(turn.text for turn in rollout.talk.turns if turn.role == rollout.role) if rollout.talk else ""


def _thrift(rollout: Rollout) -> float:
    """1 for no tokens, 0.5 for 100,000, 0 from ten million on; cached prompt tokens are free."""
    used = rollout.usage
    tokens = used.input_tokens - used.cached_tokens + used.output_tokens
    return max(0.0, 1 - math.log10(1 + tokens / 1000) / 4)


def _crash(why: str) -> Judgement:
    return Judgement(0.0, f"crash: {short(why, 400)} This says nothing about the instructions.", {})
