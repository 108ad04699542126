"""Files with anything anywhere: read, or refused with the place and what to do, and never a traceback."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import writ_dspy as writ
from tests.imports import forms
from tests.simulate.playing import Played
from writ_dspy.dataset.rows import row as exported_row
from writ_dspy.errors import WritError

ODD: tuple[Any, ...] = (
    None,
    7,
    -1.5,
    True,
    "",
    "x",
    "[",
    "{}",
    [],
    {},
    [None],
    ["x"],
    [[]],
    {"": None},
    {"name": 7},
    [{}],
)


def places(data: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value below."""
    yield at
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield from places(value, (*at, key))


def put(data: Any, at: tuple[Any, ...], value: Any) -> Any:
    """A copy with another value there."""
    if not at:
        return value
    changed = copy.deepcopy(data)
    inner = changed
    for key in at[:-1]:
        inner = inner[key]
    inner[at[-1]] = value
    return changed


def documents(item: Played) -> dict[str, Any]:
    """A file of every form."""
    row = json.loads(json.dumps(exported_row(item.task, item.talk, item.domain)))
    chat = [
        {"from": "human", "value": "Hi"}, {"from": "function_call", "value": '{"name": "calculate", "arguments": {"expression": "1"}}'},
        {"from": "observation", "value": "1.0"}, {"from": "gpt", "value": "One."},
    ]  # fmt: skip
    return {
        "results": forms.results(item.task, item.talk),
        "trajectories": [forms.trajectory(item.task, item.talk, item.domain)],
        "rows": [row],
        "sharegpt": [{"conversations": chat, "system": "", "tools": "[]", "domain": "retail"}],
    }  # fmt: skip


@pytest.mark.parametrize("files", [40, pytest.param(1000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("form", ["results", "trajectories", "rows", "sharegpt"])
def test_any_value_anywhere_is_read_or_refused_in_one_line(played: list[Played], form: str, files: int) -> None:
    """Each is a verdict, or an error of ours that says where; for so many damaged files of a form."""
    rng = random.Random(form)
    item = min((item for item in played if item.task.gold), key=lambda item: len(item.talk.turns))
    document = documents(item)[form]
    spots = list(places(document))
    shallow = [at for at in spots if len(at) < 5]
    read, refused = 0, []
    for number in range(files):
        at = rng.choice(shallow if number % 2 else spots)
        damaged = put(document, at, rng.choice(ODD))
        try:
            read += len(writ.verify(damaged, domain=item.task.domain if form == "trajectories" else None)) >= 0
        except WritError as error:
            refused.append(str(error))

    assert files / 12 < read < files
    assert not [line for line in refused if "\n" in line or len(line) > 1000]


def test_a_parquet_file_of_others_is_refused_with_its_columns(tmp_path: Path) -> None:
    """No messages, no conversations: the file, the row, and what it has."""
    import pyarrow as pa

    path = tmp_path / "cats.parquet"
    pq.write_table(pa.table({"name": ["Tom"], "age": [3]}), path)

    with pytest.raises(WritError, match=r"cats.parquet, row 0 has no `messages`; it has 'name, age'"):
        writ.verify(path)
