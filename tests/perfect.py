"""A model that plays its role perfectly: it knows how the scripts would have talked, and answers in the role's schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from tests.standin import obedient, tool_call
from writ_dspy.conversation import Conversation, Turn
from writ_dspy.programs.talk import as_text
from writ_dspy.programs.user import situation
from writ_dspy.task import Task

_FIELD = re.compile(r"\[\[ ## (\w+) ## \]\]\n(.*?)(?=\n\n\[\[ ## \w+ ## \]\]\n|\n\nRespond with |\Z)", re.DOTALL)


def shown(body: dict[str, Any]) -> dict[str, str]:
    """The inputs of the last message, by name."""
    return dict(_FIELD.findall(body["messages"][-1]["content"]))


class Perfect:
    """Answers a request body with the turn that the script took at that point of the same conversation."""

    def __init__(self, known: Iterable[tuple[Task, Conversation]]) -> None:
        self._next: dict[tuple[str, str], Turn | None] = {}
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
