"""A declaration drafted from a server: what shows its state and what begins anew are found by trying, and the rest as of any tools."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("mcp", reason="servers need their SDK: pip install 'writ-dspy[mcp]'")

from tests.domains.by_server import ROOT, SCRIPT
from tests.domains.library import HOME, library
from writ_dspy.domains.declared import load
from writ_dspy.drafting import drafted, gathered, settle, text_of, write
from writ_dspy.drafting.servers import Served
from writ_dspy.errors import ConfigError, DomainError
from writ_dspy.task import Call

DESK = shlex.join(["env", f"PYTHONPATH={ROOT}", sys.executable, str(SCRIPT)])
LOAN = next(iter(library().tables["loans"]))
SHOW, RENEW = Call.of("get_loan", {"loan_id": LOAN}), Call.of("renew_loan", {"loan_id": LOAN})
BARE = """
from mcp.server import MCPServer
server, NOTES = MCPServer("notes"), {"N1": {"note_id": "N1", "text": "milk"}}

@server.tool()
def get_note(note_id: str) -> dict:
    return NOTES[note_id]

@server.tool()
def count_notes() -> int:
    return len(NOTES)

server.run()
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The library's, which has a tool that shows everything, and one that begins anew."""
    found = Served(f"mcp:{DESK}", "", tmp_path_factory.mktemp("desk") / "desk.yaml")
    yield found
    found.close()


@pytest.mark.long
def test_what_shows_the_state_and_what_begins_anew_are_found(desk: Served) -> None:
    """By what the answer holds, and by what is so after a write; neither is a tool of the agent's any more."""
    assert (desk.declared["state"], desk.declared["reset"]) == ("dump", "reset")
    assert desk.base == library().tables
    assert not {"dump", "reset"} & desk.tools.tools.keys()
    assert desk.declared["command"] == "env"


@pytest.mark.long
def test_worlds_that_are_tried_are_apart(desk: Served) -> None:
    """A write is seen in its own world, record by record as over Python, and in none after it."""
    plain, world = library().world(), desk.world()
    assert world.call(RENEW) == plain.call(RENEW)
    assert world.delta() == plain.delta()
    assert world.delta()
    other = desk.world()
    assert other.call(SHOW) == library().world().call(SHOW)
    assert other.delta() == {}
    assert other.digest() != world.digest()


@pytest.mark.slow
def test_what_is_drafted_of_a_server_loads_and_joins_as_that_of_its_code(tmp_path: Path) -> None:
    """Same tables, keys, reads and writes as from the tools in Python; the declaration starts the server."""
    place = tmp_path / "desk.yaml"
    found = settle(drafted(gathered(f"mcp:{DESK}", "", f"{HOME}/policy.md", place), "desk"))
    plain = settle(drafted(gathered(f"{HOME}/tools.py", f"{HOME}/data.py:make", f"{HOME}/policy.md", place), "desk"))
    for key in ("user", "today", "transfer"):
        assert found.spec[key] == plain.spec[key]
    joins = ("key", "id", "read", "owner", "lists", "parts", "identify")
    assert {name: {key: one.get(key) for key in joins} for name, one in found.spec["tables"].items()} == {
        name: {key: one.get(key) for key in joins} for name, one in plain.spec["tables"].items()
    }
    assert found.spec["writes"].keys() >= {"renew_loan", "cancel_hold", "change_pickup"}
    assert any("tools.mcp.without" in todo for todo in found.todos)
    write(text_of(found), place)
    assert load(place).kinds["renew_loan"] == "write"


@pytest.mark.slow
def test_a_database_is_copied_for_each_session(tmp_path: Path) -> None:
    """Where the command says where it goes; the file stays as it is."""
    (tmp_path / "desk.json").write_text(text := json.dumps(dict(library().tables)), encoding="utf-8")
    found = Served(f"mcp:{DESK} --database {{database}}", str(tmp_path / "desk.json"), tmp_path / "desk.yaml")
    try:
        assert found.declared["database"] == "desk.json"
        assert "state" not in found.declared
        world = found.world()
        world.call(RENEW)
        assert f"loans/{LOAN}" in world.delta()
    finally:
        found.close()
    assert (tmp_path / "desk.json").read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("given", "data", "says"),
    [
        ("mcp:", "", r"mcp: starts no server\. Write the whole command, in quotes: 'mcp:python server\.py'"),
        ("mcp:server.py", "", r"mcp:server\.py starts no server\."),
        ("mcp:python 'server.py", "", r"No closing quotation\. Write the command as in a shell"),
        ("mcp:python server.py", "shop.db", r"the server gets a copy of its database\. Name the file with --data, and where it goes in the command"),
        ("mcp:python server.py --db {database}", "", r"Name the file with --data"),
        ("mcp:python server.py --db {database}", "shop.db", r"--data shop\.db: there is no file"),
        ("mcp:http://localhost:1/mcp", "shop.db", r"the database of a server behind a URL cannot be copied"),
    ],
)  # fmt: skip
def test_a_server_that_is_named_wrongly_is_refused(given: str, data: str, says: str, tmp_path: Path) -> None:
    """Before anything is started."""
    with pytest.raises(ConfigError, match=says):
        gathered(given, data, "", tmp_path / "desk.yaml")


def test_a_server_that_shows_no_state_is_said_to(tmp_path: Path) -> None:
    """Which of its tools were asked, and what would do."""
    (tmp_path / "notes.py").write_text(BARE, encoding="utf-8")
    command = shlex.join([sys.executable, str(tmp_path / "notes.py")])
    with pytest.raises(ConfigError, match=r"has 2 tools, and nothing shows what a write changes: asked without arguments, count_notes shows no tables of records\. Name its database, as in") as caught:  # fmt: skip
        gathered(f"mcp:{command}", "", "", tmp_path / "notes.yaml")
    assert "\n" not in str(caught.value)


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    """In one line, with its last words."""
    (tmp_path / "notes.py").write_text("raise SystemExit('the drawer is stuck')\n", encoding="utf-8")
    command = shlex.join([sys.executable, str(tmp_path / "notes.py")])
    with pytest.raises(DomainError, match=r"ended before it had started\. Its last words: \"the drawer is stuck\"") as caught:  # fmt: skip
        gathered(f"mcp:{command}", "", "", tmp_path / "notes.yaml")
    assert "\n" not in str(caught.value)
