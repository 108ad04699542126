"""What each record of a run has to be: seen when a run is opened, so that every verb refuses the same damage in the same words.

A task is looked at as far as counting and sorting go; `codec.from_json` looks at the rest of it when it is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import NoneType
from typing import Any

from writ_dspy.codec import from_json
from writ_dspy.conversation import Conversation, conversation_from_json
from writ_dspy.conversation import flaw as flaw_of_talk
from writ_dspy.errors import ConfigError, StoreError, brief
from writ_dspy.store.parsed import parsed
from writ_dspy.task import KINDS, Task

Record = dict[str, Any]
_AXES = ("writes", "burden", "search_reads")
_FINDING = {"check": str, "turn": int, "saw": str, "wanted": str}
_MISSING = object()
_NUMBERS = (float, int, NoneType)


class SpoiledError(StoreError):
    """A record that says something else, told by a worker, who has its line alone; see `judged.traced`."""

    def __init__(self, name: str, key: str, why: str) -> None:
        super().__init__(name, key, why)
        self.name, self.key, self.why = name, key, why

    def __str__(self) -> str:
        return f"the record {self.key!r} of {self.name}.jsonl is corrupt ({self.why}). Restore its line from a copy, or drop it."


def task_on(line: bytes) -> Task:
    """The task on a line that a run keeps.

    Raises:
        SpoiledError: It is none.
    """
    record = parsed(line)
    try:
        task: Task = from_json(record)
    except ConfigError as error:
        raise SpoiledError("tasks", record["id"], str(error)) from error
    return task


def talk_on(line: bytes) -> Conversation:
    """The conversation on a line that a run keeps.

    Raises:
        SpoiledError: It is none.
    """
    record = parsed(line)
    try:
        return conversation_from_json(record)
    except StoreError as error:
        raise SpoiledError("conversations", record["id"], str(error)) from error


def flaw(name: str, record: Record, domains: Sequence[str]) -> str | None:
    """What makes it no record of that file, by its field; None where it is one.

    Args:
        name: `tasks`, `conversations` or `verdicts`.
        record: As JSON gives it back.
        domains: Those of the run.
    """
    if name == "tasks":
        return _task(record, domains)
    return flaw_of_talk(record) if name == "conversations" else _verdict(record)


def _task(record: Record, domains: Sequence[str]) -> str | None:
    found = record.get
    wanted = {
        "is": (found("is") == "Task", "`Task`"),
        "domain": (found("domain") in domains, f"one of this run ({', '.join(domains)})"),
        "kind": (found("kind") in KINDS, f"one of {', '.join(KINDS)}"),
        "twin": (type(found("twin")) in (str, NoneType), "an id or null"),
        "owner": (type(found("owner")) in (str, NoneType), "an id or null"),
        "axes": (type(found("axes")) is dict, "an object"),
        "goal": (type(found("goal")) is dict, "an object"),
        "facts": (_objects(found("facts")), "a list of objects"),
        "identity": (type(found("identity")) is dict, "an object"),
        "requests": (_objects(found("requests")), "a list of objects"),
        "instruction": (type(found("instruction")) is str, "a text"),
        "outcomes": (_objects(found("outcomes")), "a list of objects"),
        "told": (type(found("told")) is list, "a list"),
        "memory": (type(found("memory")) is str, "a text"),
        "recipe": (type(found("recipe")) is str, "a text"),
        "behaviour": (type(found("behaviour")) in (dict, NoneType), "an object or null"),
    }
    for field, (good, what) in wanted.items():
        if not good:
            return _is(record, field, what)
    for axis in _AXES:
        if type(record["axes"].get(axis)) is not int or record["axes"][axis] < 0:
            return _is(record["axes"], axis, "a whole number", "axes.")
    for index, outcome in enumerate(record["outcomes"]):
        call = outcome.get("call", _MISSING)
        if call is not None and not (type(call) is dict and type(call.get("tool")) is str):
            return _is(outcome, "call", "a call or null", f"outcomes.{index}.")
    return None


def _verdict(record: Record) -> str | None:
    wanted = {
        "task_id": (type(record.get("task_id")) is str, "a text"),
        "accepted": (type(record.get("accepted")) is bool, "true or false"),
        "checks": (type(record.get("checks", "")) is str, "a text"),
        "findings": (_objects(record.get("findings")), "a list of objects"),
        "not_applicable": (_texts(record.get("not_applicable", [])), "a list of texts"),
        "not_judged": (_counts(record.get("not_judged", {})), "an object of numbers"),
        "claims": (_counts(record.get("claims", {})), "an object of numbers"),
        "manner": (_levels(record.get("manner", {})), "an object of levels with numbers"),
        "trials": (_trials(record.get("trials", [])), "a list of trials with two numbers each"),
        "digest": (type(record.get("digest", "")) is str, "a text"),
        "task_digest": (type(record.get("task_digest", "")) is str, "a text"),
    }
    for field, (good, what) in wanted.items():
        if not good:
            return _is(record, field, what)
    for index, finding in enumerate(record["findings"]):
        for field, kind in _FINDING.items():
            if type(finding.get(field)) is not kind:
                return _is(finding, field, "what a check writes", f"findings.{index}.")
    if record["accepted"] is bool(record["findings"]):
        return f"`accepted` is {str(record['accepted']).lower()}, and there are {len(record['findings'])} `findings`"
    return None


def _texts(value: Any) -> bool:
    return type(value) is list and all(type(item) is str for item in value)


def _counts(value: Any) -> bool:
    return type(value) is dict and all(type(number) is int for number in value.values())


def _levels(value: Any) -> bool:
    return type(value) is dict and all(map(_is_level, value.values()))


def _trials(value: Any) -> bool:
    return type(value) is list and all(map(_is_trial, value))


def _is_trial(one: Any) -> bool:
    return type(one) is list and len(one) == 3 and type(one[0]) is str and {type(one[1]), type(one[2])} <= {int, float}


def _is_level(level: Any) -> bool:
    return type(level) is list and len(level) == 2 and type(level[0]) is str and type(level[1]) in _NUMBERS


def _objects(value: Any) -> bool:
    return type(value) is list and all(type(item) is dict for item in value)


def _is(record: Record, field: str, wanted: str, place: str = "") -> str:
    if field not in record:
        return f"it lacks `{place}{field}`"
    return f"`{place}{field}` is {brief(record[field])}, and not {wanted}"
