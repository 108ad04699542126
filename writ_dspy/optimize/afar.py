"""Rollouts on the nodes of a Ray cluster: played and judged there, while the budget, the ledger and every reply stay here.

A node has no line to a model: what a program asks comes back, and is answered as if it had been asked here. So a lost node takes
nothing with it that was paid for; its rollouts are played once more elsewhere, up to where they were from the replies that are kept.
"""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import dspy

from writ_dspy.errors import RoleError, WritError, brief
from writ_dspy.lm import Connection, LMSettings
from writ_dspy.lm import Mode as Form
from writ_dspy.lm.engine import ForeignWire
from writ_dspy.lm.server import conversation
from writ_dspy.optimize.candidate import State, put, state_of
from writ_dspy.optimize.students import Mode, Rollout, Stage, Student
from writ_dspy.optimize.tape import under
from writ_dspy.run.cluster import LONGEST, Cluster
from writ_dspy.task import Task

if TYPE_CHECKING:
    from dspy.lm15 import Request, Response

Answer = tuple["Response", float]
Step = tuple[str, Mapping[str, Any], Mapping[str, Any]]
"""Of a trace: the predictor's name, inputs, outputs."""


@dataclass(frozen=True)
class Cast:
    """All that makes the students of a run on a node."""

    role: str
    settings: LMSettings
    model: str
    form: Form
    """How structured output is asked for."""
    sets: tuple[tuple[Task, ...], ...]
    """The tasks of each student."""
    mode: Mode
    seed: int
    split: str | None

    @classmethod
    def of(cls, connection: Connection, stages: Sequence[Stage]) -> Cast:
        """Of these students of one role, over a connection that has been looked at."""
        one = stages[0]
        sets = tuple(stage.tasks for stage in stages)
        return cls(
            one.role, connection.settings, connection.model_name, connection.mode, sets, one.mode, one.seed, one.split
        )


class Ask(NamedTuple):
    """A request of a rollout, on its way here."""

    number: int
    way: Literal["reply", "ask"]
    """The method of the wire that it is for."""
    request: Any
    conversation: str


class Done(NamedTuple):
    """A rollout that came to its end on a node, and what it left in DSPy's trace."""

    rollout: Rollout
    steps: list[Step]


# ----------------------------------------------------------------------------- on a node


@dataclass
class _Open:
    """A rollout that is being played on this node."""

    asked: asyncio.Queue[Ask] = field(default_factory=asyncio.Queue)
    waiting: dict[int, asyncio.Future[Answer]] = field(default_factory=dict)
    playing: asyncio.Task[Done] = field(init=False)

    async def ask(self, way: Literal["reply", "ask"], request: Any) -> Answer:
        number = len(self.waiting)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.waiting[number] = answer
        self.asked.put_nowait(Ask(number, way, request, conversation.get("")))
        return await answer


_open: ContextVar[_Open] = ContextVar("writ_rollout_of_a_node")


class _Posting(ForeignWire):
    """Sends a request to where its rollout was asked for."""

    def __init__(self) -> None:
        """It needs no engine."""

    async def reply(self, request: Request) -> Answer:
        return await _open.get().ask("reply", request)

    async def ask(self, body: Mapping[str, Any]) -> Answer:
        return await _open.get().ask("ask", body)


class _Posted(Connection):
    """The role's connection, as it is on a node."""

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast.settings, cast.role)
        self.wire, self.keep_trace, self._mode, self._ready = _Posting(), True, cast.form, True
        self._model = cast.model

    @property
    def model_name(self) -> str:
        return self._model


class Booth:
    """What stands on a core of a node; made there."""

    def __init__(self, cast: Cast) -> None:
        self._connection = _Posted(cast)
        self._students = [
            Student(cast.role, self._connection, tasks, mode=cast.mode, seed=cast.seed, split=cast.split)
            for tasks in cast.sets
        ]
        self._open: dict[int, _Open] = {}

    async def begin(
        self, number: int, which: int, key: str, attempt: int, state: State, draw: Mapping[str, Any]
    ) -> None:
        """Play a rollout of one of the students with a program in this state; `draw` is which sample is wanted of it."""
        student = self._students[which].deepcopy()
        put(state, student.program)
        if draw:
            student.program.set_lm(self._connection.lm.copy(**draw))
        one = self._open[number] = _Open()
        one.playing = asyncio.create_task(self._play(one, student, key, attempt))

    async def _play(self, one: _Open, student: Student, key: str, attempt: int) -> Done:
        _open.set(one)
        names = {id(predictor): name for name, predictor in student.program.named_predictors()}
        trace: list[Any] = []
        with dspy.context(trace=trace):
            made = await student.aforward(key, attempt)
        return Done(made.rollout, [(names[id(one)], inputs, dict(said.items())) for one, inputs, said in trace])

    async def come_to(self, number: int) -> list[Ask] | Done:
        """What the rollout asks next, as soon as it does; or what it came to."""
        one = self._open[number]
        asking = asyncio.create_task(one.asked.get())
        await asyncio.wait({asking, one.playing}, return_when=asyncio.FIRST_COMPLETED)
        if asking.done():
            return [asking.result()]
        asking.cancel()
        return self._open.pop(number).playing.result()

    async def answer(self, number: int, ask: int, found: Answer | WritError) -> None:
        """Go on with what a request came to."""
        waiting = self._open[number].waiting[ask]
        if isinstance(found, WritError):
            waiting.set_exception(found)
        else:
            waiting.set_result(found)

    async def drop(self, number: int) -> None:
        """Break a rollout off."""
        one = self._open.pop(number, None)
        if one is not None:
            one.playing.cancel()


# ----------------------------------------------------------------------------- here


class Afar:
    """Whoever plays rollouts, on the nodes of a cluster that is connected.

    Args:
        cluster: Connected; it outlives this.
        cast: Of the students.
        wire: Answers what their programs ask.
    """

    def __init__(self, cluster: Cluster, cast: Cast, wire: ForeignWire) -> None:
        self._cluster, self._wire = cluster, wire
        self._busy: Counter[Any] = Counter({cluster.actor(Booth, cast): 0 for _ in range(cluster.cores)})
        self._numbers = itertools.count()
        self._choosing = threading.Lock()  # each student has a thread of its own

    def close(self) -> None:
        """End what is under way on the nodes."""
        for booth in self._busy:
            self._cluster.end(booth)
        self._busy.clear()

    async def play(self, which: int, program: dspy.Module, key: str, attempt: int) -> Rollout:
        """A rollout of one of the students; what its program did is in the caller's trace.

        Raises:
            RoleError: Every node is lost, or the rollout broke where nobody expected it.
            Stop: Nothing more may be asked.
        """
        why = "there was none"
        while (booth := self._taken()) is not None:
            try:
                done = await self._played(booth, which, program, key, attempt)
            except Exception as error:  # Ray's own, of many kinds
                if not self._cluster.lost(error):
                    raise RoleError(
                        f"a rollout broke on a node of the cluster: {brief(str(error), LONGEST)}"
                    ) from error
                with self._choosing:
                    self._busy.pop(booth, None)
                why = str(error)
                _counted_anew()
                continue
            finally:
                with self._choosing:
                    if booth in self._busy:
                        self._busy[booth] -= 1
            predictors = dict(program.named_predictors())
            if dspy.settings.trace is not None:
                dspy.settings.trace.extend(
                    (predictors[name], inputs, dspy.Prediction(**said)) for name, inputs, said in done.steps
                )
            return done.rollout
        raise RoleError(
            f"every node of the cluster is lost. What finished is kept: start nodes again, and run the same command to go on. "
            f"The last one: {brief(why, LONGEST)}"
        )

    def _taken(self) -> Any:
        """The core that has least to do, which now has this, too; None if all are lost."""
        with self._choosing:
            booth = min(self._busy, key=lambda one: self._busy[one], default=None)
            if booth is not None:
                self._busy[booth] += 1
            return booth

    async def _played(self, booth: Any, which: int, program: dspy.Module, key: str, attempt: int) -> Done:
        number = next(self._numbers)
        draw: Mapping[str, Any] = next((one.lm.kwargs for one in program.predictors() if one.lm is not None), {})
        await _of(booth.begin.remote(number, which, key, attempt, state_of(program), dict(draw)))
        answering: set[asyncio.Task[None]] = set()
        coming = asyncio.create_task(_of(booth.come_to.remote(number)))
        try:
            while True:
                done, _ = await asyncio.wait({coming, *answering}, return_when=asyncio.FIRST_COMPLETED)
                for one in done & answering:
                    one.result()
                answering -= done
                if coming not in done:
                    continue
                found: list[Ask] | Done = coming.result()
                if isinstance(found, Done):
                    return found
                answering |= {asyncio.create_task(self._answer(booth, number, ask)) for ask in found}
                coming = asyncio.create_task(_of(booth.come_to.remote(number)))
        except BaseException:
            booth.drop.remote(number)
            raise
        finally:
            for one in (coming, *answering):
                one.cancel()

    async def _answer(self, booth: Any, number: int, ask: Ask) -> None:
        conversation.set(ask.conversation)
        found: Answer | WritError
        try:
            found = await (self._wire.reply if ask.way == "reply" else self._wire.ask)(ask.request)
        except WritError as error:  # which the rollout meets
            found = error
        await _of(booth.answer.remote(number, ask.number, found))


def _counted_anew() -> None:
    """What the rollout that is played once more has asked so far is asked again, and counted then."""
    now = under.get(None)
    if now is not None:
        now.calls, now.tokens = 0, [0, 0, 0]


async def _of(reference: Any) -> Any:
    """What a call on a node comes to."""
    return await asyncio.wrap_future(reference.future())
