"""A run, a program, a server and a folder that a stranger poisoned: whatever is looked at, nothing of it acts."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.calls import tree
from tests.cli.test_main import Mumbling
from tests.cli.test_show import MIX, on_terminal
from tests.programs.test_compiled import origin, tuned
from tests.standins.server import Fault, StandIn
from writ_dspy.cli.main import app
from writ_dspy.programs.compiled import save
from writ_dspy.run import worker
from writ_dspy.run.synth import synthesize

POISON = (
    "\x1b]0;PWN\x07", "\x1b]52;c;UFdO\x1b\\", "\x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\", "\x1b[2J\x1b[H", "\x1b[8m", "\x9b2J",
    "\x9d0;x\x9c", "\r", "\b\b", "\x7f", "\x00", "\u202e", "\u2066", "\u200b", "\u2028", "\ufeff", "\U000e0041", "[/]", "[bold red]", "\n[link=x]",
)  # fmt: skip
ACTS = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)
"""Controls but the new line, and what hides or turns text around."""
COLORS = re.compile(r"\x1b\[[\d;]*m")
CONCEALED = re.compile(r"\x1b\[([\d;]*;)?8(;[\d;]*)?m")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A run with accepted and rejected conversations."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(worker.AGENTS, "careless", Mumbling)
        yield synthesize(mix=MIX, agent="careless", out=tmp_path_factory.mktemp("made") / "run", workers=1).folder


def poisoned(value: Any, rng: random.Random, share: float) -> Any:
    """With poison in that share of its texts, and of its keys never, as they are what a record is known by."""
    if isinstance(value, dict):
        return {key: poisoned(one, rng, share) for key, one in value.items()}
    if isinstance(value, list):
        return [poisoned(one, rng, share) for one in value]
    if isinstance(value, str) and rng.random() < share:
        place = rng.randrange(len(value) + 1)
        return value[:place] + rng.choice(POISON) + value[place:]
    return value


def spoil(folder: Path, rng: random.Random, share: float) -> None:
    """Poison the texts of every JSON file of a folder."""
    for path in [*folder.rglob("*.jsonl"), *folder.rglob("*.json")]:
        lines = (
            path.read_text(encoding="utf-8").splitlines()
            if path.suffix == ".jsonl"
            else [path.read_text(encoding="utf-8")]
        )
        new = [json.dumps(poisoned(json.loads(line), rng, share)) for line in lines if line.strip()]
        path.write_text("\n".join(new) + "\n", encoding="utf-8")


def said(*arguments: object) -> str:
    """All that a call puts out, however it ends; JSON stays JSON."""
    done = CliRunner(env={"COLUMNS": ""}).invoke(app, [str(argument) for argument in arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), (arguments, done.exception)
    assert done.exit_code in (0, 1, 2)
    if "--json" in arguments and done.exit_code == 0:
        json.loads(done.stdout)
    return done.stdout + done.stderr


def verbs(run: Path, page: Path) -> Iterator[tuple[object, ...]]:
    """Every way to look at a run, or to go on with it."""
    yield from (
        ("report", run),
        ("report", run, "--json"),
        ("show", run),
        ("show", run, "--json"),
        ("show", run, "-n", 2, "--full"),
    )
    yield from (
        ("verify", run),
        ("verify", run, "--json"),
        ("verify", run / "conversations.jsonl"),
        ("verify", f"{run}\x1b[2J"),
    )
    yield from (("show", run, "--random", 1, "--json"), ("show", run, "--rejected"), ("show", run, "--html", page))
    yield from (
        ("show", run, "tau2-airline-\x1b]0;x\x07"),
        ("show", run, "--kind", "\u202e\x1b[2J"),
        ("report", f"{run}\x1b[2J"),
    )
    yield from (
        ("export", run, "--workers", 1),
        ("simulate", run, "--workers", 1),
        ("publish", run, "org/name", "--dry-run"),
    )


TEXTS = (
    "text",
    "instruction",
    "saw",
    "wanted",
    "check",
    "error",
    "agent",
    "user",
    "change",
    "opening",
    "topic",
    "voice",
    "wording",
)


def spoil_texts(run: Path, rng: random.Random) -> None:
    """Only what is text to read, so that all of it is shown rather than refused; verdicts name no digests any more."""

    def walk(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            kept = {key: one for key, one in value.items() if key not in ("digest", "task_digest")}
            return {
                key: one if "tool" in value else walk(one, key) for key, one in kept.items()
            }  # a call's text is JSON
        if isinstance(value, list):
            return [walk(one, name) for one in value]
        return f"{value[:5]}{rng.choice(POISON)}{value[5:]}" if isinstance(value, str) and name in TEXTS else value

    for path in run.glob("*.jsonl"):
        lines = path.read_text(encoding="utf-8").splitlines()
        path.write_text("".join(f"{json.dumps(walk(json.loads(line)))}\n" for line in lines), encoding="utf-8")


def test_texts_are_shown(made: Path, tmp_path: Path) -> None:
    """With poison in every text, all looks succeed: the letters are there, and what acts is visible."""
    run, page = tmp_path / "run", tmp_path / "page.html"
    shutil.copytree(made, run)
    spoil_texts(run, random.Random(0))
    for call in (("report", run), ("show", run), ("show", run, "-n", 9, "--full"), ("show", run, "--html", page)):
        done = CliRunner(env={"COLUMNS": ""}).invoke(app, [str(word) for word in call])

        assert done.exit_code == 0, (call, done.output, done.exception)
        assert not ACTS.search(done.stdout + done.stderr), call
    text = page.read_text(encoding="utf-8")
    assert not ACTS.search(text)
    assert "␛]0;PWN␇" in text
    assert "[bold red]" in text
    assert {"html", "head", "meta", "title", "body", "div", "hr"} >= set(re.findall(r"<(\w+)", text))


@pytest.mark.parametrize("seed", range(6))
def test_a_poisoned_run(made: Path, tmp_path: Path, seed: int) -> None:
    """With poison in any text of any file, every verb shows it or refuses it, and lets nothing through."""
    rng = random.Random(seed)
    run = tmp_path / ("run\x1b]0;x\x07\u202e" if seed % 2 else "run")
    shutil.copytree(made, run)
    spoil(run, rng, rng.choice((0.01, 0.1, 1.0)))
    for call in verbs(run, tmp_path / f"{seed}.html"):
        found = ACTS.search(said(*call))
        assert found is None, (call, found)


def test_a_poisoned_program(tmp_path: Path) -> None:
    """Nor do the files of compiled programs, or their names."""
    data = json.loads(save(tuned(), origin(), tmp_path / "sound").read_text(encoding="utf-8"))
    data["model"] += POISON[0]
    data["provenance"]["optimizer"] += "".join(POISON)
    (tmp_path / "a--b--c.json").write_text(json.dumps(data), encoding="utf-8")
    (tmp_path / "odd\x1b[2J.json").write_text("{}")

    listed = said("programs", tmp_path)
    assert "␛]0;PWN" in listed
    assert not ACTS.search(listed + said("programs", tmp_path, "--json") + said("programs", tmp_path / "\x1b[2J"))


@pytest.mark.long
def test_a_poisoned_server(tmp_path: Path) -> None:
    """Nor what a server calls itself, answers, or says of an error."""
    evil = "".join(POISON)
    with StandIn(lambda _: Fault("500", text=f"boom {evil}")) as server:
        out = said("doctor", server.url) + said("synth", "-n", 2, "--lm", server.url, "--out", tmp_path / "run")
    with StandIn(lambda _: f"{evil} nonsense") as server:
        out += said("doctor", server.url) + said("doctor", f"{server.url}{evil}") + said("doctor", server.url, "--json")

    assert "␛]0;PWN" in out
    assert not ACTS.search(out)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("report",), marks=pytest.mark.slow),
        pytest.param(("show",), marks=pytest.mark.slow),
        ("show", "-n", "3", "--full", "--no-pager"),
    ],
)
def test_on_a_terminal(made: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    """There, only our own colors are sent, and none of them hides."""
    run = tmp_path / "run"
    shutil.copytree(made, run)
    spoil_texts(run, random.Random(1))
    code, out = on_terminal(words[0], run, *words[1:], PAGER="cat")

    assert code == 0
    assert COLORS.search(out) or words == ("show",)
    assert not CONCEALED.search(out)
    assert not ACTS.search(COLORS.sub("", out))


def test_nothing_that_was_looked_at_changes(made: Path, tmp_path: Path) -> None:
    """`report` and `show` leave every byte of a run as it was."""
    before = tree(made)
    for call in (
        ("report", made),
        ("show", made),
        ("show", made, "-n", 1, "--full"),
        ("show", made, "--html", tmp_path / "p.html"),
    ):
        said(*call)

    assert tree(made) == before
