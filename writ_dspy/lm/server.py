"""One HTTP server as all roles share it: connections, pressure, an outage survived together, and what may be retried."""

# Longer than 400 lines by a few: what is asked of a server and what its answer means are read together.

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import re
import weakref
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

from writ_dspy.errors import ConfigError, DeniedError, LMError
from writ_dspy.lm.answers import Answer, BadReply, Broken, Forbidden, Refused, Unanswered
from writ_dspy.lm.body import read
from writ_dspy.lm.dialect import Dialect
from writ_dspy.lm.endpoint import Endpoint, LMSettings
from writ_dspy.lm.fault import NAMING, Fault, delay, inside, moved, refusal
from writ_dspy.lm.keys import bare
from writ_dspy.lm.launch import ROUTING_HEADER
from writ_dspy.lm.line import Line
from writ_dspy.lm.pressure import Limits, clock
from writ_dspy.lm.usage import Usage
from writ_dspy.shown import counted

LOG = logging.getLogger(__name__)
CONNECT = 10.0
"""Seconds to open a connection."""
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 8.0
"""Seconds before a request is sent again; doubled each time, and drawn between half and all of it."""
LONG_WAIT = 10.0
"""Seconds that a server asks for, from which on that is told."""
FORBIDDEN = 8
"""Answers 403 in a row, after which they are about the key; one or two may be about what was asked."""
REFUSED = 32
"""Refusals in a row, after which they are no longer about single prompts."""
LOOK, QUEUE = 5.0, 64
"""Seconds between looks at a busy SGLang's queue, and the longest that is left alone: its prefix-aware scheduling
gives up at 128 (`--schedule-policy lpm`)."""
conversation: ContextVar[str] = ContextVar("writ_conversation", default="")
"""Id of the conversation that requests belong to: a router then keeps it on the replica that holds its prefix."""


_TRUST = "name the file of the authority that signed it in SSL_CERT_FILE, or check the address"


_SPOKEN = {
    "http": "if it speaks HTTPS, write https:// and the same address in place of openai://",
    "https": "if it speaks plain HTTP, write http:// in place of https://; else look at its certificate",
}
"""What may be wrong where the other end speaks another language than this one."""


class Server:
    """One address and key."""

    _known: ClassVar[weakref.WeakValueDictionary[tuple[str, str | None], Server]] = weakref.WeakValueDictionary()

    def __init__(self, endpoint: Endpoint, key_env: str | None) -> None:
        self.endpoint = endpoint
        self.key_env = key_env
        self.answered = False
        """Whether it ever did; one that never did is not waited for."""
        self._served: set[str] = set()
        self._forbidden: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._dialects: dict[str, Dialect] = {}
        self.findings: dict[str, Any] = {}
        """What was found out about it, by model."""
        self._lines: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Line] = weakref.WeakKeyDictionary()

    @classmethod
    def at(cls, endpoint: Endpoint, key_env: str | None) -> Server:
        """The one server at this address, for this key."""
        found = cls._known.get((endpoint.base_url, key_env))
        if found is None:
            found = cls._known[endpoint.base_url, key_env] = cls(endpoint, key_env)
        return found

    def __repr__(self) -> str:
        return f"Server({self.endpoint.base_url})"

    def line(self, limits: Limits | None = None) -> Line:
        """The running loop's line, made at its first use."""
        loop = asyncio.get_running_loop()
        found = self._lines.get(loop)
        if found is None:
            found = self._lines[loop] = Line(self.endpoint, limits)
        return found

    async def leave(self, user: int) -> None:
        """A connection is done with the running loop's line."""
        loop = asyncio.get_running_loop()
        line = self._lines.get(loop)
        if line is not None:
            line.users.discard(user)
            if not line.users:
                del self._lines[loop]
                await line.aclose()

    def serves(self, model: str) -> bool:
        """Whether a model, by its URL, has answered, and not with one 403 after the other since."""
        return model in self._served and self._forbidden[model] < FORBIDDEN

    def heard(self, model: str) -> None:
        """A completion of that model has come."""
        self._served.add(model)
        del self._forbidden[model], self._refused[model]

    def dialect(self, model: str) -> Dialect:
        """How that model, by its name, wants to be asked, as far as it is known."""
        return self._dialects.setdefault(model, Dialect(official=self.endpoint.official))

    @property
    def key(self) -> str:
        """The API key, read when it is used and kept nowhere; empty where none is needed.

        Raises:
            ConfigError: The variable that should hold it is not set.
        """
        key = bare(os.environ.get(self.key_env, "")) if self.key_env else ""
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise ConfigError(
                f"{self.key_env} holds more than a key, such as a line break, a space or an accent: export the key alone."
            )
        if self.key_env and not key:
            raise ConfigError(
                f"{self.key_env} is not set, and {self.endpoint.base_url} needs an API key: export it, "
                f"or name another variable {NAMING}."
            )
        return key

    def _headers(self) -> dict[str, str]:
        key, talk = self.key, conversation.get()
        auth = {"Authorization": f"Bearer {key}"} if key else {}
        return {"Content-Type": "application/json"} | auth | ({ROUTING_HEADER: talk} if talk else {})

    def clean(self, text: str) -> str:
        """What the server said, on one line of 400 characters at most, without the key should it have echoed it."""
        key = bare(os.environ.get(self.key_env or "", ""))
        return " ".join((text.replace(key, "…") if key else text).split())[:400]

    async def ask(
        self,
        body: Mapping[str, Any],
        settings: LMSettings,
        usage: Usage,
        limits: Limits | None = None,
        kept: Collection[str] = (),
    ) -> Answer:
        """As `post`; a field that the model will not have is renamed or left out, for this request and all later ones.

        Args:
            body: The request, with the model's name.
            settings, usage, limits: As of `post`.
            kept: Fields that are on trial: a refusal of them is the answer.
        """
        dialect = self.dialect(body["model"])
        told, change, tried = "", "", set[str]()
        options: Iterator[str] = iter(())
        while True:
            sent = dialect.said(body, kept)
            try:
                answer = await self.post(json.dumps(sent).encode(), settings, usage, limits)
            except Unanswered as refused:
                if change and _alike(refused.told) == told:
                    dialect.undo(change)
                else:
                    told, options = _alike(refused.told), dialect.objection(sent, refused.told, kept)
                change = next((option for option in options if option not in tried), "")
                if not change and isinstance(refused, Broken):
                    raise
                if not change:
                    self._refused[settings.model] += 1
                    if self._refused[settings.model] <= REFUSED:
                        raise
                    raise LMError(f"{refused} So ended the {REFUSED} requests before it, too.") from None
                tried.add(change)
                dialect.take(change)
                continue
            if tried:
                self._adopted(dialect, settings)
            return answer

    def _adopted(self, dialect: Dialect, settings: LMSettings) -> None:
        lost = [name for name in ("temperature", "top_p") if f"without {name}" in dialect.changes]
        wished = [name for name in lost if name in settings.model_fields_set]
        level = logging.WARNING if wished else logging.INFO
        LOG.log(level, "%s takes requests only so: %s", settings.model, dialect)

    async def post(self, body: bytes, settings: LMSettings, usage: Usage, limits: Limits | None = None) -> Answer:
        """The answer to one chat completion request, after as many tries as the settings allow.

        Raises:
            DeniedError: The server will have nothing from this role: the key, the model or the address is wrong.
            Refused: It will not have this request.
            LMError: It could not be reached, or stayed busy.
            BadReply: It answered something other than a JSON object.
        """
        line = self.line(limits)
        if settings.concurrency:
            line.pressure.limit(settings.concurrency)
        where = f"{self.endpoint.base_url}/chat/completions"
        tries, busy_since = 0, None
        while True:
            if line.gate.shut:
                await self._outlast(line, settings)
            await line.pressure.acquire()
            sent = clock()
            try:
                answer = await self.once("POST", where, settings.timeout, body, settings.model)
            finally:
                line.pressure.release()
            if isinstance(answer, Answer):
                line.pressure.replied()
                self._watch(line)
                return answer
            if answer.kind == "spoiled":
                raise BadReply("unparsable", f"{settings.model} ({self.endpoint.base_url}): {answer.what}", answer.what)
            now = clock()
            busy_since = (busy_since or now) if answer.kind == "busy" else None
            wait = answer.wait or 0.0
            if answer.kind == "busy" and LONG_WAIT <= wait <= settings.patience and now >= line.resting:
                line.resting = now + wait
                LOG.warning("%s asks to be left alone for %s: %s", where, _span(wait), answer.what)
            if answer.kind == "busy" or answer.slow:
                line.pressure.narrow(sent, min(wait, settings.patience))
            over = wait > settings.patience  # it would only say the same again
            spent = over or now - busy_since >= settings.patience if busy_since else tries >= settings.retries
            if answer.kind == "down" and self.answered:
                await self._outlast(line, settings)
            elif answer.kind in ("down", "final", "denied") or spent:
                told = self._told(answer, tries, settings)
                raise self._raised(answer, told)
            else:
                await asyncio.sleep(min(LONGEST_PAUSE, FIRST_PAUSE * 2**tries) * random.uniform(0.5, 1.0))
                tries += 1
            usage.retries += 1

    @staticmethod
    def _raised(fault: Fault, told: str) -> LMError:
        """The error for a fault that nothing more is done about."""
        if fault.kind == "again":
            return Broken(told, fault.what, fault.told)
        if fault.kind == "denied":
            return Forbidden(told, fault.what) if fault.what.startswith(("403", "404")) else DeniedError(told)
        return Refused(told, fault.what, fault.told) if fault.kind == "final" else LMError(told)

    async def once(
        self,
        method: str,
        url: str,
        timeout: float,  # noqa: ASYNC109 - of one try, not of the caller
        body: bytes | None = None,
        model: str = "",
    ) -> Answer | Fault:
        """One try.

        Args:
            method, url, body: Of the request.
            timeout: Seconds.
            model: URL of the model that is asked for, if one is.

        Raises:
            BadReply: The server answered something other than a JSON object.
        """
        import aiohttp

        headers = self._headers()
        session, start = self.line().session, clock()
        limit = aiohttp.ClientTimeout(total=timeout, sock_connect=CONNECT)
        try:
            async with session.request(
                method, url, data=body, headers=headers, timeout=limit, allow_redirects=False
            ) as response:
                status, asked, raw = response.status, delay(response.headers), await response.read()
                leads = response.headers.get("Location", "")
        except (aiohttp.ClientError, OSError) as error:
            return self._fault(error, timeout)
        self.answered = True
        if 300 <= status < 400 and leads:
            return moved(status, self.clean(leads))
        if status != 200:
            self._forbidden[model] += status == 403
            return refusal(status, asked, raw, self.clean, served=self.serves(model))
        data = self._object(raw)
        failed = inside(data)
        if failed is not None:
            return refusal(failed, asked, raw, self.clean, served=self.serves(model))
        return Answer(data, clock() - start)

    def _fault(self, error: Exception, timeout: float) -> Fault:
        """Why a request was sent in vain, or not sent at all."""
        import aiohttp

        match error:
            case aiohttp.ClientConnectorCertificateError():
                return Fault("denied", f"its certificate is not trusted ({error})", _TRUST)
            case aiohttp.ClientConnectorDNSError() if not self.answered:
                return Fault("denied", f"the host is unknown ({error})", _found(self.endpoint))
            case aiohttp.ClientConnectorSSLError():
                return Fault("denied", f"no encrypted connection ({_plain(error)})", _SPOKEN["https"])
            case aiohttp.ClientHttpProxyError():
                kind: Literal["denied", "again"] = "denied" if error.status in (401, 403, 407) else "again"
                return Fault(kind, f"the proxy answered {error.status} {error.message}", "check the proxy's address")
            case aiohttp.InvalidURL():
                return Fault("denied", "that is no address", "check the URL")
            case aiohttp.ConnectionTimeoutError() | aiohttp.ClientConnectorError():
                # behind a proxy the gate could not see it come back, nor while this machine has lost its network
                unseen = self._far or isinstance(error, aiohttp.ClientConnectorDNSError)
                return Fault("busy" if unseen and self.answered else "down", f"no connection ({_cause(error)})")
            case TimeoutError():
                return Fault("again", f"no reply within {timeout:g} s", slow=True)
        what = f"the connection broke ({type(error).__name__}: {error})".replace(": )", ")")
        plain = self.endpoint.base_url.startswith("http:") and not self.endpoint.near and not self.answered
        return Fault("again", what, _SPOKEN["http"] if plain else "")

    @property
    def _far(self) -> bool:
        """Whether its port cannot be looked at from here, for want of a way without the proxy."""
        return self.endpoint.base_url.startswith("https:") or self.line().proxy is not None

    def _watch(self, line: Line) -> None:
        """Look at the queue now and then, while there is a rush."""
        now = clock()
        if self.endpoint.scheme == "sglang" and line.pressure.crowded and now - line.looked > LOOK:
            line.looked = now
            line.looking = asyncio.get_running_loop().create_task(self._look(line))

    async def _look(self, line: Line) -> None:
        try:
            found = await self.once("GET", f"{self.endpoint.base_url}/loads", LOOK)
        except BadReply:
            found = Fault("final", "no JSON")
        if isinstance(found, Fault):
            line.looked = float("inf")
        elif sum(load.get("num_waiting_reqs", 0) for load in found.data.get("loads", ())) > QUEUE:
            line.pressure.narrow(clock())

    def _object(self, raw: bytes) -> dict[str, Any]:
        data = read(raw)
        if data is not None:
            return data
        said = raw.decode("utf-8", "replace")
        shown = self.clean(said)
        what = f"{self.endpoint.base_url} answered 200 without a JSON object: {shown!r}"
        raise BadReply("unparsable", f"{what}. Check the path of the URL; such a server's mostly ends in /v1.", said)

    async def _outlast(self, line: Line, settings: LMSettings) -> None:
        """Wait with everybody else until the server is back."""
        if not await line.gate.wait(settings.patience):
            raise LMError(
                f"{self.endpoint.base_url} took no connections for {settings.patience:g} s. Start it again and run the "
                "same command: what is finished is kept. `patience` sets how long to wait."
            )

    def _told(self, fault: Fault, tries: int, settings: LMSettings) -> str:
        where = f"{settings.model} ({self.endpoint.base_url})"
        match fault.kind:
            case "down":
                remedy = start(self.endpoint)
            case "busy" if (fault.wait or 0.0) > settings.patience:
                remedy = f"It asks to be left alone for {_span(fault.wait or 0.0)}: try again then, or raise `patience`"
            case "busy":
                remedy = f"It stayed so for {settings.patience:g} s: lower `concurrency` or raise `patience`"
            case "again":
                look = fault.remedy or "look at the server's log, or raise `retries` or `timeout`"
                remedy = f"It failed {counted(tries + 1, 'time')}: {look}"
            case "final" | "denied":
                return f"{where}: {fault.what}; {fault.advice(self.key_env)}."
        return f"{where}: {fault.what}. {remedy}."


def _span(seconds: float) -> str:
    """Seconds, and the time of day, here, when they are over."""
    now = datetime.now().astimezone()
    end = now + timedelta(seconds=min(seconds, 366 * 86400))
    day = "" if end.date() == now.date() else f"{end.day} {end:%B}, "
    return f"{seconds:.0f} s, until {day}{end:%H:%M}"


def _alike(told: str) -> str:
    """A refusal without what differs from one time to the next, such as its number."""
    return re.sub(r"\b[\w-]*\d[\w-]*\b", "", told)


def start(endpoint: Endpoint) -> str:
    """What to do where no server answers."""
    own = (
        " (`writ serve MODEL` does, on a GPU; the model `local` needs no server)" if endpoint.scheme == "sglang" else ""
    )
    return f"Start the server{own} or check the address"


def _found(endpoint: Endpoint) -> str:
    """What to do about a host that nobody knows: it may be the model, to which no server was written."""
    if endpoint.addressed:
        return "check the address"
    model = "/".join(filter(None, (urlsplit(endpoint.base_url).hostname, endpoint.model)))
    server = "sglang://127.0.0.1:30000" if endpoint.scheme == "sglang" else "openai://api.openai.com/v1"
    return f"check the address; where it is the model, its server stands before it, as in {server}/{model}"


def _plain(error: Exception) -> str:
    """Without the client's note on certificates, which misleads where none are in use."""
    return re.sub(r" ssl:\w+", "", str(error))


def _cause(error: Exception) -> str:
    """What the system says of it, where it says something: the address is told beside it."""
    number = getattr(error, "errno", None) or 0
    return os.strerror(number) if number > 0 else _plain(error)


async def located(settings: LMSettings) -> Endpoint:
    """Where the model is served; an embedded one is started first, which may take a download."""
    if settings.endpoint.scheme != "local":
        return settings.endpoint
    from writ_dspy.lm.local import local_server

    return Endpoint.parse((await asyncio.to_thread(local_server, settings.model)).url)
