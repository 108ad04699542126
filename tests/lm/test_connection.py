"""Over real sockets: what is sent, what is tried again, and that nothing of a bad reply is ever used."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import dspy
import pytest
from dspy.lm15 import Message, ToolCallPart

from tests.lm.calls import SERVE, TOOLS, Serve, Step, ask, over, then, using
from tests.standins.engines import ScriptedEngine, response
from tests.standins.server import Fault, StandIn, obedient
from writ_dspy.errors import ConfigError, LMError
from writ_dspy.lm import BadReply, Connection, ToolReply, Usage, connect, conversation
from writ_dspy.lm.launch import ROUTING_HEADER

ROOT = Path(__file__).parents[2]
KEY = "sk-very-secret-4711"


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


def test_a_conversation_names_itself_to_the_router() -> None:
    """Each by its own task's context; who names none sends no such header."""
    with StandIn() as server:

        async def talk(connection: Connection, name: str) -> None:
            if name:
                conversation.set(name)
            await connection.predict(SERVE, seed=1, talk=f"of {name}")

        async def work(connection: Connection) -> None:
            await asyncio.gather(*(talk(connection, name) for name in ("a", "b", "")))

        using(over(server.url), work)
        seen = {str(seen.headers.get(ROUTING_HEADER.lower())): str(seen.body["messages"]) for seen in server.requests}

    assert seen.keys() == {"None", "a", "b"}
    assert all(f"of {name}" in seen[name] for name in ("a", "b"))


def test_importing_connections_brings_neither_dspy_nor_a_client() -> None:
    """They come with the first call."""
    code = "import sys, writ_dspy.lm; print(sorted({'dspy', 'aiohttp', 'litellm', 'xllamacpp'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)

    assert done.stdout.strip() == "[]"


def test_two_hundred_requests_are_under_way_at_once() -> None:
    """No pool of connections holds them back."""
    with StandIn(together=200) as server:

        async def work(connection: Connection) -> None:
            await asyncio.gather(*(connection.predict(SERVE, seed=i, talk=f"{i}") for i in range(200)))

        using(over(server.url, concurrency=200), work)
        assert server.counts["most at once"] == 200


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
    with StandIn(together=3) as server:

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


def test_a_cap_holds_on_every_loop() -> None:
    """A connection that is used again later, on another event loop, keeps to it."""
    with StandIn(together=2) as server:
        connection = connect(over(server.url, concurrency=2))

        async def work() -> None:
            await asyncio.gather(*(connection.predict(SERVE, seed=i, talk=f"{i}") for i in range(8)))
            await connection.aclose()

        for _ in range(2):
            asyncio.run(work())
            server.hold(2)
        assert (server.counts["most at once"], connection.usage.calls) == (2, 16)


def test_the_model_is_asked_for_where_the_url_names_none() -> None:
    """And the mode is found out once, by a greeting and one generation, for all roles together."""
    with StandIn() as server:

        async def work() -> list[tuple[str, str]]:
            url = f"sglang://127.0.0.1:{server.port}"
            roles = [connect(url, role=role) for role in ("user", "agent")]
            await asyncio.gather(*(role.predict(SERVE, seed=i, talk="x") for role in roles for i in range(10)))
            for role in roles:
                await role.aclose()
            return [(role.model_name, role.mode) for role in roles]

        assert asyncio.run(work()) == [("stand-in", "schema")] * 2
        assert server.counts["requests"] == 22


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
    with StandIn(together=2) as server:

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
