"""The command line: every verb teaches, answers machines, and refuses in one line without a trace."""

from __future__ import annotations

import dataclasses
import itertools
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from typer.main import get_command

from tests.calls import ENVIRONMENT, MIX, mix_file, start, tree, writ
from writ_dspy.cli.main import app
from writ_dspy.conversation import Turn
from writ_dspy.domains import NAMES, Domain
from writ_dspy.propose.mix import Mix, default_mix, read_mix
from writ_dspy.run import worker
from writ_dspy.run.settings import Settings
from writ_dspy.run.synth import synthesize
from writ_dspy.simulate.scripted import ScriptedAgent
from writ_dspy.task import Task

VERBS = ("synth", "propose", "simulate", "export", "report", "show", "domains")
ONE = Mix(cells=(MIX.cells[0].model_copy(update={"count": 1}),))


class Mumbling(ScriptedAgent):
    """Leaves every sentence about a task of burden 6 unfinished, so that a run has rejected conversations."""

    async def act(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn:
        """The scripted turn, cut off for some tasks."""
        turn = await super().act(task, domain, turns, seed)
        return dataclasses.replace(turn, text=f"{turn.text} and") if turn.text and task.axes.burden == 6 else turn


@pytest.fixture(scope="module", autouse=True)
def careless() -> Iterator[None]:
    """In these tests, `careless` is an agent that errs on half of the tasks, and only there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(worker.AGENTS, "careless", Mumbling)
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small run that is done, with rejected conversations too."""
    return synthesize(mix=MIX, agent="careless", out=tmp_path_factory.mktemp("made") / "run", workers=1).folder


@pytest.fixture
def run(made: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may spoil."""
    for name, data in tree(made).items():
        (tmp_path / "run" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "run" / name).write_bytes(data)
    return tmp_path / "run"


# ----------------------------------------------------------------------------- what it says


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_teaches(verb: str) -> None:
    """The help of a verb explains each of its options and ends in an example that names the verb."""
    command = next(item for item in app.registered_commands if (item.name or item.callback.__name__) == verb)  # type: ignore[union-attr]
    ended = writ(verb, "--help")

    assert ended.code == 0
    assert f"Example: writ {verb}" in " ".join(ended.out.split())
    parameters = get_command(app).commands[verb].params  # type: ignore[attr-defined]
    assert len(parameters) >= 2
    assert all(parameter.help for parameter in parameters)
    assert all(
        max(parameter.opts, key=len) in ended.out or not parameter.opts[0].startswith("-") for parameter in parameters
    )
    assert command.callback.__doc__.splitlines()[0][:40] in " ".join(ended.out.split())  # type: ignore[union-attr]


def test_help_names_every_verb() -> None:
    """`writ --help` lists the verbs, where to start, and what the exit codes mean."""
    ended = writ("--help")

    assert all(f"│ {verb} " in ended.out for verb in VERBS)
    assert "writ synth -n 20 --out runs/first" in ended.out
    words = " ".join(ended.out.replace("│", " ").split())
    codes = "0 done", "1 not all of it", "2 the request cannot be met as it stands", "130 interrupted", "143 terminated"
    assert all(code in words for code in codes)


HELP = "sys.argv = ['writ', '--help']; import writ_dspy.cli.main; writ_dspy.cli.main.main()"


@pytest.mark.parametrize("code", ["import writ_dspy", HELP])
def test_nothing_heavy_is_imported_early(code: str) -> None:
    """`import writ_dspy` and `writ --help` are instant: what is heavy is imported where it is used."""
    heavy = "('datasets', 'pyarrow', 'pandas', 'numpy', 'tau2', 'pydantic', 'rich.progress', 'asyncio')"
    last = f"print('early:', [n for n in {heavy} if n in sys.modules], file=sys.stderr)"
    script = f"import atexit, sys; atexit.register(lambda: exec({last!r}, globals()))\n{code}"
    done = subprocess.run([sys.executable, "-c", script], env=ENVIRONMENT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "early: []\n")


def test_domains_and_mixes(tmp_path: Path) -> None:
    """`domains` shows what there is; its --mix prints a file that --mix accepts, as YAML and as JSON."""
    shown, listed = writ("domains"), json.loads(writ("domains", "--json").out)["domains"]
    for number, more in enumerate(((), ("--json",))):
        path = tmp_path / f"{number}.yaml"
        path.write_text(writ("domains", "--mix", "-n", 37, *more).out)
        assert read_mix(path) == default_mix(["tau2:retail", "tau2:airline"], 37)

    assert shown.code == 0
    assert [item["domain"] for item in listed] == ["tau2:retail", "tau2:airline"]
    assert listed[0] | {"version": ""} == {
        "domain": "tau2:retail", "version": "", "read": 6, "write": 7, "generic": 2,
        "records": {"products": 50, "users": 500, "orders": 1000},
    }  # fmt: skip


def test_one_stage_at_a_time_comes_to_the_same(made: Path, tmp_path: Path) -> None:
    """propose, simulate and export make what synth makes; each says what comes next."""
    run = tmp_path / "run"
    stages = [
        writ("propose", "--mix", mix_file(tmp_path), "--agent", "careless", "--out", run, "--workers", 1),
        writ("simulate", run, "--workers", 1),
        writ("export", run),
        writ("report", run),
    ]

    assert [item.code for item in stages] == [0, 0, 0, 0]
    assert f"{MIX.count} conversations are owed: writ simulate {run}" in stages[0].out
    assert f"next: writ export {run}" in stages[1].out
    assert "rejected by" in stages[1].out
    assert len(stages[1].out.splitlines()) < 8
    assert f"all figures: writ report {run}" in stages[1].out
    assert len(stages[3].out.splitlines()) > 40
    assert re.search(r"this call: \d+ accepted|trajectories/s|s a trajectory", stages[1].out)
    assert "rows" in stages[2].out
    assert not re.search("trajectories/s|s a trajectory", stages[3].out)
    assert {k: v for k, v in tree(run).items() if "lock" not in k} == {
        k: v for k, v in tree(made).items() if "lock" not in k
    }


def test_machines_get_one_document(run: Path, tmp_path: Path) -> None:
    """With --json every verb prints one JSON document on stdout and nothing else anywhere."""
    new = ("--mix", mix_file(tmp_path, ONE), "--workers", 1, "--json")
    calls = {
        "synth": writ("synth", *new, "--out", tmp_path / "a"),
        "propose": writ("propose", *new, "--out", tmp_path / "b"),
        "simulate": writ("simulate", tmp_path / "b", "--json"),
        "export": writ("export", tmp_path / "b", "--json"),
        "report": writ("report", run, "--json"),
        "show": writ("show", run, "--json"),
        "domains": writ("domains", "--json"),
    }
    documents = {verb: json.loads(ended.out) for verb, ended in calls.items()}

    assert set(calls) == set(VERBS)
    assert {verb: (ended.code, ended.err) for verb, ended in calls.items()} == dict.fromkeys(VERBS, (0, ""))
    assert documents["synth"]["total"]["accepted"] == documents["synth"]["this_call"]["accepted"] == 1
    assert (documents["propose"]["owed"], documents["simulate"]["owed"]) == (1, 0)
    assert sum(documents["export"]["rows"].values()) == 1
    assert documents["report"]["this_call"] is None
    assert len(documents["show"]["conversations"]) == MIX.count


@pytest.mark.long
def test_progress_is_plain_outside_a_terminal(tmp_path: Path) -> None:
    """Into a file it is a line for each tenth that is done, on stderr; a closed pipe on stdout is no error."""
    mix = Mix(cells=(MIX.cells[0].model_copy(update={"count": 3}),))
    out = ("--out", tmp_path / "run", "--workers", 1)
    with start("synth", "--mix", mix_file(tmp_path, mix), "--tries", 8, *out) as child:
        assert child.stdout is not None
        child.stdout.close()
        assert child.stderr is not None
        told = child.stderr.read()
    # on a slow machine a line comes each half a minute, too: what stands where is asked of the last line at each tenth
    stages = {name: [line for line in told.splitlines() if line.startswith(name)] for name in ("propose", "simulate")}
    tenths = {10 * int(line.split()[1].partition("/")[0]) // 24: line for line in stages["simulate"]}
    simulated = list(tenths.values())

    assert child.returncode == 0
    pace = r"  \d+:\d\d(  [\d.]+(/s| s each)(, \d+:\d\d left)?)?"
    assert stages["propose"][0] == "propose 0/3  0:00"
    assert re.fullmatch(f"propose 3/3{pace}", stages["propose"][-1])
    assert list(tenths) == [0, 3, 6, 10]  # eight are played at a time
    assert stages["simulate"][0] == "simulate 0/24  0:00"
    assert all(re.fullmatch(rf"simulate \d+/24{pace}  accepted \d+", line) for line in simulated[1:])
    assert re.fullmatch(r"simulate 24/24  \d+:\d\d(  [\d.]+(/s| s each))?  accepted 24", simulated[-1])
    assert len(told.splitlines()) == sum(map(len, stages.values()))
    assert "\x1b" not in told


# ----------------------------------------------------------------------------- what it refuses

CELL = "{domain: 'tau2:airline', kind: read-heavy, writes: 1, burden: 6, count: 1}"
MIXES = {
    "no such domain": (CELL.replace("airline", "moon"), "tau2:moon"),
    "writes out of place": (
        CELL.replace("writes: 1", "writes: 4"),
        "read-heavy task has 1 write, not 4",
    ),
    "burden too small": (CELL.replace("burden: 6", "burden: 2"), "burden of 4 or more, not 2"),
    "burden too large": (CELL.replace("burden: 6", "burden: 99"), "burden = 99"),
    "count is text": (CELL.replace("count: 1", "count: '1'"), "count = '1'"),
    "count is zero": (CELL.replace("count: 1", "count: 0"), "count = 0"),
    "no such kind": (CELL.replace("read-heavy", "hard"), "kind = 'hard'"),
    "a field missing": (CELL.replace("writes: 1, ", ""), "writes"),
    "a field too many": (CELL.replace("count: 1", "count: 1, color: red"), "color"),
    "a number for a cell": ("17", "17"),
}
REQUESTS: dict[str, tuple[tuple[str, ...], str]] = {
    "domain": (("--domain", "tau2:moon"), "tau2:moon"),
    "n zero": (("-n", "0"), "-n 0"),
    "n negative": (("-n", "-3"), "-n -3"),
    "agent": (("--agent", "perfect"), "no agent 'perfect'; there are scripted, careless"),
    "firewall": (("--firewall", "testing"), "no task split 'testing'; it has"),
    "tries": (("--tries", "0"), "tries = 0: ask for a whole number from 1 to 1,000"),
    "workers": (("--workers", "0"), "workers = 0: ask for a whole number from 1 to 1,024"),
    "mix and domain": (("--mix", "mix.yaml", "--domain", "tau2:retail"), "leave out --domain tau2:retail"),
    "mix and n": (("--mix", "mix.yaml", "-n", "7"), "leave out -n 7"),
    "mix missing": (("--mix", "nowhere.yaml"), "nowhere.yaml"),
    "mix is a folder": (("--mix", "."), "this is a folder"),
}


def refused(folder: Path, *arguments: object) -> str:
    """The one line of a refusal: exit 2, nothing on stdout, and not a byte changed in `folder`."""
    before = tree(folder)
    ended = writ(*arguments)

    assert (ended.code, ended.out) == (2, ""), ended
    assert tree(folder) == before
    assert re.fullmatch(r"error: [^\n]+\n(?:(?:  |Use |Or )[^\n]+\n)*", ended.err), ended.err
    assert len(ended.err) < 900
    return ended.err


@pytest.mark.parametrize("verb", ["synth", "propose"])
@pytest.mark.parametrize("case", REQUESTS)
def test_a_bad_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str, case: str) -> None:
    """One line names the value and what to do, before anything is written."""
    monkeypatch.chdir(tmp_path)
    arguments, says = REQUESTS[case]

    assert says in refused(tmp_path, verb, *arguments, "--out", tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("case", MIXES)
def test_a_bad_mix(tmp_path: Path, case: str) -> None:
    """A mix that cannot be met is refused with the file, the place and the value."""
    cell, says = MIXES[case]
    path = tmp_path / "mix.yaml"
    path.write_text(f"cells:\n  - {cell}\n")
    line = refused(tmp_path, "synth", "--mix", path, "--out", tmp_path / "run")

    assert says in line
    assert str(path) in line


NO_MIX = (
    "",
    "cells:\n",
    "cells: []\n",
    "cells: 7\n",
    "cells: {a: 1}\n",
    "[1, 2]\n",
    "a: [\n",
    "\x00",
    "cell: []\n",
)


@pytest.mark.parametrize("text", NO_MIX)
def test_what_is_no_mix_at_all(tmp_path: Path, text: str) -> None:
    """A file without cells, or that is no YAML, is refused by name."""
    path = tmp_path / "mix.yaml"
    path.write_text(text)

    assert str(path) in refused(tmp_path, "synth", "--mix", path, "--out", tmp_path / "run")


@pytest.mark.parametrize("option", ["-n", "--seed", "--tries", "--workers"])
def test_what_is_no_number(tmp_path: Path, option: str) -> None:
    """Exit 2, one line with the option, the value and what to write, nothing written."""
    ended = writ("synth", option, "many", "--out", tmp_path / "run")

    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f"error: {option} many: write a whole number. Ask: writ synth --help\n"
    assert not tree(tmp_path)


KEYS = ("sk-proj-Zq4x7Tn1Vb8Kd2Lw9Rm5", "9c1e5b7a3f204d68b1c7e9a05d3f8b26")


@pytest.mark.parametrize(
    "words",
    [
        "synth {} --out x", "synth -n {} --out x", "synth --{}", "{}", "report {}", "synth --mix {} --out x", "synth --role {} --out x",
        "synth --domain {} --out x", "domains {}", "synth --api-key-env {} --lm sglang://127.0.0.1:1/m --out x", "calibrate runs/first {}",
    ],
)  # fmt: skip
def test_a_key_in_the_wrong_place_is_not_said_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    """Whichever word of the call it was, and where it can be nothing else though no service marks it so; what is said is where it belongs."""
    monkeypatch.chdir(tmp_path)
    means_nothing = not {"--mix", "--role", "--domain", "report"} & {*words.split()}
    for key in KEYS if means_nothing else KEYS[:1]:
        ended = writ(*words.format(key).split())

        assert (ended.code, ended.out) == (2, "")
        assert key not in ended.err
        assert "not shown" in ended.err
        assert "export OPENAI_API_KEY=…" in ended.err


def test_other_strays_are_said(tmp_path: Path) -> None:
    """A word that is no key is named, so that it can be found."""
    assert "(runs/key-facts)" in refused(tmp_path, "synth", "runs/key-facts", "--out", tmp_path / "run")


@pytest.mark.parametrize("verb", ["simulate", "export", "report", "show"])
def test_what_is_no_run(tmp_path: Path, verb: str) -> None:
    """A missing folder, a file, and a folder of something else are refused: here is how to make one."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_text("x")
    for name in ("missing", "file", "photos"):
        line = refused(tmp_path, verb, tmp_path / name)
        assert str(tmp_path / name) in line
        assert "writ synth" in line


def test_a_place_that_cannot_be_a_run_folder(tmp_path: Path) -> None:
    """A file, a place under a file, one that cannot be written and a foreign folder are left as they are."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_text("x")
    places = (tmp_path / "file", tmp_path / "file" / "run", tmp_path / "photos", Path("/proc/writ"))
    for place in places:
        line = refused(tmp_path, "synth", "--mix", mix_file(tmp_path), "--out", place)
        assert str(place) in line
        assert re.search(r"--out|Check that disk", line)


def _cut(line: str) -> str:
    return line[: len(line) // 2]


SPOILED: dict[str, Callable[[str], str]] = {
    "half a line": _cut,
    "no object": lambda _: "[1]",
    "no id": lambda _: "{}",
    "hollow": lambda _: '{"id": "hollow"}',
}


@pytest.mark.parametrize("name", ["tasks", "conversations", "verdicts"])
@pytest.mark.parametrize("how", SPOILED)
def test_a_spoiled_line(run: Path, name: str, how: str) -> None:
    """A line in the middle that was cut or edited is named, by `report` and by the call that would go on."""
    path = run / f"{name}.jsonl"
    lines = path.read_text().splitlines()
    lines[2] = SPOILED[how](lines[2])
    path.write_text("\n".join(lines) + "\n")
    line = refused(run, "report", run)

    assert (f"{path}:3" in line) or (how == "hollow" and str(run) in line)
    if how != "hollow":
        assert f"{path}:3" in refused(run, "simulate", run)


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (lambda m: m.pop("seed"), "seed"),
        (lambda m: m.pop("mix"), "mix"),
        (lambda m: m.update(seed="0"), "seed = '0'"),
        (lambda m: m.update(tries=0), "tries = 0"),
        (lambda m: m.update(turns=True), "turns = True"),
        (lambda m: m.update(mix=[]), "mix = []"),
        (lambda m: m.update(mix=[{"domain": "tau2:moon"}]), "mix.0"),
        (lambda m: m.update(mix={"cells": 1}), "mix = "),
        (lambda m: m.update(firewall=3), "firewall = 3"),
        (lambda m: m.update(domains=["tau2:airline"]), "domains = "),
        (lambda m: m.update(color="red"), "color = 'red'"),
    ],
)
@pytest.mark.parametrize("verb", ["report", "simulate", "export", "synth"])
def test_a_spoiled_manifest(run: Path, edit: Callable[[dict[str, object]], object], says: str, verb: str) -> None:
    """A field that is missing or of a wrong type is named, with the file, whichever verb reads it."""
    manifest = json.loads((run / "run.json").read_text())
    edit(manifest)
    (run / "run.json").write_text(json.dumps(manifest))
    arguments = (run,) if verb != "synth" else ("--mix", mix_file(run.parent), "--agent", "careless", "--out", run)
    line = refused(run, verb, *arguments)

    assert f"{run / 'run.json'}: {says}" in line


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "null"])
def test_a_manifest_that_is_none(run: Path, text: str) -> None:
    """A run.json that is no JSON, or not of a run, is named by every verb that opens it."""
    (run / "run.json").write_text(text)
    for arguments in (("report", run), ("simulate", run), ("synth", "-n", 5, "--out", run)):
        assert str(run / "run.json") in refused(run, *arguments)


def test_other_settings(run: Path, tmp_path: Path) -> None:
    """A folder made with others is refused: what differs, both values, and the command to go on with it."""
    same = ("--mix", mix_file(tmp_path), "--agent", "careless", "--out", run)
    seed = refused(run, "synth", *same, "--seed", 7)
    several = refused(run, "synth", "-n", 200, "--out", run, "--firewall", "off", "--tries", 2)
    go_on = f"writ synth --mix FILE --agent careless --out {run}"

    assert "seed is 0 there and 7 here" in seed
    assert go_on in seed
    assert 'agent is "careless" there and "scripted" here' in several
    assert "tries is 1 there and 2 here" in several
    assert 'firewall is "base" there and off here' in several
    assert f"({MIX.count} tasks there, 200 here)" in several
    assert go_on in several


@pytest.mark.parametrize("domains", [["tau2:retail"], ["tau2:airline", "tau2:retail"], ["tau2:retail", "tau2:airline"]])
def test_the_command_makes_the_run(tmp_path: Path, domains: list[str]) -> None:
    """The command that a refusal prints asks for the very settings of that run, and names no domains that go without saying."""
    mix = default_mix(domains, 31)
    command = Settings(mix, seed=4, tries=2, firewall=None).command(tmp_path / "a run").split()

    names = [word for before, word in itertools.pairwise(command) if before == "--domain"]
    assert default_mix(names or NAMES, int(command[command.index("-n") + 1])) == mix
    assert bool(names) is (default_mix(NAMES, 31) != mix)
    assert "--seed 4 --tries 2 --firewall off --out" in " ".join(command)
