"""What an export keeps of each task in memory: where it stands on the dials, its side of the split, and its near miss."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from writ_dspy.codec import from_json, goal_id
from writ_dspy.dataset.shape import Shape
from writ_dspy.dataset.splits import Split, split_keys
from writ_dspy.domains import Domain, load
from writ_dspy.propose.mix import Point
from writ_dspy.store.jsonl import Record
from writ_dspy.store.judged import understood
from writ_dspy.store.run import Run
from writ_dspy.task import Outcome


class Traces(NamedTuple):
    """As much of a task as decides its side."""

    id: str
    twin: str | None
    owner: str | None
    outcomes: tuple[Outcome, ...]


class Facts(NamedTuple):
    """As much of a task as an export keeps in memory."""

    point: Point
    side: Split
    goal: str
    """Of a task with a near miss, what its goal is known by; empty for others."""
    twin: str
    """What the goal of its near miss is known by."""


def _outcomes(record: Record) -> tuple[Outcome, ...]:
    found: tuple[Outcome, ...] = from_json(record["outcomes"])
    return found


def facts_of(run: Run, shape: Shape) -> dict[str, Facts]:
    """What has to be known of every task, by id."""
    points: dict[str, Point] = {}
    near: dict[str, tuple[str, str]] = {}

    def traces() -> Iterator[tuple[Traces, Domain]]:
        for record in run.records("tasks"):
            axes = record["axes"]
            points[record["id"]] = (
                record["domain"],
                record["kind"],
                axes["writes"],
                axes["burden"],
                axes.get("denied", 0),
            )
            if record["twin"]:
                near[record["id"]] = (understood(run, "tasks", record, _goal_id), record["twin"])
            yield (
                Traces(record["id"], record["twin"], record.get("owner"), understood(run, "tasks", record, _outcomes)),
                load(record["domain"]),
            )

    keys = split_keys(traces())
    return {
        task_id: Facts(points[task_id], shape.side(key), *near.get(task_id, ("", ""))) for task_id, key in keys.items()
    }


def _goal_id(record: Record) -> str:
    return goal_id(from_json(record))


def twins_of(tasks: Mapping[str, Facts], kept: Iterable[str]) -> dict[str, str]:
    """By the ids of those tasks of which a row is kept, the ids of their near misses, where a row of those is kept, too."""
    there = {tasks[task_id].goal: task_id for task_id in sorted(set(kept)) if tasks[task_id].goal}
    return {task_id: there[tasks[task_id].twin] for task_id in there.values() if tasks[task_id].twin in there}
