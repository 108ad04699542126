"""The verifier: no model judges acceptance.

Each check looks at a conversation laid out as a `Case` and yields findings; a conversation is accepted iff there is
none. A finding is one line of advice: the report, the optimizer and the developer read the same text.

A check that has nothing to judge by is not applicable, and what a check sees but cannot judge is counted: neither is a
finding, and neither passes in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

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
    provenance,
    replay,
)
from writ_dspy.verify.form import well_formed
from writ_dspy.verify.policy import policy
from writ_dspy.verify.said import said_before_used
from writ_dspy.verify.scope import NEEDS, WHOLE, Unknown
from writ_dspy.verify.steadfast import steadfast
from writ_dspy.verify.told import communicated
from writ_dspy.verify.user import user_faithful
from writ_dspy.verify.words import completed

CHECKS_VERSION = "18"
"""Changes whenever a check could judge a conversation differently."""
Outcome: TypeAlias = Literal["failed", "not applicable", "not judged", "passed"]
OUTCOMES: tuple[Outcome, ...] = ("failed", "not applicable", "not judged", "passed")
"""What a check comes to; the first that fits."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings of one conversation."""

    conversation_id: str
    task_id: str
    findings: tuple[Finding, ...]
    not_applicable: tuple[str, ...] = ()
    """Checks that had nothing to judge by, because the task does not say it."""
    not_judged: tuple[tuple[str, int], ...] = ()
    """Checks that saw something which they have no way to judge, with how often."""
    claims: tuple[tuple[str, int], ...] = ()
    """What the agent stated: how many claims were `judged`, and how many statements hold nothing that is (`open`)."""

    @property
    def accepted(self) -> bool:
        """True iff no check found anything."""
        return not self.findings

    def outcome(self, check: str) -> Outcome:
        """What one check came to."""
        if any(finding.check == check for finding in self.findings):
            return "failed"
        if check in self.not_applicable:
            return "not applicable"
        return "not judged" if check in dict(self.not_judged) else "passed"

    def to_json(self) -> dict[str, Json]:
        """The record that the run keeps; what is empty of `not_applicable`, `not_judged` and `claims` is left out."""
        more: dict[str, Json] = {
            "not_applicable": list(self.not_applicable), "not_judged": dict(self.not_judged), "claims": dict(self.claims),
        }  # fmt: skip
        return {
            "id": self.conversation_id, "task_id": self.task_id, "accepted": self.accepted, "checks": CHECKS_VERSION,
            "findings": [finding.to_json() for finding in self.findings],
        } | {name: value for name, value in more.items() if value}  # fmt: skip


Check = Callable[[Case], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (
    replay, end_state, no_unwanted_write, identified_before_write, provenance, authenticated_first, policy,
    confirmed_before_write, said_before_used, one_call_per_turn, grounded, communicated, steadfast, user_faithful, completed, clean,
    well_formed,
)  # fmt: skip


def verify(task: Task, talk: Conversation, domain: Domain, unknown: Unknown = WHOLE) -> Verdict:
    """All findings of one conversation; a malformed one has findings, too.

    Args:
        task: What the conversation is about.
        talk: The conversation.
        domain: The domain of both.
        unknown: What is not known of the task; nothing is judged by it.
    """
    case = Case(task, talk, domain, unknown)
    left_out = tuple(check.__name__ for check in CHECKS if NEEDS.get(check.__name__) in unknown)
    findings = tuple(finding for check in CHECKS if check.__name__ not in left_out for finding in check(case))
    return Verdict(talk.id, task.id, findings, left_out, tuple(case.unjudged.items()), tuple(case.claims.items()))
