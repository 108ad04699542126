"""Runs whose roles are models, over a real network path to a stand-in server."""

from __future__ import annotations

import itertools
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.calls import MIX, mix_file, start, until, writ
from tests.standins.clock import Hanging
from tests.standins.perfect import EveryRole, Led, Perfect
from tests.standins.server import Fault, StandIn
from writ_dspy import synthesize
from writ_dspy.errors import DeniedError, RoleError
from writ_dspy.lm import Endpoint
from writ_dspy.programs.proposer import with_spare
from writ_dspy.propose.mix import Cell, default_mix
from writ_dspy.propose.proposer import fill
from writ_dspy.run import worker
from writ_dspy.run.synth import Synthesis, load

STREAK = "writ_dspy.run.stages.STREAK"
FAULTS = ("429", "500", "503", "hang", "reset", "garbage", "cut body", "truncated", "empty", "refusal")
MADE_BY = {"trajectory_id", "agent_mode", "agent_model", "user_mode", "user_model", "num_worded", "content_sha256"}
"""Columns that say who played; all others are facts."""


N, SEED = 12, 5
FEW = 6
"""Conversations where it is not their number that matters."""


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    """A run without models; nobody may change it."""
    return synthesize(n=N, seed=SEED, out=tmp_path_factory.mktemp("script") / "run", workers=1)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    """A smaller one."""
    return synthesize(n=FEW, seed=SEED, out=tmp_path_factory.mktemp("few") / "run", workers=1)


@pytest.fixture(scope="module")
def led(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    """The same where the look-ups that are due are made for the script, as they are for a guided model."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(worker.AGENTS, "scripted", Led)
        return synthesize(n=FEW, seed=SEED, out=tmp_path_factory.mktemp("led") / "run", workers=1)


def _perfect(script: Synthesis) -> Perfect:
    return Perfect((chat.task, chat.talk) for chat in script.conversations())


def _facts(run: Synthesis) -> list[dict[str, object]]:
    return sorted(
        ({name: value for name, value in row.items() if name not in MADE_BY} for row in _facts_with_makers(run)),
        key=lambda row: (str(row["task_id"]), str(row["seed"])),
    )


def _facts_with_makers(run: Synthesis) -> list[dict[str, Any]]:
    return [row for side in run.dataset().values() for row in side]


@pytest.mark.long
def test_perfect_models_make_the_same_rows_over_the_network(script: Synthesis, tmp_path: Path) -> None:
    """Prompt, schema, HTTP, parsing and validation lose and change nothing, and there is one generation per turn."""
    talks = [(chat.task, chat.talk) for chat in script.conversations()]
    spoken = sum(turn.role != "tool" for _, talk in talks for turn in talk.turns)
    with StandIn(_perfect(script)) as server:
        url = server.url
        run = synthesize(n=N, seed=SEED, out=tmp_path / "live", roles={"user": url, "agent": url}, mode="free")
        asked = [body for body in server.bodies if "[[ ## conversation ## ]]" in str(body["messages"][-1]["content"])]
    assert len(run.conversations()) == len(talks) == N
    assert _facts(run) == _facts(script)
    leaves = sum(talk.turns[-1].role == "agent" for _, talk in talks)  # not asked for, where both have said goodbye
    assert spoken <= len(asked) <= spoken + leaves
    for body in asked:
        assert body["response_format"]["type"] == "json_schema"
        assert body["response_format"]["json_schema"]["schema"]["additionalProperties"] is False
    usage = run.report().usage
    assert usage["agent"].calls + usage["user"].calls == len(asked)
    assert load(tmp_path / "live").report().usage == usage


def test_models_in_all_four_roles(tmp_path: Path) -> None:
    """Tasks worded and read back, voices found, both sides played: all accepted, the gold as code computed it."""
    mix = default_mix(("tau2:retail", "tau2:airline"), 4)
    drafted = [fill(with_spare(cell), 5, "base").tasks for cell in mix.cells]
    every = EveryRole([task for tasks in drafted for task in tasks], tmp_path / "live", 5)
    with StandIn(every) as server:
        run = synthesize(mix=mix, seed=5, out=tmp_path / "live", lm=server.url, mode="guided")
    report = run.report()
    assert report.total.accepted == report.total.tasks == 4
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


CELL = Cell(domain="tau2:retail", kind="normal", writes=1, burden=3, count=3)
"""Three tasks, which are worded at once."""


def _kind(body: dict[str, Any]) -> str:
    """Who is asked: for `words` of a task, or for a turn of a `talk`."""
    said = str(body["messages"][-1]["content"])
    if "[[ ## conversation ## ]]" in said:
        return "talk"
    return "words" if "[[ ## sentences ## ]]" in said or "[[ ## request ## ]]" in said else "other"


class Slow:
    """Has the words of the first of these tasks at once, and those of the others only when it is `over`."""

    def __init__(self, folder: Path, over: Callable[[], bool]) -> None:
        self.tasks = fill(with_spare(CELL), 5, "base").tasks
        self.every = EveryRole(self.tasks, folder, 5)
        self._over = over

    def keeps(self, body: dict[str, Any]) -> bool:
        return _kind(body) == "words" and self._is_later(body) and not self._over()

    def _is_later(self, body: dict[str, Any]) -> bool:
        said = str(body["messages"][-1]["content"])
        first = self.tasks[0]
        return not all(slot.text in said for request in first.requests for slot in request.slots)


def test_a_conversation_begins_while_other_tasks_have_no_words_yet(tmp_path: Path) -> None:
    """With room for one conversation, too: the last two of a cell get their words only after the first is played to its end."""
    out = tmp_path / "live"
    told: list[tuple[str, int, int, dict[str, int]]] = []
    slow = Slow(out, lambda: any(stage == "simulate" and done for stage, done, *_ in told))

    def progress(stage: str, done: int, wanted: int, counts: Mapping[str, int]) -> None:
        told.append((stage, done, wanted, dict(counts)))
        server.look()

    with StandIn(slow.every, keeps=slow.keeps) as server:
        run = synthesize(mix=[CELL], seed=5, out=out, lm=server.url, mode="guided", concurrency=1, progress=progress)

    assert run.report().total.accepted == CELL.count
    kinds = [_kind(body) for body in server.bodies]
    assert kinds.index("talk") < max(place for place, kind in enumerate(kinds) if kind == "words")
    assert ("propose", 1) in [(stage, done) for stage, done, *_ in told]
    assert {wanted for *_, wanted, _ in told} == {CELL.count, 1}  # the export is one piece
    assert load(out).standing().counted == dict.fromkeys([chat.talk.id for chat in run.conversations()], True)


@pytest.mark.long
def test_who_is_ended_before_the_server_has_answered_leaves_nothing_behind(tmp_path: Path) -> None:
    """One line, and none of the loop's about what was under way."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"openai://127.0.0.1:{deaf.getsockname()[1]}/v1/m"
        with start("synth", "-n", 2, "--lm", url, "--out", tmp_path / "run") as child:
            greeted, _ = deaf.accept()
            with greeted:
                assert greeted.recv(1)
                child.send_signal(signal.SIGTERM)
                out, told = child.communicate(timeout=60)

    assert child.returncode == 143
    assert out == ""
    assert told.strip() == "interrupted: what was finished of a run is kept, and the same command goes on from there."


def test_progress_counts_calls_while_no_conversation_has_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is finished, and whoever watches still sees the calls go on."""
    monkeypatch.setattr("writ_dspy.run.live.BEAT", 0.01)
    out = tmp_path / "live"
    seen: list[int] = []
    every = Slow(out, lambda: True).every

    def progress(stage: str, done: int, _: int, counts: Mapping[str, int]) -> None:
        if stage == "simulate" and not done:
            seen.append(counts["calls"])
        server.look()

    with StandIn(every, keeps=lambda body: _kind(body) == "talk" and len(set(seen)) < 3) as server:
        synthesize(mix=[CELL], seed=5, out=out, lm=server.url, mode="guided", progress=progress)

    assert len(set(seen)) >= 3
    assert seen == sorted(seen)


@pytest.mark.long
def test_a_cell_that_was_left_half_worded_goes_on_as_if_it_had_not(tmp_path: Path) -> None:
    """An interrupt between two tasks of a cell: the same tasks, behaviors and voices come of it, each once."""
    whole = tmp_path / "whole"
    with StandIn(Slow(whole, lambda: True).every) as server:
        expected = synthesize(mix=[CELL], seed=5, out=whole, lm=server.url, mode="guided").tasks()
    assert len({task.behaviour.voice for task in expected if task.behaviour}) == CELL.count

    half, over = tmp_path / "half", False
    slow = Slow(half, lambda: over)

    def progress(stage: str, done: int, *_: object) -> None:
        if stage == "simulate" and done:
            raise KeyboardInterrupt

    with StandIn(slow.every, keeps=slow.keeps) as server:
        asked = {"mix": [CELL], "seed": 5, "out": half, "lm": server.url, "mode": "guided"}
        with pytest.raises(KeyboardInterrupt):
            synthesize(**asked, progress=progress)
        assert len(load(half).tasks()) == 1
        over = True
        run = synthesize(**asked)

    assert run.tasks() == expected
    assert run.report().total.accepted == CELL.count


def test_a_model_that_takes_requests_as_gpt_5_does_plays_all_roles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No `max_tokens`, no temperature, thoughts that nobody sees and that only little effort keeps short: with schemas."""
    monkeypatch.setattr(Endpoint, "official", True)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    mix = default_mix("tau2:airline", 1)
    drafted = [task for cell in mix.cells for task in fill(with_spare(cell), 5, "base").tasks]
    every = EveryRole(drafted, tmp_path / "live", 5)
    wrong = {
        "max_tokens": "Unsupported parameter: 'max_tokens' is not supported with this model.",
        "temperature": "Unsupported value: 'temperature' does not support 0.7 with this model.",
        "chat_template_kwargs": "Unknown parameter: 'chat_template_kwargs'.",
    }

    def gpt_5(body: dict[str, Any]) -> Any:
        field = next((field for field in wrong if field in body), None)
        if field is not None:
            return Fault("400", text=wrong[field], code="unsupported_value")
        if body.get("reasoning_effort") == "none":
            return Fault("400", text="'reasoning_effort' does not support 'none' with this model.")
        if body.get("reasoning_effort") != "minimal" and body["max_completion_tokens"] < 500:
            said = {"role": "assistant", "content": ""}
            spent = {"completion_tokens": 96, "completion_tokens_details": {"reasoning_tokens": 96}}
            return {"choices": [{"message": said, "finish_reason": "length"}], "usage": spent}
        return every(body)

    with StandIn(gpt_5, sglang=False) as server:
        run = synthesize(mix=mix, seed=5, out=tmp_path / "live", lm=server.url, mode="guided")

    assert run.report().total.accepted == 1
    asked = [body for body in server.bodies if "[[ ##" in str(body["messages"][-1]["content"])]
    assert all(body["response_format"]["type"] == "json_schema" for body in asked)


def test_a_filtered_prompt_costs_one_task(tmp_path: Path) -> None:
    """A spare one takes its place, and the report counts the refusal."""
    mix = default_mix("tau2:retail", 2)
    drafted = [task for cell in mix.cells for task in fill(with_spare(cell), 5, "base").tasks]
    every = EveryRole(drafted, tmp_path / "live", 5)
    evil = drafted[0].instruction.split(". ")[0]
    said = drafted[0].requests[0].opening

    def filtering(body: dict[str, Any]) -> Any:
        words = "\n".join(str(message["content"]) for message in body["messages"])
        filtered = "[[ ##" in words and (evil in words or said in words)
        return (
            Fault("400", text="the prompt triggered our content policy", code="content_filter")
            if filtered
            else every(body)
        )

    with StandIn(filtering) as server:
        run = synthesize(mix=mix, seed=5, out=tmp_path / "live", lm=server.url, mode="guided")

    assert run.report().total.accepted == 2
    refused = run.report().usage["proposer"].turned_down
    assert [count for reason, count in refused.items() if "content policy" in reason] == [1]


@pytest.mark.parametrize("mode", ["tools", "prompt"])
@pytest.mark.long
def test_servers_that_enforce_no_schema_serve_too(led: Synthesis, tmp_path: Path, mode: str) -> None:
    """Through native tools, or with the schema in words only; each request asks in one way alone."""
    with StandIn(_perfect(led)) as server:
        run = synthesize(n=FEW, seed=SEED, out=tmp_path / "live", lms=_lms(tmp_path / "l.yaml", server.url, mode=mode))
    assert _facts(run) == _facts(led)
    for body in server.bodies:
        agents = "[[ ## policy ## ]]" in str(body["messages"][-1]["content"])
        assert ("tools" in body) == (agents and mode == "tools")
        assert not ("tools" in body and "response_format" in body)
        assert (body.get("response_format") or {}).get("type") != "json_schema" or (mode == "tools" and not agents)
    guided = [body for body in server.bodies if "[[ ## plan ## ]]" in str(body["messages"][-1]["content"])]
    assert guided
    assert all("[[ ## plan ## ]]" not in str(row) and "supervisor" not in str(row) for row in _facts(run))


def _flaky(perfect: Perfect, share: float) -> Callable[[dict[str, Any]], str | Fault]:
    """A model behind a bad server: every so many turns meet one of the faults, all of them in turn, and none meets two."""
    met: set[str] = set()
    every = round(1 / share)

    def reply(body: dict[str, Any]) -> str | Fault:
        turn = str(body["messages"])
        if "[[ ## conversation ## ]]" not in turn or turn in met:
            return perfect(body)
        met.add(turn)
        number, left = divmod(len(met), every)
        return perfect(body) if left else Fault(FAULTS[number % len(FAULTS)])

    return reply


def _lms(path: Path, url: str, **settings: object) -> Path:
    """A file of models with these settings for both speakers."""
    path.write_text(yaml.safe_dump({role: {"model": url, **settings} for role in ("user", "agent")}))
    return path


def _live_through(script: Synthesis, folder: Path, share: float, hanging: Hanging) -> None:
    with StandIn(_flaky(_perfect(script), share), record=False, hangs=hanging.over) as server:
        lms = _lms(folder / "lms.yaml", server.url)
        count = len(script.conversations(accepted=None))
        run = synthesize(n=count, seed=SEED, out=folder / "live", lms=lms, mode="free")
    _all_accounted_for(script, run, server)


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


@pytest.mark.long
def test_faults_of_a_server_lose_nothing(script: Synthesis, tmp_path: Path, hanging: Hanging) -> None:
    """Each kind of fault is met, and all that the script made is made."""
    _live_through(script, tmp_path, 0.08, hanging)


@pytest.mark.slow
def test_five_hundred_conversations_live_through_faults(tmp_path: Path, hanging: Hanging) -> None:
    """The same over a longer time."""
    _live_through(synthesize(n=500, seed=SEED, out=tmp_path / "script"), tmp_path, 0.05, hanging)


@pytest.mark.parametrize("times", [1, 2])
def test_what_crashed_is_played_once_more(few: Synthesis, tmp_path: Path, times: int) -> None:
    """When the rest is done: a hiccup leaves nothing owed, and what crashes twice is."""
    perfect = _perfect(few)

    def reply(body: dict[str, Any]) -> str | dict[str, Any] | Fault:
        turn = str(body["messages"])
        if "[[ ## policy ## ]]" in turn and (not met[1:] or met[1] == turn) and met[0] < times:
            met[:] = [met[0] + 1, turn]
            return Fault("500")
        return perfect(body)

    met: list[Any] = [0]
    with StandIn(reply) as server:
        run = synthesize(
            n=FEW, seed=SEED, out=tmp_path / "live", lms=_lms(tmp_path / "l.yaml", server.url, retries=0), mode="free"
        )
    assert (len(run.crashed()), run.owed) == (times, times - 1)
    assert times == 2 or _facts(run) == _facts(few)


def test_a_server_may_restart_in_the_middle(few: Synthesis, tmp_path: Path) -> None:
    """Conversations wait for it, and go on as if nothing had been."""
    with StandIn(_perfect(few), delay=0.02) as server:
        stopped = threading.Event()

        def restart(stage: str, done: int, *_: object) -> None:
            if stage == "simulate" and done >= 2 and not stopped.is_set():
                stopped.set()
                server.stop()
                threading.Timer(0.3, server.start).start()

        url = server.url
        run = synthesize(
            n=FEW, seed=SEED, out=tmp_path / "live", roles={"user": url, "agent": url}, mode="free", progress=restart
        )
        assert stopped.is_set()
    assert _facts(run) == _facts(few)
    assert len(run.crashed()) == 0


@pytest.mark.long
def test_a_server_that_stays_down_ends_the_run_early(
    script: Synthesis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One clear message instead of a crash per task; when the server is back, elsewhere, the run goes on."""
    monkeypatch.setattr(STREAK, 5)
    perfect = _perfect(script)
    folder = tmp_path / "live"
    server = StandIn(perfect)
    server.start()

    def stop(stage: str, done: int, *_: object) -> None:
        if stage == "simulate" and done >= 2:
            server.stop()

    lms = _lms(tmp_path / "lms.yaml", server.url, patience=0.1, retries=1)
    with pytest.raises(RoleError, match=r"conversations crashed, the last one with: .*127\.0\.0\.1"):
        synthesize(n=N, seed=SEED, out=folder, lms=lms, mode="free", progress=stop, concurrency=2)
    kept = {chat.talk.id for chat in load(folder).conversations(accepted=None)}
    assert 2 <= len(kept) < N
    with StandIn(perfect) as elsewhere:
        assert elsewhere.url != server.url
        lms = _lms(tmp_path / "lms.yaml", elsewhere.url)
        run = synthesize(n=N, seed=SEED, out=folder, lms=lms, mode="free")
    assert _facts(run) == _facts(script)
    assert run.owed == 0


@pytest.mark.parametrize(
    "kind", ["401", "403", *(pytest.param(code, marks=pytest.mark.slow) for code in ("402", "404"))]
)
@pytest.mark.long
def test_a_role_whose_model_is_denied_ends_the_run(few: Synthesis, tmp_path: Path, kind: Any) -> None:
    """From the start nothing is made; in the middle, what is finished is kept and nothing is noted as crashed."""
    perfect = _perfect(few)
    folder, answers = tmp_path / "live", itertools.count()

    def reply(body: dict[str, Any]) -> str | Fault:
        agents = "[[ ## policy ## ]]" in str(body["messages"][-1]["content"])
        denied = body["model"] == "gone" or (agents and next(answers) >= left)
        return Fault(kind) if denied else perfect(body)

    with StandIn(reply) as server:
        gone = f"{server.url.removesuffix('/stand-in')}/gone"
        for user, agent in ((server.url, gone), (gone, server.url)):
            with pytest.raises(DeniedError, match=f"gone.*: {kind} "):
                synthesize(n=FEW, seed=SEED, out=folder, roles={"user": user, "agent": agent}, mode="free")
            assert not folder.exists()

        left = 25
        roles = {"user": server.url, "agent": f"{server.url}-2"}
        asked = {"n": FEW, "seed": SEED, "out": folder, "roles": roles, "mode": "free"}
        for time in (1, 2):
            with pytest.raises(DeniedError, match=f": {kind} "):
                synthesize(**asked, concurrency=2)
            kept = load(folder)
            assert 0 < len(kept.conversations(accepted=None)) < FEW
            assert len(kept.crashed()) <= (9 * time if kind == "403" else 0)  # one 403 may be about one prompt
        left = 10_000
        run = synthesize(**asked)
    assert _facts(run) == _facts(few)


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGKILL, marks=pytest.mark.slow)])
@pytest.mark.long
def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path, number: signal.Signals) -> None:
    """^C and `kill -9` lose no conversation that was finished, and the same command makes the others."""
    script = synthesize(mix=MIX, out=tmp_path / "script", workers=1)
    perfect, out = _perfect(script), tmp_path / "live"
    kept = out / "verdicts.jsonl"
    gone = False

    def reply(body: dict[str, Any]) -> str | dict[str, Any] | Fault:
        holds = not gone and kept.exists() and kept.read_bytes().count(b"\n") >= 3
        return Fault("hang") if holds else perfect(body)

    with StandIn(reply) as server:
        asked = ("--mix", mix_file(tmp_path), "--role", f"user={server.url}", "--role", f"agent={server.url}")
        command = ("synth", *asked, "--mode", "free", "--concurrency", 3, "--out", out)
        with start(*command, stdout=subprocess.DEVNULL) as running:
            until(lambda: running.poll() is not None or server.counts["hang"] > 0)
            running.send_signal(number)
            _, complaint = running.communicate()
        assert running.returncode == (130 if number is signal.SIGINT else -number), complaint
        assert "Traceback" not in complaint
        finished = kept.read_bytes().count(b"\n")
        assert 2 <= finished < MIX.count  # a line whose writing was interrupted is taken back, and judged again
        before, gone = server.counts["requests"], True
        again = writ(*command)
        assert again.code == 0, again.err
        assert server.counts["requests"] > before
    assert _facts(load(out)) == _facts(script)
