"""The script as a teacher: where a program has nothing accepted to show, verified scripted talks are the demonstrations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dspy

from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain, load
from writ_dspy.optimize.watched import Watched, plain
from writ_dspy.programs import user
from writ_dspy.programs.agent import ModelAgent
from writ_dspy.programs.compiled import fresh
from writ_dspy.programs.talk import shown
from writ_dspy.programs.tries import derive
from writ_dspy.scripted import ScriptedAgent, ScriptedUser
from writ_dspy.simulate import converse, job
from writ_dspy.students import Rollout
from writ_dspy.task import Task
from writ_dspy.verify import verify

ROLES = ("user", "agent")
"""The roles whose script says more than the task does: the others would only learn to copy it."""


class Script(dspy.Module):
    """In a program's place, the scripted role: each of its turns goes into the trace as if the program had said it.

    It asks no model, so it costs nothing and is not counted.

    Args:
        student: Whose demonstrations are wanted; its role is one of `ROLES`.
    """

    def __init__(self, student: Watched) -> None:
        super().__init__()
        self.program = fresh(student.stage.role)
        self.stage = student.stage

    def forward(self, key: str, attempt: int = 0) -> dspy.Prediction:
        """The scripted talk about the task with that id, as `.rollout`."""
        stage, task = self.stage, self.stage.task(key)
        domain = load(task.domain)
        talk = stage.wait(converse(job(task, attempt, stage.seed), domain, ScriptedUser(), ScriptedAgent()))
        steps = (self._agent if stage.role == "agent" else _user)(task, domain, talk.turns)
        start = derive("teach", key) % len(steps)  # DSPy takes the last of a trace half of the time: let each be last
        (predictor,) = self.program.predictors()
        dspy.settings.trace.extend(
            (predictor, plain(inputs), dspy.Prediction(**plain(said))) for inputs, said in steps[start:] + steps[:start]
        )
        return dspy.Prediction(rollout=Rollout(stage.role, task, talk, verify(task, talk, domain)))

    def _agent(self, task: Task, domain: Domain, turns: Sequence[Turn]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        asks = ModelAgent(self.stage.connection, guided=self.stage.mode == "guided").asked
        steps: list[tuple[dict[str, Any], dict[str, Any]]] = []
        for index, turn in enumerate(turns):
            if turn.role == "agent":
                calls = [(f"Next: {shown(call)}.", {"kind": call.tool, **call.args}) for call in turn.calls]
                said = calls or [("Next I write to them.", {"kind": "say", "text": turn.text})]
                known = asks(task, domain, turns[:index])
                steps += [(known, {"thought": thought, "action": action}) for thought, action in said]
        return steps


def _user(task: Task, _: Domain, turns: Sequence[Turn]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    said = [
        (user.asked(task, turns[:index]), {"leave": False, "message": turn.text})
        for index, turn in enumerate(turns)
        if turn.role == "user"
    ]
    return [*said, (user.asked(task, turns), {"leave": True, "message": "Goodbye."})]
