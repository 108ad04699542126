"""Runs whose jobs are done on a real Ray cluster of two nodes on this machine. Run by job.py, in an environment that has Ray."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from dspy.lm15 import Request
from ray.cluster_utils import Cluster as Nodes

from tests.standins.perfect import Perfect
from tests.standins.server import StandIn
from tests.standins.synthetic import Synthetic, tasks_for
from writ_dspy.errors import ConfigError, WritError
from writ_dspy.lm import Connection
from writ_dspy.optimize import Budget, Progress, optimize
from writ_dspy.optimize.ledger import ROLLOUTS
from writ_dspy.propose.mix import Cell, Mix
from writ_dspy.run import cluster as cluster_of
from writ_dspy.run.cluster import Cluster
from writ_dspy.run.synth import load, synthesize
from writ_dspy.run.worker import Play
from writ_dspy.simulate.loop import Limits
from writ_dspy.store.run import NAMES, Run

ROOT = Path(__file__).parents[3]
CELLS = tuple(
    Cell(domain="tau2:airline", kind="read-heavy", writes=1, burden=burden, count=3) for burden in (4, 5, 6, 7, 8, 9)
)
MIX = Mix(cells=CELLS)
FEW = Mix(cells=tuple(cell.model_copy(update={"count": 1}) for cell in CELLS))
TRIES = 4
NOTHING = Play((), 0, "scripted", "scripted", Limits())
"""A job without a conversation."""


def results(folder: Path) -> tuple[Mapping[str, bytes], Mapping[str, list[str]]]:
    """What may not depend on where it was made: the files of the dataset and for τ², and which ids are kept."""
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    run = Run.read(folder)
    kept = {name: sorted(run.kept(name)) for name in NAMES}
    assert all(len(some) == len(set(some)) for some in kept.values())
    return {name: data for name, data in files.items() if name.startswith(("dataset/", "tau2/"))}, kept


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run as this process alone makes it."""
    return synthesize(mix=MIX, tries=TRIES, out=tmp_path_factory.mktemp("whole") / "run", workers=1).folder


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A smaller one, with one conversation for each task."""
    return synthesize(mix=FEW, out=tmp_path_factory.mktemp("few") / "run", workers=1).folder


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    """A head with one core, and a node with one."""
    found = Nodes(initialize_head=True, head_node_args={"num_cpus": 1, "object_store_memory": 10**8})
    yield found
    found.shutdown()


@pytest.fixture
def second(nodes: Nodes) -> object:
    """Another node, which may be lost."""
    node = nodes.add_node(num_cpus=1, object_store_memory=10**8)
    nodes.wait_for_nodes()
    return node


def test_the_same_bytes_with_a_node_lost(nodes: Nodes, second: object, whole: Path, tmp_path: Path) -> None:
    """Killed while conversations come in: what it held is done elsewhere; nothing is lost, and nothing done twice."""
    run = tmp_path / "run"
    lost: list[float] = []

    def kill() -> None:
        while not (run / "conversations.jsonl").exists() or not (run / "conversations.jsonl").stat().st_size:
            time.sleep(0.005)
        nodes.remove_node(second, allow_graceful=False)
        lost.append(time.monotonic())

    thread = threading.Thread(target=kill, daemon=True)
    thread.start()
    made = synthesize(mix=MIX, tries=TRIES, out=run, workers=1, ray=nodes.address)
    thread.join(60)

    assert lost
    assert made.owed == made.tasks_owed == 0
    assert results(run) == results(whole)


def test_the_driver_killed_and_resumed(nodes: Nodes, whole: Path, tmp_path: Path) -> None:
    """With -9 while conversations come in: the same command goes on, on the same cluster, and ends in the same bytes."""
    run, mix = tmp_path / "run", tmp_path / "mix.json"
    mix.write_text(json.dumps({"cells": [cell.model_dump() for cell in CELLS]}))
    command = [
        sys.executable,
        "-m",
        "writ_dspy.cli.main",
        "synth",
        "--mix",
        str(mix),
        "--tries",
        str(TRIES),
        "--out",
        str(run),
    ]
    command += ["--ray", nodes.address, "--workers", "1", "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        while (child.poll() is None and not (run / "verdicts.jsonl").exists()) or not (
            run / "verdicts.jsonl"
        ).stat().st_size:
            time.sleep(0.005)
        child.send_signal(signal.SIGKILL)
    half = Run.read(run).count("verdicts")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert 0 < half < MIX.count * TRIES
    assert done.returncode == 0, done.stderr
    assert results(run) == results(whole)


def test_what_a_job_costs(nodes: Nodes) -> None:
    """The way to a node and back takes a few milliseconds, beside the hundreds that eight conversations take."""
    with Cluster(nodes.address, ["tau2:airline"]) as team:
        list(team.map([NOTHING] * 20))
        started = time.monotonic()
        assert list(team.map([NOTHING] * 400)) == [[]] * 400
        each = (time.monotonic() - started) / 400
    sys.stderr.write(f"a job on Ray costs {1000 * each:.2f} ms\n")

    assert each < 0.05


# ----------------------------------------------------------------------------- models


def _perfect(run: Path) -> Perfect:
    return Perfect((chat.task, chat.talk) for chat in load(run).conversations())


def _facts(run: Path) -> list[dict[str, object]]:
    """The rows without who played them."""
    rows = [row for side in load(run).dataset().values() for row in side]
    made_by = ("trajectory_id", "agent_mode", "agent_model", "user_mode", "user_model", "num_worded", "content_sha256")
    return sorted(
        ({key: value for key, value in row.items() if key not in made_by} for row in rows),
        key=lambda r: str(r["task_id"]),
    )


@pytest.mark.parametrize("loses", [False, True], ids=["both stay", "one is lost"])
def test_models_play_from_the_nodes(nodes: Nodes, second: object, few: Path, tmp_path: Path, loses: bool) -> None:
    """Each node asks the servers itself, within one budget; the rows are those of one machine, and every call is counted once."""
    run, lost = tmp_path / "run", list[int]()

    def told(stage: str, done: int, *_: object) -> None:
        if loses and stage == "simulate" and done and not lost:
            nodes.remove_node(second, allow_graceful=False)
            lost.append(done)

    with StandIn(_perfect(few), delay=0.05) as server:
        roles = {"user": server.url, "agent": server.url}
        out = synthesize(
            mix=FEW, out=run, roles=roles, mode="free", ray=nodes.address, concurrency=4, workers=1, progress=told
        )

    assert out.owed == 0
    assert bool(lost) == loses
    assert 1 < server.counts["most at once"] <= 4
    assert _facts(run) == _facts(few)
    asked = sum("[[ ## conversation ## ]]" in str(body["messages"][-1]["content"]) for body in server.bodies)
    counted = sum(used.calls for used in out.report().usage.values())
    assert counted == asked or (
        loses and 0 < counted < asked
    )  # what a lost node asked after its last result is nowhere


@pytest.mark.parametrize("loses", [False, True], ids=["both stay", "one is lost"])
def test_an_optimizer_s_rollouts_are_played_on_the_nodes(
    nodes: Nodes, second: object, tmp_path: Path, loses: bool
) -> None:
    """The ledger is that of one machine; a lost node costs no reply of the model again."""
    lost: list[int] = []

    def told(now: Progress) -> None:
        if loses and now.rollouts > 4 and not lost:
            nodes.remove_node(second, allow_graceful=False)
            lost.append(now.rollouts)

    asked: dict[str, list[Request]] = {"here": [], "there": []}
    for name, more in (("here", {}), ("there", {"ray": nodes.address, "progress": told})):
        tasks = tasks_for("agent")
        line = Connection.over(Synthetic("agent", tasks, before=asked[name].append), role="agent")
        optimize(
            "agent", line, reflection=line, tasks=tasks, budget=Budget(24), folder=tmp_path / name, threads=1,
            split=(0.5, 0.25, 0.25), programs=tmp_path / "programs", **more,
        )  # fmt: skip

    assert bool(lost) == loses
    assert asked["here"] == asked["there"]
    kept = [
        [json.loads(line) for line in (tmp_path / name / ROLLOUTS).read_text().splitlines()]
        for name in ("here", "there")
    ]
    assert kept[0] == kept[1]


def test_what_cannot_be_is_refused(nodes: Nodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dead address, no address, and a node with another writ: one message each, and nothing is made."""
    for address, says in (
        ("127.0.0.1:9", "nobody answers there"),
        ("somewhere", "host and port"),
        ("a:b", "host and port"),
    ):
        with pytest.raises(ConfigError, match=says):
            synthesize(mix=MIX, out=tmp_path / "run", ray=address)
    real = cluster_of.versions
    monkeypatch.setattr(cluster_of, "versions", lambda names: real(names) | {"writ": "0.0.9"})
    with pytest.raises(ConfigError, match="rows would depend on where they were made"):
        synthesize(mix=MIX, out=tmp_path / "run", ray=nodes.address)
    with pytest.raises(ConfigError, match="runs on this machine alone"):
        synthesize(n=2, lm="local:", out=tmp_path / "run", ray=nodes.address)
    monkeypatch.setenv("WRIT_TEST_KEY", "key-of-this-machine")  # the nodes began before
    monkeypatch.setattr(cluster_of, "versions", real)
    with StandIn() as server, pytest.raises(WritError, match="WRIT_TEST_KEY") as failure:
        synthesize(
            n=2, lm=server.url, api_key_env="WRIT_TEST_KEY", mode="free", out=tmp_path / "run", ray=nodes.address
        )
    assert "from a node of the cluster" in " ".join(failure.value.__notes__)

    assert not (tmp_path / "run").exists()
    assert os.environ["RAY_USAGE_STATS_ENABLED"] == "0"
