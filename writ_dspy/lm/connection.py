"""One role's line to one model: a DSPy predictor in, a typed prediction out, exactly one generation between them."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Self

from writ_dspy.errors import LMError, WritError
from writ_dspy.lm.answers import BadReply
from writ_dspy.lm.endpoint import LMSettings, Mode
from writ_dspy.lm.engine import BlockingEngine, Engine, ForeignWire, ServerWire, Wire
from writ_dspy.lm.listing import served
from writ_dspy.lm.local import SLOTS
from writ_dspy.lm.markup import leaves, spoken
from writ_dspy.lm.pressure import Limits
from writ_dspy.lm.probe import first_look, greet
from writ_dspy.lm.server import Server, located
from writ_dspy.lm.usage import Usage

if TYPE_CHECKING:
    import dspy
    from dspy.lm15 import Response

    from writ_dspy.lm.adapter import PlainAdapter, StructuredAdapter


@dataclass(frozen=True, slots=True)
class ToolReply:
    """What a model did when it was given tools: it called some, or it spoke."""

    calls: tuple[tuple[str, dict[str, Any]], ...]
    """Name and arguments of each call, in order; the names are among those offered."""
    text: str


class Connection:
    """Holds no state but counters, so that one serves thousands of conversations; make one with `connect`."""

    def __init__(
        self, settings: LMSettings, role: str, limits: Limits | None = None, engine: Wire | None = None
    ) -> None:
        self.settings = settings
        self.role = role
        self.usage = Usage()
        self.keep_trace = False
        """Whether calls go into DSPy's trace and history, as optimizers need; otherwise they keep no memory."""
        self.wire: ServerWire | ForeignWire | None = ForeignWire(engine) if engine else None
        self._engine = engine
        self._server: Server | None = None
        self._limits = limits
        self._mode: Mode | None = None if settings.mode == "auto" else settings.mode
        self._ready = engine is not None
        if engine is not None and self._mode is None:
            self._mode = "schema"

    @classmethod
    def over(cls, engine: Wire, settings: LMSettings | None = None, role: str = "agent") -> Self:
        """A connection to any object with `async def complete(request) -> Response`."""
        return cls(settings or LMSettings(model="openai://engine/engine"), role, engine=engine)

    @property
    def model_name(self) -> str:
        """The model as its server calls it; before the first reply, as the settings do."""
        if isinstance(self.wire, ServerWire) and self.wire.model:
            return self.wire.model
        return self.settings.endpoint.model or self.settings.model

    @property
    def mode(self) -> Mode:
        """How structured output is asked for.

        Raises:
            LMError: It is found out by asking the server, and `ready` was not awaited yet.
        """
        if self._mode is None:
            raise LMError(f"{self.settings.model}: the mode is not known yet; await `Connection.ready()` first.")
        return self._mode

    async def ready(self) -> None:
        """Find out, once, what the server is: its model and how it takes structured output.

        Raises:
            LMError: It cannot be reached, or serves no such model.
            ConfigError: A key is missing, or the embedded model cannot be started.
        """
        if self._ready:
            if self._server is not None:
                self._server.line(self._limits).users.add(id(self))
            return
        endpoint = await located(self.settings)
        server = self._server = Server.at(endpoint, self.settings.key_env)
        line = server.line(self._limits)
        line.users.add(id(self))
        settings = self.settings
        if settings.endpoint.scheme == "local" and settings.concurrency is None:
            settings = settings.model_copy(update={"concurrency": SLOTS})
        async with line.asking:
            if not self._ready:
                wire = ServerWire(server, settings, self.usage, self._limits)
                wire.model = endpoint.model or (await served(server)).models[0]
                if self._mode is None:
                    findings = await first_look(wire)
                    wire.extra |= findings.extra
                    self._mode = findings.mode
                self.wire, self._ready = wire, True

    async def meet(self) -> None:
        """As `ready`, and see that the model answers: whoever begins something long wants to know that first.

        Raises:
            LMError: It does not, or as `ready`.
            ConfigError: As `ready`.
        """
        await self.ready()
        if isinstance(self.wire, ServerWire):
            await greet(self.wire)

    async def predict(
        self,
        predictor: dspy.Predict,
        *,
        seed: int,
        signature: type[dspy.Signature] | None = None,
        max_tokens: int | None = None,
        tools: list[dict[str, Any]] | None = None,
        plain: bool = False,
        **inputs: Any,
    ) -> Any:
        """The prediction of one generation; requests are sent again only where none came back.

        Args:
            predictor: Brings the signature and the demonstrations.
            seed: Passed on; most servers ignore it.
            signature: In place of the predictor's own.
            max_tokens: In place of the settings'.
            tools: Function schemas as OpenAI writes them. With them the reply is a `ToolReply`, no schema is sent, and
                the signature gives its instructions and inputs only. A signature with an input of that name gets it.
            plain: Whether the reply is the signature's only output as it stands, without a form around it.
            inputs: The signature's.

        Raises:
            BadReply: The model answered, but not with what the signature promises.
            LMError: It did not answer.
            ConfigError: The signature cannot be enforced.
        """
        await self.ready()
        asked = signature or predictor.signature
        config: dict[str, Any] = {"seed": seed} | ({"max_tokens": max_tokens} if max_tokens else {})
        if tools is not None and "tools" not in asked.input_fields:
            return await self._call(predictor, asked, tools, config, inputs)
        if tools is not None:
            inputs["tools"] = tools
        import dspy
        from dspy.utils.exceptions import AdapterParseError
        from dspy.utils.exceptions import LMError as DSPyError

        quiet = {} if self.keep_trace else {"disable_history": True, "trace": None, "warn_on_type_mismatch": False}
        try:
            with dspy.context(lm=self.lm, adapter=self.plain if plain else self.adapter, **quiet):
                return await predictor.acall(signature=asked, config=config, **inputs)
        except AdapterParseError as error:
            self.usage.bad_replies["unparsable"] += 1
            said = str(error.lm_response)
            reason = str(error).partition("\n")[0]
            why = f"{self.model_name}: a reply to {asked.__name__} cannot be read: {reason}: {said[:200]!r}"
            raise BadReply("unparsable", why, said, reason) from error
        except DSPyError as error:
            if isinstance(error.__cause__, WritError):
                raise error.__cause__ from None
            raise LMError(
                f"{self.model_name}: {type(error).__name__}: {error}. Report it: DSPy refused the call."
            ) from error

    async def _call(
        self,
        predictor: dspy.Predict,
        signature: type[dspy.Signature],
        tools: list[dict[str, Any]],
        config: dict[str, Any],
        inputs: dict[str, Any],
    ) -> ToolReply:
        """One generation with native tools; the predictor's demonstrations, which show JSON, are left out."""
        said = self.adapter.format_user_message_content(signature, inputs)
        offered = [tool.get("function", tool) | {"strict": True} for tool in tools]
        body = {
            "model": self._label,
            "messages": [{"role": "system", "content": signature.instructions}, {"role": "user", "content": said}],
            "tools": [{"type": "function", "function": function} for function in offered],
            "tool_choice": "auto",
            "parallel_tool_calls": False,
            **self.lm.kwargs,
            **config,
        }
        response = await self._async_engine.ask(body)
        try:
            return _tool_reply(response, {function["name"] for function in offered})
        except BadReply as error:
            self.usage.bad_replies[error.reason] += 1
            raise

    async def chat(
        self, messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]] = (), *, seed: int | None = None
    ) -> ToolReply:
        """One generation for a chat of somebody else's, as OpenAI writes it: no program, no schema, nothing added.

        Tools are called as the model calls them, also such as were not offered: whoever asks has a world that answers.

        Raises:
            BadReply: The model answered nothing, was cut off, or called a tool with what is no JSON object.
            LMError: It did not answer.
        """
        await self.ready()
        offered = {"tools": list(tools), "tool_choice": "auto"} if tools else {}
        said = {} if seed is None else {"seed": seed}
        body = {"model": self._label, "messages": list(messages), **offered, **self.lm.kwargs, **said}
        response = await self._async_engine.ask(body)
        calls = tuple((name, _arguments(name, given)) for name, given in _raw_calls(response))
        return ToolReply(calls, response.text or "")

    @property
    def _label(self) -> str:
        return f"writ/{self.role}"

    @cached_property
    def _async_engine(self) -> Engine:
        return Engine(self._wire, self.usage, None if self._engine else self.settings)

    @cached_property
    def _blocking_engine(self) -> BlockingEngine:
        return BlockingEngine(self._wire, self.usage, None if self._engine else self.settings)

    @property
    def _wire(self) -> ServerWire | ForeignWire:
        if self.wire is None:
            raise LMError(f"{self.settings.model}: not connected yet; await `Connection.ready()` first.")
        return self.wire

    @cached_property
    def lm(self) -> dspy.LM:
        """For `dspy.context`: no cache, no retries of DSPy's own. Needs `ready` to have been awaited."""
        import dspy

        settings = self.settings
        more = {} if settings.top_p is None else {"top_p": settings.top_p}
        return dspy.LM(
            self._label,
            engine=self._blocking_engine,
            async_engine=self._async_engine,
            cache=False,
            num_retries=0,
            temperature=settings.temperature,
            max_tokens=settings.max_tokens,
            **more,
        )

    @cached_property
    def adapter(self) -> StructuredAdapter:
        """For `dspy.context`."""
        from writ_dspy.lm.adapter import StructuredAdapter

        adapter = StructuredAdapter(schema=self.mode == "schema", lengths=self.settings.endpoint.scheme == "local")
        adapter.short_cut = self.lm, self._async_engine
        return adapter

    @cached_property
    def plain(self) -> PlainAdapter:
        """For `dspy.context`, where a reply has no form."""
        from writ_dspy.lm.adapter import PlainAdapter

        adapter = PlainAdapter()
        adapter.short_cut = self.lm, self._async_engine
        return adapter

    async def aclose(self) -> None:
        """Close what nobody else uses; the connection can be used again."""
        if self._server is not None:
            await self._server.leave(id(self))
        if "_blocking_engine" in self.__dict__:
            await asyncio.to_thread(self._blocking_engine.close)

    def __repr__(self) -> str:
        return f"Connection({self.role}: {self.settings.model})"


def connect(settings: LMSettings | str, *, role: str = "agent", limits: Limits | None = None) -> Connection:
    """A connection that has not been used yet; nothing is asked, started or opened.

    Args:
        settings: A model URL, or settings with one.
        role: Who speaks over it.
        limits: Of the server; the first connection to it decides.

    Raises:
        ConfigError: The URL names no model.
    """
    return Connection(LMSettings.of(settings) if isinstance(settings, str) else settings, role, limits)


def _tool_reply(response: Response, offered: set[str]) -> ToolReply:
    """What came, as calls and words.

    Raises:
        BadReply: A tool that was not offered, arguments that are no JSON object, or words that nobody says.
    """
    calls, text = _calls(response, offered), response.text or ""
    try:
        words = "" if calls else spoken(text)
    except ValueError as error:
        raise BadReply("unparsable", f"a reply cannot be used, for {error}.", text) from error
    named = next((name for name in sorted(offered) if _as_call(name).search(words)), None)
    if named is not None:
        raise BadReply("unparsable", f"the model wrote a call of {named} as text: {words[:200]!r}.", words)
    return ToolReply(calls, words)


_MARKED = re.compile(r"\s*<[|｜].*", re.DOTALL)
"""What servers leave behind a tool's name that read no marks: `look<|channel|>commentary`."""


@cache
def _as_call(tool: str) -> re.Pattern[str]:
    """A tool's name as nobody says it: with its arguments, in quotes, or with its underscores."""
    name = re.escape(tool)
    return re.compile(rf"\b{name}\b" if "_" in tool else rf"\b{name}\(\s*(?:\w+\s*=|[\"'{{)])|\"{name}\"")


def _calls(response: Response, offered: set[str]) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Name and arguments of each call.

    Raises:
        BadReply: A tool that was not offered, or arguments that are no JSON object.
    """
    from writ_dspy.lm.adapter import loads

    found = []
    for called, given in _raw_calls(response):
        name = called if called in offered else _MARKED.sub("", called).removeprefix("functions.")
        arguments = loads(given) if isinstance(given, str) else given
        if name not in offered or not isinstance(arguments, dict):
            said = f"{name}({given if isinstance(given, str) else json.dumps(given)})"
            wrong = "arguments that are no JSON object" if name in offered else "a tool that was not offered"
            raise BadReply("unparsable", f"the model called {said[:200]}: {wrong}.", said)
        try:
            found.append((name, leaves(arguments)))
        except ValueError as error:
            raise BadReply(
                "unparsable", f"the model called {name} with arguments that hold marks: {error}.", str(given)
            ) from error
    return tuple(found)


def _arguments(name: str, given: Any) -> dict[str, Any]:
    from writ_dspy.lm.adapter import loads

    arguments = loads(given) if isinstance(given, str) else given
    if not isinstance(arguments, dict):
        raise BadReply("unparsable", f"the model called {name} with arguments that are no JSON object: {given!r:.200}.")
    return arguments


def _raw_calls(response: Response) -> list[tuple[str, Any]]:
    """As the server wrote them: DSPy reads arguments that say `null` as none."""
    choices = (response.provider_data or {}).get("choices")
    if not choices:
        return [(call.name, dict(call.input)) for call in response.tool_calls]
    functions = [call.get("function") or {} for call in choices[0]["message"].get("tool_calls") or ()]
    return [(str(function.get("name")), function.get("arguments")) for function in functions]
