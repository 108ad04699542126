"""What fails on the way: what is tried again, what is survived, and that nothing of a bad reply is ever used."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import time
from typing import Any

import pytest
from multidict import CIMultiDict

from tests.lm.calls import SERVE, TOOLS, ask, over, then, until, using
from tests.standins.clock import Hanging
from tests.standins.server import Fault, StandIn, obedient, tool_call
from writ_dspy.errors import DeniedError, LMError
from writ_dspy.lm import BadReply, Connection
from writ_dspy.lm.fault import delay


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long before asking again."""
    monkeypatch.setattr("writ_dspy.lm.server.FIRST_PAUSE", 0.02)


AGAIN = ["500", "reset", "cut body", "429", "503", "hang"]


@pytest.mark.parametrize("kind", AGAIN)
def test_a_passing_fault_is_tried_again(kind: Any, hanging: Hanging) -> None:
    """The prediction comes in the end, and the retry is counted."""
    with StandIn(then(Fault(kind)), hangs=hanging.over) as server:
        found, usage = ask(over(server.url))

        assert found.step.thought == "text"
        assert (usage.calls, usage.retries, server.counts["requests"], server.counts[kind]) == (1, 1, 2, 1)


@pytest.mark.parametrize("kind", AGAIN)
def test_a_fault_that_stays_is_one_clear_error(kind: Any, hanging: Hanging) -> None:
    """After as many tries as were allowed, with the address and a remedy."""
    with StandIn(lambda _: Fault(kind), hangs=hanging.over) as server:
        error, usage = ask(over(server.url, retries=1, patience=0.1))

        assert isinstance(error, LMError)
        assert server.base in str(error)
        assert "lower `concurrency`" in str(error) or "look at the server's log" in str(error)
        assert usage.calls == 0
        assert server.counts["requests"] == 2 or (kind in ("429", "503") and server.counts["requests"] > 2)


def test_a_reply_that_takes_too_long_is_given_up() -> None:
    """By the clock, and with the seconds that it had."""
    with StandIn(lambda _: Fault("hang")) as server:
        error, usage = ask(over(server.url, timeout=0.2, retries=0))

        assert "no reply within 0.2 s" in str(error)
        assert (usage.calls, usage.retries) == (0, 0)


def test_a_request_that_is_wrong_is_never_sent_again() -> None:
    """A 400 says what the server said."""
    with StandIn(lambda _: Fault("400", text="no such grammar")) as server:
        error, _ = ask(over(server.url))

        assert server.counts["requests"] == 1
        assert "400 no such grammar" in str(error)
        assert "writ doctor" in str(error)


DENIED = [
    Fault("401"),
    Fault("402"),
    Fault("403"),
    Fault("404"),
    Fault("429", code="insufficient_quota"),
    Fault("429", text="Insufficient Balance"),
    Fault("400", code="invalid_api_key"),
    Fault("400", code="model_not_found"),
]


@pytest.mark.parametrize("fault", DENIED, ids=str)
def test_what_a_role_will_never_get_is_asked_for_once(fault: Fault) -> None:
    """A wrong key, an unknown model and an empty purse are denials, told with the address and a remedy."""
    with StandIn(lambda _: fault) as server:
        error, _ = ask(over(server.url))

        assert isinstance(error, DeniedError)
        assert server.counts["requests"] == 1
        assert server.base in str(error)
        assert "api_key_env" in str(error) or "asking again" in str(error) or "model name" in str(error)


def test_a_prompt_that_is_forbidden_denies_no_other() -> None:
    """Where the model has answered before, a 403 is about what was asked."""
    with StandIn(lambda body: Fault("403") if "flagged" in str(body["messages"]) else obedient(body)) as server:

        async def work(connection: Connection) -> list[Any]:
            await connection.predict(SERVE, seed=1, talk="fine")
            return await asyncio.gather(connection.predict(SERVE, seed=1, talk="flagged"), return_exceptions=True)

        (error,) = using(over(server.url), work)

        assert isinstance(error, LMError)
        assert not isinstance(error, DeniedError)


def test_a_server_that_asks_for_an_hour_is_not_waited_for() -> None:
    """It says how long; asking again within the role's patience would bring the same."""
    with StandIn(lambda _: Fault("429", retry_after=3600)) as server:
        error, _ = ask(over(server.url, patience=60))

        assert server.counts["requests"] == 1
        assert "left alone for 3600 s" in str(error)


@pytest.mark.parametrize(("key", "sent"), [("sk-one\n", "Bearer sk-one"), ("  sk-two", "Bearer sk-two")])
def test_a_key_is_sent_without_the_blanks_around_it(monkeypatch: pytest.MonkeyPatch, key: str, sent: str) -> None:
    """As `export KEY="$(cat file)"` and copying leave them."""
    monkeypatch.setenv("SOME_KEY", key)
    with StandIn() as server:
        ask(over(server.url, api_key_env="SOME_KEY"))

        assert server.requests[0].headers["authorization"] == sent


def test_what_is_more_than_a_key_is_never_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the variable, not what it holds."""
    monkeypatch.setenv("SOME_KEY", "sk-one\nsk-two")
    with StandIn() as server:
        error, _ = ask(over(server.url, api_key_env="SOME_KEY"))

        assert "SOME_KEY holds more than a key" in str(error)
        assert "sk-" not in str(error)


DELAYS: list[tuple[dict[str, str], float | None]] = [
    ({"Retry-After": "3"}, 3.0),
    ({"retry-after-ms": "1500", "Retry-After": "9"}, 1.5),
    ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT", "Date": "Wed, 21 Oct 2026 07:27:20 GMT"}, 40.0),
    ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT", "Date": "Wed, 21 Oct 2026 08:00:00 GMT"}, 0.0),
    ({"Retry-After": "soon"}, None),
    ({"Retry-After": "nan"}, None),
    ({"Retry-After": "-5"}, 0.0),
    ({}, None),
]


@pytest.mark.parametrize(("headers", "seconds"), DELAYS)
def test_the_time_to_wait_is_read_in_every_form(headers: dict[str, str], seconds: float | None) -> None:
    """A date counts from the server's own clock."""
    assert delay(CIMultiDict(headers)) == seconds


def test_a_long_wait_is_told_with_its_end(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Once for everybody who waits; one that is longer than anybody's patience is told in the error."""
    monkeypatch.setattr("writ_dspy.lm.server.LONG_WAIT", 0.2)
    busy = [Fault("429", retry_after=0.3) for _ in range(3)]
    with StandIn(then(*busy)) as server:

        async def work(connection: Connection) -> None:
            await connection.ready()
            server.hold(3)
            await asyncio.gather(*(connection.predict(SERVE, seed=i, talk="x") for i in range(3)))

        using(over(server.url), work)
    with StandIn(lambda _: Fault("429", retry_after=90_000)) as server:
        error, _ = ask(over(server.url))
    told = [record.getMessage() for record in caplog.records if "left alone" in record.getMessage()]

    assert len(told) == 1
    assert re.search(r"left alone for 0 s, until \d\d:\d\d: 429", told[0])
    assert re.search(r"left alone for 90000 s, until \d+ \w+, \d\d:\d\d: try again then", str(error))


def test_retry_after_holds_back_everybody() -> None:
    """A server that asks to be left alone is."""
    with StandIn(then(Fault("429", retry_after=0.3))) as server:

        async def work(connection: Connection) -> float:
            await connection.predict(SERVE, seed=1, talk="first")
            first = time.monotonic()
            return first - start

        start = time.monotonic()
        assert using(over(server.url), work) >= 0.3


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


def test_who_connects_while_the_stand_in_stops_is_not_left_waiting() -> None:
    """Nobody waits for a killed server, and its port is taken by nobody else until it is back."""
    server = StandIn()
    server.start()
    for _ in range(9):
        with socket.create_connection(("127.0.0.1", server.port)) as client, socket.socket() as other:
            server.stop()
            client.settimeout(60)
            with contextlib.suppress(ConnectionResetError):
                assert client.recv(1) == b""
            with pytest.raises(OSError, match="in use"):
                other.bind(("127.0.0.1", server.port))
        server.start()
    server.stop()


def test_a_restart_is_survived_by_all() -> None:
    """Requests under way and new ones wait together, and one watcher knocks."""
    with StandIn() as server:

        async def work(connection: Connection) -> tuple[int, int]:
            await connection.predict(SERVE, seed=0, talk="warm")
            line = connection.wire.server.line()  # type: ignore[union-attr]
            server.hold(1000)
            tasks = [asyncio.create_task(connection.predict(SERVE, seed=i, talk=f"{i}")) for i in range(40)]
            await until(lambda: server.under_way == line.pressure.busy > 0)
            await asyncio.to_thread(server.stop)
            server.hold(0)
            tasks += [asyncio.create_task(connection.predict(SERVE, seed=i, talk=f"{i}")) for i in range(40)]
            await until(lambda: line.gate.shut and line.pressure.busy == 0)
            await asyncio.to_thread(server.start)
            done = await asyncio.gather(*tasks)
            return len(done), line.gate.outages

        assert using(over(server.url), work) == (80, 1)


def test_a_server_that_does_not_come_back_is_given_up() -> None:
    """After the role's patience, for everybody at once."""
    with StandIn() as server:

        async def work(connection: Connection) -> tuple[list[Any], int]:
            await connection.predict(SERVE, seed=0, talk="warm")
            await asyncio.to_thread(server.stop)
            tasks = [connection.predict(SERVE, seed=i, talk=f"{i}") for i in range(5)]
            errors = await asyncio.gather(*tasks, return_exceptions=True)
            return errors, connection.wire.server.line().gate.outages  # type: ignore[union-attr]

        errors, outages = using(over(server.url, patience=0.3), work)

        assert all("took no connections for 0.3 s" in str(error) for error in errors)
        assert outages == 1


def test_a_server_that_never_was_there_is_not_waited_for() -> None:
    """A mistyped port is told at once."""
    with StandIn() as server:
        url = server.url
    error, usage = ask(over(url))

    assert "Start the server" in str(error)
    assert usage.retries == 0


def test_a_slow_call_holds_back_no_other() -> None:
    """One hangs until its timeout; the others are long done."""
    with StandIn(lambda body: Fault("hang") if "slow" in str(body["messages"]) else obedient(body)) as server:

        async def work(connection: Connection) -> bool:
            slow = asyncio.create_task(connection.predict(SERVE, seed=0, talk="slow"))
            await asyncio.gather(*(connection.predict(SERVE, seed=i, talk=f"{i}") for i in range(20)))
            pending = not slow.done()
            slow.cancel()
            return pending

        assert using(over(server.url), work)


def test_a_cancelled_call_gives_its_place_back() -> None:
    """Of those that wait as of those under way."""
    with StandIn(lambda _: Fault("hang")) as server:

        async def work(connection: Connection) -> int:
            tasks = [asyncio.create_task(connection.predict(SERVE, seed=i, talk=f"{i}")) for i in range(6)]
            await until(lambda: server.counts["hang"] == 2)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            server.reply = obedient
            await connection.predict(SERVE, seed=9, talk="after")
            return connection.wire.server.line().pressure.busy  # type: ignore[union-attr]

        assert using(over(server.url, concurrency=2), work) == 0
