"""One agent message, with what is known at its turn and what the decisions are about."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from writ_dspy.domains.values import values
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
    calls = dict.fromkeys((*ready, *(step.call for step in case.writes)))
    told = [text for text, known in zip(case.task.told, read[decided:], strict=False) if known]
    amounts = frozenset().union(*map(ground.worth, calls))
    return amounts | {value.number for text in told for value in values(text)}


def wishes_of(case: Case) -> Wishes:
    """What the wanted writes of a case, and those made, are called with."""
    calls = dict.fromkeys((*case.task.gold, *(step.call for step in case.writes)))
    sizes = {len(value) for call in calls for value in call.args.values() if isinstance(value, list)}
    return Wishes(frozenset({*sizes, 1}), " ".join(call.text.lower() for call in calls))
