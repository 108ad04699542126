"""The Inspect log of a run: each judged conversation once, as it was said, with its verdict; the same bytes again."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tests.calls import writ
from tests.simulate.playing import Played
from writ_dspy.conversation import Turn
from writ_dspy.dataset.inspect import PATH, is_ours, sample, write_log
from writ_dspy.dataset.rows import row
from writ_dspy.store.run import Run

FINDING = {"check": "completed", "turn": 1, "saw": "<script>alert(1)</script>", "wanted": "an end"}


def opened(data: bytes) -> dict[str, Any]:
    """Every file of the ZIP, read as JSON."""
    with ZipFile(io.BytesIO(data)) as log:
        return {name: json.loads(log.read(name)) for name in log.namelist()}


@pytest.fixture(scope="module")
def log(careless_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a run with rejected conversations, exported to a folder of its own."""
    out = tmp_path_factory.mktemp("log") / "set"
    assert writ("export", careless_run, "--format", "inspect", "--out", out).code == 0
    return out / PATH


def test_every_judged_conversation_is_a_sample(careless_run: Path, log: Path) -> None:
    """Rejected ones too, each with its verdict as its score; the head counts them."""
    run, found = Run.read(careless_run), opened(log.read_bytes())
    verdicts = {record["id"]: record for record in run.records("verdicts")}
    samples = [text for name, text in found.items() if name.startswith("samples/")]
    good = [record for record in verdicts.values() if record["accepted"]]
    head = found["header.json"]

    assert {one["metadata"]["trajectory"]: one["scores"]["accepted"]["value"] for one in samples} == {
        key: "C" if record["accepted"] else "I" for key, record in verdicts.items()
    }
    assert 0 < len(good) < len(verdicts)
    assert head["results"]["total_samples"] == len(samples) == len(found["summaries.json"])
    assert head["results"]["scores"][0]["metrics"]["accuracy"]["value"] == len(good) / len(verdicts)
    for one in samples:
        explained = one["scores"]["accepted"]["explanation"]
        assert all(finding["saw"] in explained for finding in verdicts[one["metadata"]["trajectory"]]["findings"])


def test_the_same_run_gives_the_same_bytes(careless_run: Path, log: Path, tmp_path: Path) -> None:
    """No time is in them; and what is written is known as ours, as nothing else is."""
    done = writ("export", careless_run, "--format", "inspect", "--out", tmp_path / "set")
    again = (tmp_path / "set" / PATH).read_bytes()
    other = io.BytesIO()
    with ZipFile(other, "w") as zip_:
        zip_.writestr("header.json", '{"eval": {"packages": {"inspect_ai": "1"}}}')

    assert done.code == 0, done.err
    assert again == log.read_bytes()
    assert is_ours(io.BytesIO(again))
    assert not is_ours(other)
    assert not is_ours(io.BytesIO(b"PK, but no ZIP"))


@pytest.mark.long
def test_messages_are_those_of_the_row(played: list[Played]) -> None:
    """Role by role and text by text, calls and results under the same ids; and why each matters."""
    for one in played[::6]:
        task, talk, domain = one.task, one.talk, one.domain
        made = json.loads(sample(task, talk, {"accepted": True, "findings": []}, domain, "train").whole)
        wanted = row(task, talk, domain)
        shown = [
            {
                "role": one["role"],
                "content": one["content"],
                **({"tool_call_id": one["tool_call_id"], "name": one["function"]} if one["role"] == "tool" else {}),
                **({"tool_calls": [_called(call) for call in one["tool_calls"]]} if "tool_calls" in one else {}),
            }
            for one in made["messages"]
        ][: len(wanted["messages"])]

        assert shown == wanted["messages"]
        assert [one.get("metadata", {}).get("matters", "") for one in made["messages"]][: len(shown)] == wanted[
            "matters"
        ]
        assert made["input"] == task.instruction


def _called(call: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": call["id"],
        "type": "function",
        "function": {"name": call["function"], "arguments": call["arguments"]},
    }


def test_a_finding_stands_at_its_message(played: list[Played]) -> None:
    """Also in a conversation that no row could hold: cut off within a call, or with a result that answers none."""
    task, talk, domain = played[0].task, played[0].talk, played[0].domain
    call = next(turn for turn in talk.turns if turn.calls)
    for turns in ((*talk.turns[:1], call), (talk.turns[0], Turn("tool", "of nobody", error=True))):
        broken = replace(talk, turns=turns)
        made = json.loads(sample(task, broken, {"accepted": False, "findings": [FINDING]}, domain, "test").whole)
        at = made["messages"][2]

        assert at["metadata"]["findings"] == ["completed: saw <script>alert(1)</script>; wanted an end"]
        assert made["scores"]["accepted"]["value"] == "I"
        assert made["metadata"]["failed"] == ["completed"]


def test_tries_are_epochs(played: list[Played]) -> None:
    """Two tries at one task are one sample in two epochs."""
    task, talk, domain = played[0].task, played[0].talk, played[0].domain
    verdict = {"accepted": True, "findings": []}
    tries = [
        sample(task, replace(talk, id=re.sub(r"\.\d+$", f".{number}", talk.id)), verdict, domain, "train")
        for number in (0, 1)
    ]
    file = io.BytesIO()
    assert write_log(file, tries) == 2
    found = opened(file.getvalue())

    assert [(one["id"], one["epoch"]) for one in found["summaries.json"]] == [(task.id, 1), (task.id, 2)]
    assert found["header.json"]["eval"]["config"] == {"epochs": 2}
    assert f"samples/{task.id}_epoch_2.json" in found
