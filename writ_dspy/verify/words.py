"""How a conversation came to its end."""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy.conversation import Finding, StopReason
from writ_dspy.verify.case import Case, short

AT_WORK = "an end in the middle of the agent's work"


def completed(case: Case) -> Iterator[Finding]:
    """The conversation came to an end by itself, and the agent had its say after the last thing it did."""
    last = case.talk.turns[-1] if case.talk.turns else None
    stop, working = case.talk.stop, last is not None and (last.role == "tool" or bool(last.calls))
    if stop is StopReason.TRANSFERRED and last is not None and not case.knows("ending"):
        return  # the record ends with the hand-over
    if stop is StopReason.CUT_OFF:
        yield Finding("completed", case.last, _where(case, working=working), "a record up to its end")
        return
    if stop not in (StopReason.USER_DONE, StopReason.TRANSFERRED):
        yield Finding("completed", case.last, stop.value, "an end by the user, within the limits")
    if stop is StopReason.TURN_LIMIT and working:
        return  # cut off at its work, which is said already
    if last is None or working:
        saw = "nothing said" if last is None else AT_WORK
        yield Finding("completed", case.last, saw, "a message of the agent after its last call")
    elif not any(turn.role == "agent" and turn.text.strip() for turn in case.talk.turns):
        yield Finding("completed", case.last, "no word of the agent", "an answer")


def _where(case: Case, *, working: bool) -> str:
    """Where the record of others ends."""
    if not case.talk.turns:
        return "no message of a user or an agent"
    place = AT_WORK if working else "an end before the last word"
    return f"{place}, by {short(case.talk.error, 40)}" if case.talk.error else place
