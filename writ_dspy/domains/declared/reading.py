"""A declaration read from its file: what is wrong with it is said with the path of the key."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from writ_dspy import patterns as re
from writ_dspy.domains.declared.conditions import ARGS, condition
from writ_dspy.domains.declared.model import Declared, Never, Write
from writ_dspy.errors import ConfigError, brief
from writ_dspy.store.documents import Given, read_yaml

HOLE = re.compile(r"\{([\w.]+)\}")
_WORKS = "`writ domains new DIR` writes one that works"
Flaw = tuple[str, str]
"""The path of a key, and what is wrong there."""


def given(path: Path) -> Given:
    """The file, as errors name it."""
    return Given(path, "a declaration", _WORKS)


def name_of(path: Path) -> str:
    """What a declaration calls its domain.

    Raises:
        ConfigError: It is no declaration.
    """
    data = read_yaml(given(path))
    if not isinstance(data, dict) or not isinstance(data.get("domain"), str):
        raise given(path).wrong("it has no key `domain` with a name", f"Begin with `domain: library`; {_WORKS}")
    return str(data["domain"])


def read(path: Path) -> Declared:
    """A declaration.

    Raises:
        ConfigError: The first flaw, with the path of its key and the value.
    """
    data = read_yaml(given(path))
    if not isinstance(data, dict):
        raise given(path).wrong("it holds no keys", f"Begin with `domain: library`; {_WORKS}")
    try:
        spec = Declared.model_validate(data)
    except ValidationError as error:
        raise given(path).mend(_said(error)) from error
    for where, why in flaws(spec):
        raise given(path).mend(f"{where}: {why}")
    return spec


def _said(error: ValidationError) -> str:
    """The first flaw; a key that is not known comes before one that is missing, which it may have been meant for."""
    found = error.errors()
    first = next((flaw for flaw in found if flaw["type"] == "extra_forbidden"), found[0])
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        *place, key = first["loc"]
        known = _keys(place)
        close = difflib.get_close_matches(str(key), known, 1, 0.6)
        meant = f"did you mean {close[0]}?" if close else f"the keys there are {', '.join(known)}"
        return f"{where}: there is no such key; {meant}"
    if first["type"] == "missing":
        return f"{where}: this key is missing"
    return f"{where} = {brief(first['input'])}: {first['msg'].removeprefix('Value error, ')}"


def _keys(place: Sequence[Any]) -> list[str]:
    """The keys that a place of a declaration can have."""
    model: Any = Declared
    for part in place:
        if isinstance(model, type) and issubclass(model, BaseModel) and part in model.model_fields:
            model = model.model_fields[str(part)].annotation
        while not (isinstance(model, type) and issubclass(model, BaseModel)):
            inner = [one for one in getattr(model, "__args__", ()) if one not in (str, type(None), Ellipsis)]
            if not inner:
                return []
            model = inner[-1]
    return list(model.model_fields)


# ----------------------------------------------------------------------------- what does not fit together


def flaws(spec: Declared) -> Iterator[Flaw]:
    """What names something that is not declared."""
    if spec.user not in spec.tables:
        yield "user", f"there is no table {brief(spec.user)}; tables are {', '.join(sorted(spec.tables))}"
        return
    for key in ("data", "policy"):
        if not getattr(spec, key) and (spec.tools.python or (spec.tools.mcp and key == "policy")):
            yield (
                key,
                f"this key is missing: {'Python tools' if spec.tools.python else 'the tools of a server'} come without it",
            )
    user = spec.tables[spec.user]
    if not user.identify:
        yield f"tables.{spec.user}.identify", "nobody can be found: name a look-up tool and the fields that it takes"
    if not user.read:
        yield f"tables.{spec.user}.read", "no tool shows a user's record"
    for name in spec.tables:
        yield from _table_flaws(spec, name)
    for tool in spec.writes:
        yield from _write_flaws(spec, tool)
        yield from _clause_flaws(spec, tool)
        yield from _word_flaws(f"writes.{tool}", spec.writes[tool])
        yield from (flaw for key in ("details", "report") for flaw in _template_flaws(spec, tool, key))
    yield from _value_flaws(spec)
    for index, never in enumerate(spec.never):
        yield from _word_flaws(f"never.{index}", never)
        if never.about and never.about not in spec.tables:
            yield f"never.{index}.about", f"there is no table {brief(never.about)}"


def _value_flaws(spec: Declared) -> Iterator[Flaw]:
    for name, value in spec.values.items():
        for source in value.own:
            if source.partition(".")[0] != spec.user:
                yield (
                    f"values.{name}.own.{source}",
                    f"only a field of {spec.user} can stand for it, as in {spec.user}.field",
                )
        if not value.of and not value.own:
            yield f"values.{name}.of", "nobody can ask for any: list its values"


def _table_flaws(spec: Declared, name: str) -> Iterator[Flaw]:
    table = spec.tables[name]
    for kind in ("lists", "parts"):
        for field, other in getattr(table, kind).items():
            if other not in spec.tables:
                yield (
                    f"tables.{name}.{kind}.{field}",
                    f"there is no table {brief(other)}; tables are {', '.join(sorted(spec.tables))}",
                )
    if not table.read and not any(name in one.parts.values() for one in spec.tables.values()):
        yield f"tables.{name}.read", "no tool shows its records, and no other table has them as parts"
    if set(HOLE.sub("", table.name)) & set("{}") or "." in "".join(HOLE.findall(table.name)):
        yield f"tables.{name}.name", "only {field} stands in it, with a field of the record"
    for index, limit in enumerate(table.among):
        for field, wanted in limit.where.items():
            at, dot, _ = str(wanted).partition(".")
            if dot and at in spec.tables and at != spec.user:
                yield f"tables.{name}.among.{index}.where.{field}", f"only fields of {spec.user} can be compared with"


def _write_flaws(spec: Declared, tool: str) -> Iterator[Flaw]:
    write = spec.writes[tool]
    for name, kind in write.kinds.items():
        if kind not in spec.tables and kind not in spec.values:
            there = ", ".join(sorted({*spec.tables, *spec.values}))
            yield f"writes.{tool}.args.{name}", f"there is neither a table nor a value {brief(kind)}; there are {there}"
        elif kind in spec.tables and not _pointed_at(spec, kind):
            yield (
                f"writes.{tool}.args.{name}",
                f"nobody can point at a {kind}: it has an owner, and tables.{spec.user}.lists has no list of such",
            )
    if write.returns and write.returns not in spec.tables:
        yield f"writes.{tool}.returns", f"there is no table {brief(write.returns)}"


def _word_flaws(where: str, asked: Write | Never) -> Iterator[Flaw]:
    """A word by which nobody would know the request again."""
    if asked.word.lower() not in asked.topic.lower():
        yield f"{where}.word", f"{brief(asked.word)} is no word of the topic, {brief(asked.topic)}"


def _pointed_at(spec: Declared, name: str) -> bool:
    """Whether users can point at records of a table: their own ones, parts of others, and those of nobody."""
    within = {part for table in spec.tables.values() for part in table.parts.values()}
    return not spec.tables[name].owner or name in {*spec.tables[spec.user].lists.values(), *within}


def _template_flaws(spec: Declared, tool: str, key: str) -> Iterator[Flaw]:
    """Names in braces that stand for nothing."""
    write = spec.writes[tool]
    text = getattr(write, key)
    about = spec.tables.keys() & set(write.kinds.values())
    fields = {f"{{{one}.field}}" for one in (("result",) if key == "report" else about)}
    known = ", ".join(sorted({f"{{{one}}}" for one in (*about, *write.kinds)} | fields))
    for hole in HOLE.findall(text):
        name, dot, _ = hole.partition(".")
        if f"{{{name}{'.field' if dot else ''}}}" not in known:
            yield f"writes.{tool}.{key}", f"{{{hole}}} is none of {known}"
    if set(HOLE.sub("", text)) & set("{}"):
        yield f"writes.{tool}.{key}", "a brace stands alone: write {argument}, {table} or {table.attribute}"


def _clause_flaws(spec: Declared, tool: str) -> Iterator[Flaw]:
    write = spec.writes[tool]
    about = {spec.user, *write.kinds.values()}
    about |= {name for name, table in spec.tables.items() if set(table.parts.values()) & about}
    for index, clause in enumerate(write.clauses):
        for key, text in (("check", clause.check), ("when", clause.when)):
            where = f"writes.{tool}.clauses.{index}.{key}"
            if not text:
                continue
            try:
                found = condition(text, frozenset({*spec.tables, ARGS}), spec.today)
            except ValueError as error:
                yield where, str(error)
                continue
            for side in found.sides:
                if side.table == ARGS and side.attribute not in write.kinds:
                    yield where, f"{tool} has no argument {side.attribute}"
                elif side.table != ARGS and side.table not in about:
                    yield where, f"no argument of {tool} is a {side.table}"


def file(declaration: Path, name: str, where: str) -> Path:
    """A file that a declaration names, beside it.

    Raises:
        ConfigError: There is none.
    """
    path = (declaration.parent / name).resolve()
    if not path.is_file():
        raise ConfigError(f"{declaration}: {where} = {brief(name)}: there is no file {path}. Mend that; {_WORKS}.")
    return path
