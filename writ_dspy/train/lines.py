"""Models that answer plain chats from many threads: τ²-bench plays each simulation in a thread, and waits there."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Mapping
from typing import Any, Self, TypeVar

from writ_dspy.domains.tau2.benchmark import Role, Said
from writ_dspy.errors import RoleError
from writ_dspy.lm import BadReply, Usage, connect
from writ_dspy.lm.connection import ToolReply
from writ_dspy.lm.endpoint import LMSettings
from writ_dspy.programs.tries import derive
from writ_dspy.task import Json

T = TypeVar("T")
DRAWS = 3
"""Draws of one message, the first included, while the reply cannot be used."""


class UnusableError(RoleError):
    """The model that is evaluated said nothing that can be used: its own fault, and scored so."""


class Lines:
    """A connection for each role, all on one event loop in a thread; every server has answered when the block is entered."""

    def __init__(self, models: Mapping[Role, LMSettings]) -> None:
        # a mode that is given is not looked for: chats take none
        self._lines = {role: connect(lm.model_copy(update={"mode": "tools"}), role=role) for role, lm in models.items()}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="writ-lines", daemon=True)
        self._asking: set[asyncio.Task[Any]] = set()
        self._over = False

    def __enter__(self) -> Self:
        self._thread.start()
        try:
            for line in self._lines.values():
                self._wait(line.meet())
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        try:
            for line in self._lines.values():
                self._wait(line.aclose())
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def stop(self) -> None:
        """Whoever waits for an answer waits no longer, and nothing more is asked."""
        self._over = True
        self._wait(self._cancelled())

    def speak(
        self, role: Role, messages: list[dict[str, Json]], tools: list[dict[str, Json]], seed: int | None
    ) -> Said:
        """See `benchmark.Speak`. A reply that cannot be used is asked for anew, as τ² does with an empty one.

        Raises:
            UnusableError: None of the agent's draws could be used.
            LMError: The server failed, or none of another role's draws could be used.
        """
        for draw in range(DRAWS):
            drawn = seed if draw == 0 or seed is None else derive(seed, len(messages), draw)
            try:
                said = self._wait(self._asked(role, messages, tools, drawn))
            except BadReply as error:
                if draw == DRAWS - 1 and role == "agent":
                    raise UnusableError(f"{DRAWS} replies in a row cannot be used: {error}") from error
                if draw == DRAWS - 1:
                    raise
                self._lines[role].usage.redraws += 1
            else:
                return Said(said.text, said.calls)
        raise AssertionError("unreachable")

    def usage(self) -> dict[str, Usage]:
        """What each role's calls have come to."""
        return {role: line.usage for role, line in self._lines.items()}

    async def _asked(
        self, role: Role, messages: list[dict[str, Json]], tools: list[dict[str, Json]], seed: int | None
    ) -> ToolReply:
        if self._over:
            raise asyncio.CancelledError
        task = asyncio.current_task()
        if task is not None:
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)
        return await self._lines[role].chat(messages, tools, seed=seed)

    async def _cancelled(self) -> None:
        asking = list(self._asking)
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()
