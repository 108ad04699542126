"""Asking a model again: bounded, with the reason, and with seeds that depend on nothing but what is asked."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Collection, Coroutine
from typing import Any, Generic, Self, TypeVar

from writ_dspy.lm import BadReply, Refused, Usage

T = TypeVar("T")
U = TypeVar("U")
TRIES = 3
"""Replies asked for before what they are about is turned down."""
SAID = 80
"""Letters of a server's refusal that a reason holds."""
ROOM = 4096
"""Tokens of a reply at least: a goal of many searches is long, and so are all sentences of a task."""


class Rejected(Exception):  # noqa: N818 - it names what became of a task
    """A task that a model could not bring about; `reason` counts together with its like, `advice` is for the model."""

    def __init__(self, reason: str, advice: str = "", *, lasting: bool = False, keys: Collection[str] = ()) -> None:
        super().__init__(f"{reason}: {advice}" if advice else reason)
        self.reason = reason
        self.advice = advice or reason
        self.lasting = lasting
        """A second one with the same reason shows that it lies in the matter, not in the words: more tries would not help."""
        self.keys = frozenset(keys)
        """The sentences that it is about; none where it is about all of them."""
        self.counted = False
        """Whether it stands in the usage of the model that is to blame."""


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


def unusable(reply: BadReply) -> str:
    """What to tell a model of a reply that could not be used."""
    fault = f" ({reply.fault})" if reply.fault else ""
    return f"the last reply was {reply.reason}{fault}; reply in full, in the form that is asked for"


async def attempt(tries: int, once: Callable[[int, str], Awaitable[T]], usage: Usage) -> T:
    """What `once(number, objection)` comes to, asked again with the reason while it is turned down.

    What is asked again, and why, is counted in `usage`. Two failures alike end it, where the first showed that it lies in the matter (`Rejected.lasting`).

    Raises:
        Rejected: All tries were turned down; the last one's reason. Or the server will not have this prompt.
    """
    last = Rejected("not tried")
    for number in range(tries):
        usage.redraws += number > 0
        try:
            return await once(number, "" if number == 0 else last.advice)
        except BadReply as reply:
            last = Rejected(f"the reply is {reply.reason}", unusable(reply))
        except Refused as refused:
            raise Rejected(f"the server refuses the prompt: {refused.what[:SAID]}") from refused
        except Rejected as rejected:
            usage.sent_back[rejected.reason] += not rejected.counted
            rejected.counted = True
            if rejected.lasting and rejected.reason == last.reason:
                raise
            last = rejected
    raise last


class Line(Generic[T]):
    """Work that is under way all at once, and whose results come in the order in which it was begun.

    The first error, of whichever piece, is raised from the next result; leaving the block cancels what is under way.
    """

    def __init__(self) -> None:
        self._due: asyncio.Queue[asyncio.Task[T] | None] = asyncio.Queue()
        self._running: set[asyncio.Task[Any]] = set()
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._begun = 0

    def __len__(self) -> int:
        """Pieces whose results have not been taken yet."""
        return self._begun

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._running:
            task.cancel()
        self._failed.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def begin(self, work: Coroutine[Any, Any, T]) -> None:
        """Let a piece run; its result comes after those of all that were begun before."""
        self._begun += 1
        self._due.put_nowait(self._run(work))

    def feed(self, work: Coroutine[Any, Any, None]) -> None:
        """Let something run that begins pieces; when it ends, there will be no more."""

        async def feeding() -> None:
            await work
            self._due.put_nowait(None)

        self._run(feeding())

    async def __anext__(self) -> T:
        """The next result; only while something was begun whose result was not taken.

        Raises:
            StopAsyncIteration: What feeds the line has ended, and so has all that it began.
        """
        due = await self._unless_failed(asyncio.ensure_future(self._due.get()))
        if due is None:
            raise StopAsyncIteration
        self._begun -= 1
        return await self._unless_failed(due)

    def __aiter__(self) -> Self:
        return self

    def _run(self, work: Coroutine[Any, Any, U]) -> asyncio.Task[U]:
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._over)
        return task

    def _over(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (failure := task.exception()) is not None and not self._failed.done():
            self._failed.set_exception(failure)
            self._failed.exception()  # seen, also where nobody asks for the next result

    async def _unless_failed(self, work: asyncio.Task[U]) -> U:
        try:
            either: set[asyncio.Future[Any]] = {work, self._failed}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not work.done():
                work.cancel()
        if self._failed.done():
            self._failed.result()
        return work.result()
