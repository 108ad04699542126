"""A conversation as text for a prompt: it only ever grows at its end, so that a server can reuse the prefix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from writ_dspy.conversation import Turn
from writ_dspy.programs.tables import tabled
from writ_dspy.task import Call

Side = Literal["agent", "user"]
_NOBODY_YET = "(nothing yet)"


def as_text(turns: Sequence[Turn], side: Side) -> str:
    """One paragraph per turn, as that side sees it: a user sees no tool call, no result and no note."""
    return "\n".join(line for turn in turns for line in _lines(turn, side)) or _NOBODY_YET


def _lines(turn: Turn, side: Side) -> list[str]:
    if turn.role == "user":
        return [f"CUSTOMER: {turn.text}"]
    if turn.role == "tool":
        return [f"RESULT: {tabled(turn.text)}"] if side == "agent" else []
    calls = [f"CALL: {shown(call)}" for call in turn.calls] if side == "agent" else []
    if turn.thought and side == "agent":
        return [f"YOUR NOTE: {turn.thought}", *([f"AGENT: {turn.text}"] if turn.text else []), *calls]
    return [f"AGENT: {turn.text}", *calls] if turn.text else calls


def shown(call: Call) -> str:
    """A call as `tool {"argument": …}`."""
    return f"{call.tool} {call.text}"
