"""A student whose ability is known: of the tries at each task it solves a share p, by chance that depends on the places of task and try.

It plays a try that it solves as the scripted agent would, and gives up at once in any other. Which try a request belongs to,
and at which turn, is told by the request's seed, which a run derives from nothing else.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any

from tests.standins.perfect import Perfect, shown
from tests.standins.server import obedient, tool_call
from writ_dspy.conversation import Turn
from writ_dspy.domains import load
from writ_dspy.programs.tries import derive
from writ_dspy.simulate.loop import Job, converse, job
from writ_dspy.simulate.scripted import ScriptedAgent, ScriptedUser
from writ_dspy.task import Task

GIVES_UP = "I am sorry, but I cannot help you with that. Goodbye."


def share(key: str) -> float:
    """In [0, 1), by the text alone."""
    return int.from_bytes(hashlib.sha256(f"luck of {key}".encode()).digest()[:6]) / 2**48


class Student:
    """Answers a request body for `StandIn`.

    Args:
        tasks: What it may be asked about.
        tries: So many tries at each.
        run_seed: Of the run.
        ability: The chance to solve a try at a task.
    """

    def __init__(self, tasks: Iterable[Task], tries: int, run_seed: int, ability: Callable[[Task], float]) -> None:
        self.solved: dict[str, bool] = {}
        self._next: dict[int, Turn] = {}
        self.asked = 0
        for place, task in enumerate(tasks):
            for work in (job(task, attempt, run_seed) for attempt in range(tries)):
                self.solved[work.id] = share(f"{place}.{work.attempt}") < ability(task)
                if self.solved[work.id]:
                    self._next |= asyncio.run(_played(work))

    def __call__(self, body: dict[str, Any]) -> str | dict[str, Any]:
        chats = "<policy>" in str(body["messages"][0]["content"])
        if not chats and "conversation" not in shown(body):
            return obedient(body)  # the first look at the server
        self.asked += 1
        turn = self._next.get(body["seed"], Turn("agent", GIVES_UP))
        if chats:
            return tool_call(turn.calls[0].tool, turn.calls[0].text) if turn.calls else turn.text
        return json.dumps({"thought": "as planned", "action": Perfect._action(turn)})

    def passed(self, task_id: str) -> int:
        """Tries at a task that it solves."""
        return sum(good for key, good in self.solved.items() if key.rpartition(".")[0] == task_id)


async def _played(work: Job) -> dict[int, Turn]:
    """The agent's turns by the seed with which each is asked for."""
    talk = await converse(work, load(work.task.domain), ScriptedUser(), ScriptedAgent())
    return {derive(work.seed, at, 0): turn for at, turn in enumerate(talk.turns) if turn.role == "agent"}
