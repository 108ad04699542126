"""Publishing: both transports, every break, and nothing that could not be taken back."""

from __future__ import annotations

import dataclasses
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.calls import ENVIRONMENT, tree, writ
from tests.publish.calls import MIX, NAME, state
from tests.standins.hub import READ, WRITE, StandIn
from tests.standins.hub_repos import Blob, Change
from tests.standins.with_hub import environment
from writ_dspy.errors import ConfigError, StoreError
from writ_dspy.publish.card import is_ours, signed
from writ_dspy.publish.stage import CARD, MANIFEST, Staged, stage
from writ_dspy.publish.upload import Outcome, Plan, publish, send

pytest.importorskip("matplotlib", reason="a card has plots: pip install 'writ-dspy[publish]'")
pytest.importorskip("hf_xet", reason="one of both transports: pip install 'writ-dspy[publish]'")

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # huggingface_hub's own

PLAN = Plan(NAME)

ROWS = MIX.count


def loaded(config: str = "default", **options: Any) -> Any:
    """What a stranger loads."""
    from datasets import load_dataset

    return load_dataset(NAME, config, **options)


# ----------------------------------------------------------------------------- what comes of it


def test_published_and_loaded(staged: Staged, hub: StandIn) -> None:
    """Over either transport: one commit, tagged, private; every configuration loads, at the tag and streaming too."""
    done = send(staged, PLAN)
    repo = hub.repos[NAME]

    assert repo.private
    assert repo.tags == {"v1": done.commit}
    assert [one.title for one in repo.commits.values()] == ["initial commit", f"{ROWS} trajectories (v1)"]
    assert set(repo.find("main").files) == {*done.staged.files, ".gitattributes"}
    for part in done.staged.parts:
        assert len(loaded(part.config, split=part.split, revision="v1")) == part.rows
    streamed = list(loaded(split="train", streaming=True))
    assert streamed == list(loaded(split="train"))
    assert sum(len(side) for side in loaded().values()) == ROWS
    assert any("xet-write-token" in line for line in hub.asked) == (hub.store is not None)
    assert any("PUT /lfs/" in line for line in hub.asked) == (hub.store is None)


def test_once_more_is_nothing(staged: Staged, lfs: StandIn) -> None:
    """The same run again sends no byte and makes no commit."""
    first = send(staged, PLAN)
    before = state(lfs)
    again = send(staged, PLAN)

    assert (again.commit, again.changed) == (first.commit, ())
    assert state(lfs) == before
    assert sum("/commit/" in line for line in lfs.asked) == 1


def test_the_same_run_gives_the_same_folder(small_run: Path, staged: Staged, tmp_path: Path) -> None:
    """Byte for byte, in a new folder and once more in the old one."""
    other = stage(small_run, NAME, "v1", tmp_path / "other")
    again = stage(small_run, NAME, "v1", tmp_path / "other")

    assert tree(other.folder) == tree(staged.folder)
    assert set(tree(staged.folder)) == set(staged.files) == set(again.files)


def test_dry_run_sends_nothing(small_run: Path, lfs: StandIn) -> None:
    """It stages, checks and scans without a single request."""
    ended = writ("publish", small_run, NAME, "--dry-run")

    assert ended.code == 0, ended.err
    assert f"would be sent to {NAME} (private" in ended.out
    assert lfs.asked == []


def test_a_new_version_leaves_the_old_one(small_run: Path, staged: Staged, lfs: StandIn, tmp_path: Path) -> None:
    """Other content under a tag that exists is refused before anything is sent, and goes in under the next."""
    first = send(staged, PLAN)
    mine = tmp_path / "hub-folder"
    shutil.copytree(staged.folder, mine)
    (mine / CARD).write_text((mine / CARD).read_text() + "\nMine.\n")
    before = state(lfs)
    with pytest.raises(ConfigError, match=r"has a tag v1 with other content \(README\.md, manifest\.json\).*--tag v2"):
        send(stage(small_run, NAME, "v1", mine), PLAN)
    assert state(lfs) == before

    second = send(stage(small_run, NAME, "v2", mine), dataclasses.replace(PLAN, tag="v2"))
    assert lfs.repos[NAME].tags == {"v1": first.commit, "v2": second.commit}
    assert set(second.changed) == {CARD, MANIFEST}
    assert len(loaded(split="train", revision="v1")) == len(loaded(split="train", revision="v2"))


def test_files_of_others_stay_and_ours_go(staged: Staged, lfs: StandIn) -> None:
    """What writ published and no longer stages is removed in the same commit; what somebody added is left alone."""
    send(staged, PLAN)
    repo = lfs.repos[NAME]
    repo.commit("main", [Change("notes/mine.txt", Blob.of(b"mine"))], {"summary": "a note"})
    old = (staged.folder / MANIFEST).read_text().replace('"assets/axes.png"', '"assets/old.png"')
    repo.commit("main", [Change(MANIFEST, Blob.of(old.encode())), Change("assets/old.png", Blob.of(b"old"))], {})
    done = send(staged, dataclasses.replace(PLAN, tag="v2"))

    assert set(done.changed) == {MANIFEST, "assets/old.png"}
    assert set(repo.find("main").files) == {*done.staged.files, ".gitattributes", "notes/mine.txt"}


def test_a_pull_request_changes_no_branch(small_run: Path, staged: Staged, lfs: StandIn, tmp_path: Path) -> None:
    """--create-pr opens one that can be loaded, tags nothing, and is found again instead of opened twice."""
    before = send(staged, PLAN)
    plan = dataclasses.replace(PLAN, create_pr=True, tag="v2")
    newer = stage(small_run, NAME, "v2", tmp_path / "newer")
    first, again = send(newer, plan), send(newer, plan)
    branches, tags = state(lfs)

    assert first.pull_request == again.pull_request == "refs/pr/1"
    assert first.url.endswith("/discussions/1")
    assert branches["main"] == before.commit
    assert set(branches) == {"main", "refs/pr/1"}
    assert tags == {"v1": before.commit}
    assert len(loaded(split="train", revision="refs/pr/1")) == len(loaded(split="train"))


def test_another_branch(staged: Staged, lfs: StandIn) -> None:
    """--revision makes the branch, and main stays as it was."""
    done = send(staged, dataclasses.replace(PLAN, revision="next"))
    repo = lfs.repos[NAME]

    assert repo.branches["next"] == done.commit == repo.tags["v1"]
    assert set(repo.find("main").files) == {".gitattributes"}


# ----------------------------------------------------------------------------- who may, and what is agreed to


def test_no_token(small_run: Path, lfs: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said before anything is asked of the Hub, in one line, with where to get one."""
    monkeypatch.delenv("HF_TOKEN")
    ended = writ("publish", small_run, NAME)
    (line,) = [line for line in ended.err.splitlines() if line.startswith("error: ")]

    assert ended.code == 2
    assert "`hf auth login` or set HF_TOKEN" in line
    assert lfs.asked == []


def test_a_token_that_is_wrong_or_may_not_write(staged: Staged, lfs: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are told apart, and neither is repeated."""
    for token, seen in (
        ("hf_" + "x" * 34, "the token is missing, wrong or too old"),
        (READ, "this token may not do that"),
    ):
        monkeypatch.setenv("HF_TOKEN", token)
        with pytest.raises(ConfigError, match=seen) as caught:
            send(staged, PLAN)
        assert token not in str(caught.value)
    assert lfs.repos == {}


def test_a_place_of_somebody_else(staged: Staged, lfs: StandIn) -> None:
    """A namespace that the token has no rights in."""
    with pytest.raises(ConfigError, match=r"403 .*or name a place of your own"):
        send(staged, Plan("stranger/writ"))
    assert lfs.repos == {}


@pytest.mark.slow
def test_offline(small_run: Path, lfs: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Asked to stay offline, and with nobody at the other end."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(StoreError, match="Check the network"):
        publish(small_run, PLAN)
    env = ENVIRONMENT | environment(lfs, tmp_path) | {"HF_HUB_OFFLINE": "1"}
    command = [sys.executable, "-m", "writ_dspy.cli.main", "publish", str(small_run), NAME]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, "HF_HUB_OFFLINE is set" in done.stderr) == (2, True)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["writ", "a/b/c", "me/we..it", "me/", "-a/b", "me/two words"])
def test_a_name_that_is_none(name: str, tmp_path: Path) -> None:
    """Refused before the run is even looked at."""
    ended = writ("publish", tmp_path, "--", name)

    assert (ended.code, f"{name!r} names no dataset repository" in ended.err) == (2, True)


def test_public_is_never_by_accident(staged: Staged, lfs: StandIn) -> None:
    """Made public only when that is agreed to; a public one is not written to as if it were private."""
    public = dataclasses.replace(PLAN, public=True)
    assert send(staged, PLAN).private
    with pytest.raises(ConfigError, match="--public shows it with all its history to everybody"):
        send(staged, public)
    assert lfs.repos[NAME].private

    assert not send(staged, public, ask=lambda _: True).private
    with pytest.raises(ConfigError, match="is public already, so everybody will see this"):
        send(staged, PLAN)
    assert not send(staged, public).private


def test_a_new_public_one_is_shown_last(staged: Staged, lfs: StandIn) -> None:
    """Nobody sees it before it is verified."""
    lfs.fault("POST", "/commit/main")
    with pytest.raises(StoreError):
        send(staged, dataclasses.replace(PLAN, public=True))
    assert lfs.repos[NAME].private

    done = send(staged, dataclasses.replace(PLAN, public=True), ask=lambda _: True)
    assert (done.private, lfs.repos[NAME].private) == (False, False)


def test_a_card_by_hand_is_not_lost(staged: Staged, lfs: StandIn) -> None:
    """One changed on the Hub is replaced only if that is agreed to; one changed here is published as it is."""
    first = send(staged, PLAN)
    text = (first.staged.folder / CARD).read_text() + "\nBy hand.\n"
    lfs.repos[NAME].commit("main", [Change(CARD, Blob.of(text.encode()))], {"summary": "by hand"})
    seen: list[str] = []

    def ask(reasons: Any) -> bool:
        seen.extend(reasons)
        return False

    with pytest.raises(ConfigError, match="by hand and would be replaced"):
        send(staged, dataclasses.replace(PLAN, tag="v2"), ask=ask)
    assert len(seen) == 1
    assert lfs.repos[NAME].find("main").files[CARD].data.decode() == text


def test_a_card_changed_here_stays(small_run: Path, staged: Staged, tmp_path: Path) -> None:
    """A mark tells whose a card is; staging leaves the user's alone and says so."""
    folder = tmp_path / "mine"
    shutil.copytree(staged.folder, folder)
    text = (folder / CARD).read_text()
    assert is_ours(text)
    (folder / CARD).write_text(text.replace("## Loading", "## How to load"))
    again = stage(small_run, NAME, "v1", folder)

    assert not is_ours((folder / CARD).read_text())
    assert "## How to load" in (folder / CARD).read_text()
    assert any("published as it is" in note for note in again.notes)
    assert is_ours(signed("---\na: 1\n---\nx\n"))


# ----------------------------------------------------------------------------- what must not be in it


@pytest.mark.slow
def test_no_trace_of_the_token(small_run: Path, hub: StandIn, tmp_path: Path) -> None:
    """Not in what is printed with every log on, on success and on failure, nor in any file, commit or cache."""
    env = ENVIRONMENT | environment(hub, tmp_path) | {"HF_DEBUG": "1", "HF_HUB_VERBOSITY": "debug", "RUST_LOG": "trace"}
    command = [sys.executable, "-m", "writ_dspy.cli.main", "publish", str(small_run), NAME]
    said = ""
    for status in (500, 0):
        hub.fault("POST", "/commit/main", status=status, message=f"echo {WRITE}")
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        said += done.stdout + done.stderr
        assert done.returncode == (2 if status else 0), said
    commits = repr(hub.repos[NAME].commits).encode() + b"".join(hub.objects.values())
    files = [path.read_bytes() for place in (small_run, tmp_path) for path in place.rglob("*") if path.is_file()]

    assert WRITE not in said
    assert not [data for data in (commits, *files) if WRITE.encode() in data]


@pytest.mark.parametrize("text", ["hf_" + "a" * 34, "sk-proj-" + "b" * 40])
def test_a_secret_stops_it(text: str, small_run: Path, staged: Staged, lfs: StandIn, tmp_path: Path) -> None:
    """Whatever is agreed to; and it is not repeated."""
    folder = tmp_path / "mine"
    shutil.copytree(staged.folder, folder)
    (folder / CARD).write_text((folder / CARD).read_text() + f"\n{text}\n")
    with pytest.raises(ConfigError, match=r"looks like a secret in .*README\.md, line \d+") as caught:
        publish(small_run, PLAN, folder=folder, ask=lambda _: True)

    assert text not in str(caught.value)
    assert all(line.startswith("GET ") for line in lfs.asked)


# ----------------------------------------------------------------------------- what is staged


def spoil(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(change(path.read_bytes()))


def test_a_run_without_rows(tmp_path: Path) -> None:
    """Nothing to publish, and what to do about it."""
    from writ_dspy.run.folder import open_run
    from writ_dspy.run.settings import Settings

    with open_run(tmp_path / "run", Settings(MIX)):
        pass
    with pytest.raises(StoreError, match=r"holds no accepted conversation.*writ simulate"):
        stage(tmp_path / "run", NAME, "v1")


def test_a_folder_of_somebody_else(small_run: Path, tmp_path: Path) -> None:
    """Nothing is written into it."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "me.jpg").write_bytes(b"me")
    with pytest.raises(StoreError, match=r"holds me\.jpg, which writ did not put there"):
        stage(small_run, NAME, "v1", tmp_path / "photos")
    assert list(tree(tmp_path / "photos")) == ["me.jpg"]


def test_rows_that_got_lost(small_run: Path, staged: Staged, lfs: StandIn, tmp_path: Path) -> None:
    """A card whose head says other numbers than load is not published."""
    folder = tmp_path / "mine"
    shutil.copytree(staged.folder, folder)
    spoil(folder / CARD, lambda data: re.sub(rb"num_examples: \d+", b"num_examples: 999", data))
    with pytest.raises(StoreError, match=r"load_dataset cannot read .*its head has to fit the files"):
        publish(small_run, PLAN, folder=folder)
    assert all(line.startswith("GET ") for line in lfs.asked)


def test_what_is_no_longer_made_goes(small_run: Path, staged: Staged, tmp_path: Path) -> None:
    """A file of an earlier staging that this one does not make is removed, with its folder."""
    folder = tmp_path / "mine"
    shutil.copytree(staged.folder, folder)
    spoil(folder / MANIFEST, lambda data: data.replace(b'"LICENSE"', b'"old/gone.txt"'))
    (folder / "old").mkdir()
    (folder / "old" / "gone.txt").write_text("gone")
    stage(small_run, NAME, "v1", folder)

    assert not (folder / "old").exists()


@pytest.mark.usefixtures("lfs")
def test_progress_is_told(small_run: Path) -> None:
    """Every step is named, goes up, and comes to its end."""
    told: dict[str, list[tuple[int, int]]] = {}
    done: Outcome = publish(small_run, PLAN, tell=lambda step, now, of, _: told.setdefault(step, []).append((now, of)))

    assert list(told) == ["stage", "check", "scan", "publish", "verify"]
    assert all(steps == sorted(steps) and steps[-1][0] == steps[-1][1] for steps in told.values())
    assert done.to_json()["rows"]["default/train"] + done.to_json()["rows"].get("default/test", 0) == ROWS


def test_a_shaped_export_is_published_as_it_is(small_run: Path, tmp_path: Path) -> None:
    """Only what shaping kept, with what it left out on the card; refused once the run has gone on."""
    run = tmp_path / "run"
    shutil.copytree(small_run, run)
    assert writ("export", run, "--per-kind", "read-heavy=2").code == 0
    shaped = stage(run, NAME, "v1")
    assert shaped.census.rows == ROWS - 3
    assert "left out of this set: over the quota (3)" in (shaped.folder / CARD).read_text()

    known = run / "dataset" / MANIFEST
    found = json.loads(known.read_text())
    known.write_text(json.dumps(found | {"accepted": ROWS - 1, "source": "earlier"}))
    with pytest.raises(
        StoreError, match=r"it has gone on since\. Shape it again in the same way: writ (.*)"
    ) as refused:
        stage(run, NAME, "v1")
    assert writ(*shlex.split(str(refused.value).rpartition(": writ ")[2])).code == 0
    assert stage(run, NAME, "v1").census.rows == ROWS - 3


def test_a_changed_dataset_is_not_published(small_run: Path, tmp_path: Path) -> None:
    """Somebody else's rows do not go out under our card."""
    run = tmp_path / "run"
    shutil.copytree(small_run, run, ignore=shutil.ignore_patterns("hub"))
    first = min((run / "dataset").glob("*/train-*.parquet"))
    assert writ("export", run).code == 0
    spoil(first, lambda data: data.replace(b"writ_dspy", b"writ-dspy"))
    with pytest.raises(StoreError, match="has been changed since writ wrote it") as refused:
        stage(run, NAME, "v1")
    assert not (run / "hub").exists()
    assert writ(*shlex.split(str(refused.value).rpartition(": writ ")[2])).code == 0
    stage(run, NAME, "v1")
