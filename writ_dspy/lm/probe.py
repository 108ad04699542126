"""What a model server really does, found out with a few tiny requests; a run and `writ doctor` use the same findings."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from writ_dspy.errors import LMError
from writ_dspy.lm.endpoint import NO_EFFORT, LMSettings, Mode
from writ_dspy.lm.findings import Check, Findings, State, fits
from writ_dspy.lm.server import Answer, BadReply, Refused, Server, located
from writ_dspy.lm.usage import Usage

if TYPE_CHECKING:
    from writ_dspy.lm.engine import ServerWire

PATIENCE = 20.0
"""Seconds for a question that needs no generation."""
TOKENS, THOUGHTS = 96, 2048
"""Most tokens of a probe's reply, without and with thinking."""
AT_ONCE = 3
HELLO = "Reply with one friendly sentence of plain English. No JSON, no code, no tools."
OFF: tuple[dict[str, Any], ...] = (NO_EFFORT, {"chat_template_kwargs": {"enable_thinking": False}})
"""Ways to turn thinking off, in the order in which they are tried."""
_Body = dict[str, Any]


class Served(NamedTuple):
    """What a server says it serves."""

    models: tuple[str, ...]
    context: int | None
    """Tokens of prompt and reply together."""


def _branch(kind: str, field: str, value: _Body) -> _Body:
    fields = {"kind": {"const": kind, "type": "string"}, field: value}
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


_FLAT = _branch("vq7", "mark", {"type": "string", "enum": ["kelp", "moss"]})
_NESTED = {
    "type": "object",
    "properties": {
        "step": {
            "anyOf": [
                _branch("zt4", "word", {"type": "string", "enum": ["marsh", "heath"]}),
                _branch("bd9", "size", {"type": "integer", "enum": [3, 5]}),
            ]
        }
    },
    "required": ["step"],
    "additionalProperties": False,
}
"""Values that no prompt mentions: a reply that holds them was constrained."""
_TOOL: _Body = {
    "name": "set_mark",
    "description": "Set the mark.",
    "parameters": _branch("vq7", "mark", {"type": "string"}),
    "strict": True,
}


async def served(server: Server) -> Served:
    """The models of a server.

    Raises:
        LMError: It cannot be reached or lists none.
    """
    where = f"{server.endpoint.base_url}/models"
    found = await server.once("GET", where, PATIENCE)
    if not isinstance(found, Answer):
        start = (
            "Start the server (`writ serve MODEL`) or check the address"
            if found.kind == "down"
            else "Name the model in the URL"
        )
        raise LMError(f"{where}: {found.what}. {start}.")
    rows = [row for row in found.data.get("data", ()) if isinstance(row, Mapping) and row.get("id")]
    if not rows:
        raise LMError(f"{where} lists no model: name one at the end of the URL.")
    meta = rows[0].get("meta") or {}
    context = rows[0].get("max_model_len") or rows[0].get("context_length") or meta.get("n_ctx")
    return Served(tuple(str(row["id"]) for row in rows), context)


async def first_look(wire: ServerWire) -> Findings:
    """How structured output has to be asked for here: one request where the server enforces schemas, four at most.

    Kept with the server, for all roles that use the same model in the same way.

    Raises:
        LMError: The server cannot be reached.
    """
    server, settings = wire.server, wire.settings
    key = _key(wire.model, settings)
    if key not in server.findings:
        asking = _Asking(server, settings, wire.model, wire.extra)
        nested = await asking.nested()
        if asking.thought and not settings.thinking and await asking.turn_off() and nested.state != "yes":
            nested = await asking.nested()
        checks = [nested]
        if nested.state != "yes" and not asking.thought:
            checks.append(await asking.tools("auto"))
        server.findings[key] = Findings(
            url=settings.model, model=wire.model, mode=_mode(checks), extra=asking.extra, checks=tuple(checks)
        )
    found: Findings = server.findings[key]
    return found


async def probe(settings: LMSettings) -> Findings:
    """Everything that `writ doctor` tells: about a dozen generations of a few tokens each.

    Raises:
        LMError: The server cannot be reached.
        ConfigError: Its key is missing, or the embedded model cannot be started.
    """
    endpoint = await located(settings)
    server = Server.at(endpoint, settings.key_env)
    me = id(settings)
    server.line().users.add(me)
    try:
        return await _probe(server, settings, endpoint.model)
    finally:
        await server.leave(me)


async def _probe(server: Server, settings: LMSettings, model: str | None) -> Findings:
    kind, context = await _kind(server)
    try:
        listed = await served(server)
    except LMError:
        if model is None:
            raise
        listed = Served((), None)
    model = model or listed.models[0]
    asking = _Asking(server, settings, model, {})
    checks = [await asking.thinking()]
    asking.extra = settings.quiet | asking.extra
    checks += [await asking.flat(), await asking.nested(), await asking.json_object()]
    checks += [await asking.tools("auto"), await asking.tools("required"), await asking.truncation()]
    checks += [await asking.prefix_cache(), await asking.parallelism()]
    found = Findings(
        url=settings.model, model=model, models=listed.models, server=kind, context=listed.context or context,
        mode=_mode(checks) if settings.mode == "auto" else settings.mode, extra=asking.extra, checks=tuple(checks),
    )  # fmt: skip
    server.findings[_key(model, settings)] = found
    return found


def _key(model: str, settings: LMSettings) -> str:
    return f"{model} thinking={settings.thinking} mode={settings.mode}"


def _mode(checks: list[Check]) -> Mode:
    """The strongest way that was seen to work."""
    states = {check.what: check.state for check in checks}
    if states.get(_NAMES["nested"]) == "yes" and states.get(_NAMES["flat"], "yes") == "yes":
        return "schema"
    return "tools" if states.get(_NAMES["auto"]) == "yes" else "prompt"


_NAMES = {
    "thinking": "thinks unasked", "flat": "schema enforced", "nested": "nested anyOf enforced", "json": "json_object",
    "auto": "tools, auto, strict", "required": "tools, required", "length": "truncation told",
    "cache": "prefix cache told", "parallel": "parallel requests",
}  # fmt: skip


async def _kind(server: Server) -> tuple[str, int | None]:
    """Kind and version as the server's own pages tell, and its context length where they do."""
    root = server.endpoint.root
    for path, name in (("/server_info", "SGLang"), ("/props", "llama.cpp"), ("/version", "vLLM")):
        try:
            found = await server.once("GET", root + path, PATIENCE)
        except BadReply:
            continue
        if isinstance(found, Answer):
            data = found.data
            version = data.get("version") or data.get("build_info") or ""
            context = data.get("context_length") or (data.get("default_generation_settings") or {}).get("n_ctx")
            return f"{name} {version}".strip(), context if isinstance(context, int) else None
    return "unknown (OpenAI-compatible)", None


class _Asking:
    """The questions, each a request or two; what they need of each other is kept in between."""

    def __init__(self, server: Server, settings: LMSettings, model: str, extra: _Body) -> None:
        self.server, self.settings, self.model = server, settings, model
        self.extra = dict(extra)
        self.thought = False
        """Whether the last reply held thoughts."""

    async def _post(self, body: _Body) -> tuple[_Body, float] | str:
        """The answer and its seconds, or why the server would not give one."""
        room = THOUGHTS if self.settings.thinking else TOKENS
        whole = {"model": self.model, "max_tokens": room, "temperature": 0.0} | self.extra | body
        try:
            found = await self.server.post(json.dumps(whole).encode(), self.settings, Usage())
        except (Refused, BadReply) as error:
            return str(error)
        try:
            message = found.data["choices"][0]["message"]
            text = message.get("content") or ""
        except (KeyError, IndexError, TypeError, AttributeError):
            return f"no chat completion: {self.server.clean(json.dumps(found.data))}"
        self.thought = bool(message.get("reasoning_content") or message.get("reasoning")) or "<think>" in text
        return found.data, found.seconds

    async def _say(self, text: str, **more: Any) -> tuple[_Body, float] | str:
        return await self._post({"messages": [{"role": "user", "content": text}], **more})

    async def turn_off(self) -> bool:
        """Find what keeps the model from thinking, and send it from now on."""
        before = self.extra
        for way in OFF:
            if way.items() <= before.items():
                continue
            self.extra = before | way
            if not isinstance(await self._say(HELLO), str) and not self.thought:
                return True
        self.extra = before
        return False

    async def thinking(self) -> Check:
        name, found = _NAMES["thinking"], await self._say(HELLO)
        if isinstance(found, str):
            return _unknown(name, found)
        if not self.thought:
            return Check(what=name, state="no", found="no", means="nothing to turn off")
        if self.settings.thinking:
            return Check(what=name, state="yes", found="yes", means="thinking is on, as asked: give it tokens")
        if await self.turn_off():
            return Check(what=name, state="yes", found="yes", means=f"turned off by {json.dumps(self.extra)}")
        return Check(
            what=name, state="yes", found="yes, and it cannot be turned off", means="max_tokens must leave room for it"
        )

    async def flat(self) -> Check:
        return await self._schema(_NAMES["flat"], _FLAT)

    async def nested(self) -> Check:
        return await self._schema(_NAMES["nested"], _NESTED)

    async def _schema(self, name: str, schema: _Body) -> Check:
        form = {"type": "json_schema", "json_schema": {"name": "probe", "schema": schema, "strict": True}}
        found = await self._say(HELLO, response_format=form)
        if isinstance(found, str):
            return _unknown(name, found)
        data, _ = found
        if _finish(data) == "length":
            return _unknown(name, "the reply was cut off")
        if fits(_object(data), schema):
            return Check(what=name, state="yes", found="yes", means="replies have the signature's shape")
        return Check(what=name, state="no", found=f"no: {_text(data)[:60]!r}", means="the schema is ignored here")

    async def json_object(self) -> Check:
        name, found = _NAMES["json"], await self._say(HELLO, response_format={"type": "json_object"})
        if isinstance(found, str):
            return _unknown(name, found)
        yes = _object(found[0]) is not None
        return Check(
            what=name, state="yes" if yes else "no", found="yes" if yes else "no", means="not used: a schema says more"
        )

    async def tools(self, choice: str) -> Check:
        """Whether a call is made when wanted, and whether its arguments obey a strict schema that contradicts the wish."""
        name = _NAMES[choice]
        wish = HELLO if choice == "required" else "Call set_mark with kind=other and mark=fern."
        offer = [{"type": "function", "function": _TOOL}]
        found = await self._say(wish, tools=offer, tool_choice=choice, parallel_tool_calls=False)
        if isinstance(found, str):
            return _unknown(name, found)
        message = found[0]["choices"][0]["message"]
        calls = message.get("tool_calls") or ()
        if not calls or (calls[0].get("function") or {}).get("name") != _TOOL["name"]:
            return Check(
                what=name, state="no", found=f"no call: {_text(found[0])[:60]!r}", means="tools are not used here"
            )
        given = _loads(calls[0]["function"].get("arguments"))
        if fits(given, _TOOL["parameters"]):
            return Check(
                what=name, state="yes", found="a call that obeys its schema", means="native tools could be used"
            )
        shown = str(calls[0]["function"].get("arguments"))[:60]
        return Check(
            what=name,
            state="no",
            found=f"a call that breaks its schema: {shown!r}",
            means="native tools are not trusted",
        )

    async def truncation(self) -> Check:
        name, found = _NAMES["length"], await self._say("Count from 1 to 200 in words.", max_tokens=5)
        if isinstance(found, str):
            return _unknown(name, found)
        reason = _finish(found[0])
        if reason == "length":
            return Check(
                what=name, state="yes", found="finish_reason length", means="a reply that was cut off is drawn again"
            )
        return Check(
            what=name,
            state="no",
            found=f"finish_reason {reason!r}",
            means="only broken JSON gives a cut-off reply away",
        )

    async def prefix_cache(self) -> Check:
        name, text = _NAMES["cache"], f"{time.time_ns()} " + "The quick brown fox jumps over the lazy dog. " * 40
        seen = []
        for _ in range(2):
            found = await self._say(text, max_tokens=1)
            if isinstance(found, str):
                return _unknown(name, found)
            usage = found[0].get("usage") or {}
            seen.append(
                ((usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0, usage.get("prompt_tokens"))
            )
        shown = f"{seen[0][0]} then {seen[1][0]} of {seen[1][1]} tokens"
        if seen[1][0] > seen[0][0]:
            return Check(what=name, state="yes", found=shown, means="cached tokens are counted in the totals")
        return Check(what=name, state="no", found=shown, means="off, or not told (SGLang: --enable-cache-report)")

    async def parallelism(self) -> Check:
        name = _NAMES["parallel"]
        one = await self._say("Count from 1 to 50.", max_tokens=16)
        if isinstance(one, str):
            return _unknown(name, one)
        start = time.monotonic()
        replies = await asyncio.gather(*(self._say(f"Count from {n} to 90.", max_tokens=16) for n in range(AT_ONCE)))
        took = time.monotonic() - start
        failed = next((reply for reply in replies if isinstance(reply, str)), None)
        if failed is not None:
            return _unknown(name, failed)
        gain = AT_ONCE * one[1] / max(took, 1e-6)
        state: State = "yes" if gain > 1.5 else "no"
        means = "concurrency adapts upwards" if state == "yes" else "requests are served one after the other"
        return Check(what=name, state=state, found=f"{gain:.1f} times as fast {AT_ONCE} at once", means=means)


def _unknown(name: str, why: str) -> Check:
    return Check(what=name, state="unknown", found=f"the try failed: {why[:200]}", means="counts as no")


def _text(data: _Body) -> str:
    return str(data["choices"][0]["message"].get("content") or "")


def _finish(data: _Body) -> str:
    return str(data["choices"][0].get("finish_reason"))


def _object(data: _Body) -> _Body | None:
    return _loads(_text(data))


def _loads(text: Any) -> _Body | None:
    try:
        found = json.loads(text, strict=False)
    except (TypeError, ValueError):
        return None
    return found if isinstance(found, dict) else None
