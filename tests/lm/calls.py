"""Calls over a connection, as the tests of connections make them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Literal, TypeVar

import dspy
from pydantic import BaseModel

from tests.standins.server import Body, Fault, obedient
from writ_dspy.errors import WritError
from writ_dspy.lm import Connection, LMSettings, Usage, connect

T = TypeVar("T")
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


async def until(happened: Callable[[], bool]) -> None:
    """Wait for something that others do meanwhile."""
    while not happened():  # noqa: ASYNC110 - what happens is another thread's
        await asyncio.sleep(0.005)
