"""What a kind of mutation is, and how a family declares its kinds."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.mutations.talks import Talk
from writ_dspy.conversation import Conversation, Turn

Made = Sequence[Turn] | Conversation | None
"""Turns, whose tool results are then those of a fresh world; a whole conversation, taken as it is; None: no place for it."""
Make = Callable[[Talk, random.Random], Made]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of mutation."""

    name: str
    family: str
    wrong: bool
    """Whether what it makes is wrong, so that it must be rejected; what is not must be accepted."""
    make: Make
    why: str
    """One sentence: why it is wrong, or right."""
    by: tuple[str, ...] = ()
    """The checks that should see it."""
    debatable: str = ""
    """Why reasonable readers could judge otherwise; such a kind is shown and not counted."""


@dataclass(frozen=True, slots=True)
class Family:
    """Kinds about one thing, in the order in which they are declared."""

    name: str
    wrong: bool
    by: tuple[str, ...] = ()
    kinds: list[Kind] = field(default_factory=list)

    def __call__(self, why: str, *by: str, name: str = "", debatable: str = "") -> Callable[[Make], Make]:
        """Declare a function as a kind; the kind goes by the function's name."""

        def declared(make: Make) -> Make:
            self.add(name or make.__name__.replace("_", " "), make, why, by, debatable)
            return make

        return declared

    def add(self, name: str, make: Make, why: str, by: Sequence[str] = (), debatable: str = "") -> None:
        self.kinds.append(Kind(name, self.name, self.wrong, make, why, tuple(by) or self.by, debatable))

    def each(self, texts: Mapping[str, Sequence[str]], make: Callable[[Sequence[str]], Make], why: str) -> None:
        """One kind for each group of texts."""
        for name, group in texts.items():
            self.add(name, make(group), why)
