"""The verifier: no model judges acceptance.

Each check looks at a conversation laid out as a `Case` and yields findings; a conversation is accepted iff there is
none. A finding is one line of advice: the report, the optimizer and the developer read the same text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from writ_dspy.conversation import Conversation, Finding
from writ_dspy.domains import Domain
from writ_dspy.task import Json, Task
from writ_dspy.verify.case import Case
from writ_dspy.verify.claims import grounded
from writ_dspy.verify.clean import clean
from writ_dspy.verify.consent import confirmed_before_write
from writ_dspy.verify.deeds import (
    authenticated_first,
    end_state,
    identified_before_write,
    no_unwanted_write,
    one_call_per_turn,
    policy,
    provenance,
    replay,
)
from writ_dspy.verify.told import communicated
from writ_dspy.verify.user import user_faithful
from writ_dspy.verify.words import completed

CHECKS_VERSION = "6"
"""Changes whenever a check could judge a conversation differently."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings of one conversation."""

    conversation_id: str
    task_id: str
    findings: tuple[Finding, ...]

    @property
    def accepted(self) -> bool:
        """True iff no check found anything."""
        return not self.findings

    def to_json(self) -> dict[str, Json]:
        """The record that the run keeps."""
        return {
            "id": self.conversation_id, "task_id": self.task_id, "accepted": self.accepted, "checks": CHECKS_VERSION,
            "findings": [finding.to_json() for finding in self.findings],
        }  # fmt: skip


Check = Callable[[Case], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (
    replay, end_state, no_unwanted_write, identified_before_write, provenance, authenticated_first, policy,
    confirmed_before_write, one_call_per_turn, grounded, communicated, user_faithful, completed, clean,
)  # fmt: skip


def verify(task: Task, talk: Conversation, domain: Domain) -> Verdict:
    """All findings of one conversation.

    Raises:
        StoreError: A tool call has no recorded result: the conversation was cut or edited, so nothing can be judged.
    """
    case = Case(task, talk, domain)
    return Verdict(talk.id, task.id, tuple(finding for check in CHECKS for finding in check(case)))
