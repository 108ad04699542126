"""Runs whose roles are models, over a real network path to a stand-in server."""

from __future__ import annotations

import itertools
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.standins.perfect import EveryRole, Perfect
from tests.standins.server import Fault, StandIn
from writ_dspy import synthesize
from writ_dspy.errors import DeniedError, RoleError
from writ_dspy.programs.proposer import with_spare
from writ_dspy.propose.mix import default_mix
from writ_dspy.propose.proposer import fill
from writ_dspy.run.synth import Synthesis, load

FAULTS = ("429", "500", "503", "hang", "reset", "garbage", "cut body", "truncated", "empty", "refusal")
MADE_BY = {"agent_mode", "agent_model", "user_mode", "user_model", "num_worded", "content_sha256"}
"""Columns that say who played; all others are facts."""


def _facts(run: Synthesis) -> list[dict[str, object]]:
    return sorted(
        ({name: value for name, value in row.items() if name not in MADE_BY} for row in _facts_with_makers(run)),
        key=lambda row: str(row["trajectory_id"]),
    )


def _facts_with_makers(run: Synthesis) -> list[dict[str, Any]]:
    return [row for side in run.dataset().values() for row in side]


def test_perfect_models_make_the_same_rows_over_the_network(tmp_path: Path) -> None:
    """Prompt, schema, HTTP, parsing and validation lose and change nothing, and there is one generation per turn."""
    script = synthesize(n=24, seed=3, out=tmp_path / "script", workers=1)
    talks = [(chat.task, chat.talk) for chat in script.conversations()]
    spoken = sum(turn.role != "tool" for _, talk in talks for turn in talk.turns)
    with StandIn(Perfect(talks)) as server:
        url = server.url
        run = synthesize(n=24, seed=3, out=tmp_path / "live", roles={"user": url, "agent": url}, mode="free")
        asked = [body for body in server.bodies if "[[ ## conversation ## ]]" in str(body["messages"][-1]["content"])]
    assert len(run.conversations()) == len(talks) == 24
    assert _facts(run) == _facts(script)
    leaves = sum(talk.turns[-1].role == "agent" for _, talk in talks)
    assert len(asked) == spoken + leaves
    for body in asked:
        assert body["response_format"]["type"] == "json_schema"
        assert body["response_format"]["json_schema"]["schema"]["additionalProperties"] is False
    usage = run.report().usage
    assert usage["agent"].calls + usage["user"].calls == len(asked)
    assert load(tmp_path / "live").report().usage == usage


def test_models_in_all_four_roles(tmp_path: Path) -> None:
    """Tasks worded and read back, voices found, both sides played: all accepted, the gold as code computed it."""
    mix = default_mix(("tau2:retail", "tau2:airline"), 10)
    drafted = [fill(with_spare(cell), 5, "base").tasks for cell in mix.cells]
    every = EveryRole([task for tasks in drafted for task in tasks], tmp_path / "live", 5)
    with StandIn(every) as server:
        run = synthesize(mix=mix, seed=5, out=tmp_path / "live", lm=server.url, mode="guided")
    report = run.report()
    assert report.total.accepted == report.total.tasks == 10
    assert not report.usage["diversifier"].turned_down
    assert set(report.usage) == {"proposer", "diversifier", "user", "agent"}
    scripted = {task.outcomes: task for tasks in drafted for task in tasks}
    for task in run.tasks():
        before = scripted[task.outcomes]
        assert task.axes == before.axes
        assert task.id != before.id
        assert task.requests != before.requests
        assert task.behaviour is not None
        assert task.behaviour.voice.startswith("Someone like")
    assert {row["agent_mode"] for row in _facts_with_makers(run)} == {"guided"}
    structured = [body for body in server.bodies if "[[ ##" in str(body["messages"][-1]["content"])]
    assert all(body["response_format"]["type"] == "json_schema" for body in structured)


@pytest.mark.parametrize("mode", ["tools", "prompt"])
def test_servers_that_enforce_no_schema_serve_too(tmp_path: Path, mode: str) -> None:
    """Through native tools, or with the schema in words only; each request asks in one way alone."""
    script, perfect = _scripted(tmp_path, 6)
    with StandIn(perfect) as server:
        run = synthesize(n=6, seed=5, out=tmp_path / "live", lms=_patient(tmp_path / "l.yaml", server.url, mode=mode))
    assert _facts(run) == _facts(script)
    for body in server.bodies:
        agents = "[[ ## policy ## ]]" in str(body["messages"][-1]["content"])
        assert ("tools" in body) == (agents and mode == "tools")
        assert not ("tools" in body and "response_format" in body)
        assert (body.get("response_format") or {}).get("type") != "json_schema" or (mode == "tools" and not agents)
    guided = [body for body in server.bodies if "[[ ## plan ## ]]" in str(body["messages"][-1]["content"])]
    assert guided
    assert all("[[ ## plan ## ]]" not in str(row) and "supervisor" not in str(row) for row in _facts(run))


def _flaky(perfect: Perfect, share: float) -> Callable[[dict[str, Any]], str | Fault]:
    """A model behind a bad server: every so many requests meet one of the faults, all of them in turn."""
    count = itertools.count()
    every = round(1 / share)

    def reply(body: dict[str, Any]) -> str | Fault:
        number = next(count)
        if "[[ ## conversation ## ]]" in str(body["messages"][-1]["content"]) and number % every == 0:
            return Fault(FAULTS[number // every % len(FAULTS)])
        return perfect(body)

    return reply


def _patient(path: Path, url: str, **settings: object) -> Path:
    """A file of models that gives up on a silent server soon."""
    path.write_text(yaml.safe_dump({role: {"model": url, "timeout": 1.0, **settings} for role in ("user", "agent")}))
    return path


def _live_through(folder: Path, count: int, share: float) -> tuple[Synthesis, Synthesis, StandIn]:
    script = synthesize(n=count, seed=5, out=folder / "script")
    with StandIn(
        _flaky(Perfect((chat.task, chat.talk) for chat in script.conversations()), share), record=False
    ) as server:
        lms = _patient(folder / "lms.yaml", server.url)
        run = synthesize(n=count, seed=5, out=folder / "live", lms=lms, mode="free")
    return script, run, server


def _all_accounted_for(script: Synthesis, run: Synthesis, server: StandIn) -> None:
    """Every conversation ended once, none was lost, nothing that a fault said was executed, every fault was counted."""
    assert all(server.counts[kind] for kind in FAULTS)
    judged = [chat.talk.id for chat in run.conversations(accepted=None)]
    assert len(judged) == len(set(judged)) == len(script.conversations(accepted=None))
    assert len(run.crashed()) == 0
    assert _facts(run) == _facts(script)
    usage = run.report().usage
    bad = usage["agent"].bad_replies + usage["user"].bad_replies
    retried = usage["agent"].retries + usage["user"].retries
    unusable = ("truncated", "garbage", "empty", "refusal", "null arguments", "wrong tool")
    assert bad.total() == sum(server.counts[kind] for kind in unusable)
    assert retried == sum(server.counts[kind] for kind in FAULTS if kind not in unusable)


def test_faults_of_a_server_lose_nothing(tmp_path: Path) -> None:
    _all_accounted_for(*_live_through(tmp_path, 40, 0.05))


@pytest.mark.slow
def test_five_hundred_conversations_live_through_faults(tmp_path: Path) -> None:
    _all_accounted_for(*_live_through(tmp_path, 500, 0.05))


def _scripted(folder: Path, count: int) -> tuple[Synthesis, Perfect]:
    script = synthesize(n=count, seed=5, out=folder / "script", workers=1)
    return script, Perfect((chat.task, chat.talk) for chat in script.conversations())


def test_a_server_may_restart_in_the_middle(tmp_path: Path) -> None:
    script, perfect = _scripted(tmp_path, 12)
    with StandIn(perfect, delay=0.02) as server:
        stopped = threading.Event()

        def restart(stage: str, done: int, *_: object) -> None:
            if stage == "simulate" and done >= 2 and not stopped.is_set():
                stopped.set()
                server.stop()
                threading.Timer(1.0, server.start).start()

        url = server.url
        run = synthesize(
            n=12, seed=5, out=tmp_path / "live", roles={"user": url, "agent": url}, mode="free", progress=restart
        )
        assert stopped.is_set()
    assert _facts(run) == _facts(script)
    assert len(run.crashed()) == 0


def test_a_server_that_stays_down_ends_the_run_early(tmp_path: Path) -> None:
    """One clear message instead of a crash per task; when the server is back, elsewhere, the run goes on."""
    script, perfect = _scripted(tmp_path, 30)
    folder = tmp_path / "live"
    server = StandIn(perfect)
    server.start()

    def stop(stage: str, done: int, *_: object) -> None:
        if stage == "simulate" and done >= 2:
            server.stop()

    lms = _patient(tmp_path / "lms.yaml", server.url, patience=0.5, retries=1)
    with pytest.raises(RoleError, match=r"conversations crashed, the last one with: .*127\.0\.0\.1"):
        synthesize(n=30, seed=5, out=folder, lms=lms, mode="free", progress=stop, concurrency=4)
    kept = {chat.talk.id for chat in load(folder).conversations(accepted=None)}
    assert 2 <= len(kept) < 30
    with StandIn(perfect) as elsewhere:
        assert elsewhere.url != server.url
        lms = _patient(tmp_path / "lms.yaml", elsewhere.url)
        run = synthesize(n=30, seed=5, out=folder, lms=lms, mode="free")
    assert _facts(run) == _facts(script)
    assert run.owed == 0


@pytest.mark.parametrize("kind", ["401", "402", "403", "404"])
def test_a_role_whose_model_is_denied_ends_the_run(tmp_path: Path, kind: Any) -> None:
    """From the start nothing is made; in the middle, what is finished is kept and nothing is noted as crashed."""
    script, perfect = _scripted(tmp_path, 20)
    folder, answers = tmp_path / "live", itertools.count()

    def reply(body: dict[str, Any]) -> str | Fault:
        agents = "[[ ## policy ## ]]" in str(body["messages"][-1]["content"])
        denied = body["model"] == "gone" or (agents and next(answers) >= left)
        return Fault(kind) if denied else perfect(body)

    with StandIn(reply) as server:
        gone = f"{server.url.removesuffix('/stand-in')}/gone"
        for user, agent in ((server.url, gone), (gone, server.url)):
            with pytest.raises(DeniedError, match=f"gone.*: {kind} "):
                synthesize(n=20, seed=5, out=folder, roles={"user": user, "agent": agent}, mode="free")
            assert not folder.exists()

        left = 40
        roles = {"user": server.url, "agent": f"{server.url}-2"}
        asked = {"n": 20, "seed": 5, "out": folder, "roles": roles, "mode": "free"}
        for time in (1, 2):
            with pytest.raises(DeniedError, match=f": {kind} "):
                synthesize(**asked, concurrency=2)
            kept = load(folder)
            assert 0 < len(kept.conversations(accepted=None)) < 20
            assert len(kept.crashed()) <= (9 * time if kind == "403" else 0)  # one 403 may be about one prompt
        left = 10_000
        run = synthesize(**asked)
    assert _facts(run) == _facts(script)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path, number: signal.Signals) -> None:
    script, perfect = _scripted(tmp_path, 10)
    out = tmp_path / "live"
    with StandIn(perfect, delay=0.05) as server:
        command = [
            *(sys.executable, "-c", "from writ_dspy.cli.main import main; main()", "synth", "-n", "10", "--seed", "5"),
            *("--role", f"user={server.url}", "--role", f"agent={server.url}", "--mode", "free"),
            *("--concurrency", "3", "--out", str(out)),
        ]
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        kept = out / "verdicts.jsonl"
        while running.poll() is None and (not kept.exists() or kept.read_bytes().count(b"\n") < 3):
            time.sleep(0.02)
        running.send_signal(number)
        _, complaint = running.communicate(timeout=60)
        assert running.returncode == (130 if number is signal.SIGINT else -number), complaint
        assert "Traceback" not in complaint
        finished = kept.read_bytes().count(b"\n")
        assert 2 <= finished < 10  # a line whose writing was interrupted is taken back, and judged again
        before = server.counts["requests"]
        again = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert again.returncode == 0, again.stderr
        assert server.counts["requests"] > before
    assert _facts(load(out)) == _facts(script)
