"""A domain's tools as plain functions: typed parameters, and a docstring with `Args:`, from the schemas that models get.

Trainers and servers of environments read a tool off its signature and its docstring, and so do people.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Literal

from writ_dspy.errors import DomainError
from writ_dspy.task import Json

_TYPES: Mapping[str, Any] = {"string": str, "integer": int, "number": float, "boolean": bool, "object": dict[str, Any]}


def method(schema: Mapping[str, Json], play: Callable[[Any, str, dict[str, Json]], str]) -> Callable[..., str]:
    """The tool of an OpenAI function schema as a function that can be bound to an object.

    What it is given is played as it is: a missing, unknown or odd argument is for the world to refuse, as it would be in
    any conversation. Only the place of an argument is understood, beside its name; and one that may be left out is left out
    where it is None, for that is what servers and trainers fill in for what a model did not give.

    Args:
        schema: Of the tool, as models get it.
        play: (object, tool, arguments) -> what the tool answers.

    Raises:
        DomainError: A parameter is called `self`.
    """
    function = schema["function"]
    name, parameters = function["name"], function["parameters"]
    defs, required = parameters.get("$defs", {}), parameters.get("required", ())
    # Python wants what may be left out behind what may not
    fields = dict(sorted(parameters.get("properties", {}).items(), key=lambda one: one[0] not in required))
    optional = fields.keys() - set(required)
    if "self" in fields:
        raise DomainError(f"{name} has a parameter `self`, which no method can take. Rename it in the domain.")

    def tool(self: Any, *args: Json, **named: Json) -> str:
        if len(args) > len(fields):
            raise TypeError(f"{name}() takes {len(fields)} arguments, and was given {len(args)}")
        by_place = dict(zip(fields, args, strict=False))
        if twice := sorted(by_place.keys() & named.keys()):
            raise TypeError(f"{name}() was given {twice[0]} twice")
        given = by_place | named
        return play(
            self, name, {key: value for key, value in given.items() if value is not None or key not in optional}
        )

    taken = [
        inspect.Parameter(
            field,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            default=inspect.Parameter.empty if field in required else None,
            annotation=_type(about, defs) if field in required else _type(about, defs) | None,
        )
        for field, about in fields.items()
    ]
    me = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    tool.__name__ = tool.__qualname__ = name
    tool.__doc__ = _doc(function.get("description") or name, fields, defs)
    tool.__annotations__ = {one.name: one.annotation for one in taken} | {"return": str}
    vars(tool)["__signature__"] = inspect.Signature([me, *taken], return_annotation=str)
    return tool


def _type(about: Mapping[str, Json], defs: Mapping[str, Json]) -> Any:
    """The type of a value with this schema; `Any` where the schema leaves it open."""
    if "enum" in about:
        return Literal[tuple(about["enum"])]
    if "$ref" in about:
        return _type(_named(about, defs), defs)
    if "anyOf" in about:
        kinds = [_type(one, defs) for one in about["anyOf"] if one.get("type") != "null"]
        return kinds[0] if kinds and all(kind == kinds[0] for kind in kinds) else Any
    if about.get("type") == "array":
        return list[_type(about.get("items", {}), defs)]  # type: ignore[misc] # a type that is found at run time
    return _TYPES.get(about.get("type", ""), Any)


def _named(about: Mapping[str, Json], defs: Mapping[str, Json]) -> Mapping[str, Json]:
    found: Mapping[str, Json] = defs[about["$ref"].rpartition("/")[2]]
    return found


def _doc(description: str, fields: Mapping[str, Json], defs: Mapping[str, Json]) -> str:
    lines = [_line(description)]
    if fields:
        lines += ["", "Args:", *(f"    {name}: {_about(name, about, defs)}" for name, about in fields.items())]
    return "\n".join(lines)


def _about(name: str, about: Mapping[str, Json], defs: Mapping[str, Json]) -> str:
    """What the schema says of a parameter, with the fields of the objects that a list of it holds."""
    said = _line(about.get("description") or about.get("title") or name)
    items = about.get("items", {})
    for one in (items, *items.get("anyOf", ())):
        if "$ref" in one:
            parts = ", ".join(
                f"{key} ({_line(what.get('description') or what.get('type', 'any'))})"
                for key, what in _named(one, defs)["properties"].items()
            )
            return f"{said} Each with {parts}."
    return said


def _line(text: str) -> str:
    return " ".join(text.split())
