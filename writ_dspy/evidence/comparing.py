"""Which reads of an evidence set are compared: their rows are ranked, filtered or told apart, rather than looked up."""

from __future__ import annotations

from writ_dspy.domains import Domain
from writ_dspy.errors import DomainError
from writ_dspy.evidence.found import Unresolved
from writ_dspy.evidence.resolve import settle
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.task import Best, Call, Decision, Outcome, Query


def compared(decision: Decision, outcome: Outcome, domain: Domain) -> frozenset[Call]:
    """The reads of the evidence whose rows were compared, as they stand in it.

    A query compares where it has two rows or more to choose among and ranks them, tells them apart by two conditions or more, or
    needs several reads of the evidence for it. What finds the one row of a name or an id is a look-up.
    """
    resolver, found = Resolver(domain, domain.read), set[Call]()
    try:
        settle(decision, resolver, domain)
    except (Unresolved, DomainError):
        return frozenset()
    for query, _ in resolver.answers:
        looks = resolver.looks(query)
        atoms = {domain.pack.atom(call, domain.read(call).text) for call in looks} & set(outcome.evidence)
        if _chooses(query, len(atoms)) and _rows(query, looks, domain) > 1:
            found |= atoms
    return frozenset(found)


def _chooses(query: Query, reads: int) -> bool:
    """Whether a query makes a choice, from so many reads."""
    return isinstance(query, Best) or len(query.where) > 1 or (bool(query.where) and reads > 1)


def _rows(query: Query, looks: frozenset[Call], domain: Domain) -> int:
    """How many rows a query has to choose among."""
    views = {source.view for source in query.sources}
    return sum(len(domain.read(call).views.get(view, ())) for call in looks for view in views)
