"""`writ show`: what there is, what is asked for, and nothing that was asked for is ignored."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.calls import ENVIRONMENT, tree, writ
from tests.cli.test_main import Mumbling, refused
from writ_dspy.propose.mix import Cell, Mix
from writ_dspy.run import worker
from writ_dspy.run.synth import synthesize
from writ_dspy.store.run import Run

CELLS = (
    ("tau2:airline", "read-heavy", 1, 6, 3),
    ("tau2:airline", "read-heavy", 1, 5, 2),
    ("tau2:retail", "normal", 1, 2, 2),
)
MIX = Mix(
    cells=tuple(Cell(domain=d, kind=k, writes=w, burden=b, count=n) for d, k, w, b, n in CELLS)  # type: ignore[arg-type]
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A run with accepted and rejected conversations."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(worker.AGENTS, "careless", Mumbling)
        folder = tmp_path_factory.mktemp("made") / "run"
        yield synthesize(mix=MIX, agent="careless", out=folder, workers=1).folder


@pytest.fixture
def run(made: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may spoil."""
    for name, data in tree(made).items():
        (tmp_path / "run" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "run" / name).write_bytes(data)
    return tmp_path / "run"


def records(run: Path) -> dict[str, dict[str, Any]]:
    """What is known of each conversation, read apart from `show`."""
    kept = Run.read(run)
    tasks = {record["id"]: record for record in kept.records("tasks")}
    return {
        v["id"]: v | {"task": tasks[v["task_id"]], "dials": tasks[v["task_id"]]["axes"]}
        for v in kept.records("verdicts")
    }


def listed(*arguments: object) -> list[dict[str, Any]]:
    """The rows of a list, from its JSON; its text has the same ids, one in each line."""
    rows: list[dict[str, Any]] = json.loads(writ("show", *arguments, "--json").out)["conversations"]
    text = writ("show", *arguments).out.splitlines()
    assert text[0].split()[0] == "id"
    assert [line.split()[0] for line in text[2:]] == [row["id"] for row in rows]
    return rows


def test_without_an_id_it_lists(made: Path) -> None:
    """All conversations by id, one line each, with the kind, the dials, the domain, the verdict and the first words."""
    known = records(made)
    rows = listed(made)
    text = writ("show", made).out

    assert [row["id"] for row in rows] == sorted(known)
    for row in rows:
        found = known[row["id"]]
        assert row["state"] == ("accepted" if found["accepted"] else "rejected")
        assert row["checks"] == sorted({one["check"] for one in found["findings"]}, key=row["checks"].index)
        verdict = ",".join(row["checks"]) or "accepted"
        line = f"{row['id']}  {row['kind']}  {row['writes']}×{row['burden']}  {row['domain']}  {verdict}  {row['first_words']}"
        assert " ".join(line.split()) in [" ".join(each.split()) for each in text.splitlines()]
    assert {"accepted", "rejected"} == {row["state"] for row in rows}


@pytest.mark.parametrize(
    ("arguments", "fits"),
    [
        (("--kind", "normal"), lambda r: r["task"]["kind"] == "normal"),
        (("--domain", "tau2:airline"), lambda r: r["task"]["domain"] == "tau2:airline"),
        (("-d", "tau2:airline", "-d", "tau2:retail"), lambda _: True),
        (("--burden", "5+"), lambda r: r["dials"]["burden"] >= 5),
        (("--burden", "2", "--burden", "6"), lambda r: r["dials"]["burden"] in (2, 6)),
        (("--burden", "2-5"), lambda r: 2 <= r["dials"]["burden"] <= 5),
        (("--writes", "1"), lambda r: r["dials"]["writes"] == 1),
        (("--rejected",), lambda r: not r["accepted"]),
        (("--accepted", "--burden", "5"), lambda r: r["accepted"] and r["dials"]["burden"] == 5),
        (("--check", "clean"), lambda r: any(one["check"] == "clean" for one in r["findings"])),
    ],
)
def test_filters(made: Path, arguments: tuple[str, ...], fits: Any) -> None:
    """Each keeps exactly those that it names; several narrow it down together."""
    wanted = sorted(key for key, record in records(made).items() if fits(record))

    assert wanted
    assert [row["id"] for row in listed(made, *arguments)] == wanted
    assert [row["id"] for row in listed(made, *arguments, "-n", 1)] == wanted[:1]


def test_a_conversation_is_shown_with_its_proof(made: Path) -> None:
    """By the start of its id: the task, gold, every read of the evidence with a witness, the talk, and findings at their turn."""
    known = records(made)
    key = next(key for key, record in known.items() if not record["accepted"])
    task = known[key]["task"]
    text = writ("show", made, key[:-4]).out
    (document,) = json.loads(writ("show", made, key, "--json").out)["conversations"]

    assert text.startswith(key)
    assert task["instruction"] in text
    for outcome, proof in zip(task["outcomes"], document["proof"], strict=True):
        assert [one["read"].partition("(")[0] for one in proof["evidence"]] == [
            call["tool"] for call in outcome["evidence"]
        ]
        assert all(one["change"] and one["outcome"] != str(proof["gold"]) for one in proof["evidence"])
        assert all(
            f"{one['read']}\n" in text and f"had it shown {one['change']}: {one['outcome']}" in text
            for one in proof["evidence"]
        )
    for finding in known[key]["findings"]:
        assert f"✗ {finding['check']}: saw {finding['saw']}" in text
    assert document["verdict"] == {name: known[key][name] for name in document["verdict"]}
    assert document["conversation"]["task_id"] == document["task"]["id"]


def test_tool_results_are_cut_and_it_says_how_much(made: Path) -> None:
    """With --full they are whole."""
    key = min(records(made))
    turns = Run.read(made).get("conversations", key)["turns"]
    longest = max((turn["text"] for turn in turns if turn["role"] == "tool"), key=len)
    cut, whole = writ("show", made, key).out, writ("show", made, key, "--full").out

    assert longest in whole
    assert longest not in cut
    assert f"{longest[:240]}… ({len(longest) - 240:,} of {len(longest):,} characters not shown)" in cut
    assert writ("show", made, "-n", 1, "--full").out == whole


def test_some_at_random(made: Path) -> None:
    """A seed chooses them, and is said where none was given."""
    first, again = writ("show", made, "--random", 7), writ("show", made, "--random", 7)
    other = writ("show", made, "--random")
    seed = other.err.split()[-1]
    several = [
        one["conversation"]["id"]
        for one in json.loads(writ("show", made, "--random", 7, "-n", 3, "--json").out)["conversations"]
    ]
    draws = {writ("show", made, "--random", seed, "--rejected", "-q").out.split()[0] for seed in range(12)}

    assert first == again
    assert writ("show", made, "--random", seed).out == other.out
    assert len(set(several)) == 3
    assert len(draws) > 1
    assert all(not records(made)[key]["accepted"] for key in draws)


class _Page(HTMLParser):
    """Its text and its tags."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.text, self.tags = "", set[str]()
        self.feed(source)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not [value for name, value in attrs if name in ("src", "href") or name.startswith("on")]


def test_a_page_of_its_own(made: Path, tmp_path: Path) -> None:
    """--html writes one file that loads nothing and runs nothing; it is written anew, but never over another file."""
    path = tmp_path / "page.html"
    done = writ("show", made, "--rejected", "--html", path)
    page = _Page(path.read_text())

    assert done.code == 0
    assert all((key in page.text) != record["accepted"] for key, record in records(made).items())
    assert "script" not in page.tags | {"img", "link"} & page.tags
    assert writ("show", made, "-n", 1, "--html", path).code == 0
    assert len(path.read_text()) < 60_000
    path.write_text("mine")
    assert "is a file that writ did not make" in refused(tmp_path, "show", made, "--html", path)
    (tmp_path / "link.html").symlink_to(path)
    for other in (tmp_path, tmp_path / "link.html"):
        assert f"{other} is a " in (said := refused(tmp_path, "show", made, "--html", other))
        assert "Name another one with --html" in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("",), "an empty id names no conversation"),
        (("tau2-airline",), "5 conversations of {run} start with 'tau2-airline'"),
        (("tau2-airline", "--rejected"), "'tau2-airline' names a conversation, and --rejected would choose others"),
        (("tau2-airline", "--random", "3"), "and --random would choose others"),
        (("tau2-airline", "-n", "3"), "and -n would choose others"),
        (
            ("--random", "x"),
            "'x' names a conversation, and --random would choose others: leave one of them out, or give --random a whole number.",
        ),
        (("tau2-moon",), "no conversation 'tau2-moon'"),
        (("--accepted", "--rejected"), "no conversation is both"),
        (("--check", "clean", "--accepted"), "only a rejected conversation failed a check"),
        (("--check", "claen"), "Did you mean clean"),
        (("--kind", "hard"), "Choose write-intensive, read-heavy, normal, no-write."),
        (("--domain", "retial"), "Did you mean tau2:retail?"),
        (("--burden", "many"), "--burden 'many': write a number"),
        (("--burden", "3-"), "--burden '3-': write a number"),
        (("-n", "0"), "-n = 0"),
    ],
)
def test_what_cannot_be_shown(run: Path, arguments: tuple[str, ...], says: str) -> None:
    """One line says why, and what to ask instead."""
    assert says.format(run=run) in refused(run, "show", run, *arguments)


@pytest.mark.parametrize(
    "arguments", [("--burden", "40+"), ("--crashed",), ("--crashed", "--random", "3"), ("--crashed", "--full")]
)
def test_none_is_an_answer(run: Path, arguments: tuple[str, ...]) -> None:
    """Where nothing fits there is nothing on stdout, one line that says so, and no error."""
    ended = writ("show", run, *arguments)

    assert (ended.code, ended.out) == (0, "")
    assert ended.err.startswith(f"no conversation of {run} with {' '.join(arguments[:1])}")
    assert json.loads(writ("show", run, *arguments, "--json").out)["conversations"] == []


def test_a_near_miss_is_suggested(made: Path) -> None:
    """An id with a letter wrong names the one that is meant."""
    key = min(records(made))
    wrong = key[:-3] + ("0" if key[-3] != "0" else "1") + key[-2:]

    assert key in writ("show", made, wrong).err


def test_the_name_of_the_domain_may_be_left_out(made: Path) -> None:
    """What is left, or the start of it, names the conversation if it names one alone."""
    keys = [key.rpartition("-")[2] for key in sorted(records(made))]
    for key in keys:
        alone = next(key[:size] for size in range(1, len(key)) if sum(one.startswith(key[:size]) for one in keys) == 1)
        assert f"-{key} " in writ("show", made, alone).out.splitlines()[0]
    assert "has no conversation 'airline'" in writ("show", made, "airline").err


@pytest.mark.parametrize(
    "key", ["tau2-airline-9391d36d5e75.0", "9391d36d5e75", "9391d36d5e75.2", "town-library-9391d36d5e75.1-second_read"]
)
def test_a_conversation_needs_its_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """Given alone, it is told from a folder that is not there; a folder of such a name is one all the same."""
    monkeypatch.chdir(tmp_path)
    assert f"Name its run before it: writ show RUN {key}" in refused(tmp_path, "show", key)
    (tmp_path / key).mkdir()
    assert "is not a run: it has no run.json" in refused(tmp_path, "show", key)
    assert "there is no such folder" in refused(tmp_path, "show", "runs/first")


def test_a_run_without_conversations(run: Path) -> None:
    """It says how to make some; without verdicts they are not judged, which is said, too."""
    (run / "verdicts.jsonl").write_text("")
    states = {row["state"] for row in listed(run)}
    read = writ("show", run, "-n", 1, "--full")
    (run / "conversations.jsonl").write_text("")

    assert states == {"not judged"}
    assert (read.code, "accepted" in read.out.splitlines()[0]) == (0, False)
    assert f"Make some: writ simulate {run}" in refused(run, "show", run)


# ----------------------------------------------------------------------------- on a terminal


def on_terminal(*arguments: object, columns: int = 100, **environment: str) -> tuple[int, str]:
    """Exit code and output of a call on a terminal of 24 lines."""
    parent, child = pty.openpty()
    command = [sys.executable, "-m", "writ_dspy", *map(str, arguments)]
    env = {key: value for key, value in ENVIRONMENT.items() if key != "NO_COLOR"}
    env |= {"COLUMNS": str(columns), "LINES": "24", "TERM": "xterm-256color"} | environment
    with subprocess.Popen(command, env=env, stdin=child, stdout=child, stderr=child, close_fds=True) as process:
        os.close(child)
        data = b""
        while True:  # until the other end is closed, which it is when the call is over
            try:
                piece = os.read(parent, 65536)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            data += piece
        os.close(parent)
    return process.returncode, data.decode("utf-8", "replace").replace("\r\n", "\n")


@pytest.mark.long
def test_on_a_terminal_it_is_paged_and_has_colors(made: Path, tmp_path: Path) -> None:
    """Long output goes to $PAGER; --no-pager prints at once, in bubbles no wider than can be read."""
    pager = tmp_path / "pager"
    pager.write_text("#!/bin/sh\nprintf PAGED; cat >/dev/null\n")
    pager.chmod(0o755)
    paged = on_terminal("show", made, "-n", 1, "--full", PAGER=str(pager))
    plain = on_terminal("show", made, "-n", 1, "--full", "--no-pager", columns=200, PAGER=str(pager))
    short = on_terminal("show", made, "-n", 1, PAGER=str(pager))
    lines = re.sub(r"\x1b\[[\d;]*m", "", plain[1]).splitlines()

    assert paged == (0, "PAGED")
    assert plain[0] == short[0] == 0
    assert "\x1b[" in plain[1]
    assert not re.search(r"\x1b(?!\[[\d;]*m)", plain[1])
    assert any("╭─ user" in line for line in lines)
    assert max(map(len, lines)) <= 100
    assert "PAGED" not in short[1]
