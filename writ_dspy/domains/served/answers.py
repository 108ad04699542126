"""What a server answers, as values: structured content, else texts, and those that are JSON as what they say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from writ_dspy.domains.observed import Result
from writ_dspy.task import Json

_ERROR = "Error"
_WRAPPED = "result"
"""The one field of an object that SDKs wrap a result in which is none."""


def result(found: Mapping[str, Any], output: Mapping[str, Json], path: str) -> Result:
    """What a tool answered, as the text that an agent sees.

    Args:
        found: The server's answer to `tools/call`.
        output: The tool's `outputSchema`; empty where it has none.
        path: Where in the structured answer the result is; empty for all of it.
    """
    value = within(content(found, output), path)
    if not found.get("isError"):
        return Result(text_of(value))
    text = text_of(value)
    return Result(text if text.startswith(_ERROR) else f"{_ERROR}: {text}", error=True)


def content(found: Mapping[str, Any], output: Mapping[str, Json]) -> Json:
    """The value of an answer."""
    texts = list(_texts(found.get("content") or ()))
    structured = found.get("structuredContent")
    if structured is None or (found.get("isError") and texts and not isinstance(structured, Mapping)):
        values = [_read(text) for text in texts]
        if found.get("isError"):
            return "\n".join(texts)
        return values[0] if len(values) == 1 else values or ""
    only = isinstance(structured, Mapping) and set(structured) == {_WRAPPED}
    if only and set(output.get("properties", ())) == {_WRAPPED}:
        return structured[_WRAPPED]
    return structured


def within(value: Json, path: str) -> Json:
    """What stands at a path, as `data.rows`; all of it where there is no such place."""
    found = value
    for part in path.split(".") if path else ():
        if not isinstance(found, Mapping) or part not in found:
            return value
        found = found[part]
    return _read(found) if isinstance(found, str) else found


def text_of(value: Json) -> str:
    """A value as text."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _texts(blocks: Any) -> Iterator[str]:
    for block in blocks:
        if block.get("type") == "text":
            yield block["text"]
        elif "resource" in block:
            yield block["resource"].get("text") or f"[{block['resource'].get('mimeType') or 'a file'}]"
        else:
            yield f"[{block.get('mimeType') or block.get('type')}]"


def _read(text: str) -> Json:
    """A text that is an object or a list of JSON, as that."""
    if not text.lstrip().startswith(("{", "[")):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
