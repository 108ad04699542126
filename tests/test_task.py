"""Goals and tasks as data: they survive JSON, and their ids are a function of what they say."""

from __future__ import annotations

import copy
import dataclasses
import functools
import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.evidence.small_goals import decisions
from tests.evidence.small_worlds import small_domain
from tests.evidence.test_resolve import GOALS, SETTINGS, SHELVES
from writ_dspy.codec import digest, from_json, identify, parts, to_json
from writ_dspy.errors import ConfigError
from writ_dspy.evidence.resolve import decide
from writ_dspy.task import (
    Axes,
    Behaviour,
    Best,
    Computed,
    Decision,
    Every,
    Fact,
    Goal,
    Json,
    Listed,
    Lookup,
    Only,
    Picked,
    Policy,
    ReadCall,
    Record,
    Request,
    Said,
    Slot,
    Task,
    Term,
    Where,
)

scalars = st.one_of(st.text(max_size=5), st.integers(), st.booleans(), st.floats(allow_nan=False).map(abs))
names = st.sampled_from(("key", "color", "n", "is", ""))


def _larger(terms: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    wheres = st.lists(st.builds(Where, names, st.sampled_from(("is", "<=", "in")), terms), max_size=2).map(tuple)
    args = st.lists(st.tuples(names, terms), max_size=2).map(tuple)
    sources = st.lists(st.builds(ReadCall, names, args, names), max_size=2).map(tuple)
    queries = st.one_of(
        st.builds(Only, sources, wheres),
        st.builds(Best, sources, names, st.booleans(), wheres),
        st.builds(Every, sources, wheres),
    )
    keys = st.lists(st.tuples(st.tuples(scalars), scalars), max_size=2).map(tuple)
    several = st.lists(terms, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Picked, queries, names),
        st.builds(Listed, several),
        st.builds(Record, args),
        st.builds(Computed, st.sampled_from(("sum", "concat")), several),
        st.builds(Lookup, keys, several, names),
    )


terms = st.recursive(st.one_of(st.builds(Said, scalars), st.builds(Policy, scalars, names)), _larger, max_leaves=12)


@SETTINGS
@given(terms)
def test_terms_survive_json(term: Term) -> None:
    """A term comes back from JSON text equal, with the same digest, and with every scalar of its own type."""
    text = json.dumps(to_json(term))
    back = from_json(json.loads(text))

    assert back == term
    assert digest(back) == digest(term)
    assert repr(back) == repr(term)


@settings(SETTINGS, max_examples=50)
@given(decisions())
def test_equal_queries_come_back_as_one(decision: Decision) -> None:
    """After a round trip no two queries are equal but distinct, so each is answered once."""
    back = from_json(json.loads(json.dumps(to_json(decision))))

    assert back == decision
    queries = [part for part in parts(back) if isinstance(part, Only | Best | Every)]
    assert len({repr(query) for query in queries}) == len(queries)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"is": "Spell", "value": 1}, "no known type"),
        ({"value": 1}, "no known type"),
        ({"is": "Said"}, r"lacks \['value'\]"),
        ({"is": "Said", "value": 1, "extra": 2}, r"does not know \['extra'\]"),
    ],
)
def test_unknown_data_is_refused(data: Json, why: str) -> None:
    """Data of another version is refused with what is wrong about it, also deep inside."""
    for place in (data, [data], {"is": "Listed", "items": [data]}):
        with pytest.raises(ConfigError, match=why):
            from_json(place)


def test_ids_are_the_same_in_every_process() -> None:
    """The id of a task is a function of its content alone, whatever the hash seed of the process."""
    decision = GOALS["a record needs all its fields"][0]
    outcome = decide(decision, small_domain(SHELVES), small_domain(SHELVES).read)
    slot = Slot("identity", "I am Ann.")
    task = identify(
        Task(
            "", "tests:shelves", "normal", Goal((decision,)), (), slot, (), "Put it.", (outcome,), (),
            Axes(1, 4, 4), "knows none", "by hand",
        )
    )  # fmt: skip
    code = (
        "import json, sys; from writ_dspy.codec import digest, identify, from_json;"
        "task = from_json(json.load(sys.stdin)); print(identify(task).id, digest(task))"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            input=json.dumps(to_json(task)),
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }

    assert printed == {f"{task.id} {digest(task)}"}
    assert task.id.startswith("tests-shelves-")
    assert identify(dataclasses.replace(task, twin="another")).id == task.id
    assert identify(dataclasses.replace(task, instruction="Put it there.")).id != task.id


@pytest.fixture(scope="module")
def whole() -> Json:
    """A whole task as JSON."""
    decision = GOALS["a record needs all its fields"][0]
    outcome = decide(decision, small_domain(SHELVES), small_domain(SHELVES).read)
    slot, axes = Slot("identity", "I am Ann."), Axes(1, 4, 4)
    goal, fact = Goal((decision,)), Fact("name", "Ann", "I am Ann.")
    talk = Behaviour((("tone", "polite"),), ("name", "Anna"))
    request = Request(0, (), "the book", "book", "Put it there.", (slot,))
    return to_json(
        Task(
            "t", "tests:shelves", "normal", goal, (fact,), slot, (request,), "Put it.", (outcome,), ("book",), axes, "knows none",
            "by hand", behaviour=talk,
        )
    )  # fmt: skip


def _places(data: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every field and every item in it."""
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in inside:
        if step not in ("is", "as", "see"):
            yield (*path, step)
            yield from _places(value, (*path, step))


def test_whatever_cannot_stand_in_a_field_is_refused(whole: Json) -> None:
    """Wherever in a task a value of another type is put, reading it says so, or what is read survives being written.

    What is read back is what its types say: no later place has to look again.
    """
    from_json(whole)
    wrong: tuple[Json, ...] = (
        None,
        5,
        1.5,
        True,
        "many",
        [],
        {},
        [5],
        [[]],
        {"is": "Task"},
        {"see": 0},
        {"see": []},
        {"is": []},
        "{",
    )
    refused = 0
    for path in _places(whole):
        for value in wrong:
            data = copy.deepcopy(whole)
            at = functools.reduce(lambda inside, step: inside[step], path[:-1], data)
            at[path[-1]] = value
            try:
                found = from_json(data)
            except ConfigError:
                refused += 1
            else:
                assert from_json(to_json(found)) == found

    assert refused > 1000


def test_a_task_without_end_is_refused() -> None:
    """Lists within lists as deep as JSON allows are no task, and no crash."""
    data: Json = []
    for _ in range(900):
        data = [data]
    with pytest.raises(ConfigError, match="nested too deeply"):
        from_json(data)
