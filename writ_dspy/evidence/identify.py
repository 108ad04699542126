"""Whether what was really read identifies an outcome: the smallest set of reads, or what shows the same."""

from __future__ import annotations

from collections.abc import Iterable

from writ_dspy.domains import Domain, Observation
from writ_dspy.evidence.found import Missing, Unresolved
from writ_dspy.evidence.links import standing_in
from writ_dspy.evidence.resolve import settle
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.task import Call, Decision, Only, Outcome, Query


def missing(
    outcome: Outcome, observed: Iterable[Call], domain: Domain, decision: Decision | None = None
) -> tuple[Call, ...]:
    """Reads of the evidence that nothing observed stands for; empty when the outcome is identified.

    Args:
        outcome: What the decision comes to.
        observed: Atoms of the calls that were made.
        domain: The domain of both.
        decision: With it, a result that shows a row of another read stands for that read, where the row is all that
            was wanted of it: a connection shows the fares of both its legs.
    """
    have = set(observed)
    unread = tuple(call for call in outcome.evidence if domain.pack.atom(call, domain.read(call).text) not in have)
    return () if unread and decision is not None and _pieced_together(decision, have, domain) else unread


def identified(outcome: Outcome, observed: Iterable[Call], domain: Domain, decision: Decision | None = None) -> bool:
    """Whether what an agent really observed (atoms of its calls) identifies this outcome."""
    return not missing(outcome, observed, domain, decision)


def _pieced_together(decision: Decision, have: set[Call], domain: Domain) -> bool:
    """Whether the decision comes to what it does on what was observed and what that says of other reads."""
    pieces = _Pieces(domain, have)
    if not pieces.known:
        return False
    try:
        found = settle(decision, pieces, domain)
    except Unresolved:
        return False
    real = settle(decision, Resolver(domain, domain.read), domain)
    return (found.call, found.refusal, found.attempt) == (real.call, real.refusal, real.attempt)


class _Pieces(Resolver):
    """Resolves against what was observed; an `Only` also against single rows that a result shows of another read."""

    def __init__(self, domain: Domain, have: set[Call]) -> None:
        super().__init__(domain, domain.read)
        self._have = have
        self.known = standing_in(domain, (call for call in have if domain.kinds.get(call.tool) == "read"))
        """Views of reads that were not made."""

    def _read_for(self, query: Query, call: Call) -> Observation:
        if self._domain.pack.atom(call, self._domain.read(call).text) in self._have:
            return self._domain.read(call)
        if isinstance(query, Only) and call in self.known:
            return Observation("", False, self.known[call])
        raise Missing(f"{call} was not read")
