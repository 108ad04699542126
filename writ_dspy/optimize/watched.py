"""A student whose every rollout passes the meter, and what an optimizer gets to see of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import dspy
from pydantic_core import to_jsonable_python

from writ_dspy.optimize.meter import Meter
from writ_dspy.optimize.students import Rollout, Student
from writ_dspy.programs.wording import given
from writ_dspy.signatures.proposer import Sentence

REFERENCE = ("policy", "toolbox", "examples")
"""Inputs that are the same in every call. An optimizer sees their beginning: in full they would crowd out the rest of its
own prompts and of the demonstrations that it picks."""
SHOWN = 600
"""Characters of such an input."""
Step = tuple[Any, Mapping[str, Any], Mapping[str, Any]]
"""Of a trace: predictor, inputs, outputs."""


class Played(dspy.Prediction):
    """What became of a rollout, in a few words: an optimizer that shows predictions to a model shows no more than these."""

    @property
    def rollout(self) -> Rollout:
        """The whole, for the metric."""
        found: Rollout = self._rollout
        return found


class Watched(Student):
    """A student whose every rollout passes the meter."""

    def __init__(self, meter: Meter, *student: Any, **more: Any) -> None:
        super().__init__(*student, **more)
        self.meter = meter
        self.shows = False

    def showing(self) -> Self:
        """A copy whose traces hold no more than what can be shown as an example: of several tries the last one."""
        other: Self = self.deepcopy()
        other.shows = True
        return other

    def forward(self, key: str, attempt: int = 0) -> dspy.Prediction:
        """One rollout, as `Student.forward`."""
        trace = dspy.settings.trace
        start = len(trace) if trace is not None else 0

        def play() -> dspy.Prediction:
            if trace is not None:
                del trace[start:]  # of a try that broke
            return super(Watched, self).forward(key, attempt)

        draw, warmth = self.sampling()
        made = self.meter.rollout(self.program, key, attempt + draw, warmth, play)
        if trace is not None:
            steps = kept(made.rollout, trace[start:]) if self.shows else trace[start:]
            trace[start:] = [(one, plain(inputs), dspy.Prediction(**plain(said))) for one, inputs, said in steps]
        shown = Played(accepted=made.rollout.accepted, rejected=made.rollout.rejected)
        shown._rollout = made.rollout  # noqa: SLF001 - a public name would be a field of the prediction
        return shown

    def sampling(self) -> tuple[int, float | None]:
        """Which draw an optimizer asks for that wants several, and at what temperature if not at the usual one."""
        asked: Mapping[str, Any] = next((one.lm.kwargs for one in self.program.predictors() if one.lm is not None), {})
        return asked.get("rollout_id") or 0, asked.get("temperature")


def kept(rollout: Rollout, steps: list[Step]) -> list[Step]:
    """Of a talk, all of it; of a goal, its last step; of a wording or a voice, the last step of each predictor, with the words that were kept."""
    if rollout.role in ("user", "agent"):
        return steps
    if rollout.role == "composer":
        return steps[-1:]
    own = given(rollout.task)
    last = {id(one): (one, inputs, said) for one, inputs, said in steps if inputs.get("sentences", own) == own}
    words: dict[str, Any] = {}
    if rollout.role == "diversifier" and rollout.made and rollout.made.behaviour:
        said = rollout.made.behaviour
        words = {"voice": said.voice, "rewritten": [Sentence(key=key, text=text) for key, text in said.wording]}
    return [
        (one, {name: "" if name == "objection" else value for name, value in inputs.items()}, {**said, **words})
        for one, inputs, said in last.values()
    ]


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """As an optimizer shows them, keeps them and hashes them: plain JSON, for types that are made at run time cannot."""

    def cut(name: str, value: Any) -> Any:
        long = name in REFERENCE and isinstance(value, str) and len(value) > SHOWN
        return f"{value[:SHOWN]} […]" if long else to_jsonable_python(value)

    return {name: cut(name, value) for name, value in values.items()}
