"""Asking a model again: bounded, with the reason, and with seeds that depend on nothing but what is asked."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from writ_dspy.lm import BadReply, Refused

T = TypeVar("T")
TRIES = 3
"""Replies asked for before what they are about is turned down."""
SAID = 80
"""Letters of a server's refusal that a reason holds."""
ROOM = 4096
"""Tokens of a reply at least: a goal of many searches is long, and so are all sentences of a task."""


class Rejected(Exception):  # noqa: N818 - it names what became of a task
    """A task that a model could not bring about; `reason` counts together with its like, `advice` is for the model."""

    def __init__(self, reason: str, advice: str = "", *, lasting: bool = False) -> None:
        super().__init__(f"{reason}: {advice}" if advice else reason)
        self.reason = reason
        self.advice = advice or reason
        self.lasting = lasting
        """A second one with the same reason shows that it lies in the matter, not in the words: more tries would not help."""


def derive(*what: object) -> int:
    """A seed of 31 bits that depends on all of these and nothing else."""
    return int.from_bytes(hashlib.sha256("/".join(map(str, what)).encode()).digest()[:4], "big") >> 1


def fault_of(check: Callable[..., None], *what: object) -> Rejected | None:
    """What the check raises of these."""
    try:
        check(*what)
    except Rejected as fault:
        return fault
    return None


async def attempt(tries: int, once: Callable[[int, str], Awaitable[T]]) -> T:
    """What `once(number, objection)` comes to, asked again with the reason while it is turned down.

    Two failures alike end it, where the first showed that it lies in the matter (`Rejected.lasting`).

    Raises:
        Rejected: All tries were turned down; the last one's reason. Or the server will not have this prompt.
    """
    last = Rejected("not tried")
    for number in range(tries):
        try:
            return await once(number, "" if number == 0 else last.advice)
        except BadReply as reply:
            last = Rejected(f"the reply is {reply.reason}", f"the last reply was {reply.reason}; reply in full")
        except Refused as refused:
            raise Rejected(f"the server refuses the prompt: {refused.what[:SAID]}") from refused
        except Rejected as rejected:
            if rejected.lasting and rejected.reason == last.reason:
                raise
            last = rejected
    raise last


async def together(work: Iterable[Awaitable[T]]) -> list[T]:
    """All results in order; the first error cancels what is still under way, so that nothing runs on unseen."""
    running = [asyncio.ensure_future(one) for one in work]
    try:
        return list(await asyncio.gather(*running))
    finally:
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)
