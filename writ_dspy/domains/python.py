"""Tools that are plain Python: typed functions over a state of plain values, or a class over one.

```python
def renew(state: dict, loan_id: str) -> dict:
    \"\"\"Renew a loan. Args: loan_id: Such as 'L-1'.\"\"\"
```

The first parameter of a function is the state if it is called `state`; a class is made with the state, and its public methods
are the tools. A tool that raises refuses: what the error says is its answer. Schemas come from signatures and docstrings.
A world copies a record when a tool first takes it by its key, so that a fresh one costs next to nothing.
"""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import json
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, is_dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, Self

from docstring_parser import parse
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from writ_dspy.domains.domain import ToolKind
from writ_dspy.domains.observed import Result
from writ_dspy.domains.overlay import Overlay
from writ_dspy.domains.remembered import Remembered
from writ_dspy.errors import ConfigError, DomainError, boundary, brief
from writ_dspy.task import Call, Json

STATE = "state"
"""Name of the parameter that gets the state."""
REMEMBERED = 8192
"""Answers kept of a fresh state, and of states that were written to."""


@dataclass(frozen=True)
class Tool:
    """One tool."""

    name: str
    play: Callable[[dict[str, Any], dict[str, Any]], Any]
    """(state, arguments) -> what it returns."""
    params: type[BaseModel]
    schema: Mapping[str, Json]
    """As OpenAI's function schemas are."""
    stateful: bool
    """It gets the state, and so may read or write."""


@dataclass(eq=False)
class Source:
    """Tools, with the state that every world begins with."""

    name: str
    tools: Mapping[str, Tool]
    base: dict[str, Any]
    kinds: dict[str, ToolKind]
    """Of each tool; filled by whoever knows."""
    texts: tuple[str, ...] = ()
    """The source code of the tools, as far as there is any."""
    frozen: dict[str, dict[str, bytes]] = field(default_factory=dict)
    """Pickles of base records, by table, filled as they are needed: worlds thaw their copies from them."""
    pieces: dict[str, str] = field(default_factory=dict)
    """Canonical JSON of base records, by place, filled as it is needed."""
    answers: Remembered[tuple[tuple[Call, ...], Call], Result] = field(default_factory=lambda: Remembered(REMEMBERED))
    """What a call answers after some writes."""
    deltas: Remembered[tuple[Call, ...], Mapping[str, str]] = field(default_factory=lambda: Remembered(REMEMBERED))
    """What some writes change."""

    def world(self) -> PlainWorld:
        """A state of one's own."""
        return PlainWorld(self)

    def validate(self, tool: str, args: Mapping[str, Json]) -> dict[str, Json]:
        """The arguments in the tool's own types and order.

        Raises:
            DomainError: No such tool, or an argument is missing, unknown or of a wrong type.
        """
        found = self.tools.get(tool)
        if found is None:
            raise DomainError(f"{self.name} has no tool {tool!r}; it has {', '.join(self.tools)}.")
        fields = found.params.model_fields
        if unknown := [key for key in args if key not in fields]:
            raise DomainError(f"{tool} of {self.name} takes no {unknown}; it takes {', '.join(fields) or 'nothing'}.")
        try:
            return found.params.model_validate(dict(args)).model_dump(mode="json", exclude_unset=True)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise DomainError(f"{tool} of {self.name}: {where} = {brief(first['input'])}: {first['msg']}.") from error

    def piece(self, place: str, value: Json) -> str:
        """Canonical JSON of what the base has at `table/key`."""
        text = self.pieces.get(place)
        if text is None:
            text = self.pieces[place] = _canonical(value)
        return text


class PlainWorld:
    """One copy of a source's state; what it answers is worked out once for all worlds with the same writes."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._log: tuple[Call, ...] = ()
        self._played = 0
        """How many writes its own state has seen."""

    @cached_property
    def _state(self) -> dict[str, Any]:
        base, frozen = self._source.base, self._source.frozen
        return {
            name: Table(part, frozen.setdefault(name, {})) if is_table(part) else pickle.loads(pickle.dumps(part))  # noqa: S301 - our own bytes
            for name, part in base.items()
        }

    def call(self, call: Call) -> Result:
        """Play one call; a tool that raises has refused."""
        source, key = self._source, (self._log, call)
        known = source.answers.get(key)
        writes = source.kinds.get(call.tool) == "write"
        if known is None:
            if writes or self._log:
                self._catch_up()
                self._played += writes
                known = self._answer(self._state, call)
            else:
                known = self._answer(source.base, call)
            source.answers.keep(key, known)
        if writes:
            self._log = (*self._log, call)
        return known

    def _catch_up(self) -> None:
        for call in self._log[self._played :]:
            self._answer(self._state, call)
        self._played = len(self._log)

    def _answer(self, state: dict[str, Any], call: Call) -> Result:
        tool = self._source.tools.get(call.tool)
        if tool is None:
            return Result(f"Error: there is no tool {call.tool}", error=True)
        writes = self._source.kinds.get(call.tool) == "write"
        for part in state.values():
            if isinstance(part, Table):
                part.guarded = writes  # who only reads may look at the base's own records
        try:
            answer = tool.play(state, call.args)
            return Result(answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False, default=_plain))
        except Exception as error:  # noqa: BLE001 - whatever a tool raises is its answer
            return Result(f"Error: {error}", error=True)

    def delta(self) -> Mapping[str, str]:
        """Canonical JSON of each record that differs from the base, by `table/key`; of what is no table, by its name."""
        if not self._log:
            return {}
        known = self._source.deltas.get(self._log)
        if known is None:
            self._catch_up()
            known = self._source.deltas.keep(self._log, changed(self._source, self._state))
        return known

    def digest(self) -> str:
        """SHA-256 of the whole state."""
        self._catch_up()
        state = self._state if self._log else self._source.base
        return hashlib.sha256(_canonical({name: _seen(part) for name, part in state.items()}).encode()).hexdigest()


class Table(Overlay[Any]):
    """A copy-on-write table of plain records; whatever changes a dict is seen."""

    __slots__ = ()

    def update(self, *args: Any, **more: Any) -> None:
        for key, value in dict(*args, **more).items():
            self[key] = value

    def __ior__(self, other: Any) -> Self:  # type: ignore[override,misc]
        self.update(other)
        return self

    def clear(self) -> None:
        for key in list(self):
            del self[key]

    def popitem(self) -> tuple[str, Any]:
        key = next(reversed(self))
        return key, self.pop(key)

    def copy(self) -> dict[str, Any]:
        return {key: self[key] for key in self}


def is_table(part: object) -> bool:
    """Whether a part of the state is a table: records by their keys."""
    return isinstance(part, dict) and bool(part) and all(isinstance(record, dict) for record in part.values())


def changed(source: Source, state: Mapping[str, Any]) -> dict[str, str]:
    """What a state holds otherwise than the base."""
    found: dict[str, str] = {}
    for name in source.base.keys() | state.keys():
        old, new = source.base.get(name), state.get(name)
        if isinstance(new, Table):
            for key in old.keys() | new.keys():  # type: ignore[union-attr]
                before, now = old.get(key), new.peek(key)  # type: ignore[union-attr]
                place = f"{name}/{key}"
                if now is not before:
                    text = "" if now is None else _canonical(now)
                    if before is None or text != source.piece(place, before):
                        found[place] = text
        elif (text := _canonical(new)) != source.piece(name, old):
            found[name] = text
    return dict(sorted(found.items()))


def _seen(part: Any) -> Any:
    return {key: part.peek(key) for key in part} if isinstance(part, Table) else part


def _canonical(value: Json) -> str:
    return json.dumps(value, sort_keys=True, default=_plain)


def _plain(value: Any) -> Any:
    """A value that is none of JSON's, as JSON."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return str(value)


# ----------------------------------------------------------------------------- from code


def source(name: str, code: ModuleType | type, base: dict[str, Any]) -> Source:
    """The tools of a module, or of a class, over a state.

    Raises:
        ConfigError: There are no tools, or one whose parameters have no types.
    """
    functions = dict(_methods(code)) if isinstance(code, type) else dict(_functions(code))
    if not functions:
        raise ConfigError(f"{name}: {code.__name__} has no tools. Write public functions with types and docstrings.")
    tools = {tool: _tool(tool, function, code) for tool, function in functions.items()}
    kinds: dict[str, ToolKind] = {tool: "read" if about.stateful else "generic" for tool, about in tools.items()}
    return Source(name, tools, base, kinds, (text_of(code),))


def imported(reference: str, folder: Path) -> ModuleType | type:
    """A module by name or by the path of its file, or a class in it behind a colon.

    Raises:
        ConfigError: There is none.
        DomainError: It cannot be imported.
    """
    place, _, attribute = reference.partition(":")
    with boundary(DomainError, f"importing {reference}", theirs=folder), _beside(folder):
        if place.endswith(".py"):
            path = (folder / place).resolve()
            if not path.is_file():
                raise ConfigError(
                    f"{reference}: there is no file {path}. Name the file of the tools, beside the declaration."
                )
            title = f"writ_domain_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}_{path.stem}"
            spec = importlib.util.spec_from_file_location(title, path)
            if spec is None or spec.loader is None:
                raise ConfigError(f"{reference}: {path} is no Python file.")
            module = sys.modules[title] = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
        else:
            try:
                module = importlib.import_module(place)
            except ModuleNotFoundError as error:
                raise ConfigError(f"{reference}: {error}. Install it, or name a file, as in tools.py.") from error
    if not attribute:
        return module
    found = getattr(module, attribute, None)
    if found is None:
        raise ConfigError(f"{reference}: {place} has no {attribute}.")
    return found  # type: ignore[no-any-return]


@contextmanager
def _beside(folder: Path) -> Iterator[None]:
    """What lies beside the declaration can be imported while its tools are; two folders may each have a `tools.py`."""
    names = {path.stem for path in folder.glob("*.py")}
    others = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(others)


def _functions(module: ModuleType) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, value in vars(module).items():
        if inspect.isfunction(value) and not name.startswith("_") and value.__module__ == module.__name__:
            yield name, value


def _methods(owner: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, value in inspect.getmembers(owner, inspect.isfunction):
        if not name.startswith("_"):
            yield name, value


def _tool(name: str, function: Callable[..., Any], code: ModuleType | type) -> Tool:
    said = parse(inspect.getdoc(function) or "")
    texts = {item.arg_name: item.description for item in said.params}
    parameters = list(inspect.signature(function, eval_str=True).parameters.values())
    owner = code if isinstance(code, type) else None
    stateful = owner is not None or (bool(parameters) and parameters[0].name == STATE)
    fields: dict[str, Any] = {}
    for parameter in parameters[stateful:]:
        if parameter.annotation is parameter.empty:
            raise ConfigError(
                f"{code.__name__}.{name}: the parameter {parameter.name} has no type. Annotate it, as in {parameter.name}: str."
            )
        fields[parameter.name] = (
            parameter.annotation,
            ... if parameter.default is parameter.empty else parameter.default,
        )
    params = create_model("parameters", __config__=ConfigDict(extra="forbid"), **fields)
    schema = params.model_json_schema()
    schema.pop("additionalProperties", None)
    for key, about in schema.get("properties", {}).items():
        about["description"] = texts.get(key) or key.replace("_", " ")
    description = " ".join(part for part in (said.short_description, said.long_description) if part) or name.replace(
        "_", " "
    )
    typed = any(_has_models(about.annotation) for about in params.model_fields.values())

    def play(state: dict[str, Any], args: dict[str, Any]) -> Any:
        if typed:
            checked = params.model_validate(args)
            args = {key: getattr(checked, key) for key in args}
        if owner is not None:
            return getattr(owner(state), name)(**args)
        return function(state, **args) if stateful else function(**args)

    function_schema = {"name": name, "description": description, "parameters": schema}
    return Tool(name, play, params, {"type": "function", "function": function_schema}, stateful)


def _has_models(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return True
    return any(map(_has_models, getattr(annotation, "__args__", ())))


def text_of(code: ModuleType | type) -> str:
    """The source code, as far as there is any."""
    try:
        return inspect.getsource(code)
    except (OSError, TypeError):
        return ""
