"""How a server is run, how a world of its own begins, and how its state is seen."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from writ_dspy.task import Json

FOLDER, DATABASE, SNAPSHOT = "{folder}", "{database}", "{snapshot}"
"""In arguments and variables: the session's own folder, and its own copy of the database; in those of `restore`: what `snapshot` gave."""


@dataclass(frozen=True)
class Ask:
    """A tool that the source calls for itself, with its arguments."""

    tool: str
    args: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Settings:
    """All that is declared of a server."""

    domain: str
    home: Path
    """Where the command runs: the folder of the declaration."""
    command: tuple[str, ...] = ()
    """The command with its arguments; empty where there is a URL."""
    env: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    database: Path | None = None
    """A file that each session gets a copy of."""
    reset: Ask | None = None
    snapshot: Ask | None = None
    restore: Ask | None = None
    state: Ask | str = ""
    """What shows the whole state: a tool, or a file."""
    at: str = ""
    """Where in it the tables are, as `data.tables`."""
    answer: str = ""
    """Where in a structured answer the result is."""
    fixed: Mapping[str, Json] = field(default_factory=dict)
    """Arguments that every call gets and no agent sees."""
    without: tuple[str, ...] = ()
    """Tools that no agent sees."""
    generic: tuple[str, ...] = ()
    """Tools that look at nothing and change nothing."""
    timeout: float = 30
    start: float = 60
    keys: frozenset[str] = frozenset()
    """Fields by which records stand in their tables, where the state has them in lists."""

    @property
    def place(self) -> str:
        """The server, as an error names it."""
        return self.url or shlex.join(self.command)

    def fixed_for(self, takes: Collection[str]) -> dict[str, Json]:
        """Those of the fixed arguments that a tool takes."""
        return {name: value for name, value in self.fixed.items() if name in takes}

    @property
    def own(self) -> frozenset[str]:
        """Tools that the source needs for itself."""
        asks = (self.reset, self.snapshot, self.restore, self.state)
        return frozenset(one.tool for one in asks if isinstance(one, Ask))
