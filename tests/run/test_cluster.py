"""A run on a Ray cluster, as far as it goes without Ray; with a real one: `./check ray`."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.calls import writ
from writ_dspy.errors import ConfigError, RoleError
from writ_dspy.run.cluster import Cluster
from writ_dspy.run.worker import Play
from writ_dspy.simulate.loop import Limits

NOTHING = Play((), 0, "scripted", "scripted", Limits())


class LostError(Exception):
    """What a job on a lost node ends in."""


class FewNodes:
    """Ray as far as a cluster uses it: jobs are done in the order in which they were given, when they are waited for."""

    __version__ = "2.60.0"
    exceptions = SimpleNamespace(RayError=LostError)

    def __init__(self, cores: int, fails: Exception | None = None) -> None:
        self.cores, self.fails = cores, fails
        self.under_way: list[Any] = []
        self.most = 0
        self.cancelled = 0

    def is_initialized(self) -> bool:
        return True

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": self.cores}

    def nodes(self) -> list[dict[str, Any]]:
        return [{"Alive": True, "Resources": {"CPU": 1.0}, "NodeManagerAddress": "10.0.0.1", "NodeID": "a"}]

    def remote(self, **_: Any) -> Any:
        return lambda function: SimpleNamespace(remote=lambda *given: self._begun(function, given))

    def _begun(self, function: Any, given: tuple[Any, ...]) -> int:
        self.under_way.append((function, given))
        self.most = max(self.most, len([one for one in self.under_way if one is not None]))
        return len(self.under_way) - 1

    def wait(self, some: list[int], **_: Any) -> tuple[list[int], list[int]]:
        return some[:1], some[1:]

    def get(self, one: int) -> Any:
        function, given = self.under_way[one]
        self.under_way[one] = None
        if self.fails is not None and given and isinstance(given[0], Play):
            raise self.fails
        return function(*given)

    def cancel(self, *_: Any, **__: Any) -> None:
        self.cancelled += 1


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> FewNodes:
    """Two cores."""
    found = FewNodes(2)
    strategies = SimpleNamespace(NodeAffinitySchedulingStrategy=lambda *_, **__: None)
    real = importlib.import_module
    known = {"ray": found, "ray.util.scheduling_strategies": strategies}
    monkeypatch.setattr(importlib, "import_module", lambda name, *more: known.get(name) or real(name, *more))
    return found


def test_jobs_are_drawn_as_fast_as_results_are_taken(ray: FewNodes) -> None:
    """No more are under way than two for each core, however many there are; and each result comes once."""
    drawn = []

    def jobs() -> Any:
        for number in range(50):
            drawn.append(number)
            yield NOTHING

    with Cluster("auto", []) as team:
        found = []
        for result in team.map(jobs()):
            found.append(result)
            assert len(drawn) - len(found) <= 4

    assert found == [[]] * 50
    assert ray.most <= 4


def test_what_is_given_up_keeps_what_is_done(ray: FewNodes) -> None:
    """A job that Ray gives up ends the call with one error; what else is under way is called off."""
    with Cluster("auto", []) as team:
        results = team.map([NOTHING] * 10)
        assert next(results) == []
        ray.fails = LostError("the node died")
        with pytest.raises(RoleError, match=r"the node died.*run the same command again"):
            next(results)

    assert ray.cancelled >= 1


def test_without_ray(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the extra; an address at which nobody answers is refused at once; nothing is made."""
    real = importlib.import_module

    def missing(name: str, *more: Any) -> Any:
        if name == "ray":
            raise ImportError(name)
        return real(name, *more)

    monkeypatch.setattr(importlib, "import_module", missing)
    done = writ("synth", "-n", 2, "--ray", "auto", "--out", tmp_path / "run")

    assert done.code == 2
    assert "pip install 'writ-dspy[ray]'" in done.err
    assert not (tmp_path / "run").exists()


def test_a_dead_address_is_refused(ray: FewNodes, monkeypatch: pytest.MonkeyPatch) -> None:
    """At once, with what to give; and so is what is no address."""
    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    for address, says in (
        ("127.0.0.1:9", "nobody answers there"),
        ("a", "host and port"),
        ("a:99999", "host and port"),
    ):
        with pytest.raises(ConfigError, match=says), Cluster(address, []):
            pass
