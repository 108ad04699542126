"""Counterfactuals: what one read could have shown instead, the most telling changes first.

Pure functions of rows; `writ_dspy.evidence.witness` plays them. An id that is invented names a new record: see
`writ_dspy.evidence.inventions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from writ_dspy.codec import parts
from writ_dspy.domains import Domain, Row, Views
from writ_dspy.domains.integrity import Span
from writ_dspy.evidence.apart import differences
from writ_dspy.evidence.found import Found, Unresolved
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.evidence.values import MARK, beyond, more, others, renamed, replaced, texts
from writ_dspy.task import (
    AnyOf,
    Best,
    Call,
    Check,
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
    Said,
    Scalar,
    Term,
    Where,
)


class Looks:
    """What a decision looks at: worked out once, used for every read of its evidence."""

    def __init__(self, decision: Decision, domain: Domain, real: Resolver, evidence: Iterable[Call] = ()) -> None:
        everything = parts(decision)
        self.integrity = domain.pack.integrity
        self.compared = _compared(everything)
        """For each attribute, the constants that it is compared with, and their neighbors."""
        self.spoken = {value for values in self.compared.values() for value in values if isinstance(value, str)}
        """Texts that the user or the policy used."""
        self.gaps = _gaps(decision, real)
        """For each number that a requirement picks, how far it may have to move for the requirement to turn."""
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
        self.contained = _contained(everything)
        """Attributes of which it is asked what they contain."""
        self._lists = _lists(everything)
        self._made = {(call.tool, value) for call in evidence for value in call.args.values() if isinstance(value, str)}

    def leads_astray(self, tool: str, view: str, row: Row) -> bool:
        """Whether the row does nothing but lead to a record that is no evidence: the promised row is in another one."""
        leads = self._lists.get((tool, view))
        return leads is not None and not any((to, row.get(field)) in self._made for to, field in leads)

    def span(self, read: Call, view: str, attribute: str) -> Span | None:
        """What the attribute can be in a row of this read, as far as the read alone tells."""
        bounds = self.integrity.bounds.get((read.tool, view))
        return bounds and bounds(read, (), attribute)

    def closed(self, view: str, attribute: str) -> tuple[Scalar, ...] | None:
        """All values of the attribute, where they are a closed set."""
        return self.integrity.closed.get((view, attribute))


def changes(
    read: Call, views: Views, decision: Decision, resolver: Resolver, looks: Looks
) -> Iterator[tuple[str, Views]]:
    """Changed views, the most telling first: a better row, one more, a renamed one, another value, one less."""
    for query, found in resolver.answers:
        for source in query.sources:
            if source.tool == read.tool and source.view in views:
                yield from _likely(read, views, source.view, query, found, looks)
                if not found.hits or not views[source.view]:
                    wanted = _wanted(query, decision, resolver, partial=read.tool not in looks.integrity.compose)
                    row = {**_template(views, source.view, resolver), **wanted} if type(wanted) is dict else wanted
                    yield "a row where there was none", {**views, source.view: (*views[source.view], row)}
    for view, rows in views.items():
        if (read.tool, view) in looks.views:
            yield from _of_view(read, views, view, rows, looks)


def _of_view(read: Call, views: Views, view: str, rows: tuple[Row, ...], looks: Looks) -> Iterator[tuple[str, Views]]:
    """One view without rows, with other values, with a row less or more."""
    single = (read.tool, view) in looks.integrity.single
    if rows and not single:
        yield f"{view} empty", {**views, view: ()}
    for field, values in looks.compared.items():
        for value in values if not single and any(field in row for row in rows) else ():
            changed = tuple({**row, field: value} for row in rows)
            yield f"every {field} of {view} -> {value!r}", {**views, view: changed}
    for index, row in enumerate(rows):
        before, after = rows[:index], rows[index + 1 :]
        if looks.leads_astray(read.tool, view, row):
            continue
        for name, other in _row_changes(row, view, rows, looks):
            yield f"{view}[{index}] {name}", {**views, view: (*before, other, *after)}
        if not single:
            yield f"{view}[{index}] gone", {**views, view: (*before, *after)}
        if not single and (read.tool, view) not in looks.integrity.full:
            yield f"{view}[{index}] once more", {**views, view: (*rows, renamed(row, looks.integrity.free))}


def _template(views: Views, view: str, resolver: Resolver) -> Row:
    """A row of this view, of this read or of another, from which to take what a wish leaves open."""
    shown = [*views[view], *(hit.row for _, found in resolver.answers for hit in found.hits if hit.view == view)]
    return shown[0] if shown else {}


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
    read: Call, views: Views, view: str, query: Query, found: Found, looks: Looks
) -> Iterator[tuple[str, Views]]:
    """For a query that looked at this read: a better row, one more, or another row in place of the one it found."""
    rows = views[view]
    for hit in (hit for hit in found.hits[:2] if hit.view == view):
        if isinstance(query, Only):
            for index, row in enumerate(rows):
                if row is hit.row:
                    for name, changed in _row_changes(row, view, rows, looks):
                        yield f"{view}[{index}] {name}", {**views, view: (*rows[:index], changed, *rows[index + 1 :])}
            continue
        span = looks.span(read, view, query.by) if isinstance(query, Best) else None
        fixed = (read.tool, view) in looks.integrity.single | looks.integrity.full
        if not (fixed or any(looks.leads_astray(read.tool, view, row) for row in rows)):
            for better in _further(read, hit.row, query, span, looks.integrity.free):
                yield "a better or further row", {**views, view: (*rows, better)}
        if isinstance(query, Best):
            yield from _bettered(views, view, query, hit.row, span)


def _further(
    read: Call, row: Row, query: Query, span: Span | None, free: frozenset[str] | None
) -> Iterator[dict[str, Json]]:
    """Copies of a row that was found, under new names or all new, that beat it where the query ranks rows."""
    own = {key: value for key, value in read.args.items() if key in row}
    for lead in (1, 10**6) if isinstance(query, Best) and not isinstance(row[query.by], str) else (1,):
        if isinstance(query, Best) and beyond(row[query.by], lead if query.most else -lead, span) is None:
            continue
        for names in (_ids(row, free), None):
            yield _better(row, query, lead, names, span, free) | own


def _bettered(views: Views, view: str, query: Best, best: Row, span: Span | None) -> Iterator[tuple[str, Views]]:
    """One of the rows that are there passes, and beats the one that was found."""
    value = beyond(best[query.by], 1 if query.most else -1, span)
    passed = {name: best[name] for name in tested(query) if name in best}
    rows = views[view]
    for index, row in enumerate(rows):
        if value is not None and row is not best and query.by in row and set(passed) <= set(row):
            changed = {**row, **passed, query.by: value}
            yield f"{view}[{index}] made better", {**views, view: (*rows[:index], changed, *rows[index + 1 :])}


def tested(query: Best) -> Iterator[str]:
    """Attributes whose values let a row pass; to be another row than one that is picked is no such value."""
    for item in query.where:
        if item.op != "is not" or isinstance(item.value, (Said, Policy)):
            yield item.attribute


def _ids(row: Row, free: frozenset[str] | None) -> dict[str, str]:
    """New names for the texts of a row that look like ids: where none are declared, those with a digit in them."""
    found = texts(row, free)
    return {text: MARK + text for text in found if free is not None or any(char.isdigit() for char in text)}


def _better(
    row: Row, query: Query, lead: int, names: Mapping[str, str] | None, span: Span | None, free: frozenset[str] | None
) -> dict[str, Json]:
    """A copy of the row under new names that beats it, if the query ranks rows; without `names` all of it is new."""
    copy = {**renamed(row, free), **more(row, 1)} if names is None else dict(replaced(row, names))
    for item in query.where:
        if isinstance(item.value, (Said, Policy)) or item.attribute in row:
            copy[item.attribute] = row[item.attribute]
    if isinstance(query, Best):
        copy[query.by] = beyond(row[query.by], lead if query.most else -lead, span)
    return copy


def _wanted(query: Query, decision: Decision, resolver: Resolver, *, partial: bool) -> Row:
    """A row that passes the query and what the decision requires of it; `partial` if no tool will fill in the rest."""
    row: dict[str, Json] = {}
    for item in query.where:
        try:
            value, _ = resolver.term(item.value)
        except Unresolved:
            continue
        row[item.attribute] = passing(item, value)
    for check in checks_of(decision):
        left = check.left
        if getattr(left, "query", None) is query:
            try:
                value, _ = resolver.term(check.right)
            except Unresolved:
                continue
            row.setdefault(left.field, passing(Where(left.field, check.op, check.right), value))  # type: ignore[union-attr]
    return _Invented(row) if partial else row


class _Invented(dict[str, Json]):
    """A row of a new record: a field that nobody asked about has some new value."""

    def __missing__(self, key: str) -> Json:
        return f"{MARK}new {key}"

    def __contains__(self, key: object) -> bool:
        return True

    def get(self, key: str, default: Json = None) -> Json:
        return self[key]


def passing(where: Where, value: Json) -> Json:
    match where.op:
        case "<":
            return beyond(value, -1)
        case ">":
            return beyond(value, 1)
        case "is not":
            return f"{MARK}{value}" if isinstance(value, str) else value + 1
        case "in":
            return value[0] if value else MARK
        case "contains":
            return [value]
        case _:
            return value


def _row_changes(row: Row, view: str, rows: tuple[Row, ...], looks: Looks) -> Iterator[tuple[str, Row]]:
    """Changes to the fields that the decision looks at; no other can change what it comes to."""
    fields = [(field, value) for field, value in row.items() if field in looks.used]
    free = looks.integrity.free
    for field, value in fields:
        moved = [value + gap for gap in looks.gaps.get(field, ()) if type(value) in (int, float)]
        for other in (*moved, *looks.compared.get(field, ()), *_instead(view, field, value, rows, looks)):
            if other != value:
                yield (
                    ", ".join(f"{at} {old!r} -> {new!r}" for at, old, new in differences(value, other, field)),
                    {**row, field: other},
                )
    for field, value in fields:
        if isinstance(value, str) and value and (free is None or field in free):
            changed = {key: replaced(item, {value: MARK + value}) for key, item in row.items()}
            if changed != {**row, field: MARK + value}:
                yield f"{field} renamed", changed


def _instead(view: str, field: str, value: Json, rows: tuple[Row, ...], looks: Looks) -> tuple[Json, ...]:
    """What the field could hold instead: all values that there are, or what is near or seen in other rows."""
    known = looks.closed(view, field)
    if known is not None:
        return known
    found = tuple(others(value, looks.integrity.free, field))
    if isinstance(value, str) and field in looks.contained:
        found = ("", *found)  # with a letter more it would still contain what it does
    if looks.integrity.free is None or not isinstance(value, str) or field in looks.integrity.free:
        return found
    return (*found, *dict.fromkeys(row[field] for row in rows if field in row))


def _compared(everything: list[object]) -> dict[str, tuple[Json, ...]]:
    """For each attribute, what it is compared with, and the keys by which it is looked up in a table."""
    found: dict[str, list[Json]] = {}
    for part in everything:
        if isinstance(part, Lookup):
            for index, key in enumerate(part.keys):
                values = list(dict.fromkeys(keys[index] for keys, _ in part.table))
                for item in picked(key):
                    found.setdefault(item.field, []).extend(values)
            continue
        if isinstance(part, Where):
            names, term = [part.attribute], part.value
        elif isinstance(part, Check):
            names, term = [item.field for item in picked(part.left)], part.right
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


def _contained(everything: list[object]) -> frozenset[str]:
    found = {part.attribute for part in everything if isinstance(part, Where) and part.op == "contains"}
    checks = (part for part in everything if isinstance(part, Check) and part.op == "contains")
    return frozenset(found | {item.field for check in checks for item in picked(check.left)})


def _lists(everything: list[object]) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """Tools and views whose rows only lead on, to reads with which tool and by which field.

    A query over all of them that nothing picks but the argument of a read; or one for the row that a user describes.
    """
    leading: dict[int, set[tuple[str, str]]] = {}
    picked_at: dict[int, int] = {}
    for part in everything:
        if isinstance(part, ReadCall):
            for _, term in part.args:
                if isinstance(term, Picked):
                    leading.setdefault(id(term.query), set()).add((part.tool, term.field))
                    picked_at[id(term)] = 1
    elsewhere = {id(part.query) for part in everything if isinstance(part, Picked) and id(part) not in picked_at}
    found: dict[tuple[str, str], set[tuple[str, str]]] = {}
    barred: set[tuple[str, str]] = set()
    for part in everything:
        if isinstance(part, (Only, Best, Every)):
            for source in part.sources:
                key = (source.tool, source.view)
                if isinstance(part, Best) or id(part) in elsewhere or id(part) not in leading:
                    barred.add(key)
                else:
                    found.setdefault(key, set()).update(leading[id(part)])
    return {key: leads for key, leads in found.items() if key not in barred}


def _gaps(decision: Decision, real: Resolver) -> dict[str, tuple[Json, ...]]:
    """For each number that a requirement picks, how far it may have to move for the requirement to turn."""
    found: dict[str, list[Json]] = {}
    for check in checks_of(decision):
        try:
            (left, _), (right, _) = real.term(check.left), real.term(check.right)
        except Unresolved:
            continue
        if type(left) in (int, float) and type(right) in (int, float):
            gap = round(abs(right - left), 2)
            for item in (*picked(check.left), *picked(check.right)):
                found.setdefault(item.field, []).extend((gap + 1, -gap - 1))
    return {field: tuple(moves) for field, moves in found.items()}


def picked(term: Term) -> list[Picked]:
    """What a term picks itself, not what its queries pick."""
    if isinstance(term, Computed):
        return [found for item in term.args for found in picked(item)]
    return [term] if isinstance(term, Picked) else []


def checks_of(decision: Decision | None) -> Iterator[Check]:
    while decision is not None:
        for requirement in decision.requires:
            yield from requirement.checks if isinstance(requirement, AnyOf) else (requirement,)
        decision = decision.otherwise
