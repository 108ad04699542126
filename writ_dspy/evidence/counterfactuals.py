"""Counterfactuals: what one read could have shown instead, and what a record that does not exist would show.

Pure functions of rows; `writ_dspy.evidence.witness` plays them. An id that is invented names a new record: either a plain copy of
the one that it stands for, or another record whose every id is new as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from writ_dspy.codec import parts
from writ_dspy.domains import Domain, Row, Views
from writ_dspy.evidence.resolve import Found, Resolver, Unresolved
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
Copy: TypeAlias = Callable[[str, Row, Mapping[str, str], int], tuple[Row, ...]]
"""(tool, row, invented id by real id, index of the row) -> what the invented record shows in place of the row."""


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


def copies(  # noqa: C901 - one small function per way to invent a record
    decision: Decision, outcome: Outcome, looks: Looks
) -> tuple[Copy, ...]:
    """How a row of an invented record may read, given the row that it copies.

    All new but for the words that the user or the policy used; or new in its id alone; or with other numbers; or also
    with twice as many rows. Where the decision is refused, also with ids that no other read repeats, and with values that pass
    what policy checks: another user's records may well be in order. Numbers are such that rows do not come to tie.
    """
    spoken, tools = looks.spoken, looks.tools

    def renamed(row: Row, mark: str, names: Mapping[str, str]) -> Row:
        texts = (text for text in leaves(row) if isinstance(text, str) and text and not text.startswith(MARK))
        new = {text: mark + text for text in texts if text not in spoken} | {**names}
        return {key: replaced(value, new) for key, value in row.items()}

    def other(_: str, row: Row, names: Mapping[str, str], __: int) -> tuple[Row, ...]:
        return (renamed(row, MARK, names),)

    def plain(_: str, row: Row, names: Mapping[str, str], __: int) -> tuple[Row, ...]:
        return ({key: replaced(value, names) for key, value in row.items()},)

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


def changes(  # noqa: C901 - the order of the changes is the point
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
            yield f"{view}[{index}] once more", {**views, view: (*rows, _renamed(row))}


def others_records(domain: Domain, read: Call, views: Views, looks: Looks) -> Iterator[tuple[str, Views]]:
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
    texts = (text for text in leaves(row) if isinstance(text, str))
    return {text: MARK + text for text in texts if any(char.isdigit() for char in text)}


def _better(row: Row, query: Query, lead: int, names: Mapping[str, str] | None) -> dict[str, Json]:
    """A copy of the row under new names that beats it, if the query ranks rows; without `names` all of it is new."""
    copy = {**_renamed(row), **_more(row, 1)} if names is None else dict(replaced(row, names))
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
            yield f"{field} renamed", {key: replaced(item, {value: MARK + value}) for key, item in row.items()}


def _others(value: Json) -> Iterable[Json]:
    """Other values of the same type."""
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, str):
        return (MARK + value,)
    if isinstance(value, (int, float)):
        return (value + 1, value - 1, value * 2 + 1000, -1000 - value)
    if isinstance(value, list):
        return (_renamed(value), value[:-1], [*value, *value[-1:]])
    return (_renamed(value),) if isinstance(value, Mapping) else ()


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


def leaves(value: Json) -> Iterator[Json]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def replaced(value: Json, names: Mapping[str, str]) -> Json:
    """Every string leaf that has a new name, replaced."""
    if isinstance(value, Mapping):
        return {key: replaced(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [replaced(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


def _renamed(value: Json) -> Json:
    """Every string leaf under a new name."""
    return replaced(value, {leaf: MARK + leaf for leaf in leaves(value) if isinstance(leaf, str) and leaf})
