"""What must not be published: secrets, and people or records that no database of a domain holds.

A secret is known by its shape, or by being one of the live keys of this process. An e-mail address or an id is fine
if the domain's database or system prompt holds it, if code drew it for the task (a wrong order number, a name without
an account), or if a tool returned it in that conversation; all others came from somewhere else.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from writ_dspy.domains import load
from writ_dspy.store.files import disk, reading
from writ_dspy.store.run import Run
from writ_dspy.task import Json

if TYPE_CHECKING:
    from pyarrow import Array, Table

SECRETS: Sequence[tuple[str, bytes, re.Pattern[bytes]]] = [
    (name, anchor, re.compile(pattern))
    for name, anchor, pattern in (
        ("a Hugging Face token", b"hf_", rb"\bhf_[A-Za-z0-9]{30,}\b"),
        ("a Hugging Face token", b"api_org_", rb"\bapi_org_[A-Za-z0-9]{30,}\b"),
        ("an API key", b"sk-", rb"(?<![A-Za-z0-9])sk-(?:[a-z]{2,8}-|[a-z]{2,8}-v\d-)?[A-Za-z0-9_-]{20,}"),
        ("an AWS key", b"AKIA", rb"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
        *(("a GitHub token", b"gh%c_" % letter, rb"\bgh%c_[A-Za-z0-9]{36,}" % letter) for letter in b"pousr"),
        ("a GitHub token", b"github_pat_", rb"\bgithub_pat_\w{50,}"),
        ("a GitLab token", b"glpat-", rb"\bglpat-[\w-]{20,}"),
        ("a Slack token", b"xox", rb"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
        ("a Google key", b"AIza", rb"\bAIza[0-9A-Za-z_-]{35}"),
        ("a key of Groq", b"gsk_", rb"\bgsk_[A-Za-z0-9]{40,}"),
        ("a key of NVIDIA", b"nvapi-", rb"\bnvapi-[\w-]{40,}"),
        ("a Weights & Biases key", b"wandb", rb"(?i)wandb[^\n]{0,40}\b[0-9a-f]{40}\b"),
        ("a private key", b"PRIVATE KEY", rb"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
        ("a JSON web token", b"eyJ", rb"\beyJ[\w-]{10,}\.eyJ[\w-]{6,}\.[\w-]{6,}"),
        ("a password in a URL", b"://", rb"\b[a-z][a-z0-9+.-]{1,16}://[^\s:/@\"']{1,64}:[^\s:/@\"']{3,}@[\w.-]+"),
    )
]
"""What it is, bytes that every one of them holds, and its shape."""
LIVE = re.compile(r"(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS)(?:_|$)")
"""Names of environment variables whose values are looked for as they stand."""
SHORTEST = 12
"""Characters of the shortest value that is looked for: a shorter one would be found in any text."""
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
SHAPED = re.compile(
    r"#[A-Z]+\d+|\b[a-z]+(?:_[a-z]+)*_\d{2,}\b|\b\d{10}\b|\b(?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])[A-Z0-9]{6}\b"
)
"""What looks like an id in most databases, whatever the domain: a number behind a sign or an underline, ten digits, six capitals with digits."""
WORD = re.compile(r"[#\w@.+-]+")


class Found(NamedTuple):
    """Something that gives reason to stop."""

    place: str
    """File, and the row or line."""
    what: str
    text: str = ""
    """What it says; empty for a secret, which is not repeated."""

    def __str__(self) -> str:
        return f"{self.place}: {self.what}" + (f" {self.text!r}" if self.text else "")


def secrets(folder: Path, paths: Iterable[str]) -> Iterator[Found]:
    """Every text of every file that looks like a secret, or holds a live key of this process."""
    literal = live_keys()
    for path in paths:
        with disk(folder / path, "cannot read"):
            if path.endswith(".parquet"):
                yield from _in_parquet(folder, path, literal)
            elif not path.endswith(".png"):
                with reading(folder / path) as file:
                    for number, line in enumerate(file, 1):
                        yield from (Found(f"{path}, line {number}", what) for what in _secrets(line, literal))


def live_keys() -> dict[str, str]:
    """Value -> name of each environment variable that holds a key, and the token of the Hub, wherever it stands."""
    found = {value: f"the value of ${name}" for name, value in os.environ.items() if LIVE.search(name.upper())}
    try:
        from huggingface_hub import get_token
    except ImportError:  # then nothing is published, and staging alone needs no token
        pass
    else:
        found[get_token() or ""] = "your Hugging Face token"
    return {value.strip(): what for value, what in found.items() if len(value.strip()) >= SHORTEST}


def _secrets(data: bytes, literal: Mapping[str, str]) -> Iterator[str]:
    for what, anchor, pattern in SECRETS:
        if anchor in data and pattern.search(data):
            yield what
    for value, what in literal.items():
        if value.encode() in data or json.dumps(value)[1:-1].encode() in data:
            yield what


def _in_parquet(folder: Path, path: str, literal: Mapping[str, str]) -> Iterator[Found]:
    """Whole columns at once; only where something is found, value by value."""
    from pyarrow.parquet import ParquetFile

    with reading(folder / path) as raw, ParquetFile(raw) as file:
        for group in range(file.num_row_groups):
            for column, array in _texts(file.read_row_group(group)):
                data = array.buffers()[-1]
                if data is None or not any(_secrets(data.to_pybytes(), literal)):
                    continue
                hits = {what for value in array.to_pylist() for what in _secrets((value or "").encode(), literal)}
                yield from (Found(f"{path}, column {column}, row group {group}", what) for what in sorted(hits))


def _texts(table: Table) -> Iterator[tuple[str, Array]]:
    """Every array of text within the table, however deep."""
    import pyarrow as pa

    def within(name: str, array: Array) -> Iterator[tuple[str, Array]]:
        if isinstance(array, pa.ExtensionArray):
            array = array.storage
        if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
            yield from within(name, array.values)
        elif pa.types.is_struct(array.type):
            for index, field in enumerate(array.type):
                yield from within(f"{name}.{field.name}", array.field(index))
        elif pa.types.is_dictionary(array.type):
            yield from within(name, array.dictionary)
        elif pa.types.is_string(array.type) or pa.types.is_large_string(array.type) or pa.types.is_binary(array.type):
            yield name, array

    for name in table.column_names:
        for chunk in table.column(name).chunks:
            yield from within(name, chunk)


# ----------------------------------------------------------------------------- people and records


def strangers(run: Run, tables: Iterable[tuple[str, Table]]) -> Iterator[Found]:
    """E-mail addresses and ids in what was said and asked for, of which nothing says that they are made up.

    Args:
        run: Where the tasks of the rows are kept.
        tables: The rows, some at a time, with their split.
    """
    wanted = ["trajectory_id", "task_id", "domain", "messages", "user_scenario", "user_behavior", "told"]
    for split, table in tables:
        for row in table.select(wanted).to_pylist():
            said, returned = _sides(row)
            left = mentioned(said, row["domain"]) - held(row["domain"])
            if left:
                known = _words(f"{returned} {_typed(run.get('tasks', row['task_id']))}")
                left = {text for text in left if not _forms(text) & (known | held(row["domain"]))}
            for text in sorted(left):
                what = "no database holds the e-mail address" if "@" in text else "no database holds the id"
                yield Found(f"{row['domain']}/{split}, {row['trajectory_id']}", what, text)


def _forms(text: str) -> set[str]:
    """An id or address as it stands, in lower case, and without the sign that some write before a number."""
    return {text, text.lower(), text.removeprefix("#")}


def mentioned(text: str, domain: str) -> set[str]:
    """The e-mail addresses in a text, what the domain would take for ids, and what looks like one; a shouted word is none."""
    emails, rest = {found.rstrip(".") for found in EMAIL.findall(text)}, EMAIL.sub(" ", text)
    ids = {one for one in load(domain).pack.ids(rest) if any(map(str.isdigit, one))}
    return emails | ids | set(SHAPED.findall(rest))


@cache
def held(domain: str) -> frozenset[str]:
    """Every word of a domain's database, system prompt and tools."""
    found = load(domain)
    return _words(json.dumps([found.tables, found.system_prompt, list(found.tools)], ensure_ascii=False, default=str))


def _sides(row: Mapping[str, Json]) -> tuple[str, str]:
    """All that was said, asked for or told to the user; all that tools returned, which replaying has confirmed."""
    said = [row["user_scenario"], row["user_behavior"], row["told"]]
    returned = []
    for message in map(json.loads, row["messages"]):
        if message["role"] == "tool":
            returned.append(message["content"])
        elif message["role"] != "system":
            calls = message.get("tool_calls", ())
            said += [message["content"], *(json.dumps(call["function"], ensure_ascii=False) for call in calls)]
    return "\n".join(map(str, said)), "\n".join(returned)


def _typed(record: Mapping[str, Json]) -> str:
    """What code drew for a task: no words of a model."""
    behaviour = record.get("behaviour") or {}
    drawn = [behaviour.get("slip"), behaviour.get("trials")]
    return json.dumps([record["facts"], record["goal"], record["outcomes"], *drawn], ensure_ascii=False)


def _words(text: str) -> frozenset[str]:
    """Words, also without the punctuation around them, and in lower case where they are e-mail addresses."""
    words = set(WORD.findall(text.replace("\\n", " ")))
    words |= {word.strip(".-+") for word in words}
    return frozenset(words | {word.lower() for word in words if "@" in word})
