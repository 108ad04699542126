"""Starts SGLang for writ's load, watches over it, and stops it: all of it, however this process is asked to end.

    with Supervisor(ServePlan.of("Qwen/Qwen3-8B")) as servers:  # returns when every replica has generated a token
        run(settings, model=servers.url)

A conversation stays on the replica that holds its prefix if its requests carry `ROUTING_HEADER`.
"""

from __future__ import annotations

import contextlib
import functools
import http.client
import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, NoReturn, Self

from writ_dspy.errors import ConfigError, WritError
from writ_dspy.lm.crash import explain, listeners
from writ_dspy.lm.gauges import Counts, Stats, read
from writ_dspy.lm.guard import Guard
from writ_dspy.lm.launch import ROUTING_HEADER, Process, ServePlan, visible_gpus

__all__ = ["ROUTING_HEADER", "ServePlan", "Stats", "Supervisor", "Waiting", "run", "visible_gpus"]

_TICK = 0.5
"""Seconds between looks at a server that is starting."""
_TOKEN_S = 20.0
"""Seconds for one generated token, as SGLang itself allows for its health check."""
_GRACE_S = 15.0
"""Seconds from SIGTERM to SIGKILL."""
_WINDOW_S = 10.0
"""Seconds over which rates are taken: SGLang counts the tokens of a request when it ends, so they come in bursts."""
_REMEMBERED = 400
"""Last lines of each log in which a cause is looked for."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How far the start has come."""

    seconds: float
    ready: int
    of: int
    line: str
    """What a process that is not ready logged last, after its name."""


@dataclass
class _Running:
    """A started process: leader of its own session, so that one signal reaches all it spawned."""

    process: Process
    popen: subprocess.Popen[str]
    reader: threading.Thread | None = None
    tail: deque[str] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    counters: Counts = field(default_factory=dict)

    def signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, number)

    def reap(self) -> None:
        """Kill what is left of the session and take its last lines."""
        self.signal(signal.SIGKILL)
        self.popen.wait()
        if self.reader:
            self.reader.join(timeout=1)


class Supervisor:
    """The processes of a plan, from a checked start to a complete stop, as a context.

    Nothing is started twice: what ends is told, since a server that dies of its load would only die again.
    """

    def __init__(
        self,
        plan: ServePlan,
        log: Path | None = None,
        on_line: Callable[[str, str], None] | None = None,
        *,
        on_wait: Callable[[Waiting], None] | None = None,
        patience: float = 1800.0,
    ) -> None:
        """Start nothing yet.

        Args:
            plan: What to start.
            log: A file to which all logs are appended, each line after the name of its process.
            on_line: Takes a process's name and a line of its log, on a thread of its own; must not raise.
            on_wait: Takes the progress of the start twice a second, on the thread that enters the context.
            patience: Seconds until every process must be ready.
        """
        self.plan = plan
        self._path, self._on_line, self._on_wait, self._patience = log, on_line, on_wait, patience
        self._resources = contextlib.ExitStack()
        self._guard: Guard | None = None
        self._running: list[_Running] = []
        self._down: dict[str, WritError] = {}
        self._ready_at = 0.0
        self._polls: deque[tuple[float, list[Counts]]] = deque()

    @property
    def url(self) -> str:
        """What `--lm` takes."""
        return self.plan.url

    @property
    def pids(self) -> Mapping[str, int]:
        """The process of each name, as long as it is watched."""
        return {each.process.name: each.popen.pid for each in self._running}

    def __enter__(self) -> Self:
        """Start all and wait until each has generated a token.

        Raises:
            ConfigError: A port is in use, SGLang is not installed, there is no such model.
            LMError: A server ended or did not become ready.
        """
        for process in self.plan.processes:
            _check_port(self.plan, process)
        try:
            self._start()
            self._wait()
            self._ready_at = time.monotonic()
            self.stats()  # what warming up took is no rate
        except BaseException:  # an interrupt too leaves nothing behind
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start(self) -> None:
        write = self._log()
        for process in self.plan.processes:
            env = {**os.environ, "PYTHONUNBUFFERED": "1", **process.env}
            try:
                popen = subprocess.Popen(  # noqa: S603 - the plan's own commands, no shell
                    process.argv,
                    env=env,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,  # whose newlines include the carriage returns of progress bars
                    errors="replace",
                    start_new_session=True,
                )
            except OSError as error:
                raise ConfigError(
                    f"serving {self.plan.model}: {process.name} cannot be started: {error}. Its command: {process.line()}"
                ) from error
            started = _Running(process, popen)
            self._running.append(started)
            self._watch()
            if popen.stdout:
                to = (popen.stdout, started.tail, functools.partial(write, process.name))
                started.reader = threading.Thread(target=_read, args=to, name=process.name, daemon=True)
                started.reader.start()

    def _watch(self) -> None:
        """Tell the guard who has to end with us."""
        self._guard = self._guard or self._resources.enter_context(Guard())
        self._guard.watch(each.popen.pid for each in self._running if each.popen.returncode is None)

    def _log(self) -> Callable[[str, str], None]:
        try:
            file = self._path and self._resources.enter_context(self._path.open("a", encoding="utf-8", buffering=1))
        except OSError as error:
            raise ConfigError(f"the log {self._path} cannot be written: {error}. Name another file.") from error
        lock = threading.Lock()

        def write(name: str, line: str) -> None:
            if file:
                # A full disk must not stop the reading, or the server would stop at a full pipe.
                with lock, contextlib.suppress(OSError, ValueError):
                    file.write(f"[{name}] {line}\n")
            if self._on_line:
                self._on_line(name, line)

        return write

    def _wait(self) -> None:
        started = time.monotonic()
        pending = list(self._running)
        while pending:
            for each in self._running:
                if each.popen.poll() is not None:
                    raise self._explain(each)
            pending = [each for each in pending if not self._healthy(each)]
            seconds = time.monotonic() - started
            if self._on_wait:
                last = f"{pending[0].process.name}: {(pending[0].tail or [''])[-1]}" if pending else ""
                total = len(self._running)
                self._on_wait(Waiting(seconds, total - len(pending), total, last))
            if pending and seconds > self._patience:
                raise self._explain(pending[0])
            if pending:
                time.sleep(_TICK)

    def _healthy(self, each: _Running) -> bool:
        router = each.process is self.plan.router
        said = _get(each.process, "/readiness" if router else "/health_generate", _TOKEN_S)
        if said is None:
            return False
        self._refuse_stranger(each)
        return not router or json.loads(said).get("healthy_workers") == len(self.plan.replicas)

    def _refuse_stranger(self, each: _Running) -> None:
        """Ours listens only with its model loaded, minutes after we looked at the port: who answers may have come between."""
        pids = listeners(each.process.port)
        if pids and each.popen.pid not in map(_session, pids):
            raise _in_use(self.plan, each.process, "Address already in use", pids[0])

    def _explain(self, each: _Running) -> WritError:
        status = each.popen.poll()
        if status is not None:
            each.reap()
            self._watch()
        return explain(each.process.name, status, list(each.tail), self.plan.model)

    def stats(self) -> Stats:
        """What the replicas do now.

        Raises:
            ConfigError, LMError: Nothing is served any more: the router, the only replica, or the last one ended.
        """
        for each in self._running:
            if each.process.name not in self._down and each.popen.poll() is not None:
                self._down[each.process.name] = self._explain(each)
        router = self.plan.router
        if router and router.name in self._down:
            raise self._down[router.name]
        replicas = [each for each in self._running if each.process is not router]
        up = [each for each in replicas if each.process.name not in self._down]
        if not up:
            raise self._down[replicas[-1].process.name]
        for each in up:
            text = _get(each.process, "/metrics", _TOKEN_S)
            each.counters = read(text) if text is not None else each.counters
        now = time.monotonic()
        after = [each.counters for each in replicas]
        self._polls.append((now, after))
        while now - self._polls[0][0] > _WINDOW_S and len(self._polls) > 2:
            self._polls.popleft()
        then, before = self._polls[0]
        return Stats.of(
            seconds=now - self._ready_at,
            since=now - then,
            before=before,
            after=after,
            up=[each.counters for each in up],
            down=tuple(map(str, self._down.values())),
        )

    def stop(self) -> None:
        """End every process and all it spawned: asked first, killed if it does not listen. Again does nothing."""
        try:
            for each in self._running:
                each.signal(signal.SIGTERM)
            deadline = time.monotonic() + _GRACE_S
            for each in self._running:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    each.popen.wait(timeout=max(deadline - time.monotonic(), 0))
        finally:  # also when a second interrupt ends the waiting
            for each in self._running:
                each.reap()
            self._running.clear()
            self._resources.close()
            self._guard = None


def run(
    plan: ServePlan,
    *,
    show: Callable[[Waiting | Stats], None],
    log: Path | None = None,
    on_line: Callable[[str, str], None] | None = None,
    every: float = 2.0,
    patience: float = 1800.0,
) -> NoReturn:
    """Serve until interrupted; `show` takes the progress of the start, then the stats `every` so many seconds.

    SIGTERM and SIGHUP end it as ^C does, with everything stopped before this returns to the caller.

    Raises:
        KeyboardInterrupt: ^C.
        SystemExit: SIGTERM or SIGHUP, with 128 plus its number.
        ConfigError, LMError: As `Supervisor` and its `stats`.
    """
    with _ended_by_signals(), Supervisor(plan, log, on_line, on_wait=show, patience=patience) as servers:
        while True:
            show(servers.stats())
            time.sleep(every)


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    def leave(number: int, _: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    if threading.current_thread() is not threading.main_thread():  # where Python takes no signals
        yield
        return
    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _read(lines: IO[str], tail: deque[str], write: Callable[[str], None]) -> None:
    with lines:
        for line in lines:
            text = line.rstrip()
            if text:
                tail.append(text)
                write(text)


def _get(process: Process, path: str, timeout: float) -> str | None:
    """The body of a 200; None for anything else, a server that is not there included. Proxies are for elsewhere."""
    connection = http.client.HTTPConnection(process.reach, process.port, timeout=timeout)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return body if response.status == http.client.OK else None


def _check_port(plan: ServePlan, process: Process) -> None:
    family = socket.AF_INET6 if ":" in process.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((process.host, process.port))
        except OSError as error:
            raise _in_use(plan, process, error.strerror, next(iter(listeners(process.port)), None)) from error


def _in_use(plan: ServePlan, process: Process, why: str | None, pid: int | None) -> ConfigError:
    by = f" Process {pid} listens there." if pid else ""
    return ConfigError(
        f"serving {plan.model}: {process.name} cannot listen at {process.host}:{process.port}: {why}.{by} "
        "Stop what listens there, or choose another with --port."
    )


def _session(pid: int) -> int | None:
    """That of a process; None once it has ended."""
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return None
