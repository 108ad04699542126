"""What a goal's requirements rest on: a condition that the user sets, or the policy itself.

A recipe takes its requirements from policy. Whoever else writes a goal may invent a rule, which then refuses what is allowed,
or has a read counted that nobody needs. So each requirement that is not the user's own is put to the test: where it alone
turns, something else must be forbidden, by the policy's rules as code knows them or by the tool. A requirement that holds
may also be one that only the tool enforces, which cannot be tried on a database that there is not: then what it compares
with has to stand in the policy, and it has to be about the records that the write is about.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from writ_dspy.codec import parts
from writ_dspy.domains import Before, Domain, Observation, Row, Views, World, observe
from writ_dspy.errors import DomainError
from writ_dspy.evidence.counterfactuals import picked
from writ_dspy.evidence.found import Empty, Read, Unresolved
from writ_dspy.evidence.resolve import decide
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.evidence.values import MARK
from writ_dspy.task import AnyOf, Call, Check, Decision, Json, Picked, Policy, Record, Requirement, Said, Task, Term

Changed: TypeAlias = Mapping[Call, Observation]
"""Reads that show something else than they do."""
FAR = 10**6
"""More than any amount, count or limit of a domain."""


def rests_on_policy(task: Task, user_id: str, domain: Domain) -> None:
    """Every refusal of the task, and every requirement that adds a read, is the user's own or has a basis in policy.

    Raises:
        Unresolved: One has none; names its rule.
    """
    for decision, outcome in zip(task.goal.decisions, task.decided, strict=True):
        if decision.bare:
            raise Unresolved(
                "a bare wish: what would be written has to be whole, so that the policy can be asked about it"
            )
        one: Decision | None = decision
        for number in range(outcome.attempt + 1):
            if one is None:
                break
            _judged(one, task, user_id, domain, refused=number < outcome.attempt or outcome.call is None)
            one = one.otherwise


def _judged(decision: Decision, task: Task, user_id: str, domain: Domain, *, refused: bool) -> None:
    alone = dataclasses.replace(decision, otherwise=None)
    judge = _Judge(alone, task, user_id, domain)
    if refused:
        rule = decide(alone, domain, domain.read).refusal
        reason = next((one for one in alone.requires if one.rule == rule and not judge.holds(one, {})), None)
        if reason is None or own(reason):  # nothing was found, or the user does not want it
            return
        if not judge.forbidden({}):
            raise Unresolved(
                f"nothing forbids what is refused for {rule!r}: neither policy nor tool does. Refuse for a rule of the policy, "
                "for a condition with a number that the customer says, or for a search that finds nothing"
            )
        if not judge.bears_on(reason):
            raise Unresolved(f"{rule!r} is not why the policy forbids it: what is forbidden stays so where that holds")
        return
    counts = decide(alone, domain, domain.read).evidence
    for index, requirement in enumerate(alone.requires):
        fewer = dataclasses.replace(alone, requires=(*alone.requires[:index], *alone.requires[index + 1 :]))
        if own(requirement) or decide(fewer, domain, domain.read).evidence == counts:
            continue
        if not judge.bears_on(requirement) and not judge.stands_in_policy(requirement):
            raise Unresolved(f"the policy does not ask for {requirement.rule!r} here: leave it out of requires")


def own(requirement: Requirement) -> bool:
    """Whether the user sets this condition, and says the number that it is about, so that words can be read back for it."""
    checks = requirement.checks if isinstance(requirement, AnyOf) else (requirement,)
    return all(check.own and any(_is_said(side) for side in (check.left, check.right)) for check in checks)


def _is_said(term: Term) -> bool:
    return isinstance(term, Said) and isinstance(term.value, int | float) and not isinstance(term.value, bool)


class _Judge:
    """One decision without its alternative, before the policy."""

    def __init__(self, decision: Decision, task: Task, user_id: str, domain: Domain) -> None:
        self._decision, self._user, self._domain = decision, user_id, domain
        self._heard = f"{task.identity.text}\n{task.instruction}"
        self._real = Resolver(domain, domain.read)

    def holds(self, requirement: Requirement, changed: Changed) -> bool:
        """Whether it holds where these reads show something else; not, where something cannot be found then."""
        resolver = Resolver(self._domain, self._read(changed))
        checks = requirement.checks if isinstance(requirement, AnyOf) else (requirement,)
        return any(self._passes(check, resolver) for check in checks)

    @staticmethod
    def _passes(check: Check, resolver: Resolver) -> bool:
        try:
            return resolver.holds(check)[0]
        except (Empty, TypeError):
            return False

    def forbidden(self, changed: Changed) -> frozenset[str]:
        """What policy, or the tool, has against the bare write; the tool's database is the real one.

        Raises:
            Unresolved, DomainError: There is no such write.
        """
        world = self._domain.world()
        try:
            args, _ = Resolver(self._domain, self._read(changed)).term(Record(self._decision.args))
            call = self._domain.canonical(self._decision.tool, args)
        except Empty:
            return frozenset({"nothing is found"})
        before = Before(call, self._look(world, changed), self._user, (), self._heard)
        against = {saw for rule in self._domain.pack.rules for saw, _ in rule(before)}
        result = world.call(call)
        return frozenset(against | ({f"the tool: {result.text}"} if result.error else set()))

    def bears_on(self, requirement: Requirement) -> bool:
        """Whether something else is forbidden, by policy or by the tool, where this requirement turns and nothing else does."""
        holds, against = self.holds(requirement, {}), self.forbidden({})
        for changed, old, new in self._turns(requirement):
            if self.holds(requirement, changed) != holds:
                try:
                    if {_quoting(saw, old, new) for saw in self.forbidden(changed)} != against:
                        return True
                except (Unresolved, DomainError, TypeError, LookupError, ValueError):
                    continue  # no database shows that
        # The tool's database is the real one, so what the tool refuses it refuses whatever a read would show.
        return any(saw.startswith("the tool: ") for saw in against) and self.stands_in_policy(requirement)

    def stands_in_policy(self, requirement: Requirement) -> bool:
        """Whether what it compares with is named by the policy or a tool; where that is nothing, whether it is about the write's records."""
        domain = self._domain
        text = f"{domain.policy} {' '.join(tool['function']['description'] for tool in domain.tools)}".lower()
        fixed = [
            part.value for part in parts(requirement) if isinstance(part, Policy) and not isinstance(part.value, bool)
        ]
        if fixed:
            return all(domain.pack.mentions(str(value), text) for value in fixed)
        bare = decide(dataclasses.replace(self._decision, requires=()), domain, domain.read).evidence
        about = {call for call in bare if domain.pack.identifies(call, domain.read(call).text) is None}
        checks = requirement.checks if isinstance(requirement, AnyOf) else (requirement,)
        found = [part for check in checks for side in (check.left, check.right) for part in picked(side)]
        return all(self._is_about(part, about) for part in found)

    def _is_about(self, part: Picked, about: set[Call]) -> bool:
        """Whether what it picks is of one of these records, is found by one, or says who the customer is."""
        needs = self._real.query(part.query).needs
        return bool(needs & about) or any(
            self._domain.pack.identifies(call, self._domain.read(call).text) == self._user
            or self._user in call.args.values()
            for call in self._real.looks(part.query)
        )

    def _turns(self, requirement: Requirement) -> Iterator[tuple[Changed, Json, Json]]:
        """One field that the requirement picks shows something else: what it showed, and what it shows then."""
        checks = requirement.checks if isinstance(requirement, AnyOf) else (requirement,)
        for check in checks:
            for side, other in ((check.left, check.right), (check.right, check.left)):
                for part in picked(side):
                    yield from self._changes(part, other)

    def _changes(self, part: Picked, other: Term) -> Iterator[tuple[Changed, Json, Json]]:
        try:
            found = self._real.query(part.query)
            against = self._real.term(other)[0]
        except (Unresolved, TypeError):
            return
        for hit in found.hits:
            value = hit.row.get(part.field)
            for call in self._real.looks(part.query):
                shown = self._domain.read(call)
                if not any(row is hit.row for row in shown.views.get(hit.view, ())):
                    continue
                for instead in (
                    *_values(against),
                    *self._domain.pack.integrity.closed.get((hit.view, part.field), ()),
                    *_others(value),
                ):
                    if instead != value:
                        views = _with(shown.views, hit.row, part.field, instead)
                        yield {call: dataclasses.replace(shown, views=views)}, value, instead

    def _read(self, changed: Changed) -> Read:
        return lambda call: changed.get(call) or self._domain.read(call)

    def _look(self, world: World, changed: Changed):  # type: ignore[no-untyped-def]  # noqa: ANN202 - as `Before.look`
        def look(tool: str, args: Mapping[str, Json]) -> Views:
            call = self._domain.canonical(tool, args)
            return changed[call].views if call in changed else observe(self._domain, world, call).views

        return look


def _quoting(saw: str, old: Json, new: Json) -> str:
    """The finding as it reads of the old value: one that only quotes another is the same."""
    return re.sub(rf"(?<!\w){re.escape(str(new))}(?!\w)", lambda _: str(old), saw) if str(new) else saw


def _with(views: Views, row: Row, field: str, value: Json) -> Views:
    """The views with another value of that field, in every row that shows the same one."""
    old = row.get(field)
    return {
        name: tuple({**one, field: value} if one is row or one.get(field, MARK) == old else one for one in rows)
        for name, rows in views.items()
    }


def _values(value: Json) -> tuple[Json, ...]:
    """What would pass beside this value."""
    if isinstance(value, list):
        return tuple(value)
    return (value, value + 1, value - 1) if type(value) in (int, float) else (value,)


def _others(value: Json) -> tuple[Json, ...]:
    """What the field could hold instead."""
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int | float):
        return (0, FAR, -FAR)
    if isinstance(value, list):
        return ([], [MARK])
    return (f"{MARK}{value}",)
