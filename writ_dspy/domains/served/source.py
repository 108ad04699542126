"""The tools of a server as those of a domain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from writ_dspy.domains.domain import ToolKind
from writ_dspy.domains.observed import Result
from writ_dspy.domains.served import schemas
from writ_dspy.domains.served.pool import Pool
from writ_dspy.domains.served.settings import Settings
from writ_dspy.domains.sources import Source, Tool, Tried, canonical, is_table
from writ_dspy.domains.worlds import Log, Memory, RememberedWorld
from writ_dspy.errors import ConfigError
from writ_dspy.task import Call


class McpSource(Source):
    """Tools that an MCP server has."""

    def __init__(self, settings: Settings, pool: Pool) -> None:
        listed = {one["name"]: one for one in pool.reader.listed}
        hidden = frozenset(settings.fixed)
        named = (*settings.own, *settings.without, *settings.generic)
        if (odd := next((name for name in named if name not in listed), None)) is not None:
            raise ConfigError(
                f"{settings.domain}: tools.mcp names {odd}, and the server `{settings.place}` has no such tool; it has {', '.join(listed)}."
            )
        shown = {name: one for name, one in listed.items() if name not in (*settings.own, *settings.without)}
        tools = {
            name: Tool(
                name,
                schemas.parameters(name, schemas.without(one["inputSchema"], hidden)),
                schemas.function(name, one.get("description") or "", one["inputSchema"], hidden),
            )
            for name, one in shown.items()
        }
        kinds: dict[str, ToolKind] = {name: "generic" if name in settings.generic else "read" for name in tools}
        super().__init__(settings.domain, tools, pool.base or {}, kinds)
        self.texts = (json.dumps([pool.reader.server, [tool.schema for tool in tools.values()]], sort_keys=True),)
        self.said_to_read = frozenset(
            name for name, one in shown.items() if (one.get("annotations") or {}).get("readOnlyHint")
        )
        """Tools that the server annotates so; whether they do is found out."""
        self.doubted = frozenset(tools) - self.said_to_read
        self._pool = pool
        self._memory = Memory(lambda: self, pool.first, self.is_write)

    def world(self) -> RememberedWorld:
        return RememberedWorld(self._memory)

    def tried(self, calls: Iterable[Call]) -> Tried:
        return self._pool.tried(calls)

    def close(self) -> None:
        """End its servers."""
        self._pool.close()

    def shares(self, call: Call) -> bool:
        """Whether what a write changes in one world is seen where nothing was written."""
        self._pool.state((call,))
        return self._pool.untouched() != self.base

    # ------------------------------------------------------------------ the state that all worlds are played on

    def answer(self, log: Log, call: Call, *, writes: bool) -> Result:
        return self._pool.answer(log, call, writes=writes)

    def changed(self, log: Log) -> Mapping[str, str]:
        return self.differences(self._pool.state(log))

    def differences(self, state: Mapping[str, Any]) -> Mapping[str, str]:
        """Canonical JSON of each record that another state has otherwise, by `table/key`."""
        return dict(sorted((place, text) for place, text in self._changed(state) if text is not None))

    def digest(self, log: Log) -> str:
        state = self._pool.state(log) if log else self.base
        return hashlib.sha256(canonical(state).encode()).hexdigest()

    def _changed(self, state: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
        for name in self.base.keys() | state.keys():
            old, new = self.base.get(name), state.get(name)
            if old == new:
                continue
            if not (is_table(old) and isinstance(new, dict)):
                yield name, self.part_now(name, new, old)
                continue
            for key in old.keys() | new.keys():  # type: ignore[union-attr]
                if new.get(key) != old.get(key):  # type: ignore[union-attr]
                    place = f"{name}/{key}"
                    yield place, self.record_now(place, new.get(key), old.get(key))  # type: ignore[union-attr]


def source(settings: Settings) -> McpSource:
    """The tools of a server, started.

    Raises:
        DomainError: It does not start, shows no state, or the SDK is not installed.
        ConfigError: A tool that is named is not there.
    """
    pool = Pool(settings)
    try:
        return McpSource(settings, pool)
    except Exception:
        pool.close()
        raise
