"""The library with its tools behind an MCP server, for tests."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import yaml

from tests.domains.library import HOME, library, spec

SCRIPT = Path(__file__).parents[1] / "standins" / "mcp_library.py"
ROOT = SCRIPT.parents[2]
WAYS: dict[str, dict[str, Any]] = {
    "reset": {"reset": "reset", "state": "dump", "without": ["snapshot", "restore"]},
    "snapshot": {
        "snapshot": "snapshot",
        "restore": {"tool": "restore", "args": {"mark": "{snapshot}"}},
        "state": {"tool": "dump"},
        "without": "reset",
    },
    "process": {"state": "dump", "without": ["reset", "snapshot", "restore"]},
    "database": {"database": "desk.json", "without": ["dump", "reset", "snapshot", "restore"]},
}
"""How a world of its own begins."""


def declared(folder: Path, way: str = "reset", fault: str = "", *, once: bool = False, **more: Any) -> Path:
    """The declaration of the library over its server, with a fault that happens each time, or once."""
    folder.mkdir(parents=True, exist_ok=True)
    env = {"PYTHONPATH": str(ROOT), "FAULT": fault}
    if once:
        env["ONCE"] = str(folder / "once")
        (folder / "once").touch()
    args = [str(SCRIPT), "--pid", "{folder}/pid"]
    if way == "database":
        args += ["--database", "{database}"]
        (folder / "desk.json").write_text(json.dumps(dict(library().tables)), encoding="utf-8")
    shutil.copy(HOME / "policy.md", folder / "policy.md")
    changed = spec()
    del changed["data"]
    run = {} if "url" in more else {"command": sys.executable, "args": args, "env": env}
    changed["tools"] = {"mcp": {**run, **WAYS[way], **more}}
    path = folder / "library.yaml"
    path.write_text(yaml.safe_dump(changed, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path
