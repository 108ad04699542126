"""A declaration written from what was found: tables, values and writes with mechanical phrases, and what is left for a person to do."""

# Longer than 400 lines by a few: a draft is put together in one order, and each step rests on the one before.

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from writ_dspy import patterns as re
from writ_dspy.domains.declared.conditions import ARGS, Side
from writ_dspy.domains.domain import MONEY
from writ_dspy.drafting.calls import Pool, Prober, Tool, Tried
from writ_dspy.drafting.clauses import Ground, grounds
from writ_dspy.drafting.joined import Joined, Shown, joined
from writ_dspy.drafting.material import Material
from writ_dspy.drafting.records import Found, plural, shape, tables
from writ_dspy.drafting.words import deed, done_of, words
from writ_dspy.examine.declaring import sentences
from writ_dspy.shown import counted
from writ_dspy.task import Call, Json
from writ_dspy.verify.refusals import own_words

MOST_VALUES, SOME = 40, 12
"""Values of an argument that are listed; of more, so many are, to be chosen from."""
FEW = 8
"""Values of a field that are few enough for a choice to be limited to one."""
LONG = 48
"""Letters from which on nobody points at a record by a text."""
ALTERS = ("set", "change", "update", "modify", "edit", "adjust", "move", "switch")
"""Verbs of what a record has, not of the record."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:T.*)?")
_CODE = re.compile(r"[a-z]+(?:_[a-z]+)+")
_SAID_DAY = re.compile(r"\b(January|February|March|April|May|June|July|August|September|October|November|December) (\d{1,2}),? (\d{4})|\b(\d{4}-\d\d-\d\d)\b")  # fmt: skip
_TODAY = re.compile(r"(?i)\b(?:today|current|now|date|it is)\b")
_STATE = re.compile(r"(?i)\b(?:status|state)$")


@dataclass
class Drafted:
    """A declaration as plain values, and what it lacks."""

    spec: dict[str, Any]
    todos: list[str]
    sentences: list[str]
    """Of the policy, to be made clauses, or covered."""
    notes: dict[str, list[str]] = field(default_factory=dict)
    """Write -> comments on it: refusals that no one field explains."""

    def add(self, tool: str, clause: dict[str, Any]) -> None:
        """One more clause of a write; where there is one of the same condition, that stands for the sentence, too."""
        there = self.spec["writes"][tool].setdefault("clauses", [])
        same = next(
            (one for one in there if (one["check"], one.get("when")) == (clause["check"], clause.get("when"))), None
        )
        if same is None:
            there.append(clause)
        else:
            same["policy"] = clause["policy"]


@dataclass
class _Desk:
    """What was found."""

    material: Material
    found: Mapping[str, Found]
    tools: Mapping[str, Tool]
    joined: Joined
    today: str
    todos: list[str] = field(default_factory=list)
    reads: dict[tuple[str, str], Mapping[str, Json]] = field(default_factory=dict)
    """Records by table and id, as they were read."""

    def table(self, pool: Pool) -> Shown | None:
        """The table whose records an argument names."""
        if pool.part and pool.names_a_record(self.found):
            return next((one for one in self.joined.tables.values() if one.found.part == pool.part), None)
        return next((one for one in self.joined.tables.values() if one.found.key == pool.field and not one.found.records), None)  # fmt: skip

    @property
    def user(self) -> Shown:
        """The users' table."""
        return self.joined.tables[self.joined.user]

    def own(self, one: Shown) -> bool:
        """Whether a user's record lists such records."""
        return one.name in self.user.lists.values()

    def pointed_at(self, one: Shown) -> bool:
        """Whether users can point at its records: their own, parts of others, and those of nobody."""
        within = {part for other in self.joined.tables.values() for part in other.parts.values()}
        return not one.owner or one.name in within or self.own(one)


def drafted(material: Material, name: str) -> Drafted:
    """A declaration of tools and data.

    Args:
        material: What it is about.
        name: What the domain is called.
    """
    found = tables(material.tables)
    prober = Prober(material, found)
    tools = {tool: prober.tool(tool) for tool in material.tools}
    desk = _Desk(material, found, tools, joined(found, list(tools.values())), _today(material.policy))
    desk.todos.extend(material.todos)
    spec: dict[str, Any] = {"domain": name, "tools": {}}
    for key, value in material.declared.items():
        (spec if key in ("data", "policy") else spec["tools"])[key] = value
    spec |= {"today": desk.today} if desk.today else {}
    spec |= {"transfer": transfer} if (transfer := _transfer(desk)) else {}
    _say_what_lacks(desk)
    if not desk.joined.user:
        return Drafted(spec, desk.todos, sentences(material.policy))
    spec["user"] = desk.joined.user
    spec["tables"] = {one.name: _table(desk, one) for one in _needed(desk)}
    values: dict[str, Any] = {}
    notes: dict[str, list[str]] = {}
    writes = {tool.name: _write(desk, tool, values, notes) for tool in tools.values() if tool.writes}
    spec |= {"values": values} if values else {}
    spec["writes"] = {tool: write for tool, write in writes.items() if write is not None}
    return Drafted(spec, desk.todos, sentences(material.policy), notes)


def _today(policy: str) -> str:
    """The day that a policy names as today."""
    for line in sentences(policy):
        match = _SAID_DAY.search(line) if _TODAY.search(line) else None
        if match:
            return match[4] or dt.datetime.strptime(f"{match[1]} {match[2]} {match[3]}", "%B %d %Y").date().isoformat()
    return ""


def _transfer(desk: _Desk) -> dict[str, str]:
    """A tool that only takes a text and changes nothing, and the sentence that policy prescribes for it."""
    for tool in desk.tools.values():
        if tool.writes or not tool.pools or not all(pool.free for pool in tool.pools.values()) or len(tool.pools) != 1:
            continue
        place = desk.material.policy.find(tool.name)
        quoted = re.search(r"['\"‘“](\S[^'\"’”\n]{8,}[.!?])['\"’”]", desk.material.policy[place:]) if place >= 0 else None  # fmt: skip
        if quoted:
            return {"tool": tool.name, "text": quoted[1]}
        desk.todos.append(f"transfer: if {tool.name} hands a user over to a human, declare `transfer: {{tool: {tool.name}, text: …}}`")  # fmt: skip
    return {}


def _say_what_lacks(desk: _Desk) -> None:
    """What no declaration can be made of as it is."""
    todos, state = desk.todos, desk.material.state
    for part, held in state.items():
        if part in desk.material.tables and part not in desk.found:
            todos.append(f"data: the records of {part} do not hold their own ids; give each one a field with it")
        elif isinstance(held, list) and held and all(isinstance(one, Mapping) for one in held):
            todos.append(f"data: {part} is a list; hold its records by their ids, so that it is a table")
    if not desk.joined.user:
        todos.append("user: no tool was found that answers a value of somebody's record with their id; declare `user` and `tables.….identify`")  # fmt: skip
    todos += [f"tables: no tool shows a record of {part} by its id, and no other record holds one; it is left out" for part in desk.joined.unseen]  # fmt: skip
    for tool in desk.tools.values():
        if not tool.worked and tool.name not in desk.material.stateless:
            todos.append(f"tools.{tool.name}: no call of it was found that works, so whether it reads or writes is not known")  # fmt: skip


def _needed(desk: _Desk) -> Iterator[Shown]:
    """Tables that can be declared; the users' first."""
    yield desk.user
    for one in desk.joined.tables.values():
        if one is desk.user:
            continue
        if one.owner and one.read and not desk.own(one) and not desk.pointed_at(one):
            desk.todos.append(f"tables.{one.name}: it belongs to a {desk.user.name}, whose record does not list its ids; users can point at one only if {desk.user.read} shows such a list")  # fmt: skip
        yield one


# ----------------------------------------------------------------------------- tables


def _table(desk: _Desk, one: Shown) -> dict[str, Any]:
    """What is declared of a table; what it has none of is left out."""
    noun = words(one.name)
    ids = one.found.ids or [str(row[one.found.key]) for row in one.rows if one.found.key in row]
    form = shape(ids)
    if not form and one.found.records:
        desk.todos.append(f"tables.{one.name}.id: its ids have no one form; write a pattern for them, or make-believe ids go unseen")  # fmt: skip
    mine = one is desk.user
    attributes = _of_user(desk) if mine else dict(_attributes(desk, one))
    found = {
        "noun": noun, "plural": plural(noun), "key": one.found.key, "id": form, "read": one.read,
        "identify": {tool: list(fields) for tool, fields in one.identify.items()} if mine else {},
        "owner": one.owner, "lists": one.lists, "parts": one.parts, "search": {} if mine or one.owner else _searches(one),
        "name": "" if mine else _named(one, attributes), "attributes": attributes, "among": _limits(desk, one, attributes),
    }  # fmt: skip
    return {key: value for key, value in found.items() if value}


def _searches(one: Shown) -> dict[str, Any]:
    noun = words(one.name)
    return {
        tool: {arg: {"say": _sought(noun, arg, finds), "finds": finds} for arg, finds in args.items()}
        for tool, args in one.search.items()
        if args
    }


def _named(one: Shown, attributes: Mapping[str, Any]) -> str:
    """With the text that tells its records apart best."""
    titles = [name for name, about in attributes.items() if about.get("type", "text") == "text" and about.get("point")]
    title = max(titles, key=lambda name: len({row.get(name) for row in one.rows}), default="")
    return f"{words(one.name)} {{{one.found.key}}} ({{{title}}})" if title else ""


def _limits(desk: _Desk, one: Shown, attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Of records within others: texts that are few enough for a choice to be limited to one."""
    if one.name not in {part for other in desk.joined.tables.values() for part in other.parts.values()}:
        return []
    few = [name for name in attributes if 1 < len({str(row.get(name)) for row in one.rows}) <= FEW and _typed(name, one) == "text"]  # fmt: skip
    return [_limit(name) for name in few[:2]]


def _sought(noun: str, arg: str, finds: str) -> str:
    return f"{'the' if finds == 'one' else 'any'} {noun} with the {words(arg)} {{}}"


def _limit(name: str) -> dict[str, Any]:
    return {"where": {name: "said"}, "say": f"but only one with the {words(name)} {{}}"}


def _of_user(desk: _Desk) -> dict[str, Any]:
    """What a user is found by; and what is counted or paid, as clauses are about that."""
    one = desk.user
    found: dict[str, Any] = {name: {"noun": words(name)} for fields in one.identify.values() for name in fields}
    for name in dict.fromkeys(key for row in one.rows for key in row):
        kind = _typed(name, one)
        if name not in found and kind in ("money", "count") and not desk.found[one.found.part].references.get(name):
            found[name] = {"type": kind} | (_unit(words(name)) if kind == "count" else {})
    return found


def _attributes(desk: _Desk, one: Shown) -> Iterator[tuple[str, dict[str, Any]]]:
    """Fields that people speak of; which of them a user would know is for a person to say."""
    noun = words(one.name)
    ids = {key for other in desk.found.values() for key in other.records}
    for name in dict.fromkeys(key for row in one.rows for key in row):
        values = [row[name] for row in one.rows if name in row]
        if name in (one.found.key, one.owner) or any(isinstance(value, str) and value in ids for value in values):
            continue
        kind, called = _typed(name, one), words(name)
        about: dict[str, Any] = {} if kind == "text" else {"type": kind}
        spoken = bool(desk.own(one) or not one.read)
        several = len({str(value) for value in values}) > 1
        if kind in ("text", "date") and several and spoken and max(len(str(value)) for value in values) <= LONG:
            about["point"] = f"the {noun} of {{}}" if kind == "date" else f"the {noun} with the {called} {{}}"
        if kind in ("date", "money", "count") and several and spoken:
            low, high = ("earliest", "latest") if kind == "date" else ("lowest", "highest")
            about |= {"least": f"the one with the {low} {called}", "most": f"the one with the {high} {called}"}
        if kind == "count":
            about |= _unit(called)
        if desk.own(one):
            about["ask"] = f"what its {called} is" if kind != "yes or no" else f"whether it is {called}"
        codes = {str(value): str(value).replace("_", " ") for value in values if isinstance(value, str) and _CODE.fullmatch(value)}  # fmt: skip
        plain = {str(value): str(value) for value in values if isinstance(value, str) and value.islower()}
        said = codes | (plain if _STATE.search(called) and len(plain) <= FEW else {})
        if said and len(said) <= FEW:
            about["words"] = dict(sorted(said.items()))
        if about and (spoken or kind != "text"):
            yield name, about


def _unit(called: str) -> dict[str, str]:
    """What is counted, where a field is named after that."""
    return {"unit": called.removesuffix("s")} if called.endswith("s") and not called.endswith("ss") else {}


def _typed(name: str, one: Shown) -> str:
    """How a field's values are said."""
    values = [row[name] for row in one.rows if name in row]
    if values and all(isinstance(value, bool) for value in values):
        return "yes or no"
    if values and all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        money = re.search(MONEY, name) or any(isinstance(v, float) and round(v, 2) == v and v != int(v) for v in values)
        return "money" if money and not re.search(r"(?i)rating|score|percent|rate$|km|hours", name) else "count"
    if values and all(isinstance(value, str) and _DAY.fullmatch(value) for value in values):
        return "date"
    return "text"


# ----------------------------------------------------------------------------- writes


def _write(desk: _Desk, tool: Tool, values: dict[str, Any], notes: dict[str, list[str]]) -> dict[str, Any] | None:
    kinds: dict[str, Any] = {}
    needed = desk.material.required(tool.name)
    for arg, pool in tool.pools.items():
        one = desk.table(pool)
        if arg not in needed and one is None:
            continue
        if one is None and pool.free:
            desk.todos.append(f"writes.{tool.name}: nothing in the data is like its argument {arg}; say in `values` what users may ask for there, and declare the write")  # fmt: skip
            return None
        if one is not None and not desk.pointed_at(one):
            desk.todos.append(f"writes.{tool.name}: nobody can point at the {one.name} that it takes as {arg}; declare the write when they can")  # fmt: skip
            return None
        kind = one.name if one is not None else _value(desk, arg, pool, values)
        kinds[arg] = [kind] if pool.listed else kind
    description = str(desk.material.tools[tool.name].get("description", ""))
    do, plain = deed(tool.name, description, words(desk.joined.user)), words(tool.name)
    done = done_of(tool.name)
    write: dict[str, Any] = {"do": do, "topic": f"the {plain} request", "word": plain.split()[-1], "done": done}
    write["args"] = kinds
    clauses, left = _clauses(desk, tool, kinds)
    write |= {"clauses": clauses} if clauses else {}
    if left:
        notes[tool.name] = left
        desk.todos.append(f"writes.{tool.name}.clauses: the tool refuses for what no one field tells (see the comments there); add the clauses")  # fmt: skip
    write |= _said(desk, kinds, do, done)
    returned = _returns(desk, tool)
    return write | ({"returns": returned} if returned else {})


def _value(desk: _Desk, arg: str, pool: Pool, values: dict[str, Any]) -> str:
    """The name of what an argument can be; declared where it is new."""
    listed = list(dict.fromkeys(pool.values))
    listed = listed if len(listed) <= MOST_VALUES else listed[:SOME]
    known = next((name for name, one in values.items() if one["of"] == listed), None)
    if known is not None:
        return known
    name = arg if arg not in desk.joined.tables and arg not in values else f"{arg}_value"
    about: dict[str, Any] = {"noun": words(arg), "of": listed, "say": f"the {words(arg)} should be {{}}"}
    codes = {str(one): str(one).replace("_", " ") for one in listed if isinstance(one, str) and _CODE.fullmatch(one)}
    if all(isinstance(one, bool) for one in listed):
        codes = {"true": "yes", "false": "no"}
    about |= {"words": codes} if codes else {}
    rows = desk.user.rows
    own = [field for field in desk.user.whole[0] if rows and all(row.get(field) in listed for row in rows) and not isinstance(rows[0].get(field), bool | int)]  # fmt: skip
    if own:
        about["own"] = {f"{desk.joined.user}.{own[0]}": f"the {words(arg)} should be my {words(own[0])}"}
    if len(pool.values) > MOST_VALUES:
        desk.todos.append(f"values.{name}: the first {SOME} of {len(pool.values)} values are listed; choose those that users ask for")  # fmt: skip
    values[name] = about
    return name


def _said(desk: _Desk, kinds: Mapping[str, Any], do: str, done: str) -> dict[str, str]:
    """What is proposed and reported: every argument but the user."""
    flat = {arg: kind[0] if isinstance(kind, list) else kind for arg, kind in kinds.items()}
    records = [(arg, kind) for arg, kind in flat.items() if kind in desk.joined.tables and kind != desk.joined.user]
    rest = [(arg, kind) for arg, kind in flat.items() if kind not in desk.joined.tables]
    named = [f"{{{kind}}}" for _, kind in records] + [f"the {words(arg)} {{{arg}}}" for arg, _ in rest]
    told = [f"{words(kind)} {{{arg}}}" for arg, kind in records] + [f"the {words(arg)} {{{arg}}}" for arg, _ in rest]
    if not named:
        return {"details": do, "report": f"I have {done} it as you asked."}
    if len(records) == len(rest) == 1 and do.split(maxsplit=1)[0] in ALTERS:
        (arg, kind), (value, _) = records[0], rest[0]
        return {"details": f"{do}: {', '.join(named)}", "report": f"The {words(value)} of {words(kind)} {{{arg}}} is {done} to {{{value}}}."}  # fmt: skip
    first = told[0][:1].upper() + told[0][1:]
    more = f", with {' and '.join(told[1:])}" if len(told) > 1 else ""
    return {"details": f"{do}: {', '.join(named)}", "report": f"{first} is {done}{more}."}


def _returns(desk: _Desk, tool: Tool) -> str:
    """The table whose record the tool answers with; of several keys in the answer, that of the table most like it."""
    answers = [one.shown for one in tool.tried if one.worked]
    if not answers or not all(isinstance(answer, Mapping) for answer in answers):
        return ""
    best = ("", 0.0)
    for one in desk.joined.tables.values():
        fields = {name for record in one.whole for name in record}
        if one.read and all(answer.get(one.found.key) for answer in answers):
            alike = len(fields & answers[0].keys()) / len(fields | answers[0].keys())
            best = max(best, (one.name, alike), key=lambda item: item[1])
    return best[0] if best[1] > 0.6 else ""


# ----------------------------------------------------------------------------- clauses


def _clauses(desk: _Desk, tool: Tool, kinds: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    """Clauses that follow from the tool's own refusals, and what is to be said of the others."""
    sides = list(_sides(desk, kinds))
    found, left = [], []
    for ground in grounds(tool, sides, lambda one, side: _look(desk, kinds, one, side), desk.today):
        if ground.check:
            found.append({"check": ground.check, "because": _because(ground, f"the {words(tool.name)} request")})
        else:
            left.append(f"it refuses: {ground.because} ({ground.count} of {counted(len(tool.tried), 'call')})")
    return found, left


def _because(ground: Ground, topic: str) -> str:
    """What the tool says, where that has words of its own; else the condition in words."""
    if len(own_words(ground.because, topic)) > 1:
        return ground.because
    left, op, right = re.split(r" (is not|is|<=|>=|<|>) ", ground.check, maxsplit=1)
    table, _, attribute = left.partition(".")
    whose = f"the {words(attribute)} of the {words(table)}"
    if right.startswith(f"{ARGS}."):
        return f"{whose} is the same already" if op == "is not" else f"{whose} is a different one"
    if op == "is not":
        return f"{whose} must not be {right}"
    need = {"is": "be", "<": "be below", "<=": "be at most", ">": "be above", ">=": "be at least"}
    return f"{whose} has to {need[op]} {right}"


def _sides(desk: _Desk, kinds: Mapping[str, Any]) -> Iterator[Side]:
    yield from (Side(ARGS, arg) for arg in kinds)
    names = {kind[0] if isinstance(kind, list) else kind for kind in kinds.values()} & desk.joined.tables.keys()
    for name in sorted({*names, desk.joined.user}):
        one = desk.joined.tables[name]
        yield from (Side(name, field) for field in dict.fromkeys(key for row in one.rows for key in row) if field != one.found.key)  # fmt: skip
        yield from (Side(name, f"{field}_count") for field in one.lists)


def _look(desk: _Desk, kinds: Mapping[str, Any], one: Tried, side: Side) -> Json:
    """What a side comes to for one call, before it."""
    args = {arg: value[0] if isinstance(value, list) and value else value for arg, value in one.call.args.items()}
    if side.table == ARGS:
        return args.get(side.attribute)
    flat = {kind[0] if isinstance(kind, list) else kind: arg for arg, kind in kinds.items()}
    table = desk.joined.tables[side.table]
    key = args.get(flat[side.table]) if side.table in flat else _owner(desk, flat, args)
    record = _record(desk, table, key)
    if side.attribute.endswith("_count") and side.attribute.removesuffix("_count") in table.lists:
        held = record.get(side.attribute.removesuffix("_count"))
        return len(held) if isinstance(held, list) else None
    return record.get(side.attribute)


def _owner(desk: _Desk, kinds: Mapping[str, str], args: Mapping[str, Json]) -> Json:
    """The user to whom the record belongs that a call names."""
    for name, arg in kinds.items():
        one = desk.joined.tables.get(name)
        if one is not None and one.owner:
            return _record(desk, one, args.get(arg)).get(one.owner)
    return None


def _record(desk: _Desk, table: Shown, key: Json) -> Mapping[str, Json]:
    """A record as its read shows it; of one that only others show, as the state holds it."""
    if not isinstance(key, str):
        return {}
    known = desk.reads.get((table.name, key))
    if known is None:
        known = desk.reads[table.name, key] = _fresh(desk, table, key)
    return known


def _fresh(desk: _Desk, table: Shown, key: str) -> Mapping[str, Json]:
    if not table.read:
        return table.found.records.get(key, {})
    result = desk.material.world().call(Call.of(table.read, {table.found.key: key}))
    try:
        shown = json.loads(result.text)
    except ValueError:
        return {}
    return shown if isinstance(shown, Mapping) else {}
