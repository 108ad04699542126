"""Tools behind an MCP server are those behind none: same answers, same worlds, same tasks; what goes wrong with it is said, and mended."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("mcp", reason="servers need their SDK: pip install 'writ-dspy[mcp]'")

from tests.domains.by_server import ROOT, SCRIPT, WAYS, declared
from tests.domains.library import library
from tests.simulate.playing import play
from tests.standins.ports import ports
from writ_dspy.domains.declared import load, read
from writ_dspy.domains.declared.building import source
from writ_dspy.domains.served import McpSource, session
from writ_dspy.errors import ConfigError, DomainError, ServerError
from writ_dspy.examine.trying import answers_hold
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.proposer import fill
from writ_dspy.task import Call, Kind
from writ_dspy.verify.checks import verify

LOAN, OTHER = list(library().tables["loans"])[:2]
HOLD = next(key for key, hold in library().tables["holds"].items() if hold["status"] == "waiting")
SHOW, RENEW = Call.of("get_loan", {"loan_id": LOAN}), Call.of("renew_loan", {"loan_id": LOAN})
CANCEL = Call.of("cancel_hold", {"hold_id": HOLD})


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., McpSource]]:
    """Makes tools over a server, which ends with the test."""
    made: list[McpSource] = []

    def _make(**what: object) -> McpSource:
        path = declared(tmp_path / str(len(made)), **what)  # type: ignore[arg-type]
        found = source(read(path), path)
        assert isinstance(found, McpSource)
        made.append(found)
        return found

    yield _make
    for one in made:
        one.close()


@pytest.mark.parametrize(
    "way", ["reset", *(pytest.param(way, marks=pytest.mark.slow) for way in WAYS if way != "reset")]
)
def test_a_world_over_a_server_is_one_over_python(way: str, make: Callable[..., McpSource]) -> None:
    """Same schemas and kinds, same answers and refusals, same changes, whichever way worlds begin; and each is its own."""
    served, plain = make(way=way), library()
    assert {tool.name: tool.schema for tool in served.tools.values()} == {
        one["function"]["name"]: one for one in plain.tools
    }
    calls = [SHOW, RENEW, SHOW, CANCEL, CANCEL, Call.of("get_loan", {"loan_id": "L0"}), SHOW]
    calls += [Call.of("search_books", {"title": "the"}), Call.of("find_member", {"card": "none"})]
    one, other = served.world(), plain.world()
    for call in calls:
        assert one.call(call) == other.call(call)
        assert one.delta() == other.delta()
    assert one.delta()

    bystander = served.world()
    assert bystander.call(SHOW) == plain.world().call(SHOW)
    assert bystander.delta() == {}
    alone = plain.world()
    assert bystander.call(CANCEL) == alone.call(CANCEL)
    assert bystander.delta() == alone.delta()
    assert f"loans/{LOAN}" not in bystander.delta()
    assert one.digest() != bystander.digest()


@pytest.mark.parametrize(
    ("kind", "writes"),
    [pytest.param("normal", 1, marks=pytest.mark.long), pytest.param("no-write", 0, marks=pytest.mark.slow)],
)
def test_one_declaration_makes_the_same_tasks_over_both(kind: Kind, writes: int, tmp_path: Path) -> None:
    """A task with its certificate, and a conversation about it, of the tools of a server and of those in Python."""
    plain, served = library(), load(declared(tmp_path))
    cell = Cell(domain=plain.name, kind=kind, writes=writes, burden=3, count=1)
    tasks = fill(cell, 5, None, domain=served).tasks
    (task,) = tasks
    talk = play(task, domain=served).talk

    assert (served.kinds, served.policy, served.tools) == (plain.kinds, plain.policy, plain.tools)
    assert tasks == fill(cell, 5, None, domain=plain).tasks
    assert talk == play(task).talk
    assert not verify(task, talk, served).findings


@pytest.fixture
def url() -> Iterator[str]:
    """A server that speaks HTTP."""
    port = ports(1)
    process = subprocess.Popen(
        [sys.executable, SCRIPT, "--port", str(port)], env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    while True:
        assert process.poll() is None
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            break
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}/mcp"
    process.kill()
    process.wait()


@pytest.mark.slow
def test_a_server_behind_a_url_gives_each_session_a_world(
    url: str, make: Callable[..., McpSource], tmp_path: Path
) -> None:
    """One that keeps them apart holds, and one that is not there is named."""
    served, plain = make(way="process", url=url), library()
    for calls in ((RENEW, SHOW), (CANCEL, SHOW)):
        one, other = served.world(), plain.world()
        assert [one.call(call) for call in calls] == [other.call(call) for call in calls]
        assert one.delta() == other.delta() != {}
    path = declared(tmp_path / "same", way="process", url=url)
    assert not list(answers_hold(lambda: source(read(path), path), played=[CANCEL]))

    with pytest.raises(DomainError, match=r"did not start .* See whether it is there, and mend `url`"):
        make(url="http://127.0.0.1:9/mcp")


# ----------------------------------------------------------------------------- what goes wrong


@pytest.mark.long
def test_a_server_that_is_killed_loses_nothing(
    make: Callable[..., McpSource], caplog: pytest.LogCaptureFixture
) -> None:
    """Between two calls: it is started again, what was written is written again, and the warning says so."""
    served = make()
    world, plain = served.world(), library().world()
    assert world.call(RENEW) == plain.call(RENEW)
    pool = served._pool
    for one in filter(None, (pool._reading, *pool._following)):
        os.kill(int((one.folder / "pid").read_text()), signal.SIGKILL)

    for call in (CANCEL, SHOW):
        assert world.call(call) == plain.call(call)
    assert world.delta() == plain.delta()
    assert served.world().call(Call.of("get_loan", {"loan_id": OTHER})) == library().world().call(
        Call.of("get_loan", {"loan_id": OTHER})
    )
    assert "ended when asked for cancel_hold. It is started again, and nothing is lost." in caplog.text


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["die", "hang"])
def test_a_server_that_fails_once_is_started_again(
    fault: str, make: Callable[..., McpSource], caplog: pytest.LogCaptureFixture
) -> None:
    """In the middle of a call, as by a crash or for lack of an answer."""
    served = make(fault=f"{fault} renew_loan", once=True, timeout=3)
    world, plain = served.world(), library().world()
    for call in (CANCEL, RENEW, SHOW):
        assert world.call(call) == plain.call(call)
    assert world.delta() == plain.delta()
    said = {"die": "ended", "hang": "gave no answer within 3 s"}[fault]
    assert f"{said} when asked for renew_loan" in caplog.text


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    """Folders of sessions that nobody claims any more; not those that are claimed, are new, or are something else."""
    names = ("writ-mcp-left", "writ-mcp-held", "writ-mcp-new", "other")
    for name in names:
        (tmp_path / name).mkdir()
        if name != "writ-mcp-new":
            os.utime(tmp_path / name, (0, 0))
    claim = session._hold(tmp_path / "writ-mcp-held")
    assert claim is not None
    os.utime(tmp_path / "writ-mcp-held", (0, 0))
    session._sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names[1:])
    os.close(claim)
    session._sweep(tmp_path)
    assert not (tmp_path / "writ-mcp-held").exists()


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["die", "hang"])
def test_a_server_that_always_fails_is_named(fault: str, make: Callable[..., McpSource]) -> None:
    """With the tool, the command, its last words and what to do; other calls work on."""
    served = make(fault=f"{fault} renew_loan", timeout=3)
    with pytest.raises(ServerError) as raised:
        served.world().call(RENEW)
    said = str(raised.value)
    assert "\n" not in said
    assert re.search(r"mcp_library\.py .* when asked for renew_loan\.", said)
    assert ('Its last words: "the shelf fell over"' in said) is (fault == "die")
    assert re.search(r"That is the second time\. Try the command in .* under tools\.mcp", said)

    assert served.world().call(CANCEL) == library().world().call(CANCEL)


@pytest.mark.long
def test_a_server_that_does_not_start_is_named(tmp_path: Path) -> None:
    """With what it wrote before it ended; a command that there is not, and one that says nothing, are named as well."""
    for what, says in (
        (
            {"fault": "start"},
            r'ended before it had started\. Its last words: "the library is closed today"\. Try the command in',
        ),
        ({"command": "no-such-server"}, r"did not start \(FileNotFoundError: .*no-such-server"),
        ({"command": "sleep", "args": ["3600"], "start": 1}, r"did not start within 1 s"),
    ):
        path = declared(tmp_path, **what)  # type: ignore[arg-type]
        with pytest.raises(DomainError, match=says):
            load(path)


def test_what_does_not_go_together_is_refused(tmp_path: Path) -> None:
    """By the key, before anything is started."""
    for what, says in (
        ({"state": None}, "nothing shows what a write changes"),
        ({"url": "http://localhost:1/mcp", "command": "x"}, "name one of `command` and `url`"),
        ({"snapshot": "snapshot"}, "both `snapshot` and `restore`"),
        ({"timeout": 0}, "tools.mcp.timeout = 0"),
        ({"database": "none.json"}, "tools.mcp.database = 'none.json': there is no file"),
        ({"comand": "x"}, "tools.mcp.comand: there is no such key; did you mean command"),
    ):
        path = declared(tmp_path, **what)  # type: ignore[arg-type]
        with pytest.raises(ConfigError, match=re.escape(says)):
            load(path)


def test_a_tool_that_is_not_there_is_named(make: Callable[..., McpSource]) -> None:
    """Of those that the declaration gives to the worlds."""
    with pytest.raises(ConfigError, match=r"tools\.mcp names nix, and the server .* has no such tool"):
        make(without="nix")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("odd get_loan", r"tools\.get_loan: get_loan\(.*answers otherwise the second time"),
        ("lie cancel_hold", r"tools\.cancel_hold: the server annotates it as readOnlyHint, and it is declared as a write"),
        ("share", r"tools\.mcp: what cancel_hold.* changes in one world is seen in the others"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_server_that_is_not_what_it_says_is_found(fault: str, says: str, tmp_path: Path) -> None:
    """One whose answers differ between two equal calls, one that annotates a write as a read, one whose worlds are not apart; and no sound one."""
    path = declared(tmp_path, fault=f"share {tmp_path / 'holds.json'}" if fault == "share" else fault)
    found = [str(flaw) for flaw in answers_hold(lambda: source(read(path), path), played=[CANCEL])]
    assert len(found) == bool(says), found
    assert re.match(says, "".join(found))
