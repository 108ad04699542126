"""A run from a stranger who means harm: every text of it tries to be markup or code."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

HOSTILE = '</script><script>window.bad=1</script><img src=x onerror="window.bad=1">\u2028\u202e\'"\\`${window.bad=1}'
AS_IT_IS = ("id", "task_id", "stop", "role", "kind", "domain", "goal", "outcomes", "behaviour", "manner", "checks")
"""What has to be what it was for a record to be one."""


def spoiled(value: Any) -> Any:
    """The same with markup and code behind every text of several words."""
    if isinstance(value, dict):
        return {
            name: _calls(inner) if name == "calls" else inner if name in AS_IT_IS else spoiled(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [spoiled(inner) for inner in value]
    return f"{value}{HOSTILE}" if isinstance(value, str) and " " in value else value


def _calls(calls: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Calls with one argument more."""
    return [(tool, json.dumps(json.loads(args) | {HOSTILE: HOSTILE})) for tool, args in calls]


def hostile_copy(run: Path, to: Path) -> Path:
    """A copy of a run whose texts try to be markup or code; its verdicts count as those of an older writ do."""
    shutil.copytree(run, to)
    for name in ("tasks", "conversations", "verdicts"):
        path = to / f"{name}.jsonl"
        found = [spoiled(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
        lines = [json.dumps({key: value for key, value in one.items() if "digest" not in key}) for one in found]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return to
