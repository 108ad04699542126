"""`writ doctor` tells what a server does, and never takes a try that failed for a yes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any, cast

import pytest

from tests.lm.calls import using
from tests.standins.clock import at_once
from tests.standins.server import Body, Fault, StandIn, obedient, tool_call
from writ_dspy.errors import LMError
from writ_dspy.lm import Connection, LMSettings, connect
from writ_dspy.lm.answers import Answer
from writ_dspy.lm.findings import Findings
from writ_dspy.lm.pressure import clock
from writ_dspy.lm.probe import _Asking, probe
from writ_dspy.lm.server import Server

COMPLETION = {"choices": [{"message": {"role": "assistant", "content": "1, 2"}, "finish_reason": "length"}]}
Reply = Callable[[Body], str | Body | Fault]


def look(reply: Reply = obedient, **more: Any) -> tuple[Findings, StandIn]:
    """The findings about a server that replies so."""
    with StandIn(reply, sglang=more.pop("sglang", True), delay=more.pop("delay", 0.0)) as server:
        settings = LMSettings.of({"model": server.url, "retries": 0, **more})
        return asyncio.run(probe(settings)), server


def states(findings: Findings) -> dict[str, str]:
    return {check.what: check.state for check in findings.checks}


def thinking(reply: Reply, off: str | None) -> Reply:
    """A server whose model thinks, unless a field turns it off."""

    def think(body: Body) -> str | Body | Fault:
        said = reply(body)
        if (off and off in body) or not isinstance(said, str):
            return said
        return {"role": "assistant", "content": said, "reasoning_content": "Let me see."}

    return think


def test_an_obedient_server_gets_schemas() -> None:
    """Everything is tried with few requests, and the table says what each answer means."""
    findings, server = look(lambda body: Fault("truncated") if body["max_tokens"] == 5 else obedient(body))

    assert findings.mode == "schema"
    assert states(findings) | {"parallel requests": "yes"} == {  # which is a matter of time
        "thinks unasked": "no", "schema enforced": "yes", "nested anyOf enforced": "yes", "json_object": "yes",
        "tools, auto, strict": "yes", "tools, required": "yes", "truncation told": "yes", "prefix cache told": "yes",
        "parallel requests": "yes",
    }  # fmt: skip
    assert (findings.server, findings.context) == ("SGLang 0.0.stand-in", 32768)
    assert findings.settings() == {
        "model": "stand-in",
        "mode": "schema",
        "extra fields": {"reasoning_effort": "none"},
        "fields": "",
    }
    assert server.counts["requests"] <= 13
    assert all(len(line) == 3 and all(line) for line in findings.lines())


@pytest.mark.parametrize(("at_a_time", "state"), [(1, "no"), (3, "yes"), (100, "yes")])
def test_requests_that_gain_nothing_together_are_found_out(at_a_time: int, state: str) -> None:
    """By the clock: three take as long as one, or three times as long."""

    class Slow:
        places = asyncio.Semaphore(at_a_time)
        endpoint = LMSettings(model="sglang://a:1/m").endpoint

        async def ask(self, *_: object, **__: object) -> Answer:
            start = clock()
            async with self.places:
                await asyncio.sleep(1)
            return Answer(COMPLETION, clock() - start)

        def heard(self, _: str) -> None:
            pass

    asking = _Asking(cast("Server", Slow()), LMSettings(model="sglang://a:1/m"), "m", {})
    check = at_once(asking.parallelism())

    assert check.state == state
    assert check.found == f"{min(at_a_time, 3)}.0 times as fast 3 at once"


def ignores_schemas(body: Body) -> str | Body | Fault:
    return obedient(body) if body.get("tools") else "Hello there!"


def breaks_tools(body: Body) -> str | Body | Fault:
    if body.get("tools"):
        return tool_call("set_mark", json.dumps({"kind": "other", "mark": "fern"}))
    return "Hello there!"


def flat_only(body: Body) -> str | Body | Fault:
    said = obedient(body)
    return "Hello!" if "anyOf" in str(body.get("response_format")) else said


def refuses_schemas(body: Body) -> str | Body | Fault:
    return Fault("400", text="no grammar backend") if "response_format" in body else obedient(body)


@pytest.mark.parametrize(
    ("reply", "mode"),
    [(ignores_schemas, "tools"), (flat_only, "tools"), (refuses_schemas, "tools"), (breaks_tools, "prompt")],
)
def test_the_mode_is_the_strongest_that_works(reply: Reply, mode: str) -> None:
    """In the doctor's findings, and for a run that looks for itself."""
    findings, _ = look(reply)
    assert findings.mode == mode

    with StandIn(reply) as server:

        async def ready() -> str:
            connection = connect(LMSettings(model=server.url, retries=0))
            await connection.ready()
            await connection.aclose()
            return connection.mode

        assert asyncio.run(ready()) == mode
        assert server.counts["requests"] <= 4


def test_a_mode_that_was_asked_for_is_kept() -> None:
    """Whatever was found."""
    assert look(ignores_schemas, mode="schema")[0].mode == "schema"


@pytest.mark.parametrize("fault", ["400", "garbage"])
def test_a_try_that_fails_is_no_yes(fault: Any) -> None:
    """It is told as such, with the server's words."""
    findings, _ = look(
        lambda body: Fault(fault, text="boom") if body.get("response_format") or body.get("tools") else obedient(body)
    )
    failed = [check for check in findings.checks if check.state == "unknown"]

    assert findings.mode == "prompt"
    assert len(failed) == 5
    assert all("boom" in check.found for check in failed)


ODD: list[Any] = [
    {"choices": []},
    {"choices": None},
    {"choices": [None]},
    {"choices": {"message": {"content": "hi"}}},
    {"choices": [{"message": "hi"}]},
    {"choices": [], "error": {"code": 429, "message": "boom"}},
    Fault("garbage"),
    Fault("400"),
    Fault("401"),
    Fault("402"),
    Fault("403"),
    Fault("404"),
    Fault("429", code="insufficient_quota"),
]


@pytest.mark.parametrize("said", ODD, ids=str)
@pytest.mark.parametrize("mode", ["auto", "prompt"])
def test_a_model_that_cannot_be_greeted_is_no_finding(said: Any, mode: str) -> None:
    """Neither the doctor nor a run goes on with it; the error names the server."""
    with StandIn(lambda _: said) as server:
        url = f"{server.url}-unheard"  # of a model that no server before it on this port has answered for
        settings = LMSettings.of({"model": url, "mode": mode, "retries": 0, "patience": 0})
        with pytest.raises(LMError, match=f"127.0.0.1:{server.port}"):
            asyncio.run(probe(settings))
        with pytest.raises(LMError, match=f"127.0.0.1:{server.port}"):
            using(settings, Connection.meet)

        assert server.counts["requests"] <= 8


WILD: list[Any] = [
    {"message": {"content": [{"type": "text", "text": "hi"}]}},
    {"message": {"content": 7, "tool_calls": {"function": "set_mark"}}},
    {"message": {"content": None, "tool_calls": ["set_mark"], "reasoning_content": {}}},
    {"message": {"tool_calls": [{"function": {"name": "set_mark", "arguments": 5}}]}, "finish_reason": 3},
]


@pytest.mark.parametrize("choice", WILD, ids=str)
@pytest.mark.parametrize("usage", [None, [], {"prompt_tokens": "many", "prompt_tokens_details": 4}])
def test_replies_of_any_form_are_read(choice: Any, usage: Any) -> None:
    """Odd content, calls and counts are findings, never a break."""
    findings, _ = look(lambda _: {"choices": [choice], "usage": usage})

    assert findings.mode == "prompt"


def test_a_schema_whose_reply_was_cut_off_is_unknown() -> None:
    """Half a reply proves nothing, even where it happens to be whole."""
    findings, _ = look(lambda body: Fault("truncated", text=str(obedient(body))))

    assert {states(findings)[what] for what in ("schema enforced", "nested anyOf enforced")} == {"unknown"}


@pytest.mark.parametrize("off", ["reasoning_effort", "chat_template_kwargs"])
def test_thinking_is_turned_off_by_what_turns_it_off_here(off: str) -> None:
    """And the field is sent with every request of the run."""
    findings, _ = look(thinking(obedient, off), sglang=False)

    assert off in findings.extra
    with StandIn(thinking(obedient, off), sglang=False) as server:

        async def ready() -> None:
            connection = connect(LMSettings(model=server.url))
            await connection.ready()
            await connection.aclose()
            assert off in connection.wire.extra  # type: ignore[union-attr]

        asyncio.run(ready())
        assert server.counts["requests"] <= 4


def test_thinking_that_cannot_be_turned_off_is_told() -> None:
    """As is thinking that was asked for, which stays."""
    stubborn, _ = look(thinking(obedient, None), sglang=False)
    wanted, _ = look(thinking(obedient, "reasoning_effort"), sglang=False, thinking=True)

    assert "cannot be turned off" in stubborn.checks[0].found
    assert (wanted.extra, wanted.checks[0].state) == ({}, "yes")


def test_a_server_without_extras_is_described_as_such() -> None:
    """No pages of its own, no cached tokens."""
    findings, _ = look(sglang=False)

    assert findings.server.startswith("unknown")
    assert states(findings)["prefix cache told"] == "no"
    assert findings.extra == {}


def test_a_server_that_is_not_there_is_one_clear_error() -> None:
    """With the address and what to do."""
    with StandIn() as server:
        url = f"sglang://127.0.0.1:{server.port}"

    with pytest.raises(
        LMError,
        match=r"/models: no connection \([^()]*\)\. Start the server \(`writ serve MODEL` does, on a GPU; the model `local` needs no server\)",
    ):
        asyncio.run(probe(LMSettings(model=url)))
