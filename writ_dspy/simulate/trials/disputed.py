"""What can be claimed against a refusal, with what the records really say: for users who insist, and for agents who hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from writ_dspy.domains import Domain, Row
from writ_dspy.domains.disputes import ANYWHERE, Dispute, Held
from writ_dspy.evidence.found import Unresolved
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.task import AnyOf, Check, Decision, Json, Outcome, Picked, Policy, Said, Task

NOWHERE = Held((), {})
"""Of a clause that a domain has no other words for."""


class Disputed(NamedTuple):
    """A claim that can be made, and what is known of it."""

    dispute: Dispute
    words: Mapping[str, str]
    """`found`, `wanted` and the fields of the record, as they are said."""


def clause(domain: Domain, rule: str) -> Held:
    """How a clause is held, by the rule that a refusal names."""
    return domain.pack.held.get(rule, NOWHERE)


def disputes(domain: Domain, decision: Decision, rule: str, resolver: Resolver) -> dict[str, Disputed]:
    """What can be claimed against the refusal of a decision by a rule: what its records say otherwise first, then what anybody says.

    Args:
        domain: Where the decision is taken.
        decision: What is denied, without what is wanted instead.
        rule: The clause that denies it.
        resolver: What is read with; of a record that was not read, nothing is disputed.
    """
    found: dict[str, Disputed] = {}
    checks = list(_failing(decision, rule, resolver))
    for name, dispute in clause(domain, rule).disputes.items():
        if not dispute.attribute:
            found[name] = Disputed(dispute, {})
            continue
        for check in checks:
            words = _words(domain, check, dispute.attribute, resolver)
            if words is not None:
                found[name] = Disputed(dispute, words)
                break
    return found | {name: Disputed(dispute, {}) for name, dispute in ANYWHERE.items() if name not in found}


def alone(task: Task, request: int) -> tuple[Decision, Outcome] | None:
    """The denied decision of a request without what is wanted instead, and what it comes to; None where nothing is denied for good."""
    index = task.requests[request].decision
    if index is None:
        return None
    outcome = task.outcomes[index]
    if outcome.call is not None or not outcome.denied or outcome.transfer or outcome.attempt:
        return None
    return replace(task.goal.decisions[index], otherwise=None), outcome


def _failing(decision: Decision, rule: str, resolver: Resolver) -> Iterator[Check]:
    """The checks of the rule that do not hold."""
    for need in decision.requires:
        if need.rule != rule:
            continue
        checks = need.checks if isinstance(need, AnyOf) else (need,)
        try:
            held = [resolver.holds(check)[0] for check in checks]  # all of them, so that each was read
            if not any(held):
                yield from checks
        except Unresolved:
            continue


def _words(domain: Domain, check: Check, attribute: str, resolver: Resolver) -> Mapping[str, str] | None:
    """What stands in the record that a check looks at, and what the check asks for; None where it looks at another field."""
    for term, other in ((check.left, check.right), (check.right, check.left)):
        if not isinstance(term, Picked) or term.field != attribute:
            continue
        value, _ = resolver.term(term)
        hits = resolver.query(term.query).hits
        row = hits[0].row if hits else {}
        first = value[0] if isinstance(value, list) and value else value
        words = {name: _said(domain, name, item) for name, item in _plain(row)}
        words["found"] = _said(domain, attribute, first)
        if isinstance(other, Said | Policy):
            words["wanted"] = _said(domain, attribute, other.value)
        return words
    return None


def _plain(row: Row) -> Sequence[tuple[str, Json]]:
    return [(name, item) for name, item in row.items() if isinstance(item, str | int | float)]


def _said(domain: Domain, attribute: str, value: Json) -> str:
    """A value as an agent says it."""
    text = domain.pack.phrases.measure(attribute, value)
    if text != value or attribute.endswith("id"):
        return text
    return domain.pack.places.get(text, text.replace("_", " "))
