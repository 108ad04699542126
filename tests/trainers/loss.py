"""What of a row a rendered prompt does not show: every text, tool, call and argument has to stand in it."""

import json
from collections.abc import Iterator
from typing import Any

Row = dict[str, Any]


def leaves(value: Any) -> Iterator[Any]:
    """Every scalar in some JSON."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value


def forms(value: Any) -> set[str]:
    """How a value may stand in a rendered prompt."""
    if not isinstance(value, str):
        return {json.dumps(value), str(value)}
    text = value.strip()
    return {text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}


def said(row: Row) -> list[tuple[str, set[str]]]:
    """Everything that a rendering must show, each with its forms, in order."""
    found = []
    for message in row["messages"]:
        if message["content"]:
            found.append((message["role"], forms(message["content"])))
        for call in message.get("tool_calls", ()):
            found.append(("call", {call["function"]["name"]}))
            found += [("argument", forms(value)) for value in leaves(call["function"]["arguments"])]
    return found


def missing(row: Row, text: str) -> list[tuple[str, str]]:
    """What a rendering does not show, or shows out of order; tools may stand anywhere."""
    lost = [("tool", tool["function"]["name"]) for tool in row["tools"] if tool["function"]["name"] not in text]
    at = 0
    for what, ways in said(row):
        places = [text.find(way, at if what not in ("argument", "system") else 0) for way in ways]
        if max(places) < 0:
            lost.append((what, min(ways)[:80]))
        elif what in ("user", "assistant", "tool"):
            at = min(place for place in places if place >= 0)
    return lost
