"""Worlds that are made by their writes: with what they all began from, these are all that a world is.

So what a call answers after some writes is worked out once for all worlds that have seen the same ones: the verifier plays what
the loop has played. A world gets a state of its own only where something has to be worked out.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Protocol, TypeAlias

from writ_dspy.domains.observed import Result
from writ_dspy.domains.remembered import Remembered
from writ_dspy.task import Call

REMEMBERED = 512
"""Answers kept before the first write, and after some writes: those of the talks under way; what is read again and again, a domain keeps."""
Log: TypeAlias = tuple[Call, ...]
"""The writes that were tried in a world, in their order."""


class State(Protocol):
    """What calls are played on."""

    def answer(self, log: Log, call: Call, *, writes: bool) -> Result:
        """What a call answers after these writes; whether it is one itself."""

    def changed(self, log: Log) -> Mapping[str, str]:
        """What these writes changed; see `World.delta`."""

    def digest(self, log: Log) -> str:
        """SHA-256 of the whole state after these writes."""


class OwnState(ABC):
    """A state that one world has for itself, and that plays the writes which it has not seen."""

    _seen = 0
    """How many writes it has seen."""

    @abstractmethod
    def play(self, call: Call) -> Result:
        """What a call answers now."""

    @abstractmethod
    def differences(self) -> Mapping[str, str]:
        """What it holds now otherwise than what it began with."""

    @abstractmethod
    def hashed(self) -> str:
        """SHA-256 of what it holds now."""

    def answer(self, log: Log, call: Call, *, writes: bool) -> Result:
        self._catch_up(log)
        self._seen += writes
        return self.play(call)

    def changed(self, log: Log) -> Mapping[str, str]:
        self._catch_up(log)
        return self.differences()

    def digest(self, log: Log) -> str:
        self._catch_up(log)
        return self.hashed()

    def _catch_up(self, log: Log) -> None:
        for call in log[self._seen :]:
            self.play(call)
        self._seen = len(log)


class Memory:
    """What all worlds of one domain share."""

    def __init__(
        self,
        state: Callable[[], State],
        first: Callable[[Call], Result],
        writes: Callable[[str], bool],
        later: int = REMEMBERED,
    ) -> None:
        """Worlds that have seen nothing yet.

        Args:
            state: Makes a state for one world.
            first: What a call that is no write answers before anything is written: it leaves all as it is, and so needs no state.
            writes: Whether a tool may change something.
            later: Answers, and changes, that are kept of worlds that were written to.
        """
        self.state, self.first, self.writes = state, first, writes
        self.before: Remembered[Call, Result] = Remembered(REMEMBERED)
        self.after: Remembered[tuple[Log, Call], Result] = Remembered(later)
        self.changes: Remembered[Log, Mapping[str, str]] = Remembered(later)


class RememberedWorld:
    """One world of a domain; see `World`."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._log: Log = ()

    @cached_property
    def _state(self) -> State:
        return self._memory.state()

    def call(self, call: Call) -> Result:
        """Play one call; a tool that raises has refused."""
        memory = self._memory
        writes = memory.writes(call.tool)
        if not (self._log or writes):
            known = memory.before.get(call)
            return known or memory.before.keep(call, memory.first(call))
        key = (self._log, call)
        known = memory.after.get(key)
        if known is None:
            known = memory.after.keep(key, self._state.answer(self._log, call, writes=writes))
        if writes:
            self._log = (*self._log, call)
        return known

    def delta(self) -> Mapping[str, str]:
        """Canonical JSON of each record that differs from the base, by `table/key`."""
        if not self._log:
            return {}
        known = self._memory.changes.get(self._log)
        return self._memory.changes.keep(self._log, self._state.changed(self._log)) if known is None else known

    def digest(self) -> str:
        """SHA-256 of the whole state."""
        return self._state.digest(self._log)
