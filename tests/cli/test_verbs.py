"""What all verbs have in common: version, help, completion, how much they say, and how they end."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer

import writ_dspy
from tests.calls import ENVIRONMENT, mix_file, writ
from writ_dspy.cli.main import app
from writ_dspy.propose.mix import Cell, Mix

MIX = Mix(cells=(Cell(domain="tau2:airline", kind="read-heavy", writes=1, burden=5, count=2),))


def test_version_and_help_in_short() -> None:
    """`--version` and `-V` print it; `-h` is `--help`, before a verb and after it."""
    assert writ("--version").out == writ("-V").out == f"writ {writ_dspy.__version__}\n"
    assert writ("-h") == writ("--help")
    assert writ("show", "-h") == writ("show", "--help")


def test_a_switch_is_shown_without_a_value() -> None:
    """No help asks for a value after an option that takes none; what takes one says so."""
    for verb in ("", *typer.main.get_command(app).commands):  # type: ignore[attr-defined]
        said = writ(*filter(None, [verb]), "--help").out

        assert "--help" in said, verb
        assert "bool" not in said.lower(), verb
    assert re.search(r"--domain +-d +NAME", writ("synth", "--help").out)
    assert re.search(r"-n +<int>", writ("synth", "--help").out)


def test_the_package_runs_as_a_module() -> None:
    """`python -m writ_dspy` is `writ`."""
    command = [sys.executable, "-m", "writ_dspy", "--version"]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, f"writ {writ_dspy.__version__}\n")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_can_complete(shell: str) -> None:
    """It gets a script, and from it the verbs and the options."""
    asked = {
        "COMP_WORDS": "writ sy",
        "COMP_CWORD": "1",
        "_TYPER_COMPLETE_ARGS": "writ sy",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    script, answer = (
        subprocess.run(
            [sys.executable, "-m", "writ_dspy"], env={**ENVIRONMENT, **asked, "_WRIT_COMPLETE": f"{what}_{shell}"},
            capture_output=True, text=True, check=False,
        )
        for what in ("source", "complete")
    )  # fmt: skip

    assert script.returncode == 0
    assert "_WRIT_COMPLETE" in script.stdout
    assert "synth" in answer.stdout
    assert "show" not in answer.stdout.split()


def test_quiet_says_the_result_alone(tmp_path: Path) -> None:
    """No progress and no hints; the option may stand before the verb."""
    arguments = ("propose", "--mix", mix_file(tmp_path, MIX), "--workers", 1)
    loud, quiet = writ(*arguments, "--out", tmp_path / "a"), writ("-q", *arguments, "--out", tmp_path / "b")

    assert "propose 2/2" in loud.err
    assert quiet.err == ""
    assert "2 tasks" in quiet.out
    assert "next: " in writ("simulate", tmp_path / "a").out
    assert "next: " not in writ("simulate", tmp_path / "b", "--quiet").out


def test_verbose_logs_with_times(tmp_path: Path) -> None:
    """What is done, each line with date, time and level, on stderr; twice says more; the next call is silent again."""
    arguments = ("synth", "--mix", mix_file(tmp_path, MIX), "--workers", 1, "--out")
    once, twice = writ(*arguments, tmp_path / "a", "-v"), writ("-vv", *arguments, tmp_path / "b")
    never = writ("report", tmp_path / "a")
    stamp = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (INFO |DEBUG)  ?"

    for ended in (once, twice):
        assert all(re.match(stamp, line) for line in ended.err.splitlines()), ended.err
        assert "tasks proposed: 2 of tau2:airline read-heavy" in ended.err
        assert re.search(r"simulate 2/2  \d:\d\d.*accepted 2", ended.err)
        assert re.search(r"synth took [\d.]+ s", ended.err)
    assert len(twice.err.splitlines()) == len(once.err.splitlines()) + 2
    assert " accepted\n" in twice.err
    assert never.err == ""


MISSPOKEN = {
    ("report",): "`writ report` needs RUN",
    ("verify",): "`writ verify` needs FILE",
    ("optimize",): "`writ optimize` needs ROLE",
    ("synth", "-n", "2"): "`writ synth` needs --out",
    ("synth", "--ouut", "x"): "`writ synth` has no option --ouut; did you mean --out?",
    ("synth", "-n", "2", "--out"): "'--out' requires an argument. Ask: writ synth --help",
    ("export", "r", "--band"): "Ask: writ export --help",
    ("synth", "--n", "2", "--out", "x"): "`writ synth` has no option --n; did you mean -n?",
    ("synth", "--count", "2", "--out", "x"): "`writ synth` has no option --count. Ask",
    ("synth", "--domian", "retail"): "did you mean --domain?",
    ("domains", "chek", "x"): "action chek: there is no chek; did you mean check? Ask: writ domains --help",
    ("domains", "studio"): "there is no studio; there are check, new, draft, phrases, forget. Ask",
    ("snth",): "did you mean 'synth'?",
    ("show", "r", "--burden"): "--burden",
    ("doctor", "a", "b"): "unexpected extra argument",
    ("export", "r", "--test-share", "many"): "--test-share many: write a number",
    ("export", "https://a.b/c"): "'https://a.b/c': this is an address, and no path. Fetch what is there",
    ("show", "https://huggingface.co/datasets/a/b"): "A dataset of the Hub is hf:a/b",
}


@pytest.mark.parametrize("words", MISSPOKEN)
def test_a_call_that_is_none(words: tuple[str, ...]) -> None:
    """One line in the style of every error, exit code 2, with the command to ask; no box is drawn."""
    done = writ(*words)

    assert (done.code, done.out) == (2, "")
    assert re.fullmatch(r"error: [^\n╭│]+ Ask: writ( \w+)? --help\n", done.err)
    assert MISSPOKEN[words].lower() in done.err.lower()


@pytest.mark.parametrize("delay", [0.1, *(pytest.param(other, marks=pytest.mark.slow) for other in (0.02, 0.3))])
def test_an_interrupt_while_it_loads(delay: float) -> None:
    """^C before anything has begun ends it without a traceback."""
    code = "import sys; from writ_dspy.__main__ import main; sys.argv = ['writ', 'domains']; print(flush=True); main()"
    command = [sys.executable, "-c", code]
    with subprocess.Popen(
        command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()  # the interpreter itself is up, and has our few lines
        time.sleep(delay)
        over = process.poll() is not None
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()

    assert "Traceback" not in err
    assert over or process.returncode in (130, -signal.SIGINT)


@pytest.mark.long
def test_closed_streams_take_no_file_of_a_run(tmp_path: Path) -> None:
    """With stdin, stdout and stderr closed a run is made all the same, and nothing is written into its files."""
    mix = mix_file(tmp_path, MIX)
    line = f"{sys.executable} -m writ_dspy synth --mix {mix} --workers 1 --out {tmp_path / 'run'} <&- >&- 2>&-"
    done = subprocess.run(["/bin/sh", "-c", line], env=dict(os.environ) | ENVIRONMENT, check=False)

    assert done.returncode == 0
    assert writ("report", tmp_path / "run").code == 0
    assert "2 accepted" in writ("report", tmp_path / "run").out
