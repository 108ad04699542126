"""What is found wrong with a domain."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that does not hold, or could be better."""

    part: str
    """Where to look: a key of the declaration, a part of the pack, a tool."""
    says: str
    """What was seen, and what was wanted."""
    grave: bool = True
    """Data made with it is wrong or worth less; else it is advice."""

    def __str__(self) -> str:
        return f"{self.part}: {self.says}"
