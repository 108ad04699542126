"""Engines without a socket, for tests of roles."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from dspy.lm15 import Message, Request, Response, Usage


class ScriptedEngine:
    """Answers every request with what a function of it returns: a text, or a whole response."""

    def __init__(self, reply: Callable[[Request], str | Response], delay: float = 0.0) -> None:
        self.reply = reply
        self.delay = delay
        self.requests: list[Request] = []

    async def complete(self, request: Request) -> Response:
        self.requests.append(request)
        await asyncio.sleep(self.delay)
        said = self.reply(request)
        return said if isinstance(said, Response) else response(said)


def response(text: str, finish: str = "stop", tokens: tuple[int, int, int] = (100, 40, 10)) -> Response:
    """A reply; `tokens` are those of the prompt, those of them that were cached, and those of the reply."""
    given, cached, made = tokens
    usage = Usage(input_tokens=given, output_tokens=made, cache_read_tokens=cached)
    message = Message.assistant(text)
    return Response(id="scripted", model="scripted", message=message, finish_reason=finish, usage=usage)


def prompt(request: Request) -> str:
    """All that the model was shown, the instructions first."""
    parts = [
        request.system if isinstance(request.system, str) else "",
        *(message.text or "" for message in request.messages),
    ]
    return "\n\n".join(parts)
