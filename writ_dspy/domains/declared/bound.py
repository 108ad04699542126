"""Clauses as they are judged: the ways in which each is kept, and what follows where there are several."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from writ_dspy.domains.declared.conditions import Condition, Look, Side
from writ_dspy.domains.declared.model import Clause

Way = tuple[Condition, ...]
"""Conditions that all have to hold."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A clause with its conditions."""

    number: int
    clause: Clause
    ways: tuple[Way, ...]
    """It is kept where one of them holds; a clause without alternatives has one."""
    when: Condition | None

    @property
    def plain(self) -> bool:
        """It has no alternatives."""
        return not self.clause.any

    @property
    def sides(self) -> frozenset[Side]:
        """All that it looks at."""
        conditions = (*itertools.chain(*self.ways), *((self.when,) if self.when else ()))
        return frozenset(side for one in conditions for side in one.sides)

    @property
    def needed(self) -> tuple[tuple[Condition, ...], ...]:
        """The same turned around: of each of these one condition has to hold.

        Goals know alternatives of single conditions only, and (a and b) or c is the same as (a or c) and (b or c).
        """
        return tuple(dict.fromkeys(tuple(dict.fromkeys(one)) for one in itertools.product(*self.ways)))

    def kept_by(self, value: Look) -> list[int]:
        """The alternatives that hold for these values, by index."""
        return [index for index, way in enumerate(self.ways) if _all(way, value) is True]

    def holds(self, value: Look) -> bool | None:
        """Whether it is kept; None where a record lacks what it looks at. An alternative that looks at what is not there is none."""
        if self.when is not None:
            applies = self.when.holds(value)
            if applies is not True:
                return None if applies is None else True
        found = [_all(way, value) for way in self.ways]
        if True in found:
            return True
        return None if found and all(one is None for one in found) else False

    def is_surely_broken(self, value: Look) -> bool:
        """Whether it is broken whatever comes to stand where nothing is known yet."""
        if self.when is not None and self.when.holds(value) is not True:
            return False
        return all(_all(way, value) is False for way in self.ways)

    def settled(self, is_said: Callable[[Condition], bool], value: Look) -> Bound | None:
        """What is left of it once it is known what the user says; None where it does not count then."""
        when, ways = self.when, self.ways
        if when is not None and is_said(when):
            if not when.holds(value):
                return None
            when = None
        if not self.plain:
            ways = tuple(left for way in ways if (left := _left(way, is_said, value)) is not None)
        return self if when is self.when and ways == self.ways else Bound(self.number, self.clause, ways, when)

    def __str__(self) -> str:
        return ", or ".join(" and ".join(map(str, way)) for way in self.ways)


def _all(way: Way, value: Look) -> bool | None:
    """Whether all conditions hold; None where that is not known of one, and the others do."""
    found = [one.holds(value) for one in way]
    return False if False in found else None if None in found else True


def _left(way: Way, is_said: Callable[[Condition], bool], value: Look) -> Way | None:
    """A way without what the user says already; None where they say otherwise."""
    open_ = tuple(one for one in way if not is_said(one))
    if not all(one.holds(value) for one in way if is_said(one)):
        return None
    return open_ or way
