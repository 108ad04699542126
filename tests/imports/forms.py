"""One conversation in every form in which others write conversations."""

from __future__ import annotations

import json
from typing import Any

from writ_dspy.conversation import Conversation
from writ_dspy.dataset.messages import official_messages, to_messages
from writ_dspy.dataset.tau2_tasks import tau2_task
from writ_dspy.domains import Domain
from writ_dspy.task import Task


def openai(talk: Conversation, domain: Domain) -> list[dict[str, Any]]:
    """As OpenAI's API has it: arguments as text, content null beside a call, results by id."""
    found = []
    for message in to_messages(talk, domain):
        bare = dict(message)
        if "tool_calls" in message:
            bare["content"] = None
            bare["tool_calls"] = [
                call | {"function": call["function"] | {"arguments": json.dumps(call["function"]["arguments"])}}
                for call in message["tool_calls"]
            ]
        found.append(bare)
    return found


def in_parts(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With content as lists of parts, under a developer's prompt, and a parting word of the user."""
    parts = [
        message | ({"content": [{"type": "text", "text": message["content"]}]} if message.get("content") else {})
        for message in messages
    ]
    return [parts[0] | {"role": "developer"}, *parts[1:]]


def legacy(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With `function_call` and results of role `function`, without an id."""
    found = []
    for message in messages:
        bare = {key: value for key, value in message.items() if key not in ("tool_calls", "tool_call_id")}
        if message.get("tool_calls"):
            bare["function_call"] = message["tool_calls"][0]["function"]
        found.append(bare | ({"role": "function"} if message["role"] == "tool" else {}))
    return found


def without_ids(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Results that do not say which call they answer."""
    return [{key: value for key, value in message.items() if key != "tool_call_id"} for message in messages]


def results(task: Task, talk: Conversation, reward: float = 1.0) -> dict[str, Any]:
    """τ²-bench's results of one simulation."""
    simulation = {
        "id": talk.id, "task_id": task.id, "termination_reason": "user_stop", "trial": 0,
        "reward_info": {"reward": reward}, "messages": official_messages(talk),
    }  # fmt: skip
    info = {"environment_info": {"domain_name": task.domain.rpartition(":")[2]}}
    return {"info": info, "tasks": [tau2_task(task)], "simulations": [simulation]}


def trajectory(task: Task, talk: Conversation, domain: Domain) -> dict[str, Any]:
    """τ-bench's trajectory of one try, with its notes to itself and its own printing of records."""
    messages: list[dict[str, Any]] = []
    for message in openai(talk, domain):
        if message["role"] == "tool":
            message = message | {"content": _printed(message["content"])}  # noqa: PLW2901 - the message as it is printed
        messages.append(message)
    call = {"id": "note", "type": "function", "function": {"name": "think", "arguments": '{"thought": "Hm."}'}}
    notes = [
        {"role": "assistant", "content": "Let me think.", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "note", "name": "think", "content": ""},
    ]
    gold = [{"name": call.tool, "kwargs": call.args} for call in task.gold]
    told = {"user_id": "", "actions": gold, "instruction": task.instruction, "outputs": list(task.told)}
    words = {
        "role": "user",
        "content": f"{talk.turns[-1].text} ###STOP###" if talk.turns[-1].role == "user" else "###STOP###",
    }
    return {
        "task_id": 0, "reward": 1.0, "trial": 0, "info": {"task": told, "known": task.identity.text},
        "traj": [*messages[:2], *notes, *messages[2:], words],
    }  # fmt: skip


def _printed(text: str) -> str:
    """The same values: keys in another order, whole dollars without a fraction, nothing that is null, a renamed key."""
    if text.startswith("Error"):
        return text[:7] + text[7:].lower()
    try:
        return json.dumps(_other(json.loads(text)))
    except ValueError:
        return text


def _other(data: Any) -> Any:
    if isinstance(data, dict):
        pairs = [(name, _other(value)) for name, value in reversed(data.items()) if value is not None]
        return {{"state": "province"}.get(name, name): value for name, value in pairs}
    if isinstance(data, list):
        return [_other(value) for value in data]
    return int(data) if isinstance(data, float) and data == int(data) else data
