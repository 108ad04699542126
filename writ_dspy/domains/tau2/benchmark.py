"""τ²-bench's own orchestrator, agent, user simulator and evaluator, as they are; only who answers for the models is ours.

Beside `adapter`, the only module that imports `tau2`. τ²'s agent and user ask a model through LiteLLM, whose import takes
seconds and asks the network for prices; here they ask a `Speak`, and LiteLLM is never imported
(docs/decisions/0012-the-official-benchmark.md).
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from types import ModuleType, SimpleNamespace
from typing import Any, Literal, NamedTuple, TypeAlias

from writ_dspy.domains.tau2.adapter import REMEDY, light, quiet, tools_of
from writ_dspy.errors import DomainError
from writ_dspy.task import Json

Role = Literal["agent", "user", "judge"]
STEPS, ERRORS = 200, 10
"""Where τ²'s own command line cuts a simulation off: so many messages, or tools that refused."""


class Said(NamedTuple):
    """What a model said: words, calls with their arguments, or both."""

    text: str
    calls: tuple[tuple[str, dict[str, Json]], ...] = ()


Speak: TypeAlias = Callable[[Role, list[dict[str, Json]], list[dict[str, Json]], int | None], Said]
"""(role, chat messages, tool schemas, seed) -> what its model says; raises where it says nothing."""


class _Line(NamedTuple):
    """Stands where τ² has the name of a model."""

    role: Role
    speak: Speak


_JUDGE: ContextVar[Speak | None] = ContextVar("judge", default=None)


def needs_judge(task: Json) -> bool:
    """Whether a model has to judge some of what decides the task's reward."""
    criteria = task.get("evaluation_criteria") or {}
    return "NL_ASSERTION" in (criteria.get("reward_basis") or ()) and bool(criteria.get("nl_assertions"))


def simulate(domain: str, task: Json, speak: Speak, *, seed: int, steps: int = STEPS) -> dict[str, Json]:
    """One simulation of an official task with its reward, as τ² records it; what `speak` raises passes through.

    Args:
        domain: `retail` or `airline`.
        task: As the benchmark's file has it.
        speak: Answers for the agent and the user, and for the judge where the task `needs_judge`.
        seed: Given on with every request of the agent and of the user.
        steps: Where it is cut off.

    Raises:
        DomainError: τ² is not installed, or lacks a part.
    """
    parts = _parts()
    wanted = parts.task.model_validate(task)
    environment = parts.environment(domain)
    agent = parts.agent(
        tools=environment.get_tools(), domain_policy=environment.get_policy(), llm=_Line("agent", speak), llm_args={}
    )
    user = parts.user(tools=None, instructions=str(wanted.user_scenario), llm=_Line("user", speak), llm_args={})
    run = parts.orchestrator(
        domain=domain, agent=agent, user=user, environment=environment, task=wanted,
        max_steps=steps, max_errors=ERRORS, seed=seed,
    ).run()  # fmt: skip
    basis = wanted.evaluation_criteria.reward_basis if wanted.evaluation_criteria else ()
    natural = any(kind.value == "NL_ASSERTION" for kind in basis)
    before = _JUDGE.set(speak)
    try:
        run.reward_info = parts.evaluate(
            simulation=run,
            task=wanted,
            evaluation_type=parts.types.ALL_WITH_NL_ASSERTIONS if natural else parts.types.ALL,
            solo_mode=False,
            domain=domain,
        )
    finally:
        _JUDGE.reset(before)
    found: dict[str, Json] = run.model_dump(mode="json")
    return found


@cache
def _parts() -> SimpleNamespace:
    """What is used of τ², imported without its side effects."""
    try:
        with quiet(), light(), _without_litellm():
            orchestrator, agent, user, evaluator, tasks, messages, judge = (
                importlib.import_module(f"tau2.{name}")
                for name in (
                    "orchestrator.orchestrator", "agent.llm_agent", "user.user_simulator", "evaluator.evaluator",
                    "data_model.tasks", "data_model.message", "evaluator.evaluator_nl_assertions",
                )
            )  # fmt: skip
    except ImportError as error:
        raise DomainError(f"the installed package `tau2` lacks a part of the benchmark: {error}. {REMEDY}") from error
    for module in (agent, user, judge):
        vars(module)["generate"] = _wired(module.generate, messages)
    return SimpleNamespace(
        orchestrator=orchestrator.Orchestrator,
        agent=agent.LLMAgent,
        user=user.UserSimulator,
        evaluate=evaluator.evaluate_simulation,
        types=evaluator.EvaluationType,
        task=tasks.Task,
        environment=_environment,
    )


def _environment(domain: str) -> Any:
    tools_of(domain)
    return importlib.import_module(f"tau2.domains.{domain}.environment").get_environment()


def _wired(stock: Callable[..., Any], kinds: ModuleType) -> Callable[..., Any]:
    """τ²'s `generate`, which asks a line of ours where one stands for the model."""

    def generate(model: Any, messages: list[Any], tools: list[Any] | None = None, **more: Any) -> Any:
        judge = _JUDGE.get()
        line = model if isinstance(model, _Line) else None if judge is None else _Line("judge", judge)
        if line is None:
            return stock(model=model, messages=messages, tools=tools, **more)
        said = line.speak(
            line.role, [_chat(one) for one in messages], [tool.openai_schema for tool in tools or ()], more.get("seed")
        )
        calls = [
            kinds.ToolCall(id=f"call_{len(messages)}_{place}", name=name, arguments=arguments)
            for place, (name, arguments) in enumerate(said.calls)
        ]
        return kinds.AssistantMessage(role="assistant", content=said.text or None, tool_calls=calls or None, cost=0.0)

    return generate


def _chat(message: Any) -> dict[str, Json]:
    """A message of τ² as a chat completion takes it."""
    made: dict[str, Json] = {"role": message.role, "content": message.content}
    if message.role == "tool":
        return made | {"tool_call_id": message.id}
    if message.role == "assistant" and message.tool_calls:
        functions = [
            (call.id, {"name": call.name, "arguments": json.dumps(call.arguments)}) for call in message.tool_calls
        ]
        made["tool_calls"] = [{"id": key, "type": "function", "function": function} for key, function in functions]
    return made


@contextmanager
def _without_litellm() -> Iterator[None]:
    """What of τ² asks models finds a module that has nobody to ask, unless the real one is there already."""
    name = "tau2.utils.llm_utils"
    if name in sys.modules:
        yield
        return
    empty = ModuleType(name)
    vars(empty).update(generate=_nobody, get_cost=lambda _: None)
    sys.modules[name] = empty
    try:
        yield
    finally:
        del sys.modules[name]


def _nobody(**_: Any) -> Any:
    raise DomainError(
        "τ²-bench asked a model by its name, and LiteLLM was not loaded. Import `tau2.utils.llm_utils` first."
    )
