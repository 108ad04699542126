"""An episode is the conversation loop turned inside out: whoever plays it gets what a run would have given, and a reward that is exact."""

from __future__ import annotations

import asyncio
import inspect
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import writ_dspy as writ
from tests.calls import ENVIRONMENT, ROOT
from tests.simulate.foreign import Foreign, hears_all
from tests.simulate.foreign_words import STYLES
from tests.simulate.playing import Played, play, some_of
from tests.standins.perfect import Perfect
from tests.standins.server import StandIn
from writ_dspy.codec import to_json
from writ_dspy.conversation import StopReason, Turn
from writ_dspy.domains import Domain, load
from writ_dspy.errors import ConfigError, LMError
from writ_dspy.propose.mix import default_mix
from writ_dspy.propose.proposer import fill
from writ_dspy.roles import Agent
from writ_dspy.simulate.behaviour import assign
from writ_dspy.simulate.loop import Limits
from writ_dspy.simulate.scripted import CarelessAgent, ScriptedAgent, ScriptedUser
from writ_dspy.simulate.scripted.agent import Desk
from writ_dspy.simulate.scripted.careless import HABITS, spoiled
from writ_dspy.task import KINDS, Task
from writ_dspy.train import Episode
from writ_dspy.train.progress import MOST


def driven(episode: Episode, agent: Agent) -> Episode:
    """The episode, played by an agent to its end."""
    episode.reset()
    seed = episode.conversation().seed
    while not episode.done:
        episode.act(asyncio.run(agent.act(episode.task, episode.domain, episode.turns, seed)))
    return episode


def without_intents(turns: Sequence[Turn]) -> list[tuple[Any, ...]]:
    return [(turn.role, turn.text, turn.calls, turn.error) for turn in turns]


def gold_again(item: Played, user: str = "scripted") -> Episode:
    """The agent's side of a conversation once more, by the public methods alone: words and calls, and no intent."""
    episode = Episode(item.task, user=user, run_seed=0)
    episode.reset()
    for turn in item.talk.turns:
        if turn.role == "agent" and not episode.done:
            for call in turn.calls:
                getattr(episode, call.tool)(**call.args)
            if not turn.calls:
                episode.say(turn.text)
    return episode


@pytest.mark.long
def test_gold_without_intents_is_worth_one(played: list[Played]) -> None:
    """The words and calls of the careful agent, of every kind of task, through the methods of the episode: 1.0 each time."""
    for item in played:
        episode = gold_again(item)

        assert episode.done
        assert (episode.reward(), episode.reward(shaped=True)) == (1.0, 1.0), episode.verdict().findings
        assert without_intents(episode.turns) == without_intents(item.talk.turns)


def test_an_episode_is_the_loop(played: list[Played]) -> None:
    """For a careless agent, too, turns, end and redraws are those of `converse`, and so is the verdict."""
    for item in some_of(played):
        talk = play(item.task, CarelessAgent()).talk
        episode = driven(Episode(item.task, run_seed=0), CarelessAgent())

        assert episode.conversation().turns == talk.turns
        assert (episode.conversation().stop, episode.conversation().redraws) == (talk.stop, talk.redraws)
        assert episode.verdict().findings == writ.verify(item.task, talk).findings


def test_an_agent_of_others_is_served(played: list[Played]) -> None:
    """Another agent's words come to the right end state, and where the checks accept them the reward is 1.0, else 0.0."""
    for index, item in enumerate(some_of([item for item in played if hears_all(item.task)])):
        episode = driven(Episode(item.task, run_seed=0), Foreign(index % len(STYLES)))
        checks = {finding.check for finding in episode.verdict().findings}

        assert not checks & {"end_state", "no_unwanted_write"}
        assert episode.reward() == float(not checks)


class Spoiled(ScriptedAgent):
    """The careful agent with one bad habit."""

    def __init__(self, habit: str) -> None:
        self.habit = habit

    async def act(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn:
        desk = Desk(task, domain, turns, seed)
        return spoiled(self.habit, desk, desk.next())


WANTED = {
    "writes early": "confirmed_before_write", "skips the confirmation": "confirmed_before_write", "guesses": "confirmed_before_write",
    "talks while calling": "one_call_per_turn", "writes twice": "no_unwanted_write", "skips authentication": "authenticated_first",
    "keeps answers to itself": "communicated", "gives up": "end_state", "invents an id": "provenance",
    "reads too little": "identified_before_write", "claims without doing": "end_state",
}  # fmt: skip
"""A check that each habit fails."""


@pytest.mark.parametrize("habit", sorted({*HABITS} - {"none"}))
@pytest.mark.long
def test_each_bad_habit_is_worth_nothing(played: list[Played], habit: str) -> None:
    """Wherever it shows, the reward is 0.0 and a check says why; shaped it is at most half."""
    shown, found = 0, set()
    for item in played[::3]:
        if habit == "keeps answers to itself" and not item.task.goal.tells:
            continue  # nothing was asked for, so nothing is kept back
        episode = driven(Episode(item.task, run_seed=0), Spoiled(habit))
        if without_intents(episode.turns) == without_intents(item.talk.turns):
            continue
        said = " ".join(turn.text for turn in episode.turns if turn.role == "agent").replace(",", "").lower()
        if habit == "keeps answers to itself" and all(
            word.replace(",", "").removesuffix(".00").lower() in said for word in item.task.told
        ):
            continue  # the list before the yes had told it already
        shown += 1
        found |= {finding.check for finding in episode.verdict().findings}

        assert episode.reward() == 0.0, item.task.id
        assert episode.verdict().findings
        assert 0.0 <= episode.reward(shaped=True) <= MOST

    assert shown >= 2
    assert WANTED[habit] in found


def test_reads_raise_the_shaped_reward_and_a_wrong_write_takes_it(played: list[Played]) -> None:
    """Step by step it never falls on the gold path, begins at what needs no read, and is gone with one write that nobody wants."""
    item = next(
        one
        for one in played
        if one.task.domain == "tau2:retail" and one.task.axes.writes == 1 and one.task.axes.burden > 3
        if not next(turn for turn in one.talk.turns if turn.role == "agent").calls
    )
    episode, seen = Episode(item.task), []
    episode.reset()
    for turn in item.talk.turns:
        if turn.role == "agent" and not episode.done:
            episode.act(turn)
            seen.append(episode.reward(shaped=True))

    assert seen == sorted(seen)
    assert seen[0] == 0.0
    assert len(set(seen)) >= item.task.axes.burden
    assert seen[-1] == 1.0

    spoiled = Episode(item.task)
    spoiled.reset()
    for turn in item.talk.turns:
        if turn.calls and spoiled.domain.kinds[turn.calls[0].tool] == "read":
            spoiled.act(Turn("agent", calls=turn.calls))
    assert 0.0 < spoiled.reward(shaped=True) <= MOST
    order = next(key for key, one in spoiled.domain.tables["orders"].items() if one["status"] == "pending")
    spoiled.cancel_pending_order(order, "no longer needed")
    assert spoiled.reward(shaped=True) == 0.0


def test_every_tool_is_a_method_that_says_what_it_takes() -> None:
    """Types and an `Args:` section for each parameter, in both domains; values by place and by name are the same call."""
    for name in ("retail", "airline"):
        episode = Episode(domain=name)
        for schema in load(name).tools:
            function = schema["function"]
            tool = getattr(episode, function["name"])
            taken = inspect.signature(tool).parameters
            told = re.findall(r"^    (\w+): \S", inspect.getdoc(tool).partition("Args:\n")[2], re.MULTILINE)

            assert inspect.ismethod(tool)
            assert list(taken) == told == list(function["parameters"]["properties"])
            assert all(one.annotation is not inspect.Parameter.empty for one in taken.values())
            assert inspect.signature(tool).return_annotation is str


def test_arguments_by_place_are_those_by_name(played: list[Played]) -> None:
    """A call by place answers as one by name; an odd argument is refused by the world and stands in the talk."""
    item = next(one for one in played if one.task.domain == "tau2:retail")
    user = next(iter(item.domain.tables["users"]))
    first, second = Episode(item.task), Episode(item.task)
    first.reset()
    second.reset()

    assert first.get_user_details(user) == second.get_user_details(user_id=user) != ""
    assert first.turns == second.turns
    assert "rror" in first.get_user_details(user_id=user, planet="Mars")
    assert first.turns[-1].error
    for wrong in (lambda: first.get_user_details(user, user), lambda: first.get_user_details(user, user_id=user)):
        with pytest.raises(TypeError, match="get_user_details"):
            wrong()
    with pytest.raises(AttributeError, match=r"no tool 'fly'.*get_user_details"):
        first.fly()


def test_every_episode_has_a_world_of_its_own(played: list[Played]) -> None:
    """What one changes, no other sees, and a reset undoes it."""
    item = next(one for one in played if one.task.domain == "tau2:retail" and one.task.gold)
    order = next(key for key, one in item.domain.tables["orders"].items() if one["status"] == "pending")
    mine, other = Episode(item.task), Episode(item.task)
    before = mine.reset()
    other.reset()
    mine.cancel_pending_order(order, "no longer needed")

    assert "cancelled" in mine.get_order_details(order)
    assert "cancelled" not in other.get_order_details(order)
    assert mine.reset() == before
    assert "cancelled" not in mine.get_order_details(order)


def test_a_task_comes_from_a_run_a_row_or_its_json(small_run: Path) -> None:
    """By id, as a row with other columns, as JSON text or object: the same first words, which are those of the run."""
    run = writ.load(small_run)
    chat = run.conversations()[0]
    task = chat.task
    text = json.dumps(to_json(task))
    said = Episode(run=small_run, task_id=task.id).reset()

    assert said == chat.talk.turns[0].text
    assert (
        Episode(run=small_run).reset(task_id=task.id, prompt=[{"role": "user", "content": "?"}], kind="normal") == said
    )
    seed = run.settings.seed
    assert Episode().reset(task=text, run_seed=seed) == Episode().reset(task=json.loads(text), run_seed=seed) == said
    assert Episode(task, run_seed=seed).reset() == said


def test_episodes_of_several_domains(played: list[Played]) -> None:
    """One object plays tasks of both, and has the tools of the task at hand alone; with `domain` it plays no other."""
    by_domain = {item.task.domain: item.task for item in played}
    episode = Episode()
    episode.reset(task=by_domain["tau2:retail"])
    assert callable(episode.get_order_details)
    episode.reset(task=by_domain["tau2:airline"])
    assert callable(episode.book_reservation)
    assert not hasattr(episode, "get_order_details")

    with pytest.raises(ConfigError, match="retail alone"):
        Episode(domain="retail").reset(task=by_domain["tau2:airline"])


class Failing(ScriptedUser):
    """Its model fails once."""

    def __init__(self) -> None:
        self.left = 1

    async def speak(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn | None:
        await asyncio.sleep(0)  # a model's user suspends
        if len(turns) > 1 and self.left:
            self.left -= 1
            raise LMError("no answer from the model")
        return await super().speak(task, domain, turns, seed)


def test_what_the_users_model_failed_at_can_be_said_again(played: list[Played]) -> None:
    """The turn is not made, and the next one goes on where it was."""
    item = played[0]
    episode, careful = Episode(item.task, user=Failing()), Episode(item.task)
    episode.reset()
    careful.reset()
    said = next(turn.text for turn in item.talk.turns if turn.role == "agent" and turn.text)
    with pytest.raises(LMError):
        episode.say(said)

    assert len(episode.turns) == 1
    assert episode.say(said) == careful.say(said)


def test_a_model_speaks_for_the_user(played: list[Played]) -> None:
    """By its URL: what it says is what the agent hears; the agent that does all is worth 1.0, and who gives up 0.0."""
    some = some_of(played, 2)
    with StandIn(Perfect((item.task, item.talk) for item in some)) as server:
        for item in some:
            episode = gold_again(item, server.url)

            assert episode.done
            assert (episode.reward(), episode.verdict().findings) == (1.0, ())
            assert without_intents(episode.turns) == without_intents(item.talk.turns)
            lazy = Episode(item.task, user=server.url, run_seed=0)
            assert lazy.reset() == item.talk.turns[0].text
            assert lazy.reward() == 0.0


ENDS = """
import sys
import writ_dspy as writ
run, url = sys.argv[1:]
print(writ.Episode(run=run, task_id=writ.load(run).tasks()[0].id, user=url).reset())
"""


@pytest.mark.long
def test_a_process_ends_in_silence(small_run: Path) -> None:
    """Also where a model has spoken for the user: no trace of connections that were open stands behind the last line."""
    task = writ.load(small_run).tasks()[0]
    first = next(chat.talk for chat in writ.load(small_run).conversations() if chat.task.id == task.id)
    with StandIn(Perfect([(task, first)])) as server:
        done = subprocess.run([sys.executable, "-c", ENDS, str(small_run), server.url], capture_output=True, text=True, check=False, env=ENVIRONMENT, cwd=ROOT)  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == first.turns[0].text


def test_an_endless_talk_ends(played: list[Played]) -> None:
    """At the limit the episode is done, and worth nothing."""
    episode = Episode(played[0].task, limits=Limits(turns=6))
    episode.reset()
    while not episode.done:
        episode.calculate("1 + 1")

    assert len(episode.turns) >= 6
    assert episode.conversation().stop is StopReason.TURN_LIMIT
    assert "completed" in {finding.check for finding in episode.verdict().findings}


def test_an_episode_that_is_not_done_is_worth_nothing(played: list[Played]) -> None:
    """Also where all was done right so far; it can be judged at any time."""
    episode = Episode(played[0].task)
    episode.reset()

    assert not episode.done
    assert episode.reward() == 0.0
    assert episode.verdict().outcome("completed") == "failed"


@pytest.mark.slow
def test_gold_without_intents_on_500_tasks() -> None:
    """All of 500 tasks of the default mix, every kind in both domains: 1.0 each."""
    kinds, count = set(), 0
    for cell in default_mix(["tau2:retail", "tau2:airline"], 500).cells:
        for task in assign(fill(cell, 11, "base").tasks, 11, count):
            episode = gold_again(play(task))
            assert episode.reward() == 1.0, (task.id, episode.verdict().findings)
            kinds.add((task.domain, task.kind))
            count += 1

    assert count == 500
    assert len(kinds) == 2 * len(KINDS)
