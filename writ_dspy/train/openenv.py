"""Episodes behind OpenEnv's server: the tools of a run's domain and `say` over MCP, its tasks by split and index.

    python -m writ_dspy.train.openenv runs/first --port 8000

Every session plays an episode of its own. Needs the extra `openenv`, which nothing else does.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from functools import wraps
from typing import Any

from fastmcp import Client, FastMCP
from fastmcp.exceptions import ToolError
from fastmcp.tools import Tool
from openenv.core.env_server.http_server import create_app
from openenv.core.env_server.mcp_environment import MCPEnvironment
from openenv.core.env_server.mcp_types import CallToolAction, CallToolObservation
from openenv.core.env_server.types import Action, Observation, State

from writ_dspy.errors import ConfigError, DomainError, WritError, boundary, brief, whole
from writ_dspy.roles import User
from writ_dspy.store.places import path_of
from writ_dspy.store.run import Run
from writ_dspy.train.episode import Episode

MOST_PORT = 65535
SPLIT = "all"
"""The one split: all tasks of the run, by id. Those of an export are its own."""


class WritEnvironment(MCPEnvironment):
    """One session: `reset(index=…)` or `reset(task_id=…)`, then tools, until an observation is done."""

    SUPPORTS_CONCURRENT_SESSIONS = True

    def __init__(self, run: str | os.PathLike[str], user: User | str = "scripted") -> None:
        """Nothing is said before `reset`."""
        super().__init__(FastMCP("writ"))
        self._episode = Episode(run=run, user=user)
        self._ids = sorted(Run.read(path_of(run, "run")).kept("tasks"))
        self._steps = State(episode_id="", step_count=0)
        self._rewarded = False

    def list_splits(self) -> list[str]:
        return [SPLIT]

    def list_tasks(self, split: str) -> list[dict[str, Any]]:
        return [self.get_task(split, index) for index in range(self.num_tasks(split))]

    def num_tasks(self, split: str) -> int:
        _known(split)
        return len(self._ids)

    def get_task(self, split: str, index: int) -> dict[str, Any]:
        _known(split)
        return {"task_id": self._at(index), "index": index}

    def reset(
        self,
        seed: int | None = None,
        episode_id: str | None = None,
        index: int = 0,
        task_id: str | None = None,
        split: str = SPLIT,
        run_seed: int | None = None,
        **_: Any,
    ) -> Observation:
        """Begin a task; the observation's metadata hold the system prompt, and what the user says first under `user`.

        `seed` is OpenEnv's own, and changes nothing: `run_seed` is of the user's choice of words, as `Episode.reset` takes it.

        Raises:
            ConfigError: There is no such task or split.
            DomainError: A tool has a name that OpenEnv keeps for itself.
            LMError: The user's model failed.
        """
        _known(split)
        said = self._episode.reset(task_id=task_id or self._at(index), run_seed=run_seed)
        self._rewarded = False
        server = FastMCP("writ")
        for schema in self._episode.domain.tools:
            name = schema["function"]["name"]
            server.add_tool(Tool.from_function(_told(getattr(self._episode, name)), name=name))
        server.add_tool(Tool.from_function(_told(self._episode.say), name="say"))
        with boundary(DomainError, f"serving the tools of {self._episode.domain.name}"):
            self._validate_tool_names(server)
        self.mcp_server, self.mcp_client = server, Client(server)
        self._steps = State(episode_id=episode_id or self._episode.task.id, step_count=0)
        prompt = self._episode.domain.system_prompt
        return Observation(done=False, reward=0.0, metadata={"system_prompt": prompt, "user": said})

    def step(self, action: Action, timeout_s: float | None = None, **more: Any) -> Observation:
        """Call a tool; done once the user has left, with the verdict as the reward."""
        return self._after(super().step(action, timeout_s=timeout_s, **more))

    async def step_async(self, action: Action, timeout_s: float | None = None, **more: Any) -> Observation:
        """The same for a server that waits for many."""
        return self._after(await super().step_async(action, timeout_s=timeout_s, **more))

    @property
    def state(self) -> State:
        """Which task, and how many steps."""
        return self._steps

    def _step_impl(self, action: Action, timeout_s: float | None = None, **_: Any) -> Observation:
        return Observation(done=False, metadata={"error": f"{brief(action)}: call a tool, or list them."})

    def _after(self, seen: Observation) -> Observation:
        """With the reward, once: a step after the end is worth nothing more."""
        self._steps.step_count += 1
        seen.done = self._episode.done
        due = seen.done and not self._rewarded
        seen.reward = self._episode.reward() if due else 0.0
        self._rewarded |= due
        return seen

    def _at(self, index: int) -> str:
        if not 0 <= index < len(self._ids):
            raise ConfigError(f"index = {brief(index)}: the run has tasks 0 to {len(self._ids) - 1}.")
        return self._ids[index]


def _told(tool: Callable[..., str]) -> Callable[..., str]:
    """The same tool, whose refusals go to the client in words; anything else it raises is a fault, and logged with its trace."""

    @wraps(tool)
    def told(*args: Any, **named: Any) -> str:
        try:
            return tool(*args, **named)
        except WritError as error:
            raise ToolError(str(error)) from error

    vars(told)["__signature__"] = inspect.signature(tool)
    return told


def _known(split: str) -> None:
    if split != SPLIT:
        raise ConfigError(f"split = {brief(split)}: there is `{SPLIT}` alone, which holds every task of the run.")


def app(run: str | os.PathLike[str], user: User | str = "scripted", most: int = 8) -> Any:
    """The server as a FastAPI application.

    Args:
        run: The run whose tasks are played.
        user: As `Episode` takes it.
        most: Sessions at once.

    Raises:
        ConfigError: There is no such user.
        StoreError: It is no run folder.
        LMError: The user's model cannot be reached.
    """
    WritEnvironment(run, user)  # what cannot be played is refused now, not in the first session
    return create_app(
        lambda: WritEnvironment(run, user),
        CallToolAction,
        CallToolObservation,
        env_name="writ",
        max_concurrent_envs=most,
    )


def main() -> int:
    """Serve a run."""
    import argparse
    import sys

    import uvicorn

    asked = argparse.ArgumentParser(prog="python -m writ_dspy.train.openenv", description=main.__doc__)
    asked.add_argument("run", help="a run folder")
    asked.add_argument("--host", default="127.0.0.1")
    asked.add_argument("--port", type=int, default=8000)
    asked.add_argument("--user", default="scripted", help="scripted, or the URL of a model")
    given = asked.parse_args()
    try:
        whole("--port", given.port, 0, MOST_PORT)
        served = app(given.run, given.user)
    except WritError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    uvicorn.run(served, host=given.host, port=given.port, log_level="warning")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
