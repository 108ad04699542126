"""The jobs of a run on a Ray cluster: the same as those of worker processes, wherever there is a free core.

Where models play, `nodes` has the conversations: an event loop for each core, which lives as long as the run.

Only this process writes, as results come; nodes hold nothing that matters. A job is a function of its fields alone, so where a node
is lost, Ray gives what it held to another, and the run ends in the same bytes. The driver killed, the same command goes on.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import re
import socket
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Self

from writ_dspy.domains import load, places
from writ_dspy.errors import ConfigError, RoleError, WritError, brief
from writ_dspy.run.settings import versions
from writ_dspy.run.worker import Idle, Work, perform
from writ_dspy.shown import counted
from writ_dspy.task import Json

AUTO = "auto"
"""As an address: the cluster that runs on this machine, or the one that $RAY_ADDRESS names."""
PER_CORE = 2
"""Jobs under way for each core of the cluster: one is done while the next one travels."""
TRIES = 16
"""Nodes or processes that may be lost under one job before it is given up."""
PATIENCE = 5.0
"""Seconds in which the head of a cluster has to take a connection."""
LONGEST = 300
"""Characters of what Ray says of a failure."""
_COLORS = re.compile(r"\x1b\[[0-9;]*m")
LONG_LINE = 10_000
"""Calls that may wait in one process of a node; how many there are is the caller's to say."""
PAUSE = 1.0
"""Seconds between two looks at how far the jobs are, while none is done."""


class Cluster:
    """Whoever does the jobs, on the nodes of a Ray cluster.

    Args:
        address: `auto`, or the host and port of the head.
        domains: Names of the domains of the run, which every node needs in the same version.
    """

    batch = 8
    calls = 0
    """Of models: what they are asked from the nodes is counted by `Nodes`."""

    def __init__(self, address: str, domains: Iterable[str]) -> None:
        self._address, self._domains = address, sorted(domains)
        self._ray: Any = None
        self._ours = False

    def __enter__(self) -> Self:
        """Connected, and every node looked at.

        Raises:
            ConfigError: Ray is missing, is another version than the cluster's, does not answer, or a node has another writ.
        """
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is told to anybody
        try:
            self._ray = importlib.import_module("ray")
        except ImportError as error:
            raise ConfigError(
                "--ray takes Ray, which is not installed here. Install it: pip install 'writ-dspy[ray]'"
            ) from error
        self._connect()
        try:
            self._look_at_nodes()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._ours:
            self._ray.shutdown()  # what is under way ends with its driver
            self._ours = False

    def map(self, jobs: Iterable[Work[Any]], idle: Idle | None = None) -> Iterator[Any]:
        """The result of each job, first done first; jobs are drawn only as fast as results are taken.

        Raises:
            WritError: A job failed, or was given up; what was done by then comes first.
        """
        remote = self._remote(_done)
        running: dict[Any, None] = {}
        try:
            for work in jobs:
                running[remote.remote(work)] = None
                while len(running) >= self._room:
                    yield from self._some(running, idle)
            while running:
                yield from self._some(running, idle)
        finally:
            for one in running:  # of a call that was broken off
                self._ray.cancel(one, force=True)

    def _some(self, running: dict[Any, None], idle: Idle | None) -> Iterator[Any]:
        done, _ = self._ray.wait(list(running), num_returns=1, timeout=PAUSE)
        if not done and idle is not None:
            idle()
        for one in done:
            del running[one]
            try:
                result = self._ray.get(one)
            except self._ray.exceptions.RayError as error:
                raise RoleError(
                    f"a job was given up on the cluster, after {TRIES} tries where nodes were lost: {_why(error)}. What finished is kept: "
                    "run the same command again to go on."
                ) from error
            if isinstance(result, WritError):
                raise result
            yield result

    @property
    def _room(self) -> int:
        """Jobs that may be under way, by the cores that there are now: nodes come and go."""
        return max(2, PER_CORE * self.cores)

    @property
    def cores(self) -> int:
        """Of all nodes that there are now."""
        return max(1, int(self._ray.cluster_resources().get("CPU", 1)))

    def actor(self, kind: type[Any], *args: object) -> Any:
        """One of these, on a core of its own; a lost one stays lost."""
        options = {"num_cpus": 1, "max_restarts": 0, "scheduling_strategy": "SPREAD", "max_concurrency": LONG_LINE}
        return self._ray.remote(**options, **self._places())(kind).remote(*args)

    def lost(self, error: BaseException) -> bool:
        """Whether it says that the process or the node which did the work is gone."""
        gone = self._ray.exceptions
        return isinstance(error, (gone.RayActorError, gone.NodeDiedError, gone.ObjectLostError))

    def end(self, actor: Any) -> None:
        """Stop it, with whatever it does."""
        self._ray.kill(actor)

    def _remote(self, function: Callable[..., Any], **options: Any) -> Any:
        return self._ray.remote(num_cpus=1, max_retries=TRIES, **options, **self._places())(function)

    @staticmethod
    def _places() -> dict[str, Any]:
        """So that a node finds domains of others where they lie here."""
        met = places.met()
        return {"runtime_env": {"env_vars": {places.VARIABLE: json.dumps(met)}}} if met else {}

    # ------------------------------------------------------------------------- getting there

    def _connect(self) -> None:
        if self._ray.is_initialized():  # a notebook that has its own cluster
            return
        self._answering()
        try:
            self._ray.init(address=self._address, log_to_driver=False, logging_level=logging.ERROR)
        except (RuntimeError, ConnectionError, ValueError, OSError) as error:
            why = " ".join(str(error).split())
            if "ersion" in why:
                remedy = f"Install the cluster's version of Ray here, or start the cluster with {self._ray.__version__}"
            else:
                remedy = "Start one with `ray start --head`, or give the address of one: --ray HOST:6379"
            raise ConfigError(f"--ray {self._address}: {brief(why, 300)}. {remedy}.") from error
        self._ours = True

    def _answering(self) -> None:
        """Refuse an address at which nobody answers, which Ray itself tries for a minute."""
        address = self._address
        if address == AUTO:
            address = os.environ.get("RAY_ADDRESS", "")
        host, _, port = address.removeprefix("ray://").rpartition(":")
        if address in ("", AUTO, "local"):
            return
        if not host or not port.isdigit() or not 0 < int(port) < 65_536:
            raise ConfigError(
                f"--ray {address}: write `auto`, or the host and port of the head, such as 10.0.0.1:6379."
            )
        try:
            socket.create_connection((host, int(port)), PATIENCE).close()
        except OSError as error:
            raise ConfigError(
                f"--ray {address}: nobody answers there ({error.strerror or error}). Start a cluster with `ray start --head`, or "
                "give the address of one."
            ) from error

    def _look_at_nodes(self) -> None:
        """Refuse a cluster of which a node would do the jobs otherwise than this machine."""
        strategy = importlib.import_module("ray.util.scheduling_strategies").NodeAffinitySchedulingStrategy
        here = versions(self._domains)
        nodes = [node for node in self._ray.nodes() if node["Alive"] and node["Resources"].get("CPU")]
        asked = {
            node["NodeManagerAddress"]: self._remote(
                _versions, scheduling_strategy=strategy(node["NodeID"], soft=False)
            ).remote(self._domains)
            for node in nodes
        }
        if not nodes:
            raise ConfigError(
                f"--ray {self._address}: the cluster has no node with a free core. Start one: ray start --address HOST:PORT"
            )
        for name, one in asked.items():
            try:
                there = self._ray.get(one)
            except self._ray.exceptions.RayError as error:
                raise ConfigError(
                    f"node {name} cannot do the jobs of writ: {_why(error)}. Install the same writ-dspy there, with its domains."
                ) from error
            if there != here:
                raise ConfigError(
                    f"node {name} has {there} and this machine {here}: rows would depend on where they were made. Install the same "
                    f"versions on {counted(len(nodes), 'node')}."
                )


def _why(error: Exception) -> str:
    """The end of what Ray says, which is where the reason stands, without its colors."""
    text = " ".join(_COLORS.sub("", str(error)).split())
    return brief(text[-LONGEST:], LONGEST)


def _done(work: Work[Any]) -> Any:
    """On a node: the result of a job, or the error that it ended in."""
    try:
        return perform(work)
    except WritError as error:
        return error


def _versions(domains: list[str]) -> dict[str, Json]:
    """On a node: what the results of a job depend on."""
    for name in domains:
        load(name)
    return versions(domains)
