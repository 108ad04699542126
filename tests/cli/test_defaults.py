"""Defaults from a file of the working folder: they stand behind the command line, are said, and can do no harm."""

from __future__ import annotations

import inspect
import json
import os
import re
from pathlib import Path

import pytest
from typer.main import get_command

from tests.calls import mix_file, tree, writ
from writ_dspy.cli.defaults import HARMLESS, LARGEST, _kind
from writ_dspy.cli.main import app
from writ_dspy.propose.mix import Cell, Mix
from writ_dspy.run.synth import synthesize

CELL = Cell(domain="tau2:airline", kind="read-heavy", writes=1, burden=5, count=2)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder."""
    monkeypatch.delenv("WRIT_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small run."""
    return synthesize(mix=Mix(cells=(CELL,)), out=tmp_path_factory.mktemp("made") / "run", workers=1).folder


def settings(run: Path) -> dict[str, object]:
    """What a run was made with."""
    found: dict[str, object] = json.loads((run / "run.json").read_text())
    return found


PLACES = {"writ.toml": "[synth]\n{}", "pyproject.toml": "[project]\nname = 'x'\n[tool.writ.synth]\n{}"}


@pytest.mark.parametrize("name", PLACES)
def test_a_file_sets_defaults(here: Path, name: str) -> None:
    """They are said on stderr and by --help; the command line goes before them, and --no-config leaves them out."""
    (here / name).write_text(PLACES[name].format("n = 2\nseed = 7\ndomain = 'tau2:airline'\nworkers = 1"))
    done = writ("synth", "--out", "a")
    over = writ("synth", "--seed", 3, "--out", "b")
    help_ = " ".join(writ("synth", "--help").out.replace("│", " ").split())

    assert (done.code, over.code) == (0, 0)
    assert f"defaults from {name}: n = 2, seed = 7, domain = tau2:airline, workers = 1\n" in done.err
    assert f"defaults from {name}: n = 2, domain = tau2:airline, workers = 1\n" in over.err
    assert (settings(here / "a")["seed"], settings(here / "b")["seed"]) == (7, 3)
    assert f"Default of {name}: 7." in help_
    assert "Default of" not in " ".join(writ("synth", "--help", "--no-config").out.split())
    assert '"tau2:retail"' not in (here / "a" / "run.json").read_text()


def test_its_own_file_goes_before_that_of_the_project(here: Path) -> None:
    """Of two files one counts; another verb's table says nothing here."""
    (here / "pyproject.toml").write_text("[tool.writ.domains]\nn = 5\nmix = true")
    (here / "writ.toml").write_text("[domains]\nn = 3\n[synth]\nn = 2\n")
    text = writ("domains", "--mix")

    assert sum(map(int, re.findall(r"count: (\d+)", text.out))) == 3
    assert text.err == "defaults from writ.toml: n = 3\n"


def test_only_the_users_own_file_sets_everything(here: Path, made: Path) -> None:
    """`WRIT_CONFIG=FILE` may name a place to write to; `off` looks at no file."""
    (here / "own.toml").write_text("[show]\nhtml = 'page.html'\n")
    (here / "writ.toml").write_text("[show]\nhtml = 'page.html'\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WRIT_CONFIG", "own.toml")
        own = writ("show", made)
        patch.setenv("WRIT_CONFIG", "off")
        off = writ("show", made)
        patch.setenv("WRIT_CONFIG", "nowhere.toml")
        nowhere = writ("show", made)

    assert own.code == off.code == 0
    assert (here / "page.html").exists()
    assert "read-heavy" in off.out
    assert nowhere.code == 2
    assert "nowhere.toml" in nowhere.err


def test_the_command_line_overrules(here: Path, made: Path) -> None:
    """What would be refused beside a default takes its place; modes are no defaults where no model is named."""
    (here / "writ.toml").write_text(
        "[propose]\nn = 9\ndomain = 'tau2:retail'\nmode = 'free'\n[show]\nrejected = true\nburden = '9+'\n"
    )
    key = min(json.loads(line)["id"] for line in (made / "verdicts.jsonl").read_text().splitlines())
    mixed = writ("propose", "--mix", mix_file(here, Mix(cells=(CELL,))), "--out", "a", "--workers", 1)
    shown = writ("show", made, key)
    listed = writ("show", made, "--accepted", "--burden", 5)

    assert (mixed.code, shown.code, listed.code) == (0, 0, 0)
    assert "defaults from" not in mixed.err + shown.err + listed.err


def test_machines_are_not_told(here: Path, made: Path) -> None:
    """With --json and --quiet nothing is said on stderr."""
    (here / "writ.toml").write_text("[show]\nn = 1\n")

    for flag in ("--json", "--quiet"):
        assert (done := writ("show", made, flag)).err == "", flag
        assert done.code == 0


BAD = {
    "[synth]\nnn = 3": "writ.toml: [synth] nn: `writ synth` has no such option. Did you mean n?",
    "[snth]\nn = 3": "writ.toml: [snth]: there is no verb of that name. Did you mean synth?",
    "n = 3": "writ.toml: n = 3 stands below no verb. Put it below one, such as [synth].",
    "synth = 3": "writ.toml: [synth] is 3: write a table of its options",
    "[synth]\nn = '3'": "writ.toml: [synth] n = '3': write a whole number.",
    "[synth]\nn = true": "writ.toml: [synth] n = True: write a whole number.",
    "[synth]\nn = 3.0": "[synth] n = 3.0: write a whole number.",
    "[synth]\nauto = 'yes'": "[synth] auto = 'yes': write true or false.",
    "[synth]\ndomain = ['tau2:airline', 3]": "[synth] domain",
    '[synth]\nmode = "fr\\u001bee"': "it holds a control character",
    "[synth": "writ.toml is no TOML",
    "a = " + "[" * 20_000: "writ.toml is no TOML",
    "[synth]\nn = 1\nn = 2": "writ.toml is no TOML",
    f"#{'x' * LARGEST}": "too large for defaults",
}


@pytest.mark.parametrize("text", BAD, ids=lambda text: text[:20])
def test_what_is_no_default(here: Path, text: str) -> None:
    """One line with the file, the key and what to write; --help is given all the same."""
    (here / "writ.toml").write_text(text)
    before = tree(here)
    done = writ("synth", "--out", "run")

    assert (done.code, done.out) == (2, "")
    assert BAD[text] in done.err
    assert done.err.startswith("error: writ.toml")
    assert done.err.count("\n") == 1
    assert tree(here) == before
    assert writ("synth", "--help").code == 0


HARM = {
    "[synth]\nout = '/etc'": "out",
    "[synth]\nlm = 'openai://evil.example/v1/m'": "lm",
    "[synth]\nrole = 'agent=openai://evil.example/v1/m'": "role",
    "[synth]\nlms = 'models.yaml'": "lms",
    "[synth]\nserve = 'evil/model'": "serve",
    "[synth]\nprogram = 'agent=evil.json'": "program",
    "[synth]\nmix = 'mix.yaml'": "mix",
    "[synth]\ndomain = 'evil:Domain'": "domain",
    "[synth]\ndomain = ['tau2:airline', './evil.py']": "domain",
}


@pytest.mark.parametrize("text", HARM)
def test_a_folder_of_others_does_no_harm(here: Path, text: str) -> None:
    """Its file chooses neither places, nor models, nor code; the refusal says where that may be set."""
    (here / "writ.toml").write_text(text)
    done = writ("synth", "--out", "run")

    assert (done.code, done.out) == (2, "")
    assert f"writ.toml: [synth] {HARM[text]} = " in done.err
    assert "WRIT_CONFIG=FILE" in done.err
    assert not (here / "run").exists()


def test_what_may_be_set_is_a_number_a_switch_or_a_name() -> None:
    """No option that takes a path, an address or an agreement is among the harmless ones, whatever verb has it."""
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        hints = inspect.signature(command.callback).parameters
        for option in command.params:
            long = max(option.opts, key=len).lstrip("-")
            if option.param_type_name != "option" or long not in HARMLESS:
                continue
            kind, _ = _kind(hints[option.name].annotation)
            assert "Path" not in str(hints[option.name].annotation), (name, long)
            assert kind is not str or not any(word in option.help for word in ("URL", "older", "file", "address")), (
                name,
                long,
            )
    assert HARMLESS.isdisjoint(
        {"yes", "public", "create-pr", "out", "stage", "html", "log", "lm", "role", "lms", "serve", "api-key-env"}
    )


def test_files_that_are_none(here: Path, made: Path) -> None:
    """A pipe or a link is not waited for or followed; a project without a section of ours, or broken, is no matter."""
    os.mkfifo(here / "writ.toml")
    piped = writ("show", made)
    (here / "writ.toml").unlink()
    (here / "elsewhere").write_text("[show]\nn = 1")
    (here / "writ.toml").symlink_to("elsewhere")
    linked = writ("show", made)
    (here / "writ.toml").unlink()
    for text in ("[project]\nname = 'writ'\n", "[tool.x", "[tool.writer]\nx = 1", "\x00"):
        (here / "pyproject.toml").write_text(text)
        assert writ("show", made).code == 0, text
    (here / "pyproject.toml").write_text("[tool.writ.show\n")

    assert (piped.code, linked.code) == (2, 2)
    assert "writ.toml" in piped.err
    assert writ("show", made).code == 2
