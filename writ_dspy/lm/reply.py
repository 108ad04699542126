"""A chat completion as some server wrote it, read without trust in its form."""

from __future__ import annotations

import json
from typing import Any

from writ_dspy.lm.markup import apart

MOST = 10**12
"""Tokens, more than any request has."""


def message(data: Any) -> dict[str, Any] | None:
    """What the model said, or None if this is no chat completion."""
    found = _first(_get(data, "choices"))
    said = _get(found, "message")
    return said if isinstance(said, dict) else None


def text(data: Any) -> str:
    """The words of it; content in parts that are none counts by its JSON."""
    content = _get(message(data), "content") or ""
    return content if isinstance(content, str) else json.dumps(content)


def tidied(data: dict[str, Any]) -> dict[str, Any]:
    """The same with the thoughts of the model where they belong, words as one text, and counts that are counts."""
    said = message(data)
    if said is None:
        return data
    content, more = _joined(said.get("content"))
    if isinstance(content, str):
        found = apart(content)
        if not found.flaw:  # else whoever reads it sees the flaw, too
            content, more = found.words, more + found.thoughts
    told = said.get("reasoning_content") or said.get("reasoning")
    thoughts = "\n".join(part for part in (told if isinstance(told, str) else "", more) if part)
    said = {**said, "content": content, "reasoning_content": thoughts or None}
    choices = [{**data["choices"][0], "message": said}, *data["choices"][1:]]
    return {**data, "choices": choices, "usage": _counts(data.get("usage"))}


def thoughtful(data: Any) -> bool:
    """Whether the model thought before it spoke, shown or counted alone; of data that was tidied."""
    used = _get(_get(_get(data, "usage"), "completion_tokens_details"), "reasoning_tokens")
    return bool(_get(message(data), "reasoning_content")) or _count(used) > 0


def _joined(content: Any) -> tuple[Any, str]:
    """Content in parts as one text, and the thoughts among them; anything else as it is."""
    if not isinstance(content, list) or not all(isinstance(part, dict) for part in content):
        return content, ""
    words, thoughts = [], []
    for part in content:
        if isinstance(part.get("text"), str):
            words.append(part["text"])
        elif part.get("type") in ("thinking", "reasoning"):
            thoughts.append(str(_joined(part.get("thinking") or part.get("summary"))[0]))
        else:
            return content, ""
    return "".join(words), "\n".join(thoughts)


def _counts(usage: Any) -> Any:
    """What was used, as whole numbers; a count that is none is left out."""
    if isinstance(usage, dict):
        kept = {key: _counts(value) for key, value in usage.items()}
        return {key: value for key, value in kept.items() if value is not None}
    if isinstance(usage, str):
        try:
            usage = float(usage)
        except ValueError:
            return None
    if isinstance(usage, bool) or not isinstance(usage, int | float) or not 0 <= usage < MOST:
        return None
    return int(usage)


def finish(data: Any) -> str:
    """Why it ended, as the server tells it."""
    return str(_get(_first(_get(data, "choices")), "finish_reason"))


def call(data: Any) -> tuple[str, Any] | None:
    """Name and arguments of the first tool call, the arguments as they came."""
    function = _get(_first(_get(message(data), "tool_calls")), "function")
    return (str(function.get("name")), function.get("arguments")) if isinstance(function, dict) else None


def prompt_tokens(data: Any) -> tuple[int, int]:
    """Of the prompt those that were cached, and all; 0 where the server does not tell."""
    used = _get(data, "usage")
    return _count(_get(_get(used, "prompt_tokens_details"), "cached_tokens")), _count(_get(used, "prompt_tokens"))


def loads(said: Any) -> dict[str, Any] | None:
    """The JSON object that a text is, if it is one."""
    try:
        found = json.loads(said, strict=False)
    except (TypeError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _get(data: Any, key: str) -> Any:
    return data.get(key) if isinstance(data, dict) else None


def _first(items: Any) -> Any:
    return items[0] if isinstance(items, list) and items else None


def _count(value: Any) -> int:
    return value if isinstance(value, int) else 0
