"""Results written backwards: from the rows wished for to the text that a tool would return, and what it shows."""

from __future__ import annotations

from collections.abc import Callable

from writ_dspy.domains.integrity import Compose
from writ_dspy.domains.observed import Lens, Observation, Views
from writ_dspy.task import Call


def composing(lens: Lens, write: Callable[[Call, Views, Observation], str | None]) -> Compose:
    """A `Compose` that writes the text and reads it again, so that all that follows from the rows follows."""

    def compose(call: Call, views: Views, real: Observation) -> Observation | None:
        text = write(call, views, real)
        return None if text is None else Observation(text, False, lens(call, text))

    return compose


def method_id(name: str, kind: str) -> str:
    """The id of a payment method begins with its kind, also where it is an invented one."""
    return f"{kind}_{'~' * name.count('~')}{name.rpartition('_')[2].lstrip('~')}"
