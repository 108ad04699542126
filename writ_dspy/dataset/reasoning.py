"""The comparison behind an agent's message, worked out from what it had read by then: short, true, and the resolver's own.

A search that had several records to choose from is told with its best ones and its winner; a record that was recognized among
others, with what it was recognized by; a limit or a rule, with the two values that it compares. Nothing is told before the
reads are made and the user has said all that it rests on, and what the check `grounded` would not let the agent say is not told.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from writ_dspy.codec import parts
from writ_dspy.conversation import Conversation, StopReason, Turn
from writ_dspy.domains import Domain, Observation
from writ_dspy.errors import DomainError
from writ_dspy.evidence.found import Found, Unresolved, observing
from writ_dspy.evidence.identify import identified
from writ_dspy.evidence.resolve import settle
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.shown import counted
from writ_dspy.task import AnyOf, Best, Call, Check, Decision, Json, Only, Outcome, Picked, Query, Said, Task
from writ_dspy.verify.case import Case
from writ_dspy.verify.claims import grounded

SHOWN = 3
"""Records of a comparison that are told with their values, best first."""
OPERATORS = {
    "is": "", "is not": "other than", "<": "under", "<=": "at most", ">": "over", ">=": "at least", "in": "among",
    "ends with": "ending in", "contains": "with",
}  # fmt: skip
"""Behind the name of an attribute, before its value."""


def reasonings(task: Task, talk: Conversation, domain: Domain) -> dict[int, str]:
    """By the index of an agent's turn, what it had to compare for it; turns without a comparison are not there.

    Args:
        task: What the conversation is about.
        talk: One that was accepted.
        domain: Of both.
    """
    return {turn: text for turn, text in _told(task, talk, domain) if _held(task, talk, domain, turn, text)}


def _held(task: Task, talk: Conversation, domain: Domain, turn: int, text: str) -> bool:
    """Whether the agent might say it aloud at that turn, as far as its claims go."""
    said = dataclasses.replace(talk, turns=(*talk.turns[:turn], Turn("agent", text)), stop=StopReason.CUT_OFF)
    return not any(finding.turn == turn for finding in grounded(Case(task, said, domain)))


def _told(task: Task, talk: Conversation, domain: Domain) -> Iterator[tuple[int, str]]:
    """Each outcome at the first turn at which it could be known, behind the last one that the agent heard or read."""
    open_, told = list(_wishes(task)), set[Query]()
    reads: dict[Call, Observation] = {}
    atoms: set[Call] = set()
    heard = ""
    for index, turn in enumerate(talk.turns):
        if turn.role == "user":
            heard += f"\n{turn.text.lower()}"
        if turn.role != "agent":
            continue
        known = [one for one in open_ if _is_known(*one, heard, atoms, domain)]
        lines = [line for decision, _ in known for line in _comparison(decision, reads, told, domain)]
        open_ = [one for one in open_ if one not in known]
        if lines:
            yield index, " ".join(lines)
        for call, result in zip(turn.calls, talk.turns[index + 1 :], strict=False):
            if domain.kinds.get(call.tool) == "read":
                views = {} if result.error else domain.views(call, result.text)
                reads[call] = Observation(result.text, result.error, views)
                atoms.add(domain.pack.atom(call, result.text))


def _wishes(task: Task) -> Iterator[tuple[Decision, Outcome]]:
    goal = task.goal
    yield from zip((*goal.decisions, *(tell.decision for tell in goal.tells)), task.outcomes, strict=True)


def _is_known(decision: Decision, outcome: Outcome, heard: str, atoms: set[Call], domain: Domain) -> bool:
    """Whether all that the outcome rests on was said and read."""
    said = (part.value for part in parts(decision) if isinstance(part, Said))
    return all(domain.pack.mentions(str(value), heard) for value in said) and identified(
        outcome, atoms, domain, decision
    )


def _comparison(
    decision: Decision, reads: Mapping[Call, Observation], told: set[Query], domain: Domain
) -> Iterator[str]:
    """What was compared for a decision, innermost first; nothing where other reads stood in for those of the goal."""
    resolver = Resolver(domain, observing(reads))
    one: Decision | None = decision
    try:
        settle(decision, resolver, domain)
    except (Unresolved, DomainError):
        return
    for query, found in resolver.answers:
        line = (
            _best(query, found, resolver, domain) if isinstance(query, Best) else _only(query, found, resolver, domain)
        )
        if line and query not in told:
            told.add(query)
            yield line
    while one is not None:
        broken = next(_broken(one, resolver, domain), None)
        if broken is None:
            return
        yield broken
        one = one.otherwise


def _best(query: Best, found: Found, resolver: Resolver, domain: Domain) -> str:
    """The best of several, with their values; nothing where there was no choice."""
    if len(found.ranked) < 2:
        return ""
    phrases = domain.pack.phrases
    first = found.ranked[:SHOWN]
    shown = "; ".join(
        _valued(phrases.name(hit.view, hit.row), phrases.measure(query.by, hit.row[query.by])) for hit in first
    )
    rest = len(found.ranked) - len(first)
    more = f"; {rest} more" if rest else ""
    looks = counted(len(resolver.looks(query)), "read")
    word = phrases.superlative(query.by, query.most)
    conditions = _conditions(query, resolver, domain)
    which = f" ({conditions})" if conditions else ""
    return f"The {word} of {len(found.ranked)}{which} in {looks}: {shown}{more}."


def _valued(name: str, value: str) -> str:
    """A record with the value that counts, once."""
    return name if value in name else f"{name}, {value}"


def _only(query: Query, found: Found, resolver: Resolver, domain: Domain) -> str:
    """The record that was meant, told from others that were read for it."""
    looks = resolver.looks(query)
    if not isinstance(query, Only) or len(looks) < 2 or not query.where:
        return ""
    (hit,) = found.hits
    name = domain.pack.phrases.name(hit.view, hit.row)
    return f"Of {counted(len(looks), 'record')} read, the one with {_conditions(query, resolver, domain)} is {name}."


def _conditions(query: Only | Best, resolver: Resolver, domain: Domain) -> str:
    """What a record has to be: "available, color black"; that it is another one than the customer's goes without saying."""
    told = []
    for where in query.where:
        value, _ = resolver.term(where.value)
        if where.op == "is not" and domain.pack.ids(str(value)):
            continue
        attribute, operator = where.attribute.replace("_", " "), OPERATORS[where.op]
        if isinstance(value, bool):
            told.append(attribute if value is (where.op == "is") else f"not {attribute}")
        else:
            told.append(" ".join(filter(None, [attribute, operator, _measured(where.attribute, value, domain)])))
    return ", ".join(told)


def _broken(decision: Decision, resolver: Resolver, domain: Domain) -> Iterator[str]:
    """The requirement that fails, with the values that it compares."""
    for requirement in decision.requires:
        checks = requirement.checks if isinstance(requirement, AnyOf) else (requirement,)
        try:
            if any(resolver.holds(check)[0] for check in checks):
                continue
        except (Unresolved, TypeError):
            continue
        wanted = _wanted(checks[0], resolver, domain) if len(checks) == 1 else ""
        yield f"{_found(checks[0], resolver, domain)}{wanted}: {checks[0].rule}."


def _found(check: Check, resolver: Resolver, domain: Domain) -> str:
    """What was read: "The status is delivered"."""
    name = check.left.field.replace("_", " ") if isinstance(check.left, Picked) else "amount"
    return f"The {name} is {_measured(_attribute(check), resolver.term(check.left)[0], domain)}"


def _wanted(check: Check, resolver: Resolver, domain: Domain) -> str:
    value = _measured(_attribute(check), resolver.term(check.right)[0], domain)
    return f", not {' '.join(filter(None, [OPERATORS[check.op], value]))}"


def _attribute(check: Check) -> str:
    """The field by which both sides of a check are measured."""
    return next((side.field for side in (check.left, check.right) if isinstance(side, Picked)), "")


def _measured(attribute: str, value: Json, domain: Domain) -> str:
    if isinstance(value, list):
        return ", ".join(_measured(attribute, item, domain) for item in value)
    return domain.pack.phrases.measure(attribute, value)
