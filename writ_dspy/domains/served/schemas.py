"""Parameters of a tool, from their JSON schema, as a model without open objects."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, Literal, Union

from pydantic import BaseModel, ConfigDict, Field, create_model

from writ_dspy.errors import DomainError
from writ_dspy.task import Json

_PLAIN: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "null": None,
    "object": dict[str, Any],
}
_LIMITS = {
    "minimum": "ge", "maximum": "le", "exclusiveMinimum": "gt", "exclusiveMaximum": "lt", "multipleOf": "multiple_of", "minLength": "min_length",
    "maxLength": "max_length", "minItems": "min_length", "maxItems": "max_length",
}  # fmt: skip
_DEEP = 12
"""Objects within objects that are followed; what refers to itself goes on forever."""


def function(name: str, description: str, schema: Mapping[str, Json], hidden: frozenset[str]) -> dict[str, Json]:
    """A tool as OpenAI's function schemas are, without the arguments that no agent sees."""
    shown = {key: value for key, value in without(schema, hidden).items() if key != "$schema"}
    about = {"name": name, "description": description.strip() or name.replace("_", " "), "parameters": shown}
    return {"type": "function", "function": about}


def without(schema: Mapping[str, Json], hidden: frozenset[str]) -> dict[str, Json]:
    """A schema of parameters without some of them, in its own order."""
    found = dict(schema)
    found["properties"] = {key: about for key, about in schema.get("properties", {}).items() if key not in hidden}
    if "required" in schema:
        found["required"] = [key for key in schema["required"] if key not in hidden]
    return found


def parameters(tool: str, schema: Mapping[str, Json]) -> type[BaseModel]:
    """The model of a tool's parameters.

    Raises:
        DomainError: One of them has a name that no model can have.
    """
    odd = next((name for name in schema.get("properties", {}) if name.startswith("_")), None)
    if odd is not None:
        raise DomainError(
            f"{tool}: its parameter {odd} begins with an underscore, which cannot be checked. Rename it in the server."
        )
    return _model(schema, schema.get("$defs") or schema.get("definitions") or {}, 0)


def _model(schema: Mapping[str, Json], known: Mapping[str, Json], depth: int) -> type[BaseModel]:
    required = set(schema.get("required", ()))
    fields: dict[str, Any] = {}
    for name, about in schema.get("properties", {}).items():
        default = ... if name in required else about.get("default") if isinstance(about, Mapping) else None
        fields[name] = (_type(about, known, depth + 1), Field(default, **_limits(about)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a parameter may be called as something that models have, such as `copy`
        return create_model(
            "parameters", __config__=ConfigDict(extra="forbid", protected_namespaces=()), **fields
        )  # a model's name stands in no message


def _type(about: Any, known: Mapping[str, Json], depth: int) -> Any:
    """The type of a value; of what no type here says, anything."""
    if not isinstance(about, Mapping) or depth > _DEEP:
        return Any
    if "$ref" in about:
        return _type(known.get(str(about["$ref"]).rpartition("/")[2]), known, depth + 1)
    if "enum" in about or "const" in about:
        return Literal[tuple(about["enum"] if "enum" in about else [about["const"]])]
    kind = about.get("type")
    several = about.get("anyOf") or about.get("oneOf") or about.get("allOf", ())[:1]
    several = [{**about, "type": one} for one in kind] if isinstance(kind, list) else several
    if several:
        return Union[tuple(_type(one, known, depth + 1) for one in several)]  # noqa: UP007 - of as many as there are
    if kind == "array":
        return list[_type(about.get("items"), known, depth + 1)]  # type: ignore[misc]
    return _model(about, known, depth) if about.get("properties") else _PLAIN.get(str(kind), Any)


def _limits(about: Any) -> dict[str, Any]:
    """Limits that a schema sets; of one with several kinds, they stand within these, and are the server's to keep."""
    if not isinstance(about, Mapping) or not isinstance(about.get("type"), str):
        return {}
    return {ours: about[theirs] for theirs, ours in _LIMITS.items() if isinstance(about.get(theirs), int | float)}
