"""A field that a server refuses is renamed or left out for it, whatever it is and however the refusal is worded."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.lm.calls import SERVE, TOOLS, over, using
from tests.standins.server import Body, Fault, StandIn, obedient, tool_call
from writ_dspy.errors import DeniedError, LMError
from writ_dspy.lm import BadReply, Connection, LMSettings
from writ_dspy.lm.answers import Refused
from writ_dspy.lm.dialect import Dialect
from writ_dspy.lm.probe import probe

Reply = Callable[[Body], str | Body | Fault]


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long before asking again."""
    monkeypatch.setattr("writ_dspy.lm.server.FIRST_PAUSE", 0.01)


def refusing(says: dict[str, str], status: Any = "400", reply: Reply = obedient) -> Reply:
    """A server that will not have certain fields, and says so in certain words."""

    def answer(body: Body) -> str | Body | Fault:
        system = any(message["role"] == "system" for message in body["messages"])
        strict = any("strict" in tool["function"] for tool in body.get("tools", ()))
        there = [*body, *(["system"] if system else []), *(["strict"] if strict else [])]
        field = next((field for field in says if field in there), None)
        return reply(body) if field is None else Fault(status, text=says[field])

    return answer


WORDS: list[tuple[dict[str, str], str]] = [
    (
        {
            "max_tokens": "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
            "temperature": "Unsupported value: 'temperature' does not support 0.7 with this model. Only the default (1) value is supported.",
        },
        "max_completion_tokens for max_tokens, without temperature",
    ),
    ({"seed": '[{"type": "extra_forbidden", "loc": ["body", "seed"]}]'}, "without seed"),
    ({"seed": "Unrecognized request argument supplied: seed"}, "without seed"),
    ({"temperature": "`temperature` is deprecated for this model."}, "without temperature"),
    ({"system": "System role not supported"}, "system text in the first message"),
    ({"system": "Conversation roles must alternate user/assistant/user/assistant/..."}, "system text in the first message"),
    ({"system": "Developer instruction is not enabled for models/gemma-3-27b-it"}, "system text in the first message"),
    ({"temperature": "`temperature` and `top_p` cannot both be specified for this model. Please use only one."}, "without temperature"),
    ({"seed": "Bad Request"}, "without seed"),
    ({"system": "invalid input"}, "system text in the first message"),
    (
        {"seed": "no", "temperature": "no", "system": "no"},
        "system text in the first message, without seed, without temperature",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("says", "learned"), WORDS, ids=str)
def test_a_refused_field_costs_no_feature(says: dict[str, str], learned: str) -> None:
    """The doctor finds schemas all the same, and a run that asks for itself needs no more than the doctor told."""
    with StandIn(refusing(says), sglang=False) as server:
        found = asyncio.run(probe(LMSettings.of({"model": server.url, "retries": 0})))

        assert (found.mode, found.fields) == ("schema", learned)
    with StandIn(refusing(says), sglang=False) as server:

        async def run(connection: Connection) -> Any:
            await connection.meet()
            asked = server.counts["requests"]
            said = await connection.predict(SERVE, seed=1, talk="hi")
            assert server.counts["requests"] == asked + 1
            return said.step.kind, connection.mode

        assert using(LMSettings.of({"model": server.url, "retries": 0}), run) == ("say", "schema")


@pytest.mark.parametrize("status", ["400", "500"])
def test_strict_functions_and_late_fields_are_left_out_on_the_way(status: Any) -> None:
    """A run asks with more than the first look did: tools, and what a role was set to."""
    says = {
        "strict": "Extra inputs: strict",
        "top_p": "top_p is not permitted",
        "parallel_tool_calls": "parallel_tool_calls?",
    }
    with StandIn(refusing(says, status)) as server:
        settings = over(server.url, retries=0, top_p=0.9)
        found = using(settings, lambda connection: connection.predict(SERVE, seed=1, talk="x", tools=TOOLS))

        assert found.calls == (("look", {"id": "text"}),)
        assert server.bodies[-1].keys() == {*server.bodies[0]} - {"top_p", "parallel_tool_calls"}


def test_what_no_change_helps_stays_as_it_was() -> None:
    """A refusal that names fields, but is about something else, is told, and nothing is left out for it later."""
    words = "max_tokens, seed and the system role aside: your prompt of 9,{} tokens is too long"
    left = iter(range(100))

    def full(body: Body) -> str | Body | Fault:
        return (
            Fault("400", text=words.format(next(left))) if "long" in body["messages"][-1]["content"] else obedient(body)
        )

    with StandIn(full) as server:

        async def run(connection: Connection) -> None:
            await connection.predict(SERVE, seed=1, talk="short")
            with pytest.raises(Refused, match="is too long"):
                await connection.predict(SERVE, seed=1, talk="long")
            await connection.predict(SERVE, seed=1, talk="short")

        using(over(server.url), run)
        first, last = server.bodies[0], server.bodies[-1]

        assert last.keys() == first.keys()
        assert [m["role"] for m in last["messages"]] == [m["role"] for m in first["messages"]]
        assert server.counts["requests"] <= 6


def test_fields_learned_by_many_at_once_are_learned_once() -> None:
    """Requests that were under way when the first refusal came end well, too."""
    with StandIn(refusing({"seed": "seed?", "max_tokens": "max_tokens?"})) as server:

        async def run(connection: Connection) -> int:
            await connection.ready()
            server.hold(20)
            said = await asyncio.gather(*(connection.predict(SERVE, seed=i, talk="x") for i in range(20)))
            return len(said)

        assert using(over(server.url), run) == 20


def test_system_text_is_not_lost() -> None:
    """It opens the first message of the user."""
    dialect = Dialect()
    dialect.take("system text in the first message")
    sent = dialect.said({"messages": [{"role": "system", "content": "A"}, {"role": "user", "content": "B"}]})

    assert sent["messages"] == [{"role": "user", "content": "A\n\nB"}]


def test_a_model_whose_hidden_thoughts_eat_the_reply_is_told_to_think_less() -> None:
    """As OpenAI's: it shows no thoughts, counts them, refuses to stop, and takes the least effort."""

    def hidden(body: Body) -> str | Body | Fault:
        effort = body.get("reasoning_effort")
        if effort == "none":
            return Fault(
                "400", text="'reasoning_effort' does not support 'none'. Supported values are: 'minimal', 'low'"
            )
        if "chat_template_kwargs" in body:
            return Fault("400", text="Unknown parameter: 'chat_template_kwargs'.")
        if effort == "minimal":
            return obedient(body)
        spent = {"completion_tokens": 96, "completion_tokens_details": {"reasoning_tokens": 96}}
        return {
            "choices": [{"message": {"role": "assistant", "content": ""}, "finish_reason": "length"}],
            "usage": spent,
        }

    with StandIn(hidden, sglang=False) as server:
        found = asyncio.run(probe(LMSettings.of({"model": server.url, "retries": 0})))

        assert (found.mode, found.extra, found.fields) == ("schema", {"reasoning_effort": "minimal"}, "")


@pytest.mark.parametrize("kind", ["500", "403", "404", "reset"])
def test_a_server_that_breaks_at_one_feature_lacks_that_feature(kind: Any) -> None:
    """It answers a greeting, so it can be used; the rest of the table stands."""

    def breaks(body: Body) -> str | Body | Fault:
        return Fault(kind) if body.get("tools") or body.get("response_format") else obedient(body)

    with StandIn(breaks) as server:
        found = asyncio.run(probe(LMSettings.of({"model": server.url, "retries": 0})))

        assert found.mode == "prompt"
        assert sum(check.state == "unknown" for check in found.checks) == 5


def test_a_wrong_name_is_told_with_the_right_ones() -> None:
    """By the doctor, which has asked what there is."""
    models = {"data": [{"id": "good"}, {"id": "better"}]}
    with (
        StandIn(lambda _: Fault("404", text="no such model"), models=models) as server,
        pytest.raises(DeniedError) as caught,
    ):
        asyncio.run(probe(LMSettings.of({"model": server.url, "retries": 0})))

    assert "404 no such model" in str(caught.value)
    assert str(caught.value).endswith("It serves good, better.")


ROWS: list[tuple[Body, str, int | None]] = [
    ({"id": "m", "max_model_len": 10}, "m", 10),
    ({"id": "m", "meta": {"n_ctx": 20}}, "m", 20),
    ({"id": "m:latest", "context_window": 30}, "m", 30),
    ({"id": "m", "context_length": "40"}, "m", 40),
    ({"id": "other", "max_model_len": 50}, "m", None),
]


@pytest.mark.parametrize(("row", "model", "context"), ROWS)
def test_the_context_is_that_of_the_model_in_use(row: Body, model: str, context: int | None) -> None:
    """Not of the first one that is listed."""
    models = {"data": [{"id": "first", "max_model_len": 7}, row]}
    with StandIn(sglang=False, model=model, models=models) as server:
        found = asyncio.run(probe(LMSettings.of({"model": server.url, "retries": 0})))

        assert found.context == context


INSIDE: list[tuple[Body, str, type[LMError]]] = [
    ({"choices": None, "error": {"message": "Provider returned error", "code": 429, "metadata": {"raw": "Too Many Requests"}}}, "Too Many Requests", LMError),
    ({"choices": [], "error": {"message": "no credits", "code": 402}}, "no credits", DeniedError),
    ({"choices": [], "error": {"message": "bad key", "code": "invalid_api_key"}}, "bad key", DeniedError),
    ({"choices": None, "error": "Model is loading"}, "Model is loading", LMError),
    ({"choices": None, "object": "error", "message": "too long", "code": 400}, "400 too long", Refused),
    ({"choices": None, "success": False, "errors": [{"code": 7009, "message": "Upstream failed"}]}, "Upstream failed", LMError),
    ({"choices": [{"message": {"content": ""}, "finish_reason": "error", "error": {"code": 502, "message": "gone"}}]}, "502 gone", LMError),
    ({"choices": None, "base_resp": {"status_code": 1004, "status_msg": "login fail"}}, "login fail", LMError),
]  # fmt: skip


@pytest.mark.parametrize(("body", "words", "kind"), INSIDE, ids=str)
def test_an_error_inside_an_answer_is_that_error(body: Body, words: str, kind: type[LMError]) -> None:
    """As if it had come with its own status: waited for, tried again, or told at once."""
    with StandIn(lambda _: body) as server:

        async def run(connection: Connection) -> Any:
            return await asyncio.gather(connection.predict(SERVE, seed=1, talk="x"), return_exceptions=True)

        (error,) = using(over(server.url, retries=1, patience=0.05), run)

        assert isinstance(error, kind)
        assert not isinstance(error, BadReply)
        assert words in str(error)


USAGE: list[Any] = [
    {
        "prompt_tokens": 10.0,
        "completion_tokens": "5",
        "total_tokens": -1,
        "prompt_tokens_details": {"cached_tokens": 20},
    },
    {"prompt_tokens": "many", "completion_tokens": None, "cost": 0.1},
    {"prompt_tokens": float("1e300"), "completion_tokens_details": {"reasoning_tokens": "x"}},
    [],
    "none",
]


@pytest.mark.parametrize("usage", USAGE, ids=str)
def test_odd_counts_cost_no_reply(usage: Any) -> None:
    """What is no count is not counted."""

    def answer(body: Body) -> Body:
        said = obedient(body)
        message = {"role": "assistant", "content": said} if isinstance(said, str) else said
        return {"choices": [{"message": message, "finish_reason": "stop"}], "usage": usage}

    with StandIn(answer) as server:

        async def run(connection: Connection) -> tuple[str, int]:
            said = await connection.predict(SERVE, seed=1, talk="x")
            return said.step.kind, connection.usage.output_tokens

        kind, counted = using(over(server.url), run)

        assert kind == "say"
        assert counted == (5 if isinstance(usage, dict) and usage.get("completion_tokens") == "5" else 0)


def test_calls_as_text_are_drawn_again() -> None:
    """Whether in marks, in JSON or as code; a call that is one is taken."""
    for said in (
        '<tool_call>{"name": "look"}</tool_call>',
        json.dumps({"name": "look", "arguments": {}}),
        'look(id="7")',
    ):
        with StandIn(lambda _, said=said: said) as server:

            async def run(connection: Connection) -> Any:
                return await connection.predict(SERVE, seed=1, talk="x", tools=TOOLS)

            with pytest.raises(BadReply):
                using(over(server.url), run)
    with StandIn(lambda _: tool_call("look", '{"id": "7"}')) as server:
        assert using(over(server.url), run).calls == (("look", {"id": "7"}),)


@pytest.mark.parametrize("name", ["look<|channel|>commentary", "functions.look", "look <|constrain|>json"])
def test_a_name_is_taken_without_the_marks_behind_it(name: str) -> None:
    """As gpt-oss leaves them; marks within arguments make the call useless."""

    async def run(connection: Connection) -> Any:
        return await connection.predict(SERVE, seed=1, talk="x", tools=TOOLS)

    with StandIn(lambda _: tool_call(name, '{"id": "7"}')) as server:
        assert using(over(server.url), run).calls == (("look", {"id": "7"}),)
    with StandIn(lambda _: tool_call(name, json.dumps({"id": '<|"|>7<|"|>'}))) as server, pytest.raises(BadReply):
        using(over(server.url), run)


SPOILED = [
    Fault(
        "400", text="Failed to generate JSON. See 'failed_generation' for more details.", code="json_validate_failed"
    ),
    Fault("400", text="tool call validation failed: parameters did not match schema", code="tool_use_failed"),
    Fault("500", text="Failed to parse input at pos 184: <tool_call>"),
    Fault("500", text="error parsing tool call: raw='{\"id\":', err=unexpected end of JSON input"),
]


@pytest.mark.parametrize("fault", SPOILED, ids=str)
def test_a_reply_that_the_server_threw_away_is_drawn_again(fault: Fault) -> None:
    """It is a bad reply, told at once and counted, and no word about the prompt."""
    with StandIn(lambda _: fault) as server:

        async def run(connection: Connection) -> tuple[str, dict[str, int]]:
            with pytest.raises(BadReply) as caught:
                await connection.predict(SERVE, seed=1, talk="x")
            return caught.value.reason, dict(connection.usage.bad_replies)

        assert using(over(server.url), run) == ("unparsable", {"unparsable": 1})
        assert server.counts["requests"] == 1


EMPTY: list[Any] = [
    {"choices": []},
    {"choices": [{"message": None, "finish_reason": "content_filter"}]},
    {"choices": [{"message": {"role": "assistant", "content": None}, "finish_reason": "stop"}]},
]


@pytest.mark.parametrize("said", EMPTY, ids=str)
def test_an_answer_without_words_is_a_bad_reply(said: Any) -> None:
    """As Gemini and OpenRouter send them for what they filtered."""
    with StandIn(lambda _: said) as server:

        async def run(connection: Connection) -> Any:
            return await asyncio.gather(connection.predict(SERVE, seed=1, talk="x"), return_exceptions=True)

        (error,) = using(over(server.url), run)

        assert isinstance(error, BadReply)


@pytest.mark.parametrize(("tokens", "told"), [(2050, 1), (9000, 0), (1, 0)])
def test_a_prompt_that_was_cut_is_told_once(tokens: int, told: int, caplog: pytest.LogCaptureFixture) -> None:
    """By the server's own count; a count that is none is not believed."""

    def answer(body: Body) -> Body:
        message = {"role": "assistant", "content": obedient(body)}
        return {"choices": [{"message": message, "finish_reason": "stop"}], "usage": {"prompt_tokens": tokens}}

    with StandIn(answer) as server:

        async def run(connection: Connection) -> None:
            for _ in range(2):
                await connection.predict(SERVE, seed=1, talk="some words " * 3000)

        using(over(server.url), run)

    assert sum("OLLAMA_CONTEXT_LENGTH" in record.getMessage() for record in caplog.records) == told
