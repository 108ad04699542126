"""`writ verify` and `writ.verify`: files, runs and sets are judged as they were, and bad input is refused in one line."""

from __future__ import annotations

import gzip
import importlib
import inspect
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import writ_dspy as writ
from tests.calls import ENVIRONMENT
from tests.calls import writ as call
from tests.publish.calls import NAME, connected
from writ_dspy.codec import to_json
from writ_dspy.domains import find, places
from writ_dspy.errors import ConfigError
from writ_dspy.publish.stage import Staged
from writ_dspy.publish.upload import Plan, send
from writ_dspy.store.run import Run
from writ_dspy.verify.checks import CHECKS

TWIN, TWIN_NAME = Path(__file__).parents[1] / "domains" / "declarations" / "retail.yaml", "declared:shop"
"""A domain with the tools of τ²'s retail."""
HELLO = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello, how can I help?"}]
ANSWER = 'print(__import__("writ_dspy").verify("rows.jsonl"))'


@pytest.fixture(scope="module")
def exported(small_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run's dataset in every format."""
    folder = tmp_path_factory.mktemp("exported") / "set"
    assert call("export", small_run, "--format", "all", "--out", folder).code == 0
    return folder


def lines(path: Path, *rows: object) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def test_a_run_is_judged_again_as_it_was(small_run: Path) -> None:
    """Its own conversations by its own tasks: the same verdicts, nothing left out, and no byte changed."""
    before = {path: path.read_bytes() for path in small_run.glob("*.json*")}
    found = writ.verify(small_run)
    kept = {record["id"]: record["accepted"] for record in Run.read(small_run).records("verdicts")}

    assert {one.talk.id: one.verdict.accepted for one in found} == kept
    assert not any(one.verdict.not_applicable for one in found)
    assert {path: path.read_bytes() for path in small_run.glob("*.json*")} == before


@pytest.mark.long
def test_every_exported_row_verifies_as_it_was_accepted(exported: Path, small_run: Path) -> None:
    """Parquet, ShareGPT and OpenAI's file, by the run's tasks; Parquet, also by what stands in its rows alone."""
    count = len(writ.verify(small_run))
    parquet = [*exported.glob("retail/*.parquet"), *exported.glob("airline/*.parquet")]
    with_run = {
        "parquet": parquet,
        "text": [*exported.glob("text/*.parquet")],
        "sharegpt": [*exported.glob("sharegpt/*.parquet")],
        "openai": [*exported.glob("exports/*.jsonl")],
    }
    for paths in with_run.values():
        found = writ.verify(paths, run=small_run)
        assert (found.accepted, len(found)) == (count, count)
    alone = writ.verify(exported)

    assert (alone.accepted, len(alone)) == (count, count)
    # a row brings its gold, its evidence, and what was to be told; not what its user had in mind
    assert {one.verdict.not_applicable for one in alone} == {("said_before_used",)}


def test_of_domains_with_the_same_tools_the_one_of_the_run_is_meant(
    exported: Path, small_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that only lists tools is judged beside its run as before, once another domain has them too; without one, it is asked whose they are."""
    monkeypatch.setattr(places, "_places", {})
    rows = [*exported.glob("exports/*.jsonl")]
    before = writ.verify(rows, run=small_run)
    find(str(TWIN))

    assert TWIN_NAME in places.met()
    assert writ.verify(rows, run=small_run).accepted == before.accepted == len(before)
    with pytest.raises(ConfigError, match="nothing says whose tools these are"):
        writ.verify(rows)


def test_a_spoiled_row_is_rejected(exported: Path, small_run: Path, tmp_path: Path) -> None:
    """With the last write left out, or a result changed, a row fails, by the run's task as by its own columns."""
    rows = [row for path in exported.glob("retail/*.parquet") for row in pq.read_table(path).to_pylist()]
    row = next(row for row in rows if json.loads(row["gold_actions"]))
    kinds = writ.domain("tau2:retail").kinds
    messages = [json.loads(message) for message in row["messages"]]
    at = max(
        index
        for index, message in enumerate(messages)
        if "tool_calls" in message and kinds[message["tool_calls"][0]["function"]["name"]] == "write"
    )
    cut = row | {"messages": messages[:at] + messages[at + 2 :]}
    text = messages[at + 1]["content"]
    edited = row | {
        "messages": [*messages[: at + 1], messages[at + 1] | {"content": text.replace('"', "'")}, *messages[at + 2 :]]
    }
    path = lines(tmp_path / "rows.jsonl", row, cut, edited)
    for found in (writ.verify(path), writ.verify(path, run=small_run)):
        checks = [{finding.check for finding in one.verdict.findings} for one in found]

        assert checks[0] == set()
        assert "end_state" in checks[1]
        assert checks[2] == {"replay"}


@pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # huggingface_hub's own
@pytest.mark.long
def test_a_published_set_is_judged_from_its_rows(small_run: Path, staged: Staged, tmp_path: Path) -> None:
    """`hf:NAME`: a stranger can check every row without the run."""
    with connected(tmp_path / "hub"):
        send(staged, Plan(NAME))
        found = writ.verify(f"hf:{NAME}")

        assert found.accepted == len(found) == len(writ.verify(small_run))


def test_the_command_says_what_each_check_came_to(tmp_path: Path) -> None:
    """A table and exit code 1; one JSON document in the order of the input; exit code 0 where all are accepted."""
    path = lines(tmp_path / "rows.jsonl", {"messages": HELLO, "task_id": "tau2:airline/7"}, {"messages": HELLO})
    table = call("verify", path, "--domain", "tau2:airline")
    told = json.loads(call("verify", path, "--domain", "tau2:airline", "--json").out)
    fine = call("verify", lines(tmp_path / "one.jsonl", {"messages": HELLO, "domain": "retail"}))

    assert (table.code, fine.code) == (1, 0)
    assert "2 conversations: 1 accepted, 1 rejected" in table.out
    assert [one["index"] for one in told["conversations"]] == [0, 1]
    assert [one["accepted"] for one in told["conversations"]] == [False, True]
    assert [one["task_id"] for one in told["conversations"]] == ["tau2:airline/7", None]
    assert "identified_before_write" in told["conversations"][0]["not_applicable"]
    assert told["conversations"][0]["findings"][0].keys() == {"check", "turn", "saw", "wanted"}
    assert all(sum(counts.values()) == 2 for counts in told["checks"].values())
    nothing = call("verify", lines(tmp_path / "none.jsonl", {"messages": [], "domain": "retail"}), "--json")
    assert {"completed"} <= {finding["check"] for finding in json.loads(nothing.out)["conversations"][0]["findings"]}
    assert set(told["checks"]) == {check.__name__ for check in CHECKS}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ["is empty"]),
        ("nonsense", ["no JSON", "line 1 is 'nonsense'"]),
        ("role,content\nuser,Hi\n", ["line 1 is 'role,content'", "as JSON, JSON Lines or Parquet"]),
        ('[{"messages": [', ["no JSON from line 1 on", "column 16", "restore it"]),
        ('{"simulations": []}', ["no conversation", "nothing to judge"]),
        ("[]", ["holds []"]),
        ("null", ["holds null,"]),
        ("[1, 2]", ["item 0", "no object"]),
        ("7", ["holds 7"]),
        ('{"rows": []}', ["no `messages`"]),
        ('{"messages": 7, "domain": "retail"}', ["`messages` is 7"]),
        ('{"messages": [{"role": "narrator"}], "domain": "retail"}', ["`messages.0.role`", "narrator"]),
        ('{"messages": [7], "domain": "retail"}', ["`messages.0` is 7"]),
        ('{"messages": [{"role": "user", "content": 7}], "domain": "retail"}', ["`messages.0.content`"]),
        (
            '{"messages": [{"role": "user", "content": [{"type": "image_url"}]}], "domain": "retail"}',
            ["`messages.0.content.0`", "image_url"],
        ),
        ('{"messages": [{"role": "assistant", "tool_calls": 7}], "domain": "retail"}', ["`messages.0.tool_calls`"]),
        ('{"messages": [{"role": "assistant", "tool_calls": [{}]}], "domain": "retail"}', ["tool_calls.0", "`name`"]),
        ('{"messages": [{"role": "user", "content": "Hi"}]}', ["--domain tau2:retail"]),
        ('{"messages": [{"role": "user", "content": "Hi"}], "domain": "moon"}', ["`domain` 'moon'", "tau2:airline"]),
        ('{"messages": [{"role": "user", "content": "Hi"}], "task_id": "tau2:airline/700"}', ["'700'", "0 to 49"]),
        ('{"messages": [{"role": "user", "content": "Hi"}], "task_id": [1], "domain": "retail"}', ["`task_id` is [1]"]),
        ('{"id": "a", "turns": []}', ["writ verify RUN"]),
        ('{"simulations": 7}', ["`simulations` is 7"]),
        ('{"simulations": [7]}', ["simulations.0"]),
        ('{"conversations": [{"from": "moon", "value": ""}], "domain": "retail"}', ["`conversations.0`"]),
    ],
)
def test_bad_input_is_one_line_with_the_file_the_field_and_a_remedy(
    tmp_path: Path, text: str, names: list[str]
) -> None:
    """Exit code 2, nothing on stdout, and what to do about it."""
    path = tmp_path / "file.json"
    path.write_text(text)
    ended = call("verify", path)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("error: ")
    assert ended.err.count("\n") == 1
    assert str(path) in ended.err
    assert all(name in ended.err for name in names), ended.err


@pytest.mark.parametrize("broken", [1, 3, 4])
def test_a_broken_line_is_named(tmp_path: Path, broken: int) -> None:
    """First, in the middle or last, counted as an editor does, with what stands there and what to do."""
    path = tmp_path / "rows.jsonl"
    good = json.dumps({"messages": HELLO, "domain": "retail"})
    path.write_text("\n".join("" if at == 2 else good[:40] if at == broken else good for at in range(1, 5)))
    ended = call("verify", path)

    assert ended.code == 2
    assert f"{path}, line {broken} is no JSON" in ended.err
    assert good[:30] in ended.err
    assert "Restore that line, or take it out" in ended.err


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (gzip.compress(b"{}", mtime=0), "packed by gzip. Unpack it"),
        (b"PK\x03\x04....", "packed by zip. Unpack it"),
        (json.dumps(HELLO).encode("utf-16"), "written in UTF-16. Save it as UTF-8"),
        (json.dumps(HELLO).encode("utf-32-le"), "written in UTF-32-LE. Save it as UTF-8"),
        (b'{"domain": "retail"}\n{"domain": "Jos\xe9"}\n', "line 2 is not UTF-8 (byte 0xe9)"),
    ],
)
def test_what_is_packed_or_in_another_encoding_is_called_so(tmp_path: Path, data: bytes, words: str) -> None:
    """By what it is, wherever it comes from; the same with a byte order mark is read."""
    path = tmp_path / "rows.jsonl"
    path.write_bytes(data)
    marked = tmp_path / "marked.json"
    marked.write_text(json.dumps([{"messages": HELLO, "domain": "retail"}]), encoding="utf-8-sig")

    for ended in (call("verify", path), call("verify", "-", stdin=data)):
        assert (ended.code, ended.out) == (2, "")
        assert words in ended.err
    assert call("verify", marked).code == 0


def test_the_tools_of_another_domain_are_named(tmp_path: Path) -> None:
    """A talk whose calls are all another domain's is no bad talk, but a wrong --domain."""
    wrong = {
        "id": "a",
        "type": "function",
        "function": {"name": "find_user_id_by_email", "arguments": '{"email": "a@b.c"}'},
    }
    rows = lines(
        tmp_path / "rows.jsonl", {"messages": [*HELLO, {"role": "assistant", "content": "", "tool_calls": [wrong]}]}
    )
    found = call("verify", rows, "--domain", "airline")

    assert found.code == 2
    assert "find_user_id_by_email" in found.err
    assert "--domain tau2:retail" in found.err
    assert call("verify", rows, "--domain", "retail").code != 2


def test_rows_may_come_through_a_pipe(exported: Path, tmp_path: Path) -> None:
    """`-` is standard input, in every form that a file may have; elsewhere it is refused, and names no file."""
    path = lines(tmp_path / "rows.jsonl", *[{"messages": HELLO, "domain": "retail"}] * 2)
    parquet = next(exported.glob("retail/*.parquet"))
    told = [json.loads(call("verify", name, "--json", stdin=path.read_bytes()).out) for name in (path, "-")]
    broken = call("verify", "-", stdin=b"[")

    assert told[0]["checks"] == told[1]["checks"]
    assert [one["place"] for one in told[1]["conversations"]] == [f"standard input, line {n}" for n in (1, 2)]
    assert call("verify", "-", stdin=parquet.read_bytes()).out == call("verify", parquet).out
    assert "error: standard input is no JSON" in broken.err
    assert call("verify", "-").err.startswith("error: standard input is empty")
    for words in (("synth", "--out", "-"), ("synth", "--mix", "-", "--out", tmp_path / "run"), ("show", "-")):
        assert "only `writ verify -` reads standard input" in call(*words).err


def test_nothing_to_judge_is_never_a_success(small_run: Path, tmp_path: Path) -> None:
    """A run that was not played yet, rows without a row, an empty file: exit code 2, in one line."""
    bare = tmp_path / "run"
    shutil.copytree(small_run, bare)
    for name in ("conversations", "verdicts"):
        (bare / f"{name}.jsonl").write_text("")
    for source in (bare, lines(tmp_path / "empty.jsonl"), lines(tmp_path / "none.jsonl", {"simulations": []})):
        ended = call("verify", source)

        assert (ended.code, ended.out) == (2, "")
        assert re.search(r"nothing to judge\. (?:Make some: writ simulate|Name another|Give )", ended.err)


def test_the_record_of_others_says_where_it_ends(tmp_path: Path) -> None:
    """Nobody here played it: no word of limits or crashes of ours, but of what is seen; an end that is one is none of these."""
    call_ = {"role": "assistant", "tool_calls": [{"function": {"name": "list_all_product_types", "arguments": "{}"}}]}
    ends = {
        "no message of a user or an agent": {"messages": []},
        "an end in the middle of the agent's work": {"messages": [*HELLO, HELLO[0], call_]},
        "an end in the middle of the agent's work, by max_steps": {
            "messages": [*HELLO, HELLO[0], call_], "termination_reason": "TerminationReason.MAX_STEPS",
        },
        "an end before the last word, by too_many_errors": {"messages": HELLO, "termination_reason": "too_many_errors"},
    }  # fmt: skip
    path = lines(tmp_path / "rows.jsonl", *(one | {"domain": "retail"} for one in ends.values()))
    found = [[one for one in each.verdict.findings if one.check == "completed"] for each in writ.verify(path)]
    fine = writ.verify(lines(tmp_path / "fine.jsonl", {"messages": HELLO, "domain": "retail"}))

    assert [[one.saw for one in each] for each in found] == [[saw] for saw in ends]
    assert fine[0].verdict.accepted


def test_a_rejected_conversation_is_a_line_of_its_own(tmp_path: Path) -> None:
    """In a pipe: words whole, nothing padded, whatever the length of the first finding."""
    rows = [{"messages": HELLO[:1]}, {"messages": []}, {"messages": [{"role": "user", "content": "Hi"}] * 3}]
    out = call("verify", lines(tmp_path / "rows.jsonl", *rows), "--domain", "retail").out.splitlines()
    start = next(at for at, line in enumerate(out) if line.startswith("index"))

    assert out[start].split("  ")[-1] == "first finding"
    assert [line.split()[0] for line in out[start + 2 : start + 5]] == ["0", "1", "2"]
    assert not any(line.endswith(" ") or re.search(r"\S {20,}\S", line) for line in out[start:])


def test_what_is_not_there_or_no_file_is_refused(tmp_path: Path, small_run: Path) -> None:
    """A missing path, an empty folder, a damaged Parquet file, a run without the task: exit code 2 and a remedy."""
    damaged = tmp_path / "rows.parquet"
    damaged.write_bytes(b"PAR1nothing of the kind")
    strange = lines(tmp_path / "rows.jsonl", {"messages": HELLO, "task_id": "tau2-retail-000000000000"})
    (tmp_path / "empty").mkdir()
    for arguments, words in (
        ([tmp_path / "none.json"], "is not there"),
        ([tmp_path / "empty"], "no run, and no folder of a dataset"),
        ([damaged], "is damaged"),
        ([strange, "--run", small_run], f"no task of {small_run}"),
        ([strange, "--run", tmp_path / "empty"], "is not a run"),
        ([strange, "--domain", "moon"], "--domain 'moon'"),
    ):
        ended = call("verify", *arguments)

        assert (ended.code, ended.out) == (2, "")
        assert words in ended.err


@pytest.mark.parametrize(
    "first",
    ["import writ_dspy.verify", "from writ_dspy.verify import checks", pytest.param("pass", marks=pytest.mark.slow)],
)
@pytest.mark.long
def test_verify_is_called_before_and_after_its_room_is_imported(tmp_path: Path, first: str) -> None:
    """`writ.verify(…)` works whoever imported what, and the room stays a room."""
    lines(tmp_path / "rows.jsonl", {"messages": HELLO, "domain": "retail"})
    after = "from writ_dspy.verify import CHECKS; import writ_dspy.verify as room; assert room.CHECKS is CHECKS"
    command = [sys.executable, "-c", f"{first}\n{ANSWER}\n{after}\n{ANSWER}"]
    done = subprocess.run(command, env=ENVIRONMENT, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.stdout == "<1 of 1 conversation accepted>\n" * 2, done.stderr


def test_verify_takes_a_task_and_its_conversation(small_run: Path) -> None:
    """One verdict, by the whole task; anything else is refused with what to give."""
    chat = writ.load(small_run).conversations()[0]

    assert writ.verify(chat.task, chat.talk).accepted
    assert list(inspect.signature(writ.verify).parameters) == ["source", "talk", "domain", "run"]
    errors = importlib.import_module("writ_dspy.errors")
    wrong: Any
    for wrong in ((chat.task,), (chat.task, 7), (7,), ("file", chat.talk), ([],)):
        with pytest.raises(errors.ConfigError, match=r"(?i)give"):
            writ.verify(*wrong)


def test_verdicts_of_older_runs_are_read(small_run: Path, tmp_path: Path) -> None:
    """A verdict without the new fields counts as ever; one that has them is kept, reported, and refused where it cannot be."""
    shutil.copytree(small_run, tmp_path / "run")
    path = tmp_path / "run" / "verdicts.jsonl"
    first, *rest = path.read_text().splitlines(keepends=True)
    more = json.loads(first) | {"not_applicable": ["policy"], "not_judged": {"grounded": 2}}
    path.write_text("".join([json.dumps(more, separators=(",", ":")) + "\n", *rest]))
    report = writ.load(tmp_path / "run").report()

    assert "not_applicable" not in json.loads(first)
    assert report.beside["not applicable"] == {"policy": 1}
    assert report.beside["not judged"] == {"grounded": 1}
    assert type(report).from_json(report.to_json()).beside == report.beside
    path.write_text("".join([json.dumps(more | {"not_judged": [1]}, separators=(",", ":")) + "\n", *rest]))
    assert "not_judged" in call("report", tmp_path / "run").err


@pytest.mark.slow
def test_a_hundred_rows_of_each_domain_verify_as_they_were_accepted(tmp_path: Path) -> None:
    """Every kind and dial of the default mix, by rows alone and by the run."""
    run = writ.synthesize(n=220, seed=11, out=tmp_path / "run")
    run.dataset()
    found = writ.verify(tmp_path / "run" / "dataset")

    assert len(found) >= 200
    assert found.accepted == len(found)
    assert writ.verify(tmp_path / "run" / "dataset", run=tmp_path / "run").accepted == len(found)
    assert to_json(run.tasks()[0])
