"""What the agent has said before a turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from writ_dspy.domains.values import Value, values


@dataclass(frozen=True)
class Heard:
    """All of the agent's messages so far; looked at only where a sentence makes it necessary."""

    messages: Sequence[str]

    @cached_property
    def text(self) -> str:
        """All of them, in lower case."""
        return "\n".join(self.messages).lower().replace("’", "'")

    @cached_property
    def last(self) -> str:
        """The last one, in lower case."""
        return self.messages[-1].lower().replace("’", "'") if self.messages else ""

    @cached_property
    def values(self) -> tuple[Value, ...]:
        """All values that they state."""
        return tuple(value for message in self.messages for value in values(message))
