"""What a server says is read as what it is: answers as values, schemas as models, files as tables; no server is needed for that."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from writ_dspy.domains.observed import Result
from writ_dspy.domains.served import answers, schemas, state
from writ_dspy.errors import DomainError

RECORD = {"loan_id": "L1", "author": "Zoë", "fees": 2.0}
WRAPPED = {"type": "object", "properties": {"result": {"type": "array"}}}


def said(*texts: str, **more: Any) -> dict[str, Any]:
    """An answer of some blocks of text."""
    return {"content": [{"type": "text", "text": text} for text in texts], **more}


@pytest.mark.parametrize(
    ("found", "output", "path", "result"),
    [
        (said("L1"), {}, "", "L1"),
        (said("12"), {}, "", "12"),
        (said(json.dumps(RECORD, indent=2)), {}, "", '{"loan_id": "L1", "author": "Zoë", "fees": 2.0}'),
        (said("[]"), {}, "", "[]"),
        (said("[no loans]"), {}, "", "[no loans]"),
        (said(), {}, "", ""),
        (said('{"a": 1}', '{"b": 2}'), {}, "", '[{"a": 1}, {"b": 2}]'),
        (said("other", structuredContent=RECORD), {}, "", '{"loan_id": "L1", "author": "Zoë", "fees": 2.0}'),
        (said("x", structuredContent={"result": [1]}), WRAPPED, "", "[1]"),
        (said("x", structuredContent={"result": "L1"}), WRAPPED, "", "L1"),
        (said("x", structuredContent={"result": [1]}), {}, "", '{"result": [1]}'),
        (said("x", structuredContent={"message": {"content": '{"a":1}'}}), {}, "message.content", '{"a": 1}'),
        ({"content": [{"type": "image", "mimeType": "image/png", "data": ""}]}, {}, "", "[image/png]"),
        ({"content": [{"type": "resource", "resource": {"uri": "file:///a", "text": "L1"}}]}, {}, "", "L1"),
    ],
)
def test_an_answer_is_the_value_that_it_says(found: Any, output: Any, path: str, result: str) -> None:
    """Structured content before texts; texts of JSON as what they say, all others to the letter; wrappings are taken off."""
    assert answers.result(found, output, path) == Result(result)


@pytest.mark.parametrize(
    ("found", "path", "text"),
    [
        (said("no such loan", isError=True), "", "Error: no such loan"),
        (said("Error executing tool renew: no", isError=True), "", "Error executing tool renew: no"),
        (said("a", "b", isError=True), "", "Error: a\nb"),
        (said("x", structuredContent={"m": {"t": "Error: no"}}, isError=True), "m.t", "Error: no"),
        (said("gone", isError=True), "m.t", "Error: gone"),
    ],
)
def test_a_refusal_is_the_tools(found: Any, path: str, text: str) -> None:
    """With its own words, and one mark that it is one."""
    assert answers.result(found, {}, path) == Result(text, error=True)


SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "branch": {"enum": ["Harbor", "Old Mill"]},
        "days": {"type": "integer", "minimum": 1, "default": 7},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "tags": {"type": "array", "items": {"type": "string"}},
        "address": {"$ref": "#/$defs/Address"},
        "key": {"type": ["string", "null"]},
        "copy": {"type": "boolean"},
    },
    "required": ["branch", "key"],
    "$defs": {
        "Address": {
            "type": "object",
            "properties": {"zip": {"type": "string"}, "next": {"$ref": "#/$defs/Address"}},
            "required": ["zip"],
        }
    },
}


def test_parameters_are_checked_as_the_schema_says() -> None:
    """Kinds, choices, limits, lists and objects, one that refers to itself, too; what is not said is not there."""
    model = schemas.parameters("renew", SCHEMA)
    good = {"branch": "Harbor", "key": None, "days": "3", "tags": ["a"], "address": {"zip": "1"}, "copy": True}
    assert model.model_validate(good).model_dump(mode="json", exclude_unset=True) == {**good, "days": 3}
    for bad in (
        {"branch": "Nowhere"},
        {"days": 0},
        {"tags": "a"},
        {"address": {}},
        {"address": {"zip": "1", "x": 1}},
        {"note": 1},
    ):
        with pytest.raises(ValidationError):
            model.model_validate({**good, **bad})
    with pytest.raises(ValidationError):
        model.model_validate({"branch": "Harbor"})


def test_an_argument_that_no_agent_sees_is_in_no_schema() -> None:
    """Neither among the properties nor among those required; the rest is as the server says it."""
    made = schemas.function("renew", " Renew. ", SCHEMA, frozenset({"key"}))["function"]
    assert made["description"] == "Renew."
    assert "key" not in made["parameters"]["properties"]
    assert made["parameters"]["required"] == ["branch"]
    assert list(made["parameters"]) == ["type", "properties", "required", "$defs"]
    assert made["parameters"]["properties"]["days"] == SCHEMA["properties"]["days"]
    assert SCHEMA["required"] == ["branch", "key"]
    with pytest.raises(DomainError, match="begins with an underscore"):
        schemas.parameters("renew", {"properties": {"_x": {"type": "string"}}})


def test_a_database_is_tables_of_records(tmp_path: Path) -> None:
    """SQLite and JSON alike; several columns make a key, a table without one counts its rows, texts of JSON are values."""
    path = tmp_path / "desk.db"
    with closing(sqlite3.connect(path)) as base:
        base.execute("CREATE TABLE loans (loan_id TEXT PRIMARY KEY, fees REAL, tags TEXT)")
        base.execute("CREATE TABLE copies (book TEXT, number INTEGER, PRIMARY KEY (book, number))")
        base.execute('CREATE TABLE "my ""log""" (says TEXT)')
        base.execute("INSERT INTO loans VALUES ('L1', 2.5, '[\"new\"]'), ('L2', NULL, '[not JSON')")
        base.execute("INSERT INTO copies VALUES ('B1', 2)")
        base.execute('INSERT INTO "my ""log""" VALUES (\'hello\')')
        base.commit()
    assert state.of_file(path) == {
        "loans": {
            "L1": {"loan_id": "L1", "fees": 2.5, "tags": ["new"]},
            "L2": {"loan_id": "L2", "fees": None, "tags": "[not JSON"},
        },
        "copies": {"B1|2": {"book": "B1", "number": 2}},
        'my "log"': {"0": {"says": "hello"}},
    }

    (tmp_path / "desk.json").write_text('{"loans": {}}', encoding="utf-8")
    assert state.of_file(tmp_path / "desk.json") == {"loans": {}}
    for text in ("no JSON", None):
        wrong = tmp_path / "wrong.json"
        wrong.write_text(text, encoding="utf-8") if text else wrong.unlink()
        with pytest.raises(DomainError, match=r"wrong\.json: the state cannot be read there"):
            state.of_file(wrong)


def test_lists_of_records_are_tables_too() -> None:
    """By the field that is a key of some table and tells them apart; the state may stand deep within what is shown."""
    shown = {"data": {"loans": [{"loan_id": "L1", "m": "M1"}, {"loan_id": "L2", "m": "M1"}], "day": "Monday"}}
    found = state.tables(shown, "data", {"m", "loan_id"}, "dump")
    assert found == {"loans": {"L1": shown["data"]["loans"][0], "L2": shown["data"]["loans"][1]}, "day": "Monday"}  # type: ignore[index]
    for wrong in ([1], "text", {}):
        with pytest.raises(DomainError, match=r"dump: the state is .* and no object of tables"):
            state.tables(wrong, "", set(), "dump")
