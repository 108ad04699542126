"""The conversation loop: limits, crashes, redraws, canonical calls, and no waiting for the slow."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from tests.simulate.playing import Played
from tests.standins.clock import at_once
from writ_dspy.conversation import Finding, StopReason, Turn, conversation_from_json, conversation_to_json
from writ_dspy.domains import Domain, load
from writ_dspy.simulate.loop import Limits, converse, job, simulate
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
