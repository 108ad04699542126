"""Over real sockets: what is sent, what is tried again, and that nothing of a bad reply is ever used."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Literal, TypeVar

import dspy
import pytest
from dspy.lm15 import Message, ToolCallPart
from pydantic import BaseModel

from tests.engines import ScriptedEngine, response
from tests.standin import Body, Fault, StandIn, obedient, tool_call
from writ_dspy.errors import ConfigError, LMError, WritError
from writ_dspy.lm import BadReply, Connection, LMSettings, ToolReply, Usage, connect

T = TypeVar("T")
KEY = "sk-very-secret-4711"
TOOLS = [
    {"type": "function", "function": {"name": "look", "description": "Look.", "parameters": {
        "type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"], "additionalProperties": False,
    }}},
]  # fmt: skip


class Step(BaseModel):
    """Thought first."""

    thought: str
    kind: Literal["say", "call"]


class Serve(dspy.Signature):
    """Serve the customer."""

    talk: str = dspy.InputField()
    step: Step = dspy.OutputField()


SERVE = dspy.Predict(Serve)


def over(url: str, **more: Any) -> LMSettings:
    return LMSettings.of({"model": url, "mode": "schema", "retries": 2, **more})


def using(settings: LMSettings | str, work: Callable[[Connection], Awaitable[T]]) -> T:
    """The outcome of work with a connection that is closed afterwards."""

    async def run() -> T:
        connection = connect(settings)
        try:
            return await work(connection)
        finally:
            await connection.aclose()

    return asyncio.run(run())


def ask(settings: LMSettings | str, **more: Any) -> tuple[Any, Usage]:
    """One prediction, or the error of it, and what it came to."""

    async def work(connection: Connection) -> tuple[Any, Usage]:
        try:
            return await connection.predict(SERVE, seed=5, talk="hi", **more), connection.usage
        except WritError as error:
            return error, connection.usage

    return using(settings, work)


def then(*first: str | Body | Fault) -> Callable[[Body], str | Body | Fault]:
    """These replies in turn, then obedient ones."""
    left = list(first)
    return lambda body: left.pop(0) if left else obedient(body)


def test_a_prediction_is_one_request_with_the_schema() -> None:
    """It carries schema, seed and settings, and nothing that this server would not know."""
    with StandIn(sglang=False) as server:
        found, usage = ask(over(server.url, temperature=0.3, top_p=0.9, max_tokens=77))
        (body,) = server.bodies

    assert found.step == Step(thought="text", kind="say")
    assert body["response_format"]["json_schema"]["strict"] is True
    assert list(body["response_format"]["json_schema"]["schema"]["$defs"]["Step"]["properties"]) == ["thought", "kind"]
    assert (body["seed"], body["temperature"], body["top_p"], body["max_tokens"]) == (5, 0.3, 0.9, 77)
    assert body.keys() == {"model", "messages", "response_format", "seed", "temperature", "top_p", "max_tokens"}
    assert (usage.calls, usage.retries) == (1, 0)


def test_the_short_cut_past_dspy_puts_the_same_on_the_wire() -> None:
    """A call that DSPy makes itself, as for an optimizer, and one that goes straight to the engine."""
    with StandIn() as server:

        async def work(connection: Connection) -> None:
            for keep in (True, False):
                connection.keep_trace = keep
                await connection.predict(SERVE, seed=5, talk="hi", max_tokens=50)

        using(over(server.url, top_p=0.9), work)

        assert server.bodies[0] == server.bodies[1]


def test_tokens_of_one_call_can_be_bounded() -> None:
    """More narrowly than the role's settings do."""
    with StandIn() as server:
        ask(over(server.url), max_tokens=9)

        assert server.bodies[0]["max_tokens"] == 9


@pytest.mark.parametrize(("thinking", "sent"), [(False, "none"), (True, None)])
def test_sglang_is_told_not_to_think(thinking: bool, sent: str | None) -> None:
    """Unless the role may."""
    with StandIn() as server:
        ask(over(server.url, thinking=thinking))

        assert server.bodies[0].get("reasoning_effort") == sent


AGAIN = ["500", "reset", "cut body", "429", "503", "hang"]


@pytest.mark.parametrize("kind", AGAIN)
def test_a_passing_fault_is_tried_again(kind: Any) -> None:
    """The prediction comes in the end, and the retry is counted."""
    with StandIn(then(Fault(kind))) as server:
        found, usage = ask(over(server.url, timeout=0.3))

        assert found.step.thought == "text"
        assert (usage.calls, usage.retries, server.counts["requests"], server.counts[kind]) == (1, 1, 2, 1)


@pytest.mark.parametrize("kind", AGAIN)
def test_a_fault_that_stays_is_one_clear_error(kind: Any) -> None:
    """After as many tries as were allowed, with the address and a remedy."""
    with StandIn(lambda _: Fault(kind)) as server:
        error, usage = ask(over(server.url, timeout=0.1, retries=1, patience=0.3))

        assert isinstance(error, LMError)
        assert server.base in str(error)
        assert "lower `concurrency`" in str(error) or "look at the server's log" in str(error)
        assert usage.calls == 0
        assert server.counts["requests"] >= 2 if kind in ("429", "503") else server.counts["requests"] == 2


def test_a_request_that_is_wrong_is_never_sent_again() -> None:
    """A 400 says what the server said."""
    with StandIn(lambda _: Fault("400", text="no such grammar")) as server:
        error, _ = ask(over(server.url))

        assert server.counts["requests"] == 1
        assert "400 no such grammar" in str(error)
        assert "writ doctor" in str(error)


def test_retry_after_holds_back_everybody() -> None:
    """A server that asks to be left alone is."""
    with StandIn(then(Fault("429", retry_after=0.6))) as server:

        async def work(connection: Connection) -> float:
            await connection.predict(SERVE, seed=1, talk="first")
            first = time.monotonic()
            return first - start

        start = time.monotonic()
        assert using(over(server.url), work) >= 0.6


BAD: list[tuple[Any, str]] = [
    (Fault("truncated", text='{"step": {"thought": "buy", "kind": "call"}}'), "truncated"),
    (Fault("truncated", text='{"step": {"thought": "bu'), "truncated"),
    (Fault("empty"), "empty"),
    (Fault("garbage"), "unparsable"),
    (Fault("refusal"), "refused"),
    ("I would rather talk.", "unparsable"),
    ('{"step": {"thought": "x"}}', "unparsable"),
    ({"choices": []}, "unparsable"),
    ({"role": "assistant", "content": None, "reasoning_content": "hm"}, "empty"),
]


@pytest.mark.parametrize(("said", "reason"), BAD, ids=[f"{i}-{reason}" for i, (_, reason) in enumerate(BAD)])
def test_a_bad_reply_is_counted_and_nothing_of_it_used(said: Any, reason: str) -> None:
    """No second generation is made behind the caller's back, not even where the cut-off JSON happens to be whole."""
    with StandIn(lambda _: said) as server:
        error, usage = ask(over(server.url))

        assert isinstance(error, BadReply)
        assert (error.reason, server.counts["requests"], usage.calls, usage.bad_replies) == (reason, 1, 1, {reason: 1})


def test_tools_are_strict_and_come_without_a_schema() -> None:
    """One mechanism per request; the call comes back as name and arguments."""
    with StandIn() as server:
        found, _ = ask(over(server.url), tools=TOOLS)
        (body,) = server.bodies

    assert found == ToolReply((("look", {"id": "text"}),), "")
    assert body["tools"][0]["function"]["strict"] is True
    assert (body["tool_choice"], body["parallel_tool_calls"]) == ("auto", False)
    assert "response_format" not in body
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert "strict" not in TOOLS[0]["function"]


CALLS: list[tuple[Any, str]] = [
    (Fault("null arguments"), "unparsable"),
    (Fault("wrong tool"), "unparsable"),
    (tool_call("look", "true"), "unparsable"),
    (tool_call("look", '{"id": "a'), "unparsable"),
    (
        {"choices": [{"message": tool_call("look", '{"id": "a"}'), "finish_reason": "length"}], "model": "m"},
        "truncated",
    ),
    ({"choices": [{"message": tool_call("look", "null"), "finish_reason": "length"}], "model": "m"}, "truncated"),
]


@pytest.mark.parametrize(("said", "reason"), CALLS, ids=[f"{i}-{reason}" for i, (_, reason) in enumerate(CALLS)])
def test_a_tool_call_that_is_not_whole_is_never_returned(said: Any, reason: str) -> None:
    """Cut off, of a tool that was not offered, or without an object of arguments."""
    with StandIn(lambda _: said) as server:
        error, usage = ask(over(server.url), tools=TOOLS)

        assert isinstance(error, BadReply)
        assert (error.reason, usage.bad_replies, server.counts["requests"]) == (reason, {reason: 1}, 1)


def test_with_tools_a_model_may_speak() -> None:
    """Then there is no call."""
    with StandIn(lambda _: "Hello.") as server:
        assert ask(over(server.url), tools=TOOLS)[0] == ToolReply((), "Hello.")


def test_tools_reach_an_engine_object_too() -> None:
    """In DSPy's own form, and back."""
    part = ToolCallPart(id="1", name="look", input={"id": "x"})
    said = replace(response(""), message=Message(role="assistant", parts=(part,)), finish_reason="tool_call")
    engine = ScriptedEngine(lambda _: said)
    found = asyncio.run(Connection.over(engine).predict(SERVE, seed=1, talk="x", tools=TOOLS))

    assert found == ToolReply((("look", {"id": "x"}),), "")
    assert [tool.name for tool in engine.requests[0].tools] == ["look"]


def test_two_hundred_requests_are_under_way_at_once() -> None:
    """No pool of connections holds them back."""
    with StandIn(delay=1.5) as server:

        async def work(connection: Connection) -> None:
            await asyncio.gather(*(connection.predict(SERVE, seed=i, talk=f"{i}") for i in range(200)))

        using(over(server.url, concurrency=200), work)
        assert server.counts["most at once"] == 200


def test_a_restart_is_survived_by_all() -> None:
    """Requests under way and new ones wait together, and one watcher knocks."""
    with StandIn(delay=0.2) as server:

        async def work(connection: Connection) -> tuple[int, int]:
            await connection.predict(SERVE, seed=0, talk="warm")
            tasks = [asyncio.create_task(connection.predict(SERVE, seed=i, talk=f"{i}")) for i in range(40)]
            await asyncio.sleep(0.1)
            await asyncio.to_thread(server.stop)
            tasks += [asyncio.create_task(connection.predict(SERVE, seed=i, talk=f"{i}")) for i in range(40)]
            await asyncio.sleep(1.0)
            await asyncio.to_thread(server.start)
            done = await asyncio.gather(*tasks)
            wire = connection.wire
            return len(done), wire.server.line().gate.outages  # type: ignore[union-attr]

        assert using(over(server.url), work) == (80, 1)


def test_a_server_that_does_not_come_back_is_given_up() -> None:
    """After the role's patience, for everybody at once."""
    with StandIn() as server:

        async def work(connection: Connection) -> list[Any]:
            await connection.predict(SERVE, seed=0, talk="warm")
            await asyncio.to_thread(server.stop)
            tasks = [connection.predict(SERVE, seed=i, talk=f"{i}") for i in range(5)]
            return await asyncio.gather(*tasks, return_exceptions=True)

        start = time.monotonic()
        errors = using(over(server.url, patience=0.5), work)

        assert all("took no connections for 0.5 s" in str(error) for error in errors)
        assert time.monotonic() - start < 5


def test_a_server_that_never_was_there_is_not_waited_for() -> None:
    """A mistyped port is told at once."""
    with StandIn() as server:
        url = server.url
    start = time.monotonic()
    error, _ = ask(over(url))

    assert "Start the server" in str(error)
    assert time.monotonic() - start < 5


def test_a_slow_call_holds_back_no_other() -> None:
    """One hangs until its timeout; the others are long done."""
    with StandIn(lambda body: Fault("hang") if "slow" in str(body["messages"]) else obedient(body)) as server:

        async def work(connection: Connection) -> tuple[float, bool]:
            slow = asyncio.create_task(connection.predict(SERVE, seed=0, talk="slow"))
            start = time.monotonic()
            await asyncio.gather(*(connection.predict(SERVE, seed=i, talk=f"{i}") for i in range(20)))
            took, pending = time.monotonic() - start, not slow.done()
            slow.cancel()
            return took, pending

        took, pending = using(over(server.url, timeout=30), work)
        assert took < 10
        assert pending


def test_a_cancelled_call_gives_its_place_back() -> None:
    """Of those that wait as of those under way."""
    with StandIn(lambda _: Fault("hang")) as server:

        async def work(connection: Connection) -> int:
            tasks = [asyncio.create_task(connection.predict(SERVE, seed=i, talk=f"{i}")) for i in range(6)]
            await asyncio.sleep(0.3)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            server.reply = obedient
            await connection.predict(SERVE, seed=9, talk="after")
            return connection.wire.server.line().pressure.busy  # type: ignore[union-attr]

        assert using(over(server.url, concurrency=2), work) == 0


def test_usage_holds_tokens_cached_tokens_seconds_and_cost() -> None:
    """As the server counted them; a second call finds its prefix cached."""
    with StandIn(delay=0.05) as server:

        async def work(connection: Connection) -> Usage:
            for _ in range(2):
                await connection.predict(SERVE, seed=1, talk="the same")
            return connection.usage

        usage = using(over(server.url, price=(1.0, 0.1, 10.0)), work)

    assert usage.calls == 2
    assert usage.cached_tokens == usage.input_tokens // 2 > 0
    assert usage.output_tokens > 0
    assert usage.seconds >= 0.1
    half = usage.input_tokens / 2
    assert usage.cost == pytest.approx((half + half * 0.1 + usage.output_tokens * 10) / 1e6)


def test_roles_share_a_server_and_keep_totals_of_their_own() -> None:
    """The cap counts them together."""
    with StandIn(delay=0.2) as server:

        async def work() -> list[int]:
            roles = [connect(over(server.url, concurrency=3), role=role) for role in ("user", "agent")]
            await asyncio.gather(
                *(role.predict(SERVE, seed=i, talk=f"{i}") for role in roles for i in range(4 + (role is roles[0])))
            )
            for role in roles:
                await role.aclose()
            return [role.usage.calls for role in roles]

        assert asyncio.run(work()) == [5, 4]
        assert server.counts["most at once"] == 3


def test_the_model_is_asked_for_where_the_url_names_none() -> None:
    """And the mode is found out once, by one generation, for all roles together."""
    with StandIn() as server:

        async def work() -> list[tuple[str, str]]:
            url = f"sglang://127.0.0.1:{server.port}"
            roles = [connect(url, role=role) for role in ("user", "agent")]
            await asyncio.gather(*(role.predict(SERVE, seed=i, talk="x") for role in roles for i in range(10)))
            for role in roles:
                await role.aclose()
            return [(role.model_name, role.mode) for role in roles]

        assert asyncio.run(work()) == [("stand-in", "schema")] * 2
        assert server.counts["requests"] == 21


def test_the_key_is_sent_and_shown_nowhere(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Not in settings, representations, saved state, errors or logs, even where the server echoes it."""
    monkeypatch.setenv("WRIT_TEST_KEY", KEY)
    caplog.set_level(logging.DEBUG)
    with StandIn(then(obedient({}), Fault("400", text=f"bad key {KEY}"))) as server:
        settings = over(server.url, api_key_env="WRIT_TEST_KEY")

        async def work(connection: Connection) -> list[str]:
            shown = []
            for _ in range(2):
                try:
                    await connection.predict(SERVE, seed=1, talk="x")
                except LMError as error:
                    shown.append(f"{error!r} {error.__cause__!r} {error.__context__!r}")
            lm = connection.lm
            program = dspy.Predict(Serve)
            program.lm = lm
            shown += [repr(connection), repr(connection.wire), repr(lm), str(vars(lm)), json.dumps(lm.dump_state())]
            return [*shown, json.dumps(program.dump_state()), settings.model_dump_json(), repr(vars(connection))]

        shown = "\n".join(using(settings, work))
        assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"

    assert "bad key …" in shown
    assert KEY not in shown + caplog.text


def test_a_key_that_is_not_set_is_asked_for_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before any request."""
    monkeypatch.delenv("WRIT_TEST_KEY", raising=False)
    with StandIn() as server:
        error, _ = ask(over(server.url, api_key_env="WRIT_TEST_KEY"))

        assert isinstance(error, ConfigError)
        assert "WRIT_TEST_KEY is not set" in str(error)
        assert server.counts["requests"] == 0


def test_a_saved_model_speaks_again_after_loading() -> None:
    """The state of an LM, through JSON, makes one that reaches the same server, sync and async."""
    with StandIn() as server:

        async def dump(connection: Connection) -> str:
            await connection.ready()
            return json.dumps(connection.lm.dump_state())

        state = json.loads(using(over(server.url), dump))
        loaded = dspy.LM.load_state(state, allow_custom_lm_class=True)
        adapter = dspy.JSONAdapter()

        async def again() -> Any:
            with dspy.context(lm=loaded, adapter=adapter):
                found = await SERVE.acall(talk="async")
            await loaded._async_engine_spec.aclose()
            return found

        with dspy.context(lm=loaded, adapter=adapter):
            assert SERVE(talk="sync").step.thought == "text"
        assert asyncio.run(again()).step.thought == "text"
        assert all(body["reasoning_effort"] == "none" for body in server.bodies)


def test_code_that_is_not_async_uses_the_same_line() -> None:
    """Optimizers call predictors in threads; their calls count in the same totals."""
    with StandIn(delay=0.1) as server:

        async def work(connection: Connection) -> int:
            await connection.ready()

            def call(i: int) -> None:
                with dspy.context(lm=connection.lm, adapter=connection.adapter):
                    assert SERVE(talk=f"{i}").step.kind == "say"

            threads = [threading.Thread(target=call, args=(i,)) for i in range(8)]
            for thread in threads:
                thread.start()
            await asyncio.to_thread(lambda: [thread.join() for thread in threads])
            return connection.usage.calls

        assert using(over(server.url), work) == 8
        assert server.counts["most at once"] > 1


def test_a_copy_of_a_program_shares_its_line() -> None:
    """A candidate of an optimizer opens no connections of its own."""
    connection = Connection.over(ScriptedEngine(lambda _: "{}"))
    program = dspy.Predict(Serve)
    program.lm = connection.lm

    assert program.deepcopy().lm.engine is connection.lm.engine


def test_an_engine_object_cannot_be_saved() -> None:
    """The message says what to do instead."""
    with pytest.raises(ConfigError, match="without its LM"):
        Connection.over(ScriptedEngine(lambda _: "{}")).lm.dump_state()


def test_nothing_is_asked_before_it_is_ready() -> None:
    """A connection that was never used tells no mode and has no LM."""
    connection = connect("sglang://127.0.0.1:1/m")

    with pytest.raises(LMError, match="ready"):
        _ = connection.mode
    with pytest.raises(LMError, match="ready"):
        _ = connection.lm
    assert (connection.model_name, repr(connection)) == ("m", "Connection(agent: sglang://127.0.0.1:1/m)")


def test_a_scripted_engine_is_counted_like_a_server() -> None:
    """Tests of roles see the same totals and the same bad replies."""
    connection = Connection.over(ScriptedEngine(lambda _: response('{"step": {', "length")))
    with pytest.raises(BadReply, match="cut off"):
        asyncio.run(connection.predict(SERVE, seed=1, talk="x"))

    assert (connection.usage.calls, connection.usage.cached_tokens, connection.usage.bad_replies) == (
        1,
        40,
        {"truncated": 1},
    )


def test_calls_keep_no_memory() -> None:
    """Neither DSPy's history nor its trace grows, unless an optimizer wants it."""
    connection = Connection.over(ScriptedEngine(lambda _: json.dumps({"step": {"thought": "t", "kind": "say"}})))

    async def ten(trace: list[Any]) -> None:
        with dspy.context(trace=trace):
            for _ in range(10):
                await connection.predict(SERVE, seed=1, talk="x")

    kept: list[Any] = []
    asyncio.run(ten(kept))
    assert (len(kept), len(connection.lm.history)) == (0, 0)
    connection.keep_trace = True
    asyncio.run(ten(kept))
    assert len(kept) == 10
