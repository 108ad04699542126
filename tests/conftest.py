"""Fixtures that several test files share: real tasks of every kind, played by the scripted roles; a small run and where to publish it."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tests import bytecode, home, memory, shared  # noqa: F401 - first: they are about what follows

# isort: split
import pytest
import yaml
from huggingface_hub import repocard
from hypothesis import HealthCheck, settings

from tests.publish.calls import MIX, NAME, connected
from tests.shared import made_once
from tests.simulate.playing import CELLS, PER_CELL, Played, play, transfer
from tests.standins.hub import StandIn
from writ_dspy.conversation import Conversation
from writ_dspy.dataset import pairs
from writ_dspy.domains import NAMES, load
from writ_dspy.propose.mix import Cell
from writ_dspy.propose.proposer import Filled, fill
from writ_dspy.propose.twins import Pairing
from writ_dspy.publish import stage
from writ_dspy.report.census import Census
from writ_dspy.report.plots import draw
from writ_dspy.run import worker
from writ_dspy.simulate.behaviour import assign
from writ_dspy.task import Task
from writ_dspy.verify import checks

if TYPE_CHECKING:
    from tests.standins.clock import Hanging
    from writ_dspy.publish.stage import Staged


settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_configure() -> None:
    """Let the commands under test take ^C, also where a script started the tests as a job in its background."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Look no more at what was imported and collected: it stays, and going over it again and again costs a twentieth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session", autouse=True)
def _share(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Workers of one test run share what one of them has made."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared.folder = tmp_path_factory.getbasetemp().parent


@made_once
def _proposed() -> list[Task]:
    found: list[Task] = []
    for domain in ("tau2:retail", "tau2:airline"):
        for kind, writes, burden in CELLS:
            cell = Cell(domain=domain, kind=kind, writes=writes, burden=burden, count=PER_CELL)
            found += assign(fill(cell, 7, "base").tasks, 7, len(found))
        denied = Cell(domain=domain, kind="no-write", writes=0, burden=2, denied=1, count=2)
        found += assign(fill(denied, 7, "base").tasks, 7, len(found))
    found += assign([transfer()], 7, len(found))
    return found


@made_once
def _talks() -> list[Conversation]:
    return [play(task).talk for task in _proposed()]


@pytest.fixture(scope="session")
def tasks() -> list[Task]:
    """Tasks of every kind in both domains, with behaviours."""
    return _proposed()


@pytest.fixture(scope="session")
def played(tasks: list[Task]) -> list[Played]:
    """All of them, played."""
    return [Played(task, talk, load(task.domain)) for task, talk in zip(tasks, _talks(), strict=True)]


@pytest.fixture(scope="session", autouse=True)
def _plots_are_drawn_once() -> Iterator[None]:
    """Drawing is most of staging, and the same every time (see `test_card`): each census is drawn for all tests."""
    drawn: dict[str, dict[str, bytes]] = {}

    def once(found: Census) -> dict[str, bytes]:
        key = repr(found)
        if key not in drawn:
            drawn[key] = draw(found)
        return dict(drawn[key])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stage, "draw", once)
        yield


@pytest.fixture(scope="session", autouse=True)
def _cards_are_parsed_in_c() -> Iterator[None]:
    """The Hub's client parses the head of a card in Python, thirty times as slowly, whenever a dataset is loaded."""
    parse = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repocard.yaml, "safe_load", lambda text: yaml.load(text, parse))  # noqa: S506 - a safe one
        yield


@pytest.fixture(scope="session", autouse=True)
def _cells_are_filled_once() -> Iterator[None]:
    """Proposing is a third of a small run, and a function of cell, seed and split alone (see `propose/test_mix.py`).

    The processes that a run starts fill them by themselves, and tests compare what they make with what is made here.
    """
    filled: dict[tuple[Cell, int, str | None, tuple[Pairing, ...]], Filled] = {}

    def once(cell: Cell, seed: int, split: str | None, twins: tuple[Pairing, ...] = ()) -> Filled:
        key = cell, seed, split, twins
        if key not in filled:
            filled[key] = shared.made_at(("filled", key), lambda: fill(*key)) if cell.domain in NAMES else fill(*key)
        found = filled[key]
        return replace(found, tasks=[*found.tasks], turned_down=found.turned_down.copy())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "fill", once)
        yield


@pytest.fixture(scope="session", autouse=True)
def _talks_are_judged_once() -> Iterator[None]:
    """Judging and pairing are most of a run and of an export, and functions of task, talk and domain alone (see `verify/`, `dataset/test_pairs.py`).

    The processes that a run starts judge by themselves; what a test judges by its own call of `verify` is judged.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "verify", shared.judged_once(checks.verify))
        patch.setattr(pairs, "pairs", shared.judged_once(pairs.pairs, tuple))
        yield


@pytest.fixture(scope="session")
def small_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Over both domains; nobody may change it but by staging."""
    from writ_dspy.run.synth import synthesize

    return synthesize(mix=MIX, out=tmp_path_factory.mktemp("small") / "run", workers=1).folder


@pytest.fixture(scope="session")
def staged(small_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Staged:
    """What that run is staged as, in a folder of its own; nobody may change it."""
    from writ_dspy.publish.stage import stage

    return stage(small_run, NAME, "v1", tmp_path_factory.mktemp("staged") / "hub")


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Hanging:
    """Requests whose time is up as soon as the stand-in lets them hang: `StandIn(…, hangs=hanging.over)`."""
    from tests.standins.clock import Hanging

    found = Hanging()
    found.patch(monkeypatch)
    return found


@pytest.fixture(params=["lfs", "xet"])
def hub(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StandIn]:
    """An empty Hub, once over each transport."""
    with connected(tmp_path / "hub", xet=request.param == "xet") as one:
        yield one


@pytest.fixture
def lfs(tmp_path: Path) -> Iterator[StandIn]:
    """An empty Hub, where the transport makes no difference."""
    with connected(tmp_path / "hub") as one:
        yield one


@pytest.fixture(scope="session")
def careless_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """By an agent that takes no care: many of its conversations are rejected. Nobody may change it."""
    from tests.calls import MIX as FEW
    from writ_dspy.run.synth import synthesize

    return synthesize(
        mix=FEW, agent="careless", out=tmp_path_factory.mktemp("careless") / "run", workers=1, seed=3, tries=3
    ).folder
