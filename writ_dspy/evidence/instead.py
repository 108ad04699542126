"""What a read would have shown instead, in words: which record, which field, and from what to what.

`also ~HAT071 with price_economy 50` · `no reservations` · `HAT227 with price_economy 51 (not 77)` · `~7701 (not 7701)`
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from writ_dspy.domains import Row, Views
from writ_dspy.domains.integrity import Integrity
from writ_dspy.evidence.apart import MOST, differences
from writ_dspy.evidence.values import texts
from writ_dspy.task import Call, Json

FEW = 2
"""Fields of one more record that are named."""
_ALIKE = 2
"""Rows that may share what names a record: itself, before and after."""


def instead(
    read: Call, before: Views, after: Views, used: AbstractSet[str], looked: AbstractSet[str], integrity: Integrity
) -> str:
    """What is different in a result, as it goes on after "had it shown"; empty where nothing is.

    Args:
        read: The call; what it asked for names no record in its result.
        before: The rows that it shows.
        after: Those that it would show.
        used: The fields that the decision looks at; others that follow from them are not told.
        looked: The views that it looks at; the others only where these show no difference.
        integrity: Which views are of one record, and which attributes may be any text.
    """
    found: list[str] = []
    known: set[tuple[str, str]] = set()
    for view in sorted(after, key=lambda view: (view not in looked, (read.tool, view) not in integrity.single)):
        if found and view not in looked:
            break
        rows = (*before.get(view, ()), *after[view])
        single = (read.tool, view) in integrity.single
        noun = integrity.called.get(view, view.replace("_", " "))
        one = _View(read, view, rows, used, integrity.free, known, single=single, noun=noun)
        found += one.told(before.get(view, ()), after[view])
        known |= one.changes
    found = [*dict.fromkeys(found)]  # two rows may go by one name: the same flights on two days
    more = f", and {len(found) - MOST} more" if len(found) > MOST else ""
    return f"{', '.join(found[:MOST])}{more}"


class _View:
    """One view before and after."""

    def __init__(
        self, read: Call, view: str, rows: Sequence[Row], used: AbstractSet[str], free: frozenset[str] | None, known: AbstractSet[tuple[str, str]], *,
        single: bool, noun: str,
    ) -> None:  # fmt: skip
        self._what, self._noun = view.replace("_", " "), noun
        self._asked = frozenset(value for value in read.args.values() if isinstance(value, str))
        self._rows, self._used, self._free, self._single = rows, used, free, single
        self._known = known
        self.changes: set[tuple[str, str]] = set()
        """From what to what: other views that repeat it of their own rows add nothing (`known`)."""

    def told(self, before: Sequence[Row], after: Sequence[Row]) -> Iterator[str]:
        """Each record that is more, less or different."""
        if before and not after:
            yield f"no {self._what}"
        elif len(before) == len(after):
            yield from filter(None, (self._changed(old, new) for old, new in zip(before, after, strict=True)))
        elif len(after) > len(before):
            there = [dict(row) for row in before]
            yield from (self._more(row, before) for row in after if dict(row) not in there)
        else:
            left = [dict(row) for row in after]
            yield from (f"no {self._name(row)}" for row in before if dict(row) not in left)

    def _more(self, row: Row, before: Sequence[Row]) -> str:
        """A new record, with what sets it apart from those that are there."""
        name, own = (
            self._name(row, new=True),
            [field for field in row if field in self._used and field not in (self._free or ())],
        )
        told = {*self._asked, name}
        own = [field for field in own if not isinstance(row[field], list | Mapping) and row[field] not in told]
        own.sort(key=lambda field: any(other.get(field) == row[field] for other in before))
        fields = " and ".join(f"{field} {_written(row[field])}" for field in own[:FEW])
        return f"also {name}{f' with {fields}' if fields else ''}"

    def _changed(self, old: Row, new: Row) -> str:
        """A record with what it shows otherwise; one under another name only by both names."""
        was, name = self._name(old), self._name(new, self._named_by(old))
        if was != name:
            return f"{name} (not {was})" if self._is_new(was, name) else ""
        parts = [
            f"{where} {_written(there)} (not {_written(here)})"
            for field in old
            if field in self._used and field in new
            for where, here, there in differences(old[field], new[field], field)
            if self._is_new(_written(here), _written(there))
        ]
        return f"{was} with {', '.join(parts[:MOST])}" if parts else ""

    def _is_new(self, here: str, there: str) -> bool:
        change = (here.strip("'"), there.strip("'"))
        self.changes.add(change)
        return change not in self._known

    def _name(self, row: Row, by: str = "", *, new: bool = False) -> str:
        """What names it among its like: an id or a name that was not asked for; else what it is.

        Args:
            row: The record.
            by: The field that names it, where that is settled.
            new: An invented id goes before what it shares with others.
        """
        by = by or self._named_by(row, new=new)
        return " + ".join(dict.fromkeys(self._texts(row, by))) if by else self._noun

    def _named_by(self, row: Row, *, new: bool = False) -> str:
        """The field whose text names a record; none of a view that shows one record."""
        own = [
            field
            for field, value in row.items()
            if self._texts(row, field) and sum(other.get(field) == value for other in self._rows) <= _ALIKE
        ]
        invented = [field for field in own if new and all(text.startswith("~") for text in self._texts(row, field))]
        return next(iter(invented or own), "") if not self._single else ""

    def _texts(self, row: Row, field: str) -> list[str]:
        return [text for text in texts(row.get(field), self._free, field) if text not in self._asked]


def _written(value: Json) -> str:
    """As Python writes it; an amount without the dust of its arithmetic."""
    return repr(round(value, 2)) if isinstance(value, float) else repr(value)
