"""The heart: what a goal resolves to, and the smallest set of reads that identifies it.

A set of reads S identifies a decision iff every database that agrees with ours on what S returned, and on what
the user said, gives the same outcome. Closed form: `Best` and `Every` need all their sources (any of them could
hold a better row, or one more), but for those of which the domain knows that they cannot; `Only` needs the source that
holds its row (the user says there is no other); nested queries add theirs. Each read so counted is necessary, so the
set is the unique smallest one. `writ_dspy.evidence.witness` proves both with counterfactuals, the tests by brute force.
"""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

from writ_dspy.domains import Domain, Observation, observe
from writ_dspy.domains.remembered import Remembered
from writ_dspy.evidence.found import NONE, NOT_FOUND, Empty, Needs, Read, Refused, Unfounded
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.task import (
    AnyOf,
    Call,
    Decision,
    Goal,
    Json,
    Outcome,
    Record,
    Requirement,
    Tell,
)


def resolve(goal: Goal, domain: Domain) -> tuple[tuple[Outcome, ...], tuple[Json, ...]]:
    """What each decision comes to on a fresh world, then each tell; and the values to be told.

    The gold is what gets written here: reads first, then the writes are played in order, each once more after the
    decision has been resolved again on the world that the earlier writes left.

    Raises:
        Unresolved: The goal is no task: ambiguous, tied, refused by a tool, or resting on an unknown value.
    """
    outcomes = [decide_fresh(decision, domain) for decision in goal.decisions]
    told = [_tell(tell, domain) for tell in goal.tells]
    world = domain.world()

    def live(call: Call) -> Observation:
        return observe(domain, world, call)

    for index, (decision, outcome) in enumerate(zip(goal.decisions, outcomes, strict=True)):
        if index and decide(decision, domain, live).call != outcome.call:
            raise Refused(f"decision {index} ({decision.tool}) comes to something else after the writes before it")
        if outcome.call is not None:
            if _attempted(decision, outcome.attempt).bare:
                raise Refused(f"{outcome.call} is not denied, and without its details it cannot be done")
            result = world.call(outcome.call)
            if result.error:
                raise Refused(f"{outcome.call}: {result.text}")
    return (*outcomes, *(outcome for _, outcome in told)), tuple(value for value, _ in told)


def _attempted(decision: Decision, attempt: int) -> Decision:
    """The alternative of a decision that came true."""
    for _ in range(attempt):
        decision = decision.otherwise or decision
    return decision


def decide(decision: Decision, domain: Domain, read: Read) -> Outcome:
    """What one decision comes to, by one way of reading: a call, or a refusal with its rule.

    Raises:
        Unresolved: It comes to neither.
    """
    return settle(decision, Resolver(domain, read), domain)


def decide_fresh(decision: Decision, domain: Domain) -> Outcome:
    """What a decision comes to on a fresh world; of the latest ones, remembered with the resolver that found it.

    A decision is looked at alone when it is drafted, again among others, and once more when its evidence is proven.

    Raises:
        Unresolved: As `decide`.
    """
    known = _FRESH.get(id(decision))
    if known is None or known[0] is not decision or known[1] is not domain:
        resolver = Resolver(domain, domain.read)
        outcome = settle(decision, resolver, domain)
        known = _FRESH.keep(id(decision), (decision, domain, resolver, outcome))  # holds it, so that its id stays taken
    return known[3]


def fresh(decision: Decision, domain: Domain) -> tuple[Resolver, Outcome]:
    """The resolver that a decision was settled with on a fresh world, for the caller alone, and what it came to."""
    outcome = decide_fresh(decision, domain)
    known = _FRESH.pop(id(decision), None)
    if known is not None and known[0] is decision:
        return known[2], outcome
    resolver = Resolver(domain, domain.read)  # another thread has taken it
    return resolver, settle(decision, resolver, domain)


_FRESH: Remembered[int, tuple[Decision, Domain, Resolver, Outcome]] = Remembered(64)


def settle(decision: Decision, resolver: Resolver, domain: Domain) -> Outcome:
    """As `decide`, with a resolver of the caller's own, to look at what it picked."""
    try:
        failed, needs = _failed(decision.requires, resolver)
        if failed is None:
            args, more = resolver.term(Record(decision.args))
            checked = decision.tool and not decision.bare
            call = domain.canonical(decision.tool, args) if checked else Call.of(decision.tool, args)
            return Outcome(call, None, _ordered(needs | more, resolver), tuple(resolver.trace))
    except Empty as empty:
        failed, needs = Broken(NOT_FOUND), empty.needs
    if decision.otherwise is None:
        reads = _ordered(needs, resolver), tuple(resolver.trace)
        return Outcome(None, failed.rule, *reads, transfer=failed.transfer, own=failed.own)
    second = settle(decision.otherwise, resolver, domain)
    evidence = _ordered(needs | frozenset(second.evidence), resolver)
    return dataclasses.replace(second, evidence=evidence, attempt=second.attempt + 1)


def comes_to(decision: Decision, resolver: Resolver, attempt: int = 0) -> tuple[Json, int, str]:
    """What a decision comes to, without its evidence.

    Returns:
        The arguments of the write as they were worked out, None when it is refused; which alternative came true; and
        the rule that forbids it.
    """
    rule = NOT_FOUND
    try:
        failed, _ = _failed(decision.requires, resolver)
        if failed is None:
            return resolver.term(Record(decision.args))[0], attempt, ""
        rule = failed.rule
    except Empty:
        pass
    return (None, attempt, rule) if decision.otherwise is None else comes_to(decision.otherwise, resolver, attempt + 1)


def _tell(tell: Tell, domain: Domain) -> tuple[Json, Outcome]:
    outcome = decide(tell.decision, domain, domain.read)
    if outcome.call is None:
        raise Refused(f"what should be told ({tell.topic}) may not be: {outcome.refusal}")
    return outcome.call.args["value"], dataclasses.replace(outcome, call=None)


class Broken(NamedTuple):
    """A requirement that does not hold."""

    rule: str
    transfer: bool = False
    own: bool = False


def _failed(requires: tuple[Requirement, ...], resolver: Resolver) -> tuple[Broken | None, Needs]:
    """The broken requirement that takes the fewest reads to see, or none and the evidence for them all.

    One alternative that holds is enough to know; that none does takes the reads of all.

    Raises:
        Unfounded: Two alternatives hold that rest on different reads, so that none of these is necessary.
    """
    held = NONE
    broken: list[tuple[int, Needs, Broken]] = []
    for requirement in requires:
        checks = requirement.checks if isinstance(requirement, AnyOf) else (requirement,)
        results = [resolver.holds(check) for check in checks]
        passed = [needs for holds, needs in results if holds]
        if passed:
            least = min(passed, key=len)
            if not all(least <= needs for needs in passed):
                raise Unfounded(
                    f"two alternatives of {requirement.rule!r} hold and rest on different reads: neither is needed"
                )
            held |= least
        else:
            needs = NONE.union(*(needs for _, needs in results))
            transfer, own = any(check.transfer for check in checks), all(check.own for check in checks)
            broken.append((len(needs), needs, Broken(requirement.rule, transfer, own)))
    if not broken:
        return None, held
    _, needs, rule = min(broken, key=lambda item: item[0])
    return rule, needs


def _ordered(needs: Needs, resolver: Resolver) -> tuple[Call, ...]:
    """The evidence in reading order; what only proves an absence comes last, by name."""
    order = {call: index for index, call in enumerate(resolver.trace)}
    return tuple(sorted(needs, key=lambda call: (order.get(call, len(order)), call.tool, call.text)))
