"""Serving: what is planned for how many GPUs, one clear message for each failure, and nothing left running."""

import contextlib
import importlib.util
import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.calls import until
from tests.standins.ports import give_back, ports
from writ_dspy.errors import ConfigError, LMError, WritError
from writ_dspy.lm import serve
from writ_dspy.lm.crash import explain
from writ_dspy.lm.endpoint import Endpoint
from writ_dspy.lm.serve import ServePlan, Stats, Supervisor, Waiting

FAKE = (sys.executable, str(Path(__file__).parents[1] / "standins" / "sglang.py"))
MODEL = "Qwen/Qwen3-8B"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Starting servers are looked at often, and stubborn ones are not waited for."""
    monkeypatch.setattr(serve, "_TICK", 0.05)
    monkeypatch.setattr(serve, "_GRACE_S", 2.0)


@pytest.fixture(autouse=True, scope="module")
def _claimed() -> Iterator[None]:
    """Ports are claimed until the last test."""
    yield
    give_back()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A machine with so many GPUs."""

    def made(gpus: int) -> None:
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
        monkeypatch.setenv("PATH", str(tmp_path))
        tool = tmp_path / "nvidia-smi"
        tool.write_text("#!/bin/sh\n" + "".join(f"echo {index}\n" for index in range(gpus)))
        tool.chmod(0o755)

    return made


def flag(line: str, name: str) -> str:
    words = shlex.split(line)
    return words[words.index(name) + 1]


def test_one_gpu_is_one_replica_at_the_clients_port(machine: Any) -> None:
    """A single replica needs no router, and has the flags that this load is served best with."""
    machine(1)
    plan = ServePlan.of(MODEL, port=30000)

    (line,) = plan.lines()
    assert plan.url == "sglang://127.0.0.1:30000/Qwen/Qwen3-8B"
    assert (flag(line, "--port"), flag(line, "--served-model-name")) == ("30000", MODEL)
    assert (flag(line, "--schedule-policy"), flag(line, "--sampling-defaults")) == ("lpm", "openai")
    assert {"--enable-metrics", "--enable-cache-report", "--constrained-json-disable-any-whitespace"} < set(
        line.split()
    )
    assert line.startswith("SGLANG_TOOL_STRICT_LEVEL=2 CUDA_VISIBLE_DEVICES=0 ")
    assert "parser" not in line


def test_four_gpus_are_four_replicas_behind_a_router(machine: Any) -> None:
    """Each replica has a GPU and a port of its own; the router has the clients' port and knows them all."""
    machine(4)
    *replicas, router = ServePlan.of(MODEL, port=30000, host="0.0.0.0").lines()  # noqa: S104

    assert [flag(line, "--port") for line in replicas] == ["30001", "30002", "30003", "30004"]
    assert [line.split()[1] for line in replicas] == [f"CUDA_VISIBLE_DEVICES={gpu}" for gpu in range(4)]
    assert {flag(line, "--host") for line in replicas} == {"127.0.0.1"}
    assert all(f"http://127.0.0.1:{port}" in router for port in range(30001, 30005))
    assert (flag(router, "--host"), flag(router, "--port"), flag(router, "--policy")) == ("0.0.0.0", "30000", "manual")  # noqa: S104
    assert flag(router, "--prometheus-port") == "30005"


def test_a_large_model_takes_several_gpus_for_each_replica(machine: Any) -> None:
    """Four GPUs are two replicas of two."""
    machine(4)
    *replicas, _ = ServePlan.of(MODEL, gpus_each=2).lines()

    assert [line.split()[1] for line in replicas] == ["CUDA_VISIBLE_DEVICES=0,1", "CUDA_VISIBLE_DEVICES=2,3"]
    assert {flag(line, "--tp-size") for line in replicas} == {"2"}


def test_without_a_gpu_nothing_is_planned(machine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says why there is none and what else would do; a plan for another machine can still be printed."""
    machine(0)
    with pytest.raises(ConfigError, match=r"Qwen3-8B: this machine has no GPU .*nvidia-smi lists none.*--lm local"):
        ServePlan.of(MODEL)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    with pytest.raises(ConfigError, match="CUDA_VISIBLE_DEVICES is '-1'"):
        ServePlan.of(MODEL)

    assert len(ServePlan.of(MODEL, gpus=["0", "1"]).lines()) == 3
    assert "SGLANG_USE_CPU_ENGINE=1" in ServePlan.of(MODEL, cpu=True).lines()[0]


def test_cuda_visible_devices_decides_which_gpus_there_are(machine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it does for CUDA itself, names included."""
    machine(4)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3, GPU-5ef")

    assert serve.visible_gpus() == ("3", "GPU-5ef")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"gpus": ["0"], "replicas": 2}, r"2 replica\(s\) of 1 GPU\(s\) need 2, and there are 1 \(0\)"),
        ({"gpus": ["0"], "gpus_each": 2}, r"1 replica\(s\) of 2 GPU\(s\) need 2"),
        ({"gpus": ["0"], "replicas": 0}, "--replicas 0: the number of replicas"),
        ({"gpus": ["0"], "port": 65535}, "--port 65535: the ports"),
        ({"gpus": ["0"], "memory": 90}, "--memory 90: the share of GPU memory"),
        ({"gpus": ["0"], "model": "./no/such"}, r"serving \./no/such: there is no such folder"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(asked: dict[str, Any], says: str) -> None:
    """With the value, before anything is started."""
    with pytest.raises(ConfigError, match=says):
        ServePlan.of(**{"model": MODEL, **asked})


def test_a_folder_is_served_under_its_name_and_own_flags_win(tmp_path: Path) -> None:
    """The URL can be read back by the client, and a flag given by hand stands after ours."""
    folder = tmp_path / "my model"
    folder.mkdir()
    plan = ServePlan.of(str(folder), gpus=["0"], name="mine", extra=["--schedule-policy", "fcfs"], tool_parser="qwen")

    argv = plan.replicas[0].argv
    assert argv[-2:] == ("--schedule-policy", "fcfs")
    assert "'" + str(folder) + "'" in plan.lines()[0]
    assert Endpoint.parse(plan.url).model == "mine"
    assert ServePlan.of(str(folder), gpus=["0"]).served == "my model"


def plan_of(fake: str = "", replicas: int = 1, command: Sequence[str] = FAKE) -> ServePlan:
    return ServePlan.of(
        "no/such",
        cpu=True,
        replicas=replicas,
        port=ports(replicas + 2),
        extra=("--fake", fake) if fake else (),
        command=command,
        router=FAKE,
    )


class Lines(list[tuple[str, str]]):
    """What servers logged; they log the pids of themselves and of what they spawned."""

    def take(self, name: str, line: str) -> None:
        self.append((name, line))

    @property
    def pids(self) -> list[int]:
        return [int(pid) for _, line in self if line.startswith("pids ") for pid in line.split()[1:]]


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not collected does not."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat")
        return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")
    except (ProcessLookupError, FileNotFoundError):
        return False


def assert_gone(pids: Sequence[int]) -> None:
    assert pids
    until(lambda: not any(map(alive, pids)))


def end(servers: Supervisor, name: str, number: signal.Signals) -> None:
    popen = next(each.popen for each in servers._running if each.process.name == name)
    popen.send_signal(number)
    popen.wait()


def test_a_server_is_there_when_the_context_is_entered_and_gone_after_it(tmp_path: Path) -> None:
    """With all it spawned; its log is kept with the name of its process before each line."""
    seen: list[Waiting] = []
    lines = Lines()
    log = tmp_path / "log"
    with Supervisor(plan_of(replicas=2), log, lines.take, on_wait=seen.append) as servers:
        running = [alive(pid) for pid in lines.pids]
        names = set(servers.pids)

    assert running == [True] * 6
    assert names == {"replica 0", "replica 1", "router"}
    assert_gone(lines.pids)
    assert (seen[-1].ready, seen[-1].of) == (3, 3)
    assert [each.ready for each in seen] == sorted(each.ready for each in seen)
    assert "[replica 1] pids " in log.read_text()


def test_stats_add_up_the_replicas() -> None:
    """Rates come from what was counted in the last seconds, the hit rate from all that was counted."""
    with Supervisor(plan_of(replicas=2)) as servers:
        first = servers.stats()
        second = servers.stats()

    assert (first.replicas, first.running, first.queued, first.down) == (2, 10, 4, ())
    assert (second.input_tokens, second.cached_tokens, second.output_tokens) == (6000, 4500, 600)
    assert second.output_rate == pytest.approx(second.input_rate / 10)
    assert 0 < 400 / second.output_rate <= second.seconds
    assert second.cache_hit == 0.75
    assert Stats(0, 1, (), 0, 0, 0, 0, 0, 0, 0).cache_hit is None


@pytest.mark.parametrize(
    ("fake", "kind", "says"),
    [
        ("memory", LMError, r"replica 0 ended: the GPU's memory is full \(torch.OutOf.*--mem-fraction-static"),
        ("model", ConfigError, r"serving no/such: replica 0 ended: there is no such model.*Check its name"),
        ("strange", LMError, r"replica 0 ended by itself with status 1\.(?s:.)*last lines:(?s:.)*flux capacitor"),
        ("never", LMError, r"replica 0 is not ready in time\. Give it more patience"),
    ],
)
def test_a_server_that_does_not_start_gives_one_message(fake: str, kind: type[WritError], says: str) -> None:
    """It names the model, the process, the cause and the remedy; nothing keeps running."""
    lines = Lines()
    patience = 0.2 if fake == "never" else 600.0

    def begun(_: Waiting) -> None:  # looked at twice a second: time is up only when it has said something
        until(lambda: bool(lines.pids))

    with pytest.raises(kind, match=says), Supervisor(plan_of(fake), None, lines.take, on_wait=begun, patience=patience):
        pass

    assert_gone(lines.pids)


@pytest.mark.skipif(importlib.util.find_spec("sglang") is not None, reason="SGLang is installed beside writ")
def test_without_sglang_the_message_says_how_to_install_it() -> None:
    """It is an extra of this package."""
    plan = plan_of(command=(sys.executable, "-m", "sglang.launch_server"))
    with (
        pytest.raises(ConfigError, match=r"SGLang is not installed for .*pip install 'writ-dspy\[sglang\]'"),
        Supervisor(plan),
    ):
        pass


def test_a_command_that_is_not_there_is_named() -> None:
    """And what else was started is stopped."""
    lines = Lines()
    plan = plan_of()
    missing = serve.Process("router", ("/no/such/router",), {}, "127.0.0.1", plan.replicas[0].port + 1)
    both = ServePlan(plan.model, plan.served, plan.replicas, missing)
    with pytest.raises(ConfigError, match=r"router cannot be started: .*No such file.*Its command: /no/such/router"):
        Supervisor(both, on_line=lines.take).__enter__()

    until(lambda: not any(map(alive, lines.pids)))


def test_a_port_in_use_names_who_uses_it() -> None:
    """Before anything is started."""
    plan = plan_of()
    by = rf" Process {os.getpid()} listens there\." if sys.platform == "linux" else ""
    with socket.create_server(("127.0.0.1", plan.replicas[0].port)), pytest.raises(ConfigError, match=rf"in use\.{by}"):
        Supervisor(plan).__enter__()


@pytest.mark.skipif(sys.platform != "linux", reason="only there the system tells who listens")
def test_a_stranger_that_answers_at_the_port_is_not_taken_for_the_server() -> None:
    """One that began to listen while ours was starting: minutes pass between the look at the port and SGLang's own."""
    plan = plan_of("late")
    strangers: list[subprocess.Popen[bytes]] = []
    lines = Lines()

    def begun(_: Waiting) -> None:
        if not strangers:
            strangers.append(subprocess.Popen([*FAKE, "--port", str(plan.replicas[0].port)], stdout=subprocess.DEVNULL))

    try:
        with pytest.raises(ConfigError, match=r"in use\. Process (\d+) listens there\. .*--port") as raised:
            Supervisor(plan, None, lines.take, on_wait=begun).__enter__()
    finally:
        for stranger in strangers:
            stranger.kill()
            stranger.wait()

    assert f"Process {strangers[0].pid} " in str(raised.value)
    assert_gone(lines.pids)


def test_a_server_that_ignores_the_request_to_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """After its time of grace, with what it spawned."""
    monkeypatch.setattr(serve, "_GRACE_S", 0.2)
    lines = Lines()
    with Supervisor(plan_of("stubborn"), on_line=lines.take):
        pass

    assert_gone(lines.pids)


def test_a_replica_that_dies_behind_the_router_is_told_and_the_others_serve() -> None:
    """It is not started again; what it had counted still counts; when the last one dies there is an error."""
    with Supervisor(plan_of(replicas=2)) as servers:
        before = servers.stats()
        end(servers, "replica 0", signal.SIGKILL)
        after = servers.stats()
        end(servers, "replica 1", signal.SIGKILL)
        with pytest.raises(LMError, match=r"replica 1 was killed \(SIGKILL\)"):
            servers.stats()

    assert (before.replicas, after.replicas, after.running) == (2, 1, 5)
    assert after.input_tokens == 2000 + 3000
    assert len(after.down) == 1
    assert "replica 0 was killed (SIGKILL)" in after.down[0]


def test_the_death_of_the_router_ends_the_serving() -> None:
    """Nothing can be reached behind it."""
    with Supervisor(plan_of(replicas=2)) as servers:
        end(servers, "router", signal.SIGTERM)
        with pytest.raises(LMError, match="router was ended by SIGTERM"):
            servers.stats()


SCRIPT = """
import sys
from writ_dspy.lm.serve import ServePlan, run
fake, port, *command = sys.argv[1:]
plan = ServePlan.of("no/such", cpu=True, replicas=2, port=int(port), command=command, router=command, extra=["--fake", fake])
def say(what): sys.stdout.write(f"{what}\\n"); sys.stdout.flush()  # print writes the end of a line apart, and threads get between
run(plan, show=lambda seen: say(type(seen).__name__), on_line=lambda _, line: say(line), every=0.05)
"""


@contextlib.contextmanager
def serving(fake: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", SCRIPT, fake, str(ports(4)), *FAKE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as popen:
        try:
            yield popen
        finally:
            popen.kill()


@pytest.mark.parametrize(
    ("number", "fake", "status"),
    [
        (signal.SIGINT, "", -signal.SIGINT),
        (signal.SIGTERM, "", 128 + signal.SIGTERM),
        (signal.SIGHUP, "", 128 + signal.SIGHUP),
        (signal.SIGINT, "never", -signal.SIGINT),
        (signal.SIGKILL, "", -signal.SIGKILL),
    ],
)
@pytest.mark.long
def test_an_interrupt_stops_everything(number: signal.Signals, fake: str, status: int) -> None:
    """Whether the servers serve or still start; ^C, `kill`, a closed terminal and `kill -9` alike."""
    lines = Lines()
    with serving(fake) as popen:
        assert popen.stdout
        for line in popen.stdout:
            lines.take("", line)
            if len(lines.pids) == 6 and (fake or line == "Stats\n"):
                break
        popen.send_signal(number)
        popen.stdout.read()
        ended = popen.wait()

    assert ended == status
    assert_gone(lines.pids)


@pytest.mark.parametrize(
    ("line", "kind", "remedy"),
    [
        ("RuntimeError: Not enough memory. Please try to increase --mem-fraction-static.", LMError, "Raise the share"),
        ("OSError: [Errno 98] error while attempting to bind: address already in use", ConfigError, "--port"),
        ("401 Client Error. Cannot access gated repo for url", ConfigError, "hf auth login"),
        ("OSError: /m does not appear to have a file named config.json.", ConfigError, "the folder that holds"),
        ("RuntimeError: No CUDA GPUs are available", ConfigError, "nvidia-smi"),
        ("launch_server.py: error: unrecognized arguments: --enable-warp", ConfigError, "tested with"),
        (
            "Error while finding module specification for 'sglang.launch_server' (ModuleNotFoundError: No module ...)",
            ConfigError,
            "pip install",
        ),
        ("/bin/python: No module named sglang_router", ConfigError, "pip install"),
    ],
)
def test_a_known_cause_is_explained(line: str, kind: type[WritError], remedy: str) -> None:
    """Wherever it stands in the log, with the line it was read from."""
    error = explain("replica 0", 1, ["starting", line, "bye"], MODEL)

    assert isinstance(error, kind)
    assert line in str(error)
    assert remedy in str(error)


def test_a_model_that_sglang_skips_is_no_cause() -> None:
    """SGLang logs each model of its own that it could not import, and goes on."""
    skipped = "Ignore import error when loading sglang.srt.models.x: No module named 'sglang.srt.layers.y'"

    assert "is not installed" not in str(explain("replica 0", -9, [skipped], MODEL))
