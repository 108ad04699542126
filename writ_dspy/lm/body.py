"""The body of an answer as one JSON object, also where a server streams although nobody asked for that."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_EVENT = re.compile(r"^data:[ \t]?(.*)$", re.MULTILINE)
_TEXTS = ("content", "reasoning_content", "reasoning", "refusal")


def read(raw: bytes) -> dict[str, Any] | None:
    """The object that came, put together from its chunks if need be; None if it is none."""
    text = raw.decode("utf-8-sig", "replace").strip()
    found = _object(text)
    if found is not None or "data:" not in text:
        return found
    head = text[: text.index("data:")].strip()
    if head.startswith("{"):  # whole, with the end of a stream behind it
        return _object(head)
    events = list(_events(text))
    failed = next((event for event in events if event.get("error")), None)
    if failed is not None or not events:
        return failed
    return _joined(events)


def _events(text: str) -> Iterator[dict[str, Any]]:
    for block in re.split(r"\r?\n\r?\n", text):
        lines = [line.strip() for line in _EVENT.findall(block.replace("\r", ""))]
        whole = _object("\n".join(lines))
        parts = [whole] if whole is not None else map(_object, lines)
        yield from (part for part in parts if part is not None)


def _joined(events: list[dict[str, Any]]) -> dict[str, Any]:
    """One completion out of its chunks; what is not the first choice's is left out."""
    message: dict[str, Any] = {"role": "assistant", "content": None}
    calls: dict[Any, dict[str, Any]] = {}
    choice: dict[str, Any] = {"index": 0, "message": message, "finish_reason": None}
    for part in (found for event in events for found in _choices(event)):
        said = part.get("delta") or part.get("message") or {}
        for key in _TEXTS:
            if isinstance(said.get(key), str):
                message[key] = (message.get(key) or "") + said[key]
        for number, call in enumerate(said.get("tool_calls") or ()):
            _add(calls.setdefault(call.get("index", number), {}), call)
        choice["finish_reason"] = part.get("finish_reason") or choice["finish_reason"]
    if calls:
        message["tool_calls"] = list(calls.values())
    used = next((event["usage"] for event in reversed(events) if event.get("usage")), None)
    return {"object": "chat.completion", "choices": [choice], "usage": used}


def _choices(event: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = event.get("choices")
    return [part for part in found[:1] if isinstance(part, dict)] if isinstance(found, list) else []


def _add(call: dict[str, Any], more: Mapping[str, Any]) -> None:
    """A piece of a call to what there is of it: its name comes once, its arguments in pieces."""
    function, new = call.setdefault("function", {"name": "", "arguments": ""}), more.get("function") or {}
    call["id"], call["type"] = call.get("id") or more.get("id"), "function"
    function["name"] = function["name"] or new.get("name") or ""
    given = new.get("arguments") or ""
    function["arguments"] += given if isinstance(given, str) else json.dumps(given)


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
