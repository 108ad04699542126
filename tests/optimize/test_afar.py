"""Rollouts that another process plays come to what they come to here: the same programs, scores, ledger and calls."""

from __future__ import annotations

import asyncio
import functools
import json
import pickle
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Self

import cloudpickle
import pytest
from dspy.lm15 import Request

from tests.standins.synthetic import Synthetic, tasks_for
from writ_dspy.errors import DeniedError, LMError, RoleError
from writ_dspy.lm import BadReply, Connection, Refused
from writ_dspy.optimize import Budget, Outcome, driver, optimize
from writ_dspy.optimize.ledger import CALLS, ROLLOUTS

known = functools.cache(tasks_for)
FEW = 24


class Lost(Exception):  # noqa: N818 - as Ray has it
    """A node is gone."""


class Call:
    """A call under way; it comes back as from another process."""

    def __init__(self, found: Future[Any]) -> None:
        self._found = found

    def future(self) -> Future[Any]:
        """What it comes to."""
        return self._found


class Actor:
    """An object whose methods are called as Ray has them called, on a loop in a thread of its own."""

    def __init__(self, made: Any, loop: asyncio.AbstractEventLoop, calls: int | None) -> None:
        self._made, self._loop, self.left = made, loop, calls

    def __getattr__(self, name: str) -> Any:
        return Method(functools.partial(self._called, name))

    def _called(self, name: str, *given: Any) -> Call:
        if self.left is not None:
            self.left -= 1
        sent = cloudpickle.dumps(given)

        async def work() -> Any:
            if self.left is not None and self.left < 0:
                raise Lost
            return pickle.loads(cloudpickle.dumps(await getattr(self._made, name)(*pickle.loads(sent))))  # noqa: S301 - ours

        return Call(asyncio.run_coroutine_threadsafe(work(), self._loop))


class Method:
    """One of its methods."""

    def __init__(self, call: Callable[..., Call]) -> None:
        self.remote = call


class Cores:
    """In place of a cluster: so many cores, of which the first is lost after some calls."""

    calls: int | None = None
    cores = 2

    def __init__(self, *_: object) -> None:
        self._made: list[Actor] = []

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    @staticmethod
    async def _end() -> None:
        under_way = asyncio.all_tasks() - {asyncio.current_task()}
        for one in under_way:
            one.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    def actor(self, kind: Callable[..., Any], *given: Any) -> Actor:
        """One of these."""
        one = Actor(kind(*pickle.loads(cloudpickle.dumps(given))), self._loop, None if self._made else self.calls)  # noqa: S301 - ours
        self._made.append(one)
        return one

    def lost(self, error: BaseException) -> bool:
        """Whether it says that a node is gone."""
        return isinstance(error, Lost)

    def end(self, actor: Actor) -> None:
        """It holds nothing."""


@pytest.fixture(autouse=True)
def cores(monkeypatch: pytest.MonkeyPatch) -> type[Cores]:
    """The cluster of every run."""
    found = type("Found", (Cores,), {})
    monkeypatch.setattr(driver, "Cluster", found)
    return found


def run(folder: Path, role: str, *, ray: str | None = None, **more: Any) -> tuple[Outcome, Synthetic]:
    engine = Synthetic(role, known(role), **more)
    line = Connection.over(engine, role=role)
    found = optimize(
        role,
        line,
        reflection=line,
        tasks=known(role),
        budget=Budget(FEW),
        folder=folder,
        split=(0.5, 0.25, 0.25),
        programs=folder / "programs",
        threads=1,
        ray=ray,
    )
    return found, engine


def kept(folder: Path) -> list[dict[str, Any]]:
    """The ledger, but for how long each reply took."""
    lines = [json.loads(line) for name in (CALLS, ROLLOUTS) for line in (folder / name).read_text().splitlines()]
    return [{name: value for name, value in line.items() if name != "seconds"} for line in lines]


@pytest.mark.long
@pytest.mark.parametrize("role", ["agent", "user", "diversifier"])
def test_the_same_is_found_from_afar(role: str, tmp_path: Path) -> None:
    """Every call, rollout and score is that of one process, in the same order; so is the program."""
    here, _ = run(tmp_path / "here", role)
    there, _ = run(tmp_path / "there", role, ray="auto")

    assert kept(tmp_path / "there") == kept(tmp_path / "here")
    assert (there.heldout, there.validation, there.diff, there.tried) == (
        here.heldout,
        here.validation,
        here.diff,
        here.tried,
    )


@pytest.mark.long
def test_a_lost_node_costs_no_call(cores: type[Cores], tmp_path: Path) -> None:
    """What it held is played once more elsewhere, from the replies that are here; nothing is asked or counted twice."""
    asked: list[Request] = []
    again: list[Request] = []
    run(tmp_path / "here", "agent", before=asked.append)
    cores.calls = 57
    run(tmp_path / "there", "agent", ray="auto", before=again.append)

    assert kept(tmp_path / "there") == kept(tmp_path / "here")
    assert again == asked


@pytest.mark.long
def test_with_every_node_lost_the_run_stops(cores: type[Cores], tmp_path: Path) -> None:
    """It says so, and the same command goes on here."""
    cores.calls, cores.cores = 57, 1
    with pytest.raises(RoleError, match="every node of the cluster is lost"):
        run(tmp_path / "run", "agent", ray="auto")
    before = kept(tmp_path / "run")
    there, _ = run(tmp_path / "run", "agent")

    assert there.heldout.after is not None
    assert [line for line in kept(tmp_path / "run") if line in before] == before


@pytest.mark.parametrize(
    "error",
    [
        BadReply("empty", "said nothing", "x", "y"),
        Refused("no", "400: no", "told"),
        DeniedError("wrong key"),
        LMError("a"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_arrives_whole(error: LMError) -> None:
    """From another process, with all that it holds and its notes."""
    error.add_note("asked from afar")
    found = pickle.loads(pickle.dumps(error))  # noqa: S301 - ours

    assert type(found) is type(error)
    assert (str(found), found.args, vars(found)) == (str(error), error.args, vars(error))
