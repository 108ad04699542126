"""What a draft begins with: tools and a state, whatever they come from, with worlds that notice every change."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from writ_dspy.domains import World
from writ_dspy.domains.declared.building import source
from writ_dspy.domains.declared.model import Declared, Tools
from writ_dspy.domains.places import ENDINGS
from writ_dspy.domains.sources import Source
from writ_dspy.drafting.servers import MCP, Served
from writ_dspy.errors import ConfigError
from writ_dspy.store.documents import Given, read_text
from writ_dspy.store.files import disk
from writ_dspy.task import Json

TAU2 = "tau2:"


@dataclass(frozen=True)
class Material:
    """Tools over a state."""

    declared: Mapping[str, Any]
    """The keys of the declaration that say where it comes from."""
    tools: Mapping[str, Mapping[str, Json]]
    """Name -> what it is, as OpenAI writes functions."""
    state: Mapping[str, Json]
    validate: Callable[[str, Mapping[str, Json]], dict[str, Json]]
    world: Callable[[], World]
    """A state of one's own, whose changes are all seen."""
    policy: str = ""
    stateless: frozenset[str] = frozenset()
    """Tools that get no state, and so neither read nor write."""
    todos: tuple[str, ...] = ()
    """What a person has to see to."""

    @property
    def tables(self) -> dict[str, Mapping[str, Mapping[str, Json]]]:
        """The parts of the state that hold records by their ids."""
        return {
            name: part
            for name, part in self.state.items()
            if isinstance(part, Mapping) and part and all(isinstance(one, Mapping) for one in part.values())
        }

    def properties(self, tool: str) -> Mapping[str, Mapping[str, Json]]:
        """Parameter -> its JSON schema, references resolved one level deep."""
        about = self.tools[tool]["parameters"]
        return {name: _plain(one, about.get("$defs", {})) for name, one in about.get("properties", {}).items()}

    def required(self, tool: str) -> tuple[str, ...]:
        """Parameters that have no default."""
        return tuple(self.tools[tool]["parameters"].get("required", ()))


def _plain(schema: Mapping[str, Json], defs: Mapping[str, Json]) -> Mapping[str, Json]:
    named = schema.get("$ref")
    if named:
        return {**defs.get(str(named).rsplit("/", 1)[-1], {}), **schema}
    for one in schema.get("anyOf", ()):
        if one.get("type") != "null":
            return {**_plain(one, defs), **{key: value for key, value in schema.items() if key != "anyOf"}}
    return schema


def gathered(given: str, data: str, policy: str, out: Path) -> Material:
    """The tools and the state that somebody names.

    Args:
        given: `tools.py`, a module, with `:Class` where the tools are its methods; `tau2:` with `retail` or the place of an environment of τ²'s kind; or `mcp:` with the command that starts a server, or its URL.
        data: A JSON file, or `file.py:function`; of a server its database.
        policy: A text file; none where it is empty.
        out: The declaration to be written: other files are named from where it lies.

    Raises:
        ConfigError: There are no such tools, or no such data.
        DomainError: Code of theirs raises.
    """
    if given.startswith(MCP):
        return _server(given, data, policy, out)
    if given.startswith(TAU2):
        return _stock(given.removeprefix(TAU2), data, policy, out)
    if not given.strip():
        raise ConfigError(
            "the place of the tools is empty. Name it, as in writ domains draft tools.py --data data.json -o desk.yaml."
        )
    if given.endswith((".py", ".md", ".json", *ENDINGS)) and not Path(given).is_file():
        raise ConfigError(f"{given}: there is no file {Path(given).resolve()}. Name one that there is.")
    if given.endswith((".md", ".json", *ENDINGS)):
        raise ConfigError(
            f"{given} holds no tools. Name the Python module that has them, as in tools.py, or MODULE:CLASS."
        )
    if not data.strip():
        raise ConfigError(f"{given}: tools in Python need the state that they begin with. Name it: --data FILE.json, or --data data.py:make.")  # fmt: skip
    tools, data, text = _beside(given, out), _beside(data, out), _beside(policy, out)
    spec = Declared.model_construct(domain="draft", tools=Tools(python=tools), data=data, user="", tables={}, writes={})
    found = source(spec, out.resolve())
    declared = {"python": tools, "data": data} | ({"policy": text} if text else {})
    said = _text(policy) if policy else ""
    return _of_source(found, declared, said)


def _of_source(found: Source, declared: Mapping[str, str], policy: str) -> Material:
    stateless = frozenset(tool for tool, kind in found.kinds.items() if kind == "generic")
    found.kinds.update((tool, "write") for tool in found.tools if tool not in stateless)  # so that all changes are seen
    schemas = {tool: about.schema["function"] for tool, about in found.tools.items()}
    return Material(declared, schemas, found.base, found.validate, found.world, policy, stateless)


def _server(given: str, data: str, policy: str, out: Path) -> Material:
    """The tools of an MCP server; its state is what one of them shows, or its database."""
    text, said = _beside(policy, out), _text(policy) if policy else ""
    served = Served(given, data, out)
    schemas = {tool: about.schema["function"] for tool, about in served.tools.tools.items()}
    todos = (
        "tools.mcp.without: name the tools there that are no agent's business, as those for tests, and delete what was drafted of them",
    )
    declared = {"mcp": served.declared} | ({"policy": text} if text else {})
    return Material(declared, schemas, served.base, served.tools.validate, served.world, said, todos=todos)


def _stock(name: str, data: str, policy: str, out: Path) -> Material:
    from writ_dspy.domains import NAMES, load

    if not name.strip():
        raise ConfigError(f"{TAU2}: the place of the environment is empty. Name it, as in tau2:environment.py.")
    if data or policy:
        raise ConfigError(f"{TAU2}{name} brings its own data and policy. Leave --data and --policy out.")
    if f"{TAU2}{name}" not in NAMES:
        place = _beside(name, out)
        spec = Declared.model_construct(domain="draft", tools=Tools(tau2=place), user="", tables={}, writes={})
        found = source(spec, out.resolve())
        return _of_source(found, {"tau2": place}, found.brings.policy)
    domain = load(f"{TAU2}{name}")
    return Material(
        {"tau2": name},
        {one["function"]["name"]: one["function"] for one in domain.tools},
        domain.tables,
        domain.validate,
        domain.world,
        domain.policy,
        frozenset(tool for tool, kind in domain.kinds.items() if kind == "generic"),
    )


def _beside(named: str, out: Path) -> str:
    """A file, or `file.py:name`, as it is named from beside the declaration."""
    place, colon, attribute = named.partition(":")
    path = Path(place)
    with disk(path, "cannot read"):
        there = bool(place) and path.is_file()
    if not there and not place.endswith((".py", ".json", ".md", ".txt")):
        return named
    if not there:
        raise ConfigError(f"{named}: there is no file {path.resolve()}. Name one that there is.")
    return f"{os.path.relpath(path.resolve(), out.resolve().parent)}{colon}{attribute}"


def _text(policy: str) -> str:
    return read_text(Given(Path(policy), "the policy", "a text in UTF-8")).strip()
