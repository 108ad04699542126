"""Other values: a new name, one step further, another of its kind. Pure functions of JSON values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from writ_dspy.domains.integrity import Span
from writ_dspy.evidence.bounds import may_pass
from writ_dspy.task import Json

MARK = "~"
"""Starts every invented id (a user may know how one ends); no tool of ours returns one."""
_PLAIN = frozenset((str, int, float, bool, type(None)))
"""Types of the leaves of a JSON value."""


def leaves(value: Json) -> Iterator[Json]:
    """Everything in a value that is no object and no list."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def texts(value: Json, free: frozenset[str] | None, name: str = "") -> Iterator[str]:
    """The texts in a value that may be any text; `name` is the attribute that holds it."""
    if type(value) in _PLAIN:  # most are, and to ask whether one is a mapping takes long
        if value and type(value) is str and (free is None or name in free):
            yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from texts(item, free, key)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item, free, name)


def replaced(value: Json, names: Mapping[str, str]) -> Json:
    """Every string leaf that has a new name, replaced."""
    if type(value) in _PLAIN:
        return names.get(value, value) if type(value) is str else value
    if isinstance(value, Mapping):
        return {key: replaced(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [replaced(item, names) for item in value]
    return value


def renamed(value: Json, free: frozenset[str] | None, name: str = "") -> Json:
    """Every text that may be any text under a new name."""
    return replaced(value, {text: MARK + text for text in texts(value, free, name)})


def more(row: Mapping[str, Json], step: int) -> dict[str, Json]:
    """The numbers of a row, each raised."""
    return {key: value + step for key, value in row.items() if type(value) in (int, float)}


def beyond(value: Json, step: int, span: Span | None = None) -> Json:
    """A value so many steps above or below, or as near to that as the span allows; None where it allows none.

    A step is one, one day for a date, one minute for a time; a text that is neither comes before or after all others.
    """
    found: Json
    if isinstance(value, str):
        moved = _later(value, step)
        found = moved if moved is not None else f"{value}{MARK}" if step > 0 else ""
    elif isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    else:
        found = value + step
    if span is None or may_pass(span, "is", found):
        return found
    end = span.most if step > 0 else span.least
    reached = end is not None and not span.absent and (end > value if step > 0 else end < value)
    return end if reached and may_pass(span, "is", end) else None


def _later(text: str, steps: int) -> str | None:
    """A date so many days later, or a time so many minutes; None where the text is neither."""
    kind = (len(text) == 10 and text[4:5] == "-", len(text) == 19 and text[10:11] == "T", len(text) == 8)
    try:
        if kind[0]:
            return (dt.date.fromisoformat(text) + dt.timedelta(days=steps)).isoformat()
        if kind[1]:
            return (dt.datetime.fromisoformat(text) + dt.timedelta(minutes=steps)).isoformat()
        if kind[2] and text[2] == ":":
            return (dt.datetime.fromisoformat(f"2000-01-01T{text}") + dt.timedelta(minutes=steps)).time().isoformat()
    except (ValueError, OverflowError):
        return None
    return None


def others(value: Json, free: frozenset[str] | None, name: str) -> Iterable[Json]:
    """Other values of the same type."""
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, str):
        steps = tuple(moved for step in (-1, 1) if (moved := _later(value, step)) is not None)
        return (MARK + value,) if free is None or name in free else steps
    if isinstance(value, (int, float)):
        return (value + 1, value - 1, value * 2 + 1000, type(value)(value / 2), type(value)(0), -1000 - value)
    if isinstance(value, list):
        return (renamed(value, free, name), value[:-1], [*value, *value[-1:]])
    if isinstance(value, Mapping):
        one = [{**value, key: other} for key, item in value.items() for other in others(item, free, key)]
        return (renamed(value, free, name), *one) if free is not None else (renamed(value, free, name),)
    return ()
