"""What every database of a domain keeps, as its read tools show it: which results there can be.

A lens says what a result shows. An `Integrity` says what it could have shown instead, so that a certificate rests on
results that a tool could give, and a read that could not matter is no evidence. The engine in `writ_dspy.evidence`
knows no domain; whatever a domain declares here it takes into account, and what is left out it takes to be open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from writ_dspy.domains.observed import Observation, Row, Views
from writ_dspy.task import Call, Json, Scalar


@dataclass(frozen=True, slots=True)
class Span:
    """The values that an attribute can have, both ends included; an end that is None is open."""

    least: Json = None
    most: Json = None
    absent: bool = False
    """No row has the attribute."""


ABSENT = Span(absent=True)
Bounds: TypeAlias = "Callable[[Call, tuple[Row, ...], str], Span | None]"
"""(a call, the rows that led to its arguments, an attribute) -> what the rows of this call can hold; None: anything."""
Shown: TypeAlias = "tuple[Mapping[str, Json], str, Row]"
"""Arguments of another read, one of its views, and fields that some row of that view has."""


Compose: TypeAlias = "Callable[[Call, Views, Observation], Observation | None]"
"""(a read, the rows wished for, what the read of a real record showed) -> the result that shows these rows.

The record of the read may be an invented one. What follows from the rows (a count, a total, a duration) may be out of
date in them; what they leave open is taken from the real result. None where no database makes the tool show that.
"""


@dataclass(frozen=True, slots=True)
class Link:
    """What a result of one tool also says of another read: an order shows whose profile lists it."""

    tool: str
    other: str
    shows: Callable[[Call, Observation], Iterable[Shown]]
    stands: bool = False
    """Whoever has the result needs the other read no more for the rows that it says of it."""


@dataclass(frozen=True, slots=True)
class Integrity:
    """What every database of a domain keeps."""

    compose: Mapping[str, Compose] = field(default_factory=dict)
    """By read tool; of a tool without one, any rows are taken for a result."""
    bounds: Mapping[tuple[str, str], Bounds] = field(default_factory=dict)
    """By read tool and view."""
    single: frozenset[tuple[str, str]] = frozenset()
    """Tools and views of which a result shows exactly one row: the record itself."""
    full: frozenset[tuple[str, str]] = frozenset()
    """Tools and views to whose rows no other like them can be added; one of them has to change instead."""
    links: tuple[Link, ...] = ()
    closed: Mapping[tuple[str, str], tuple[Scalar, ...]] = field(default_factory=dict)
    """By view and attribute: all values that there are."""
    called: Mapping[str, str] = field(default_factory=dict)
    """View -> what one of its records is called, where the name of the view does not say it."""
    free: frozenset[str] | None = None
    """Attributes whose text may be any, as names and ids are; None: all but the closed ones."""
