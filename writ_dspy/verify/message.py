"""One agent message, with what is known at its turn and what the decisions are about."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

from writ_dspy.domains import Domain
from writ_dspy.domains.values import values
from writ_dspy.evidence.found import Unresolved
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.task import Call, Check, Computed, Decision, Task
from writ_dspy.trial import ChangesMind
from writ_dspy.verify.case import Case
from writ_dspy.verify.ground import Ground


class Message:
    """One agent message with the ground at its turn."""

    def __init__(self, case: Case, turn: int, ground: Ground, wishes: Wishes, operands: tuple[Decimal, ...]) -> None:
        self.case, self.turn, self.ground, self.wishes = case, turn, ground, wishes
        self.text = case.talk.turns[turn].text
        self.operands = operands
        """Amounts stated just before."""

    @cached_property
    def amounts(self) -> frozenset[Decimal]:
        """Money that follows from what is written, and from each decision and answer whose reads were made."""
        return _amounts(self.case, self.ground, self.turn)

    @cached_property
    def tokens(self) -> frozenset[str]:
        """What looks like an id of the domain."""
        return self.case.domain.pack.ids(self.text)

    @cached_property
    def named(self) -> tuple[str, ...]:
        """The records that it names and that were read, in lower case; payment methods own no price or date."""
        lower, ground = self.text.lower(), self.ground
        tokens = {token.lower() for token in self.tokens}
        keys = {token for token in tokens if "_" not in token and "@" not in token and ground.looks(token)}
        return (*sorted(keys), *sorted(key for key in ground.people() if key in lower))


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the wanted writes, and those made, are called with."""

    factors: frozenset[int]
    """How many people or things they are about."""
    args: str
    """All of it, in lower case."""


def _amounts(case: Case, ground: Ground, turn: int) -> frozenset[Decimal]:
    """Money that follows from what is written, and from each decision and answer whose reads were made."""
    read = [at is not None and at < turn for at in case.read_by]
    outcomes, decided = case.task.outcomes, len(case.task.decided)
    ready = [outcome.call for outcome, known in zip(outcomes, read, strict=False) if known and outcome.call]
    calls = dict.fromkeys((*ready, *_at_first(case.task), *(step.call for step in case.writes)))
    told = [text for text, known in zip(case.task.told, read[decided:], strict=False) if known]
    amounts = frozenset().union(*map(ground.worth, calls))
    have = frozenset(case.atoms(turn))
    weighed = [
        amount for one in case.task.goal.decisions for amount, needs in _weighed(one, case.domain) if needs <= have
    ]
    return amounts.union(weighed) | {value.number for text in told for value in values(text)}


def _at_first(task: Task) -> tuple[Call, ...]:
    """The writes as they are to be proposed before the user changes its mind."""
    trials = task.behaviour.trials if task.behaviour else ()
    calls = ((task.outcomes[one.decision].call, one.first) for one in trials if isinstance(one, ChangesMind))
    return tuple(Call(call.tool, first) for call, first in calls if call is not None)


@lru_cache(maxsize=1024)
def _weighed(decision: Decision, domain: Domain) -> tuple[tuple[Decimal, frozenset[Call]], ...]:
    """What a limit is compared with, each with the reads that show it: the best fare, what would be saved, a total that a card does not cover."""
    found: list[tuple[Decimal, frozenset[Call]]] = []
    resolver = Resolver(domain, domain.read)
    wish: Decision | None = decision
    while wish is not None:
        checks = [check for check in wish.requires if isinstance(check, Check)]
        own = [check.left for check in checks if check.own]
        worked_out = [side for check in checks for side in (check.left, check.right) if isinstance(side, Computed)]
        for term in dict.fromkeys((*own, *worked_out)):
            try:
                amount, needs = resolver.term(term)
            except Unresolved:
                continue
            if isinstance(amount, int | float) and not isinstance(amount, bool):
                atoms = frozenset(domain.pack.atom(call, domain.read(call).text) for call in needs)
                found.append((Decimal(repr(round(amount, 2))), atoms))
        wish = wish.otherwise
    return tuple(found)


def wishes_of(case: Case) -> Wishes:
    """What the wanted writes of a case, and those made, are called with."""
    calls = dict.fromkeys((*case.task.gold, *(step.call for step in case.writes)))
    sizes = {len(value) for call in calls for value in call.args.values() if isinstance(value, list)}
    return Wishes(frozenset({*sizes, 1}), " ".join(call.text.lower() for call in calls))
