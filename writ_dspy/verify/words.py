"""How a conversation came to its end, and what no conversation may hold."""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy.conversation import Finding, StopReason, Turn
from writ_dspy.verify.case import Case, short


def completed(case: Case) -> Iterator[Finding]:
    """The conversation came to an end by itself."""
    if case.talk.stop not in (StopReason.USER_DONE, StopReason.TRANSFERRED):
        yield Finding("completed", case.last, case.talk.stop.value, "an end by the user, within the limits")


def clean(case: Case) -> Iterator[Finding]:
    """No turn is empty, cut off, or a repetition of the speaker's last one."""
    last: dict[str, Turn] = {}
    for index, turn in enumerate(case.talk.turns):
        if turn.role == "tool":
            continue
        text = turn.text.strip()
        if not text and not turn.calls:
            yield Finding("clean", index, "an empty turn", "a text or a call")
        if text and text == last.get(turn.role, Turn("user")).text.strip():
            yield Finding("clean", index, f"{short(text)!r} again", "something new")
        if text and not turn.calls and turn.role == "agent" and text[-1] not in ".?!:)\"'”…*":
            yield Finding("clean", index, f"…{text[-30:]!r}", "a finished sentence")
        last[turn.role] = turn
