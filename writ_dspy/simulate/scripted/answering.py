"""What the scripted agent answers: the values that a user asks to be told, each in a sentence that says of what it is one."""

from __future__ import annotations

import random
from collections.abc import Sequence

from writ_dspy import patterns as re
from writ_dspy.codec import parts
from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain
from writ_dspy.domains.spinning import chosen
from writ_dspy.evidence.found import Unresolved, observing
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.simulate.scripted import plan
from writ_dspy.simulate.scripted.naming import dollars, joined
from writ_dspy.task import Computed, Json, Picked, Policy, Request, Said, Task, Tell, Where

_BALANCE = "balance"
"""What is told of the thing that holds it, and not only as a figure."""
_DIFFERENCE = "difference"
"""What is told of the two amounts between which it is one."""
_TWO = 2
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Answering:
    """The words of one turn, taken from what the calls returned."""

    def __init__(self, task: Task, domain: Domain, turns: Sequence[Turn], rng: random.Random) -> None:
        self.task, self.domain, self.turns, self.rng = task, domain, turns, rng
        self.now = plan.standing(task, domain, turns)

    def _tells(self, request: Request) -> list[str]:
        parts: list[str] = []
        for index in request.tells:
            tell = self.task.goal.tells[index]
            try:
                value, _ = self._resolver().term(tell.term)
            except Unresolved:
                continue  # a careless agent has not read it; nobody says what they have not read
            parts.append(self._told(tell, value))
        return parts

    def _told(self, tell: Tell, value: Json) -> str:
        if isinstance(value, list):
            value = ", ".join(str(item) for item in value)
        shown = dollars(value) if tell.style == "money" else self._measured(tell, value)
        if tell.style == "count" and tell.topic.endswith("s") and not tell.topic.startswith("number of "):
            state = self._counted_as(tell)
            return (
                f"There are {shown} {tell.topic}{state}." if value != 1 else f"The number of {tell.topic}{state} is 1."
            )
        held, between = self._holder(tell), self._between(tell)
        return f"The {tell.topic} of {held} is now {shown}." if held else f"The {tell.topic}{between} is {shown}."

    def _counted_as(self, tell: Tell) -> str:
        """What holds of all that is counted, where it is a yes or a no that has a word: " in stock"."""
        states: dict[str, bool] = {}
        for part in parts(tell.term):
            if isinstance(part, Where) and isinstance(part.value, Policy | Said) and isinstance(part.value.value, bool):
                states[part.attribute] = part.value.value
        said = (self.domain.pack.phrases.measure(name, value) for name, value in states.items())
        return "".join(f" {text}" for text in said)

    def _between(self, tell: Tell) -> str:
        """Of which two amounts a difference is one, so that it is clear who gains by it."""
        term = tell.term
        if tell.topic != _DIFFERENCE or tell.style != "money" or not isinstance(term, Computed):
            return ""
        values = [self._resolver().term(one)[0] for one in term.args]
        amounts = [dollars(value) for value in values if isinstance(value, int | float)]
        return f" between {joined(amounts)}" if len(amounts) == len(values) == _TWO else ""

    def _measured(self, tell: Tell, value: Json) -> str:
        """A day as people say it, and all else as it is."""
        day = isinstance(value, str) and isinstance(tell.term, Picked) and _DAY.fullmatch(value)
        return self.domain.pack.phrases.measure(tell.term.field, value) if day else str(value)  # type: ignore[union-attr]  # a day is picked

    def _holder(self, tell: Tell) -> str:
        """What a balance is the balance of; nothing for what is told of the whole."""
        if tell.topic != _BALANCE:
            return ""
        first = next((part for part in parts(tell.term) if isinstance(part, Picked)), None)
        hits = self._resolver().query(first.query).hits if first else ()
        fact = self.domain.pack.stands(hits[0].view, hits[0].row, first.field) if first and hits else None
        return fact[0] if fact else ""

    def _resolver(self) -> Resolver:
        return Resolver(self.domain, observing(self.now.reads))

    def _pick(self, choices: Sequence[str], **words: str) -> str:
        text = chosen(self.rng, self.rng.choice(choices)).format(**words)
        return text[:1].upper() + text[1:]
