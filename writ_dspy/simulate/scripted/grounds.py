"""Why a decision comes out as it does: the facts that were read, which with the clause make one natural sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.evidence.found import Unresolved
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.simulate.scripted.naming import dollars, joined
from writ_dspy.task import AnyOf, Check, Computed, Decision, Picked, Requirement

_MOST = 2
"""Facts of a granted write that one sentence takes; of more, the first, which is what the record as a whole says."""
Fact = tuple[str, str]
"""Of whom, and what: ("order #W1", "is delivered")."""


def why_not(wish: Decision, rule: str, resolver: Resolver, domain: Domain) -> str:
    """What was read that denies a wish, with the clause: "order #W1 is delivered, and only pending orders can be cancelled"."""
    broken = (need for need in wish.requires if need.rule == rule and not any(_holding(need, resolver)))
    checks = [check for need in broken for check in _checks(need)]
    facts = _facts(checks, resolver, domain)
    if not facts or (len(facts) == 1 and rule.endswith(_bare(facts[0][1]))):
        return _told(facts) or rule
    owed = next((amount for amount in map(partial(_owed, resolver=resolver, domain=domain), checks) if amount), None)
    comes = f"it comes to {dollars(owed)}, " if owed else ""
    return f"{comes}{_told(facts)}, and {rule}"


def _bare(what: str) -> str:
    """A fact without its verb, which one thing and several do not share: "is out of stock", "are out of stock"."""
    first, _, rest = what.partition(" ")
    return rest if first in ("is", "are", "was", "were") else what


def _owed(check: Check, resolver: Resolver, domain: Domain) -> float | None:
    """The sum that what is held is too little for, where a check weighs the two."""
    sides = (check.left, check.right)
    held = [side for side in sides if isinstance(side, Picked) and re.search(domain.pack.money, side.field)]
    others = [side for side in sides if isinstance(side, Computed)]
    if len(held) != len(others):
        return None
    value = resolver.term(others[0])[0] if others else None
    return value if isinstance(value, int | float) else None


def why(wish: Decision, failed: Sequence[Decision], resolver: Resolver, domain: Domain, decides: Fact | None) -> str:
    """What was read by which policy allows a write; nothing where no clause asks for anything that is worth saying.

    Args:
        wish: What is granted.
        failed: What was asked for before it and denied, for reasons that need not be said again.
        resolver: Over what was read.
        domain: The domain.
        decides: The fact on which the clause turns, where it turns on one of several.
    """
    if decides is not None:
        return _told([decides])
    known = {fact for one in failed for need in one.requires for fact in _facts(_checks(need), resolver, domain)}
    needed = (need for need in wish.requires if not any(check.own for check in _checks(need)))
    held = [check for need in needed for check in list(_holding(need, resolver))[:1] if not _counts(check, resolver)]
    facts = [fact for fact in _facts(held, resolver, domain) if fact not in known]
    return _told(facts if len(facts) <= _MOST else facts[:1])


def _counts(check: Check, resolver: Resolver) -> bool:
    """Whether a check is about there being enough of something: seats, or money on a card. No clause speaks of that."""
    return check.op in ("<", "<=", ">", ">=") and isinstance(resolver.term(check.left)[0], int | float)


def _checks(need: Requirement) -> tuple[Check, ...]:
    return need.checks if isinstance(need, AnyOf) else (need,)


def _holding(need: Requirement, resolver: Resolver) -> Iterator[Check]:
    for check in _checks(need):
        try:
            if resolver.holds(check)[0]:
                yield check
        except Unresolved:
            continue


def _facts(checks: Iterable[Check], resolver: Resolver, domain: Domain) -> list[Fact]:
    """What the rows say that the checks look at, each once."""
    found: dict[Fact, None] = {}
    for check in checks:
        for side in (check.left, check.right):
            if not isinstance(side, Picked):
                continue
            try:
                hits = resolver.query(side.query).hits
            except Unresolved:
                continue
            for hit in hits:
                fact = domain.pack.stands(hit.view, hit.row, side.field)
                if fact is not None:
                    found.setdefault(fact)
    return list(found)


def _told(facts: Sequence[Fact]) -> str:
    """The facts as one clause; those of one thing are told of it together."""
    of: dict[str, list[str]] = {}
    for whom, what in facts:
        of.setdefault(whom, []).append(what)
    return joined([f"{whom} {joined(told)}" for whom, told in of.items()]) if of else ""
