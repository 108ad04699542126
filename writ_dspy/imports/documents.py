"""The JSON of a file, whole or line by line; what is none is refused with its line, what stands there, and what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from writ_dspy import errors
from writ_dspy.errors import StoreError
from writ_dspy.store.parsed import parsed
from writ_dspy.task import Json

FORMS = (
    "τ²-bench's results.json, τ-bench's trajectories, or rows with `messages` (or ShareGPT's `conversations`) as JSON, JSON Lines "
    "or Parquet"
)
_PACKED = {
    b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"\x28\xb5\x2f\xfd": "zstd", b"PK\x03\x04": "zip", b"7z\xbc\xaf": "7-zip",
}  # fmt: skip
"""What files that are packed start with."""
_OPENS = re.compile(r"""\s*[\[{"]""")


def brief(value: Json) -> str:
    """A value of a document as an error shows it: where Python has other words than JSON, in those of JSON."""
    return (
        {None: "null", True: "true", False: "false"}[value]
        if value is None or isinstance(value, bool)
        else errors.brief(value)
    )


def documents(data: bytes, where: str) -> Iterator[tuple[Json, str]]:
    """Each JSON document in these bytes with its place: the one that they are, or one on every line that is not blank.

    Raises:
        StoreError: They are none; says what they are instead, or names the line and what stands there.
    """
    if not data.strip():
        raise StoreError(f"{where} is empty, so there is nothing to judge. Name another file: {FORMS}.")
    _check(data, where)
    lines = [(number, line) for number, line in enumerate(data.splitlines(), 1) if line.strip()]
    try:
        document = parsed(data)
    except ValueError as error:
        if not any(_stands_alone(line) for _, line in lines):
            raise _flaw(error, where, data) from error
        for number, line in lines:
            place = f"{where}, line {number}"
            try:
                yield parsed(line), place
            except ValueError as broken:
                raise StoreError(
                    f"{place} is no JSON ({_why(broken)}): {brief(line.decode(errors='replace').strip())}. Restore that line, "
                    "or take it out."
                ) from broken
        return
    alone = len(lines) == 1 and isinstance(document, Mapping) and "simulations" not in document
    yield document, f"{where}, line {lines[0][0]}" if alone else where


def _check(data: bytes, where: str) -> None:
    """Refuse what is packed, or written in another encoding."""
    packed = next((name for start, name in _PACKED.items() if data.startswith(start)), None)
    if packed:
        raise StoreError(f"{where} is packed by {packed}. Unpack it, and name what was in it: {FORMS}.")
    encoding = json.detect_encoding(data)
    if not encoding.startswith("utf-8"):
        raise StoreError(f"{where} is written in {encoding.upper()}. Save it as UTF-8.")
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        line = data.split(b"\n", number)[number - 1].decode(errors="replace").strip()
        raise StoreError(
            f"{where}, line {number} is not UTF-8 (byte 0x{data[error.start]:02x}): {brief(line)}. Save the file as UTF-8."
        ) from error


def _stands_alone(line: bytes) -> bool:
    """Whether it is a record of its own, as those of JSON Lines; a line of an indented document is not."""
    if not line.startswith(b"{"):
        return False
    try:
        return bool(parsed(line))
    except ValueError:
        return False


def _flaw(error: ValueError, where: str, data: bytes) -> StoreError:
    """What to say of a file that is no JSON at all, or one broken document."""
    if not _OPENS.match(text := data.decode("utf-8-sig", "surrogatepass")):
        number, line = next((number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip())
        return StoreError(f"{where} is no JSON: line {number} is {brief(line.strip())}. Write {FORMS}.")
    if not isinstance(error, json.JSONDecodeError):
        return StoreError(f"{where} is no JSON ({error}). Write {FORMS}.")
    line = text.split("\n")[error.lineno - 1]
    return StoreError(
        f"{where} is no JSON from line {error.lineno} on ({_why(error)}): {brief(line[max(0, error.colno - 30) :].strip())}. It may have "
        f"been cut off: restore it from a copy. Write {FORMS}."
    )


def _why(error: ValueError) -> str:
    return (
        f"{error.msg.removesuffix(' starting at')}, column {error.colno}"
        if isinstance(error, json.JSONDecodeError)
        else str(error)
    )
