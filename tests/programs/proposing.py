"""A model that a test plays for the proposer: it words harmlessly and reads what it knows."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from dspy.lm15 import Request as LMRequest

from tests.standins.engines import ScriptedEngine, prompt
from writ_dspy.domains import load
from writ_dspy.lm import Connection
from writ_dspy.programs.proposer import Phraser
from writ_dspy.signatures.goal import to_asked
from writ_dspy.task import Task

Json = Any


def field(request: LMRequest, name: str) -> str:
    """One input as the model is shown it."""
    return prompt(request).rpartition(f"[[ ## {name} ## ]]\n")[2].partition("\n\n[[ ## ")[0].partition("\n\nRespond")[0]


def asked_for(request: LMRequest) -> str:
    schema = json.dumps(request.config.response_format)
    return next(name for name in ("wishes", "reading", "brief") if f'"{name}"' in schema)


class Perfect:
    """Plays the proposer's model: words harmlessly, and reads whatever task it knows."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self.tasks = tasks
        self.asked: Counter[str] = Counter()

    def __call__(self, request: LMRequest) -> str:
        kind = asked_for(request)
        self.asked[kind] += 1
        return json.dumps(getattr(self, kind)(request))

    def brief(self, request: LMRequest) -> Json:
        """A wording: every sentence with some words around it."""
        given = json.loads(field(request, "sentences"))
        new = [{"key": one["key"], "text": f"Well, {one['text']}"} for one in given]
        return {"rewritten": new, "brief": "You want this. " + " ".join(one["text"] for one in new[1:])}

    def reading(self, request: LMRequest) -> Json:
        """The goal of the task whose sentences all stand in the text."""
        return {"reading": "", "goal": to_asked(self.of(field(request, "request")).goal).model_dump()}

    def of(self, text: str) -> Task:
        return next(
            t
            for t in self.tasks
            if all(part in text for part in (t.identity.text, *(s.text for r in t.requests for s in r.slots)))
        )


def connection(reply: Callable[[LMRequest], str]) -> tuple[Connection, ScriptedEngine]:
    engine = ScriptedEngine(reply)
    return Connection.over(engine, role="proposer"), engine


def phrase(reply: Callable[[LMRequest], str], task: Task, seed: int = 1) -> Task:
    return asyncio.run(Phraser(connection(reply)[0]).phrase(task, load(task.domain), seed))
