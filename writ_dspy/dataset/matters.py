"""Which messages of a conversation decide it: a column beside the messages, for weights or a mask in a trainer."""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy.conversation import Conversation, Turn
from writ_dspy.domains import Domain
from writ_dspy.simulate.acts import heard
from writ_dspy.task import Task

EVIDENCE, WRITE, REFUSAL = "evidence", "write", "refusal"
"""A read that an outcome rests on, the first time that it is made; a gold write; the words of a refusal, for the policy or for a condition of the user's own."""


def matters(task: Task, talk: Conversation, domain: Domain) -> list[str]:
    """For the system prompt and each turn, why it matters; empty where it is like any other."""
    return ["", *_turns(task, talk, domain)]


def _turns(task: Task, talk: Conversation, domain: Domain) -> Iterator[str]:
    atom, turns = domain.pack.atom, talk.turns
    gold = {domain.effect(call) for call in task.gold}
    wanted = {atom(call, domain.read(call).text) for outcome in task.outcomes for call in outcome.evidence}
    refused = any(outcome.refusal is not None for outcome in task.decided)
    for index, turn in enumerate(turns):
        shown = {
            atom(call, result.text)
            for call, result in zip(turn.calls, turns[index + 1 :], strict=False)
            if domain.kinds.get(call.tool) == "read"
        }
        if any(domain.effect(call) in gold for call in turn.calls):
            yield WRITE
        elif shown & wanted:
            yield EVIDENCE
        else:
            yield REFUSAL if refused and _refuses(turn) else ""
        wanted -= shown


def _refuses(turn: Turn) -> bool:
    return turn.role == "agent" and bool(turn.text) and "refusal" in heard(turn.text).kinds
