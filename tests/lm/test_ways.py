"""The way to a server: proxies of the environment, the transport of the other end, and keys as people paste them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.lm.calls import ask, over
from tests.standins.server import StandIn
from writ_dspy.errors import ConfigError, LMError
from writ_dspy.lm import Endpoint
from writ_dspy.lm.keys import bare
from writ_dspy.lm.proxies import proxy_of

NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the machine that runs this."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


PROXIES = [
    ("http://far.example/v1/m", {"HTTP_PROXY": "http://p:1"}, "http://p:1"),
    ("http://far.example/v1/m", {"http_proxy": "p:1"}, "http://p:1"),
    ("http://far.example/v1/m", {"HTTPS_PROXY": "http://p:1"}, None),
    ("https://far.example/v1/m", {"HTTPS_PROXY": "http://p:1"}, "http://p:1"),
    ("https://far.example:8443/v1/m", {"ALL_PROXY": "http://p:1"}, "http://p:1"),
    ("http://far.example/v1/m", {"all_proxy": "http://p:1"}, "http://p:1"),
    ("https://far.example/v1/m", {"ALL_PROXY": "socks5://s:1", "HTTPS_PROXY": "http://p:1"}, "http://p:1"),
    ("https://far.example/v1/m", {"ALL_PROXY": "http://p:1", "NO_PROXY": ".example"}, None),
    ("http://127.0.0.1:8000/v1/m", {"HTTP_PROXY": "http://p:1", "ALL_PROXY": "http://p:1"}, None),
    ("sglang://gpu7:30000/m", {"HTTP_PROXY": "http://p:1"}, None),
    ("https://far.example/v1/m", {}, None),
]


@pytest.mark.parametrize(("url", "env", "proxy"), PROXIES)
def test_the_environment_names_the_proxy(
    monkeypatch: pytest.MonkeyPatch, url: str, env: dict[str, str], proxy: str | None
) -> None:
    """As curl reads it; what is near is asked directly."""
    for name, value in env.items():
        monkeypatch.setenv(name, value)

    assert proxy_of(Endpoint.parse(url)) == proxy


def test_a_proxy_that_is_none_of_http_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named without what may be its password."""
    monkeypatch.setenv("ALL_PROXY", "socks5://me:s3cret@s:1")
    with pytest.raises(ConfigError, match=r"socks5 proxy.*HTTPS_PROXY.*NO_PROXY") as caught:
        proxy_of(Endpoint.parse("https://far.example/v1/m"))

    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY"])
def test_requests_go_through_the_proxy(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A host that nobody here could find is asked by it."""
    with StandIn() as proxy:
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        found, _ = ask(over("http://llm.corp.test:8000/v1/stand-in"))

        assert found.step.kind == "say"
        assert proxy.requests[0].path == "http://llm.corp.test:8000/v1/chat/completions"


@contextmanager
def answering(words: bytes) -> Iterator[int]:
    """The port of a server that answers whatever comes with these bytes, and hangs up."""

    class Peer(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            self.transport = transport

        def data_received(self, _: bytes) -> None:
            self.transport.write(words)
            self.transport.close()

    with StandIn() as server:
        loop = server._loop
        assert loop is not None
        listening = asyncio.run_coroutine_threadsafe(loop.create_server(Peer, "127.0.0.1", 0), loop).result()
        yield listening.sockets[0].getsockname()[1]
        loop.call_soon_threadsafe(listening.close)


@pytest.mark.parametrize(
    ("scheme", "words", "says"),
    [
        ("openai", b"\x15\x03\x01\x00\x02\x02\x46", "write https://"),
        ("https", b"HTTP/1.1 400 Bad Request\r\n\r\n", "write http://"),
    ],
)
def test_who_speaks_the_wrong_transport_is_told_the_other(
    monkeypatch: pytest.MonkeyPatch, scheme: str, words: bytes, says: str
) -> None:
    """Plain HTTP to an encrypted port, and the other way round."""
    monkeypatch.setattr(Endpoint, "near", False)
    with answering(words) as port:
        error, _ = ask(over(f"{scheme}://127.0.0.1:{port}/v1/m", retries=0))

    assert isinstance(error, LMError)
    assert says in str(error)


@pytest.mark.parametrize(
    "pasted", ["sk-abc\n", "sk-abc\r\n", " sk-abc ", '"sk-abc"', "“sk-abc”", "Bearer sk-abc", "'sk-abc'\n"]
)
def test_a_key_is_taken_without_what_is_around_it(monkeypatch: pytest.MonkeyPatch, pasted: str) -> None:
    """As files of settings, shells and browsers leave it."""
    monkeypatch.setenv("SOME_KEY", pasted)
    assert bare(pasted) == "sk-abc"
    with StandIn() as server:
        ask(over(server.url, api_key_env="SOME_KEY"))

        assert server.requests[0].headers["authorization"] == "Bearer sk-abc"


@pytest.mark.parametrize("wrong", ["sk-one\nsk-two", "sk-äbc", "sk-one sk-two", "sk-\x07one"])
def test_what_is_more_than_a_key_is_told_and_not_shown(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    """Before anything is sent."""
    monkeypatch.setenv("SOME_KEY", wrong)
    with StandIn() as server:
        error, _ = ask(over(server.url, api_key_env="SOME_KEY"))

        assert "SOME_KEY holds more than a key" in str(error)
        assert "sk-" not in str(error)
        assert server.counts["requests"] == 0
