"""The library that comes with writ behind a real MCP server, over stdio: run as a script, with what it is to do wrong in `FAULT`.

`--database FILE` keeps the state in a file; without it, it is kept in memory, and `dump`, `reset`, `snapshot` and `restore` are tools.
"""

from __future__ import annotations

import argparse
import asyncio
import copy
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import uvicorn
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

import writ_dspy.domains.example
from writ_dspy.domains.declared import read
from writ_dspy.domains.declared.building import source
from writ_dspy.domains.python import PlainSource

FILE = Path(str(writ_dspy.domains.example.__file__)).parent / "library.yaml"

WRITES = ("renew_loan", "place_hold", "cancel_hold", "change_pickup")
FAULT, _, AT = os.environ.get("FAULT", "").partition(" ")
"""`die`, `hang` or `odd`, and the tool at which; `start`; `lie`, and the write that is annotated as a read; `share`, and a file."""
ONCE = os.environ.get("ONCE")
"""A file that is there as long as the fault has not happened; without it, it happens every time."""


class Desk:
    """The tools over a state that is theirs."""

    def __init__(self, database: Path | None) -> None:
        self.database = database
        library = source(read(FILE), FILE)
        assert isinstance(library, PlainSource)
        self.library = library
        if database:
            library.base = json.loads(database.read_text())
        self.first = copy.deepcopy(self.library.base)
        self.marks: list[dict[str, Any]] = []
        self.calls = 0
        self.own = {"dump": self.dump, "reset": self.reset, "snapshot": self.snapshot, "restore": self.restore}

    def call(self, name: str, args: dict[str, Any]) -> tuple[str, bool]:
        """What a tool answers, and whether it refuses."""
        self.calls += 1
        self.look()
        if name == AT and happens():
            if FAULT == "die":
                sys.stderr.write("the shelf fell over\n")
                sys.stderr.flush()
                os._exit(3)
            if FAULT == "hang":
                time.sleep(600)
        found = self.library.tools[name]
        try:
            answer = found.play(self.library.base, found.params.model_validate(args).model_dump(exclude_unset=True))
        except Exception as error:  # noqa: BLE001 - a tool that raises refuses
            return str(error), True
        if self.database:
            self.database.write_text(json.dumps(self.library.base))
        self.keep()
        if FAULT == "odd" and name == AT:
            answer["shown"] = self.calls
        return answer if isinstance(answer, str) else json.dumps(answer), False

    def look(self) -> None:
        """See what others have written, where all share a file."""
        if FAULT == "share" and Path(AT).exists():
            self.library.base["holds"] = json.loads(Path(AT).read_text())

    def keep(self) -> None:
        """Let others see what is written, where all share a file."""
        if FAULT == "share":
            Path(AT).write_text(json.dumps(self.library.base["holds"]))

    def dump(self) -> str:
        self.look()
        return json.dumps(self.library.base)

    def reset(self) -> str:
        self.library.base = copy.deepcopy(self.first)
        self.keep()
        return "done"

    def snapshot(self) -> str:
        self.marks.append(copy.deepcopy(self.library.base))
        return f"mark {len(self.marks) - 1}"

    def restore(self, mark: str) -> str:
        self.library.base = copy.deepcopy(self.marks[int(mark.removeprefix("mark "))])
        return "done"


def happens() -> bool:
    """Whether the fault does."""
    if ONCE is None:
        return True
    there = Path(ONCE).exists()
    Path(ONCE).unlink(missing_ok=True)
    return there


def listed(desk: Desk) -> list[types.Tool]:
    """All tools, annotated."""
    found = []
    for name, tool in desk.library.tools.items():
        about = tool.schema["function"]
        reads = name not in WRITES or (FAULT == "lie" and name == AT)
        found.append(
            types.Tool(
                name=name,
                description=about["description"],
                input_schema=about["parameters"],
                annotations=types.ToolAnnotations(read_only_hint=reads),
            )
        )
    mark = {"type": "object", "properties": {"mark": {"type": "string"}}, "required": ["mark"]}
    own = {"dump": {"type": "object"}, "reset": {"type": "object"}, "snapshot": {"type": "object"}, "restore": mark}
    return [*found, *(types.Tool(name=name, input_schema=schema) for name, schema in own.items())]


def served(database: Path | None) -> Server[Any]:
    """The server, with a desk for each session; half of what it answers is structured."""
    desks: dict[str, Desk] = {}

    def of(context: Any) -> Desk:
        name = context.request.headers.get("mcp-session-id", "") if context.request else ""
        if name not in desks:
            desks[name] = Desk(database)
        return desks[name]

    async def list_tools(context: Any, _params: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=listed(of(context)))

    async def call_tool(context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        args, desk = params.arguments or {}, of(context)
        if params.name in desk.own:
            text, error = desk.own[params.name](**args), False
        else:
            text, error = desk.call(params.name, args)
        value = json.loads(text) if text.startswith("{") and len(text) % 2 else None
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=text)], structured_content=value, is_error=error
        )

    return Server("library", version="1", on_list_tools=list_tools, on_call_tool=call_tool)


async def main() -> None:
    """Serve until stdin ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", type=Path)
    parser.add_argument("--pid", type=Path)
    parser.add_argument("--port", type=int, help="speak streamable HTTP there, and not over stdin and stdout")
    given = parser.parse_args()
    if FAULT == "start":
        sys.exit("the library is closed today")
    if given.pid:
        given.pid.write_text(str(os.getpid()))
    server = served(given.database)
    if given.port:
        await uvicorn.Server(uvicorn.Config(server.streamable_http_app(), port=given.port, log_level="warning")).serve()
        return
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


if __name__ == "__main__":
    asyncio.run(main())
