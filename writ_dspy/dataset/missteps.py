"""Wrong steps at a point of an accepted conversation: what a careless agent would do, and what the certificate shows to be wrong.

Nothing here is judged: each is a candidate, and `writ_dspy.dataset.pairs` keeps those that a check finds fault with.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from writ_dspy.conversation import Conversation, Turn
from writ_dspy.domains import Domain, Observation
from writ_dspy.errors import DomainError
from writ_dspy.evidence.found import Read, Unresolved
from writ_dspy.evidence.resolve import settle
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.simulate.acts import heard
from writ_dspy.simulate.scripted import ScriptedAgent
from writ_dspy.simulate.scripted.agent import Desk
from writ_dspy.simulate.scripted.careless import HABITS, spoiled
from writ_dspy.task import Best, Call, Decision, Json, Outcome, Task

CARELESS = "careless"
"""Opens the name of a source that is a habit of the careless agent."""


class Misstep(NamedTuple):
    """A step in place of the one that was made."""

    turn: int
    """Index of the agent's turn that it stands in place of."""
    step: Turn


class Talk(NamedTuple):
    """An accepted conversation with its task and domain."""

    task: Task
    talk: Conversation
    domain: Domain

    def agent(self) -> Iterator[tuple[int, Turn]]:
        """The agent's turns with their indices."""
        return ((index, turn) for index, turn in enumerate(self.talk.turns) if turn.role == "agent")

    def decisions(self) -> Iterator[tuple[Decision, Outcome]]:
        return zip(self.task.goal.decisions, self.task.decided, strict=True)

    def write(self, call: Call) -> int | None:
        """The turn at which this write was made."""
        wanted = self.domain.effect(call)
        return next(
            (index for index, turn in self.agent() for made in turn.calls if self.domain.effect(made) == wanted), None
        )


def too_early(at: Talk) -> Iterator[Misstep]:
    """The right write, one read of its evidence too early."""
    atom = at.domain.pack.atom
    for _, outcome in at.decisions():
        end = at.write(outcome.call) if outcome.call else None
        if outcome.call is None or end is None:
            continue
        needed = {atom(call, at.domain.read(call).text) for call in outcome.evidence}
        reads = [
            index
            for index, turn in at.agent()
            if index < end
            and any(
                at.domain.kinds.get(call.tool) == "read" and atom(call, at.talk.turns[index + 1].text) in needed
                for call in turn.calls
            )
        ]
        yield from (Misstep(index, Turn("agent", calls=(outcome.call,))) for index in reads[-1:])


def unconfirmed(at: Talk) -> Iterator[Misstep]:
    """The right write, at the moment at which it was put to the user instead."""
    for _, outcome in at.decisions():
        end = at.write(outcome.call) if outcome.call else None
        if outcome.call is not None and end is not None:
            words = [index for index, turn in at.agent() if index < end and turn.text]
            yield from (Misstep(index, Turn("agent", calls=(outcome.call,))) for index in words[-1:])


def second_best(at: Talk) -> Iterator[Misstep]:
    """The write that would be right if the best row were not there."""
    for decision, outcome in at.decisions():
        end = at.write(outcome.call) if outcome.call else None
        if end is None:
            continue
        resolver = Resolver(at.domain, at.domain.read)
        _call(decision, resolver, at.domain)
        for query, found in resolver.answers:
            if isinstance(query, Best) and len(found.ranked) > 1:
                call = _call(decision, Resolver(at.domain, without(found.ranked[0].row, at.domain)), at.domain)
                if call is not None and call not in at.task.gold:
                    yield Misstep(end, Turn("agent", calls=(call,)))


def another_value(at: Talk) -> Iterator[Misstep]:
    """The write with one argument replaced by another that was shown in the same field: another method, item or record."""
    for _, outcome in at.decisions():
        end = at.write(outcome.call) if outcome.call else None
        if outcome.call is None or end is None:
            continue
        others = _others(at, end)
        for name, value in outcome.call.args.items():
            changed = _replaced(value, others)
            if changed is not None:
                call = Call.of(outcome.call.tool, outcome.call.args | {name: changed})
                if at.domain.effect(call) != at.domain.effect(outcome.call):
                    yield Misstep(end, Turn("agent", calls=(call,)))


def granted(at: Talk) -> Iterator[Misstep]:
    """What policy denies, done: the write that was asked for, at the moment of the refusal."""
    return _done_anyway(at, lambda outcome: outcome.denied)


def condition_ignored(at: Talk) -> Iterator[Misstep]:
    """What the user wanted on a condition that is not met, done: the write, at the moment at which they should hear so."""
    return _done_anyway(at, lambda outcome: outcome.own)


def _done_anyway(at: Talk, refused: Callable[[Outcome], bool]) -> Iterator[Misstep]:
    refusals = [index for index, turn in at.agent() if turn.text and "refusal" in heard(turn.text).kinds]
    for decision, outcome in at.decisions():
        if outcome.call is None and refusals and refused(outcome):
            asked = dataclasses.replace(decision, requires=(), otherwise=None)
            call = _call(asked, Resolver(at.domain, at.domain.read), at.domain)
            if call is not None:
                yield from (Misstep(index, Turn("agent", calls=(call,))) for index in refusals)


def habit(name: str) -> Callable[[Talk], Iterator[Misstep]]:
    """What the careless agent with this habit would do, turn by turn; only where the scripted agent's notes are there."""

    def missteps(at: Talk) -> Iterator[Misstep]:
        if at.talk.agent != ScriptedAgent.name:
            return
        for index, turn in at.agent():
            step = spoiled(name, Desk(at.task, at.domain, at.talk.turns[:index], at.talk.seed), turn)
            if (step.text, step.calls) != (turn.text, turn.calls):
                yield Misstep(index, dataclasses.replace(step, intent=None))

    return missteps


SOURCES: Mapping[str, Callable[[Talk], Iterable[Misstep]]] = {
    "one read too early": too_early,
    "without a yes": unconfirmed,
    "the second best": second_best,
    "another value": another_value,
    "granted against policy": granted,
    "against the user's condition": condition_ignored,
    **{f"{CARELESS}: {name}": habit(name) for name in HABITS if name != "none"},
}
"""Where wrong steps come from; those of the certificate first."""


def without(row: Mapping[str, Json], domain: Domain) -> Read:
    """A way of reading to which this row is never shown."""

    def read(call: Call) -> Observation:
        seen = domain.read(call)
        views = {view: tuple(one for one in rows if one != row) for view, rows in seen.views.items()}
        return dataclasses.replace(seen, views=views)

    return read


def _call(decision: Decision, resolver: Resolver, domain: Domain) -> Call | None:
    """The write that the decision comes to; None where it comes to none, or to one that the domain would not take."""
    try:
        return settle(decision, resolver, domain).call
    except (Unresolved, DomainError):
        return None


def _others(at: Talk, end: int) -> dict[str, list[str]]:
    """For each text that a read showed before a turn, the others that stood in the same field of the same view."""
    columns: dict[tuple[str, str], dict[str, None]] = {}
    for index, turn in enumerate(at.talk.turns[:end]):
        for call, result in zip(turn.calls, at.talk.turns[index + 1 :], strict=False):
            if result.error:
                continue
            for view, rows in at.domain.views(call, result.text).items():
                for row in rows:
                    for field, value in row.items():
                        if isinstance(value, str):
                            columns.setdefault((view, field), {}).setdefault(value)
    found: dict[str, list[str]] = {}
    for values in columns.values():
        for value in values:
            found.setdefault(value, []).extend(other for other in values if other != value)
    return found


def _replaced(value: Json, others: Mapping[str, Sequence[str]]) -> Json | None:
    """The value with the last text in it that has another replaced by that; None where none has."""
    if isinstance(value, str):
        return next(iter(others.get(value, ())), None)
    if isinstance(value, list):
        for index in range(len(value) - 1, -1, -1):
            changed = _replaced(value[index], others)
            if changed is not None:
                return [*value[:index], changed, *value[index + 1 :]]
    if isinstance(value, dict):
        for key in reversed(value):
            changed = _replaced(value[key], others)
            if changed is not None:
                return value | {key: changed}
    return None
