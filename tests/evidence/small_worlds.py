"""A domain small enough to try every database, and what "identified" means on it, spelled out.

Three reads build on each other: `find(name)` shows keys, `open(key)` shows refs, `show(ref)` shows parts.
Every row has an id, a color and a number `n`. `put` is the one write. Nothing here uses the resolver that it
judges.
"""

from __future__ import annotations

import functools
import itertools
import json
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from writ_dspy.domains import Domain, Pack, Phrases, Result, Views
from writ_dspy.errors import DomainError
from writ_dspy.task import (
    AnyOf,
    Best,
    Call,
    Computed,
    Decision,
    Every,
    Json,
    Listed,
    Lookup,
    Only,
    Picked,
    Policy,
    Query,
    ReadCall,
    Record,
    Requirement,
    Said,
    Term,
)

Rows = tuple[dict[str, Json], ...]
Base = dict[Call, Rows]

VIEWS = {"find": "keys", "open": "refs", "show": "parts"}
ARGS = {
    "find": ("name",),
    "open": ("key",),
    "show": ("ref",),
    "put": ("code", "more", "note"),
    "stop": ("code",),
}
IDS = {"find": "key", "open": "ref", "show": "code"}
COLORS = ("red", "blue", "green")
FRESH = {"find": "k9", "open": "r9", "show": "c9"}
"""Ids of records that no real world has."""
LOW, HIGH = -5, 50
"""Numbers worse and better than any in a real world or a request."""


def rows(tool: str, *cells: tuple[str, str, int]) -> Rows:
    """Rows of a read, each from its id, color and number."""
    return tuple({IDS[tool]: name, "color": color, "n": n} for name, color, n in cells)


def find(name: str = "ann") -> Call:
    """The read of a person's keys."""
    return Call.of("find", {"name": name})


def opened(key: str) -> Call:
    """The read of the refs behind a key."""
    return Call.of("open", {"key": key})


def show(ref: str) -> Call:
    """The read of the parts behind a ref."""
    return Call.of("show", {"ref": ref})


# ----------------------------------------------------------------------------- the domain


class SmallWorld:
    """What the reads show is fixed; `put` adds a record, unless it refuses."""

    def __init__(self, base: Base) -> None:
        self._base = base
        self._put: dict[str, str] = {}

    def call(self, call: Call) -> Result:
        """Play one call."""
        if call.tool == "stop":
            return Result("Error: stop never works", error=True)
        if call.tool == "put":
            self._put[f"put/{len(self._put)}"] = call.text
            return Result("done")
        if call not in self._base:
            return Result("Error: no such record", error=True)
        return Result(json.dumps(list(self._base[call])))

    def delta(self) -> Mapping[str, str]:
        """What was put."""
        return dict(self._put)

    def digest(self) -> str:
        """Equal for equal worlds."""
        return json.dumps(self._put)


def _validate(tool: str, args: Mapping[str, Json]) -> dict[str, Json]:
    names = ARGS.get(tool)
    if names is None or not set(args) <= set(names):
        raise DomainError(f"{tool} takes {names}, not {list(args)}")
    return {name: args[name] for name in names if name in args}


def _atom(call: Call, text: str) -> Call:
    """Finding a person under another name shows the same record."""
    return Call.of("person", {"shows": text}) if call.tool == "find" else call


def small_domain(base: Base) -> Domain:
    """A domain over these reads; any other read is refused by its tool."""

    def lens(call: Call, text: str) -> Views:
        return {VIEWS[call.tool]: tuple(json.loads(text))}

    pack = Pack(
        lenses=dict.fromkeys(VIEWS, lens),
        atom=_atom,
        identifies=lambda *_: None,
        personal=frozenset(),
        owner=lambda *_: None,
        rules=(),
        recipes=(),
        questions=(),
        phrases=cast("Phrases", None),
        mentions=lambda value, text: value in text,
        ids=lambda _: frozenset(),
        users=lambda _: (),
    )
    kinds: dict[str, Any] = {**dict.fromkeys(VIEWS, "read"), "put": "write", "stop": "write"}
    return Domain(
        name="tests:shelves",
        version="1",
        policy="",
        system_prompt="",
        tools=(),
        kinds=kinds,
        pack=pack,
        new_world=lambda: SmallWorld(base),
        validate=_validate,
        tables={},
        official=lambda _: [],
    )


# --------------------------------------------------------------------------- what a decision means, in short


class NothingFound(Exception):  # noqa: N818 - an answer
    """No row: the decision falls back, or is refused."""


class NoAnswer(Exception):  # noqa: N818 - an answer
    """A tie, two rows for an `Only`, or a promise of the user that does not hold: no such database counts."""


COMPARE: dict[str, Callable[[Json, Json], bool]] = {
    "is": operator.eq,
    "is not": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda left, right: left in right,
    "contains": lambda left, right: right in left,
    "ends with": lambda left, right: left.endswith(right),
}
COMPUTE: dict[str, Callable[[list[Json]], Json]] = {
    "sum": sum,
    "product": lambda numbers: functools.reduce(operator.mul, numbers, 1),
    "difference": lambda numbers: numbers[0] - numbers[1],
    "at_least_zero": lambda numbers: max(0, numbers[0]),
    "count": len,
    "concat": list,
}


class Meaning:
    """What a decision comes to in one database, read off the definitions with no thought for evidence."""

    def __init__(
        self,
        look: Callable[[Call, str], Iterable[Mapping[str, Json]]],
        promised: frozenset[Only] = frozenset(),
    ) -> None:
        self._look = look
        self._promised = promised
        self.single: set[Only] = set()
        """Each `Only` that came to exactly one row."""
        self._known: dict[int, list[Mapping[str, Json]]] = {}

    def outcome(self, decision: Decision, attempt: int = 0) -> tuple[Call | None, int]:
        """The write, or None when it is refused; and which alternative came true."""
        try:
            allowed = [self._allowed(requirement) for requirement in decision.requires]  # all are looked at
            if all(allowed):
                return Call.of(decision.tool, self.value(Record(decision.args))), attempt
        except NothingFound:
            pass
        return self.outcome(decision.otherwise, attempt + 1) if decision.otherwise else (None, attempt)

    def _allowed(self, requirement: Requirement) -> bool:
        checks = requirement.checks if isinstance(requirement, AnyOf) else (requirement,)
        held = [COMPARE[c.op](self.value(c.left), self.value(c.right)) for c in checks]
        return any(held)

    def value(self, term: Term) -> Json:
        """What a term comes to."""
        match term:
            case Said(value) | Policy(value, _):
                return value
            case Picked(query, field):
                found = [row[field] for row in self.rows(query)]
                return found if isinstance(query, Every) else found[0]
            case Listed(items):
                return [self.value(item) for item in items]
            case Record(fields):
                return {key: self.value(item) for key, item in fields}
            case Computed(op, args):
                values = [self.value(arg) for arg in args]
                result = COMPUTE[op]([x for v in values for x in (v if isinstance(v, list) else [v])])
                return round(result, 2) if isinstance(result, float) else result
            case Lookup(table, keys, _):
                return dict(table)[tuple(self.value(key) for key in keys)]

    def rows(self, query: Query) -> list[Mapping[str, Json]]:
        """The rows that a query finds: one, unless it is `Every`."""
        try:
            if id(query) not in self._known:
                self._known[id(query)] = self._rows(query)
            return self._known[id(query)]
        except NothingFound:
            if query in self._promised:
                raise NoAnswer from None
            raise

    def _rows(self, query: Query) -> list[Mapping[str, Json]]:
        wanted = [(where.attribute, COMPARE[where.op], self.value(where.value)) for where in query.where]
        calls = dict.fromkeys(call for source in query.sources for call in self._calls(source))
        passing = [
            row
            for call in calls
            for row in self._look(*call)
            if all(name in row and holds(row[name], value) for name, holds, value in wanted)
        ]
        if isinstance(query, Every):
            return passing
        if isinstance(query, Best):
            passing = [row for row in passing if row.get(query.by) is not None]
        if not passing:
            raise NothingFound
        if isinstance(query, Best):
            passing.sort(key=lambda row: row[query.by], reverse=query.most)
            if len(passing) > 1 and passing[0][query.by] == passing[1][query.by]:
                raise NoAnswer
            return passing[:1]
        if len(passing) > 1:
            raise NoAnswer
        self.single.add(query)
        return passing

    def _calls(self, source: ReadCall) -> Iterator[tuple[Call, str]]:
        values = [self.value(term) for _, term in source.args]
        for chosen in itertools.product(*(v if isinstance(v, list) else [v] for v in values)):
            args = {name: v for (name, _), v in zip(source.args, chosen, strict=True)}
            yield Call.of(source.tool, args), source.view


# ----------------------------------------------------------------------------- every other database


MOST = 6_000
"""Databases tried for one decision."""


class TooMany(Exception):  # noqa: N818 - an answer
    """More databases than a test has time for."""


class _Unread(Exception):  # noqa: N818 - a question
    def __init__(self, call: Call) -> None:
        super().__init__(str(call))
        self.call = call


def _invented(call: Call) -> bool:
    """A read of a record that our world does not have: nobody can have made it, so it counts as no change."""
    return bool(set(call.args.values()) & set(FRESH.values()))


@dataclass
class Rival:
    """A database that gives another outcome, and the reads at which it differs from ours."""

    changed: frozenset[Call]
    outcome: tuple[Call | None, int]
    tables: Base


class Databases:
    """All databases over small sets of rows that keep what the user said true, seen from one of them."""

    def __init__(self, decision: Decision, base: Base, numbers: Iterable[int]) -> None:
        self._decision = decision
        self._base = base
        self._numbers = sorted({LOW, HIGH, *numbers})
        meaning = Meaning(self._real)
        self.outcome = meaning.outcome(decision)
        self._promised = frozenset(meaning.single)
        self._left = MOST
        self._tables: dict[tuple[Call, bool], list[Rows]] = {}

    def rivals(self) -> list[Rival]:
        """Databases with another outcome, one for each smallest set of changed reads."""
        found: list[Rival] = []
        for size in range(1, 4):
            self._search({}, frozenset(), size, found, rich=size == 1)
        return found

    def smallest(self) -> list[frozenset[Call]]:
        """The smallest sets of reads that tell ours from every rival; several when there is a choice."""
        families = [rival.changed for rival in self.rivals()]
        reads = sorted({call for family in families for call in family}, key=str)
        for size in range(len(reads) + 1):
            sets = [frozenset(chosen) for chosen in itertools.combinations(reads, size)]
            enough = [chosen for chosen in sets if all(chosen & family for family in families)]
            if enough:
                return enough
        raise AssertionError("the set of all reads tells them apart")

    def _real(self, call: Call, view: str = "") -> Rows:
        return self._base.get(call, ())

    def _search(  # noqa: C901 - one step of a depth-first search
        self, tables: Base, changed: frozenset[Call], left: int, found: list[Rival], *, rich: bool
    ) -> None:
        """Fix one more read at a time, in the order in which the decision asks for them."""

        def look(call: Call, _: str) -> Rows:
            if call not in tables:
                raise _Unread(call)
            return tables[call]

        self._left -= 1
        if not self._left:
            raise TooMany
        try:
            outcome = Meaning(look, self._promised).outcome(self._decision)
        except _Unread as unread:
            call = unread.call
        except NoAnswer:
            return
        else:
            if outcome != self.outcome and changed:
                found.append(Rival(changed, outcome, dict(tables)))
            return
        free = _invented(call)
        self._search(tables | {call: self._real(call)}, changed, left, found, rich=rich)
        if not (left or free):
            return
        more = changed if free else changed | {call}
        for table in self._others(call, rich=rich and not free):
            if any(rival.changed <= more for rival in found):
                return
            self._search(tables | {call: table}, more, left if free else left - 1, found, rich=rich)

    def _others(self, call: Call, *, rich: bool) -> list[Rows]:
        """Other tables for a read: none, one row, one row more; when rich also one less, one changed, or all alike."""
        if (call, rich) not in self._tables:
            real, fresh = self._real(call), _invented(call)
            names = [FRESH[call.tool]]
            if rich:
                shown = {row[IDS[call.tool]] for read, t in self._base.items() if read.tool == call.tool for row in t}
                names += sorted(shown)
            numbers = self._numbers if rich or fresh else (LOW, HIGH)
            cells = [rows(call.tool, cell) for cell in itertools.product(names, COLORS, numbers)]
            tables = [(), *cells]
            tables += [(*real, *row) for row in cells] if real else []
            if rich:
                tables += [(*real[:i], *row, *real[i + 1 :]) for i in range(len(real)) for row in ((), *cells)]
                alike: list[tuple[str, Json]] = [("color", color) for color in COLORS]
                alike += [("n", number) for number in self._numbers]
                tables += [tuple({**row, name: value} for row in real) for name, value in alike]
            self._tables[call, rich] = list({json.dumps(table): table for table in tables if table != real}.values())
        return self._tables[call, rich]
