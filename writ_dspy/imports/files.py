"""The conversations of a file: τ²-bench's results, τ-bench's trajectories, rows as JSON, JSON Lines or Parquet.

What a file is shows in what stands in it, not in its name. A row holds `messages`, or `conversations` as ShareGPT has them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from writ_dspy.dataset.formats import FOLDERS
from writ_dspy.errors import StoreError
from writ_dspy.imports.documents import FORMS, brief, documents
from writ_dspy.store.files import disk
from writ_dspy.task import Json

_PARQUET = b"PAR1"
_BATCH = 64
_CALLS = re.compile(r"^(?P<text>.*?)\n?<tool_call>(?P<calls>.*)</tool_call>$", re.DOTALL)
_NEXT_RESULT = "\n</tool_response>\n<tool_response>\n"
_SPEAKERS = {
    "human": "user", "user": "user", "gpt": "assistant", "assistant": "assistant", "function_call": "function_call",
    "observation": "tool", "tool": "tool", "system": "system",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Given:
    """One conversation as a file has it, not looked into yet."""

    place: str
    """Where it stands: `results.json, simulations.3`, `rows.jsonl, line 7`."""
    messages: Json
    name: str = "messages"
    """Of the field that they stand in."""
    task_id: str = ""
    domain: str = ""
    """As the file names it."""
    record: Mapping[str, Json] = field(default_factory=dict)
    """All of it."""
    forms: Sequence[Json] | None = None
    """The tasks that the file brings along, in τ²-bench's form."""
    tau1: Mapping[str, Json] | None = None
    """The task that a trajectory of τ-bench brings along."""
    limit: str = ""
    """What stopped it, where the file says that a limit or an error did."""


def conversations(path: Path) -> Iterator[Given]:
    """Each conversation of a file, in its order.

    Raises:
        StoreError: It cannot be read, or is none of the forms; names the file, the line and the field.
    """
    with disk(path, "cannot read"):
        if path.is_dir():
            yield from _folder(path)
            return
        if path.exists() and not (path.is_file() or path.is_fifo()):
            raise StoreError(f"{path} is no file. Name one: {FORMS}.")
        with path.open("rb") as file:
            start = file.read(len(_PARQUET))
            data = b"" if start == _PARQUET else start + file.read()
    yield from _parquet(path, str(path)) if start == _PARQUET else _json(data, str(path))


def _folder(path: Path) -> Iterator[Given]:
    """The Parquet of a dataset folder, as `writ export --out` writes it and the Hub gives it back."""
    files = [file for file in sorted(path.glob("*/*.parquet")) if file.parent.name not in FOLDERS.values()]
    if not files:
        inside = [child.name for child in sorted(path.iterdir()) if (child / "run.json").is_file()]
        remedy = f"It holds runs; name one: {path / inside[0]}." if inside else "Name a file in it."
        raise StoreError(f"{path} is no run, and no folder of a dataset: it holds no */*.parquet. {remedy}")
    for file in files:
        yield from _parquet(file, str(file))


def _parquet(source: Path | BytesIO, where: str) -> Iterator[Given]:
    from pyarrow.lib import ArrowException
    from pyarrow.parquet import ParquetFile

    number = 0
    try:
        with ParquetFile(source) as file:
            for batch in file.iter_batches(_BATCH):
                for row in batch.to_pylist():
                    yield _row(row, f"{where}, row {number}")
                    number += 1
    except ArrowException as error:
        raise StoreError(
            f"{where} is damaged after row {number} ({str(error)[:200]}). Restore it from a copy, or export it again."
        ) from error
    if not number:
        raise StoreError(f"{where} holds no row, so there is nothing to judge. Name another file.")


def piped(data: bytes, where: str) -> Iterator[Given]:
    """Each conversation of what came through a pipe, in its order.

    Raises:
        StoreError: It is none of the forms; names the line and the field.
    """
    if data.startswith(_PARQUET):
        yield from _parquet(BytesIO(data), where)
    else:
        yield from _json(data, where)


def _json(data: bytes, where: str) -> Iterator[Given]:
    for document, place in documents(data, where):
        yield from _document(document, place)


def given(document: Json, where: str) -> Iterator[Given]:
    """The conversations of what was read from JSON, or is at hand in Python.

    Raises:
        StoreError: It is none of the forms.
    """
    yield from _document(document, where)


def _document(document: Json, where: str) -> Iterator[Given]:
    if isinstance(document, Mapping):
        if "simulations" in document:
            yield from _results(document, where)
        else:
            yield _row(document, where)
        return
    if not isinstance(document, Sequence) or isinstance(document, str) or not document:
        raise StoreError(f"{where} holds {brief(document)}, and no conversation. Write {FORMS}.")
    if all(isinstance(one, Mapping) and "role" in one for one in document):
        yield Given(where, document)
        return
    for index, one in enumerate(document):
        yield _row(one, f"{where}, item {index}")


def _row(row: Json, where: str) -> Given:
    """A row of any form."""
    if not isinstance(row, Mapping):
        raise StoreError(f"{where} is {brief(row)}, and no object. Write {FORMS}.")
    task_id = row.get("task_id")
    if task_id is not None and (isinstance(task_id, bool) or not isinstance(task_id, str | int)):
        raise StoreError(f"{where}: `task_id` is {brief(task_id)}. Write the id of a task, or leave it out.")
    key = "" if task_id is None else str(task_id)
    if "traj" in row:
        info = row.get("info")
        task = info.get("task") if isinstance(info, Mapping) else None
        return Given(where, row["traj"], "traj", key, "", row, tau1=task if isinstance(task, Mapping) else None)
    domain = row.get("domain")
    if domain is not None and not isinstance(domain, str):
        raise StoreError(f"{where}: `domain` is {brief(domain)}. Write the name of a domain, or leave it out.")
    if "messages" in row:
        return Given(where, _parsed(row["messages"]), "messages", key, domain or "", row, limit=_limit(row))
    if "conversations" in row:
        return Given(where, _from_sharegpt(row, where), "conversations", key, domain or "", row)
    if "turns" in row:
        raise StoreError(f"{where} is a conversation as a run keeps it. Name the folder of the run: writ verify RUN")
    has = f"it has {brief(', '.join(map(str, row)))}" if row else "it is empty"
    raise StoreError(f"{where} has no `messages`; {has}. Write {FORMS}.")


def _parsed(messages: Json) -> Json:
    """As they are, where JSON stands as text as our Parquet has it: all of it, or each message."""
    try:
        found = json.loads(messages) if isinstance(messages, str) else messages
        texts = isinstance(found, list) and found and all(isinstance(one, str) for one in found)
        return [json.loads(one) for one in found] if texts else found
    except (ValueError, RecursionError):  # then it is no chat, and whoever reads it as one says so
        return messages


def _results(document: Mapping[str, Json], where: str) -> Iterator[Given]:
    """τ²-bench's results: its tasks, and a simulation of each try."""
    simulations, forms = document["simulations"], document.get("tasks")
    if not isinstance(simulations, list):
        raise StoreError(f"{where}: `simulations` is {brief(simulations)}, and no list. Name another file: {FORMS}.")
    forms = forms if isinstance(forms, list) else []
    info = document.get("info")
    environment = info.get("environment_info") if isinstance(info, Mapping) else None
    domain = str(environment.get("domain_name") or "") if isinstance(environment, Mapping) else ""
    for index, one in enumerate(simulations):
        place = f"{where}, simulations.{index}"
        if not isinstance(one, Mapping) or "messages" not in one:
            raise StoreError(f"{place} is {brief(one)}. Write an object with `messages` and a `task_id`.")
        key = str(one.get("task_id", ""))
        yield Given(place, one["messages"], "messages", key, domain, one, forms or None, limit=_limit(one))


def _limit(record: Mapping[str, Json]) -> str:
    """As the file words it; empty where a side came to its end."""
    reason = record.get("termination_reason")
    word = reason.rpartition(".")[2].lower() if isinstance(reason, str) else ""
    return "" if word.endswith("_stop") else word


# ----------------------------------------------------------------------------- ShareGPT


def _from_sharegpt(row: Mapping[str, Json], where: str) -> list[dict[str, Any]]:
    turns = row["conversations"]
    if not isinstance(turns, list):
        raise StoreError(
            f"{where}: `conversations` is {brief(turns)}. Write a list of turns, each with `from` and `value`."
        )
    messages: list[dict[str, Any]] = []
    for index, turn in enumerate(turns):
        at = f"{where}: `conversations.{index}`"
        speaker = turn.get("from") if isinstance(turn, Mapping) else None
        text = turn.get("value") if isinstance(turn, Mapping) else None
        if not isinstance(speaker, str) or speaker not in _SPEAKERS or not isinstance(text, str):
            raise StoreError(
                f"{at} is {brief(turn)}. Write `from` as one of {', '.join(_SPEAKERS)}, and `value` as a text."
            )
        role = _SPEAKERS[speaker]
        if role == "function_call":
            messages.append(_called(text, at))
        elif role == "tool":
            messages += [{"role": "tool", "content": part} for part in text.split(_NEXT_RESULT)]
        else:
            messages.append({"role": role, "content": text})
    return messages


def _called(text: str, at: str) -> dict[str, Any]:
    """A turn of calls: one, or a list, after a text or without."""
    match = _CALLS.match(text)
    try:
        found = json.loads(match["calls"] if match else text)
    except ValueError as error:
        raise StoreError(f"{at}.value is no call ({error}). Write the JSON of its name and arguments.") from error
    calls = found if isinstance(found, list) else [found]
    return {
        "role": "assistant",
        "content": match["text"] if match else "",
        "tool_calls": [{"function": one} for one in calls],
    }
