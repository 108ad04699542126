"""The conversation loop: user, agent and environment take turns until one of them comes to an end."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from writ_dspy.conversation import Conversation, Finding, StopReason, Turn
from writ_dspy.domains import Domain, World
from writ_dspy.errors import DeniedError, DomainError, RoleError, WritError, boundary
from writ_dspy.roles import Agent, Corrigible, CorrigibleAgent, User
from writ_dspy.simulate.faults import user_faults, wish_faults
from writ_dspy.simulate.leaving import transferred
from writ_dspy.simulate.wishes import Wanted, wanted_of
from writ_dspy.task import Call, Task


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a conversation is cut off."""

    turns: int = 200
    """All turns, tool results included."""
    redraws: int = 2
    """Fresh draws of a user turn that breaks the user's own rules; the last one stands."""
    corrections: int = 0
    """Fresh draws of an agent's step that is judged wrong before it is taken; the last one stands."""


StepJudge: TypeAlias = Callable[[Task, Domain, Sequence[Turn], bool], Sequence[Finding]]
"""What is wrong with the last of the turns, an agent's step that is not taken yet; whether it may be judged by what the task alone says."""


@dataclass(frozen=True, slots=True)
class Job:
    """One try at one task."""

    task: Task
    attempt: int
    seed: int

    @property
    def id(self) -> str:
        """The conversation's id: the same on every run with this task and attempt."""
        return f"{self.task.id}.{self.attempt}"


def job(task: Task, attempt: int, run_seed: int) -> Job:
    """A job whose seed depends on the run's seed, the task and the attempt alone."""
    text = f"{run_seed}/{task.id}/{attempt}"
    return Job(task, attempt, int.from_bytes(hashlib.sha256(text.encode()).digest()[:6]))


async def converse(
    work: Job,
    domain: Domain,
    user: User,
    agent: Agent,
    limits: Limits = Limits(),
    begun: Sequence[Turn] = (),
    judge: StepJudge | None = None,
) -> Conversation:
    """Play one conversation on a world of its own; whatever raises is stored with it, never scored.

    Args:
        work: What is played.
        domain: Of its task.
        user: Who speaks for the user.
        agent: Who serves.
        limits: Where it is cut off.
        begun: Turns that were made already, with a result for every call; it goes on from there.
        judge: Looks at each step of an agent that can be told what is wrong with it, as often as `limits.corrections` says.

    Raises:
        DeniedError: A role's model is out of reach for good; no other conversation would come further.
    """
    turns: list[Turn] = [*begun]
    redraws, error = 0, ""
    try:
        with boundary(RoleError, f"simulating {work.id}"):
            stop, redraws = await _play(work, domain, user, agent, limits, turns, judge)
    except DeniedError:
        raise
    except WritError as failure:
        stop, error = StopReason.CRASHED, str(failure)
    return Conversation(
        work.id, work.task.id, tuple(turns), stop, work.seed, agent.name, user.name, redraws=redraws, error=error
    )


async def simulate(
    jobs: Iterable[Job],
    domains: dict[str, Domain],
    user: User,
    agent: Agent,
    limits: Limits,
    concurrency: int,
    judge: StepJudge | None = None,
) -> AsyncIterator[Conversation]:
    """Conversations as they finish, at most `concurrency` at a time; a slow one holds up no other."""
    running: set[asyncio.Task[Conversation]] = set()
    try:
        for work in jobs:
            talk = converse(work, domains[work.task.domain], user, agent, limits, judge=judge)
            running.add(asyncio.create_task(talk))
            if len(running) >= concurrency:
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for finished in done:
                    yield finished.result()
        while running:
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for finished in done:
                yield finished.result()
    finally:
        for left in running:
            left.cancel()


async def _play(
    work: Job, domain: Domain, user: User, agent: Agent, limits: Limits, turns: list[Turn], judge: StepJudge | None
) -> tuple[StopReason, int]:
    world, redraws = world_after(domain, turns), 0
    while len(turns) < limits.turns:
        if turns and (turns[-1].role != "agent" or turns[-1].calls):
            acted, drawn = await _act(work, domain, agent, turns, limits, judge)
            redraws += drawn
            turns += played(domain, world, acted)
            continue
        spoken, drawn = await speak(work, domain, user, turns, limits)
        redraws += drawn
        if spoken is None:
            return ended(domain, turns), redraws
        turns.append(spoken)
    return StopReason.TURN_LIMIT, redraws


async def _act(
    work: Job, domain: Domain, agent: Agent, turns: Sequence[Turn], limits: Limits, judge: StepJudge | None
) -> tuple[Turn, int]:
    """The agent's next step, drawn again while it is judged wrong; with how often it was."""
    acted, drawn = await agent.act(work.task, domain, turns, work.seed), 0
    if judge is None or not isinstance(agent, CorrigibleAgent):
        return acted, drawn
    for drawn in range(limits.corrections):
        faults = judge(work.task, domain, [*turns, canonical(domain, acted)], agent.guided)
        if not faults:
            return acted, drawn
        acted = await agent.act_again(work.task, domain, turns, work.seed + drawn + 1, acted, faults)
    return acted, limits.corrections


def world_after(domain: Domain, turns: Sequence[Turn]) -> World:
    """A world of its own on which the calls of these turns have been made."""
    world = domain.world()
    for turn in turns:
        for call in turn.calls:
            if domain.kinds.get(call.tool) != "read":
                world.call(call)
    return world


async def speak(
    work: Job, domain: Domain, user: User, turns: Sequence[Turn], limits: Limits
) -> tuple[Turn | None, int]:
    """A user turn, drawn again while it says what this user cannot know, or does not want; with how often it was."""
    wanted = wanted_of(work.task, domain)
    turn, faults = None, list[Finding]()
    for redraw in range(limits.redraws + 1):
        seed = work.seed + redraw
        if turn is not None and isinstance(user, Corrigible):
            turn = await user.again(work.task, domain, turns, seed, turn, faults)
        else:
            turn = await user.speak(work.task, domain, turns, seed)
        faults = [] if turn is None else _faults(work.task, domain, wanted, turns, turn)
        if not faults:
            break
    return turn, redraw


def _faults(task: Task, domain: Domain, wanted: Wanted, before: Sequence[Turn], turn: Turn) -> list[Finding]:
    return [*user_faults(task, domain, before, turn), *wish_faults(wanted, before, turn)]


def played(domain: Domain, world: World, acted: Turn) -> list[Turn]:
    """An agent's turn with its calls in canonical form, and what the world answers to each."""
    acted = canonical(domain, acted)
    return [acted, *(_result(world, call) for call in acted.calls)]


def canonical(domain: Domain, acted: Turn) -> Turn:
    """An agent's turn with its calls in canonical form."""
    return replace(acted, calls=tuple(_canonical(domain, call) for call in acted.calls)) if acted.calls else acted


def ended(domain: Domain, turns: Sequence[Turn]) -> StopReason:
    """How a talk ended of which the user has left."""
    return StopReason.TRANSFERRED if transferred(domain, turns) else StopReason.USER_DONE


def _canonical(domain: Domain, call: Call) -> Call:
    """The call in canonical form; one that the domain would not validate is played as it is, and answers an error."""
    try:
        return domain.canonical(call.tool, call.args)
    except DomainError:
        return call


def _result(world: World, call: Call) -> Turn:
    result = world.call(call)
    return Turn("tool", result.text, error=result.error)
