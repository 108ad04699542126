"""What a model call costs the client, and how close the role loop comes to a bare load generator: `python -m benchmarks.lm`.

The server is the stand-in of the tests, in a process of its own; it answers at once, or after a delay.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Literal
from urllib.parse import urlsplit

import dspy
from pydantic import BaseModel, create_model

from benchmarks.measured import Row, say, where
from benchmarks.results import table
from tests.standins.server import process
from writ_dspy.lm import Connection, LMSettings, connect

DELAY = 0.25
"""Seconds that a reply takes in the comparison with the bare generator."""
SPREAD = 0.5
"""Share by which it varies from reply to reply."""
AT_ONCE = 64
LEAST = 0.9
"""Of the bare generator's requests per second."""


class Verdict(BaseModel):
    """A nested output."""

    reason: str
    grade: Literal["good", "bad"]
    parts: list[str]


class Plain(dspy.Signature):
    """Judge the text by the rules, and say what would have been better."""

    rules: str = dspy.InputField(desc="what counts")
    text: str = dspy.InputField()
    names: list[str] = dspy.InputField()
    verdict: Verdict = dspy.OutputField()
    better: str = dspy.OutputField(desc="one sentence")


ACTIONS = tuple(
    create_model(
        f"Tool{i}",
        tool=(Literal[f"tool_{i}"], ...),
        order_id=(str, ...),
        item_ids=(list[str], ...),
        amount=(float, ...),
    )
    for i in range(14)
)
ACTION = ACTIONS[0]
for _other in ACTIONS[1:]:
    ACTION = ACTION | _other
Step = create_model("Step", thought=(str, ...), action=(ACTION, ...))


class Agent(dspy.Signature):
    """Serve the customer: one message or one tool call at a time.

    Follow the policy to the letter. Ask for what is missing. Confirm before every write.
    """

    policy: str = dspy.InputField(desc="the rules of the house")
    tools: str = dspy.InputField(desc="what can be called")
    conversation: str = dspy.InputField(desc="so far, one line each")
    step: Step = dspy.OutputField(desc="what comes next")  # type: ignore[valid-type]


CASES: dict[str, tuple[type[dspy.Signature], dict[str, Any]]] = {
    "3 inputs, 2 outputs": (Plain, {"rules": "Be brief. " * 80, "text": "Some words. " * 100, "names": ["Ann", "Bob"]}),
    "agent, 14 tools": (
        Agent,
        {"policy": "A rule. " * 800, "tools": "A tool. " * 800, "conversation": "user: hello\n" * 150},
    ),
}


async def load(work: Callable[[int], Awaitable[object]], calls: int, at_once: int) -> tuple[float, float]:
    """Wall and CPU seconds of so many calls, always `at_once` under way."""
    left = iter(range(calls))

    async def worker() -> None:
        for number in left:
            await work(number)

    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(worker() for _ in range(at_once)))
    return time.perf_counter() - wall, time.process_time() - cpu


async def per_call(
    url: str, signature: type[dspy.Signature], inputs: dict[str, Any], calls: int, repeats: int, talker: str
) -> dict[str, float]:
    """CPU milliseconds of a call: ours, ours with the stock adapter, and all of it stock.

    Args:
        talker: A server that says without a schema what the signature wants; empty to leave the last out.
    """
    connection = connect(LMSettings(model=url, mode="schema", concurrency=32))
    await connection.ready()
    predictor = dspy.Predict(signature)
    plain = dspy.JSONAdapter()

    async def stock(lm: dspy.LM) -> None:
        with dspy.context(lm=lm, adapter=plain, disable_history=True, trace=None):
            await predictor.acall(config={"temperature": 0.7, "max_tokens": 1000}, **inputs)

    ways: dict[str, Callable[[int], Awaitable[object]]] = {
        "ours": lambda number: connection.predict(predictor, seed=number, **inputs),
        "stock adapter": lambda _: stock(connection.lm),
    }
    if talker:
        native = dspy.LM(
            "openai/stand-in", api_base=f"http://{urlsplit(talker).netloc}/v1", api_key="none", cache=False
        )
        ways["stock"] = lambda _: stock(native)

    best = {}
    for name, work in ways.items():
        await load(work, 20, 4)
        best[name] = min([(await load(work, calls, 32))[1] for _ in range(repeats)]) / calls * 1e3
    await connection.aclose()
    return best


async def bare(url: str, body: bytes, calls: int, at_once: int) -> float:
    """Requests per second of plain sockets that send one body over and over and parse nothing but the length."""
    host, port = urlsplit(url).hostname, urlsplit(url).port
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    request, left = head.encode() + body, iter(range(calls))

    async def worker() -> None:
        reader, writer = await asyncio.open_connection(host, port)
        for _ in left:
            writer.write(request)
            answer = await reader.readuntil(b"\r\n\r\n")
            size = next(line for line in answer.split(b"\r\n") if line.lower().startswith(b"content-length"))
            await reader.readexactly(int(size.split(b":")[1]))
        writer.close()

    start = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(at_once)))
    return calls / (time.perf_counter() - start)


async def rates(url: str, calls: int, at_once: int, repeats: int) -> tuple[float, float]:
    """Requests per second of the role loop and of the bare generator, taken in turns; the best of each."""
    signature, inputs = CASES["agent, 14 tools"]
    predictor, ours, theirs = dspy.Predict(signature), [], []
    connection: Connection = connect(LMSettings(model=url, mode="schema", concurrency=at_once))
    await connection.predict(predictor, seed=0, **inputs)
    messages = connection.adapter.format(signature, [], inputs)
    asked = {
        "model": "stand-in",
        "messages": messages,
        "response_format": connection.adapter.response_format(signature),
    }
    body = json.dumps(asked | {"temperature": 0.7, "max_tokens": 1024, "seed": 1}).encode()
    for _ in range(repeats):
        theirs.append(await bare(url, body, calls, at_once))
        wall, _ = await load(lambda number: connection.predict(predictor, seed=number, **inputs), calls, at_once)
        ours.append(calls / wall)
    await connection.aclose()
    return max(ours), max(theirs)


def rows(*, quick: bool = False) -> Iterator[Row]:
    """All rows."""
    theme, calls, repeats = "model calls", 40 if quick else 600, 1 if quick else 3
    said = json.dumps({"verdict": {"reason": "text", "grade": "good", "parts": ["text"]}, "better": "text"})
    with process() as url, process(say=said) as talker:
        for name, (signature, inputs) in CASES.items():
            say(f"CPU per call: {name}")
            found = asyncio.run(per_call(url, signature, inputs, calls, repeats, talker if signature is Plain else ""))
            yield Row(
                theme, f"client CPU per model call, DSPy included: {name}", "ms", found["ours"], found["stock adapter"],
                target=2.5, note="stock: `dspy.JSONAdapter` over our engine", key=signature is Agent,
            )  # fmt: skip
            if "stock" in found:
                note = "stock: `dspy.LM` and `dspy.JSONAdapter`, which send no schema"
                yield Row(theme, f"the same, all of it DSPy's: {name}", "ms", found["ours"], found["stock"], note=note)
    for at_once, seconds in ((AT_ONCE, 2 if quick else 10), (256, 2 if quick else 5)):
        say(f"requests per second, {at_once} at once")
        with process(DELAY, SPREAD) as url:
            ours, theirs = asyncio.run(rates(url, int(at_once / DELAY * seconds / 2), at_once, repeats))
        ideal = f"{at_once / DELAY:.0f} are possible at {DELAY:g} s a reply, ± {SPREAD:.0%}"
        yield Row(theme, f"requests per second of the role loop, {at_once} at once", "", ours, note=ideal)
        what = f"… of a bare load generator, as a multiple of the loop's, {at_once} at once"
        target = round(1 / LEAST, 3) if at_once == AT_ONCE else None
        yield Row(theme, what, "", theirs / ours, target=target, note=f"{theirs:.0f} per second in the same run")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lm", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a little of everything: proves that it works")
    asked = parser.parse_args()
    found = list(rows(quick=asked.quick))
    print(*(f"- {fact}" for fact in where()), "", sep="\n")
    print(table(found, notes=True).replace("τ² itself", "DSPy itself"))


if __name__ == "__main__":
    main()
