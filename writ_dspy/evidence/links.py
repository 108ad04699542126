"""What results say of other reads, by the links that a domain declares."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import TypeAlias

from writ_dspy.domains import Domain, Observation, Row
from writ_dspy.task import Call

Told: TypeAlias = tuple[Call, str, Row]
"""A read, one of its views, and fields that some row of it has."""


def told(domain: Domain, call: Call, seen: Observation, tools: Container[str]) -> Iterator[Told]:
    """What a result says of reads with these tools."""
    if seen.error:
        return
    for link in domain.pack.integrity.links:
        if link.tool == call.tool and link.other in tools:
            for args, view, row in link.shows(call, seen):
                yield domain.canonical(link.other, args), view, row


def bears_out(seen: Observation, view: str, row: Row) -> bool:
    """Whether some row of the view has these fields."""
    wanted = row.items()
    return any(all(other.get(name) == value for name, value in wanted) for other in seen.views.get(view, ()))


def standing_in(domain: Domain, observed: Iterable[Call]) -> dict[Call, dict[str, tuple[Row, ...]]]:
    """The rows of other reads that these results show as well as those reads would, by read and view."""
    found: dict[Call, dict[str, tuple[Row, ...]]] = {}
    links = [link for link in domain.pack.integrity.links if link.stands]
    for call in observed if links else ():
        seen = domain.read(call)
        for link in (link for link in links if link.tool == call.tool and not seen.error):
            for args, view, row in link.shows(call, seen):
                views = found.setdefault(domain.canonical(link.other, args), {})
                if row not in views.get(view, ()):  # a leg of several connections
                    views[view] = (*views.get(view, ()), row)
    return found
