"""Domains that are built as τ²-bench's are: a toolkit over a data model, with a policy and tasks, whoever wrote them.

A place names a module with τ²'s own two doors, `get_environment` and, where there are tasks, `get_tasks`: a file beside the
declaration, an installed module (or a package whose `environment` it is), or a domain of the installed τ² by its name. Nothing
else is asked of it: the environment is copied for each world, its database apart, so whatever a toolkit keeps for itself is new.
"""

from __future__ import annotations

import copy
import hashlib
import importlib.util
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import BaseModel

from writ_dspy.domains import python
from writ_dspy.domains.domain import ToolKind
from writ_dspy.domains.observed import Result
from writ_dspy.domains.overlay import Overlay, leaned
from writ_dspy.domains.prints import prints_apart
from writ_dspy.domains.served.state import tables as tabled
from writ_dspy.domains.sources import Brings, Source, Tool, Tried, canonical, is_table
from writ_dspy.domains.tau2.adapter import light, quiet, strict, system_prompt
from writ_dspy.domains.tau2.official import TERMS
from writ_dspy.domains.worlds import Memory, OwnState, RememberedWorld
from writ_dspy.errors import ConfigError, DomainError, boundary
from writ_dspy.task import Call, Json

STOCK = "tau2.domains."
"""Where τ² keeps its own."""
_DOOR = "get_environment"
_KINDS: Mapping[str, ToolKind] = {"read": "read", "write": "write"}
"""τ²'s types of tools; those that think, and whatever else there is, look at no record."""


def source(name: str, place: str, folder: Path, keys: Iterable[str], where: str) -> StyledSource:
    """The tools of a domain that is built as τ²'s are.

    Args:
        name: What the domain is called.
        place: `desk/environment.py`, `desk.environment` or `desk`, each with `:function` if need be; or `telecom`.
        folder: Of the declaration.
        keys: Fields that tell records apart, for tables that are lists; without any, those that are called an id.
        where: What names the place, for errors.

    Raises:
        ConfigError: There is no such module, or it has no such door.
        DomainError: It cannot be imported, or makes no environment.
    """
    module, door = _door(place, folder, where)
    with boundary(DomainError, f"making the environment of {place}", theirs=folder), prints_apart(), quiet(), light():
        environment = door()
    if getattr(environment, "tools", None) is None or not isinstance(getattr(environment.tools, "db", None), BaseModel):
        raise ConfigError(f"{where}: {door.__name__} makes no environment with a toolkit over a database of pydantic.")
    return StyledSource(name, environment, module, frozenset(keys))


def _door(place: str, folder: Path, where: str) -> tuple[ModuleType, Callable[[], Any]]:
    """The module that a place names, and what makes its environment."""
    named, _, attribute = place.partition(":")
    stock = f"{STOCK}{named}"
    if named.isidentifier() and importlib.util.find_spec("tau2") and importlib.util.find_spec(stock):
        named = f"{stock}.environment"
    elif named.isidentifier() and importlib.util.find_spec(named) is None:
        raise ConfigError(
            f"{where}: there is no such domain: neither τ²-bench has one of that name, nor is a module called so. Name one of its, as retail, "
            "or the place of an environment, as environment.py."
        )
    with quiet(), light():
        module = python.imported(named, folder, where)
        if not attribute and not hasattr(module, _DOOR) and hasattr(module, "__path__"):
            module = python.imported(f"{named}.environment", folder, where)
    door = getattr(module, attribute or _DOOR, None)
    if not isinstance(module, ModuleType) or not callable(door):
        raise ConfigError(
            f"{where}: {named} has no {attribute or _DOOR}. Name the module that makes the environment, as τ²-bench's domains do, "
            "or the function itself, as in environment.py:make."
        )
    return module, door


class StyledSource(Source):
    """A toolkit over a data model, as τ²'s domains have it."""

    def __init__(self, name: str, environment: Any, module: ModuleType, keys: frozenset[str]) -> None:
        self.name, self._environment = name, environment
        self._db = leaned(environment.tools.db)
        self.keys = keys or frozenset(filter(_tells_apart, _fields(self._db)))
        kit = environment.tools
        found = kit.get_tools()
        tools = {tool: Tool(tool, strict(about.params), about.openai_schema) for tool, about in found.items()}
        kinds = {tool: _KINDS.get(str(kit.tool_type(tool).value), "generic") for tool in tools}
        super().__init__(name, tools, self.tables(self._db), kinds)
        self.texts = (python.text_of(type(kit)), python.text_of(type(environment)))
        self.brings = _brings(environment, module)
        # even what only reads gets a toolkit of its own: one that counts what it is asked would answer by who asked before
        self._memory = Memory(lambda: StyledState(self), lambda call: StyledState(self).play(call), self.is_write)

    def world(self) -> RememberedWorld:
        return RememberedWorld(self._memory)

    def tried(self, calls: Iterable[Call]) -> Tried:
        worked = False
        for call in calls:
            state = StyledState(self, guarded=True)
            worked |= not state.play(call).error
            if state.differences():
                return Tried(changed=True, worked=worked)
        return Tried(changed=False, worked=worked)

    def tables(self, db: Any) -> dict[str, Any]:
        """A database as plain values: tables of records by their ids."""
        return tabled({name: _plain(getattr(db, name)) for name in type(db).model_fields}, "", self.keys, self.name)  # fmt: skip

    def over(self, parts: Mapping[str, Any]) -> Any:
        """The environment with a database of these parts, and with all else that it keeps copied."""
        db = type(self._db).model_construct(**parts)
        return copy.deepcopy(self._environment, {id(self._environment.tools.db): db, id(self._db): db})

    def parts(self, *, guarded: bool) -> dict[str, Any]:
        """The parts of a database of one's own."""
        return {name: self._part(name, getattr(self._db, name), guarded=guarded) for name in type(self._db).model_fields}  # fmt: skip

    def _part(self, name: str, part: Any, *, guarded: bool) -> Any:
        if _by_key(part):
            return Copied(part, {}, guarded=guarded)
        return copy.deepcopy(part)


class Copied(Overlay[Any]):
    """A copy-on-write table of records whose classes may be found by nobody's name: what lies beside a declaration is no module for pickles."""

    __slots__ = ()

    def __getitem__(self, key: str) -> Any:
        if key not in self.touched:
            self[key] = copy.deepcopy(dict.__getitem__(self, key))
        return dict.__getitem__(self, key)


class StyledState(OwnState):
    """A database of one's own, made record by record, with its environment."""

    def __init__(self, source: StyledSource, *, guarded: bool = False) -> None:
        """With `guarded`, even a tool that is no write gets copies."""
        self._source, self._guarded, self._parts = source, guarded, source.parts(guarded=guarded)
        self._environment = source.over(self._parts)

    def play(self, call: Call) -> Result:
        writes = self._guarded or self._source.is_write(call.tool)
        for part in self._parts.values():
            if isinstance(part, Overlay):
                part.guarded = writes  # who only reads may look at the base's own records
        return answer(self._environment, call)

    def differences(self) -> Mapping[str, str]:
        return dict(sorted((place, text) for place, text in self._changed() if text is not None))

    def hashed(self) -> str:
        return hashlib.sha256(canonical(self._source.tables(self._environment.tools.db)).encode()).hexdigest()

    def _changed(self) -> Iterator[tuple[str, str | None]]:
        source, db = self._source, self._environment.tools.db
        rest = {}
        for name, old in source.base.items():
            part = getattr(db, name)
            if not (isinstance(part, Overlay) and part is self._parts[name]):
                rest[name] = _plain(part)
                continue
            for key in sorted(part.touched):
                now = part.peek(key)
                yield f"{name}/{key}", source.record_now(f"{name}/{key}", None if now is None else _plain(now), old.get(key))  # fmt: skip
        for name, new in tabled(rest, "", source.keys, source.name).items() if rest else ():
            old = source.base[name]
            if not (is_table(old) and isinstance(new, dict)):
                yield name, source.part_now(name, new, old)
                continue
            for key in old.keys() | new.keys():
                yield f"{name}/{key}", source.record_now(f"{name}/{key}", new.get(key), old.get(key))


def answer(environment: Any, call: Call) -> Result:
    """What an environment makes of a call, as τ²'s own says it: one that raises answers `Error: …`."""
    try:
        with prints_apart():
            said = environment.tools.use_tool(call.tool, **call.args)
            environment.sync_tools()
        return Result(environment.to_json_str(said))
    except Exception as error:  # noqa: BLE001 - as τ² does: whatever a tool raises is its answer
        return Result(f"Error: {error}", error=True)


def _fields(db: BaseModel) -> Iterator[str]:
    """The fields of records that stand in lists."""
    for name in type(db).model_fields:
        part = getattr(db, name)
        for one in part if isinstance(part, list) else ():
            yield from type(one).model_fields if isinstance(one, BaseModel) else ()


def _tells_apart(field: str) -> bool:
    return field == "id" or field.endswith("_id")


def _by_key(part: Any) -> bool:
    return isinstance(part, dict) and bool(part) and all(isinstance(one, BaseModel) for one in part.values())


def _plain(value: Any) -> Any:
    """A value of a data model as JSON has it."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return json.loads(json.dumps(value, default=str))


def _brings(environment: Any, module: ModuleType) -> Brings:
    """What a domain of τ²'s kind has of its own beside tools and data."""
    policy, stock = str(environment.policy).strip(), module.__name__.startswith(STOCK)
    known = dict(module.get_tasks_split()) if hasattr(module, "get_tasks_split") else {}
    tasks = getattr(module, "get_tasks", None)

    def official(split: str) -> Sequence[Json]:
        if tasks is None:
            return []
        with boundary(DomainError, f"reading the tasks of {module.__name__}"), quiet():
            found = tasks(split) if split in known else tasks()
        return [one.model_dump(mode="json") if isinstance(one, BaseModel) else one for one in found]

    return Brings(
        policy=policy,
        prompt=system_prompt(policy) if importlib.util.find_spec("tau2") else "",
        splits=() if tasks is None else tuple(known) or ("tasks",),
        official=official,
        terms=TERMS if stock else None,
    )
