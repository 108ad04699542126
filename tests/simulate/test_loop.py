"""The conversation loop: limits, crashes, redraws, canonical calls, and no waiting for the slow."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from tests.simulate.playing import Played
from tests.standins.clock import at_once
from writ_dspy.conversation import Finding, StopReason, Turn, conversation_from_json, conversation_to_json
from writ_dspy.domains import Domain, load
from writ_dspy.simulate.loop import Limits, StepJudge, converse, job, simulate
from writ_dspy.simulate.scripted import ScriptedAgent, ScriptedUser
from writ_dspy.task import Call, Task


class Endless:
    """Both roles: always has something to say."""

    name = "endless"

    async def speak(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn | None:
        return Turn("user", f"And another thing, number {len(turns)}.")

    async def act(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn:
        return Turn("agent", f"I see, number {len(turns)}.")


class Broken(Endless):
    """Raises at the second agent turn."""

    async def act(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn:
        if len(turns) > 1:
            raise KeyError("lost the thread")
        return Turn("agent", "Hello.")


class Confused(ScriptedUser):
    """Names an order that is not its own, unless it is asked again."""

    async def speak(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn | None:
        turn = await super().speak(task, domain, turns, seed)
        wrong = not turns and seed % 2 == job(task, 0, 0).seed % 2
        return Turn("user", f"{turn.text} #W9999999", intent=turn.intent) if turn and wrong else turn


class Corrected(Confused):
    """Names it, too, and keeps what it is told of that."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, str]] = []

    async def again(
        self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int, refused: Turn, faults: Sequence[Finding]
    ) -> Turn | None:
        self.told += [(refused.text, fault.saw) for fault in faults]
        return await self.speak(task, domain, turns, seed)


class Slow(ScriptedAgent):
    """Takes a while over one task."""

    def __init__(self, task_id: str) -> None:
        self._task_id = task_id

    async def act(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn:
        await asyncio.sleep(0.05 if task.id == self._task_id else 0)
        return await super().act(task, domain, turns, seed)


def test_an_endless_talk_is_cut_off(tasks: list[Task]) -> None:
    """Two roles that never stop are stopped at the limit, and the reason is kept."""
    talk = asyncio.run(converse(job(tasks[0], 0, 0), load(tasks[0].domain), Endless(), Endless(), Limits(turns=20)))

    assert talk.stop is StopReason.TURN_LIMIT
    assert len(talk.turns) == 20


def test_a_crash_is_data(tasks: list[Task]) -> None:
    """A role that raises ends its conversation alone; the error and the turns so far are kept."""
    talk = asyncio.run(converse(job(tasks[0], 0, 0), load(tasks[0].domain), Endless(), Broken()))

    assert talk.stop is StopReason.CRASHED
    assert "lost the thread" in talk.error
    assert len(talk.turns) == 3


def test_a_users_fault_is_drawn_again(tasks: list[Task]) -> None:
    """A message that names what this user cannot know is drawn again, and counted; the talk goes on with a good one."""
    task = next(task for task in tasks if task.domain == "tau2:retail")
    talk = asyncio.run(converse(job(task, 0, 0), load(task.domain), Confused(), ScriptedAgent()))

    assert talk.redraws == 1
    assert not any("#W9999999" in turn.text for turn in talk.turns)
    assert talk.stop is StopReason.USER_DONE


class Careless(ScriptedAgent):
    """Its first message, and its first write, are wrong until it was told so often; it keeps what it is told."""

    guided = True

    def __init__(self, until: int) -> None:
        self.until = until
        self.told: list[tuple[Turn, tuple[str, ...]]] = []

    async def act(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn:
        turn = await super().act(task, domain, turns, seed)
        return self._spoiled(turn, domain) if self.until else turn

    async def act_again(
        self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int, refused: Turn, faults: Sequence[Finding]
    ) -> Turn:
        self.told.append((refused, tuple(fault.check for fault in faults)))
        turn = await super().act(task, domain, turns, seed)
        return turn if len([one for one, _ in self.told if one == refused]) >= self.until else refused

    def _spoiled(self, turn: Turn, domain: Domain) -> Turn:
        if turn.calls and domain.kinds[turn.calls[0].tool] == "write":
            return Turn("agent", calls=(Call.of(turn.calls[0].tool, {**turn.calls[0].args, "order_id": "#W0000000"}),))
        return Turn("agent", "<think>Hm.</think>") if turn.text and not self.told else turn


def wrong(_task: Task, _domain: Domain, turns: Sequence[Turn], _hinted: bool) -> list[Finding]:
    """A judge of the two."""
    text, calls = turns[-1].text, turns[-1].calls
    odd = "<think>" in text or any(call.args.get("order_id") == "#W0000000" for call in calls)
    return [Finding("clean", len(turns) - 1, "it", "another one")] if odd else []


def cancels(tasks: list[Task]) -> Task:
    """A task that writes to an order."""
    return next(task for task in tasks if task.gold and "order_id" in task.gold[0].args)


@pytest.mark.parametrize("until", [1, 2])
def test_a_step_that_is_judged_wrong_is_not_taken(until: int, tasks: list[Task]) -> None:
    """Neither sent nor made: the agent is told, as often as needed, and does what it would have done with the right ones at once."""
    task = cancels(tasks)
    domain, agent, limits = load(task.domain), Careless(until), Limits(corrections=2)
    talk = asyncio.run(converse(job(task, 0, 0), domain, ScriptedUser(), agent, limits, judge=wrong))
    right = asyncio.run(converse(job(task, 0, 0), domain, ScriptedUser(), ScriptedAgent(), limits, judge=wrong))

    assert [turn.calls for turn in talk.turns if turn.calls] == [turn.calls for turn in right.turns if turn.calls]
    assert not [finding for at in range(len(talk.turns)) for finding in wrong(task, domain, talk.turns[: at + 1], True)]
    assert not any(turn.error for turn in talk.turns)
    assert (talk.stop, right.redraws) == (StopReason.USER_DONE, 0)
    assert talk.redraws == len(agent.told) >= 2 * until
    assert {checks for _, checks in agent.told} == {("clean",)}


def test_the_last_draw_stands(tasks: list[Task]) -> None:
    """Whoever does not mend a step takes it: the verifier has the last word."""
    task = cancels(tasks)
    domain, agent = load(task.domain), Careless(9)
    talk = asyncio.run(
        converse(job(task, 0, 0), domain, ScriptedUser(), agent, Limits(turns=9, corrections=2), judge=wrong)
    )

    assert "<think>Hm.</think>" in [turn.text for turn in talk.turns if turn.role == "agent"]
    assert talk.redraws == len(agent.told) == 2


@pytest.mark.parametrize(("corrections", "judge"), [(0, wrong), (2, None)])
def test_nobody_is_told_unless_it_is_asked_for(corrections: int, judge: StepJudge | None, tasks: list[Task]) -> None:
    """A student that is measured plays as it is."""
    task = cancels(tasks)
    agent = Careless(1)
    limits = Limits(turns=9, corrections=corrections)
    talk = asyncio.run(converse(job(task, 0, 0), load(task.domain), ScriptedUser(), agent, limits, judge=judge))

    assert "<think>Hm.</think>" in [turn.text for turn in talk.turns]
    assert not agent.told


def test_who_cannot_be_told_is_not_judged(tasks: list[Task]) -> None:
    """A script would say the same again."""

    def never(*_: object) -> list[Finding]:
        raise AssertionError("judged")

    task = cancels(tasks)
    limits = Limits(corrections=2)
    talk = asyncio.run(
        converse(job(task, 0, 0), load(task.domain), ScriptedUser(), ScriptedAgent(), limits, judge=never)
    )

    assert talk.stop is StopReason.USER_DONE


def test_calls_are_played_in_canonical_form(tasks: list[Task]) -> None:
    """An argument of another spelling is put right before the call; one that makes no sense answers an error."""

    class Sloppy(Endless):
        async def act(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn:
            if len(turns) > 3:
                return Turn("agent", "Thanks.")
            amount = "100" if len(turns) == 1 else "many"
            return Turn("agent", calls=(Call.of("send_certificate", {"amount": amount, "user_id": "mia_li_3668"}),))

    task = next(task for task in tasks if task.domain == "tau2:airline")
    talk = asyncio.run(converse(job(task, 0, 0), load(task.domain), Endless(), Sloppy(), Limits(turns=8)))
    calls = [turn.calls[0] for turn in talk.turns if turn.calls]

    assert calls[0] == Call.of("send_certificate", {"user_id": "mia_li_3668", "amount": 100})
    assert [turn.error for turn in talk.turns if turn.role == "tool"] == [False, True]


def test_a_slow_conversation_holds_up_no_other(tasks: list[Task]) -> None:
    """With several in flight, the slow one comes last, whatever its place; all come exactly once."""
    some = [task for task in tasks if task.domain == "tau2:airline"][:8]

    async def order() -> list[str]:
        jobs = [job(task, 0, 0) for task in some]
        agent = Slow(some[0].id)
        domains = {"tau2:airline": load("tau2:airline")}
        return [talk.task_id async for talk in simulate(jobs, domains, ScriptedUser(), agent, Limits(), 4)]

    finished = at_once(order())

    assert sorted(finished) == sorted(task.id for task in some)
    assert finished[-1] == some[0].id


def test_conversations_survive_json(played: list[Played]) -> None:
    """What is stored is what happened."""
    for item in played:
        assert conversation_from_json(conversation_to_json(item.talk)) == item.talk


def test_a_user_that_can_hear_it_is_told_what_was_wrong(tasks: list[Task]) -> None:
    """The refused message and why; the talk is the one of a user that cannot."""
    task, told = tasks[0], Corrected()
    talk = asyncio.run(converse(job(task, 0, 0), load(task.domain), told, ScriptedAgent()))
    deaf = asyncio.run(converse(job(task, 0, 0), load(task.domain), Confused(), ScriptedAgent()))

    ((refused, why),) = told.told
    assert refused.endswith("#W9999999")
    assert "#W9999999" in why
    assert (talk.turns, talk.redraws) == (deaf.turns, 1)
