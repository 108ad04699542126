"""How a conversation came to its end."""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy.conversation import Finding, StopReason
from writ_dspy.verify.case import Case


def completed(case: Case) -> Iterator[Finding]:
    """The conversation came to an end by itself, and the agent had its say after the last thing it did."""
    if case.talk.stop not in (StopReason.USER_DONE, StopReason.TRANSFERRED):
        yield Finding("completed", case.last, case.talk.stop.value, "an end by the user, within the limits")
    last = case.talk.turns[-1] if case.talk.turns else None
    if last is not None and case.talk.stop is StopReason.TRANSFERRED and not case.knows("ending"):
        return  # the record ends with the hand-over
    if case.talk.stop is StopReason.TURN_LIMIT and last is not None and (last.role == "tool" or last.calls):
        return  # cut off at its work, which is said already
    if last is None or last.role == "tool" or last.calls:
        saw = "nothing said" if last is None else "an end in the middle of the agent's work"
        yield Finding("completed", case.last, saw, "a message of the agent after its last call")
    elif not any(turn.role == "agent" and turn.text.strip() for turn in case.talk.turns):
        yield Finding("completed", case.last, "no word of the agent", "an answer")
