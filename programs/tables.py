"""What a tool returned, in fewer words for a prompt: like objects become the rows of a table, and nothing is left out.

Only a prompt is written so; the conversation keeps what the tool returned, letter by letter.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from writ_dspy.task import Json

EMPTY = re.compile(r"\n\w+(?:, \w+)+: null(?=\n|\Z)")
"""The line of a record that names its empty fields: what was not done to it, as it says without that line."""
FEWEST = 2
"""Like objects that make a table."""


@lru_cache(maxsize=4096)
def tabled(text: str) -> str:
    """The text itself, where it is no JSON or would not become shorter."""
    if text[:1] not in "{[":
        return text
    try:
        data = json.loads(text)
    except ValueError:
        return text
    short = _list(data) if isinstance(data, list) else "\n".join(_fields(data))
    return short if len(short) < len(text) else text


def _fields(data: Mapping[str, Json]) -> Iterator[str]:
    """A line for each field, and one for all that are empty."""
    empty = [key for key, value in data.items() if value is None]
    empty = empty if len(empty) >= FEWEST else []
    yield from (f"{key}: {_value(value)}" for key, value in data.items() if key not in empty)
    if empty:
        yield f"{', '.join(empty)}: null"


def _value(data: Json) -> str:
    if isinstance(data, list):
        return _list(data)
    if (
        isinstance(data, dict)
        and len(data) >= FEWEST
        and all(isinstance(part, dict) and part for part in data.values())
    ):
        rows = [_flat(part) for part in data.values()]
        named = any(all(row.get(name) == key for key, row in zip(data, rows, strict=True)) for name in rows[0])
        rows = rows if named else [{"": key} | row for key, row in zip(data, rows, strict=True)]
        if _alike(rows):
            return _table(rows)
    return _plain(data)


def _list(data: Sequence[Json]) -> str:
    if len(data) >= FEWEST and all(isinstance(part, dict) for part in data):
        rows = [_flat(part) for part in data]
    elif len(data) >= FEWEST and all(
        isinstance(part, list) and all(isinstance(x, dict) for x in part) for part in data
    ):
        rows = [{f"{n}.{key}": v for n, x in enumerate(part, 1) for key, v in _flat(x).items()} for part in data]
    else:
        return _plain(data)
    if not _alike(rows):  # each has fields of its own further in
        rows = [part for part in data if isinstance(part, dict)]
    return _table(rows) if len(rows) == len(data) and _alike(rows) else _plain(data)


def _alike(rows: Sequence[Mapping[str, Json]]) -> bool:
    return len({tuple(row) for row in rows}) == 1 and len(rows[0]) > 0


def _table(rows: Sequence[Mapping[str, Json]]) -> str:
    """A line with the names, then one for each object; what is the same in all of them stands in the first line."""
    fixed = {
        key: rows[0][key] for key in rows[0] if len(rows) > FEWEST and all(row[key] == rows[0][key] for row in rows)
    }
    names = [key for key in rows[0] if key not in fixed]
    each = ", ".join(f"{key} {_cell(value, '|,')}" for key, value in fixed.items())
    lines = (" | ".join(_cell(row[name]) for name in names) for row in rows)
    return "\n".join([f"\n{_headed(names)}{'; each with ' if each else ''}{each}", *lines])


def _headed(names: Sequence[str]) -> str:
    """The names in their order; what several have in common stands once: `seats(economy | business)`."""
    heads = []
    for start, some in itertools.groupby(names, lambda name: name.partition(".")[0]):
        rest = [name.partition(".")[2] for name in some]
        heads.append(f"{start}({_headed(rest)})" if len(rest) > 1 else f"{start}.{rest[0]}".rstrip("."))
    return " | ".join(heads)


def _flat(data: Mapping[str, Json], start: str = "") -> dict[str, Json]:
    """The fields of an object, those of objects in it under a common name."""
    found: dict[str, Json] = {}
    for key, value in data.items():
        if isinstance(value, dict) and value:
            found |= _flat(value, f"{start}{key}.")
        else:
            found[f"{start}{key}"] = value
    return found


def _cell(value: Json, marks: str = "|") -> str:
    if isinstance(value, dict) and value and not any(isinstance(part, dict | list) for part in value.values()):
        return ", ".join(f"{key}: {_cell(part, '|,:')}" for key, part in value.items())
    return value if isinstance(value, str) and value and not set(value) & {"\n", *marks} else _plain(value)


def _plain(data: Json) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
