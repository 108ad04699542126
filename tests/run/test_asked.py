"""The library asked for what cannot be: a `ConfigError` with the name, the value and what to give; nothing made, nothing left."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import writ_dspy as writ
from tests.cli.bad_input.documents import bomb
from writ_dspy.errors import ConfigError, DomainError, WritError
from writ_dspy.run import synth

CELL = {"domain": "tau2:airline", "kind": "read-heavy", "writes": 1, "burden": 6, "count": 1}
ONE = writ.Mix(cells=(writ.Cell(**CELL),))  # type: ignore[arg-type]
HUGE = 10**5000


class Odd:
    """What is none of what is wanted."""

    def __repr__(self) -> str:
        return "Odd()"


SYNTHESIZE: tuple[tuple[dict[str, Any], str], ...] = (
    ({"domains": 5}, "domains = 5: give names"), ({"domains": None}, "domains = None"), ({"domains": [5]}, "no domain 5; there are"),
    ({"domains": [[]]}, r"no domain \[\]"), ({"domains": b"tau2:retail"}, "domains = b'tau2:retail'"), ({"domains": []}, "none given"),
    ({"domains": "tau2:moon"}, "no domain tau2:moon"), ({"domains": "t" * 9000}, "no domain ttt"), ({"domains": {"a": 1}}, "no domain a"),
    ({"n": "20"}, "n = '20': ask for a whole number"), ({"n": 1.5}, "n = 1.5"), ({"n": None}, "n = None"), ({"n": True}, "n = True"),
    ({"n": 0}, "-n 0: nothing to make"), ({"n": -3}, "-n -3"), ({"n": 10**12}, "10,000,000 tasks are the most"), ({"n": HUGE}, "thousands of digits"),
    ({"n": [3]}, r"n = \[3\]"), ({"n": float("nan")}, "n = nan"),
    ({"mix": 5}, "mix = 5: give a Mix, a list of cells, or the path"), ({"mix": Odd()}, r"mix = Odd\(\)"), ({"mix": {}}, r"mix = \{\}: it has no cells"),
    ({"mix": []}, r"mix = \[\]: it has no cells"), ({"mix": {"cells": 5}}, "cells = 5"), ({"mix": [5]}, r"cells\.0 = 5"), ({"mix": "nope.yaml"}, "nope.yaml: there is no such file"),
    ({"mix": {"cells": [CELL], "more": 1}}, "mix: there is no key 'more'"), ({"mix": [CELL | {"count": 0}]}, r"cells\.0\.count = 0"), ({"mix": ""}, "path is empty"),
    ({"mix": [CELL | {"domain": "tau2:moon"}]}, "no domain 'tau2:moon'"), ({"mix": [CELL | {"count": HUGE}]}, "count = a number"),
    ({"mix": b"mix.yaml"}, "mix = b'mix.yaml'"), ({"mix": "."}, "a folder, not a file"), ({"mix": writ.Mix(cells=())}, "no cells"),
    ({"seed": 1.5}, "seed = 1.5: ask for a whole number"), ({"seed": None}, "seed = None"), ({"seed": "0"}, "seed = '0'"),
    ({"out": 5}, "out = 5: give a path"), ({"out": b"x"}, "out = b'x'"), ({"out": ""}, "out is empty"), ({"out": "a\0b"}, "no path holds a NUL"),
    ({"out": "x" * 300}, "300 bytes long"), ({"out": "d/" * 3000}, "4,000 are the most"), ({"out": "caf\udce9"}, "no UTF-8"), ({"out": []}, r"out = \[\]"),
    ({"out": "/proc/writ"}, "belongs to the system"), ({"out": "/dev/null"}, "no folder"),
    ({"corrections": 3}, "corrections = 3: no model decides"), ({"corrections": -1}, "corrections = -1"), ({"corrections": "2"}, "corrections = '2'"),
    ({"agent": 5}, "agent = 5"), ({"agent": []}, r"agent = \[\]"), ({"agent": "perfect"}, "no agent 'perfect'; there are scripted"), ({"agent": None}, "agent = None"),
    ({"tries": 0}, "tries = 0: ask for a whole number from 1 to 1,000"), ({"tries": "2"}, "tries = '2'"), ({"tries": 10**12}, "tries = 1000000000000"),
    ({"firewall_split": "testing"}, "no task split 'testing'; it has .* Choose one of them for the firewall, or off"), ({"firewall_split": 5}, "firewall_split = 5"),
    ({"firewall_split": False}, "firewall_split = False"), ({"firewall_split": ""}, "no task split ''"),
    ({"workers": 0}, "workers = 0: ask for a whole number from 1 to 1,024"), ({"workers": "2"}, "workers = '2'"), ({"workers": 10**9}, "workers = 1000000000"),
    ({"progress": "x"}, "progress = 'x': give a function"), ({"progress": True}, "progress = True"),
    ({"lm": ""}, "--lm is empty"), ({"lm": 5}, "lm = 5: give a model URL"), ({"lm": "ftp://h"}, "is no model URL"), ({"lm": b"local"}, "lm = b'local'"),
    ({"roles": "agent=local"}, "roles = 'agent=local': give {'agent'"), ({"roles": {"agent": 5}}, "'agent' has 5; give"), ({"roles": {5: "local"}}, "5 has 'local'"),
    ({"roles": {"wizard": "local"}}, "'wizard' is no role"), ({"roles": ["agent"]}, r"roles = \['agent'\]"), ({"roles": {"agent": ""}}, "--role agent is empty"),
    ({"lms": 5}, "lms = 5: give the path"), ({"lms": "nope.yaml"}, "nope.yaml: there is no such file"), ({"lms": {}}, r"lms = \{\}"),
    ({"mode": "magic"}, "no mode 'magic'; there are surface"), ({"mode": 5}, "mode = 5"), ({"mode": []}, r"mode = \[\]"), ({"mode": "free"}, "mode free says how far models go"),
    ({"programs": "x"}, "programs = 'x': give {'agent'"), ({"programs": {"agent": 5}}, "'agent' has 5"), ({"programs": {"wizard": "x"}}, "there is no such role"),
    ({"concurrency": "a"}, "concurrency = 'a': ask for a whole number from 1 to 65,536"), ({"concurrency": 0}, "concurrency = 0"),
    ({"concurrency": 5}, "concurrency 5 is for roles that models play"), ({"concurrency": 1.5}, "concurrency = 1.5"), ({"grow": "yes"}, "grow = 'yes': give True or False"),
)  # fmt: skip
OTHERS: dict[str, tuple[Callable[[synth.Synthesis, Path], object], str]] = {
    "read_mix a number": (lambda *_: writ.read_mix(5), "path = 5: give a path"),  # type: ignore[arg-type]
    "read_mix nothing": (lambda *_: writ.read_mix(None), "path = None"),  # type: ignore[arg-type]
    "read_mix a missing file": (lambda *_: writ.read_mix("nope.yaml"), "nope.yaml: there is no such file"),
    "read_mix a folder": (lambda _, here: writ.read_mix(here), "a folder, not a file"),
    "read_mix a bomb": (lambda _, here: writ.read_mix(here / "bomb.yaml"), "more than 200,000 values"),
    "read_mix a pipe": (lambda _, here: writ.read_mix(here / "pipe"), "a pipe to which nobody writes"),
    "read_mix a NUL": (lambda *_: writ.read_mix("a\0b"), "no path holds a NUL"),
    "default_mix a number": (lambda *_: writ.default_mix(5, 3), "domains = 5: give names"),  # type: ignore[arg-type]
    "default_mix a letter": (lambda *_: writ.default_mix("t", 3), "no domain t; there are"),
    "default_mix n in words": (lambda *_: writ.default_mix("tau2:retail", "3"), "n = '3': ask for"),  # type: ignore[arg-type]
    "default_mix too many": (lambda *_: writ.default_mix("tau2:retail", 10**30), "10,000,000 tasks are the most"),
    "domain a number": (lambda *_: writ.domain(5), "no domain 5; there are"),  # type: ignore[arg-type]
    "domain a list": (lambda *_: writ.domain(["tau2:retail"]), r"no domain \['tau2:retail'\]"),  # type: ignore[arg-type]
    "domain unknown": (lambda *_: writ.domain("moon"), "no domain 'moon'; there are .* Choose one"),
    "load a number": (lambda *_: writ.load(5), "source = 5: give a path"),  # type: ignore[call-overload]
    "load bytes": (lambda *_: writ.load(b"run"), "source = b'run'"),  # type: ignore[call-overload]
    "load nothing": (lambda *_: writ.load(""), "source is empty"),
    "load a NUL": (lambda *_: writ.load("a\0b"), "no path holds a NUL"),
    "load a missing run": (lambda _, here: writ.load(here / "nope"), "nope is not a run"),
    "load a file": (lambda _, here: writ.load(here / "bomb.yaml"), "bomb.yaml"),
    "load a strange name": (lambda *_: writ.load("hf:a/b/c"), "hf:a/b/c"),
    "accepted in words": (lambda run, _: run.conversations(accepted="x"), "accepted = 'x': give True, False, or None"),  # type: ignore[arg-type]
    "accepted one": (lambda run, _: run.conversations(accepted=1), "accepted = 1"),  # type: ignore[arg-type]
    "starting with a number": (lambda run, _: run.conversations().starting(5), "start = 5: give the start of an id"),  # type: ignore[arg-type]
    "export with no process": (lambda run, _: run.export(0), "workers = 0: ask for"),
    "export with words": (lambda run, _: run.export("two"), "workers = 'two'"),  # type: ignore[arg-type]
}  # fmt: skip
"""What else the front door offers."""


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder in which the call is made, and another for temporary files; both stay as they are."""
    here, temporary = tmp_path / "here", tmp_path / "temporary"
    here.mkdir()
    temporary.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    yield here
    assert not list(temporary.iterdir())


def test_there_are_enough_cases() -> None:
    """More than eighty kinds of misuse."""
    assert len(SYNTHESIZE) + len(OTHERS) >= 100


@pytest.mark.parametrize(
    ("options", "says"), SYNTHESIZE, ids=[f"{number}-{next(iter(one))}" for number, (one, _) in enumerate(SYNTHESIZE)]
)
def test_synthesize_refuses(scratch: Path, options: dict[str, Any], says: str) -> None:
    """One line with the name, the value and what to give; no folder is made, and no temporary one is left."""
    with pytest.raises((ConfigError, DomainError), match=says) as refused:
        writ.synthesize(**options)

    assert len(str(refused.value).splitlines()) == 1
    assert len(str(refused.value)) < 700
    assert not list(scratch.iterdir())


@pytest.mark.parametrize("name", OTHERS)
def test_the_rest_refuses(small_run: Path, scratch: Path, name: str) -> None:
    """The same for whatever else `import writ_dspy` offers."""
    (scratch / "bomb.yaml").write_text(bomb("cells: *a9"))
    os.mkfifo(scratch / "pipe")
    call, says = OTHERS[name]
    with pytest.raises(WritError, match=says) as refused:
        call(synth.load(small_run), scratch)

    assert len(str(refused.value).splitlines()) == 1


# ----------------------------------------------------------------------------- what is taken as it is meant

FORMS: dict[str, Callable[[Path], Any]] = {
    "a mix": lambda _: ONE,
    "a path as a text": lambda here: str(here / "mix.yaml"),
    "a path": lambda here: here / "mix.yaml",
    "a mapping": lambda _: {"cells": [CELL]},
    "cells": lambda _: [ONE.cells[0]],
    "cells as a tuple": lambda _: ONE.cells,
    "cells as mappings": lambda _: [CELL],
}


@pytest.mark.parametrize("form", FORMS)
def test_a_mix_in_any_form(tmp_path: Path, form: str) -> None:
    """A mix, its cells, a mapping and the path of its file ask for the same run."""
    (tmp_path / "mix.yaml").write_text(f"cells:\n  - {CELL}\n")
    run = writ.synthesize(mix=FORMS[form](tmp_path), out=str(tmp_path / "run"), workers=1)

    assert run.settings.mix == ONE
    assert writ.Mix(cells=[writ.Cell(**CELL)]) == ONE  # type: ignore[arg-type]


def test_no_firewall_in_either_way(tmp_path: Path) -> None:
    """`off`, as the command line says it, is None."""
    runs = [
        writ.synthesize(mix=ONE, out=tmp_path / str(split), firewall_split=split, workers=1) for split in ("off", None)
    ]

    assert [run.settings.firewall for run in runs] == [None, None]


def test_one_domain_by_its_name() -> None:
    """A text is one domain, not its letters."""
    assert writ.default_mix("tau2:retail", 3) == writ.default_mix(["tau2:retail"], 3)
    assert writ.default_mix(("tau2:retail", "tau2:retail"), 3) == writ.default_mix(["tau2:retail"], 3)


def test_a_run_without_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its scratch folder lives as long as anything reads from it, and not longer."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    talks = writ.synthesize(mix=ONE, workers=1).conversations()
    gc.collect()

    assert talks[0].verdict is not None
    assert len(list(tmp_path.iterdir())) == 1
    del talks
    gc.collect()
    assert not list(tmp_path.iterdir())


def test_a_run_without_a_folder_that_breaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What finished is kept, and the error says where: the same call goes on there."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def breaks(stage: str, *_: object) -> None:
        if stage == "simulate":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as stopped:
        writ.synthesize(mix=ONE, workers=1, progress=breaks)
    (folder,) = tmp_path.iterdir()

    assert stopped.value.__notes__ == [f"What finished is in {folder}: go on there with out={str(folder)!r}."]
    assert len(writ.synthesize(mix=ONE, workers=1, out=folder).conversations()) == 1


def test_export_takes_a_number_of_processes(tmp_path: Path) -> None:
    """A run is exported again without any part of the machinery behind it."""
    run = writ.synthesize(mix=ONE, out=tmp_path / "run", workers=1)

    assert run.export() == run.export(2) == run.export(workers=1)
    assert sum(run.export().values()) == 1
