"""Real tasks played by the scripted roles; what several test files look at."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from writ_dspy.codec import identify
from writ_dspy.conversation import Conversation
from writ_dspy.domains import Dial, Domain, load
from writ_dspy.propose.accept import settle_draft
from writ_dspy.roles import Agent
from writ_dspy.simulate.loop import converse, job
from writ_dspy.simulate.scripted import ScriptedAgent, ScriptedUser
from writ_dspy.task import Kind, Task

T = TypeVar("T")
CELLS: tuple[tuple[Kind, int, int], ...] = (
    ("normal", 1, 2), ("normal", 1, 3), ("read-heavy", 1, 4), ("read-heavy", 1, 6), ("write-intensive", 2, 3),
    ("write-intensive", 3, 4), ("no-write", 0, 3), ("no-write", 0, 4),
)  # fmt: skip
PER_CELL = int(os.environ.get("WRIT_PLAYED_PER_CELL", "4"))
"""Tasks of each; `./check slow` plays more, and looks at all of them."""
WHOLE = PER_CELL > 4


def transfer() -> Task:
    """A request that policy wants handed over to a human: few of the default mix are."""
    domain, rng = load("tau2:airline"), random.Random(0)
    recipe = next(recipe for recipe in domain.pack.recipes if recipe.name == "cancel a disrupted trip")
    for user in domain.pack.users(domain):
        draft = recipe.draft(domain, user, Dial(2, "knows ids", refuse=True), rng)
        if draft is not None:
            task = identify(settle_draft(draft, "no-write", domain))
            if task.outcomes[0].transfer:
                return task
    raise AssertionError("no user has a trip that was partly flown")


@dataclass(frozen=True)
class Played:
    """A task with the conversation that the scripted roles had about it."""

    task: Task
    talk: Conversation
    domain: Domain

    def saying(self, at: int, text: str) -> Conversation:
        """With another text at a turn, and as far as the checks look from there: to the result of the write that follows."""
        turns = list(self.talk.turns)
        turns[at] = replace(turns[at], text=text)
        writes = (
            i for i in range(at, len(turns)) if any(self.domain.kinds[one.tool] == "write" for one in turns[i].calls)
        )
        return replace(self.talk, turns=tuple(turns[: next(writes, len(turns)) + 2]))


def some_of(items: Sequence[T], most: int = 12) -> Sequence[T]:
    """So many at most, spread over all; `./check slow` takes every one."""
    return items if WHOLE else items[:: (len(items) - 1) // most + 1]


def play(task: Task, agent: Agent | None = None, seed: int = 0, domain: Domain | None = None) -> Played:
    """One conversation with the scripted user, in the task's own domain or in one that is to be like it."""
    domain = domain or load(task.domain)
    talk = asyncio.run(converse(job(task, 0, seed), domain, ScriptedUser(), agent or ScriptedAgent()))
    return Played(task, talk, domain)
