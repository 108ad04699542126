"""How often a step is judged first is a part of what makes a run."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from writ_dspy.lm.endpoint import LMSettings, RoleLMs
from writ_dspy.propose.mix import default_mix
from writ_dspy.run.casting import Mode
from writ_dspy.run.settings import CORRECTIONS, Settings
from writ_dspy.store.run import Run

LM = LMSettings(model="openai://127.0.0.1:9/v1/none")
PLAYED = Settings(default_mix(["tau2:retail"], 2), lms=RoleLMs(agent=LM), mode="free")


def kept(folder: Path, settings: Settings) -> Path:
    with Run.open(folder, lambda _: settings.manifest()):
        pass
    return folder


@pytest.mark.parametrize("corrections", [0, CORRECTIONS, 7])
def test_it_survives_the_manifest(corrections: int, tmp_path: Path) -> None:
    """And the command that is printed for the run asks for the same."""
    settings = replace(PLAYED, corrections=corrections)
    settings.check()

    assert Settings.of(Run.read(kept(tmp_path / "run", settings))) == settings
    assert (f"--corrections {corrections}" in settings.command(tmp_path)) == (corrections != CORRECTIONS)


def test_a_run_from_before_is_what_it_was(tmp_path: Path) -> None:
    """Its manifest says nothing of corrections, since there were none."""
    folder = kept(tmp_path / "run", PLAYED)
    manifest = json.loads((folder / "run.json").read_text())
    del manifest["corrections"]
    (folder / "run.json").write_text(json.dumps(manifest))

    assert Settings.of(Run.read(folder)).corrections == 0


@pytest.mark.parametrize(("mode", "judged"), [("surface", False), ("guided", True), ("free", True), ("chat", False)])
def test_a_script_and_a_student_are_not_judged(mode: str, judged: bool, tmp_path: Path) -> None:
    """Of a run in which no model decides the manifest does not speak of it, so that it is the same run as ever."""
    settings = replace(PLAYED, mode=cast("Mode", mode))

    assert settings.corrects is judged
    assert ("corrections" in settings.manifest()) is judged
    assert Settings.of(Run.read(kept(tmp_path / "run", settings))) == settings
    scripted = Settings(PLAYED.mix)
    assert not scripted.corrects
    assert Settings.of(Run.read(kept(tmp_path / "scripted", scripted))) == scripted


def test_no_firewall_stays_none(tmp_path: Path) -> None:
    """What is off in a manifest is not what is usual."""
    settings = replace(PLAYED, firewall=None)

    assert Settings.of(Run.read(kept(tmp_path / "run", settings))) == settings
