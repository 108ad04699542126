"""A model server of our own: OpenAI-compatible, with SGLang's extras, and with every fault that a real one has.

It speaks raw HTTP/1.1 on an asyncio loop in a thread, several thousand requests a second; `python -m tests.standins.server`
runs it as a process, for benchmarks.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import socket
import subprocess
import sys
import threading
import weakref
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

MODEL = "stand-in"
CONTEXT = 32768
Body = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """One way in which a real server fails."""

    kind: Literal[
        "302", "307", "429", "500", "503", "400", "401", "402", "403", "404", "hang", "reset", "garbage", "cut body", "truncated", "empty", "null arguments", "wrong tool", "refusal"
    ]  # fmt: skip
    retry_after: float | None = None
    text: str = ""
    """Of the error, or what a truncated reply got to say; where a 302 or 307 leads."""
    code: str = ""
    """Of the error, as OpenAI names it."""


class Seen(NamedTuple):
    """A request as it came in."""

    path: str
    headers: dict[str, str]
    body: Body


def instance(schema: Body, root: Body | None = None) -> Any:
    """The plainest value that a JSON schema allows, as a grammar-constrained model would give one."""
    root = root or schema
    if "$ref" in schema:
        return instance(root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root)
    choice = next((schema[key][0] for key in ("anyOf", "oneOf", "allOf") if key in schema), None)
    if choice is not None:
        return instance(choice, root)
    fixed = [schema[key] for key in ("const", "default") if key in schema] + schema.get("enum", [])
    kind = schema.get("type")
    if not fixed and kind == "object":
        return {name: instance(part, root) for name, part in schema.get("properties", {}).items()}
    if not fixed and kind == "array":
        return [instance(schema.get("items", {}), root)] * schema.get("minItems", 1)
    plain = {"string": "text", "integer": 1, "number": 1, "boolean": True}
    return fixed[0] if fixed else schema.get("minimum", plain.get(str(kind)))


def obedient(body: Body) -> str | Body:
    """What a server that enforces schemas and offers tools would say: the plainest value, the first tool, or a word."""
    if body.get("tools") and body.get("tool_choice") != "none":
        function = body["tools"][0]["function"]
        return tool_call(function["name"], json.dumps(instance(function["parameters"])))
    schema = (body.get("response_format") or {}).get("json_schema", {}).get("schema")
    if schema:
        return json.dumps(instance(schema))
    return "{}" if body.get("response_format") else "Yes."


def tool_call(name: str, arguments: str) -> Body:
    """An assistant message that calls one tool."""
    call = {"id": "call_1", "type": "function", "function": {"name": name, "arguments": arguments}}
    return {"role": "assistant", "content": None, "tool_calls": [call]}


def _bound(port: int) -> socket.socket:
    """A socket at this port, or at any; several may share it, and only one that listens is connected to."""
    found = socket.socket()
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    found.bind(("127.0.0.1", port))
    return found


class StandIn:
    """Answers chat completions with what a function of the request's body returns.

    Args:
        reply: Gives a text, an assistant message, a whole response (with `choices`), or a fault.
        delay: Seconds before each answer.
        spread: Share of the delay by which it varies from answer to answer, as the length of real replies does.
        together: Requests that have to be under way before the first one is answered.
        slots: Requests served at once; the others queue. None serves all.
        limit: Requests under way above which a new one is refused with 429.
        record: Keep every request in `requests`; off, memory stays flat.
        sglang: Have SGLang's own paths, and report cached tokens.
        models: What `/v1/models` answers, instead of the one model.
        hangs: Told of each request that is left without an answer.
        waiting: Requests that wait, as SGLang's own page tells it, whatever the truth is.
        keeps: Requests of which this is true are left waiting; they are looked at again at every further one, and by `look`.
    """

    def __init__(
        self,
        reply: Callable[[Body], str | Body | Fault] = obedient,
        delay: float = 0.0,
        *,
        spread: float = 0.0,
        together: int = 0,
        slots: int | None = None,
        limit: int | None = None,
        record: bool = True,
        sglang: bool = True,
        model: str = MODEL,
        models: Body | None = None,
        hangs: Callable[[Seen], None] = lambda _: None,
        waiting: int | None = None,
        keeps: Callable[[Body], bool] = lambda _: False,
        port: int = 0,
    ) -> None:
        self.reply, self.delay, self.slots, self.limit = reply, delay, slots, limit
        self.spread, self._random = spread, random.Random(0)
        self.models, self.hangs, self.waiting = models, hangs, waiting
        self.record, self.sglang, self.model, self.port = record, sglang, model, port
        self.requests: list[Seen] = []
        """Chat completions only."""
        self.counts: Counter[str] = Counter()
        """`requests`, `connections`, `most at once`, and every fault by its kind."""
        self.keeps = keeps
        self._kept: list[tuple[_Peer, Seen]] = []
        self.under_way = 0
        self._together = together
        self._held: list[Callable[[], None]] = []
        self._served = 0
        self._queue: list[Callable[[], None]] = []
        self._prefixes: set[int] = set()
        self._open: set[asyncio.Transport] = set()
        self._port: socket.socket | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def url(self) -> str:
        """As `connect` takes it."""
        return f"{'sglang' if self.sglang else 'openai'}://127.0.0.1:{self.port}/{self.model}"

    @property
    def bodies(self) -> list[Body]:
        """Of all chat completions."""
        return [seen.body for seen in self.requests]

    def hold(self, together: int) -> None:
        """From now on nothing is answered until so many requests are under way."""
        self._together = together

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen; after `stop`, on the same port."""
        listening = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, args=(self._loop, listening), daemon=True)
        self._thread.start()
        if not listening.wait(60):
            raise RuntimeError("the stand-in did not start")

    def stop(self) -> None:
        """As a killed server: no more listening, every connection reset, answers under way lost."""
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop = None

    def serve(self) -> None:
        """Listen in this thread until interrupted; prints the port."""
        self._run(asyncio.new_event_loop(), threading.Event(), say=True)

    def _run(self, loop: asyncio.AbstractEventLoop, listening: threading.Event, *, say: bool = False) -> None:
        self._keep_port()
        listener = _bound(self.port)
        server = loop.run_until_complete(loop.create_server(partial(_Peer, self), sock=listener, backlog=4096))
        listening.set()
        if say:
            print(self.port, flush=True)  # noqa: T201 - the parent reads it
        try:
            loop.run_forever()
        finally:
            while taken := asyncio.all_tasks(loop):  # connections that are not open yet: nobody would ever end them
                loop.run_until_complete(asyncio.wait(taken))
            server.close()
            for transport in list(self._open):
                transport.abort()
            loop.run_until_complete(asyncio.sleep(0))
            loop.close()
            self.under_way = self._served = 0
            self._queue.clear()
            self._held.clear()

    def _keep_port(self) -> None:
        """Hold the port from the first start on: while nobody listens, a client could get it for its own end, even of a connection to itself."""
        if self._port is None:
            self._port = _bound(self.port)
            self.port = self._port.getsockname()[1]
            weakref.finalize(self, self._port.close)

    def handle(self, peer: _Peer, method: str, path: str, headers: dict[str, str], raw: bytes) -> None:
        """One request, answered now or later."""
        if path.endswith("/chat/completions"):
            self._chat(peer, Seen(path, headers, json.loads(raw)))
            return
        answer = self._paths().get(path)
        if method == "GET" and answer is not None:
            peer.send(200, answer)
        else:
            peer.send(404, {"error": {"message": f"no such path: {path}"}})

    def _paths(self) -> dict[str, Body]:
        listed = {"id": self.model, "object": "model", "max_model_len": CONTEXT}
        plain: dict[str, Body] = {"/v1/models": self.models or {"object": "list", "data": [listed]}, "/health": {}}
        if not self.sglang:
            return plain
        waiting = len(self._queue) if self.waiting is None else self.waiting
        loads = {"loads": [{"num_running_reqs": self._served, "num_waiting_reqs": waiting}]}
        return plain | {"/server_info": {"version": "0.0.stand-in", "context_length": CONTEXT}, "/v1/loads": loads}

    def _chat(self, peer: _Peer, seen: Seen) -> None:
        self.counts["requests"] += 1
        self.under_way += 1
        self.counts["most at once"] = max(self.counts["most at once"], self.under_way)
        if self.record:
            self.requests.append(seen)
        if self.limit is not None and self.under_way > self.limit:
            self._answer(peer, seen, Fault("429"))
        elif self.slots is not None and self._served >= self.slots:
            self._queue.append(partial(self._begin, peer, seen))
        elif self.keeps(seen.body):
            self._kept.append((peer, seen))
        else:
            self._begin(peer, seen)
            self._look()

    def look(self) -> None:
        """Answer what is no longer to be kept waiting; from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._look)

    def _look(self) -> None:
        kept, self._kept = self._kept, []
        for peer, seen in kept:
            if self.keeps(seen.body):
                self._kept.append((peer, seen))
            else:
                self._begin(peer, seen)

    def _begin(self, peer: _Peer, seen: Seen) -> None:
        self._held.append(partial(self._serve, peer, seen))
        if self.under_way >= self._together:
            self._together, held, self._held = 0, self._held, []
            for serve in held:
                serve()

    def _serve(self, peer: _Peer, seen: Seen) -> None:
        self._served += 1
        if self.delay:
            wait = self.delay * (1 + self.spread * self._random.uniform(-1, 1))
            asyncio.get_running_loop().call_later(wait, self._end, peer, seen)
        else:
            self._end(peer, seen)

    def _end(self, peer: _Peer, seen: Seen) -> None:
        self._served -= 1
        if self._queue and (self.slots is None or self._served < self.slots):
            self._queue.pop(0)()
        self._answer(peer, seen, self.reply(seen.body))

    def _answer(self, peer: _Peer, seen: Seen, said: str | Body | Fault) -> None:
        self.under_way -= 1
        body = seen.body
        finish = "stop"
        if isinstance(said, Fault):
            self.counts[said.kind] += 1
            message = _faulty(said, body)
            if message is None:
                _fail(peer, said)
                if said.kind == "hang":
                    self.hangs(seen)
                return
            finish = "length" if said.kind == "truncated" else "stop"
        elif isinstance(said, dict) and "choices" in said:
            peer.send(200, said)
            return
        else:
            message = {"role": "assistant", "content": said} if isinstance(said, str) else said
        if message.get("tool_calls") and finish == "stop":
            finish = "tool_calls"
        choice = {"index": 0, "message": message, "finish_reason": finish}
        peer.send(200, {"id": "chat-1", "object": "chat.completion", "created": 0, "model": body.get("model", MODEL),
                        "choices": [choice], "usage": self._usage(body, message)})  # fmt: skip

    def _usage(self, body: Body, message: Body) -> Body:
        given = cached = 0
        state = 0
        for part in body["messages"]:
            size = len(str(part.get("content"))) // 4 + 4
            state = hash((state, part["role"], str(part.get("content"))))
            if cached == given and state in self._prefixes:
                cached += size
            self._prefixes.add(state)
            given += size
        if len(self._prefixes) > 100_000:
            self._prefixes.clear()
        made = len(str(message.get("content") or message.get("tool_calls"))) // 4 + 1
        details = {"prompt_tokens_details": {"cached_tokens": cached} if cached else None} if self.sglang else {}
        return {"prompt_tokens": given, "completion_tokens": made, "total_tokens": given + made} | details

    def opened(self, transport: asyncio.Transport) -> None:
        self._open.add(transport)
        self.counts["connections"] += 1

    def closed(self, transport: asyncio.Transport) -> None:
        self._open.discard(transport)


def _faulty(fault: Fault, body: Body) -> Body | None:
    """The message of a fault that looks like an answer."""
    tools = body.get("tools") or [{"function": {"name": "none", "parameters": {}}}]
    match fault.kind:
        case "truncated":
            return {"role": "assistant", "content": fault.text or '{"half": "of a'}
        case "empty":
            return {"role": "assistant", "content": ""}
        case "refusal":
            return {"role": "assistant", "content": None, "refusal": fault.text or "I cannot help with that."}
        case "null arguments":
            return tool_call(tools[0]["function"]["name"], "null")
        case "wrong tool":
            return tool_call("no_such_tool", "{}")
        case _:
            return None


def _fail(peer: _Peer, fault: Fault) -> None:
    match fault.kind:
        case "hang":
            return
        case "reset":
            peer.transport.abort()
        case "garbage":
            peer.write(200, (fault.text or "<html>not what you asked for</html>").encode())
        case "cut body":
            peer.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b'{"choices": [{')
            peer.transport.close()
        case _:
            status = int(fault.kind)
            extra = f"Retry-After: {fault.retry_after:g}\r\n" if fault.retry_after is not None else ""
            if status < 400:
                extra = f"Location: {fault.text}\r\n"
            peer.send(
                status, {"error": {"message": fault.text or f"injected {status}", "code": fault.code or status}}, extra
            )


class _Peer(asyncio.Protocol):
    """One connection; requests on it come one after the other."""

    transport: asyncio.Transport

    def __init__(self, server: StandIn) -> None:
        self._server = server
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._server.opened(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.closed(self.transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            first, *lines = self._buffer[:end].decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            size = int(headers.get("content-length", 0))
            if len(self._buffer) < end + 4 + size:
                return
            raw, self._buffer = self._buffer[end + 4 : end + 4 + size], self._buffer[end + 4 + size :]
            method, path, _ = first.split(" ", 2)
            self._server.handle(self, method, path, headers, raw)

    def send(self, status: int, data: Body, extra: str = "") -> None:
        self.write(status, json.dumps(data).encode(), extra)

    def write(self, status: int, raw: bytes, extra: str = "") -> None:
        head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(raw)}\r\n{extra}\r\n"
        if not self.transport.is_closing():
            self.transport.write(head.encode() + raw)


@contextmanager
def process(delay: float = 0.0, spread: float = 0.0, say: str = "") -> Iterator[str]:
    """The obedient stand-in, or one that always says the same, as a process of its own; gives its model URL."""
    command = [
        sys.executable,
        "-m",
        "tests.standins.server",
        "--delay",
        str(delay),
        "--spread",
        str(spread),
        "--say",
        say,
    ]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as child:
        assert child.stdout is not None
        try:
            yield f"sglang://127.0.0.1:{int(child.stdout.readline())}/{MODEL}"
        finally:
            child.kill()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.standins.server")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--spread", type=float, default=0.0, help="share of the delay by which it varies")
    parser.add_argument("--say", default="", help="the one thing to say (default: whatever was asked for)")
    parser.add_argument("--port", type=int, default=0)
    asked = parser.parse_args()
    StandIn(
        (lambda _: asked.say) if asked.say else obedient,
        asked.delay,
        spread=asked.spread,
        record=False,
        port=asked.port,
    ).serve()


if __name__ == "__main__":
    main()
