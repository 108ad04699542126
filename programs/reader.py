"""Reading back: whoever reads the words of a task, and does not see its goal, gets to the same goal."""

from __future__ import annotations

import dspy

from writ_dspy.domains import Domain
from writ_dspy.lm import Connection
from writ_dspy.programs.guide import guide
from writ_dspy.programs.reading import misread
from writ_dspy.programs.records import looked_up
from writ_dspy.programs.tries import ROOM, Rejected, attempt, derive
from writ_dspy.signatures.proposer import ReadRequest
from writ_dspy.task import Task

READINGS = 2
"""Readers of one wording; it is clear if one of them gets to the gold, which nobody gets to by chance."""


class Reader:
    """Reads requests with a model.

    Args:
        connection: To the model.
        read: A predictor of `ReadRequest`; the one of the package by default.
        split: Official split whose entities no example shows.
    """

    def __init__(self, connection: Connection, read: dspy.Predict | None = None, split: str | None = "base") -> None:
        self._connection = connection
        self._read = read or dspy.Predict(ReadRequest)
        self._split = split

    async def read_back(self, task: Task, text: str, domain: Domain, seed: int, *, exact: bool = False) -> None:
        """A reader of the text gets to the task's goal, its customer's own limits included; `exact` as `misread` takes it.

        Raises:
            Rejected: None of them does.
        """
        known = guide(task.domain, self._split)

        again = ""

        async def once(number: int, objection: str) -> None:
            nonlocal again
            told, again = again or objection, ""
            reply = await self._connection.predict(
                self._read,
                seed=derive(seed, number),
                max_tokens=max(self._connection.settings.max_tokens, ROOM),
                toolbox=f"{known.tools}\n{known.bare}",
                examples=known.read_examples,
                records=looked_up(text, domain),
                request=text,
                objection=told,
            )
            wrong = misread(task, reply.goal, domain, known.tables, exact=exact)
            if wrong:
                again = wrong.again
                raise Rejected(f"not read back: {wrong.gist}", wrong.advice, lasting=True, keys=wrong.keys)

        await attempt(READINGS, once, self._connection.usage)
