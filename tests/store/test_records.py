"""Records of a run that cannot be: refused when the run is opened, with the file, the line, the field and a remedy."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from writ_dspy.conversation import conversation_from_json
from writ_dspy.errors import StoreError
from writ_dspy.store.parsed import parsed
from writ_dspy.store.records import flaw
from writ_dspy.store.run import NAMES, Run

DOMAINS = ("tau2:retail", "tau2:airline")
Spoil = Callable[[dict[str, Any]], object]
SPOILED: dict[str, tuple[tuple[str, Spoil, str], ...]] = {
    "tasks": (
        ("another domain", lambda r: r.update(domain="tau2:moon"), "`domain` is 'tau2:moon', and not one of this run"),
        ("a domain that is a list", lambda r: r.update(domain=["tau2:retail"]), r"`domain` is \['tau2:retail'\]"),
        ("a kind", lambda r: r.update(kind="hard"), "`kind` is 'hard'"),
        ("axes in words", lambda r: r["axes"].update(writes="many"), r"`axes\.writes` is 'many', and not a whole number"),
        ("half a burden", lambda r: r["axes"].update(burden=1.5), r"`axes\.burden` is 1\.5"),
        ("a burden of true", lambda r: r["axes"].update(burden=True), r"`axes\.burden` is True"),
        ("fewer than none", lambda r: r["axes"].update(search_reads=-1), r"`axes\.search_reads` is -1"),
        ("an axis less", lambda r: r["axes"].pop("burden"), r"it lacks `axes\.burden`"),
        ("no axes", lambda r: r.update(axes=[]), r"`axes` is \[\]"),
        ("no outcomes", lambda r: r.pop("outcomes"), "it lacks `outcomes`"),
        ("an outcome", lambda r: r["outcomes"].append(5), "`outcomes` is"),
        ("a call", lambda r: r["outcomes"][0].update(call="x"), r"`outcomes\.0\.call` is 'x'"),
        ("no goal", lambda r: r.update(goal=None), "`goal` is None"),
        ("another record", lambda r: r.update({"is": "Goal"}), "`is` is 'Goal'"),
        ("a twin", lambda r: r.update(twin=7), "`twin` is 7"),
    ),
    "conversations": (
        ("turns", lambda r: r.update(turns=5), "`turns` is 5"),
        ("no turns", lambda r: r.pop("turns"), "it lacks `turns`"),
        ("a turn", lambda r: r["turns"].append(None), r"`turns\.\d+` is None"),
        ("a role", lambda r: r["turns"][0].update(role="king"), r"`turns\.0\.role` is 'king'"),
        ("no role", lambda r: r["turns"][0].pop("role"), r"`turns\.0\.role` is None"),
        ("a text", lambda r: r["turns"][0].update(text=["x"]), r"`turns\.0\.text` is \['x'\]"),
        ("calls", lambda r: r["turns"][0].update(calls=[["f"]]), r"`turns\.0\.calls` is \[\['f'\]\]"),
        ("arguments", lambda r: r["turns"][0].update(calls=[["f", "{"]]), r"`turns\.0\.calls` is"),
        ("an error", lambda r: r["turns"][0].update(error=1), r"`turns\.0\.error` is 1"),
        ("an intent", lambda r: r["turns"][0].update(intent=[5]), r"`turns\.0\.intent` is \[5\]"),
        ("wording", lambda r: r["turns"][0].update(worded=None), r"`turns\.0\.worded` is None"),
        ("a stop", lambda r: r.update(stop="never"), "`stop` is 'never'"),
        ("a seed", lambda r: r.update(seed="7"), "`seed` is '7'"),
        ("redraws", lambda r: r.update(redraws=-2), "`redraws` is -2"),
    ),
    "verdicts": (
        ("no accepted", lambda r: r.pop("accepted"), "it lacks `accepted`"),
        ("accepted in words", lambda r: r.update(accepted="yes"), "`accepted` is 'yes', and not true or false"),
        ("findings", lambda r: r.update(findings={}), "`findings` is {}"),
        ("a finding", lambda r: r.update(findings=[{"check": "x"}]), r"it lacks `findings\.0\.turn`"),
        ("a turn", lambda r: r.update(findings=[{"check": "x", "turn": "y", "saw": "", "wanted": ""}]), r"`findings\.0\.turn` is 'y'"),
        ("a task", lambda r: r.update(task_id=None), "`task_id` is None"),
        ("checks", lambda r: r.update(checks=3), "`checks` is 3"),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def records(small_run: Path) -> dict[str, list[dict[str, Any]]]:
    """Of a finished run, by file."""
    return {
        name: [json.loads(line) for line in (small_run / f"{name}.jsonl").read_text().splitlines()] for name in NAMES
    }


def test_good_records_have_no_flaw(records: dict[str, list[dict[str, Any]]]) -> None:
    """What a run writes passes."""
    assert all(records.values())
    assert {flaw(name, record, DOMAINS) for name, some in records.items() for record in some} == {None}


@pytest.mark.parametrize(("name", "spoil", "why"), [(n, s, w) for n, some in SPOILED.items() for _, s, w in some])
def test_a_record_that_cannot_be(
    small_run: Path, records: dict[str, list[dict[str, Any]]], tmp_path: Path, name: str, spoil: Spoil, why: str
) -> None:
    """A run that holds one is not opened, to read or to write, and no byte of it changes; the error says what and where."""
    for path in small_run.glob("run.json"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    for each, some in records.items():
        lines = copy.deepcopy(some)
        if each == name:
            spoil(lines[1])
        (tmp_path / f"{each}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    manifest = json.loads((tmp_path / "run.json").read_text())
    del manifest["writ_run"]
    for look in (lambda: Run.read(tmp_path), lambda: Run.open(tmp_path, manifest)):
        with pytest.raises(StoreError, match=why) as error:
            look()
        assert f"{name}.jsonl:2 is corrupt (" in str(error.value)
        assert "Restore that line from a copy, or drop it with" in str(error.value)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.name != "run.lock"} == before


@pytest.mark.parametrize("data", [None, 5, [], "x", {}, {"turns": []}])
def test_no_conversation(data: object) -> None:
    """Whatever is no conversation is refused by its field, wherever it comes from."""
    with pytest.raises(StoreError, match=r"no conversation: it .*Restore the record"):
        conversation_from_json(data)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Expecting value"), ("{", "Expecting"), ("[1] 2", "Extra data"), ("NaN", "NaN is no JSON"), ('{"a": -Infinity}', "no JSON"),
        ("[" * 100_000, "nested too deeply"), ('{"a":' * 100_000, "nested too deeply"), ("9" * 5000, "4300"), (b"\xff", "utf-8"),
        (b"\x00", "Expecting value"),
    ],
)  # fmt: skip
def test_no_json(text: str | bytes, why: str) -> None:
    """What is no JSON is a ValueError, also where the parser of the standard library gives up otherwise."""
    with pytest.raises(ValueError, match=why):
        parsed(text)


def test_json() -> None:
    """With a byte order mark, with half a surrogate pair, and as text or bytes."""
    assert parsed(b'\xef\xbb\xbf{"a": [1, 2.5, null]}') == {"a": [1, 2.5, None]}
    assert parsed('"\\ud83d"') == "\ud83d"
