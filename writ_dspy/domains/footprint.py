"""What the evaluation tasks of one release use, as a table that may travel: ids in the open, all else as digests.

The firewall holds tasks against it. Of a gold write, an end state or a run of words a digest is enough to know it again, and nothing of
the benchmark's texts can be read off it.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from writ_dspy.task import Call, Json

SIZE = 6
"""Bytes of a digest: of a billion texts that are not among ten thousand, none but by chance of one in thirty is taken for one."""


@dataclass(frozen=True)
class Footprint:
    """Of one split, or of several together."""

    release: str
    """By which the benchmark calls it; the version of the domain where the tasks have no release."""
    tasks: int
    users: frozenset[str]
    records: frozenset[str]
    """Ids of records, of those users and named in the tasks."""
    writes: frozenset[bytes]
    """Of gold writes, see `of_call`."""
    end_states: frozenset[bytes]
    """Of what all gold writes of a task change, see `of_state`."""
    grams: frozenset[bytes]
    """Of runs of words in instructions, see `mark`."""

    @cached_property
    def entities(self) -> frozenset[str]:
        """Users and records."""
        return self.users | self.records

    def __or__(self, other: Footprint) -> Footprint:
        """Of both together, which share no task."""
        sets: dict[str, Any] = {name: getattr(self, name) | getattr(other, name) for name in (*OPEN, *CLOSED)}
        return Footprint(self.release, self.tasks + other.tasks, **sets)

    def to_json(self) -> dict[str, Json]:
        """As a file has it."""
        return {
            "tasks": self.tasks,
            **{name: sorted(getattr(self, name)) for name in OPEN},
            **{name: base64.b64encode(b"".join(sorted(getattr(self, name)))).decode() for name in CLOSED},
        }

    @classmethod
    def from_json(cls, release: str, found: Mapping[str, Json]) -> Footprint:
        """The inverse of `to_json`."""
        sets: dict[str, Any] = {name: frozenset(found[name]) for name in OPEN}
        sets |= {name: frozenset(_cut(base64.b64decode(found[name]))) for name in CLOSED}
        return cls(release, found["tasks"], **sets)


OPEN, CLOSED = ("users", "records"), ("writes", "end_states", "grams")


def mark(text: str) -> bytes:
    """The digest of a text."""
    return hashlib.sha256(text.encode()).digest()[:SIZE]


def of_call(call: Call) -> bytes:
    """The digest of a call in canonical form."""
    return mark(f"{call.tool} {call.text}")


def of_state(delta: Mapping[str, str]) -> bytes:
    """The digest of a change of the world."""
    return mark(json.dumps(sorted(delta.items())))


def _cut(data: bytes) -> Iterable[bytes]:
    return (data[at : at + SIZE] for at in range(0, len(data), SIZE))
