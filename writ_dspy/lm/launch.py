"""Which processes serve a model with SGLang on this machine: a replica for each GPU, and a router before several.

Pure but for the look at the GPUs; `serve.Supervisor` starts what is planned here.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from writ_dspy.errors import ConfigError, brief

_HOST = re.compile(r"[A-Za-z0-9.:_-]+")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)?")
REPLICA = (sys.executable, "-m", "sglang.launch_server")
ROUTER = (sys.executable, "-m", "sglang_router.launch_router")
MOST_EACH = 64
"""GPUs that share one copy: no machine holds more."""
ROUTING_HEADER = "X-SMG-Routing-Key"
"""Requests with the same value of this header go to the same replica, where the prefix of their conversation is."""

# Thousands of short structured turns over few shared prefixes. Longest prefix match keeps what is shared in the cache;
# a reply uses far less than its max_tokens, so the scheduler may admit more than the worst case would fit; sampling
# is what the request says, never what the model's generation_config.json says.
_ALWAYS = (
    *("--schedule-policy", "lpm", "--schedule-conservativeness", "0.3"),
    *("--grammar-backend", "xgrammar", "--constrained-json-disable-any-whitespace"),
    *("--sampling-defaults", "openai", "--enable-metrics", "--enable-cache-report"),
)
_CPU = ("--device", "cpu", "--attention-backend", "torch_native", "--sampling-backend", "pytorch", "--dtype", "float32")
# `manual` with a key for each conversation kept 0.94 of the prefixes cached on two replicas, with even load; the
# router's default, `cache_aware`, sent every request to one of them, since all share the system prompt.
_ROUTING = ("--policy", "manual", "--assignment-mode", "min_load")
_ROUTER_PATIENCE = ("--worker-startup-check-interval", "2", "--shutdown-grace-period-secs", "1")


@dataclass(frozen=True, slots=True)
class Process:
    """One process to start."""

    name: str
    """`replica 0`, `router`: opens each line of its log and each message about it."""
    argv: tuple[str, ...]
    env: Mapping[str, str]
    """What its environment has beyond ours."""
    host: str
    """The address it listens at."""
    port: int

    @property
    def reach(self) -> str:
        """The host as a client on this machine reaches it."""
        return "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - the user's choice

    def line(self) -> str:
        """The command as a shell takes it."""
        return shlex.join([*(f"{name}={value}" for name, value in self.env.items()), *self.argv])


@dataclass(frozen=True, slots=True)
class ServePlan:
    """What to start, and where it will listen."""

    model: str
    served: str
    """The name that requests give."""
    replicas: tuple[Process, ...]
    router: Process | None

    @classmethod
    def of(  # noqa: PLR0913 - as many as the verb has options
        cls,
        model: str,
        *,
        replicas: int | None = None,
        gpus: Sequence[str] | None = None,
        gpus_each: int = 1,
        host: str = "127.0.0.1",
        port: int = 30000,
        name: str | None = None,
        memory: float = 0.88,
        tool_parser: str | None = None,
        reasoning_parser: str | None = None,
        extra: Sequence[str] = (),
        cpu: bool = False,
        command: Sequence[str] = REPLICA,
        router: Sequence[str] = ROUTER,
    ) -> ServePlan:
        """The plan for one model; starts nothing.

        Args:
            model: A folder, or an id on the Hugging Face Hub.
            replicas: None is as many as the GPUs allow; one with `cpu`.
            gpus: Ids as in CUDA_VISIBLE_DEVICES, believed as they are; None asks this machine.
            gpus_each: GPUs that share one copy of the model (tensor parallel), for a model too large for one.
            port: Clients' port. Of several replicas, number i listens at port + 1 + i; the router's metrics follow.
            name: What requests call the model; unless given, a folder's name or the id.
            memory: Share of a GPU's memory for weights and cache, in (0, 1).
            tool_parser: SGLang's name for the model's form of tool calls, for clients that want native ones.
            reasoning_parser: The same for thoughts, for models that think. A reply that holds their mark within its
                JSON then loses its text (SGLang 0.5.21), so none is set unasked.
            extra: More flags of `sglang.launch_server`; they win over ours.
            cpu: No GPU; fit for tests of tiny models only.
            command, router: What starts them, if not this Python's own packages.

        Raises:
            ConfigError: The model's folder is missing, or there are too few GPUs.
        """
        if not model.strip():
            raise ConfigError(
                "serving '': the name of the model is empty; if it came from a variable of the shell, that is not set. Give "
                "a folder, or an id of the Hugging Face Hub such as Qwen/Qwen3-8B."
            )
        _check_numbers(replicas, gpus_each, port, memory)
        if not _HOST.fullmatch(host):
            raise ConfigError(
                f"serving at {brief(host)}: this is no address. Give one such as 127.0.0.1; 0.0.0.0 is all."
            )
        shares = [()] * (replicas or 1) if cpu else _share(_visible(gpus, model), replicas, gpus_each)
        model, called = _named(model)
        served = name or called
        behind = "127.0.0.1" if len(shares) > 1 else host  # the router alone is for others to reach
        first = port + (len(shares) > 1)
        flags = [*("--model-path", model, "--served-model-name", served, "--host", behind), *_ALWAYS]
        flags += _CPU if cpu else ("--mem-fraction-static", f"{memory:g}", "--chunked-prefill-size", "8192")
        flags += ("--tp-size", str(gpus_each)) if gpus_each > 1 else ()
        flags += ("--tool-call-parser", tool_parser) if tool_parser else ()
        flags += ("--reasoning-parser", reasoning_parser) if reasoning_parser else ()
        env = {"SGLANG_TOOL_STRICT_LEVEL": "2"}  # arguments of tools follow their schemas, asked for or not
        planned = tuple(
            Process(
                f"replica {index}",
                (*command, *flags, "--port", str(first + index), *extra),
                {**env, **({"SGLANG_USE_CPU_ENGINE": "1"} if cpu else {"CUDA_VISIBLE_DEVICES": ",".join(share)})},
                behind,
                first + index,
            )
            for index, share in enumerate(shares)
        )
        before = _router(router, host, port, planned) if len(planned) > 1 else None
        return cls(model, served, planned, before)

    @property
    def processes(self) -> tuple[Process, ...]:
        """Replicas, then the router."""
        return (*self.replicas, self.router) if self.router else self.replicas

    @property
    def url(self) -> str:
        """What `--lm` takes."""
        front = self.router or self.replicas[0]
        return f"sglang://{front.reach}:{front.port}/{self.served}"

    def lines(self) -> tuple[str, ...]:
        """The commands as a shell takes them, in the order in which they are started."""
        return tuple(process.line() for process in self.processes)


def _router(command: Sequence[str], host: str, port: int, replicas: Sequence[Process]) -> Process:
    urls = [f"http://{replica.reach}:{replica.port}" for replica in replicas]
    metrics = str(port + len(replicas) + 1)
    return Process(
        "router",
        (
            *command,
            *("--host", host, "--port", str(port), "--worker-urls", *urls, *_ROUTING, *_ROUTER_PATIENCE),
            *("--prometheus-host", "127.0.0.1", "--prometheus-port", metrics, "--log-level", "warn"),
        ),
        {},
        host,
        port,
    )


def visible_gpus() -> tuple[str, ...]:
    """Ids of the GPUs that a process started here may use, in order; empty when there is none.

    CUDA_VISIBLE_DEVICES decides if it is set, as it does for CUDA itself; else nvidia-smi, which ships with the driver.
    """
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is not None:
        return tuple(gpu for gpu in map(str.strip, chosen.split(",")) if gpu and gpu != "-1")
    try:
        asked = subprocess.run(
            ["nvidia-smi", "--query-gpu=index", "--format=csv,noheader"],  # noqa: S607 - where it is differs
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(asked.stdout.split())


def _visible(gpus: Sequence[str] | None, model: str) -> tuple[str, ...]:
    found = visible_gpus() if gpus is None else tuple(gpus)
    if found:
        return found
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    why = "nvidia-smi lists none" if chosen is None else f"CUDA_VISIBLE_DEVICES is {chosen!r}"
    raise ConfigError(
        f"serving {model}: this machine has no GPU to use ({why}). Run `writ serve` where one is and give its address "
        "with --lm sglang://HOST:PORT, or use a small model in this process with --lm local."
    )


def _share(gpus: Sequence[str], replicas: int | None, each: int) -> list[tuple[str, ...]]:
    """The GPUs of each replica."""
    count = len(gpus) // each if replicas is None else replicas
    if count * each > len(gpus) or not count:
        raise ConfigError(
            f"{max(count, 1)} replica(s) of {each} GPU(s) need {max(count, 1) * each}, and there are {len(gpus)} "
            f"({','.join(gpus)}). Ask for fewer replicas or fewer GPUs for each."
        )
    return [tuple(gpus[index * each : (index + 1) * each]) for index in range(count)]


def _check_numbers(replicas: int | None, gpus_each: int, port: int, memory: float) -> None:
    last = port + (replicas or 1) + 1
    for option, value, fits, what in (
        ("--replicas", replicas, replicas is None or replicas >= 1, "the number of replicas is 1 or more"),
        ("--gpus-each", gpus_each, 1 <= gpus_each <= MOST_EACH, f"each replica has 1 to {MOST_EACH} GPUs"),
        ("--port", port, port >= 1 and last <= 65535, "the ports of replicas and router lie in 1 to 65535"),
        ("--memory", memory, 0 < memory < 1, "the share of GPU memory lies between 0 and 1"),
    ):
        if not fits:
            raise ConfigError(f"{option} {value}: {what}. Give another value.")


def _named(model: str) -> tuple[str, str]:
    """The model as SGLang takes it, and what to call it: a folder's last part, an id of the Hub as it is.

    Raises:
        ConfigError: It is written as a folder, and there is none.
    """
    path = Path(model).expanduser()
    if path.is_dir() or (path.is_file() and path.suffix == ".gguf"):
        return str(path), path.resolve().name
    if path.exists():
        raise ConfigError(
            f"serving {model}: this is no folder. Give the folder that holds config.json and the weights."
        )
    if path.is_absolute() or model.startswith((".", "~")):
        raise ConfigError(
            f"serving {model}: there is no such folder. Give the folder that holds config.json and the weights, "
            "or an id of the Hugging Face Hub such as Qwen/Qwen3-8B."
        )
    if not _ID.fullmatch(model):
        raise ConfigError(
            f"serving {brief(model)}: no model of the Hub has such an id. Give one such as Qwen/Qwen3-8B."
        )
    return model, model
