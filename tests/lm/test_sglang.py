"""A real SGLang server, on the CPU, with a tiny random model: what writ relies on, asked of the thing itself.

Run by `./check sglang` (tests/lm/sglang/job.py), which installs SGLang. WRIT_RECORD=1 also writes the odd replies to
tests/lm/sglang/recorded.json, for the quick tests in test_recorded.py.
"""

import asyncio
import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import dspy
import pytest
from pydantic import BaseModel

from tests.standins.ports import ports
from writ_dspy.errors import ConfigError
from writ_dspy.lm import BadReply, connect
from writ_dspy.lm.serve import ROUTING_HEADER, ServePlan, Stats, Supervisor
from writ_dspy.signatures.agent import Say, ServeCustomer, action_type

pytestmark = pytest.mark.sglang
HERE = Path(__file__).parent / "sglang"
RECORDED = HERE / "recorded.json"
END = "2"
"""The token that ends a reply; a model that was trained gives it by itself after a call."""
Body = dict[str, Any]
CPU = ("--max-total-tokens", "60000", "--max-running-requests", "48", "--sleep-on-idle")


class Get_order(BaseModel):  # noqa: N801 - a tool's name
    """Look up."""

    order_id: Literal["#W1", "#W2"]
    verbose: bool


class Cancel(BaseModel):
    """Write."""

    reason: Literal["no longer needed", "ordered by mistake"]
    order_ids: list[Literal["#W1", "#W2"]]


@pytest.fixture(scope="module")
def python() -> str:
    """The Python that has SGLang."""
    home = os.environ.get("SGLANG_VENV")
    assert home, "there is no $SGLANG_VENV: run these tests with ./check sglang"
    os.environ["PYTHONPATH"] = str(HERE / "stub")
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["OMP_NUM_THREADS"] = "1"  # threads that wait for each other on a busy machine cost more than they give
    return str(Path(home) / "bin" / "python")


@pytest.fixture(scope="module")
def tiny(python: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of 0.5 M random parameters."""
    folder = tmp_path_factory.mktemp("model") / "tiny"
    subprocess.run([python, str(HERE / "tiny_model.py"), str(folder)], check=True, timeout=300)
    return folder


def plan_of(python: str, model: Path | str, **more: Any) -> ServePlan:
    return ServePlan.of(
        str(model),
        cpu=True,
        port=ports(4),
        command=(python, "-m", "sglang.launch_server"),
        router=(python, "-m", "sglang_router.launch_router"),
        **more,
    )


def started(plan: ServePlan, log: Path) -> Iterator[Supervisor]:
    begin = time.monotonic()
    with Supervisor(plan, log, patience=400) as servers:
        print(f"\n{len(plan.replicas)} replica(s) ready after {time.monotonic() - begin:.0f} s")  # noqa: T201
        yield servers


@pytest.fixture(scope="module")
def one(python: str, tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supervisor]:
    """A single replica that reads tool calls."""
    plan = plan_of(python, tiny, extra=CPU, tool_parser="qwen")
    yield from started(plan, tmp_path_factory.mktemp("log") / "one.log")


@pytest.fixture(scope="module")
def two(python: str, tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supervisor]:
    """Two replicas behind the router, with a parser for thoughts."""
    plan = plan_of(python, tiny, replicas=2, extra=CPU, reasoning_parser="qwen3")
    yield from started(plan, tmp_path_factory.mktemp("log") / "two.log")


@pytest.fixture(scope="module")
def record(one: Supervisor) -> Iterator[Any]:
    """Keeps the bodies of replies under a name, with the version that said them; what is not said again stays."""
    kept: Body = {}
    version = get(one, "/server_info")["version"]

    def keep(name: str, status: int, body: Body) -> None:
        kept.setdefault(name, {"status": status, "body": body})

    yield keep
    if os.environ.get("WRIT_RECORD"):
        before = json.loads(RECORDED.read_text(encoding="utf-8"))["replies"] if RECORDED.exists() else {}
        text = json.dumps({"sglang": version, "replies": before | kept}, indent=1, ensure_ascii=False)
        RECORDED.write_text(text + "\n", encoding="utf-8")


def address(servers: Supervisor) -> str:
    return "http://" + servers.url.removeprefix("sglang://").rpartition("/")[0]


def send(url: str, body: Body | None = None, headers: dict[str, str] | None = None) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(  # noqa: S310 - our own server
        url, data, {"Content-Type": "application/json", **(headers or {})}
    )
    try:
        with urllib.request.urlopen(request, timeout=300) as response:  # noqa: S310 - our own server
            return response.status, json.loads(response.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read() or b"{}")


def get(servers: Supervisor, path: str) -> Any:
    status, body = send(address(servers) + path)
    assert status == 200
    return body


def chat(servers: Supervisor, key: str | None = None, **more: Any) -> tuple[int, Any]:
    body = {
        "model": "tiny",
        "messages": [
            {"role": "system", "content": "Refund only with an order id. " * 20},
            {"role": "user", "content": "hi"},
        ],
        "max_tokens": 200,
        "temperature": 1.0,
        "chat_template_kwargs": {"enable_thinking": False},
    }
    return send(address(servers) + "/v1/chat/completions", {**body, **more}, {ROUTING_HEADER: key} if key else None)


def shaped(schema: Body) -> Body:
    return {"type": "json_schema", "json_schema": {"name": "reply", "schema": schema}}


def object_of(**properties: Body) -> Body:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def tool(name: str, parameters: Body) -> Body:
    return {
        "type": "function",
        "function": {"name": name, "description": name, "strict": True, "parameters": parameters},
    }


TOOLS = [
    tool("get_order", object_of(order_id={"enum": ["#W1", "#W2"]}, verbose={"type": "boolean"})),
    tool("cancel", object_of(reason={"enum": ["no longer needed", "ordered by mistake"]})),
]
SHORT = object_of(say={"enum": ["yes", "no", "perhaps"]}, done={"type": "boolean"})


def test_a_random_model_speaks_our_action_schema(one: Supervisor) -> None:
    """Through our own connection: every reply that is not cut off is a step, tool names and arguments included."""
    agent = ServeCustomer.with_updated_fields("action", type_=action_type({"get_order": Get_order, "cancel": Cancel}))

    async def draw() -> Counter[str]:
        connection = connect(one.url)
        step, seen = dspy.Predict(ServeCustomer), Counter[str]()

        async def once(seed: int) -> None:
            inputs = {"policy": "Be kind.", "toolbox": "…", "plan": "", "conversation": f"CUSTOMER: {seed}"}
            try:
                said = await connection.predict(step, seed=seed, signature=agent, max_tokens=300, **inputs)
            except BadReply as error:
                seen[error.reason] += 1
            else:
                seen["say" if isinstance(said.action, Say) else type(said.action).__name__] += 1

        assert connection.settings.mode == "auto"
        await asyncio.gather(*map(once, range(16)))
        assert connection.mode == "schema"
        await connection.aclose()
        return seen

    seen = asyncio.run(draw())

    assert set(seen) <= {"say", "get_order", "cancel", "truncated"}
    assert seen.total() - seen["truncated"] >= 4


def test_properties_come_in_the_order_of_the_schema(one: Supervisor) -> None:
    """So that a thought stands before the action that it is to lead to."""
    for order in (("say", "done"), ("done", "say")):
        status, body = chat(
            one, response_format=shaped(object_of(**{name: SHORT["properties"][name] for name in order}))
        )
        said = json.loads(body["choices"][0]["message"]["content"])

        assert status == 200
        assert tuple(said) == order


def test_a_reply_that_is_cut_off_says_so_and_is_no_json(one: Supervisor, record: Any) -> None:
    """`finish_reason` is the only sign that can be relied on."""
    status, body = chat(one, max_tokens=3, response_format=shaped(SHORT))
    record("schema, cut off", status, body)
    (choice,) = body["choices"]

    assert choice["finish_reason"] == "length"
    with pytest.raises(json.JSONDecodeError):
        json.loads(choice["message"]["content"])


def test_tools_that_are_required_are_called_with_arguments_that_fit(one: Supervisor, record: Any) -> None:
    """The first call counts: the model may go on after it."""
    finished = 0
    for _ in range(8):
        status, body = chat(one, tools=TOOLS, tool_choice="required", max_tokens=300, logit_bias={END: 8})
        message = body["choices"][0]["message"]
        if body["choices"][0]["finish_reason"] == "tool_calls":
            record("tools, called", status, body)
        if message["tool_calls"]:
            function = message["tool_calls"][0]["function"]
            known = {each["function"]["name"]: each["function"]["parameters"] for each in TOOLS}
            assert set(json.loads(function["arguments"])) == set(known[function["name"]]["required"])
            finished += 1

    assert finished >= 4


def test_a_call_that_is_cut_off_cannot_be_executed(one: Supervisor, record: Any) -> None:
    """It is missing, or its arguments are no object or half of one; `null`, `true` and numbers have been seen."""
    for limit in range(2, 80):
        status, body = chat(one, tools=TOOLS, tool_choice="required", max_tokens=limit)
        (choice,) = body["choices"]
        calls = choice["message"]["tool_calls"] or []
        texts = [call["function"]["arguments"] for call in calls]
        if choice["finish_reason"] == "length" and not all(map(is_object, texts)):
            record("tools, cut off, odd arguments", status, body)
        elif choice["finish_reason"] == "length" and not calls:
            record("tools, cut off, no call", status, body)
        assert limit > 12 or choice["finish_reason"] == "length"
        assert limit > 12 or not any(map(is_object, texts))


def is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def test_tools_and_a_schema_do_not_go_together(one: Supervisor, record: Any) -> None:
    """With both, the schema wins without a word, or the request is refused: writ asks for one of them."""
    status, body = chat(one, tools=TOOLS, response_format=shaped(SHORT))
    assert (status, body["choices"][0]["message"]["tool_calls"]) == (200, None)
    status, body = chat(one, tools=TOOLS, tool_choice="required", response_format=shaped(SHORT))
    record("400, tools and schema", status, body)
    assert status == 400


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("no schema", {"type": "json_schema", "json_schema": {"name": "reply"}}),
        ("bad reference", shaped({"$ref": "#/$defs/missing"})),
        ("bad type", shaped(object_of(a={"type": "strnig"}))),
        ("unsupported keyword", shaped(object_of(a={"type": "number", "multipleOf": 5}))),
    ],
)
def test_a_schema_that_cannot_be_enforced_is_refused(one: Supervisor, record: Any, name: str, form: Body) -> None:
    """With a 400, for good; the server lives on."""
    status, body = chat(one, response_format=form)
    record(f"400, {name}", status, body)

    assert status == 400
    assert chat(one, max_tokens=1)[0] == 200


def test_a_prompt_that_is_too_long_is_refused(one: Supervisor, record: Any) -> None:
    """Nothing is cut from it."""
    status, body = chat(one, messages=[{"role": "user", "content": "never ever " * 40000}])
    record("400, prompt too long", status, body)

    assert status == 400


def converse(servers: Supervisor, key: str, turns: int = 4) -> list[tuple[int, int]]:
    """Prompt and cached tokens of each turn of one conversation."""
    messages = [{"role": "system", "content": "Refund only with an order id. " * 20}, {"role": "user", "content": key}]
    counted = []
    for _ in range(turns):
        status, body = chat(servers, key, messages=messages, response_format=shaped(SHORT))
        assert status == 200
        usage = body["usage"]
        counted.append((usage["prompt_tokens"], (usage["prompt_tokens_details"] or {}).get("cached_tokens", 0)))
        messages += [body["choices"][0]["message"] | {"tool_calls": None}, {"role": "user", "content": "go on"}]
    return counted


def test_each_turn_finds_the_one_before_in_the_cache(one: Supervisor, record: Any) -> None:
    """Cached tokens grow with the conversation: nearly all of the last prompt is there."""
    counted = converse(one, "cached?")
    record("usage, cached", *chat(one, max_tokens=4))

    for (before, _), (_, cached) in pairwise(counted):
        assert cached >= before - 16


def test_stats_are_what_the_replies_said(one: Supervisor) -> None:
    """The names of the metrics are right, and their sums are those of the usage."""
    before = one.stats()
    counted = converse(one, "counted?", turns=3)
    stats = settled(one, before.input_tokens + sum(prompt for prompt, _ in counted))

    assert stats.input_tokens - before.input_tokens == sum(prompt for prompt, _ in counted)
    assert stats.cached_tokens - before.cached_tokens == sum(cached for _, cached in counted)
    assert stats.output_tokens > before.output_tokens
    assert (stats.replicas, stats.down, stats.running, stats.queued) == (1, (), 0, 0)
    assert 0 < (stats.cache_hit or 0) < 1


def settled(servers: Supervisor, tokens: int) -> Stats:
    """The stats once so many prompt tokens are counted; the scheduler reports about once a second."""
    for _ in range(40):
        stats = servers.stats()
        if stats.input_tokens >= tokens and not stats.running:
            break
        time.sleep(0.25)
    return stats


def test_a_load_shows_in_the_stats(one: Supervisor) -> None:
    """Requests in generation are seen while they run, tokens a second when they end."""
    with ThreadPoolExecutor(32) as pool:
        begin, before = time.monotonic(), one.stats()
        asked = [pool.submit(chat, one, max_tokens=150, ignore_eos=True) for _ in range(32)]
        seen = []
        while not all(each.done() for each in asked):
            time.sleep(0.5)
            seen.append(one.stats())
        took = time.monotonic() - begin
    after = settled(one, before.input_tokens + sum(each.result()[1]["usage"]["prompt_tokens"] for each in asked))
    print(f"\n{32 * 150 / took:.0f} tokens/s of 32 at once, cache hit {after.cache_hit:.2f}")  # noqa: T201

    assert max(stats.running for stats in seen) >= 8
    assert after.output_tokens - before.output_tokens == 32 * 150
    assert max(stats.output_rate for stats in [*seen, after]) > 5


@pytest.mark.parametrize(
    ("model", "extra", "says"),
    [("no/such-model", (), "there is no such model"), (None, ("--enable-warp",), "does not know one of its flags")],
)
def test_a_real_failure_gives_the_one_message(
    python: str, tiny: Path, model: str | None, extra: tuple[str, ...], says: str
) -> None:
    """The signs that are looked for in the log are those that SGLang writes."""
    plan = plan_of(python, model or tiny, extra=(*CPU, *extra))
    with pytest.raises(ConfigError, match=says):
        Supervisor(plan, patience=300).__enter__()


def shares(servers: Supervisor) -> list[int]:
    """Chat completions that each replica answered."""
    found = []
    for replica in servers.plan.replicas:
        metrics = f"http://127.0.0.1:{replica.port}/metrics"
        with urllib.request.urlopen(metrics, timeout=60) as response:
            lines = response.read().decode().splitlines()
        ours = [line for line in lines if line.startswith("sglang:http_responses_total") and "chat/completions" in line]
        found.append(int(sum(float(line.split()[-1]) for line in ours)))
    return found


def test_a_conversation_stays_on_its_replica(two: Supervisor) -> None:
    """The routing key keeps its prefix in one cache, and conversations are spread over both replicas."""
    with ThreadPoolExecutor(24) as pool:
        played = list(pool.map(lambda index: converse(two, f"conversation {index}", 3), range(24)))
    after = shares(two)
    hits = [cached / prompt for counted in played for prompt, cached in counted[1:]]
    print(f"\nrequests per replica {after}, hit of later turns {sum(hits) / len(hits):.2f}")  # noqa: T201

    assert min(hits) > 0.8
    assert min(after) >= 72 // 8


def test_a_reasoning_parser_can_swallow_a_reply(two: Supervisor, record: Any) -> None:
    """A reply that is whole, by its schema, and has the mark of a thought within a string comes back without its text."""
    form = shaped(object_of(thought={"type": "string"}, done={"type": "boolean"}))
    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda index: chat(two, f"thought {index}", response_format=form), range(160)))
    whole = [(status, body) for status, body in answers if body["choices"][0]["finish_reason"] == "stop"]
    lost = [(status, body) for status, body in whole if not body["choices"][0]["message"]["content"]]
    for status, body in lost:
        record("schema, lost to the reasoning parser", status, body)

    assert lost
    assert all(is_object(body["choices"][0]["message"]["reasoning_content"]) for _, body in lost)


def test_a_replica_that_is_killed_costs_no_request(two: Supervisor) -> None:
    """The router sends its requests again, elsewhere; the supervisor tells which replica is down."""
    with ThreadPoolExecutor(16) as pool:
        asked = [
            pool.submit(chat, two, f"failover {index}", max_tokens=40, response_format=shaped(SHORT))
            for index in range(64)
        ]
        while sum(each.done() for each in asked) < 8:
            time.sleep(0.05)
        os.killpg(two.pids["replica 0"], signal.SIGKILL)
        answers = [each.result() for each in asked]
    stats = two.stats()

    assert Counter(status for status, _ in answers) == {200: 64}
    assert all(isinstance(json.loads(body["choices"][0]["message"]["content"]), dict) for _, body in answers)
    assert stats.replicas == 1
    assert "replica 0 was killed (SIGKILL)" in stats.down[0]
