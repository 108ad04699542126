"""An answer is read whether it comes whole, in pieces, or whole with the end of a stream behind it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from writ_dspy.lm.body import read

WHOLE = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello."}, "finish_reason": "stop"}]}


def chunks(*deltas: dict[str, Any], end: str = "\n\n") -> bytes:
    """A stream of these deltas, with counts and an end, as servers send it."""
    parts = [{"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    parts[-1]["choices"][0]["finish_reason"] = "stop"  # type: ignore[index]
    lines = [*map(json.dumps, [*parts, {"choices": [], "usage": {"completion_tokens": 3}}]), "[DONE]"]
    return (": keep-alive\n\n" + "".join(f"data: {line}{end}" for line in lines)).encode()


@pytest.mark.parametrize("end", ["\n\n", "\r\n\r\n", "\n"])
def test_chunks_are_one_answer(end: str) -> None:
    """Texts, thoughts and calls in pieces; comments between; whatever ends a line."""
    call = {"index": 0, "id": "c1", "function": {"name": "look", "arguments": '{"id'}}
    found = read(
        chunks(
            {"role": "assistant", "content": "Hel"}, {"content": "lo."}, {"reasoning_content": "hm"},
            {"tool_calls": [call]}, {"tool_calls": [{"index": 0, "function": {"arguments": '": 1}'}}]}, end=end,
        )
    )  # fmt: skip

    assert found is not None
    assert found["usage"] == {"completion_tokens": 3}
    (choice,) = found["choices"]
    assert choice["finish_reason"] == "stop"
    assert (choice["message"]["content"], choice["message"]["reasoning_content"]) == ("Hello.", "hm")
    assert choice["message"]["tool_calls"][0]["function"] == {"name": "look", "arguments": '{"id": 1}'}


@pytest.mark.parametrize(
    "raw",
    [
        json.dumps(WHOLE), f"\ufeff{json.dumps(WHOLE)}", f"\n\n {json.dumps(WHOLE)}\n", f"{json.dumps(WHOLE)}\n\ndata: [DONE]\n\n",
        f"{json.dumps(WHOLE)}data: [DONE]", f"data: {json.dumps(WHOLE)}\n\n", json.dumps(WHOLE, indent=1),
    ],
)  # fmt: skip
def test_an_answer_is_read_with_what_is_around_it(raw: str) -> None:
    """Marks of byte order, blanks, the end of a stream that there was none of."""
    found = read(raw.encode())

    assert found is not None
    assert found["choices"] == WHOLE["choices"]


def test_an_error_in_a_stream_is_that_error() -> None:
    """Whatever came before it."""
    raw = chunks({"content": "Hel"}) + b'data: {"error": "the engine died"}\n\n'

    assert read(raw) == {"error": "the engine died"}


@pytest.mark.parametrize(
    "raw", [b"", b"<html>data: no</html>", b"data: [DONE]\n\n", b"[1]", b"data: {broken\n\n", b'"data: x"']
)
def test_what_is_no_answer_is_none(raw: bytes) -> None:
    """Nothing is made up."""
    assert read(raw) is None
