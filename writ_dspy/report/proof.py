"""What a task comes to, and on what: the gold of each decision, its evidence, and a witness for every read of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from writ_dspy.domains import Domain
from writ_dspy.errors import DomainError, WritError, boundary
from writ_dspy.evidence.found import Unresolved
from writ_dspy.evidence.witness import Search, Witness
from writ_dspy.task import Call, Decision, Json, Outcome, Task


@dataclass(frozen=True, slots=True)
class Proven:
    """One decision, or one thing to be told."""

    outcome: Outcome
    told: str
    """What the agent must say, where the user only asks to be told."""
    reads: tuple[tuple[Call, Witness | None], ...]
    """Its evidence, each read with a change to it alone that gives another outcome; None where none was found."""
    failed: str = ""
    """Why there is no proof, as for a task that was edited."""

    def lines(self) -> Iterator[str]:
        """The gold, then each read with its witness."""
        refused = f"to be refused: {self.outcome.refusal}" if self.outcome.refusal else f"to be told: {self.told}"
        yield f"gold      {self.outcome.call or refused}"
        for number, (read, proof) in enumerate(self.reads):
            yield f"{'' if number else 'evidence':9} {read}"
            how = (
                f"{'locates' if proof.locates else 'decides'}: had it shown {proof.change}: {proof.outcome}"
                if proof
                else ""
            )
            yield f"{'':11} {how or 'no witness found'}"
        if self.failed:
            yield f"{'':9} not proven: {self.failed}"

    def to_json(self) -> dict[str, Json]:
        """Plain JSON."""
        reads = [
            {
                "read": str(read),
                "change": proof and proof.change,
                "outcome": proof and proof.outcome,
                "locates": proof and proof.locates,
            }
            for read, proof in self.reads
        ]
        gold = str(self.outcome.call) if self.outcome.call else None
        return {
            "gold": gold,
            "refusal": self.outcome.refusal,
            "told": self.told,
            "evidence": reads,
            "failed": self.failed,
        }


def proven(task: Task, domain: Domain) -> tuple[Proven, ...]:
    """What each decision of the task comes to, proven anew on the domain's own database."""
    wishes = (*task.goal.decisions, *(tell.decision for tell in task.goal.tells))
    found = []
    for place, (wish, outcome) in enumerate(zip(wishes, task.outcomes, strict=False)):
        told = place - len(task.goal.decisions)
        what = task.told[told] if 0 <= told < len(task.told) else ""
        try:
            with boundary(DomainError, f"proving {task.id}"):
                found.append(_proven(wish, outcome, what, domain))
        except WritError as error:
            found.append(Proven(outcome, what, (), str(error)))
    return tuple(found)


def _proven(wish: Decision, outcome: Outcome, told: str, domain: Domain) -> Proven:
    try:
        search = Search(wish, domain, outcome.evidence)
        return Proven(outcome, told, tuple((read, search.witness(read)) for read in outcome.evidence))
    except Unresolved as error:
        return Proven(outcome, told, (), str(error))
