"""A domain from its declaration: tools, data and policy fetched from beside it, and the pack that follows."""

from __future__ import annotations

import hashlib
import importlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import BaseModel

from writ_dspy import patterns as re
from writ_dspy.domains import python, served
from writ_dspy.domains.declared import reading
from writ_dspy.domains.declared.model import Declared, Mcp
from writ_dspy.domains.declared.pack import pack
from writ_dspy.domains.declared.probing import undeclared_writes
from writ_dspy.domains.declared.schema import Schema, names_in
from writ_dspy.domains.domain import Domain, Pack, Terms
from writ_dspy.domains.prints import Apart, prints_apart
from writ_dspy.domains.sources import Source, is_table
from writ_dspy.errors import ConfigError, DomainError, boundary, brief
from writ_dspy.store.documents import Given, read_text
from writ_dspy.task import Json

Play: TypeAlias = Callable[[dict[str, Any], dict[str, Any]], Any]
MOST_DATA = 1 << 30
"""Bytes of a file of data."""
STOCK = {"retail": "writ_dspy.domains.tau2.retail", "airline": "writ_dspy.domains.tau2.airline"}
"""Domains of τ²-bench that come with writ: read by code of their own, and quicker for it."""
SPLITS = ("evaluation",)
"""Sets of evaluation tasks of a declaration that names some."""
PROMPT = """You are a service agent. You help the user according to the policy below.
In each turn you either send a message to the user or make one tool call, never both at the same time.

<policy>
{policy}
</policy>"""
"""The system prompt of a declared domain."""


def load(path: Path) -> Domain:
    """The domain that a file declares.

    Raises:
        ConfigError: The declaration, or a file that it names, is wrong; says which key.
        DomainError: Its tools cannot be imported.
    """
    spec = reading.read(path)
    if spec.tools.tau2 in STOCK:
        return _stock(spec, path)
    tools = source(spec, path)
    brings = tools.brings
    if spec.policy or not brings.policy:
        brings = replace(brings, policy=read_text(_text_of_policy(path, spec)).strip(), prompt="")
    policy = brings.policy
    schema = Schema(spec, _tables(_data(path, spec.data) if spec.tools.mcp and spec.data else tools.base))
    params = {name: tool.params for name, tool in tools.tools.items()}
    _fits(path, spec, schema, params)
    shown = {tool for where, tool in _named_tools(spec) if where.startswith("tables.")}
    tools.kinds.update(dict.fromkeys(undeclared_writes(tools, shown), "write"))
    return Domain(
        name=spec.domain,
        version=f"{path.name} {_version(spec, tools, policy)}",
        policy=policy,
        system_prompt=brings.prompt or PROMPT.format(policy=policy),
        tools=tuple(tool.schema for tool in tools.tools.values()),
        kinds=tools.kinds,
        pack=_pack(schema, path),
        new_world=tools.world,
        validate=tools.validate,
        tables=schema.records,
        official=_official(path, spec) if spec.evaluation else brings.official,
        splits=SPLITS if spec.evaluation else brings.splits,
        terms=_terms(spec) if spec.license or not brings.terms else brings.terms,
        dials=spec.dials,
        params=params,
        declaration=path,
    )


def _stock(spec: Declared, path: Path) -> Domain:
    """A domain that comes with writ, as this declaration has it."""
    from writ_dspy.domains.tau2 import adapter  # only who asks for it waits for it

    stock = adapter.build(spec.tools.tau2, importlib.import_module(STOCK[spec.tools.tau2]).PACK)
    schema = Schema(spec, stock.tables)
    _fits(path, spec, schema, stock.params)
    digest = hashlib.sha256(spec.model_dump_json().encode()).hexdigest()[:12]
    found = replace(
        stock, name=spec.domain, version=f"{path.name} {digest} over {stock.version}", pack=_pack(schema, path), dials=spec.dials,
        declaration=path,
    )  # fmt: skip
    return replace(found, splits=SPLITS, official=_official(path, spec)) if spec.evaluation else found


def _pack(schema: Schema, path: Path) -> Pack:
    """What follows from the declaration, with the recipes in Python that it names."""
    found = pack(schema)
    named = [
        python.imported(reference, path.parent, f"{path}: recipes.{index} = {reference}")
        for index, reference in enumerate(schema.spec.recipes)
    ]
    with prints_apart():
        made: list[Any] = [one() if isinstance(one, type) else one for one in named]
    for reference, recipe in zip(schema.spec.recipes, made, strict=True):
        if not all(hasattr(recipe, part) for part in ("name", "tool", "draft")):
            raise reading.given(path).mend(f"recipes: {reference} is no recipe: it has no `name`, `tool` and `draft`")
    theirs: list[Any] = [Apart(one, "draft") for one in made]
    return replace(found, recipes=(*found.recipes, *theirs))


def _text_of_policy(path: Path, spec: Declared) -> Given:
    """The file of the policy, which is none of the others: whatever stands there is read to the agent."""
    file = reading.file(path, spec.policy, "policy")
    others = {
        path.resolve(),
        *((path.parent / name.partition(":")[0]).resolve() for name in (spec.tools.python, spec.data) if name),
    }
    if file in others or file.suffix == ".py":
        raise ConfigError(
            f"{path}: policy = {brief(spec.policy)}: this is {'code' if file.suffix == '.py' else 'another file of the declaration'}, and no policy. "
            "Name the text that the agent is told, as in policy.md."
        )
    return Given(file, "the policy", "a text in UTF-8")


def source(spec: Declared, path: Path) -> Source:
    """The tools over the data; writes are those that are declared."""
    if spec.tools.mcp:
        tools: Source = served.source(_served(spec, spec.tools.mcp, path))
    elif spec.tools.tau2:
        from writ_dspy.domains.tau2 import styled  # only who asks for it waits for it

        keys = {table.key for table in spec.tables.values()}
        tools = styled.source(
            spec.domain, spec.tools.tau2, path.parent, keys, f"{path}: tools.tau2 = {spec.tools.tau2}"
        )
    else:
        tools = _strict(
            python.source(
                spec.domain,
                python.imported(spec.tools.python, path.parent, f"{path}: tools.python = {spec.tools.python}"),
                _data(path, spec.data),
            ),
            spec,
        )
    tools.kinds.update(dict.fromkeys(spec.writes, "write"))
    if spec.transfer:
        tools.kinds[spec.transfer.tool] = "generic"
    return tools


def _served(spec: Declared, said: Mcp, path: Path) -> served.Settings:
    """What is declared of a server."""
    asks = {
        name: served.Ask(ask.tool, ask.args)
        for name in ("reset", "snapshot", "restore")
        if (ask := getattr(said, name)) is not None
    }
    state = said.state
    return served.Settings(
        domain=spec.domain,
        home=path.parent.resolve(),
        command=(said.command, *said.args) if said.command else (),
        env=said.env,
        url=said.url,
        database=reading.file(path, said.database, "tools.mcp.database") if said.database else None,
        state="" if state is None else state.file or served.Ask(state.tool, state.args),
        at=state.at if state else "",
        answer=said.answer,
        fixed=said.fixed,
        without=said.without,
        generic=said.generic,
        timeout=said.timeout,
        start=said.start,
        keys=frozenset(table.key for table in spec.tables.values()),
        **asks,
    )


def _strict(tools: python.PlainSource, spec: Declared) -> python.PlainSource:
    """Tools whose refusals raise, where a pattern says what refuses."""
    if not spec.tools.refuses:
        return tools
    pattern = re.compile(spec.tools.refuses)
    strict = {name: replace(tool, play=_strictly(tool.play, pattern)) for name, tool in tools.tools.items()}
    return python.PlainSource(tools.name, strict, tools.base, tools.texts[0])


def _strictly(play: Play, refuses: re.Pattern) -> Play:
    """A tool whose refusals raise."""

    def raising(state: dict[str, Any], args: dict[str, Any]) -> Any:
        answer = play(state, args)
        text = answer if isinstance(answer, str) else json.dumps(answer, default=str)
        if refuses.search(text):
            raise ValueError(text)
        return answer

    return raising


def code_of_data(spec: Declared, path: Path) -> str:
    """The code that makes the data; empty where a file or a server holds it."""
    named = spec.data
    return python.text_of(python.imported(named.rpartition(":")[0], path.parent)) if _is_code(named) else ""


def _is_code(named: str) -> bool:
    return ".py:" in named or (":" in named and not named.endswith(".json"))


def _data(path: Path, named: str) -> dict[str, Any]:
    """The state that every world begins with: what a JSON file holds, or a function returns."""
    if _is_code(named):
        made = python.imported(named, path.parent, f"{path}: data = {named}")
        with boundary(DomainError, f"making the data by {named}", theirs=path.parent), prints_apart():
            state: Any = made() if callable(made) else made
    else:
        file = reading.file(path, named, "data")
        if file.suffix == ".py":
            raise ConfigError(
                f"{path}: data = {brief(named)}: this is Python, and which function of it makes the state is not said. "
                f"Write data: {named}:{python.one_function(file)}."
            )
        try:
            state = json.loads(read_text(Given(file, "the data", "a JSON file or file.py:function", most=MOST_DATA)))
        except (ValueError, RecursionError) as error:
            raise ConfigError(
                f"{path}: data = {brief(named)}: it is no JSON ({error}). Name a JSON file, or a function that makes the state, as in data.py:make."
            ) from error
    if not isinstance(state, dict) or not state:
        raise ConfigError(
            f"{path}: data = {brief(named)}: it is no object of tables. Write tables by name, each with its records by id."
        )
    return state


def _tables(base: Mapping[str, Any]) -> dict[str, Mapping[str, Json]]:
    return {name: part for name, part in base.items() if is_table(part)}


def _fits(path: Path, spec: Declared, schema: Schema, params: Mapping[str, type[BaseModel]]) -> None:
    """Refuse a declaration of tools, arguments or records that there are not."""
    for where, tool in _named_tools(spec):
        if tool not in params:
            raise reading.given(path).mend(f"{where}: there is no tool {brief(tool)}; tools are {', '.join(params)}")
    for tool, write in spec.writes.items():
        there = list(params[tool].model_fields)
        for name in write.args:
            if name not in there:
                raise reading.given(path).mend(
                    f"writes.{tool}.args.{name}: the tool has no such parameter; it has {', '.join(there)}"
                )
        for name, field in params[tool].model_fields.items():
            if field.is_required() and name not in write.args:
                raise reading.given(path).mend(f"writes.{tool}.args: the tool needs {name}, too")
    _names(path, spec, schema, params)
    if spec.user not in schema.base:
        raise reading.given(path).mend(
            f"tables.{spec.user}.key: no table of the data has records that stand by their {schema.user.key}; tables are {', '.join(schema.records) or 'none'}"
        )


def _names(path: Path, spec: Declared, schema: Schema, params: Mapping[str, type[BaseModel]]) -> None:
    """Refuse a field that nothing has: what is told of it would not be judged, and nobody would be told."""
    said = {key: name for key, name in spec.fields.model_dump(exclude={"both_ways"}).items() if name}
    if not said:
        return
    known = {*names_in([list(table.values()) for table in schema.records.values()])}
    known |= {*names_in([model.model_json_schema() for model in params.values()])}
    for key, name in said.items():
        if name not in (schema.of_view if key == "offers" else known):
            raise reading.given(path).mend(
                f"fields.{key}: nothing that tools show goes by {brief(name)}; "
                + (
                    "views are " + ", ".join(schema.of_view)
                    if key == "offers"
                    else "name a field of a record or of a tool"
                )
            )


def _named_tools(spec: Declared) -> list[tuple[str, str]]:
    """Each tool that a declaration names, with the path of its key."""
    found = [(f"writes.{tool}", tool) for tool in spec.writes]
    for name, table in spec.tables.items():
        found += [(f"tables.{name}.{key}", getattr(table, key)) for key in ("read", "listed") if getattr(table, key)]
        found += [(f"tables.{name}.identify.{tool}", tool) for tool in table.identify]
        found += [(f"tables.{name}.search.{tool}", tool) for tool in table.search]
    return [*found, *([("transfer.tool", spec.transfer.tool)] if spec.transfer else [])]


def _version(spec: Declared, tools: Source, policy: str) -> str:
    """Of all that makes a domain what it is."""
    parts = [spec.model_dump_json(), *tools.texts, policy, json.dumps(tools.base, sort_keys=True, default=str)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def _terms(spec: Declared) -> Terms:
    made = f"Trajectories made by writ-dspy in the domain {spec.domain}."
    if spec.license is None:
        return Terms(
            notice=(
                made,
                "",
                "No license was declared for its texts and its data: ask whoever made this before you use it.",
            )
        )
    return Terms(
        spec.license.name,
        tuple(filter(None, (made, f"License of its texts and its data: {spec.license.name}.", spec.license.notice))),
    )


def _official(path: Path, spec: Declared) -> Callable[[str], Sequence[Json]]:
    def official(_: str) -> Sequence[Json]:
        """The evaluation tasks of the declaration, whatever the split is called."""
        tasks: list[Json] = []
        for index, name in enumerate(spec.evaluation):
            try:
                found = json.loads(reading.file(path, name, f"evaluation.{index}").read_text(encoding="utf-8"))
            except ValueError as error:
                raise ConfigError(
                    f"{path}: evaluation.{index} = {brief(name)}: it is no JSON ({error}). Mend that."
                ) from error
            tasks += found if isinstance(found, list) else [found]
        return tasks

    return official
