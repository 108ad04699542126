"""What was said: every answer that was owed, and nothing that no conversation may hold."""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy.conversation import Finding, StopReason, Turn
from writ_dspy.verify.case import Case, short


def communicated(case: Case) -> Iterator[Finding]:
    """What the user asked to know was told; a refusal names its topic. Silence never passes."""
    texts = [turn.text.lower().replace(",", "") for turn in case.talk.turns if turn.role == "agent"]
    for told in case.task.told:
        if not any(told.lower() in text for text in texts):
            yield Finding("communicated", case.last, "no message with it", f"the user told {told!r}")
    if not case.task.gold and not texts:
        yield Finding("communicated", case.last, "silence", "an answer")


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
