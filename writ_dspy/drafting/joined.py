"""How the tools hang together with the tables: which read shows what, who the users are, whose records are whose, what lies within what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from writ_dspy.domains.declared.lenses import flat
from writ_dspy.drafting.calls import Tool, Tried
from writ_dspy.drafting.records import SURE, Found, Record, singular
from writ_dspy.task import Json


@dataclass
class Shown:
    """A table as the tools show it."""

    found: Found
    read: str = ""
    rows: list[Record] = field(default_factory=list)
    """What its read shows, or the records within those of another table, with plain fields only."""
    whole: list[Record] = field(default_factory=list)
    """The same as they were shown."""
    parts: dict[str, str] = field(default_factory=dict)
    """Field that holds records -> the table that they are of, as a declaration calls it."""
    lists: dict[str, str] = field(default_factory=dict)
    owner: str = ""
    identify: dict[str, tuple[str, ...]] = field(default_factory=dict)
    search: dict[str, dict[str, str]] = field(default_factory=dict)
    """Tool -> argument -> `one` or `several`."""

    @property
    def name(self) -> str:
        """As a declaration calls it."""
        return self.found.name


@dataclass
class Joined:
    """All of it."""

    tables: dict[str, Shown]
    """By what a declaration calls them; those that a tool shows."""
    user: str
    """The table of the users; empty where nobody is looked up."""
    unseen: list[str]
    """Tables of the state that no tool shows."""


def joined(found: Mapping[str, Found], tools: Sequence[Tool]) -> Joined:
    """What the calls show."""
    shown = {part: Shown(one) for part, one in found.items()}
    reads = [tool for tool in tools if not tool.writes and tool.worked]
    for tool in reads:
        _read(tool, shown)
    for tool in reads:
        _looked_up(tool, shown)
    made: dict[str, Shown] = {}
    for one in shown.values():
        if one.read:
            _within(one, shown, made)
    every = {one.name: one for one in (*shown.values(), *made.values()) if one.read or one.rows}
    user = _user(every)
    for one in every.values():
        one.lists = {name: shown[part].name for name, part in one.found.lists.items() if shown[part].name in every and _has(one, name)}  # fmt: skip
        if user and one is not every[user]:
            mine = (name for name, part in one.found.references.items() if part == every[user].found.part)
            one.owner = next((name for name in mine if any(name in row for row in one.rows)), "")
    return Joined(every, user, [part for part, one in shown.items() if one.name not in every])


def _has(one: Shown, name: str) -> bool:
    return any(isinstance(record.get(name), list) for record in one.whole)


def _read(tool: Tool, shown: Mapping[str, Shown]) -> None:
    """A tool that shows the record whose id it takes; of two, the one that shows more."""
    if len(tool.pools) != 1:
        return
    (arg, pool) = next(iter(tool.pools.items()))
    if not pool.part or shown[pool.part].found.key != pool.field:
        return
    key, records = pool.field, [one.shown for one in tool.worked]
    whole = [one for one in records if isinstance(one, Mapping)]
    same = sum(isinstance(call.shown, Mapping) and call.shown.get(key) == call.call.args.get(arg) for call in tool.worked)  # fmt: skip
    if arg != key or same < SURE * len(records):
        return
    if _width(whole) > _width(shown[pool.part].whole):
        shown[pool.part].read, shown[pool.part].whole = tool.name, whole
        shown[pool.part].rows = [flat(one) for one in whole]


def _width(records: Sequence[Record]) -> int:
    return len({name for record in records for name in record})


def _looked_up(tool: Tool, shown: Mapping[str, Shown]) -> None:
    """A tool that finds a record by what it holds: a look-up that answers with one, or a search that answers with a list."""
    parts = {pool.part for pool in tool.pools.values()}
    if len(parts) != 1 or not tool.pools:
        return
    one = next((table for part, table in shown.items() if part in parts), None)
    if one is None or any(pool.field == one.found.key for pool in tool.pools.values()):
        return
    answers = [call.shown for call in tool.worked]
    if all(isinstance(answer, list) for answer in answers):
        if all(isinstance(row, Mapping) and row.get(one.found.key) in one.found.records for answer in answers for row in answer):  # fmt: skip
            one.search[tool.name] = {arg: _finds(calls) for arg, calls in _alone(tool).items() if arg in next(iter(one.found.records.values()))}  # fmt: skip
        return
    if all(_id_in(answer, one.found) for answer in answers) and not tool.others:
        one.identify[tool.name] = tuple(tool.pools)


def _alone(tool: Tool) -> Mapping[str, Sequence[Tried]]:
    return tool.others or ({next(iter(tool.pools)): tool.tried} if len(tool.pools) == 1 else {})


def _finds(calls: Sequence[Tried]) -> str:
    single = sum(isinstance(one.shown, list) and len(one.shown) == 1 for one in calls if one.worked)
    return "one" if single and single == sum(one.worked for one in calls) else "several"


def _id_in(answer: Json, found: Found) -> bool:
    """Whether an answer is an id of a table, or a record with one."""
    value = answer.get(found.key) if isinstance(answer, Mapping) else answer
    return isinstance(value, str) and value in found.records


def _within(one: Shown, shown: Mapping[str, Shown], made: dict[str, Shown]) -> None:
    """Records that are shown within those of a table: of another table of the state, or such as are nowhere else."""
    fields: dict[str, list[Record]] = {}
    for record in one.whole:
        for name, value in record.items():
            inner = list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else []
            if inner and all(isinstance(part, Mapping) for part in inner):
                fields.setdefault(name, []).extend(inner)
    for name, records in fields.items():
        home = next((other for other in shown.values() if other is not one and _of(records, other.found)), None)
        if home is None:
            key = _key(one, name)
            if not key:
                continue
            home = made.setdefault(name, Shown(Found(name, singular(name, key), key, {})))
        one.parts[name] = home.name
        if not home.read:
            home.whole += records
            home.rows += [flat(record) for record in records]


def _of(records: Sequence[Record], found: Found) -> bool:
    return all(record.get(found.key) in found.records for record in records)


def _key(one: Shown, name: str) -> str:
    """The field by which the records within one are told apart: a text that no two of them share."""
    held = [list(value.values()) if isinstance(value, Mapping) else value for record in one.whole if (value := record.get(name))]  # fmt: skip
    fields = [field for field, value in held[0][0].items() if isinstance(value, str)]
    sound = [field for field in fields if all(len({part.get(field) for part in box}) == len(box) for box in held)]
    return next((field for field in sound if field.endswith("id")), "")


def _user(tables: Mapping[str, Shown]) -> str:
    """The table whose records are looked up, and to which most others belong."""

    def weight(one: Shown) -> tuple[bool, int, int]:
        owned = sum(part == one.found.part for other in tables.values() for part in other.found.references.values())
        return bool(one.identify), owned, len(one.found.lists)

    best = max(tables.values(), key=weight, default=None)
    return best.name if best is not None and best.identify and best.read else ""
