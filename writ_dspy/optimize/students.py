"""One role's program in its place, every other role frozen: what an optimizer compiles.

A rollout is one whole conversation, wording or voice, played on one event loop in a thread of its own, however many
threads the optimizer asks from. What a model's server or the verifier breaks is a crash, which says nothing of the
program; a reply that nobody could use is the program's.
"""

# Longer than 400 lines by a few: what a role is asked, and how its rollout is judged, are read together.

from __future__ import annotations

import asyncio
import dataclasses
import threading
import weakref
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Self, TypeVar

import dspy

from writ_dspy.conversation import Conversation, Finding, StopReason, Turn
from writ_dspy.domains import Domain, load
from writ_dspy.errors import ConfigError, RoleError, WritError, boundary
from writ_dspy.lm import BadReply, Connection, Usage
from writ_dspy.lm.engine import ServerWire
from writ_dspy.lm.server import conversation
from writ_dspy.programs.agent import ModelAgent
from writ_dspy.programs.compiled import fresh
from writ_dspy.programs.composer import Composer
from writ_dspy.programs.diversifier import ModelDiversifier
from writ_dspy.programs.guide import customer
from writ_dspy.programs.proposer import Phraser
from writ_dspy.programs.reader import Reader
from writ_dspy.programs.tries import Rejected, derive
from writ_dspy.programs.user import ModelUser
from writ_dspy.programs.wording import given
from writ_dspy.propose.mix import Cell
from writ_dspy.roles import Agent, Corrigible, User
from writ_dspy.simulate.loop import Job, Limits, converse, job
from writ_dspy.simulate.scripted import ScriptedAgent, ScriptedUser
from writ_dspy.task import Task
from writ_dspy.verify.checks import Verdict, verify

ROLES = ("proposer", "composer", "diversifier", "user", "agent")
Mode = Literal["guided", "free"]
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Reply:
    """One generation for a wording or a voice."""

    inputs: Mapping[str, Any]
    said: Any
    """The prediction; None where the reply could not be used."""


@dataclass(frozen=True, eq=False)
class Rollout:
    """What one try of one program at one task came to."""

    role: str
    task: Task
    talk: Conversation | None = None
    verdict: Verdict | None = None
    made: Task | None = None
    """Proposer, diversifier: the task in its new words; composer: another task of its cell. None when it was turned down."""
    rejected: str = ""
    """Why the role's own work could not be used."""
    crash: str = ""
    """What broke that is not the program's; such a rollout is never scored."""
    usage: Usage = field(default_factory=Usage)
    replies: tuple[Reply, ...] = ()
    """Proposer, diversifier: every reply about this task, in order."""
    beside: str = ""
    """Diversifier: the last voice that the same program had for another customer."""
    partly: str = ""
    """Diversifier: why some sentence keeps its scripted wording."""

    @property
    def accepted(self) -> bool:
        """Whether a run would keep what came of it."""
        judged = self.verdict is None or self.verdict.accepted
        return judged and not self.rejected and not self.crash

    @property
    def exemplary(self) -> bool:
        """Whether others can learn from it: accepted, and nothing in it had to be left to the script."""
        return self.accepted and not self.partly


class Student(dspy.Module):
    """One role's program, the only part that an optimizer changes, with all that it takes to try it out.

    Args:
        role: One of `ROLES`.
        connection: To the role's model; its trace is left on.
        tasks: All that will be asked for by their ids; for a diversifier, with behaviours.
        mode: Of the agent: `guided` makes its look-ups and shows it how each request ends.
        seed: Two students with equal seeds ask the same.
        count: Told of every rollout, in the thread that asked for it; what it raises, `forward` raises.
        split: Official split whose entities and texts are off limits for a proposer.

    Raises:
        ConfigError: There is no such role, there are no tasks, or a diversifier's task has no behaviour.
    """

    def __init__(
        self,
        role: str,
        connection: Connection,
        tasks: Sequence[Task],
        *,
        mode: Mode = "free",
        seed: int = 0,
        count: Callable[[Rollout], None] | None = None,
        split: str | None = "base",
    ) -> None:
        super().__init__()
        if role not in ROLES:
            raise ConfigError(f"no role {role!r}; there are {', '.join(ROLES)}. Choose one of them.")
        if not tasks:
            raise ConfigError(f"no tasks to try the {role} on: pass some.")
        plain = next((task.id for task in tasks if task.behaviour is None), None)
        if role == "diversifier" and plain:
            raise ConfigError(
                f"task {plain} has no behaviour to be voiced: call `behaviour.assign` on the tasks first."
            )
        self.program: dspy.Module = fresh(role)
        self.stage = Stage(role, connection, tuple(tasks), mode, seed, count, split)

    def forward(self, key: str, attempt: int = 0) -> dspy.Prediction:
        """One rollout of the task with that id, as `.rollout`; another attempt is another draw."""
        rollout = self.stage.wait(self._rollout(key, attempt))
        if self.stage.count is not None:
            self.stage.count(rollout)
        return dspy.Prediction(rollout=rollout)

    async def aforward(self, key: str, attempt: int = 0) -> dspy.Prediction:
        """As `forward`, on the loop that is running."""
        rollout = await self._rollout(key, attempt)
        if self.stage.count is not None:
            self.stage.count(rollout)
        return dspy.Prediction(rollout=rollout)

    def open(self) -> None:
        """Connect before the first rollout, so that what is wrong with the model is said once.

        Raises:
            LMError: There is no connection.
            ConfigError: The model acts through its server's tools, of which no optimizer sees anything.
        """
        self.stage.wait(_Line(self.stage.connection).open(self.program))

    def close(self) -> None:
        """End the thread and let go of its connections; the student can be used again."""
        self.stage.close()

    async def _rollout(self, key: str, attempt: int) -> Rollout:
        stage, task = self.stage, self.stage.task(key)
        line = _Line(stage.connection)
        try:
            with boundary(RoleError, f"trying the {stage.role} out on {task.id}"):
                await line.open(self.program)
                if stage.elsewhere is None:
                    rollout = await stage.play(line, self.program, task, attempt + line.draw)
                else:
                    rollout = await stage.elsewhere(self.program, key, attempt)
                    line.usage += rollout.usage
        except WritError as failure:
            rollout = Rollout(stage.role, task, crash=str(failure))
        line.settle()
        return dataclasses.replace(rollout, usage=line.usage)


def examples(tasks: Sequence[Task]) -> list[dspy.Example]:
    """The tasks as an optimizer takes them."""
    return [dspy.Example(key=task.id).with_inputs("key") for task in tasks]


# ----------------------------------------------------------------------------- playing


@dataclass(eq=False)
class Stage:
    """What all copies of a student share; an optimizer copies the student for each of its candidates."""

    role: str
    connection: Connection
    tasks: tuple[Task, ...]
    mode: Mode
    seed: int
    count: Callable[[Rollout], None] | None
    split: str | None

    def __post_init__(self) -> None:
        self._starting = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: Callable[[], object] | None = None
        self.elsewhere: Callable[[dspy.Module, str, int], Awaitable[Rollout]] | None = None
        """Plays the rollouts in place of this process, where there is one."""
        self._places = {task.id: index for index, task in enumerate(self.tasks)}
        self._room: dict[str, Limits] = {}

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def task(self, key: str) -> Task:
        """The task with that id.

        Raises:
            ConfigError: There is none.
        """
        if key not in self._places:
            raise ConfigError(f"no task {key!r} among the {len(self.tasks)} of this student. Pass it when making one.")
        return self.tasks[self._places[key]]

    async def play(self, line: _Line, program: Any, task: Task, attempt: int) -> Rollout:
        """One rollout; what breaks is raised."""
        domain = load(task.domain)
        work = job(task, attempt, self.seed)
        conversation.set(work.id)
        match self.role:
            case "proposer":
                return await self._word(line, program, work, domain)
            case "composer":
                return await self._compose(line, program, work, domain)
            case "diversifier":
                return await self._voice(line, program, work, domain, derive(self.seed, "voices", attempt))
            case "user":
                return await self._talk(work, domain, _Watched(ModelUser(line, program), ScriptedAgent()))
        return await self._talk(
            work, domain, _Watched(ScriptedUser(), ModelAgent(line, program, guided=self.mode == "guided"))
        )

    async def _talk(self, work: Job, domain: Domain, roles: _Watched) -> Rollout:
        talk = await converse(work, domain, roles, roles, await self._limits(work.task, domain))
        if talk.stop is StopReason.CRASHED and roles.fault is None:
            return Rollout(self.role, work.task, talk, crash=talk.error)
        why = "" if roles.fault is None else f"no usable step at turn {len(talk.turns)}: {roles.fault}"
        return Rollout(self.role, work.task, talk, verify(work.task, talk, domain), rejected=why)

    async def _limits(self, task: Task, domain: Domain) -> Limits:
        """Room for half as many turns again as the script took: what a talk in circles costs is bounded by that."""
        if task.id not in self._room:
            script = await converse(job(task, 0, self.seed), domain, ScriptedUser(), ScriptedAgent())
            self._room[task.id] = Limits(turns=len(script.turns) * 3 // 2 + 8)
        return self._room[task.id]

    async def _word(self, line: _Line, program: Any, work: Job, domain: Domain) -> Rollout:
        phraser = Phraser(line, program, self.split)
        try:
            made = await phraser.phrase(work.task, domain, work.seed)
        except Rejected as why:
            return Rollout(self.role, work.task, rejected=str(why), replies=tuple(line.replies))
        return Rollout(self.role, work.task, made=made, replies=tuple(line.replies))

    async def _compose(self, line: _Line, program: Any, work: Job, domain: Domain) -> Rollout:
        """A goal for a customer with whom the cell of the task can be met; who reads its words back is no part of the program."""
        task, axes = work.task, work.task.axes
        cell = Cell(
            domain=domain.name, kind=task.kind, writes=axes.writes, burden=axes.burden, denied=axes.denied, count=1
        )
        customer_id = await asyncio.to_thread(customer, domain, cell, work.seed, self.split)
        if customer_id is None:
            raise RoleError(f"nobody was found with whom {cell} can be met. Leave {task.id} out.")
        beside = _Line(line.shared)
        await beside.open(program)
        beside.keep_trace = False
        composer = Composer(line, program, self.split, Reader(beside, split=self.split))
        try:
            found = await composer.compose(cell, domain, customer_id, work.seed)
        except Rejected as why:
            return Rollout(self.role, task, rejected=str(why), replies=tuple(line.replies))
        finally:
            line.usage += beside.usage
        return Rollout(self.role, task, made=found.task, replies=tuple(line.replies))

    async def _voice(self, line: _Line, program: Any, work: Job, domain: Domain, seed: int) -> Rollout:
        """Voices for this customer and the next one, so that a program with one voice for all is found out.

        The seed is the same for all tasks: what is asked about the next one is then what its own rollout asks.
        """
        task, place = work.task, self._places[work.task.id]
        both = [task, self.tasks[(place + 1) % len(self.tasks)]][: len(self.tasks)]
        done = await ModelDiversifier(line, program).diversify(both, seed)
        made = done.tasks[0]
        replies, others = ([r for r in line.replies if _about(r, one)] for one in (task, both[-1]))
        beside = others[-1].said.voice if others and others[-1].said is not None and both[-1] is not task else ""
        found = Rollout(self.role, task, replies=tuple(replies), beside=beside)
        if not (made.behaviour and made.behaviour.voice):
            return dataclasses.replace(found, rejected=done.scripted[task.id])
        talk = await converse(dataclasses.replace(work, task=made), domain, ScriptedUser(), ScriptedAgent())
        verdict = verify(made, talk, domain)
        return dataclasses.replace(found, talk=talk, verdict=verdict, made=made, partly=done.partly.get(task.id, ""))

    # ------------------------------------------------------------------ the thread

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """The result, from the stage's own loop; it sees the caller's context, and so fills the optimizer's trace."""
        with self._starting:
            if self._loop is None:
                self._loop = loop = asyncio.new_event_loop()
                thread = threading.Thread(target=_run, args=(loop, self.connection), name="writ-student", daemon=True)
                thread.start()
                self._end = weakref.finalize(self, _stop, loop, thread)
            future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def close(self) -> None:
        """End the thread and what the connection has open on its loop."""
        with self._starting:
            if self._loop is not None and self._end is not None:
                asyncio.run_coroutine_threadsafe(self.connection.aclose(), self._loop).result(10)
                self._end()
            self._loop = self._end = None


def _about(reply: Reply, task: Task) -> bool:
    """Whether a reply is about this customer; after the first one, only the sentences that are still open are asked for."""
    own = given(task)
    return all(sentence in own for sentence in reply.inputs["sentences"])


def _run(loop: asyncio.AbstractEventLoop, connection: Connection) -> None:
    asyncio.set_event_loop(loop)
    loop.run_forever()
    if isinstance(connection.wire, ServerWire):
        loop.run_until_complete(connection.wire.server.leave(id(connection)))
    loop.close()


def _stop(loop: asyncio.AbstractEventLoop, thread: threading.Thread) -> None:
    loop.call_soon_threadsafe(loop.stop)
    if thread is not threading.current_thread():
        thread.join(5)


class _Watched:
    """Both speakers; remembers what a program brought about that no talk could go on with."""

    def __init__(self, user: User, agent: Agent) -> None:
        self.user, self.agent = user, agent
        self.name = f"{user.name} and {agent.name}"
        self.fault: WritError | None = None

    async def speak(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn | None:
        try:
            return await self.user.speak(task, domain, turns, seed)
        except (BadReply, RoleError) as fault:
            self.fault = fault
            raise

    async def again(
        self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int, refused: Turn, faults: Sequence[Finding]
    ) -> Turn | None:
        if not isinstance(self.user, Corrigible):
            return await self.speak(task, domain, turns, seed)
        try:
            return await self.user.again(task, domain, turns, seed, refused, faults)
        except (BadReply, RoleError) as fault:
            self.fault = fault
            raise

    async def act(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn:
        try:
            return await self.agent.act(task, domain, turns, seed)
        except (BadReply, RoleError) as fault:
            self.fault = fault
            raise


class _Line(Connection):
    """The same connection with counters of its own, for one rollout."""

    def __init__(self, shared: Connection) -> None:
        self.shared = shared
        self.usage = Usage()
        self.draw = 0
        """Which sample an optimizer asks for that draws several."""
        self.replies: list[Reply] = []

    async def open(self, program: dspy.Module) -> None:
        """Connect, and take over what an optimizer says of the sample that it wants.

        Raises:
            LMError: There is no connection.
            ConfigError: The model acts through its server's tools, of which no optimizer sees anything.
        """
        await self.shared.ready()
        if self.shared.mode == "tools":
            raise ConfigError(
                f"{self.shared.settings.model} acts through its server's own tool calls, which leave no trace to learn "
                "from. Set `mode: schema` or `mode: prompt` for this model."
            )
        self.__dict__ |= {name: value for name, value in vars(self.shared).items() if name not in _OWN}
        self.keep_trace = True
        self.__dict__["adapter"] = self.shared.adapter
        asked: Mapping[str, Any] = next(
            (predictor.lm.kwargs for predictor in program.predictors() if predictor.lm is not None), {}
        )
        self.draw = asked.get("rollout_id") or 0
        if asked.get("temperature") is not None:
            self.settings = self.settings.model_copy(update={"temperature": asked["temperature"]})

    @property
    def model_name(self) -> str:
        return self.shared.model_name

    async def ready(self) -> None:
        await self.shared.ready()

    async def predict(self, predictor: dspy.Predict, **asked: Any) -> Any:
        inputs = {name: value for name, value in asked.items() if name in predictor.signature.input_fields}
        said = None
        try:
            said = await super().predict(predictor, lm=self.lm, **asked)
        finally:
            if "conversation" not in inputs:
                self.replies.append(Reply(inputs, said))
        return said

    def settle(self) -> None:
        """Add what this rollout used to what the connection has used."""
        total = self.shared.usage
        for name in (item.name for item in dataclasses.fields(Usage)):
            setattr(total, name, getattr(total, name) + getattr(self.usage, name))


_OWN = {name for name, value in vars(Connection).items() if isinstance(value, cached_property)} | {"usage"}
