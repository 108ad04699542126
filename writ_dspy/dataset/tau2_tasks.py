"""Tasks in τ²-bench's own form, so that its runner can play them and its evaluator score them.

Nothing here imports `tau2`. Source of the form: `tau2.data_model.tasks`, https://github.com/sierra-research/tau2-bench.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from writ_dspy.dataset.splits import SPLITS, Split
from writ_dspy.shown import counted
from writ_dspy.simulate.briefing import known_facts, task_instructions, unknown_facts
from writ_dspy.task import Json, Task

TAU2_FILES = ("tasks.json", "split_tasks.json")
_AMOUNT = re.compile(r"[-$]*\d+(?:\.\d+)?")
NOTES = "Synthesized by writ-dspy (recipe {})."
"""What a task says of itself, by which it is known as ours."""


def short_name(domain: str) -> str:
    """`retail` for `tau2:retail`: names folders and configurations, and is the `domain` of a row."""
    return domain.rpartition(":")[2]


def user_scenario(task: Task) -> dict[str, Json]:
    """What τ²'s simulated user gets to know, as its `UserScenario`."""
    unknown = unknown_facts(task)
    return {
        "instructions": {
            "domain": short_name(task.domain),
            "reason_for_call": task.instruction,
            "known_info": known_facts(task),
            **({} if unknown is None else {"unknown_info": unknown}),
            "task_instructions": task_instructions(task),
        },
    }


def tau2_task(task: Task) -> dict[str, Json]:
    """The task as τ²'s `Task`: scored on the final database and on what the agent communicated."""
    axes = task.axes
    purpose = f"{task.kind}: {counted(axes.writes, 'gold write')}, evidence burden {axes.burden}."
    gold = [(call.tool, call.args) for call in task.gold]
    return tau2_form(task.id, purpose, task.recipe, user_scenario(task), gold, task.told)


def tau2_form(
    task_id: str, purpose: str, recipe: str, scenario: Json, gold: Iterable[tuple[str, Json]], told: Iterable[str]
) -> dict[str, Json]:
    """A task in τ²'s form from its parts; `gold` is the name and the arguments of each call. What is not there has no key."""
    actions = [
        {
            "action_id": f"{task_id}_{index}",
            "requestor": "assistant",
            "name": name,
            "arguments": arguments,
        }
        for index, (name, arguments) in enumerate(gold)
    ]
    return {
        "id": task_id,
        "description": {
            "purpose": purpose,
            "notes": NOTES.format(recipe),
        },
        "user_scenario": scenario,
        "evaluation_criteria": {
            "actions": actions,
            "communicate_info": [_told(text) for text in told],
            "reward_basis": ["DB", "COMMUNICATE"],
        },
    }


def _told(text: str) -> str:
    """What τ² looks for in what the agent said: as short as every spelling of the value holds it.

    τ² looks for a text in lower case, and takes the commas out of what was said, not out of what it looks for. So `527`
    stands for `$527`, `527.00` and `527 dollars`, and `1234.5` for `$1,234.50`. A number in words is not found by it.
    """
    plain = text.replace(",", "")
    if not _AMOUNT.fullmatch(plain):
        return plain
    number = plain.lstrip("-$")
    return number.rstrip("0").rstrip(".") if "." in number else number


def tau2_text(task: Task) -> str:
    """The task in τ²'s form, as it stands in `tasks.json`."""
    return form_text(tau2_task(task))


def form_text(form: Json) -> str:
    """A task that is in τ²'s form already, as it stands in `tasks.json`."""
    return json.dumps(form, ensure_ascii=False, indent=2).replace("\n", "\n  ")


def tau2_files(texts: Mapping[str, str], sides: Mapping[str, Split]) -> dict[str, str]:
    """`TAU2_FILES` of one domain by name; the same tasks give the same texts.

    Args:
        texts: Task id -> its `tau2_text`.
        sides: Task id -> its split in the dataset; `base`, which τ² plays unless told otherwise, holds all tasks.
    """
    known = sorted(texts)
    splits = {name: [key for key in known if sides[key] == name] for name in SPLITS} | {"base": known}
    tasks = "[\n  " + ",\n  ".join(texts[key] for key in known) + "\n]\n"
    return dict(zip(TAU2_FILES, (tasks, json.dumps(splits, ensure_ascii=False, indent=2) + "\n"), strict=True))
