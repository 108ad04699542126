"""The two roles that talk, as protocols; scripted roles and language-model programs satisfy the same ones.

A role keeps no state between calls: all that it may know is in its arguments, so one instance serves thousands of
conversations, a turn can be drawn again, and a conversation can be resumed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from writ_dspy.conversation import Finding, Turn
from writ_dspy.domains import Domain
from writ_dspy.task import Task


class User(Protocol):
    """Speaks for the user."""

    name: str

    async def speak(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn | None:
        """The next user turn (`role` user), or None when the user is done."""


@runtime_checkable
class Corrigible(Protocol):
    """A user that can be told what was wrong with the message that it wrote; any other is just asked once more."""

    async def again(
        self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int, refused: Turn, faults: Sequence[Finding]
    ) -> Turn | None:
        """As `User.speak`, after a message was refused for these faults."""


class Agent(Protocol):
    """Speaks and acts for the service. It may look at `task` only as far as its own design allows."""

    name: str

    async def act(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn:
        """The next agent turn: a text, or one tool call."""


@runtime_checkable
class CorrigibleAgent(Protocol):
    """An agent that can be told what is wrong with a step before it is taken; any other one's steps stand as they are."""

    guided: bool
    """Whether it is shown what the task alone says, so that it may be told by that, too."""

    async def act_again(
        self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int, refused: Turn, faults: Sequence[Finding]
    ) -> Turn:
        """As `Agent.act`, after a step was refused for these faults."""
