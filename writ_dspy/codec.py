"""Goals and tasks as JSON, their content ids, and a walk over their parts."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import Any

from writ_dspy.errors import ConfigError
from writ_dspy.task import (
    AnyOf,
    Axes,
    Behaviour,
    Best,
    Call,
    Check,
    Computed,
    Decision,
    Every,
    Fact,
    Goal,
    Json,
    Listed,
    Lookup,
    Only,
    Outcome,
    Picked,
    Policy,
    ReadCall,
    Record,
    Request,
    Said,
    Slot,
    Task,
    Tell,
    Where,
)

_TYPES: dict[str, type] = {
    cls.__name__: cls
    for cls in (
        Call, Said, Policy, Picked, Listed, Record, Computed, Lookup, Where, ReadCall, Only, Best, Every, Check, AnyOf,
        Decision, Tell, Goal, Fact, Slot, Request, Axes, Outcome, Behaviour, Task,
    )
}  # fmt: skip


_FIELDS: dict[type, tuple[tuple[str, bool], ...]] = {
    cls: tuple((item.name, item.default is not dataclasses.MISSING) for item in dataclasses.fields(cls))
    for cls in _TYPES.values()
}
"""Name of each field, and whether it may be left out."""
_SHARED = frozenset(
    {Picked, ReadCall, Only, Best, Every, Where, Check, AnyOf, Listed, Record, Computed, Lookup, Decision}
)
"""Types that may hold a query: written once when they occur again."""


def to_json(value: object) -> Json:
    """Frozen data as JSON: an object carries its type under `is`, a tuple becomes a list.

    A query, or a part of one, that occurs again is written once, with a number under `as`; later it is `{"see": n}`.
    What is written depends on equality alone, not on which parts happen to be one object.
    """
    value = _interned(value, {}, {})
    uses: dict[int, int] = {}
    stack: list[object] = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, tuple):
            stack += item
        elif type(item) in _FIELDS:
            uses[id(item)] = uses.get(id(item), 0) + 1
            if uses[id(item)] == 1:
                stack += [getattr(item, name) for name, _ in _FIELDS[type(item)]]
    return _written(value, uses, {})


def _written(value: object, uses: dict[int, int], numbers: dict[int, int]) -> Json:
    if isinstance(value, tuple):
        return [_written(item, uses, numbers) for item in value]
    cls = type(value)
    if cls not in _FIELDS:
        return value
    data: dict[str, Json] = {"is": cls.__name__}
    if cls in _SHARED and uses[id(value)] > 1:
        if id(value) in numbers:
            return {"see": numbers[id(value)]}
        numbers[id(value)] = data["as"] = len(numbers)
    for name, _ in _FIELDS[cls]:
        data[name] = _written(getattr(value, name), uses, numbers)
    return data


def _interned(value: Any, pool: dict[Any, Any], seen: dict[int, Any]) -> Any:
    """The value with equal parts as one object."""
    if isinstance(value, tuple):
        items = tuple([_interned(item, pool, seen) for item in value])
        return pool.setdefault(("tuple", *map(_name, items)), items)
    fields = _FIELDS.get(type(value))
    if fields is None:
        return value
    known = seen.get(id(value))
    if known is None:
        values = [_interned(getattr(value, name), pool, seen) for name, _ in fields]
        name = (type(value), *map(_name, values))
        if name not in pool:
            pool[name] = type(value)(*values)
        known = seen[id(value)] = pool[name]
    return known


def from_json(data: Json) -> Any:
    """The inverse of `to_json`; queries that were written once come back as one object.

    Raises:
        ConfigError: An unknown type or number, or a field that is missing or unknown.
    """
    return _from_json(data, {})


def _from_json(data: Json, numbered: dict[int, Any]) -> Any:
    if isinstance(data, list):
        return tuple([_from_json(item, numbered) for item in data])
    if not isinstance(data, dict):
        return data
    if "see" in data:
        if data["see"] not in numbered:
            raise ConfigError(f"{data!r} refers to a part that is not there: the record was cut or edited.")
        return numbered[data["see"]]
    cls = _TYPES.get(data.get("is", ""))
    if cls is None:
        raise ConfigError(f"{str(data)[:80]!r} is no part of a task: its `is` names no known type.")
    known = _FIELDS[cls]
    values = {key: _from_json(data[key], numbered) for key, _ in known if key in data}
    if len(values) != len(known) or len(data) != len(known) + 1 + ("as" in data):
        missing = [key for key, optional in known if key not in data and not optional]
        unknown = [key for key in data if key not in values and key not in ("is", "as")]
        if missing or unknown:
            raise ConfigError(
                f"{cls.__name__} lacks {missing} and does not know {unknown}: written by another version?"
            )
    part = cls(**values)
    if "as" in data:
        numbered[data["as"]] = part
    return part


def _name(value: Any) -> Any:
    """What tells a value from others in one pool: itself for a scalar, its identity for a part."""
    return (type(value), value) if value is None or isinstance(value, (str, int, float)) else id(value)


def parts(value: object) -> list[object]:
    """Every frozen part inside a value, itself included, outermost first; a part that is shared comes once."""
    found: dict[int, object] = {}
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, tuple):
            stack += reversed(item)
        elif type(item) in _FIELDS and id(item) not in found:
            found[id(item)] = item
            stack += reversed([getattr(item, name) for name, _ in _FIELDS[type(item)]])
    return list(found.values())


def digest(value: object, size: int = 12) -> str:
    """Hex digits of the SHA-256 of the canonical JSON; the same on every machine and run."""
    return _digest(to_json(value), size)


def _digest(data: Json, size: int = 12) -> str:
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:size]


def identify(task: Task) -> Task:
    """The task with its content id: equal goals, facts and wording give equal ids."""
    data = to_json(dataclasses.replace(task, id="", twin=None, behaviour=None, owner=None))
    del data["owner"]  # a field that came later; without it a task has the id that it had before
    return dataclasses.replace(task, id=f"{task.domain.replace(':', '-')}-{_digest(data)}")
