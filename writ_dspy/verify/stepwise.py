"""A step of the agent before it is taken: judged by what stands before it, so that a model can be told and write another one.

What is found is what `checks` would find of the conversation afterwards, by the same checks. Those that look at how a conversation goes
on, or at the result of a call, say nothing here.
"""

from __future__ import annotations

from collections.abc import Sequence

from writ_dspy.conversation import Conversation, Finding, StopReason, Turn
from writ_dspy.domains import Domain
from writ_dspy.task import Task, untold
from writ_dspy.verify.case import Case
from writ_dspy.verify.checks import Check
from writ_dspy.verify.claims import grounded
from writ_dspy.verify.clean import clean
from writ_dspy.verify.consent import confirmed_before_write
from writ_dspy.verify.deeds import (
    authenticated_first,
    identified_before_write,
    no_unwanted_write,
    one_call_per_turn,
    provenance,
)
from writ_dspy.verify.policy import policy
from writ_dspy.verify.said import said_before_used
from writ_dspy.verify.scope import NEEDS, NOTHING, Unknown
from writ_dspy.verify.steadfast import steadfast

UNDER_WAY: Unknown = frozenset({"ending"})
"""Of a conversation that goes on."""
OF_STEPS: tuple[Check, ...] = (
    no_unwanted_write, identified_before_write, provenance, authenticated_first, policy, confirmed_before_write, said_before_used,
    one_call_per_turn, grounded, steadfast, clean,
)  # fmt: skip
"""Checks that judge a step by what stands before it."""


def step_faults(task: Task, domain: Domain, turns: Sequence[Turn], hinted: bool) -> list[Finding]:
    """What is wrong with the last turn, a step of the agent that is not taken yet; and where it is a write, with its proposal.

    A proposal of what the user has not said becomes a fault when it is acted upon.

    Args:
        task: What the conversation is about.
        domain: Its domain.
        turns: The conversation up to this step, calls in canonical form.
        hinted: Whether the agent may learn what the task alone says; else it is judged by the conversation and the policy.
    """
    if hinted:
        return _found(task, domain, turns, UNDER_WAY)
    found = _found(task, domain, turns, NOTHING | UNDER_WAY)
    if not found:
        return found
    plain = _found(untold(domain.name), domain, turns, NOTHING | UNDER_WAY)
    return [finding for finding in found if finding in plain]  # what the task holds may excuse, and is never told


def _found(task: Task, domain: Domain, turns: Sequence[Turn], unknown: Unknown) -> list[Finding]:
    at = len(turns) - 1
    found = _all(task, domain, turns, unknown)
    if all(finding.turn == at for finding in found):
        return found
    writes = any(domain.kinds.get(call.tool) == "write" for call in turns[at].calls)
    known = _all(task, domain, turns[:at], unknown) if writes else ()
    return [finding for finding in found if finding.turn == at or (writes and finding not in known)]


def _all(task: Task, domain: Domain, turns: Sequence[Turn], unknown: Unknown) -> list[Finding]:
    case = Case(task, Conversation("", task.id, tuple(turns), StopReason.CUT_OFF, 0, "", ""), domain, unknown)
    able = [check for check in OF_STEPS if NEEDS.get(check.__name__) not in unknown]
    return [finding for check in able for finding in check(case)]
