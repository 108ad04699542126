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

import ast
import difflib
import hashlib
import importlib.util
import inspect
import json
import pickle
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Self

from docstring_parser import parse
from pydantic import BaseModel, ConfigDict, create_model

from writ_dspy.domains.observed import Result
from writ_dspy.domains.overlay import Overlay
from writ_dspy.domains.prints import prints_apart
from writ_dspy.domains.sources import Source, Tool, Tried, canonical, is_table, plain
from writ_dspy.domains.worlds import Memory, OwnState, RememberedWorld
from writ_dspy.errors import ConfigError, DomainError, boundary
from writ_dspy.task import Call

STATE = "state"
"""Name of the parameter that gets the state."""


@dataclass(frozen=True)
class PlainTool(Tool):
    """A function, or a method of a class."""

    play: Callable[[dict[str, Any], dict[str, Any]], Any]
    """(state, arguments) -> what it returns."""
    stateful: bool
    """It gets the state, and so may read or write."""


class PlainSource(Source):
    """Tools that are plain Python."""

    tools: Mapping[str, PlainTool]

    def __init__(self, name: str, tools: Mapping[str, PlainTool], base: dict[str, Any], text: str) -> None:
        super().__init__(
            name, tools, base, {tool: "read" if about.stateful else "generic" for tool, about in tools.items()}
        )
        self.texts = (text,)
        self.frozen: dict[str, dict[str, bytes]] = {}
        """Pickles of base records, by table, filled as they are needed: worlds thaw their copies from them."""
        self._memory = Memory(lambda: PlainState(self), lambda call: answer(self, self.base, call), self.is_write)

    def world(self) -> RememberedWorld:
        return RememberedWorld(self._memory)

    def tried(self, calls: Iterable[Call]) -> Tried:
        worked = False
        for call in calls:
            state = PlainState(self, guarded=True)
            worked |= not state.play(call).error
            if state.differences():
                return Tried(changed=True, worked=worked)
        return Tried(changed=False, worked=worked)


class PlainState(OwnState):
    """A copy of a source's state, made record by record."""

    def __init__(self, source: PlainSource, *, guarded: bool = False) -> None:
        """With `guarded`, even a tool that is no write gets copies."""
        self._source, self._guarded = source, guarded
        self._parts = {
            name: Table(part, source.frozen.setdefault(name, {}))
            if is_table(part)
            else pickle.loads(pickle.dumps(part))  # noqa: S301 - our own bytes
            for name, part in source.base.items()
        }

    def play(self, call: Call) -> Result:
        writes = self._guarded or self._source.is_write(call.tool)
        for part in self._parts.values():
            if isinstance(part, Table):
                part.guarded = writes  # who only reads may look at the base's own records
        return answer(self._source, self._parts, call)

    def differences(self) -> Mapping[str, str]:
        return dict(sorted((place, text) for place, text in self._changed() if text is not None))

    def _changed(self) -> Iterator[tuple[str, str | None]]:
        source = self._source
        for name in source.base.keys() | self._parts.keys():
            old, new = source.base.get(name), self._parts.get(name)
            if not isinstance(new, Table):
                yield name, source.part_now(name, new, old)
                continue
            for key in old.keys() | new.keys():  # type: ignore[union-attr]
                before, now = old.get(key), new.peek(key)  # type: ignore[union-attr]
                if now is not before:
                    yield f"{name}/{key}", source.record_now(f"{name}/{key}", now, before)

    def hashed(self) -> str:
        whole = {name: _seen(part) for name, part in self._parts.items()}
        return hashlib.sha256(canonical(whole).encode()).hexdigest()


def answer(source: PlainSource, state: dict[str, Any], call: Call) -> Result:
    """What a tool makes of a call on a state; whatever it raises is its answer."""
    tool = source.tools.get(call.tool)
    if tool is None:
        return Result(f"Error: there is no tool {call.tool}", error=True)
    try:
        with prints_apart():
            said = tool.play(state, call.args)
        return Result(said if isinstance(said, str) else json.dumps(said, ensure_ascii=False, default=plain))
    except Exception as error:  # noqa: BLE001 - whatever a tool raises is its answer
        return Result(f"Error: {error}", error=True)


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


def _seen(part: Any) -> Any:
    return {key: part.peek(key) for key in part} if isinstance(part, Table) else part


# ----------------------------------------------------------------------------- from code


def source(name: str, code: ModuleType | type, base: dict[str, Any]) -> PlainSource:
    """The tools of a module, or of a class, over a state.

    Raises:
        ConfigError: There are no tools, or one whose parameters have no types.
    """
    functions = dict(_methods(code)) if isinstance(code, type) else dict(_functions(code))
    if not functions:
        raise ConfigError(f"{name}: {code.__name__} has no tools. Write public functions with types and docstrings.")
    tools = {tool: _tool(tool, function, code) for tool, function in functions.items()}
    return PlainSource(name, tools, base, text_of(code))


def imported(reference: str, folder: Path, where: str = "") -> ModuleType | type:
    """A module by name or by the path of its file, or a class in it behind a colon.

    Args:
        reference: The module.
        folder: Of the declaration.
        where: What names it, for errors: the declaration, the key and its value.

    Raises:
        ConfigError: There is none.
        DomainError: It cannot be imported.
    """
    where, (place, _, attribute) = where or reference, reference.partition(":")
    path = (folder / place).resolve()
    home = path.parent if place.endswith(".py") else folder
    with boundary(DomainError, f"importing {reference}", theirs=home), _beside(home), prints_apart():
        if place.endswith(".py"):
            if not path.is_file():
                raise ConfigError(f"{where}: there is no file {path}. Name one that lies beside the declaration.")
            title = f"writ_domain_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}_{path.stem}"
            spec = importlib.util.spec_from_file_location(title, path)
            if spec is None or spec.loader is None:
                raise ConfigError(f"{reference}: {path} is no Python file.")
            module = sys.modules[title] = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
        else:
            if path.is_file():
                raise ConfigError(f"{where}: {path} is no Python file. Name one that ends in .py, or a module.")
            try:
                module = importlib.import_module(place)
            except ModuleNotFoundError as error:
                raise ConfigError(f"{where}: {error}. Install it, or name a file, as in tools.py.") from error
    if not attribute:
        return module
    found = getattr(module, attribute, None)
    if found is None:
        there = [name for name, value in vars(module).items() if callable(value) and not name.startswith("_")]
        close = difflib.get_close_matches(attribute, there, 1)
        meant = f"Did you mean {close[0]}?" if close else f"Name what it has: {', '.join(there) or 'nothing yet'}."
        raise ConfigError(f"{where}: {place} has no {attribute}. {meant}")
    return found  # type: ignore[no-any-return]


def one_function(path: Path) -> str:
    """A function of a file that can be called without arguments, by its text alone; `make` where it has none."""
    try:
        parts = ast.parse(path.read_bytes()).body
    except (SyntaxError, ValueError, OSError, RecursionError):
        parts = []
    bare = (one for one in parts if isinstance(one, ast.FunctionDef) and not one.name.startswith("_"))
    names = [one.name for one in bare if len(one.args.posonlyargs + one.args.args) <= len(one.args.defaults)]
    return names[-1] if names else "make"


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


def _tool(name: str, function: Callable[..., Any], code: ModuleType | type) -> PlainTool:
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
    return PlainTool(name, params, {"type": "function", "function": function_schema}, play, stateful)


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
