"""Conversations with models on the nodes of a cluster: an event loop and connections of its own for each core.

Whoever asks holds the budget: no more conversations are under way than its concurrency allows, wherever they are, and each of them
waits for one reply at a time. What a lost node held is given to another; only this process writes.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any, NamedTuple

from writ_dspy.errors import ConfigError, RoleError, WritError, boundary, brief
from writ_dspy.lm.usage import Usage
from writ_dspy.run.casting import Cast, Casting
from writ_dspy.run.cluster import LONGEST, Cluster
from writ_dspy.run.worker import Play


def refuse_local(ray: str, casting: Casting) -> None:
    """Refuse a model that no node could ask.

    Raises:
        ConfigError: A role's model runs in this process.
    """
    here = next((name for name, one in casting.lms.items() if one.endpoint.scheme == "local"), None)
    if here is not None:
        raise ConfigError(
            f"--ray {ray}: the model of the {here} runs on this machine alone (local:). Serve one where every node reaches it and "
            "give its URL, or leave --ray out."
        )


class Done(NamedTuple):
    """What a job came to on a node, and what the models' calls there have come to in all."""

    results: list[Any] | WritError
    usage: Mapping[str, Usage]


class Seat:
    """What stands on a core of a node; made there."""

    def __init__(self, casting: Casting) -> None:
        self._casting = casting

    async def ready(self) -> WritError | None:
        """What keeps the models from being asked from there."""
        try:
            with boundary(RoleError, "reaching the models"):
                self._cast = Cast(self._casting)
                await self._cast.ready()
        except WritError as error:
            return error
        return None

    async def perform(self, work: Play) -> Done:
        """All results of the job."""
        try:
            with boundary(RoleError, "running Play"):
                async with aclosing(work.perform(self._cast)) as results:
                    return Done([result async for result in results], self._cast.usage())
        except WritError as error:
            return Done(error, self._cast.usage())


class Nodes:
    """Whoever plays conversations, on a cluster that is connected.

    Args:
        cluster: Connected; it outlives this.
        casting: Who plays. Requests at a time that a model's settings allow are shared out among the cores.
    """

    def __init__(self, cluster: Cluster, casting: Casting) -> None:
        self._cluster, self._casting = cluster, casting
        self._busy: Counter[Any] = Counter()
        """Jobs under way on each seat that is left."""
        self._usage: dict[Any, Mapping[str, Usage]] = {}

    async def ready(self) -> None:
        """One seat on each core, whose models answer.

        Raises:
            LMError: From some node a model cannot be reached.
        """
        cores = self._cluster.cores
        share = self._shared_out(cores)
        self._busy.update({self._cluster.actor(Seat, share): 0 for _ in range(cores)})
        for found in await asyncio.gather(*(_answer(seat.ready.remote()) for seat in self._busy)):
            if found is not None:
                found.add_note("It was asked from a node of the cluster, which needs the model's URL and its key, too.")
                raise found

    def _shared_out(self, seats: int) -> Casting:
        """The casting for one of so many seats: each role has its part of the requests at a time that its settings allow."""
        lms = self._casting.lms
        parts = {
            name: one.model_copy(update={"concurrency": max(1, one.concurrency // seats)})
            for name, one in lms.items()
            if one.concurrency is not None
        }
        return dataclasses.replace(self._casting, lms=lms.model_copy(update=parts))

    async def perform(self, work: Play) -> AsyncGenerator[Any]:
        """The results of a job, from the seat that has least to do; one that is lost takes nothing with it.

        Raises:
            RoleError: Every node is lost.
            WritError: The job failed.
        """
        for result in await self._done(work):
            yield result

    async def _done(self, work: Play) -> list[Any]:
        while self._busy:
            seat = min(self._busy, key=lambda one: self._busy[one])
            self._busy[seat] += 1
            try:
                done: Done = await _answer(seat.perform.remote(work))
            except Exception as error:  # Ray's own, of many kinds
                self._busy.pop(seat, None)
                if not self._cluster.lost(error):
                    raise RoleError(f"a job broke on a node of the cluster: {brief(str(error), LONGEST)}") from error
                continue
            self._usage[seat] = done.usage
            self._busy[seat] -= 1
            if isinstance(done.results, WritError):
                raise done.results
            return done.results
        raise RoleError(
            "every node of the cluster is lost. What finished is kept: start nodes again, and run the same command to go on."
        )

    def usage(self) -> dict[str, Usage]:
        """What the calls from all nodes have come to, by role; of a node that was lost, up to its last result."""
        total: dict[str, Usage] = {}
        for one in self._usage.values():
            for name, used in one.items():
                total[name] = total.get(name, Usage()) + used
        return total

    def close(self) -> None:
        """End the seats, and what is under way on them."""
        for seat in self._busy:
            self._cluster.end(seat)
        self._busy.clear()


async def _answer(reference: Any) -> Any:
    """What a call on a node comes to; broken off, it is let go."""
    return await asyncio.wrap_future(reference.future())
