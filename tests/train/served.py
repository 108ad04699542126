"""Plays a run through OpenEnv's own client and server; for an environment that has the extra `openenv`.

    python tests/train/served.py RUN

Starts the server as a reader would, and plays the agent's side of every conversation of the run: each must be worth 1.0, once.
"""

import asyncio
import socket
import subprocess
import sys
import time

from openenv.core.generic_client import GenericEnvClient

import writ_dspy as writ
import writ_dspy.errors
from writ_dspy.train.openenv import WritEnvironment

SERVE = [sys.executable, "-m", "writ_dspy.train.openenv"]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def play(url: str, chat: writ.Transcript) -> tuple[bool, float]:
    """Whether the session was done, and its reward."""
    async with GenericEnvClient(base_url=url) as env:
        seen = await env.reset(task_id=chat.task.id)
        assert seen.observation["metadata"]["user"] == chat.talk.turns[0].text
        for turn in chat.talk.turns:
            if turn.role != "agent" or seen.done:
                continue
            calls = [(call.tool, call.args) for call in turn.calls] or [("say", {"text": turn.text})]
            for tool, arguments in calls:
                seen = await env.step({"type": "call_tool", "tool_name": tool, "arguments": arguments})
        after = await env.step({"type": "call_tool", "tool_name": "say", "arguments": {"text": "One more thing."}})
        assert (after.done, after.reward) == (True, 0.0), "the reward is given once"
        assert "the episode is over" in str(after.observation["error"]), after.observation
        return seen.done, seen.reward


def refuses_what_is_not_there(run: str) -> None:
    """Splits and places that do not exist, below zero too."""
    made = WritEnvironment(run)
    assert made.list_splits() == ["all"]
    assert len(made.list_tasks("all")) == made.num_tasks("all")
    for ask in (
        lambda: made.num_tasks("train"),
        lambda: made.get_task("all", -1),
        lambda: made.reset(index=-1),
        lambda: made.reset(split="test"),
    ):
        try:
            ask()
        except writ.errors.ConfigError:
            continue
        raise AssertionError


def refuses_to_serve(run: str) -> None:
    """One line, before anything is served: what is no run, a user that is none, and a port that cannot be."""
    for words, says in (([f"{run}-nowhere"], "not a run"), ([run, "--user", "nobody"], "no such user"), ([run, "--port", "70000"], "--port")):  # fmt: skip
        done = subprocess.run([*SERVE, *words], capture_output=True, text=True, check=False)
        assert done.returncode == 2, done.stderr
        (line,) = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
        assert says in line
        assert "Traceback" not in done.stderr


def main(run: str) -> None:
    port = free_port()
    server = subprocess.Popen([*SERVE, run, "--port", str(port)])
    try:
        for _ in range(120):
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(1)
        ended = [asyncio.run(play(f"http://127.0.0.1:{port}", chat)) for chat in writ.load(run).conversations()]
    finally:
        server.terminate()
        server.wait()
    refuses_what_is_not_there(run)
    refuses_to_serve(run)
    accepted = sum(reward for _, reward in ended)
    sys.stdout.write(f"{len(ended)} conversations, {sum(done for done, _ in ended)} done, {accepted:.0f} accepted\n")
    assert ended
    assert all(one == (True, 1.0) for one in ended)


if __name__ == "__main__":
    main(sys.argv[1])
