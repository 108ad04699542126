"""The taskset: a run's tasks, the episode that plays the user and judges, and the loop between them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator
from typing import Any

import verifiers.v1 as vf

from writ_dspy.conversation import Turn
from writ_dspy.domains import load
from writ_dspy.run.settings import Settings
from writ_dspy.store.parsed import parsed
from writ_dspy.store.places import path_of
from writ_dspy.store.run import Run
from writ_dspy.task import Call
from writ_dspy.train.episode import Episode, read_task
from writ_env.tools import ToolsConfig, WritToolset


class WritConfig(vf.TasksetConfig):
    """What is played."""

    run: str = ""
    """A run folder."""
    user: str = "scripted"
    """Or the URL of a model."""
    shaped: bool = False


class WritData(vf.TaskData):
    """A task as it travels; of it the model sees the system prompt alone."""

    domain: str
    task: str
    run_seed: int
    user: str
    shaped: bool


class WritTask(vf.Task[WritData]):
    """A task with its tools."""

    @classmethod
    def toolsets(cls, config: Any) -> list[WritToolset]:  # noqa: ARG003 - as verifiers calls it
        return [WritToolset(ToolsConfig())]

    @property
    def key(self) -> str:
        return str(self.data.id)


class WritTaskset(vf.Taskset[WritTask, WritConfig]):
    """The tasks of a run, by id."""

    def load(self) -> Iterator[WritTask]:
        run = Run.read(path_of(self.config.run, "--env.taskset.run"))
        seed = Settings.of(run).seed
        for key in sorted(run.kept("tasks")):
            record = run.get("tasks", key)
            data = WritData(
                id=key,
                name=f"{record['kind']} {key}",
                prompt=None,
                system_prompt=load(record["domain"]).system_prompt,
                domain=record["domain"],
                task=json.dumps(record, ensure_ascii=False),
                run_seed=seed,
                user=self.config.user,
                shaped=self.config.shaped,
            )
            yield WritTask(data, self.config.task)


class WritEnv(vf.SingleAgentEnv):
    """An episode speaks for the user, plays every call once more, and gives the reward."""

    async def run(self, task: WritTask, agents: Any) -> None:
        data = task.data
        episode = Episode(read_task(data.task), user=data.user, run_seed=data.run_seed)
        said = await asyncio.to_thread(episode.reset)
        async with agents.agent.interaction(task) as talk:
            while said and not episode.done:
                segment = await talk.turn(said)
                if segment.terminated:
                    break
                said = await asyncio.to_thread(_played, episode, segment.messages)
        talk.trace.record_reward("accepted", episode.reward(shaped=data.shaped))
        talk.trace.record_metrics({f"finding/{one.check}": 1.0 for one in episode.verdict().findings})


def _played(episode: Episode, messages: Iterable[Any]) -> str:
    """What the user answers to a stretch of the agent's: its calls, then what it says; empty once the user has left."""
    answers = ""
    for message in messages:
        if message.role != "assistant" or episode.done:
            continue
        calls = tuple(Call.of(one.name, _arguments(one.arguments)) for one in message.tool_calls or ())
        turns = episode.act(Turn("agent", message.content or "", calls))
        answers = "" if calls else "".join(turn.text for turn in turns)
    return answers


def _arguments(given: Any) -> dict[str, Any]:
    """As an object, whatever the model wrote."""
    try:
        found = parsed(given) if isinstance(given, str) else given
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"unreadable": str(given)}
