"""Memory: conversations that are all under way at once, in one process, each on a world of its own.

As a script it is that process: `python -m benchmarks.concurrency ours RUN N`, or `… stock N`; it prints JSON.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from dspy.lm15 import Request, Response

from benchmarks.measured import ROOT, Row, Size, environment, resident, say
from tests.standins.engines import response
from tests.standins.perfect import Perfect
from writ_dspy.conversation import Conversation, Turn
from writ_dspy.dataset.tau2_tasks import short_name
from writ_dspy.domains import Domain, load
from writ_dspy.lm import Connection, conversation
from writ_dspy.programs.agent import ModelAgent
from writ_dspy.programs.user import ModelUser
from writ_dspy.run.synth import load as load_run
from writ_dspy.simulate.loop import Job, converse, job
from writ_dspy.simulate.scripted import ScriptedAgent, ScriptedUser
from writ_dspy.task import Task


def rows(size: Size, run: Path) -> Iterator[Row]:
    """Memory per conversation, beside that of one stock environment."""
    say(f"{size.concurrent} conversations at once")
    ours = _child("ours", str(run), str(size.concurrent))
    stock = _child("stock", str(size.environments))
    note = f"{ours['arrived']:.0f} conversations halted midway at once; what they share is divided among them"
    what = "memory per concurrent conversation, against one `get_environment()`"
    mean = sum(stock.values()) / len(stock)
    each = ", ".join(f"{name} {value:.1f} MB" for name, value in stock.items())
    yield Row("memory", what, "MB", ours["each"], mean, 0.2, f"{note}; stock: {each}", key=True)
    yield Row("memory", f"process with {size.concurrent} conversations under way", "MB", ours["all"])
    ended = f"{ours['ended']:.0f} of {size.concurrent}"
    every = f"{size.concurrent} of {size.concurrent}"
    yield Row("memory", "of these, came to their end", "", ended, target=every)
    for number in (1000, size.concurrent):
        live = _child("live", str(run), str(number))
        note = (
            f"both roles are programs that wait for a model; {live['arrived']:.0f} halted midway, each with its prompt"
        )
        yield Row(
            "memory", f"memory per conversation with models, {number} at once", "MB", live["each"], None, 0.2, note
        )


def _child(*args: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.concurrency", *args]
    done = subprocess.run(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, check=True)  # noqa: S603
    return {str(name): float(value) for name, value in json.loads(done.stdout).items()}


class Halting:
    """The scripted agent, that waits halfway through each conversation until all others are there, too."""

    name = "scripted"

    def __init__(self, lengths: dict[str, int], wanted: int) -> None:
        self._agent, self._lengths, self._wanted = ScriptedAgent(), lengths, wanted
        self._gate = asyncio.Event()
        self._waiting: set[int] = set()
        self.arrived = 0
        self.memory = 0

    async def act(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn:
        """Wait where the turns are half of what this conversation came to when it was first played."""
        key = id(turns)
        if not self._gate.is_set() and key not in self._waiting and len(turns) >= self._lengths[task.id] // 2:
            self._waiting.add(key)
            if len(self._waiting) == self._wanted:
                self.arrived, self.memory = len(self._waiting), resident()
                self._gate.set()
            await self._gate.wait()
        return await self._agent.act(task, domain, turns, seed)


def ours(folder: Path, wanted: int) -> dict[str, float]:
    """Growth of this process from loaded tasks to all conversations midway."""
    run = load_run(folder)
    played = [(shown.task, len(shown.talk.turns)) for shown in run.conversations()]
    for task, _ in played:
        load(task.domain).world()
    jobs = [job(task, 0, run.settings.seed) for task, _ in played]
    jobs = [jobs[index % len(jobs)] for index in range(wanted)]
    agent = Halting({task.id: length for task, length in played}, wanted)
    gc.collect()
    before = resident()
    talks = asyncio.run(_all(jobs, agent))
    ended = sum(talk.stop.value in ("user done", "transferred") for talk in talks)
    grown = (agent.memory - before) / wanted / 1e6
    return {"each": grown, "all": agent.memory / 1e6, "arrived": agent.arrived, "ended": ended}


async def _all(jobs: Sequence[Job], agent: Halting) -> list[Conversation]:
    user = ScriptedUser()
    return await asyncio.gather(*(converse(work, load(work.task.domain), user, agent) for work in jobs))


async def _all_live(jobs: Sequence[Job], model: HaltingModel) -> list[Conversation]:
    user, agent = ModelUser(Connection.over(model, role="user")), ModelAgent(Connection.over(model))

    async def one(number: int, work: Job) -> Conversation:
        conversation.set(f"{work.task.id}#{number}")
        talk = await converse(work, load(work.task.domain), user, agent)
        model.lost()
        return talk

    return await asyncio.gather(*(one(number, work) for number, work in enumerate(jobs)))


class HaltingModel:
    """Plays both roles as the script did, and holds each conversation's request halfway until all are held."""

    def __init__(self, perfect: Perfect, lengths: dict[str, int], wanted: int) -> None:
        self._perfect, self._lengths, self._wanted = perfect, lengths, wanted
        self._asked: Counter[str] = Counter()
        self._gate = asyncio.Event()
        self._held = 0
        self.arrived = 0
        self.memory = 0

    async def complete(self, request: Request) -> Response:
        """As a server that answers late."""
        key = conversation.get()
        self._asked[key] += 1
        if not self._gate.is_set() and self._asked[key] == max(1, self._lengths[key.partition("#")[0]] // 3):
            self._held += 1
            self._open()
            await self._gate.wait()
        last = {"role": "user", "content": request.messages[-1].text}
        said = self._perfect({"messages": [last], "response_format": request.config.response_format or {}})
        return response(str(said))

    def lost(self) -> None:
        """A conversation has ended; one that did so before it came halfway is not waited for, and shows in `arrived`."""
        if not self._gate.is_set():
            self._wanted -= 1
            self._open()

    def _open(self) -> None:
        if self._held == self._wanted:
            self.arrived, self.memory = self._held, resident()
            self._gate.set()


def live(folder: Path, wanted: int) -> dict[str, float]:
    """As `ours`, with both roles played by programs over a model."""
    run = load_run(folder)
    played = [(shown.task, shown.talk) for shown in run.conversations()]
    for task, _ in played:
        load(task.domain).world()
    model = HaltingModel(Perfect(played), {task.id: len(talk.turns) for task, talk in played}, wanted)
    jobs = [job(played[index % len(played)][0], 0, run.settings.seed) for index in range(wanted)]
    gc.collect()
    before = resident()
    talks = asyncio.run(_all_live(jobs, model))
    ended = sum(talk.stop.value in ("user done", "transferred") for talk in talks)
    grown = (model.memory - before) / wanted / 1e6
    return {"each": grown, "all": model.memory / 1e6, "arrived": model.arrived, "ended": ended}


def stock(count: int) -> dict[str, float]:
    """Memory of one environment of each domain, as τ² gives one to each conversation."""
    found = {}
    for name in ("tau2:retail", "tau2:airline"):
        module = importlib.import_module(f"tau2.domains.{short_name(name)}.environment")
        get_environment = module.get_environment
        held = [get_environment()]
        gc.collect()
        before = resident()
        held += [get_environment() for _ in range(count)]
        found[short_name(name)] = (resident() - before) / count / 1e6
    return found


if __name__ == "__main__":
    which, *rest = sys.argv[1:]
    if which == "stock":
        print(json.dumps(stock(int(rest[0]))))
    else:
        print(json.dumps({"ours": ours, "live": live}[which](Path(rest[0]), int(rest[1]))))
