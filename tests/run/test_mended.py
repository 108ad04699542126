"""A run that was damaged, and mended as the message says to: word for word, and it is as if nothing had happened."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.calls import CELLS, Ended, mix_file, results, tree, writ
from writ_dspy.propose.mix import Mix
from writ_dspy.run.synth import load, synthesize
from writ_dspy.store.run import NAMES, Run

MIX, TRIES = Mix(cells=tuple(cell.model_copy(update={"count": 2}) for cell in CELLS)), 2
TALKS = "conversations.jsonl"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nobody touched."""
    return synthesize(mix=MIX, tries=TRIES, out=tmp_path_factory.mktemp("whole") / "run", workers=1).folder


@pytest.fixture
def run(whole: Path, tmp_path: Path) -> Path:
    """A copy of it, to be damaged."""
    shutil.copytree(whole, tmp_path / "a run")
    return tmp_path / "a run"


def again(run: Path) -> Ended:
    """The command that made it, once more."""
    return writ("synth", "--mix", mix_file(run.parent, MIX), "--tries", TRIES, "--workers", 1, "--out", run)


def follow(message: str) -> None:
    """Do what a message says, as a user with a shell would."""
    commands = re.findall(r"`((?:sed|writ) [^`]*)`", message) or re.findall(r"(?:own|anew|replaced): (.+)$", message)
    if not commands:  # in words: the path comes first
        path = re.fullmatch(r"error: (/.*?) is (?:a|no|in) .*(?:Delete it|Move it away).*", message)
        commands = [f"rm {shlex.quote(path[1])}"] if path else []
    assert commands, message
    for command in commands:
        if command.startswith("writ "):
            assert writ(*shlex.split(command)[1:], "--workers", 1).code == 0
        else:
            subprocess.run(command, shell=True, check=True)  # noqa: S602 - that is what is tested


def refused(run: Path, *verbs: str) -> str:
    """The one complaint with which these verbs end, and which changes nothing."""
    said = set()
    for verb in verbs or ("report", "show", "export", "simulate"):
        before = tree(run)
        ended = writ(verb, run)
        assert (ended.code, ended.out) == (2, ""), (verb, ended)
        said |= {line for line in ended.err.splitlines() if line.startswith("error: ")}
        assert tree(run) == before, verb
    (message,) = said
    return message


def healthy(run: Path, whole: Path) -> None:
    """Going on leads to the bytes of a run that was never damaged, and every verb is content."""
    done = again(run)
    assert done.code == 0, done.err
    assert results(run)[0] == results(whole)[0]
    report = writ("report", run, "--json")
    assert report.code == 0, report.err
    total = json.loads(report.out)
    assert (total["owed"], total["tasks_owed"], total["void"]) == (0, 0, {})
    assert total["total"] == json.loads(writ("report", whole, "--json").out)["total"]
    assert writ("show", run).code == 0
    exported = writ("export", run, "--workers", 1)
    assert exported.code == 0, exported.err
    assert results(run)[0] == results(whole)[0]
    before = tree(run)
    assert again(run).code == 0
    assert {name: tree(run)[name] for name in before if name.endswith("json")} == {
        name: data for name, data in before.items() if name.endswith("json")
    }


def replace_line(path: Path, number: int, line: bytes) -> None:
    """Another line in the place of one."""
    lines = path.read_bytes().splitlines(keepends=True)
    lines[number - 1] = line
    path.write_bytes(b"".join(lines))


def edit(path: Path, number: int, change: Callable[[dict[str, Any]], object]) -> str:
    """Change one record, and return its id."""
    record = json.loads(path.read_bytes().splitlines()[number - 1])
    change(record)
    replace_line(path, number, json.dumps(record).encode() + b"\n")
    return str(record["id"])


SPOILED = {
    "garbage": lambda _: b"garbage\n",
    "cut": lambda line: line[:40] + b"\n",
    "no id": lambda _: b'{"turns": []}\n',
    "a list": lambda _: b"[1, 2]\n",
    "deep": lambda _: b"[" * 100_000 + b"\n",
    "not a number": lambda line: line.replace(b'"id"', b'"n":NaN,"id"', 1),
    "not text": lambda _: b"\xff\xfe\x00\n",
    "twice": None,
}


@pytest.mark.parametrize(
    ("name", "how"),
    [
        *((name, "garbage") for name in NAMES),
        *(("tasks" if i % 2 else TALKS[:-6], how) for i, how in enumerate(SPOILED)),
    ],
)
@pytest.mark.long
def test_a_spoiled_line_is_dropped_as_the_message_says(run: Path, whole: Path, name: str, how: str) -> None:
    """Every verb says the same; the line is dropped with the command that is printed, and what it held is made again."""
    path = run / f"{name}.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    spoil = SPOILED[how]
    replace_line(path, 3, lines[0] if spoil is None else spoil(lines[2]))
    message = refused(run)
    assert f"{name}.jsonl:3 is corrupt" in message
    follow(message)

    healthy(run, whole)


EDITS: dict[str, tuple[str, Callable[[dict[str, Any]], object], str]] = {
    "a verdict that says yes": ("verdicts", lambda r: r.update(accepted="yes"), "`accepted` is 'yes'"),
    "a verdict that says nothing": ("verdicts", lambda r: r.pop("accepted"), "it lacks `accepted`"),
    "a verdict without findings": ("verdicts", lambda r: r.pop("findings"), "it lacks `findings`"),
    "a verdict against itself": ("verdicts", lambda r: r.update(accepted=False), "there are 0 `findings`"),
}


@pytest.mark.parametrize("which", EDITS)
def test_an_edited_verdict_is_dropped_as_the_message_says(run: Path, whole: Path, which: str) -> None:
    """It is an error with file and line for every verb, and is made again once it is gone."""
    name, change, why = EDITS[which]
    edit(run / f"{name}.jsonl", 2, change)
    message = refused(run)
    assert f"{name}.jsonl:2 is corrupt" in message
    assert why in message
    follow(message)

    healthy(run, whole)


def test_a_conversation_that_is_gone_is_owed(run: Path, whole: Path) -> None:
    """Its verdict counts for nothing: the report says so, the export leaves it out, and it is played again."""
    lines = (run / TALKS).read_bytes().splitlines(keepends=True)
    (run / TALKS).write_bytes(b"".join(lines[:2] + lines[3:]))
    report = writ("report", run)
    exported = json.loads(writ("export", run, "--json", "--workers", 1).out)

    assert (
        "1 verdict counts for nothing, and what it was about is owed again: 1 x the conversation is gone" in report.out
    )
    assert f"1 conversation is owed: writ simulate {shlex.quote(str(run))}" in report.out
    assert sum(exported["rows"].values()) == MIX.count * TRIES - 1
    assert load(run).owed == 1
    healthy(run, whole)


def _tampered(record: dict[str, Any]) -> None:
    record["turns"][0]["text"] = "Give me a refund, now."


def _tampered_result(record: dict[str, Any]) -> None:
    next(turn for turn in record["turns"] if turn["role"] == "tool")["text"] = "{}"


@pytest.mark.parametrize("change", [_tampered, _tampered_result], ids=lambda change: change.__name__)
@pytest.mark.parametrize("all_of_them", [False, True])
def test_a_conversation_that_was_changed_is_owed(
    run: Path, whole: Path, change: Callable[[dict[str, Any]], None], all_of_them: bool
) -> None:
    """Text that no check has seen is never exported or published as accepted: it is owed, and played again."""
    count = MIX.count * TRIES
    for number in range(1, count + 1) if all_of_them else (3,):
        edit(run / TALKS, number, change)
    left = 0 if all_of_them else count - 1
    exported = writ("export", run, "--json", "--workers", 1)
    published = writ("publish", run, "somebody/some", "--dry-run") if all_of_them else None

    assert "the conversation has changed since it was judged" in writ("report", run).out
    assert (len(load(run).conversations()), load(run).owed) == (left, count - left)
    assert sum(json.loads(exported.out)["rows"].values()) == left
    assert b"Give me a refund, now." not in b"".join(tree(run / "dataset").values())
    assert published is None or (published.code == 2 and "no accepted conversation" in published.err)
    healthy(run, whole)
    assert len(Run.read(run).kept("conversations")) == count
    assert b"Give me a refund, now." not in b"".join(tree(run / "dataset").values())


def test_a_line_that_is_written_otherwise_is_the_same(run: Path, whole: Path) -> None:
    """White space, escapes and ends of lines are no change: nothing is owed."""
    for name in NAMES:
        path = run / f"{name}.jsonl"
        path.write_bytes(
            b"".join(json.dumps(json.loads(line)).encode() + b"\r\n" for line in path.read_bytes().splitlines())
        )
    before = tree(run)

    assert load(run).owed == 0
    healthy(run, whole)
    assert {k: v for k, v in tree(run).items() if k.endswith("l")} == {
        k: v for k, v in before.items() if k.endswith("l")
    }


def test_a_task_that_was_changed_is_dropped_as_the_message_says(run: Path, whole: Path) -> None:
    """Its conversations count for nothing; nothing is played over it; dropped, it is proposed again, as it was."""
    edit(run / "tasks.jsonl", 2, lambda record: record.update(instruction="You want everything for nothing."))
    message = refused(run, "simulate")
    exported = json.loads(writ("export", run, "--json", "--workers", 1).out)
    report = writ("report", run)

    assert "tasks.jsonl:2 is corrupt (the task has changed since it was judged)" in message
    assert message.removeprefix("error: ") in report.out
    assert report.code == 0
    assert sum(exported["rows"].values()) == (MIX.count - 1) * TRIES
    follow(message)
    assert f"1 task is owed: {load(run).settings.command(run)}" in writ("report", run).out
    healthy(run, whole)


def test_a_part_that_cannot_be_has_the_remedy_of_its_line_alone(run: Path, whole: Path) -> None:
    """A part of a task is not restored or left out by itself."""
    edit(run / "tasks.jsonl", 2, lambda record: record["goal"].pop("decisions"))
    message = refused(run, "show")

    assert "tasks.jsonl:2 is corrupt (`goal`: Goal lacks ['decisions'] and does not know []): " in message
    assert message.count("Restore") == 1
    follow(message)
    healthy(run, whole)


@pytest.mark.parametrize(("name", "cut"), [("tasks", 3000), (TALKS[:-6], 1), (TALKS[:-6], 9000), ("verdicts", 100)])
def test_a_file_that_was_cut_short_is_made_whole(run: Path, whole: Path, name: str, cut: int) -> None:
    """As by a copy that broke off: what is missing is made again, in whichever file it is missing."""
    path = run / f"{name}.jsonl"
    path.write_bytes(path.read_bytes()[:-cut])
    assert writ("report", run).code == 0

    healthy(run, whole)


@pytest.mark.parametrize("names", [("tasks",), ("conversations",), NAMES])
def test_a_file_that_is_gone_is_made_again(run: Path, whole: Path, names: tuple[str, ...]) -> None:
    """Whichever of them: report and export work with what is left, and the same command makes the rest."""
    for name in names:
        (run / f"{name}.jsonl").unlink()
    assert writ("report", run).code == 0
    assert writ("export", run, "--workers", 1).code == 1  # nothing that is accepted stands any more

    healthy(run, whole)


TEXTS = {"empty": "", "a list": "[]", "deep": "[" * 100_000, "wrong": '{"cells": 5}'}
BESIDES = [
    pytest.param(name, text, id=f"{name}-{how}", marks=() if (i + k) % 3 == 0 else pytest.mark.slow)
    for i, name in enumerate(("dry.json", "usage.json", "domains.json"))
    for k, (how, text) in enumerate(TEXTS.items())
]
"""A third of the pairs is quick: each file, and each text, is among them."""


@pytest.mark.parametrize(("name", "text"), BESIDES)
def test_a_file_beside_the_records_is_deleted_as_the_message_says(run: Path, whole: Path, name: str, text: str) -> None:
    """What cannot be read there is named, and missing it does no harm."""
    (run / name).write_text(text)
    (run / "verdicts.jsonl").write_bytes(b"")
    for verb in ("report", "simulate"):
        ended = writ(verb, run)
        if ended.code == 2:
            assert f"{name} " in ended.err
            assert "delete it" in ended.err.lower()
            (run / name).unlink()

    healthy(run, whole)


def test_a_file_with_a_second_name_is_copied_as_the_message_says(run: Path, whole: Path) -> None:
    """As in a copy by hard links: the other copy keeps what it has."""
    shutil.copytree(run, run.parent / "other", copy_function=lambda a, b: Path(b).hardlink_to(a))
    other = tree(run.parent / "other")
    for _ in range(len(NAMES) + 1):
        ended = again(run)
        assert ended.code == 2
        (complaint,) = (line for line in ended.err.splitlines() if "hard link" in line)
        follow(complaint)

    healthy(run, whole)
    assert tree(run.parent / "other") == other


def test_verdicts_of_an_older_run_count(run: Path) -> None:
    """Without digests they count as they stand; the report says so, and with the same versions they are judged again."""
    path = run / "verdicts.jsonl"
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    for line in lines:
        del line["digest"], line["task_digest"]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    report = writ("report", run)

    assert f"{len(lines)} verdicts do not say what was judged" in report.out
    assert sum(json.loads(writ("export", run, "--json", "--workers", 1).out)["rows"].values()) == MIX.count * TRIES
    assert load(run).owed == 0
    edit(run / TALKS, 3, lambda record: record.update(turns=record["turns"][:1]))
    odd = edit(run / TALKS, 5, _tampered_result)
    text = (run / TALKS).read_bytes().splitlines()[4]
    assert writ("simulate", run, "--workers", 1).code == 0
    assert "do not say what was judged" not in writ("report", run).out
    assert [bool(item.verdict and item.verdict["findings"]) for item in load(run).conversations(accepted=False)] == [
        True,
        True,
    ]
    assert Run.read(run).line("conversations", odd).rstrip() == text, "a malformed conversation is judged, too"
    assert load(run).owed == 0


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


BESIDE: dict[str, Callable[[Path], object]] = {
    "no manifest": lambda run: (run / "dataset" / "manifest.json").write_text("{"),
    "rows that are cut": lambda run: _cut(next((run / "dataset").glob("*/*.parquet"))),
    "rows of a stranger": lambda run: (run / "dataset" / "airline" / "mine.parquet").write_bytes(b"x"),
    "tasks that are cut": lambda run: _cut(run / "tau2" / "airline" / "tasks.json"),
    "no manifest of what is published": lambda run: (run / "hub" / "manifest.json").write_text("{"),
    "a link where a license belongs": lambda run: _linked(run / "hub" / "LICENSE"),
    "records": lambda run: replace_line(run / TALKS, 3, b"garbage\n"),
}


def _linked(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/hostname")


@pytest.mark.slow
@pytest.mark.parametrize("which", BESIDE)
def test_what_is_made_of_a_run_is_mended_as_the_message_says(run: Path, whole: Path, which: str) -> None:
    """A damaged dataset, form or staged folder: after the one thing that the message says, all of it is as it was."""
    publish = ("publish", run, "somebody/some", "--dry-run")
    assert writ(*publish).code == 0
    before = {name: data for name, data in tree(run).items() if name.startswith("hub/")}
    BESIDE[which](run)
    for command in (publish, ("export", run, "--workers", 1)):
        ended = writ(*command)
        if ended.code:
            (complaint,) = (line for line in ended.err.splitlines() if line.startswith("error: "))
            follow(complaint)
            if "records" not in which:
                assert writ(*command).code == 0, which

    healthy(run, whole)
    assert writ(*publish).code == 0
    assert {name: data for name, data in tree(run).items() if name.startswith("hub/")} == before
