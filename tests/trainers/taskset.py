"""Plays a run through verifiers' own `vf-eval`, against a server that answers as the run's agent did; for an environment with verifiers and uv.

    python tests/trainers/taskset.py RUN

Every rollout has to end with the reward 1.0, and one whose agent gives up with 0.0.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from writ_dspy.conversation import Conversation, conversation_from_json
from writ_dspy.store.run import Run

ENVIRONMENT = Path(__file__).parents[2] / "environments" / "writ_env"
MOST = 4
"""Tasks: each rollout takes some twenty seconds to set up."""


def messages(talk: Conversation) -> list[dict[str, Any]]:
    """The agent's side."""
    made = []
    for turn in talk.turns:
        if turn.role == "agent":
            calls = [
                {
                    "index": place,
                    "id": f"call_{len(made)}_{place}",
                    "type": "function",
                    "function": {"name": call.tool, "arguments": call.text},
                }
                for place, call in enumerate(turn.calls)
            ]
            made.append({"role": "assistant", "content": turn.text or None} | ({"tool_calls": calls} if calls else {}))
    return made


class Played(BaseHTTPRequestHandler):
    """The next message of the conversation that began so."""

    scripts: dict[str, list[dict[str, Any]]]

    def do_GET(self) -> None:
        self._send("application/json", json.dumps({"object": "list", "data": [{"id": "played", "object": "model"}]}))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said = [one for one in body["messages"] if one["role"] != "system"]
        script = self.scripts.get(_text(said[0]["content"]), [])
        place = sum(one["role"] == "assistant" for one in said)
        message = script[place] if place < len(script) else {"role": "assistant", "content": "I give up. Goodbye."}
        ended = "tool_calls" if message.get("tool_calls") else "stop"
        base = {
            "id": "x",
            "created": 0,
            "model": "played",
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }
        if not body.get("stream"):
            choice = {"index": 0, "message": message, "finish_reason": ended}
            self._send("application/json", json.dumps(base | {"object": "chat.completion", "choices": [choice]}))
            return
        parts = (
            {"delta": message, "index": 0, "finish_reason": None},
            {"delta": {}, "index": 0, "finish_reason": ended},
        )
        chunks = [json.dumps(base | {"object": "chat.completion.chunk", "choices": [part]}) for part in parts]
        self._send("text/event-stream", "".join(f"data: {chunk}\n\n" for chunk in (*chunks, "[DONE]")))

    def _send(self, kind: str, text: str) -> None:
        raw = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: object) -> None:
        """In silence."""


def _text(content: Any) -> str:
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content or [])


def main(folder: str) -> None:
    run = Run.read(Path(folder))
    talks = sorted(
        (conversation_from_json(record) for record in run.records("conversations")), key=lambda talk: talk.task_id
    )
    kept, hopeless = talks[: MOST - 1], talks[MOST - 1]
    Played.scripts = {talk.turns[0].text: messages(talk) for talk in kept}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Played)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as place:
        words = [
            str(Path(sys.executable).with_name("vf-eval")), "writ_env", "--env.taskset.run", str(Path(folder).resolve()),
            "--select.limit", str(MOST), "--env.agent.harness.id", "null", "--env.agent.runtime.type", "subprocess",
            "--client.base-url", f"http://127.0.0.1:{server.server_port}/v1", "--client.api-key-var", "NO_KEY", "-m", "played",
            "-c", "2", "--no-push", "--output-dir", place,
        ]  # fmt: skip
        path = os.pathsep.join([str(ENVIRONMENT), os.environ.get("PYTHONPATH", "")])
        bins = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        done = subprocess.run(
            words, env={**os.environ, "PYTHONPATH": path, "PATH": bins, "NO_KEY": "none"}, cwd=place,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        (file,) = Path(place).rglob("traces.jsonl")
        traces = [json.loads(line) for line in file.read_text().splitlines()]
    found = {}
    for trace in (one for line in traces for one in line.get("traces", [line])):
        assert not trace.get("errors"), trace["errors"]
        found[trace["task"]["data"]["id"]] = trace["rewards"]["accepted"]["score"]
    sys.stdout.write(f"{len(found)} rollouts through vf-eval: {found}\n")
    assert found == {talk.task_id: 1.0 for talk in kept} | {hopeless.task_id: 0.0}


if __name__ == "__main__":
    main(sys.argv[1])
