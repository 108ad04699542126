"""The proposer with a model: it words tasks that code has sampled; code decides whether they are the same tasks.

Nothing that a model writes is believed. A wording has to state every detail and is read back to the same gold. What fails
is asked for again with the reason, a bounded number of times, and then turned down with that reason.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable, Sequence
from contextlib import aclosing
from typing import Any

import dspy

from writ_dspy.domains import Domain, load
from writ_dspy.evidence.found import Unresolved
from writ_dspy.lm import Connection
from writ_dspy.programs.guide import spoken
from writ_dspy.programs.reader import Reader
from writ_dspy.programs.tries import ROOM, TRIES, Line, Rejected, attempt, derive
from writ_dspy.programs.wording import Rewording
from writ_dspy.propose.accept import wants, words_are_fair
from writ_dspy.propose.firewall import firewall
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.proposer import Filled, fill
from writ_dspy.signatures.proposer import GivenSentence, PhraseRequest, ReadRequest
from writ_dspy.task import Task

SPARE = 4
"""One spare task is drawn for every so many that are wanted."""


class ProposerProgram(dspy.Module):
    """Words a task and reads the words back."""

    def __init__(self) -> None:
        super().__init__()
        self.phrase = dspy.Predict(PhraseRequest)
        self.read_back = dspy.Predict(ReadRequest)

    async def aforward(
        self, sentences: list[GivenSentence], toolbox: str, examples: str, records: str = "", objection: str = ""
    ) -> dspy.Prediction:
        """The new sentences and brief, and the goal that a reader finds in the sentences."""
        worded = await self.phrase.acall(sentences=sentences, objection=objection)
        request = " ".join(sentence.text for sentence in worded.rewritten)
        read = await self.read_back.acall(
            toolbox=toolbox, examples=examples, records=records, request=request, objection=""
        )
        return dspy.Prediction(rewritten=worded.rewritten, brief=worded.brief, reading=read.reading, goal=read.goal)


# ----------------------------------------------------------------------------- wording


class Phraser:
    """Rewrites the wording of tasks that code sampled; their goals, and so their gold, stay as they are."""

    def __init__(
        self, connection: Connection, program: ProposerProgram | None = None, split: str | None = "base"
    ) -> None:
        self._connection = connection
        self._program = program or ProposerProgram()
        self._split = split
        self._reader = Reader(connection, self._program.read_back, split)
        self.name = connection.model_name

    async def phrase(self, task: Task, domain: Domain, seed: int) -> Task:
        """The task in a person's words, with a new id.

        Raises:
            Rejected: No wording states it all, gives nothing away, and is read back to the same gold.
        """
        held = Rewording(task)
        clear = set[str]()

        async def once(number: int, objection: str) -> Task:
            reply = await self._connection.predict(
                self._program.phrase,
                seed=derive(seed, task.id, number),
                max_tokens=max(self._connection.settings.max_tokens, ROOM),
                sentences=held.asked,
                objection=held.told(objection),
            )
            worded = held.take(reply.rewritten, reply.brief)
            brief = _briefed(worded)
            text = ""
            try:
                self._fair(worded, domain)
                for text in (spoken(worded.identity, worded.requests), brief):
                    if text not in clear:  # who has read it once gets to the same again
                        await self._reader.read_back(worded, text, domain, derive(seed, task.id, number, text))
                        clear.add(text)
            except Rejected as rejected:
                held.reopen(rejected.keys, brief=text == brief)
                rejected.advice = f"in the brief, {rejected.advice}" if text == brief else rejected.advice
                raise
            return worded

        return await attempt(TRIES, once, self._connection.usage)

    def _fair(self, task: Task, domain: Domain) -> None:
        """Both the sentences and the brief state all, name no stranger's id, and give nothing away."""
        said = " ".join(text for r in task.requests for text in (r.opening, *(slot.text for slot in r.slots)))
        for text in (said, task.instruction):
            one = dataclasses.replace(task, instruction=text)
            try:
                words_are_fair(one, domain)
            except Unresolved as reason:
                raise Rejected(_unfair(str(reason)), str(reason)) from reason
            wall = firewall(task.domain, self._split) if self._split else None
            if wall and (breach := wall.breach(one, "", {})):
                words = f": {wall.repeated(text)!r}" if wall.repeated(text) else ""
                raise Rejected("the firewall", f"the wording {breach}{words}; word it differently")


def _briefed(task: Task) -> str:
    """What an actor is told, as a reader gets it: the customer in the first person, the brief in the second."""
    return f"{task.identity.text} Whoever plays this customer is told: {task.instruction}"


def _unfair(reason: str) -> str:
    """The reason of `accept`, so that like reasons count together."""
    if reason.startswith("the request does not state"):
        return "a detail is missing: a value"
    if reason.startswith("the request gives"):
        return "gives the answer away"
    return "names what the user does not know" if reason.startswith("the request names") else reason


# ----------------------------------------------------------------------------- cells


class ModelProposer:
    """Fills a cell with tasks that code has drafted and a model has worded."""

    def __init__(self, connection: Connection, wording: ProposerProgram | None = None) -> None:
        self._connection = connection
        self._wording = wording or ProposerProgram()
        self.name = connection.model_name

    def reader(self, split: str | None = "base") -> Reader:
        """Who reads words of others back with this model."""
        return Reader(self._connection, self._wording.read_back, split)

    async def fill(
        self, cell: Cell, seed: int, split: str | None, drafted: Filled | None = None, kept: Sequence[Task] = ()
    ) -> Filled:
        """At most as many tasks as the cell lacks, and why others were turned down.

        Args:
            cell: What to make.
            seed: The run's seed.
            split: Official split whose entities and texts are off limits.
            drafted: The tasks to be worded, some more than wanted; drawn here if absent.
            kept: Tasks that the cell has; what they ask for is not asked for again.
        """
        filled = Filled(cell, kept=len(kept))
        async with aclosing(self.filling(filled, seed, split, drafted, kept)) as tasks:
            async for _ in tasks:
                pass
        return filled

    async def filling(
        self, filled: Filled, seed: int, split: str | None, drafted: Filled | None = None, kept: Sequence[Task] = ()
    ) -> AsyncGenerator[Task]:
        """As `fill`, into `filled`; each task comes as soon as those before it in the cell are settled.

        The order is that of the drafts, whichever reply came first, so a cell that is left half filled holds the first
        of its tasks.
        """
        cell = filled.cell
        domain = load(cell.domain)
        drafted = drafted or fill(with_spare(cell), seed, split)
        known = set(map(wants, kept))
        drafts = [task for task in drafted.tasks if wants(task) not in known]
        phraser = Phraser(self._connection, self._wording, split)

        def make(index: int) -> Coroutine[Any, Any, Task]:
            return phraser.phrase(drafts[index], domain, seed)

        async with aclosing(_settling(filled, range(len(drafts)), make, kept)) as settled:
            async for one in settled:
                if isinstance(one, str):
                    self._connection.usage.turned_down[one] += 1
                else:
                    yield one
        if len(drafted.tasks) < cell.count:
            filled.turned_down += drafted.turned_down


def with_spare(cell: Cell) -> Cell:
    """The cell with some more tasks, to make up for wordings that are turned down."""
    return cell.model_copy(update={"count": cell.count + -(-cell.count // SPARE)})


async def _settling(
    filled: Filled,
    numbers: Iterable[int],
    make: Callable[[int], Coroutine[Any, Any, Task]],
    kept: Sequence[Task] = (),
) -> AsyncGenerator[Task | str]:
    """Tasks in the order of their numbers, and why one was turned down, until the cell is full or no number is left.

    As many are made at once as are missing; one that is turned down makes room for the next number at once.
    """
    coming = iter(numbers)

    async def settled(index: int) -> Task | Rejected:
        try:
            return await make(index)
        except Rejected as rejected:
            begin(1)
            return rejected

    def begin(count: int) -> None:
        for index in itertools.islice(coming, count):
            line.begin(settled(index))

    wanted = filled.cell.count - filled.kept
    known = set(map(wants, kept))
    async with Line[Task | Rejected]() as line:
        begin(wanted)
        while len(line) and len(filled.tasks) < wanted:
            task = await anext(line)
            if isinstance(task, Rejected):
                reason = task.reason
            elif wants(task) not in known:
                known.add(wants(task))
                filled.tasks.append(task)
                yield task
                continue
            else:
                reason = "the same goal again"
                begin(1)
            filled.turned_down[reason] += 1
            yield reason
