"""Parquet as writ writes it: the same tables give the same bytes, and our files can be told from those of others.

`pyarrow` is imported only when a file is read or written.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from io import BufferedWriter, BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from writ_dspy.store.files import reading
from writ_dspy.version import __version__

if TYPE_CHECKING:
    from pyarrow import DataType, Schema, Table

_MARK = b"writ_dspy"
_CHUNKS = {"min_chunk_size": 256 * 1024, "max_chunk_size": 1024 * 1024, "norm_level": 0}


def write_tables(file: BufferedWriter, schema: Schema, tables: Iterable[Table]) -> int:
    """Write the tables one by one to a new file, each a row group, and sync them; returns the number of rows."""
    from pyarrow.parquet import ParquetWriter

    count = 0
    options: dict[str, Any] = {"use_content_defined_chunking": _CHUNKS, "write_page_index": True}
    with ParquetWriter(file, schema, **options) as writer:
        # Chunk borders that follow the content let the Hub store a changed file as its difference.
        writer.add_key_value_metadata({"content_defined_chunking": json.dumps(_CHUNKS), _MARK: __version__})
        for some in tables:
            writer.write_table(some)
            count += len(some)
    file.flush()
    os.fsync(file.fileno())
    return count


def from_texts(batch: Iterable[dict[str, Any]], schema: Schema) -> Table:
    """Records as a table of these columns; what is JSON in the schema is text in the records.

    Arrow builds no nested JSON from Python values: text first, of which the cast only changes the name. They reach it as lines:
    for Python values it would import pandas, which no table needs, 50 MB in each process. A record is a line as soon as it is
    there, and may then be let go: a line takes a fraction of the room.
    """
    import pyarrow as pa
    from pyarrow.json import ParseOptions, ReadOptions, read_json

    plain = pa.schema([(one.name, _texts(one.type)) for one in schema])
    lines = b"\n".join(json.dumps(record, ensure_ascii=False).encode() for record in batch)
    if not lines:
        return plain.empty_table().cast(schema)
    whole = ReadOptions(use_threads=False, block_size=len(lines) + 1)
    return read_json(BytesIO(lines), whole, ParseOptions(explicit_schema=plain)).select(plain.names).cast(schema)


def _texts(kind: DataType) -> DataType:
    """The type with text where it has JSON."""
    import pyarrow as pa

    if isinstance(kind, pa.JsonType):
        return pa.string()
    if pa.types.is_struct(kind):
        return pa.struct([(one.name, _texts(one.type)) for one in kind])
    return pa.list_(_texts(kind.value_type)) if pa.types.is_list(kind) else kind


def is_ours(path: Path) -> bool:
    """Whether writ wrote this file."""
    from pyarrow.lib import ArrowException
    from pyarrow.parquet import read_metadata

    try:
        with reading(path) as file:
            return _MARK in (read_metadata(file).metadata or {})
    except (ArrowException, OSError):
        return False


def rows_in(path: Path) -> int:
    """How many rows a file holds."""
    from pyarrow.parquet import read_metadata

    with reading(path) as file:
        return int(read_metadata(file).num_rows)


def read_rows(path: Path) -> Table:
    """All rows of a file."""
    from pyarrow.parquet import read_table

    with reading(path) as file:
        return read_table(file)


def column(path: Path, name: str) -> Iterator[Any]:
    """The values of one column of a file."""
    from pyarrow.parquet import ParquetFile

    with reading(path) as raw, ParquetFile(raw) as file:
        for batch in file.iter_batches(columns=[name]):
            yield from batch.column(0).to_pylist()


def sha256(path: Path) -> str:
    """Of the bytes of a file."""
    with reading(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
