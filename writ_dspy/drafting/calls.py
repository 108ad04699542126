"""Tools tried out with arguments that the data holds: what each argument names, what a call shows, and what it changes."""

from __future__ import annotations

import itertools
import json
import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from writ_dspy import patterns as re
from writ_dspy.drafting.material import Material
from writ_dspy.drafting.records import Found, leaves, shape
from writ_dspy.errors import DomainError
from writ_dspy.task import Call, Json

FIRST, SAMPLES = 8, 240
"""Calls of each way to fill the arguments; and calls of the way that works best."""
WAYS, GUESSES = 36, 6
"""Ways to fill the arguments of one tool that are tried, and fields for one argument."""
CLEARLY = 1.3
"""How much better a later way has to work than an earlier one, which is the likelier one."""
OTHERS = 0.5
"""Share of the calls in which what a record is to hold is drawn from another one of its table."""
SECONDS = 6.0
"""Most time for the calls of one tool."""
NEAR = 0.6
"""Share of the calls in which a second record is one that the first names, where there is one."""
FREE = "a note"
_QUOTED = re.compile(r"['\"‘“]([^'\"‘’“”\n]{1,40})['\"’”]")
_ID = re.compile(r"[#\w@.-]*\d[\w-]*")


@dataclass(frozen=True, slots=True)
class Pool:
    """Where the values of an argument come from."""

    part: str = ""
    """A table of the state, where they are of its records."""
    field: str = ""
    """A field of that table; its key, where the argument names a record."""
    values: tuple[Json, ...] = ()
    listed: bool = False
    """The tool takes a list of them."""
    free: bool = False
    """Nothing in the data is like it."""

    def names_a_record(self, tables: Mapping[str, Found]) -> bool:
        """Whether a value is an id."""
        return bool(self.part) and tables[self.part].key == self.field


@dataclass(frozen=True, slots=True)
class Tried:
    """One call on a state of its own."""

    call: Call
    text: str
    error: bool
    delta: Mapping[str, str] = field(repr=False, default_factory=dict)

    @property
    def shown(self) -> Json:
        """What it answered, as JSON; a text where it is none."""
        try:
            return json.loads(self.text)
        except ValueError:
            return self.text

    @property
    def worked(self) -> bool:
        """It answered with something."""
        return not self.error and self.text.strip() not in ("", "[]", "{}", "null", '""')


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool as it was found to be."""

    name: str
    pools: Mapping[str, Pool]
    """Of the arguments of the way that works best; those with a default only where they are needed to be answered."""
    tried: Sequence[Tried]
    others: Mapping[str, Sequence[Tried]] = field(default_factory=dict)
    """Calls with one argument alone that has a default, by its name."""

    @property
    def worked(self) -> list[Tried]:
        """Its calls that were answered."""
        return [one for one in (*self.tried, *itertools.chain(*self.others.values())) if one.worked]

    @property
    def writes(self) -> bool:
        """Whether a call changed something."""
        return any(one.delta for one in self.tried)


class Prober:
    """Calls tools; draws the same every time."""

    def __init__(self, material: Material, tables: Mapping[str, Found]) -> None:
        self._material, self._tables = material, tables
        self._held = {part: {key: _grouped(record) for key, record in one.records.items()} for part, one in tables.items()}  # fmt: skip
        self._columns = {part: _merged(held.values()) for part, held in self._held.items()}
        self._shapes = {part: re.compile(shape(one.records) or r"(?!)") for part, one in tables.items()}

    def tool(self, name: str) -> Tool:
        """What a tool does."""
        rng, end = random.Random(name), time.monotonic() + SECONDS
        about, needed = self._material.properties(name), self._material.required(name)
        best: tuple[int, Mapping[str, Pool], list[Tried]] = (-1, {}, [])
        guesses = {arg: self._guesses(arg, about[arg], arg in needed) for arg in about}
        for way in itertools.islice(itertools.product(*(guesses[arg] for arg in needed)), WAYS):
            pools = dict(zip(needed, way, strict=True))
            tried = list(self._calls(name, pools, FIRST, rng, end))
            works = sum(one.worked for one in tried)
            if best[0] < 0 or works > CLEARLY * best[0]:
                best = works, pools, tried
            if tried and works == len(tried):
                break
        others: dict[str, list[Tried]] = {}
        for arg in about:
            if arg not in needed:
                for pool in guesses[arg][:2]:
                    tried = list(self._calls(name, {**best[1], arg: pool}, FIRST * 2, rng, end))
                    if sum(one.worked for one in tried) * 2 > len(tried):
                        others[arg] = tried
                        break
        sampled = list(best[2])
        if any(one.delta for one in sampled) or best[0] * 2 < len(sampled):
            sampled += self._calls(name, best[1], SAMPLES, rng, end)
        elif best[0]:
            sampled += self._calls(name, best[1], FIRST * 2, rng, end)
        pools = dict(best[1]) | {arg: guesses[arg][0] for arg in others if guesses[arg]}
        return Tool(name, pools, sampled, others)

    # ------------------------------------------------------------------ arguments

    def _guesses(self, arg: str, about: Mapping[str, Json], needed: bool) -> list[Pool]:
        """What an argument may be, the likeliest first."""
        if about.get("type") == "array":
            inner = self._guesses(arg.removesuffix("s"), about.get("items", {}), needed)
            return [Pool(one.part, one.field, one.values, True, one.free) for one in inner]
        fixed = tuple(about.get("enum") or ((about["const"],) if "const" in about else ()))
        if fixed or about.get("type") == "boolean":
            home = next(iter(self._fields(arg, "")), Pool())
            return [Pool(home.part, home.field, fixed or (False, True))]
        kind = str(about.get("type", "string"))
        text = str(about.get("description", ""))
        said = _ID.findall(text)
        found = [self._ids(part) for part, one in self._tables.items() if kind == "string" and one.key == arg]
        found += [self._ids(part) for part in self._tables if kind == "string" and any(self._shapes[part].fullmatch(word) for word in said)]  # fmt: skip
        found += [self._ids(part) for part, one in self._tables.items() if kind == "string" and arg in (one.name, f"{one.name}_{one.key}")]  # fmt: skip
        fields = self._fields(arg, kind)
        quoted = tuple(dict.fromkeys(one for one in _QUOTED.findall(text) if not _ID.fullmatch(one)))
        if kind == "string" and len(quoted) > 1:
            home = next((one for one in fields if one.field == arg and set(one.values) & set(quoted)), Pool())
            found.append(Pool(home.part, home.field, tuple(dict.fromkeys((*quoted, *home.values)))))
        found += fields
        if needed and kind == "string" and not found:
            found += [Pool(values=(FREE,), free=True), *(self._ids(part) for part in self._tables)]
        if kind in ("integer", "number") and not found:
            found.append(Pool(values=(1, 2, 3), free=True))
        return (list(dict.fromkeys(found)) or [Pool(values=(FREE,), free=True)])[:GUESSES]

    def _ids(self, part: str) -> Pool:
        one = self._tables[part]
        return Pool(part, one.key, tuple(one.ids))

    def _fields(self, arg: str, kind: str) -> list[Pool]:
        """Fields of that name, then those whose name is a part of it, and those that it is a part of."""
        types = {"integer": (int, float), "number": (int, float), "string": (str,)}.get(kind, (str, int, float, bool))
        ranked: list[tuple[int, Pool]] = []
        for part, fields in self._columns.items():
            for name, values in fields.items():
                plain = tuple(one for one in values if isinstance(one, types) and (bool in types or not isinstance(one, bool)))  # fmt: skip
                near = 0 if name == arg else 1 if len(name) > 3 and arg.endswith(name) else 2 if len(arg) > 3 and arg in name else 3 if len(name) > 3 and name in arg else 9  # fmt: skip
                named = self._tables[part].references.get(name) or self._tables[part].lists.get(name)
                if plain and near < 9:
                    ranked.append((near, self._ids(named) if named else Pool(part, name, plain)))
        return [pool for _, pool in sorted(ranked, key=lambda one: one[0])]

    # ------------------------------------------------------------------ calls

    def _calls(self, tool: str, pools: Mapping[str, Pool], count: int, rng: random.Random, end: float) -> Iterator[Tried]:  # fmt: skip
        seen = set[str]()
        for _ in range(count):
            if time.monotonic() > end:
                return
            try:
                call = Call.of(tool, self._material.validate(tool, self._drawn(pools, rng)))
            except DomainError:
                continue
            if call.text in seen:
                continue
            seen.add(call.text)
            world = self._material.world()
            result = world.call(call)
            yield Tried(call, result.text, result.error, {} if result.error else dict(world.delta()))

    def _drawn(self, pools: Mapping[str, Pool], rng: random.Random) -> dict[str, Json]:
        """One value for each argument: fields of one table are of one record, and records near each other are likelier."""
        chosen: dict[str, str] = {}
        named = {pool.part for pool in pools.values() if pool.names_a_record(self._tables)}
        source = {part: rng.choice(self._tables[part].ids) for part in sorted(named) if rng.random() < OTHERS}
        args: dict[str, Json] = {}
        for arg, pool in pools.items():
            value: Json
            if pool.part and pool.values and not self._fixed(pool):
                key = chosen.get(pool.part) or self._near(pool.part, chosen, rng)
                chosen[pool.part] = key
                other = source.get(pool.part, key)
                mine = [key] if pool.names_a_record(self._tables) else self._held[pool.part][other].get(pool.field)
                value = rng.choice(mine or pool.values)
            else:
                value = rng.choice(pool.values)
            args[arg] = [value] if pool.listed else value
        return args

    def _fixed(self, pool: Pool) -> bool:
        """Values that are few: any of them may be asked for, not only that of the record at hand."""
        return not pool.names_a_record(self._tables) and len(pool.values) <= 12

    def _near(self, part: str, chosen: Mapping[str, str], rng: random.Random) -> str:
        """A record of a table: of those that the ones chosen name, or that name them, as a rule."""
        ids = self._tables[part].ids
        if chosen and rng.random() < NEAR:
            named = {
                one for other, key in chosen.items() for values in self._held[other][key].values() for one in values
            }
            near = [key for key in ids if key in named] or [
                key
                for key, one in self._tables[part].records.items()
                if any(one.get(field) == chosen.get(to) for field, to in self._tables[part].references.items())
            ]
            if near:
                return rng.choice(near)
        return rng.choice(ids)


def _grouped(record: Json) -> dict[str, list[Json]]:
    """Field -> its values in one record, however deep."""
    found: dict[str, list[Json]] = {}
    for name, value in leaves(record):
        found.setdefault(name, []).append(value)
    return found


def _merged(held: Iterable[Mapping[str, Sequence[Json]]]) -> dict[str, list[Json]]:
    """Field -> its values in all records, each once."""
    found: dict[str, dict[Json, None]] = {}
    for fields in held:
        for name, values in fields.items():
            found.setdefault(name, {}).update(dict.fromkeys(values))
    return {name: list(values) for name, values in found.items()}
