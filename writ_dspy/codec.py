"""Goals and tasks as JSON, their content ids, and a walk over their parts."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable
from operator import attrgetter
from types import UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from writ_dspy.errors import ConfigError, brief
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
    are_arguments,
)
from writ_dspy.trial import (
    AsksForHuman,
    ChangesMind,
    Claim,
    Feels,
    ForbidsTransfer,
    Insists,
    LeavesSubject,
    ObjectsToPrice,
    WrongFirst,
)

_TYPES: dict[str, type] = {
    cls.__name__: cls
    for cls in (
        Call, Said, Policy, Picked, Listed, Record, Computed, Lookup, Where, ReadCall, Only, Best, Every, Check, AnyOf,
        Decision, Tell, Goal, Fact, Slot, Request, Axes, Outcome, Behaviour, Task, Claim, Insists,
        WrongFirst, ChangesMind, LeavesSubject, Feels, ObjectsToPrice, AsksForHuman, ForbidsTransfer,
    )
}  # fmt: skip


_FIELDS: dict[type, tuple[tuple[str, bool], ...]] = {
    cls: tuple((item.name, item.default is not dataclasses.MISSING) for item in dataclasses.fields(cls))
    for cls in _TYPES.values()
}
"""Name of each field, and whether it may be left out."""


def _getter(names: tuple[str, ...]) -> Callable[[object], tuple[object, ...]]:
    """What reads these fields, as a tuple."""
    found = attrgetter(*names)
    return found if len(names) > 1 else lambda value: (found(value),)


_CONTENTS = {cls: _getter(tuple(name for name, _ in fields)) for cls, fields in _FIELDS.items()}
"""The values of the fields of a part, in order."""
_BACKWARDS = {cls: _getter(tuple(name for name, _ in reversed(fields))) for cls, fields in _FIELDS.items()}
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
                stack += _CONTENTS[type(item)](item)
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
    contents = _CONTENTS.get(type(value))
    if contents is None:
        return value
    known = seen.get(id(value))
    if known is None:
        values = [_interned(item, pool, seen) for item in contents(value)]
        name = (type(value), *map(_name, values))
        if name not in pool:
            pool[name] = type(value)(*values)
        known = seen[id(value)] = pool[name]
    return known


REMEDY = ". Restore it from a copy, or leave it out."
"""How an error ends that tells of a part; who knows its line in a file has a better one."""


def from_json(data: Json) -> Any:
    """The inverse of `to_json`; queries that were written once come back as one object.

    Whatever comes back is what its types say, down to the last scalar.

    Raises:
        ConfigError: An unknown type or number, a field that is missing or unknown, or a value that cannot stand there.
    """
    try:
        return _from_json(data, {})
    except _Misfit as misfit:
        place = f"`{'.'.join(misfit.path)}`: " if misfit.path else ""
        raise ConfigError(f"{place}{misfit.why}{REMEDY}") from misfit
    except RecursionError as error:
        raise ConfigError("its parts are nested too deeply to be those of a task. Leave it out.") from error


class _Misfit(Exception):  # noqa: N818 - caught in this module
    """A part that is none, and the fields on the way to it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
        self.path: list[str] = []


def _from_json(data: Json, numbered: dict[int, Any]) -> Any:
    if isinstance(data, list):
        return tuple([_from_json(item, numbered) for item in data])
    if not isinstance(data, dict):
        return data
    if "see" in data:
        if type(data["see"]) is not int or data["see"] not in numbered:
            raise _Misfit(f"{brief(data)} refers to a part that is not there")
        return numbered[data["see"]]
    cls = _TYPES.get(str(data.get("is")))
    if cls is None:
        raise _Misfit(f"{brief(data)} is no part of a task: its `is` names no known type")
    values = _values(cls, data, numbered)
    if len(values) != len(_FIELDS[cls]) or len(data) != len(values) + 1 + ("as" in data):
        missing = [key for key, optional in _FIELDS[cls] if key not in data and not optional]
        unknown = [key for key in data if key not in values and key not in ("is", "as")]
        if missing or unknown:
            raise _Misfit(f"{cls.__name__} lacks {brief(missing)} and does not know {brief(unknown)}")
    part = cls(**values)
    if "as" in data:
        numbered[data["as"] if type(data["as"]) is int else -1] = part
    return part


def _values(cls: type, data: dict[str, Json], numbered: dict[int, Any]) -> dict[str, Any]:
    """The fields of a part that are there, each of its type."""
    values, key = {}, ""
    try:
        for key, kinds, inside in _FITS[cls]:
            if key in data:
                value = data[key]
                if type(value) in (list, dict):
                    value = _from_json(value, numbered)
                if type(value) not in kinds or (inside is not None and not inside(value)):
                    raise _Misfit(f"{brief(data[key])} cannot stand where {cls.__annotations__[key]} is due")
                values[key] = value
    except _Misfit as misfit:
        misfit.path.insert(0, key)
        raise
    return values


class _Fit(NamedTuple):
    """What may stand in a field."""

    kinds: frozenset[type]
    inside: Callable[[Any], bool] | None = None
    """What else has to hold of a value of such a type."""

    def __call__(self, value: Any) -> bool:
        return type(value) in self.kinds and (self.inside is None or self.inside(value))


def _fitting(hint: Any) -> _Fit:
    """What may stand in a field with this hint; a bool is no number, and a number with a point is no whole one."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return _Fit(frozenset({str}), frozenset(inner).__contains__)
    if origin is tuple and inner[1:] == (...,):
        each = _fitting(inner[0])
        if each.inside is None:
            return _Fit(frozenset({tuple}), lambda value: each.kinds.issuperset(map(type, value)))
        return _Fit(frozenset({tuple}), lambda value: all(each(one) for one in value))
    if origin is tuple:
        items = [_fitting(one) for one in inner]
        return _Fit(
            frozenset({tuple}),
            lambda value: len(value) == len(items) and all(fit(one) for fit, one in zip(items, value, strict=True)),
        )
    if origin in (Union, UnionType):
        some = [_fitting(one) for one in inner]
        kinds = frozenset[type]().union(*(one.kinds for one in some))
        return _Fit(kinds, (lambda value: any(one(value) for one in some)) if any(one.inside for one in some) else None)
    return _Fit(frozenset({hint}))


_FITS: dict[type, list[tuple[str, frozenset[type], Callable[[Any], bool] | None]]] = {
    cls: [(name, *_fitting(hint)) for name, hint in get_type_hints(cls).items()] for cls in _FIELDS
}
_FITS[Call][1] = ("text", frozenset({str}), are_arguments)


def _name(value: Any) -> Any:
    """What tells a value from others in one pool: itself for a scalar, its identity for a part."""
    return (type(value), value) if value is None or isinstance(value, (str, int, float)) else id(value)


def parts(value: object) -> list[object]:
    """Every frozen part inside a value, itself included, outermost first; a part that is shared comes once."""
    found: dict[int, object] = {}
    stack = [value]
    while stack:
        item = stack.pop()
        if type(item) is tuple:
            stack += item[::-1]
            continue
        contents = _BACKWARDS.get(type(item))
        if contents is not None and id(item) not in found:
            found[id(item)] = item
            stack += contents(item)
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
    for outcome in data["outcomes"]:
        del outcome["locates"]  # the same
    return dataclasses.replace(task, id=f"{task.domain.replace(':', '-')}-{_digest(data)}")


def goal_id(task: Task) -> str:
    """What the goal of a task is known by, however its requests are worded."""
    return f"{task.domain.replace(':', '-')}-goal-{_digest(to_json(task.goal))}"
