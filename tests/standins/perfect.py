"""A model that plays its role perfectly: it knows how the scripts would have talked, and answers in the role's schema."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from dspy.lm15 import request_from_openai_chat

from tests.programs import proposing
from tests.standins.server import obedient, tool_call
from writ_dspy.conversation import Conversation, Turn
from writ_dspy.domains import Domain
from writ_dspy.domains import load as load_domain
from writ_dspy.programs.notes import look_ups
from writ_dspy.programs.talk import as_text
from writ_dspy.run.synth import load
from writ_dspy.run.worker import run_async
from writ_dspy.simulate.briefing import situation
from writ_dspy.simulate.loop import converse, job
from writ_dspy.simulate.scripted import ScriptedAgent, ScriptedUser
from writ_dspy.task import Task

WORDS = [
    "amber",
    "birch",
    "cedar",
    "delta",
    "ember",
    "fjord",
    "grove",
    "heath",
    "inlet",
    "juniper",
    "kelp",
    "lagoon",
    "meadow",
    "nectar",
    "ocean",
    "quartz",
    "reef",
]

_FIELD = re.compile(r"\[\[ ## (\w+) ## \]\]\n(.*?)(?=\n\n\[\[ ## \w+ ## \]\]\n|\n\nRespond with |\Z)", re.DOTALL)


_NOTE = re.compile(r"(?m)^YOUR NOTE: .*\n?")


def shown(body: dict[str, Any]) -> dict[str, str]:
    """The inputs of the last message, by name; an agent's notes, which no script takes, are left out."""
    return {name: _NOTE.sub("", text) for name, text in _FIELD.findall(body["messages"][-1]["content"])}


class Perfect:
    """Answers a request body with the turn that the script took at that point of the same conversation."""

    def __init__(self, known: Iterable[tuple[Task, Conversation]]) -> None:
        self._next: dict[tuple[str, str], Turn | None] = {}
        self._know(known)

    def _know(self, known: Iterable[tuple[Task, Conversation]]) -> None:
        for task, talk in known:
            for index, turn in enumerate((*talk.turns, None)):
                if turn is None or turn.role == "user":
                    self._next[situation(task), as_text(talk.turns[:index], "user")] = turn
                elif turn.role == "agent":
                    self._next["", as_text(talk.turns[:index], "agent")] = turn

    def __call__(self, body: dict[str, Any]) -> str | dict[str, Any]:
        inputs = shown(body)
        if "conversation" not in inputs:
            return obedient(body)  # the first look at the server
        turn = self._next[inputs.get("situation", ""), inputs["conversation"]]
        if "situation" in inputs:
            said = {"leave": turn is None, "message": turn.text if turn else ""}
            schema = body.get("response_format", {}).get("json_schema", {}).get("schema", {})
            return json.dumps({name: said[name] for name in schema.get("properties", said)})
        if turn is None:
            raise AssertionError("an agent was asked after the end")
        if "tools" in body:
            return tool_call(turn.calls[0].tool, turn.calls[0].text) if turn.calls else turn.text
        return json.dumps({"thought": "as planned", "action": self._action(turn)})

    @staticmethod
    def _action(turn: Turn) -> dict[str, Any]:
        if not turn.calls:
            return {"kind": "say", "text": turn.text}
        (call,) = turn.calls
        return {"kind": call.tool, **call.args}


class Led(ScriptedAgent):
    """The script where the look-ups that are due are made for it, as they are for a guided model."""

    async def act(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn:
        due = look_ups(task, domain, turns)
        return Turn("agent", calls=(due[0],)) if due else await super().act(task, domain, turns, seed)


class EveryRole(Perfect):
    """Plays the proposer and the diversifier too: it knows what code proposes, and then reads the run that came of it."""

    def __init__(self, drafted: Sequence[Task], folder: Path, seed: int) -> None:
        super().__init__(())
        self._wording = proposing.Perfect(drafted)
        self._folder, self._seed = folder, seed
        self._known: set[str] = set()

    def __call__(self, body: dict[str, Any]) -> str | dict[str, Any]:
        inputs = shown(body)
        if "seeds" in inputs:
            return json.dumps(self._voice(inputs, body.get("seed", 0)))
        if "sentences" in inputs or "request" in inputs:
            kind = self._wording.brief if "sentences" in inputs else self._wording.reading
            return json.dumps(kind(request_from_openai_chat(body)))
        if "conversation" in inputs and (inputs.get("situation", ""), inputs["conversation"]) not in self._next:
            self._know(run_async(self._played))  # tasks come while others are played
        return super().__call__(body)

    async def _played(self) -> list[tuple[Task, Conversation]]:
        tasks = [task for task in load(self._folder).tasks() if task.id not in self._known]
        self._known |= {task.id for task in tasks}
        user, agent = ScriptedUser(), Led()
        return [(t, await converse(job(t, 0, self._seed), load_domain(t.domain), user, agent)) for t in tasks]

    @staticmethod
    def _voice(inputs: dict[str, str], seed: int) -> dict[str, Any]:
        given = json.loads(inputs["sentences"])
        words = random.Random(f"{inputs['seeds']}{seed}").sample(WORDS, 9)
        new = [{"key": one["key"], "text": f"Now then, {one['text']}"} for one in given]
        return {"voice": f"Someone like {' '.join(words)}.", "rewritten": new}
