"""A tool result in the printing of our own tools, where it says the same in another.

Results are compared as values: the order of keys, `100` for `100.0`, a key that only one side has and that holds nothing or
what was asked for, a key of another name with the same value, and a table that is a list elsewhere, make no difference. A
value that differs stays as it was recorded, so that `replay` finds it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain
from writ_dspy.store.parsed import parsed
from writ_dspy.task import Json

_ADDRESS = re.compile(r"https?://\S+")


def reprinted(turns: Sequence[Turn], domain: Domain) -> tuple[Turn, ...]:
    """The turns with every result that is the same by value as our tools print it."""
    world = domain.world()
    found = list(turns)
    for index, turn in enumerate(turns):
        for offset, call in enumerate(turn.calls, start=1):
            if index + offset >= len(turns) or turns[index + offset].role != "tool":
                break
            fresh = world.call(call)
            recorded = turns[index + offset]
            if recorded.text != fresh.text:
                text = as_printed(recorded.text, fresh.text, call.args)
                found[index + offset] = Turn("tool", text, error=fresh.error if text == fresh.text else recorded.error)
    return tuple(found)


def as_printed(recorded: str, fresh: str, asked: Mapping[str, Json]) -> str:
    """The recorded result in the form of the fresh one; to the letter the fresh one, where all values are the same."""
    if _words(recorded) == _words(fresh):
        return fresh
    try:
        there, here = parsed(recorded), parsed(fresh)
    except ValueError:
        return recorded
    merged = _merged(there, here, {str(value) for value in asked.values()})
    return fresh if _same(merged, here) else json.dumps(merged, ensure_ascii=False)


def _words(text: str) -> str:
    """Of a result that is none of JSON: case and addresses, which hold versions of libraries, say nothing."""
    return _ADDRESS.sub("", text).casefold().strip()


def _merged(there: Json, here: Json, asked: set[str]) -> Json:
    """What is recorded, in the shape of what we print."""
    if isinstance(there, Mapping) and isinstance(here, Mapping):
        return _record(there, here, asked)
    if isinstance(there, Mapping) and isinstance(here, list) and (rows := _as_rows(there, here)) is not None:
        there = rows
    if isinstance(there, list) and isinstance(here, list) and len(there) == len(here):
        return [_merged(one, other, asked) for one, other in zip(there, here, strict=True)]
    return here if _same(there, here) else there


def _record(there: Mapping[str, Json], here: Mapping[str, Json], asked: set[str]) -> dict[str, Json]:
    more = {key: value for key, value in there.items() if key not in here}
    found = {}
    for key, value in here.items():
        if key in there:
            found[key] = _merged(there[key], value, asked)
            continue
        renamed = next((name for name, other in more.items() if value is not None and _same(other, value)), None)
        if renamed is not None:
            del more[renamed]
        if renamed is not None or value is None or str(value) in asked:
            found[key] = value
    return found | {key: value for key, value in more.items() if value is not None}


def _as_rows(table: Mapping[str, Json], rows: list[Json]) -> list[Json] | None:
    """A table of one value by key as the list of rows of two columns that is printed elsewhere."""
    if not rows or not all(isinstance(row, Mapping) and len(row) == 2 for row in rows):
        return None
    names = list(rows[0])
    return [dict(zip(names, item, strict=True)) for item in table.items()]


def _same(one: Json, other: Json) -> bool:
    """Whether two values are equal; a truth value is no number."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)
