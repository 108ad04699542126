"""What does not fit together in a declaration: names of what is not declared, by the path of the key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains.declared.conditions import ARGS, OPPOSITE, SAID, SAYS, Side, condition, leaves, operand
from writ_dspy.domains.declared.model import SEVERAL, Batch, Declared, Like, Never, Table, Value, Write
from writ_dspy.errors import brief

HOLE = re.compile(r"\{([\w.]+)\}")
_TOLD = (ARGS, SAYS)
Flaw = tuple[str, str]
"""The path of a key, and what is wrong there."""


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
    yield from _value_flaws(spec)
    for tool in spec.writes:
        yield from _write_flaws(spec, tool)
        yield from _clause_flaws(spec, tool)
        yield from _word_flaws(f"writes.{tool}", spec.writes[tool])
        yield from (flaw for key in ("details", "report") for flaw in _template_flaws(spec, tool, key))
        yield from _unlisted_flaws(spec, tool)
        yield from _found_flaws(spec, tool, spec.writes[tool])
    for index, never in enumerate(spec.never):
        yield from _word_flaws(f"never.{index}", never)
        if never.about and never.about not in spec.tables:
            yield f"never.{index}.about", f"there is no table {brief(never.about)}"


def _value_flaws(spec: Declared) -> Iterator[Flaw]:
    for name, value in spec.values.items():
        if name in spec.tables:
            yield f"values.{name}", "there is a table of that name: give one of them another"
        if value.fields:
            yield from _field_flaws(spec, name, value)
            continue
        for index, one in enumerate(value.of):
            if isinstance(one, dict):
                yield f"values.{name}.of.{index}", "it has several parts: name them in `fields`"
        if value.like:
            yield f"values.{name}.like", "a single value is no record's: name its parts in `fields`"
        for source in value.own:
            if source.partition(".")[0] != spec.user:
                yield (
                    f"values.{name}.own.{source}",
                    f"only a field of {spec.user} can stand for it, as in {spec.user}.field",
                )
        if not value.of and not value.own:
            yield f"values.{name}.of", "nobody can ask for any: list its values"


def _field_flaws(spec: Declared, name: str, value: Value) -> Iterator[Flaw]:
    """Of a value with fields."""
    for source in value.own:
        if source != spec.user:
            yield f"values.{name}.own.{source}", f"only the record of {spec.user} can stand for it"
    for table in value.like:
        if table not in _own(spec):
            yield f"values.{name}.like.{table}", f"it is none of the tables that tables.{spec.user}.lists names"
    for index, one in enumerate(value.of):
        if not isinstance(one, dict) or set(one) != set(value.fields):
            yield f"values.{name}.of.{index}", f"it has to have exactly the fields {', '.join(value.fields)}"
    if not (value.of or value.own or value.like):
        yield f"values.{name}.of", "nobody can ask for any: list its values"


def _table_flaws(spec: Declared, name: str) -> Iterator[Flaw]:
    table = spec.tables[name]
    for kind in ("lists", "parts", "refers"):
        for field, other in getattr(table, kind).items():
            if other not in spec.tables:
                yield (
                    f"tables.{name}.{kind}.{field}",
                    f"there is no table {brief(other)}; tables are {', '.join(sorted(spec.tables))}",
                )
    together = any(one.of for arguments in table.search.values() for one in arguments.values())
    if not (table.read or together) and not any(name in one.parts.values() for one in spec.tables.values()):
        yield f"tables.{name}.read", "no tool shows its records, and no other table has them as parts"
    if set(HOLE.sub("", table.name)) & set("{}") or "." in "".join(HOLE.findall(table.name)):
        yield f"tables.{name}.name", "only {field} stands in it, with a field of the record"
    if table.takes and not any(name in one.refers.values() for one in spec.tables.values()):
        yield f"tables.{name}.takes", "no other table refers to its records, so nobody knows what to read them by"
    yield from _search_flaws(spec, name, table)
    yield from _provided_flaws(name, table)
    yield from _text_flaws(spec, name, table)
    yield from _later_flaws(spec, name, table)
    for index, limit in enumerate(table.among):
        for field, wanted in limit.where.items():
            at, dot, _ = str(wanted).partition(".")
            if dot and at in spec.tables and at != spec.user:
                yield f"tables.{name}.among.{index}.where.{field}", f"only fields of {spec.user} can be compared with"


def _search_flaws(spec: Declared, name: str, table: Table) -> Iterator[Flaw]:
    """Of searches by several arguments together."""
    every = [(tool, field, one) for tool, arguments in table.search.items() for field, one in arguments.items()]
    together = [field for _, field, one in every if one.of]
    for tool, field, one in every:
        at = f"tables.{name}.search.{tool}.{field}"
        value = spec.values.get(one.of)
        if one.of and (value is None or not value.of or value.fields):
            yield f"{at}.of", f"{brief(one.of)} is no value with an `of`"
        if together and not one.of:
            yield f"{at}.of", f"{together[0]} has one: arguments are searched by together, or one at a time"
        if one.through and not one.of:
            yield f"{at}.through", "values in a row are those of a value: name it in `of`"
    if together and len({frozenset(arguments) for arguments in table.search.values()}) > 1:
        yield f"tables.{name}.search", "all tools of a table that are searched together take the same arguments"
    used = [tool for tool, write in spec.writes.items() if name in write.kinds.values()]
    if together and used and not table.read:
        yield (
            f"writes.{used[0]}.args",
            f"a {name} is shown by searches alone: it can be asked about, and no write takes it",
        )


def _provided_flaws(name: str, table: Table) -> Iterator[Flaw]:
    """Of what has to hold before a value counts."""
    for field, one in table.attributes.items():
        if not one.provided:
            continue
        try:
            found = condition(f"{name}.{one.provided}", frozenset({name}))
            plain = isinstance(found.left, Side) and not isinstance(found.right, (tuple, Side))
        except ValueError:
            plain = False
        if not plain:
            yield f"tables.{name}.attributes.{field}.provided", "it is a field compared with a constant: `seats >= 1`"


def _later_flaws(spec: Declared, name: str, table: Table) -> Iterator[Flaw]:
    """Of what is after today."""
    for field, one in table.attributes.items():
        if one.later and (one.type != "date" or spec.today is None):
            yield f"tables.{name}.attributes.{field}.later", "it takes an attribute of the type `date`, and `today`"


def _text_flaws(spec: Declared, name: str, table: Table) -> Iterator[Flaw]:
    """Of answers that are no JSON."""
    for tool, text in table.texts.items():
        if tool not in (
            table.read,
            table.listed,
            *table.search,
            *(t for t, w in spec.writes.items() if w.returns == name),
        ):
            yield f"tables.{name}.texts.{tool}", "it neither shows, lists, searches nor returns records of this table"
        for field, pattern in text.fields.items():
            if re.compile(pattern).groups != 1:
                yield f"tables.{name}.texts.{tool}.fields.{field}", "it has to have one group, which is the value"


def _write_flaws(spec: Declared, tool: str) -> Iterator[Flaw]:
    write = spec.writes[tool]
    yield from _argument_flaws(spec, tool, write)
    for name, text in write.worked.items():
        yield from _operand_flaws(spec, write, f"writes.{tool}.args.{name}", text)
    for name, like in write.alike.items():
        yield from _like_flaws(spec, write, f"writes.{tool}.args.{name}", like)
    for index, told in enumerate(write.tells):
        yield from _operand_flaws(spec, write, f"writes.{tool}.tells.{index}.value", told.value)
    yield from _said_flaws(spec, tool, write)
    for side, becomes in write.effects.items():
        yield from _operand_flaws(spec, write, f"writes.{tool}.effects.{side}", side)
        if _leaves(spec, becomes):
            yield from _operand_flaws(spec, write, f"writes.{tool}.effects.{side}", becomes)
    yield from _own_flaws(spec, tool, write)
    if write.returns and write.returns not in spec.tables:
        yield f"writes.{tool}.returns", f"there is no table {brief(write.returns)}"


def _said_flaws(spec: Declared, tool: str, write: Write) -> Iterator[Flaw]:
    """What the user says beside the arguments that is no value."""
    there = [name for name, one in spec.values.items() if one.of and not one.fields]
    for name, kind in write.says.items():
        if kind not in there:
            said = f"what a user says is a value with an `of`; there are {', '.join(there) or 'none'}"
            yield f"writes.{tool}.says.{name}", f"{brief(kind)} is none: {said}"
        elif kind in write.kinds.values() or list(write.says.values()).count(kind) > 1:
            yield f"writes.{tool}.says.{name}", f"{kind} is asked for already: nobody could tell which of them is meant"


def _argument_flaws(spec: Declared, tool: str, write: Write) -> Iterator[Flaw]:
    """Arguments that are nothing that is declared."""
    for name, kind in write.kinds.items():
        if kind not in spec.tables and kind not in spec.values:
            there = ", ".join(sorted({*spec.tables, *spec.values}))
            yield f"writes.{tool}.args.{name}", f"there is neither a table nor a value {brief(kind)}; there are {there}"
        elif kind in spec.values and spec.values[kind].fields:
            yield (
                f"writes.{tool}.args.{name}",
                f"{kind} has several parts: name the one that goes here, as in {kind}.{spec.values[kind].fields[0]}",
            )
        elif kind in spec.tables and not _pointed_at(spec, kind):
            yield (
                f"writes.{tool}.args.{name}",
                f"nobody can point at a {kind}: it has an owner, and tables.{spec.user}.lists has no list of such",
            )
    for name, kinds in write.args.items():
        if isinstance(kinds, tuple) and len(kinds) > 1 and kinds[1:] != (SEVERAL,):
            yield f"writes.{tool}.args.{name}", f"a list is [{kinds[0]}] or [{kinds[0]}, {SEVERAL}]"


def _own_flaws(spec: Declared, tool: str, write: Write) -> Iterator[Flaw]:
    """What a user may make of a write: limits, and batches."""
    for index, only in enumerate(write.only):
        at = f"writes.{tool}.only.{index}.check"
        try:
            found = condition(only.check, _sides(spec), spec.today)
        except ValueError as error:
            yield at, str(error)
            continue
        if found.right != SAID:
            yield at, f"what the user names is called `{SAID}`, as in {found.left} {found.op} {SAID}"
        yield from _side_flaws(spec, write, at, found.sides)
    mine = _own(spec)
    if write.batch and not any(kind in mine for kind in write.kinds.values()):
        yield f"writes.{tool}.batch", f"no argument is one of the records that tables.{spec.user}.lists names"
    if write.batch:
        yield from _word_flaws(f"writes.{tool}.batch", write.batch)


def _like_flaws(spec: Declared, write: Write, at: str, like: Like) -> Iterator[Flaw]:
    """Of a record that is like another one."""
    if like.like not in write.kinds.values():
        yield f"{at}.like", f"no argument of it is a {like.like}"
    if not any(like.table in table.parts.values() for table in spec.tables.values()):
        yield f"{at}.table", f"no table has {like.table} among its parts"


def _leaves(spec: Declared, text: str) -> tuple[Side, ...]:
    """The fields that a text names."""
    return tuple(leaves(operand(text, _sides(spec))))


def _operand_flaws(spec: Declared, write: Write, at: str, text: str) -> Iterator[Flaw]:
    """Of what is worked out of fields."""
    sides = _leaves(spec, text)
    if not sides:
        yield at, f"{brief(text)} names no field: write table.field, value.field or args.name, and + - * between them"
    yield from _side_flaws(spec, write, at, sides)


def _sides(spec: Declared) -> frozenset[str]:
    return frozenset({*spec.tables, *(name for name, value in spec.values.items() if value.fields), *_TOLD})


def _side_flaws(spec: Declared, write: Write, at: str, sides: Sequence[Side]) -> Iterator[Flaw]:
    """Fields of what a write is not about."""
    groups = {text.partition(".")[0] for text in write.worked.values()}
    about = {spec.user, *write.kinds.values(), *(groups & spec.values.keys())}
    about |= {name for name, table in spec.tables.items() if set(table.parts.values()) & about}
    about |= {other for name in about & spec.tables.keys() for other in spec.tables[name].refers.values()}
    for side in sides:
        if side.table == ARGS and side.attribute not in write.args:
            yield at, f"it has no argument {side.attribute}"
        elif side.table == SAYS and side.attribute not in write.says:
            yield at, f"its `says` has no {side.attribute}; there are {', '.join(write.says) or 'none'}"
        elif side.table in spec.values and side.attribute not in spec.values[side.table].fields:
            yield at, f"{side.table} has no field {side.attribute}; it has {', '.join(spec.values[side.table].fields)}"
        elif side.table not in {*_TOLD, *about}:
            yield at, f"no argument of it is a {side.table}"


def _word_flaws(where: str, asked: Write | Never | Batch) -> Iterator[Flaw]:
    """A word by which nobody would know the request again."""
    if asked.word.lower() not in asked.topic.lower():
        yield f"{where}.word", f"{brief(asked.word)} is no word of the topic, {brief(asked.topic)}"


def _pointed_at(spec: Declared, name: str) -> bool:
    """Whether users can point at records of a table: their own ones, parts of others, and those of nobody."""
    within = {part for table in spec.tables.values() for part in table.parts.values()}
    return not spec.tables[name].owner or name in {*_own(spec), *within}


def _own(spec: Declared) -> set[str]:
    """Tables of records that a user has."""
    return {*spec.tables[spec.user].lists.values(), *(name for name, table in spec.tables.items() if table.listed)}


def _template_flaws(spec: Declared, tool: str, key: str) -> Iterator[Flaw]:
    """Names in braces that stand for nothing."""
    write = spec.writes[tool]
    text = getattr(write, key)
    about = spec.tables.keys() & set(write.kinds.values())
    groups = {text.partition(".")[0] for text in write.worked.values()} & spec.values.keys()
    fields = {f"{{{one}.field}}" for one in (("result",) if key == "report" else about)}
    parts = {f"{{{one}.{part}}}" for one in groups for part in spec.values[one].fields}
    known = ", ".join(sorted({f"{{{one}}}" for one in (*about, *write.args, *groups)} | fields | parts))
    for hole in HOLE.findall(text):
        name, dot, _ = hole.partition(".")
        if f"{{{name}{'.field' if dot else ''}}}" not in known and f"{{{hole}}}" not in parts:
            yield (
                f"writes.{tool}.{key}",
                f"{{{hole}}} is none of {known}; an argument goes by the name that it has in `args`, which is the tool's own",
            )
    if set(HOLE.sub("", text)) & set("{}"):
        yield f"writes.{tool}.{key}", "a brace stands alone: write {argument}, {table} or {table.attribute}"


def _unlisted_flaws(spec: Declared, tool: str) -> Iterator[Flaw]:
    """Arguments that are not put to the user: any yes would be a yes to them."""
    write = spec.writes[tool]
    listed = {hole.partition(".")[0] for hole in HOLE.findall(write.details)}
    for name, kind in write.kinds.items():
        if kind != spec.user and not listed & {name, *({kind} & spec.tables.keys())}:
            yield f"writes.{tool}.details", f"{{{name}}} is missing: it lists every argument but the user"


def _found_flaws(spec: Declared, tool: str, write: Write) -> Iterator[Flaw]:
    """A write that a single read settles, since that finds the user and shows all else."""
    user = spec.tables[spec.user]
    about = {name: kind for name, kind in write.kinds.items() if kind in spec.tables}
    shown = {spec.user, *user.parts.values()}
    if {*user.identify} == {user.read} and about and {*about.values()} <= shown and not user.refers:
        name, kind = list(about.items())[-1]
        instead = f", or give {kind} a `read` and list its ids in tables.{spec.user}.lists" if kind != spec.user else ""
        yield (
            f"writes.{tool}.args.{name}",
            f"{user.read} alone finds the user and shows all that it is about, and a task takes two reads or more: let a look-up tool find the user{instead}",
        )


def _clause_flaws(spec: Declared, tool: str) -> Iterator[Flaw]:
    write = spec.writes[tool]
    for index, clause in enumerate(write.clauses):
        for key, text in clause.conditions.items():
            where = f"writes.{tool}.clauses.{index}.{key}"
            try:
                found = condition(text, _sides(spec), spec.today)
            except ValueError as error:
                yield where, str(error)
                continue
            if key == "when" and found.op not in OPPOSITE and any(side.table not in _TOLD for side in found.sides):
                yield where, f"`{found.op}` stands in a `when` only for an argument that the user says"
            yield from _side_flaws(spec, write, where, found.sides)
