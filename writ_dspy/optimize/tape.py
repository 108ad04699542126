"""A model's line whose replies are kept, counted before they are asked for, and never paid for twice."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn, Protocol
from weakref import WeakValueDictionary

from writ_dspy.errors import DeniedError, LMError, RoleError, StoreError, WritError
from writ_dspy.lm import BadReply, Connection
from writ_dspy.lm.engine import ForeignWire
from writ_dspy.optimize.ledger import Ledger, Purpose, digest

if TYPE_CHECKING:
    from dspy.lm15 import Request, Response

PER_CHARACTER = 0.5
"""Tokens that a character of a prompt can be at most, for the bound that is set aside before a request is sent."""

TOO_LONG = re.compile(r"context.?(size|length|window)|maximum context", re.IGNORECASE)
"""How servers say that a prompt does not fit. Of a program that grew by what an optimizer added, that is its own fault."""
WAIT = 0.02
"""Seconds until a request that waits for others to end looks again whether there is money for it."""


class Stop(BaseException):
    """Nothing more may be asked. No `Exception`: DSPy's optimizers take those for the fault of a prompt and go on."""


class Purse(Protocol):
    """Who decides whether there is money for one more request."""

    def take(self, tokens: int) -> bool:
        """Set that many tokens aside, or raise `Stop`; False if it takes what others have set aside to know."""

    def give_back(self, tokens: int) -> None:
        """What was set aside is free again; what it became stands in the ledger."""

    def heard(self, key: str, tokens: int) -> None:
        """That request was answered, now or by an earlier call."""

    def fail(self, why: WritError) -> NoReturn:
        """End the run with this: raise `Stop`."""


@dataclass
class Under:
    """What is going on while a request is made."""

    purpose: Purpose
    known: bool = False
    """Whether this rollout came to an end before, so that every reply of it is there."""
    calls: int = 0
    tokens: list[int] = field(default_factory=lambda: [0, 0, 0])


under: ContextVar[Under] = ContextVar("writ_optimizing")
"""The rollout that requests belong to; outside of any, they are the optimizer's own."""


class Taped(Connection):
    """The same model, through the ledger."""

    def __init__(self, inner: Connection, ledger: Ledger, purse: Purse, max_tokens: int | None = None) -> None:
        settings = inner.settings
        if max_tokens:
            settings = settings.model_copy(update={"max_tokens": max(settings.max_tokens, max_tokens)})
        super().__init__(settings, inner.role)
        self.inner = inner
        self.keep_trace = True
        self.wire: TapedWire = TapedWire(inner, ledger, purse)
        self._mode, self._ready = inner.mode, True

    @property
    def model_name(self) -> str:
        return self.inner.model_name

    async def ready(self) -> None:
        await self.inner.ready()

    async def aclose(self) -> None:
        await super().aclose()
        await self.inner.aclose()


class TapedWire(ForeignWire):
    """Answers from the ledger what was asked before, and asks the model the rest."""

    def __init__(self, inner: Connection, ledger: Ledger, purse: Purse) -> None:
        self.inner, self.ledger, self.purse = inner, ledger, purse
        self._again: Counter[str] = Counter()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def reply(self, request: Request) -> tuple[Response, float]:
        text = repr(request)
        return await self._answer(text, request.config.max_tokens or 0, lambda: self.inner._wire.reply(request))  # noqa: SLF001 - as a subclass would

    async def ask(self, body: Mapping[str, Any]) -> tuple[Response, float]:
        text = json.dumps(body, sort_keys=True, default=str)
        return await self._answer(text, body["max_tokens"], lambda: self.inner._wire.ask(body))  # noqa: SLF001 - the same

    async def _answer(
        self, text: str, most: int, send: Callable[[], Awaitable[tuple[Response, float]]]
    ) -> tuple[Response, float]:
        now = under.get(None) or Under("reflection")
        key = self._key(text, now)
        async with self._turns.setdefault(key, asyncio.Lock()):  # who asks the same at the same time gets the same
            return await self._once(key, now, round(len(text) * PER_CHARACTER) + most, send)

    async def _once(
        self, key: str, now: Under, bound: int, send: Callable[[], Awaitable[tuple[Response, float]]]
    ) -> tuple[Response, float]:
        record = self.ledger.reply(key)
        if record is None and now.known:
            self.purse.fail(
                StoreError(
                    f"{self.ledger.folder}: a rollout that is kept there now asks something else, so the code has changed "
                    "since. Use another --out."
                )
            )
        if record is None:
            record = await self._asked(key, now, bound, send)
        else:
            self._heard(record)
        now.calls += 1
        now.tokens = [a + b for a, b in zip(now.tokens, record["tokens"], strict=True)]
        if "bad" in record:
            raise BadReply(*record["bad"])
        return _response(record["reply"], self.inner.model_name), record["seconds"]

    def _heard(self, record: Mapping[str, Any]) -> None:
        self.purse.heard(record["id"], record["tokens"][0] + record["tokens"][2])

    def _key(self, text: str, now: Under) -> str:
        """A rollout never asks the same twice; an optimizer may, and wants another answer then."""
        if now.purpose != "reflection":
            return digest(text)
        self._again[text] += 1
        return digest(f"{self._again[text]}/{text}")

    async def _asked(
        self, key: str, now: Under, bound: int, send: Callable[[], Awaitable[tuple[Response, float]]]
    ) -> dict[str, Any]:
        while not self.purse.take(bound):  # noqa: ASYNC110 - others run on other loops, which no event reaches
            await asyncio.sleep(WAIT)
        try:
            record: dict[str, Any] = {"id": key, "purpose": now.purpose, "tokens": [0, 0, 0], "seconds": 0.0}
            try:
                response, record["seconds"] = await send()
            except BadReply as bad:
                record["bad"] = [bad.reason, str(bad), bad.text]
            except DeniedError as error:
                self.purse.fail(error)
            except LMError as error:
                if now.purpose not in ("seed", "reflection") and TOO_LONG.search(str(error)):
                    record["bad"] = ["truncated", str(error), ""]
                elif now.purpose == "reflection":
                    self.purse.fail(
                        RoleError(
                            f"the reflection model broke: {error} What is done is kept: the same command goes on."
                        )
                    )
                else:
                    raise
            else:
                used = response.usage
                record["tokens"] = [used.input_tokens or 0, used.cache_read_tokens or 0, used.output_tokens or 0]
                record["reply"] = _kept(response)
            self.ledger.keep_reply(record)
            self._heard(record)
            return record
        finally:
            self.purse.give_back(bound)


def _kept(response: Response) -> dict[str, Any]:
    """What the reply is made of again: the server's own JSON where there is one."""
    if response.provider_data and "choices" in response.provider_data:
        return {"raw": response.provider_data}
    used = response.usage
    tokens = {"prompt_tokens": used.input_tokens or 0, "completion_tokens": used.output_tokens or 0,
              "prompt_tokens_details": {"cached_tokens": used.cache_read_tokens or 0}}  # fmt: skip
    calls = [
        {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": json.dumps(dict(call.input))}}
        for call in response.tool_calls
    ]
    message = {"role": "assistant", "content": response.text, **({"tool_calls": calls} if calls else {})}
    choice = {"index": 0, "message": message, "finish_reason": response.finish_reason}
    return {"raw": {"id": response.id, "model": response.model, "choices": [choice], "usage": tokens}}


def _response(kept: Mapping[str, Any], model: str) -> Response:
    from dspy.lm15 import response_from_openai_chat

    response: Response = response_from_openai_chat(kept["raw"], model=model, choice=0)
    return response
