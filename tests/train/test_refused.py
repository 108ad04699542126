"""What an episode refuses is refused in words, and changes nothing; what may happen around it does not spoil it."""

from __future__ import annotations

import inspect
import os
import re
import signal
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.domains.library import library
from tests.simulate.playing import Played
from writ_dspy.conversation import Turn
from writ_dspy.dataset.env import playable
from writ_dspy.domains import Domain
from writ_dspy.errors import ConfigError, DomainError, LMError, RoleError, StoreError
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.proposer import fill
from writ_dspy.simulate.loop import Limits
from writ_dspy.simulate.scripted import ScriptedUser
from writ_dspy.task import Call, Task
from writ_dspy.train import Episode, trl
from writ_dspy.train.tools import method


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda _: Episode(), ConfigError, "no task to play"),
        (lambda run: Episode(run=run), ConfigError, "no task to play"),
        (lambda run: Episode(run=run, task_id="tau2-retail-0"), ConfigError, "holds no such task"),
        (lambda _: Episode(task_id="tau2-retail-0"), ConfigError, "run=FOLDER"),
        (lambda run: Episode(run=run.parent), StoreError, "is not a run"),
        (lambda _: Episode(domain="petshop"), ConfigError, "petshop"),
        (lambda _: Episode(user="nobody"), ConfigError, "no such user"),
        (lambda _: Episode(user=7), ConfigError, "speak"),
        (lambda _: Episode(user=SimpleNamespace(speak=print)), ConfigError, "has a `name`"),
        (lambda _: Episode("task"), ConfigError, "give a `Task`"),
        (lambda run: Episode(run=run, run_seed=1.5), ConfigError, "run_seed"),
    ],
)
def test_bad_requests_say_what_to_do(small_run: Path, make: Any, error: type[Exception], says: str) -> None:
    """The value, and what to give instead; before anything is played."""
    with pytest.raises(error, match=re.escape(says)):
        make(small_run).reset()


@pytest.mark.parametrize("given", ["{", "[]", "{}", 7, '{"is": "Call"}', '{"is": "Nothing"}'])
def test_what_is_no_task_is_refused(given: Any) -> None:
    """As a column `task` of others may be."""
    with pytest.raises((StoreError, ConfigError)):
        Episode().reset(task=given)


def test_nothing_is_played_before_the_beginning_or_after_the_end(played: list[Played]) -> None:
    """Every way of acting says so."""
    episode = Episode(played[0].task)
    call = Call.of("calculate", {"expression": "1 + 1"})
    ways = (
        lambda: episode.say("Hi"),
        lambda: episode.calculate("1 + 1"),
        lambda: episode.act(Turn("agent", calls=(call,))),
    )
    for way in ways:
        with pytest.raises(RoleError, match="reset"):
            way()
    ended = Episode(played[0].task, limits=Limits(turns=2))
    ended.reset()
    ended.calculate("1 + 1")
    with pytest.raises(RoleError, match="over"):
        ended.say("One more thing.")
    with pytest.raises(RoleError, match="say a text"):
        Episode(played[0].task).say(None)  # type: ignore[arg-type]


class Mute(ScriptedUser):
    """Its model fails at the first word, so often."""

    def __init__(self, times: int) -> None:
        self.left = times

    async def speak(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn | None:
        self.left -= 1
        if self.left >= 0:
            raise LMError("no answer from the model")
        return await super().speak(task, domain, turns, seed)


def test_a_reset_that_fails_begins_nothing(played: list[Played]) -> None:
    """Where the user's model fails nothing can be played until a reset succeeds; where the row is no good the talk goes on."""
    item = played[0]
    episode = Episode(item.task, user=Mute(1))
    with pytest.raises(LMError):
        episode.reset()
    for act in (lambda: episode.say("Hello"), episode.verdict, episode.conversation):
        with pytest.raises(RoleError, match="not begun"):
            act()
    first = episode.reset()

    assert first == Episode(item.task).reset()
    for row in ({"task": "{"}, {"task_id": "nowhere"}, {"run_seed": 1.5}):
        with pytest.raises((ConfigError, StoreError)):
            episode.reset(**row)
    assert [turn.text for turn in episode.turns] == [first]
    assert episode.say("Hello!") is not None


def test_a_run_seed_is_no_seed_of_a_talk(played: list[Played]) -> None:
    """A row of the dataset has the `seed` of its talk, which changes nothing; `run_seed` is that of the run, and does."""
    item = played[0]
    episode = Episode(item.task)
    said = episode.reset()
    seed = episode.conversation().seed

    assert episode.reset(seed=12345) == said
    assert episode.conversation().seed == seed
    episode.reset(run_seed=12345)
    assert episode.conversation().seed != seed


@pytest.mark.parametrize(
    "play",
    [
        lambda one: one.calculate({1, 2}),
        lambda one: one.calculate(expression=b"1"),
        lambda one: one.calculate(float("nan")),
        lambda one: one.call("calculate", {"expression": [1e999]}),
        lambda one: one.call("calculate", [1]),
        lambda one: one.call("calculate", None),
        lambda one: one.call(7, {}),
        lambda one: one.act("Hello"),
        lambda one: one.act(None),
        lambda one: one.act(Turn("agent", None)),
        lambda one: one.act(Turn("agent", calls=("calculate",))),
        lambda one: one.act(Turn("agent", calls=(Call("calculate", "{"),))),
    ],
)
def test_what_no_agent_can_do_is_refused(played: list[Played], play: Any) -> None:
    """Values that are no JSON, and turns that are none: one error of ours, and the talk is as it was."""
    episode = Episode(played[0].task)
    episode.reset()
    with pytest.raises(RoleError):
        play(episode)

    assert len(episode.turns) == 1
    assert "2" in episode.calculate("1 + 1")


SCHEMA = {
    "type": "function",
    "function": {
        "name": "find",
        "description": "Find it.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "stars": {"type": "integer"}, "name": {"type": "string"}},
            "required": ["name"],
        },
    },
}


def test_what_may_be_left_out_is_left_out() -> None:
    """An argument that a server or trainer fills in with None never reaches the world; one that is required, or given, does."""
    seen: list[dict[str, Any]] = []
    find = method(SCHEMA, lambda _, __, given: seen.append(given) or "")
    find(None, "Ann")
    find(None, name="Ann", city=None, stars=4)
    find(None, name=None, stars=0)

    assert seen == [{"name": "Ann"}, {"name": "Ann", "stars": 4}, {"name": None, "stars": 0}]
    assert list(inspect.signature(find).parameters) == ["self", "name", "city", "stars"]


@pytest.mark.parametrize("name", ["reset", "say", "get_reward", "_episode"])
def test_a_tool_with_a_name_of_the_environments_own_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """TRL would call the tool instead; so no class is made, and the message names the tool."""
    schema = SCHEMA | {"function": SCHEMA["function"] | {"name": name}}
    monkeypatch.setattr(trl, "load", lambda _: SimpleNamespace(tools=(schema,), name="tau2:retail", slug="retail"))
    with pytest.raises(DomainError, match=name):
        trl.environment("retail")


def test_environments_of_a_domain_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its name, as a row's `environment` has it, beside one that comes with writ; two of one name are refused."""
    domain = library()
    (task,) = fill(Cell(domain=domain.name, kind="normal", writes=1, burden=2, count=1), 3, None).tasks
    row = playable(task, domain, "train", 0)
    made = trl.environments(domain.name, "retail")
    begun = made[str(row["environment"])]()

    assert sorted(made) == ["library", "retail"]
    assert begun.reset(**row)
    assert callable(getattr(begun, domain.tools[0]["function"]["name"]))
    assert begun.get_reward() == 0.0
    with pytest.raises(ConfigError, match="petshop"):
        trl.environments("petshop")
    monkeypatch.setattr(trl, "load", lambda name: SimpleNamespace(tools=(), name=name, slug="x"))
    with pytest.raises(ConfigError, match="town:library, other:library"):
        trl.environments("town:library", "other:library")


@pytest.mark.skipif(sys.platform == "darwin", reason="forking a process that has threads is not done there")
def test_a_process_that_is_forked_off_plays_on(played: list[Played]) -> None:
    """The loop of the parent is not there any more: the child gets one of its own instead of waiting for ever."""
    task, reader, writer = played[0].task, *os.pipe()
    said = Episode(task).reset()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of threads; that is the point
        child = os.fork()
    if not child:
        signal.alarm(60)  # dies of it rather than waits
        os.write(writer, Episode(task).reset().encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as heard:
        found = heard.read().decode()

    assert os.waitpid(child, 0)[1] == 0
    assert found == said
    assert Episode(task).reset() == said
