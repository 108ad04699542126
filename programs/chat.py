"""The agent as it is deployed: chat messages and native tool calls, as the rows of a dataset show them, and no program around it."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain
from writ_dspy.errors import DomainError
from writ_dspy.lm import BadReply, Connection
from writ_dspy.programs.tries import derive
from writ_dspy.task import Call, Json, Task

DRAWS = 3
"""Draws of one turn, the first included, while the reply cannot be used."""


class ChatAgent:
    """Satisfies the `Agent` protocol with a model that is asked as whoever trained on rows, or serves it, would ask it.

    What it says and calls stands as it is: a text beside a call, or several calls, are for the checks to judge.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.name = f"chat:{connection.model_name}"

    async def act(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn:
        """The next step; a reply that is cut off, or nothing, is drawn again.

        Raises:
            LMError: The server failed, or no reply in `DRAWS` draws could be used.
        """
        messages = as_messages(domain, turns)
        for draw in range(DRAWS):
            self.connection.usage.redraws += draw > 0
            try:
                said = await self.connection.chat(messages, domain.tools, seed=derive(seed, len(turns), draw))
            except BadReply:
                if draw == DRAWS - 1:
                    raise
            else:
                return Turn(
                    "agent", said.text.strip(), tuple(_call(domain, name, arguments) for name, arguments in said.calls)
                )
        raise AssertionError("unreachable")


def as_messages(domain: Domain, turns: Sequence[Turn]) -> list[dict[str, Json]]:
    """The talk so far as a chat: the domain's own system prompt, then every turn, each result after its call."""
    made: list[dict[str, Json]] = [{"role": "system", "content": domain.system_prompt}]
    open_calls: deque[str] = deque()
    count = 0
    for turn in turns:
        if turn.role == "tool":
            made.append({"role": "tool", "tool_call_id": open_calls.popleft(), "content": turn.text})
            continue
        message: dict[str, Json] = {"role": "user" if turn.role == "user" else "assistant", "content": turn.text}
        if turn.calls:
            keys = [f"call{count + place:05d}" for place in range(len(turn.calls))]
            count += len(keys)
            open_calls.extend(keys)
            message["tool_calls"] = [
                {"id": key, "type": "function", "function": {"name": call.tool, "arguments": call.text}}
                for key, call in zip(keys, turn.calls, strict=True)
            ]
        made.append(message)
    return made


def _call(domain: Domain, tool: str, arguments: dict[str, Json]) -> Call:
    """In canonical form; what the domain does not know, or would refuse, as it is: the environment answers an error."""
    try:
        return domain.canonical(tool, arguments)
    except DomainError:
        return Call.of(tool, arguments)
