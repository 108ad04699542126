"""How a conversation came to its end."""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy.conversation import Finding, StopReason
from writ_dspy.verify.case import Case


def completed(case: Case) -> Iterator[Finding]:
    """The conversation came to an end by itself."""
    if case.talk.stop not in (StopReason.USER_DONE, StopReason.TRANSFERRED):
        yield Finding("completed", case.last, case.talk.stop.value, "an end by the user, within the limits")
