"""Tasks to be played: one row per task, whole, with the prompt that an agent begins with.

A row is all that `writ.Episode().reset(**row)` needs: no run folder, and no other column.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from writ_dspy.codec import to_json
from writ_dspy.dataset.splits import Split
from writ_dspy.dataset.tau2_tasks import short_name
from writ_dspy.domains import Domain
from writ_dspy.task import Json, Task

if TYPE_CHECKING:
    from pyarrow import Schema

COLUMNS = {
    "prompt": "messages: the system prompt, and an empty one of the user, to which `reset` gives what the user says first",
    "environment": "last part of the name of the domain: `retail`; by this name trainers choose the tools",
    "task_id": "id of the task", "task": "JSON: the whole task; the agent must not see it",
    "run_seed": "of the user's choice of words: the run's, not that of one talk", "split": "`train` or `test`", "kind": "kind of the task",
    "writes": "gold writes of the task", "burden": "its evidence burden",
}  # fmt: skip
"""Every column in order, and what it holds."""


def playable(task: Task, domain: Domain, side: Split, run_seed: int) -> dict[str, Json]:
    """A task as a row."""
    return {
        "prompt": [{"role": "system", "content": domain.system_prompt}, {"role": "user", "content": ""}],
        "environment": short_name(task.domain),
        "task_id": task.id,
        "task": json.dumps(to_json(task), ensure_ascii=False),
        "run_seed": run_seed,
        "split": side,
        "kind": task.kind,
        "writes": task.axes.writes,
        "burden": task.axes.burden,
    }


@lru_cache(maxsize=1)
def schema() -> Schema:
    """The columns in Arrow."""
    import pyarrow as pa

    text, number = pa.string(), pa.int64()
    message = pa.struct([("role", text), ("content", text)])
    kinds = {"prompt": pa.list_(message), "run_seed": number, "writes": number, "burden": number}
    return pa.schema([(name, kinds.get(name, text)) for name in COLUMNS])
