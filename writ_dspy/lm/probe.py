"""What a model server really does, found out with a few tiny requests; a run and `writ doctor` use the same findings."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

from writ_dspy.errors import DeniedError, LMError
from writ_dspy.lm import reply
from writ_dspy.lm.answers import BadReply, Broken, Forbidden, Unanswered
from writ_dspy.lm.endpoint import NO_EFFORT, LMSettings, Mode
from writ_dspy.lm.findings import Check, Findings, State, fits
from writ_dspy.lm.listing import Served, kind_of, named, served
from writ_dspy.lm.pressure import clock
from writ_dspy.lm.server import Server, located
from writ_dspy.lm.usage import Usage

if TYPE_CHECKING:
    from writ_dspy.lm.engine import ServerWire

TOKENS, THOUGHTS = 96, 2048
"""Most tokens of a probe's reply, without and with thinking."""
AT_ONCE = 3
HELLOS = 2
"""Greetings without a reply after which a server is of no use."""
TASK = "You are a model that is being tried out. Do what the message asks for."
HELLO = "Reply with one friendly sentence of plain English. No JSON, no code, no tools."
SEED = 7
OFF: tuple[dict[str, Any], ...] = (
    NO_EFFORT,
    {"chat_template_kwargs": {"enable_thinking": False}},
    {"reasoning_effort": "minimal"},
)
"""Ways to turn thinking off, in the order in which they are tried."""
_Body = dict[str, Any]


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


async def first_look(wire: ServerWire) -> Findings:
    """How structured output has to be asked for here: one request where the server enforces schemas, four at most.

    Kept with the server, for all roles that use the same model in the same way.

    Raises:
        LMError: The server cannot be reached, or gives no reply to the plainest request.
    """
    server, settings = wire.server, wire.settings
    key = _key(wire.model, settings)
    if key not in server.findings:
        asking = _Asking(server, settings, wire.model, wire.extra)
        checks = await asking.way()
        server.findings[key] = Findings(
            url=settings.model, model=wire.model, mode=_mode(checks), extra=asking.extra, checks=tuple(checks)
        )
    found: Findings = server.findings[key]
    return found


async def greet(wire: ServerWire) -> None:
    """Find out whether the model answers at all, unless it has done so before.

    Raises:
        LMError: It does not.
    """
    if not wire.server.serves(wire.settings.model):
        await _Asking(wire.server, wire.settings, wire.model, wire.extra).hello()


async def probe(settings: LMSettings) -> Findings:
    """Everything that `writ doctor` tells: about a dozen generations of a few tokens each.

    Raises:
        LMError: The server cannot be reached, or gives no reply to the plainest request.
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
    try:
        listed = await served(server)
    except LMError as failure:
        if model is None or (not isinstance(failure, DeniedError | BadReply) and not server.answered):
            raise
        listed = Served(())  # it may answer all the same
    model = model or listed.models[0]
    asking = _Asking(server, settings, model, settings.quiet)
    try:
        way = await asking.way()
    except Forbidden as forbidden:
        if not forbidden.what.startswith("404") or not listed.models:
            raise
        raise DeniedError(f"{forbidden} It serves {named(listed.models)}.") from None
    thinks, nested, *tools = way
    kind, context = await kind_of(server)
    checks = [thinks, await asking.flat(), nested, await asking.json_object()]
    checks += [*(tools or [await asking.tools("auto")]), await asking.tools("required"), await asking.truncation()]
    checks += [await asking.prefix_cache(), await asking.parallelism()]
    found = Findings(
        url=settings.model, model=model, models=listed.models, server=kind,
        context=listed.context(model) or (context if len(listed.models) <= 1 else None),
        mode=_mode(way) if settings.mode == "auto" else settings.mode, extra=asking.extra,
        fields=str(server.dialect(model)), checks=tuple(checks),
    )  # fmt: skip
    server.findings[_key(model, settings)] = found
    return found


def _key(model: str, settings: LMSettings) -> str:
    return f"{model} thinking={settings.thinking} mode={settings.mode}"


def _mode(checks: list[Check]) -> Mode:
    """The strongest way that was seen to work."""
    states = {check.what: check.state for check in checks}
    if states.get(_NAMES["nested"]) == "yes":
        return "schema"
    return "tools" if states.get(_NAMES["auto"]) == "yes" else "prompt"


_NAMES = {
    "thinking": "thinks unasked", "flat": "schema enforced", "nested": "nested anyOf enforced", "json": "json_object",
    "auto": "tools, auto, strict", "required": "tools, required", "length": "truncation told",
    "cache": "prefix cache told", "parallel": "parallel requests",
}  # fmt: skip


class _Asking:
    """The questions, each a request or two; what they need of each other is kept in between."""

    def __init__(self, server: Server, settings: LMSettings, model: str, extra: _Body) -> None:
        self.server, self.settings, self.model = server, settings, model
        self.extra = dict(extra)
        self.room = THOUGHTS if settings.thinking else TOKENS
        self.thought = False
        """Whether the last reply came of thoughts."""
        self._trial: frozenset[str] = frozenset()
        self._failure: Unanswered | None = None
        """Of the last question."""

    async def _post(self, body: _Body) -> tuple[_Body, float] | str:
        """The answer and its seconds, or why the server would not give one."""
        self._failure = None
        try:
            found = await self.server.ask(self._whole(body), self.settings, Usage(), kept=self._trial)
        except Unanswered as refused:
            self._failure = refused
            return refused.what
        except BadReply as bad:
            return f"no reply that can be read: {self.server.clean(bad.text)!r}"
        except Forbidden as forbidden:
            if not self.server.serves(self.settings.model):
                raise
            return forbidden.what
        data = reply.tidied(found.data)
        if reply.message(data) is None:
            return f"no chat completion: {self.server.clean(json.dumps(data))}"
        self.server.heard(self.settings.model)
        spent = reply.finish(data) == "length" and not reply.text(data) and reply.call(data) is None
        self.thought = reply.thoughtful(data) or spent
        return data, found.seconds

    def _whole(self, body: _Body) -> _Body:
        """What is asked with all that a run's requests hold."""
        own = self.settings
        more = {} if own.top_p is None else {"top_p": own.top_p}
        plain = {"model": self.model, "max_tokens": self.room, "temperature": own.temperature, "seed": SEED}
        return plain | more | self.extra | body

    async def _say(self, text: str, **more: Any) -> tuple[_Body, float] | str:
        task = [{"role": "system", "content": TASK}, {"role": "user", "content": text}]
        return await self._post({"messages": task, **more})

    async def hello(self) -> tuple[_Body, float]:
        """The reply to the plainest request there is.

        Raises:
            LMError: None of a few tries brought a reply that can be read.
        """
        found: tuple[_Body, float] | str = ""
        for _ in range(HELLOS):
            found = await self._say(HELLO)
            if self._failure is None and not isinstance(found, str):
                return found
            if isinstance(self._failure, Broken):
                raise self._failure
            if self._failure is not None:
                found = await self._guess() or found
                break
        if not isinstance(found, str):
            return found
        raise LMError(
            f"{self.settings.model} ({self.server.endpoint.base_url}): {found}. Not even a plain greeting is answered, so "
            "no role can use it: check the model's name, the path of the URL and the server's log."
        )

    async def _guess(self) -> tuple[_Body, float] | None:
        """The reply to a greeting that leaves out what its refusal may be about, without having said so."""
        dialect = self.server.dialect(self.model)
        changes = dialect.guesses(self._whole({}))
        for change in changes:
            dialect.take(change)
        found = await self._say(HELLO)
        for change in changes:
            dialect.undo(change)
            if not isinstance(found, str) and isinstance(await self._say(HELLO), str):
                dialect.take(change)
        return None if isinstance(found, str) else found

    async def way(self) -> list[Check]:
        """What decides how a run asks: whether the model thinks, whether a schema is obeyed and, if not, whether tools work.

        Raises:
            LMError: There is no reply to the plainest request.
        """
        await self.hello()
        thinks = await self._thinks()
        nested = await self.nested()
        if nested.state == "yes":
            return [thinks, nested]
        return [thinks, nested, await self.tools("auto")]

    async def _thinks(self) -> Check:
        """Whether the model thought before its greeting; if it should not, what keeps it from that is found and used."""
        name = _NAMES["thinking"]
        if not self.thought:
            return Check(what=name, state="no", found="no", means="nothing to turn off")
        if self.settings.thinking:
            return Check(what=name, state="yes", found="yes", means="thinking is on, as asked: give it tokens")
        if await self._turn_off():
            return Check(what=name, state="yes", found="yes", means=f"turned off by {json.dumps(self.extra)}")
        self.room = THOUGHTS
        return Check(
            what=name, state="yes", found="yes, and it cannot be turned off", means="max_tokens must leave room for it"
        )

    async def _turn_off(self) -> bool:
        before = self.extra
        for way in OFF:
            if way.items() <= before.items():
                continue
            self.extra, self._trial = before | way, frozenset(way)
            found = await self._say(HELLO)
            self._trial = frozenset()
            if not isinstance(found, str) and not self.thought:
                return True
        self.extra = before
        return False

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
        if reply.finish(data) == "length":
            return _unknown(name, "the reply was cut off")
        if fits(reply.loads(reply.text(data)), schema):
            return Check(what=name, state="yes", found="yes", means="replies have the signature's shape")
        return Check(what=name, state="no", found=f"no: {reply.text(data)[:60]!r}", means="the schema is ignored here")

    async def json_object(self) -> Check:
        name, found = _NAMES["json"], await self._say(HELLO, response_format={"type": "json_object"})
        if isinstance(found, str):
            return _unknown(name, found)
        yes = reply.loads(reply.text(found[0])) is not None
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
        call = reply.call(found[0])
        if call is None or call[0] != _TOOL["name"]:
            said = reply.text(found[0])[:60]
            return Check(what=name, state="no", found=f"no call: {said!r}", means="tools are not used here")
        if fits(reply.loads(call[1]), _TOOL["parameters"]):
            return Check(
                what=name, state="yes", found="a call that obeys its schema", means="native tools could be used"
            )
        return Check(
            what=name,
            state="no",
            found=f"a call that breaks its schema: {str(call[1])[:60]!r}",
            means="native tools are not trusted",
        )

    async def truncation(self) -> Check:
        name, found = _NAMES["length"], await self._say("Count from 1 to 200 in words.", max_tokens=5)
        if isinstance(found, str):
            return _unknown(name, found)
        reason = reply.finish(found[0])
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
            seen.append(reply.prompt_tokens(found[0]))
        shown = f"{seen[0][0]} then {seen[1][0]} of {seen[1][1]} tokens"
        if seen[1][0] > seen[0][0]:
            return Check(what=name, state="yes", found=shown, means="cached tokens are counted in the totals")
        return Check(what=name, state="no", found=shown, means="off, or not told (SGLang: --enable-cache-report)")

    async def parallelism(self) -> Check:
        name = _NAMES["parallel"]
        one = await self._say("Count from 1 to 50.", max_tokens=16)
        if isinstance(one, str):
            return _unknown(name, one)
        start = clock()
        came = await asyncio.gather(*(self._say(f"Count from {n} to 90.", max_tokens=16) for n in range(AT_ONCE)))
        took = clock() - start
        failed = next((one for one in came if isinstance(one, str)), None)
        if failed is not None:
            return _unknown(name, failed)
        gain = AT_ONCE * one[1] / max(took, 1e-6)
        state: State = "yes" if gain > 1.5 else "no"
        means = "concurrency adapts upwards" if state == "yes" else "requests are served one after the other"
        return Check(what=name, state=state, found=f"{gain:.1f} times as fast {AT_ONCE} at once", means=means)


def _unknown(name: str, why: str) -> Check:
    return Check(what=name, state="unknown", found=f"the try failed: {why[:200]}", means="counts as no")
