"""What a server holds: what a tool shows of it, or its database file, a JSON or an SQLite one, as tables of records by their ids."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from writ_dspy.domains.served.answers import within
from writ_dspy.errors import DomainError, brief
from writ_dspy.task import Json

_SQLITE = b"SQLite format 3\0"


def of_file(path: Path) -> Json:
    """The tables of a database file.

    Raises:
        DomainError: There is none, or it is neither JSON nor SQLite.
    """
    try:
        with path.open("rb") as file:
            head = file.read(len(_SQLITE))
        return _of_sqlite(path) if head == _SQLITE else json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, sqlite3.Error) as error:
        raise DomainError(
            f"{path}: the state cannot be read there ({error}). Name a file of JSON or SQLite that the server keeps it in."
        ) from error


def tables(found: Json, at: str, keys: Iterable[str], where: str) -> dict[str, Any]:
    """The state at a place of what was found, with lists of records as tables.

    Raises:
        DomainError: What stands there is no object.
    """
    state = within(found, at)
    if not isinstance(state, Mapping) or not state:
        raise DomainError(
            f"{where}: the state is {brief(state)}, and no object of tables. Name the place in it that is one (`at`)."
        )
    return {str(name): _table(part, keys) for name, part in state.items()}


def _table(part: Json, keys: Iterable[str]) -> Json:
    """A list of records, by the field that tells them apart."""
    if not isinstance(part, list) or not part or not all(isinstance(record, dict) for record in part):
        return part
    for key in sorted(keys):
        ids = {str(record[key]) for record in part if key in record}
        if len(ids) == len(part):
            return {str(record[key]): record for record in part}
    return part


def _of_sqlite(path: Path) -> dict[str, Any]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as base:
        base.row_factory = sqlite3.Row
        names = [row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: _rows(base, name) for name in names if not name.startswith("sqlite_")}


def _rows(base: sqlite3.Connection, table: str) -> dict[str, dict[str, Json]]:
    quoted = '"' + table.replace('"', '""') + '"'
    about = base.execute(f"PRAGMA table_info({quoted})").fetchall()
    key = [row["name"] for row in sorted(about, key=lambda row: row["pk"]) if row["pk"]]
    found = {}
    for number, row in enumerate(base.execute(f"SELECT * FROM {quoted}")):  # noqa: S608 - the name is quoted
        record = {name: _value(row[name]) for name in row.keys()}  # noqa: SIM118 - an sqlite3.Row iterates over its values
        found["|".join(str(record[name]) for name in key) if key else str(number)] = record
    return found


def _value(held: Any) -> Json:
    """A column's value; a text that is a list or an object of JSON, as that."""
    if isinstance(held, bytes):
        return held.hex()
    if isinstance(held, str) and held[:1] in ("[", "{"):
        try:
            return json.loads(held)
        except ValueError:
            return held
    return held
