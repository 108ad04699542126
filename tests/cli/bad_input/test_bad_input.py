"""Bad input to the command line, made by the hundred: each ends in one line with a remedy, exit code 2, and changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.calls import writ
from tests.cli.bad_input import documents, findings, places, requests, runs
from tests.cli.bad_input.case import Case
from tests.cli.bad_input.judge import Nursery, play

CASES = [*requests.cases(), *documents.cases(), *places.cases(), *runs.cases(), *findings.cases()]


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as one:
        yield one


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run, with accepted and rejected conversations."""
    folder = tmp_path_factory.mktemp("base") / "run"
    assert writ("synth", *runs.MADE, "--workers", 1, "--out", folder).code == 0
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_bad_input(case: Case, nursery: Nursery, base: Path, tmp_path: Path) -> None:
    """One line that says what was wrong, where, and what to do; the exit code; no trace on the disk, no hang, no secret."""
    flaws = play(case, nursery, base, tmp_path)

    assert not flaws, "\n".join([f"writ {' '.join(case.arguments)[:300]}", *flaws])


def test_every_case_has_a_name_of_its_own() -> None:
    """There are more than five hundred cases, and each can be asked for alone."""
    twice = [name for name, count in Counter(case.id for case in CASES).items() if count > 1]

    assert len(CASES) > 500
    assert not twice


def test_every_finding_is_a_case() -> None:
    """Each number of a newcomer's findings leads to cases that are there."""
    names = {case.id for case in CASES}
    numbers = [number for some in (*findings.FOUND, *findings.DAMAGED) for number in some.split()]

    assert {name for some in findings.FOUND.values() for name in some} <= names
    assert all(
        any(name.startswith(f"run-{start}") for name in names) for some in findings.DAMAGED.values() for start in some
    )
    assert len(numbers) == len(set(numbers)) >= 84


def test_every_option_is_tried() -> None:
    """There are bad values for each option of each verb: a new option of text brings its own, in `requests.WORDS`."""
    assert not requests.unknown()


SAMPLE = [case for case in CASES if not (case.real or case.writes)][11::178]


@pytest.mark.long
def test_a_sample(nursery: Nursery, base: Path, tmp_path: Path) -> None:
    """Some of every kind, in the quick suite."""
    wrong = {}
    for number, case in enumerate(SAMPLE):
        home = tmp_path / str(number)
        home.mkdir()
        flaws = play(case, nursery, base, home)
        if flaws:
            wrong[case.id] = flaws

    assert not wrong
