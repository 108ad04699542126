"""The tools of a task's domain, on a world of its own: one MCP server for each rollout, which verifiers starts by this module."""

from __future__ import annotations

from types import MethodType
from typing import Any

import verifiers.v1 as vf

from writ_dspy.domains import load
from writ_dspy.errors import DomainError
from writ_dspy.task import Call, Json
from writ_dspy.train.tools import method


class ToolsConfig(vf.ToolsetConfig):
    """Nothing of its own."""


class WritToolset(vf.Toolset[ToolsConfig, vf.State]):
    """What it answers is what the episode answers, which plays the same calls on the same world."""

    TOOL_PREFIX = None

    async def setup_task(self, task: Any) -> None:
        """A fresh world."""
        self.domain = load(task.domain)
        self.world = self.domain.world()

    def register(self, mcp: Any) -> None:
        """Each tool with its types and its docstring."""
        for schema in self.domain.tools:
            function = schema["function"]
            mcp.add_tool(
                MethodType(method(schema, _play), self), name=function["name"], description=function["description"]
            )


def _play(tools: WritToolset, name: str, arguments: dict[str, Json]) -> str:
    try:
        call = tools.domain.canonical(name, arguments)
    except DomainError:  # as in any conversation, the world answers an error
        call = Call.of(name, arguments)
    return tools.world.call(call).text


if __name__ == "__main__":
    WritToolset.run()
