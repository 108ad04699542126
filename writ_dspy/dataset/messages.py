"""Conversations as chat messages: for training (`to_messages`), and as τ²-bench records them.

Both are rebuilt from the turns as they happened, under the domain's own system prompt; nothing of how a role
was prompted or meant its words comes along. Tool calls are numbered in a conversation (see `call_id`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from writ_dspy.conversation import Conversation, Turn
from writ_dspy.domains import Domain
from writ_dspy.errors import StoreError
from writ_dspy.task import Call, Json

GREETING = "Hi! How can I help you today?"
"""What τ²'s orchestrator has every agent say first; a row has it where it is asked for.

Source: tau2.orchestrator.orchestrator, https://github.com/sierra-research/tau2-bench.
"""
STOP = "###STOP###"
"""What τ²'s user says to end a conversation."""
NOTHING: Mapping[int, str] = MappingProxyType({})
"""No turn has a reasoning."""
CALLS = 100_000
"""More calls than one conversation can number."""


def call_id(number: int) -> str:
    """The id of the call with this number in its conversation, from 0: `call00000`, then `call00001`.

    Exactly nine letters and digits, which is what the templates of Mistral's models insist on; others take any text.

    Raises:
        StoreError: It is 100,000 or more, and nine characters hold no more.
    """
    if number >= CALLS:
        raise StoreError(f"a conversation of more than {CALLS:,} calls cannot be numbered; drop it.")
    return f"call{number:05d}"


def to_messages(
    talk: Conversation, domain: Domain, *, opening: bool = False, reasoning: Mapping[int, str] = NOTHING
) -> list[dict[str, Json]]:
    """The conversation as a chat to learn from: system, user, then in turns, up to the assistant's last word.

    A talk that the agent opens has its greeting before the user's first message. Every message has `role` and `content`,
    a text that is empty beside a call; `tool_calls`, or `tool_call_id` and `name`, are there where they apply, and nothing
    is None. What the user said after the assistant's last word teaches nothing and is left out.

    Args:
        talk: What was said and done.
        domain: Whose prompt stands first.
        opening: Whether τ²'s `GREETING` comes before the user's first message, unless the agent opens the talk itself.
        reasoning: By the index of an agent's turn, what its message has as `reasoning_content`.

    Raises:
        StoreError: Nobody greets or asks at first, a call has no result or a result no call, or it breaks off before
            the assistant has answered.
    """
    first = talk.turns[0] if talk.turns else None
    if first is None or first.role == "tool" or first.calls:
        what = "nobody speaks" if first is None else f"a {'tool' if first.role == 'tool' else 'call'} comes first"
        raise StoreError(f"conversation {talk.id}: {what}, so it makes no row; drop it.")
    messages = [_message("system", domain.system_prompt)]
    if opening and first.role == "user":
        messages.append(_message("assistant", GREETING))
    for index, (turn, calls) in enumerate(numbered(talk)):
        if turn.role == "user":
            messages.append(_message("user", turn.text))
        elif turn.role == "tool":
            ((key, call),) = calls
            messages.append(_message("tool", turn.text) | {"tool_call_id": key, "name": call.tool})
        else:
            made = [
                {"id": key, "type": "function", "function": {"name": call.tool, "arguments": call.args}}
                for key, call in calls
            ]
            thought = {"reasoning_content": reasoning[index]} if index in reasoning else {}
            messages.append(_message("assistant", turn.text) | thought | ({"tool_calls": made} if made else {}))
    while messages[-1]["role"] == "user":
        messages.pop()
    if messages[-1]["role"] != "assistant":
        raise StoreError(f"conversation {talk.id} breaks off before the assistant answers; drop it.")
    return messages


def official_messages(talk: Conversation) -> list[dict[str, Json]]:
    """The conversation as τ²'s orchestrator would have recorded it: a greeting first, its stop word last.

    Raises:
        StoreError: A call has no result, or a result no call.
    """
    greets = bool(talk.turns) and talk.turns[0].role == "agent"
    messages: list[dict[str, Json]] = [] if greets else [{"role": "assistant", "content": GREETING}]
    for turn, calls in numbered(talk):
        if turn.role == "user":
            messages.append({"role": "user", "content": turn.text})
        elif turn.role == "tool":
            result = {"role": "tool", "id": calls[0][0], "content": turn.text}
            messages.append(result | {"requestor": "assistant", "error": turn.error})
        else:
            made = [
                {"id": key, "name": call.tool, "arguments": call.args, "requestor": "assistant"} for key, call in calls
            ]
            messages.append({"role": "assistant", "content": turn.text or None, "tool_calls": made or None})
    return [*messages, {"role": "user", "content": STOP}]


def numbered(talk: Conversation) -> Iterator[tuple[Turn, list[tuple[str, Call]]]]:
    """Each turn with its calls and their ids: those that an agent makes, the one that a tool turn answers.

    Raises:
        StoreError: A call has no result, or a result no call: the log was cut or edited.
    """
    open_calls: deque[tuple[str, Call]] = deque()
    count = 0
    for index, turn in enumerate(talk.turns):
        if (turn.role == "tool") is not bool(open_calls):
            what = (
                f"{open_calls[0][1].tool} before turn {index} has no result"
                if open_calls
                else f"turn {index} answers no call"
            )
            raise StoreError(f"conversation {talk.id}: {what}, so it was cut or edited; drop it.")
        if turn.role == "tool":
            yield turn, [open_calls.popleft()]
            continue
        made = [(call_id(count + offset), call) for offset, call in enumerate(turn.calls)]
        count += len(made)
        open_calls.extend(made)
        yield turn, made
    if open_calls:
        raise StoreError(f"conversation {talk.id} ends before {open_calls[0][1].tool} has a result; drop it.")


def _message(role: str, content: str) -> dict[str, Json]:
    return {"role": role, "content": content}
