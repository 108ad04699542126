"""A chat completion as some server wrote it, read without trust in its form."""

from __future__ import annotations

import json
from typing import Any


def message(data: Any) -> dict[str, Any] | None:
    """What the model said, or None if this is no chat completion."""
    found = _first(_get(data, "choices"))
    said = _get(found, "message")
    return said if isinstance(said, dict) else None


def text(data: Any) -> str:
    """The words of it; content in parts counts by its JSON."""
    content = _get(message(data), "content") or ""
    return content if isinstance(content, str) else json.dumps(content)


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
