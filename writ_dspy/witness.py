"""Counterfactual witnesses: the proof that a counted read is necessary.

For each read of an evidence set there is a database that agrees with ours on every other read, keeps what the user
said true, and gives another outcome. A witness changes the rows of that one read; an id that it invents names a new
record: either a plain copy of the one that it stands for, or another record whose every id is new as well.
"""

# Longer than 400 lines: the search, the changes it tries and the worlds it invents make one argument.

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from writ_dspy.codec import parts
from writ_dspy.domains import Domain, Observation, Row, Views
from writ_dspy.errors import DomainError
from writ_dspy.evidence import Empty, Found, Resolver, Unresolved, settle
from writ_dspy.task import (
    AnyOf,
    Best,
    Call,
    Check,
    Computed,
    Decision,
    Json,
    Listed,
    Lookup,
    Only,
    Outcome,
    Picked,
    Policy,
    Query,
    ReadCall,
    Said,
    Term,
    Where,
)

MARK = "~"
"""Starts every invented id (a user may know how one ends); no tool of ours returns one."""
LIMIT = 200
"""Changes tried for one read before it counts as unproven."""


Copy: TypeAlias = Callable[[str, Row, Mapping[str, str], int], tuple[Row, ...]]
"""(tool, row, invented id by real id, index of the row) -> what the invented record shows in place of the row."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A change to the rows of one read, and the other outcome that it gives."""

    read: Call
    change: str
    outcome: str


class Looks:
    """What a decision looks at: worked out once, used for every read of its evidence."""

    def __init__(self, decision: Decision) -> None:
        everything = parts(decision)
        self.compared = _compared(everything)
        """For each attribute, the constants that it is compared with, and their neighbors."""
        self.spoken = {value for values in self.compared.values() for value in values if isinstance(value, str)}
        """Texts that the user or the policy used."""
        self.views = {(part.tool, part.view) for part in everything if isinstance(part, ReadCall)}
        """Every view of a read that some query looks at."""
        self.tools = sorted({tool for tool, _ in self.views})
        used: set[str] = set()
        for part in everything:
            match part:
                case Picked(_, name) | Where(name, _, _) | Best(_, name, _, _):
                    used.add(name)
        self.used = frozenset(used)
        """Every attribute that a term picks, a predicate tests or a query ranks by."""


def certify(decision: Decision, outcome: Outcome, domain: Domain) -> tuple[Witness, ...]:
    """One witness per read of the evidence.

    Raises:
        Unresolved: A read has no witness: the stated burden would be too large.
    """
    search = Search(decision, domain)
    found = []
    for read in outcome.evidence:
        proof = search.witness(read)
        if proof is None:
            raise Unresolved(f"{read} is counted as evidence, but no change to it alone changes the outcome")
        found.append(proof)
    return tuple(found)


def witness(decision: Decision, domain: Domain, read: Call) -> Witness | None:
    """A change to this read alone that changes the outcome, or None when none was found."""
    return Search(decision, domain).witness(read)


class Search:
    """The search for witnesses of one decision."""

    def __init__(self, decision: Decision, domain: Domain) -> None:
        self._decision, self._domain = decision, domain
        self._real = Resolver(domain, domain.read)
        self._outcome = settle(decision, self._real, domain)
        self._held = {id(query) for query, _ in self._real.answers if isinstance(query, Only)}
        self._looks = Looks(decision)
        self._copies = _copies(decision, self._outcome, self._looks)
        self._invented: dict[tuple[Copy, Call], Observation] = {}
        """What a record that stands for an unchanged one shows."""

    def witness(self, read: Call) -> Witness | None:
        """A change to this read alone that changes the outcome, or None when none was found."""
        original = self._domain.read(read)
        changes = _changes(read, original.views, self._decision, self._real, self._looks)
        if self._outcome.call is None:  # another user's real records may well be in order
            real = itertools.islice(_others_records(self._domain, read, original.views, self._looks), 20)
            changes = itertools.chain(itertools.islice(changes, 12), real, itertools.islice(changes, 8))
        for name, views in itertools.islice(changes, LIMIT):
            for other in self._outcomes(read, Observation(original.text, False, views)):
                if (other.call, other.attempt) != (self._outcome.call, self._outcome.attempt):
                    return Witness(read, name, str(other.call or f"refused: {other.refusal}"))
        return None

    def _outcomes(self, read: Call, observation: Observation) -> Iterator[Outcome]:
        """What the decision comes to with this read changed: for each way to invent records, if it looks at any.

        Leaves out where the change breaks what the user said.
        """
        for copy in self._copies:
            world = _Changed(self._domain, read, observation, copy, self._looks, self._invented)
            resolver = _Promising(self._domain, world.read, self._held, self._real, read)
            with contextlib.suppress(Unresolved, DomainError, TypeError):  # no sense in it, as an id of another type
                yield settle(self._decision, resolver, self._domain)
            if not world.invented:
                return


class _Promising(Resolver):
    """A resolver for which an `Only` that had a row on the real world must still have one.

    A query that never looked at the changed read comes to what it came to on the real world.
    """

    def __init__(
        self, domain: Domain, read: Callable[[Call], Observation], held: set[int], real: Resolver, changed: Call
    ) -> None:
        super().__init__(domain, read)
        self._held, self._real, self._changed = held, real, changed

    def query(self, query: Query) -> Found:
        same = self._real.untouched(query, self._changed)
        if same is not None:
            return same
        try:
            return super().query(query)
        except Empty as empty:
            if id(query) in self._held:
                raise Unresolved("a row that the user promised is gone") from empty
            raise


class _Changed:
    """Reads as on the real world, but for one; an invented id reads as a copy of the record it stands for."""

    def __init__(
        self, domain: Domain, read: Call, observation: Observation, copy: Copy, looks: Looks,
        known: dict[tuple[Copy, Call], Observation],
    ) -> None:  # fmt: skip
        self._domain, self._read, self._observation = domain, read, observation
        self._copy, self._looks, self._known = copy, looks, known
        self.invented = False
        """Whether an invented record has been read."""

    def read(self, call: Call) -> Observation:
        """What the call shows in this world; of an invented record, only views that the decision looks at."""
        if call == self._read:
            return self._observation
        if MARK not in call.text:
            return self._domain.read(call)
        self.invented = True
        known = self._known.get((self._copy, call))
        if known is not None:
            return known
        names = {value.lstrip(MARK): value for value in _leaves(call.args) if str(value).startswith(MARK)}
        real = Call.of(call.tool, _renamed(call.args, {new: old for old, new in names.items()}))
        source = self._observation if real == self._read else self._domain.read(real)
        views = {
            view: tuple(new for index, row in enumerate(rows) for new in self._copy(call.tool, row, names, index))
            for view, rows in source.views.items()
            if (call.tool, view) in self._looks.views
        }
        found = Observation(source.text, source.error, views)
        if source is not self._observation:
            self._known[self._copy, call] = found
        return found


def _copies(  # noqa: C901 - one small function per way to invent a record
    decision: Decision, outcome: Outcome, looks: Looks
) -> tuple[Copy, ...]:
    """How a row of an invented record may read, given the row that it copies.

    All new but for the words that the user or the policy used; or new in its id alone; or with other numbers; or also
    with twice as many rows. Where the decision is refused, also with ids that no other read repeats, and with values that pass
    what policy checks: another user's records may well be in order. Numbers are such that rows do not come to tie.
    """
    spoken, tools = looks.spoken, looks.tools

    def renamed(row: Row, mark: str, names: Mapping[str, str]) -> Row:
        texts = (text for text in _leaves(row) if isinstance(text, str) and text and not text.startswith(MARK))
        new = {text: mark + text for text in texts if text not in spoken} | {**names}
        return {key: _renamed(value, new) for key, value in row.items()}

    def other(_: str, row: Row, names: Mapping[str, str], __: int) -> tuple[Row, ...]:
        return (renamed(row, MARK, names),)

    def plain(_: str, row: Row, names: Mapping[str, str], __: int) -> tuple[Row, ...]:
        return ({key: _renamed(value, names) for key, value in row.items()},)

    def counted(_: str, row: Row, names: Mapping[str, str], __: int) -> tuple[Row, ...]:
        return ({**renamed(row, MARK, names), **_more(row, 1)},)

    def richer(_: str, row: Row, names: Mapping[str, str], __: int) -> tuple[Row, ...]:
        return {**renamed(row, MARK, names), **_more(row, 1)}, {**renamed(row, MARK * 9, {}), **_more(row, 2)}

    def apart(tool: str, row: Row, names: Mapping[str, str], _: int) -> tuple[Row, ...]:
        return (renamed(row, MARK * (2 + tools.index(tool)), names),)

    if outcome.call is not None:
        return other, plain, counted, richer
    wanted: dict[str, list[tuple[Json, int]]] = {}
    for check in _checks(decision):
        for part in _picked(check.left):
            if isinstance(check.right, (Said, Policy)):
                passing = _passing(Where(part.field, check.op, check.right), check.right.value)
                step = {"<": -1, "<=": -1, ">": 1, ">=": 1}.get(check.op, 0) if type(passing) in (int, float) else 0
                wanted.setdefault(part.field, []).append((passing, step))

    def allowed(base: Copy, which: int) -> Copy:
        def copy(tool: str, row: Row, names: Mapping[str, str], index: int) -> tuple[Row, ...]:
            fits = {field: found[which % len(found)] for field, found in wanted.items() if field in row}
            values = {field: value + step * index if step else value for field, (value, step) in fits.items()}
            return tuple({**new, **values} for new in base(tool, row, names, index))

        return copy

    return other, plain, apart, *(allowed(base, which) for base in (other, plain) for which in (0, 1))


def _changes(  # noqa: C901 - the order of the changes is the point
    read: Call, views: Views, decision: Decision, resolver: Resolver, looks: Looks
) -> Iterator[tuple[str, Views]]:
    """Changed views, the most telling first: a better row, one more, a renamed one, another value, one less."""
    compared, used = looks.compared, looks.used
    for query, found in resolver.answers:
        for source in query.sources:
            if source.tool == read.tool and source.view in views:
                yield from _likely(read, views, source.view, query, found, (compared, used))
                if not found.hits or not views[source.view]:
                    wanted = _wanted(query, decision, resolver)
                    yield "a row where there was none", {**views, source.view: (*views[source.view], wanted)}
    for view, rows in views.items():
        if (read.tool, view) not in looks.views:
            continue
        if rows:
            yield f"{view} empty", {**views, view: ()}
        for field, values in compared.items():
            for value in values if any(field in row for row in rows) else ():
                yield (
                    f"every {field} of {view} -> {value!r}",
                    {**views, view: tuple({**row, field: value} for row in rows)},
                )
        for index, row in enumerate(rows):
            for name, changed in _row_changes(row, compared, used):
                yield f"{view}[{index}] {name}", {**views, view: (*rows[:index], changed, *rows[index + 1 :])}
            yield f"{view}[{index}] gone", {**views, view: (*rows[:index], *rows[index + 1 :])}
            yield f"{view}[{index}] once more", {**views, view: (*rows, _renamed_all(row))}


def _others_records(domain: Domain, read: Call, views: Views, looks: Looks) -> Iterator[tuple[str, Views]]:
    """The rows with an id that the decision looks at replaced by that of another real record of the same table."""
    for view, rows in views.items():
        for index, row in enumerate(rows[:3] if (read.tool, view) in looks.views else ()):
            for field in (field for field in row if field in looks.used):
                value = row[field]
                table = (
                    next((table for table in domain.tables.values() if value in table), None)
                    if isinstance(value, str)
                    else None
                )
                if table is None:
                    continue
                keys = sorted(table)
                for other in keys[:: max(1, len(keys) // 60)]:
                    changed = {**row, field: other}
                    yield (
                        f"{view}[{index}] {field} -> {other}",
                        {**views, view: (*rows[:index], changed, *rows[index + 1 :])},
                    )


def _likely(
    read: Call, views: Views, view: str, query: Query, found: Found,
    looked_at: tuple[Mapping[str, tuple[Json, ...]], frozenset[str]],
) -> Iterator[tuple[str, Views]]:  # fmt: skip
    """For a query that looked at this read: a better row, one more, or another row in place of the one it found."""
    rows = views[view]
    for hit in found.hits[:2]:
        if hit.view != view:
            continue
        if isinstance(query, Only):
            for index, row in enumerate(rows):
                if row is hit.row:
                    for name, changed in _row_changes(row, *looked_at):
                        yield f"{view}[{index}] {name}", {**views, view: (*rows[:index], changed, *rows[index + 1 :])}
            continue
        own = {key: value for key, value in read.args.items() if key in hit.row}
        for lead in (1, 10**6) if isinstance(query, Best) else (1,):
            for names in (_ids(hit.row), None):
                better = _better(hit.row, query, lead, names) | own
                yield "a better or further row", {**views, view: (*rows, better)}


def _ids(row: Row) -> dict[str, str]:
    """New names for the texts of a row that look like ids: those with a digit in them."""
    texts = (text for text in _leaves(row) if isinstance(text, str))
    return {text: MARK + text for text in texts if any(char.isdigit() for char in text)}


def _better(row: Row, query: Query, lead: int, names: Mapping[str, str] | None) -> dict[str, Json]:
    """A copy of the row under new names that beats it, if the query ranks rows; without `names` all of it is new."""
    copy = {**_renamed_all(row), **_more(row, 1)} if names is None else dict(_renamed(row, names))
    for item in query.where:
        if isinstance(item.value, (Said, Policy)) or item.attribute in row:
            copy[item.attribute] = row[item.attribute]
    if isinstance(query, Best):
        value = row[query.by]
        if isinstance(value, str):
            copy[query.by] = f"{value}{MARK}" if query.most else ""
        else:
            copy[query.by] = value + lead if query.most else value - lead
    return copy


def _more(row: Row, step: int) -> dict[str, Json]:
    """The numbers of a row, each raised."""
    return {key: value + step for key, value in row.items() if type(value) in (int, float)}


def _wanted(query: Query, decision: Decision, resolver: Resolver) -> Row:
    """A row that passes the query and what the decision requires of it."""
    row: dict[str, Json] = {}
    for item in query.where:
        try:
            value, _ = resolver.term(item.value)
        except Unresolved:
            continue
        row[item.attribute] = _passing(item, value)
    for check in _checks(decision):
        left = check.left
        if getattr(left, "query", None) is query:
            try:
                value, _ = resolver.term(check.right)
            except Unresolved:
                continue
            row.setdefault(left.field, _passing(Where(left.field, check.op, check.right), value))  # type: ignore[union-attr]
    return _Invented(row)


class _Invented(dict[str, Json]):
    """A row of a new record: a field that nobody asked about has some new value."""

    def __missing__(self, key: str) -> Json:
        return f"{MARK}new {key}"

    def __contains__(self, key: object) -> bool:
        return True

    def get(self, key: str, default: Json = None) -> Json:
        return self[key]


def _passing(where: Where, value: Json) -> Json:
    match where.op:
        case "<":
            return value - 1 if not isinstance(value, str) else ""
        case ">":
            return value + 1 if not isinstance(value, str) else value + MARK
        case "is not":
            return f"{MARK}{value}" if isinstance(value, str) else value + 1
        case "in":
            return value[0] if value else MARK
        case "contains":
            return [value]
        case _:
            return value


def _row_changes(row: Row, compared: Mapping[str, tuple[Json, ...]], used: frozenset[str]) -> Iterator[tuple[str, Row]]:
    """Changes to the fields that the decision looks at; no other can change what it comes to."""
    fields = [(field, value) for field, value in row.items() if field in used]
    for field, value in fields:
        for other in (*compared.get(field, ()), *_others(value)):
            if other != value:
                yield f"{field} {value!r} -> {other!r}", {**row, field: other}
    for field, value in fields:
        if isinstance(value, str) and value:
            yield f"{field} renamed", {key: _renamed(item, {value: MARK + value}) for key, item in row.items()}


def _others(value: Json) -> Iterable[Json]:
    """Other values of the same type."""
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, str):
        return (MARK + value,)
    if isinstance(value, (int, float)):
        return (value + 1, value - 1, value * 2 + 1000, -1000 - value)
    if isinstance(value, list):
        return (_renamed_all(value), value[:-1], [*value, *value[-1:]])
    return (_renamed_all(value),) if isinstance(value, Mapping) else ()


def _compared(everything: list[object]) -> dict[str, tuple[Json, ...]]:
    """For each attribute, what it is compared with, and the keys by which it is looked up in a table."""
    found: dict[str, list[Json]] = {}
    for part in everything:
        if isinstance(part, Lookup):
            for index, key in enumerate(part.keys):
                values = list(dict.fromkeys(keys[index] for keys, _ in part.table))
                for item in _picked(key):
                    found.setdefault(item.field, []).extend(values)
            continue
        if isinstance(part, Where):
            names, term = [part.attribute], part.value
        elif isinstance(part, Check):
            names, term = [item.field for item in _picked(part.left)], part.right
        else:
            continue
        items = term.items if isinstance(term, Listed) else (term,)
        for constant in (item for item in items if isinstance(item, (Said, Policy))):
            value = constant.value
            for name in names:
                found.setdefault(name, []).append(value)
                if isinstance(value, (int, float)) and not isinstance(value, bool):
                    found[name] += [value + 1, value - 1]
    return {field: tuple(values) for field, values in found.items()}


def _picked(term: Term) -> list[Picked]:
    """What a term picks itself, not what its queries pick."""
    if isinstance(term, Computed):
        return [picked for item in term.args for picked in _picked(item)]
    return [term] if isinstance(term, Picked) else []


def _checks(decision: Decision | None) -> Iterator[Check]:
    while decision is not None:
        for requirement in decision.requires:
            yield from requirement.checks if isinstance(requirement, AnyOf) else (requirement,)
        decision = decision.otherwise


def _leaves(value: Json) -> Iterator[Json]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    else:
        yield value


def _renamed(value: Json, names: Mapping[str, str]) -> Json:
    """Every string leaf that has a new name, replaced."""
    if isinstance(value, Mapping):
        return {key: _renamed(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


def _renamed_all(value: Json) -> Json:
    """Every string leaf under a new name."""
    return _renamed(value, {leaf: MARK + leaf for leaf in _leaves(value) if isinstance(leaf, str) and leaf})
