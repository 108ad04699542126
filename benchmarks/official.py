"""τ²-bench's own evaluator over our conversations: the yardstick of the tests and of the benchmarks.

It plays every call again on τ²'s own environment, compares the final database with the gold's, and looks for
what was to be communicated. No model judges. It takes 0.4 s (retail) to 0.9 s (airline) a conversation, nearly all of it
to load and to hash databases: over a shared one, whose changed records alone are copied, it takes a tenth of that.

    python -m benchmarks.official RUN     every accepted conversation of a run
"""

from __future__ import annotations

import importlib
import os
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

# Before τ² is imported: it logs at import, and would load a `.env` of the user's.
os.environ.setdefault("PYTHON_DOTENV_DISABLED", "1")

from loguru import logger

from writ_dspy.conversation import Conversation
from writ_dspy.dataset.messages import official_messages
from writ_dspy.dataset.tau2_tasks import short_name, tau2_task
from writ_dspy.domains import load
from writ_dspy.domains.tau2.adapter import Tau2State
from writ_dspy.domains.worlds import RememberedWorld
from writ_dspy.run.synth import load as load_run
from writ_dspy.task import Task

logger.disable("tau2")

Environments: TypeAlias = Callable[[str], Callable[..., Any]]
"""From the name of a domain to what makes τ²'s environments of it."""


def stock(domain: str) -> Callable[..., Any]:
    """τ²'s environment on a database that is loaded anew each time."""
    made: Callable[..., Any] = _module(domain).get_environment
    return made


def shared(domain: str) -> Callable[..., Any]:
    """τ²'s environment and tools on a copy-on-write database, which `tests/domains/test_worlds.py` holds equal to the stock one."""

    def made(**options: Any) -> Any:
        world = load(domain).world()
        assert isinstance(world, RememberedWorld)
        state = world._state  # noqa: SLF001 - no one else needs it
        assert isinstance(state, Tau2State)
        database = state._tools.db  # noqa: SLF001 - nor this
        environment = _module(domain).get_environment(db=database, **options)
        environment.get_db_hash = state.hashed
        return environment

    return made


def official_reward(task: Task, talk: Conversation, environments: Environments = stock) -> float:
    """Reward of τ²'s evaluator on the task's own basis (database and communication): 1.0 or 0.0.

    Raises:
        ValueError: A recorded tool result is not what τ²'s environment returns; the evaluator itself says so.
    """
    state = importlib.import_module("tau2.evaluator.evaluator_env").EnvironmentEvaluator
    told = importlib.import_module("tau2.evaluator.evaluator_communicate").CommunicateEvaluator
    wanted = importlib.import_module("tau2.data_model.tasks").Task.model_validate(tau2_task(task))
    messages = trajectory(talk)
    database = state.calculate_reward(environments(task.domain), wanted, messages).reward
    return float(database * told.calculate_reward(wanted, messages).reward)


def trajectory(talk: Conversation) -> list[Any]:
    """The conversation as τ²'s own message objects."""
    message = importlib.import_module("tau2.data_model.message")
    kinds = {"user": message.UserMessage, "assistant": message.AssistantMessage, "tool": message.ToolMessage}
    return [kinds[item["role"]].model_validate(item) for item in official_messages(talk)]


def _module(domain: str) -> Any:
    return importlib.import_module(f"tau2.domains.{short_name(domain)}.environment")


def main(folder: Path) -> int:
    """Print what τ² gives the accepted conversations of a run; 1 where it is not 1.0 for each."""
    rewards: Counter[str] = Counter()
    for shown in load_run(folder).conversations():
        try:
            reward = str(official_reward(shown.task, shown.talk, shared))
        except ValueError as error:
            reward = f"refused: {str(error).splitlines()[0]}"
        rewards[reward] += 1
        if reward != "1.0":
            print(f"{shown.talk.id}: {reward}")
    print(f"official reward 1.0: {rewards['1.0']:,} of {rewards.total():,} accepted conversations")
    return 0 if rewards.total() == rewards["1.0"] else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
