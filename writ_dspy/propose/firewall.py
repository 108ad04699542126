"""The contamination firewall: no task touches what an official task of its domain touches, nor repeats one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from writ_dspy.domains import Domain, load
from writ_dspy.task import Call, Json, Task

GRAM = 8
"""Words in a row that two instructions may not share."""


@dataclass(frozen=True, slots=True)
class Firewall:
    """What the official tasks of one split use."""

    split: str
    tasks: int
    users: frozenset[str]
    records: frozenset[str]
    """Ids of records, of those users and named in the tasks."""
    writes: frozenset[Call]
    end_states: frozenset[frozenset[tuple[str, str]]]
    grams: frozenset[str]

    def breach(self, task: Task, user_id: str, delta: Mapping[str, str]) -> str | None:
        """What the task shares with the official ones, or None."""
        if user_id in self.users:
            return f"user {user_id} is in the official {self.split} tasks"
        text = " ".join([str(fact.value) for fact in task.facts] + [call.text for call in task.gold])
        shared = next((record for record in sorted(self.records & words(text))), None)
        if shared:
            return f"record {shared} is in the official {self.split} tasks"
        if any(call in self.writes for call in task.gold):
            return f"repeats a gold write of the official {self.split} tasks"
        if delta and frozenset(delta.items()) in self.end_states:
            return f"repeats an end state of the official {self.split} tasks"
        if self.repeated(task.instruction):
            return f"repeats {GRAM} words of an official {self.split} instruction"
        return None

    def repeated(self, text: str) -> str:
        """The first words in a row that a text shares with an official instruction; empty if there are none."""
        return next((gram for gram in grams(text) if gram in self.grams), "")


@cache
def firewall(domain_name: str, split: str) -> Firewall:
    """The firewall against one official split; built once per process.

    Raises:
        DomainError: The domain has no such split.
    """
    domain = load(domain_name)
    tasks = domain.official(split)
    users, records = _entities(domain, tasks)
    golds = [[_call(domain, action) for action in _writes(domain, task)] for task in tasks]
    return Firewall(
        split,
        len(tasks),
        frozenset(users),
        frozenset(records),
        frozenset(call for calls in golds for call in calls),
        frozenset(_end_state(domain, calls) for calls in golds if calls),
        frozenset(gram for task in tasks for gram in grams(_instruction(task))),
    )


def words(text: str) -> frozenset[str]:
    """Tokens that could be ids."""
    return frozenset(re.findall(r"[#\w@.-]+", text))


def grams(text: str) -> Iterator[str]:
    """Every run of `GRAM` lower-case words."""
    tokens = re.findall(r"[a-z0-9']+", text.lower())
    for start in range(len(tokens) - GRAM + 1):
        yield " ".join(tokens[start : start + GRAM])


def _entities(domain: Domain, tasks: Sequence[Json]) -> tuple[set[str], set[str]]:
    """Users and records that the text of the tasks names, with all records of those users."""
    users: set[str] = set()
    records: set[str] = set()
    for task in tasks:
        theirs, named = domain.pack.traces(domain, json.dumps(task, ensure_ascii=False))
        users |= theirs
        records |= named
    return users, records.union(*(domain.pack.records(domain, user) for user in users))


def _writes(domain: Domain, task: Json) -> list[Json]:
    actions = (task.get("evaluation_criteria") or {}).get("actions") or []
    return [action for action in actions if domain.kinds.get(action["name"]) == "write"]


def _call(domain: Domain, action: Json) -> Call:
    return domain.canonical(action["name"], action["arguments"])


def _end_state(domain: Domain, calls: list[Call]) -> frozenset[tuple[str, str]]:
    world = domain.world()
    for call in calls:
        world.call(call)
    return frozenset(world.delta().items())


def _instruction(task: Json) -> str:
    scenario = task["user_scenario"]["instructions"]
    if isinstance(scenario, str):
        return scenario
    return " ".join(str(scenario.get(key) or "") for key in ("reason_for_call", "task_instructions"))
