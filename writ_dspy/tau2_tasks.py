"""Tasks in τ²-bench's own form, so that its runner can play them and its evaluator score them.

Nothing here imports `tau2`. Source of the form: `tau2.data_model.tasks`, https://github.com/sierra-research/tau2-bench.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from writ_dspy.domains import Domain
from writ_dspy.errors import StoreError
from writ_dspy.jsonl import disk
from writ_dspy.splits import SPLITS, split, split_keys
from writ_dspy.task import Behaviour, Json, Task

_RULES = (
    "Say only what is written here: invent no fact, and when you do not know something, say so. "
    "Leave it to the agent to look things up. "
    "Do not end the conversation before the agent has done what you agreed to, or has said that it cannot."
)
_BEHAVES: dict[str, dict[str, str]] = {
    "disclosure": {
        "all at once": "Give all details of your request in your first message.",
        "on request": "Say what you want first, and give a detail of it only when you are asked for it.",
        "one thing at a time": "Give one detail of your request per message.",
    },
    "memory": {
        "knows ids": "You have the ids that you need at hand; name them.",
        "half-remembers": 'You remember only how an id ends; say so ("it ends in …").',
        "knows none": "Name no id that you have not been told; describe what you mean in words.",
    },
    "verbosity": {
        "terse": "Write as few words as you can.",
        "medium": "Write one or two sentences at a time.",
        "chatty": "Be talkative: add some background to what you say.",
    },
    "tone": {
        "polite": "Be polite: say please and thank you.",
        "neutral": "Be matter-of-fact.",
        "blunt": "Be blunt: no please, no thanks.",
    },
    "patience": {
        "patient": "You have all the time in the world.",
        "hurried": "You are in a hurry, and you say so.",
    },
    "language": {
        "plain": "Write plain, correct English.",
        "casual": "Write casually, with slang.",
        "typos": "Mistype some common words, but never a name, a number or an id.",
        "non-native": "Write as someone whose first language is not English; keep every fact exact.",
    },
    "correction": {
        "none": "Get every fact right the first time.",
        "corrects a slip": "Get one of your facts wrong at first, and correct it in the same message.",
    },
    "change of mind": {
        "none": "Stay with what you asked for.",
        "has a fallback": "If what you want proves impossible, ask for the alternative in your request.",
    },
    "digression": {
        "none": "Stay on the subject.",
        "small talk": 'Once, add a remark that has nothing to do with your request ("by the way, …").',
    },
    "confirmation": {
        "plain yes": "Asked to confirm what you want, answer with a plain yes.",
        "repeats the key detail": "Asked to confirm what you want, say yes and repeat its main detail.",
        "asks once more": "Asked to confirm, ask one question about it before you say yes.",
    },
}
_UNKNOWN = {
    "half-remembers": "The full ids of your records: you remember only how they end.",
    "knows none": "The ids of your records, beyond those that you know as stated.",
}


def short_name(domain: str) -> str:
    """`retail` for `tau2:retail`: names folders and configurations, and is the `domain` of a row."""
    return domain.rpartition(":")[2]


def task_instructions(task: Task) -> str:
    """How the user talks and what it must not do, in plain English, as a simulated user is told."""
    behaviour = task.behaviour
    if behaviour is None:
        return _RULES
    sentences = [_BEHAVES[dimension][level] for dimension, level in behaviour.levels]
    return " ".join((*sentences, *_slip(task, behaviour), _RULES))


def user_scenario(task: Task) -> dict[str, Json]:
    """What τ²'s simulated user gets to know, as its `UserScenario`."""
    known = dict.fromkeys((task.identity.text, *(fact.text for fact in task.facts)))
    return {
        "persona": None,
        "instructions": {
            "domain": short_name(task.domain),
            "reason_for_call": task.instruction,
            "known_info": "You can say of yourself:\n" + "\n".join(f"- {text}" for text in known),
            "unknown_info": _UNKNOWN.get(task.memory),
            "task_instructions": task_instructions(task),
        },
    }


def tau2_task(task: Task) -> dict[str, Json]:
    """The task as τ²'s `Task`: scored on the final database and on what the agent communicated."""
    actions = [
        {
            "action_id": f"{task.id}_{index}",
            "requestor": "assistant",
            "name": call.tool,
            "arguments": call.args,
            "info": None,
            "compare_args": None,
        }
        for index, call in enumerate(task.gold)
    ]
    axes = task.axes
    return {
        "id": task.id,
        "description": {
            "purpose": f"{task.kind}: {axes.writes} gold writes, evidence burden {axes.burden}.",
            "relevant_policies": None,
            "notes": f"Synthesized by writ-dspy (recipe {task.recipe}).",
        },
        "user_scenario": user_scenario(task),
        "ticket": None,
        "initial_state": None,
        "evaluation_criteria": {
            "actions": actions,
            "env_assertions": None,
            # τ² takes the commas out of what the agent said, and not out of what it looks for.
            "communicate_info": [text.replace(",", "") for text in task.told],
            "nl_assertions": None,
            "reward_basis": ["DB", "COMMUNICATE"],
        },
    }


def write_tau2_tasks(folder: Path, tasks: Iterable[Task], domain: Domain, test_share: float = 0.1) -> Path:
    """`tasks.json` and `split_tasks.json` in `folder/{domain}/`; the same tasks give the same bytes.

    The splits are those of the dataset; `base`, which τ² plays unless told otherwise, holds all tasks.

    Raises:
        StoreError: A task is of another domain, two tasks have one id, or the disk refuses.
    """
    place = folder / short_name(domain.name)
    known = sorted(tasks, key=lambda task: task.id)
    for before, task in zip((None, *known), known, strict=False):
        if task.domain != domain.name or (before and before.id == task.id):
            what = f"of {task.domain}" if task.domain != domain.name else "there twice"
            raise StoreError(f"task {task.id} is {what}: {place} takes each task of {domain.name} once. Drop it.")
    keys = split_keys((task, domain) for task in known)
    sides = {name: [task.id for task in known if split(keys[task.id], test_share) == name] for name in SPLITS}
    _write_json(place / "tasks.json", [tau2_task(task) for task in known])
    _write_json(place / "split_tasks.json", {**sides, "base": [task.id for task in known]})
    return place


def _slip(task: Task, behaviour: Behaviour) -> tuple[str, ...]:
    """Which fact is got wrong, and how."""
    if behaviour.slip is None:
        return ()
    key, wrong = behaviour.slip
    right = next((fact.value for fact in task.facts if fact.key == key), "")
    return (f"The one to get wrong is your {key.replace('_', ' ')}: say {wrong} before {right}.",)


def _write_json(path: Path, data: Json) -> None:
    """The file appears whole or not at all."""
    draft = path.with_name(f"{path.name}.tmp")
    with disk(path, "cannot write"):
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("w", encoding="utf-8") as file:
            file.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
