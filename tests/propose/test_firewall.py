"""The contamination firewall: each official entity, write, end state and sentence meets its own rule."""

from __future__ import annotations

import dataclasses
import json
import re
from functools import cache
from typing import Any

import pytest

from benchmarks.footprints import made
from tests.propose.proposed import proposed
from writ_dspy.codec import to_json
from writ_dspy.domains import Domain, load
from writ_dspy.domains.footprint import mark, of_call, of_state
from writ_dspy.domains.tau2.releases import DIGESTS, RELEASES, table
from writ_dspy.errors import DomainError
from writ_dspy.propose import firewall as room
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
    return _changed(wall, {other: frozenset() for other in RULES if other != rule})


def _without(wall: Firewall, rule: str) -> Firewall:
    return _changed(wall, {rule: frozenset()})


def _changed(wall: Firewall, change: dict[str, Any]) -> Firewall:
    return Firewall(wall.split, tuple(dataclasses.replace(one, **change) for one in wall.prints))


BOTH, OLD = "releases 0.2.0, 1.0.1", "release 0.2.0"


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

    for base, train, test in zip(*(walls[split].prints for split in ("base", "train", "test")), strict=True):
        assert (len(base.users), base.tasks) == (users, tasks)
        assert base.tasks == train.tasks + test.tasks
        for rule in RULES:
            assert getattr(base, rule) == getattr(train, rule) | getattr(test, rule)
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
        assert (
            _alone(wall, "users").breach(_task(name), user, {})
            == f"user {user} is in the official base tasks of {BOTH}"
        )
        assert _without(wall, "users").breach(_task(name), user, {}) is None


@both
def test_each_official_record_is_caught(name: str) -> None:
    """As a fact or inside a gold write, by the rule for records alone."""
    wall = firewall(name, "base")
    for record in wall.records:
        why = f"record {record} is in the official base tasks of {BOTH}"
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
            assert breach
            assert breach.removeprefix("repeats a gold write of the official base tasks of ") in (BOTH, OLD)
        if delta:
            breach = _alone(wall, "end_states").breach(_task(name), "nobody", delta)
            assert breach
            assert breach.removeprefix("repeats an end state of the official base tasks of ") in (BOTH, OLD)
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
        assert breach
        assert breach.removeprefix(f"repeats {GRAM} words of an official base instruction of ") in (BOTH, OLD)
    gram = max(grams(text))
    shouted = _task(name, instruction=", ".join(gram.upper().split()))
    shorter = _task(name, instruction=" ".join(gram.split()[1:]))

    assert len(gram.split()) == GRAM == 8
    assert alone.breach(shouted, "nobody", {}) is not None
    assert alone.breach(shorter, "nobody", {}) is None
    assert wall.breach(_task(name), "nobody", {}) is None


@both
def test_the_tables_are_those_of_the_tasks(name: str) -> None:
    """What ships for a release is what is worked out from its tasks where they are installed; 0.2.0 always is."""
    domain = load(name)
    short = name.removeprefix("tau2:")
    assert domain.release == "0.2.0"
    for release in RELEASES:
        kept = json.loads(table(short, release).read_text())
        try:
            assert made(short, release) == kept
        except DomainError:
            assert release != domain.release
        assert "Sierra" in kept["license"]
        assert DIGESTS[short, kept["tasks.json"].removeprefix("sha256:")] == release


@both
def test_the_corrected_tasks_are_known(name: str) -> None:
    """1.0.1 names the same people and records, and other writes, end states and words: each of them is caught, and named."""
    old, new = firewall(name, "base").prints

    assert (old.release, new.release) == RELEASES
    assert old.entities == new.entities
    for rule in ("writes", "end_states", "grams"):
        assert getattr(new, rule) - getattr(old, rule)
        assert getattr(old, rule) - getattr(new, rule)
    write = Call.of("do", {"it": name})
    marked = dataclasses.replace(new, writes=new.writes | {of_call(write)})
    breach = Firewall("base", (old, marked)).breach(_task(name, gold=(write,)), "nobody", {})
    assert breach == "repeats a gold write of the official base tasks of release 1.0.1"


def test_tasks_of_no_known_release_are_looked_at_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the tables: a benchmark that moves on is not let through."""
    domain = load("tau2:airline")
    user = next(user for user in domain.tables["users"] if user not in firewall("tau2:airline", "base").users)
    told = {"user_scenario": {"instructions": f"I am {user}."}}
    moved = dataclasses.replace(domain, release="", official=lambda _: [told])
    monkeypatch.setattr(room, "load", lambda _: moved)
    wall = firewall.__wrapped__("tau2:moved", "base")

    assert wall.releases == f"releases 0.2.0, 1.0.1, {domain.version}"
    assert (
        wall.breach(_task("tau2:airline"), user, {})
        == f"user {user} is in the official base tasks of release {domain.version}"
    )


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
        assert not world.delta() or world.delta() not in states
        for one in wall.prints:
            assert not {of_call(call) for call in task.gold} & one.writes
            assert not world.delta() or of_state(world.delta()) not in one.end_states
            assert not {mark(gram) for gram in grams(task.instruction)} & one.grams
    assert proposed(name)
