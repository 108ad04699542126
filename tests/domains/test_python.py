"""Plain Python becomes tools: schemas from signatures, worlds that share what nobody touches, refusals from errors."""

from __future__ import annotations

import json
import pickle
from types import ModuleType
from typing import Any, Literal

import pytest

from writ_dspy.domains.declared.probing import calls, undeclared_writes, values
from writ_dspy.domains.python import Source, source
from writ_dspy.errors import ConfigError, DomainError
from writ_dspy.task import Call, Json


def peek(state: dict[str, Any], key: str) -> dict[str, Any]:
    """Show a thing.

    Args:
        key: Such as 'a'.
    """
    return state["things"][key]  # type: ignore[no-any-return]


def paint(state: dict[str, Any], key: str, color: Literal["red", "blue"], coats: int = 1) -> dict[str, Any]:
    """Paint a thing."""
    if coats < 1:
        raise ValueError("at least one coat")
    state["things"][key]["colors"] += [color] * coats
    state["log"].append(key)
    return state["things"][key]  # type: ignore[no-any-return]


def repaint_all(state: dict[str, Any]) -> str:
    """Paint everything, found by iterating."""
    for thing in state["things"].values():
        thing["colors"].append("red")
    state["things"].update({"new": {"key": "new", "colors": []}})
    return "done"


def add(first: int, second: int) -> int:
    """Add two numbers, without any state."""
    return first + second


class Shop:
    """The same as a class."""

    def __init__(self, state: dict[str, Any]) -> None:
        self.state = state

    def peek(self, key: str) -> Json:
        """Show a thing."""
        return self.state["things"][key]


def made() -> Source:
    """Three things, and a log that is no table."""
    module = ModuleType("tools")
    for tool in (peek, paint, repaint_all, add):
        setattr(module, tool.__name__, tool)
        tool.__module__ = "tools"
    found = source("shop", module, {"things": {key: {"key": key, "colors": []} for key in "abc"}, "log": []})
    found.kinds.update(paint="write", repaint_all="write")
    return found


def test_schemas_come_from_signatures_and_docstrings() -> None:
    """Types, defaults and texts of the parameters; the state is none of them; who takes no state is generic."""
    tools = made()
    schema = tools.tools["paint"].schema["function"]
    assert schema["parameters"]["properties"]["color"]["enum"] == ["red", "blue"]
    assert schema["parameters"]["required"] == ["key", "color"]
    assert tools.tools["peek"].schema["function"]["parameters"]["properties"]["key"]["description"] == "Such as 'a'."
    assert tools.kinds == {"peek": "read", "paint": "write", "repaint_all": "write", "add": "generic"}

    assert tools.validate("paint", {"color": "red", "key": "a", "coats": "2"}) == {
        "key": "a",
        "color": "red",
        "coats": 2,
    }
    for tool, args in (
        ("paint", {"key": "a", "color": "green"}),
        ("paint", {"key": "a"}),
        ("peek", {"key": "a", "x": 1}),
        ("burn", {}),
    ):
        with pytest.raises(DomainError):
            tools.validate(tool, args)


def test_a_world_is_its_own() -> None:
    """A write is seen in its world, is no part of another, and never reaches the base; also one that iterates."""
    tools = made()
    before = pickle.dumps(tools.base)
    one, other = tools.world(), tools.world()
    painted = one.call(Call.of("paint", {"key": "a", "color": "red"}))
    assert json.loads(painted.text)["colors"] == ["red"]
    assert json.loads(one.call(Call.of("peek", {"key": "a"})).text)["colors"] == ["red"]
    assert json.loads(other.call(Call.of("peek", {"key": "a"})).text)["colors"] == []
    assert set(one.delta()) == {"log", "things/a"}
    assert other.delta() == {}

    other.call(Call.of("repaint_all", {}))
    assert set(other.delta()) == {"things/a", "things/b", "things/c", "things/new"}
    assert pickle.dumps(tools.base) == before


def test_worlds_with_the_same_writes_are_equal() -> None:
    """Delta and digest depend on the writes alone; a refused write changes nothing and says why."""
    tools = made()
    one, other = tools.world(), tools.world()
    assert one.digest() == other.digest()
    refused = one.call(Call.of("paint", {"key": "a", "color": "red", "coats": 0}))
    assert refused.error
    assert refused.text == "Error: at least one coat"
    assert one.delta() == {}
    for world in (one, other):
        world.call(Call.of("paint", {"key": "b", "color": "blue"}))

    assert one.delta() == other.delta() != {}
    assert one.digest() == other.digest() != tools.world().digest()


def test_a_class_is_tools_too() -> None:
    """Its public methods are the tools, over an object that was made with the state."""
    tools = source("shop", Shop, {"things": {"a": {"key": "a"}}})
    assert list(tools.tools) == ["peek"]
    assert tools.world().call(Call.of("peek", {"key": "a"})).text == '{"key": "a"}'


def test_a_write_that_nobody_declared_is_found() -> None:
    """Tools are told apart by what they change, with arguments that the data holds."""
    tools = made()
    tools.kinds.update(paint="read", repaint_all="read")
    assert undeclared_writes(tools) == ["paint", "repaint_all"]
    assert tools.kinds["paint"] == "read"
    assert {call.args["key"] for call in calls(tools, "peek", values(tools.base), 12)} <= {"a", "b", "c"}


def test_what_is_no_tool_is_refused() -> None:
    """A module without tools, and a parameter without a type, are named."""
    with pytest.raises(ConfigError, match="has no tools"):
        source("shop", ModuleType("empty"), {})

    def untyped(state: dict[str, Any], key) -> str:  # type: ignore[no-untyped-def]  # noqa: ANN001, ARG001 - a parameter without a type is what it is about
        return str(key)

    module = ModuleType("tools")
    module.untyped = untyped  # type: ignore[attr-defined]
    untyped.__module__ = "tools"
    with pytest.raises(ConfigError, match="parameter key has no type"):
        source("shop", module, {})
