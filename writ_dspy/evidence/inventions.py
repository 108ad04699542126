"""Invented records: what a record that does not exist in our database would show.

Each way copies the record that the invented id stands for: under a new id alone, with all names new, with other numbers,
with more rows or fewer, or so that it beats what a query found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from writ_dspy.domains import Row
from writ_dspy.evidence.counterfactuals import Looks, checks_of, passing, picked, tested
from writ_dspy.evidence.found import Unresolved
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.evidence.values import MARK, beyond, more, replaced, texts
from writ_dspy.task import Best, Decision, Json, Op, Outcome, Picked, Policy, Said, Where

Copy: TypeAlias = Callable[[str, str, tuple[Row, ...], Mapping[str, str]], tuple[Row, ...]]
"""(tool, view, rows, invented id by real id) -> the rows that the invented record shows in their place."""


class Winner(NamedTuple):
    """What a query that ranks found: the row, and the read and view that showed it."""

    query: Best
    tool: str
    view: str
    row: Row


def copies(
    decision: Decision, outcome: Outcome, looks: Looks, winners: tuple[Winner, ...] = (), real: Resolver | None = None
) -> tuple[Copy, ...]:
    """The ways to invent a record for this decision.

    Where the decision is refused, also with ids that no other read repeats, and with values that pass what policy checks:
    another user's records may well be in order. Numbers are such that rows do not come to tie.
    """
    beating = tuple(_beating(winner) for winner in winners)
    if outcome.call is not None:
        counted, richer = _renamed_with(looks, 1), _richer(looks)
        return _renamed_with(looks, 0), _plain, counted, richer, *beating, _fewer(looks)
    wanted: dict[str, list[tuple[Json, int]]] = {}
    for check in checks_of(decision):
        for part in picked(check.left):
            if isinstance(check.right, (Said, Policy)):
                value = passing(Where(part.field, check.op, check.right), check.right.value)
                step = {"<": -1, "<=": -1, ">": 1, ">=": 1}.get(check.op, 0) if type(value) in (int, float) else 0
                wanted.setdefault(part.field, []).append((value, step))
    for field, value in _passing_each_other(decision, real) if real is not None else ():
        if field not in wanted:
            wanted[field] = [(value, 0)]
    other = _renamed_with(looks, 0)
    allowed = (_allowed(base, which, wanted) for base in (other, _plain) for which in (0, 1))
    return other, _plain, _apart(looks), *allowed, *beating


_TURNED: dict[Op, Op] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "is": "is", "is not": "is not"}
"""The operation with its sides exchanged."""


def _passing_each_other(decision: Decision, real: Resolver) -> Iterator[tuple[str, Json]]:
    """Fields that are checked against what else is picked, each with a value that passes beside what the other side shows."""
    for check in checks_of(decision):
        sides = ((check.left, check.op, check.right), (check.right, _TURNED.get(check.op), check.left))
        for term, op, other in sides:
            if op is None or not (picked(other) and isinstance(term, Picked)):
                continue
            try:
                value, _ = real.term(other)
                yield term.field, passing(Where(term.field, op, other), value)
            except (Unresolved, TypeError):
                continue


def _new(row: Row, mark: str, names: Mapping[str, str], looks: Looks) -> Row:
    """The row under new names, but for the words that the user or the policy used."""
    found = (text for text in texts(row, looks.integrity.free) if not text.startswith(MARK))
    fresh = {text: mark + text for text in found if text not in looks.spoken} | {**names}
    return {key: replaced(value, fresh) for key, value in row.items()}


def _plain(_: str, __: str, rows: tuple[Row, ...], names: Mapping[str, str]) -> tuple[Row, ...]:
    return tuple({key: replaced(value, names) for key, value in row.items()} for row in rows)


def _renamed_with(looks: Looks, step: int) -> Copy:
    """All names new, and each number raised by so much."""

    def copy(_: str, __: str, rows: tuple[Row, ...], names: Mapping[str, str]) -> tuple[Row, ...]:
        return tuple({**_new(row, MARK, names, looks), **(more(row, step) if step else {})} for row in rows)

    return copy


def _richer(looks: Looks) -> Copy:
    """Twice as many rows, of which no two have the same numbers."""

    def copy(tool: str, view: str, rows: tuple[Row, ...], names: Mapping[str, str]) -> tuple[Row, ...]:
        one = [{**_new(row, MARK, names, looks), **more(row, 1)} for row in rows]
        if (tool, view) in looks.integrity.single:
            return tuple(one)
        two = [{**_new(row, MARK * 9, {}, looks), **more(row, 2)} for row in rows]
        return tuple(row for pair in zip(one, two, strict=True) for row in pair)

    return copy


def _fewer(looks: Looks) -> Copy:
    """The first row is gone where there are several, and what was true of the others is not."""

    def copy(tool: str, view: str, rows: tuple[Row, ...], names: Mapping[str, str]) -> tuple[Row, ...]:
        kept = rows if (tool, view) in looks.integrity.single or len(rows) < 2 else rows[1:]
        negated = ({key: not value for key, value in row.items() if isinstance(value, bool)} for row in kept)
        return tuple({**_new(row, MARK, names, looks), **flags} for row, flags in zip(kept, negated, strict=True))

    return copy


def _apart(looks: Looks) -> Copy:
    """All names new, and not those under which another tool shows the same."""

    def copy(tool: str, _: str, rows: tuple[Row, ...], names: Mapping[str, str]) -> tuple[Row, ...]:
        mark = MARK * (2 + looks.tools.index(tool))
        return tuple(_new(row, mark, names, looks) for row in rows)

    return copy


def _allowed(base: Copy, which: int, wanted: Mapping[str, list[tuple[Json, int]]]) -> Copy:
    """With values that pass what is checked."""

    def copy(tool: str, view: str, rows: tuple[Row, ...], names: Mapping[str, str]) -> tuple[Row, ...]:
        made = []
        for index, row in enumerate(base(tool, view, rows, names)):
            fits = {field: found[which % len(found)] for field, found in wanted.items() if field in row}
            made.append(
                {**row, **{field: value + step * index if step else value for field, (value, step) in fits.items()}}
            )
        return tuple(made)

    return copy


def _beating(winner: Winner) -> Copy:
    """The first row of the invented record passes what the winner passed, and beats it."""
    query = winner.query
    fields = tuple(tested(query))

    def copy(tool: str, view: str, rows: tuple[Row, ...], names: Mapping[str, str]) -> tuple[Row, ...]:
        same = _plain(tool, view, rows, names)
        value = beyond(winner.row[query.by], 1 if query.most else -1)
        if (tool, view) != (winner.tool, winner.view) or value is None or not same:
            return same
        passed = {key: winner.row[key] for key in fields if key in winner.row and key in same[0]}
        return ({**same[0], **passed, query.by: value}, *same[1:])

    return copy
