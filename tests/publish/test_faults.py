"""What breaks while a run is published: said in one line, never half done, mended by the same call."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.calls import ENVIRONMENT
from tests.publish.calls import NAME, state
from tests.standins.hub import WRITE, StandIn
from tests.standins.hub_repos import Blob, Change, Repo
from tests.standins.with_hub import environment
from writ_dspy.errors import ConfigError, StoreError, WritError
from writ_dspy.publish import hub as hub_of
from writ_dspy.publish.stage import Staged
from writ_dspy.publish.upload import Plan, publish, send

pytest.importorskip("matplotlib", reason="a card has plots: pip install 'writ-dspy[publish]'")
pytest.importorskip("hf_xet", reason="one of both transports: pip install 'writ-dspy[publish]'")

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # huggingface_hub's own

PLAN = Plan(NAME)

# ----------------------------------------------------------------------------- what breaks

BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "repository": ({"path": "/repos/create", "status": 503}, r"making tester/writ.*503 .*a fault on its side"),
    "commit": ({"path": "/commit/main", "status": 500}, r"answered 500 .*a fault on its side\. Run the same command"),
    "dropped": ({"path": "/commit/main", "dropped": True, "status": 0}, r"no answer .*Check the network"),
    "tag": ({"path": "/tag/", "status": 500}, r"tagging tester/writ.*a fault on its side"),
    "verify": ({"path": "/tree/[0-9a-f]{40}", "status": 400, "method": "GET"}, r"verifying tester/writ.*answered 400"),
}


@pytest.mark.parametrize("name", BREAKS)
@pytest.mark.long
def test_a_break_is_said_and_mended(name: str, staged: Staged, lfs: StandIn) -> None:
    """One sentence with the remedy; main holds all of it or is as it was; the same call finishes the job."""
    fault, message = BREAKS[name]
    lfs.fault(**{"method": "POST"} | fault)
    with pytest.raises(WritError, match=message) as caught:
        send(staged, PLAN)
    branches, tags = state(lfs)

    assert "\n" not in str(caught.value)
    assert tags == {}
    if branches:
        files = set(lfs.repos[NAME].find("main").files)
        assert files in ({".gitattributes"}, {".gitattributes", *staged.files})
    lfs.faults.clear()
    done = send(staged, PLAN)
    assert state(lfs) == ({"main": done.commit}, {"v1": done.commit})
    assert len(lfs.repos[NAME].commits) == 2


ANSWERS = (
    (400, "", StoreError, "Put right what it names"),
    (401, "", ConfigError, "the token is missing, wrong or too old"),
    (402, "Your storage is over the limit", StoreError, "there is no room. Free some"),
    (403, "Private repository storage limit reached", StoreError, "there is no room. Free some"),
    (403, "Forbidden", ConfigError, "this token may not do that"),
    (404, "", ConfigError, "there is no such thing, or this token may not see it"),
    (409, "", StoreError, "somebody else has changed it meanwhile"),
    (412, "", StoreError, "somebody else has changed it meanwhile; nothing of ours was added"),
    (413, "", StoreError, "there is no room"),
    (429, "", StoreError, "Wait some minutes"),
    (500, "", StoreError, "a fault on its side"),
    (507, "", StoreError, "there is no room"),
)


@pytest.mark.parametrize(("status", "said", "kind", "remedy"), ANSWERS)
def test_every_answer_has_its_remedy(status: int, said: str, kind: type[WritError], remedy: str, lfs: StandIn) -> None:
    """What the real client makes of a status becomes one line of ours, without the token that the server echoes."""
    lfs.fault("GET", "/refs", status=status, message=f"{said} {WRITE}")
    lfs.repos[NAME] = Repo(NAME, private=True)
    with pytest.raises(kind) as caught:
        hub_of.look(NAME, "main")
    text = str(caught.value)

    assert text.startswith(f"looking at {NAME}: the Hub answered {status} (")
    assert remedy in text
    assert (WRITE in text, "\n" in text, said in text) == (False, False, True)


UPLOADS = {"lfs": ("PUT", "/lfs/", 400), "xet": ("GET", "/xet-write-token/", 403)}


def test_an_upload_that_is_refused(staged: Staged, hub: StandIn) -> None:
    """Halfway through the large files: main is as it was, and only what is missing is sent afterwards."""
    method, path, status = UPLOADS["xet" if hub.store else "lfs"]
    hub.fault(method, path, status=status, times=20 if hub.store else 1, message="upload refused")
    with pytest.raises(WritError, match=f"sending .* files to {NAME}"):
        send(staged, PLAN)
    assert set(hub.repos[NAME].find("main").files) == {".gitattributes"}

    hub.faults.clear()
    before, had = len(hub.asked), set(hub.objects)
    done = send(staged, PLAN)
    sent = {line.rpartition("/")[2] for line in hub.asked[before:] if line.startswith("PUT /lfs/")}
    assert not sent & had
    assert hub.repos[NAME].tags == {"v1": done.commit}


def test_a_reply_that_was_lost(staged: Staged, lfs: StandIn) -> None:
    """The commit was made and its answer never came: it is found, verified and tagged in the same call."""
    lfs.fault("POST", "/commit/main", done=True, dropped=True, status=0)
    done = send(staged, PLAN)

    assert state(lfs) == ({"main": done.commit}, {"v1": done.commit})
    assert len(lfs.repos[NAME].commits) == 2


def test_somebody_else_is_faster(staged: Staged, lfs: StandIn) -> None:
    """A commit between our look and ours is not overwritten; the next call is made on top of it."""

    def theirs() -> None:
        lfs.repos[NAME].commit("main", [Change("theirs.txt", Blob.of(b"theirs"))], {"summary": "theirs"})

    lfs.fault("POST", "/commit/main", before=theirs, status=0)
    with pytest.raises(StoreError, match=r"412 .*somebody else has changed it meanwhile; nothing of ours was added"):
        send(staged, PLAN)
    assert set(lfs.repos[NAME].find("main").files) == {".gitattributes", "theirs.txt"}

    send(staged, PLAN)
    assert "theirs.txt" in lfs.repos[NAME].find("main").files


@pytest.mark.slow
def test_kill_9_at_any_step(small_run: Path, staged: Staged, hub: StandIn, tmp_path: Path) -> None:
    """A process killed within the upload, the commit or the tag leaves main whole, and the next one finishes."""
    where = ["/xet-write-token/" if hub.store else "PUT /lfs/", "POST .*/commit/", "POST .*/tag/"]
    killed: list[int] = []
    for step in where:
        method, _, path = step.rpartition(" ")
        child = subprocess.Popen(
            [sys.executable, "-m", "writ_dspy.cli.main", "publish", str(small_run), NAME, "--json"],
            env=ENVIRONMENT | environment(hub, tmp_path),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        hub.fault(
            method or "GET",
            path.removeprefix(".*"),
            status=500,
            before=lambda pid=child.pid: os.kill(pid, signal.SIGKILL),
        )  # type: ignore[misc]
        child.communicate()
        killed.append(child.returncode)
        files = set(hub.repos[NAME].find("main").files)
        assert files in ({".gitattributes"}, {".gitattributes", *staged.files})
        hub.faults.clear()
    done = publish(small_run, PLAN)

    assert killed == [-signal.SIGKILL] * 3
    assert state(hub) == ({"main": done.commit}, {"v1": done.commit})
    assert len(hub.repos[NAME].commits) == 2
