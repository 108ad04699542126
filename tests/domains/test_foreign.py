"""Domains that nobody here designed: other people's tools and data, of which nothing but a declaration and a thin adapter is ours.

Their packages are installed into a folder of the test's own, without what they depend on; nothing of them is kept here.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.simulate.playing import play
from writ_dspy.domains import find
from writ_dspy.propose.mix import default_mix
from writ_dspy.propose.proposer import fill
from writ_dspy.simulate.behaviour import assign
from writ_dspy.verify.checks import verify

HOME = Path(__file__).parent / "foreign"
WANTED = 200
"""Tasks of each."""
SPARE = 30
"""Tasks that may not be found: the telehealth desk has ten patients and eighteen appointments."""


def _installed(package: str, folder: Path) -> Path:
    """The folder with a package, installed without its dependencies; skips with the reason where that cannot be done."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder), package]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        pytest.skip(f"{package} cannot be installed here: {done.stderr.strip().splitlines()[-1:]}")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "package", "policy"),
    [("telehealth", "tau-trait==0.1.1", "tau_trait/envs/telehealth/wiki.md"), ("trading", "bfcl-eval==2026.3.23", "")],
)
def test_two_hundred_tasks_are_accepted(
    name: str, package: str, policy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read-heavy and denied ones are among them, and all that are made pass every check."""
    packages = _installed(package, tmp_path / "packages")
    monkeypatch.syspath_prepend(str(packages))
    home = tmp_path / name
    shutil.copytree(HOME / name, home)
    if policy:
        shutil.copy(packages / policy, home / "policy.md")
    domain = find(str(home / f"{name}.yaml"))
    tasks = [task for cell in default_mix(domain.name, WANTED + SPARE).cells for task in fill(cell, 3, None).tasks]
    assert len(tasks) >= WANTED
    kinds = Counter(task.kind for task in tasks)
    assert kinds["read-heavy"] >= WANTED // 10
    assert sum(task.axes.denied > 0 for task in tasks) >= WANTED // 10
    for task in assign(tasks, 3):
        assert not verify(task, play(task).talk, domain).findings
