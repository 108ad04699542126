"""τ²-bench's own evaluator over our conversations: the yardstick of the tests and of the benchmarks.

It plays every call again on τ²'s own environment, compares the final database with the gold's, and looks for
what was to be communicated. No model judges. It takes 0.4 s (retail) to 0.9 s (airline) a conversation.
"""

from __future__ import annotations

import importlib
import os
from typing import Any

# Before τ² is imported: it logs at import, and would load a `.env` of the user's.
os.environ.setdefault("PYTHON_DOTENV_DISABLED", "1")

from loguru import logger

from writ_dspy.conversation import Conversation
from writ_dspy.dataset.messages import official_messages
from writ_dspy.dataset.tau2_tasks import short_name, tau2_task
from writ_dspy.task import Task

logger.disable("tau2")


def official_reward(task: Task, talk: Conversation) -> float:
    """Reward of τ²'s evaluator on the task's own basis (database and communication): 1.0 or 0.0.

    Raises:
        ValueError: A recorded tool result is not what τ²'s environment returns; the evaluator itself says so.
    """
    environment = importlib.import_module(f"tau2.domains.{short_name(task.domain)}.environment")
    state = importlib.import_module("tau2.evaluator.evaluator_env").EnvironmentEvaluator
    told = importlib.import_module("tau2.evaluator.evaluator_communicate").CommunicateEvaluator
    wanted = importlib.import_module("tau2.data_model.tasks").Task.model_validate(tau2_task(task))
    messages = trajectory(talk)
    database = state.calculate_reward(environment.get_environment, wanted, messages).reward
    return float(database * told.calculate_reward(wanted, messages).reward)


def trajectory(talk: Conversation) -> list[Any]:
    """The conversation as τ²'s own message objects."""
    message = importlib.import_module("tau2.data_model.message")
    kinds = {"user": message.UserMessage, "assistant": message.AssistantMessage, "tool": message.ToolMessage}
    return [kinds[item["role"]].model_validate(item) for item in official_messages(talk)]
