"""Tables are built of records, without what no table needs."""

from __future__ import annotations

import subprocess
import sys

import pyarrow as pa
import pytest

from writ_dspy.dataset.parquet import from_texts

SCHEMA = pa.schema(
    [
        ("name", pa.string()), ("count", pa.int32()), ("share", pa.float64()), ("good", pa.bool_()), ("words", pa.list_(pa.string())),
        ("calls", pa.list_(pa.json_())), ("one", pa.struct([("role", pa.string()), ("content", pa.json_())])),
    ]
)  # fmt: skip
RECORD = {
    "name": 'Zoë 👍 "quoted"\nsecond line\u2028\\',
    "count": -3,
    "share": 0.1,
    "good": False,
    "words": ["", "a\tb"],
    "calls": ['{"a": [1, null]}'],
    "one": {"role": "user", "content": "[]"},
}
EMPTY = {
    "name": None,
    "count": None,
    "share": 2,
    "good": None,
    "words": [],
    "calls": None,
    "one": {"role": None, "content": "{}"},
}
WITHOUT = """
import sys
from pyarrow.parquet import ParquetWriter
from writ_dspy.dataset.parquet import from_texts
from tests.dataset.test_parquet import RECORD, SCHEMA
ParquetWriter(sys.argv[1], SCHEMA).write_table(from_texts([RECORD], SCHEMA))
print(sorted({"pandas", "datasets"} & set(sys.modules)))
"""


def test_records_come_back_as_they_are_whatever_stands_in_them() -> None:
    """Line breaks and quotes in a text, missing values and whole numbers where a fraction may stand are kept, each in its type."""
    found = from_texts([RECORD, EMPTY, RECORD], SCHEMA)

    assert found.schema == SCHEMA
    assert found.to_pylist() == [RECORD, EMPTY, RECORD]
    assert [column.num_chunks for column in found.columns] == [1] * len(SCHEMA)
    assert from_texts([], SCHEMA).schema == SCHEMA


@pytest.mark.parametrize(
    ("name", "value"), [("count", "3"), ("count", 0.5), ("count", 2**40), ("words", "a"), ("good", 1)]
)
def test_a_value_of_another_type_is_refused(name: str, value: object) -> None:
    """No value is made to fit."""
    with pytest.raises(pa.ArrowInvalid):
        from_texts([RECORD | {name: value}], SCHEMA)


def test_half_a_surrogate_pair_is_refused() -> None:
    """No file can hold it."""
    with pytest.raises(UnicodeEncodeError):
        from_texts([RECORD | {"name": "\ud83d"}], SCHEMA)


def test_a_table_is_written_without_pandas(tmp_path: object) -> None:
    """Arrow would import it for Python values, 50 MB in each process."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, f"{tmp_path}/some.parquet"], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
