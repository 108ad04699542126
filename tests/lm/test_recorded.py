"""What a real SGLang server once said, word for word: the client takes none of its odd replies for a step.

tests/lm/test_sglang.py records the replies, with the version that gave them.
"""

import asyncio
import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import dspy
import pytest

from writ_dspy.errors import LMError
from writ_dspy.lm import BadReply, Connection, LMSettings, ToolReply, connect

FILE = json.loads((Path(__file__).parent / "sglang" / "recorded.json").read_text(encoding="utf-8"))
REPLIES: dict[str, dict[str, Any]] = FILE["replies"]
NOTHING = {"type": "object", "properties": {}}
TOOLS = [{"type": "function", "function": {"name": name, "parameters": NOTHING}} for name in ("get_order", "cancel")]


class Reply(dspy.Signature):
    """Answer."""

    question: str = dspy.InputField()
    say: Literal["yes", "no", "perhaps"] = dspy.OutputField()
    done: bool = dspy.OutputField()


@contextmanager
def saying(reply: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """A server that always says this, and what was asked of it."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(self.path)
            body = json.dumps(reply["body"]).encode()
            self.send_response(reply["status"])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"sglang://127.0.0.1:{server.server_port}/tiny", asked
        server.shutdown()
        thread.join()


def ask(url: str, **more: Any) -> tuple[Any, Connection]:
    """The client's view of the reply, and the connection that it came over."""
    connection = connect(LMSettings(model=url, mode="schema"))

    async def once() -> Any:
        try:
            return await connection.predict(dspy.Predict(Reply), seed=0, question="?", **more)
        except LMError as error:
            return error
        finally:
            await connection.aclose()

    return asyncio.run(once()), connection


def named(start: str) -> list[str]:
    return [name for name in REPLIES if name.startswith(start)]


def test_the_recording_holds_every_kind_of_odd_reply() -> None:
    """And says which version gave them."""
    assert FILE["sglang"][0].isdigit()
    assert len(named("400")) >= 5
    assert {"schema, cut off", "tools, called", "tools, cut off, no call"} <= set(REPLIES)
    assert "schema, lost to the reasoning parser" in REPLIES


@pytest.mark.parametrize("name", named("400"))
def test_a_refused_request_is_not_sent_again(name: str) -> None:
    """It would be refused again; the message holds the server's words."""
    with saying(REPLIES[name]) as (url, asked):
        error, connection = ask(url)

    assert isinstance(error, LMError)
    assert not isinstance(error, BadReply)
    assert "400" in str(error)
    assert (len(asked), connection.usage.retries) == (1, 0)


@pytest.mark.parametrize("name", [*named("schema, "), *named("tools, cut off")])
def test_a_reply_that_is_not_whole_is_a_bad_reply(name: str) -> None:
    """One generation, counted, and nothing of it is used."""
    tools = {"tools": TOOLS} if name.startswith("tools") else {}
    with saying(REPLIES[name]) as (url, asked):
        error, connection = ask(url, **tools)

    assert isinstance(error, BadReply)
    assert error.reason == ("truncated" if "cut off" in name else "empty")
    assert (len(asked), connection.usage.calls, connection.usage.retries) == (1, 1, 0)
    assert connection.usage.bad_replies == {error.reason: 1}


@pytest.mark.parametrize("arguments", ["null", "true", "Infinity", "[]", '{"order_id": "#W'])
def test_arguments_that_are_no_object_are_a_bad_reply(arguments: str) -> None:
    """Even where the server says that the reply is whole."""
    reply = json.loads(json.dumps(REPLIES["tools, called"]))
    reply["body"]["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"] = arguments
    with saying(reply) as (url, _):
        error, _ = ask(url, tools=TOOLS)

    assert isinstance(error, BadReply)
    assert error.reason == "unparsable"


def test_a_whole_call_is_read() -> None:
    """Name and arguments as the server gave them."""
    message = REPLIES["tools, called"]["body"]["choices"][0]["message"]
    function = message["tool_calls"][0]["function"]
    with saying(REPLIES["tools, called"]) as (url, _):
        said, _ = ask(url, tools=TOOLS)

    assert isinstance(said, ToolReply)
    assert said.calls[0] == (function["name"], json.loads(function["arguments"]))


def test_cached_tokens_are_counted() -> None:
    """Where SGLang reports them; `null` means none."""
    used = REPLIES["usage, cached"]["body"]["usage"]
    with saying(REPLIES["usage, cached"]) as (url, _):
        _, connection = ask(url)

    assert connection.usage.input_tokens == used["prompt_tokens"]
    assert connection.usage.cached_tokens == used["prompt_tokens_details"]["cached_tokens"] > 0
