"""The engines behind `dspy.LM`: every request is one generation, counted, and a reply that was cut off is no reply."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
import weakref
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol, Self

from writ_dspy.errors import ConfigError
from writ_dspy.lm.answers import BadReply
from writ_dspy.lm.endpoint import LMSettings
from writ_dspy.lm.pressure import Limits
from writ_dspy.lm.reply import tidied
from writ_dspy.lm.server import Server
from writ_dspy.lm.usage import Usage
from writ_dspy.shown import counted

LOG = logging.getLogger(__name__)
CUT_FROM = 1000
"""Tokens of a prompt from which on a count is a count, and no placeholder."""
DENSEST = 8
"""Letters that no tokenizer puts into one token on average, in prompts of words and JSON."""

if TYPE_CHECKING:
    from dspy.lm15 import OpenAIChatLM, Request, Response


class Wire(Protocol):
    """Anything that answers a request."""

    async def complete(self, request: Request) -> Response:
        """One generation."""


class ServerWire:
    """One role's wire to an OpenAI-compatible server."""

    def __init__(self, server: Server, settings: LMSettings, usage: Usage, limits: Limits | None = None) -> None:
        self.server, self.settings, self.usage, self.limits = server, settings, usage, limits
        self.model = settings.endpoint.model or ""
        self.extra = dict(settings.quiet)
        """Fields that every request carries beside the standard ones."""
        self._mapper: OpenAIChatLM | None = None
        self._cut = False

    async def reply(self, request: Request) -> tuple[Response, float]:
        """The reply, and the seconds that the server took for it.

        Raises:
            LMError: The server refused for good, could not be reached, or stayed busy.
            BadReply: The answer is no chat completion.
        """
        from dspy.lm15 import OpenAIChatLM

        if self._mapper is None:
            self._mapper = OpenAIChatLM(api_key="none", base_url=self.server.endpoint.base_url, compat="sglang")
        extra = self.extra | dict(request.config.extensions or {})
        request = replace(request, model=self.model, config=replace(request.config, extensions=extra or None))
        return await self._post(json.loads(self._mapper.build_request(request, stream=False).body))

    async def ask(self, body: Mapping[str, Any]) -> tuple[Response, float]:
        """As `reply`, for a request that is already written as OpenAI wants it."""
        return await self._post({**body, "model": self.model, **self.extra})

    async def _post(self, body: Mapping[str, Any]) -> tuple[Response, float]:
        from dspy.lm15 import LM15Error, response_from_openai_chat

        data, seconds = await self.server.ask(body, self.settings, self.usage, self.limits)
        try:
            found = response_from_openai_chat(tidied(data), model=self.model, choice=0)
        except (LM15Error, TypeError, ValueError, AttributeError) as error:
            shown = self.server.clean(json.dumps(data))
            where = self.server.endpoint.base_url
            raise BadReply("unparsable", f"{where} sent no chat completion: {shown}", shown) from error
        self.server.heard(self.settings.model)
        self._look_for_cuts(body, found)
        return found, seconds

    def _look_for_cuts(self, body: Mapping[str, Any], found: Response) -> None:
        """Say, once, that the server read less than it was given; some cut long prompts without a word."""
        given = sum(len(str(message.get("content") or "")) for message in body["messages"])
        read = found.usage.input_tokens or 0
        if read >= CUT_FROM and given > DENSEST * read and not self._cut:
            self._cut = True
            LOG.warning(
                "%s counted %s for a prompt of %s: if it cuts long prompts, give it more context (Ollama: "
                "OLLAMA_CONTEXT_LENGTH)",
                self.settings.model, counted(read, "token"), counted(given, "letter"),
            )  # fmt: skip


class ForeignWire:
    """An engine of somebody else's, such as a scripted one."""

    def __init__(self, engine: Wire) -> None:
        self.engine = engine

    async def reply(self, request: Request) -> tuple[Response, float]:
        start = time.monotonic()
        response = await self.engine.complete(request)
        return response, time.monotonic() - start

    async def ask(self, body: Mapping[str, Any]) -> tuple[Response, float]:
        """As `reply`, for a request that is written as OpenAI wants it; DSPy's own form cannot say `strict`."""
        from dspy.lm15 import request_from_openai_chat

        tools = [{**tool, "function": {**tool["function"], "strict": None}} for tool in body.get("tools", ())]
        return await self.reply(request_from_openai_chat({**body, "tools": tools}))


class Engine:
    """What `dspy.LM` calls: counts the reply and refuses one that cannot be whole."""

    supports_function_calling = True
    supports_reasoning = False
    supports_response_schema = True
    supported_params = frozenset({
        "response_format", "tools", "tool_choice", "parallel_tool_calls", "temperature", "top_p", "max_tokens",
        "max_completion_tokens", "seed", "stop", "frequency_penalty", "presence_penalty", "logit_bias", "logprobs",
    })  # fmt: skip

    def __init__(self, wire: ServerWire | ForeignWire, usage: Usage, settings: LMSettings | None = None) -> None:
        self.wire, self.usage, self.settings = wire, usage, settings

    async def complete(self, request: Request) -> Response:
        """One reply.

        Raises:
            LMError: There was none.
            BadReply: It was cut off, empty or a refusal.
        """
        return await self._whole(self.wire.reply(request), request.config.max_tokens)

    async def ask(self, body: Mapping[str, Any]) -> Response:
        """As `complete`, for a request that is written as OpenAI wants it."""
        return await self._whole(self.wire.ask(body), body["max_tokens"])

    async def _whole(self, reply: Awaitable[tuple[Response, float]], limit: int | None) -> Response:
        try:
            try:
                response, seconds = await reply
            except BadReply:
                self.usage.calls += 1
                raise
            self._count(response, seconds)
            _check(response, limit)
        except BadReply as error:
            self.usage.bad_replies[error.reason] += 1
            raise
        return response

    async def aclose(self) -> None:
        """Close the running loop's connections, unless a `Connection` uses them; for an engine that was loaded."""
        if isinstance(self.wire, ServerWire):
            await self.wire.server.leave(0)

    def _count(self, response: Response, seconds: float) -> None:
        used = response.usage
        tokens = (used.input_tokens or 0, used.cache_read_tokens or 0, used.output_tokens or 0)
        self.usage.add(tokens, seconds, self.settings.price if self.settings else None)

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.settings.model if self.settings else self.wire})"

    def dump_state(self) -> dict[str, Any]:
        """The settings, which hold no secret.

        Raises:
            ConfigError: The engine is not one that can be made again from settings.
        """
        if self.settings is None:
            raise ConfigError("a connection over an engine object cannot be saved: save the program without its LM.")
        return self.settings.model_dump(mode="json")

    @classmethod
    def load_state(cls, state: Mapping[str, Any]) -> Engine:
        """An engine as `dump_state` described it, with counters of its own."""
        settings = LMSettings.of(state)
        usage = Usage()
        return cls(ServerWire(Server.at(settings.endpoint, settings.key_env), settings, usage), usage, settings)


class BlockingEngine(Engine):
    """The same for code that is not async, such as optimizers; its requests run on a loop in a thread of its own."""

    def __init__(self, wire: ServerWire | ForeignWire, usage: Usage, settings: LMSettings | None = None) -> None:
        super().__init__(wire, usage, settings)
        self._starting = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: Callable[[], object] | None = None

    def complete(self, request: Request) -> Response:
        with self._starting:
            if self._loop is None:
                self._loop = loop = asyncio.new_event_loop()
                server = self.wire.server if isinstance(self.wire, ServerWire) else None
                thread = threading.Thread(target=_run, args=(loop, server), name="writ-lm", daemon=True)
                thread.start()
                self._end = weakref.finalize(self, _stop, loop, thread)
        return asyncio.run_coroutine_threadsafe(super().complete(request), self._loop).result()

    def close(self) -> None:
        """End the thread and close its connections, as happens when the engine is forgotten; it can be used again."""
        with self._starting:
            if self._end is not None:
                self._end()
            self._loop = self._end = None


def _run(loop: asyncio.AbstractEventLoop, server: Server | None) -> None:
    asyncio.set_event_loop(loop)
    loop.run_forever()
    if server is not None:
        loop.run_until_complete(server.leave(0))
    loop.close()


def _stop(loop: asyncio.AbstractEventLoop, thread: threading.Thread) -> None:
    loop.call_soon_threadsafe(loop.stop)
    if thread is not threading.current_thread():
        thread.join(5)


def _check(response: Response, limit: int | None) -> None:
    """Raise `BadReply` unless the reply is whole."""
    from dspy.lm15 import RefusalPart, ThinkingPart

    name, text, parts = response.model, response.text or "", response.message.parts_of
    reason = finish_reason(response)
    if reason == "length":
        remedy = "turn `thinking` off or raise" if parts(ThinkingPart) else "raise"
        raise BadReply(
            "truncated", f"{name}: a reply was cut off at max_tokens {limit}; if that is usual, {remedy} it.", text
        )
    refusal = next((part.text for part in parts(RefusalPart)), "")
    if refusal or reason == "content_filter":
        raise BadReply("refused", f"{name} refused: {(refusal or text)[:200]!r}.", refusal or text)
    if not text.strip() and not response.tool_calls:
        remedy = (
            "it only thought: turn `thinking` off or raise max_tokens" if parts(ThinkingPart) else "try another model"
        )
        raise BadReply("empty", f"{name} said nothing; {remedy}.", text)


def finish_reason(response: Response) -> str:
    """As the server wrote it, where it did: a cut-off tool call reads as a whole one in `response.finish_reason`."""
    choices = (response.provider_data or {}).get("choices")
    return str((choices[0].get("finish_reason") if choices else None) or response.finish_reason)
