"""How far an unfinished or rejected episode has come: the shaped reward, worked out from the evidence and the gold."""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy.conversation import Conversation
from writ_dspy.domains import Domain
from writ_dspy.task import Task
from writ_dspy.verify import Case
from writ_dspy.verify.deeds import authenticated_first, no_unwanted_write
from writ_dspy.verify.policy import policy

MOST = 0.5
"""What an episode that is not accepted can earn at most."""
FORBIDDEN = (no_unwanted_write, authenticated_first, policy)
"""Checks of deeds that no later step can mend: what they find earns nothing."""


def progress(task: Task, talk: Conversation, domain: Domain) -> float:
    """In [0, 0.5]: half the share of reads and writes that were made, averaged over what was asked for.

    Each decision and each question counts the same. Its steps are the reads that identify it, each counted once however
    often it is made, and the gold write where there is one. A write that nobody wants, that policy forbids, or a look at
    the records of a user who has not been identified takes all of it.
    """
    case = Case(task, talk, domain)
    if any(True for check in FORBIDDEN for _ in check(case)):
        return 0.0
    shares = list(_shares(case))
    return MOST * sum(shares) / len(shares) if shares else 0.0


def _shares(case: Case) -> Iterator[float]:
    """Of each decision, then of each question: the share of its steps that were made."""
    atom, seen = case.domain.pack.atom, case.atoms(None)
    turns = [*case.gold_turns, *(None for _ in case.task.goal.tells)]
    for outcome, read, written in zip(case.task.outcomes, case.read_by, turns, strict=True):
        wanted = len(outcome.evidence)
        # other reads than those of the certificate may identify it, too
        read_steps = (
            wanted
            if read is not None
            else sum(atom(call, case.domain.read(call).text) in seen for call in outcome.evidence)
        )
        made, steps = read_steps + (written is not None), wanted + (outcome.call is not None)
        if steps:
            yield made / steps
