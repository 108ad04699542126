"""The contamination firewall: each official entity, write, end state and sentence meets its own rule."""

from __future__ import annotations

import dataclasses
import json
import re
from functools import cache
from typing import Any

import pytest

from tests.propose.proposed import proposed
from writ_dspy.codec import to_json
from writ_dspy.domains import Domain, load
from writ_dspy.errors import DomainError
from writ_dspy.propose.firewall import GRAM, Firewall, firewall, grams
from writ_dspy.task import Axes, Call, Fact, Goal, Json, Outcome, Slot, Task

NAMES = ("tau2:retail", "tau2:airline")
RULES = ("users", "records", "writes", "end_states", "grams")
TABLE = {"tau2:retail": "orders", "tau2:airline": "reservations"}
both = pytest.mark.parametrize("name", NAMES)
CLEAN = "You want something that nobody has ever asked for in such words."


def _task(name: str, *, value: str = "", gold: tuple[Call, ...] = (), instruction: str = CLEAN) -> Task:
    """A task with nothing official in it but what is given."""
    outcomes = tuple(Outcome(call, None, (), ()) for call in gold)
    facts = (Fact("something", value, f"It is {value}."),) if value else ()
    slot = Slot("identity", "I am somebody.")
    return Task(
        "id", name, "normal", Goal(()), facts, slot, (), instruction, outcomes, (), Axes(len(gold), 2, 2),
        "knows none", "by hand",
    )  # fmt: skip


def _alone(wall: Firewall, rule: str) -> Firewall:
    """The firewall with one rule only."""
    return dataclasses.replace(wall, **{other: frozenset() for other in RULES if other != rule})


def _without(wall: Firewall, rule: str) -> Firewall:
    change: dict[str, Any] = {rule: frozenset()}
    return dataclasses.replace(wall, **change)


@cache
def _official(name: str) -> list[tuple[Json, tuple[Call, ...], dict[str, str]]]:
    """Each official task with its gold writes and what they change, worked out here."""
    domain = load(name)
    found = []
    for task in domain.official("base"):
        actions = (task["evaluation_criteria"] or {}).get("actions") or []
        writes = tuple(
            domain.canonical(a["name"], a["arguments"]) for a in actions if domain.kinds.get(a["name"]) == "write"
        )
        world = domain.world()
        for call in writes:
            world.call(call)
        found.append((task, writes, dict(world.delta())))
    return found


def _named(domain: Domain, text: str, table: str) -> set[str]:
    """Keys of a table that a text names, with or without the `#` of an order."""
    tokens = set(re.findall(r"\w+", text))
    return {key for key in domain.tables[table] if key.lstrip("#") in tokens}


@both
def test_official_entities_are_counted(name: str) -> None:
    """Users and tasks of each split are as many as they are; the base split is the union of the others."""
    walls = {split: firewall(name, split) for split in ("base", "train", "test")}
    users, tasks = {"tau2:retail": (53, 114), "tau2:airline": (34, 50)}[name]

    assert (len(walls["base"].users), walls["base"].tasks) == (users, tasks)
    assert walls["base"].tasks == walls["train"].tasks + walls["test"].tasks
    for rule in RULES:
        assert getattr(walls["base"], rule) == getattr(walls["train"], rule) | getattr(walls["test"], rule)
    with pytest.raises(DomainError, match=f"{name} has no task split 'dev'"):
        firewall(name, "dev")


@both
def test_nothing_official_is_overlooked(name: str) -> None:
    """Each user and record that an official task names, in whatever spelling, is known; and what they own."""
    domain, wall = load(name), firewall(name, "base")
    text = json.dumps([task for task, _, _ in _official(name)])
    records = domain.tables[TABLE[name]]

    assert _named(domain, text, "users") <= wall.users
    assert _named(domain, text, TABLE[name]) <= wall.records
    assert {records[key]["user_id"] for key in wall.records} == wall.users
    assert wall.records == {key for key, record in records.items() if record["user_id"] in wall.users}
    for _, writes, delta in _official(name):
        keys = {key for table, key in (place.split("/", 1) for place in delta) if table == "users"}
        assert keys <= wall.users
        assert {call.args["user_id"] for call in writes if "user_id" in call.args} <= wall.users


@both
def test_each_official_user_is_caught(name: str) -> None:
    """By the rule for users alone; and without it a task that shows nothing else would pass."""
    wall = firewall(name, "base")
    for user in wall.users:
        assert _alone(wall, "users").breach(_task(name), user, {}) == f"user {user} is in the official base tasks"
        assert _without(wall, "users").breach(_task(name), user, {}) is None


@both
def test_each_official_record_is_caught(name: str) -> None:
    """As a fact or inside a gold write, by the rule for records alone."""
    wall = firewall(name, "base")
    for record in wall.records:
        why = f"record {record} is in the official base tasks"
        write = Call.of("cancel", {"items": [{"id": record}]})
        assert _alone(wall, "records").breach(_task(name, value=record), "nobody", {}) == why
        assert _alone(wall, "records").breach(_task(name, gold=(write,)), "nobody", {}) == why
        assert _without(wall, "records").breach(_task(name, value=record, gold=(write,)), "nobody", {}) is None


@both
def test_each_official_write_and_end_state_is_caught(name: str) -> None:
    """A gold write by its own rule, and what all gold writes of a task change by that for end states."""
    wall = firewall(name, "base")
    for _, writes, delta in _official(name):
        for write in writes:
            breach = _alone(wall, "writes").breach(_task(name, gold=(write,)), "nobody", {})
            assert breach == "repeats a gold write of the official base tasks"
        if delta:
            breach = _alone(wall, "end_states").breach(_task(name), "nobody", delta)
            assert breach == "repeats an end state of the official base tasks"
            place, text = next(iter(delta.items()))
            assert _alone(wall, "end_states").breach(_task(name), "nobody", delta | {place: f"{text} "}) is None
    assert sum(bool(delta) for _, _, delta in _official(name)) > 20


@both
def test_each_official_instruction_is_caught(name: str) -> None:
    """Eight words in a row are enough, in any case and punctuation; seven are not."""
    wall = firewall(name, "base")
    alone = _alone(wall, "grams")
    for task, _, _ in _official(name):
        told = task["user_scenario"]["instructions"]
        text = " ".join(str(told.get(key) or "") for key in ("reason_for_call", "task_instructions"))
        tokens = re.findall(r"[\w']+", text.replace("_", " "))
        assert len(tokens) >= GRAM
        breach = alone.breach(_task(name, instruction=f"{CLEAN} {text}"), "nobody", {})
        assert breach == f"repeats {GRAM} words of an official base instruction"
    gram = sorted(wall.grams)[len(wall.grams) // 2]
    shouted = _task(name, instruction=", ".join(gram.upper().split()))
    shorter = _task(name, instruction=" ".join(gram.split()[1:]))

    assert len(gram.split()) == GRAM == 8
    assert alone.breach(shouted, "nobody", {}) is not None
    assert alone.breach(shorter, "nobody", {}) is None
    assert wall.breach(_task(name), "nobody", {}) is None


def test_grams_are_runs_of_words() -> None:
    """Every run of eight words, and none of a shorter text."""
    nine = "One, two; THREE four five six seven eight nine!"

    assert list(grams(nine)) == [
        "one two three four five six seven eight",
        "two three four five six seven eight nine",
    ]
    assert list(grams(" ".join(nine.split()[:7]))) == []


@both
def test_no_proposed_task_touches_an_official_one(name: str) -> None:
    """Not a user, a record, a write, an end state or a run of words anywhere in what the proposer makes."""
    domain, wall = load(name), firewall(name, "base")
    states = [delta for _, _, delta in _official(name)]
    for task in proposed(name):
        text = json.dumps(to_json(task))
        world = domain.world()
        for call in task.gold:
            assert not world.call(call).error

        assert not {user for user in wall.users if user in text}
        assert not _named(domain, text, TABLE[name]) & wall.records
        assert not set(task.gold) & wall.writes
        assert not world.delta() or world.delta() not in states
        assert not set(grams(task.instruction)) & wall.grams
    assert proposed(name)
