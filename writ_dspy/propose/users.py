"""Whom tasks are about: users off the official tasks, who have enough to ask about, and recipes that have something to ask."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

from writ_dspy.domains import Domain, Memory, Recipe
from writ_dspy.propose.firewall import Firewall
from writ_dspy.propose.mix import Cell

MEMORIES: tuple[Memory, ...] = ("knows ids", "half-remembers", "knows none")


def users_for(cell: Cell, domain: Domain, wall: Firewall | None) -> list[str]:
    """Users who may be drawn: off the firewall, and with enough records of their own for so many writes.

    For a large burden, one with more records stands in the list more often.
    """
    users: list[str] = []
    for user in domain.pack.users(domain):
        if wall is None or user not in wall.users:
            owned = len(domain.pack.records(domain, user))
            if owned >= min(cell.writes - (cell.writes < 3), 4):
                users += [user] * max(1, min(owned, cell.burden) if cell.burden > 3 or cell.writes > 1 else 1)
    return users


IDLE = 200
"""Drafts in vain after which a recipe for a denial is asked no more in its cell."""


class Luck:
    """How often each recipe had something to offer in one cell, so that hopeless ones are asked less often."""

    def __init__(self) -> None:
        self._tried: Counter[str] = Counter()
        self._found: Counter[str] = Counter()

        self._met: Counter[tuple[str, str]] = Counter()

    def met(self, user: str, memory: str, found: bool) -> None:
        """Remember whether a user had enough to ask for."""
        self._met[user, memory] += 4 if found else -1

    def hopeless(self, user: str, memory: str) -> bool:
        """Asked a few times more often than it was worth."""
        return self._met[user, memory] <= -2

    def _weight(self, recipe: str) -> float:
        """Its rate of success, but never so little or so much that one recipe would rule the cell."""
        return min(0.5, max(1, self._found[recipe] + 1) / (self._tried[recipe] + 4))

    def judged(self, recipe: str, accepted: bool) -> None:
        """What became of its draft weighs more than that there was one."""
        self._found[recipe] += 4 if accepted else -1

    def note(self, recipe: Recipe, found: bool) -> None:
        self._tried[recipe.name] += 1
        self._found[recipe.name] += found

    def idle(self, recipe: Recipe) -> bool:
        """It was asked often, of many users, and never had anything to offer: of a clause that no record breaks no task can be made."""
        return self._found[recipe.name] <= 0 and self._tried[recipe.name] >= IDLE

    def pick(self, recipes: Sequence[Recipe], index: int, rng: random.Random) -> Recipe:
        """Each write tool gets its turn; otherwise any recipe, the more often the more it has found."""
        tools = sorted({recipe.tool for recipe in recipes})
        if rng.random() < 0.15:
            return rng.choice([recipe for recipe in recipes if recipe.tool == tools[index % len(tools)]])
        weights = [self._weight(recipe.name) for recipe in recipes]
        return rng.choices(recipes, weights)[0]
